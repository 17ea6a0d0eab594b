"""What `detente explain` prints, where, and with which exit code."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[..., "tuple[int, str, str]"]
FEW = ("--draws", "40")


def test_it_says_why_and_what_would_help(program: Program) -> None:
    code, out, err = program("explain", "river", "delta_demand", *FEW)
    assert (code, err) == (0, "")
    assert "Delta's demand" in out
    for title in ("Why", "What one change of the plan would do", "What would have to be true"):
        assert f" {title}\n" in out
    assert "“A low outlet in the dam" in " ".join(out.split())


def test_a_plan_is_taken_as_text_from_a_file_and_from_standard_input(
    program: Program, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "phases: {1: [gauges], 2: [releases, power_purchase]}"
    (elsewhere / "plan.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    written = "1:gauges;2:releases,power_purchase"
    found = []
    for plan in (written, "plan.yaml", "-"):
        code, out, err = program("explain", "river", plan, *FEW, "--json")
        assert (code, err) == (0, "")
        found.append(json.loads(out))
    assert found[0] == found[1] == found[2]
    assert found[0]["plan"]["phases"] == {"1": ["gauges"], "2": ["releases", "power_purchase"]}


def test_page_and_document_are_written_where_asked(program: Program, elsewhere: Path) -> None:
    code, out, _ = program("explain", "river", "step_by_step", *FEW, "--out", "why")
    assert code == 0
    assert "Written: why/explain.html" in out
    assert sorted(path.name for path in (elsewhere / "why").iterdir()) == [
        "explain.html",
        "explain.json",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("river",), "PLAN is missing"),
        (("river", "step_by_stp"), "no proposal is called 'step_by_stp'; did you mean"),
        (
            ("river", "nothing_like_it"),
            "there are delta_demand, delta_offer and step_by_step; a plan is written",
        ),
        (("river", "a\nb.yaml"), "'a\\nb.yaml':1:1: there is no such file"),
        (("river", "1:guages"), "unknown measure 'guages'; did you mean 'gauges'?"),
        (("river", "gone.yaml"), "gone.yaml:1:1: there is no such file"),
        (("river", "0:gauges"), "there is nothing to explain"),
        (("river", "step_by_step", "--draws", "1"), "draws must be 2 or more"),
        (("river", "step_by_step", "--draws", "10001"), "draws can be 10000 at most"),
        (("river", "step_by_step", "--out", "."), "--out must name a folder"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    program: Program, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = program("explain", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_one_view_is_explained_alone_and_several_beside_the_case_as_written(
    program: Program, elsewhere: Path
) -> None:
    plan = ("explain", "korea-2019", "vox_draft_deal", *FEW)
    code, out, err = program(*plan, "--view", "sceptical")
    assert (code, err) == (0, "")
    assert "under the view “Sceptical of verification”" in " ".join(out.split())
    code, out, err = program(*plan, "--view", "as_written", "--view", "sceptical", "--out", "why")
    assert (code, err) == (0, "")
    assert "as written and under 1 view" in out
    assert "In the way under every view" in out
    code, out, _ = program(*plan, "--view", "sceptical", "--view", "sceptical", "--json")
    assert list(json.loads(out)["views"]) == ["as_written", "sceptical"]
    stored = json.loads((elsewhere / "why" / "explain.json").read_text("utf-8"))
    assert list(stored["views"]) == ["as_written", "sceptical"]


def test_rules_that_the_plan_breaks_under_a_view_are_told(
    program: Program, elsewhere: Path
) -> None:
    rule = "measures: {releases: {requires: [loan_consent]}}\n"
    (elsewhere / "rule.yaml").write_text(rule, encoding="utf-8")
    asked = ("--view", "as_written", "--view", "rule.yaml", *FEW)
    _, out, _ = program("explain", "river", "step_by_step", *asked)
    text = " ".join(out.split())
    assert "Judged as written, although it breaks a rule" in text
    broken = "'releases' requires 'loan_consent' in the same phase or an earlier one"
    assert f"{broken}: under rule." in text
    _, out, _ = program("compare", "river", "step_by_step", "delta_offer", *asked)
    text = " ".join(out.split())
    assert f"rule, judged as written: in “Step by step”, {broken}" in text
    assert "in “Delta's offer in advance”" not in text


def test_a_plan_on_standard_input_is_read_once_for_all_views(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = b"phases: {1: [liaison_offices]}"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    code, out, err = program("explain", "korea-2019", "-", "--view", "all", *FEW, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert {str(view["plan"]["phases"]) for view in document["views"].values()} == {
        "{'1': ['liaison_offices']}"
    }


@pytest.mark.parametrize(
    ("views", "message"),
    [
        (("scptical",), "korea-2019.yaml has no view 'scptical'; did you mean 'sceptical'?"),
        (("gone.yaml",), "gone.yaml:1:1: there is no such file"),
        (("wrong.yaml",), "wrong.yaml:1:12: unknown measure 'guages'"),
        (("empty.yaml", "wrong.yaml"), "wrong.yaml:1:12: unknown measure 'guages'"),
        (("dropping.yaml",), "dropping.yaml:1:12:"),
        (("broken.yaml",), "broken.yaml:2:1: not valid YAML"),
    ],
)
def test_views_that_cannot_be_used_are_refused_in_one_line(
    program: Program, elsewhere: Path, views: tuple[str, ...], message: str
) -> None:
    (elsewhere / "wrong.yaml").write_text("measures: {guages: {by: us}}\n")
    (elsewhere / "empty.yaml").write_text("view: Empty\n")
    (elsewhere / "dropping.yaml").write_text("measures: {yongbyon_freeze: null}\n")
    (elsewhere / "broken.yaml").write_text("measures: {\n")
    asked = [token for view in views for token in ("--view", view)]
    for command in (("explain", "vox_draft_deal"), ("compare", "vox_draft_deal", "us_big_deal")):
        code, out, err = program(command[0], "korea-2019", *command[1:], *asked)
        assert (code, out) == (2, "")
        assert message in err
        assert err.count("\n") == 1


def test_standard_input_that_is_no_plan_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[1]")))
    code, _, err = program("explain", "river", "-")
    assert code == 2
    assert err.startswith("standard input: a plan has 'phases:'")
