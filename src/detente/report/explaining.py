"""An explanation as text: its parts in order, for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.insight.results import REFUSALS, Balance, Explanation, Reason
from detente.report.figures import count, worth
from detente.report.reasons import (
    flip_text,
    item_name,
    reason_text,
    repair_text,
    swing_text,
)
from detente.report.speaker import Speaker
from detente.report.terms import FIGURES, estimates, sentence, with_interval
from detente.report.text import clean

__all__ = [
    "LABELS",
    "NOTE",
    "Line",
    "Section",
    "explanation_screen",
    "explanation_text",
    "files",
    "parts_of",
    "section_part",
    "sections",
]

NOTE = (
    "Shares are of draws from the assumptions in this case, not probabilities of events in the"
    " world. Points are on the scale of worths, on which one measure is worth −100 to 100 to a"
    " constituency. That a change helps is no proposal of it: whom it costs what shows when the plan"
    " that results is judged."
)
#: What stands beside a reason, by its kind.
LABELS = {
    "red_line": "says no",
    "worth": "says no",
    "distrust": "says no",
    "breach": "breaks it",
    "succession": "may break later",
    "pooling": "teaches nothing",
    "exposure": "most exposed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: what kind of thing, and a sentence or two about it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Findings of one kind under their title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What makes up the value to one constituency, as shown."""

    title: str  #: the constituency, with its party
    value: str
    reservation: str
    rows: tuple[tuple[str, str], ...]  #: item and points


def sections(explanation: Explanation) -> tuple[Section, ...]:
    """Return what *explanation* says, section by section; those without a finding are left out."""
    speaker, case = Speaker(explanation.result), explanation.result.case
    reasons = explanation.reasons
    in_the_way = [r for r in reasons if r.kind in REFUSALS or r.kind == "breach"]
    found = [
        Section("Why", tuple(_lines(speaker, in_the_way)) or (_nothing(),)),
        Section(
            "What keeps trust from rising",
            tuple(_lines(speaker, [r for r in reasons if r.kind in {"succession", "pooling"}])),
        ),
        Section(
            "Where each side is most exposed",
            tuple(_lines(speaker, [r for r in reasons if r.kind == "exposure"])),
        ),
        Section("What one change of the plan would do", tuple(_repairs(speaker, explanation))),
        Section(
            "What would have to be true",
            tuple(Line("to accept", flip_text(speaker, case, flip)) for flip in explanation.flips),
        ),
        Section(
            "What one number could turn",
            tuple(
                Line(FIGURES[swing.what], swing_text(speaker, case, swing))
                for swing in explanation.swings
            ),
        ),
    ]
    return tuple(section for section in found if section.lines)


def _lines(speaker: Speaker, reasons: Sequence[Reason]) -> Iterator[Line]:
    for reason in reasons:
        yield Line(LABELS[reason.kind], reason_text(speaker, reason))


def _nothing() -> Line:
    return Line("in the way", "Nobody refuses or breaks it in as much as 5 of 100 draws.")


def _repairs(speaker: Speaker, explanation: Explanation) -> Iterator[Line]:
    for repair in explanation.repairs:
        yield Line("helps", repair_text(speaker, repair))
    tried = (
        f"{count(explanation.tried)} plan{'' if explanation.tried == 1 else 's'} one change away"
    )
    left = f"; {count(explanation.left_out)} more were not" if explanation.left_out else ""
    if not explanation.repairs:
        yield Line("none found", f"{tried} were judged{left}. None holds more often beyond doubt.")
    else:
        yield Line(
            "how", f"Found among {tried}{left}, and judged again in draws that had no part in it."
        )


def parts_of(speaker: Speaker, balance: Balance) -> Parts:
    """Return what makes up the value to one constituency, as texts."""
    rows = tuple(
        (item_name(speaker, weight.item).strip("“”"), worth(weight.points, weight.error))
        for weight in balance.weights
    )
    return Parts(
        title=speaker.person(balance.constituency),
        value=worth(balance.value, 0.0),
        reservation=worth(balance.reservation, 0.0),
        rows=tuple((sentence(name), points) for name, points in rows),
    )


def explanation_screen(explanation: Explanation, written: Sequence[Path] = ()) -> RenderableType:
    """Return what a terminal shows of *explanation*.

    Args:
        explanation: what :func:`detente.explain` returned.
        written: the files that were written, if any.
    """
    return Group(
        *_head(explanation),
        *(part for section in sections(explanation) for part in section_part(section)),
        *(Padding(Text(note), (0, 1)) for note in [NOTE, *files(written)]),
    )


def explanation_text(explanation: Explanation, width: int = 100) -> str:
    """Return *explanation* as plain text."""
    console = Console(file=StringIO(), width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(explanation_screen(explanation))
    return "\n".join(line.rstrip() for line in captured.get().strip("\n").split("\n"))


def _head(explanation: Explanation) -> Iterator[RenderableType]:
    result, verdict = explanation.result, explanation.verdict
    run = result.provenance
    facts = [
        clean(result.case.name),
        clean(verdict.proposal),
        *([f"under the view “{clean(result.case.view.name)}”"] if result.case.view else []),
        f"{count(run.draws)} draws, seed {run.seed}",
    ]
    if result.certain:
        facts.append("every number is certain: all draws are the same")
    title = Text(clean(verdict.name), style="bold")
    figures = " · ".join(f"{name} {with_interval(shown)}" for name, shown in estimates(verdict))
    lines = [title, Text(" · ".join(facts)), Text(f"Out of 100: {figures}")]
    lines += [Text(f"Judged as written, although {clean(flaw)}") for flaw in verdict.flaws]
    yield Padding(Text("\n").join(lines), (1, 1))


def section_part(section: Section) -> Iterator[RenderableType]:
    """Yield a section as a terminal shows it."""
    yield Padding(Text(section.title, style="bold underline"), (0, 1, 1, 1))
    table = Table.grid(
        Column(overflow="fold", max_width=17, min_width=15),
        Column(overflow="fold", ratio=1),
        padding=(0, 2, 0, 0),
        expand=True,
    )
    for line in section.lines:
        table.add_row(Text(line.label, style="dim"), Text(line.text))
    yield Padding(table, (0, 1, 1, 3))


def files(written: Sequence[Path]) -> Iterator[str]:
    """Yield where each file went."""
    for path in written:
        yield f"Written: {clean(str(path))}"
