"""What `detente table` prints, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import detente
from detente.case.starter import starter_text

Program = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def talks(elsewhere: Path) -> Path:
    path = elsewhere / "talks.yaml"
    path.write_text(starter_text("talks"), encoding="utf-8")
    return path


def edited(old: str, new: str) -> None:
    """Play the user of a spreadsheet: replace one piece of the table."""
    path = Path("talks.csv")
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def test_a_table_goes_out_and_comes_back(program: Program, talks: Path) -> None:
    code, out, err = program("table", "talks.yaml", "--export", "talks.csv")
    assert (code, err) == (0, "")
    assert out == "talks.csv written: 29 rows, 3 of them empty, for worths that are not there\n"
    edited(
        "Shared river gauges: worth to Provinces,,,",
        "Shared river gauges: worth to Provinces,1,2,3",
    )
    edited("worth to Cabinet,15,25,35", "worth to Cabinet,,,")
    edited("Yearly payment for releases: worth to Provinces,5,10", "x,5,12")
    code, out, err = program("table", "talks.yaml", "--import", "talks.csv")
    assert (code, err) == (0, "")
    assert out == (
        "talks-filled.yaml written: of its numbers 1 changed, 1 added, 1 removed, 24 as they were\n"
        "removed: measures.payment.worth.cabinet\n"
    )
    assert program("check", "talks-filled.yaml")[0] == 0


def test_the_table_can_go_to_standard_output(program: Program, talks: Path) -> None:
    code, out, err = program("table", "talks.yaml", "--export", "-")
    assert (code, err) == (0, "")
    assert out == detente.export_table("talks.yaml").text
    _, worths, _ = program("table", "talks.yaml", "--export", "-", "--only", "worths")
    assert worths == detente.export_table("talks.yaml", only="worths").text
    _, commas, _ = program("table", "talks.yaml", "--export", "-", "--decimal-comma")
    assert ";0,03;0,05;0,1;" in commas


def test_with_json_both_ways_print_one_document(program: Program, talks: Path) -> None:
    _, out, _ = program("table", "talks.yaml", "--export", "talks.csv", "--json")
    assert json.loads(out) == {"case": "talks", "path": "talks.csv", "rows": 29, "empty": 3}
    edited("worth to Cabinet,15,25,35", "worth to Cabinet,15,25,350")
    code, out, err = program("table", "talks.yaml", "--import", "talks.csv", "--json")
    assert (code, err) == (0, "")
    made = json.loads(out)
    (problem,) = made.pop("problems")
    assert problem["severity"] == "warning"
    assert made == {
        "ok": True,
        "case": "talks",
        "path": "talks-filled.yaml",
        "changed": ["measures.payment.worth.cabinet"],
        "added": [],
        "removed": [],
        "unchanged": 25,
    }


def test_warnings_go_to_standard_error(program: Program, talks: Path) -> None:
    program("table", "talks.yaml", "--export", "talks.csv")
    edited("entry,about", "entry,abuot")
    code, out, err = program("table", "talks.yaml", "--import", "talks.csv")
    assert code == 0
    assert "written" in out
    assert err == ("talks.csv:1:2: warning: column 'abuot' is not used; did you mean 'about'?\n")


def test_what_is_wrong_in_a_table_is_told_line_by_line(program: Program, talks: Path) -> None:
    program("table", "talks.yaml", "--export", "talks.csv")
    edited("worth to Cabinet,15,25,35", "worth to Cabinet,25,15,35")
    edited("worth to Provinces,5,10", "worth to Provinces,5,#REF!")
    code, out, err = program("table", "talks.yaml", "--import", "talks.csv")
    assert (code, out) == (2, "")
    assert [line.partition(":")[2].partition(" ")[0] for line in err.splitlines()] == [
        "8:3:",
        "9:4:",
    ]
    assert not Path("talks-filled.yaml").exists()
    code, out, _ = program("table", "talks.yaml", "--import", "talks.csv", "--json")
    assert code == 2
    made = json.loads(out)
    assert made["ok"] is False
    assert [problem["line"] for problem in made["problems"]] == [8, 9]


def test_a_builtin_case_can_be_filled_too(program: Program) -> None:
    program("table", "river", "--export", "t.csv")
    assert program("table", "river", "--import", "t.csv", "--out", "mine.yaml")[0] == 0
    assert program("check", "mine.yaml")[0] == 0


def test_a_file_that_is_there_is_replaced_only_with_force(program: Program, talks: Path) -> None:
    program("table", "talks.yaml", "--export", "talks.csv")
    before = talks.read_bytes()
    for line in (
        "table talks.yaml --export talks.csv",
        "table talks.yaml --import talks.csv --out talks.yaml",
    ):
        code, _, err = program(*line.split())
        assert code == 2
        assert "is there already; choose another name" in err
        assert program(*line.split(), "--force")[0] == 0
    assert talks.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("table", "CASE is missing"),
        ("table river", "one of --export FILE and --import FILE is needed"),
        ("table river --export a.csv --import b.csv", "one of --export FILE and --import FILE"),
        ("table river --export", "--export requires an argument"),
        ("table river --export --json", "--export needs the name of a file, not '--json'"),
        ("table river --export - --json", "--json prints a document of its own"),
        ("table river --export a.csv --out b.yaml", "--out belongs to --import"),
        ("table river --import a.csv --only worths", "--only and --decimal-comma belong to"),
        ("table river --import a.csv --decimal-comma", "--only and --decimal-comma belong to"),
        ("table river --export a.csv --only best", "--only"),
        ("table rver --export a.csv", "did you mean 'river'?"),
        ("table river --import none.csv", "none.csv:1:1: there is no such file"),
        ("table river --import .", "folder"),
        ("table river --export no/such/a.csv", "cannot write in no/such"),
        ("table river --export . --force", ". is not a file; choose another name"),
        ("table river --export /dev/null --force", "/dev/null is not a file"),
    ],
)
def test_bad_input_is_answered_by_one_line_and_exit_code_2(
    program: Program, elsewhere: Path, line: str, part: str
) -> None:
    code, out, err = program(*line.split())
    assert (code, out) == (2, "")
    assert part in err
    assert err.count("\n") == 1
    assert not list(elsewhere.iterdir())


def test_texts_of_a_table_cannot_steer_the_terminal(program: Program, talks: Path) -> None:
    Path("talks.csv").write_text("entry,low,mode,high,form\nx\u202ey,,1,,\n", encoding="utf-8")
    code, _, err = program("table", "talks.yaml", "--import", "talks.csv")
    assert code == 2
    assert "\u202e" not in err


def test_standard_output_that_is_full_is_said_in_one_line() -> None:
    command = [sys.executable, "-m", "detente", "table", "river", "--export", "-"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "standard output cannot be written: No space left on device\n",
    )
