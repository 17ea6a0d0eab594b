"""A bar on standard error, for work that takes its time in front of someone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from detente.bulk.dataset import RunStage
from detente.searching.bounding import Stage
from detente.searching.search import Sight

#: Seconds of silence.
PATIENCE = 1.0


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, of how many) that shows a bar after :data:`PATIENCE`.

    Only where standard error is a terminal; nothing of the bar stays.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None  # noqa: ARG005 (called by position)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    task = bar.add_task(what)
    start = monotonic()

    def report(done: int, total: int) -> None:
        if monotonic() - start > PATIENCE:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        bar.stop()


@contextmanager
def bulk_progress() -> Iterator[Callable[[RunStage], None]]:
    """Yield a function of how far a big run is that shows it, with the time that is left."""
    if not sys.stderr.isatty():
        yield lambda stage: None  # noqa: ARG005 (called by position)
        return
    columns = (
        TextColumn("judging"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
    )
    bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    task = bar.add_task("")
    bar.start()

    def report(stage: RunStage) -> None:
        words = time_left(stage.remaining)
        bar.update(task, completed=stage.done, total=stage.total, description=words)

    try:
        yield report
    finally:
        bar.stop()


def time_left(seconds: float | None) -> str:
    """Say how long it will take, no more precisely than that can be known."""
    if seconds is None:
        return "time left: not known yet"
    if seconds < 55:
        return f"about {max(5, round(seconds / 5) * 5)} s left"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"about {minutes} min left"
    return f"about {minutes // 60} h {minutes % 60 // 5 * 5} min left"


@contextmanager
def search_progress() -> Iterator[Callable[[Sight | Stage], None]]:
    """Yield a function of where a search or a proof stands that shows it, with the time passed.

    How long a search takes is not known; it ends after some generations without anything better.
    """
    if not sys.stderr.isatty():
        yield lambda sight: None  # noqa: ARG005 (called by position)
        return
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    line = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    task = line.add_task("searching")
    line.start()
    try:
        yield lambda seen: line.update(task, description=in_words(seen))
    finally:
        line.stop()


def in_words(sight: Sight | Stage) -> str:
    """Say where a search or a proof stands; figures are those of its own draws, which flatter."""
    if isinstance(sight, Stage):
        return (
            f"proving: no plan has more than {sight.upper:.3f}, best known {sight.best:.3f};"
            f" {sight.nodes} groups of plans looked at"
        )
    best = ", ".join(f"{name} {value:.3g}" for name, value in sight.best.items())
    return (
        f"generation {sight.generation}, {sight.judged} plans judged; best so far: {best};"
        f" no better plan for {min(sight.idle, sight.patience)} of {sight.patience} generations"
    )
