"""Quantities over time: percentiles over draws at the ends of periods (M57).

Fans are made of the first block of draws, and of its percentiles only, so that memory grows
with neither draws nor plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detente.case.domain import Case
from detente.draws.sampler import Draws
from detente.model.judgement import Floats
from detente.model.outcomes import levels_without, paths, periods_to_horizon, quantity_names
from detente.model.structure import PlanVector
from detente.verdict.judged import Judged
from detente.verdict.results import Band, Fan

#: A fan has this many times at most: with more periods, some are passed over.
MOST_TIMES = 41


@dataclass(frozen=True, slots=True)
class Baseline:
    """The path without agreement in a block of draws, the same beside every plan."""

    draws: Draws
    periods: tuple[int, ...]  #: at whose ends to look
    years: tuple[float, ...]
    levels: Mapping[str, Floats]  #: by quantity: float64[time, draw]
    bands: Mapping[str, Band]

    @classmethod
    def of(cls, case: Case, draws: Draws) -> Baseline:
        """Return the path of every quantity of *case* without agreement."""
        periods = times(periods_to_horizon(case))
        levels = levels_without(case, draws, quantity_names(case), periods)
        return cls(
            draws, periods, years(case), levels, {name: band(x) for name, x in levels.items()}
        )


def times(horizon: int) -> tuple[int, ...]:
    """Return the periods at whose ends to look: 0 .. *horizon*, thinned where they are many."""
    count = min(horizon + 1, MOST_TIMES)
    return tuple(round(i * horizon / (count - 1)) for i in range(count))


def years(case: Case) -> tuple[float, ...]:
    """Return the times of a fan, in years from the start."""
    periods = times(periods_to_horizon(case))
    return tuple(min(j * case.years_per_phase, case.horizon_years) for j in periods)


def band(levels: Floats) -> Band:
    """Return the percentiles of *levels*, float64[time, draw], at each time.

    They are those of ``np.quantile``, linear between draws; sorting all is faster than that.
    """
    ordered = np.sort(levels, axis=1)
    last = ordered.shape[1] - 1
    lines = []
    for share in (0.05, 0.5, 0.95):
        below, part = int(share * last), share * last % 1.0
        low, high = ordered[:, below], ordered[:, min(below + 1, last)]
        lines.append(tuple((low + part * (high - low)).tolist()))
    return Band(*lines)


def fans(baseline: Baseline, plan: PlanVector, judged: Judged) -> dict[str, Fan]:
    """Return the fan of every quantity under *plan*, judged in the draws of *baseline*."""
    moved = paths(judged.case, baseline.draws, plan, judged.stand, baseline.periods)
    found = {}
    for name, still in baseline.bands.items():
        expected = kept = still
        if name in moved:
            expected = band(baseline.levels[name] + judged.accepted * moved[name].change)
            kept = band(moved[name].kept)
        found[name] = Fan(baseline.years, still, expected, kept, baseline.draws.count)
    return found
