"""Sums over draws, block by block, from which verdicts are made.

A :class:`Tally` of one plan holds only sums (and the outcomes of the first
:data:`QUANTILE_DRAWS` draws, for percentiles), so memory does not grow with the number of
draws. Blocks are added in order, so the same draws give the same bits however many workers
made them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from detente.draws.sampler import Draws
from detente.model.accepting import accepts, rule_score, scores
from detente.model.judgement import Bools, Floats, Judgement, deviation_codes, keeps
from detente.model.outcomes import expected_changes
from detente.model.structure import PlanVector, Structure
from detente.model.survival import first_breaks, standing, trust

#: Percentiles of outcomes are taken over this many draws at most (.1 % of a percentile point).
QUANTILE_DRAWS = 2**15


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and sum of squared distances from it; safe for large numbers."""

    count: int
    mean: float
    spread: float

    def joined(self, other: Moments) -> Moments:
        """Return the moments of both samples together (Chan, Golub and LeVeque 1983)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        mean = self.mean + apart * other.count / count
        spread = self.spread + other.spread + apart**2 * self.count * other.count / count
        return Moments(count, mean, spread)


def moments(values: Floats) -> Moments:
    """Return the moments of *values*."""
    mean = float(values.mean())
    return Moments(len(values), mean, float(((values - mean) ** 2).sum()))


@dataclass(slots=True)
class Tally:
    """Sums over draws for one plan; arrays run over parties, constituencies, deciders and k."""

    draws: int
    shares: Floats  #: [accept, keep, hold]
    squares: Floats  #: [accept, keep, hold]
    lower: Floats  #: [accept, keep, hold] of the pessimistic outcome
    lower_squares: Floats  #: [accept, keep, hold] of the pessimistic outcome
    accept_constituency: Floats
    accept_party: Floats
    short: Floats  #: [party]: amount by which refusing parties fall short
    short_squares: Floats  #: [party]
    short_draws: Floats  #: [party]: draws in which worth is what lacks
    barred_draws: Floats  #: [party]: draws in which a red line decides
    value: Floats  #: [constituency]
    hazard: Floats  #: [party, k]
    first_break: Floats  #: [party, k]
    stand: Floats  #: [k]
    accident: float  #: ended by a false alarm before K+1
    trust: Floats  #: [party, k]
    slack: Floats  #: [decider, k]
    breaks: Floats  #: [decider, k]: belief where the decider breaks
    breaks_slack: Floats  #: [decider, k]: slack there, weighted by belief
    deviations: Floats  #: [decider, k, code]: belief where the decider breaks by this deviation
    exposure_constituency: Floats
    exposure_party: Floats
    unsettled: Floats  #: [cooperative, pessimistic]
    outcomes: dict[str, Moments]
    samples: dict[str, list[Floats]]  #: outcomes of the first draws

    def add(self, later: Tally) -> None:
        """Add the tally of the draws that follow."""
        room = QUANTILE_DRAWS - self.draws
        for name, parts in later.samples.items():
            if room > 0:
                self.samples[name] += [part[:room] for part in parts]
        for name, part in later.outcomes.items():
            self.outcomes[name] = self.outcomes[name].joined(part)
        for spec in fields(self):
            if spec.name not in {"outcomes", "samples"}:
                setattr(self, spec.name, getattr(self, spec.name) + getattr(later, spec.name))


def tally(structure: Structure, draws: Draws, plan: PlanVector, judged: Judgement) -> Tally:
    """Sum up one plan over one block of draws."""
    good, bad = judged.cooperative, judged.pessimistic
    score = scores(structure, draws, plan, good.value)
    accepted = accepts(score.agreement)
    stand = standing(good.hazard, draws.false_alarm)
    shares = _shares(accepted, stand[-1])
    low = scores(structure, draws, plan, bad.value)
    lower = _shares(accepts(low.agreement), standing(bad.hazard, draws.false_alarm)[-1])
    refused = ~accepts(score.party)
    worth_lacks = refused & ~np.isneginf(score.party)
    short = np.where(worth_lacks, -score.party, 0.0)
    performs = structure.performers(plan)[structure.decider_party]
    breaking = judged.belief * (~keeps(judged.slack, draws.margin) & performs[:, None, None])
    changes = expected_changes(structure.case, draws, plan, stand)
    outcomes = {name: accepted * change for name, change in changes.items()}
    return Tally(
        draws=draws.count,
        shares=shares.sum(axis=1),
        squares=(shares**2).sum(axis=1),
        lower=lower.sum(axis=1),
        lower_squares=(lower**2).sum(axis=1),
        accept_constituency=accepts(score.constituency).sum(axis=1).astype(np.float64),
        accept_party=accepts(score.party).sum(axis=1).astype(np.float64),
        short=short.sum(axis=1),
        short_squares=(short**2).sum(axis=1),
        short_draws=worth_lacks.sum(axis=1).astype(np.float64),
        barred_draws=(refused & ~worth_lacks).sum(axis=1).astype(np.float64),
        value=good.value.sum(axis=1),
        hazard=good.hazard.sum(axis=-1),
        first_break=first_breaks(good.hazard, draws.false_alarm).sum(axis=-1),
        stand=stand.sum(axis=-1),
        accident=float((stand[:-1] * draws.false_alarm).sum()),
        trust=trust(good.hazard).sum(axis=-1),
        slack=judged.slack.sum(axis=-1),
        breaks=breaking.sum(axis=-1),
        breaks_slack=(breaking * judged.slack).sum(axis=-1),
        deviations=_deviations(structure, judged, breaking),
        exposure_constituency=judged.exposure.sum(axis=1),
        exposure_party=_party_exposure(structure, judged).sum(axis=1),
        unsettled=np.array([good.unsettled.sum(), bad.unsettled.sum()], dtype=np.float64),
        outcomes={name: moments(x) for name, x in outcomes.items()},
        samples={name: [x[:QUANTILE_DRAWS]] for name, x in outcomes.items()},
    )


def _shares(accepted: Bools, kept: Floats) -> Floats:
    """[accept, keep, hold] in each draw."""
    return np.array([accepted, kept, accepted * kept])


def _deviations(structure: Structure, judged: Judgement, breaking: Floats) -> Floats:
    """Belief by the best deviation of deciders who break: float64[decider, k, code]."""
    codes = deviation_codes(structure.measures)
    deciders, periods, _ = breaking.shape
    cell = np.arange(deciders * periods).reshape(deciders, periods, 1) * codes
    where = (cell + judged.deviation).ravel()
    counts = np.bincount(where, breaking.ravel(), minlength=deciders * periods * codes)
    return np.asarray(counts.reshape(deciders, periods, codes))


def _party_exposure(structure: Structure, judged: Judgement) -> Floats:
    """Exposure of those whose acceptance each party's rule needs: float64[party, draw]."""
    case = structure.case
    safe = {c.id: -row for c, row in zip(case.constituencies, judged.exposure, strict=True)}
    exposed = [-rule_score(p.accepts, p.constituencies, safe) for p in case.parties]
    return np.maximum(exposed, 0.0)
