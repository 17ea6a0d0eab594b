"""What `detente search` prints and leaves, and with which exit code."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from detente.commands.progress import in_words
from detente.commands.search_options import Asked, Numbers
from detente.folders import LOCK
from detente.searching import evolve
from detente.searching.search import Sight

Program = Callable[..., "tuple[int, str, str]"]
FEW = ("--draws", "60", "--search-draws", "40")
FILES = ["plans.csv", "search.html", "search.json"]


def test_it_shows_the_plans_and_leaves_page_document_and_table(
    program: Program, elsewhere: Path
) -> None:
    code, out, err = program("search", "river", *FEW)
    assert (code, err) == (0, "")
    for words in ("On the frontier", "Proposals of the case", "Step by step", "to type"):
        assert words in out
    assert "Page: river-search/search.html" in out
    assert sorted(path.name for path in (elsewhere / "river-search").iterdir()) == FILES


def test_json_is_one_document_and_leaves_nothing(program: Program, elsewhere: Path) -> None:
    code, out, err = program("search", "river", *FEW, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {"plans", "proposals", "asked", "course"} <= set(found)
    assert list(elsewhere.iterdir()) == []


def test_the_same_is_written_where_asked(program: Program, elsewhere: Path) -> None:
    _, out, _ = program("search", "river", *FEW, "--json", "--out", "there")
    assert (elsewhere / "there" / "search.json").read_text() == out


def test_conditions_are_kept(program: Program) -> None:
    _, out, _ = program(
        *("search", "river", *FEW, "--json", "--objective", "hold,exposure", "--fix", "gauges@1"),
        *("--forbid", "low_outlet", "--min", "accept=.3", "--max", "steps=4", "--phases", "2"),
    )
    found = json.loads(out)
    assert found["asked"]["objectives"] == ["hold", "exposure"]
    for plan in found["plans"]:
        assert "gauges" in plan["phases"]["1"]
        assert set(plan["phases"]) <= {"1", "2"}
        steps = [name for names in plan["phases"].values() for name in names]
        assert "low_outlet" not in steps
        assert len(steps) <= 4


def test_a_view_has_a_folder_of_its_own(program: Program, elsewhere: Path) -> None:
    few = ("--draws", "20", "--search-draws", "8", "--phases", "1", "--time", "0.5")
    code, out, _ = program("search", "korea-2019", "--view", "sceptical", *few)
    assert code == 0
    assert "under the view" in out
    assert (elsewhere / "korea-2019-sceptical-search" / "search.html").is_file()


def test_repairs_are_told_fewest_changes_first(program: Program, elsewhere: Path) -> None:
    arguments = ("search", "river", "--from", "delta_demand", "--changes", "2", *FEW)
    code, out, err = program(*arguments)
    assert (code, err) == (0, "")
    assert out.index("One change") < out.index("Two changes")
    _, out, _ = program(*arguments, "--json")
    repairs = json.loads(out)["repairs"]
    assert {"changes", "hold", "text", "plan", "before", "gain", "standard_error"} <= set(
        repairs[0]
    )
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "CASE is missing"),
        (("gone",), "there is no file and no built-in case 'gone'"),
        (("river", "--objective", "hlod"), "there is no figure 'hlod'; did you mean 'hold'?"),
        (("river", "--objective", "exposure.delt"), "did you mean 'exposure.delta'?"),
        (("river", "--objective", ","), "--objective needs names of figures"),
        (("river", "--fix", "guages"), "unknown measure 'guages'; did you mean 'gauges'?"),
        (("river", "--fix", "gauges@9"), "'gauges' is fixed in phase 9, but no plan may"),
        (("river", "--fix", "gauges@x"), "--fix 'gauges@x': write a measure, or MEASURE@PHASE"),
        (("river", "--fix", "gauges", "--forbid", "gauges"), "contradict each other"),
        (("river", "--fix", "gauges", "--fix", "gauges@2"), "--fix gauges is given twice"),
        (("river", "--min", "accept"), "such as --min accept=.8"),
        (("river", "--min", "accept=80"), "accept lies between 0 and 1"),
        (("river", "--min", "hold=.8", "--max", "hold=.2"), "leave nothing"),
        (("river", "--max", "hold=.2", "--max", "hold=.3"), "--max hold is given twice"),
        (("river", "--min", "stes=1"), "there is no figure 'stes'; did you mean 'steps'?"),
        (("river", "--phases", "9"), "phases can be 1 to 3, not 9"),
        (("river", "--time", "0"), "--time must be more than 0 seconds"),
        (("river", "--time", "nan"), "--time must be more than 0 seconds"),
        (("river", "--draws", "99999999999"), "--draws can be 2 to 1000000"),
        (("river", "--search-draws", "1"), "--search-draws can be 2 to 100000"),
        (("river", "--workers", "0"), "--workers must be 1 or more"),
        (("river", "--seed", "-1"), "seed must be 0 or more"),
        (("river", "--out", "."), "--out must name a folder of its own"),
        (("river", "--view", "none"), "has no view 'none'"),
        (("river", "--resume"), "there is no search to go on with in river-search"),
        (("river", "--resume", "--json"), "--resume with --json needs --out"),
        (("river", "--changes", "2"), "name it with --from"),
        (("river", "--proof-time", "5"), "add --prove"),
        (("river", "--prove", "--proof-time", "0"), "--proof-time must be more than 0"),
        (("river", "--prove", "--objective", "steps"), "for accept, keep or hold"),
        (("river", "--from", "step_by_stp"), "did you mean 'step_by_step'?"),
        (("river", "--from", "step_by_step", "--phases", "2"), "--phases does not go with --from"),
        (("river", "--from", "step_by_step", "--changes", "9"), "changes can be 4 at most"),
        (("river", "--from", "step_by_step", "--objective", "hold,keep"), "give one --objective"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    program: Program, elsewhere: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = program("search", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert list(elsewhere.iterdir()) == []


def test_where_no_plan_keeps_the_bounds_nothing_is_left(program: Program, elsewhere: Path) -> None:
    code, _, err = program("search", "river", *FEW, "--min", "saline_land=100000")
    assert code == 2
    assert err.startswith("no plan was found that keeps all bounds")
    assert list(elsewhere.iterdir()) == []


# --- stopping and going on -------------------------------------------------------------------


def test_when_time_is_up_it_shows_what_was_found_and_can_go_on(
    program: Program, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolve, "FEW", -1.0)  # else all plans are listed, in no time
    monkeypatch.setattr(evolve, "PATIENCE", 3)
    command = ("search", "river", *FEW)
    code, out, err = program(*command, "--time", "0.01")
    assert code == 0
    assert "time was up after" in " ".join(out.split())
    assert err.startswith("time was up after ")
    assert err.rstrip().endswith(
        "detente search river --draws 60 --search-draws 40 --seed 0 --resume"
    )
    assert (elsewhere / "river-search" / "search.state").is_file()
    _, resumed, _ = program(*command, "--resume")
    assert sorted(path.name for path in (elsewhere / "river-search").iterdir()) == FILES
    _, whole, _ = program(*command)
    assert resumed == whole


def test_a_search_goes_on_beside_a_lock_that_was_left(
    program: Program, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolve, "FEW", -1.0)  # else all plans are listed, in no time
    monkeypatch.setattr(evolve, "PATIENCE", 3)
    command = ("search", "river", *FEW)
    assert program(*command, "--time", "0.01")[0] == 0
    (elsewhere / "river-search" / LOCK).touch()
    code, _, err = program(*command, "--resume")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in (elsewhere / "river-search").iterdir()) == FILES


def test_when_time_is_up_before_any_plan_was_found_it_can_go_on(
    program: Program, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolve, "FEW", -1.0)  # else all plans are listed, in no time
    monkeypatch.setattr(evolve, "PATIENCE", 3)
    command = ("search", "river", *FEW, "--min", "saline_land=100000")
    state = elsewhere / "river-search" / "search.state"
    for more in ((), ("--resume",)):
        code, out, err = program(*command, *more, "--time", "0.01")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "no plan was found that keeps all bounds" in err
        assert err.rstrip().endswith(
            "; to go on: detente search river --min saline_land=100000.0 --draws 60"
            " --search-draws 40 --seed 0 --resume"
        )
        assert state.is_file()
    code, _, err = program("search", "river", *FEW, "--resume", "--time", "0.000001")
    assert code == 2
    assert "to go on" not in err  # it is of another search
    assert state.is_file()
    code, _, err = program(*command, "--resume")
    assert code == 2
    assert "to go on" not in err
    assert not state.exists()


def test_what_no_plan_exceeds_is_told_where_it_is_to_be_proved(
    program: Program, elsewhere: Path
) -> None:
    command = ("search", "river", *FEW, "--objective", "hold", "--prove", "--proof-time", "20")
    code, out, _ = program(*command, "--json")
    assert code == 0
    bound = json.loads(out)["bound"]
    assert bound["objective"] == "hold"
    assert bound["draws"] == 40
    assert bound["best"] <= bound["upper"]
    assert bound["gap"] == pytest.approx(bound["upper"] - bound["best"])
    assert bound["proved"] == (bound["gap"] < 1e-9)
    assert len(bound["truth"]["samples"]) == 10
    assert bound["truth"]["lower"] <= bound["truth"]["upper"]
    _, out, _ = program(*command)
    assert "of all plans there are" in " ".join(out.split())
    page = (elsewhere / "river-search" / "search.html").read_text(encoding="utf-8")
    assert "--objective hold --prove --draws 60" in " ".join(page.split())


def test_without_resume_it_begins_anew(program: Program, elsewhere: Path) -> None:
    (elsewhere / "river-search").mkdir()
    (elsewhere / "river-search" / "search.state").write_bytes(b"something old")
    code, _, err = program("search", "river", *FEW)
    assert (code, err) == (0, "")
    assert sorted(path.name for path in (elsewhere / "river-search").iterdir()) == FILES


def test_what_is_refused_leaves_an_earlier_search_as_it_was(
    program: Program, elsewhere: Path
) -> None:
    state = elsewhere / "river-search" / "search.state"
    state.parent.mkdir()
    state.write_bytes(b"something old")
    for more in (("--fix", "guages"), ("--resume",)):
        assert program("search", "river", *FEW, *more)[0] == 2
        assert state.read_bytes() == b"something old"
        assert len(list(state.parent.iterdir())) == 1


@pytest.mark.parametrize("more", [("--forbid", "nonsense"), ("--min", "saline_land=100000")])
def test_a_folder_that_was_there_stays_where_nothing_is_found(
    program: Program, elsewhere: Path, more: tuple[str, ...]
) -> None:
    (elsewhere / "empty").mkdir()
    assert program("search", "river", *FEW, *more, "--out", "empty")[0] == 2
    assert list((elsewhere / "empty").iterdir()) == []


@pytest.mark.slow
def test_ctrl_c_says_where_it_stands_and_how_it_goes_on(elsewhere: Path) -> None:
    words = [sys.executable, "-m", "detente", "search", "korea-2019", "--draws", "50"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    state = elsewhere / "korea-2019-search" / "search.state"
    end = time.monotonic() + 60
    while not state.exists() and time.monotonic() < end:
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err.count("\n") == 1
    assert err.startswith("interrupted ")
    assert err.rstrip().endswith("--resume")
    assert state.is_file()


def test_the_command_to_go_on_asks_for_the_same() -> None:
    asked = Asked(
        case="a case.yaml",
        objectives=("hold", "exposure.us"),
        least={"accept": 0.8},
        most={"steps": 5.0},
        fix={"a": None, "b": 2},
        forbid=("c",),
        phases=3,
        seconds=5.0,
        proof_seconds=20.0,
        views=("sceptical",),
        numbers=Numbers(100, 50, 1, 2),
    )
    assert asked.command(Path("there")) == (
        "detente search 'a case.yaml' --objective hold,exposure.us --min accept=0.8 --max steps=5.0"
        " --fix a --fix b@2 --forbid c --phases 3 --view sceptical --prove --proof-time 20.0"
        " --draws 100 --search-draws 50 --seed 1 --workers 2 --out there"
    )


def test_progress_says_what_is_known() -> None:
    sight = Sight(12, 5431, 8, {"hold": 0.3812, "weapons": -17.99}, 3, 25)
    assert in_words(sight) == (
        "generation 12, 5431 plans judged; best so far: hold 0.381, weapons -18;"
        " no better plan for 3 of 25 generations"
    )


def test_the_function_stays_the_function_whatever_is_imported() -> None:
    import detente.searching.results

    assert callable(detente.search)
    assert detente.search.__name__ == "search"
