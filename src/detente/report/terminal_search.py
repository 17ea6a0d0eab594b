"""A search in the terminal: the plans side by side, then step by step, then what to beware of."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.report.answer import case_title
from detente.report.figures import count
from detente.report.searching import Cell, Row, Searched, searched
from detente.report.shortening import shortened
from detente.report.text import clean
from detente.searching.results import SearchResult

__all__ = ["search_screen"]

_GROUPS = {
    "frontier": "On the frontier",
    "alternative": "Close to these, by other steps or phases",
    "reference": "Reference points",
    "proposal": "Proposals of the case",
}
#: Of more figures, only the numbers are shown.
MOST_INTERVALS = 3
_LIMITS = (
    "Shares are of draws from the assumptions in this case, not probabilities of events in the"
    " world. A search finds what these assumptions reward, their mistakes included: look at what"
    " a plan rests on before you trust it. See “Limits of the model” in the documentation."
)


def search_screen(result: SearchResult, written: Sequence[Path] = ()) -> RenderableType:
    """Return what a terminal shows of *result*.

    Args:
        result: what :func:`detente.search` returned.
        written: the files that were written, if any.
    """
    found = searched(_shortened(result))
    notes = [
        *found.notes,
        *found.proof,
        _LIMITS,
        f"Why {found.first.name} fares as it does: {found.explain}",
    ]
    return Group(
        _head(result, found),
        Padding(_table(found), (0, 1)),
        Padding(Text(_legend(found), style="dim"), (0, 1, 1, 1)),
        Padding(Text("Step by step", style="bold underline"), (0, 1, 1, 1)),
        *(part for row in found.rows for part in _steps(row)),
        *(Padding(Text(note), (0, 1)) for note in [*notes, *_files(written)]),
    )


def _shortened(result: SearchResult) -> SearchResult:
    """Return *result* with names that a terminal can bear."""
    judged = {name: shortened(run, times=30) for name, run in result.judged.items()}
    return replace(result, case=next(iter(judged.values())).case, judged=judged)


def _head(result: SearchResult, found: Searched) -> RenderableType:
    run = result.run.provenance
    facts = [clean(result.case.name), f"{count(run.draws)} draws, seed {run.seed}"]
    if result.run.certain:
        facts.append("every number is certain: all draws are the same")
    title = Text(case_title(result.case), style="bold")
    lines = [title, Text(" · ".join(facts)), Text(found.asked)]
    lines += [Text(found.warning, style="bold")] if found.warning else []
    return Padding(Text("\n").join(lines), (1, 1))


def _table(found: Searched) -> Table:
    table = Table(
        Column("plan", overflow="fold", ratio=1, min_width=16),
        *(_right(head.name, 11 if _crowded(found) else 24) for head in found.heads),
        _right("phases / steps", 8),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    kind = ""
    for row in [*found.rows, *found.proposals]:
        if row.kind != kind:
            table.add_row(Text(_GROUPS[row.kind], style="italic"))
            kind = row.kind
        table.add_row(
            _name(row), *(_cell(cell, bare=_crowded(found)) for cell in row.cells), Text(row.extent)
        )
    return table


def _right(title: str, room: int) -> Column:
    return Column(Text(title), justify="right", overflow="fold", max_width=room)


def _name(row: Row) -> Text:
    text = Text(f"  {row.name}")
    if row.near:
        text.append(f" (near {row.near})", style="dim")
    if row.marks:
        text.append(f" {' '.join(row.marks)}")
    return text


def _cell(cell: Cell, *, bare: bool) -> Text:
    text = Text(cell.symbol)
    if cell.between and not bare:
        text.append(f" ({cell.between})", style="dim")
    return text


def _crowded(found: Searched) -> bool:
    """Whether there are more figures than have room beside their intervals."""
    return len(found.heads) > MOST_INTERVALS


def _legend(found: Searched) -> str:
    better = [f"{head.name}: {head.better}" for head in found.heads if head.better]
    shares = "Shares out of 100. " if any(head.unit for head in found.heads) else ""
    ways = f" {'. '.join(better)}." if better else ""
    intervals = "In brackets: 95 % intervals, for all at once."
    if _crowded(found):
        intervals = (
            "Intervals, left out here for want of room, stand on the page and in the document."
        )
    return (
        f"{shares}{intervals}{ways} On the frontier: in the draws of"
        " the search no plan that was found is better in everything looked for; in the fresh ones,"
        " shown here, another may come out a little ahead."
    )


def _steps(row: Row) -> Iterator[RenderableType]:
    title = Text(row.name, style="bold")
    if row.same_as:
        title.append(f"  the same steps as “{row.same_as}”", style="dim not bold")
    yield Padding(title, (0, 1))
    lines = Table.grid(
        Column(overflow="fold", min_width=12, max_width=22),
        Column(overflow="fold", ratio=1),
        padding=(0, 2, 0, 0),
        expand=True,
    )
    if row.base:
        lines.add_row(Text(f"as {row.base}", style="dim"), Text(_capital("; ".join(row.differs))))
    else:
        for column in row.columns:
            lines.add_row(Text(column.phase, style="dim"), Text("; ".join(column.steps)))
    if row.beaten_by:
        others = ", ".join(row.beaten_by[:3]) + (", …" if len(row.beaten_by) > 3 else "")
        lines.add_row(Text("† all do better", style="dim"), Text(f"with {others}"))
    lines.add_row(Text("to type", style="dim"), Text(shlex.quote(row.typed), style="dim"))
    yield Padding(lines, (0, 1, 1, 3))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _files(written: Sequence[Path]) -> Iterator[str]:
    if written:
        page, *others = written
        yield f"Page: {clean(str(page))}"
        yield f"Beside it: {', '.join(clean(path.name) for path in others)}"
