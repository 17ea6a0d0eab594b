from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case.domain import Case, Effect, Plan, Proposal, Quantity
from detente.case.load import load_case
from detente.case.numbers import Number, Triangular, certain
from detente.draws.draw import draw
from detente.draws.quantiles import Floats
from detente.errors import RequestError
from detente.model.outcomes import levels_without, paths, quantity_names
from detente.model.structure import Structure
from detente.testing import random_case
from detente.verdict.fans import MOST_TIMES, band, times
from detente.verdict.judged import judge
from detente.verdict.results import Band
from detente.verdict.run import BLOCK, block_size, run
from tests.draws.small import Side, small_case, step

RIVER = load_case("river")
N = 70


# --- when ---------------------------------------------------------------------------------


@given(st.integers(1, 10**6))
def test_times_go_from_now_to_the_horizon_and_are_few(horizon: int) -> None:
    found = times(horizon)
    assert (found[0], found[-1]) == (0, horizon)
    assert len(found) == min(horizon + 1, MOST_TIMES)
    steps = [b - a for a, b in pairwise(found)]
    assert min(steps) >= 1
    assert max(steps) - min(steps) <= 1


def test_every_period_is_there_where_they_are_few() -> None:
    assert times(7) == tuple(range(8))


@pytest.mark.parametrize("years", [0.4, 1.0, 2.5, 7.0, 100.0])
def test_years_are_ends_of_periods_and_the_horizon(years: float) -> None:
    case = replace(random_case(0), years_per_phase=years, horizon_years=12.0)
    fan = run(case, draws=3).verdicts[0].paths["stock"]
    assert (fan.years[0], fan.years[-1]) == (0.0, 12.0)
    for time in fan.years[:-1]:
        assert time / years == pytest.approx(round(time / years), abs=1e-9)
    assert list(fan.years) == sorted(set(fan.years))


# --- how many draws -----------------------------------------------------------------------


@pytest.mark.parametrize("draws", [1, 30, BLOCK, BLOCK + 1])
def test_the_first_block_of_draws_counts(draws: int) -> None:
    counted = min(draws, BLOCK)
    fans = run(RIVER, draws=draws).verdicts[0].paths
    assert {fan.draws for fan in fans.values()} == {counted}
    assert fans == run(RIVER, draws=counted).verdicts[0].paths


def test_fewer_draws_count_where_blocks_are_smaller() -> None:
    case = random_case(3)
    quantities = tuple(replace(case.quantities[0], id=f"q{i}") for i in range(100))
    large = replace(case, quantities=quantities, years_per_phase=0.25, horizon_years=50.0)
    size = block_size(Structure.of(large))
    assert size < BLOCK
    fans = run(large, draws=size + 1).verdicts[0].paths
    assert {fan.draws for fan in fans.values()} == {size}


# --- what ---------------------------------------------------------------------------------


def percentiles(levels: Floats) -> list[list[float]]:
    found: list[list[float]] = np.quantile(levels, [0.05, 0.5, 0.95], axis=1).tolist()
    return found


def lines(found: Band) -> list[tuple[float, ...]]:
    return [found.p5, found.p50, found.p95]


@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 4))
def test_bands_are_the_percentiles_of_numpy(seed: int, draws: int, rows: int) -> None:
    levels = np.random.default_rng(seed).normal(size=(rows, draws)) * 10.0 ** (seed % 9)
    kept = levels.copy()
    np.testing.assert_allclose(lines(band(levels)), percentiles(levels), rtol=1e-12)
    assert np.array_equal(levels, kept)


CASES = [RIVER, *(random_case(seed) for seed in range(6))]


@pytest.mark.statement("M57")
@pytest.mark.parametrize("case", CASES, ids=[f"{i} {case.name}" for i, case in enumerate(CASES)])
def test_paths_are_percentiles_of_levels_without_with_and_kept(case: Case) -> None:
    draws, structure = draw(case, draws=N, seed=8), Structure.of(case)
    for v in run(case, draws=N, seed=8).verdicts:
        judged = judge(case, v.plan, draws)
        assert v.paths.keys() == v.outcomes.keys() == set(quantity_names(case))
        periods = range(len(next(iter(v.paths.values())).years))
        without = levels_without(case, draws, quantity_names(case), periods)
        moved = paths(case, draws, structure.vector(v.plan), judged.stand, periods)
        for name, fan in v.paths.items():
            expected = kept = without[name]
            if name in moved:
                expected = without[name] + np.where(judged.accepted, moved[name].change, 0.0)
                kept = moved[name].kept
            for found, levels in ((fan.without, without[name]), (fan.plan, expected)):
                np.testing.assert_allclose(lines(found), percentiles(levels), rtol=1e-11)
            np.testing.assert_allclose(lines(fan.kept), percentiles(kept), rtol=1e-11)


@pytest.mark.parametrize("case", CASES, ids=[f"{i} {case.name}" for i, case in enumerate(CASES)])
def test_at_the_horizon_the_plan_less_without_is_the_outcome_in_every_draw(case: Case) -> None:
    draws = draw(case, draws=1, seed=3)
    for v in run(case, draws=1, seed=3).verdicts:
        outcomes = judge(case, v.plan, draws).outcomes
        for name, fan in v.paths.items():
            change = fan.plan.p50[-1] - fan.without.p50[-1]
            expected = float(outcomes[name][0]) if name in outcomes else 0.0
            assert change == pytest.approx(expected, abs=1e-9 * max(1.0, abs(fan.plan.p50[-1])))
            assert v.outcomes[name].mean == expected


def one_step(worth: float, *, phases: int = 1, undo_years: float | None = 0.0) -> Case:
    """b gives 6 forests for good or not, and a what b wants most, in phase 1."""
    give = replace(
        step("give", "b", {"a": worth, "b": 1.0}, undo_years=undo_years),
        effects=(Effect("forest", Number(Triangular(5.0, 6.0, 7.0), "forest"), None),),
    )
    forest = Quantity(
        "forest", "forest", None, certain(10.0), certain(-1.0), certain(0.0), "higher", None
    )
    case = small_case(
        [Side("a"), Side("b")],
        [give],
        phases=phases,
        plans={"p": Plan(((), ("give",)))},
        must_sign=("a",),
    )
    return replace(case, quantities=(forest,), horizon_years=5.0)


def test_what_is_accepted_and_kept_for_sure_is_both_plan_and_kept() -> None:
    fan = run(one_step(1.0), draws=200)["p"].paths["forest"]
    assert fan.years == (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert fan.without.p5 == fan.without.p95 == (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
    assert fan.plan == fan.kept
    rise = np.array(fan.kept.p50) - fan.without.p50
    assert rise[0] == 0.0  # nothing is done yet
    np.testing.assert_allclose(rise[1:], 6.0, atol=0.1)
    assert all(a < b < c for a, b, c in zip(*(row[1:] for row in lines(fan.kept)), strict=True))


def test_what_is_refused_leaves_things_as_they_are_and_shows_what_was_refused() -> None:
    result = run(one_step(-1.0), draws=200)["p"]
    assert result.accept.mean == 0.0
    fan = result.paths["forest"]
    assert fan.plan == fan.without
    assert fan.kept.p50[-1] == pytest.approx(11.0, abs=0.1)


def test_measures_in_force_already_count_from_the_start() -> None:
    case = one_step(1.0, phases=2)
    more = step("more", "b", {"a": 1.0, "b": 1.0})
    plan = Plan((("give",), (), ("more",)))
    case = replace(case, measures=(*case.measures, more), proposals=(Proposal("p", "p", plan),))
    fan = run(case, draws=200)["p"].paths["forest"]
    assert fan.plan.p50[0] - fan.without.p50[0] == pytest.approx(6.0, abs=0.1)


def test_a_floor_holds_on_every_path() -> None:
    case = replace(one_step(1.0), horizon_years=30.0)
    fan = run(case, draws=50)["p"].paths["forest"]
    for found in (fan.without, fan.plan, fan.kept):
        assert min(found.p5) == 0.0


def test_quantities_that_the_plan_cannot_move_have_one_path() -> None:
    case = one_step(1.0)
    still = replace(case.quantities[0], id="lake", name="lake")
    fan = run(replace(case, quantities=(*case.quantities, still)), draws=20)["p"].paths["lake"]
    assert fan.plan == fan.kept == fan.without


def test_levels_too_large_to_reckon_with_are_refused() -> None:
    case = one_step(1.0)
    vast = replace(case.quantities[0], id="lake", trend=certain(1e308))
    with pytest.raises(RequestError, match="too large to reckon with"):
        run(replace(case, quantities=(*case.quantities, vast)), draws=5)


def test_workers_give_the_same_paths() -> None:
    case = random_case(1)
    found = [run(case, draws=3 * BLOCK, workers=workers)["p0"].paths for workers in (1, 2)]
    assert found[0] == found[1]
