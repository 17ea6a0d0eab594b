"""Sums over draws, block by block, from which verdicts are made.

A :class:`Tally` of one plan holds only sums (and the outcomes of the first
:data:`QUANTILE_DRAWS` draws, for percentiles), so memory does not grow with the number of
draws. Blocks are added in order, so the same draws give the same bits however many workers
made them: :data:`CHUNK` blocks after one another to the sum of a chunk, and chunks after one
another to the whole. So chunks can be summed apart, in any order, and joined later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from detente.model.accepting import accepts
from detente.model.judgement import Floats, deviation_codes
from detente.model.structure import Structure
from detente.verdict.judged import Judged
from detente.verdict.results import Fan

#: Percentiles of outcomes are taken over this many draws at most (.1 % of a percentile point).
QUANTILE_DRAWS = 2**15
#: Blocks whose sums are added up before they join the total.
CHUNK = 8


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
    value_squares: Floats  #: [constituency]
    hazard: Floats  #: [party, k]
    first_break: Floats  #: [party, k]
    stand: Floats  #: [k]
    accident: float  #: ended by a false alarm before K+1
    trust: Floats  #: [party, k]
    slack: Floats  #: [decider, k]
    breaks: Floats  #: [decider, k]: belief where the decider breaks
    breaks_slack: Floats  #: [decider, k]: slack there, weighted by belief
    deviations: Floats  #: [decider, k, code]: belief where the decider breaks by this deviation
    breaches: Floats  #: [party, k, code]: chance to get to k and break there by this deviation
    exposure_constituency: Floats
    exposure_party: Floats
    exposure_at: Floats  #: [party, k]
    unsettled: Floats  #: [cooperative, pessimistic]
    outcomes: dict[str, Moments]
    samples: dict[str, list[Floats]]  #: outcomes of the first draws
    paths: Mapping[str, Fan]  #: by quantity, over the first block

    @property
    def value_error(self) -> Floats:
        """Standard error of the mean value: float64[constituency]."""
        mean = self.value / self.draws
        variance = self.value_squares / self.draws - mean**2
        variance[variance < 1e-12 * mean**2] = 0.0  # rounding, where all draws are alike
        return np.asarray(np.sqrt(variance / max(self.draws - 1, 1)))

    def add(self, later: Tally) -> None:
        """Add the tally of the draws that follow."""
        for name, parts in later.samples.items():
            room = QUANTILE_DRAWS - self.draws
            for part in parts:
                if room > 0:
                    self.samples[name].append(part[:room])
                    room -= len(part)
        for name, found in later.outcomes.items():
            self.outcomes[name] = self.outcomes[name].joined(found)
        for spec in fields(self):
            if spec.name not in {"outcomes", "samples", "paths"}:
                setattr(self, spec.name, getattr(self, spec.name) + getattr(later, spec.name))


def add_up(totals: list[Tally], later: list[Tally]) -> None:
    """Add the tallies of the draws that follow to *totals*, by plan; empty *totals* become them."""
    if not totals:
        totals.extend(later)
        return
    for total, part in zip(totals, later, strict=True):
        total.add(part)


def tally(structure: Structure, judged: Judged, paths: Mapping[str, Fan], first: int = 0) -> Tally:
    """Sum up one plan over the block of draws that begins with *first*.

    *paths* are those of the first block; outcomes are kept of the first draws only.
    """
    shares = np.array([judged.accepted, judged.kept, judged.hold])
    lower_hold = judged.lower_accepted * judged.lower_kept
    lower = np.array([judged.lower_accepted, judged.lower_kept, lower_hold])
    refused = ~accepts(judged.party_score)
    worth_lacks = refused & ~np.isneginf(judged.party_score)
    short = np.where(worth_lacks, -judged.party_score, 0.0)
    unsettled = (judged.unsettled.sum(), judged.lower_unsettled.sum())
    kept = max(QUANTILE_DRAWS - first, 0)
    return Tally(
        draws=len(judged.accepted),
        shares=shares.sum(axis=1),
        squares=(shares**2).sum(axis=1),
        lower=lower.sum(axis=1),
        lower_squares=(lower**2).sum(axis=1),
        accept_constituency=accepts(judged.constituency_score).sum(axis=1).astype(np.float64),
        accept_party=accepts(judged.party_score).sum(axis=1).astype(np.float64),
        short=short.sum(axis=1),
        short_squares=(short**2).sum(axis=1),
        short_draws=worth_lacks.sum(axis=1).astype(np.float64),
        barred_draws=(refused & ~worth_lacks).sum(axis=1).astype(np.float64),
        value=judged.value.sum(axis=1),
        value_squares=(judged.value**2).sum(axis=1),
        hazard=judged.hazard.sum(axis=-1),
        first_break=judged.first_break.sum(axis=-1),
        stand=judged.stand.sum(axis=-1),
        accident=float(judged.accident.sum()),
        trust=judged.trust.sum(axis=-1),
        slack=judged.slack.sum(axis=-1),
        breaks=judged.breaks.sum(axis=-1),
        breaks_slack=(judged.breaks * judged.slack).sum(axis=-1),
        deviations=_by_deviation(structure, judged, judged.breaks),
        breaches=_by_party(structure, judged),
        exposure_constituency=judged.exposure_by.sum(axis=1),
        exposure_party=judged.exposure.sum(axis=1),
        exposure_at=judged.exposure_at.sum(axis=-1),
        unsettled=np.array(unsettled, dtype=np.float64),
        outcomes={name: moments(x) for name, x in judged.outcomes.items()},
        samples={name: [x[:kept]] for name, x in judged.outcomes.items()} if kept else {},
        paths=paths,
    )


def _by_deviation(structure: Structure, judged: Judged, weights: Floats) -> Floats:
    """Sum *weights*, float64[decider, k, draw], by best deviation: float64[decider, k, code]."""
    codes = deviation_codes(structure.measures)
    deciders, periods, _ = weights.shape
    cell = np.arange(deciders * periods).reshape(deciders, periods, 1) * codes
    where = (cell + judged.deviation).ravel()
    counts = np.bincount(where, weights.ravel(), minlength=deciders * periods * codes)
    return np.asarray(counts.reshape(deciders, periods, codes))


def _by_party(structure: Structure, judged: Judged) -> Floats:
    """Chance to get to k and break there by each deviation: float64[party, k, code]."""
    found = _by_deviation(structure, judged, judged.breaks * judged.reach)
    breaches = np.zeros((structure.parties, *found.shape[1:]))
    np.add.at(breaches, structure.decider_party, found)
    return breaches
