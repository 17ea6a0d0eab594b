"""Differences of two means over the same draws.

Where two things are judged in the same draws, most of what differs from draw to draw is in both
and falls out of the difference. So the error is that of the differences draw by draw, not that
of two samples, and small differences show.

Half a draw that differs by the largest amount seen is added in each direction, and one without a
difference (Agresti and Min 2005, who add half a pair to each cell of matched shares). Without
this a handful of draws that all moved one way would count as proof (M68).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from detente.model.judgement import TIE, Floats
from detente.verdict.intervals import Z
from detente.verdict.tally import Moments, moments

__all__ = ["Contrast", "Difference", "Pairing", "difference"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Second less first, in the same draws."""

    mean: float  #: mean over draws of what the second has more
    standard_error: float  #: of that mean, from the differences draw by draw
    interval: tuple[float, float]  #: 95 % interval, (low, high)

    @property
    def is_none(self) -> bool:
        """Whether the two are the same in every draw."""
        return self.interval == (0.0, 0.0)

    @property
    def is_clear(self) -> bool:
        """Whether the difference can be told from 0: its interval does not hold 0."""
        low, high = self.interval
        return low > 0.0 or high < 0.0


@dataclass(frozen=True, slots=True)
class Contrast:
    """One figure under the first and under the second, in the same draws."""

    first: float  #: mean under the first
    second: float  #: mean under the second
    first_error: float  #: standard error of the first
    second_error: float  #: standard error of the second
    difference: Difference  #: second less first


@dataclass(frozen=True, slots=True)
class Pairing:
    """What is kept of a figure under both in many draws; it does not grow with their number."""

    first: Moments
    second: Moments
    apart: Moments
    largest: float
    rises: int
    falls: int

    @classmethod
    def of(cls, first: Floats, second: Floats, *, unit: float = 1.0) -> Pairing:
        """Return the pairing of two rows of draws.

        Args:
            first: float64[draw]: the figure under the first.
            second: float64[draw]: the same under the second.
            unit: differences below 1e-9 of this, or of the figures themselves, are rounding.
        """
        apart = second - first
        size = np.maximum(np.maximum(np.abs(first), np.abs(second)), unit)
        apart = np.where(np.abs(apart) <= TIE * size, 0.0, apart)
        rises, falls = int((apart > 0.0).sum()), int((apart < 0.0).sum())
        largest = float(np.abs(apart).max(initial=0.0))
        return cls(moments(first), moments(second), moments(apart), largest, rises, falls)

    def joined(self, later: Pairing) -> Pairing:
        """Return the pairing over these draws and those that follow."""
        return Pairing(
            self.first.joined(later.first),
            self.second.joined(later.second),
            self.apart.joined(later.apart),
            max(self.largest, later.largest),
            self.rises + later.rises,
            self.falls + later.falls,
        )

    def contrast(self, *, certain: bool, limit: float = inf) -> Contrast:
        """Return the figure under both, and how far apart.

        Args:
            certain: all draws are one: there is no sampling error.
            limit: the largest difference there can be.
        """
        if certain:
            mean = self.apart.mean
            return Contrast(
                self.first.mean, self.second.mean, 0.0, 0.0, Difference(mean, 0.0, (mean, mean))
            )
        return Contrast(
            self.first.mean,
            self.second.mean,
            _error(self.first),
            _error(self.second),
            self._difference(limit),
        )

    def _difference(self, limit: float) -> Difference:
        count, mean = self.apart.count, self.apart.mean
        doubted = count + 2
        centre = count * mean / doubted
        square = self.apart.spread + count * mean**2 + self.largest**2
        half = Z * sqrt(max(square / doubted - centre**2, 0.0) / doubted)
        interval = (max(centre - half, -limit), min(centre + half, limit))
        return Difference(mean, _error(self.apart), interval)


def difference(
    first: Floats, second: Floats, *, certain: bool = False, limit: float = inf
) -> Difference:
    """Return how much more the second has on average, both being float64[draw] in the same draws.

    Args:
        first: the figure under the first.
        second: the same under the second.
        certain: all draws are one: there is no sampling error.
        limit: the largest difference there can be.
    """
    return Pairing.of(first, second).contrast(certain=certain, limit=limit).difference


def _error(found: Moments) -> float:
    return sqrt(found.spread / found.count / max(found.count - 1, 1))
