"""Plans that are one change away from a plan, and break no more rules of the case than it (M63)."""

from __future__ import annotations

from collections.abc import Iterator

from detente.case.domain import Case, Plan
from detente.model.structure import Structure
from detente.searching.edits import Edit, Surroundings

#: In which order changes are tried, where there are too many: additions, which are most, come last.
_ORDER = ("move", "level", "drop", "add")


def neighbours(case: Case, plan: Plan) -> Iterator[tuple[Edit, Plan]]:
    """Yield each change of *plan* with what results: moves, levels, steps dropped, steps added.

    What is in force already (phase 0) stays as it is, and no plan without a step is yielded.
    """
    structure = Structure.of(case)
    around = Surroundings(structure, structure.vector(plan))
    found = [around.edits(row)[0] for row in around.one_change_away(around.start)]
    for edit in sorted(found, key=lambda edit: _ORDER.index(edit.kind)):
        yield edit, apply(plan, edit)


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
