"""What is allowed in a case but should be looked at, as data: one small function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from detente.case.domain import Case
from detente.case.file import CaseFile, Entry
from detente.case.influence import influential
from detente.case.known import Names, steps, unknown_name
from detente.case.names import did_you_mean, listed
from detente.case.number_forms import cut_off
from detente.case.numbers import Number, support
from detente.case.plans import plan_flaws
from detente.case.reading import Path
from detente.case.wording import Finding
from detente.case.written import entries

__all__ = ["DOUBTS", "Lint", "Subject"]

WORTH_LIMIT: Final = 100.0
#: Names are compared with known ones up to this many.
MANY: Final = 200


@dataclass(frozen=True)
class Subject:
    """A file free of problems, in every form a check may want to see it in."""

    file: CaseFile
    case: Case
    names: Names
    data: Mapping[Any, Any]
    views: tuple[Case, ...] = ()
    """The same case under its other views."""


Lint = Callable[[Subject], Iterator[Finding]]
"""Looks at a sound case and yields what it finds, with the path of each finding."""


def without_basis(subject: Subject) -> Iterator[Finding]:
    """Numbers that do not say on what they rest, in one sentence."""
    bare = [item for item in subject.case.assumptions if item.number.basis is None]
    if bare:
        count = "1 number does" if len(bare) == 1 else f"{len(bare)} numbers do"
        first = ".".join(str(part) for part in bare[0].path)
        text = f"{count} not state a basis (the first: {first}); write {{value: …, basis: …}}"
        yield Finding(bare[0].path, text)


def worth_outside_the_scale(subject: Subject) -> Iterator[Finding]:
    """Worths beyond -100..100."""
    for item in subject.case.assumptions:
        path, (low, high) = item.path, support(item.number.distribution)
        if "worth" in path[:-1] and (low < -WORTH_LIMIT or high > WORTH_LIMIT):
            yield Finding(path, f"{path[-1]}: this worth goes beyond the scale of -100 to 100")


def unknown_sources(subject: Subject) -> Iterator[Finding]:
    """Sources that are not listed."""
    known = subject.names.sources
    for path, value in entries(subject.file):
        if isinstance(value, Number):
            named = value.sources
        else:
            named = value.all_sources if isinstance(value, Entry) else ()
        for name in named:
            if name not in known:
                yield unknown_name(name, known, "source", path)


def effects_on_unlisted(subject: Subject) -> Iterator[Finding]:
    """Effects on quantities that are not listed: misspelt, or shown as changes from 0."""
    places: dict[str, Path] = {}
    for path, _id, step in steps(subject.file):
        for quantity in step.effects:
            if quantity not in subject.names.quantities:
                places.setdefault(quantity, (*path, "effects", quantity))
    hints = {name: did_you_mean(name, subject.names.quantities) for name in list(places)[:MANY]}
    for name, hint in hints.items():
        if hint:
            yield Finding(places[name], f"quantity '{name}' is not listed{hint}", at_key=True)
    others = [name for name in places if not hints.get(name)]
    if others:
        rest = f" and {len(others) - 3} more" if len(others) > 3 else ""
        are = "is" if len(others) == 1 else "are"
        text = f"{', '.join(others[:3])}{rest} {are} not listed; shown as changes from 0"
        yield Finding(places[others[0]], text, at_key=True)


def units_that_differ(subject: Subject) -> Iterator[Finding]:
    """Effects in another unit than the quantity: nothing is converted."""
    units = {id_: spec.unit for id_, spec in subject.file.quantities.items()}
    for path, _id, step in steps(subject.file):
        for quantity, effect in step.effects.items():
            unit = units.get(quantity)
            if unit is not None and effect.unit is not None and effect.unit != unit:
                text = f"the unit '{effect.unit}' is not that of '{quantity}', '{unit}'"
                yield Finding((*path, "effects", quantity, "unit"), f"{text}; none is converted")


def valued_by_nobody(subject: Subject) -> Iterator[Finding]:
    """Measures that are worth nothing to anybody, alone or in an interaction."""
    together = {
        name
        for item in subject.case.interactions
        if item.worth
        for group in item.all_of
        for name in group
    }
    worthless: dict[str, bool] = {}
    for measure in subject.case.measures:
        worth = measure.worth or measure.id in together
        worthless[measure.base] = worthless.get(measure.base, True) and not worth
    for id_, nobody in worthless.items():
        if nobody:
            yield Finding(("measures", id_), f"nobody gives '{id_}' any worth", at_key=True)


def broken_conditions(subject: Subject) -> Iterator[Finding]:
    """Proposals that break the conditions of their measures; judged as written."""
    for proposal in subject.case.proposals:
        for flaw in plan_flaws(subject.case, proposal.plan):
            yield Finding(("proposals", proposal.id), f"{proposal.id}: {flaw}", at_key=True)


def reasons_cut_off(subject: Subject) -> Iterator[Finding]:
    """Reasons whose commas were not in quotes."""
    for path, value in _mappings(subject.data, ()):
        for word in cut_off(value):
            text = f"'{word}' is read as part of 'why'; put text with commas in quotes"
            yield Finding((*path, word), text, at_key=True)


def calibrated_on_unlisted(subject: Subject) -> Iterator[Finding]:
    """What looks like the name of a proposal, where the case says on what it was calibrated."""
    known = [proposal.id for proposal in subject.case.proposals]
    for i, name in enumerate(subject.case.calibrated_on):
        if name not in known and not any(sign.isspace() for sign in name):
            yield unknown_name(name, known, "proposal", ("calibrated_on", i))


def without_influence(subject: Subject) -> Iterator[Finding]:
    """Constituencies that nobody asks and that are never in control."""
    asked = influential(subject.case)
    for constituency in subject.case.constituencies:
        id_, party = constituency.id, constituency.party
        if id_ in asked:
            continue
        where = [v.view.id if v.view else "" for v in subject.views if id_ in influential(v)]
        inside = () if id_ == party else ("constituencies", id_)
        text = (
            f"'{id_}' has no influence on any result but its own: no rule that counts asks it, no step needs"
            " its consent, and it is never in control of steps"
        )
        if where and subject.case.view is None:
            text += f"; it has under the view{'s' * (len(where) > 1)} {listed(where, 'and')}"
        yield Finding(("parties", party, *inside), text, at_key=True)


def _mappings(data: Any, path: Path) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    if isinstance(data, dict):
        yield path, data
        for key, value in data.items():
            yield from _mappings(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _mappings(value, (*path, i))


DOUBTS: Final[tuple[Lint, ...]] = (
    without_basis,
    worth_outside_the_scale,
    unknown_sources,
    effects_on_unlisted,
    units_that_differ,
    valued_by_nobody,
    broken_conditions,
    reasons_cut_off,
    calibrated_on_unlisted,
    without_influence,
)
"""Every doubt; what they find is a warning."""
