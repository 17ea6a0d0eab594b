"""One unknown at a time: the figure with it held low and high, and where it reaches a target."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from detente.case.names import did_you_mean
from detente.draws.streams import uniforms
from detente.draws.unknowns import Unknowns
from detente.errors import RequestError
from detente.influence.estimates import index_of, mean_of
from detente.influence.exchange import Block
from detente.influence.panel import Panel
from detente.influence.results import Swinging
from detente.model.judgement import Floats

#: Draws in which unknowns are held; at which levels a break-even is looked for, then halved so often.
HELD_DRAWS = 2048
GRID = (0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
HALVINGS = 12
LOW, HIGH = 0.05, 0.95


def unknown_rows(unknowns: Unknowns, numbers: Sequence[str]) -> list[int]:
    """Return the rows of unknowns by path.

    Raises:
        RequestError: For a path that is no uncertain number of the case.
    """
    known = [name for row, name in enumerate(unknowns.names) if unknowns.number(row) is not None]
    for name in numbers:
        if name in unknowns.names and name not in known:
            raise RequestError(f"'{name}' is whether a red line is drawn: hold its chance instead")
        if name not in known:
            raise RequestError(
                f"no uncertain number '{name[:120]}' in {unknowns.case.name}"
                f"{did_you_mean(name, known) or '; detente sensitivity --json lists them by path'}"
            )
    return [unknowns.row(name) for name in dict.fromkeys(numbers)]


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """Draws in which single unknowns can be held at a level, all others as they are."""

    panel: Panel
    block: Block

    @classmethod
    def of(cls, panel: Panel, seed: int, draws: int) -> Holding:
        """Make the first draws of the sequence, not more than HELD_DRAWS."""
        unknowns = panel.unknowns
        u = uniforms(seed, unknowns.inputs, 0, min(draws, HELD_DRAWS))
        return cls(panel, Block.of(unknowns, u))

    def at(self, row: int, level: float) -> Floats:
        """Return the figure of the first plan with one unknown held: float64[draw]."""
        values = self.block.values.copy()
        values[row] = self.value(row, level)
        return self.panel.read_first(values)

    def value(self, row: int, level: float) -> float:
        """Return the value of an unknown at a level."""
        return float(self.panel.unknowns.values(np.array([[level]]), [row])[0, 0])

    def swinging(self, row: int, target: float) -> Swinging:
        """Return what one unknown does to the figure."""
        low, high = self.at(row, LOW), self.at(row, HIGH)
        return Swinging(
            number=self.panel.unknowns.names[row],
            low=self.value(row, LOW),
            high=self.value(row, HIGH),
            at_low=mean_of(self.panel.figure, low),
            at_high=mean_of(self.panel.figure, high),
            difference=index_of(high - low),
            breakeven=self._breakeven(row, target),
        )

    def _breakeven(self, row: int, target: float) -> float | None:
        """Return where the mean figure reaches *target*, nearest to the median of the unknown."""
        above = [self.at(row, level).mean() >= target for level in GRID]
        turns = [i for i in range(len(GRID) - 1) if above[i] != above[i + 1]]
        if not turns:
            return None
        i = min(turns, key=lambda i: abs(GRID[i] + GRID[i + 1] - 1.0))
        left, right = GRID[i], GRID[i + 1]
        for _ in range(HALVINGS):
            middle = (left + right) / 2.0
            if (self.at(row, middle).mean() >= target) == above[i]:
                left = middle
            else:
                right = middle
        # The end where the target is reached: between them an unknown of few values jumps.
        return self.value(row, left if above[i] else right)


def swings(
    panel: Panel, rows: Sequence[int], *, seed: int, draws: int, target: float, workers: int
) -> tuple[Swinging, ...]:
    """Return what each of some unknowns does to the figure of the first plan, the widest first."""
    holding = Holding.of(panel, seed, draws)
    with ThreadPoolExecutor(workers, thread_name_prefix="detente") as pool:
        found = [*pool.map(lambda row: holding.swinging(row, target), rows)]
    return tuple(sorted(found, key=lambda one: -abs(one.difference.value)))
