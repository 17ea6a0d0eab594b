"""A sensitivity analysis in the terminal: groups, single unknowns, boxes, finding out, swings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.influence.groups import WAYS, Way
from detente.influence.results import Index, Sensitivity, SensitivityViews
from detente.report.answer import case_title
from detente.report.figures import count
from detente.report.influence_words import WAYS_TITLES, Words
from detente.report.mattering import (
    LEGEND,
    LIMITS,
    choice_text,
    convergence_text,
    gain_text,
    headline,
    left_out_text,
    reached_at,
    scenario_text,
    share_text,
    shown_rows,
    swing_ends,
    target_text,
    value_text,
)
from detente.report.mattering_views import NOWHERE, MatteringViews, mattering_views
from detente.report.terms import sentence
from detente.report.text import clean

__all__ = ["sensitivity_screen", "sensitivity_views_screen"]

#: So many single unknowns, and findings of each way, are shown.
MOST_UNKNOWNS, MOST_FINDINGS = 10, 5

#: Of more views, shares stand without their intervals.
MOST_INTERVALS = 3
_CROWDED = "Intervals, left out here for want of room, stand on the page and in the document."


def sensitivity_screen(found: Sensitivity, written: Sequence[Path] = ()) -> RenderableType:
    """Return what a terminal shows of *found*.

    Args:
        found: what :func:`detente.sensitivity` returned.
        written: the files that were written, if any.
    """
    words = Words.of(found)
    return Group(
        _head(found, words),
        *_indices(found, words),
        *_unknowns(found, words),
        *_boxes(found, words),
        *_finding_out(found, words),
        *_swings(found, words),
        *(Padding(Text(note), (0, 1)) for note in [LIMITS, *_files(written)]),
    )


def sensitivity_views_screen(
    found: SensitivityViews, written: Sequence[Path] = ()
) -> RenderableType:
    """Return what a terminal shows of an analysis under several views."""
    first, said = next(iter(found.results.values())), mattering_views(found)
    figure = sentence(Words.of(first).figure(first))
    heads = [Text(clean(first.case.title), style="bold"), Text(clean(first.name), style="bold")]
    heads += [Text(f"{figure}, {name}: {shown}") for name, shown, _ in said.figures]
    return Group(
        Padding(Text("\n").join(heads), (1, 1)),
        *_everywhere(said),
        Padding(_mattering(said), (0, 1)),
        _legend(said.legend if len(said.names) <= MOST_INTERVALS else f"{said.legend} {_CROWDED}"),
        *(Padding(Text(note), (0, 1)) for note in [LIMITS, *_files(written)]),
    )


def _everywhere(said: MatteringViews) -> Iterator[RenderableType]:
    yield _title("What matters under all views")
    if said.everywhere:
        yield from _list([f"{way}: {groups}." for way, groups in said.everywhere])
    else:
        yield from _list([NOWHERE])


def _mattering(said: MatteringViews) -> RenderableType:
    crowded = len(said.names) > MOST_INTERVALS
    table = _table("group of unknowns", *said.names, "in all", room=11 if crowded else 16)
    for way in said.ways:
        table.add_row(Text(way.title, style="italic"))
        for name, shares, everywhere in way.rows:
            shown = [one.partition(" (")[0] if crowded else one for one in shares]
            cells = [Text(one) for one in (*shown, "yes" if everywhere else "")]
            table.add_row(Text(f"  {name}"), *cells)
        if way.more:
            table.add_row(Text(f"  {way.more}", style="dim"))
    return table


def _head(found: Sensitivity, words: Words) -> RenderableType:
    run = found.provenance
    view = "" if found.case.view is None else f" · view {found.case.view.id}"
    facts = f"{clean(found.case.name)}{view} · {count(run.draws)} draws, seed {run.seed}"
    lines = [Text(case_title(found.case), style="bold"), Text(facts)]
    lines += [Text(clean(found.name), style="bold"), Text(headline(found, words))]
    return Padding(Text("\n").join(lines), (1, 1))


def _indices(found: Sensitivity, words: Words) -> Iterator[RenderableType]:
    if not found.indices:
        return
    table = _table("group of unknowns", "its share", "alone", "with others")
    for way in WAYS:
        _add_way(table, found, words, way)
    yield Padding(table, (0, 1))
    yield _legend(f"{LEGEND} {convergence_text(found)}")


def _add_way(table: Table, found: Sensitivity, words: Words, way: Way) -> None:
    rows, left_out = shown_rows(found, way)
    if not rows:
        return
    table.add_row(Text(WAYS_TITLES[way], style="italic"))
    for row in rows:
        shares = [_share(one) for one in (row.shapley, row.first, row.total)]
        table.add_row(Text(f"  {words.group(way, row.group)}"), *shares)
    if left_out:
        table.add_row(Text(f"  {left_out_text(left_out)}", style="dim"))


def _share(one: Index | None) -> Text:
    return Text("–" if one is None else share_text(one))


def _unknowns(found: Sensitivity, words: Words) -> Iterator[RenderableType]:
    rows = [one for one in found.unknowns if one.delta.value > found.zero][:MOST_UNKNOWNS]
    if not rows:
        return
    yield _title("Single unknowns")
    table = _table("unknown, and what goes with it", "explains")
    for one in rows:
        table.add_row(Text(sentence(words.unknown(one.number))), _share(one.first))
    yield Padding(table, (0, 1))
    yield _legend(
        f"Out of 100 of the spread. {len(rows)} of {len(found.unknowns)} unknowns at play; what is"
        " correlated is counted with each."
    )


def _boxes(found: Sensitivity, words: Words) -> Iterator[RenderableType]:
    if not (found.failing or found.holding):
        return
    yield _title("Where it fails, and where it holds")
    yield from _list(scenario_text(words, one, fails=True) for one in found.failing)
    yield from _list(scenario_text(words, one, fails=False) for one in found.holding)
    yield _legend("Found in one half of the draws; figures are those in the other half.")


def _finding_out(found: Sensitivity, words: Words) -> Iterator[RenderableType]:
    choice = found.choice
    if choice is None:
        return
    yield _title("What finding out would be worth")
    yield from _list([choice_text(found, words, choice)])
    table = _table("finding out", "is worth")
    for way in WAYS:
        clear = [one for one in choice.findings if one.way == way and one.clear][:MOST_FINDINGS]
        if clear:
            table.add_row(Text(WAYS_TITLES[way], style="italic"))
        for one in clear:
            table.add_row(
                Text(f"  {words.group(way, one.group)}"), Text(gain_text(found, words, one.value))
            )
    if table.row_count:
        yield Padding(table, (0, 1))
        yield _legend(
            "Gain in the figure from choosing the plan after finding out. Groups that are not listed"
            " show no more than chance does."
        )
    elif choice.perfect.value > 0.0:
        yield _legend("No group by itself shows more than chance does.")


def _swings(found: Sensitivity, words: Words) -> Iterator[RenderableType]:
    if not found.swings:
        return
    yield _title("One unknown at a time, all others as drawn")
    target = target_text(found)
    table = _table("unknown: low and high", "figure if low", "if high", f"{target} reached at")
    for one in found.swings:
        low, high = swing_ends(one)
        name = Text(f"{sentence(words.unknown(one.number))}: {low} and {high}")
        figures = [Text(value_text(found, end)) for end in (one.at_low, one.at_high)]
        table.add_row(name, *figures, Text(reached_at(found, one)))
    yield Padding(table, (0, 1))
    yield _legend(
        "Low and high are the 5th and 95th percentile of the unknown. Values from its 1st to its 99th"
        " are looked at."
    )


def _table(first: str, *others: str, room: int = 16) -> Table:
    return Table(
        Column(first, overflow="fold", ratio=1, min_width=20),
        *(Column(Text(name), justify="right", overflow="fold", max_width=room) for name in others),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )


def _title(text: str) -> RenderableType:
    return Padding(Text(text, style="bold underline"), (0, 1, 1, 1))


def _legend(text: str) -> RenderableType:
    return Padding(Text(text, style="dim"), (0, 1, 1, 1))


def _list(texts: Iterator[str] | Sequence[str]) -> Iterator[RenderableType]:
    for text in texts:
        yield Padding(Text(text), (0, 1, 1, 3))


def _files(written: Sequence[Path]) -> Iterator[str]:
    if written:
        page, *others = written
        yield f"Page: {clean(str(page))}"
        yield f"Beside it: {', '.join(clean(path.name) for path in others)}"
