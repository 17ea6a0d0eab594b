"""A big run in the terminal, and as a document, where its plans are too many to show them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.bulk.dataset import RunDataset
from detente.report.answer import case_title
from detente.report.figures import count, share, share_range
from detente.report.terminal import screen
from detente.report.terminal_views import views_screen
from detente.report.text import clean
from detente.verdict.results import Estimate, RunResult

__all__ = ["dataset_document", "dataset_screen"]

#: So many of the plans are shown.
SHOWN = 20
_FIGURES = {"accept": "accepted", "keep": "kept", "hold": "accepted and kept"}


def dataset_screen(found: RunDataset, written: Sequence[Path] = ()) -> RenderableType:
    """Return what a terminal shows of *found*: the result of a run, or the best of many plans.

    Args:
        found: what :func:`detente.run_dataset` returned.
        written: the files of the report, if it was written, the report first.
    """
    notes = [Padding(Text(note), (0, 1)) for note in _notes(found)]
    if found.result is None:
        return Group(*_head(found), Padding(_table(found), (0, 1)), *notes)
    if isinstance(found.result, RunResult):
        return Group(screen(found.result, written), *notes)
    return Group(views_screen(found.result, written), *notes)


def dataset_document(found: RunDataset) -> dict[str, Any]:
    """Return *found*, of which the plans are many, as plain data that JSON can hold."""
    return {
        "case": found.case.name,
        "draws": found.draws,
        "seed": found.seed,
        "dataset": str(found.folder),
        "views": list(found.views),
        "plans": len(found.plans),
        "best": [
            {"plan": plan, **{name: estimate.mean for name, estimate in estimates.items()}}
            for plan, estimates in _best(found)
        ],
    }


def _head(found: RunDataset) -> Iterator[RenderableType]:
    facts = [
        clean(found.case.name),
        f"{count(found.draws)} draw{'s' * (found.draws > 1)}, seed {found.seed}",
        f"{count(len(found.plans))} plans",
    ]
    if len(found.views) > 1:
        facts.append(f"{len(found.views)} views, {clean(found.views[0])} shown")
    title = Text(case_title(found.case), style="bold")
    yield Padding(Text("\n").join([title, Text(" · ".join(facts))]), (1, 1))


def _table(found: RunDataset) -> Table:
    table = Table(
        Column("plan", overflow="fold", ratio=1),
        *(Column(title, justify="right", max_width=14) for title in _FIGURES.values()),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for plan, estimates in _best(found):
        cells = [Text(_in_words(estimates[name])) for name in _FIGURES]
        table.add_row(Text(clean(plan)), *cells)
    return table


def _in_words(estimate: Estimate) -> str:
    figure = share(estimate)
    between = "" if figure.bound else share_range(estimate)
    return f"{figure.symbol} ({between})" if between else figure.symbol


def _best(found: RunDataset) -> list[tuple[str, dict[str, Estimate]]]:
    """Return the plans that hold most often under the first view, and how they fare."""
    rows = found.summary()
    first = [i for i, view in enumerate(rows["view"]) if view == found.views[0]]
    first.sort(key=lambda i: -rows["hold"][i])

    def estimate(name: str, i: int) -> Estimate:
        interval = (rows[f"{name}_low"][i], rows[f"{name}_high"][i])
        return Estimate(rows[name][i], rows[f"{name}_error"][i], interval)

    return [
        (rows["plan"][i], {name: estimate(name, i) for name in _FIGURES}) for i in first[:SHOWN]
    ]


def _notes(found: RunDataset) -> Iterator[str]:
    if found.result is None:
        yield (
            f"Out of 100 draws, with 95 % interval; the {min(SHOWN, len(found.plans))} plans that hold"
            f" most often of {count(len(found.plans))}. All are in summary.parquet, a row each."
        )
    kept = "every draw of every plan in draws/*.parquet" if found.keeps_draws else "sums only"
    yield f"Dataset: {clean(str(found.folder))} ({kept})"
