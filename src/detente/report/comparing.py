"""A comparison in the terminal: what differs in the steps, or in the case, and in each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.case.domain import Case, Proposal
from detente.insight.comparing import Comparison, VersionComparison
from detente.report.answer import case_title
from detente.report.changed import changes_in_words, shared_in_words, steps_in_words
from detente.report.differences import (
    difference,
    is_same,
    rows,
    sentences,
    speaker_of,
)
from detente.report.figures import amount, count
from detente.report.speaker import Speaker
from detente.report.text import clean

__all__ = [
    "comparison_head",
    "comparison_screen",
    "section_lines",
    "versions_head",
    "versions_screen",
]

_LEGEND = (
    "Out of 100 where no unit is given: accepted is a share of draws, the others are chances, mean"
    " over draws. Differences are second less first, with 95 % interval from the differences draw"
    " by draw; ≈ 0 cannot be told from 0, = is the same in every draw."
)


def comparison_screen(found: Comparison) -> RenderableType:
    """Return what a terminal shows of two plans of one case."""
    return Group(
        comparison_head(found),
        *section_lines("What differs in the steps", list(steps_in_words(found)) or ["nothing"]),
        *section_lines("What differs in the result", list(sentences(found))),
        Padding(_table(found), (1, 1, 0, 1)),
        Padding(Text(_LEGEND, style="dim"), (0, 1)),
    )


def versions_screen(found: VersionComparison) -> RenderableType:
    """Return what a terminal shows of two versions of a case."""
    return Group(
        versions_head(found),
        *section_lines("What differs between the versions", list(changes_in_words(found.changes))),
        *(part for one in found.comparisons for part in _of_proposal(one)),
        Padding(Text(_LEGEND, style="dim"), (1, 1, 0, 1)),
    )


def comparison_head(found: Comparison, views: str = "") -> RenderableType:
    """Return the case, how both were judged, under which *views*, and the two plans."""
    case = found.second_case
    facts = [
        f"{clean(case.name)} · {_draws(found)}, the same for both",
        *([views] if views else []),
    ]
    title = Text(case_title(case), style="bold")
    return Group(
        Padding(Text("\n").join([title, *(Text(fact) for fact in facts)]), (1, 1)),
        _grid([("first", _called(found.first)), ("second", _called(found.second))]),
    )


def versions_head(found: VersionComparison, views: str = "") -> RenderableType:
    """Return the two versions, how both were judged, and under which *views*."""
    title = Text(case_title(found.second), style="bold")
    facts = [f"first   {_version(found.first)}", f"second  {_version(found.second)}"]
    facts += [f"{_draws(one)}; {shared_in_words(found.changes)}" for one in found.comparisons[:1]]
    facts += [views] if views else []
    return Padding(Text("\n").join([title, *(Text(fact) for fact in facts)]), (1, 1, 0, 1))


def _of_proposal(found: Comparison) -> Iterator[RenderableType]:
    title = clean(found.second.name)
    if is_same(found):
        yield from section_lines(title, ["the same in every draw"])
        return
    yield from section_lines(title, [*steps_in_words(found), *sentences(found)])
    yield Padding(_table(found), (1, 1, 0, 1))


def _version(case: Case) -> str:
    return f"{clean(case.name)}, {case.hash[:12]}"


def _draws(found: Comparison) -> str:
    run = found.provenance
    return f"{count(run.draws)} draw{'s' * (run.draws > 1)}, seed {run.seed}"


def _called(proposal: Proposal) -> str:
    name, id_ = clean(proposal.name), clean(proposal.id)
    return name if name.replace(" ", "_") == id_ else f"{name}  ({id_})"


def _grid(rows: Sequence[tuple[str, str]]) -> RenderableType:
    grid = Table.grid(Column(), Column(overflow="fold"), padding=(0, 2, 0, 0))
    for head, text in rows:
        grid.add_row(Text(head, style="dim"), Text(text))
    return Padding(grid, (0, 1, 0, 1))


def section_lines(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    """Yield a title with its lines below."""
    yield Padding(Text(title, style="bold"), (1, 1, 0, 1))
    for line in lines:
        yield Padding(Text(line), (0, 1, 0, 3))


def _table(found: Comparison) -> Table:
    table = Table(
        Column("", overflow="fold", ratio=1),
        *(Column(name, justify="right") for name in ("first", "second", "difference")),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    speaker = speaker_of(found)
    for name, share, contrast in rows(found):
        ends = (
            _end(speaker, contrast.first, contrast.first_error, share),
            _end(speaker, contrast.second, contrast.second_error, share),
        )
        table.add_row(Text(name), *map(Text, ends), Text(difference(contrast.difference, share)))
    return table


def _end(speaker: Speaker, mean: float, error: float, share: bool) -> str:
    return speaker.share(mean).symbol if share else amount(mean, error)
