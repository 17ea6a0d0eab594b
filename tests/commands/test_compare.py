"""`detente compare`: what its arguments mean, and what it refuses."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import detente
from detente.report.comparison_documents import comparison_document, versions_document

Program = Callable[..., "tuple[int, str, str]"]
PLANS = ("compare", "river", "delta_demand", "step_by_step")


def test_standard_input_is_one_plan(program: Program) -> None:
    code, out, err = program("compare", "river", "-", "-")
    assert (code, out) == (2, "")
    assert err == "standard input can be one of the two plans only\n"


@pytest.fixture
def other(elsewhere: Path) -> Path:
    """Another version of the river, without its chance of accidents."""
    from detente.case.load import find_case

    path = elsewhere / "other.yaml"
    path.write_bytes(find_case("river").data.replace(b"[0.005, 0.02, 0.05]", b"0"))
    return path


def test_three_names_are_a_case_and_two_plans(program: Program) -> None:
    code, out, err = program(*PLANS, "--draws", "50")
    assert (code, err) == (0, "")
    assert "It holds more often" in out
    assert "\x1b" not in out


def test_two_names_are_two_versions(program: Program, other: Path) -> None:
    code, out, err = program("compare", "river", other.name, "--draws", "50")
    assert (code, err) == (0, "")
    assert "What differs between the versions" in out
    assert "Step by step" in out


def test_json_is_the_document_of_the_function_of_that_name(program: Program, other: Path) -> None:
    _, out, _ = program(*PLANS, "--draws", "50", "--seed", "2", "--json")
    plans = detente.compare("river", *PLANS[2:], draws=50, seed=2)
    assert json.loads(out) == json.loads(json.dumps(comparison_document(plans)))
    asked = ("--proposal", "step_by_step")
    _, out, _ = program("compare", "river", "other.yaml", "--draws", "50", "--json", *asked)
    found = detente.compare_versions("river", other, proposals=["step_by_step"], draws=50)
    assert json.loads(out) == json.loads(json.dumps(versions_document(found)))
    assert list(json.loads(out)["proposals"]) == ["step_by_step"]


def test_a_plan_may_stand_in_a_file_or_on_the_line(program: Program, elsewhere: Path) -> None:
    (elsewhere / "mine.yaml").write_text("phases: {1: [gauges]}\n", encoding="utf-8")
    code, out, _ = program("compare", "river", "1:gauges", "mine.yaml", "--draws", "20")
    assert code == 0
    assert "the same in every draw" in out
    assert "mine" in out


@pytest.mark.parametrize(
    ("tokens", "part"),
    [
        (("compare", "river"), "A is missing"),
        (("compare", "river", "step_by_step"), "'step_by_step' is a plan; name the other one"),
        (("compare", "river", "1:gauges"), "'1:gauges' is a plan; name the other one"),
        (("compare", "river", "revir"), "did you mean 'river'"),
        (("compare", "river", "step_by_step", "stap"), "no proposal is called 'stap'"),
        (("compare", "river", "1:gauges", "1:gauge"), "did you mean 'gauges'"),
        ((*PLANS, "--proposal", "step_by_step"), "--proposal belongs to two versions"),
        ((*PLANS, "--draws", "0"), "draws must be 1 or more"),
        ((*PLANS, "--draws", "99999999999"), "--draws can be"),
        ((*PLANS, "extra"), "unexpected argument 'extra'"),
        (("compare", "river", "missing.yaml"), "missing.yaml"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    program: Program, tokens: tuple[str, ...], part: str
) -> None:
    code, out, err = program(*tokens)
    assert (code, out) == (2, "")
    assert part in err
    assert err.count("\n") == 1


def test_one_view_is_taken_alone_and_several_beside_the_case_as_written(
    program: Program,
) -> None:
    plans = ("compare", "korea-2019", "vox_draft_deal", "us_big_deal", "--draws", "20")
    code, out, err = program(*plans, "--view", "sceptical")
    assert (code, err) == (0, "")
    assert "under the view “Sceptical of verification”" in " ".join(out.split())
    code, out, err = program(*plans, "--view", "as_written", "--view", "sceptical")
    assert (code, err) == (0, "")
    assert "as written and under sceptical" in out
    _, out, _ = program(*plans, "--view", "all", "--json")
    found = detente.compare_views("korea-2019", *plans[2:4], draws=20)
    assert json.loads(out) == json.loads(json.dumps(comparison_document(found)))
    _, out, _ = program(*plans, "--view", "sceptical", "--view", "sceptical", "--json")
    assert list(json.loads(out)["views"]) == ["as_written", "sceptical"]


def test_two_versions_are_compared_under_views(program: Program, other: Path) -> None:
    (other.parent / "calm.yaml").write_text("discount: 0.01\n", encoding="utf-8")
    asked = ("--view", "calm.yaml", "--draws", "20")
    code, out, err = program("compare", "river", other.name, *asked)
    assert (code, err) == (0, "")
    assert "under the view “calm”" in out
    beside = ("--view", "as_written", *asked)
    code, out, err = program("compare", "river", other.name, *beside)
    assert (code, err) == (0, "")
    assert "as written and under calm" in out
    code, out, err = program("compare", "river", other.name, *beside, "--json")
    assert list(json.loads(out)["over_views"]) == ["delta_demand", "delta_offer", "step_by_step"]
    code, out, err = program("compare", "river", other.name, "--view", "all")
    assert (code, out, err) == (2, "", "river names no views\n")


def test_a_deep_check_prints_hints_and_exits_with_0(program: Program) -> None:
    code, out, err = program("check", "korea-2019", "--deep")
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    assert "korea-2019.yaml:232:7: look at: 'yongbyon_dismantle' and 'yongbyon_freeze'" in text
    assert "If two parties exchanged numbers of one kind" in text


def test_a_deep_check_adds_keys_to_the_document_of_a_check(program: Program) -> None:
    _, plain, _ = program("check", "river", "--json")
    code, deep, _ = program("check", "river", "--deep", "--json")
    document = json.loads(deep)
    assert code == 0
    assert json.loads(plain).items() <= document.items()
    assert set(document) - set(json.loads(plain)) == {"hints", "swaps", "draws", "seed"}
    assert document["hints"][0]["kind"] == "valued_with_one_sign_by_all"
    assert {swap["kind"] for swap in document["swaps"]} == {"discount", "detection", "undo_years"}


def test_a_deep_check_of_a_case_that_cannot_be_used_exits_with_2(
    program: Program, elsewhere: Path
) -> None:
    (elsewhere / "bad.yaml").write_text("detente: 1\n", encoding="utf-8")
    code, out, err = program("check", "bad.yaml", "--deep")
    assert (code, out) == (2, "")
    assert "'title' is missing" in err
    code, out, _ = program("check", "bad.yaml", "--deep", "--json")
    assert code == 2
    assert json.loads(out)["hints"] == []


def test_a_deep_check_looks_at_views_as_a_check_does(program: Program, elsewhere: Path) -> None:
    (elsewhere / "wrong.yaml").write_text("measures: {gauge: {worth: {delta: 1}}}\n", "utf-8")
    said = program("check", "river", "--view", "wrong.yaml")
    assert said[0] == 2
    assert "wrong.yaml:1:" in said[2]
    assert program("check", "river", "--deep", "--view", "wrong.yaml") == said


def test_one_plan_may_stand_on_standard_input(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"phases: {1: [gauges]}"))
    monkeypatch.setattr(sys, "stdin", stdin)
    code, out, _ = program("compare", "river", "1:gauges", "-", "--draws", "20")
    assert code == 0
    assert "the same in every draw" in out
