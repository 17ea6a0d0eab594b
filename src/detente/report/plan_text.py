"""Plans in words, and as text that can be typed as a PLAN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.case.domain import Plan
from detente.case.plans import plan_text
from detente.insight.changes import StepChange, step_changes
from detente.report.speaker import Speaker
from detente.report.terms import IN_FORCE, phase_title

__all__ = ["Column", "differences", "in_columns", "last_phase", "plan_text", "step_count", "typed"]


@dataclass(frozen=True, slots=True)
class Column:
    """The steps of one phase."""

    phase: str
    steps: tuple[str, ...]


def typed(plan: Plan) -> str:
    """Return *plan* as it can be typed, with spaces where lines may break: these do no harm."""
    return plan_text(plan).replace(",", ", ").replace(";", "; ")


def in_columns(speaker: Speaker, plan: Plan) -> tuple[Column, ...]:
    """Return the phases of *plan* that have steps, with the names of these."""
    titles = [IN_FORCE, *(phase_title(k, name) for k, name in enumerate(speaker.phases, start=1))]
    return tuple(
        Column(titles[k], tuple(speaker.measures[name] for name in names))
        for k, names in enumerate(plan.phases)
        if names
    )


def last_phase(plan: Plan) -> int:
    """Return the last phase of *plan* with a step."""
    return max((k for k, names in enumerate(plan.phases) if names), default=0)


def step_count(plan: Plan) -> int:
    """Return the number of steps of *plan*, what is in force already left out."""
    return sum(len(names) for names in plan.phases[1:])


def differences(speaker: Speaker, first: Plan, second: Plan) -> Iterator[str]:
    """Yield what turns the *first* plan into the *second*, a phrase for each step."""
    for step in step_changes(first, second):
        yield _difference(speaker, step)


def _difference(speaker: Speaker, step: StepChange) -> str:
    first, second = (f"“{speaker.measures.get(n or '', '')}”" for n in (step.first, step.second))
    when = _when(speaker, step.second_phase)
    match step.kind:
        case "added":
            return f"with {second} {when}"
        case "dropped":
            return f"without {first}"
        case "moved":
            return f"{second} {when} instead of {step.first_phase}"
        case "level":
            return f"{second} {when} in place of {first}"


def _when(speaker: Speaker, phase: int | None) -> str:
    return speaker.phase(phase) if phase else "in force already"
