"""The program in this process: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import detente
from detente.commands import progress, run
from detente.verdict.rows import TABLES
from tests.commands.conftest import Program
from tests.report.test_page import Page

FILES = sorted([*(f"{table.name}.parquet" for table in TABLES), "report.html", "run.json"])

BROKEN = """\
detente: 1
title: Broken
phases: {count: 1, years: 1}
horizon_years: 1
parties: {a: {name: A}}
measures:
  m: {name: M, by: b}
  n: {name: N, unde_years: 1}
"""

SOUND = """\
detente: 1
title: "[red]Sound[/red]"
phases: {count: 1, years: 1}
horizon_years: 5
parties: {a: {name: A}, b: {name: B}}
measures:
  give: {name: Give, by: a, worth: {a: -1, b: 5}}
  take: {name: Take, by: b, worth: {a: 5, b: -1}}
discount: 0.05
proposals:
  swap: {name: Swap, phases: {1: [give, take]}}
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_run_shows_a_table_and_writes_the_results(program: Program, elsewhere: Path) -> None:
    code, out, err = program("run", "river", "--draws", "50")
    assert (code, err) == (0, "")
    assert "Two states and a dam" in out
    assert "river-results/report.html" in out
    assert "\x1b" not in out
    assert names(elsewhere) == ["river-results"]
    assert names(elsewhere / "river-results") == FILES


def test_run_with_json_prints_one_document_and_writes_nothing(
    program: Program, elsewhere: Path
) -> None:
    code, out, err = program("run", "river", "--draws", "50", "--seed", "4", "--json")
    assert (code, err) == (0, "")
    case = detente.load_case("river")
    assert json.loads(out) == detente.document(detente.run(case, draws=50, seed=4))
    assert not names(elsewhere)


def test_run_with_json_and_out_does_both(program: Program, elsewhere: Path) -> None:
    _, out, _ = program("run", "river", "--draws", "50", "--json", "--out", "a/b")
    assert names(elsewhere / "a" / "b") == FILES
    assert json.loads((elsewhere / "a" / "b" / "run.json").read_text()) == json.loads(out)


def test_run_leaves_a_brief_beside_the_report_where_asked(
    program: Program, elsewhere: Path
) -> None:
    asked = ("--format", "md", "--format", "md")
    code, out, _ = program("run", "river", "--draws", "50", *asked, "--out", "a")
    assert code == 0
    assert f"Tables: a ({len(FILES) - 1} files), and the brief: brief.md" in out
    assert names(elsewhere / "a") == sorted([*FILES, "brief.md"])
    program("run", "river", "--draws", "50", *asked, "--json", "--out", "b")
    assert names(elsewhere / "b") == sorted([*FILES, "brief.md"])


def test_a_format_that_needs_more_is_refused_before_anything_is_judged(
    program: Program, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr(detente, "load_case", failing(AssertionError("too late")))
    missing = "--format pdf needs more than is installed: pip install 'detente[brief]'\n"
    code, out, err = program("run", "river", "--format", "md", "--format", "pdf")
    assert (code, out) == (2, "")
    assert err.endswith(missing)
    assert not names(elsewhere)


def test_run_judges_the_proposals_asked_for(program: Program) -> None:
    asked = ("--proposal", "step_by_step", "--proposal", "delta_offer")
    _, out, _ = program("run", "river", "--draws", "9", "--json", *asked)
    assert list(json.loads(out)["proposals"]) == ["step_by_step", "delta_offer"]


def test_the_number_of_workers_changes_nothing(program: Program) -> None:
    outs = {program("run", "river", "--draws", "99", "--json", "--workers", n)[1] for n in "13"}
    assert len(outs) == 1


def test_a_case_of_ones_own_is_judged_and_its_texts_are_no_markup(
    program: Program, elsewhere: Path
) -> None:
    (elsewhere / "mine.yaml").write_text(SOUND)
    code, out, _ = program("run", "mine.yaml", "--draws", "3")
    assert code == 0
    assert "[red]Sound[/red]" in out
    assert (elsewhere / "mine-results" / "run.json").is_file()


def test_a_narrow_screen_still_gets_a_table_that_can_be_read(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    least = program("run", "river", "--draws", "9")
    monkeypatch.setenv("COLUMNS", "20")
    assert program("run", "river", "--draws", "9") == least
    assert max(map(len, least[1].splitlines())) <= 70


def test_check_counts_and_warns(program: Program) -> None:
    code, out, err = program("check", "korea-2019")
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    for part in (" 5 parties", " uncertain", "of the numbers: basis judgement", "warnings"):
        assert part in flat


def test_check_with_json_prints_one_document(program: Program) -> None:
    code, out, _ = program("check", "river", "--json")
    made = json.loads(out)
    assert code == 0
    assert made["ok"]
    assert made["counts"]["parties"] == 2
    assert {problem["severity"] for problem in made["problems"]} == {"warning"}


@pytest.mark.parametrize("command", ["check", "run"])
def test_every_problem_of_a_file_is_shown_with_its_place(
    program: Program, elsewhere: Path, command: str
) -> None:
    (elsewhere / "broken.yaml").write_text(BROKEN)
    code, out, err = program(command, "broken.yaml")
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) >= 2
    assert all(re.match(r"broken\.yaml:\d+:\d+: ", line) for line in lines)
    assert "undo_years" in err


def test_check_with_json_of_a_broken_file_is_json_all_the_same(
    program: Program, elsewhere: Path
) -> None:
    (elsewhere / "broken.yaml").write_text(BROKEN)
    code, out, _ = program("check", "broken.yaml", "--json")
    assert code == 2
    assert json.loads(out)["ok"] is False


def test_new_writes_a_case_that_check_finds_sound(program: Program, elsewhere: Path) -> None:
    code, out, _ = program("new", "mine")
    assert code == 0
    assert "mine.yaml" in out
    assert names(elsewhere) == ["mine.yaml"]
    assert program("check", "mine.yaml")[0] == 0


def test_new_never_overwrites(program: Program, elsewhere: Path) -> None:
    (elsewhere / "mine.yaml").write_text("precious")
    code, _, err = program("new", "mine")
    assert code == 2
    assert "there already" in err
    assert (elsewhere / "mine.yaml").read_text() == "precious"


def test_cases_lists_the_cases_with_their_titles(program: Program) -> None:
    _, out, _ = program("cases")
    assert "river       Two states and a dam" in out.splitlines()
    listed = json.loads(program("cases", "--json")[1])["cases"]
    assert {"name": "river", "title": "Two states and a dam"} in listed


def test_schema_prints_the_schema(program: Program) -> None:
    assert json.loads(program("schema")[1]) == detente.schema()


def test_version_is_that_of_the_package(program: Program) -> None:
    assert program("--version") == (0, f"{detente.__version__}\n", "")


@pytest.mark.parametrize("command", ["", "run", "check", "new", "table", "cases", "schema"])
def test_help_is_there_for_every_command(program: Program, command: str) -> None:
    code, out, err = program(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert "Usage: detente" in out
    assert max(map(len, out.splitlines())) <= 100


def test_help_of_the_program_says_of_each_command_what_its_own_help_says(program: Program) -> None:
    _, overview, _ = program("--help")
    for command in ("run", "check", "new", "table", "cases", "schema"):
        _, own, _ = program(command, "--help")
        assert own.split("\n")[2] in overview


# --- what is refused --------------------------------------------------------------------------

HUGE = "9" * 30


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("rn river", 'Did you mean "run"?'),
        ("run river --draw 5", "Did you mean --draws?"),
        ("run", "CASE is missing"),
        ("new", "NAME is missing"),
        ("run river extra", "unexpected argument 'extra'"),
        ("run river --out", "--out requires an argument"),
        ("run river --format", "--format requires an argument"),
        ("run river --format docx", 'Choose from: "pdf", "png", "md"'),
        ("run river --draws abc", "'abc' is not a whole number"),
        ("run river --draws 1.5", "'1.5' is not a whole number"),
        ("run river --workers x", "--workers"),
        ("run river --draws 0", "draws must be 1 or more"),
        (f"run river --draws {HUGE}", "--draws can be"),
        (f"run river --seed {HUGE}", "--seed can be"),
        (f"run river --workers {HUGE}", "--workers can be"),
        ("run river --draws 9223372036854775807", "--draws can be"),
        ("run river --seed -1", "seed must be 0 or more"),
        ("run river --workers 0", "workers must be 1 or more"),
        ("run river --proposal step_by_stp", "did you mean 'step_by_step'?"),
        ("run river --proposal xyz", "it has delta_demand, delta_offer and step_by_step"),
        ("run rver", "did you mean 'river'?"),
        ("run nothing.yaml", "nothing.yaml:1:1: there is no such file"),
        ("check .", "folder"),
        ("check /dev/zero", "device"),
        ("new a/b", "cannot be the name of a case"),
        ("run river --draws 9 --out /dev/null/x", "nothing was written to /dev/null/x"),
        ("run river --json=maybe", "--json"),
        ("run river --draws 9 --out .", "--out must name a folder of its own"),
        ("run river --draws 9 --out ./", "--out must name a folder of its own"),
    ],
)
def test_bad_input_is_answered_by_one_line_and_exit_code_2(
    program: Program, elsewhere: Path, line: str, part: str
) -> None:
    code, out, err = program(*line.split())
    assert (code, out) == (2, "")
    assert part in err
    assert err.count("\n") == 1
    assert not names(elsewhere)


def test_what_the_user_typed_cannot_steer_the_terminal(program: Program) -> None:
    for tokens in (("run", "\x1b[31mx\n\u202e"), ("\x1b[31mrun",), ("run", "river", "--\x1b[31m")):
        code, _, err = program(*tokens)
        assert code == 2
        assert "\x1b" not in err
        assert "\u202e" not in err


# --- what goes wrong --------------------------------------------------------------------------


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_an_unexpected_error_is_called_a_fault_of_the_program(
    program: Program, monkeypatch: pytest.MonkeyPatch, elsewhere: Path
) -> None:
    monkeypatch.setattr(detente, "cases", failing(ZeroDivisionError("one\ntwo")))
    code, out, err = program("cases")
    assert (code, out) == (70, "")
    assert err.count("\n") == 1
    assert "fault of the program" in err
    (details,) = elsewhere.iterdir()
    assert str(details) in err
    assert "ZeroDivisionError: one" in details.read_text()


def test_debugging_shows_the_traceback(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETENTE_DEBUG", "1")
    monkeypatch.setattr(detente, "cases", failing(ZeroDivisionError("here")))
    code, _, err = program("cases")
    assert code == 70
    assert "Traceback" in err


def test_an_interruption_says_so_and_exits_with_130(
    program: Program, monkeypatch: pytest.MonkeyPatch, elsewhere: Path
) -> None:
    monkeypatch.setattr(detente, "run", failing(KeyboardInterrupt()))
    assert program("run", "river") == (130, "", "interrupted\n")
    assert not names(elsewhere)


def test_an_interruption_while_writing_leaves_no_files(
    program: Program, monkeypatch: pytest.MonkeyPatch, elsewhere: Path
) -> None:
    monkeypatch.setattr("detente.report.tables.document", failing(KeyboardInterrupt()))
    assert program("run", "river", "--draws", "9")[0] == 130
    assert not names(elsewhere)


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress("judging") as report:
        report(1, 2)
    assert capsys.readouterr() == ("", "")


def test_the_command_is_a_thin_shell(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}
    judge = detente.run

    def watch(case: detente.Case, **options: object) -> detente.RunResult:
        seen.update(options)
        return judge(case, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(detente, "run", watch)
    program("run", "river", "--draws", "7", "--seed", "2", "--workers", "1", "--json")
    report = seen.pop("progress")
    assert callable(report)
    assert seen == {"draws": 7, "seed": 2, "workers": 1, "proposals": None}
    assert run.MOST["draws"] >= 10**6


# --- views ----------------------------------------------------------------------------------


def with_views(folder: Path) -> Path:
    (folder / "eager.yaml").write_text("view: Eager\nmeasures: {give: {worth: {a: 50}}}\n")
    (folder / "wary.yaml").write_text("measures: {give: {detection: 0}}\n")
    path = folder / "case.yaml"
    views = "views: {eager: {file: eager.yaml}, wary: {file: wary.yaml, name: Wary}}\n"
    path.write_text(SOUND + views)
    return path


def test_one_view_is_judged_alone_into_a_folder_of_its_own(
    program: Program, elsewhere: Path
) -> None:
    with_views(elsewhere)
    code, out, err = program("run", "case.yaml", "--draws", "5", "--view", "eager")
    assert (code, err) == (0, "")
    assert "under the view “Eager”" in out
    assert names(elsewhere / "case-eager-results") == FILES


def test_several_views_are_judged_beside_the_case_as_written(
    program: Program, elsewhere: Path
) -> None:
    with_views(elsewhere)
    code, out, err = program("run", "case.yaml", "--draws", "5", "--view", "all", "--json")
    assert (code, err) == (0, "")
    assert list(json.loads(out)["views"]) == ["as_written", "eager", "wary"]
    asked = ("--view", "wary", "--view", "./eager.yaml", "--view", "eager+wary")
    code, out, _ = program("run", "case.yaml", "--draws", "5", *asked[:2], *asked[4:])
    assert code == 0
    assert "as written and under 2 views" in out
    assert names(elsewhere / "case-results") == FILES
    code, _, err = program("run", "case.yaml", "--draws", "5", *asked, "--view", "eager")
    assert (code, err) == (2, "two views are called 'eager'; rename one file\n")


def test_an_unknown_view_is_refused_with_those_there_are(program: Program, elsewhere: Path) -> None:
    with_views(elsewhere)
    code, out, err = program("run", "case.yaml", "--view", "eagre")
    assert (code, out) == (2, "")
    assert err == "case.yaml has no view 'eagre'; did you mean 'eager'?\n"
    code, _, err = program("run", "river", "--view", "all")
    assert (code, err) == (2, "river names no views\n")


@pytest.mark.parametrize(
    "name",
    ["a b.yaml", "it's.yaml", "two  spaces.yaml", "-v.yaml", "x+y.yaml", "p, q.yaml", "$x.yaml"],
)
def test_the_command_for_the_same_again_has_the_path_of_a_view_as_it_was_typed(
    program: Program, elsewhere: Path, name: str
) -> None:
    with_views(elsewhere)
    (elsewhere / name).write_text("measures: {give: {detection: 0}}\n")
    asked = f"./{name}" if name.startswith("-") else name
    for view in (asked, *([f"wary+{asked}"] if "+" not in name else [])):
        program("run", "case.yaml", "--draws", "5", "--view", view, "--out", "r", "--format", "md")
        text = (elsewhere / "r" / "brief.md").read_text("utf-8")
        command = text.partition("The same again: ")[2].strip().strip("`").strip()
        assert str(elsewhere) not in command
        tokens = shlex.split(command)
        assert tokens[tokens.index("--view") + 1] == view
        assert program(*tokens[1:]).code == 0
    program("run", "case.yaml", "--draws", "5", "--view", "as_written", "--view", asked)
    report = Page((elsewhere / "case-results" / "report.html").read_text("utf-8")).text
    assert f"--view as_written --view {shlex.quote(asked)}" in report


def test_check_tells_of_views_that_cannot_be_used(program: Program, elsewhere: Path) -> None:
    with_views(elsewhere)
    assert program("check", "case.yaml")[0] == 0
    (elsewhere / "more.yaml").write_text("measures: {gvie: {}}\n")
    code, _, err = program("check", "case.yaml", "--view", "more.yaml")
    assert code == 2
    assert err == "more.yaml:1:12: unknown measure 'gvie'; did you mean 'give'?\n"
