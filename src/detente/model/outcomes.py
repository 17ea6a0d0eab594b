"""What a plan does to the quantities of a case, up to the horizon (M46 to M48, M57).

An agreement that stands through period j and then no longer leaves its irreversible measures
of phases <= j in place and takes the reversible ones away; standing to the horizon keeps all.
These courses exclude each other and their chances are known, so the expected value at a time
is their mean, with every quantity held at its floor in each course:

    level(t) = max(floor, start + trend t + integral of what it grows by + shifts in place)

A derived quantity is the weighted sum of its parts. Growth is integrated exactly where the
rate is linear within a period, floor or not; a rate that itself grows, or is a sum, is taken as
linear within each of :data:`STEPS` parts of a period.

This is the version to read, of one plan at a time; :mod:`detente.model.changes` has the fast one.

Terms
-----
course j
    The agreement stands through period j = 0 .. J and no longer; J is the period in which the
    horizon falls. Course :data:`WITHOUT` is the path without agreement.
edge e
    The moment e steps after the start, or the horizon where that is earlier. A period has one
    step, or :data:`STEPS` where a rate bends within it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil

import numpy as np

from detente.case.domain import Case, Quantity
from detente.case.numbers import Certain
from detente.draws.sampler import Draws
from detente.model.judgement import Floats
from detente.model.structure import ABSENT, PlanVector

WITHOUT = -1
#: Parts of a period within which a rate that bends is taken as linear.
STEPS = 16


def quantity_names(case: Case) -> tuple[str, ...]:
    """Listed quantities, then those that only effects name (reported as changes from 0)."""
    listed = [quantity.id for quantity in case.quantities]
    return tuple(dict.fromkeys([*listed, *(effect.quantity for _, effect in case.effects)]))


def moved_quantities(case: Case, plan: PlanVector) -> tuple[str, ...]:
    """Names of the quantities that *plan* can move, directly or through others."""
    moved = {
        effect.quantity
        for measure, effect in case.effects
        if plan[case.measure_index[measure.id]] != ABSENT
    }
    for _ in case.quantities:  # a chain of quantities is no longer than their number
        moved |= {q.id for q in case.quantities if moved & _needs(q)}
    return tuple(name for name in quantity_names(case) if name in moved)


def _needs(quantity: Quantity) -> set[str | None]:
    return {quantity.grows_by, *(part for part, _ in quantity.sum_of)}


def expected_changes(
    case: Case, draws: Draws, plan: PlanVector, stand: Floats
) -> dict[str, Floats]:
    """Return the expected value at the horizon with *plan* less without: float64[draw] by name.

    Quantities that the plan cannot move are left out; their change is 0.

    Args:
        stand: Chance to stand in period k = 1 .. K+1: float64[k, draw].
    """
    horizon = [periods_to_horizon(case)]
    return {name: path.change[0] for name, path in paths(case, draws, plan, stand, horizon).items()}


@dataclass(frozen=True)
class Path:
    """A quantity at the ends of some periods: float64[period, draw]."""

    without: Floats  #: level without agreement
    change: Floats  #: expected level with the plan, if accepted, less that without
    kept: Floats  #: level if the agreement stands to the horizon


def paths(
    case: Case, draws: Draws, plan: PlanVector, stand: Floats, periods: Sequence[int]
) -> dict[str, Path]:
    """Return what becomes of each quantity that *plan* can move, by name.

    Args:
        stand: Chance to stand in period k = 1 .. K+1: float64[k, draw].
        periods: At whose ends to look, 0 (now) .. J (the horizon).
    """
    courses, names = Courses(case, draws, plan), moved_quantities(case, plan)
    stands = courses.stands(stand)
    without = levels_without(case, draws, names, periods)
    kept = {name: np.zeros((len(periods), draws.count)) for name in names}
    change = {name: np.zeros((len(periods), draws.count)) for name in names}
    for course in range(courses.periods):
        chance = stands[course] - stands[course + 1]
        for row, period in enumerate(periods):
            for name in names if period > course else ():
                level = courses.at_end(name, period, course)
                change[name][row] += chance * (level - without[name][row])
        courses.forget()
    for row, period in enumerate(periods):
        for name in names:
            kept[name][row] = courses.at_end(name, period, courses.periods)
            change[name][row] += stands[period] * (kept[name][row] - without[name][row])
    return {name: Path(without[name], change[name], kept[name]) for name in names}


def levels_without(
    case: Case, draws: Draws, names: Sequence[str], periods: Sequence[int]
) -> dict[str, Floats]:
    """Return the levels of *names* without agreement: float64[period, draw] by name."""
    nothing = np.full(len(case.measures), ABSENT, dtype=np.int8)
    courses = Courses(case, draws, nothing)
    return {
        name: np.array([courses.at_end(name, period, WITHOUT) for period in periods])
        for name in names
    }


def periods_to_horizon(case: Case) -> int:
    """Return J, the number of periods until the horizon (the last may be cut short)."""
    return max(1, ceil(case.horizon_years / case.years_per_phase - 1e-9))


def steps_in_period(case: Case) -> int:
    """Return the steps in a period: one, unless something grows by a rate that bends within it."""
    rates = {quantity.grows_by for quantity in case.quantities}
    return STEPS if any(_bends(q) for q in case.quantities if q.id in rates) else 1


def years_to_edges(case: Case) -> Floats:
    """Return the years from the start to each edge up to the horizon: float64[edge]."""
    steps = steps_in_period(case)
    edges = np.arange(periods_to_horizon(case) * steps + 1)
    return np.minimum(edges * case.years_per_phase / steps, case.horizon_years)


@dataclass
class Courses:
    """The quantities of one case under one plan, course by course."""

    case: Case
    draws: Draws
    plan: PlanVector
    _growth: dict[tuple[str, int, int], Floats] = field(default_factory=dict)
    _sums: dict[tuple[str, int, int, int], Floats] = field(default_factory=dict)

    @cached_property
    def periods(self) -> int:
        """J, the periods until the horizon."""
        return periods_to_horizon(self.case)

    def stands(self, stand: Floats) -> list[Floats]:
        """Return the chance to stand in each period j = 0 .. J: float64[draw]."""
        known = len(stand)
        stands = [np.ones(self.draws.count)]
        for j in range(1, self.periods + 1):
            alarms = (1.0 - self.draws.false_alarm) ** max(j - known, 0)
            stands.append(stand[min(j, known) - 1] * alarms)
        return stands

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {quantity.id: row for row, quantity in enumerate(self.case.quantities)}

    @cached_property
    def _parts(self) -> dict[str, list[tuple[int, str]]]:
        """By derived quantity: row of the weight and name of each part."""
        parts: dict[str, list[tuple[int, str]]] = {}
        for row, (owner, part, _) in enumerate(self.case.summands):
            parts.setdefault(owner.id, []).append((row, part))
        return parts

    @cached_property
    def _shifts(self) -> dict[tuple[str, bool], Floats]:
        """By quantity and reversibility: float64[phase, draw], summed over phases up to it."""
        shifts: dict[tuple[str, bool], Floats] = {}
        for row, (measure, effect) in enumerate(self.case.effects):
            phase = int(self.plan[self.case.measure_index[measure.id]])
            if phase == ABSENT:
                continue
            key = (effect.quantity, measure.undo_years is not None)
            nothing = np.zeros((self.case.phases + 1, self.draws.count))
            shifts.setdefault(key, nothing)[phase:] += self.draws.change[row]
        return shifts

    def shift(self, name: str, period: int, course: int) -> Floats | float:
        """Return the sum of the effects in place in *period* of *course*."""
        if course == WITHOUT:
            return 0.0
        stands = period <= course
        phase = min(period if stands else course, self.case.phases)
        total: Floats | float = 0.0
        for reversible in (False, True):
            if (name, reversible) in self._shifts and (stands or not reversible):
                total = total + self._shifts[name, reversible][phase]
        return total

    @cached_property
    def steps(self) -> int:
        """Steps in a period."""
        return steps_in_period(self.case)

    @cached_property
    def time(self) -> Floats:
        """Years from the start to each edge."""
        return years_to_edges(self.case)

    def at_end(self, name: str, period: int, course: int) -> Floats:
        """Return the level of *name* at the end of *period*, 0 .. J, in *course*: float64[draw]."""
        return self.level(name, period * self.steps, period, course)

    def level(self, name: str, edge: int, period: int, course: int) -> Floats:
        """Return the level of *name* at *edge*, with what is in place in *period*."""
        free = self.unheld(name, edge, period, course)
        row = self._rows.get(name)
        return free if row is None else np.maximum(free, self.draws.floor[row])

    def unheld(self, name: str, edge: int, period: int, course: int) -> Floats:
        """Return the level of *name* before it is held at its floor."""
        parts = self._parts.get(name)
        if not parts:
            return self._own_level(name, edge, period, course)
        key = (name, edge, period, course)
        if key not in self._sums:  # sums of sums would be summed over and over
            total = self._own_level(name, edge, period, course)
            for row, part in parts:
                level = self.level(part, edge, period, course)
                total = total + self.draws.summand_weight[row] * level
            self._sums[key] = total
        return self._sums[key]

    def _own_level(self, name: str, edge: int, period: int, course: int) -> Floats:
        """Return the level without what the quantity sums, before it is held at its floor."""
        shift = self.shift(name, period, course)
        row = self._rows.get(name)
        if row is None:
            return self._nothing + shift
        quantity = self.case.quantities[row]
        base = self.draws.quantity_start[row] + self.draws.trend[row] * self.time[edge] + shift
        if quantity.grows_by is not None:
            base = base + self.growth(quantity.grows_by, edge, course)
        return np.asarray(base)

    def growth(self, rate: str, edge: int, course: int) -> Floats:
        """Return the integral of the quantity *rate* from the start to *edge*."""
        known = edge
        while known > 0 and self._grown(rate, known, course) not in self._growth:
            known -= 1
        total = self._growth[self._grown(rate, known, course)] if known else self._nothing
        for step in range(known + 1, edge + 1):
            years = self.time[step] - self.time[step - 1]
            total = total + years * self.mean_rate(rate, step, course)
            self._growth[self._grown(rate, step, course)] = total
        return total

    def _grown(self, rate: str, edge: int, course: int) -> tuple[str, int, int]:
        """Key of what grew up to *edge*: courses are one while the agreement stands."""
        return rate, edge, self.periods if self._period(edge) <= course else course

    def _period(self, edge: int) -> int:
        """Return the period of the step that ends at *edge*."""
        return (edge - 1) // self.steps + 1

    def forget(self) -> None:
        """Drop what was kept of single courses; what they share stays."""
        self._sums.clear()
        self._growth = {key: x for key, x in self._growth.items() if key[2] == self.periods}

    @cached_property
    def _nothing(self) -> Floats:
        return np.zeros(self.draws.count)

    def mean_rate(self, rate: str, edge: int, course: int) -> Floats:
        """Return the mean of the quantity *rate* over the step that ends at *edge*."""
        row, period = self._rows.get(rate), self._period(edge)
        if row is None or _is_steady(self.case.quantities[row]):
            return self.level(rate, edge, period, course)
        left = self.unheld(rate, edge - 1, period, course)
        right = self.unheld(rate, edge, period, course)
        return mean_held(left, right, self.draws.floor[row])


def _bends(quantity: Quantity) -> bool:
    """Whether the quantity need not be linear while nothing is done or undone."""
    return quantity.grows_by is not None or bool(quantity.sum_of)


def _is_steady(quantity: Quantity) -> bool:
    """Whether the quantity does not move while nothing is done or undone."""
    return not _bends(quantity) and quantity.trend.distribution == Certain(0.0)


def mean_held(left: Floats, right: Floats, floor: Floats) -> Floats:
    """Return the mean of max(floor, y) where y goes linearly from *left* to *right*."""
    a, b = np.maximum(left, floor), np.maximum(right, floor)
    crosses = (left < floor) != (right < floor)
    held = np.where(crosses, floor, 0.0)
    slope = np.where(crosses, np.abs(left - right), 1.0)
    above = np.maximum(a, b) - held
    return np.where(crosses, held + above**2 / (2.0 * slope), (a + b) / 2.0)
