"""Which plans no other beats in every objective, and how far apart they lie.

The ranks and distances are those of NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002); plans that
miss a bound come after all that keep them, by how much they miss (constrained dominance).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.model.judgement import Bools, Floats
from detente.searching.race import Standing

Order = NDArray[np.intp]


def beats(standing: Standing) -> Bools:
    """Whether one plan beats another: bool[plan, plan].

    One beats another if it misses bounds by less, or misses none either and is no worse in any
    objective and better in one.
    """
    losses, missed = standing.losses, standing.missed
    less = missed[:, None] < missed[None]
    no_worse = missed[:, None] == missed[None]
    better = np.zeros_like(less)
    for column in losses.T:  # one by one: an axis as short as that of objectives is slow
        no_worse &= column[:, None] <= column[None]
        better |= column[:, None] < column[None]
    return np.asarray(less | (no_worse & better))


def ranks(standing: Standing) -> NDArray[np.intp]:
    """Return 0 for plans that none beats, 1 for those that only these beat, and so on."""
    wins = beats(standing)
    left = wins.sum(axis=0)
    rank = np.full(len(left), -1, dtype=np.intp)
    level = 0
    while (rank < 0).any():
        front = (left == 0) & (rank < 0)
        rank[front] = level
        left = left - wins[front].sum(axis=0)
        level += 1
    return rank


def spacing(losses: Floats, rank: NDArray[np.intp]) -> Floats:
    """Return how far apart the neighbours of each plan lie within its rank: float64[plan].

    Infinite at the ends; a sum over objectives, each in units of its range.
    """
    room = np.zeros(len(losses))
    for level in np.unique(rank):
        rows = np.flatnonzero(rank == level)
        for column in losses[rows].T:
            order = np.argsort(column, kind="stable")
            spread = column[order[-1]] - column[order[0]]
            room[rows[order[[0, -1]]]] = np.inf
            if spread > 0.0:
                room[rows[order[1:-1]]] += (column[order[2:]] - column[order[:-2]]) / spread
    return room


def best_first(standing: Standing) -> Order:
    """Return the positions of all plans: by rank, and within one those that lie apart first."""
    rank = ranks(standing)
    return np.lexsort((-spacing(standing.losses, rank), rank))
