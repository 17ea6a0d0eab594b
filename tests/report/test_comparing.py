"""Comparisons as they are shown: told apart or not, in words that favour nobody, hostile or not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

import detente
from detente.insight.paired import Contrast, Difference
from detente.report.comparing import comparison_screen, versions_screen
from detente.report.comparing_views import (
    comparison_views_screen,
    turning_sentences,
    versions_views_screen,
)
from detente.report.comparison_documents import comparison_document, versions_document
from detente.report.differences import SHARES, difference, figure_name, from_to, sentences
from detente.report.document import as_json
from detente.report.speaker import Speaker
from detente.report.terms import DISTRUSTED, FIGURES
from detente.testing import case_data, make_case
from tests.case.samples import written
from tests.report.hostile import hostile
from tests.report.test_views import attacked


def shown(content: RenderableType, width: int = 100) -> str:
    console = Console(width=width, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(content)
    return captured.get()


@pytest.fixture(scope="module")
def found() -> detente.Comparison:
    return detente.compare("river", "delta_demand", "step_by_step", draws=400, seed=3)


@pytest.mark.parametrize(
    ("mean", "error", "interval", "share", "text"),
    [
        (0.0, 0.0, (0.0, 0.0), True, "="),
        (0.303, 0.0041, (0.295, 0.311), True, "+30.3 (29.5 to 31.1)"),
        (-0.021, 0.0015, (-0.0239, -0.0181), True, "−2.1 (−2.4 to −1.8)"),
        (0.001, 0.001, (-0.001, 0.003), True, "≈ 0 (−0.1 to 0.3)"),
        (-17.5, 0.03, (-17.56, -17.44), False, "−17.50 (−17.56 to −17.44)"),
        (1234.0, 80.0, (1080.0, 1390.0), False, "+1\N{NARROW NO-BREAK SPACE}200 ("),
        (-0.25, 0.0, (-0.25, -0.25), True, "−25"),
    ],
)
def test_a_difference_is_shown_as_finely_as_it_is_known(
    mean: float, error: float, interval: tuple[float, float], share: bool, text: str
) -> None:
    assert difference(Difference(mean, error, interval), share).startswith(text)


def test_the_screen_says_what_differs_and_how_it_moves_each_result(
    found: detente.Comparison,
) -> None:
    text = " ".join(shown(comparison_screen(found)).split())
    for part in (
        "400 draws, seed 3, the same for both",
        "first Delta's demand (delta_demand)",
        "second Step by step (step_by_step)",
        "moved: “Border market reopened”, in phase 3 “Settle” in the first, in phase 1 “Open”",
        "added: “Consent to the bank loan for the dam”, in phase 3 “Settle”",
        "It holds more often, by",
        "Whether all who must say yes do so turns from no to yes in",
        "Upland, upstream says yes more often:",
        "points more on average",
        "exposure of Delta, downstream, points of worth",
        "saline land, change by the horizon, km2",
    ):
        assert part in text


def test_a_quantity_known_by_its_effects_only_has_their_unit() -> None:
    data = case_data()
    data["measures"]["payment"]["effects"] = {"wheat_output": {"change": 3, "unit": "kt"}}
    first, second = make_case(data), make_case(data | {"false_alarm": 0.1})
    (found,) = detente.compare_versions(first, second, draws=5).comparisons
    named = figure_name(found, "outcomes", "wheat_output")
    assert named == "wheat output, change by the horizon, kt"
    assert named in shown(comparison_screen(found))


def test_figures_are_called_as_everywhere() -> None:
    assert SHARES.items() >= FIGURES.items()
    assert SHARES["distrusted"].endswith(DISTRUSTED)


def test_what_cannot_be_told_from_nothing_is_said_to_be_so() -> None:
    few = detente.compare("river", "delta_demand", "delta_offer", draws=30)
    text = " ".join(sentences(few))
    assert "cannot be told from 0" in text
    assert "It holds less often" not in text


@pytest.mark.parametrize(
    ("first", "second", "draws", "text"),
    [
        (0.9955, 0.9935, 1000, "falls by less than can be shown of either, more than 98 in 100"),
        (0.9845, 0.9955, 1000, "rises from 98 in 100 to more than 98 in 100"),
        (0.0045, 0.0065, 1000, "rises by less than can be shown of either, less than 2 in 100"),
        (0.885, 0.9, 1000, "rises from about 88 in 100 to 90 in 100"),
        (0.872, 0.9025, 880, "rises from about 88 in 100 to 90 in 100"),
        (0.0015, 0.1, 1000, "rises from less than 1 in 100 to 10 in 100"),
        (0.9, 0.999, 1000, "rises from 90 in 100 to more than 99 in 100"),
    ],
)
def test_two_ends_never_read_against_the_direction_between_them(
    first: float, second: float, draws: int, text: str
) -> None:
    speaker = Speaker(detente.run("river", draws=10), draws)
    apart = second - first
    between = Difference(apart, 0.001, (apart - 0.002, apart + 0.002))
    assert from_to(speaker, Contrast(first, second, 0.01, 0.01, between)) == text


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(2, 10_000))
def test_the_end_that_is_said_to_be_greater_is_shown_as_greater(
    one: float, other: float, draws: int
) -> None:
    speaker = Speaker(detente.run("river", draws=2), draws)
    low, high = sorted((one, other))
    up = Difference(high - low or 0.1, 0.0, (0.0, 1.0))
    text = from_to(speaker, Contrast(low, high, 0.0, 0.0, up))
    if ends := re.fullmatch(r"rises from (\D*)(\d+) in 100 to (\D*)(\d+) in 100", text):
        assert int(ends[2]) < int(ends[4]) or "than" in ends[1] + ends[3]
        assert not ends[1].startswith("more")
        assert not ends[3].startswith("less")


def test_the_same_plan_is_the_same_in_every_draw() -> None:
    same = detente.compare("river", "step_by_step", "step_by_step", draws=20)
    assert list(sentences(same)) == ["All figures are the same in every draw."]
    assert "nothing" in shown(comparison_screen(same))


def test_only_what_is_a_share_of_draws_is_called_one(found: detente.Comparison) -> None:
    text = " ".join(shown(comparison_screen(found)).split())
    assert "It holds more often, by" in text
    assert " in 100: the chance rises from" in text
    assert "Out of 100 where no unit is given: accepted is a share of draws" in text
    assert "of 100 draws; the share" not in text


def test_no_sentence_praises_or_blames(found: detente.Comparison) -> None:
    text = " ".join(sentences(found)).casefold()
    for word in ("better", "worse", "improve", "cheat", "fail", "unfortunately", "good", "bad"):
        assert word not in text


def test_a_text_that_breaks_conditions_is_said_to_be_judged_as_written() -> None:
    one = detente.compare("river", "step_by_step", "1:releases", draws=5)
    assert "judged as written: in “second plan”, 'releases' requires 'gauges'" in " ".join(
        shown(comparison_screen(one)).split()
    )


def test_the_document_holds_all_that_was_found(found: detente.Comparison) -> None:
    document = json.loads(as_json(comparison_document(found)))
    assert document["kind"] == "plans"
    assert (document["case"], document["draws"], document["seed"]) == ("river", 400, 3)
    assert document["hold"]["difference"] == found.hold.difference.mean
    assert document["hold"]["interval"] == list(found.hold.difference.interval)
    assert document["turned"] == {"to_yes": found.turned.to_yes, "to_no": found.turned.to_no}
    assert document["exposure"]["delta"]["clear"] is True
    assert document["text"] == list(sentences(found))
    assert document["steps"][0]["kind"] == "moved"
    assert len(document["broken_at"]["upland"]) == 4


def versions(**parts: Any) -> detente.VersionComparison:
    return detente.compare_versions(make_case(), make_case(**parts), draws=50)


def test_versions_are_shown_with_what_differs_by_place() -> None:
    data = case_data(false_alarm=0.1)
    data["measures"]["payment"]["detection"] = [0.2, 0.4, 0.6]
    data["measures"]["visit"] = {"by": "south", "worth": {"north": 1, "south": -1}}
    data["measures"]["payment"]["requires"] = ["pullback"]
    text = " ".join(shown(versions_screen(versions(**data))).split())
    for part in (
        "added: Measure visit: the entry as a whole, with 2 numbers",
        "added: Measure payment: what it requires",
        "number: The case as a whole: chance per year of a collapse that nobody intends: 0.02 → 0.1",
        "chance per year that withholding it, or undoing it unannounced, is seen: 0.4 → 0.4 (0.2 to 0.6)",
        "all random numbers are the same in both but those of measures.payment.detection",
    ):
        assert part in text
    document = versions_document(versions(**data))
    assert document["changes"]["unshared"] == ["measures.payment.detection"]
    assert document["proposals"]["swap"]["accident"]["difference"] > 0


def test_versions_that_differ_in_words_only_are_the_same_in_every_draw() -> None:
    text = " ".join(shown(versions_screen(versions(title="Renamed"))).split())
    assert "nothing on which a result depends" in text
    assert "1 text differs; no result depends on them" in text
    assert "the same in every draw" in text


def test_many_differences_are_cut_in_the_terminal_only() -> None:
    data = case_data()
    for i in range(40):
        data["measures"][f"m{i}"] = {"by": "south", "worth": {"north": 1}}
    found = versions(**data)
    assert "and 20 more differences (--json has all)" in shown(versions_screen(found))
    assert len(versions_document(found)["changes"]["rules"]) == 40


@pytest.fixture(scope="module")
def views() -> detente.ComparisonViews:
    return detente.compare_views(
        "korea-2019", "china_dual_suspension", "singapore_2018", draws=1000
    )


def test_ranges_over_views_stand_beside_the_interval_as_written(
    views: detente.ComparisonViews,
) -> None:
    text = " ".join(shown(comparison_views_screen(views)).split())
    for part in (
        "as written and under ratification, sceptical, relief_washington, relief_pyongyang",
        "More under every view, beyond sampling error: ",
        "Turns on whose view is taken: yes of United States: more under ratification; less",
        "no clear difference under ratification",
        "over the views least greatest",
    ):
        assert part in text
    as_written = difference(views.written.accept.difference, share=True)
    assert f"accepted {as_written}" in text
    for width in (70, 110):
        lines = shown(comparison_views_screen(views), width).splitlines()
        assert max(map(len, lines)) <= width


def test_no_sentence_says_more_of_a_view_than_is_clear(views: detente.ComparisonViews) -> None:
    for sentence in turning_sentences(views):
        kind, _, rest = sentence.partition(": ")
        for one in views.differences:
            if figure_name_of(views, one) in rest.rstrip(".").split("; ") and "every view" in kind:
                assert one.keeps
    same = detente.compare_views(
        "korea-2019", "agreed_framework_1994", "agreed_framework_1994", draws=5
    )
    assert list(turning_sentences(same)) == ["No difference can be told from 0 under any view."]


def figure_name_of(views: detente.ComparisonViews, one: detente.DifferenceViews) -> str:
    shares = one.figure in SHARES
    return figure_name(views.written, one.figure, one.about) if shares else ""


def test_the_document_of_several_views_keeps_its_keys(views: detente.ComparisonViews) -> None:
    document, alone = (comparison_document(each) for each in (views, views.written))
    assert {key: document[key] for key in alone} == alone
    assert set(document) - set(alone) == {"views", "over_views"}
    assert document["views"]["ratification"]["hold"]["first"] == views["ratification"].hold.first
    assert document["over_views"]["text"] == list(turning_sentences(views))
    for line, one in zip(document["over_views"]["differences"], views.differences, strict=True):
        assert (line["figure"], line["about"]) == (one.figure, one.about)
        assert line["low"]["difference"] == one.difference(one.low_in).mean
    described = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text("utf-8")
    for key in (*document["over_views"], *line):
        assert f"`{key}`" in described


def test_versions_under_several_views_are_shown_and_kept(tmp_path: Path) -> None:
    pair = []
    for name, alarm in (("a", 0.02), ("b", 0.1)):
        (tmp_path / name).mkdir()
        written(tmp_path / name, "false_alarm: 0.3", "v.yaml")
        data = case_data(false_alarm=alarm) | {"views": {"v": {"file": "v.yaml"}}}
        pair.append(written(tmp_path / name, data))
    found = detente.compare_versions_views(pair[0], pair[1], draws=20)
    text = " ".join(shown(versions_views_screen(found)).split())
    assert "as written and under v" in text
    assert "What differs between the versions, as written" in text
    assert "ended by accident" in text
    document = json.loads(as_json(versions_document(found)))
    assert list(document["views"]) == ["as_written", "v"]
    accident = document["over_views"]["swap"]["differences"][4]
    assert (accident["figure"], accident["low"]["view"]) == ("accident", "v")
    same = detente.compare_versions_views(pair[0], pair[0], draws=20)
    assert "the same in every draw under every view" in shown(versions_views_screen(same))


def test_under_one_view_a_comparison_says_so() -> None:
    case = detente.load_case("korea-2019", view="sceptical")
    one = detente.compare(case, "vox_draft_deal", "us_big_deal", draws=5)
    assert "under the view “Sceptical of verification”" in shown(comparison_screen(one))
    assert comparison_document(one)["view"]["id"] == "sceptical"


def test_hostile_texts_of_views_stay_texts(tmp_path: Path) -> None:
    file = attacked(tmp_path).written.case.file
    plans = detente.compare_views(tmp_path / file, "p0", "p1", draws=20)
    both = detente.compare_versions_views(tmp_path / file, tmp_path / file, draws=20)
    for text in (shown(comparison_views_screen(plans)), shown(versions_views_screen(both))):
        assert not set(text) & {"\x1b", "\x07", "\u202e", "\u2066"}
    assert as_json(comparison_document(plans)).isascii()


def test_hostile_texts_stay_texts() -> None:
    first, second = make_case(hostile()), make_case(hostile() | {"title": "\u202e[red]x[/red]"})
    plans = detente.compare(first, "p0", "p1", draws=20)
    both = detente.compare_versions(first, second, draws=20)
    for content in (comparison_screen(plans), versions_screen(both)):
        text = shown(content)
        assert not set(text) & {"\x1b", "\x07", "\u202e", "\u2066"}
    assert "[red]x[/red]" in shown(versions_screen(both))
    for document in (comparison_document(plans), versions_document(both)):
        assert as_json(document).isascii()
        assert json.loads(as_json(document))
