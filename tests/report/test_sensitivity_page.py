"""The page of a sensitivity analysis: all that was found is in it, and texts stay texts."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

import detente
from detente.errors import OutputError
from detente.influence.results import Sensitivity, SensitivityViews
from detente.report.mattering import LIMITS
from detente.report.sensitivity_page import sensitivity_page, write_sensitivity
from tests.report.test_page import Page


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_page_holds_every_sentence_and_its_plots(river_hangs_on: Sensitivity) -> None:
    page = Page(sensitivity_page(river_hangs_on))
    document = detente.sensitivity_document(river_hangs_on)
    text = flat(page.text)
    assert "What “Step by step” hangs on" in text
    for sentence in (
        document["text"],
        document["convergence"]["text"],
        document["choice"]["text"],
        LIMITS,
        *(box["text"] for key in ("boxes", "boxes_holding") for box in document[key]),
    ):
        assert flat(sentence) in text
    plots = [element["data-plot"] for element in page.all("div") if "data-plot" in element]
    data = next(body for attributes, body in page.scripts if attributes.get("id") == "plots")
    assert sorted(plots) == sorted(json.loads(data))
    assert plots[:5] == [
        f"groups-{way}" for way in ("party", "constituency", "measure", "kind", "basis")
    ]
    assert {"fails-1", "holds-1", "swings", "course"} <= set(plots)
    # What stands in a plot stands in a table too.
    assert len(page.all("table")) >= len(plots)


def test_every_group_unknown_and_swing_has_a_row(river_hangs_on: Sensitivity) -> None:
    text = flat(Page(sensitivity_page(river_hangs_on)).text)
    for name in ("Upland, upstream", "Cabinet of Upland (Upland, upstream)", "Worths of measures"):
        assert name in text
    for meaning in (
        "everyone who must say yes does",
        "typically by",
        "Its share: the spread divided among the groups",
        "Density: in how many of 100 draws",
        "50 of 100 reached at",
        "How it was made",
    ):
        assert meaning in text


def test_it_says_what_to_type_for_the_same(
    river_hangs_on: Sensitivity, nothing_matters: Sensitivity, views_hang_on: SensitivityViews
) -> None:
    for found, command in (
        (
            river_hangs_on,
            "detente sensitivity river step_by_step --figure hold --draws 1024 --seed 3",
        ),
        (
            replace(river_hangs_on, target=0.3),
            "--figure hold --target 0.3 --draws 1024",
        ),
        (
            nothing_matters,
            "made '1:a, b' --figure hold --against 1:a --number measures.a.worth.south --draws",
        ),
        (
            views_hang_on,
            "detente sensitivity river step_by_step --figure hold --view as_written --view ",
        ),
    ):
        assert command in flat(Page(sensitivity_page(found)).text)


def test_an_amount_has_its_unit_and_meaning(water_hangs_on: Sensitivity) -> None:
    text = flat(Page(sensitivity_page(water_hangs_on)).text)
    assert "Saline land, km2: −" in text
    assert "against the path without agreement" in text
    assert "Where it fails" not in text
    assert "(density)" not in text


def test_where_nothing_matters_the_page_says_so_and_shows_what_is_left(
    nothing_matters: Sensitivity,
) -> None:
    page = Page(sensitivity_page(nothing_matters))
    text = flat(page.text)
    assert "Holds: 100 of 100 in each of 1 024 draws. Nothing that is unknown is seen to" in text
    assert "What is left to look at" in text
    assert "One unknown at a time" in text
    for title in ("Single unknowns", "Where it fails", "Are the draws enough?"):
        assert title not in text
    links = [link["href"] for link in page.all("a") if link["href"].startswith("#")]
    places = {attributes.get("id") for _, attributes in page.elements}
    assert {link[1:] for link in links} <= places


def test_without_a_choice_or_swings_nothing_is_said_of_them(nothing_matters: Sensitivity) -> None:
    bare = replace(nothing_matters, choice=None, swings=())
    page = Page(sensitivity_page(bare))
    assert "What finding out would be worth" not in page.text
    assert "What is left to look at" not in page.text
    assert "One unknown at a time" not in page.text
    assert not [element for element in page.all("div") if "data-plot" in element]


def test_several_views_have_a_part_of_the_page(
    views_hang_on: SensitivityViews, river_hangs_on: Sensitivity
) -> None:
    assert "Under all views" not in Page(sensitivity_page(river_hangs_on)).text
    text = flat(Page(sensitivity_page(views_hang_on)).text)
    assert "All figures of this page are those of the case as written" in text
    assert "What matters in all of them" in text
    assert "Impatient sides" in text
    some = [row for row in views_hang_on.mattering if row.everywhere]
    assert some
    none = tuple(replace(row, everywhere=False) for row in views_hang_on.mattering)
    without = replace(views_hang_on, mattering=none)
    assert "No group of unknowns has a share" in flat(Page(sensitivity_page(without)).text)


def test_texts_of_a_case_stay_texts(hostile_hangs_on: Sensitivity) -> None:
    page = Page(sensitivity_page(hostile_hangs_on))
    assert len(page.all("script")) == 3
    assert not {tag for tag, _ in page.elements} & {"img", "iframe", "svg", "textarea"}
    assert not any(
        "onerror" in attributes or "onload" in attributes for _, attributes in page.elements
    )
    assert not set(page.text) & {"\u202e", "\u2066", "\x1b", "\x07"}


@pytest.mark.parametrize("name", ["river_hangs_on", "nothing_matters", "views_hang_on"])
def test_the_same_analysis_gives_the_same_page(name: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(name)
    assert sensitivity_page(found) == sensitivity_page(found)


def test_headings_follow_each_other_and_ids_are_there_once(river_hangs_on: Sensitivity) -> None:
    page = Page(sensitivity_page(river_hangs_on))
    levels = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_both_files_are_written_or_none(river_hangs_on: Sensitivity, tmp_path: Path) -> None:
    page, document = write_sensitivity(river_hangs_on, tmp_path / "what")
    assert page.read_text("utf-8") == sensitivity_page(river_hangs_on)
    assert json.loads(document.read_text("utf-8")) == detente.sensitivity_document(river_hangs_on)
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="a file of that name"):
        write_sensitivity(river_hangs_on, tmp_path / "taken")
