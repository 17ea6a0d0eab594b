"""PRIM: boxes in which something happens more often than elsewhere (Friedman and Fisher 1999).

A box bounds some columns of x from below or above. *Peeling* cuts off, again and again, the
thin slice whose loss helps the mean of y most for what it costs (the gain in mean for each
point lost; Kwakkel and Jaxa-Rozen 2016), until little is left. *Pasting* then moves each bound back out while the
mean does not fall. Of all boxes passed, the one of greatest merit is taken, and bounds without
which it has almost as much are dropped.

Coverage is the share of all y that lies in a box, density the mean of y in it (Bryant and Lempert
2010). A box can have much of one at the cost of the other; its merit is their product, density
being counted from the mean of all (0) to 1 (1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.model.judgement import Bools, Floats

#: Share of a box cut off by one peel, and put back by one paste.
PEEL, PASTE = 0.05, 0.02
#: No box holds a smaller share of all points.
LEAST_MASS = 0.05
#: A bound is dropped if merit stays above this share of what it was.
WORTH_A_BOUND = 0.95
#: Boxes have so many bounds at most.
MOST_BOUNDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Bounds on columns; infinite where there is none."""

    low: Floats  #: float64[column]
    high: Floats  #: float64[column]

    def holds(self, x: Floats) -> Bools:
        """Return which points of *x*, float64[column, point], lie in the box: bool[point]."""
        inside = np.ones(x.shape[1], dtype=np.bool_)
        for column in self.bounded:
            inside &= (x[column] >= self.low[column]) & (x[column] <= self.high[column])
        return inside

    @property
    def bounded(self) -> NDArray[np.intp]:
        """Columns that it bounds."""
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))

    def without(self, column: int) -> Box:
        """Return the box without its bounds on *column*."""
        return self.moved(column, -np.inf, np.inf)

    def moved(self, column: int, low: float, high: float) -> Box:
        """Return the box with other bounds on *column*."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[column], highs[column] = low, high
        return Box(lows, highs)


def everything(columns: int) -> Box:
    """Return the box without bounds."""
    return Box(np.full(columns, -np.inf), np.full(columns, np.inf))


def find_box(x: Floats, y: Floats) -> Box:
    """Return the box of greatest merit for *y*, float64[point], in *x*, float64[column, point]."""
    path = [*peeled(x, y)]
    best = max(path, key=lambda box: merit(box, x, y))
    return pruned(pasted(best, x, y), x, y)


def merit(box: Box, x: Floats, y: Floats) -> float:
    """Return coverage times density above the mean of all, the most being 1; y lies in [0, 1]."""
    inside, mean = box.holds(x), y.mean()
    if not inside.any() or not 0.0 < mean < 1.0:
        return 0.0
    coverage, density = y[inside].sum() / y.sum(), y[inside].mean()
    return float(coverage * (density - mean) / (1.0 - mean))


def peeled(x: Floats, y: Floats) -> Iterator[Box]:
    """Yield the boxes of a peeling path, from everything on."""
    box, inside = everything(len(x)), np.arange(x.shape[1])
    least = max(1, int(LEAST_MASS * x.shape[1]))
    yield box
    while True:
        step = _best_peel(box, x[:, inside], y[inside], least)
        if step is None:
            return
        box, kept = step
        inside = inside[kept]
        yield box


def _best_peel(box: Box, x: Floats, y: Floats, least: int) -> tuple[Box, Bools] | None:
    columns = np.arange(len(x)) if len(box.bounded) < MOST_BOUNDS else box.bounded
    below, above = _slices(x[columns])
    gains = np.stack([_gains(cut, y, least) for cut in (below, above)])
    side, which = np.unravel_index(np.argmax(gains), gains.shape)
    if gains[side, which] <= 0.0:
        return None
    column = int(columns[which])
    kept = ~(below, above)[side][which]
    inside = x[column][kept]
    low, high = float(box.low[column]), float(box.high[column])
    if side == 0:
        return box.moved(column, float(inside.min()), high), kept
    return box.moved(column, low, float(inside.max())), kept


def _slices(x: Floats) -> tuple[Bools, Bools]:
    """Return what each column of *x* loses at either end: bool[column, point] each.

    Where many points share the outermost value, all of them go.
    """
    low, high = np.quantile(x, [PEEL, 1.0 - PEEL], axis=1)[..., None]
    least, most = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    return (x < low) | ((low == least) & (x == least)), (x > high) | ((high == most) & (x == most))


def _gains(cut: Bools, y: Floats, least: int) -> Floats:
    """Return by how much the mean of *y* rises for each point lost, 0 where too few are left."""
    lost = cut.sum(axis=1)
    left = len(y) - lost
    total = y.sum()
    mean = (total - cut.astype(np.float64) @ y) / np.maximum(left, 1)
    gains = (mean - total / len(y)) / np.maximum(lost, 1)
    return np.where((left >= least) & (lost > 0), gains, 0.0)


def pasted(box: Box, x: Floats, y: Floats) -> Box:
    """Return the box with its bounds moved out while the mean of *y* in it does not fall."""
    moved = True
    while moved:
        moved = False
        for column in box.bounded.tolist():
            for wider in _pastes(box, x, column):
                inside, now = wider.holds(x), box.holds(x)
                if inside.sum() > now.sum() and y[inside].mean() >= y[now].mean():
                    box, moved = wider, True
    return box


def _pastes(box: Box, x: Floats, column: int) -> Iterator[Box]:
    low, high = float(box.low[column]), float(box.high[column])
    others = box.without(column).holds(x)
    values = np.sort(x[column][others])
    more = max(1, int(PASTE * box.holds(x).sum()))
    if np.isfinite(low):
        at = int(np.searchsorted(values, low)) - more
        yield box.moved(column, float(values[at]) if at > 0 else -np.inf, high)
    if np.isfinite(high):
        at = int(np.searchsorted(values, high, side="right")) - 1 + more
        yield box.moved(column, low, float(values[at]) if at < len(values) - 1 else np.inf)


def pruned(box: Box, x: Floats, y: Floats) -> Box:
    """Return the box without the bounds that win almost nothing, least first."""
    while len(box.bounded):
        options = [box.without(column) for column in box.bounded.tolist()]
        best = max(options, key=lambda option: merit(option, x, y))
        if merit(best, x, y) < WORTH_A_BOUND * merit(box, x, y):
            return box
        box = best
    return box
