"""Means over independent units of draws, and intervals by leaving one out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from detente.influence.results import Index
from detente.model.judgement import Floats
from detente.searching.figures import Figure
from detente.verdict.intervals import Z, estimate

__all__ = ["Z", "index", "index_of", "jackknifed", "mean_of", "share"]


def jackknifed(sums: Floats, figure: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """Return a figure of sums, and its standard error by the jackknife over units.

    Args:
        sums: float64[unit, ...]: sums over each unit, units being independent.
        figure: turns sums, float64[..., *], over any leading axes into float64[...].

    Returns:
        The figure of all units together; its standard error, 0 for a single unit. Where units are
        few it is widened, so that Z of them still reach as far as Student's t says.
    """
    total = sums.sum(axis=0)
    whole = figure(total[None])[0]
    units = len(sums)
    if units < 2:
        return whole, np.zeros_like(whole)
    left = figure(total - sums)
    spread = ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    widened = float(stdtrit(units - 1, 0.975)) / Z
    return whole, widened * np.sqrt(spread * (units - 1) / units)


def mean_of(figure: Figure, values: Floats, *, certain: bool = False) -> Index:
    """Return the mean of a figure, float64[draw], with the interval that a verdict has.

    Where the case is *certain*, all draws are one and there is no error.
    """
    if not figure.is_share:
        return index_of(values)
    found = estimate(float(values.sum()), float((values**2).sum()), len(values), certain=certain)
    return Index(found.mean, found.standard_error, found.interval)


def index_of(values: Floats) -> Index:
    """Return the mean of *values*, float64[draw], with its interval."""
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    return index(float(values.mean()), error)


def index(value: float, error: float) -> Index:
    """Return an estimate with its interval of 95 %."""
    return Index(value, error, (value - Z * error, value + Z * error))


def share(value: float, error: float) -> Index:
    """Return an estimate of a share, which may lie outside, with its interval in [0, 1] (95 %)."""
    low, high = value - Z * error, value + Z * error
    return Index(value, error, (min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)))
