"""One pass over the draws, block by block: all figures that the analysis is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.draws.streams import uniforms
from detente.influence.exchange import Block, Conditioner, exchanged, redrawn
from detente.influence.groups import WAYS, Grouping, Way, grouping
from detente.influence.indices import TURN, orders, shapley_sums, sobol_sums
from detente.influence.panel import Panel
from detente.model.judgement import Bools, Floats
from detente.model.structure import Structure
from detente.verdict.blocks import in_order
from detente.verdict.run import Progress, block_size


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Figures in two independent sets of draws, A and B, and between them.

    Rows of levels are the unknowns that any plan hangs on. Sums are by way of grouping.
    """

    a: Floats  #: float64[plan, draw]: the figure of each plan in A
    b: Floats  #: float64[plan, draw]: in B
    levels_a: Floats  #: float64[row, draw]
    levels_b: Floats  #: float64[row, draw]
    sobol: dict[Way, Floats]  #: float64[unit, 3 + 3 * group]; see indices.sobol_sums
    shapley: dict[Way, Floats]  #: float64[unit, group]

    @classmethod
    def joined(cls, parts: Sequence[Sweep]) -> Sweep:
        """Return the sweep over the draws of all *parts*, in their order."""
        return cls(
            a=np.concatenate([part.a for part in parts], axis=1),
            b=np.concatenate([part.b for part in parts], axis=1),
            levels_a=np.concatenate([part.levels_a for part in parts], axis=1),
            levels_b=np.concatenate([part.levels_b for part in parts], axis=1),
            sobol={way: np.concatenate([part.sobol[way] for part in parts]) for way in WAYS},
            shapley={way: np.concatenate([part.shapley[way] for part in parts]) for way in WAYS},
        )


class Sweeper:
    """Sweeps over draws of one panel; of the indices the first plan is the subject."""

    def __init__(self, panel: Panel, seed: int, half: int) -> None:
        """Prepare for *half* draws in A and as many in B, which follow in the same sequence."""
        self.panel, self.seed, self.half = panel, seed, half
        self.rows = np.flatnonzero(panel.at_play)
        self.groupings = {way: grouping(panel.unknowns, panel.moves_first, way) for way in WAYS}
        self._conditioner = Conditioner(panel.unknowns, panel.moves_first)

    def swept(self, workers: int, progress: Progress | None) -> Sweep:
        """Return the sweep over all draws."""
        parts = []
        size = block_size(Structure.of(self.panel.case))  # a multiple of UNIT, as are its halves
        for done, part in in_order(self._block, self.half, size, workers):
            parts.append(part)
            if progress is not None:
                progress(2 * done, 2 * self.half)
        return Sweep.joined(parts)

    def _block(self, first: int, count: int) -> Sweep:
        unknowns = self.panel.unknowns
        a, b = (
            Block.of(unknowns, uniforms(self.seed, unknowns.inputs, start + first, count))
            for start in (0, self.half)
        )
        read_a, read_b = self.panel.read(a.values), self.panel.read(b.values)
        pair = _Pair(self.panel, self._conditioner, a, b, read_a[0], read_b[0])
        first_turn = first // TURN
        return Sweep(
            a=read_a,
            b=read_b,
            levels_a=a.levels[self.rows],
            levels_b=b.levels[self.rows],
            sobol={way: pair.sobol(found) for way, found in self.groupings.items()},
            shapley={
                way: pair.shapley(found, self.seed, first_turn)
                for way, found in self.groupings.items()
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A block of A and one of B, and what the first plan is in each: float64[draw]."""

    panel: Panel
    conditioner: Conditioner
    a: Block
    b: Block
    read_a: Floats
    read_b: Floats

    def sobol(self, found: Grouping) -> Floats:
        """Return sums for Sobol indices of the inputs behind each group."""
        mixed = np.empty((len(found.names), len(self.read_a)))
        for group in range(len(found.names)):
            inputs = found.of_input == group
            mixed[group] = self.panel.read_first(
                exchanged(self.panel.unknowns, self.a, self.b, inputs, self.panel.moves_first)
            )
        return sobol_sums(self.read_a, self.read_b, mixed)

    def shapley(self, found: Grouping, seed: int, first_turn: int) -> Floats:
        """Return sums for Shapley effects of the groups of unknowns."""
        turns = -(-len(self.read_a) // TURN)

        def step(known: NDArray[np.intp]) -> Floats:
            kept = _kept(found, known)
            return self.panel.read_first(redrawn(self.conditioner, self.a, self.b, kept, TURN))

        order = orders(seed, found.way, first_turn, turns, found.count)
        return shapley_sums(self.read_a, self.read_b, order, step)


def _kept(found: Grouping, known: NDArray[np.intp]) -> Bools:
    """Return which unknowns belong to the groups *known*, int[turn, place]: bool[turn, unknown]."""
    of_group = np.zeros((len(known), len(found.names) + 1), dtype=np.bool_)
    np.put_along_axis(of_group, known, values=True, axis=1)
    return of_group[:, found.of_unknown]  # those not at play are NONE, the last column
