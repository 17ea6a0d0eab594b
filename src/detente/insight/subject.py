"""One plan in one set of draws, with everything that explaining it looks at, or trying changes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np

from detente.case.domain import Case, Plan
from detente.draws.sampler import Draws, Sampler
from detente.draws.streams import uniforms
from detente.insight.contributions import Contributions, contributions
from detente.model.accepting import Scores, Signing, accepts, scores, signing
from detente.model.judgement import Floats
from detente.model.kernel import Tables, judge
from detente.model.structure import PlanVector, Structure
from detente.model.survival import standing
from detente.verdict.judged import Judged, by_draw
from detente.verdict.run import batch_size


@dataclass(frozen=True, eq=False)
class Subject:
    """A plan of a case as judged in *draws*."""

    structure: Structure
    plan: Plan
    vector: PlanVector
    draws: Draws
    judged: Judged  #: without outcomes
    made_of: Contributions
    agreed: Scores  #: scores if all others were sure to keep
    signing: Signing

    @property
    def case(self) -> Case:
        """What the plan belongs to."""
        return self.structure.case

    @property
    def asked(self) -> tuple[str, ...]:
        """Parties whose yes counts, in the order of the case."""
        named = {*self.signing.signatories, *self.signing.necessary}
        return tuple(party.id for party in self.case.parties if party.id in named)


def subjects(tables: Tables, draws: Draws, plans: Sequence[Plan]) -> Iterator[Subject]:
    """Judge all *plans* in the same draws, as many at once as memory allows; yield one by one."""
    structure, size = tables.structure, batch_size(tables.structure, draws.count)
    for at in range(0, len(plans), size):
        batch = plans[at : at + size]
        vectors = [structure.vector(plan) for plan in batch]
        judgements = judge(tables, draws, vectors)
        for plan, vector, judgement in zip(batch, vectors, judgements, strict=True):
            made_of = contributions(structure, draws, vector, judgement.cooperative.hazard)
            yield Subject(
                structure=structure,
                plan=plan,
                vector=vector,
                draws=draws,
                judged=by_draw(structure, draws, plan, judgement, with_outcomes=False),
                made_of=made_of,
                agreed=scores(structure, draws, vector, made_of.agreed),
                signing=signing(structure, vector),
            )


@dataclass(frozen=True, eq=False)
class Trial(Subject):
    """A subject whose changes can be tried; *fresh* draws follow its own in the same sequence."""

    sampler: Sampler
    tables: Tables
    uniforms: Floats
    fresh: Draws

    def first(self, count: int) -> Draws:
        """Return the first *count* draws, or all."""
        return self.sampler.draws(self.uniforms[:, :count])


def trial(case: Case, plan: Plan, draws: int, seed: int) -> Trial:
    """Judge *plan* in the first *draws* of a sequence, with as many more to try changes in."""
    sampler, tables = Sampler(case), Tables.of(Structure.of(case))
    own = uniforms(seed, sampler.inputs, 0, draws)
    (found,) = subjects(tables, sampler.draws(own), [plan])
    fresh = sampler.sample(seed, draws, draws)
    return Trial(**vars(found), sampler=sampler, tables=tables, uniforms=own, fresh=fresh)


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """How plans fare, draw by draw."""

    hold: Floats  #: float64[plan, draw]: accepted times kept
    keep: Floats  #: float64[plan, draw]
    breaking: Floats  #: float64[plan, party, draw]: chance to break at all, others aside
    accept_party: Floats  #: float64[plan, party, draw]: 1 where it accepts
    accept: Floats  #: float64[plan, draw]: 1 where there is an agreement

    @classmethod
    def joined(cls, parts: Sequence[Fates]) -> Fates:
        """Return the fates of all plans of *parts*."""
        fields = ("hold", "keep", "breaking", "accept_party", "accept")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def fates(tables: Tables, draws: Draws, plans: Sequence[PlanVector]) -> Fates:
    """Judge each of *plans*, of which there must be one, on all processors."""
    size = batch_size(tables.structure, draws.count)
    batches = [plans[at : at + size] for at in range(0, len(plans), size)]
    if len(batches) == 1:
        return _fates(tables, draws, plans)
    with ThreadPoolExecutor(cpu_count() or 1, thread_name_prefix="detente") as pool:
        return Fates.joined(list(pool.map(lambda batch: _fates(tables, draws, batch), batches)))


def _fates(tables: Tables, draws: Draws, plans: Sequence[PlanVector]) -> Fates:
    found = []
    for plan, judgement in zip(plans, judge(tables, draws, plans), strict=True):
        hazard = judgement.cooperative.hazard
        score = scores(tables.structure, draws, plan, judgement.cooperative.value)
        accept, keep = accepts(score.agreement) * 1.0, standing(hazard, draws.false_alarm)[-1]
        breaking = 1.0 - np.prod(1.0 - hazard, axis=1)
        accept_party = accepts(score.party) * 1.0
        found.append((accept * keep, keep, breaking, accept_party, accept))
    return Fates(*(np.array(rows) for rows in zip(*found, strict=True)))


def mean_error(values: Floats) -> tuple[float, float]:
    """Return the mean of *values*, float64[draw], and its standard error; 0, 0 where there are none."""
    means, errors = means_errors(values[None])
    return float(means[0]), float(errors[0])


def means_errors(values: Floats) -> tuple[Floats, Floats]:
    """Return the mean of each row of *values*, float64[row, draw], and its standard error."""
    count = values.shape[1]
    if not count:
        return np.zeros(len(values)), np.zeros(len(values))
    spread = values.std(axis=1, ddof=1) if count > 1 else np.zeros(len(values))
    return values.mean(axis=1), spread / np.sqrt(count)
