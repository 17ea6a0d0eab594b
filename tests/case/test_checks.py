from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.case.checks import ERRORS
from detente.case.file import CaseFile
from detente.case.known import Names, cycles
from tests.case.samples import changed, messages

UP = "parties__upstream__"
TRIGGERS: list[tuple[str, dict[str, Any], str]] = [
    ("phase_names", {"phases__names": ["One"]}, "1 names for 2 phases"),
    ("horizon_in_reach", {"horizon_years": 999, "phases__years": 1.0}, "over 200 phases away"),
    ("correlation_shares", {"correlation__same_measure": 0.8}, "sum to 1.1"),
    (
        "constituency_in_two_parties",
        {"parties__third": {"constituencies": {"cabinet": {}}}},
        "already one of 'upstream'",
    ),
    (
        "constituency_named_like_a_party",
        {UP + "constituencies__downstream": {}},
        "also the name of a party",
    ),
    (
        "constituency_named_like_a_party",
        {UP + "constituencies__upstream": {}},
        "called like its party",
    ),
    ("constituency_numbers_on_a_party", {UP + "discount": 0.1}, "belongs to a constituency"),
    ("discount_large_enough", {"discount": 0.00001}, "must be 0.0001 a year at least"),
    ("discount_large_enough", {"discount": [0.00009, 0.05, 0.1]}, "cannot be told from none"),
    ("discount_large_enough", {"parties__downstream__discount": 0.00009}, "0.0001 a year"),
    (
        "discount_large_enough",
        {
            UP + "constituencies__provinces__discount": {
                "dist": "uniform",
                "loc": 0.00001,
                "scale": 0.1,
            }
        },
        "0.0001 a year",
    ),
    ("party_rules", {UP + "accepts": {"all": ["cabinte"]}}, "did you mean 'cabinet'"),
    (
        "party_rules",
        {UP + "accepts": {"all": ["downstream"]}},
        "in 'upstream'",
    ),
    (
        "party_rules",
        {UP + "accepts": {"at_least": 2, "weights": {"cabinet": 1}}},
        "can never be reached",
    ),
    ("party_rules", {UP + "accepts": {"at_least": 3}}, "the weights sum to 2"),
    (
        "party_rules",
        {UP + "accepts": {"at_least": 1, "weights": {"cab": 1}}},
        "unknown constituency",
    ),
    ("party_rules", {UP + "accepts": {}}, "the rule is empty"),
    ("party_rules", {UP + "accepts": {"weights": {"cabinet": 1}}}, "no 'at_least'"),
    (
        "party_rules",
        {UP + "accepts": {"at_least": 1, "of": ["cabinet"], "weights": {"cabinet": 1}}},
        "exclude each other",
    ),
    ("party_rules", {UP + "accepts": {"all": ["cabinet", "cabinet"]}}, "listed twice"),
    ("party_rules", {UP + "accepts": {"all": [{"all": ["nobody"]}]}}, "unknown constituency"),
    ("agreement_rule", {"agreement__must_sign": ["nobody"]}, "unknown party or constituency"),
    ("agreement_rule", {"agreement__must_sign": ["upstream", "upstream"]}, "listed twice"),
    ("agreement_rule", {"agreement__accepts": {"all": ["upstraem"]}}, "did you mean 'upstream'"),
    (
        "decider_names",
        {UP + "deciders__start": {"cabinet": 0.5, "downstream": 0.5}},
        "in 'upstream'",
    ),
    (
        "decider_names",
        {UP + "deciders__turnover": [{"from": "cabinet", "to": "x", "per_year": 0}]},
        "unknown constituency",
    ),
    ("decider_probabilities", {UP + "deciders__start__provinces": 0.2}, "sum to 1.1, not 1"),
    (
        "turnover_steps",
        {UP + "deciders__turnover": [{"from": "cabinet", "to": "cabinet", "per_year": 0.1}]},
        "to itself",
    ),
    (
        "turnover_steps",
        {UP + "deciders__turnover": [{"from": "cabinet", "to": "provinces", "per_year": 0.1}] * 2},
        "stands here twice",
    ),
    ("step_names", {"measures__aid__by": "upstraem"}, "did you mean 'upstream'"),
    ("step_names", {"measures__aid__consent": ["nobody"]}, "unknown party or constituency"),
    ("step_names", {"measures__aid__requires": ["gauge"]}, "did you mean 'gauges'"),
    (
        "step_names",
        {"measures__aid__excludes": ["release_schedule/hafl"]},
        "did you mean 'release_schedule/half'",
    ),
    ("step_names", {"measures__aid__raises_detection": {"x": 0.1}}, "unknown measure 'x'"),
    ("step_names", {"measures__aid__worth__cabinte": 1}, "did you mean 'cabinet'"),
    ("step_names", {"measures__release_schedule__levels__half__by": "x"}, "unknown party 'x'"),
    ("step_lists", {"measures__aid__requires": ["gauges", "gauges"]}, "listed twice"),
    ("step_lists", {"measures__aid__in_phases": [1, 1]}, "listed twice"),
    ("names_itself", {"measures__aid__requires": ["aid"]}, "cannot require itself"),
    (
        "names_itself",
        {"measures__release_schedule__levels__half__excludes": ["release_schedule/full"]},
        "exclude each other anyway",
    ),
    ("names_itself", {"measures__aid__raises_detection": {"aid": 0.1}}, "its own detection"),
    (
        "requires_cycles",
        {"measures__gauges__requires": ["release_schedule/half"]},
        "gauges → release_schedule → gauges",
    ),
    ("phase_ranges", {"measures__aid__in_phases": [3]}, "there is no phase 3"),
    ("phase_ranges", {"measures__aid__in_phases": []}, "in_phases is empty"),
    ("phase_ranges", {"proposals__draft_2__phases": {3: ["aid"]}}, "there is no phase 3"),
    ("levels_there", {"measures__aid__must_choose": True}, "needs 'levels'"),
    ("levels_there", {"measures__aid__levels": {}}, "levels is empty"),
    (
        "secret_undo_of_the_irreversible",
        {"measures__dam_removal__secret_undo": True},
        "remove one of them",
    ),
    (
        "secret_undo_of_the_irreversible",
        {"measures__release_schedule__levels__half__undo_years": "never"},
        "remove one of them",
    ),
    (
        "secret_undo_of_the_irreversible",
        {"defaults__undo_years": "never", "measures__aid__secret_undo": True},
        "remove one of them",
    ),
    ("interaction_names", {"interactions__package__all_of": []}, "all_of is empty"),
    ("interaction_names", {"interactions__package__all_of": ["gauges", "gauges"]}, "listed twice"),
    ("interaction_names", {"interactions__package__all_of": ["gages"]}, "did you mean 'gauges'"),
    ("interaction_names", {"interactions__paid_alone__unless": ["gages"]}, "did you mean 'gauges'"),
    ("interaction_names", {"interactions__package__worth__cabinte": 1}, "did you mean 'cabinet'"),
    ("interaction_names", {"interactions__cheaper_later__measures": []}, "measures is empty"),
    (
        "interaction_names",
        {"interactions__cheaper_later__constituencies": ["x"]},
        "unknown constituency",
    ),
    (
        "interaction_names",
        {"interactions__cheaper_later__constituencies": []},
        "constituencies is empty",
    ),
    ("interaction_names", {"interactions__cheaper_later__when_after": ["x"]}, "unknown measure"),
    ("red_line_names", {"red_lines__nobody": []}, "unknown constituency 'nobody'"),
    ("red_line_names", {"red_lines__cabinet": [{"never": []}]}, "never is empty"),
    ("red_line_names", {"red_lines__cabinet": [{"never": ["x"]}]}, "unknown measure 'x'"),
    (
        "red_line_names",
        {"red_lines__cabinet": [{"never": ["aid"], "unless": ["x"]}]},
        "unknown measure 'x'",
    ),
    ("proposal_measures", {"proposals__draft_2__phases": {1: ["gages"]}}, "did you mean 'gauges'"),
    (
        "proposal_measures",
        {"proposals__draft_2__phases": {1: ["aid"], 2: ["aid"]}},
        "in this plan already",
    ),
    (
        "proposal_measures",
        {
            "proposals__draft_2__phases": {
                1: ["release_schedule/half"],
                2: ["release_schedule/full"],
            }
        },
        "one level of a measure",
    ),
    (
        "proposal_measures",
        {"proposals__draft_2__phases": {1: ["release_schedule"]}},
        "write release_schedule/half or release_schedule/full",
    ),
    ("quantity_names", {"quantities__stored__grows_by": "flwo"}, "did you mean 'flow'"),
    ("quantity_names", {"quantities__welfare__sum_of": {"x": 1}}, "unknown quantity 'x'"),
    ("quantity_sums", {"quantities__welfare__start": 3}, "a sum follows from its parts"),
    ("quantity_sums", {"quantities__welfare__sum_of": {}}, "sum_of is empty"),
    (
        "effects_on_sums",
        {"measures__aid__effects": {"welfare": {"change": 1}}},
        "'welfare' is a sum",
    ),
    (
        "effects_on_sums",
        {"measures__release_schedule__levels__half__effects": {"welfare": {"change": 1}}},
        "'welfare' is a sum",
    ),
    ("quantity_cycles", {"quantities__flow__grows_by": "stored"}, "in a circle"),
    ("quantity_cycles", {"quantities__flow__grows_by": "flow"}, "flow → flow"),
    ("main_outcome_known", {"main_outcome": "flwo"}, "did you mean 'flow'"),
    ("view_files", {"views": {"v": {"file": "../v.yaml"}}}, "'..' leads out"),
    ("view_files", {"views": {"v": {"file": "/v.yaml"}}}, "from the folder of the case file"),
    ("view_files", {"views": {"v": {"file": "v.txt"}}}, "ends in .yaml or .yml"),
]


@pytest.mark.parametrize(("check", "changes", "part"), TRIGGERS)
def test_each_check_is_triggered(
    tmp_path: Path, check: str, changes: dict[str, Any], part: str
) -> None:
    data = changed(**changes)
    file = CaseFile.model_validate(data)
    function = next(c for c in ERRORS if getattr(c, "__name__", "") == check)
    found = function(file, Names.of(data))
    assert any(part in each.message + (each.hint() if each.hint else "") for each in found)
    assert part in messages(tmp_path, data)


@pytest.mark.parametrize(
    "discount", [0.0001, [0.0001, 0.05, 0.1], {"p5": 0.00001, "p50": 0.05, "p95": 0.1}]
)
def test_a_discount_rate_of_the_least_or_with_a_thin_tail_below_is_taken(
    tmp_path: Path, discount: object
) -> None:
    assert messages(tmp_path, changed(discount=discount)) == ""


def test_chances_of_leaving_a_decider_may_sum_above_1(tmp_path: Path) -> None:
    """Rates compete: what leaves in a year is less than the sum of what would leave alone."""
    turnover = [{"from": "cabinet", "to": to, "per_year": 0.7} for to in ("provinces", "court")]
    data = changed(
        **{UP + "constituencies__court": {}, UP + "deciders__turnover": turnover},
        **{UP + "deciders__start__court": 0.0},
    )
    assert messages(tmp_path, data) == ""


@pytest.mark.parametrize("quota", [0, -1])
@pytest.mark.parametrize("rule", [UP + "accepts", "agreement__accepts"])
def test_a_quota_is_above_nothing(tmp_path: Path, rule: str, quota: float) -> None:
    assert "a number above 0" in messages(tmp_path, changed(**{rule: {"at_least": quota}}))


def test_the_main_outcome_may_be_what_a_measure_or_a_level_changes(tmp_path: Path) -> None:
    effects = {"money": {"change": 3}}
    for place in ("measures__aid__effects", "measures__release_schedule__levels__half__effects"):
        data = changed(**{place: effects, "main_outcome": "money"})
        assert messages(tmp_path, data) == ""


def test_a_missing_discount_is_found_where_no_constituency_has_its_own(tmp_path: Path) -> None:
    data = changed()
    del data["discount"]
    assert "'cabinet' has no discount" in messages(tmp_path, data)
    data["parties"]["upstream"]["constituencies"]["cabinet"]["discount"] = 0.1
    data["parties"]["downstream"]["discount"] = 0.1
    assert messages(tmp_path, data) == ""


def test_every_check_has_a_case_that_triggers_it() -> None:
    tried = {name for name, _, _ in TRIGGERS} | {"discount_missing"}
    assert tried == {getattr(check, "__name__", "") for check in ERRORS}


def test_cycles_are_found_once_and_without_recursion() -> None:
    assert list(cycles({"a": ["b"], "b": ["a"], "c": ["a", "c"]})) == [("a", "b"), ("c",)]
    chain = {str(i): [str(i + 1)] for i in range(50_000)}
    assert list(cycles(chain)) == []


def test_uncertain_decider_probabilities_are_summed_at_their_centre(tmp_path: Path) -> None:
    start = {"cabinet": [0.5, 0.9, 1], "provinces": {"p5": 0.05, "p50": 0.1, "p95": 0.2}}
    assert messages(tmp_path, changed(**{UP + "deciders__start": start})) == ""
