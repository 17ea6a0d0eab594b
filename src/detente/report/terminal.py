"""A result in the terminal: one row for each proposal, what is in the way, what to beware of.

:func:`screen` returns something that rich can print at any width from 60 on; beyond
:data:`WIDEST` lines are hard to read. Texts of the case are cleaned and never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.case.domain import Case
from detente.report.answer import case_title
from detente.report.figures import count, share, share_range
from detente.report.obstacles import Obstacle, obstacles
from detente.report.shortening import shortened
from detente.report.speaker import Speaker
from detente.report.terms import (
    DISTRUSTED,
    FIGURES,
    FLAWED,
    main_change,
    meanings,
    quantity_title,
    sentence,
)
from detente.report.text import clean
from detente.verdict.results import Estimate, RunResult, Verdict

#: The width from which on a console should be narrowed.
WIDEST = 110
_QUESTION = (
    "Would everyone who must say yes accept this agreement, and would whoever is in charge keep it?"
)
_LEGEND = " ".join(
    [
        "Out of 100, with 95 % interval.",
        *(f"{sentence(name)}: {meaning}." for name, meaning in meanings().items()),
    ]
)
_POINTS = (
    "Short by: in points of worth (one measure is worth −100 to 100 to a constituency), mean over"
    " the draws in which worth is what lacks. First broken by: parties that break it in the same"
    " phase are each counted."
)
_LIMITS = (
    "These are shares of draws from the assumptions in this case, not probabilities of events in"
    " the world. Accepted says that nobody who must say yes would rather have no agreement, not"
    " that the sides would settle on this text. Worths add up, breaches come one at"
    " a time and collapse is carried out: see “Limits of the model” in the documentation."
)


def screen(result: RunResult, written: Sequence[Path] = ()) -> RenderableType:
    """Return what a terminal shows of *result*.

    Args:
        result: what :func:`detente.run` returned.
        written: the files that were written, if any, the report first.
    """
    result = shortened(result, times=30)
    speaker = Speaker(result)
    hindered = [(v, found) for v in result.verdicts if (found := list(obstacles(speaker, v)))]
    notes = [*_unsettled(speaker, result), _LIMITS, *files_note(written)]
    if any("short by" in found.text for _, all_found in hindered for found in all_found):
        notes.insert(0, _POINTS)
    return Group(
        *_head(result),
        Padding(_Verdicts(result), (0, 1)),
        Padding(Text(_legend(result), style="dim"), (0, 1, 1, 1)),
        *_hindrances(hindered),
        *(Padding(Text(note), (0, 1)) for note in notes),
    )


def _head(result: RunResult) -> Iterator[RenderableType]:
    run = result.provenance
    facts = [
        clean(result.case.name),
        f"{count(run.draws)} draw{'s' * (run.draws > 1)}, seed {run.seed}",
    ]
    if result.certain:
        facts.append("every number is certain: all draws are the same")
    title = Text(case_title(result.case), style="bold")
    yield Padding(Text("\n").join([title, Text(" · ".join(facts)), Text(_QUESTION)]), (1, 1))


class _Verdicts:
    """The table of verdicts; where the screen is narrow, ranges go below their figures."""

    def __init__(self, result: RunResult) -> None:
        self.result = result

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield _table(self.result, narrow=options.max_width < 90)


def _table(result: RunResult, *, narrow: bool) -> Table:
    room = 8 if narrow else 12
    table = Table(
        Column("proposal", overflow="fold", ratio=1),
        *(_right(name, room) for name in FIGURES.values()),
        _right(DISTRUSTED, 10),
        box=box.SIMPLE_HEAD,
        expand=True,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    main = result.case.main_outcome
    if main is not None:
        table.columns.append(_right(Text(quantity_title(result.case, main)), 11 if narrow else 14))
    for verdict in result.verdicts:
        table.add_row(*_row(result.case, verdict))
    return table


def _right(title: str | Text, room: int) -> Column:
    return Column(title, justify="right", overflow="fold", max_width=room)


def _row(case: Case, verdict: Verdict) -> Iterator[Text]:
    marks = " *" * bool(verdict.flaws) + " †" * bool(verdict.beaten_by)
    yield Text(clean(verdict.name) + marks)
    yield _cell(verdict.accept)
    yield _cell(verdict.keep)
    yield _cell(verdict.hold, style="bold")
    yield Text(share(verdict.lower.hold).symbol)
    if case.main_outcome is not None:
        yield Text(main_change(case, verdict))


def _cell(estimate: Estimate, style: str = "") -> Text:
    figure = share(estimate)
    cell = Text(figure.symbol, style=style)
    if not figure.bound and (between := share_range(estimate)):
        cell.append(f" ({between})", style="dim not bold")
    return cell


def _legend(result: RunResult) -> str:
    case, text = result.case, _LEGEND
    if case.main_outcome is not None:
        text += (
            f" Last column: mean change after {case.horizon_years:g} years against no agreement, over"
            f" all draws{_better(case, case.main_outcome)}; – where no draw accepts."
        )
    if any(verdict.flaws for verdict in result.verdicts):
        text += f" *: {FLAWED}."
    if any(verdict.beaten_by for verdict in result.verdicts):
        text += " †: another text is better on average for every signatory."
    return text


def _better(case: Case, quantity: str) -> str:
    better = {q.id: q.better for q in case.quantities}.get(quantity)
    return f" ({better} is better)" if better else ""


def _hindrances(hindered: Sequence[tuple[Verdict, Sequence[Obstacle]]]) -> Iterator[RenderableType]:
    if hindered:
        yield Padding(Text("What stands in the way", style="bold underline"), (0, 1, 1, 1))
    for verdict, found in hindered:
        title = Text(clean(verdict.name), style="bold")
        title.append(f"  {clean(verdict.proposal)}", style="dim not bold")
        yield Padding(title, (0, 1))
        lines = Table.grid(
            Column(overflow="fold", min_width=17),
            Column(overflow="fold", ratio=1),
            padding=(0, 2, 0, 0),
            expand=True,
        )
        for obstacle in found:
            lines.add_row(Text(obstacle.kind, style="dim"), Text(obstacle.text))
        yield Padding(lines, (0, 1, 1, 3))


def _unsettled(speaker: Speaker, result: RunResult) -> Iterator[str]:
    """Mention draws that never settled, wherever there are any, figure by figure."""
    for figure, shares in (
        (FIGURES["keep"], {verdict.name: verdict.unsettled for verdict in result.verdicts}),
        (DISTRUSTED, {verdict.name: verdict.lower.unsettled for verdict in result.verdicts}),
    ):
        some = {name: share for name, share in shares.items() if share > 0.0}
        if some:
            most = max(some, key=lambda name: some[name])
            number = "one proposal" if len(some) == 1 else f"{len(some)} proposals"
            yield (
                f"Not settled: in some draws of {number} (most: {clean(most)},"
                f" {speaker.share(some[most]).of_draws}) expectations never come to rest; the"
                f" greater chance of breach counts there, so “{figure}” errs low."
            )


def files_note(written: Sequence[Path]) -> Iterator[str]:
    """Say where the report is, and what stands beside it."""
    if not written:
        return
    report, *others = written
    briefs = [path.name for path in others if path.name.startswith("brief")]
    yield f"Report: {clean(str(report))}"
    tables = f"Tables: {clean(str(report.parent))} ({len(others) - len(briefs)} files)"
    yield f"{tables}, and the brief: {', '.join(briefs)}" if briefs else tables
