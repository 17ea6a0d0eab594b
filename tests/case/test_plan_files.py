from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.case.domain import Case, Plan
from detente.case.plan_files import read_plans
from detente.case.plans import parse_plan, plan_text
from detente.errors import PlanError

TEXTS = {"one": "1:gauges,releases", "two": "1:gauges;3:border_market"}


def written(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, "utf-8")
    return folder / name


def plans(case: Case) -> dict[str, Plan]:
    return {name: parse_plan(case, text) for name, text in TEXTS.items()}


def test_every_form_holds_the_same_plans(tmp_path: Path, river: Case) -> None:
    table = "note,id,plan\n" + "".join(f'n,{n},"{t}"\n' for n, t in TEXTS.items())
    phases = {
        n: {"phases": {str(k): list(x) for k, x in enumerate(p.phases) if x}}
        for n, p in plans(river).items()
    }
    for name, content in {
        "a.csv": table,
        "a.CSV": table.replace("\n", "\r\n"),
        "a.jsonl": "\n\n".join(json.dumps({"id": n, "plan": t}) for n, t in TEXTS.items()),
        "b.jsonl": "\n".join(json.dumps({"id": n, **p}) for n, p in phases.items()),
        "a.json": json.dumps(TEXTS),
        "b.json": json.dumps(phases),
        "a.yaml": json.dumps({"proposals": phases}),
    }.items():
        assert list(read_plans(river, written(tmp_path, name, content)).items()) == list(
            plans(river).items()
        )


def test_plans_without_names_are_numbered(tmp_path: Path, river: Case) -> None:
    table = "plan\n" + "".join(f'"{text}"\n' for text in TEXTS.values())
    assert list(read_plans(river, written(tmp_path, "a.csv", table))) == ["plan_1", "plan_2"]
    lines = "".join(json.dumps({"plan": text}) + "\n" for text in TEXTS.values())
    assert list(read_plans(river, written(tmp_path, "a.jsonl", lines))) == ["plan_1", "plan_2"]


def test_a_plan_comes_back_from_its_text(river: Case) -> None:
    for proposal in river.proposals:
        assert parse_plan(river, plan_text(proposal.plan)) == proposal.plan


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "id,text\n1,2\n", "needs one column 'plan'"),
        ("a.csv", "id;plan\nx;1:gauges\n", "with commas between"),
        ("a.csv", "plan,plan\n1:gauges,1:releases\n", "needs one column 'plan'"),
        ("a.csv", "id,plan\nx,1:gauges,releases\n", "a.csv:2: there are more cells than columns"),
        ("a.csv", 'id,plan\nx,"1:gauges', "a.csv:1: unexpected end"),
        ("a.jsonl", '{"id": null, "plan": "1:gauges"}', "'id' is the name of the plan"),
        ("a.csv", "id,plan\n", "there are no plans"),
        ("a.csv", "id,plan\nx,1:gauges\nx,1:releases\n", "a.csv:3: there is a plan 'x' before"),
        ("a.csv", "id,plan\nx,1:nothing\n", "a.csv:2: unknown measure 'nothing'"),
        ("a.csv", "id,plan\nx\n", "a.csv:2: a plan is text"),
        ("a.csv", f"id,plan\n{'x' * 101},1:gauges\n", "1 to 100 characters"),
        ("a.csv", 'id,plan\n"a\tb",1:gauges\n', "that can be printed"),
        ("a.jsonl", '{"id": "x"}', "a.jsonl:1: a plan is text"),
        ("a.jsonl", "[1]", "a line is a mapping"),
        ("a.jsonl", '{"id": "x",', "not a line of JSON"),
        ("a.yaml", "- 1\n", "a mapping from names to plans"),
        ("a.yaml", "x: 3\n", "x: a plan is text"),
        ("a.yaml", "x: [1\n", "a.yaml:"),
        ("a.yaml", "x: {phases: {9: [gauges]}}\n", "x: there is no phase 9"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, river: Case, name: str, content: str, said: str
) -> None:
    with pytest.raises(PlanError, match=said):
        read_plans(river, written(tmp_path, name, content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, river: Case) -> None:
    for path in (tmp_path / "no.csv", tmp_path / "no.yaml", tmp_path):
        with pytest.raises(PlanError, match=r"no such file|a folder"):
            read_plans(river, path)
