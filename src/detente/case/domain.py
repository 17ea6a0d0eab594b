"""A case as the rest of the program sees it: resolved, frozen, in a fixed order.

:class:`Case` is what a case file means once its defaults are filled in, its levels
of measures written out and its names found. Order is that of the file; every array
of the program that runs over parties, constituencies, measures, interactions or
quantities runs in this order.

Terms
-----
group
    A tuple of measure ids of which any one serves. A measure without levels is the
    group of itself; a bare name of a measure with levels is the group of its levels.
joint measure
    One with ``by`` None: nobody can withhold or undo it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from detente.case.numbers import Number

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """When a body accepts: all of *vetoes* do, and the weights of those who do reach *at_least*.

    ``at_least`` None means no quota. ``weights`` None beside a quota means: every member
    of the body, weight 1 each. Items are names (of constituencies, in a party's rule; of
    parties or constituencies, in the agreement's) or rules.
    """

    vetoes: tuple[str | Rule, ...] = ()
    at_least: float | None = None
    weights: tuple[tuple[str | Rule, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class RedLine:
    """A refusal of any plan that holds one of *never*, unless it holds all of *unless*."""

    path: str
    never: tuple[Group, ...]
    unless: tuple[Group, ...]
    chance: Number
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Constituency:
    """A group inside a party that values measures and may accept, refuse or decide."""

    id: str
    name: str
    party: str
    discount: Number
    reservation: Number
    collapse: Number
    red_lines: tuple[RedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Decider:
    """A constituency able to keep or break the agreement, with its starting probability."""

    constituency: str
    start: Number


@dataclass(frozen=True, slots=True)
class Turnover:
    """Chance per year that control passes from one decider to another."""

    origin: str
    destination: str
    per_year: Number


@dataclass(frozen=True, slots=True)
class Party:
    """A side: its constituencies (ids, in order), its rule of acceptance, who may decide."""

    id: str
    name: str
    constituencies: tuple[str, ...]
    accepts: Rule
    deciders: tuple[Decider, ...]
    turnover: tuple[Turnover, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a measure shifts in a quantity while it is in place."""

    quantity: str
    change: Number
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A step that can be agreed. A level of a measure is a measure of its own, ``id/level``."""

    id: str
    base: str
    name: str
    by: str | None
    consent: tuple[str, ...]
    undo_years: Number | None  # None: never, the measure is irreversible
    secret_undo: bool
    detection: Number
    upfront: Number
    requires: tuple[Group, ...]
    excludes: tuple[Group, ...]
    in_phases: tuple[int, ...]
    raises_detection: Mapping[str, Number]  # by measure id, levels written out
    effects: tuple[Effect, ...]
    worth: Mapping[str, Number]  # by constituency id; omitted: 0


@dataclass(frozen=True, slots=True)
class Interaction:
    """An extra worth while all its parts are in place, in plans without all of *unless*."""

    id: str
    name: str
    all_of: tuple[Group, ...]
    unless: tuple[Group, ...]
    upfront: Number
    worth: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Scaling:
    """A factor on some worths when done in a later phase than all of *when_after*."""

    id: str
    name: str
    factor: Number
    measures: tuple[str, ...]
    constituencies: tuple[str, ...]
    when_after: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something counted: warheads, kilograms, hectares, votes."""

    id: str
    name: str
    unit: str | None
    start: Number
    trend: Number
    floor: Number | None
    better: Literal["higher", "lower"] | None
    grows_by: str | None
    sum_of: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Which measures stand in which phase: ``phases[k]`` holds the ids of phase k = 0..K."""

    phases: tuple[tuple[str, ...], ...]  #: ids of measures, levels as ``measure/level``

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures of the plan, by phase."""
        return tuple(measure for phase in self.phases for measure in phase)

    @property
    def is_empty(self) -> bool:
        """Whether no phase from 1 on has a step: such a plan is the path without agreement."""
        return not any(self.phases[1:])


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that was or could be on the table, with what is said of it."""

    id: str
    name: str
    plan: Plan
    by: str | None = None
    date: str | None = None
    summary: str | None = None
    outcome: str | None = None
    mapping_note: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from."""

    id: str
    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    address: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number as it stands in the file: where, and what it rests on.

    The path leads through keys and list positions: ``("measures", "aid", "worth", "cabinet")``.
    Basis, sources and reason are those of the number or of the nearest entry around it that
    states a basis. Defaults stand here once, not at each place where they apply.
    """

    path: tuple[str | int, ...]
    number: Number


@dataclass(frozen=True, slots=True)
class Correlation:
    """How far worths move together: shares of the variance of each worth's normal score."""

    same_constituency: float = 0.0
    same_measure: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """Another reading of a case: numbers and rules that replace its own."""

    id: str  #: as it is asked for; several laid over each other are joined by +
    name: str  #: what people call it
    file: str  #: the file of overrides
    why: str | None = None  #: the reason for it
    asked: str = ""  #: how to ask for it again: as it was asked for, else by its id


@dataclass(frozen=True)
class Case:
    """One case, resolved: defaults filled in, levels of measures written out, names found (M1).

    Everything in it is in the order of the file. Get one from :func:`detente.load_case`.
    """

    name: str  #: of the file, without its ending
    title: str  #: what the case is about
    phase_names: tuple[str, ...]  #: names of phases 1 .. K
    years_per_phase: float  #: length of a phase in years (M5)
    horizon_years: float  #: years after which outcomes are counted
    margin: Number  #: advantage that keeping must have over breaking (M22)
    false_alarm: Number  #: chance per year of a collapse that nobody intends (M11)
    correlation: Correlation  #: how far worths move together
    parties: tuple[Party, ...]  #: the sides
    constituencies: tuple[Constituency, ...]  #: the groups inside them, by party
    must_sign: tuple[str, ...]  #: parties and constituencies that sign whatever the plan holds
    agreement: Rule | None  #: the rule among signatories; None: every one must accept (M33)
    measures: tuple[Measure, ...]  #: the steps that can be agreed, each level a measure of its own
    must_choose: tuple[Group, ...]  #: groups of levels of which every plan holds one
    interactions: tuple[Interaction, ...]  #: worths that measures have together (M14 a, b)
    scalings: tuple[Scaling, ...]  #: factors on worths of later steps (M14 c)
    quantities: tuple[Quantity, ...]  #: what is counted
    main_outcome: str | None  #: id of the quantity by which plans are compared first
    proposals: tuple[Proposal, ...]  #: plans that were or could be on the table
    sources: tuple[Source, ...]  #: where facts come from
    hash: str  #: SHA-256 of the content in hex: comments and layout do not matter
    file: str = field(compare=False, default="")  #: name of its file; empty for a built-in case
    as_of: str | None = None  #: the date for which the case is stated
    calibrated_on: tuple[str, ...] = ()  #: proposals by id, other things in words
    views: tuple[View, ...] = ()  #: other readings of the case that it names
    view: View | None = None  #: the view under which this case stands; None: as written
    #: the numbers as written in the file
    assumptions: tuple[Assumption, ...] = field(repr=False, compare=False, default=())
    #: the file as read: plain dicts, lists and scalars
    document: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    def __repr__(self) -> str:
        # Short: the numbers of a case fill thousands of lines, and are looked at one by one.
        counts = {
            "phases": self.phases,
            "parties": len(self.parties),
            "constituencies": len(self.constituencies),
            "measures": len(self.measures),
            "proposals": len(self.proposals),
        }
        held = ", ".join(f"{what} {count}" for what, count in counts.items())
        return f"<Case {self.name}: {self.title!r}, {held}>"

    @property
    def phases(self) -> int:
        """K, the number of phases."""
        return len(self.phase_names)

    @cached_property
    def items(self) -> tuple[Measure | Interaction, ...]:
        """Everything with a worth: all measures, then all interactions."""
        return (*self.measures, *self.interactions)

    @cached_property
    def measure_index(self) -> Mapping[str, int]:
        """Position of each measure (levels written out) by id."""
        return {measure.id: i for i, measure in enumerate(self.measures)}

    @cached_property
    def constituency_index(self) -> Mapping[str, int]:
        """Position of each constituency by id."""
        return {constituency.id: i for i, constituency in enumerate(self.constituencies)}

    @cached_property
    def party_index(self) -> Mapping[str, int]:
        """Position of each party by id."""
        return {party.id: i for i, party in enumerate(self.parties)}

    @cached_property
    def deciders(self) -> tuple[tuple[Party, Decider], ...]:
        """All possible deciders with their party, by party."""
        return tuple((party, decider) for party in self.parties for decider in party.deciders)

    @cached_property
    def watches(self) -> tuple[tuple[Measure, str, Number], ...]:
        """Every (verification measure, id of the measure it watches, gain)."""
        return tuple(
            (measure, target, gain)
            for measure in self.measures
            for target, gain in measure.raises_detection.items()
        )

    @cached_property
    def red_lines(self) -> tuple[tuple[Constituency, RedLine], ...]:
        """All red lines with the constituency that draws them."""
        return tuple((c, line) for c in self.constituencies for line in c.red_lines)

    @cached_property
    def effects(self) -> tuple[tuple[Measure, Effect], ...]:
        """All effects of measures on quantities."""
        return tuple((measure, effect) for measure in self.measures for effect in measure.effects)

    @cached_property
    def summands(self) -> tuple[tuple[Quantity, str, Number], ...]:
        """Every (derived quantity, id of the quantity it adds, weight)."""
        return tuple((q, part, weight) for q in self.quantities for part, weight in q.sum_of)

    def proposal(self, name: str) -> Proposal:
        """Return the proposal of an id.

        Args:
            name: the id.

        Returns:
            The proposal, with its plan and what is said of it.

        Raises:
            KeyError: where there is none.
        """
        for proposal in self.proposals:
            if proposal.id == name:
                return proposal
        raise KeyError(name)
