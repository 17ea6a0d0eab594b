"""Rules of acceptance as flat tables, and whose yes each of many plans needs.

:mod:`detente.model.accepting` asks how far a body is from yes; a search only asks whether it says
yes, of thousands of plans, and the kernel answers that from these tables.

Terms
-----
body
    A constituency, a party, or a node; numbered in this order.
node
    A rule: that of a party or of the agreement, or one within such a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Rule
from detente.model.judgement import Bools
from detente.model.structure import ABSENT, Ints, Positions, Structure

Flags = NDArray[np.uint8]
Plans = NDArray[np.int8]

#: What stands for a rule without a quota.
NO_QUOTA = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Whose yes each of some plans needs. Rows are plans."""

    needed: Flags  #: uint8[plan, constituency or party]: no agreement without its yes (M33)
    signs: Flags  #: uint8[plan, party]: it is a signatory (M31)
    heard: Flags  #: uint8[plan, constituency]: its answer may count
    barring: Flags  #: uint8[plan, red line]: the plan crosses it (M28)
    steps: Bools  #: bool[plan]: it has a step in phases 1 .. K


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """Who must say yes to what, and by which rules each body comes to its answer."""

    structure: Structure
    sizes: tuple[int, int, int]  #: nodes, vetoes, weights
    rules: tuple[NDArray[np.generic], ...]  #: the Ballots of kernel.h
    consents: Bools  #: bool[measure, constituency or party]: a step needs its consent
    performs: Bools  #: bool[measure, party]
    always: Bools  #: bool[constituency or party]: needed whatever the plan holds
    named: Bools  #: bool[party]: signs whatever the plan holds
    asks: Bools  #: bool[constituency or party, constituency]: whose answer its own hangs on

    @classmethod
    def of(cls, structure: Structure) -> Ballots:
        """Return the tables of the rules of *structure*."""
        case, people, parties = structure.case, structure.constituencies, structure.parties
        body = bodies(structure)
        vetoes = case.agreement.vetoes if case.agreement is not None else ()
        always = [v for v in vetoes if isinstance(v, str)]
        always += [name for name in case.must_sign if name not in case.party_index]
        asks = np.eye(people + parties, people, dtype=np.bool_)
        asks[people + structure.party_of, np.arange(people)] = True
        sizes, rules = _Tables(structure).made()
        return cls(
            structure=structure,
            sizes=sizes,
            rules=rules,
            consents=consents_of(structure),
            performs=structure.by[:, None] == np.arange(parties),
            always=_marked(people + parties, [body[name] for name in always]),
            named=np.array([party.id in case.must_sign for party in case.parties]),
            asks=asks,
        )

    def asked(self, plans: Plans) -> Asked:
        """Return whose yes each of *plans*, int8[plan, measure], needs."""
        people, steps = self.structure.constituencies, plans > 0
        needed = _any(steps, self.consents)
        signs = needed[:, people:] | _any(steps, self.performs) | self.named
        needed |= self.always
        if self.structure.case.agreement is None:
            needed[:, people:] |= signs
            heard = _any(needed, self.asks)
        else:
            heard = np.ones((len(plans), people), dtype=np.bool_)
        return Asked(
            needed.astype(np.uint8),
            signs.astype(np.uint8),
            heard.astype(np.uint8),
            self._barring(plans),
            np.asarray(steps.any(axis=1)),
        )

    def _barring(self, plans: Plans) -> Flags:
        """Return which red lines each plan crosses: uint8[plan, red line]."""
        lines = self.structure.red_lines
        barring = np.zeros((len(plans), len(lines)), dtype=np.uint8)
        for row, line in enumerate(lines):
            held = np.any([_holds(plans, group) for group in line.never], axis=0)
            if line.unless:
                held &= ~np.all([_holds(plans, group) for group in line.unless], axis=0)
            barring[:, row] = held
        return barring


def _holds(plans: Plans, group: Positions) -> Bools:
    """Whether each of *plans* holds a measure of *group*: bool[plan]."""
    return np.asarray((plans[:, group] != ABSENT).any(axis=1))


def _any(rows: Bools, marks: Bools) -> Bools:
    """Return which columns of *marks* any of the rows marked in *rows* marks."""
    return np.asarray(rows.astype(np.float32) @ marks.astype(np.float32) > 0.0)


def _marked(size: int, positions: list[int]) -> Bools:
    marks = np.zeros(size, dtype=np.bool_)
    marks[positions] = True
    return marks


def bodies(structure: Structure) -> Mapping[str, int]:
    """Return the constituencies and the parties by name; a party may be its own only constituency."""
    case = structure.case
    parties = {p.id: structure.constituencies + i for i, p in enumerate(case.parties)}
    return {**case.constituency_index, **parties}


def consents_of(structure: Structure) -> Bools:
    """Return whose consent a step needs: bool[measure, constituency or party]."""
    body = bodies(structure)
    consents = np.zeros(
        (structure.measures, structure.constituencies + structure.parties), np.bool_
    )
    for m, measure in enumerate(structure.case.measures):
        consents[m, [body[name] for name in measure.consent]] = True
    return consents


class _Tables:
    """The rules of a case as the kernel reads them, filled rule by rule."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.body: Mapping[str, int] = structure.case.constituency_index  # in rules of parties
        self.vetoes, self.weighed = list[list[int]](), list[list[int]]()
        self.weights, self.quotas = list[float](), list[float]()
        self.among_signatories = list[bool]()

    def made(self) -> tuple[tuple[int, int, int], tuple[NDArray[np.generic], ...]]:
        """Return the sizes and the arrays, in the order of kernel.h."""
        case, offsets = self.structure.case, [0]
        for party in case.parties:
            self._add(party.accepts, party.constituencies, signatories=False)
            offsets.append(len(self.quotas))
        self.body = bodies(self.structure)
        if case.agreement is not None:
            self._add(case.agreement, tuple(case.party_index), signatories=True)
        offsets.append(len(self.quotas))
        veto_offset, veto = _flat(self.vetoes)
        weight_offset, weighed = _flat(self.weighed)
        return (len(self.quotas), len(veto), len(weighed)), (
            np.array(offsets, dtype=np.int32),
            veto_offset,
            veto,
            weight_offset,
            weighed,
            np.array(self.weights),
            np.array(self.quotas),
            np.array(self.among_signatories, dtype=np.uint8),
            np.array([line.constituency for line in self.structure.red_lines], dtype=np.int32),
        )

    def _add(self, rule: Rule, members: tuple[str, ...], *, signatories: bool) -> int:
        """Add *rule*, those within it first, and return its body; *members* fill a bare quota."""
        bare = rule.weights is None
        weights = [(name, 1.0) for name in members] if rule.weights is None else rule.weights
        vetoes = [self._body(item, members, signatories) for item in rule.vetoes]
        has_quota = rule.at_least is not None
        weighed = [self._body(item, members, signatories) for item, _ in weights if has_quota]
        self.vetoes.append(vetoes)
        self.weighed.append(weighed)
        self.weights += [weight for _, weight in weights if has_quota]
        self.quotas.append(NO_QUOTA if rule.at_least is None else max(rule.at_least, 0.0))
        self.among_signatories.append(signatories and bare)
        return self.structure.constituencies + self.structure.parties + len(self.quotas) - 1

    def _body(self, item: str | Rule, members: tuple[str, ...], signatories: bool) -> int:
        if isinstance(item, str):
            return self.body[item]
        return self._add(item, members, signatories=signatories)


def _flat(rows: list[list[int]]) -> tuple[Ints, Ints]:
    """Flatten rows of different length: where each begins, and all of them in a row."""
    members = [member for row in rows for member in row]
    return np.cumsum([0, *map(len, rows)], dtype=np.int32), np.array(members, dtype=np.int32)
