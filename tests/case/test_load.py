from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from detente.case.domain import Plan
from detente.case.load import (
    builtin_cases,
    check_case,
    find_plan,
    load_case,
    new_case,
    plan_in,
    read_plan,
)
from detente.errors import CaseError, OutputError, PlanError, RequestError
from tests.case.samples import EXAMPLE, changed, example, loaded, warnings, written


def test_a_case_is_called_like_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE, "dam.v2.yaml")
    assert load_case(path).name == "dam.v2"
    assert load_case(str(path)).name == "dam.v2"


def test_a_file_in_the_working_folder_needs_no_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, EXAMPLE, "dam")
    assert load_case("dam").title == "Two neighbours and a dam"


@pytest.mark.parametrize("case", builtin_cases(), ids=lambda case: case.name)
def test_every_builtin_case_loads_by_name(case: tuple[str, str]) -> None:
    name, title = case
    report = check_case(name)
    assert report.ok
    assert (report.name, report.title, load_case(name).title) == (name, title, title)


@pytest.mark.parametrize("name", ["", "nothing", "a" * 5000, "ab\ncd", "ünknown"])
def test_an_unknown_name_is_a_request_error(name: str) -> None:
    with pytest.raises(RequestError, match="no file and no built-in case"):
        load_case(name)


def test_an_unknown_name_is_compared_with_the_builtin_ones() -> None:
    for name, _ in builtin_cases():
        with pytest.raises(RequestError, match=f"did you mean '{name}'"):
            load_case(name + "x")


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("gone.yaml", "there is no such file"),
        ("/dev/zero", "a device or pipe, not a file"),
        ("/", "a folder, not a file"),
        ("a\0b.yaml", "cannot be read"),
        ("/" + "x" * 5000 + ".yaml", "cannot be read"),
        ("a.yaml/b.yaml", "no such file"),
    ],
)
def test_what_is_no_file_is_refused(source: str, part: str) -> None:
    with pytest.raises(CaseError, match=part):
        load_case(source)


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    with pytest.raises(CaseError, match="device or pipe"):
        load_case(pipe)


def test_a_report_counts_what_is_in_the_case(tmp_path: Path) -> None:
    report = check_case(written(tmp_path, EXAMPLE))
    assert report.ok
    assert report.errors == ()
    assert dict(report.counts) == {
        "parties": 2,
        "constituencies": 3,
        "measures": 7,
        "interactions": 3,
        "proposals": 1,
        "sources": 1,
        "views": 0,
        "numbers": 36,
        "uncertain": 10,
    }
    assert dict(report.by_basis) == {"none": 35, "sourced": 1}


def test_a_report_of_a_refused_case_holds_its_errors(tmp_path: Path) -> None:
    report = check_case(written(tmp_path, changed(detente=2)))
    assert not report.ok
    assert report.errors == report.problems != ()
    assert check_case(tmp_path / "gone.yaml").ok is False


def test_a_new_case_is_valid_and_without_warnings(tmp_path: Path) -> None:
    path = new_case("dam", tmp_path)
    assert path == tmp_path / "dam.yaml"
    report = check_case(path)
    assert (report.problems, report.title) == ((), "dam")
    assert "# " in path.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["dam.yaml"]


def test_a_new_case_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "dam.yaml").write_text("mine")
    with pytest.raises(OutputError, match="there already"):
        new_case("dam.yaml", tmp_path)
    assert (tmp_path / "dam.yaml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["dam.yaml"]


def test_of_many_writers_one_wins(tmp_path: Path) -> None:
    outcomes: list[str] = []

    def write() -> None:
        try:
            new_case("dam", tmp_path)
            outcomes.append("done")
        except OutputError:
            outcomes.append("refused")

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["refused"] * 7]
    assert [path.name for path in tmp_path.iterdir()] == ["dam.yaml"]


@pytest.mark.parametrize("name", ["", "a/b", ".hidden", "-x", "a\nb", "a\0b", 'a"b', "a\\b"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError):
        new_case(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        new_case("dam", tmp_path / "gone")


def test_a_plan_is_read_from_a_file(tmp_path: Path) -> None:
    case = loaded(tmp_path, example())
    path = written(tmp_path, "phases: {1: [gauges], '2': [aid]}", "plan.yaml")
    assert read_plan(case, path).phases == ((), ("gauges",), ("aid",))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("phases: {1: [gagues]}", "plan.yaml: unknown measure 'gagues'; did you mean 'gauges'"),
        ("phases: {1: [gauges], 1: [aid]}", "stands here again"),
        ("[1]", "a plan has 'phases:'"),
        ("phases: [", "not valid YAML"),
        ("phases: 3", "a mapping from phases"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, text: str, part: str) -> None:
    case = loaded(tmp_path, example())
    with pytest.raises(PlanError, match=part.replace("[", r"\[")):
        read_plan(case, written(tmp_path, text, "plan.yaml"))


def test_a_plan_is_found_by_its_name_in_writing_or_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = loaded(tmp_path, example())
    assert find_plan(case, "draft_2") == "draft_2"
    in_writing = find_plan(case, "2:release_schedule/half")
    assert isinstance(in_writing, Plan)
    assert in_writing.phases == ((), (), ("release_schedule/half",))
    path = written(tmp_path, "phases: {2: [gauges]}", "plan.yaml")
    assert find_plan(case, str(path)) == plan_in(case, b"phases: {2: [gauges]}", "here")
    (tmp_path / "bare").write_text("phases: {2: [aid]}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert find_plan(case, "bare") == plan_in(case, b"phases: {2: [aid]}", "here")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("gone.yaml", "there is no such file"),
        ("/", "this is a folder, not a file"),
        ("draft", "no proposal is called 'draft'; did you mean 'draft_2'"),
        ("1:gagues", "unknown measure 'gagues'; did you mean 'gauges'"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_message(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(PlanError, match=part):
        find_plan(loaded(tmp_path, example()), text)


def test_doubts_are_warnings(tmp_path: Path) -> None:
    assert "35 numbers do not state a basis (the first: discount)" in warnings(tmp_path, EXAMPLE)


def test_numbers_and_domain_do_not_need_pydantic() -> None:
    code = "import sys, json, detente.case.domain; print(json.dumps('pydantic' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False
