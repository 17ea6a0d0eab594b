from __future__ import annotations

import doctest
import inspect
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
import detente.testing
from detente.case.numbers import Certain
from detente.errors import CaseError, RequestError
from detente.testing import (
    assert_close_results,
    assert_same_results,
    assert_within_error,
    case_data,
    make_case,
    random_case,
)
from detente.verdict.results import Estimate, RunResult, Verdict
from tests.case.samples import warnings, written


@pytest.fixture(scope="module")
def result() -> RunResult:
    return detente.run(make_case(), draws=100)


def changed(result: RunResult, **parts: Any) -> RunResult:
    """The result with parts of its first verdict replaced."""
    first, *others = result.verdicts
    return replace(result, verdicts=(replace(first, **parts), *others))


def message(check: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        check(*arguments, **options)
    return str(caught.value)


# --- the module ---------------------------------------------------------------------------


def test_its_example_is_true() -> None:
    assert doctest.testmod(detente.testing) == (0, 5)


@pytest.mark.parametrize("name", detente.testing.__all__)
def test_every_name_is_documented_with_its_arguments(name: str) -> None:
    function = getattr(detente.testing, name)
    doc = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert f"    {parameter}: " in doc.partition("Args:")[2]
    assert list(detente.testing.__all__) == sorted(detente.testing.__all__)


# --- cases --------------------------------------------------------------------------------


def test_the_smallest_case_is_sound_as_a_file_too(tmp_path: Any) -> None:
    assert warnings(tmp_path, case_data()) == ""
    loaded = detente.load_case(written(tmp_path, case_data(), "made.yaml"))
    assert loaded == make_case()
    assert loaded.document == make_case().document


def test_the_smallest_case_shows_every_kind_of_end(result: RunResult) -> None:
    verdict = result["swap"]
    assert 0.0 < verdict.hold.mean < verdict.accept.mean < 1.0
    assert verdict.accident > 0.0
    assert any(sum(chances) > 0.0 for chances in verdict.first_break.values())


def test_parts_are_replaced_added_and_left_out() -> None:
    data = case_data(title="Other", quantities={"tanks": {"start": 5}}, proposals=None)
    assert data["title"] == "Other"
    assert "proposals" not in data
    case = make_case(data, margin=1)
    assert (case.title, case.margin.distribution) == ("Other", Certain(1.0))
    assert [quantity.id for quantity in case.quantities] == ["tanks"]
    assert case.proposals == ()


def test_data_is_a_fresh_copy_each_time() -> None:
    case_data()["measures"]["payment"]["by"] = "nobody"
    assert make_case().measures[1].by == "south"


def test_a_wrong_case_is_refused_with_every_place() -> None:
    data = case_data(horizon_years=-1)
    data["measures"]["payment"]["by"] = "east"
    with pytest.raises(CaseError) as caught:
        make_case(data)
    first, second = caught.value.problems
    assert (first.file, first.line) == ("made.yaml", 7)
    assert "horizon" in first.message
    assert "'east'" in second.message
    assert second.line > first.line


def test_unknown_parts_are_refused() -> None:
    with pytest.raises(CaseError, match="unknown key 'measure'; did you mean 'measures'"):
        make_case(measure={})


@pytest.mark.parametrize("value", [np.float64(1.0), np.ones(3), {1, 2}, b"x", object()])
def test_what_no_file_can_hold_is_refused_in_words(value: object) -> None:
    with pytest.raises(RequestError, match=f"no {type(value).__name__}"):
        make_case(margin=value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**500], ids=["nan", "inf", "big"])
def test_numbers_that_are_not_finite_are_refused_as_in_a_file(value: object) -> None:
    with pytest.raises(CaseError, match="not a finite number"):
        make_case(margin=value)


def test_a_part_may_be_used_twice() -> None:
    worth = {"north": 1, "south": [1, 2, 3]}
    measures = {name: {"by": name, "worth": worth} for name in ("north", "south")}
    case = make_case(measures=measures, proposals=None)
    assert [len(measure.worth) for measure in case.measures] == [2, 2]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1)


@given(TEXT | st.sampled_from(["0o17", "1e3", "no", "1:30", "null", "- a", "# b", " x ", "~"]))
@settings(max_examples=30)
def test_text_arrives_as_it_was_written(text: str) -> None:
    assert make_case(title=text).title == text


@pytest.mark.parametrize("coarse", [False, True])
def test_random_cases_are_fixed_by_their_seed_and_can_be_judged(*, coarse: bool) -> None:
    first, second = (random_case(5, coarse=coarse) for _ in range(2))
    assert first == second
    assert first != random_case(6, coarse=coarse)
    assert len(detente.run(first, draws=5)) == 3


# --- the same -----------------------------------------------------------------------------


def test_a_result_is_the_same_as_itself_made_anew(result: RunResult) -> None:
    assert_same_results(result, detente.run(make_case(), draws=100, workers=2))
    for seed in range(5):
        case = random_case(seed)
        assert_same_results(detente.run(case, draws=10), detente.run(case, draws=10))


def test_versions_do_not_count(result: RunResult) -> None:
    elsewhere = replace(result.provenance, version="9", python="4.0", numpy="5.0")
    assert_same_results(result, replace(result, provenance=elsewhere))


@pytest.mark.parametrize(
    ("part", "value"), [("seed", 7), ("draws", 99), ("case_hash", "0"), ("quantile_draws", 1)]
)
def test_all_else_of_the_provenance_counts(result: RunResult, part: str, value: object) -> None:
    other = replace(result, provenance=replace(result.provenance, **{part: value}))  # type: ignore[arg-type]
    text = message(assert_same_results, result, other)
    assert text.startswith("the results are not the same: one figure differs\n  provenance.")
    assert part in text


def test_the_last_bit_counts(result: RunResult) -> None:
    north = result["swap"].value["north"]
    value = {**result["swap"].value, "north": np.nextafter(north, 9.0).item()}
    text = message(assert_same_results, result, changed(result, value=value))
    assert f"  swap.value[north]: {north!r} and " in text
    assert_close_results(result, changed(result, value=value))


def test_zeros_have_signs_and_nan_is_nan(result: RunResult) -> None:
    one, other = changed(result, accident=0.0), changed(result, accident=-0.0)
    assert "swap.accident: 0.0 and -0.0, 0 apart" in message(assert_same_results, one, other)
    assert_close_results(one, other)
    one, other = (changed(result, accident=float("nan")) for _ in range(2))
    assert_same_results(one, other)
    assert_close_results(one, other)


def test_the_order_of_proposals_counts() -> None:
    results = [
        detente.run("river", draws=5, proposals=order)
        for order in (["delta_demand", "delta_offer"], ["delta_offer", "delta_demand"])
    ]
    text = message(assert_same_results, *results)
    assert "proposals[0]: 'delta_demand' and 'delta_offer'" in text
    assert "greatest" not in text


# --- close --------------------------------------------------------------------------------


def test_differences_are_listed_by_path_with_the_greatest(result: RunResult) -> None:
    verdict = result["swap"]
    trust = {**verdict.trust, "north": (0.25, *verdict.trust["north"][1:])}
    hold = replace(verdict.hold, interval=(0.0, verdict.hold.interval[1]))
    other = changed(result, trust=trust, hold=hold, flaws=("new",), weakest=None)
    text = message(assert_close_results, result, other)
    assert text.startswith("the results are not close (atol 1e-12, rtol 1e-12): ")
    assert "  swap.trust[north][0]: " in text
    assert "  swap.hold.interval[0]: " in text
    assert "  swap.flaws[0]: nothing and 'new'" in text
    assert "  swap.weakest.decider: " in text
    greatest = max(verdict.hold.interval[0], abs(verdict.trust["north"][0] - 0.25))
    assert text.splitlines()[-1].endswith(f", {greatest:.3g} apart")


def test_long_lists_of_differences_are_cut() -> None:
    first, second = (detente.run("korea-2019", draws=10, seed=seed) for seed in (1, 2))
    lines = message(assert_close_results, first, second).splitlines()
    assert len(lines) == 13
    assert lines[-2].startswith("  and ")
    assert lines[-1].startswith("greatest: ")


def test_tolerances_are_what_they_say(result: RunResult) -> None:
    by_a_tenth = changed(result, accident=result["swap"].accident * 1.1)
    assert_close_results(result, by_a_tenth, rtol=0.1)
    assert_close_results(result, by_a_tenth, atol=0.01)
    for options in ({}, {"rtol": 0.05}, {"atol": 0.0001}):
        assert "swap.accident" in message(assert_close_results, result, by_a_tenth, **options)


@pytest.mark.parametrize("wrong", [-1.0, float("nan")])
def test_tolerances_below_nought_are_refused(result: RunResult, wrong: float) -> None:
    for options in ({"atol": wrong}, {"rtol": wrong}):
        with pytest.raises(RequestError, match="must be 0 or more"):
            assert_close_results(result, result, **options)


def test_a_number_is_not_close_to_none_or_infinity(result: RunResult) -> None:
    text = message(assert_close_results, result, changed(result, keep_given_accept=None))
    assert "swap.keep_given_accept: " in text
    assert " and None" in text
    infinite = changed(result, accident=float("inf"))
    assert_close_results(infinite, infinite)
    assert "inf apart" in message(assert_close_results, result, infinite, atol=9.0)


def test_two_files_with_the_same_meaning_give_close_results(result: RunResult) -> None:
    written_out = case_data(defaults={"detection": 0.4})
    del written_out["measures"]["payment"]["detection"]
    written_out["measures"]["pullback"]["detection"] = 1
    other = detente.run(make_case(written_out), draws=100)
    assert other.provenance.case_hash != result.provenance.case_hash
    assert_close_results(result, other)


# --- within error -------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["river", *range(6)])
def test_other_draws_of_one_case_are_within_error(case: str | int) -> None:
    source = case if isinstance(case, str) else random_case(case)
    results = [detente.run(source, draws=n, seed=n) for n in (60, 2000, 500)]
    for one in results:
        for other in results:
            assert_within_error(one, other)


def test_another_case_is_beyond_error(result: RunResult) -> None:
    data = case_data()
    data["measures"]["payment"]["worth"]["north"] = [0, 1, 2]
    other = detente.run(make_case(data), draws=100, seed=1)
    text = message(assert_within_error, result, other)
    assert text.startswith("the results are not within 4 standard errors: ")
    assert "swap.accept.mean: " in text
    assert text.endswith("standard errors apart")
    assert_within_error(result, other, z=1000)


def test_what_was_never_seen_in_few_draws_proves_nothing(result: RunResult) -> None:
    def accepting(mean: float, error: float, draws: int) -> RunResult:
        run = replace(result.provenance, draws=draws)
        estimate = Estimate(mean, error, (mean, mean))
        return replace(changed(result, accept=estimate), provenance=run)

    assert_within_error(accepting(0.0, 0.0, 20), accepting(0.02, 0.0014, 10_000))
    assert_within_error(accepting(0.0, 0.0, 3), accepting(1.0, 0.0, 3))
    text = message(assert_within_error, accepting(0.0, 0.0, 100), accepting(1.0, 0.0, 100))
    assert "swap.accept.mean: 0.0 and 1.0" in text


def test_without_uncertain_numbers_there_is_no_error() -> None:
    measures = {"pullback": {"by": "north", "worth": {"north": -5, "south": 6}}}
    case = make_case(measures=measures, proposals={"gift": {"phases": {1: ["pullback"]}}})
    first, second = detente.run(case, draws=3), detente.run(case, draws=7, seed=2)
    assert first.certain
    assert_within_error(first, second)
    other = changed(first, accident=first.verdicts[0].accident + 1e-6)
    assert "inf standard errors apart" in message(assert_within_error, other, second)


def test_results_of_other_proposals_or_cases_are_told_apart(result: RunResult) -> None:
    one, other = (
        detente.run("river", draws=5, proposals=[p]) for p in ("delta_offer", "step_by_step")
    )
    for pair in ((one, other), (result, one)):
        assert "not of the same things: only one has" in message(assert_within_error, *pair)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan")])
def test_z_is_above_nought(result: RunResult, wrong: float) -> None:
    with pytest.raises(RequestError, match="z must be above 0"):
        assert_within_error(result, result, z=wrong)


def test_every_share_of_a_verdict_is_compared(result: RunResult) -> None:
    """A figure in [0, 1] that is added to verdicts must be added to the comparison."""

    def shifted(verdict: Verdict, name: str) -> Verdict:
        value = getattr(verdict, name)
        if isinstance(value, float):
            return replace(verdict, **{name: 1.0 - value})  # type: ignore[arg-type]
        key = next(iter(value))
        inner = value[key]
        new = 1.0 - inner if isinstance(inner, float) else tuple(1.0 - x for x in inner)
        return replace(verdict, **{name: {**value, key: new}})  # type: ignore[arg-type]

    for name in ("accept_by", "barred", "break_by", "first_break", "trust", "breaks", "unsettled"):
        other = replace(result, verdicts=(shifted(result["swap"], name),))
        assert f"swap.{name}" in message(assert_within_error, result, other, z=1.0), name
