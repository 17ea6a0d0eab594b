"""The fast version of the model gives the numbers of the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case
from detente.draws.sampler import Draws, Sampler
from detente.model import _kernel
from detente.model.judgement import Floats, Judgement, Outcome
from detente.model.kernel import Tables, judge
from detente.model.plain import judge_plain
from detente.model.structure import Structure
from detente.testing import random_case

TOLERANCE = 1e-9


def close(plain: Floats, fast: Floats) -> None:
    np.testing.assert_allclose(fast, plain, rtol=0.0, atol=TOLERANCE)


def same_outcome(plain: Outcome, fast: Outcome) -> None:
    close(plain.value, fast.value)
    close(plain.hazard, fast.hazard)
    np.testing.assert_array_equal(plain.unsettled, fast.unsettled)


def same(plain: Judgement, fast: Judgement) -> None:
    same_outcome(plain.cooperative, fast.cooperative)
    same_outcome(plain.pessimistic, fast.pessimistic)
    close(plain.belief, fast.belief)
    close(plain.slack, fast.slack)
    close(plain.exposure, fast.exposure)
    np.testing.assert_array_equal(plain.deviation, fast.deviation)


def some_draws(case: Case, count: int) -> tuple[Structure, Draws]:
    return Structure.of(case), Sampler(case).sample(7, 0, count)


@given(seed=st.integers(0, 2**32), coarse=st.booleans(), count=st.integers(1, 20))
@settings(max_examples=30)
def test_fast_and_plain_versions_agree(seed: int, coarse: bool, count: int) -> None:
    structure, draws = some_draws(random_case(seed, coarse=coarse), count)
    plans = [structure.vector(proposal.plan) for proposal in structure.case.proposals]
    for plan, fast in zip(plans, judge(Tables.of(structure), draws, plans), strict=True):
        same(judge_plain(structure, draws, plan), fast)


@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=20)
def test_versions_agree_on_what_remains_of_a_plan(seed: int, data: st.DataObject) -> None:
    structure, draws = some_draws(random_case(seed), 9)
    first = data.draw(st.integers(1, structure.phases + 1))
    rng = np.random.default_rng(seed)
    beliefs = np.concatenate(
        [rng.dirichlet(np.ones(len(p.deciders)), 9).T for p in structure.case.parties]
    )
    plan = structure.vector(structure.case.proposals[0].plan)
    fast = judge(Tables.of(structure), draws, [plan], first, beliefs)[0]
    same(judge_plain(structure, draws, plan, first, beliefs), fast)
    assert (fast.cooperative.hazard[:, : first - 1] == 0.0).all()
    assert (fast.exposure[:, : first - 1] == 0.0).all()


def test_versions_agree_on_the_large_built_in_case(korea: Case) -> None:
    structure, draws = some_draws(korea, 40)
    names = ("us_big_deal", "six_party_2005", "hecker_roadmap")
    plans = [structure.vector(korea.proposal(name).plan) for name in names]
    for plan, fast in zip(plans, judge(Tables.of(structure), draws, plans), strict=True):
        same(judge_plain(structure, draws, plan), fast)


@pytest.mark.statement("M53")
def test_a_draw_is_judged_alike_in_any_company(korea: Case) -> None:
    structure, draws = some_draws(korea, 53)
    tables = Tables.of(structure)
    plans = [structure.vector(proposal.plan) for proposal in korea.proposals]
    together = judge(tables, draws, plans)
    alone = Sampler(korea).sample(7, 37, 1)
    for plan, many in zip(plans, together, strict=True):
        one = judge(tables, alone, [plan])[0]
        for name in ("value", "hazard"):
            np.testing.assert_array_equal(
                getattr(one.cooperative, name)[..., 0], getattr(many.cooperative, name)[..., 37]
            )
        np.testing.assert_array_equal(one.slack[..., 0], many.slack[..., 37])


def test_no_plan_and_an_empty_plan_are_judged() -> None:
    structure, draws = some_draws(random_case(3), 5)
    tables = Tables.of(structure)
    empty = np.full(structure.measures, -1, dtype=np.int8)
    assert judge(tables, draws, []) == []
    same(judge_plain(structure, draws, empty), judge(tables, draws, [empty])[0])


@pytest.mark.parametrize("first", [0, 99])
def test_a_first_phase_out_of_range_is_refused(first: int) -> None:
    structure, draws = some_draws(random_case(3), 5)
    with pytest.raises(ValueError, match="first"):
        judge(Tables.of(structure), draws, [], first)


@pytest.mark.parametrize("phase", [-2, 100])
def test_a_plan_with_a_phase_out_of_range_is_refused(phase: int) -> None:
    structure, draws = some_draws(random_case(3), 5)
    plan = np.full(structure.measures, phase, dtype=np.int8)
    with pytest.raises(ValueError, match="plan vector"):
        judge(Tables.of(structure), draws, [plan])


def test_arrays_of_the_wrong_size_are_refused() -> None:
    structure, draws = some_draws(random_case(3), 5)
    with pytest.raises(ValueError, match="start"):
        judge(Tables.of(structure), draws, [], beliefs=np.zeros((1, 1)))
    with pytest.raises(ValueError, match="tuple"):
        _kernel.judge((1,) * 11, (0,) * 6, ())


def test_the_kernel_names_its_instruction_set() -> None:
    assert _kernel.level in {"baseline", "x86-64-v3", "x86-64-v4"}
