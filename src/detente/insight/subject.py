"""One plan in one set of draws, with everything that explaining it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np

from detente.case.domain import Case, Plan
from detente.draws.sampler import Draws, Sampler
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
    """A plan of a case as judged in *draws*; *fresh* draws follow them in the same sequence."""

    case: Case
    plan: Plan
    sampler: Sampler
    tables: Tables
    vector: PlanVector
    uniforms: Floats
    draws: Draws
    fresh: Draws
    judged: Judged
    made_of: Contributions
    agreed: Scores  #: scores if all others were sure to keep
    signing: Signing

    @property
    def structure(self) -> Structure:
        """The case without its numbers."""
        return self.tables.structure

    @property
    def asked(self) -> tuple[str, ...]:
        """Parties whose yes counts, in the order of the case."""
        named = {*self.signing.signatories, *self.signing.necessary}
        return tuple(party.id for party in self.case.parties if party.id in named)

    def first(self, count: int) -> Draws:
        """Return the first *count* draws, or all."""
        return self.sampler.draws(self.uniforms[:, :count])


def subject(case: Case, plan: Plan, sampler: Sampler, uniforms: Floats, fresh: Draws) -> Subject:
    """Judge *plan* in the draws that *uniforms* stand for."""
    structure, draws = Structure.of(case), sampler.draws(uniforms)
    tables, vector = Tables.of(structure), structure.vector(plan)
    judgement = judge(tables, draws, [vector])[0]
    made_of = contributions(structure, draws, vector, judgement.cooperative.hazard)
    return Subject(
        case=case,
        plan=plan,
        sampler=sampler,
        tables=tables,
        vector=vector,
        uniforms=uniforms,
        draws=draws,
        fresh=fresh,
        judged=by_draw(structure, draws, plan, judgement),
        made_of=made_of,
        agreed=scores(structure, draws, vector, made_of.agreed),
        signing=signing(structure, vector),
    )


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
    count = len(values)
    if not count:
        return 0.0, 0.0
    spread = float(values.std(ddof=1)) if count > 1 else 0.0
    return float(values.mean()), spread / float(np.sqrt(count))
