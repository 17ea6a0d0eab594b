"""Several views in the terminal: ranges of each figure, and what turns on whose view is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.report.figures import count
from detente.report.terminal import files_note
from detente.report.text import clean
from detente.report.views import Row, Turning, ViewsContent, views_content
from detente.verdict.views import ViewsResult

__all__ = ["LEGEND", "views_head", "views_lists", "views_screen", "views_table"]

#: So many conclusions of a kind are shown; the report has all.
MOST = 12
LEGEND = (
    "Out of 100. As written: the case without any view, with 95 % interval, which is due to"
    " the number of draws. Over the views: least to greatest, which is due to whose view is taken."
    " Numbers that a view leaves alone are drawn alike under all."
)


def views_screen(result: ViewsResult, written: Sequence[Path] = ()) -> RenderableType:
    """Return what a terminal shows of *result*.

    Args:
        result: what :func:`detente.run_views` returned.
        written: the files that were written, if any, the report first.
    """
    found = views_content(result)
    return Group(
        Padding(views_head(clean(result.written.case.title), result, found), (1, 1)),
        Padding(views_table(found), (0, 1)),
        Padding(Text(LEGEND, style="dim"), (0, 1, 1, 1)),
        *views_lists(found),
        *(Padding(Text(note), (0, 1)) for note in files_note(written)),
    )


def views_lists(found: ViewsContent) -> Iterator[RenderableType]:
    """Yield what turns on the view, what holds under every one, and what cannot be told."""
    lists = (
        ("Turns on whose view is taken", [_turning(turning) for turning in found.turning]),
        ("Holds under every view", [Text(text) for text in found.surviving]),
        ("Holds where it can be told", [_turning(turning) for turning in found.open]),
    )
    for title, texts in lists:
        yield from _list(title, texts)


def views_head(title: str, result: ViewsResult, found: ViewsContent) -> Text:
    """Return the title, how it was got, and the views with their reasons."""
    written = result.written
    run = written.provenance
    facts = (
        clean(written.case.name),
        f"{count(run.draws)} draw{'s' * (run.draws > 1)}, seed {run.seed}",
        f"as written and under {len(found.views)} view{'s' * (len(found.views) > 1)}",
    )
    lines = [Text(title, style="bold"), Text(" · ".join(facts))]
    for view in found.views:
        line = Text(f"  {view.id}")
        if view.name != view.id:
            line.append(f": {view.name}")
        if view.why:
            line.append(f" ({view.why})", style="dim")
        lines.append(line)
    return Text("\n").join(lines)


def views_table(found: ViewsContent) -> Table:
    """Return each figure as written and between what it lies over the views."""
    table = Table(
        Column("proposal", overflow="fold", ratio=1),
        Column(""),
        Column("as written", justify="right"),
        Column("over the views", justify="right"),
        Column("least", overflow="ellipsis", no_wrap=True, max_width=18),
        Column("greatest", overflow="ellipsis", no_wrap=True, max_width=18),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for row in found.rows:
        # One row of several lines, so that a long name stands beside its figures.
        columns = zip(*_lines(row), strict=True)
        table.add_row(Text(row.name), *(Text("\n").join(cells) for cells in columns))
    return table


def _lines(row: Row) -> Iterator[tuple[Text, ...]]:
    for spread in row.spreads:
        written = Text(spread.written.symbol)
        if spread.written.between:
            written.append(f" ({spread.written.between})", style="dim")
        is_range = bool(spread.low_in)
        yield (
            Text(spread.what, style="dim"),
            written,
            Text(spread.between, style="bold" if is_range else "dim"),
            Text(spread.low_in),
            Text(spread.high_in),
        )


def _turning(turning: Turning) -> Text:
    text = Text(f"{turning.text}: ")
    text.append(turning.where, style="bold")
    return text


def _list(title: str, texts: Sequence[Text]) -> Iterator[RenderableType]:
    if not texts:
        return
    yield Padding(Text(f"{title} ({len(texts)})", style="bold underline"), (0, 1))
    lines = Table.grid(Column(), Column(overflow="fold", ratio=1), padding=(0, 1, 0, 0))
    for text in texts[:MOST]:
        lines.add_row(Text("–"), text)
    if len(texts) > MOST:
        lines.add_row(Text(""), Text(f"and {len(texts) - MOST} more, in the report", style="dim"))
    yield Padding(lines, (0, 1, 1, 1))
