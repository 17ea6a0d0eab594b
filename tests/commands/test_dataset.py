"""``detente run --dataset`` and what belongs to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.bulk import request
from detente.commands.progress import time_left
from tests.commands.conftest import Program

FEW = ("--draws", "100", "--workers", "1")
#: Few plans, of which the program must believe that they are too many.
PLANS = "id,plan\n" + "".join(f'p{i},"1:gauges;{k}:releases"\n' for i, k in enumerate((2, 3)))


def test_the_document_is_that_of_a_run_and_so_is_the_screen(program: Program) -> None:
    code, out, err = program("run", "river", *FEW, "--dataset", "big", "--json")
    assert (code, err) == (0, "")
    assert out == program("run", "river", *FEW, "--json").out
    shown = program("run", "river", *FEW, "--dataset", "big").out
    assert shown.startswith(program("run", "river", *FEW).out.split("Report:")[0].rstrip())
    assert "Dataset: big (every draw of every plan in draws/*.parquet)" in shown


def test_several_views_are_shown_as_those_of_a_run(program: Program) -> None:
    words = ("run", "korea-2019", "--proposal", "us_big_deal", "--view", "all", "--draws", "30")
    code, out, _ = program(*words, "--dataset", "big", "--workers", "1", "--json", "--no-draws")
    assert code == 0
    assert out == program(*words, "--json").out
    assert not (Path("big") / "draws").exists()


def test_a_report_is_written_where_it_is_asked_for(program: Program) -> None:
    code, out, _ = program("run", "river", *FEW, "--dataset", "big", "--out", "told")
    assert code == 0
    assert "Report: told/report.html" in out
    assert Path("told/report.html").exists()


def test_of_many_plans_the_best_are_shown_and_all_are_in_the_summary(
    program: Program, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "FEW", 1)
    (elsewhere / "plans.csv").write_text(PLANS, "utf-8")
    words = ("run", "river", *FEW, "--plans", "plans.csv", "--dataset", "big")
    code, out, _ = program(*words)
    assert code == 0
    assert "2 plans" in out
    assert "a row each" in out
    assert "p0" in out
    document = json.loads(program(*words, "--json").out)
    assert {key: document[key] for key in ("case", "draws", "seed", "dataset", "plans")} == {
        "case": "river",
        "draws": 100,
        "seed": 0,
        "dataset": "big",
        "plans": 2,
    }
    assert {found["plan"] for found in document["best"]} == {"p0", "p1"}
    code, _, err = program(*words, "--out", "told")
    assert code == 2
    assert "--out is for 200 texts times views at most" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--plans", "x.csv"), "--plans needs --dataset"),
        (("--scheduler", "tcp://x:1"), "--scheduler needs --dataset"),
        (("--no-draws",), "--no-draws needs --dataset"),
        (("--dataset", "."), "--dataset must name a folder of its own"),
        (("--dataset", "big", "--plans", "none.csv"), "none.csv:1:1: there is no such file"),
        (("--dataset", "big", "--format", "md"), "needs --out"),
        (("--dataset", "big", "--scheduler", "tcp://x:1", "--workers", "2"), "one or the other"),
        (("--dataset", "file"), "there is a file of that name"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line_and_nothing_is_made(
    program: Program, elsewhere: Path, words: tuple[str, ...], said: str
) -> None:
    (elsewhere / "file").touch()
    code, out, err = program("run", "river", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert [path.name for path in elsewhere.iterdir()] == ["file"]


@pytest.mark.parametrize("address", ["foo://", "tcp://127.0.0.1:1"])
def test_a_scheduler_that_is_not_there_is_named(
    program: Program, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("detente.bulk.workers.PATIENCE", 0.5)
    code, _, err = program("run", "river", "--dataset", "big", "--scheduler", address)
    assert code == 2
    assert f"no Dask scheduler can be reached at {address}" in err


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "time left: not known yet"),
        (0.2, "about 5 s left"),
        (42.0, "about 40 s left"),
        (56.0, "about 1 min left"),
        (600.0, "about 10 min left"),
        (12_400.0, "about 3 h 25 min left"),
    ],
)
def test_time_left_is_said_no_more_precisely_than_it_is_known(
    seconds: float | None, said: str
) -> None:
    assert time_left(seconds) == said
