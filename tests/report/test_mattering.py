"""What is said of a sensitivity analysis: names, sentences, the screen and the document."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import detente
from detente.draws.unknowns import Unknowns, crossing
from detente.influence.groups import SHARED, WAYS, traits
from detente.influence.results import (
    Bound,
    Choice,
    Index,
    Scenario,
    Sensitivity,
    SensitivityViews,
)
from detente.report import mattering
from detente.report.influence_words import KINDS, Words, bounds_text, number_text
from detente.report.mattering_views import mattering_views
from detente.report.terminal_sensitivity import sensitivity_screen, sensitivity_views_screen
from tests.report.test_views import shown

ONE = Index(0.5, 0.01, (0.48, 0.52))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.0, "0"),
        (-20.24, "−20.2"),
        (0.08541, "0.0854"),
        (22.0, "22"),
        (100.0, "100"),
        (123456.0, "123\N{NARROW NO-BREAK SPACE}000"),
        (-0.7071, "−0.707"),
        (1e-7, "0.0000001"),
    ],
)
def test_values_of_unknowns_have_three_digits(value: float | None, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(None, 3.0, "3 or less"), (-2.0, None, "−2 or more"), (-2.0, 3.0, "between −2 and 3")],
)
def test_bounds_are_said_in_words(low: float | None, high: float | None, text: str) -> None:
    assert bounds_text(Bound("x", low, high, -9.0, 9.0)) == text


def test_every_unknown_and_every_group_of_the_built_in_cases_has_a_name(
    river_hangs_on: Sensitivity,
) -> None:
    for name in ("river", "korea-2019"):
        case = detente.load_case(name)
        words = Words.of(replace(river_hangs_on, case=case))
        known = traits(case)
        for path in Unknowns(case).names:
            assert "“" + path + "”" != words.unknown(path)
            assert known[path].kind in KINDS
            for way in WAYS:
                assert words.group(way, known[path].group(way))


def test_people_are_named_without_their_party_where_no_other_is_called_alike(
    river_hangs_on: Sensitivity,
) -> None:
    words = Words.of(river_hangs_on)
    worth = "measures.low_outlet.worth.cabinet"
    paths = [path for path in words.worths if path.startswith("measures.low_outlet")]
    assert worth in paths or paths
    told = [words.unknown(path) for path in paths]
    assert (
        "the worth of “A low outlet in the dam that cannot be closed” to Cabinet of Upland" in told
    )
    assert any(text.endswith("to Delta, downstream") for text in told)
    people = tuple(replace(c, name="Cabinet") for c in river_hangs_on.case.constituencies)
    alike = replace(river_hangs_on.case, constituencies=people)
    told = [Words.of(replace(river_hangs_on, case=alike)).unknown(path) for path in paths]
    assert any(text.endswith("to Cabinet (Upland, upstream)") for text in told)


def test_worths_to_one_constituency_are_told_together(river_hangs_on: Sensitivity) -> None:
    words = Words.of(river_hangs_on)
    box = river_hangs_on.holding[0]
    text = mattering.scenario_text(words, box, fails=False)
    assert text.startswith("It holds in ")
    assert text.count("Cabinet of Upland") == 1
    assert text.count(" is worth ") <= 2
    assert "of 100 successes lie there." in text
    failing = mattering.scenario_text(words, box, fails=True)
    assert failing.startswith("It fails in ")
    assert "of 100 failures lie there." in failing


def test_a_red_line_is_drawn_or_not(river_hangs_on: Sensitivity) -> None:
    words = Words.of(river_hangs_on)
    (_, line), *_ = river_hangs_on.case.red_lines
    number = crossing(line.path)
    drawn, not_drawn = (
        words.bound(Bound(number, low, high, 0.0, 1.0)) for low, high in ((1.0, None), (None, 0.0))
    )
    assert " is a red line of " in drawn
    assert not_drawn == drawn.replace(" is a red", " is no red")
    box = Scenario((Bound(number, 1.0, None, 0.0, 1.0),), ONE, ONE, 0.2, 0.3, 0)
    assert f"where {drawn}. This is so in 20 of 100 draws" in mattering.scenario_text(
        words, box, fails=True
    )


def test_swings_say_both_ends_and_where_the_target_is_reached(
    river_hangs_on: Sensitivity,
) -> None:
    words, first = Words.of(river_hangs_on), river_hangs_on.swings[0]
    text = mattering.swing_text(river_hangs_on, words, replace(first, breakeven=-10.54))
    assert text.endswith("50 of 100 is reached at −10.5.")
    low = replace(first, breakeven=None, at_low=replace(ONE, value=0.1))
    text = mattering.swing_text(river_hangs_on, words, low)
    assert text.endswith("No value looked at brings 50 of 100.")
    high = replace(first, breakeven=None, at_low=replace(ONE, value=0.6))
    text = mattering.swing_text(river_hangs_on, words, high)
    assert text.endswith("50 of 100 is reached at every value looked at.")


@pytest.mark.parametrize(
    ("figure", "name", "meaning", "unit"),
    [
        ("hold", "holds", "chance, mean over draws, that everyone", "of 100"),
        ("accept", "accepted", "share of draws in which everyone", "of 100"),
        ("keep", "kept", "chance, mean over draws, that nobody", "of 100"),
        ("exposure.delta", "exposure of Delta", "if another breaks", "points of worth"),
        ("surplus.delta", "surplus of Delta", "over no agreement", "points of worth"),
        ("score.delta", "score of Delta", "better off than", "points of worth"),
        ("saline_land", "saline land, km2", "by the end of", "km2"),
    ],
)
def test_every_figure_has_a_name_a_meaning_and_a_unit(
    river_hangs_on: Sensitivity, figure: str, name: str, meaning: str, unit: str
) -> None:
    found = replace(river_hangs_on, figure=figure)
    words = Words.of(found)
    assert words.figure(found).startswith(name)
    assert meaning in words.meaning(found)
    assert words.unit(found) == unit


def test_gains_are_points_of_100_for_shares_and_in_their_unit_for_amounts(
    river_hangs_on: Sensitivity, water_hangs_on: Sensitivity
) -> None:
    words, gain = Words.of(river_hangs_on), Index(0.026, 0.002, (0.022, 0.03))
    assert mattering.gain_text(river_hangs_on, words, gain) == "2.6 points of 100 (2.2 to 3.0)"
    certain = Index(0.01, 0.0, (0.01, 0.01))
    assert mattering.gain_text(river_hangs_on, words, certain).startswith("1")
    words = Words.of(water_hangs_on)
    assert mattering.gain_text(water_hangs_on, words, Index(5.0, 1.0, (3.0, 7.0))).startswith(
        "5 km2 ("
    )


def test_a_choice_that_nothing_would_change_is_said_to_be_none(
    river_hangs_on: Sensitivity,
) -> None:
    choice = Choice(("A", "B"), (ONE, ONE), Index(0.0, 0.0, (0.0, 0.0)), (), 4096, 3)
    text = mattering.choice_text(river_hangs_on, Words.of(river_hangs_on), choice)
    assert text.startswith("Among 2 plans “A” does best on average: 50 of 100 (")
    assert "(3 other proposals, hardly ever the best of all, left out)" in text
    assert text.endswith("there is nothing to find out first.")


def test_in_short_says_what_happens_the_more_seldom(river_hangs_on: Sensitivity) -> None:
    words = Words.of(river_hangs_on)
    assert any(text.startswith("It holds") for text in mattering.in_short(river_hangs_on, words))
    often = replace(river_hangs_on, mean=Index(0.9, 0.01, (0.88, 0.92)))
    assert any(text.startswith("It fails") for text in mattering.in_short(often, words))


def test_whether_the_draws_are_enough_is_said(river_hangs_on: Sensitivity) -> None:
    convergence = river_hangs_on.convergence
    assert convergence is not None
    few = replace(river_hangs_on, convergence=replace(convergence, enough=False, needed=12_345))
    assert "To narrow it to 5 takes about 13\N{NARROW NO-BREAK SPACE}000 draws" in (
        mattering.convergence_text(few)
    )
    many = replace(river_hangs_on, convergence=replace(convergence, enough=True, widest=0.04))
    assert "draws are enough" in mattering.convergence_text(many)
    assert mattering.convergence_text(replace(river_hangs_on, convergence=None)) == ""


def test_the_screen_shows_every_part_at_any_width(
    river_hangs_on: Sensitivity, views_hang_on: SensitivityViews
) -> None:
    text = " ".join(shown(sensitivity_screen(river_hangs_on)).split())
    for part in (
        "Whose unknowns, by party",
        "Single unknowns",
        "Where it fails, and where it holds",
        "What finding out would be worth",
        "One unknown at a time",
        "Shares are of the spread of this figure",
    ):
        assert part in text
    several = " ".join(shown(sensitivity_views_screen(views_hang_on)).split())
    for part in ("Step by step", "Holds, as written: ", "What matters under all views", "in all"):
        assert part in several
    for screen in (sensitivity_screen(river_hangs_on), sensitivity_views_screen(views_hang_on)):
        for width in (70, 110):
            assert max(map(len, shown(screen, width).splitlines())) <= width


def test_the_screen_of_a_plan_to_which_nothing_matters(nothing_matters: Sensitivity) -> None:
    text = " ".join(shown(sensitivity_screen(nothing_matters)).split())
    assert "Nothing that is unknown is seen to change that" in text
    assert "Single unknowns" not in text


def test_no_text_of_a_case_moves_the_terminal(hostile_hangs_on: Sensitivity) -> None:
    assert not set(shown(sensitivity_screen(hostile_hangs_on))) & {
        "\x1b",
        "\x07",
        "\u202e",
        "\u2066",
    }


def test_the_document_has_the_keys_that_callers_rely_on(
    river_hangs_on: Sensitivity, nothing_matters: Sensitivity
) -> None:
    document = detente.sensitivity_document(river_hangs_on)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    for row in document["indices"]:
        assert {"by", "group", "first", "total", "shapley", "confidence"} <= set(row)
        assert row["confidence"] >= 0.0
        assert (row["shapley"] is None) == (row["group"] == SHARED)
    assert document["boxes"]
    assert document["boxes_holding"]
    for box in (*document["boxes"], *document["boxes_holding"]):
        assert {"limits", "coverage", "density", "text"} <= set(box)
        for bound in box["limits"]:
            assert set(bound) == {"number", "low", "high", "least", "greatest"}
    for finding in document["value_of_information"]:
        assert {"by", "group", "value", "confidence", "zero", "clear", "text"} <= set(finding)
    for swing in document["swings"]:
        assert {"number", "low", "high", "at_low", "at_high", "breakeven", "text"} <= set(swing)
    assert {"number", "text", "first", "delta"} <= set(document["unknowns"][0])
    assert set(document["provenance"]) >= {"version", "case_hash"}
    still = detente.sensitivity_document(nothing_matters)
    assert set(still) == set(document)
    assert (still["indices"], still["boxes"], still["convergence"]) == ([], [], None)


def test_the_document_of_several_views_keeps_its_keys_and_adds_those_of_the_views(
    views_hang_on: SensitivityViews,
) -> None:
    first = views_hang_on["as_written"]
    document, alone = (detente.sensitivity_document(each) for each in (views_hang_on, first))
    assert {key: document[key] for key in alone} == alone
    assert set(document) - set(alone) == {"views", "mattering"}
    assert [*document["views"]] == [*views_hang_on]
    for view, one in document["views"].items():
        assert one["indices"] == detente.sensitivity_document(views_hang_on[view])["indices"]
    for row in document["mattering"]:
        assert set(row) == {"by", "group", "shapley", "everywhere"}
        assert [*row["shapley"]] == [*views_hang_on]


def test_what_matters_in_all_views_is_told_apart(views_hang_on: SensitivityViews) -> None:
    said = mattering_views(views_hang_on)
    assert said.names == ("as written", "Impatient sides")
    assert [why for *_, why in said.figures] == ["", "years count for less"]
    listed = {name for way in said.ways for name, _, everywhere in way.rows if everywhere}
    named = " ".join(groups for _, groups in said.everywhere)
    assert listed
    assert all(name[1:] in named for name in listed)
    # A group that is at play under one view only has a dash under the other.
    row = replace(views_hang_on.mattering[0], by_view={"as_written": ONE, "impatient": None})
    (way,) = mattering_views(replace(views_hang_on, mattering=(row,))).ways
    assert way.rows[0][1][1] == "–"
