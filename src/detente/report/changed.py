"""What differs between two plans, or two versions of a case, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from detente.case.flow import in_flow
from detente.case.names import listed, shortened
from detente.case.numbers import Distribution
from detente.case.plans import plan_flaws
from detente.insight.changes import CaseChanges, NumberChange, RuleChange, StepChange
from detente.insight.comparing import Comparison
from detente.report.differences import speaker_of
from detente.report.numbers import range_in_words
from detente.report.speaker import Speaker
from detente.report.text import clean

__all__ = ["changes_in_words", "flaws_in_words", "shared_in_words", "steps_in_words"]

#: Entries of a list in the terminal; the document has all.
SHOWN = 20


def steps_in_words(found: Comparison) -> Iterator[str]:
    """Yield in which steps two plans differ, and which rules of its case either breaks."""
    speaker = speaker_of(found)
    names = {m.id: clean(m.name) for m in (*found.first_case.measures, *found.second_case.measures)}
    for step in found.steps:
        yield _step_in_words(speaker, names, step)
    yield from flaws_in_words(found)


def flaws_in_words(found: Comparison) -> Iterator[str]:
    """Yield which rules of its case either plan breaks."""
    for side, case in ((found.first, found.first_case), (found.second, found.second_case)):
        for flaw in plan_flaws(case, side.plan):
            yield f"judged as written: in “{clean(side.name)}”, {clean(flaw)}"


def _step_in_words(speaker: Speaker, names: Mapping[str, str], step: StepChange) -> str:
    before = "" if step.first_phase is None else _phase(speaker, step.first_phase)
    after = "" if step.second_phase is None else _phase(speaker, step.second_phase)
    first, second = (f"“{names.get(name or '', '')}”" for name in (step.first, step.second))
    match step.kind:
        case "added":
            return f"added: {second}, {after}"
        case "dropped":
            return f"dropped: {first}, {before}"
        case "moved":
            return f"moved: {second}, {before} in the first, {after} in the second"
        case _:
            when = after if before == after else f"{before} in the first, {after} in the second"
            return f"level: {second} instead of {first}, {when}"


def _phase(speaker: Speaker, k: int) -> str:
    return speaker.phase(k) if k else "in force already"


def changes_in_words(found: CaseChanges) -> Iterator[str]:
    """Yield what differs between two versions of a case."""
    if found.is_empty:
        yield "nothing on which a result depends"
    lines = [*map(_rule_in_words, found.rules), *map(_number_in_words, found.numbers)]
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more differences (--json has all)"
    if found.texts:
        number = "1 text differs" if len(found.texts) == 1 else f"{len(found.texts)} texts differ"
        yield f"{number}; no result depends on them"


def _number_in_words(change: NumberChange) -> str:
    ends = [_range(end) for end in (change.first, change.second)]
    return f"number: {clean(change.about)}: {ends[0]} → {ends[1]}"


def _range(distribution: Distribution | None) -> str:
    return "not there" if distribution is None else range_in_words(distribution)


def _rule_in_words(change: RuleChange) -> str:
    about = clean(change.about)
    if change.kind == "changed":
        ends = [_written(end) for end in (change.first, change.second)]
        return f"rule: {about}: {ends[0]} → {ends[1]}"
    numbers = f", with {change.numbers} number{'s' * (change.numbers > 1)}" * bool(change.numbers)
    value = change.second if change.kind == "added" else change.first
    shown = "" if isinstance(value, (dict, list)) else f" {_written(value)}"
    return f"{change.kind}: {about}{shown}{numbers}"


def _written(value: Any) -> str:  # noqa: ANN401 (of a file)
    return clean(shortened(in_flow(value)))


def shared_in_words(changes: CaseChanges) -> str:
    """Say which random numbers the versions do not share."""
    if not changes.unshared:
        return "every uncertain number is drawn from the same random numbers in both"
    names = clean(listed([shortened(name) for name in changes.unshared], "and", limit=6))
    return f"all random numbers are the same in both but those of {names}"
