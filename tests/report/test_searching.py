"""A search in words: what was asked, what was found, and what to beware of."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

import detente
from detente.case.plans import parse_plan
from detente.report.mending import repair_screen
from detente.report.search_document import repair_document, search_document
from detente.report.searching import MARKS, searched
from detente.report.terminal_search import search_screen
from detente.searching.repairing import RepairResult
from detente.searching.results import Course, SearchResult
from detente.testing import make_case
from tests.report.hostile import hostile
from tests.report.search_lines import PATH, lines, shown


@pytest.fixture(scope="module")
def mended() -> RepairResult:
    return detente.repair("river", "delta_demand", changes=2, draws=400, search_draws=128)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_the_wording_is_as_kept() -> None:
    assert lines() == PATH.read_text(encoding="utf-8")


def test_each_plan_can_be_typed_as_it_is_shown(found_river: SearchResult) -> None:
    for row, found in zip(searched(found_river).rows, found_river.plans, strict=True):
        assert parse_plan(found_river.case, row.text) == found.plan
        assert parse_plan(found_river.case, row.typed.replace(" ", "\n   ")) == found.plan


def test_alternatives_stand_by_the_plan_that_they_come_close_to(found_river: SearchResult) -> None:
    rows = searched(found_river).rows
    for row, found in zip(rows, found_river.plans, strict=True):
        assert bool(row.near) == (found.role == "alternative")
    text = shown(search_screen(found_river))
    for row in rows:
        assert not row.near or f"{row.name} (near {row.near})" in text


def test_reference_points_are_marked_and_said_to_forecast_nothing(
    found_river: SearchResult,
) -> None:
    rows = searched(found_river).rows
    marked = {mark for row in rows for mark in row.marks} & set(MARKS.values())
    assert marked == {"N", "KS"}
    text = flat(shown(search_screen(found_river)))
    assert "what some axioms single out; they forecast nothing" in text
    assert "not that the sides would settle on this plan" in text


def test_it_says_on_what_the_plans_were_judged_and_how_many_were_looked_at(
    found_river: SearchResult,
) -> None:
    text = flat(shown(search_screen(found_river)))
    assert "400 fresh draws that the search has not seen" in text
    assert re.search(r"[\d ]+ plans were looked at, of about 4 100 ", text)
    assert "a slightly better one may have been dropped" in text  # all were looked at


def test_what_was_asked_is_said_in_words_and_as_a_command(found_three: SearchResult) -> None:
    found = searched(found_three)
    for words in (
        "holds as often as possible",
        "saline land, km2, 90th percentile as low as possible",
        "exposure of Delta, downstream as low as possible",
        "accepted at least 30 of 100",
        "with “River gauges that both sides can read”",
        "without “A low outlet in the dam that cannot be closed”",
        "all steps in phases 1 to 2",
    ):
        assert words in found.asked
    assert found.command == (
        "detente search river --objective hold,saline_land.p90,exposure.delta --min accept=0.3"
        " --fix gauges --forbid low_outlet --phases 2 --draws 200 --search-draws 64 --seed 0"
    )


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("at_rest", "it came to rest after 7 generations"),
        ("time", "time was up after 7 generations, before it came to rest"),
        ("listed", "these are all that keep the conditions"),
    ],
)
def test_why_it_ended_is_told(found_river: SearchResult, ending: Any, words: str) -> None:
    course = Course(1024, (64, 1024), (5000, 700), 7, ending, 30.2)
    text = flat(shown(search_screen(replace(found_river, course=course))))
    assert words in text
    assert "of about 10^30" in text


def test_where_all_plans_were_looked_at_it_says_what_may_have_been_dropped(
    found_river: SearchResult,
) -> None:
    def told(*judged: int) -> str:
        course = Course(1024, (64, 1024), judged, 0, "listed", 3.7)
        return flat(shown(search_screen(replace(found_river, course=course))))

    text = told(5000, 700)
    assert "700 of them in all 1 024 draws of the search; these are all that keep" in text
    assert "the first few draws only, 64 or more, so a slightly better one may have been" in text
    assert "no proof" not in text
    text = told(700, 700)
    assert "In other draws another of them may come first." in text
    assert "dropped" not in text
    assert "no proof" not in text


def test_a_plan_of_the_case_is_recognised() -> None:
    plan = "1:gauges,power_purchase,border_market;2:releases,low_outlet;3:loan_consent"
    case = make_case(
        {**river_like(), "proposals": {"known": {"name": "Known", "phases": {1: ["m"]}}}}
    )
    found = searched(detente.search(case, draws=20, search_draws=20))
    assert any(row.same_as == "Known" for row in found.rows), plan


def river_like() -> dict[str, Any]:
    return {
        "detente": 1,
        "title": "Small",
        "phases": {"count": 1, "years": 1},
        "horizon_years": 1,
        "discount": 0.1,
        "parties": {"a": {}, "b": {}},
        "measures": {"m": {"by": "a", "worth": {"a": 1, "b": 1}}},
    }


def test_a_case_without_uncertain_numbers_proposals_and_outcome_is_shown() -> None:
    text = flat(shown(search_screen(detente.search(make_case(river_like()), draws=20))))
    assert "every number is certain: all draws are the same" in text
    assert "Looked for: holds as often as possible." in text
    assert "Proposals of the case" not in text


def test_texts_of_a_case_do_nothing_to_a_terminal() -> None:
    text = shown(search_screen(detente.search(make_case(hostile()), draws=20, search_draws=20)))
    assert not set(text) & set("\u001b\u0007\u202e\u2066")


# --- the documents -------------------------------------------------------------------------


def test_the_document_has_the_keys_that_callers_rely_on(found_river: SearchResult) -> None:
    document = search_document(found_river)
    keys = {"phases", "accept", "keep", "hold", "standard_error", "outcomes", "exposure"}
    keys |= {"dominated", "figures", "surplus", "role", "near", "references", "plan"}
    assert all(keys <= set(plan) for plan in document["plans"])
    assert set(document["proposals"]) == {p.id for p in found_river.case.proposals}
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    for plan in document["plans"]:
        assert parse_plan(found_river.case, plan["plan"]) == parse_plan(
            found_river.case, plan["phases"]
        )
        assert plan["dominated"] == bool(plan["beaten_by"])


def test_plans_stand_best_first(found_river: SearchResult, found_three: SearchResult) -> None:
    for result in (found_river, found_three):
        figures = [plan["figures"]["hold"]["value"] for plan in search_document(result)["plans"]]
        assert figures == sorted(figures, reverse=True)


def test_figures_are_those_of_a_run_in_the_same_draws(found_river: SearchResult) -> None:
    plan = search_document(found_river)["plans"][0]
    case = found_river.case
    again = detente.run(case, draws=400, seed=3, proposals=[parse_plan(case, plan["plan"])])
    verdict = again.verdicts[0]
    assert (plan["accept"], plan["keep"], plan["hold"]) == (
        verdict.accept.mean,
        verdict.keep.mean,
        verdict.hold.mean,
    )
    assert plan["figures"]["hold"]["value"] == pytest.approx(verdict.hold.mean)


def test_of_several_views_all_are_told(found_korea: SearchResult) -> None:
    document = search_document(found_korea)
    assert list(document["views"]) == list(found_korea.judged)
    worst = {
        plan["id"]: min(v["verdicts"][plan["id"]]["hold"] for v in document["views"].values())
        for plan in document["plans"]
    }
    for plan in document["plans"]:
        assert plan["figures"]["hold"]["value"] == pytest.approx(worst[plan["id"]])


def test_repairs_are_told_with_what_they_change(mended: RepairResult) -> None:
    document = repair_document(mended)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    keys = {"changes", "plan", "hold", "before", "after", "gain", "standard_error", "text"}
    assert document["repairs"]
    assert all(keys <= set(entry) for entry in document["repairs"])
    numbers = [len(entry["changes"]) for entry in document["repairs"]]
    assert numbers == sorted(numbers)
    assert set(numbers) == {1, 2}
    text = flat(shown(repair_screen(mended)))
    assert "judged again in fresh draws, and those that do not help there beyond doubt" in text
    for entry in document["repairs"]:
        assert flat(entry["text"]) in text
        assert entry["after"] - entry["before"] == pytest.approx(entry["gain"], abs=0.02)
        verdict = detente.run(
            mended.case, draws=400, proposals=[parse_plan(mended.case, entry["plan"])]
        ).verdicts[0]
        assert verdict.hold.mean == pytest.approx(entry["hold"])


def test_repairs_of_an_amount_are_told_in_its_unit() -> None:
    found = detente.repair(
        "river", "delta_demand", changes=1, objective="saline_land", draws=200, search_draws=64
    )
    assert found.mends
    text = flat(shown(repair_screen(found)))
    assert "Delta's demand: saline land, km2" in text
    assert "better by" in text


def test_where_no_change_helps_that_is_said() -> None:
    found = detente.repair(make_case(river_like()), "1:m", changes=1, draws=20, search_draws=20)
    assert not found.mends
    assert "None is better beyond doubt on fresh draws" in flat(shown(repair_screen(found)))
