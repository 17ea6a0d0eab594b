"""Several views in page, plot, terminal and document; and what hostile texts of views can do."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import detente
from detente.report import charts
from detente.report.document import as_json, document
from detente.report.folder import write_results, write_tables
from detente.report.page import report_page
from detente.report.terminal import screen
from detente.report.terminal_views import MOST, views_screen
from detente.report.views import views_content
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult
from tests.case.samples import written
from tests.report.hostile import ATTACKS, hostile, smallest
from tests.report.test_page import Page, words
from tests.report.test_tables import query


def shown(content: Any, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(content)
    return out.getvalue()


def attacked(folder: Path) -> ViewsResult:
    """A hostile case with a view for each attack."""
    data = hostile()
    data["views"] = {}
    for i, attack in enumerate(ATTACKS):
        text = attack.replace("\u001b", "").replace("\u0007", "")
        data["views"][f"v{i}"] = {"file": f"v{i}.yaml", "name": text}
        view = {"view": text, "why": text, "measures": {"m0": {"why": text, "worth": {"a1": i}}}}
        written(folder, view, f"v{i}.yaml")
    return detente.run_views(written(folder, data), draws=20)


def test_the_page_has_a_part_on_the_views_only_where_there_are_some(
    korea: RunResult, korea_views: ViewsResult
) -> None:
    without, beside = Page(report_page(korea)), Page(report_page(korea_views))
    ids = [{a.get("id") for _, a in found.elements} for found in (without, beside)]
    assert "views" not in ids[0]
    assert "views" in ids[1]
    text = words(beside.text)
    for part in (
        "Ratified by the legislature and the cabinet",
        "it is argued there that relief gives back",
        "What turns on whose view is taken",
        "not under ratification",
        "What holds under every view",
        "detente run korea-2019 --draws 200 --seed 3 --view as_written --view ratification",
    ):
        assert part in text
    places = [a["data-plot"] for _, a in beside.elements if "data-plot" in a]
    block = next(text for attributes, text in beside.scripts if attributes.get("id") == "plots")
    assert sorted(places) == sorted(json.loads(block))


def test_the_plot_sets_the_sampling_interval_apart_from_the_range_of_views(
    korea_views: ViewsResult,
) -> None:
    spec = charts.views_chart(korea_views)
    rows = spec["data"]["values"]
    assert len(rows) == 3 * len(korea_views.written.verdicts)
    for row in rows:
        assert row["low"] <= row["share"] <= row["high"]
        assert row["least"] <= row["share"] <= row["greatest"]
    thick, thin, _ = spec["spec"]["layer"]
    assert thick["encoding"]["x"]["field"] == "least"
    assert thin["encoding"]["x"]["field"] == "low"
    assert thick["mark"]["strokeWidth"] > 3 * thin["mark"]["strokeWidth"]


def test_hostile_texts_of_views_are_shown_as_they_are(tmp_path: Path) -> None:
    result = attacked(tmp_path)
    page = report_page(result)
    found = Page(page)
    text = words(found.text)
    for attack in ATTACKS:
        if attack.isprintable():
            assert words(attack) in text
    assert "\u202e" not in page
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"img", "iframe", "svg", "textarea", "b"}
    assert [a for a, _ in found.scripts if not a] == [{}, {}]
    for width in (70, 100):
        assert "\x1b" not in shown(views_screen(result), width)
        assert "\u202e" not in shown(views_screen(result), width)
    assert as_json(document(result)).isascii()


def test_the_terminal_shows_ranges_who_gives_them_and_what_turns(korea_views: ViewsResult) -> None:
    text = words(shown(views_screen(korea_views, [Path("x/report.html"), Path("x/run.json")])))
    assert "as written and under 4 views" in text
    assert "Turns on whose view is taken" in text
    assert "under ratification" in text
    assert "Report: x/report.html" in text
    content = views_content(korea_views)
    assert len(content.surviving) > MOST
    assert f"and {len(content.surviving) - MOST} more, in the report" in text
    for width in (70, 110):
        lines = shown(views_screen(korea_views), width).splitlines()
        assert max(map(len, lines)) <= width


def test_figures_that_all_views_show_alike_name_no_view(tmp_path: Path) -> None:
    written(tmp_path, "view: V", "v.yaml")
    case = written(tmp_path, smallest() | {"views": {"v": {"file": "v.yaml"}}})
    content = views_content(detente.run_views(case, draws=5))
    (row,) = content.rows
    assert {(spread.low_in, spread.high_in) for spread in row.spreads} == {("", "")}
    assert not content.turning
    assert content.surviving


def test_under_one_view_every_rendering_says_so(tmp_path: Path) -> None:
    result = detente.run(detente.load_case("korea-2019", view="sceptical"), draws=20)
    name = "under the view “Sceptical of verification”"
    assert name in words(shown(screen(result)))
    page = words(Page(report_page(result)).text)
    assert name in page
    assert "detente run korea-2019 --view sceptical --draws 20 --seed 0" in page
    assert "under sceptical" in repr(result)
    assert name in result._repr_html_()
    write_results(result, tmp_path / "out", formats=["md"])
    assert name in (tmp_path / "out" / "brief.md").read_text("utf-8")
    found = document(result)["view"]
    assert (found["id"], found["file"]) == ("sceptical", "views/korea-2019/sceptical.yaml")
    own = written(tmp_path, "view: Mine", "a b.yaml")
    mine = detente.run(detente.load_case("river", view=own), draws=20)
    assert f"detente run river --view '{own}'" in words(Page(report_page(mine)).text)


def keys(value: Any) -> set[str]:
    found = set(value) if isinstance(value, Mapping) else set()
    inner = value.values() if isinstance(value, Mapping) else value
    for item in inner if isinstance(value, (Mapping, list)) else ():
        found |= keys(item)
    return found


def test_the_document_has_the_case_as_written_at_its_top_and_the_views_beside(
    korea_views: ViewsResult,
) -> None:
    found, alone = document(korea_views), document(korea_views.written)
    assert {key: found[key] for key in alone} == alone
    assert set(found) - set(alone) == {"views", "ranges", "conclusions"}
    assert list(found["views"]) == list(korea_views)
    for name, view in found["views"].items():
        for id_, proposal in view["proposals"].items():
            assert proposal["hold"] == korea_views[name][id_].hold.mean
            assert not {"paths", "phases", "name"} & set(proposal)
    assert found["views"]["as_written"]["name"] is None
    assert found["views"]["sceptical"]["case_hash"] == korea_views["sceptical"].case.hash
    best = next(c for c in found["conclusions"] if c["kind"] == "best")
    assert set(best) == {"kind", "proposal", "party", "holds_in", "fails_in", "open_in"}
    described = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text("utf-8")
    for key in ("views", "ranges", "conclusions", "view", "low", "high", *best):
        assert f"`{key}`" in described


def test_files_of_several_views_are_those_of_one_run(
    korea_views: ViewsResult, tmp_path: Path
) -> None:
    few = replace(korea_views)
    paths = write_results(few, tmp_path / "out")
    plain = write_results(korea_views.written, tmp_path / "plain")
    assert [path.name for path in paths] == [path.name for path in plain]
    stored = json.loads((tmp_path / "out" / "run.json").read_text())
    assert stored == json.loads(as_json(document(korea_views)))


def test_every_table_has_the_rows_of_every_view_under_its_name(
    korea_views: ViewsResult, tmp_path: Path
) -> None:
    write_tables(korea_views, tmp_path)
    for name in korea_views.tables:
        path = tmp_path / f"{name}.parquet"
        kept = query(path, "SELECT * FROM FILE WHERE view = 'as_written'")
        alone = [tuple(row) for row in zip(*korea_views.written.table(name).values(), strict=True)]
        assert kept == alone, name
        views = query(path, "SELECT DISTINCT view FROM FILE")
        assert {view for (view,) in views} == set(korea_views), name
    assert list(korea_views.table("standing"))[-1] == "view"
    for view, id_, hold in query(
        tmp_path / "proposals.parquet", "SELECT view, proposal, hold FROM FILE"
    ):
        assert hold == korea_views[str(view)][str(id_)].hold.mean
    notes = query(
        tmp_path / "proposals.parquet",
        "SELECT decode(value) FROM parquet_kv_metadata(FILE) WHERE decode(key) = 'views'",
    )
    hashes = {name: found.case.hash for name, found in korea_views.results.items()}
    assert [json.loads(str(value)) for (value,) in notes] == [hashes]


def test_a_table_of_one_view_says_which() -> None:
    alone = detente.run(detente.load_case("korea-2019", view="sceptical"), draws=5)
    assert set(alone.table("standing")["view"]) == {"sceptical"}


@pytest.mark.parametrize("kind", ["best", "only_refuser", "first_breaker"])
def test_every_kind_of_conclusion_is_a_sentence(korea_views: ViewsResult, kind: str) -> None:
    for conclusion in korea_views.conclusions:
        if conclusion.kind == kind:
            few = ViewsResult(
                korea_views.results,
                (replace(conclusion, holds_in=("as_written",), fails_in=("sceptical",)),),
            )
            (turning,) = views_content(few).turning
            assert "“" in turning.text
            assert turning.where.startswith("holds as written; not under sceptical")
