"""The report as text: what is in it, and what of a case can do nothing in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.errors import OutputError
from detente.report import page
from detente.report.content import web_address
from detente.report.limits import LIMITS
from detente.report.page import report_page, write_report
from detente.verdict.results import RunResult
from tests.case.samples import written
from tests.report.hostile import ADDRESSES, ATTACKS, hostile, smallest

#: Elements of a page that may have no end.
VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})


class Page(HTMLParser):
    """A page taken apart: elements with their attributes, text by element, scripts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.scripts: list[tuple[dict[str, str], str]] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((attributes, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            attributes, before = self.scripts.pop()
            self.scripts.append((attributes, before + data))
        elif self.open[-1:] != ["style"]:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="session")
def result_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], RunResult]:
    def judged(data: dict[str, Any]) -> RunResult:
        return detente.run(written(tmp_path_factory.mktemp("case"), data), draws=64)

    return judged


@pytest.fixture(scope="session")
def pages(
    korea: RunResult, river: RunResult, result_of: Callable[[dict[str, Any]], RunResult]
) -> dict[str, str]:
    results = {
        "korea": korea,
        "river": river,
        "hostile": result_of(hostile()),
        "smallest": result_of(smallest()),
    }
    return {name: report_page(result) for name, result in results.items()}


NAMES = pytest.mark.parametrize("name", ["korea", "river", "hostile", "smallest"])


def words(text: str) -> str:
    return " ".join(text.split())


@NAMES
def test_the_page_is_whole_and_no_larger_than_a_mail_can_carry(
    pages: dict[str, str], name: str
) -> None:
    text = pages[name]
    found = Page(text)
    assert len(text.encode()) < 5_000_000
    assert len(found.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in found.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids


@NAMES
def test_the_page_asks_for_nothing_from_outside(pages: dict[str, str], name: str) -> None:
    found = Page(pages[name])
    for tag, attributes in found.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "svg"}
        assert "src" not in attributes
        assert "style" not in attributes
        assert not any(key.startswith("on") for key in attributes)
        if tag == "a" and not attributes["href"].startswith("#"):
            assert web_address(attributes["href"]) == attributes["href"]
            assert "noreferrer" in attributes["rel"]


@NAMES
def test_only_scripts_of_the_program_may_run(pages: dict[str, str], name: str) -> None:
    found = Page(pages[name])
    policy = next(m["content"] for m in found.all("meta") if "http-equiv" in m)
    assert "default-src 'none'" in policy
    allowed = re.findall(r"'sha256-[^']+'", policy)
    running = [text for attributes, text in found.scripts if "type" not in attributes]
    digests = [hashlib.sha256(text.encode()).digest() for text in running]
    assert [f"'sha256-{base64.b64encode(d).decode()}'" for d in digests] == allowed
    assert "unsafe" not in policy.partition("script-src")[2]


@NAMES
def test_every_place_for_a_plot_has_its_plot(pages: dict[str, str], name: str) -> None:
    found = Page(pages[name])
    places = [a["data-plot"] for _, a in found.elements if "data-plot" in a]
    block = next(text for attributes, text in found.scripts if attributes.get("id") == "plots")
    assert sorted(places) == sorted(json.loads(block))


def test_hostile_texts_are_shown_as_they_are(pages: dict[str, str]) -> None:
    found = Page(pages["hostile"])
    shown = words(found.text)
    for attack in ATTACKS:
        if attack.isprintable():
            assert words(attack) in shown
    assert "\u202e" not in pages["hostile"]
    tags = {tag for tag, _ in found.elements}
    assert tags <= {tag for tag, _ in Page(pages["river"]).elements} | {"code"}


def test_only_addresses_of_the_web_become_links() -> None:
    assert [a for a in ADDRESSES if web_address(a)] == list(ADDRESSES[-2:])
    assert web_address("https://[broken") == ""
    assert web_address("https://") == ""


def test_the_same_result_gives_the_same_page(river: RunResult) -> None:
    assert report_page(river) == report_page(river)


def test_the_page_answers_what_a_reader_asks(pages: dict[str, str]) -> None:
    shown = words(Page(pages["korea"]).text)
    for part in (
        "worlds drawn from these assumptions",
        "Singapore joint statement",
        "Pessimistic outcome",
        "Who breaks it first",
        "withholding its own steps from there on",
        "4 Eliminate and normalise",
        "from Sep 2023",
        "short by and exposure in points of worth",
        "is no test of the case or of the model",
        "turns an informal pause into a commitment",
        "judgement of the drafter",
        "SHA-256",
        "detente run korea-2019 --draws 200 --seed 3",
    ):
        assert part in shown
    for limit in LIMITS:
        assert limit.name in shown


def test_every_number_of_the_case_is_there(pages: dict[str, str], korea: RunResult) -> None:
    rows = pages["korea"].partition('id="assumptions"')[2].partition('id="limits"')[0]
    assert rows.count("<tr>") >= len(korea.case.assumptions)


def test_of_very_many_numbers_the_first_are_shown_and_the_rest_is_counted(
    river: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_NUMBERS", 10)
    assert "31 more are left to the table" in words(Page(report_page(river)).text)


def test_of_very_many_texts_the_best_have_a_part_and_all_a_row(
    korea: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_PARTS", 2)
    text = report_page(korea)
    assert text.count('class="part"') == 2
    assert "The 2 texts that hold most often" in words(Page(text).text)
    assert "Agreed Framework" in text


def test_texts_of_one_name_keep_their_own_marks_in_the_plot(river: RunResult) -> None:
    twins = replace(river, verdicts=tuple(replace(v, name="Draft") for v in river.verdicts))
    block = next(
        text for attributes, text in Page(report_page(twins)).scripts if attributes.get("id")
    )
    rows = json.loads(block)["verdicts"]["data"]["values"]
    assert len({row["text"] for row in rows}) == 3


def test_a_report_is_written_whole_or_not_at_all(river: RunResult, tmp_path: Path) -> None:
    target = tmp_path / "new" / "river.html"
    assert write_report(river, target) == target
    assert target.read_text("utf-8") == report_page(river)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="nothing was written to"):
        write_report(river, tmp_path / "file" / "river.html")


def test_the_scripts_of_others_are_those_listed_with_their_licences() -> None:
    vendor = resources.files("detente.report") / "vendor"
    licences = (vendor / "LICENSES.txt").read_text("utf-8")
    listed = json.loads((vendor / "versions.json").read_text("utf-8"))
    assert {item["file"] for item in listed} == {
        item.name for item in vendor.iterdir() if item.name.endswith(".js")
    }
    for item in listed:
        script = (vendor / item["file"]).read_bytes()
        assert hashlib.sha256(script).hexdigest() == item["sha256"]
        assert f"{item['name']} {item['version']}" in licences
        assert b"</script" not in script


@pytest.mark.parametrize("size", [300_000, 900_000])
def test_a_page_stays_small_however_long_the_texts_of_its_case(
    result_of: Callable[[dict[str, Any]], RunResult], size: int
) -> None:
    data = hostile()
    data["parties"]["b"]["name"] = "<" * size
    data["proposals"]["p0"]["summary"] = "&" * size
    data["measures"]["m0"]["why"] = "w" * 50_000
    data["measures"]["m0"]["basis"] = "judgement"
    assert len(report_page(result_of(data)).encode()) < 1_500_000


def test_a_page_stays_small_where_there_are_very_many_parties_and_phases(
    result_of: Callable[[dict[str, Any]], RunResult],
) -> None:
    phases = {k: [f"m{i}" for i in range(k, 200, 30)] for k in range(1, 31)}
    data = {
        **smallest(),
        "phases": {"count": 30, "years": 0.1},
        "horizon_years": 3,
        "parties": {f"p{i}": {} for i in range(50)},
        "measures": {
            f"m{i}": {
                "by": f"p{i % 50}",
                "undo_years": 1,
                "effects": {"q": {"change": 1}},
                "worth": {f"p{j}": [-3, 1, 4 + (i + j) % 3] for j in range(50)},
            }
            for i in range(200)
        },
        "main_outcome": "q",
        "proposals": {f"t{i}": {"phases": phases} for i in range(20)},
    }
    text = report_page(result_of(data))
    assert len(text.encode()) < 5_000_000
    assert text.count('class="part"') >= 1
    assert "more are left to the table" in words(Page(text).text)
