"""The unknowns of a case, and how independent uniforms become their values.

An *unknown* is an uncertain number of a case, or whether a red line is drawn. In each draw it has
a *level*, the probability in (0, 1) of which its value is the quantile. Levels come from
independent uniforms, the *inputs*: each unknown has one of its own. Worths are correlated
besides through normal scores: the score of the worth of measure m to constituency c is
``sqrt(s_c) Z_c + sqrt(s_m) Z_m + sqrt(1 - s_c - s_m) E_cm``, where s_c and s_m are the case's
``correlation`` shares and all Z and E are independent standard normal. Levels of one measure
share its Z_m; an interaction has a Z_m of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from detente.case.domain import Case, Interaction, Measure
from detente.case.numbers import Certain, Number
from detente.draws.quantiles import quantile

Floats = NDArray[np.float64]

#: Beginning and end of names of what tells whether a red line is drawn: numbers there end otherwise.
_LINES, _CROSSED = "red_lines.", ".crossed"
#: Where an unknown shares nothing.
NONE = -1


class Unknowns:
    """The unknowns of one case, in a fixed order."""

    def __init__(self, case: Case) -> None:
        self.case = case
        numbers = {number.path: number for number in _numbers(case) if not number.is_certain}
        self._numbers: tuple[Number | None, ...] = tuple(numbers.values())
        inputs = dict.fromkeys(numbers)
        shared = dict[str, tuple[str | None, str | None]]()
        for item in case.items:
            shared |= dict(_shared(case, item))
        for pair in shared.values():
            inputs |= dict.fromkeys(name for name in pair if name is not None)
        crossed = [
            crossing(line.path)
            for _, line in case.red_lines
            if line.chance.distribution != Certain(1.0)
        ]
        self._numbers += (None,) * len(crossed)
        #: Paths of the uncertain numbers, then what tells whether a red line is drawn.
        self.names: tuple[str, ...] = (*numbers, *crossed)
        #: Names of the independent uniforms.
        self.inputs: tuple[str, ...] = (*inputs, *crossed)
        self._input_row = {name: row for row, name in enumerate(self.inputs)}
        self._row = {name: row for row, name in enumerate(self.names)}
        #: int[3, unknown]: input of its own, of its constituency and of its measure, or NONE.
        self.parts: NDArray[np.intp] = np.full((3, len(self.names)), NONE, dtype=np.intp)
        self.parts[0] = [self._input_row[name] for name in self.names]
        for path, pair in shared.items():
            for part, name in enumerate(pair, start=1):
                if name is not None:
                    self.parts[part, self._row[path]] = self._input_row[name]

    def row(self, name: str) -> int:
        """Return the row of an unknown; KeyError where there is none of that name."""
        return self._row[name]

    def input_row(self, name: str) -> int:
        """Return the row of an input; KeyError where there is none of that name."""
        return self._input_row[name]

    def number(self, row: int) -> Number | None:
        """Return the number in a row; None where it is whether a red line is drawn."""
        return self._numbers[row]

    @property
    def weights(self) -> tuple[float, float, float]:
        """Weights of the three parts of a normal score: own, constituency's, measure's."""
        shares = self.case.correlation
        rest = 1.0 - shares.same_constituency - shares.same_measure
        own, constituency, measure = np.sqrt(
            [max(rest, 0.0), shares.same_constituency, shares.same_measure]
        )
        return float(own), float(constituency), float(measure)

    @property
    def is_correlated(self) -> NDArray[np.bool_]:
        """bool[unknown]: whether others share a part of its score."""
        return np.asarray((self.parts[1:] != NONE).any(axis=0))

    def levels(self, u: Floats, rows: Sequence[int] | NDArray[np.intp] | None = None) -> Floats:
        """Return the levels of unknowns, float64[row, draw], of inputs *u*, float64[input, draw].

        Args:
            u: one row for each of :attr:`inputs`, in (0, 1).
            rows: which unknowns; all, by default.
        """
        chosen = range(len(self.names)) if rows is None else rows
        own, *shares = self.weights
        normal = dict[int, Floats]()
        levels = np.empty((len(chosen), u.shape[1]))
        for i, row in enumerate(chosen):
            drawn = u[self.parts[0, row]]
            parts = [(w, p) for w, p in zip(shares, self.parts[1:, row], strict=True) if p != NONE]
            if not parts:
                levels[i] = drawn
                continue
            score = own * ndtri(drawn)
            for weight, part in parts:
                if part not in normal:
                    normal[part] = ndtri(u[part])
                score += weight * normal[part]
            ndtr(score, out=levels[i])
        return levels

    def values(
        self, levels: Floats, rows: Sequence[int] | NDArray[np.intp] | None = None
    ) -> Floats:
        """Return the values of unknowns at their *levels*, float64[row, draw].

        The value of whether a red line is drawn is its level: it is drawn where that lies below
        its chance.
        """
        chosen = range(len(self.names)) if rows is None else rows
        values = np.empty_like(levels)
        for i, row in enumerate(chosen):
            number = self._numbers[row]
            values[i] = levels[i] if number is None else quantile(number.distribution, levels[i])
        return values


def crossing(path: str) -> str:
    """Return the name of what tells whether the red line at *path* is drawn."""
    return f"{path}{_CROSSED}"


def is_crossing(name: str) -> bool:
    """Whether the unknown of that name is whether a red line is drawn."""
    return name.startswith(_LINES) and name.endswith(_CROSSED)


def _shared(
    case: Case, item: Measure | Interaction
) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Yield by path of an uncertain worth of *item* the inputs that it shares with others."""
    shares = case.correlation
    kind, name = ("measure", item.base) if isinstance(item, Measure) else ("interaction", item.id)
    for constituency, number in item.worth.items():
        own = f"correlation.constituency.{constituency}" if shares.same_constituency > 0 else None
        common = f"correlation.{kind}.{name}" if shares.same_measure > 0 else None
        if not number.is_certain:
            yield number.path, (own, common)


def _numbers(case: Case) -> list[Number]:
    """List every number of *case* that enters a draw."""
    numbers = [case.margin, case.false_alarm]
    for constituency in case.constituencies:
        numbers += [constituency.discount, constituency.reservation, constituency.collapse]
    for party in case.parties:
        numbers += [decider.start for decider in party.deciders]
        numbers += [passing.per_year for passing in party.turnover]
    for measure in case.measures:
        numbers += [measure.detection, measure.upfront, *measure.raises_detection.values()]
        numbers += [effect.change for effect in measure.effects]
        numbers += measure.worth.values()
        if measure.undo_years is not None:
            numbers.append(measure.undo_years)
    for interaction in case.interactions:
        numbers += [interaction.upfront, *interaction.worth.values()]
    numbers += [scaling.factor for scaling in case.scalings]
    numbers += [line.chance for _, line in case.red_lines]
    for quantity in case.quantities:
        numbers += [quantity.start, quantity.trend]
        numbers += [] if quantity.floor is None else [quantity.floor]
        numbers += [weight for _, weight in quantity.sum_of]
    return numbers
