"""Small changes of a plan that make it do better, in words and in the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.draws.sampler import Sampler
from detente.report.answer import case_title
from detente.report.figures import amount, count, share_step
from detente.report.plan_text import plan_text, typed
from detente.report.reasons import change
from detente.report.reckoned import figure_name, is_share, reckoned_range, reckoned_text
from detente.report.speaker import Speaker
from detente.report.text import clean
from detente.searching.repairing import Mend, RepairResult
from detente.searching.results import Reckoned
from detente.verdict.results import RunResult
from detente.verdict.run import provenance

__all__ = ["mend_text", "repair_screen", "speaker_of"]

_NUMBERS = {1: "One change", 2: "Two changes", 3: "Three changes", 4: "Four changes"}
NOTE = (
    "Shares are of draws from the assumptions in this case, not probabilities of events in the"
    " world. That a change helps is no proposal of it: whom it costs what shows when the plan that"
    " results is judged."
)


def speaker_of(result: RepairResult) -> Speaker:
    """Return who speaks of *result* by the names of its case."""
    case, certain = result.case, not Sampler(result.case).inputs
    return Speaker(RunResult(case, certain, provenance(case, result.draws, result.seed), ()))


def mend_text(result: RepairResult, speaker: Speaker, mend: Mend) -> str:
    """Say what some changes of the plan do to the figure."""
    words = " and ".join(change(speaker, edit) for edit in mend.edits)
    name = figure_name(result.case, speaker, result.figure)
    if is_share(result.figure):
        now, then = (_chance(result, found) for found in (result.before, mend.after))
        step = share_step(mend.error)
        more = step * max(round(100 * mend.gain / step), 1)
        gain = f"{'about ' * (step > 1)}{more} in 100 more"
        error = f"{100 * mend.error:.1f}"
        told = f"{name} {now} → {then} in 100 ({gain}, standard error {error})"
    else:
        now, then = (reckoned_text(result.figure, x) for x in (result.before, mend.after))
        gain, error = amount(mend.gain, mend.error), amount(mend.error, 0.0)
        told = f"{name} {now} → {then} (better by {gain}, standard error {error})"
    return f"{words[:1].upper()}{words[1:]}: {told}."


def _chance(result: RepairResult, found: Reckoned) -> str:
    return reckoned_text(result.figure, found)


def repair_screen(result: RepairResult) -> RenderableType:
    """Return what a terminal shows of *result*.

    Args:
        result: what :func:`detente.repair` returned.
    """
    speaker = speaker_of(result)
    return Group(
        _head(result, speaker),
        *(part for group in _groups(result, speaker) for part in group),
        Padding(Text(_how(result)), (0, 1)),
        Padding(Text(NOTE), (0, 1)),
    )


def _head(result: RepairResult, speaker: Speaker) -> RenderableType:
    facts = f"{clean(result.case.name)} · {count(result.draws)} draws, seed {result.seed}"
    name = figure_name(result.case, speaker, result.figure)
    now = reckoned_text(result.figure, result.before)
    between = reckoned_range(result.figure, result.before)
    unit = " of 100" if is_share(result.figure) else ""
    figure = f"{name} {now}{unit}" + (f" ({between})" if between else "")
    lines = [
        Text(case_title(result.case), style="bold"),
        Text(facts),
        Text(f"{_plan_name(result)}: {figure}"),
    ]
    return Padding(Text("\n").join(lines), (1, 1))


def _plan_name(result: RepairResult) -> str:
    text = plan_text(result.plan)
    same = (p.name for p in result.case.proposals if plan_text(p.plan) == text)
    return clean(next(same, "The plan as it is"))


def _groups(result: RepairResult, speaker: Speaker) -> Iterator[Iterator[RenderableType]]:
    for number, mends in groupby(result.mends, key=lambda mend: len(mend.edits)):
        yield _group(_NUMBERS[number], result, speaker, list(mends))


def _group(
    title: str, result: RepairResult, speaker: Speaker, mends: list[Mend]
) -> Iterator[RenderableType]:
    yield Padding(Text(title, style="bold underline"), (0, 1, 1, 1))
    lines = Table.grid(
        Column(overflow="fold", min_width=8),
        Column(overflow="fold", ratio=1),
        padding=(0, 2, 0, 0),
        expand=True,
    )
    for mend in mends:
        lines.add_row(Text("helps", style="dim"), Text(mend_text(result, speaker, mend)))
        plan = shlex.quote(typed(mend.plan))
        lines.add_row(Text("to type", style="dim"), Text(plan, style="dim"))
    yield Padding(lines, (0, 1, 1, 3))


def _how(result: RepairResult) -> str:
    tried = ", ".join(
        f"{count(plans)} with {_NUMBERS[number].casefold()}"
        for number, plans in enumerate(result.tried, start=1)
    )
    if not result.mends:
        return f"Judged were {tried}. None is better beyond doubt on fresh draws."
    return (
        f"Judged were {tried}; the best of them were judged again in fresh draws, and those that do"
        " not help there beyond doubt are left out. Of more changes those are shown that gain more"
        " than any part of them."
    )
