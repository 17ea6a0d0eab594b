"""The program as its own process: signals, closed and broken pipes, encodings, speed."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "detente"]


def start(*tokens: str, **options: object) -> subprocess.Popen[bytes]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([*COMMAND, *tokens], **streams)  # type: ignore[call-overload, no-any-return]


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, (out or b"").decode(), (err or b"").decode()


def shell(line: str, **environment: str) -> tuple[int, str, str]:
    whole = " ".join(COMMAND)
    text = line.replace("detente", whole)
    process = subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
    )
    return ended(process)


def test_the_program_runs_as_a_module() -> None:
    code, out, err = ended(start("run", "river", "--draws", "20"))
    assert (code, err) == (0, "")
    assert "river-results/report.html" in out


@pytest.mark.parametrize("options", [(), ("--out", "deep/er")])
def test_ctrl_c_in_a_long_run_ends_it_quietly_and_leaves_no_file(
    elsewhere: Path, options: tuple[str, ...]
) -> None:
    process = start("run", "korea-2019", "--draws", "9000000", *options)
    time.sleep(1.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "interrupted\n")
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("seconds", [0.3, 0.5, 0.7, 0.9])
def test_ctrl_c_while_it_is_still_loading_ends_it_the_same_way(seconds: float) -> None:
    process = start("run", "korea-2019", "--draws", "9000000")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "interrupted\n")


def test_a_reader_that_goes_away_is_no_error_worth_a_word() -> None:
    code, out, err = shell("detente schema | head -n 1")
    assert (code, out, err) in {(141, "{\n", ""), (0, "{\n", "")}
    code, _, err = shell("detente run river --draws 9 | true")
    assert code in {0, 141}
    assert not err


@pytest.mark.parametrize(
    "line",
    [
        "cases",
        "schema",
        "run river --draws 9",
        "run river --draws 9 --json",
        "--help",
        "run --help",
        "--version",
    ],
)
def test_a_full_standard_output_is_said_in_one_line(line: str) -> None:
    answer = (2, "", "standard output cannot be written: No space left on device\n")
    assert shell(f"detente {line} > /dev/full") == answer


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_obstacle(closed: str, elsewhere: Path) -> None:
    code, _, err = shell(f"detente run river --draws 9 {closed}")
    assert (code, err) == (0, "")
    assert json.loads((elsewhere / "river-results" / "run.json").read_text())["draws"] == 9


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_a_screen_without_unicode_gets_plain_signs(environment: dict[str, str]) -> None:
    code, out, err = shell("detente run river --draws 200 --json=false", **environment)
    assert (code, err) == (0, "")
    assert out.isascii()
    assert "worth -100 to 100 to a constituency" in " ".join(out.split())
    code, out, err = shell("detente --help", **environment)
    assert (code, err) == (0, "")
    assert out.isascii()


def on_a_terminal(line: str, **environment: str) -> str:
    """Run *line* with standard output and error on a terminal; return what it shows."""
    main, child = pty.openpty()
    words = [*COMMAND, *line.split()]
    env = os.environ | {"TERM": "xterm-256color"} | environment
    with subprocess.Popen(words, stdout=child, stderr=child, env=env):
        os.close(child)
        shown = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            if not piece:
                break
            shown += piece
    os.close(main)
    return shown.decode()


def test_colour_is_for_terminals_that_want_it() -> None:
    assert "\x1b[1m" in on_a_terminal("run river --draws 9")
    assert "\x1b" not in on_a_terminal("run river --draws 9", TERM="dumb")


def test_colour_of_no_kind_where_no_color_is_set() -> None:
    codes = re.findall(r"\x1b\[([\d;]*)m", on_a_terminal("run river --draws 9", NO_COLOR="1"))
    assert not [code for code in codes if re.search(r"(^|;)[349]\d", code)]


def test_a_long_run_shows_progress_on_a_terminal_and_takes_it_away() -> None:
    shown = on_a_terminal("run korea-2019 --draws 12000 --proposal rok_good_enough --json")
    document = shown[shown.index("{") :]
    assert json.loads(document)["draws"] == 12000
    assert "judging" not in document
