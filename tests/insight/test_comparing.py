"""Comparisons, against the same figures computed here from draws judged one side at a time."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import detente
from detente.case.domain import Case
from detente.insight.comparing import Comparison
from detente.insight.paired import Contrast
from detente.testing import case_data, make_case

BOTH = ("delta_demand", "step_by_step")
#: As step_by_step, the border market left out.
LESS = "1:gauges;2:releases,power_purchase;3:low_outlet,loan_consent"
DRAWS = 3000  # more than one block


@pytest.fixture(scope="module")
def found(river: Case) -> Comparison:
    return detente.compare(river, *BOTH, draws=DRAWS, seed=5)


def contrasts(found: Comparison) -> dict[str, Contrast]:
    """Every contrast of a comparison by a name of its own."""
    every: dict[str, Contrast] = {}
    for spec in fields(found):
        value = getattr(found, spec.name)
        if isinstance(value, Contrast):
            every[spec.name] = value
        elif isinstance(value, dict):
            for key, item in value.items():
                several = item if isinstance(item, tuple) else (item,)
                for i, one in enumerate(several):
                    if isinstance(one, Contrast):
                        every[f"{spec.name}.{key}.{i}"] = one
    return every


def judged(case: Case, plan: str) -> detente.Judged:
    return detente.judge(case, plan, detente.draw(case, draws=DRAWS, seed=5))


def assert_apart(contrast: Contrast, first: np.ndarray, second: np.ndarray) -> None:
    apart = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    assert contrast.difference.mean == pytest.approx(apart.mean(), abs=1e-9)
    error = apart.std(ddof=1) / math.sqrt(len(apart))
    assert contrast.difference.standard_error == pytest.approx(error, abs=1e-9)


def test_differences_and_errors_are_those_of_the_draws(river: Case, found: Comparison) -> None:
    one, other = (judged(river, plan) for plan in BOTH)
    assert_apart(found.accept, one.accepted, other.accepted)
    assert_apart(found.keep, one.kept, other.kept)
    assert_apart(found.hold, one.hold, other.hold)
    assert_apart(found.accident, one.accident, other.accident)
    lower = [side.lower_accepted * side.lower_kept for side in (one, other)]
    assert_apart(found.distrusted, *lower)
    for row, party in enumerate(("upland", "delta")):
        assert_apart(found.exposure[party], one.exposure[row], other.exposure[row])
        assert_apart(found.trust[party], one.trust[row, 0], other.trust[row, 0])
        sums = [side.first_break[row].sum(axis=0) for side in (one, other)]
        assert_apart(found.broken_by[party], *sums)
        for k, contrast in enumerate(found.broken_at[party]):
            assert_apart(contrast, one.first_break[row, k], other.first_break[row, k])
        both = ~np.isneginf(one.party_score[row]) & ~np.isneginf(other.party_score[row])
        assert_apart(
            found.score_by[party], one.party_score[row][both], other.party_score[row][both]
        )
    for row, name in enumerate(("cabinet", "provinces", "delta")):
        assert_apart(found.value[name], one.value[row], other.value[row])
    for name, contrast in found.outcomes.items():
        assert_apart(contrast, one.outcomes[name], other.outcomes[name])


def test_means_are_those_of_a_run(river: Case, found: Comparison) -> None:
    result = detente.run(river, draws=DRAWS, seed=5, proposals=BOTH)
    for side in ("first", "second"):
        verdict = result[getattr(found, side).id]
        assert getattr(found.accept, side) == pytest.approx(verdict.accept.mean, abs=1e-12)
        assert getattr(found.keep, side) == pytest.approx(verdict.keep.mean, abs=1e-12)
        assert getattr(found.hold, side) == pytest.approx(verdict.hold.mean, abs=1e-12)
        for body, share in verdict.accept_by.items():
            assert getattr(found.accept_by[body], side) == pytest.approx(share, abs=1e-12)


def test_answers_that_turned_make_up_the_difference(river: Case, found: Comparison) -> None:
    one, other = (judged(river, plan) for plan in BOTH)
    assert found.turned.to_yes == pytest.approx((~one.accepted & other.accepted).mean())
    assert found.turned.to_no == pytest.approx((one.accepted & ~other.accepted).mean())
    for body, turned in found.turned_by.items():
        apart = found.accept_by[body].difference.mean
        assert turned.to_yes - turned.to_no == pytest.approx(apart, abs=1e-12)


def test_the_other_way_round_every_difference_has_the_other_sign(
    river: Case, found: Comparison
) -> None:
    back = contrasts(detente.compare(river, *reversed(BOTH), draws=DRAWS, seed=5))
    there = contrasts(found)
    assert back.keys() == there.keys()
    for name, contrast in there.items():
        assert contrast.difference.mean == -back[name].difference.mean
        assert contrast.difference.standard_error == back[name].difference.standard_error
        assert contrast.first == back[name].second


def test_a_plan_does_not_differ_from_itself(river: Case) -> None:
    same = detente.compare(river, "step_by_step", "step_by_step", draws=50)
    assert all(contrast.difference.is_none for contrast in contrasts(same).values())
    assert same.steps == ()
    assert (same.turned.to_yes, same.turned.to_no) == (0.0, 0.0)


def test_the_same_draws_tell_more_than_two_samples_would(river: Case) -> None:
    found = detente.compare(river, "step_by_step", LESS, draws=2000)
    for apart in (found.value["delta"], found.value["cabinet"]):
        alone = math.hypot(apart.first_error, apart.second_error)
        assert apart.difference.standard_error < alone


def test_a_party_barred_by_a_red_line_has_no_distance_there() -> None:
    lines = {"north": [{"never": ["pullback"], "chance": 1}]}
    case = make_case(red_lines=lines)
    found = detente.compare(case, "1:payment", "swap", draws=50)
    assert "north" not in found.score_by
    assert found.accept_by["north"].second == 0.0


def test_without_uncertain_numbers_nothing_has_an_error() -> None:
    measures = {
        "a": {"by": "north", "worth": {"north": -1, "south": 5}},
        "b": {"by": "south", "worth": {"north": 5, "south": -1}},
    }
    case = make_case(measures=measures, proposals={"p": {"phases": {1: ["a"]}}})
    found = detente.compare(case, "p", "1:a,b", draws=10)
    assert found.certain
    assert found.value["north"].difference.mean > 1.0
    assert all(c.difference.standard_error == 0.0 for c in contrasts(found).values())


# --- plans asked for -----------------------------------------------------------------------


def test_a_plan_may_be_a_proposal_text_a_file_or_a_plan(tmp_path: Path) -> None:
    case = make_case()
    path = tmp_path / "other.yaml"
    path.write_text("phases: {1: [pullback, payment]}\n", encoding="utf-8")
    plan = case.proposal("swap").plan
    for asked in ("1:pullback,payment", path, str(path), plan):
        found = detente.compare(case, "swap", asked, draws=20)
        assert found.second.plan == plan
        assert found.hold.difference.is_none
    assert detente.compare(case, "swap", path, draws=1).second.name == "other"


@pytest.mark.parametrize(
    ("asked", "error", "part"),
    [
        ("swop", detente.PlanError, "no proposal is called 'swop'; did you mean 'swap'"),
        ("1:pullback,", detente.PlanError, "comma without a measure"),
        ("1:pulback", detente.PlanError, "did you mean 'pullback'"),
        ("9:pullback", detente.PlanError, "there is no phase 9"),
        ("1:pullback;1:payment", detente.PlanError, "twice"),
        ("missing.yaml", detente.PlanError, "missing.yaml"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_in_words(
    asked: str, error: type[Exception], part: str
) -> None:
    with pytest.raises(error, match=part):
        detente.compare(make_case(), "swap", asked)


def test_draws_and_seed_are_checked() -> None:
    for wrong in ({"draws": 0}, {"seed": -1}, {"draws": 1.5}):
        with pytest.raises(detente.RequestError):
            detente.compare(make_case(), "swap", "swap", **wrong)


def test_numbers_too_large_to_reckon_with_are_refused() -> None:
    quantities = {"rate": {"start": 1e18, "trend": 1e18}, "stock": {"start": 0, "grows_by": "rate"}}
    quantities["all"] = {"sum_of": {"stock": 1e18}}
    case = make_case(quantities=quantities | {"more": {"sum_of": {"all": 1e18}}})
    found = detente.compare(case, "swap", "1:pullback", draws=5)
    assert all(math.isfinite(c.difference.standard_error) for c in contrasts(found).values())
    data = case_data(quantities=quantities)
    data["quantities"] |= {
        f"q{i}": {"sum_of": {f"q{i - 1}" if i else "all": 1e18}} for i in range(18)
    }
    data["measures"]["pullback"]["effects"] = {"rate": {"change": 1e18}}
    data["measures"]["pullback"]["worth"] = {"north": 9, "south": 9}
    with pytest.raises(detente.RequestError, match="too large to reckon with"):
        detente.compare(make_case(data), "1:pullback", "1:payment", draws=5)


# --- versions ------------------------------------------------------------------------------


def versions(draws: int = 200, **parts: Any) -> detente.VersionComparison:
    return detente.compare_versions(make_case(), make_case(**parts), draws=draws)


def test_a_case_does_not_differ_from_itself() -> None:
    found = versions()
    assert found.changes.is_empty
    assert found.changes == detente.CaseChanges((), (), (), ())
    assert all(c.difference.is_none for c in contrasts(found.comparisons[0]).values())


def test_words_change_no_result() -> None:
    found = versions(title="Another", sources={"s": {"title": "S"}}, basis="elicited")
    assert found.changes.is_empty
    assert {"title", "basis", "sources"} <= set(found.changes.texts) | {"sources"}
    assert all(c.difference.is_none for c in contrasts(found.comparisons[0]).values())


def test_views_that_a_case_names_do_not_change_the_case_as_written() -> None:
    found = versions(views={"other": {"file": "other.yaml"}})
    assert found.changes.is_empty
    assert found.changes.texts == ("views.other.file",)


def test_a_changed_number_leaves_the_draws_of_all_others_alone() -> None:
    # A joint step for good: nobody breaks it, and its worth is all that counts.
    def joint(south: list[int]) -> Case:
        worth = {"north": [-9, -5, -1], "south": south}
        step = {"undo_years": "never", "worth": worth, "consent": ["north", "south"]}
        return make_case(measures={"step": step}, proposals={"p": {"phases": {1: ["step"]}}})

    found = detente.compare_versions(joint([2, 6, 12]), joint([12, 16, 22]), draws=200)
    (change,) = found.changes.numbers
    assert change.path == ("measures", "step", "worth", "south")
    assert change.about == "Measure step: worth to south"
    assert (found.changes.rules, found.changes.unshared) == ((), ())
    (one,) = found.comparisons
    assert one.value["north"].difference.is_none
    # The same quantile of a range moved up by 10: 10 more in every draw.
    assert one.value["south"].difference.mean == pytest.approx(10.0)
    assert one.value["south"].difference.standard_error == pytest.approx(0.0, abs=1e-9)


def test_random_numbers_that_only_one_version_has_are_named() -> None:
    data = case_data()
    data["measures"]["payment"]["detection"] = [0.3, 0.4, 0.5]
    data["measures"]["payment"]["worth"]["north"] = 8
    found = detente.compare_versions(make_case(), make_case(data), draws=20)
    assert set(found.changes.unshared) == {
        "measures.payment.detection",
        "measures.payment.worth.north",
    }


def test_an_entry_that_came_or_went_is_one_difference_with_its_numbers() -> None:
    data = case_data()
    data["measures"]["visit"] = {"by": "south", "worth": {"north": [1, 2, 3], "south": 1}}
    found = detente.compare_versions(make_case(), make_case(data), draws=20).changes
    (rule,) = found.rules
    assert (rule.path, rule.kind, rule.numbers) == (("measures", "visit"), "added", 2)
    assert rule.first is None
    assert found.numbers == ()
    back = detente.compare_versions(make_case(data), make_case(), draws=20).changes
    assert [(r.path, r.kind, r.numbers) for r in back.rules] == [
        (("measures", "visit"), "dropped", 2)
    ]


def test_a_rule_that_changed_says_what_stood_there() -> None:
    data = case_data()
    data["measures"]["pullback"]["consent"] = ["south"]
    data["horizon_years"] = 20
    found = detente.compare_versions(make_case(), make_case(data), draws=20).changes
    assert {(rule.path, rule.kind) for rule in found.rules} == {
        (("horizon_years",), "changed"),
        (("measures", "pullback", "consent"), "added"),
    }
    horizon = next(rule for rule in found.rules if rule.path == ("horizon_years",))
    assert (horizon.first, horizon.second) == (10, 20)


def test_a_number_with_a_reason_is_the_same_number() -> None:
    data = case_data()
    worth = data["measures"]["pullback"]["worth"]
    worth["north"] = {"value": worth["north"], "why": "because", "basis": "judgement"}
    found = detente.compare_versions(make_case(), make_case(data), draws=20).changes
    assert found.is_empty


def test_an_entry_called_like_a_key_is_an_entry() -> None:
    data = case_data()
    data["measures"]["status"] = {"by": "south", "worth": {"north": 1}}
    found = detente.compare_versions(make_case(), make_case(data), draws=20).changes
    assert [rule.path for rule in found.rules] == [("measures", "status")]


def test_proposals_that_both_have_are_compared() -> None:
    proposals = {"other": {"phases": {1: ["payment"]}}, "swap": {"phases": {1: ["pullback"]}}}
    found = versions(proposals=proposals)
    assert [one.second.id for one in found.comparisons] == ["swap"]
    assert [(s.measure, s.kind) for s in found.comparisons[0].steps] == [("payment", "dropped")]
    with pytest.raises(detente.RequestError, match="no proposal 'other' in made"):
        detente.compare_versions(make_case(), make_case(proposals=proposals), proposals=["other"])


def test_versions_without_a_common_proposal_are_refused() -> None:
    with pytest.raises(detente.RequestError, match="no proposal of the same id"):
        versions(proposals={"other": {"phases": {1: ["payment"]}}})


def test_what_only_one_version_has_is_not_compared() -> None:
    data = case_data()
    data["parties"]["west"] = {}
    data["phases"] = {"count": 2, "years": 1}
    found = detente.compare_versions(make_case(), make_case(data), draws=20).comparisons[0]
    assert set(found.broken_by) == {"north", "south"}
    assert found.broken_at == {"north": (), "south": ()}  # other phases


def test_steps_are_told_apart_by_what_happened_to_them() -> None:
    levels = {"low": {"detection": 0.2}, "high": {"detection": 0.9}}
    data = case_data(phases={"count": 3, "years": 1})
    data["measures"]["watch"] = {"by": "south", "worth": {"north": 1}, "levels": levels}
    case = make_case(data)
    found = detente.compare(case, "1:watch/low,pullback", "2:watch/high,payment", draws=5)
    kinds = {step.measure: step.kind for step in found.steps}
    assert kinds == {"watch": "level", "payment": "added", "pullback": "dropped"}
    moved = detente.compare(case, "1:payment", "3:payment", draws=5).steps
    assert [(step.kind, step.first_phase, step.second_phase) for step in moved] == [("moved", 1, 3)]
