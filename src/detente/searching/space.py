"""The plans that a case allows, and how to get from one to another.

Terms
-----
issue
    A measure with its levels: a plan holds one of them in one phase, or none.
option
    A measure (a level, where there are some) in a phase.
choices
    int16[plan, issue]: the option of each issue that each plan holds, :data:`NONE` where none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log10

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from detente.case.domain import Case, Plan
from detente.case.names import did_you_mean, listed
from detente.errors import RequestError
from detente.model.ballots import Plans
from detente.model.judgement import Bools
from detente.model.structure import ABSENT, PlanVector, Positions, Structure

Choices = NDArray[np.int16]
Rows = NDArray[np.intp]

NONE = -1
#: Rounds in which broken conditions are mended before a plan is given up.
MENDINGS = 12
#: How often a step that lacks what it requires is dropped, instead of what it lacks being added.
DROPPED = 0.4


@dataclass(frozen=True, slots=True)
class Issue:
    """A measure with its levels, and what a plan may do with it."""

    base: str  #: id of the measure, without level
    options: tuple[tuple[int, int], ...]  #: (measure, phase) that a plan may hold
    must: bool  #: every plan holds one of them


@dataclass(frozen=True, eq=False)
class PlanSpace:
    """All plans that keep the conditions of a case and those of whoever asks."""

    structure: Structure
    issues: tuple[Issue, ...]
    needs: tuple[tuple[int, Positions], ...]  #: (measure, group): holds one of it, no later
    bars: tuple[tuple[int, int], ...]  #: measures that exclude each other

    @classmethod
    def of(
        cls,
        structure: Structure,
        *,
        fix: Mapping[str, int | None] | None = None,
        forbid: Iterable[str] = (),
        phases: int | None = None,
        holding: PlanVector | None = None,
    ) -> PlanSpace:
        """Return the plans of a case.

        A measure that may stand in phase 0 only is in force in every plan; others stand there
        only where they are fixed there.

        Args:
            fix: Measures that every plan holds: in the phase given, or in any from 1 on. The id of
                a measure with levels stands for any of them.
            forbid: Measures that no plan holds; the id of one with levels stands for all of them.
            phases: Steps stand in phases up to this one; in all of the case by default.
            holding: A plan, int8[measure]: what it has in force stays, and what else it holds may be
                held, whatever the conditions.

        Raises:
            RequestError: For an unknown measure, or conditions of which one rules out another.
        """
        case = structure.case
        last = case.phases if phases is None else phases
        if not 1 <= last <= case.phases:
            raise RequestError(f"phases can be 1 to {case.phases}, not {last}")
        barred = {m for name in forbid for m in _called(case, name)}
        fixed = _fixed(case, fix or {})
        issues = [
            _issue(case, base, members, fixed.get(base), barred, last)
            for base, members in _by_base(case).items()
        ]
        if holding is not None:
            pairs = zip(issues, _by_base(case).values(), strict=True)
            issues = [_with_held(issue, members, holding) for issue, members in pairs]
        needs, bars = _conditions(case)
        return cls(structure, tuple(issue for issue in issues if issue.options), needs, bars)

    @property
    def magnitude(self) -> float:
        """Decimal logarithm of the number of plans, conditions between measures aside."""
        return sum(log10(len(issue.options) + (not issue.must)) for issue in self.issues)

    # --- tables ----------------------------------------------------------------------------

    @cached_property
    def _measure(self) -> Rows:
        """intp[issue, option]: the measure; rows are filled up with 0."""
        return _padded([[m for m, _ in issue.options] for issue in self.issues])

    @cached_property
    def _phase(self) -> Rows:
        """intp[issue, option]: the phase; rows are filled up with 0."""
        return _padded([[k for _, k in issue.options] for issue in self.issues])

    @cached_property
    def counts(self) -> Rows:
        """intp[issue]: number of options."""
        return np.array([len(issue.options) for issue in self.issues], dtype=np.intp)

    @cached_property
    def least(self) -> Rows:
        """intp[issue]: the first choice, NONE or 0 where an option must be chosen."""
        return np.array([0 if issue.must else NONE for issue in self.issues], dtype=np.intp)

    @cached_property
    def free(self) -> Rows:
        """Issues in which there is a choice."""
        return np.flatnonzero(self.counts - self.least > 1)

    @cached_property
    def _party(self) -> Rows:
        """intp[free issue]: who performs it."""
        return np.asarray(self.structure.by[self._measure[self.free, 0]], dtype=np.intp)

    @cached_property
    def _issue_of(self) -> Rows:
        """intp[measure]: its issue, NONE where no plan holds it."""
        of = np.full(self.structure.measures, NONE, dtype=np.intp)
        for row, issue in enumerate(self.issues):
            of[[m for m, _ in issue.options]] = row
        return of

    @cached_property
    def _option_of(self) -> Rows:
        """intp[measure, phase 0 .. K]: the option, NONE where a plan may not hold it there."""
        of = np.full((self.structure.measures, self.structure.phases + 1), NONE, dtype=np.intp)
        for issue in self.issues:
            for option, (m, k) in enumerate(issue.options):
                of[m, k] = option
        return of

    # --- from and to plans -----------------------------------------------------------------

    def vectors(self, choices: Choices) -> Plans:
        """Return the plan vectors of *choices*: int8[plan, measure]."""
        plans = np.full((len(choices), self.structure.measures), ABSENT, dtype=np.int8)
        rows, issues = np.nonzero(choices != NONE)
        where = issues, choices[rows, issues]
        plans[rows, self._measure[where]] = self._phase[where]
        return plans

    def choices(self, plans: Plans) -> Choices:
        """Return the choices of *plans*, int8[plan, measure], without what none may hold."""
        choices = np.full((len(plans), len(self.issues)), NONE, dtype=np.int16)
        rows, measures = np.nonzero(plans != ABSENT)
        option = self._option_of[measures, plans[rows, measures]]
        fits = option != NONE
        choices[rows[fits], self._issue_of[measures[fits]]] = option[fits]
        return choices

    def plan(self, choices: Choices) -> Plan:
        """Return the plan of one row of choices, int16[issue]."""
        vector = self.vectors(choices[None])[0]
        measures = self.structure.case.measures
        return Plan(
            tuple(
                tuple(measures[m].id for m in np.flatnonzero(vector == k))
                for k in range(self.structure.phases + 1)
            )
        )

    def option(self, issue: int, choice: int) -> tuple[int, int] | None:
        """Return the (measure, phase) of a choice, None where it is none."""
        return None if choice == NONE else self.issues[issue].options[choice]

    def allows(self, choices: Choices) -> Bools:
        """Whether each plan keeps all conditions and has a step in phases 1 .. K: bool[plan]."""
        has_step = (self.vectors(choices) > 0).any(axis=1)
        return np.asarray(has_step & (self.broken(choices) == 0))

    def broken(self, choices: Choices) -> Rows:
        """Return how many conditions each plan breaks: intp[plan]."""
        plans = self.vectors(choices)
        broken = (choices < self.least).sum(axis=1)
        for m, group in self.needs:
            broken += _lacks(plans, m, group)
        for a, b in self.bars:
            broken += (plans[:, a] != ABSENT) & (plans[:, b] != ABSENT)
        return np.asarray(broken)

    def every(self) -> Choices:
        """Return all plans that are allowed; see :attr:`magnitude` for how many that can be."""
        if not self.issues:
            return self.nothing(0)
        ranges = [
            np.arange(least, count) for least, count in zip(self.least, self.counts, strict=True)
        ]
        grid = np.meshgrid(*ranges, indexing="ij")
        choices = np.stack(grid, axis=-1).reshape(-1, len(self.issues)).astype(np.int16)
        return choices[self.allows(choices)]

    # --- from plan to plan -----------------------------------------------------------------

    def nothing(self, count: int) -> Choices:
        """Return the choices of plans that hold what they must, in its first option, and no more."""
        return np.tile(self.least.astype(np.int16), (count, 1))

    def varied(self, choices: Choices, rng: Generator) -> Choices:
        """Return *choices* with another option for one issue of each plan."""
        if not len(self.free):
            return choices.copy()
        rows, issue = np.arange(len(choices)), rng.choice(self.free, len(choices))
        old, least = choices[rows, issue], self.least[issue]
        new = rng.integers(least, self.counts[issue] - 1)
        new += new >= old  # any but the old one
        changed = choices.copy()
        changed[rows, issue] = np.where(old < least, rng.integers(least, self.counts[issue]), new)
        return changed

    def traded(self, choices: Choices, rng: Generator) -> Choices:
        """Return *choices* with a step of each of two parties added to each plan, or replaced.

        One side's step alone is often refused by it, the other's by the other.
        """
        parties = np.unique(self._party)
        if len(parties) < 2:
            return self.varied(choices, rng)
        first = rng.integers(len(parties), size=len(choices))
        second = (first + rng.integers(1, len(parties), size=len(choices))) % len(parties)
        changed, rows = choices.copy(), np.arange(len(choices))
        for party in (first, second):
            weight = rng.random((len(choices), len(self.free)))
            weight *= self._party == parties[party][:, None]
            issue = self.free[np.argmax(weight, axis=1)]
            changed[rows, issue] = rng.integers(0, self.counts[issue])
        return changed

    def shifted(self, choices: Choices, rng: Generator) -> Choices:
        """Return *choices* with one step of each plan a phase earlier or later, where it may."""
        weight = rng.random(choices.shape) * (choices != NONE)
        rows, issue = np.arange(len(choices)), np.argmax(weight, axis=1)
        option = np.maximum(choices[rows, issue], 0)
        m, k = self._measure[issue, option], self._phase[issue, option]
        later = k + np.where(rng.random(len(choices)) < 0.5, 1, -1)
        target = self._option_of[m, np.clip(later, 0, self.structure.phases)]
        fits = (choices[rows, issue] != NONE) & (target != NONE)
        changed = choices.copy()
        changed[rows[fits], issue[fits]] = target[fits]
        return changed

    def crossed(self, first: Choices, second: Choices, rng: Generator) -> Choices:
        """Return plans that take each issue from one of two others."""
        return np.where(rng.random(first.shape) < 0.5, first, second)

    def neighbours(self, choices: Choices) -> Choices:
        """Return all plans that differ in one issue from one, int16[issue], conditions aside."""
        pairs = [
            (issue, option)
            for issue in self.free.tolist()
            for option in range(self.least[issue], self.counts[issue])
            if option != choices[issue]
        ]
        changed = np.tile(choices, (len(pairs), 1))
        for row, (issue, option) in enumerate(pairs):
            changed[row, issue] = option
        return changed

    def mended(self, choices: Choices, rng: Generator) -> Choices:
        """Return *choices* with broken conditions mended, as far as that succeeds.

        What a step lacks is added before it, or the step is dropped; of two that exclude each
        other one is dropped. Plans that still break a condition are left out.
        """
        choices = np.where(choices < self.least, self.least.astype(np.int16), choices)
        for _ in range(MENDINGS):
            plans = self.vectors(choices)
            broken = [self._mend_need(choices, plans, *need, rng) for need in self.needs]
            broken += [self._mend_bar(choices, plans, pair, rng) for pair in self.bars]
            if not any(broken):
                break
        return choices[self.allows(choices)]

    def _mend_need(
        self, choices: Choices, plans: Plans, m: int, group: Positions, rng: Generator
    ) -> bool:
        """Mend what *plans* lack beside measure *m*, and say whether they lacked anything."""
        rows = np.flatnonzero(_lacks(plans, m, group))
        if not len(rows):
            return False
        other = rng.choice(np.array(group), len(rows))
        phase = rng.integers(np.minimum(plans[rows, m], 1), plans[rows, m] + 1)
        option = self._option_of[other, phase]
        drop = (rng.random(len(rows)) < DROPPED) | (option == NONE)
        choices[rows[drop], self._issue_of[m]] = NONE
        choices[rows[~drop], self._issue_of[other[~drop]]] = option[~drop]
        return True

    def _mend_bar(
        self, choices: Choices, plans: Plans, pair: tuple[int, int], rng: Generator
    ) -> bool:
        """Drop one of two measures that exclude each other, and say whether any did."""
        rows = np.flatnonzero((plans[:, pair] != ABSENT).all(axis=1))
        dropped = np.where(rng.random(len(rows)) < 0.5, *pair)
        choices[rows, self._issue_of[dropped]] = NONE
        return bool(len(rows))


def _lacks(plans: Plans, m: int, group: Positions) -> Bools:
    """Whether each plan holds *m* without one of *group* in the same phase or an earlier one."""
    others = plans[:, group]
    there = (others != ABSENT) & (others <= plans[:, m, None])
    return np.asarray((plans[:, m] != ABSENT) & ~there.any(axis=1))


def _padded(rows: list[list[int]]) -> Rows:
    table = np.zeros((len(rows), max((len(row) for row in rows), default=0)), dtype=np.intp)
    for at, row in enumerate(rows):
        table[at, : len(row)] = row
    return table


def _by_base(case: Case) -> Mapping[str, list[int]]:
    """Return the measures of each issue, in the order of the case."""
    found = dict[str, list[int]]()
    for m, measure in enumerate(case.measures):
        found.setdefault(measure.base, []).append(m)
    return found


def _called(case: Case, name: str) -> list[int]:
    """Return the measures that *name* stands for: one, or all levels of one."""
    found = [m for m, measure in enumerate(case.measures) if name in (measure.id, measure.base)]
    if not found:
        known = [*case.measure_index, *_by_base(case)]
        raise RequestError(f"unknown measure {name[:80]!r}{did_you_mean(name, known)}")
    return found


def _fixed(
    case: Case, fix: Mapping[str, int | None]
) -> dict[str, tuple[frozenset[int], int | None]]:
    """Return what is fixed of each issue: its levels, and the phase or None."""
    fixed = dict[str, tuple[frozenset[int], int | None]]()
    for name, phase in fix.items():
        levels = _called(case, name)
        base = case.measures[levels[0]].base
        if base in fixed:
            raise RequestError(f"'{base}' is fixed twice: name one of its levels, once")
        fixed[base] = frozenset(levels), phase
    return fixed


def _issue(
    case: Case,
    base: str,
    members: list[int],
    fixed: tuple[frozenset[int], int | None] | None,
    barred: set[int],
    last: int,
) -> Issue:
    """Return what plans may do with one measure and its levels."""
    levels, phase = fixed if fixed is not None else (frozenset(members), None)
    options = [
        (m, k)
        for m in members
        if m in levels and m not in barred
        for k in case.measures[m].in_phases
        if (k == phase if phase is not None else _stands(case, m, k, last))
    ]
    if fixed is not None and not options:
        where = "" if phase is None else f" in phase {phase}"
        raise RequestError(f"'{base}' is fixed{where}, but no plan may hold it there")
    ids = {case.measures[m].id for m in members}
    chosen = any(ids <= set(group) for group in case.must_choose)
    if chosen and not options:
        raise RequestError(f"one of {listed(sorted(ids))} must be chosen, and none may")
    in_force = bool(options) and all(k == 0 for _, k in options)
    return Issue(base, tuple(options), must=fixed is not None or chosen or in_force)


def _with_held(issue: Issue, members: list[int], plan: PlanVector) -> Issue:
    """Return *issue* with what *plan* holds of it among its options, or as the only one."""
    held = [(m, int(plan[m])) for m in members if plan[m] != ABSENT]
    if any(phase == 0 for _, phase in held):
        return Issue(issue.base, tuple(held), must=True)
    options = (*issue.options, *(option for option in held if option not in issue.options))
    return Issue(issue.base, options, must=issue.must and bool(held))


def _stands(case: Case, m: int, phase: int, last: int) -> bool:
    """Whether a plan may hold a measure in *phase* if nobody has fixed where."""
    return 1 <= phase <= last or set(case.measures[m].in_phases) == {0}


def _conditions(
    case: Case,
) -> tuple[tuple[tuple[int, Positions], ...], tuple[tuple[int, int], ...]]:
    """Return what measures require, and which exclude each other, by position."""
    index = case.measure_index
    needs = [
        (m, tuple(index[name] for name in group))
        for m, measure in enumerate(case.measures)
        for group in measure.requires
    ]
    bars = {
        (min(m, index[name]), max(m, index[name]))
        for m, measure in enumerate(case.measures)
        for group in measure.excludes
        for name in group
    }
    return tuple(needs), tuple(sorted(bars))
