"""The brief: its files, what is asked for them, and the one in Markdown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import detente
from detente.errors import RequestError
from detente.report.brief import FORMATS, brief_files, brief_names, check_formats
from detente.report.content import content
from detente.report.figures import share
from detente.report.folder import write_results
from detente.report.limits import LIMITS
from detente.report.shortening import shortened
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult
from tests.case.samples import written
from tests.report.hostile import hostile, smallest

READER = MarkdownIt("commonmark").enable("table")


def markdown(result: RunResult) -> str:
    return brief_files(result, ["md"])["brief.md"].decode("utf-8")


def text_of(markdown: str) -> str:
    inline = [token for token in READER.parse(markdown) if token.type == "inline"]
    texts = ("".join(c.content or " " for c in token.children or ()) for token in inline)
    return " ".join(" ".join(texts).replace("\N{WORD JOINER}", "").split())


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("typst", "vl_convert"):
        monkeypatch.setitem(sys.modules, name, None)


def test_files_are_named_for_what_they_are() -> None:
    assert brief_names(["md", "pdf"]) == ["brief.pdf", "brief.md"]
    assert brief_names(["png", "png"]) == ["brief-1.png", "brief-2.png"]
    assert brief_names([]) == []


@pytest.mark.parametrize("name", ["pdf", "png"])
@pytest.mark.usefixtures("without_extra")
def test_what_is_missing_is_said_with_the_command_that_installs_it(
    river: RunResult, name: str
) -> None:
    message = rf"--format {name} needs more than is installed: pip install 'detente\[brief\]'"
    with pytest.raises(RequestError, match=message):
        check_formats(["md", name])
    with pytest.raises(RequestError, match=message):
        brief_files(river, [name])


@pytest.mark.usefixtures("without_extra")
def test_markdown_needs_nothing_more(river: RunResult, tmp_path: Path) -> None:
    check_formats(["md"])
    (report, brief, *_) = write_results(river, tmp_path, formats=["md"])
    assert (report.name, brief.name) == ("report.html", "brief.md")
    assert brief.read_bytes() == brief_files(river, ["md"])["brief.md"]


def test_a_format_that_there_is_not_is_refused() -> None:
    with pytest.raises(RequestError, match="--format can be pdf, png or md"):
        check_formats(["docx"])


@pytest.mark.usefixtures("without_extra")
def test_nothing_is_written_where_a_format_is_refused(river: RunResult, tmp_path: Path) -> None:
    with pytest.raises(RequestError):
        write_results(river, tmp_path / "new", formats=["md", "pdf"])
    assert not list(tmp_path.iterdir())


def test_the_brief_answers_what_a_reader_asks(korea: RunResult) -> None:
    text = text_of(markdown(korea))
    for part in (
        "US-DPRK-ROK negotiations around the Hanoi summit",
        "Would everyone who must say yes accept one of these 14 texts",
        "worlds drawn from these assumptions",
        "Stanford ten-year roadmap, all phases",
        "Put forward jointly, 2018-06-12.",
        "4 Eliminate and normalise (from Sep 2023)",
        "Written nuclear and ICBM test moratorium",
        "withholding its own steps from there on",
        "Agreement with these is no test of the case or of the model.",
        "judgement of the drafter",
        "SHA-256",
        "detente run korea-2019 --draws 200 --seed 3",
        *(limit.keep for limit in LIMITS),
    ):
        assert part in text


def columns(table: Sequence[str]) -> set[int]:
    return {line.replace(r"\|", "").count("|") for line in table}


@pytest.mark.parametrize("case", ["river", "korea", "smallest", "hostile"])
def test_tables_are_whole_and_nothing_of_a_case_is_active(
    case: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    data = {"smallest": smallest, "hostile": hostile}.get(case)
    result: RunResult = (
        request.getfixturevalue(case)
        if data is None
        else detente.run(detente.load_case(written(tmp_path, data())), draws=50)
    )
    text = markdown(result)
    tokens = [one for token in READER.parse(text) for one in (token, *(token.children or ()))]
    code = [token.content for token in tokens if token.type == "code_inline"]
    assert code == [content(shortened(result)).command]
    types = {token.type for token in tokens} - {"code_inline"}
    assert not {t for t in types if t.startswith(("html", "link", "image", "code", "fence"))}
    tables = [block.split("\n") for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) >= 4
    assert all(len(columns(table)) == 1 for table in tables)
    opened = [token for token in READER.parse(text) if token.type == "table_open"]
    assert len(opened) == len(tables)


def test_a_world_of_certain_numbers_is_spoken_of_as_such(tmp_path: Path) -> None:
    result = detente.run(detente.load_case(written(tmp_path, smallest())), draws=5)
    text = text_of(markdown(result))
    assert "there is one world, and shares are chances in it" in text
    assert "uncertain ones" not in text


def test_of_several_views_it_says_whose_figures_these_are_and_how_far_the_others_are(
    korea_views: ViewsResult, korea: RunResult
) -> None:
    text = text_of(brief_files(korea_views, ["md"])["brief.md"].decode("utf-8"))
    best = max(korea_views.written, key=lambda verdict: verdict.hold.mean)
    found = korea_views.range(best.proposal, "hold")
    assert (
        "All figures here are of the case as written. Under it and 4 other views (ratification,"
        " sceptical, relief_washington and relief_pyongyang) texts hold, out of 100:"
        f" “{best.name[:39]}…” {share(found.low).symbol} to {share(found.high).symbol};"
    ) in text
    assert "--view as_written --view ratification" in text
    assert "other views" not in text_of(markdown(korea))


def test_the_same_result_gives_the_same_brief(river: RunResult) -> None:
    assert markdown(river) == markdown(river)
    assert set(FORMATS) == {"pdf", "png", "md"}
