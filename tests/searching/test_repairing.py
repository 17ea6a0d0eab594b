"""Small changes that help, told only where they do on fresh draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.plans import plan_flaws
from detente.errors import RequestError
from detente.model.structure import Structure
from detente.searching.edits import Surroundings
from detente.searching.repairing import repair
from detente.testing import random_case
from detente.verdict.run import run


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_plans_one_change_away_break_no_more_conditions(seed: int) -> None:
    case = random_case(seed)
    structure, plan = Structure.of(case), case.proposals[0].plan
    around = Surroundings(structure, structure.vector(plan))
    np.testing.assert_array_equal(
        around.space.vectors(around.start[None])[0], structure.vector(plan)
    )
    near = around.one_change_away(around.start)
    assert len(np.unique(near, axis=0)) == len(near)
    flaws = len(plan_flaws(case, plan))
    for row in near:
        changed = around.space.plan(row)
        assert len(around.edits(row)) == 1
        assert len(plan_flaws(case, changed)) <= flaws
        assert not changed.is_empty
        assert changed.phases[0] == around.space.plan(around.start).phases[0]


def test_gains_are_those_of_judging_both_plans_in_the_same_draws() -> None:
    found = repair("river", "delta_offer", changes=2, draws=600, search_draws=128)
    assert found.mends
    before = run("river", draws=600, proposals=["delta_offer"])["delta_offer"].hold.mean
    assert found.before.value == pytest.approx(before)
    for mend in found.mends:
        after = run("river", draws=600, proposals=[mend.plan]).verdicts[0].hold.mean
        assert mend.after.value == pytest.approx(after)
        assert mend.gain == pytest.approx(after - before)
        assert mend.gain > 2.0 * mend.error > 0.0


def test_more_changes_are_told_only_where_they_gain_more_than_a_part_of_them() -> None:
    found = repair("river", "delta_demand", changes=3, draws=600, search_draws=128)
    numbers = [len(mend.edits) for mend in found.mends]
    assert numbers == sorted(numbers)
    for mend in found.mends:
        parts = [p for p in found.mends if set(p.edits) < set(mend.edits)]
        assert all(mend.gain > part.gain for part in parts)


def test_a_figure_of_which_less_is_better_is_made_less() -> None:
    found = repair(
        "river", "delta_offer", changes=1, objective="exposure.delta", draws=600, search_draws=128
    )
    assert not found.higher
    assert all(mend.after.value < found.before.value for mend in found.mends)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"changes": 9}, "changes can be 4 at most"),
        ({"changes": 0}, "changes must be 1 or more"),
        ({"objective": "exposure"}, "not a mean over draws of one thing"),
        ({"objective": "phases"}, "not a mean over draws of one thing"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, object], word: str) -> None:
    with pytest.raises(RequestError, match=word):
        repair("river", "delta_offer", **{"draws": 600, "search_draws": 128, **asked})  # type: ignore[arg-type]
