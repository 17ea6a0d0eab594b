"""What the plots of a sensitivity analysis hold; the browser tests draw them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from detente.draws.unknowns import crossing
from detente.influence.groups import WAYS
from detente.influence.results import Bound, Index, Scenario, Sensitivity
from detente.report import influence_charts as charts
from detente.report.charts import PRINT, Spec
from detente.report.influence_words import Words
from detente.report.mattering import shown_rows


def rows(spec: Spec) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = spec["data"]["values"]
    return values


def texts(spec: Spec) -> list[str]:
    """What is written into a plot, but for its axes; each stands twice, once as its own ground."""
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    return [row["text"] for layer in layers[1::2] for row in layer["data"]["values"]]


def all_charts(found: Sensitivity) -> Iterator[Spec]:
    words = Words.of(found)
    yield from (charts.groups_chart(found, words, way) for way in WAYS if shown_rows(found, way)[0])
    yield from (charts.box_chart(words, box) for box in (*found.failing, *found.holding))
    if found.choice is not None and charts.findings_shown(found.choice):
        yield charts.findings_chart(found, words, found.choice)
    if found.swings:
        yield charts.swings_chart(found, words)
    if found.convergence is not None:
        yield charts.course_chart(found.convergence)


def test_groups_have_each_index_with_its_interval(river_hangs_on: Sensitivity) -> None:
    words = Words.of(river_hangs_on)
    for way in WAYS:
        shown = shown_rows(river_hangs_on, way)[0]
        found = rows(charts.groups_chart(river_hangs_on, words, way))
        assert len(found) == sum(3 - (row.shapley is None) for row in shown)
        for row in found:
            assert 0 <= row["low"] <= row["share"] <= row["high"] <= 100
        first = shown[0].shapley
        assert first is not None
        assert found[0]["what"] == "its share"
        assert found[0]["share"] == 100 * first.value
        assert words.group(way, shown[0].group)[1:] in found[0]["label"]


def test_names_stand_above_their_marks_in_lines_that_a_telephone_has_room_for(
    river_hangs_on: Sensitivity,
) -> None:
    for spec in all_charts(river_hangs_on):
        assert spec["usermeta"]["narrow"] < 300
        assert all(len(text) <= 46 for text in texts(spec))
    spec = charts.groups_chart(river_hangs_on, Words.of(river_hangs_on), "measure", PRINT)
    names = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"][-1]
    lines = names["data"]["values"]
    assert [line["y"] for line in lines] == sorted(line["y"] for line in lines)
    assert lines[0]["y"] < rows(spec)[0]["y"] < lines[-1]["y"] < spec["height"]


def test_a_plot_has_so_many_rows_at_most(river_hangs_on: Sensitivity) -> None:
    (one, *_) = [row for row in river_hangs_on.indices if row.way == "measure"]
    many = replace(river_hangs_on, indices=(one,) * 50)
    found = rows(charts.groups_chart(many, Words.of(many), "measure"))
    assert len(found) == 3 * charts.MOST_ROWS


@pytest.mark.parametrize(
    ("low", "high", "inside", "marked"),
    [
        (None, 4.0, (0.0, 0.4), {"4"}),
        (2.5, None, (0.25, 1.0), {"2.5"}),
        (2.5, 7.5, (0.25, 0.75), {"2.5", "7.5"}),
    ],
)
def test_a_box_shows_the_part_of_each_range_that_lies_in_it(
    river_hangs_on: Sensitivity,
    low: float | None,
    high: float | None,
    inside: tuple[float, float],
    marked: set[str],
) -> None:
    number = river_hangs_on.failing[0].limits[0].number
    one = Index(0.5, 0.1, (0.3, 0.7))
    box = Scenario((Bound(number, low, high, 0.0, 10.0),), one, one, 0.2, 0.3, 0)
    spec = charts.box_chart(Words.of(river_hangs_on), box)
    (row,) = rows(spec)
    assert (row["low"], row["high"]) == pytest.approx(inside)
    ends = [r for layer in spec["layer"] for r in layer.get("data", {}).get("values", ())]
    assert {end["text"] for end in ends if end["bold"]} == marked
    assert {"0", "10"} <= {end["text"] for end in ends}


def test_an_end_of_a_range_gives_way_to_a_bound_close_to_it(river_hangs_on: Sensitivity) -> None:
    number = river_hangs_on.failing[0].limits[0].number
    one = Index(0.5, 0.1, (0.3, 0.7))
    box = Scenario((Bound(number, 0.2, None, 0.0, 10.0),), one, one, 0.2, 0.3, 0)
    shown = texts(charts.box_chart(Words.of(river_hangs_on), box))
    assert "0.2" in shown
    assert "0" not in shown


def test_bounds_lie_within_the_ranges_of_their_unknowns(river_hangs_on: Sensitivity) -> None:
    boxes = (*river_hangs_on.failing, *river_hangs_on.holding)
    assert boxes
    for bound in (bound for box in boxes for bound in box.limits):
        ends = [end for end in (bound.low, bound.high) if end is not None]
        assert ends
        assert bound.least <= min(ends) <= max(ends) <= bound.greatest
        assert bound.least < bound.greatest


def test_values_of_finding_out_stand_beside_what_chance_shows(
    hostile_hangs_on: Sensitivity,
) -> None:
    choice = hostile_hangs_on.choice
    assert choice is not None
    shown = charts.findings_shown(choice)
    spec = charts.findings_chart(hostile_hangs_on, Words.of(hostile_hangs_on), choice)
    found = rows(spec)
    assert [row["gain"] for row in found] == [max(one.value.value, 0.0) for one in shown]
    assert [row["zero"] for row in found] == [one.zero for one in shown]
    ceilings = [layer for layer in spec["layer"] if layer["mark"].get("strokeDash") == [6, 3]]
    assert [layer["data"]["values"][0]["x"] for layer in ceilings] == [choice.perfect.value]


def test_where_chance_may_have_shown_all_there_is_no_plot_of_it(
    river_hangs_on: Sensitivity,
) -> None:
    choice = river_hangs_on.choice
    assert choice is not None
    unclear = replace(choice, findings=tuple(replace(one, clear=False) for one in choice.findings))
    assert charts.findings_shown(unclear) == []


def test_swings_go_from_the_mean_to_either_end_with_what_the_unknown_is_there(
    water_hangs_on: Sensitivity,
) -> None:
    spec = charts.swings_chart(water_hangs_on, Words.of(water_hangs_on))
    found = rows(spec)
    assert len(found) == 2 * len(water_hangs_on.swings)
    first = water_hangs_on.swings[0]
    assert [row["figure"] for row in found[:2]] == [first.at_low.value, first.at_high.value]
    assert {row["none"] for row in found} == {water_hangs_on.mean.value}
    assert found[0]["align"] != found[1]["align"]
    for row in found:
        assert (row["align"] == "left") == (row["x"] >= row["none"])
    (low, high) = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < min(row["figure"] for row in found) <= max(row["figure"] for row in found) < high


def test_a_target_far_off_is_left_out(water_hangs_on: Sensitivity) -> None:
    def lines(found: Sensitivity) -> int:
        spec = charts.swings_chart(found, Words.of(found))
        return sum(layer["mark"]["type"] == "rule" for layer in spec["layer"])

    assert lines(replace(water_hangs_on, target=water_hangs_on.mean.value)) == 2
    assert lines(replace(water_hangs_on, target=1e6)) == 1


def test_a_red_line_is_there_or_not(a_red_line: tuple[Sensitivity, str]) -> None:
    found, number = a_red_line
    words, one = Words.of(found), Index(0.5, 0.1, (0.3, 0.7))
    for low, high, part in ((1.0, None, (0.5, 1.0)), (None, 0.0, (0.0, 0.5))):
        box = Scenario((Bound(number, low, high, 0.0, 1.0),), one, one, 0.2, 0.3, 0)
        spec = charts.box_chart(words, box)
        assert (rows(spec)[0]["low"], rows(spec)[0]["high"]) == part
        assert texts(spec)[-2:] == ["no", "yes"]


@pytest.fixture(scope="module")
def a_red_line(river_hangs_on: Sensitivity) -> tuple[Sensitivity, str]:
    """An analysis of a case with red lines, and what tells whether one is drawn."""
    (_, line), *_ = river_hangs_on.case.red_lines
    return river_hangs_on, crossing(line.path)


def test_plots_are_data_and_the_same_every_time(
    hostile_hangs_on: Sensitivity, nothing_matters: Sensitivity
) -> None:
    for found in (hostile_hangs_on, nothing_matters):
        specs = [json.dumps(spec, allow_nan=False) for spec in all_charts(found)]
        assert specs == [json.dumps(spec, allow_nan=False) for spec in all_charts(found)]
        for spec in map(json.loads, specs):
            # A text of the case in an expression would run: they are values only.
            assert "hacked" not in json.dumps([_without_data(layer) for layer in spec["layer"]])


def _without_data(layer: Spec) -> Spec:
    kept = {key: value for key, value in layer.items() if key != "data"}
    for channel in kept.get("encoding", {}).values():
        channel.pop("title", None)
    return kept
