"""Sobol indices of groups of independent inputs, and Shapley effects of groups of unknowns.

Both are reckoned from sums over units of draws, so that they can be added up block by block
and their errors had by leaving units out.

- First and total Sobol index of a group of inputs: estimators of Saltelli et al. (2010, table
  2 b and f): ``E[f(B) (f(A_B) - f(A))] / V`` and ``E[(f(A) - f(A_B))^2] / 2V``, where A_B is A
  with the group from B.
- Shapley effect of a group of unknowns (Owen 2014; Song, Nelson and Staum 2016): its share of
  the variance, averaged over all orders in which groups become known. One order for half a unit
  of draws and its reverse for the other half, walked from B to A as in Goda (2021), with what is
  not yet known drawn given what is: the step that makes the group known is credited with half
  the fall of ``(f(A) - f)^2``. The effects are not negative, also where unknowns are correlated,
  and sum to 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from detente.draws.streams import stream_key
from detente.influence.estimates import jackknifed
from detente.model.judgement import Floats

#: Draws that are left out together; those of one order of groups, whose reverse the others have.
UNIT, TURN = 64, 32
#: A variance of less than this part of the mean square is but rounding.
ROUNDING = 1e-13


def by_unit(values: Floats, size: int = UNIT) -> Floats:
    """Sum *values*, float64[draw, ...], over each unit of so many draws: float64[unit, ...]."""
    return np.add.reduceat(values, range(0, len(values), size), axis=0)


def _over(part: Floats, whole: Floats) -> Floats:
    """Return what part of a whole is, 0 where there is no whole: all that varied was left out."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)


def sobol_sums(a: Floats, b: Floats, mixed: Floats) -> Floats:
    """Return sums for Sobol indices: float64[unit, 3 + 3 * group].

    Args:
        a: float64[draw]: the figure in A.
        b: the figure in B.
        mixed: float64[group, draw]: in A with a group from B.
    """
    # Pairs of draws: variance and mean are estimated from both sets.
    base = [np.ones_like(a), a + b, a**2 + b**2]
    each = [x for f in mixed for x in (b * (f - a), f - a, (f - a) ** 2)]
    return by_unit(np.stack([*base, *each], axis=-1))


def sobol(sums: Floats) -> tuple[Floats, Floats]:
    """Return indices from sums over units, and their standard errors: float64[group, 2] each."""
    return jackknifed(sums, _sobol)


def _sobol(sums: Floats) -> Floats:
    count, total, squares = sums[..., 0], sums[..., 1], sums[..., 2]
    mean = total / (2.0 * count)
    square = squares / (2.0 * count)
    variance = np.where(square - mean**2 > ROUNDING * square, square - mean**2, 0.0)
    each = sums[..., 3:].reshape(*sums.shape[:-1], -1, 3) / count[..., None, None]
    first = each[..., 0] - mean[..., None] * each[..., 1]  # of figures less their mean
    return _over(np.stack([first, each[..., 2] / 2.0], axis=-1), variance[..., None, None])


def orders(seed: int, way: str, first: int, turns: int, groups: int) -> NDArray[np.intp]:
    """Return an order of *groups* for each turn, every second the reverse: int[turn, place].

    Args:
        first: number of the first turn, from which the order follows whatever the blocks.
    """
    found = np.empty((turns, groups), dtype=np.intp)
    for i in range(turns):
        pair, second = divmod(first + i, 2)
        generator = np.random.Generator(
            np.random.Philox(key=stream_key(seed, f"order.{way}.{pair}"))
        )
        order = generator.permutation(groups)
        found[i] = order[::-1] if second else order
    return found


def shapley_sums(
    a: Floats,
    b: Floats,
    order: NDArray[np.intp],
    step: Callable[[NDArray[np.intp]], Floats],
) -> Floats:
    """Return sums for Shapley effects: float64[unit, group].

    Args:
        a: float64[draw]: the figure in A.
        b: the figure in B.
        order: int[turn, place]: the order of groups in each turn of draws.
        step: returns the figure, float64[draw], with the groups in the given places of each
            order known, int[turn, place], and the others drawn given those.
    """
    turns, groups = order.shape
    sums = np.zeros((turns, groups))
    before = (a - b) ** 2
    for place in range(groups):
        known = step(order[:, : place + 1]) if place + 1 < groups else a
        after = (a - known) ** 2
        sums[np.arange(turns), order[:, place]] = by_unit((before - after) / 2.0, TURN)
        before = after
    return by_unit(sums, UNIT // TURN)


def shapley(sums: Floats) -> tuple[Floats, Floats]:
    """Return shares of the variance from sums over units, and their errors: float64[group] each."""
    return jackknifed(sums, _shares)


def _shares(sums: Floats) -> Floats:
    return _over(sums, sums.sum(axis=-1, keepdims=True))
