"""Work in processes of their own: where threads would wait for one another.

Sampling and summing hold the interpreter lock, so two threads are hardly faster than one. Each
process here is a fresh interpreter that runs :func:`serve` and nothing else. Unlike those of
:mod:`multiprocessing` it does not load the caller's script a second time (which would have to be
written for that), it ends with its parent, however that ends, and if it is lost itself, another
takes its place and does the same work again.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any, Generic, TypeVar

from detente.errors import WorkError
from detente.folders import reason

Part = TypeVar("Part")

#: So often a process may be lost at the same work.
PATIENCE = 3
# Only sys, which is built in, is loaded before the path is the parent's.
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from detente.verdict.processes import serve; serve()"
)


class Processes(Generic[Part]):
    """Processes that do one kind of work; used like an executor.

    Args:
        work: What is done; it is pickled and sent once to each process.
        count: How many processes; each is started when it is first needed.
    """

    def __init__(self, work: Callable[..., Part], count: int) -> None:
        self._work = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="detente-process")
        self._idle: SimpleQueue[_Process | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._running: set[_Process] = set()
        self._closed = False
        for _ in range(count):
            self._idle.put(None)

    def submit(self, *arguments: object) -> Future[Part]:
        """Have the work done with *arguments*, which are pickled.

        The future raises what the work raises, and WorkError where its process was lost
        :data:`PATIENCE` times.
        """
        return self._threads.submit(self._call, arguments)

    def shutdown(self) -> None:
        """End all processes at once, whatever they are at; nothing is waited for."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _call(self, arguments: tuple[object, ...]) -> Part:
        for _ in range(PATIENCE):
            process = self._idle.get() or self._started()
            try:
                answer: Part = process.call(arguments)
            except _LostError:
                self._drop(process)
                if self._closed:
                    break
            except BaseException:
                self._idle.put(process)
                raise
            else:
                self._idle.put(process)
                return answer
        raise WorkError(
            f"a worker process ended {PATIENCE} times at the same work, perhaps for want of memory:"
            " fewer workers need less"
        )

    def _started(self) -> _Process:
        with self._lock:
            if self._closed:
                self._idle.put(None)
                raise WorkError("the work was stopped")
            try:
                process = _Process(self._work)
            except OSError as error:
                self._idle.put(None)
                raise WorkError(f"no worker process can be started: {reason(error)}") from error
            self._running.add(process)
            return process

    def _drop(self, process: _Process) -> None:
        with self._lock:
            self._running.discard(process)
        process.end()
        self._idle.put(None)


class _LostError(Exception):
    """A process that is gone."""


class _Process:
    """One process and the pipes to it."""

    def __init__(self, work: bytes) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (this interpreter)
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is for the parent alone
        )
        self._requests: IO[bytes] = self._process.stdin  # type: ignore[assignment]
        self._answers: IO[bytes] = self._process.stdout  # type: ignore[assignment]
        self._work: bytes | None = work

    def call(self, arguments: tuple[object, ...]) -> Any:  # noqa: ANN401 (what the work returns)
        """Return what the work makes of *arguments*, or raise what it raises."""
        request = pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL)
        try:
            if self._work is not None:
                self._requests.write(self._work)
                self._work = None
            self._requests.write(request)
            self._requests.flush()
            done, answer = pickle.load(self._answers)  # noqa: S301 (of our own process)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise _LostError from error
        if not done:
            raise answer
        return answer

    def end(self) -> None:
        """Kill the process and forget it."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with suppress(OSError):  # what was not sent any more
            self._requests.close()


def serve() -> None:
    """Do the work that comes in on standard input, one request after another, until it ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not come between the answers
    try:
        work = pickle.load(requests)  # noqa: S301 (of our own parent)
    except (EOFError, OSError, pickle.UnpicklingError):  # the parent is gone
        os._exit(0)
    waiting: SimpleQueue[tuple[object, ...]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while True:
        answer = _answer(work, waiting.get())
        try:
            answers.write(answer)
            answers.flush()
        except OSError:  # nobody is there to read it
            return


def _listen(requests: IO[bytes], waiting: SimpleQueue[tuple[object, ...]]) -> None:
    """Pass requests on; end this process, in the middle of its work, where the parent is gone."""
    while True:
        try:
            waiting.put(pickle.load(requests))  # noqa: S301 (of our own parent)
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)


def _answer(work: Callable[..., object], arguments: tuple[object, ...]) -> bytes:
    """Return (True, what the work returns) or (False, what it raises), pickled."""
    try:
        return pickle.dumps((True, work(*arguments)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 (raised again in the parent)
        try:
            raised = pickle.dumps((False, error))
            pickle.loads(raised)  # noqa: S301 (just made)
        except Exception:  # noqa: BLE001 (some errors cannot be pickled, or not be read again)
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return raised
