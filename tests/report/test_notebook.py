from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from detente.report.figures import share, share_range
from detente.report.notebook import result_html, result_text, verdict_html
from detente.verdict.results import RunResult

HOSTILE = "<script>alert(1)</script>\"' onload=x {{ 7*7 }} &amp; \x1b[31m\u202e"


class Page(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.cells: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        if tag in {"td", "th", "caption"}:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"td", "th", "caption"}:
            self.cells[-1] += data


def test_a_notebook_shows_every_proposal_with_its_shares_and_intervals(korea: RunResult) -> None:
    cells = Page(result_html(korea)).cells
    for verdict in korea:
        assert verdict.name in cells or f"{verdict.name} *" in cells
        for estimate in (verdict.accept, verdict.keep, verdict.hold):
            figure = share(estimate)
            between = share_range(estimate)
            whole = figure.symbol if figure.bound else f"{figure.symbol} ({between})"
            assert whole in cells
    assert "200 draws" in cells[0]
    assert "seed 3" in cells[0]


def test_a_verdict_shows_its_shares_and_its_plan(river: RunResult) -> None:
    verdict = river["delta_demand"]
    cells = Page(verdict_html(verdict)).cells
    assert cells[0] == "Delta's demand (delta_demand)"
    assert cells[cells.index("Phase 1") + 1] == "gauges, releases, low_outlet"
    assert "Phase 2" not in cells
    already = replace(verdict, plan=replace(verdict.plan, phases=(("gauges",),)))
    assert "In force already" in Page(verdict_html(already)).cells


def test_texts_of_the_case_are_escaped_and_cleaned(river: RunResult) -> None:
    verdicts = tuple(
        replace(v, proposal=f"p{i}{HOSTILE}", name=HOSTILE, flaws=(HOSTILE,))
        for i, v in enumerate(river)
    )
    case = replace(river.case, name=HOSTILE, title=HOSTILE)
    hostile = replace(river, case=case, verdicts=verdicts)
    for html in (hostile._repr_html_(), verdicts[0]._repr_html_()):
        page = Page(html)
        assert page.tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "p"}
        assert {name for name, _ in page.attributes} <= {"style", "scope", "title"}
        assert any("<script>alert(1)</script>" in cell for cell in page.cells)
        assert any("{{ 7*7 }} &amp;" in cell for cell in page.cells)
        assert "\x1b" not in html
        assert "\u202e" not in html
    assert "\x1b" not in result_text(hostile)
    assert len(result_text(hostile).splitlines()) == 4


@pytest.mark.parametrize("word", ["color", "background", "<style", "<script", "href", "src="])
def test_the_table_has_no_colours_scripts_or_links_of_its_own(word: str, river: RunResult) -> None:
    assert word not in river._repr_html_()
    assert word not in river.verdicts[0]._repr_html_()


def test_proposals_that_break_a_rule_are_marked(river: RunResult) -> None:
    assert "*" not in river._repr_html_()
    first, *others = river.verdicts
    flawed = replace(river, verdicts=(replace(first, flaws=("excludes",)), *others))
    assert "Delta&#39;s demand *" in flawed._repr_html_()
    assert "judged as written" in flawed._repr_html_()
    assert "excludes" in flawed.verdicts[0]._repr_html_()
