"""Scenario discovery: the boxes of unknowns in which a plan fails, and in which it holds.

Boxes are found by :mod:`detente.influence.prim` in one half of the draws and told by the other.
One box after another: draws that a box holds are left out when the next is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from detente.case.numbers import Certain
from detente.draws.unknowns import Unknowns, crossing
from detente.influence.prim import Box, find_box
from detente.influence.results import Bound, Index, Scenario
from detente.model.judgement import Bools, Floats
from detente.verdict.intervals import wilson

#: Boxes of either kind; columns looked at, those that move the mean most.
MOST_BOXES, MOST_COLUMNS = 3, 40
#: Fewer points are not searched for another box.
LEAST_POINTS = 100
#: Levels between which the range of an unknown is told: some distributions have no ends.
ENDS = (0.01, 0.99)


def told_values(unknowns: Unknowns, rows: Sequence[int], levels: Floats) -> Floats:
    """Return the unknowns in *rows* as boxes bound them: float64[row, draw].

    They are their values at *levels*, float64[row, draw]; but of a red line 1 where it is drawn
    and 0 where it is not, so that a bound says which.
    """
    values = unknowns.values(levels, rows)
    place = {unknowns.names[row]: i for i, row in enumerate(rows)}
    for _, line in unknowns.case.red_lines:
        at = place.get(crossing(line.path))
        if at is not None:
            known = line.chance.distribution
            fixed = known.value if isinstance(known, Certain) else None
            chance = values[place[line.chance.path]] if fixed is None else fixed
            values[at] = values[at] < chance
    return values


def scenarios(
    unknowns: Unknowns,
    rows: Sequence[int],
    found_in: tuple[Floats, Floats],
    told_by: tuple[Floats, Floats],
) -> tuple[Scenario, ...]:
    """Return boxes of the unknowns in *rows* in which something happens more often than elsewhere.

    Args:
        found_in: values of the unknowns, float64[row, draw], and the chance that it happens in
            each draw, float64[draw] in [0, 1].
        told_by: the same in other draws.
    """
    x, y = found_in
    columns = _columns(x, y)
    found = tuple(_boxes(x[columns], y))
    left = np.ones(told_by[0].shape[1], dtype=np.bool_)
    told = list[Scenario]()
    for box in found:
        inside = box.holds(told_by[0][columns]) & left
        names = [rows[c] for c in columns]
        scenario = _told(unknowns, names, box, inside, told_by[1], len(told))
        if scenario is None:
            break
        told.append(scenario)
        left &= ~inside
    return tuple(told)


def _columns(x: Floats, y: Floats) -> list[int]:
    """Return the columns most correlated with *y*, in their order."""
    apart, own = x - x.mean(axis=1, keepdims=True), y - y.mean()
    spread = np.sqrt((apart**2).sum(axis=1))
    strength = np.abs(apart @ own) / np.maximum(spread, 1e-300)
    return sorted(np.argsort(-strength, kind="stable")[:MOST_COLUMNS].tolist())


def _boxes(x: Floats, y: Floats) -> Iterator[Box]:
    for _ in range(MOST_BOXES):
        if len(y) < LEAST_POINTS or y.mean() <= 0.0:
            return
        box = find_box(x, y)
        if not len(box.bounded):
            return
        yield box
        outside = ~box.holds(x)
        x, y = x[:, outside], y[outside]


def _told(
    unknowns: Unknowns, rows: Sequence[int], box: Box, inside: Bools, y: Floats, after: int
) -> Scenario | None:
    """Return what other draws say of a box; None where it is no better than all draws."""
    count, total = int(inside.sum()), float(y.sum())
    if count < 2 or total <= 0.0:
        return None
    density = float(y[inside].mean())
    spread = float(y[inside].std(ddof=1) / np.sqrt(count))
    likely = _share(density, spread, count)
    if likely.interval[0] <= y.mean():
        return None
    coverage = float(y[inside].sum()) / total
    apart = y * (inside - coverage)  # linearised: the denominator is estimated too
    error = float(np.sqrt((apart**2).sum()) / total)
    covered = _share(coverage, error, total**2 / float((y**2).sum()))
    limits = tuple(_bound(unknowns, rows[c], box.low[c], box.high[c]) for c in box.bounded)
    return Scenario(limits, covered, likely, count / len(y), float(y.mean()), after)


def _bound(unknowns: Unknowns, row: int, low: float, high: float) -> Bound:
    """Return a bound with the range that its unknown has in all draws."""
    least, greatest = 0.0, 1.0
    if unknowns.number(row) is not None:
        least, greatest = unknowns.values(np.array([ENDS]), [row])[0].tolist()
    return Bound(
        number=unknowns.names[row],
        low=_end(low),
        high=_end(high),
        least=min(least, low) if np.isfinite(low) else least,
        greatest=max(greatest, high) if np.isfinite(high) else greatest,
    )


def _share(mean: float, error: float, n: float) -> Index:
    """Return a share with an interval that says something where all are alike (Wilson 1927).

    Args:
        mean: the share.
        error: its standard error.
        n: of how many that either do or do not: where they do by a chance, so many at least.
    """
    return Index(mean, error, wilson(min(mean, 1.0), n))


def _end(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
