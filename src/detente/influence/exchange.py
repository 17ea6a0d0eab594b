"""What a plan would be worth had some unknowns come out otherwise: pick-and-freeze designs.

Two independent sets of draws are made, A and B. Exchanging *inputs* of a group, which are
independent, gives Sobol indices (Saltelli et al. 2010). *Unknowns* are correlated: keeping those
of some groups as in A, the others are drawn anew from their distribution given those. Scores are
normal, so this is a correction of the scores of B (Matheron's rule; Chilès and Delfiner 2012,
7.3.1): with loadings L on shared parts Z, and own parts of variance r,

    Z* = Z_B + (r I + L_S' L_S)^-1 L_S' (s_A - s_B)_S,     s*_j = s_Bj + L_j (Z* - Z_B)

for S what is kept and j what is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr, ndtri

from detente.draws.unknowns import NONE, Unknowns
from detente.model.judgement import Floats

#: Own parts of scores have this variance at least: with less, the shared parts decide all.
LEAST_REST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Inputs and unknowns of some draws."""

    u: Floats  #: float64[input, draw]
    levels: Floats  #: float64[unknown, draw]
    values: Floats  #: float64[unknown, draw]

    @classmethod
    def of(cls, unknowns: Unknowns, u: Floats) -> Block:
        """Reckon levels and values from uniforms."""
        levels = unknowns.levels(u)
        return cls(u, levels, unknowns.values(levels))


def exchanged(
    unknowns: Unknowns, a: Block, b: Block, inputs: NDArray[np.bool_], at_play: NDArray[np.bool_]
) -> Floats:
    """Return the values of A where *inputs*, bool[input], are those of B: float64[unknown, draw].

    Unknowns that are not *at_play* stay as they are.
    """
    parts = unknowns.parts
    touched = ((parts != NONE) & inputs[parts]).any(axis=0) & at_play
    rows = np.flatnonzero(touched)
    u = np.where(inputs[:, None], b.u, a.u)
    values = a.values.copy()
    values[rows] = unknowns.values(unknowns.levels(u, rows), rows)
    return values


class Conditioner:
    """Draws unknowns at play anew, given some of them."""

    def __init__(self, unknowns: Unknowns, at_play: NDArray[np.bool_]) -> None:
        self.unknowns = unknowns
        self.rows = np.flatnonzero(at_play & unknowns.is_correlated)
        _, *weights = unknowns.weights
        parts = unknowns.parts[1:, self.rows]
        used = np.unique(parts[parts != NONE])
        loadings = np.zeros((len(self.rows), len(used)))
        for weight, part in zip(weights, parts, strict=True):
            has = np.flatnonzero(part != NONE)
            loadings[has, np.searchsorted(used, part[has])] = weight
        self._loadings = loadings

    def scores(self, block: Block) -> Floats:
        """Return the normal scores of the correlated unknowns at play: float64[row, draw]."""
        return np.asarray(ndtri(block.levels[self.rows]))

    def given(self, kept: NDArray[np.bool_], a: Floats, b: Floats) -> Floats:
        """Return scores that are those of *a* where *kept*, bool[row], else drawn given those.

        Args:
            a: scores of A, float64[row, draw].
            b: scores of B, independent of them.
        """
        if not kept.any() or kept.all():
            return a.copy() if kept.any() else b.copy()
        loadings = self._loadings
        rest = np.maximum(1.0 - (loadings**2).sum(axis=1), LEAST_REST)
        seen = loadings[kept] / rest[kept, None]
        factor = cho_factor(np.eye(loadings.shape[1]) + loadings[kept].T @ seen)
        scores = b + loadings @ cho_solve(factor, seen.T @ (a[kept] - b[kept]))
        scores[kept] = a[kept]
        return np.asarray(scores)


def redrawn(
    conditioner: Conditioner,
    a: Block,
    b: Block,
    kept: NDArray[np.bool_],
    unit: int,
) -> Floats:
    """Return values of A where *kept*, else drawn anew given those: float64[unknown, draw].

    Args:
        kept: bool[unit, unknown]: what is kept, for each *unit* of so many draws.
        unit: how many draws stand together.
    """
    unknowns, rows = conditioner.unknowns, conditioner.rows
    by_draw = np.repeat(kept, unit, axis=0)[: a.values.shape[1]].T
    values = np.where(by_draw, a.values, b.values)
    if not len(rows):
        return values
    scores_a, scores_b = conditioner.scores(a), conditioner.scores(b)
    levels = np.empty_like(scores_a)
    for i, which in enumerate(kept):
        at = slice(i * unit, (i + 1) * unit)
        levels[:, at] = ndtr(conditioner.given(which[rows], scores_a[:, at], scores_b[:, at]))
    drawn = unknowns.values(levels, rows)
    values[rows] = np.where(by_draw[rows], a.values[rows], drawn)
    return values
