"""Figures of plans on draws that no search has seen, with intervals that hold for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt

import numpy as np
from scipy.special import ndtri

from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.ballots import Plans
from detente.model.judgement import Floats
from detente.model.structure import Structure
from detente.searching.figures import Figure, Gauge, Readings
from detente.searching.results import Reckoned
from detente.verdict.blocks import in_order
from detente.verdict.intervals import estimate
from detente.verdict.run import block_size

#: With this chance one of all the intervals shown does not hold.
MISSED = 0.05


class FreshFigures:
    """Figures of some plans of one case over the first draws of a sequence."""

    def __init__(
        self, structure: Structure, figures: Sequence[Figure], plans: Plans, comparisons: int
    ) -> None:
        """Read nothing yet.

        Args:
            figures: What to read; the surplus of every party is read besides.
            plans: int8[plan, measure].
            comparisons: How many intervals hold at once (Bonferroni).
        """
        by_party = [Figure("surplus", party.id) for party in structure.case.parties]
        self.gauge = Gauge(structure, [*figures, *by_party])
        self.plans = plans
        self.z = float(-ndtri(MISSED / 2.0 / max(comparisons, 1)))
        self.readings = Readings({})
        self.certain = False

    def read(self, draws: int, seed: int, workers: int) -> None:
        """Judge the plans in the first *draws* draws of the sequence *seed*."""
        sampler = Sampler(self.gauge.structure.case)
        self.certain = not sampler.inputs

        def work(first: int, count: int) -> Readings:
            return self.gauge.read(sampler.sample(seed, first, count), self.plans)

        parts = in_order(work, draws, block_size(self.gauge.structure), workers)
        self.readings = Readings.over_draws([part for _, part in parts])

    def figure(self, figure: Figure, row: int) -> Reckoned:
        """Return a figure of one plan."""
        plans, readings = self.plans[[row]], self.readings.taken(np.array([row]))
        value = float(self.gauge.figure(figure, plans, readings)[0])
        if figure.kind in ("phases", "steps"):
            return Reckoned(value, 0.0, (value, value))
        column = self._column(figure, row, value)
        if figure.percentile is not None:
            return Reckoned(value, nan, _between(column, figure.percentile / 100.0, self.z))
        if figure.kind in ("accept", "keep", "hold"):
            sums = float(column.sum()), float((column**2).sum())
            found = estimate(*sums, len(column), certain=self.certain, z=self.z)
            return Reckoned(found.mean, found.standard_error, found.interval)
        error = 0.0 if self.certain else float(column.std(ddof=1)) / sqrt(len(column))
        return Reckoned(value, error, (value - self.z * error, value + self.z * error))

    def _column(self, figure: Figure, row: int, value: float) -> Floats:
        """Return the draws of a figure; of the party that decides it, where it is one of all."""
        columns = self.readings.columns
        if figure.kind in ("exposure", "surplus") and figure.name is None:
            of_kind = [found[row] for (kind, _), found in columns.items() if kind == figure.kind]
            return min(of_kind, key=lambda found: abs(float(found.mean()) - value))
        return np.asarray(columns[figure.kind, figure.name][row])

    def gains(self, figure: Figure, row: int, base: int) -> Floats:
        """Return by how much a figure of plan *row* is better than that of *base*: float64[draw]."""
        if figure.percentile is not None or (figure.kind, figure.name) not in self.readings.columns:
            raise RequestError(f"{figure.text} is not a mean over draws of one thing")
        column = self.readings.columns[figure.kind, figure.name]
        return np.asarray((column[row] - column[base]) * (1.0 if figure.higher else -1.0))

    def surplus(self, row: int) -> dict[str, float]:
        """Return the mean surplus of each party."""
        parties = [party.id for party in self.gauge.structure.case.parties]
        columns = self.readings.columns
        return {name: float(columns["surplus", name][row].mean()) for name in parties}


def _between(values: Floats, share: float, z: float) -> tuple[float, float]:
    """Return an interval for a quantile from the order of *values* (normal approximation)."""
    count = len(values)
    half = z * sqrt(count * share * (1.0 - share))
    ends = np.clip([count * share - half, count * share + half], 0, count - 1)
    low, high = np.sort(values)[np.round(ends).astype(int)]
    return float(low), float(high)
