"""Which plans of a pool to offer: the frontier, what is near it but different, reference points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.model.judgement import Floats
from detente.searching.evolve import Pool
from detente.searching.results import Reference
from detente.searching.space import NONE, Choices

#: So many plans of the frontier are offered, and so many others.
MOST_FRONTIER, MOST_ALTERNATIVES = 12, 6
#: An alternative may be worse than a plan of the frontier by this share of what it spans ...
NEAR = 0.05
#: ... and must differ from every plan offered in so many issues, or this share of its steps.
APART, APART_SHARE = 2, 0.34


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan of the pool that is offered."""

    row: int
    near: int | None = None  #: of an alternative: the row of the plan that it comes close to


def offered(pool: Pool) -> list[Choice]:
    """Return what to offer of *pool*, the frontier by its first objective, then alternatives."""
    losses, front = pool.full.losses, pool.frontier
    front = front[pool.full.missed[front] == 0.0]
    if not len(front):
        return []
    _, first = np.unique(losses[front], axis=0, return_index=True)  # one of each that are equal
    shown = _spread_out(losses, front[np.sort(first)], MOST_FRONTIER)
    shown = shown[np.lexsort(losses[shown].T[::-1])]
    return [*(Choice(int(row)) for row in shown), *_alternatives(pool, shown)]


def _scaled(losses: Floats, rows: NDArray[np.intp]) -> Floats:
    """Return *losses* in units of what those of *rows* span."""
    spread = np.ptp(losses[rows], axis=0)
    size = np.maximum(np.abs(losses[rows]).max(axis=0), 1e-12)
    return np.asarray(losses / np.where(spread > 0.0, spread, size))


def _spread_out(losses: Floats, rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return up to *most* of *rows*: the best in each objective, then those farthest apart."""
    if len(rows) <= most:
        return rows
    places = _scaled(losses, rows)[rows]
    chosen = list(dict.fromkeys(np.argmin(places, axis=0).tolist()))[:most]
    while len(chosen) < most:
        apart = np.abs(places[:, None] - places[None, chosen]).max(axis=2).min(axis=1)
        chosen.append(int(np.argmax(apart)))
    return rows[sorted(chosen)]


def _alternatives(pool: Pool, shown: NDArray[np.intp]) -> list[Choice]:
    """Return plans that come near one of *shown* in every objective, and are others."""
    losses = _scaled(pool.full.losses, shown)
    behind = (losses[:, None] - losses[None, shown]).max(axis=2)  # [plan, shown]
    found = list[Choice]()
    near = (behind.min(axis=1) <= NEAR) & (pool.full.missed == 0.0)
    candidates = [row for row in np.flatnonzero(near).tolist() if row not in set(shown.tolist())]
    taken = shown.tolist()
    while candidates and len(found) < MOST_ALTERNATIVES:
        apart = np.array([_apart(pool.choices, row, taken) for row in candidates])
        best = int(np.argmax(apart))
        if apart[best] < 1.0:
            break
        row = candidates.pop(best)
        found.append(Choice(row, int(shown[np.argmin(behind[row])])))
        taken.append(row)
    return found


def _apart(choices: Choices, row: int, others: list[int]) -> float:
    """Return how far a plan is from the nearest of *others*, 1 being far enough."""
    differs = (choices[others] != choices[row]).sum(axis=1)
    steps = (choices[row] != NONE).sum()
    return float(differs.min() / max(APART, APART_SHARE * steps))


def reference_points(surplus: Floats) -> dict[Reference, int]:
    """Return the rows of the plans at the reference points of bargaining theory.

    Without agreement every party's surplus is 0. Among plans that leave no party below that:

    - Nash: the greatest product of surpluses (Nash 1950);
    - Kalai-Smorodinsky: the greatest least share of what each party could have at best (Kalai
      and Smorodinsky 1975), of the plans there are: their point on a frontier without gaps may
      lie between two.

    Args:
        surplus: Expected surplus: float64[plan, party].
    """
    fine = np.asarray((surplus >= 0.0).all(axis=1))
    if not surplus.size or not (surplus[fine] > 0.0).all(axis=1).any():
        return {}
    kept = np.where(fine[:, None], surplus, 0.0)
    ideal = kept.max(axis=0)
    with np.errstate(divide="ignore"):
        product = np.log(kept).sum(axis=1)  # a product of many would lose its digits
    return {
        "nash": int(np.argmax(product)),
        "kalai_smorodinsky": int(np.argmax((kept / ideal).min(axis=1))),
    }
