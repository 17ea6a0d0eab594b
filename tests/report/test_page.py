"""The report as text: what is in it, and what of a case can do nothing in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.errors import OutputError
from detente.insight import why as insight
from detente.report import page
from detente.report.content import web_address
from detente.report.limits import LIMITS
from detente.report.page import report_page, write_report
from detente.report.reasons import reason_text
from detente.report.speaker import Speaker
from detente.report.typed import explain_command
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


def reasons_in(text: str, number: int) -> str:
    """What stands under "Why" for one text."""
    return text.partition(f'<div class="why" id="why-{number}">')[2].partition("<h4>Who breaks")[0]


def test_every_figure_of_a_text_leads_to_its_reasons(pages: dict[str, str]) -> None:
    figures = re.findall(r'<dl class="figures">.*?</dl>', pages["korea"], re.DOTALL)
    assert len(figures) == 14
    for number, shown in enumerate(figures, start=1):
        for about in ("accept", "keep"):
            assert f'href="#why-{number}-{about}"' in shown
        assert f'href="#why-{number}"' in shown
    links = [link for link in Page(pages["korea"]).all("a") if link["href"].startswith("#why-")]
    assert all(link["aria-label"].endswith(": why") for link in links)
    for about, fewest in (("accept-", 50), ("keep-", 40), ("exposure-", 40)):
        assert sum(about in link["href"] for link in links) >= fewest


def test_what_a_figure_leads_to_are_the_reasons_of_the_run(
    pages: dict[str, str], korea: RunResult
) -> None:
    ranked = sorted(korea.verdicts, key=lambda verdict: -verdict.hold.mean)
    number = [verdict.proposal for verdict in ranked].index("vox_draft_deal") + 1
    (found,) = detente.why(korea, proposals=["vox_draft_deal"])
    speaker = Speaker(korea)
    shown = words(unescape(re.sub("<[^>]*>", "", reasons_in(pages["korea"], number))))
    assert len(found.reasons) > 5
    for reason in found.reasons:
        assert words(reason_text(speaker, reason)) in shown
    for balance in found.balances:
        assert f"What the value to {speaker.person(balance.constituency)} is made of" in shown
    assert "detente explain korea-2019 vox_draft_deal --seed 3" in shown


def test_reasons_say_on_which_draws_they_rest(river: RunResult) -> None:
    more = detente.run("river", draws=500)
    assert "rest on the first 400 of 500 draws" in words(Page(report_page(more)).text)
    assert "rest on the first" not in Page(report_page(river)).text  # it has 400: all of them


def test_where_reasons_would_take_too_long_the_page_says_so_and_how_to_get_them(
    river: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insight, "MOST_WORK", 0.0)
    text = report_page(river)
    shown = words(Page(text).text)
    assert shown.count("Reasons are left out here") == 3
    assert "detente explain river step_by_step --seed 3" in shown
    assert 'href="#why-' not in text
    assert "first broken by" in shown  # lines on what stands in the way stay


def test_where_there_is_no_room_for_all_reasons_the_first_texts_have_theirs(
    korea: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "ROOM_FOR_REASONS", 100_000)
    text = report_page(korea)
    without = text.count("Reasons are left out here")
    assert 0 < without < 14
    assert 'href="#why-1-accept"' in text
    assert 'href="#why-14-accept"' not in text


def test_a_text_of_a_view_or_of_ones_own_is_explained_as_it_was_judged() -> None:
    case = detente.load_views("korea-2019", ["ratification"])[0]
    result = detente.run(case, draws=2, proposals=["singapore_2018"])
    assert explain_command(result, result.verdicts[0]) == (
        "detente explain korea-2019 singapore_2018 --view ratification"
    )
    plan = detente.parse_plan(detente.load_case("river"), "1:gauges,releases;2:power_purchase")
    own = detente.run("river", draws=2, proposals=[plan])
    assert explain_command(own, own.verdicts[0]) == (
        "detente explain river '1:gauges, releases; 2:power_purchase'"
    )
    odd = replace(own, case=replace(own.case, file="-a b.yaml"))
    assert explain_command(odd, own.verdicts[0]).startswith("detente explain './-a b.yaml' ")


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
