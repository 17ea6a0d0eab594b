"""Changes of a plan: every plan one change away, and what the changes between two plans are.

A change moves a step to another phase, puts another level in its place, drops it or adds one. What
is in force already (phase 0) stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.case.domain import Case
from detente.model.structure import PlanVector, Structure
from detente.searching.space import Choices, PlanSpace


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a plan, or, as ``detect``, of how surely breaches are seen."""

    kind: Literal["move", "drop", "add", "level", "detect"]  #: what is done
    measures: tuple[str, ...]  #: ids of the measures concerned: one, but for ``detect``
    phase: int | None = None  #: where a measure moves to or is added
    origin: int | None = None  #: where a measure moves from
    level: str | None = None  #: id of the level that takes the place of the measure


class Surroundings:
    """The plans around one, among those that break no more conditions than it."""

    def __init__(self, structure: Structure, plan: PlanVector) -> None:
        """Look around *plan*, int8[measure], which may itself break conditions of the case."""
        self.space = PlanSpace.of(structure, holding=plan)
        self.start = self.space.choices(plan[None])[0]
        self.most_broken = int(self.space.broken(self.start[None])[0])

    def one_change_away(self, choices: Choices) -> Choices:
        """Return the plans one change away from one, int16[issue], that may be looked at."""
        near = self.space.neighbours(choices)
        single = [len(list(self.edits_between(choices, row))) == 1 for row in near]
        return self.may_be(near[single])

    def may_be(self, choices: Choices) -> Choices:
        """Return those of *choices* that have a step and break no more conditions than the plan."""
        has_step = (self.space.vectors(choices) > 0).any(axis=1)
        return choices[has_step & (self.space.broken(choices) <= self.most_broken)]

    def edits(self, choices: Choices) -> tuple[Edit, ...]:
        """Return the changes that lead from the plan to another, int16[issue]."""
        return tuple(self.edits_between(self.start, choices))

    def edits_between(self, before: Choices, after: Choices) -> Iterator[Edit]:
        """Yield the changes that lead from one plan to another."""
        case = self.space.structure.case
        for issue in np.flatnonzero(before != after).tolist():
            old, new = (self.space.option(issue, int(row[issue])) for row in (before, after))
            yield from _edits_of(case, old, new)


Place = tuple[int, int] | None


def _edits_of(case: Case, old: Place, new: Place) -> Iterator[Edit]:
    """Yield what turns one option, (measure, phase), into another."""
    if old is None and new is not None:
        yield Edit("add", (case.measures[new[0]].id,), phase=new[1])
    elif old is not None and new is None:
        yield Edit("drop", (case.measures[old[0]].id,))
    elif old is not None and new is not None:
        names = case.measures[old[0]].id, case.measures[new[0]].id
        if old[0] != new[0]:
            yield Edit("level", (names[0],), level=names[1])
        if old[1] != new[1]:
            yield Edit("move", (names[1],), phase=new[1], origin=old[1])
