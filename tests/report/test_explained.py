"""An explanation as page, document, plot and text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import detente
from detente.errors import OutputError
from detente.insight.results import Explanation
from detente.report.charts import PRINT, contributions_chart
from detente.report.explained import explanation_page, write_explanation
from detente.report.explaining import explanation_text
from detente.report.explaining_views import (
    explanation_views_content,
    explanation_views_screen,
    flip_views_text,
)
from detente.testing import make_case
from tests.report.hostile import hostile
from tests.report.test_page import Page
from tests.report.test_views import attacked, shown


@pytest.fixture(scope="module")
def found() -> Explanation:
    return detente.explain("river", "delta_demand", draws=100)


def test_the_page_holds_every_sentence_and_its_plots(found: Explanation) -> None:
    page = Page(explanation_page(found))
    document = detente.explanation_document(found)
    text = " ".join(page.text.split())
    for key in ("reasons", "repairs", "flips", "swings"):
        assert document[key]
        assert all(" ".join(entry["text"].split()) in text for entry in document[key])
    plots = [element["data-plot"] for element in page.all("div") if "data-plot" in element]
    data = next(body for attributes, body in page.scripts if attributes.get("id") == "plots")
    assert plots == list(json.loads(data)) == ["value-1", "value-2", "value-3"]


def test_the_document_has_the_keys_that_callers_rely_on(found: Explanation) -> None:
    document = detente.explanation_document(found)
    reason = {"kind", "party", "constituency", "phase", "measures", "share", "text"}
    assert all(reason <= set(entry) for entry in document["reasons"])
    assert all({"changes", "hold", "text"} <= set(entry) for entry in document["repairs"])
    flip = {"constituency", "number", "from", "to", "text"}
    assert all(flip <= set(entry) for entry in document["flips"])
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_the_plot_of_a_value_holds_what_adds_up_to_it(found: Explanation) -> None:
    for balance in found.balances:
        spec = contributions_chart(found, balance, PRINT)
        rows = spec["data"]["values"]
        assert sum(row["points"] for row in rows) == pytest.approx(balance.value)
        assert [row["points"] for row in rows] == sorted(row["points"] for row in rows)
        assert {row["side"] for row in rows} == {"for", "against"}


def test_texts_of_a_case_stay_texts() -> None:
    found = detente.explain(make_case(hostile()), "p0", draws=20)
    page = Page(explanation_page(found))
    assert len(page.all("script")) == 3
    assert not {tag for tag, _ in page.elements} & {"img", "iframe", "svg", "textarea"}
    assert not any(
        "onerror" in attributes or "onload" in attributes for _, attributes in page.elements
    )
    assert "\u202e" not in page.text
    assert "\u202e" not in explanation_text(found)


@pytest.fixture(scope="module")
def views() -> detente.ExplanationViews:
    return detente.explain_views("korea-2019", "vox_draft_deal", draws=60)


def test_several_views_have_a_part_of_the_page(
    views: detente.ExplanationViews, found: Explanation
) -> None:
    assert "Under other views" not in Page(explanation_page(found)).text
    text = " ".join(Page(explanation_page(views)).text.split())
    assert "Under other views" in text
    # Said at the figures too: who asked under views must not take them for more than they are.
    assert text.index("reasons are about the case as written") < text.index(" Why ")
    assert "it is argued there that relief gives back" in text
    lines = [line for s in explanation_views_content(views).sections for line in s.lines]
    assert lines
    assert all(" ".join(line.text.split()) in text for line in lines)


def test_the_screen_sets_what_is_common_apart_from_what_is_not(
    views: detente.ExplanationViews,
) -> None:
    text = " ".join(shown(explanation_views_screen(views, [Path("why/explain.html")])).split())
    for part in (
        "as written and under 4 views",
        "In the way under every view",
        "In the way under some views only",
        "fewer than 5 as written and under",
        "Changes of the plan that help under",
        "accepts so often anyway",
        "Written: why/explain.html",
    ):
        assert part in text
    for width in (70, 110):
        lines = shown(explanation_views_screen(views), width).splitlines()
        assert max(map(len, lines)) <= width


def test_the_document_keeps_its_keys_and_adds_those_of_the_views(
    views: detente.ExplanationViews,
) -> None:
    document, alone = (detente.explanation_document(each) for each in (views, views.written))
    assert {key: document[key] for key in alone} == alone
    assert set(document) - set(alone) == {"views", "ranges", "conclusions", "over_views"}
    assert [*document["views"]] == [*views]
    for name, found in document["views"].items():
        assert found["reasons"] == detente.explanation_document(views[name])["reasons"]
        assert found["case_hash"] == views[name].result.case.hash
    over = document["over_views"]
    for line, one in zip(over["reasons"], views.reasons, strict=True):
        assert line["shares"] == {view: reason.share for view, reason in one.found.items()}
    assert [line["helps_in"] for line in over["repairs"]] == [[*r.helps_in] for r in views.repairs]
    assert over["flips"][0]["text"] == flip_views_text(views, views.flips[0])
    described = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text("utf-8")
    for key in {*document, *(key for lines in over.values() for key in lines[0])}:
        assert f"`{key}`" in described


def test_under_one_view_everything_says_so() -> None:
    case = detente.load_case("korea-2019", view="sceptical")
    one = detente.explain(case, "vox_draft_deal", draws=20)
    assert "under the view “Sceptical of verification”" in " ".join(repr(one).split())
    assert "under the view “Sceptical of verification”" in Page(explanation_page(one)).text
    assert detente.explanation_document(one)["view"]["id"] == "sceptical"


def test_hostile_texts_of_views_stay_texts(tmp_path: Path) -> None:
    case = attacked(tmp_path).written.case
    found = detente.explain_views(tmp_path / case.file, "p0", draws=20)
    page = Page(explanation_page(found))
    assert len(page.all("script")) == 3
    assert not {tag for tag, _ in page.elements} & {"img", "iframe", "svg", "textarea"}
    text = shown(explanation_views_screen(found))
    assert not set(page.text + text) & {"\x1b", "\x07", "\u202e", "\u2066"}


def test_both_files_are_written_or_none(found: Explanation, tmp_path: Path) -> None:
    page, document = write_explanation(found, tmp_path / "why")
    assert page.read_text("utf-8") == explanation_page(found)
    assert json.loads(document.read_text("utf-8")) == detente.explanation_document(found)
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="a file of that name"):
        write_explanation(found, tmp_path / "taken")


def test_it_fits_any_screen_and_shows_itself(found: Explanation) -> None:
    for width in (70, 110):
        assert max(map(len, explanation_text(found, width).splitlines())) <= width
    assert repr(found) == explanation_text(found)
    assert "What would have to be true" in repr(found)


def test_a_plan_without_trouble_says_so() -> None:
    given = {"by": "north", "undo_years": "never", "worth": {"north": 5, "south": 5}}
    taken = {"by": "south", "undo_years": "never", "worth": {"north": 5, "south": 5}}
    case = make_case(measures={"a": given, "b": taken}, proposals=None, false_alarm=0)
    text = explanation_text(detente.explain(case, "1:a,b", draws=5))
    assert "Nobody refuses or breaks it" in text
    assert "every number is certain" in text
