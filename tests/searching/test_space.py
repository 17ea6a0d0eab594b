"""The plans a case allows, and ways between them that never leave it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case, Plan
from detente.case.plans import plan_flaws
from detente.errors import RequestError
from detente.model.structure import Structure
from detente.searching.space import NONE, PlanSpace
from detente.testing import make_case, random_case


def every_plan(space: PlanSpace) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """Return all choices, conditions kept or not."""
    options = [range(NONE, len(issue.options)) for issue in space.issues]
    return np.array(list(product(*options)), dtype=np.int16)


def keeps_all_rules(case: Case, plan: Plan) -> bool:
    return not plan_flaws(case, plan) and not plan.is_empty


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_plans_allowed_are_those_without_a_flaw(seed: int) -> None:
    case = random_case(seed)
    space, rng = PlanSpace.of(Structure.of(case)), np.random.default_rng(seed)
    choices = rng.integers(NONE, space.counts, (30, len(space.issues))).astype(np.int16)
    fixed = np.array([issue.must for issue in space.issues])
    for row, allowed in zip(choices, space.allows(choices), strict=True):
        holds_what_it_must = bool((row[fixed] != NONE).all())
        assert allowed == (keeps_all_rules(case, space.plan(row)) and holds_what_it_must)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_every_way_ends_in_plans_that_are_allowed(seed: int) -> None:
    case = random_case(seed)
    space, rng = PlanSpace.of(Structure.of(case)), np.random.default_rng(seed)
    plans = space.nothing(24)
    for _ in range(3):
        plans = space.varied(plans, rng)
    plans = space.mended(plans, rng)
    for made in (
        plans,
        space.mended(space.shifted(plans, rng), rng),
        space.mended(space.crossed(plans, plans[::-1], rng), rng),
    ):
        assert space.allows(made).all()
        assert all(keeps_all_rules(case, space.plan(row)) for row in made)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_a_plan_is_its_choices_and_back(seed: int) -> None:
    case = random_case(seed)
    structure = Structure.of(case)
    space, rng = PlanSpace.of(structure), np.random.default_rng(seed)
    choices = rng.integers(NONE, space.counts, (10, len(space.issues))).astype(np.int16)
    vectors = space.vectors(choices)
    np.testing.assert_array_equal(space.choices(vectors), choices)
    for row, vector in zip(choices, vectors, strict=True):
        np.testing.assert_array_equal(structure.vector(space.plan(row)), vector)


def test_neighbours_are_all_plans_with_one_other_choice(river: Case) -> None:
    space = PlanSpace.of(Structure.of(river))
    start = space.choices(np.array([space.structure.vector(river.proposals[2].plan)]))[0]
    near = space.neighbours(start)
    assert ((near != start).sum(axis=1) == 1).all()
    assert (
        len(np.unique(near, axis=0))
        == len(near)
        == int((space.counts - space.least).sum()) - len(space.issues)
    )


def test_varying_changes_one_issue_to_any_other_option(river: Case) -> None:
    space, rng = PlanSpace.of(Structure.of(river)), np.random.default_rng(0)
    start = space.nothing(4000)
    changed = space.varied(start, rng)
    assert ((changed != start).sum(axis=1) == 1).all()
    issue = np.argmax(changed != start, axis=1)
    for row, found in enumerate(space.issues):
        options = set(changed[issue == row, row].tolist())
        assert options == set(range(len(found.options)))


def test_fixed_and_forbidden_measures_are(river: Case) -> None:
    space = PlanSpace.of(
        Structure.of(river), fix={"gauges": 1, "releases": None}, forbid=["loan_consent"], phases=2
    )
    plans = every_plan(space)
    plans = plans[space.allows(plans)]
    assert len(plans)
    index = river.measure_index
    vectors = space.vectors(plans)
    assert (vectors[:, index["gauges"]] == 1).all()
    assert (vectors[:, index["releases"]] >= 1).all()
    assert (vectors[:, index["loan_consent"]] == -1).all()
    assert vectors.max() == 2


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"fix": {"gauge": None}}, "did you mean 'gauges'"),
        ({"forbid": ["nothing_like_it"]}, "unknown measure"),
        ({"phases": 9}, "phases can be 1 to 3"),
        ({"fix": {"gauges": 3}, "phases": 2, "forbid": ["gauges"]}, "no plan may hold it"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(
    river: Case, asked: dict[str, object], word: str
) -> None:
    with pytest.raises(RequestError, match=word):
        PlanSpace.of(Structure.of(river), **asked)  # type: ignore[arg-type]


def test_an_issue_that_must_be_chosen_is_and_no_more_than_one_level() -> None:
    levels = {"levels": {"half": {}, "full": {}}, "must_choose": True, "by": "north"}
    case = make_case(measures={"cut": levels, "open": {"by": "south"}}, proposals=None)
    space, rng = PlanSpace.of(Structure.of(case)), np.random.default_rng(1)
    plans = space.mended(space.varied(space.nothing(200), rng), rng)
    held = space.vectors(plans)[:, :2] != -1
    assert (held.sum(axis=1) == 1).all()
    assert held.any(axis=0).all()


def test_what_may_stand_in_phase_0_only_is_in_force() -> None:
    truce = {"by": "north", "in_phases": [0]}
    case = make_case(measures={"truce": truce, "open": {"by": "south"}}, proposals=None)
    space = PlanSpace.of(Structure.of(case))
    assert (space.vectors(space.nothing(2))[:, 0] == 0).all()


def test_a_measure_is_fixed_once() -> None:
    levels = {"levels": {"half": {}, "full": {}}, "by": "north"}
    case = make_case(measures={"cut": levels, "open": {"by": "south"}}, proposals=None)
    with pytest.raises(RequestError, match="'cut' is fixed twice"):
        PlanSpace.of(Structure.of(case), fix={"cut/half": 1, "cut/full": None})
