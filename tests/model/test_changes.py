"""The fast way to expected changes gives what the readable one does, plan by plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case, Effect, Quantity
from detente.case.numbers import Number, Uniform, certain
from detente.draws.sampler import Draws, Sampler
from detente.model import _kernel
from detente.model.ballots import Plans
from detente.model.changes import Needs, changes_of
from detente.model.judgement import Bools, Floats
from detente.model.outcomes import expected_changes, paths, periods_to_horizon, quantity_names
from detente.model.structure import Structure
from detente.testing import random_case

#: Only effects name it, and what grows by it or sums it.
UNLISTED = "votes"

# --- cases --------------------------------------------------------------------------------


def random_quantity(rng: np.random.Generator, name: str, others: list[str]) -> Quantity:
    """Return a quantity that may need any of *others*; some fall, some meet a floor."""

    def number(what: str, low: float, high: float) -> Number:
        return Number(Uniform(low, high), f"{name}.{what}")

    parts = [part for part in others if rng.random() < 0.4] if rng.random() < 0.5 else []
    return Quantity(
        id=name,
        name=name,
        unit=None,
        start=number("start", -3, 9),
        trend=certain(0.0) if rng.random() < 0.4 else number("trend", -3, 1),
        floor=number("floor", -2, 3) if rng.random() < 0.6 else None,
        better=None,
        grows_by=str(rng.choice(others)) if rng.random() < 0.4 else None,
        sum_of=tuple((part, number(part, -1, 2)) for part in parts),
    )


def case_with_quantities(seed: int) -> Case:
    """A random case whose quantities need each other in any way, listed in any order."""
    rng = np.random.default_rng([seed, 10])
    case, names, listed = random_case(seed), [UNLISTED], list[Quantity]()
    for i in range(int(rng.integers(1, 7))):
        listed.append(random_quantity(rng, f"q{i}", names))
        names.append(f"q{i}")

    def effects(measure: str) -> tuple[Effect, ...]:
        shifted = [name for name in names if rng.random() < 0.4]
        return tuple(Effect(n, Number(Uniform(-4, 3), f"{measure}.{n}")) for n in shifted)

    horizon = rng.uniform(0.3, case.phases + 3)
    if rng.random() < 0.3:
        horizon = np.ceil(horizon)
    return replace(
        case,
        horizon_years=case.years_per_phase * float(horizon),
        measures=tuple(replace(m, effects=effects(m.id)) for m in case.measures),
        quantities=tuple(listed[i] for i in rng.permutation(len(listed))),
    )


def some_plans(structure: Structure, draws: int, seed: int) -> tuple[Plans, Bools, Floats]:
    """Return plans, where they are accepted, and chances to stand, some of them 0 and some 1."""
    rng = np.random.default_rng([seed, 11])
    plans = rng.integers(-1, structure.phases + 1, (4, structure.measures)).astype(np.int8)
    plans[rng.random(plans.shape) < 0.3] = -1
    plans[0] = -1
    kept = np.clip(rng.uniform(-0.1, 1.3, (4, structure.phases + 1, draws)), 0.0, 1.0)
    stand: Floats = np.cumprod(kept, axis=1, dtype=np.float64)
    return plans, rng.random((4, draws)) < 0.7, stand


def singly(
    case: Case, draws: Draws, plans: Plans, accepted: Bools, stand: Floats
) -> dict[str, Floats]:
    """What the readable way finds: float64[plan, draw] by name."""
    found = {name: np.zeros(accepted.shape) for name in quantity_names(case)}
    for row, plan in enumerate(plans):
        for name, change in expected_changes(case, draws, plan, stand[row]).items():
            found[name][row] = np.where(accepted[row], change, 0.0)
    return found


def size_of(case: Case, draws: Draws, plans: Plans, stand: Floats) -> float:
    """How large levels are, of which changes are differences."""
    last = [periods_to_horizon(case)]
    found = [paths(case, draws, plan, stand[row], last) for row, plan in enumerate(plans)]
    levels = [abs(x).max() for each in found for p in each.values() for x in (p.without, p.kept)]
    return float(max(levels, default=0.0))


# --- the two ways -------------------------------------------------------------------------


@given(seed=st.integers(0, 2**32), count=st.integers(1, 40))
@settings(max_examples=100)
def test_changes_of_many_plans_are_those_of_each_by_itself(seed: int, count: int) -> None:
    case = case_with_quantities(seed)
    structure, draws = Structure.of(case), Sampler(case).sample(3, 0, count)
    plans, accepted, stand = some_plans(structure, count, seed)
    needs = Needs.of(structure, quantity_names(case))
    found = changes_of(needs, draws, plans, accepted, stand)
    size = size_of(case, draws, plans, stand)
    for name, change in singly(case, draws, plans, accepted, stand).items():
        np.testing.assert_allclose(found[name], change, rtol=1e-12, atol=1e-13 * size)


def test_changes_in_the_large_built_in_case_are_those_of_each_plan(korea: Case) -> None:
    structure, draws = Structure.of(korea), Sampler(korea).sample(0, 0, 70)
    _, _, stand = some_plans(structure, 70, 0)
    plans = np.array([structure.vector(proposal.plan) for proposal in korea.proposals[:4]])
    accepted = np.ones((4, 70), dtype=np.bool_)
    needs = Needs.of(structure, quantity_names(korea))
    found = changes_of(needs, draws, plans, accepted, stand)
    for name, change in singly(korea, draws, plans, accepted, stand).items():
        np.testing.assert_allclose(found[name], change, rtol=1e-12, atol=1e-11)
    assert found["weapons_equivalent"].any()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_only_what_is_asked_for_is_told_and_it_does_not_depend_on_what_else_is(seed: int) -> None:
    case = case_with_quantities(seed)
    structure, draws = Structure.of(case), Sampler(case).sample(3, 0, 9)
    looked = some_plans(structure, 9, seed)
    every = changes_of(Needs.of(structure, quantity_names(case)), draws, *looked)
    for name, change in every.items():
        alone = changes_of(Needs.of(structure, [name]), draws, *looked)
        assert alone.keys() == {name}
        np.testing.assert_array_equal(alone[name], change)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
@pytest.mark.statement("M53")
def test_a_plan_changes_a_draw_alike_in_any_company(seed: int) -> None:
    case = case_with_quantities(seed)
    structure, draws = Structure.of(case), Sampler(case).sample(7, 0, 37)
    needs = Needs.of(structure, quantity_names(case))
    plans, accepted, stand = some_plans(structure, 37, seed)
    together = changes_of(needs, draws, plans, accepted, stand)
    draw = Sampler(case).sample(7, 33, 1)
    one = accepted[2:3, 33:34].copy(), stand[2:3, :, 33:34].copy()
    alone = changes_of(needs, draw, plans[2:3], *one)
    for name, change in together.items():
        np.testing.assert_array_equal(alone[name], change[2:3, 33:34])


# --- edges --------------------------------------------------------------------------------


def asked_of(case: Case, draws: int) -> tuple[Needs, Draws, Plans, Bools, Floats]:
    structure = Structure.of(case)
    needs = Needs.of(structure, quantity_names(case))
    return (needs, Sampler(case).sample(0, 0, draws), *some_plans(structure, draws, 0))


def test_where_nothing_is_accepted_nothing_changes() -> None:
    needs, draws, plans, accepted, stand = asked_of(case_with_quantities(5), 20)
    found = changes_of(needs, draws, plans, np.zeros_like(accepted), stand)
    assert not any(change.any() for change in found.values())


def test_no_plan_no_draw_and_no_quantity_change_nothing() -> None:
    needs, draws, plans, accepted, stand = asked_of(case_with_quantities(5), 20)
    assert changes_of(Needs.of(needs.structure, []), draws, plans, accepted, stand) == {}
    none = changes_of(needs, draws, plans[:0], accepted[:0], stand[:0])
    assert {change.shape for change in none.values()} == {(0, 20)}
    nowhere = changes_of(*asked_of(case_with_quantities(5), 0))
    assert {change.shape for change in nowhere.values()} == {(4, 0)}


def test_arrays_of_the_wrong_size_are_refused() -> None:
    needs, draws, plans, accepted, stand = asked_of(case_with_quantities(5), 20)
    with pytest.raises(ValueError, match="accepted"):
        changes_of(needs, draws, plans, accepted[:, :7].copy(), stand)
    with pytest.raises(ValueError, match="stand"):
        changes_of(needs, draws, plans, accepted, stand[:, :-1].copy())
    with pytest.raises(ValueError, match="plan vector"):
        changes_of(needs, draws, plans + np.int8(100), accepted, stand)


@pytest.mark.parametrize("at", range(11))
def test_sizes_that_make_no_sense_are_refused(at: int) -> None:
    sizes = [1] * 11
    sizes[at] = -1
    with pytest.raises(ValueError, match="out of range"):
        _kernel.change(tuple(sizes), ())
