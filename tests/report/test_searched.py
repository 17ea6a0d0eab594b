"""The page of a search, its plots and its table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import detente
from detente.errors import OutputError
from detente.report.frontier_chart import KINDS, frontier_charts, pairs
from detente.report.searched import search_page, search_table, write_search
from detente.report.searching import searched
from detente.searching.results import SearchResult
from detente.testing import make_case
from tests.report.hostile import hostile, smallest
from tests.report.test_page import Page


@pytest.fixture(scope="module")
def found_hostile() -> SearchResult:
    return detente.search(make_case(hostile()), draws=20, search_draws=20)


def test_the_page_has_every_plan_with_its_figures_and_steps(found_river: SearchResult) -> None:
    page = Page(search_page(found_river))
    text = " ".join(page.text.split())
    found = searched(found_river)
    for row in found.rows:
        assert row.typed in text
        for cell in row.cells:
            assert cell.symbol in text
            assert cell.between in text
        for column in row.columns:
            assert all(step in text for step in column.steps)
    assert len(page.all("details")) == len(found.rows)
    assert all(row.name in text for row in found.proposals)


def test_the_page_says_what_it_does_not_show(found_river: SearchResult) -> None:
    text = " ".join(Page(search_page(found_river)).text.split())
    for words in (
        "fresh draws that the search has not seen",
        "They forecast nothing",
        "not that the sides would settle on this plan",
        "a slightly better one may have been dropped",
        "worths add up",
    ):
        assert words in text


def test_the_page_is_small_enough_to_be_sent(found_korea: SearchResult) -> None:
    assert len(search_page(found_korea).encode()) < 2_000_000


def test_links_in_the_page_lead_somewhere(found_river: SearchResult) -> None:
    page = Page(search_page(found_river))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert link["href"] == "plans.csv" or link["href"].removeprefix("#") in ids


def test_texts_of_a_case_stay_texts(found_hostile: SearchResult) -> None:
    page = Page(search_page(found_hostile))
    assert len(page.all("script")) == 4
    assert not [name for name, _ in page.elements if name in {"img", "svg", "iframe"}]
    assert not [key for _, attributes in page.elements for key in attributes if key[:2] == "on"]


def test_the_smallest_case_has_a_page() -> None:
    page = Page(search_page(detente.search(make_case(smallest()), draws=20)))
    assert len(page.all("details")) >= 1


def test_under_several_views_each_is_shown(found_korea: SearchResult) -> None:
    text = " ".join(Page(search_page(found_korea)).text.split())
    for run in found_korea.judged.values():
        assert run.case.view is None or run.case.view.name in text


# --- plots -----------------------------------------------------------------------------------


def test_a_plot_has_a_mark_for_each_plan_and_proposal(found_river: SearchResult) -> None:
    found = searched(found_river)
    (spec,) = frontier_charts(found_river, found).values()
    rows = spec["data"]["values"]
    assert {row["name"] for row in rows} == {row.name for row in (*found.rows, *found.proposals)}
    for row in rows:
        assert row["x_low"] <= row["x"] <= row["x_high"]
        assert row["y_low"] <= row["y"] <= row["y_high"]
        assert row["told"].startswith(f"{row['name']}, ")
    assert {row["kind"] for row in rows} <= {name for name, _ in KINDS.values()}


def test_each_plan_is_named_in_one_label_of_the_plot(found_river: SearchResult) -> None:
    found = searched(found_river)
    (spec,) = frontier_charts(found_river, found).values()
    labels = [row["label"] for row in spec["data"]["values"] if row["label"]]
    numbers = [n for label in labels for n in label.split(", ") if n.isdigit()]
    assert sorted(numbers, key=int) == [str(i) for i in range(1, len(found.rows) + 1)]


def test_three_figures_are_set_against_each_other_two_by_two(found_three: SearchResult) -> None:
    assert pairs(2) == [(0, 1)]
    assert pairs(3) == [(0, 1), (0, 2), (1, 2)]
    assert pairs(5) == [(0, 1), (0, 2), (0, 3), (0, 4)]
    assert len(frontier_charts(found_three, searched(found_three))) == 3


def test_one_figure_has_a_row_for_each_plan() -> None:
    found = detente.search("river", objectives=["keep"], draws=40, search_draws=20)
    (spec,) = frontier_charts(found, searched(found)).values()
    assert spec["layer"][1]["encoding"]["y"]["field"] == "name"


# --- files -----------------------------------------------------------------------------------


def test_the_table_has_a_line_for_each_plan_and_proposal(found_river: SearchResult) -> None:
    rows = list(csv.DictReader(io.StringIO(search_table(found_river))))
    assert [row["id"] for row in rows] == [
        *(plan.id for plan in found_river.plans),
        *found_river.proposals,
    ]
    for row, plan in zip(rows, found_river.plans, strict=False):
        assert float(row["hold"]) == plan.figures["hold"].value
        assert float(row["saline_land_low"]) == plan.figures["saline_land"].interval[0]


def test_no_cell_of_the_table_is_run_as_a_formula() -> None:
    data = hostile()
    for i, text in enumerate(("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0")):
        data["proposals"][f"p{i}"]["name"] = text
    table = search_table(detente.search(make_case(data), draws=20, search_draws=20))
    names = [row["name"] for row in csv.DictReader(io.StringIO(table))]
    assert {"'=1+1", "'@SUM(A1)", "'+cmd|' /C calc'!A0"} <= set(names)


def test_the_page_holds_the_same_table(found_river: SearchResult) -> None:
    page = Page(search_page(found_river))
    data = next(body for attributes, body in page.scripts if attributes.get("id") == "table")
    assert json.loads(data) == search_table(found_river)


def test_files_are_written_all_or_none(found_river: SearchResult, tmp_path: Path) -> None:
    written = write_search(found_river, tmp_path / "a" / "b")
    assert [path.name for path in written] == ["search.html", "search.json", "plans.csv"]
    (tmp_path / "c").write_text("")
    with pytest.raises(OutputError):
        write_search(found_river, tmp_path / "c")
