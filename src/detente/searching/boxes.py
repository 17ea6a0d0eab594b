"""Boxes of plans: what each issue may still be, and what follows from that.

A branch and bound splits the plans of a :class:`~detente.searching.space.PlanSpace` into boxes. What
is said of a box here holds for every plan in it; where that cannot be told, nothing is said.

Terms
-----
slot
    An issue; or, after all issues, an interaction that pays extra worth.
entry
    What a slot may be: left out, or an item in a phase. A plan has one entry of each slot.
box
    bool[entry]: the entries that are allowed, at least one of each slot. Its plans are those that
    choose one of them for each issue and keep the conditions of the space; the entries of
    interactions follow from those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Rule
from detente.model.ballots import bodies, consents_of
from detente.model.judgement import Bools
from detente.model.structure import ABSENT, NOBODY, Positions
from detente.searching.space import NONE, Choices, PlanSpace

Rows = NDArray[np.intp]

#: Rounds in which what conditions rule out is taken from a box; more would find little.
ROUNDS = 3


@dataclass(frozen=True, eq=False)
class Entries:
    """The slots of a space of plans, and their entries one after another."""

    space: PlanSpace
    offset: Rows  #: intp[slot + 1]: where the entries of each slot begin
    slot: Rows  #: intp[entry]
    item: Rows  #: intp[entry]: row of the measure or interaction, ABSENT where left out
    phase: Rows  #: intp[entry]: from which it is in place, ABSENT where left out
    choice: Rows  #: intp[entry]: the choice of the issue (see space.py)

    @classmethod
    def of(cls, space: PlanSpace) -> Entries:
        """Return the entries of *space*."""
        slots: list[list[tuple[int, int, int]]] = [
            [(ABSENT, ABSENT, NONE)] * (not issue.must)
            + [(m, k, option) for option, (m, k) in enumerate(issue.options)]
            for issue in space.issues
        ]
        structure = space.structure
        for i in range(len(structure.combinations)):
            row = structure.measures + i
            starts = [(row, k, k) for k in range(structure.phases + 1)]
            slots.append([(ABSENT, ABSENT, NONE), *starts])
        offset = np.cumsum([0, *map(len, slots)], dtype=np.intp)
        table = np.array([entry for slot in slots for entry in slot], dtype=np.intp).reshape(-1, 3)
        of = np.repeat(np.arange(len(slots)), np.diff(offset))
        return cls(space, offset, of, *np.ascontiguousarray(table.T))

    @property
    def issues(self) -> int:
        """Number of issues: the first so many slots."""
        return len(self.space.issues)

    @cached_property
    def of_issues(self) -> int:
        """Number of entries of issues: the first so many."""
        return int(self.offset[self.issues])

    @cached_property
    def by(self) -> Rows:
        """intp[entry]: the party that performs it, NOBODY where none does."""
        by = np.append(self.space.structure.by, NOBODY).astype(np.intp)
        measure = np.where(self.item < self.space.structure.measures, self.item, ABSENT)
        return np.asarray(by[measure])

    @cached_property
    def steps(self) -> Bools:
        """bool[entry, party]: a step of the party in phases 1 .. K."""
        parties = np.arange(self.space.structure.parties)
        return np.asarray((self.by[:, None] == parties) & (self.phase > 0)[:, None])

    @cached_property
    def consents(self) -> Bools:
        """bool[entry, constituency or party]: a step that needs its consent."""
        consents = consents_of(self.space.structure)
        steps = (self.phase > 0) & (self.item < len(consents))
        return consents[np.where(steps, self.item, 0)] & steps[:, None]

    def of_measures(self, group: Positions) -> Rows:
        """Return the entries of issues that hold one of *group*."""
        return np.flatnonzero(np.isin(self.item, group))

    def choices(self, boxes: Bools) -> Choices:
        """Return the choices of *boxes* with a single plan each: int16[box, issue]."""
        first = np.stack(
            [
                a + np.argmax(boxes[:, a:b], axis=1)
                for a, b in zip(
                    self.offset[: self.issues], self.offset[1 : self.issues + 1], strict=True
                )
            ],
            axis=1,
        )
        return np.asarray(self.choice[first].astype(np.int16))

    def boxes(self, choices: Choices) -> Bools:
        """Return a box for each row of *choices* with that plan alone: bool[box, entry]."""
        boxes = np.ones((len(choices), len(self.item)), dtype=np.bool_)
        n = self.of_issues
        boxes[:, :n] = self.choice[:n] == choices[:, self.slot[:n]]
        return boxes

    def whole(self) -> Bools:
        """Return the box of all plans."""
        return np.ones(len(self.item), dtype=np.bool_)

    def widths(self, boxes: Bools) -> Rows:
        """Return how many entries each issue may be: intp[box, issue]."""
        return np.add.reduceat(
            boxes[:, : self.of_issues].astype(np.intp), self.offset[: self.issues], axis=1
        )


def some(entries: Entries, marks: Bools, boxes: Bools) -> Bools:
    """Whether each box allows any marked entry: bool[box, column].

    Args:
        marks: bool[entry, column].
    """
    n = entries.of_issues
    return np.asarray(boxes[:, :n].astype(np.float32) @ marks[:n].astype(np.float32) > 0.0)


def sure(entries: Entries, marks: Bools, boxes: Bools) -> Bools:
    """Whether every plan of each box has a marked entry for some issue: bool[box, column]."""
    n, starts = entries.of_issues, entries.offset[: entries.issues]
    lacking = np.add.reduceat(
        boxes[:, :n, None] & ~marks[None, :n], starts, axis=1
    )  # entries not marked, by slot
    return np.asarray((lacking == 0).any(axis=1))


class Conditions:
    """What the conditions of a space rule out in a box, and when interactions may begin."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        space = entries.space
        self.needs = [
            (e, self._in_time(group, int(entries.phase[e])))
            for m, group in space.needs
            for e in entries.of_measures((m,)).tolist()
        ]
        self.bars = [
            pair
            for a, b in space.bars
            for pair in (
                (entries.of_measures((a,)), entries.of_measures((b,))),
                (entries.of_measures((b,)), entries.of_measures((a,))),
            )
            if len(pair[0]) and len(pair[1])
        ]
        self.timings = [
            (
                [self._times(group) for group in combination.parts],
                [self._times(group) for group in combination.unless],
            )
            for combination in space.structure.combinations
        ]

    def _in_time(self, group: Positions, phase: int) -> Rows:
        found = self.entries.of_measures(group)
        return found[self.entries.phase[found] <= phase]

    def _times(self, group: Positions) -> list[Rows]:
        """Return the entries of each measure of *group*."""
        return [self.entries.of_measures((m,)) for m in group]

    def narrow(self, boxes: Bools) -> Bools:
        """Take from *boxes*, in place, what no plan in them may have; say which are not empty."""
        for _ in range(ROUNDS):
            before = boxes.sum()
            for e, group in self.needs:
                boxes[:, e] &= boxes[:, group].any(axis=1)
            for one, other in self.bars:
                held = self._held(boxes, one)
                boxes[np.ix_(held, other)] = False
            if boxes.sum() == before:
                break
        entries = self.entries
        steps = np.flatnonzero(entries.phase[: entries.of_issues] > 0)
        fine = (entries.widths(boxes) > 0).all(axis=1) & boxes[:, steps].any(axis=1)
        return np.asarray(fine)

    def _held(self, boxes: Bools, found: Rows) -> Bools:
        """Whether every plan of each box has one of the entries *found* of one slot."""
        slot = self.entries.slot[found[0]]
        a, b = self.entries.offset[slot : slot + 2]
        others = np.setdiff1d(np.arange(a, b), found)
        return np.asarray(~boxes[:, others].any(axis=1))

    def time(self, boxes: Bools) -> None:
        """Allow interactions in *boxes*, in place, only where they may begin."""
        entries, phases = self.entries, np.arange(self.entries.space.structure.phases + 1)
        for i, (parts, unless) in enumerate(self.timings):
            at = entries.offset[entries.issues + i]
            lo, hi, can, must = self._latest(boxes, parts)
            may_stop = self._latest(boxes, unless)[2] if unless else np.zeros(len(boxes), np.bool_)
            stopped = self._latest(boxes, unless)[3] if unless else may_stop
            starts = (phases >= lo[:, None]) & (phases <= hi[:, None])
            boxes[:, at + 1 : at + 2 + phases[-1]] = starts & (can & ~stopped)[:, None]
            boxes[:, at] = ~must | may_stop

    def _latest(self, boxes: Bools, groups: list[list[Rows]]) -> tuple[Rows, Rows, Bools, Bools]:
        """Return bounds on the latest phase of *groups*, and whether a plan can and must hold them."""
        lo = np.zeros(len(boxes), dtype=np.intp)
        hi = lo.copy()
        can = np.ones(len(boxes), dtype=np.bool_)
        must = can.copy()
        for group in groups:
            first, last, surely = self._group(boxes, group)
            lo, hi = np.maximum(lo, first), np.maximum(hi, last)
            can &= last > ABSENT
            must &= surely
        return lo, hi, can, must

    def _group(self, boxes: Bools, group: list[Rows]) -> tuple[Rows, Rows, Bools]:
        """Return bounds on the latest phase of one group, and whether a plan must hold of it."""
        entries, none = self.entries, 127
        first = np.full(len(boxes), none, dtype=np.intp)  # of any measure of the group
        least = np.full(len(boxes), ABSENT, dtype=np.intp)  # of those that it must hold
        last = np.full(len(boxes), ABSENT, dtype=np.intp)
        surely = np.zeros(len(boxes), dtype=np.bool_)
        whole = np.concatenate(group)
        for found in group:
            if not len(found):
                continue
            phase = entries.phase[found]
            early = np.where(boxes[:, found], phase, none).min(axis=1)
            held = self._held(boxes, found)
            first = np.minimum(first, early)
            least = np.maximum(least, np.where(held, early, ABSENT))
            last = np.maximum(last, np.where(boxes[:, found], phase, ABSENT).max(axis=1))
        for slot in np.unique(entries.slot[whole]):
            surely |= self._held(boxes, whole[entries.slot[whole] == slot])
        return np.maximum(least, np.where(first == none, ABSENT, first)), last, surely


def vetoes(rule: Rule) -> set[str]:
    """Return the names without whose yes *rule* is not met, as far as its vetoes tell."""
    found = set[str]()
    for item in rule.vetoes:
        found |= {item} if isinstance(item, str) else vetoes(item)
    return found


class Asking:
    """Which constituencies must say yes, and which parties perform, in every plan of a box."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        case = entries.space.structure.case
        self.people, self.parties = len(case.constituencies), len(case.parties)
        body = bodies(entries.space.structure)
        self.asks = np.zeros((self.people + self.parties, self.people), dtype=np.bool_)
        self.asks[: self.people] = np.eye(self.people, dtype=np.bool_)
        for party in case.parties:
            own = [case.constituency_index[name] for name in vetoes(party.accepts)]
            self.asks[body[party.id], own] = True
        always = {name for name in case.must_sign if name not in case.party_index}
        always |= vetoes(case.agreement) if case.agreement is not None else set(case.must_sign)
        self.always = np.zeros(len(self.asks), dtype=np.bool_)
        self.always[[body[name] for name in always]] = True
        self.unanimous = case.agreement is None
        self.performing = np.asarray(entries.by[:, None] == np.arange(self.parties))

    @cached_property
    def may_be_heard(self) -> Rows:
        """Return the constituencies that must say yes to some plan."""
        needed = self.always | self.entries.consents.any(axis=0)
        if self.unanimous:
            needed[self.people :] |= self.entries.steps.any(axis=0)
        return np.flatnonzero(self.asks[needed].any(axis=0))

    def performs(self, boxes: Bools, signs: Bools) -> Bools:
        """Return which parties perform a measure in every plan: bool[box, party].

        Args:
            signs: bool[box, party]: it is known to have a step in phases 1 .. K.
        """
        return np.asarray(signs | sure(self.entries, self.performing, boxes))

    def heard(self, boxes: Bools, signs: Bools) -> Bools:
        """Return who must say yes in every plan: bool[box, constituency]."""
        needed = sure(self.entries, self.entries.consents, boxes) | self.always
        if self.unanimous:
            consenting = needed[:, self.people :]
            needed[:, self.people :] = consenting | signs
        return np.asarray(needed.astype(np.float32) @ self.asks.astype(np.float32) > 0.0)
