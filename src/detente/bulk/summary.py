"""From the sums of all tasks to verdicts, and to tables of plans, views and results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from detente.bulk.request import Request, Task
from detente.bulk.store import SUMMARY, Store
from detente.case.fields import AS_WRITTEN
from detente.case.plans import plan_text
from detente.draws.sampler import Sampler
from detente.parquet import Database, file_of, insert, quoted
from detente.verdict.conclusions import conclusions
from detente.verdict.results import RunResult, Verdict
from detente.verdict.rows import TABLES, Row
from detente.verdict.run import provenance, refuse_overflow, verdicts_on
from detente.verdict.tally import Tally, add_up
from detente.verdict.views import ViewsResult


def whole_result(store: Store) -> RunResult | ViewsResult | None:
    """Return what :func:`detente.run` would, bit for bit; None where that would be too much."""
    request = store.request
    if not request.is_small:
        return None
    results = {}
    for view, name in enumerate(request.views):
        totals = [t for _, _, found in _totals(store, view) for t in found]
        structure, chosen = request.structures[view], request.proposals[view]
        certain = not Sampler(structure.case).inputs
        found = tuple(verdicts_on(structure, chosen, totals, certain=certain))
        results[name] = _result(store, view, found, certain=certain)
    if len(results) == 1:
        return next(iter(results.values()))
    return ViewsResult(results, conclusions(results))


def pieces(store: Store, view: int) -> Iterator[RunResult]:
    """Yield verdicts under one view, a few plans at a time; they are not compared."""
    request, structure = store.request, store.request.structures[view]
    certain = not Sampler(structure.case).inputs
    for begin, end, totals in _totals(store, view):
        chosen = request.proposals[view][begin:end]
        found = tuple(verdicts_on(structure, chosen, totals, certain=certain, compared=False))
        yield _result(store, view, found, certain=certain)


def _totals(store: Store, view: int) -> Iterator[tuple[int, int, list[Tally]]]:
    """Yield (first plan, plan after the last, their tallies over all draws), in order."""
    groups: dict[int, list[Task]] = {}
    for task in store.tasks:  # in order of the draws
        if task.view == view:
            groups.setdefault(task.begin, []).append(task)
    for begin, tasks in groups.items():
        totals: list[Tally] = []
        for task in tasks:
            add_up(totals, store.tallies(task))
        refuse_overflow(totals)
        yield begin, tasks[0].end, totals


def _result(store: Store, view: int, verdicts: tuple[Verdict, ...], *, certain: bool) -> RunResult:
    request, case = store.request, store.request.cases[view]
    return RunResult(case, certain, provenance(case, request.draws, request.seed), verdicts)


# --- tables -------------------------------------------------------------------------------


def write_plans(store: Store) -> None:
    """Write the tables of plans and views into the folder."""
    request = store.request
    plans: list[Row] = [
        (name, proposal.id, proposal.name, plan_text(proposal.plan))
        for name, found in zip(request.views, request.proposals, strict=True)
        for proposal in found
    ]
    views: list[Row] = [
        (name, None if case.view is None else case.view.name, case.hash)
        for name, case in zip(request.views, request.cases, strict=True)
    ]
    for name, titles, rows in (
        ("plans", ("view", "plan", "name", "text"), plans),
        ("views", ("view", "name", "case_hash"), views),
    ):
        store.write(f"{name}.parquet", _parquet(dict.fromkeys(titles, "VARCHAR"), [rows]))


def write_summary(store: Store, result: RunResult | ViewsResult | None) -> Path:
    """Write a row for each view and plan, and return where."""
    found: Iterable[RunResult]
    if result is None:
        found = (piece for view in range(len(store.request.cases)) for piece in pieces(store, view))
    else:
        found = [result] if isinstance(result, RunResult) else result.results.values()
    columns = summary_columns(store.request)
    return store.write(SUMMARY, _parquet(columns, (list(_rows(piece, columns)) for piece in found)))


def summary_columns(request: Request) -> dict[str, str]:
    """Return the columns of the summary with their SQL types.

    They are those of the table of proposals, then means of what the figures of draws are called.
    """
    found = {"view": "VARCHAR", "plan": "VARCHAR"}
    found |= {column.name: column.kind for column in _PROPOSALS.own[1:]}
    for name in request.columns:
        kind, _, _ = name.partition("_")
        if kind in _MEANS:
            found |= {f"{name}{end}": "DOUBLE" for end in _MEANS[kind]}
    return found


def _rows(result: RunResult, columns: Mapping[str, str]) -> Iterator[Row]:
    view = AS_WRITTEN if result.case.view is None else result.case.view.id
    names = [column.name for column in _PROPOSALS.own[1:]]
    for verdict_, (plan, *row) in zip(result.verdicts, _PROPOSALS.make(result), strict=True):
        known = {"view": view, "plan": plan, **dict(zip(names, row, strict=True))}
        known |= {f"yes_{name}": share for name, share in verdict_.accept_by.items()}
        known |= {f"value_{name}": mean for name, mean in verdict_.value.items()}
        known |= {f"exposure_{name}": mean for name, mean in verdict_.exposure.items()}
        for name, change in verdict_.outcomes.items():
            ends = (change.mean, change.standard_error, change.p5, change.p95)
            own = [f"outcome_{name}{end}" for end in _MEANS["outcome"]]
            known |= dict(zip(own, ends, strict=True))
        yield tuple(known.get(name) for name in columns)


_PROPOSALS = next(table for table in TABLES if table.name == "proposals")
#: By beginning of a column of figures what stands in the summary of it.
_MEANS = {
    "yes": ("",),
    "value": ("",),
    "exposure": ("",),
    "outcome": ("", "_error", "_p5", "_p95"),
}


def _parquet(columns: Mapping[str, str], pieces: Iterable[Sequence[Row]]) -> bytes:
    """Return a table as a Parquet file, of which the rows come piece by piece."""

    def made(database: Database) -> str:
        for rows in pieces:
            insert(database, "found", columns, rows)
        return quoted("found")

    return file_of(made)
