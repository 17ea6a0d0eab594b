"""What the model needs to know of a case besides its numbers: who, what, and which rule.

:class:`Structure` turns the names of a case into positions, once; plans become vectors of
phases. Positions follow the order of the case (see :mod:`detente.case.domain`).

Terms
-----
plan vector
    int8[measure]: the phase 0..K in which each measure stands, -1 where the plan leaves it out.
item
    Something with a worth: a measure, or an interaction (after all measures).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case, Group, Plan
from detente.errors import PlanError

Ints = NDArray[np.int32]
PlanVector = NDArray[np.int8]

ABSENT = -1
NOBODY = -1

Positions = tuple[int, ...]


@dataclass(frozen=True)
class Combination:
    """An interaction by positions: groups of its parts, groups that switch it off."""

    parts: tuple[Positions, ...]
    unless: tuple[Positions, ...]


@dataclass(frozen=True)
class Scale:
    """A factor on worths by positions (model.md 2, interaction of kind c)."""

    measures: Positions
    constituencies: Positions
    when_after: tuple[Positions, ...]


@dataclass(frozen=True)
class Refusal:
    """A red line by positions."""

    constituency: int
    never: tuple[Positions, ...]
    unless: tuple[Positions, ...]


@dataclass(frozen=True)
class Structure:
    """A case without its numbers. All positions count from 0."""

    case: Case
    phases: int  #: K
    by: Ints  #: int32[measure]: position of the performing party, NOBODY where joint
    secret: NDArray[np.bool_]  #: bool[measure]: can be undone unannounced
    party_of: Ints  #: int32[constituency]
    deciders: Ints  #: int32[decider]: position of the constituency, by party
    decider_party: Ints  #: int32[decider]
    watches: tuple[tuple[int, int], ...]  #: (verification measure, measure it watches)
    combinations: tuple[Combination, ...]
    scalings: tuple[Scale, ...]
    red_lines: tuple[Refusal, ...]

    @classmethod
    def of(cls, case: Case) -> Structure:
        """Return the structure of *case*."""
        measure, constituency = case.measure_index, case.constituency_index

        def groups(names: tuple[Group, ...]) -> tuple[Positions, ...]:
            return tuple(tuple(measure[name] for name in group) for group in names)

        return cls(
            case=case,
            phases=case.phases,
            by=np.array(
                [NOBODY if m.by is None else case.party_index[m.by] for m in case.measures],
                dtype=np.int32,
            ),
            secret=np.array([m.secret_undo for m in case.measures], dtype=np.bool_),
            party_of=np.array(
                [case.party_index[c.party] for c in case.constituencies], dtype=np.int32
            ),
            deciders=np.array(
                [constituency[d.constituency] for _, d in case.deciders], dtype=np.int32
            ),
            decider_party=np.array(
                [case.party_index[party.id] for party, _ in case.deciders], dtype=np.int32
            ),
            watches=tuple((measure[m.id], measure[target]) for m, target, _ in case.watches),
            combinations=tuple(
                Combination(groups(i.all_of), groups(i.unless)) for i in case.interactions
            ),
            scalings=tuple(
                Scale(
                    tuple(measure[m] for m in s.measures),
                    tuple(constituency[c] for c in s.constituencies),
                    groups(s.when_after),
                )
                for s in case.scalings
            ),
            red_lines=tuple(
                Refusal(constituency[c.id], groups(line.never), groups(line.unless))
                for c, line in case.red_lines
            ),
        )

    @cached_property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.case.parties)

    @cached_property
    def constituencies(self) -> int:
        """Number of constituencies."""
        return len(self.case.constituencies)

    @cached_property
    def measures(self) -> int:
        """Number of measures, levels written out."""
        return len(self.case.measures)

    def performers(self, plan: PlanVector) -> NDArray[np.bool_]:
        """Which parties perform a measure of *plan*: bool[party]. The others cannot breach."""
        performs = np.zeros(self.parties, dtype=np.bool_)
        performs[self.by[(plan != ABSENT) & (self.by != NOBODY)]] = True
        return performs

    def vector(self, plan: Plan) -> PlanVector:
        """Return *plan* as a plan vector; PlanError where it does not fit the case."""
        if len(plan.phases) > self.phases + 1:
            raise PlanError(f"the plan has {len(plan.phases) - 1} phases, the case {self.phases}")
        vector = np.full(self.measures, ABSENT, dtype=np.int8)
        for phase, names in enumerate(plan.phases):
            for name in names:
                if name not in self.case.measure_index:
                    raise PlanError(f"the case has no measure {name!r}")
                if vector[self.case.measure_index[name]] != ABSENT:
                    raise PlanError(f"the plan names {name!r} twice")
                vector[self.case.measure_index[name]] = phase
        return vector


def holds_all(plan: PlanVector, groups: tuple[Positions, ...]) -> bool:
    """Whether *plan* holds a measure of each group, phase 0 included."""
    return all(any(plan[m] != ABSENT for m in group) for group in groups)


def latest_phase(plan: PlanVector, groups: tuple[Positions, ...]) -> int:
    """Phase from which a measure of each group is in place; *plan* must hold them all."""
    return max(max(int(plan[m]) for m in group) for group in groups)
