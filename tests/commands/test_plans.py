from __future__ import annotations

import json
from pathlib import Path

import pytest

import detente
from detente.commands.plans import plan_argument
from tests.commands.conftest import Program

FEW = ("--draws", "100", "--search-draws", "64")


def test_a_plan_of_a_search_is_named_by_the_folder_of_its_results(
    program: Program, elsewhere: Path
) -> None:
    assert program("search", "river", *FEW)[0] == 0
    found = json.loads((elsewhere / "river-search" / "search.json").read_bytes())
    steps = {plan["id"]: plan["phases"] for plan in found["plans"]}
    case = detente.load_case("river")
    for name, phases in steps.items():
        assert plan_argument(case, f"river-search/{name}") == detente.parse_plan(case, phases)
    code, out, _ = program(
        "run", "river", "--proposal", "river-search/plan_2", "--draws", "100", "--json"
    )
    assert code == 0
    judged = json.loads(out)["proposals"]["plan_1"]
    same = next(plan for plan in found["plans"] if plan["id"] == "plan_2")
    assert judged["hold"] == same["hold"]


def test_run_takes_plans_that_are_written_out_beside_proposals(program: Program) -> None:
    code, out, _ = program(
        *("run", "river", "--proposal", "step_by_step", "--proposal", "1:gauges;2:releases"),
        *("--draws", "50", "--json"),
    )
    assert code == 0
    assert list(json.loads(out)["proposals"]) == ["step_by_step", "plan_2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "search with --out"),
        ("[]", "does not hold the results of a search"),
        ('{"plans": [{"id": "plan_1", "phases": {"1": ["gauges"]}}]}', "it has 1 to 1"),
        ('{"plans": [{"id": "plan_7", "phases": {"1": ["guages"]}}]}', "did you mean 'gauges'"),
    ],
)
def test_what_no_search_found_is_refused_in_words(
    program: Program, elsewhere: Path, content: str | None, said: str
) -> None:
    (elsewhere / "found").mkdir()
    if content is not None:
        (elsewhere / "found" / "search.json").write_text(content, encoding="utf-8")
    code, _, err = program("explain", "river", "found/plan_7", "--draws", "20")
    assert code == 2
    assert said in " ".join(err.split())
