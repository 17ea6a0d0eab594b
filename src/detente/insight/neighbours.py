"""Plans that are one change away from a plan, and break no more rules of the case than it (M63)."""

from __future__ import annotations

from collections.abc import Iterator

from detente.case.domain import Case, Plan
from detente.case.plans import plan_flaws
from detente.insight.results import Edit


def neighbours(case: Case, plan: Plan) -> Iterator[tuple[Edit, Plan]]:
    """Yield each change of *plan* with what results: moves, levels, steps dropped, steps added.

    What is in force already (phase 0) stays as it is, and no plan without a step is yielded.
    """
    flaws = len(plan_flaws(case, plan))
    for edit in _edits(case, plan):
        changed = apply(plan, edit)
        if not changed.is_empty and len(plan_flaws(case, changed)) <= flaws:
            yield edit, changed


def apply(plan: Plan, edit: Edit) -> Plan:
    """Return *plan* with a change of one of its steps."""
    phases = [list(names) for names in plan.phases]
    measure = edit.measures[0]
    where = next((k for k, names in enumerate(phases) if measure in names), None)
    if where is not None:
        at = phases[where].index(measure)
        phases[where][at : at + 1] = [edit.level] if edit.level is not None else []
    if edit.phase is not None:
        phases[edit.phase].append(measure)
    return Plan(tuple(tuple(names) for names in phases))


def _edits(case: Case, plan: Plan) -> Iterator[Edit]:
    steps = [(name, k) for k, names in enumerate(plan.phases) if k > 0 for name in names]
    for name, k in steps:
        for phase in (k - 1, k + 1):
            if 1 <= phase <= case.phases:
                yield Edit("move", (name,), phase=phase, origin=k)
    for name, _ in steps:
        for level in _next_levels(case, name):
            yield Edit("level", (name,), level=level)
    for name, _ in steps:
        yield Edit("drop", (name,))
    yield from _additions(case, plan)


def _additions(case: Case, plan: Plan) -> Iterator[Edit]:
    held = {case.measures[case.measure_index[name]].base for name in plan.measures}
    for measure in case.measures:
        if measure.base not in held:
            for phase in measure.in_phases:
                if phase > 0:
                    yield Edit("add", (measure.id,), phase=phase)


def _next_levels(case: Case, name: str) -> Iterator[str]:
    """Yield the levels before and after *name*, in the order of the case."""
    base = case.measures[case.measure_index[name]].base
    levels = [measure.id for measure in case.measures if measure.base == base]
    at = levels.index(name)
    yield from levels[max(at - 1, 0) : at]
    yield from levels[at + 1 : at + 2]
