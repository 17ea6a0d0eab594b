"""A bar on standard error, for work that takes its time in front of someone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

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
