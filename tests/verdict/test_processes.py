"""Processes of our own: what they return and raise, and what follows when they are lost."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from detente import RequestError, WorkError
from detente.case.domain import Case
from detente.verdict import blocks
from detente.verdict.processes import PATIENCE, Processes
from detente.verdict.run import BLOCK, run
from detente.verdict.tally import CHUNK

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def double(number: int) -> int:
    return 2 * number


def process_id() -> int:
    return os.getpid()


def refuse(what: str) -> None:
    sys.stdout.write("noise that must not come between the answers\n")
    raise RequestError(what)


class StubbornError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(one + two)


def fail_in_words_that_cannot_be_read() -> None:
    raise StubbornError(1, 2)


@dataclass(frozen=True)
class Fatal:
    """Kills its own process as long as there is a file left to remove."""

    folder: Path

    def __call__(self) -> str:
        for path in self.folder.iterdir():
            path.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return "survived"


def test_work_is_done_elsewhere_in_as_many_processes_as_asked_for() -> None:
    processes = Processes(double, 2)
    try:
        futures = [processes.submit(i) for i in range(20)]
        assert [future.result(30) for future in futures] == [2 * i for i in range(20)]
    finally:
        processes.shutdown()
    others = Processes(process_id, 2)
    try:
        found = {others.submit().result(30) for _ in range(20)}
    finally:
        others.shutdown()
    assert os.getpid() not in found
    assert len(found) <= 2


def test_what_the_work_raises_is_raised_here() -> None:
    processes = Processes(refuse, 1)
    try:
        with pytest.raises(RequestError, match="so it is"):
            processes.submit("so it is").result(30)
        with pytest.raises(RequestError, match="again"):
            processes.submit("again").result(30)
    finally:
        processes.shutdown()
    strange = Processes(fail_in_words_that_cannot_be_read, 1)
    try:
        with pytest.raises(RuntimeError, match="StubbornError: 3"):
            strange.submit().result(30)
    finally:
        strange.shutdown()


def test_a_process_that_is_lost_is_replaced_and_its_work_done_again(tmp_path: Path) -> None:
    for i in range(PATIENCE - 1):
        (tmp_path / str(i)).touch()
    processes = Processes(Fatal(tmp_path), 1)
    try:
        assert processes.submit().result(30) == "survived"
        for i in range(PATIENCE):
            (tmp_path / str(i)).touch()
        with pytest.raises(WorkError, match="ended 3 times at the same work"):
            processes.submit().result(30)
        assert processes.submit().result(30) == "survived"
    finally:
        processes.shutdown()


def test_a_process_that_cannot_be_started_is_a_failure_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse_to_start(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse_to_start)
    processes = Processes(double, 1)
    try:
        for _ in range(2):  # the place of the process is not lost with it
            with pytest.raises(WorkError, match="no worker process can be started: Resource"):
                processes.submit(1).result(30)
    finally:
        processes.shutdown()


PARENT = """
import sys, time
from detente.verdict.processes import Processes
processes = Processes(time.sleep, 1)
processes.submit(0).result()
(process,) = processes._running
print(process._process.pid, flush=True)
processes.submit(60).result()
"""


def test_a_process_ends_with_its_parent_even_if_that_is_killed() -> None:
    words = [sys.executable, "-c", PARENT]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not is_running(child):
            return
        time.sleep(0.1)
    pytest.fail("it goes on without a parent")


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_processes_give_the_same_bits_as_threads(
    river: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = CHUNK * BLOCK + 3 * BLOCK + 5
    threads = run(river, draws=draws, workers=2)
    monkeypatch.setattr(blocks, "LONG", 0.0)
    monkeypatch.setattr(blocks, "PROCESSORS", 2)
    made: list[Processes[object]] = []
    begin = Processes.__init__

    def count(self: Processes[object], *words: object) -> None:
        made.append(self)
        begin(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(Processes, "__init__", count)
    processes = run(river, draws=draws, workers=2)
    assert len(made) == 1
    assert processes.verdicts == threads.verdicts == run(river, draws=draws, workers=1).verdicts
