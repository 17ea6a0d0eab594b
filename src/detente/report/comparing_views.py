"""Comparisons under several views: each difference as written and over the views, and in words.

Two kinds of width stand side by side: the interval as written comes from the number of draws,
the range over the views from whose view is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.insight.comparing import Comparison
from detente.insight.comparing_views import ComparisonViews, DifferenceViews, VersionViews
from detente.report.changed import changes_in_words, flaws_in_words, steps_in_words
from detente.report.comparing import comparison_head, section_lines, versions_head
from detente.report.differences import SHARES, difference, figure_name
from detente.report.text import clean
from detente.report.views import names_of, under

__all__ = ["comparison_views_screen", "turning_sentences", "versions_views_screen"]

#: Figures that sentences speak of: those by party besides, where a party's yes is needed.
_SPOKEN = frozenset({"accept", "keep", "hold", "distrusted"})
#: Figures that have a line in the table.
_LINES = frozenset({"accept", "keep", "hold", "distrusted", "accident", "exposure", "outcomes"})
_LEGEND = (
    "Differences are second less first; out of 100 where no unit is given. As written: the cases"
    " without any view, with 95 % interval from the differences draw by draw, which is due to the"
    " number of draws; ≈ 0 cannot be told from 0, = is the same in every draw. Over the views: least"
    " to greatest difference, which is due to whose view is taken."
)


def comparison_views_screen(found: ComparisonViews) -> RenderableType:
    """Return what a terminal shows of two plans of one case under several views."""
    written = found.written
    return Group(
        comparison_head(written, _views(list(found))),
        *section_lines("What differs in the steps", _steps(found) or ["nothing"]),
        *_of_proposal(found),
        Padding(Text(_LEGEND, style="dim"), (0, 1)),
    )


def versions_views_screen(found: VersionViews) -> RenderableType:
    """Return what a terminal shows of two versions of a case under several views."""
    written = found.written
    changes = list(changes_in_words(written.changes))
    return Group(
        versions_head(written, _views(list(found.versions))),
        *section_lines("What differs between the versions, as written", changes),
        *(part for one in found.comparisons for part in _titled(one)),
        Padding(Text(_LEGEND, style="dim"), (1, 1, 0, 1)),
    )


def _views(names: list[str]) -> str:
    shown = names_of(names)
    return f"as written and under {', '.join(shown[name] for name in names[1:])}"


def _titled(found: ComparisonViews) -> Iterator[RenderableType]:
    title = clean(found.written.second.name)
    if all(one.is_none for one in found.differences):
        yield from section_lines(title, ["the same in every draw under every view"])
        return
    yield from section_lines(title, _steps(found))
    yield from _of_proposal(found)


def _steps(found: ComparisonViews) -> list[str]:
    """Return in which steps the plans differ, and which rules either breaks, under a view only."""
    lines, names = list(steps_in_words(found.written)), names_of(found)
    for view, one in found.comparisons.items():
        more = (flaw for flaw in flaws_in_words(one) if flaw not in lines)
        lines += [f"{names[view]}, {flaw}" for flaw in more]
    return lines


def _of_proposal(found: ComparisonViews) -> Iterator[RenderableType]:
    yield from section_lines("Whose view is taken", list(turning_sentences(found)))
    yield Padding(_table(found), (1, 1, 0, 1))


def turning_sentences(found: ComparisonViews) -> Iterator[str]:
    """Yield which differences keep their sign under every view, and which turn or stay open."""
    spoken = [one for one in found.differences if _is_spoken(found.written, one)]
    names = {id(one): _name(found, one) for one in spoken}
    more = [names[id(one)] for one in spoken if one.keeps and one.more_in]
    less = [names[id(one)] for one in spoken if one.keeps and one.less_in]
    if more:
        yield f"More under every view, beyond sampling error: {'; '.join(more)}."
    if less:
        yield f"Less under every view, beyond sampling error: {'; '.join(less)}."
    for one in spoken:
        if one.turns:
            yield f"Turns on whose view is taken: {names[id(one)]}: {_where(found, one)}."
    for one in spoken:
        if not (one.keeps or one.turns or one.is_none) and (one.more_in or one.less_in):
            yield f"Not told under every view: {names[id(one)]}: {_where(found, one)}."
    if not (more or less or any(one.more_in or one.less_in for one in spoken)):
        yield "No difference can be told from 0 under any view."


def _is_spoken(written: Comparison, one: DifferenceViews) -> bool:
    needed = one.figure == "accept_by" and one.about in written.necessary
    return one.figure in _SPOKEN or one.figure == "broken_by" or needed


def _where(found: ComparisonViews, one: DifferenceViews) -> str:
    parts = (("more", one.more_in), ("less", one.less_in), ("no clear difference", one.open_in))
    names = names_of(found)
    return "; ".join(f"{word} {under(names, views)}" for word, views in parts if views)


def _name(found: ComparisonViews, one: DifferenceViews) -> str:
    return figure_name(found.written, one.figure, one.about)


def _table(found: ComparisonViews) -> Table:
    table = Table(
        Column("", overflow="fold", ratio=1),
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
    names = names_of(found)
    for one in found.differences:
        if one.figure not in _LINES or (one.is_none and one.figure in {"exposure", "outcomes"}):
            continue
        share = one.figure in SHARES
        ends = [difference(one.difference(view), share) for view in (one.low_in, one.high_in)]
        low, high = (end.partition(" (")[0] for end in ends)
        is_range = low != high
        table.add_row(
            Text(_name(found, one)),
            Text(difference(next(iter(one.found.values())).difference, share)),
            Text(f"{low} to {high}" if is_range else low, style="bold" if is_range else "dim"),
            Text(names[one.low_in] if is_range else ""),
            Text(names[one.high_in] if is_range else ""),
        )
    return table
