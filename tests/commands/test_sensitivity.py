"""What `detente sensitivity` prints, where, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[..., "tuple[int, str, str]"]
FEW = ("--draws", "512")


def test_it_says_what_a_plan_hangs_on(program: Program) -> None:
    code, out, err = program("sensitivity", "river", "step_by_step", *FEW)
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    assert "Step by step Holds: " in text
    for title in ("Whose unknowns, by party", "Single unknowns", "One unknown at a time"):
        assert title in text


def test_json_is_one_document_and_the_same_on_any_number_of_threads(program: Program) -> None:
    asked = ("sensitivity", "river", "1:gauges;2:releases,power_purchase", *FEW, "--json")
    found = []
    for workers in ("1", "2"):
        code, out, err = program(*asked, "--workers", workers)
        assert (code, err) == (0, "")
        found.append(json.loads(out))
    assert found[0] == found[1]
    assert found[0]["plan"]["plan"] == "1:gauges;2:releases,power_purchase"


def test_page_and_document_are_written_where_asked(program: Program, elsewhere: Path) -> None:
    code, out, _ = program("sensitivity", "river", "step_by_step", *FEW, "--out", "what")
    assert code == 0
    assert "Page: what/sensitivity.html" in out
    assert sorted(path.name for path in (elsewhere / "what").iterdir()) == [
        "sensitivity.html",
        "sensitivity.json",
    ]
    assert "<h1>What “Step by step” hangs on</h1>" in (
        elsewhere / "what" / "sensitivity.html"
    ).read_text("utf-8")


def test_figure_target_numbers_and_rivals_are_taken(program: Program) -> None:
    number = "measures.gauges.worth.delta"
    code, out, err = program(
        *("sensitivity", "river", "step_by_step", "--figure", "surplus.delta", "--target", "1"),
        *("--number", number, "--against", "delta_demand", *FEW, "--json"),
    )
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["figure"] == "surplus.delta"
    assert document["target"] == 1.0
    assert [swing["number"] for swing in document["swings"]] == [number]
    names = [plan["name"] for plan in document["choice"]["plans"]]
    assert sorted(names) == ["Delta's demand", "Step by step"]


def test_several_views_are_set_side_by_side(program: Program, elsewhere: Path) -> None:
    (elsewhere / "impatient.yaml").write_text("view: Impatient\ndiscount: 0.3\n", "utf-8")
    asked = ("sensitivity", "river", "step_by_step", *FEW, "--view", "as_written")
    code, out, err = program(*asked, "--view", "impatient.yaml", "--out", "what")
    assert (code, err) == (0, "")
    assert "What matters under all views" in out
    document = json.loads((elsewhere / "what" / "sensitivity.json").read_text("utf-8"))
    assert len(document["views"]) == 2
    assert "mattering" in document


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("river",), "PLAN is missing"),
        (("river", "step_by_stp"), "no proposal is called 'step_by_stp'; did you mean"),
        (("river", "0:gauges"), "nothing matters to it"),
        (("river", "step_by_step", "--figure", "hodl"), "there is no figure 'hodl'; did you mean"),
        (("river", "step_by_step", "--figure", "steps"), "follows from the plan alone"),
        (("river", "step_by_step", "--figure", "exposure"), "is taken over all draws"),
        (("river", "step_by_step", "--number", "x"), "no uncertain number 'x' in river"),
        (("river", "step_by_step", "--target", "nan"), "target must be a number"),
        (("river", "step_by_step", "--draws", "10"), "draws must be 512 or more"),
        (("river", "step_by_step", "--draws", "200001"), "draws can be 200000 at most"),
        (("river", "step_by_step", "--against", "gone"), "no proposal is called 'gone'"),
        (("river", "step_by_step", "--view", "gone.yaml"), "gone.yaml:1:1: there is no such file"),
        (("river", "step_by_step", "--out", "."), "--out must name a folder"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    program: Program, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = program("sensitivity", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
