"""What draws already made say of single unknowns: no design, no further judging.

Draws are sorted into classes of each unknown, of equal probability (the values themselves where
there are few). From the figure in each class follow

- the first-order index ``Var(E[Y | X]) / Var(Y)``, as a correlation ratio less what chance alone
  would give (Kelley's epsilon squared, 1935); and
- delta, half the mean distance between the distribution of Y in a class and in all (Borgonovo
  2007; from classes as in Plischke, Borgonovo and Smith 2013), which also sees what does not
  move the mean. Chance alone gives more than 0: so much as unknowns give that play no part
  (:data:`DUMMIES`).

Counts are kept by unit of draws, for the jackknife.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.numbers import Discrete
from detente.draws.streams import uniforms
from detente.draws.unknowns import Unknowns
from detente.influence.estimates import jackknifed
from detente.model.judgement import Floats

#: int8[unknown, draw]: in which class a draw lies.
Classes = NDArray[np.int8]

#: Classes of an unknown, and of the figure; units of draws left out one by one.
CLASSES, RANGES, UNITS = 16, 10, 32
#: Unknowns that play no part, of which the largest delta is what chance alone gives.
DUMMIES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Indices of single unknowns from given draws, with standard errors: float64[unknown] each."""

    first: Floats
    first_error: Floats
    delta: Floats
    delta_error: Floats
    zero: float  #: the largest delta of DUMMIES unknowns that play no part


def classes(unknowns: Unknowns, rows: Sequence[int], levels: Floats) -> Classes:
    """Sort draws into classes of the unknowns in *rows*: int8[row, draw] below CLASSES.

    Args:
        levels: float64[row, draw].
    """
    found = np.minimum((levels * CLASSES).astype(np.int8), CLASSES - 1)
    for i, row in enumerate(rows):
        number = unknowns.number(row)
        known = None if number is None else number.distribution
        if isinstance(known, Discrete) and len(known.pk) <= CLASSES:
            found[i] = np.searchsorted(np.cumsum(known.pk)[:-1], levels[i], side="right")
    return found


def dummies(seed: int, count: int) -> Classes:
    """Return classes of unknowns that play no part: int8[dummy, draw]."""
    u = uniforms(seed, [f"sensitivity.dummy.{i}" for i in range(DUMMIES)], 0, count)
    return np.asarray((u * CLASSES).astype(np.int8))


def given(sorted_in: Classes, y: Floats) -> Given:
    """Return the indices of unknowns, the last :data:`DUMMIES` of which play no part.

    Args:
        sorted_in: int8[unknown, draw]: classes of the unknowns.
        y: float64[draw]: the figure; not the same in all draws.
    """
    unit = np.minimum(np.arange(len(y)) * UNITS // len(y), UNITS - 1)
    # No edge at the top, where one value takes most draws: nothing would lie beyond it.
    top = y[y < y.max()].max()
    edges = np.unique(np.minimum(np.quantile(y, np.arange(1, RANGES) / RANGES), top))
    ranges = np.searchsorted(edges, y, side="left")
    apart = y - y.mean()
    found = [_indices(row, unit, apart, ranges) for row in sorted_in]
    first, first_error, delta, delta_error = np.array(found).T
    own = slice(0, len(first) - DUMMIES)
    zero = float(delta[own.stop :].max())
    return Given(first[own], first_error[own], delta[own], delta_error[own], zero)


def _indices(
    row: Classes, unit: NDArray[np.intp], y: Floats, ranges: NDArray[np.intp]
) -> tuple[float, float, float, float]:
    cell = unit * CLASSES + row
    sums = np.stack([_counted(cell, y**power) for power in range(3)], axis=-1)
    first, first_error = jackknifed(sums, _epsilon)
    cells = (cell * RANGES + ranges).ravel()
    counts = np.bincount(cells, minlength=UNITS * CLASSES * RANGES).astype(np.float64)
    delta, delta_error = jackknifed(counts.reshape(UNITS, CLASSES, RANGES), _delta)
    return float(first), float(first_error), float(delta), float(delta_error)


def _counted(cell: NDArray[np.intp], weights: Floats) -> Floats:
    sums = np.bincount(cell, weights, minlength=UNITS * CLASSES)
    return np.asarray(sums.reshape(UNITS, CLASSES))


def _epsilon(sums: Floats) -> Floats:
    """Correlation ratio less chance from counts, sums and squares: float64[..., class, 3]."""
    count, total, squares = np.moveaxis(sums, -1, 0)
    n, used = count.sum(axis=-1), (count > 0).sum(axis=-1)
    between = (total**2 / np.maximum(count, 1.0)).sum(axis=-1) - total.sum(axis=-1) ** 2 / n
    around = squares.sum(axis=-1) - total.sum(axis=-1) ** 2 / n
    within = (around - between) / np.maximum(n - used, 1.0)
    explained = between - (used - 1) * within
    # Where the draws that are left do not vary, there is nothing to explain.
    shares: Floats = np.divide(explained, around, out=np.zeros_like(around), where=around > 0.0)
    return shares


def _delta(counts: Floats) -> Floats:
    """Half the mean distance between distributions from counts: float64[..., class, range]."""
    n = counts.sum(axis=(-1, -2))
    each = counts.sum(axis=-1)
    shares = counts / np.maximum(each, 1.0)[..., None]
    all_of = counts.sum(axis=-2) / n[..., None]
    apart = np.abs(shares - all_of[..., None, :]).sum(axis=-1)
    return np.asarray((each / n[..., None] * apart).sum(axis=-1) / 2.0)
