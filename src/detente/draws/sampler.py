"""Draws of a case: complete sets of its numbers, made from independent uniforms.

A *draw* is one complete set of the numbers that the analyst does not know. It is a pure
map from independent uniform numbers, one for each of :attr:`Sampler.inputs`, so that any
design of uniforms (random, quasi-random, a sensitivity analysis of its own) can drive it:
uniforms become levels and values of the unknowns (:mod:`detente.draws.unknowns`), and these
fill the arrays of the model.

Chances per year leave here as chances per period, years as discount factors (model.md, 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case, Party
from detente.case.numbers import Certain, Distribution, Number
from detente.draws.streams import uniforms
from detente.draws.unknowns import Unknowns, crossing

if TYPE_CHECKING:
    from xarray import Dataset

Floats = NDArray[np.float64]

#: The least discount rate per year: below, worth for ever would lose its digits.
LEAST_RATE = 1e-4
#: The largest chance below 1: chances that round to 1 would pass control at an infinite rate.
ALMOST_SURE = 1.0 - 2.0**-53


@dataclass(frozen=True, slots=True)
class Draws:
    """A block of n draws of one case. Every array has the draws on its last axis.

    Rows follow the order of the case: item rows are its measures, then its interactions;
    watch, decider, red line, effect and summand rows follow the tuples of those names in
    :class:`~detente.case.domain.Case`.
    """

    worth: Floats  #: float64[item, constituency, draw]: worth when the item is done (M7, M14)
    upfront: Floats  #: float64[item, draw]: share of the worth felt at once (M7)
    decay: Floats  #: float64[measure, constituency, draw]: discount until undoing bites (M9)
    discount: Floats  #: float64[constituency, draw]: factor per period (M5)
    reservation: Floats  #: float64[constituency, draw]: least value it accepts (M28)
    collapse: Floats  #: float64[constituency, draw]: lump felt at collapse, in worth (M10)
    false_alarm: Floats  #: float64[draw]: chance per period (M11)
    margin: Floats  #: float64[draw]: by how much keeping must be better, in worth (M22)
    detection: Floats  #: float64[measure, draw]: chance per period that a breach is seen (M13)
    gain: Floats  #: float64[watch, draw]: what a watch adds to that, per period (M13)
    factor: Floats  #: float64[scaling, draw]: factor on worths (M14)
    start: Floats  #: float64[decider, draw]: in charge at the start; sums to 1 in a party (M23)
    turnover: tuple[Floats, ...]  #: by party float64[from, to, draw]: chance per period (M24)
    crossed: NDArray[np.bool_]  #: bool[red line, draw]: whether the line is drawn (M15)
    quantity_start: Floats  #: float64[quantity, draw]: in its own unit (M47)
    trend: Floats  #: float64[quantity, draw]: in its own unit per year (M47)
    floor: Floats  #: float64[quantity, draw]: in its own unit, -inf where there is none (M47)
    summand_weight: Floats  #: float64[summand, draw]: weight in a sum (M47)
    change: Floats  #: float64[effect, draw]: shift, in the unit of the quantity (M47)
    case_hash: str  #: of the case whose numbers these are

    @property
    def count(self) -> int:
        """n, the number of draws."""
        return len(self.false_alarm)

    def to_xarray(self, case: Case) -> Dataset:
        """Return all arrays as a labelled dataset.

        Its variables are called as the fields here; ``turnover`` is one array of all deciders,
        0 between parties. Rows carry the ids of the case, with names beside them, and each
        variable says what it is (``long_name``) and in what unit (``units``).

        Args:
            case: the case whose draws these are.

        Returns:
            The dataset, with ``draw`` as the last axis of every variable.

        Raises:
            RequestError: where xarray is not installed (``pip install 'detente[xarray]'``), or
                *case* is another.
        """
        from detente.draws.dataset import labelled  # noqa: PLC0415 (made from draws)

        return labelled(case, self)


class Sampler:
    """The map from independent uniforms to draws of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.unknowns = Unknowns(case)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the independent uniforms, in the order that :meth:`draws` expects them."""
        return self.unknowns.inputs

    def row(self, name: str) -> int:
        """Return the row of the input *name*; KeyError where it has none."""
        return self.unknowns.input_row(name)

    def sample(self, seed: int, first: int, count: int) -> Draws:
        """Return draws first .. first + count - 1 of the sequence that *seed* fixes."""
        return self.draws(uniforms(seed, self.inputs, first, count))

    def draws(self, u: Floats, fixed: Mapping[str, float] = MappingProxyType({})) -> Draws:
        """Return the draws that the uniforms *u*, float64[input, draw] in (0, 1), stand for.

        Args:
            fixed: By path of a number the probability whose quantile it has in every draw; the
                numbers that are correlated with it stay as they are drawn.
        """
        if u.shape[:1] != (len(self.inputs),) or u.ndim != 2:
            raise ValueError(f"uniforms must be float64[{len(self.inputs)}, draw]")
        levels = self.unknowns.levels(u)
        for path, level in fixed.items():
            levels[self.unknowns.row(path)] = level
        return self.filled(self.unknowns.values(levels))

    def filled(self, values: Floats) -> Draws:
        """Return the draws in which the unknowns have *values*, float64[unknown, draw]."""
        return _Filling(self, values).draws()


class _Filling:
    """Values of the unknowns on their way to becoming draws."""

    def __init__(self, sampler: Sampler, values: Floats) -> None:
        self.case = sampler.case
        self.row = sampler.unknowns.row
        self.values = values
        self.count = values.shape[1]

    def value(self, number: Number) -> Floats:
        """float64[draw]: the values of one number."""
        distribution: Distribution = number.distribution
        if isinstance(distribution, Certain):
            return np.full(self.count, distribution.value)
        values: Floats = self.values[self.row(number.path)]
        return values

    def stack(self, numbers: list[Number]) -> Floats:
        """float64[number, draw]."""
        block = np.empty((len(numbers), self.count))
        for row, number in enumerate(numbers):
            block[row] = self.value(number)
        return block

    def per_period(self, chance_per_year: Floats) -> Floats:
        """Turn chances per year into chances per period: 1 - (1 - p)^years (model.md, 2)."""
        kept: Floats = (1.0 - chance_per_year) ** self.case.years_per_phase
        return 1.0 - kept

    def worth(self) -> Floats:
        case = self.case
        block = np.zeros((len(case.items), len(case.constituencies), self.count))
        for row, item in enumerate(case.items):
            for constituency, number in item.worth.items():
                block[row, case.constituency_index[constituency]] = self.value(number)
        return block

    def decay(self, rate: Floats) -> Floats:
        """Discount over the time until undoing bites: exp(-rho L), 0 where irreversible."""
        block = np.zeros((len(self.case.measures), *rate.shape))
        for row, measure in enumerate(self.case.measures):
            if measure.undo_years is not None:
                np.exp(-rate * self.value(measure.undo_years), out=block[row])
        return block

    def starts(self) -> Floats:
        """Starting probabilities, scaled to sum to 1 within each party; alike where all are 0."""
        block = self.stack([decider.start for _, decider in self.case.deciders])
        row = 0
        for party in self.case.parties:
            rows = slice(row, row + len(party.deciders))
            nobody = block[rows].sum(axis=0) == 0.0
            block[rows] = np.where(nobody, 1.0, block[rows])
            block[rows] /= block[rows].sum(axis=0)
            row = rows.stop
        return block

    def turnover(self, party: Party) -> Floats:
        """Chances per period that control passes: exp(years * generator), rates -ln(1-p)."""
        position = {decider.constituency: i for i, decider in enumerate(party.deciders)}
        generator = np.zeros((self.count, len(position), len(position)))
        for passing in party.turnover:
            i, j = position[passing.origin], position[passing.destination]
            rate = -np.log1p(-np.minimum(self.value(passing.per_year), ALMOST_SURE))
            generator[:, i, j] += rate
            generator[:, i, i] -= rate
        chances = matrix_exponential(generator * self.case.years_per_phase)
        return np.ascontiguousarray(np.moveaxis(chances, 0, -1))

    def crossed(self) -> NDArray[np.bool_]:
        block = np.ones((len(self.case.red_lines), self.count), dtype=np.bool_)
        for row, (_, line) in enumerate(self.case.red_lines):
            if line.chance.distribution != Certain(1.0):
                drawn = self.values[self.row(crossing(line.path))]
                block[row] = drawn < self.value(line.chance)
        return block

    def floors(self) -> Floats:
        block = np.full((len(self.case.quantities), self.count), -np.inf)
        for row, quantity in enumerate(self.case.quantities):
            if quantity.floor is not None:
                block[row] = self.value(quantity.floor)
        return block

    def draws(self) -> Draws:
        case = self.case
        rate = np.maximum(self.stack([c.discount for c in case.constituencies]), LEAST_RATE)
        return Draws(
            worth=self.worth(),
            upfront=self.stack([item.upfront for item in case.items]),
            decay=self.decay(rate),
            discount=np.exp(-rate * case.years_per_phase),
            reservation=self.stack([c.reservation for c in case.constituencies]),
            collapse=self.stack([c.collapse for c in case.constituencies]),
            false_alarm=self.per_period(self.value(case.false_alarm)),
            margin=self.value(case.margin),
            detection=self.per_period(self.stack([m.detection for m in case.measures])),
            gain=self.per_period(self.stack([gain for _, _, gain in case.watches])),
            factor=self.stack([scaling.factor for scaling in case.scalings]),
            start=self.starts(),
            turnover=tuple(self.turnover(party) for party in case.parties),
            crossed=self.crossed(),
            quantity_start=self.stack([q.start for q in case.quantities]),
            trend=self.stack([q.trend for q in case.quantities]),
            floor=self.floors(),
            summand_weight=self.stack([weight for _, _, weight in case.summands]),
            change=self.stack([effect.change for _, effect in case.effects]),
            case_hash=case.hash,
        )


def matrix_exponential(generators: Floats) -> Floats:
    """Return exp of each matrix of float64[draw, n, n] by scaling, Taylor series and squaring.

    Thousands of tiny matrices at once, for which scipy.linalg.expm loops one by one. Each
    draw is scaled by its own norm, so its digits do not depend on its neighbours.
    """
    norm = np.abs(generators).sum(axis=-1).max(axis=-1, initial=0.0)
    squarings = np.maximum(np.frexp(norm)[1] + 2, 0)[:, None, None]
    scaled = np.ldexp(generators, -squarings)
    result = np.broadcast_to(np.eye(generators.shape[-1]), generators.shape).copy()
    term = result.copy()
    for power in range(1, 14):
        term = term @ scaled / power
        result += term
    for done in range(int(squarings.max(initial=0))):
        result = np.where(done < squarings, result @ result, result)
    return result
