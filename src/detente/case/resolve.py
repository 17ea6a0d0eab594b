"""From the file as written to the case as meant: defaults filled in, levels written out.

A number's *path* names the place where it takes effect, not where it was written: a
default is copied to every place it serves and takes that place's path, so that writing
it out there changes nothing, its stream of random numbers included.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from detente.case.domain import (
    Case,
    Constituency,
    Correlation,
    Decider,
    Effect,
    Group,
    Interaction,
    Measure,
    Party,
    Plan,
    Proposal,
    Quantity,
    RedLine,
    Rule,
    Scaling,
    Source,
    Turnover,
    View,
)
from detente.case.file import (
    CaseFile,
    ConstituencySpec,
    Described,
    InteractionSpec,
    LevelSpec,
    MeasureSpec,
    PartySpec,
    ProposalSpec,
    QuantitySpec,
    RuleSpec,
    ScalingSpec,
    StepSpec,
)
from detente.case.numbers import Number, certain
from detente.case.written import assumptions, grounded

__all__ = ["content_hash", "level_groups", "resolve_case"]


def content_hash(data: Any) -> str:
    """Return the SHA-256 of the content: comments, layout and 1 against 1.0 do not matter.

    The order of entries does: the first constituency of a party decides where nobody is named.
    """
    text = json.dumps(_canonical(data), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _canonical(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_canonical(item) for item in data]
    return int(data) if isinstance(data, float) and data.is_integer() else data


def level_groups(levels: Mapping[str, Iterable[str]]) -> dict[str, Group]:
    """Return, by every name a measure can be called, the measure ids it stands for.

    *levels* holds the names of the levels of each measure, none where it has none.
    """
    groups: dict[str, Group] = {}
    for measure, names in levels.items():
        ids = tuple(f"{measure}/{name}" for name in names)
        groups[measure] = ids or (measure,)
        groups.update((name, (name,)) for name in ids)
    return groups


def resolve_case(file: CaseFile, name: str, data: Mapping[str, Any]) -> Case:
    """Return the case that *file*, made from *data* and free of problems, describes."""
    context = _Context.of(file)
    parties = tuple(_party(context, id_, spec) for id_, spec in file.parties.items())
    return Case(
        name=name,
        title=file.title,
        phase_names=_phase_names(file),
        years_per_phase=file.phases.years,
        horizon_years=file.horizon_years,
        margin=context.number(file.margin, "margin", 0.0),
        false_alarm=context.number(file.false_alarm, "false_alarm", 0.0),
        correlation=Correlation(file.correlation.same_constituency, file.correlation.same_measure),
        parties=parties,
        constituencies=tuple(_constituencies(context)),
        must_sign=file.agreement.must_sign,
        agreement=None if file.agreement.accepts is None else _rule(file.agreement.accepts),
        measures=tuple(_measures(context)),
        must_choose=tuple(
            context.groups[id_] for id_, spec in file.measures.items() if spec.must_choose
        ),
        interactions=tuple(_interactions(context)),
        scalings=tuple(_scalings(context)),
        quantities=tuple(_quantity(context, *item) for item in file.quantities.items()),
        main_outcome=file.main_outcome,
        proposals=tuple(_proposal(file, *item) for item in file.proposals.items()),
        sources=tuple(_sources(file)),
        hash=content_hash(data),
        as_of=file.as_of,
        calibrated_on=file.calibrated_on,
        views=tuple(_views(file)),
        assumptions=tuple(assumptions(file)),
        document=data,
    )


@dataclass(frozen=True)
class _Context:
    """What every part needs: the file, and what each measure name stands for."""

    file: CaseFile
    groups: Mapping[str, Group]

    @classmethod
    def of(cls, file: CaseFile) -> _Context:
        levels = {id_: tuple(spec.levels or ()) for id_, spec in file.measures.items()}
        return cls(file, level_groups(levels))

    def grouped(self, names: Iterable[str]) -> tuple[Group, ...]:
        return tuple(self.groups[name] for name in names)

    def expanded(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id_ for name in names for id_ in self.groups[name]))

    def number(
        self,
        own: Number | None,
        path: str,
        otherwise: Number | float,
        *grounds: Described,
    ) -> Number:
        """Return *own*, or what serves where it is omitted, placed at *path*.

        Where the number does not say on what it rests, the nearest of the entries around it
        (*grounds*, innermost first, then the file) that does says it for the number.
        """
        if own is not None:
            return self._grounded(replace(own, path=path), *grounds)
        if isinstance(otherwise, Number):
            defaults = self.file.defaults
            return self._grounded(replace(otherwise, path=path), defaults, *grounds)
        return certain(otherwise, path)

    def _grounded(self, number: Number, *grounds: Described) -> Number:
        return grounded(number, (*grounds, self.file))


def _phase_names(file: CaseFile) -> tuple[str, ...]:
    return file.phases.names or tuple(f"Phase {k}" for k in range(1, file.phases.count + 1))


# --- parties ------------------------------------------------------------------------------


def _members(id_: str, spec: PartySpec) -> Mapping[str, ConstituencySpec]:
    """Return the constituencies of a party; a party without any is its own only one."""
    return spec.constituencies or {id_: spec}


def _constituencies(context: _Context) -> Iterator[Constituency]:
    for party, spec in context.file.parties.items():
        for id_, member in _members(party, spec).items():
            inside = f".constituencies.{id_}" if spec.constituencies else ""
            yield _constituency(context, id_, member, party, f"parties.{party}{inside}")


def _constituency(
    context: _Context, id_: str, spec: ConstituencySpec, party: str, path: str
) -> Constituency:
    defaults, around = context.file.defaults, (spec, context.file.parties[party])
    discount = spec.discount or context.file.discount
    return Constituency(
        id=id_,
        name=spec.name or id_,
        party=party,
        # The discount of the case stands beside the defaults, not among them.
        discount=context.number(discount, f"{path}.discount", 0.0, *around),
        reservation=context.number(
            spec.reservation, f"{path}.reservation", defaults.reservation or 0.0, *around
        ),
        collapse=context.number(
            spec.collapse, f"{path}.collapse", defaults.collapse or 0.0, *around
        ),
        red_lines=tuple(_red_lines(context, id_)),
    )


def _red_lines(context: _Context, constituency: str) -> Iterator[RedLine]:
    for i, spec in enumerate(context.file.red_lines.get(constituency, ())):
        path = f"red_lines.{constituency}.{i}"
        yield RedLine(
            path=path,
            never=context.grouped(spec.never),
            unless=context.grouped(spec.unless),
            chance=context.number(spec.chance, f"{path}.chance", 1.0, spec),
            why=spec.why,
        )


def _party(context: _Context, id_: str, spec: PartySpec) -> Party:
    members = tuple(_members(id_, spec))
    return Party(
        id=id_,
        name=spec.name or id_,
        constituencies=members,
        accepts=Rule(vetoes=members) if spec.accepts is None else _rule(spec.accepts),
        deciders=tuple(_deciders(context, id_, spec, members[0])),
        turnover=tuple(_turnover(context, id_, spec)),
    )


def _deciders(context: _Context, id_: str, spec: PartySpec, first: str) -> Iterator[Decider]:
    path = f"parties.{id_}.deciders.start"
    if spec.deciders is None:
        yield Decider(first, certain(1.0, f"{path}.{first}"))
        return
    start = spec.deciders.start
    named = [name for step in spec.deciders.turnover for name in (step.origin, step.destination)]
    for name in dict.fromkeys((*start, *named)):
        place = f"{path}.{name}"
        yield Decider(name, context.number(start.get(name), place, 0.0, spec.deciders, spec))


def _turnover(context: _Context, id_: str, spec: PartySpec) -> Iterator[Turnover]:
    for step in spec.deciders.turnover if spec.deciders else ():
        path = f"parties.{id_}.deciders.turnover.{step.origin}.{step.destination}"
        grounds = (step, spec.deciders, spec) if spec.deciders else (step,)
        per_year = context.number(step.per_year, path, 0.0, *grounds)
        yield Turnover(step.origin, step.destination, per_year)


def _rule(spec: RuleSpec) -> Rule:
    weights: tuple[tuple[str | Rule, float], ...] | None = None
    if spec.weights is not None:
        weights = tuple(spec.weights.items())
    elif spec.of is not None:
        weights = tuple((_rule_item(item), 1.0) for item in spec.of)
    return Rule(tuple(_rule_item(item) for item in spec.all), spec.at_least, weights)


def _rule_item(item: str | RuleSpec) -> str | Rule:
    return _rule(item) if isinstance(item, RuleSpec) else item


# --- measures -----------------------------------------------------------------------------


def _measures(context: _Context) -> Iterator[Measure]:
    for id_, spec in context.file.measures.items():
        if not spec.levels:
            yield _measure(context, _Step(id_, id_, f"measures.{id_}", spec, None))
        for level, own in (spec.levels or {}).items():
            path = f"measures.{id_}.levels.{level}"
            yield _measure(context, _Step(id_, f"{id_}/{level}", path, spec, own))


@dataclass(frozen=True)
class _Step:
    """A measure without levels (*own* None), or one level of one."""

    base: str
    id: str
    path: str
    spec: MeasureSpec
    own: LevelSpec | None

    @property
    def grounds(self) -> tuple[Described, ...]:
        return (self.spec,) if self.own is None else (self.own, self.spec)

    def value(self, key: str) -> Any:
        """Return what the level sets under *key*, else what the measure does."""
        chosen: StepSpec = self.spec
        if self.own is not None and key in self.own.model_fields_set:
            chosen = self.own
        return getattr(chosen, key)

    def entries(self, key: str) -> dict[str, tuple[Any, tuple[Described, ...]]]:
        """Return the entries under *key*, the level's before the measure's, with their grounds."""
        found = {name: (item, (self.spec,)) for name, item in getattr(self.spec, key).items()}
        result: dict[str, tuple[Any, tuple[Described, ...]]] = dict(found)
        if self.own is not None:
            for name, item in getattr(self.own, key).items():
                result[name] = (item, self.grounds)
        return result

    @property
    def name(self) -> str:
        if self.own is None:
            return self.spec.name or self.id
        level = self.own.name or self.id.partition("/")[2]
        return self.own.name or f"{self.spec.name or self.base}: {level}"


def _measure(context: _Context, step: _Step) -> Measure:
    undo_years = _undo_years(context, step)
    secret: bool | None = step.value("secret_undo")
    phases = step.value("in_phases")
    return Measure(
        id=step.id,
        base=step.base,
        name=step.name,
        by=step.value("by"),
        consent=step.value("consent"),
        undo_years=undo_years,
        secret_undo=undo_years is not None and secret is not False,
        detection=_step_number(context, step, "detection", 1.0),
        upfront=_step_number(context, step, "upfront", 0.0),
        requires=context.grouped(step.value("requires")),
        excludes=context.grouped(step.value("excludes")),
        in_phases=tuple(range(context.file.phases.count + 1)) if phases is None else phases,
        raises_detection=_raised(context, step),
        effects=tuple(_effects(context, step)),
        worth={
            name: context.number(own, f"{step.path}.worth.{name}", 0.0, *grounds)
            for name, (own, grounds) in step.entries("worth").items()
        },
    )


def _step_number(
    context: _Context, step: _Step, key: Literal["detection", "upfront"], otherwise: float
) -> Number:
    default: Number | None = getattr(context.file.defaults, key)
    return context.number(
        step.value(key), f"{step.path}.{key}", default or otherwise, *step.grounds
    )


def _undo_years(context: _Context, step: _Step) -> Number | None:
    own: Number | Literal["never"] | None = step.value("undo_years")
    default = context.file.defaults.undo_years
    if own == "never" or (own is None and default == "never"):
        return None
    otherwise = default if isinstance(default, Number) else 0.0
    return context.number(own, f"{step.path}.undo_years", otherwise, *step.grounds)


def _raised(context: _Context, step: _Step) -> dict[str, Number]:
    """Return the gains by measure id; what a level is given by name goes before its measure's."""
    entries = step.entries("raises_detection")
    exact_last = sorted(entries, key=lambda name: "/" in name)
    result: dict[str, Number] = {}
    for name in exact_last:
        own, grounds = entries[name]
        for target in context.groups[name]:
            path = f"{step.path}.raises_detection.{target}"
            result[target] = context.number(own, path, 0.0, *grounds)
    return result


def _effects(context: _Context, step: _Step) -> Iterator[Effect]:
    for name, (effect, grounds) in step.entries("effects").items():
        path = f"{step.path}.effects.{name}.change"
        change = context.number(effect.change, path, 0.0, effect, *grounds)
        yield Effect(name, change, effect.unit)


def _interactions(context: _Context) -> Iterator[Interaction]:
    for id_, spec in context.file.interactions.items():
        if isinstance(spec, InteractionSpec):
            path = f"interactions.{id_}"
            default = context.file.defaults.upfront
            yield Interaction(
                id=id_,
                name=spec.name or id_,
                all_of=context.grouped(spec.all_of),
                unless=context.grouped(spec.unless),
                upfront=context.number(spec.upfront, f"{path}.upfront", default or 0.0, spec),
                worth={
                    name: context.number(own, f"{path}.worth.{name}", 0.0, spec)
                    for name, own in spec.worth.items()
                },
            )


def _scalings(context: _Context) -> Iterator[Scaling]:
    for id_, spec in context.file.interactions.items():
        if isinstance(spec, ScalingSpec):
            yield Scaling(
                id=id_,
                name=spec.name or id_,
                factor=context.number(spec.scale, f"interactions.{id_}.scale", 1.0, spec),
                measures=context.expanded(spec.measures),
                constituencies=spec.constituencies,
                when_after=context.grouped(spec.when_after),
            )


# --- the rest -----------------------------------------------------------------------------


def _quantity(context: _Context, id_: str, spec: QuantitySpec) -> Quantity:
    path = f"quantities.{id_}"
    floor = spec.floor and context.number(spec.floor, f"{path}.floor", 0.0, spec)
    return Quantity(
        id=id_,
        name=spec.name or id_,
        unit=spec.unit,
        start=context.number(spec.start, f"{path}.start", 0.0, spec),
        trend=context.number(spec.trend, f"{path}.trend", 0.0, spec),
        floor=floor,
        better=spec.better,
        grows_by=spec.grows_by,
        sum_of=tuple(
            (name, context.number(own, f"{path}.sum_of.{name}", 1.0, spec))
            for name, own in (spec.sum_of or {}).items()
        ),
    )


def _proposal(file: CaseFile, id_: str, spec: ProposalSpec) -> Proposal:
    phases = tuple(spec.phases.get(k, ()) for k in range(file.phases.count + 1))
    return Proposal(
        id=id_,
        name=spec.name or id_,
        plan=Plan(phases),
        by=spec.by,
        date=spec.date,
        summary=spec.summary,
        outcome=spec.outcome,
        mapping_note=spec.mapping_note,
        sources=spec.all_sources,
    )


def _views(file: CaseFile) -> Iterator[View]:
    for id_, spec in file.views.items():
        yield View(id_, spec.name or id_, spec.file, spec.why)


def _sources(file: CaseFile) -> Iterator[Source]:
    for id_, spec in file.sources.items():
        yield Source(
            id=id_,
            title=spec.title or spec.name,
            publisher=spec.publisher,
            date=spec.date,
            address=spec.address,
            status=spec.status,
        )
