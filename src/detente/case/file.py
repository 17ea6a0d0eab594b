"""The case file, one class per kind of entry; the docstrings of the fields are its reference.

These models say what may be written. What the written means together (names, cycles,
sums of probabilities) is the business of :mod:`detente.case.checks`, and what it amounts
to once defaults are filled in that of :mod:`detente.case.resolve`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic import ValidationInfo as _Info

from detente.case.fields import (
    AnyNumber,
    Basis,
    Better,
    Count,
    FactorNumber,
    Flag,
    Format,
    Horizon,
    Id,
    Name,
    OptionalText,
    PhaseNumber,
    PositiveNumber,
    ProbabilityBelowOne,
    ProbabilityNumber,
    Quota,
    Share,
    SourceList,
    Text,
    TextList,
    UndoYears,
    ViewName,
    Weight,
    Years,
    fault,
)

__all__ = [
    "TAGS",
    "AgreementSpec",
    "CaseFile",
    "ConstituencySpec",
    "CorrelationSpec",
    "DecidersSpec",
    "Defaults",
    "Described",
    "EffectSpec",
    "Entry",
    "EventSpec",
    "InteractionSpec",
    "LevelSpec",
    "MeasureSpec",
    "PartySpec",
    "PhasesSpec",
    "ProposalSpec",
    "QuantitySpec",
    "RedLineSpec",
    "RuleSpec",
    "ScalingSpec",
    "SourceSpec",
    "StepSpec",
    "TurnoverSpec",
    "ViewFile",
    "ViewSpec",
]

NAME_TAG: Final = "<name>"
RULE_TAG: Final = "<rule>"
INTERACTION_TAG: Final = "<interaction>"
SCALING_TAG: Final = "<scaling>"
TAGS: Final = frozenset({NAME_TAG, RULE_TAG, INTERACTION_TAG, SCALING_TAG})
"""Parts of pydantic's locations that say which class was tried and are no keys of the file."""


def _no_phase_twice(raw: Any, _: _Info) -> Any:
    # The keys 1 and "1" are two keys of YAML but one phase.
    if isinstance(raw, dict):
        seen: set[str] = set()
        for key in raw:
            if str(key) in seen:
                raise fault(f"phase {key} stands here twice", (key,))
            seen.add(str(key))
    return raw


class Described(BaseModel):
    """What anything in the file may say about itself. Kept and shown, never computed with."""

    # Building is deferred so that each class is built once, inside CaseFile.
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True
    )

    name: OptionalText = None
    """What people call it."""
    description: OptionalText = None
    """A longer account."""
    as_of: OptionalText = None
    """The date for which it is stated."""
    basis: Basis = None
    """What the numbers of this entry rest on, where they do not say so themselves."""
    why: OptionalText = None
    """The reason for it, or for its numbers."""
    scale: Any = None
    """On what scale its numbers are, in words."""


class Entry(Described):
    """A described thing that may name its sources."""

    source: SourceList = ()
    """The source, by its name under `sources`."""
    sources: SourceList = ()
    """The sources, by their names under `sources`."""

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Source and sources together."""
        return tuple(dict.fromkeys((*self.source, *self.sources)))


class PhasesSpec(Entry):
    """The periods in which the steps of an agreement are done."""

    count: Count
    """K, the number of phases, from 1 to 30."""
    years: Years
    """Length of each phase in years."""
    names: tuple[Text, ...] | None = None
    """What the phases are called, one name for each."""


class Defaults(Entry):
    """Numbers for every place that does not have its own."""

    upfront: ProbabilityNumber | None = None
    """Share of a worth felt at once. Omitted: 0."""
    collapse: AnyNumber | None = None
    """Lump felt when the agreement collapses, usually 0 or less. Omitted: 0."""
    reservation: AnyNumber | None = None
    """What a constituency must at least expect in order to accept. Omitted: 0."""
    undo_years: UndoYears | None = None
    """Years until undoing a measure bites, or `never`. Omitted: 0."""
    detection: ProbabilityNumber | None = None
    """Chance per year that withholding a measure, or undoing it unannounced, is seen. Omitted: 1."""


class CorrelationSpec(Entry):
    """How far worths move together; the shares sum to 1 at most."""

    same_constituency: Share = 0.0
    """Share of the variance that all worths of one constituency have in common."""
    same_measure: Share = 0.0
    """Share of the variance that all worths of one measure have in common."""


def _rule_kind(raw: Any) -> str:
    return RULE_TAG if isinstance(raw, (dict, RuleSpec)) else NAME_TAG


RuleItem = Annotated[
    Annotated[Name, Tag(NAME_TAG)] | Annotated["RuleSpec", Tag(RULE_TAG)],
    Discriminator(_rule_kind),
]


class RuleSpec(Entry):
    """When a body accepts: all of `all` do, and the weights of those who do reach `at_least`."""

    all: tuple[RuleItem, ...] = ()
    """Those who must each accept: names, or rules."""
    at_least: Quota | None = None
    """What the weights of those who accept must reach."""
    weights: dict[Id, Weight] | None = None
    """Weights of the members. Omitted: every member weighs 1."""
    of: tuple[RuleItem, ...] | None = None
    """Instead of `weights`: the items that count 1 each towards `at_least`; they may be rules."""


class TurnoverSpec(Entry):
    """How control of a party passes from one decider to another."""

    origin: Name = Field(alias="from")
    """The decider who loses control."""
    destination: Name = Field(alias="to")
    """The decider who gains it."""
    per_year: ProbabilityBelowOne
    """Chance per year, below 1."""


class DecidersSpec(Entry):
    """Who may be in control of a party, now and later."""

    start: dict[Id, ProbabilityNumber]
    """Probability of each decider at the start; they sum to 1."""
    turnover: tuple[TurnoverSpec, ...] = ()
    """How control passes on. A decider named only here starts with 0."""


class ConstituencySpec(Entry):
    """A group inside a party that values measures and may accept, refuse or decide."""

    discount: PositiveNumber | None = None
    """Continuous discount rate per year, above 0. Omitted: that of the case."""
    reservation: AnyNumber | None = None
    """What it must at least expect in order to accept. Omitted: the default."""
    collapse: AnyNumber | None = None
    """Lump it feels when the agreement collapses. Omitted: the default."""
    wants: Any = None
    """What it wants, in words."""
    refuses: Any = None
    """What it refuses, in words."""


class PartySpec(ConstituencySpec):
    """A side. Without `constituencies` it is its own only one, under its own name.

    `discount`, `reservation`, `collapse`, `wants` and `refuses` are those of that one, and
    cannot stand here where there are `constituencies`.
    """

    constituencies: dict[Id, ConstituencySpec] | None = None
    """The groups inside it, the first being in control where `deciders` is omitted."""
    accepts: RuleSpec | None = None
    """When it accepts. Omitted: when every one of its constituencies does."""
    deciders: DecidersSpec | None = None
    """Who may be in control. Omitted: the first constituency."""


class AgreementSpec(Entry):
    """Who must sign, and by what rule."""

    must_sign: tuple[Name, ...] = ()
    """Parties or constituencies that sign whatever the plan holds."""
    accepts: RuleSpec | None = None
    """The rule among signatories. Omitted: every signatory must accept."""


class EffectSpec(Entry):
    """What a measure shifts in a quantity while it is in place."""

    change: AnyNumber
    """The shift."""
    unit: OptionalText = None
    """Its unit."""


class StepSpec(Entry):
    """What a measure and a level of one have in common."""

    by: Name | None = None
    """The party that can withhold or undo it. Omitted: a joint measure, which nobody can."""
    consent: tuple[Name, ...] = ()
    """Parties or constituencies that must also accept a plan holding it."""
    undo_years: UndoYears | None = None
    """Years until undoing it bites, or `never`. Omitted: the default."""
    secret_undo: Flag | None = None
    """Whether it can be undone unannounced. Omitted: true where it can be undone."""
    detection: ProbabilityNumber | None = None
    """Chance per year that withholding it, or undoing it unannounced, is seen. Omitted: the default."""
    upfront: ProbabilityNumber | None = None
    """Share of its worth felt at once. Omitted: the default."""
    requires: tuple[Name, ...] = ()
    """Measures that must stand in the same phase or an earlier one."""
    excludes: tuple[Name, ...] = ()
    """Measures that cannot stand in the same plan."""
    in_phases: tuple[PhaseNumber, ...] | None = None
    """The phases where it may stand. Omitted: all."""
    raises_detection: dict[Name, ProbabilityNumber] = {}
    """By measure, the chance per year that this one adds to its detection."""
    effects: dict[Id, EffectSpec] = {}
    """By quantity, what it shifts while it is in place."""
    worth: dict[Id, AnyNumber] = {}
    """By constituency, its worth, from -100 to 100. Omitted: 0."""
    verified_by: OptionalText = None
    """How it is verified, in words."""
    status: OptionalText = None
    """Where it stands, in words."""


class LevelSpec(StepSpec):
    """One strength of a measure. What it sets replaces what the measure sets.

    `worth`, `effects` and `raises_detection` are replaced entry by entry.
    """


class MeasureSpec(StepSpec):
    """A step that can be agreed."""

    levels: dict[Id, LevelSpec] | None = None
    """Mutually exclusive strengths of the measure, named `measure/level`."""
    must_choose: Flag = False
    """Whether every plan holds exactly one of the levels."""


class InteractionSpec(Entry):
    """An extra worth while all of some measures are in place."""

    all_of: tuple[Name, ...]
    """The measures that must all be in place."""
    unless: tuple[Name, ...] = ()
    """Only in plans that do not hold all of these."""
    upfront: ProbabilityNumber | None = None
    """Share of the worth felt at once. Omitted: the default."""
    worth: dict[Id, AnyNumber]
    """By constituency, the extra worth."""


class ScalingSpec(Entry):
    """A factor on some worths when done in a later phase than all of some other measures."""

    scale: FactorNumber
    """The factor, at least 0."""
    measures: tuple[Name, ...]
    """The measures whose worth changes."""
    constituencies: tuple[Name, ...]
    """The constituencies for whom it changes."""
    when_after: tuple[Name, ...]
    """The measures that must all stand in an earlier phase."""


def _interaction_kind(raw: Any) -> str:
    if isinstance(raw, dict):
        scaling = "scale" in raw and "all_of" not in raw
        return SCALING_TAG if scaling else INTERACTION_TAG
    return SCALING_TAG if isinstance(raw, ScalingSpec) else INTERACTION_TAG


AnyInteraction = Annotated[
    Annotated[InteractionSpec, Tag(INTERACTION_TAG)] | Annotated[ScalingSpec, Tag(SCALING_TAG)],
    Discriminator(_interaction_kind),
]


class RedLineSpec(Entry):
    """A refusal of any plan that holds one of `never`."""

    never: tuple[Name, ...]
    """Any of these measures crosses the line."""
    unless: tuple[Name, ...] = ()
    """Unless the plan holds all of these."""
    chance: ProbabilityNumber | None = None
    """In what share of draws the line is there. Omitted: 1."""


class QuantitySpec(Entry):
    """Something counted: warheads, kilograms, hectares, votes."""

    start: AnyNumber | None = None
    """Its value at the start. Omitted: 0."""
    unit: OptionalText = None
    """What it is counted in."""
    trend: AnyNumber | None = None
    """Its change per year without agreement. Omitted: 0."""
    floor: AnyNumber | None = None
    """The value it never passes."""
    better: Better = None
    """Whether `higher` or `lower` is better."""
    grows_by: Name | None = None
    """The quantity by which it changes every year."""
    sum_of: dict[Id, AnyNumber] | None = None
    """Weights of the quantities of which this one is the sum; it then has no start of its own."""


class ProposalSpec(Entry):
    """A plan that was or could be on the table."""

    by: OptionalText = None
    """Who put it forward."""
    date: OptionalText = None
    """When."""
    summary: OptionalText = None
    """What it said, in short."""
    outcome: OptionalText = None
    """What became of it."""
    mapping_note: OptionalText = None
    """How the text was mapped to measures."""
    phases: Annotated[dict[PhaseNumber, tuple[Name, ...]], BeforeValidator(_no_phase_twice)]
    """By phase, its measures; phase 0 holds those already in force."""


class EventSpec(Entry):
    """Something that happened."""

    date: OptionalText = None
    """When."""
    actor: OptionalText = None
    """Who did it."""
    text: OptionalText = None
    """What happened."""


class SourceSpec(Entry):
    """Where facts come from."""

    title: OptionalText = None
    """Its title."""
    publisher: OptionalText = None
    """Who published it."""
    date: OptionalText = None
    """When."""
    address: OptionalText = None
    """Where it is found."""
    status: OptionalText = None
    """How far it was verified."""


class ViewSpec(Entry):
    """Another reading of the case: numbers and rules that replace its own."""

    file: Text
    """The file of overrides, beside the case file or in a folder below it."""


class ViewFile(Described):
    """What a file of overrides says of itself, beside the keys of a case that it replaces."""

    detente: Format | None = None
    """Format version, as in a case."""
    view: OptionalText = None
    """What people call the view."""


class CaseFile(Described):
    """A case: parties, what they can do, what that is worth to whom, and what is proposed."""

    detente: Format
    """Format version: 1.1, or 1 for files that do not use what 1.1 added."""
    title: Text
    """What the case is about."""
    phases: PhasesSpec
    """The periods of an agreement."""
    horizon_years: Horizon
    """Years after which outcomes are counted."""
    discount: PositiveNumber | None = None
    """Continuous discount rate per year, above 0."""
    margin: AnyNumber | None = None
    """Advantage that keeping must have over breaking. Omitted: 0."""
    false_alarm: ProbabilityNumber | None = None
    """Chance per year of a collapse that nobody intends. Omitted: 0."""
    defaults: Defaults = Defaults()
    """Numbers for every place that does not have its own."""
    correlation: CorrelationSpec = CorrelationSpec()
    """How far worths move together."""
    parties: Annotated[dict[Id, PartySpec], Field(min_length=1)]
    """The sides, by name."""
    agreement: AgreementSpec = AgreementSpec()
    """Who must sign, and by what rule."""
    measures: Annotated[dict[Id, MeasureSpec], Field(min_length=1)]
    """The steps that can be agreed, by name."""
    interactions: dict[Id, AnyInteraction] = {}
    """Worths that arise from measures together."""
    red_lines: dict[Id, tuple[RedLineSpec, ...]] = {}
    """By constituency, what it refuses."""
    quantities: dict[Id, QuantitySpec] = {}
    """What is counted."""
    main_outcome: Name | None = None
    """The quantity by which plans are compared first."""
    calibrated_on: TextList = ()
    """To what its numbers were fitted: proposals of this file by name, anything else in words."""
    proposals: dict[Id, ProposalSpec] = {}
    """Plans that were or could be on the table, by name."""
    events: tuple[EventSpec, ...] = ()
    """What happened."""
    sources: dict[Id, SourceSpec] = {}
    """Where facts come from, by name."""
    views: dict[ViewName, ViewSpec] = {}
    """Other readings of the same case, by name: a file of overrides each."""
