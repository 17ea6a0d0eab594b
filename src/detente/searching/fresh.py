"""Figures of plans on draws that no search has seen, with intervals that hold for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan, sqrt

import numpy as np
from scipy.special import bdtr, ndtr, ndtri, stdtrit

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
        if figure.kind in ("exposure", "surplus") and figure.name is None:
            named = [Figure(figure.kind, party) for party in self._concerned(figure, row)]
            found = [self._named(one, row) for one in named]
            return worst(found, least=figure.kind == "surplus") if found else _NOBODY
        return self._named(figure, row)

    def _concerned(self, figure: Figure, row: int) -> list[str]:
        """Return the parties among which a figure is that of the worst off."""
        parties = [party.id for party in self.gauge.structure.case.parties]
        signs = self.gauge.signs(self.plans[[row]])[:, 0]
        if figure.kind == "exposure":
            return parties
        return [name for name, said in zip(parties, signs, strict=True) if said]

    def _named(self, figure: Figure, row: int) -> Reckoned:
        """Return a figure of which there is one column."""
        column = self.readings.columns[figure.kind, figure.name][row]
        if figure.percentile is not None:
            share = figure.percentile / 100.0
            value = float(np.percentile(column, figure.percentile))
            return Reckoned(value, nan, _between(column, share, self.z, certain=self.certain))
        if figure.kind in ("accept", "keep", "hold"):
            sums = float(column.sum()), float((column**2).sum())
            found = estimate(*sums, len(column), certain=self.certain, z=self.z)
            return Reckoned(found.mean, found.standard_error, found.interval)
        value, count = float(column.mean()), len(column)
        error = 0.0 if self.certain else float(column.std(ddof=1)) / sqrt(count)
        half = float(stdtrit(count - 1, ndtr(self.z))) * error
        return Reckoned(value, error, (value - half, value + half))

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


#: Where there is no party of which a figure could be.
_NOBODY = Reckoned(0.0, 0.0, (0.0, 0.0))


def worst(found: Sequence[Reckoned], *, least: bool) -> Reckoned:
    """Return the least or the greatest of figures, with an interval for the least or greatest.

    Where all of their intervals hold, the least of the truths lies between the least of the lower
    ends and the least of the upper ends, whichever of them it is.
    """
    pick = min if least else max
    one = pick(found, key=lambda figure: figure.value)
    low, high = (pick(figure.interval[end] for figure in found) for end in (0, 1))
    return Reckoned(one.value, one.standard_error, (low, high))


def _between(values: Floats, share: float, z: float, *, certain: bool) -> tuple[float, float]:
    """Return an interval for a quantile, from the order of *values* and the binomial distribution.

    Where no value of so few draws is far enough out, that end is infinite.
    """
    if certain:
        return float(values[0]), float(values[0])
    count, tail = len(values), float(ndtr(-z))
    below = bdtr(np.arange(count + 1), count, share)  # chance of so many draws below, or fewer
    low = int(np.searchsorted(below, tail, side="right"))
    high = int(np.searchsorted(below, 1.0 - tail, side="left")) + 1
    ordered = np.concatenate([[-inf], np.sort(values), [inf]])
    return float(ordered[low]), float(ordered[high])
