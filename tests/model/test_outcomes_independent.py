"""Outcomes against small steps of time, scenario by scenario of how long the agreement stands.

Here a quantity is max(floor, start + trend t + what it has grown by + shifts in place), a sum
the weighted sum of its parts as they are held; integrals are trapezoids over STEPS steps per
period. A rate may have a trend, shifts and a floor; it grows by nothing itself, nor do the
parts of a rate that is a sum have floors: within a period, the program takes such rates as
linear (:mod:`detente.model.outcomes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pytest
from numpy.typing import NDArray

from detente.case.domain import Case, Effect, Plan, Quantity
from detente.case.numbers import Number, Uniform, certain
from detente.draws.sampler import Draws, Sampler
from detente.model.outcomes import Path, expected_changes, paths, periods_to_horizon
from detente.model.structure import PlanVector, Structure
from detente.model.survival import standing
from detente.testing import random_case
from tests.model.independent import phases_of

STEPS = 200
Floats = NDArray[np.float64]
Placed = Callable[[float], set[str]]  # which measures are in place at a moment

# --- cases --------------------------------------------------------------------------------


def number(path: str, low: float, high: float) -> Number:
    return Number(Uniform(low, high), path)


def quantity(
    name: str,
    *,
    floor: float | None = None,
    grows_by: str | None = None,
    sum_of: tuple[tuple[str, Number], ...] = (),
) -> Quantity:
    moves = not sum_of
    return Quantity(
        id=name,
        name=name,
        unit=None,
        start=number(f"{name}.start", -3, 9) if moves else certain(0.0),
        trend=number(f"{name}.trend", -1.5, 1) if moves else certain(0.0),
        floor=None if floor is None else certain(floor),
        better=None,
        grows_by=grows_by,
        sum_of=sum_of,
    )


def weighted(owner: str, *parts: str) -> tuple[tuple[str, Number], ...]:
    return tuple((part, number(f"{owner}.{part}", -1, 2)) for part in parts)


#: In an order in which each needs only earlier ones; the case lists them the other way round.
QUANTITIES = (
    quantity("free"),
    quantity("rate", floor=0.0),
    quantity("part", floor=2.0),
    quantity("mix", floor=1.0, sum_of=weighted("mix", "free", "loose")),
    quantity("stock", floor=0.0, grows_by="rate"),
    quantity("pile", grows_by="mix"),
    quantity("welfare", sum_of=weighted("welfare", "stock", "part", "pile")),
)
LOOSE = quantity("loose")
LISTED = (LOOSE, *QUANTITIES)
SHIFTED = ("free", "loose", "rate", "part", "stock", "votes")  # votes are not listed

#: Periods beyond the phases at the horizon: multiples and not, shorter than the phases too.
BEYOND = (2.0, 3.37, -0.4, 0.0, 0.8)
SHORTER_THAN_A_PHASE = 0.55


def horizon(phases: int, seed: int) -> float:
    """Periods until the horizon."""
    kind = seed % (len(BEYOND) + 1)
    return phases + BEYOND[kind] if kind < len(BEYOND) else SHORTER_THAN_A_PHASE


def case_with_quantities(seed: int, listed: tuple[Quantity, ...] = LISTED) -> Case:
    """A random case with phases, phase 0 among them, of every kind of horizon."""
    rng = np.random.default_rng([seed, 8])
    case = random_case(seed)

    def effects(measure: str) -> tuple[Effect, ...]:
        names = [name for name in SHIFTED if rng.random() < 0.35]
        return tuple(Effect(n, number(f"{measure}.effects.{n}", -4, 3)) for n in names)

    return replace(
        case,
        horizon_years=case.years_per_phase * horizon(case.phases, seed),
        measures=tuple(replace(m, effects=effects(m.id)) for m in case.measures),
        quantities=tuple(
            replace(q, trend=certain(0.0)) if q.id == "rate" and seed % 2 else q
            for q in reversed(listed)
        ),
    )


# --- small steps of time ------------------------------------------------------------------


@dataclass(frozen=True)
class Clockwork:
    """The quantities of one case in one draw, followed through time."""

    case: Case
    draws: Draws  # of one draw
    plan: Mapping[str, int]
    order: tuple[Quantity, ...]

    @property
    def ends(self) -> list[float]:
        """Ends of the periods up to the horizon, the last cut short by it."""
        length, horizon = self.case.years_per_phase, self.case.horizon_years
        found, k = [], 1
        while k * length < horizon * (1 - 1e-9):
            found.append(k * length)
            k += 1
        return [*found, horizon]

    def placed(self, stands: int) -> Placed:
        """What is in place at t if the agreement stands through period *stands* only."""
        reversible = {m.id for m in self.case.measures if m.undo_years is not None}
        length = self.case.years_per_phase

        def at(t: float) -> set[str]:
            done = {m for m, k in self.plan.items() if k <= stands and (k - 1) * length < t}
            return done if t < stands * length else done - reversible

        return at

    def shifts(self, measures: set[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for i, (m, effect) in enumerate(self.case.effects):
            if m.id in measures:
                change = float(self.draws.change[i, 0])
                found[effect.quantity] = found.get(effect.quantity, 0.0) + change
        return found

    @cached_property
    def numbers(self) -> dict[str, tuple[float, float, float]]:
        """Start, trend and floor."""
        columns = (self.draws.quantity_start, self.draws.trend, self.draws.floor)
        start, trend, floor = (column[:, 0].tolist() for column in columns)
        return {q.id: (start[i], trend[i], floor[i]) for i, q in enumerate(self.case.quantities)}

    @cached_property
    def weights(self) -> dict[str, list[tuple[str, float]]]:
        found: dict[str, list[tuple[str, float]]] = {q.id: [] for q in self.order}
        values = self.draws.summand_weight[:, 0].tolist()
        for (owner, part, _), weight in zip(self.case.summands, values, strict=True):
            found[owner.id].append((part, weight))
        return found

    def levels(
        self,
        t: float,
        dt: float,
        before: Mapping[str, float],
        grown: dict[str, float],
        shift: Mapping[str, float],
    ) -> dict[str, float]:
        """Every level at t, after one trapezoid of growth since the levels *before*, at t - dt."""
        now = {name: x for name, x in shift.items() if name not in self.numbers}
        for q in self.order:
            if q.grows_by is not None and dt > 0:
                grown[q.id] += dt * (before[q.grows_by] + now[q.grows_by]) / 2
            start, trend, floor = self.numbers[q.id]
            parts = sum(weight * now[part] for part, weight in self.weights[q.id])
            level = start + trend * t + grown[q.id] + shift.get(q.id, 0.0) + parts
            now[q.id] = max(level, floor)
        return now

    def at_horizon(self, placed: Placed) -> dict[str, float]:
        """Levels at the horizon, with what is in place just before it."""
        return self.at_ends(placed)[-1]

    def at_ends(self, placed: Placed, before: Iterable[str] = ()) -> list[dict[str, float]]:
        """Levels now, with *before* in place, and at the end of each period to the horizon."""
        grown, start = {q.id: 0.0 for q in self.order}, 0.0
        now: dict[str, float] = {}
        found = [self.levels(0.0, 0.0, {}, grown, self.shifts(set(before)))]
        for end in self.ends:
            shift = self.shifts(placed((start + end) / 2))
            now = self.levels(start, 0.0, now, grown, shift)
            dt = (end - start) / STEPS
            for i in range(1, STEPS + 1):
                now = self.levels(start + i * dt, dt, now, grown, shift)
            found.append(now)
            start = end
        return found


def scenarios(hazard: Floats, alarm: float, periods: int) -> list[float]:
    """Chance that the agreement stands through period j = 0 .. periods and no longer."""
    chances, alive = [], 1.0
    for k in range(1, periods + 1):
        broken = 1.0
        if k <= hazard.shape[1]:
            broken = float(np.prod(1 - hazard[:, k - 1]))
        calm = 1.0 if k == 1 else 1 - alarm
        chances.append(alive * (1 - calm * broken))
        alive *= calm * broken
    return [*chances, alive]


def expected(clock: Clockwork, chances: list[float]) -> dict[str, float]:
    without = clock.at_horizon(lambda _: set())
    total: dict[str, float] = {}
    for stands, chance in enumerate(chances):
        for name, level in clock.at_horizon(clock.placed(stands)).items():
            change = chance * (level - without.get(name, 0.0))
            total[name] = total.get(name, 0.0) + change
    return total


@dataclass(frozen=True)
class Lives:
    """One plan in one draw with random hazards."""

    case: Case
    draws: Draws
    plan: Plan
    hazard: Floats  # [party, k]

    @property
    def stand(self) -> Floats:
        return standing(self.hazard[:, :, None], self.draws.false_alarm)

    @property
    def vector(self) -> PlanVector:
        return Structure.of(self.case).vector(self.plan)

    def clock(self, order: tuple[Quantity, ...]) -> Clockwork:
        return Clockwork(self.case, self.draws, phases_of(self.plan), order)

    def chances(self, clock: Clockwork) -> list[float]:
        return scenarios(self.hazard, float(self.draws.false_alarm[0]), len(clock.ends))


def lives(case: Case, seed: int) -> Lives:
    rng = np.random.default_rng([seed, 9])
    hazard = rng.uniform(0, 0.6, (2, case.phases + 1)) * (rng.random((2, case.phases + 1)) < 0.5)
    return Lives(case, Sampler(case).sample(seed, 0, 1), case.proposals[seed % 3].plan, hazard)


def both(
    case: Case, order: tuple[Quantity, ...], seed: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Expected changes by small steps and by the program, in one draw with random hazards."""
    one = lives(case, seed)
    clock = one.clock(order)
    mine = expected(clock, one.chances(clock))
    found = expected_changes(case, one.draws, one.vector, one.stand)
    return mine, {name: float(change[0]) for name, change in found.items()}


@pytest.mark.statement("M46", "M47", "M48")
@pytest.mark.parametrize("seed", range(30))
def test_expected_changes_are_those_of_small_steps_over_every_time_of_breaking(seed: int) -> None:
    mine, found = both(case_with_quantities(seed), LISTED, seed)
    for name, change in mine.items():
        assert found.get(name, 0.0) == pytest.approx(change, abs=1e-3), name


CHAIN = (quantity("free"), quantity("stock", grows_by="free"), quantity("pile", grows_by="stock"))


@pytest.mark.statement("M47")
@pytest.mark.parametrize("seed", range(12))
def test_growth_of_what_grows_itself_is_exact_in_the_change_where_nothing_is_floored(
    seed: int,
) -> None:
    """Trends, the only curved part of such a rate, are the same with the plan and without."""
    mine, found = both(case_with_quantities(seed, CHAIN), CHAIN, seed)
    for name, change in mine.items():
        assert found.get(name, 0.0) == pytest.approx(change, abs=1e-3), name


BENT = {
    "grows by what is floored and grows": (
        quantity("free"),
        quantity("stock", grows_by="free", floor=2.0),
        quantity("pile", grows_by="stock"),
    ),
    "grows by a sum of what is floored": (
        quantity("free", floor=1.0),
        quantity("part", floor=0.0),
        quantity("votes", sum_of=(("free", certain(0.7)), ("part", certain(-1.3)))),
        quantity("pile", grows_by="votes"),
    ),
}


@pytest.mark.statement("M47")
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", BENT)
def test_rates_that_bend_within_a_period_are_followed_closely(kind: str, seed: int) -> None:
    mine, found = both(case_with_quantities(seed, BENT[kind]), BENT[kind], seed)
    for name, change in mine.items():
        assert found.get(name, 0.0) == pytest.approx(change, rel=2e-3, abs=2e-2), name


@pytest.mark.parametrize("seed", range(12))
def test_what_the_plan_does_not_move_is_left_out_and_does_not_change(seed: int) -> None:
    case = case_with_quantities(seed)
    still = replace(
        case,
        measures=tuple(
            replace(m, effects=tuple(e for e in m.effects if e.quantity == "part"))
            for m in case.measures
        ),
    )
    mine, found = both(still, LISTED, seed)
    assert set(found) <= {"part", "welfare"}
    assert all(change == 0.0 for name, change in mine.items() if name not in found)


# --- over time ----------------------------------------------------------------------------


def paths_of(one: Lives, periods: Sequence[int]) -> dict[str, Path]:
    return paths(one.case, one.draws, one.vector, one.stand, periods)


@pytest.mark.parametrize("seed", range(30))
def test_paths_are_those_of_small_steps_at_the_end_of_every_period(seed: int) -> None:
    """Each course is followed by itself, also before it parts from the others."""
    case = case_with_quantities(seed)
    one = lives(case, seed)
    clock = one.clock(LISTED)
    now = [m for m, k in clock.plan.items() if k == 0]
    courses = [clock.at_ends(clock.placed(j), now) for j in range(len(clock.ends) + 1)]
    without, chances = clock.at_ends(lambda _: set()), one.chances(clock)
    found = paths_of(one, range(len(clock.ends) + 1))
    assert found
    for name, path in found.items():
        for i, level in enumerate(without):
            base = level.get(name, 0.0)
            levels = [course[i].get(name, 0.0) for course in courses]
            change = sum(p * (x - base) for p, x in zip(chances, levels, strict=True))
            assert path.without[i, 0] == pytest.approx(base, abs=1e-3), (name, i)
            assert path.change[i, 0] == pytest.approx(change, abs=1e-3), (name, i)
            assert path.kept[i, 0] == pytest.approx(levels[-1], abs=1e-3), (name, i)


@pytest.mark.parametrize("kind", BENT)
@pytest.mark.parametrize("seed", range(6))
def test_paths_end_in_the_outcome_and_do_not_depend_on_where_else_one_looks(
    kind: str, seed: int
) -> None:
    case = case_with_quantities(seed, BENT[kind])
    one = lives(case, seed)
    last = periods_to_horizon(case)
    whole = paths_of(one, range(last + 1))
    some = paths_of(one, (0, last // 2, last))
    outcomes = expected_changes(case, one.draws, one.vector, one.stand)
    assert outcomes.keys() == whole.keys() == some.keys()
    for name, path in whole.items():
        assert np.array_equal(path.change[last], outcomes[name])
        for row, period in enumerate((0, last // 2, last)):
            assert np.array_equal(path.without[period], some[name].without[row])
            assert np.array_equal(path.change[period], some[name].change[row])
            assert np.array_equal(path.kept[period], some[name].kept[row])


@pytest.mark.parametrize("seed", range(8))
def test_what_surely_stands_is_what_is_kept(seed: int) -> None:
    one = replace(lives(case_with_quantities(seed), seed), hazard=np.zeros((1, 1)))
    case = replace(one.case, false_alarm=certain(0.0))
    sure = replace(one, case=case, draws=replace(one.draws, false_alarm=np.zeros(1)))
    for path in paths_of(sure, range(periods_to_horizon(case) + 1)).values():
        np.testing.assert_allclose(path.without + path.change, path.kept, rtol=0, atol=1e-12)
