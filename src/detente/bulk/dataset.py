"""A big run from end to end: task by task into a folder, from where it was, to its results."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from time import monotonic
from typing import Any

from detente.bulk.request import Request, Task, versions
from detente.bulk.store import SUMMARY, Store
from detente.bulk.work import Job
from detente.bulk.workers import Cluster, Local, Workers
from detente.case.arguments import as_list, as_mapping, as_path
from detente.case.domain import Case, Plan
from detente.case.fields import AS_WRITTEN
from detente.case.load import load_views
from detente.case.views import ViewSource
from detente.draws.draw import whole
from detente.errors import OutputError, RequestError, WorkError
from detente.folders import locked
from detente.verdict.blocks import PROCESSORS
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult

__all__ = ["RunDataset", "RunStage", "run_dataset"]

#: Tasks under way or waiting, for each that is done at a time: nobody waits for the next one.
AHEAD = 2
#: Tasks of this call from which on its pace says something.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class RunStage:
    """How far a big run is. Work is counted in draws times plans times views."""

    done: int  #: what is done
    total: int  #: what there is to do
    before: int  #: what was done before this call, and is not done again
    pieces: int  #: pieces of work that were done in this call
    seconds: float  #: since this call began to work

    @property
    def remaining(self) -> float | None:
        """Seconds that are left at the mean pace of this call; None where too little is done."""
        if self.pieces < ENOUGH or self.done <= self.before:
            return None
        return self.seconds / (self.done - self.before) * (self.total - self.done)


Report = Callable[[RunStage], None]


@dataclass(frozen=True, slots=True)
class RunDataset:
    """A big run that is done, and the folder that holds it.

    ``draws/*.parquet`` there hold the figures of each draw, where they are kept, and
    ``summary.parquet`` a row for each view and plan: any program that reads Parquet opens them.
    """

    folder: Path  #: where it lies
    case: Case = field(repr=False)  #: what was judged, under the first view
    views: tuple[str, ...]  #: ids of the views
    plans: tuple[str, ...] = field(repr=False)  #: ids of the plans
    draws: int  #: number of draws
    seed: int  #: which sequence of draws
    keeps_draws: bool  #: whether the figures of each draw are kept
    #: what :func:`detente.run` or :func:`detente.run_views` return; None where plans are many
    result: RunResult | ViewsResult | None = field(repr=False)

    def summary(self) -> dict[str, list[Any]]:
        """Return the summary as plain columns: a row for each view and plan.

        Returns:
            By name of column a list with an entry for each row.

        Raises:
            OutputError: where it is not there any more.
        """
        import duckdb  # noqa: PLC0415 (takes time to load)

        from detente.parquet import database  # noqa: PLC0415 (loads it)

        path = (self.folder / SUMMARY).absolute()  # DuckDB takes ~ for a home
        try:
            with database() as own:
                found = own.read_parquet(escape(str(path)))
                rows = found.fetchall()
                return {name: [row[i] for row in rows] for i, name in enumerate(found.columns)}
        except duckdb.Error as error:
            raise OutputError(f"{path} cannot be read: the same command makes it again") from error


def run_dataset(
    case: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    views: Sequence[ViewSource] = (AS_WRITTEN,),
    draws: int = 10_000,
    seed: int = 0,
    proposals: Sequence[str | Plan] | None = None,
    plans: Mapping[str, Plan] | None = None,
    keep_draws: bool = True,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Report | None = None,
) -> RunDataset:
    """Judge plans of *case* piece by piece into *folder*, going on where an earlier call was.

    Memory grows with neither draws nor plans. However often it is interrupted, by whatever, the
    same call goes on with what is not done, and the files at the end are the same, byte for byte.
    More draws extend what is there.

    Args:
        case: Where to load the case from: a path or the name of a built-in case.
        folder: Where to keep it, a folder of its own; made where it is missing.
        views: Names of views of the case, or files of overrides; the case as written by default.
        draws: Number of draws, as in :func:`detente.run`.
        seed: Which sequence of draws.
        proposals: Ids of proposals, or plans of your own; all proposals, unless *plans* are given.
        plans: Plans by the names they go by, judged after *proposals*.
        keep_draws: Whether to keep figures of each draw, not only sums.
        workers: Processes, at most one for each processor; all by default.
        scheduler: Address of the scheduler of a Dask cluster that does the work instead.
        progress: Called with how far it is, at the start and after each piece of work.

    Returns:
        The folder with what is in it; all verdicts too, where plans are few.

    Raises:
        CaseError: For files that cannot be used, with every problem of all.
        PlanError: For a plan that does not fit the case.
        RequestError: For arguments that make no sense, a folder with something else in it or in
            which another call is at work, and a scheduler that cannot be reached or whose workers
            have other versions.
        OutputError: Where the folder cannot be written to; what is there is kept.
        WorkError: Where workers or scheduler are lost for good; what is done is kept.
    """
    request = Request.of(
        load_views(as_path("case", case), as_list("views", views)),
        draws=draws,
        seed=seed,
        proposals=proposals,
        plans=None if plans is None else _plans(plans),
        keeps_draws=keep_draws,
    )
    where = Path(as_path("folder", folder, "a path"))
    return carried_out(request, where, workers, scheduler, progress)


def _plans(given: Mapping[str, Plan]) -> dict[str, Plan]:
    plans = as_mapping("plans", given)
    for name, plan in plans.items():
        if not isinstance(plan, Plan):
            raise RequestError(
                f"plan {name!r} must be a Plan, such as parse_plan and read_plans return"
            )
    return plans


def carried_out(
    request: Request,
    folder: Path,
    workers: int | None,
    scheduler: str | None,
    progress: Report | None,
) -> RunDataset:
    """Do what *request* asks for, as :func:`run_dataset` says."""
    if workers is not None and scheduler is not None:
        raise RequestError("the workers are those of the scheduler: give one or the other")
    count = PROCESSORS if workers is None else min(whole("workers", workers, 1), PROCESSORS)
    # Tables take time to load, which a refusal should not.
    from detente.bulk.summary import whole_result, write_plans, write_summary  # noqa: PLC0415

    with locked(folder, "big run", "folder"):
        store = Store(folder, request)
        done = store.open()
        write_plans(store)
        _work(store, done, count, scheduler, progress or _silent)
        result = whole_result(store)
        write_summary(store, result)
        store.close()
    return RunDataset(
        folder,
        request.cases[0],
        request.views,
        request.ids,
        request.draws,
        request.seed,
        request.keeps_draws,
        result,
    )


def _work(store: Store, done: set[Task], count: int, scheduler: str | None, report: Report) -> None:
    """Do all tasks that are not done."""
    todo = [task for task in store.tasks if task not in done]
    pace = _Pace(store.request.size, sum(task.size for task in done), report)
    if not todo:
        return
    job = Job(store.request, versions())
    try:
        workers: Workers = Local(job, count) if scheduler is None else Cluster(job, scheduler)
        try:
            _finish(store, todo, workers, pace)
        finally:
            workers.shutdown()
    except WorkError as error:
        raise WorkError(
            f"{error}; {len(store.parts)} of {len(store.tasks)} pieces of work are kept in"
            f" {store.folder}, and the same command goes on with the rest"
        ) from error
    finally:
        with suppress(OutputError):  # said already, if that is why it ends
            store.close()


def _finish(store: Store, tasks: Sequence[Task], workers: Workers, pace: _Pace) -> None:
    """Have *tasks* done, a few at a time, and keep what they yield as it comes."""
    todo, waiting = deque(tasks), dict[Future[Any], Task]()
    while todo or waiting:
        while todo and len(waiting) < AHEAD * workers.count:
            task = todo.popleft()
            waiting[workers.submit(task)] = task
        finished, _ = wait(waiting, timeout=1.0, return_when=FIRST_COMPLETED)
        workers.check()
        for future in finished:
            task = waiting.pop(future)
            store.save(task, workers.take(future))
            pace.step(task)


class _Pace:
    """How far the work is, told to *report*."""

    def __init__(self, total: int, before: int, report: Report) -> None:
        self.total, self.before, self.report = total, before, report
        self.done, self.pieces, self.begun = before, 0, monotonic()
        self.tell()

    def step(self, task: Task) -> None:
        """Count *task* as done."""
        self.done += task.size
        self.pieces += 1
        self.tell()

    def tell(self) -> None:
        """Report."""
        seconds = monotonic() - self.begun
        self.report(RunStage(self.done, self.total, self.before, self.pieces, seconds))


def _silent(stage: RunStage) -> None:
    """Tell nobody."""
