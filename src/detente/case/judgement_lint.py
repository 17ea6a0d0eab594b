"""What in a case should be looked at by whoever judged its numbers: one small function each.

Unlike doubts these hold nothing to be wrong. Each says what it saw; the drafter knows whether
there is a reason. What needs no judging of plans is found here; see :mod:`detente.insight` for
the rest. A definition that fires on sound cases is worse than none, so all of them are narrow.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from detente.case.domain import Case, Interaction, Measure
from detente.case.doubts import Subject
from detente.case.load import checked
from detente.case.names import listed, shortened
from detente.case.numbers import (
    Certain,
    Distribution,
    Number,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
    central,
)
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["HINTS", "KINDS", "Hint", "Kind", "found_hints"]

#: A range narrower than this share of its most likely value is thought to be too sure.
NARROW: Final = 0.05
#: Ranges are alike if at least this share of at least so many have one shape.
ALIKE, FEWEST = 0.8, 12
#: Two shapes are one if their relative ends differ by no more than this.
SAME_SHAPE: Final = 0.02
#: Steps of a party needed before its chances and years are compared with those of others.
ENOUGH_STEPS: Final = 3
#: Share of pairs of numbers in which one party's are larger, from which on they are told apart.
APART: Final = 0.9


@dataclass(frozen=True, slots=True, order=True)
class Hint:
    """Something in a case that should be looked at, with its place."""

    file: str  #: path as it was given
    line: int  #: from 1
    column: int  #: from 1
    message: str  #: what was seen, in a sentence
    kind: str  #: which lint saw it

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: look at: {self.message}"


def found_hints(source: Any) -> tuple[Hint, ...]:
    """Return what should be looked at in the sound case at *source*, in file order.

    Raises:
        CaseError: for a case file that cannot be used.
        RequestError: where *source* is neither a file nor a built-in case.
    """
    document, subject = checked(source)
    hints = set()
    for lint in HINTS:
        for finding in lint(subject):
            line, column = document.place(finding.path, key=finding.at_key)
            name = getattr(lint, "__name__", "")
            hints.add(Hint(document.file, line, column, finding.message, name))
    return tuple(sorted(hints))


# --- worths against what is refused -------------------------------------------------------


def worth_behind_a_red_line(subject: Subject) -> Iterator[Finding]:
    """A red line at a measure that the same constituency gives a worth above 0."""
    case = subject.case
    places = [
        ("red_lines", constituency.id, i)
        for constituency in case.constituencies
        for i in range(len(constituency.red_lines))
    ]
    for path, (constituency, line) in zip(places, case.red_lines, strict=True):
        for name in dict.fromkeys(name for group in line.never for name in group):
            number = case.measures[case.measure_index[name]].worth.get(constituency.id)
            if number is not None and central(number.distribution) > 0.0:
                text = (
                    f"'{constituency.id}' refuses every plan with '{name}'"
                    f"{_unless(line.unless)}, and yet gives it a worth of {_plain(number)}"
                )
                yield Finding(path, text)


def _unless(groups: Sequence[Sequence[str]]) -> str:
    names = [name for group in groups for name in group]
    return f" (unless with {listed(names, 'and')})" if names else ""


def worth_of_what_is_refused_in_words(subject: Subject) -> Iterator[Finding]:
    """A text under `refuses` that says a measure and no more, whose range of worth is above 0."""
    for path, constituency, text in _refusals(subject):
        said = _words(re.sub(r"^(an?|any|the)\s", "", text.strip(), flags=re.IGNORECASE))
        for measure in subject.case.measures:
            number = measure.worth.get(constituency)
            # More words may turn the sense: "exclusion from a treaty", "relief before dismantling".
            if number is None or said not in _callings(measure):
                continue
            if _ends(number.distribution)[0] > 0.0:
                quoted = f"'{constituency}' is said to refuse “{shortened(text, 60)}”"
                worth = f"'{measure.id}' has a worth of {_plain(number)} to it"
                yield Finding(path, f"{quoted}, and yet {worth}")


def _refusals(subject: Subject) -> Iterator[tuple[Path, str, str]]:
    """Yield path, constituency and each text of what it refuses."""
    for party, spec in subject.file.parties.items():
        place: Path = ("parties", party)
        entries = {party: (place, spec.refuses)}
        for name, member in (spec.constituencies or {}).items():
            entries[name] = ((*place, "constituencies", name), member.refuses)
        for name, (path, refuses) in entries.items():
            for text in refuses if isinstance(refuses, list) else [refuses]:
                if isinstance(text, str):
                    yield (*path, "refuses"), name, text


def _callings(measure: Measure) -> frozenset[str]:
    """Return what a text may call a measure."""
    return frozenset(_words(name) for name in (measure.id, measure.base, measure.name))


def _words(text: str) -> str:
    """Return *text* in lower case, with single spaces for all that is neither letter nor digit."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


# --- measures about which there is nothing to negotiate -----------------------------------


def liked_by_all_and_in_no_proposal(subject: Subject) -> Iterator[Finding]:
    """Measures that nobody dislikes and that no proposal holds."""
    case = subject.case
    used = {name for proposal in case.proposals for name in proposal.plan.measures}
    bases = {measure.base for measure in case.measures if measure.id in used}
    found = [m.base for m in _of_one_sign(case, 1.0) if case.proposals and m.base not in bases]
    if found := list(dict.fromkeys(found)):
        text = f"nobody dislikes {_quoted(found)}, and no proposal has {_it(found)}"
        yield Finding(("measures", found[0]), text, at_key=True)


def valued_with_one_sign_by_all(subject: Subject) -> Iterator[Finding]:
    """Measures from which everybody loses, or to which all give a worth well above 0."""
    case = subject.case
    losing = list(dict.fromkeys(measure.base for measure in _of_one_sign(case, -1.0)))
    if losing:
        text = f"nobody gains from {_quoted(losing)}: is a worth missing, or its sign wrong?"
        yield Finding(("measures", losing[0]), text, at_key=True)
    used = {name for proposal in case.proposals for name in proposal.plan.measures}
    bases = {measure.base for measure in case.measures if measure.id in used}
    winning = [
        measure.base
        for measure in _of_one_sign(case, 1.0)
        if measure.base in bases and measure.by is not None
    ]
    if winning := list(dict.fromkeys(winning)):
        text = (
            f"all gain from {_quoted(winning)}, whoever does {_it(winning)} too: is a cost left"
            " out, or why is it not done without an agreement?"
        )
        yield Finding(("measures", winning[0]), text, at_key=True)


def _of_one_sign(case: Case, sign: float) -> Iterator[Measure]:
    """Yield measures that parties value, two at least and their performer one, all with *sign*.

    Worth in an interaction counts too: a measure that costs somebody something there is left out.
    """
    parties = {constituency.id: constituency.party for constituency in case.constituencies}
    for measure in case.measures:
        worths = {name: central(number.distribution) for name, number in measure.worth.items()}
        valued = {parties[name] for name, worth in worths.items() if worth}
        enough = len(valued) > 1 and (measure.by is None or measure.by in valued)
        together = _together(case, measure)
        if enough and all(sign * worth >= 0.0 for worth in (*worths.values(), *together)):
            yield measure


def _together(case: Case, measure: Measure) -> Iterator[float]:
    for item in case.interactions:
        if any(measure.id in group for group in item.all_of):
            yield from (central(number.distribution) for number in item.worth.values())


# --- ranges -------------------------------------------------------------------------------


def ranges_suspiciously_narrow(subject: Subject) -> Iterator[Finding]:
    """Ranges of judgement that leave next to no room around the most likely value."""
    found = []
    for item in subject.case.assumptions:
        if item.number.basis in ("sourced", "elicited") or item.number.sources:
            continue
        low, high = _ends(item.number.distribution)
        middle = abs(central(item.number.distribution))
        if 0.0 < high - low < NARROW * _room(item.path, middle):
            found.append(item)
    if found:
        first = found[0]
        ends = " to ".join(f"{end:g}" for end in _ends(first.number.distribution))
        count = "1 range leaves" if len(found) == 1 else f"{len(found)} ranges leave"
        name = ".".join(str(part) for part in first.path)
        text = f"{count} hardly any doubt, and {'no source is' if len(found) == 1 else 'no sources are'} named (the first: {name}, {ends})"
        yield Finding(first.path, text)


def _room(path: Path, middle: float) -> float:
    """Return against what the width of a range is measured: a chance has two ends, 0 and 1."""
    is_chance = bool({"detection", "raises_detection", "upfront", "chance", "per_year"} & {*path})
    return min(middle, 1.0 - middle) if is_chance else middle


def ranges_all_alike(subject: Subject) -> Iterator[Finding]:
    """Worths whose ranges nearly all have one width, or one width relative to their middle."""
    items = [
        item
        for item in subject.case.assumptions
        if "worth" in item.path[:-1] and not item.number.is_certain
    ]
    shapes = [_shape(item.number.distribution) for item in items]
    known = [(item, shape) for item, shape in zip(items, shapes, strict=True) if shape]
    if len(known) < FEWEST:
        return
    relative = [
        (low / abs(middle), high / abs(middle)) for _, (low, middle, high) in known if middle
    ]
    absolute = [(low, high) for _, (low, _, high) in known]
    for kind, ends in (("the same share of", relative), ("equally far from", absolute)):
        share = _alike(ends)
        if len(ends) >= FEWEST and share >= ALIKE:
            text = (
                f"{round(100 * share)} of 100 ranges of worths lie {kind} their most likely value"
                " below and above it; each range should say how sure its own value is"
            )
            yield Finding(known[0][0].path, text)
            return


def _shape(distribution: Distribution) -> tuple[float, float, float] | None:
    """Return how far a range reaches below its middle, the middle, and how far above."""
    match distribution:
        case Triangular(low, mode, high) | Pert(low, mode, high) | Quantiles(low, mode, high):
            return mode - low, mode, high - mode
        case Uniform(low, high):
            return (high - low) / 2, (high + low) / 2, (high - low) / 2
        case _:
            return None


def _alike(ends: Sequence[tuple[float, float]]) -> float:
    """Return the share of *ends* that are near the one in the middle of them all."""
    if not ends:
        return 0.0
    middle = [median(end[side] for end in ends) for side in (0, 1)]
    room = [max(SAME_SHAPE, SAME_SHAPE * abs(m)) for m in middle]
    near = [all(abs(end[i] - middle[i]) <= room[i] for i in (0, 1)) for end in ends]
    return sum(near) / len(ends)


# --- numbers that could be swapped between sides ------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of number that has no reason of its own to differ between parties."""

    name: str
    about: str
    of_steps: bool
    """Whether steps have it, not constituencies."""


KINDS: Final = (
    Kind("discount", "discount rate", of_steps=False),
    Kind("reservation", "reservation", of_steps=False),
    Kind("collapse", "lump felt at collapse", of_steps=False),
    Kind("detection", "chance of detection", of_steps=True),
    Kind("undo_years", "years until undoing bites", of_steps=True),
)


def differs_between_parties(subject: Subject) -> Iterator[Finding]:
    """Numbers of one kind that are larger or smaller for one party, and no reason is given."""
    for kind in KINDS:
        values = _values(subject.case, kind)
        for party, own in values.items():
            rest = [value for name, others in values.items() if name != party for value in others]
            if how := _apart(own, rest, kind):
                path = _without_reason(subject, kind, party)
                if path is not None:
                    numbers = ", ".join(f"{value:g}" for value in sorted(own)[:6])
                    others = ", ".join(f"{value:g}" for value in sorted(rest)[:6])
                    text = (
                        f"{kind.about} of '{party}' is {how} than that of the others"
                        f" ({numbers}; others: {others}), and no reason or source is given"
                    )
                    yield Finding(path, text)


def _values(case: Case, kind: Kind) -> dict[str, list[float]]:
    """Return the central values of one kind by party; what can never be undone is left out."""
    values: dict[str, list[float]] = defaultdict(list)
    if not kind.of_steps:
        for constituency in case.constituencies:
            number: Number = getattr(constituency, kind.name)
            values[constituency.party].append(central(number.distribution))
        return values
    for measure in case.measures:
        own: Number | None = getattr(measure, kind.name)
        if measure.by is not None and own is not None:
            values[measure.by].append(central(own.distribution))
    return {party: own for party, own in values.items() if len(own) >= ENOUGH_STEPS}


def _apart(own: Sequence[float], rest: Sequence[float], kind: Kind) -> str:
    """Say whether *own* are larger or smaller than *rest*, nearly one and all; else nothing."""
    if not own or not rest:
        return ""
    pairs = [(one, other) for one in own for other in rest]
    larger = sum(one > other for one, other in pairs) / len(pairs)
    smaller = sum(one < other for one, other in pairs) / len(pairs)
    least = APART if kind.of_steps else 1.0
    return "larger" if larger >= least else "smaller" if smaller >= least else ""


def _without_reason(subject: Subject, kind: Kind, party: str) -> Path | None:
    """Return the first own number of *party* that no reason or source goes with, if any."""
    case = subject.case
    people = {c.id: c.party for c in case.constituencies}
    doers = {measure.base: measure.by for measure in case.measures}
    own = []
    for item in case.assumptions:
        path = item.path
        if path[-1] != kind.name or path[0] == "defaults" or len(path) < 3:
            continue
        if path[0] == "measures":
            is_own = doers.get(str(path[1])) == party
        else:
            is_own = path[0] == "parties" and people.get(str(path[-2]), str(path[1])) == party
        if is_own:
            own.append(item)
    reasoned = [item for item in own if item.number.why or item.number.sources]
    bare = [item for item in own if item not in reasoned and not _explained(subject, item.path)]
    return bare[0].path if len(bare) > len(own) / 2 else None


def _explained(subject: Subject, path: Path) -> bool:
    """Whether an entry around the number at *path* gives a reason or a source."""
    data: Any = subject.data
    for part in path[:-1]:
        data = data[part] if not isinstance(data, Mapping) or part in data else {}
        keys = ("why", "source", "sources", "verified_by")
        if isinstance(data, Mapping) and any(data.get(key) for key in keys):
            return True
    return False


# --- what counts twice --------------------------------------------------------------------


def effect_on_a_rate_and_its_stock(subject: Subject) -> Iterator[Finding]:
    """A measure that shifts a quantity, and also the one by which it grows."""
    grows = {quantity.id: quantity.grows_by for quantity in subject.case.quantities}
    for measure in subject.case.measures:
        shifted = {effect.quantity: effect.change for effect in measure.effects}
        for stock in shifted:
            rate = grows.get(stock)
            if rate is not None and rate in shifted:
                text = (
                    f"'{measure.id}' shifts '{stock}' and also '{rate}', by which that grows:"
                    " does one follow from the other?"
                )
                yield Finding(_of(measure, "effects", stock), text, at_key=True)


def same_effect_of_a_step_and_what_it_requires(subject: Subject) -> Iterator[Finding]:
    """A measure that shifts a quantity by just what one that it requires shifts it by."""
    case = subject.case
    for measure in case.measures:
        before = _required(case, measure)
        for effect in measure.effects:
            for other in before:
                for same in other.effects:
                    if same.quantity == effect.quantity and _equal(same.change, effect.change):
                        text = (
                            f"'{measure.id}' and '{other.id}', which it requires, shift"
                            f" '{effect.quantity}' by the same {_plain(effect.change)}: with both"
                            " in place it counts twice"
                        )
                        yield Finding(_of(measure, "effects", effect.quantity), text, at_key=True)


def _required(case: Case, measure: Measure) -> list[Measure]:
    """Return every measure that *measure* requires, and what those require, itself left out."""
    found: dict[str, Measure] = {}
    waiting = [measure]
    while waiting:
        for name in (name for group in waiting.pop().requires for name in group):
            if name not in found and name != measure.id:
                found[name] = case.measures[case.measure_index[name]]
                waiting.append(found[name])
    return list(found.values())


def counted_twice_in_a_sum(subject: Subject) -> Iterator[Finding]:
    """A sum that has a quantity by itself, and again inside another of its parts."""
    sums = {q.id: tuple(part for part, _ in q.sum_of) for q in subject.case.quantities}
    for quantity, parts in sums.items():
        for part in parts:
            for other in parts:
                if other != part and part in _inside(sums, other):
                    text = f"'{quantity}' has '{part}' by itself, and again inside '{other}'"
                    yield Finding(("quantities", quantity, "sum_of", part), text, at_key=True)


def _inside(sums: Mapping[str, Sequence[str]], quantity: str) -> set[str]:
    found: set[str] = set()
    waiting = [quantity]
    while waiting:
        for part in sums.get(waiting.pop(), ()):
            if part not in found:
                found.add(part)
                waiting.append(part)
    return found


def interaction_repeats_a_part(subject: Subject) -> Iterator[Finding]:
    """An interaction whose uncertain worth is just that of one of its parts."""
    case = subject.case
    for item in case.interactions:
        for name in dict.fromkeys(name for group in item.all_of for name in group):
            measure = case.measures[case.measure_index[name]]
            if whom := _repeated(item, measure):
                text = (
                    f"'{item.id}' is worth to {_quoted(whom)} just what '{name}' in it is already"
                    " worth: an interaction is what comes on top"
                )
                yield Finding(("interactions", item.id, "worth", whom[0]), text, at_key=True)


def _repeated(item: Interaction, measure: Measure) -> list[str]:
    """Return to whom *item* is worth, in the same uncertain range, what *measure* is."""
    return [
        name
        for name, number in item.worth.items()
        if not number.is_certain and name in measure.worth and _equal(number, measure.worth[name])
    ]


# --- words --------------------------------------------------------------------------------


def _equal(one: Number, other: Number) -> bool:
    return one.distribution == other.distribution and one.distribution != Certain(0.0)


def _ends(distribution: Distribution) -> tuple[float, float]:
    """Return the ends that an analyst wrote; those of other forms are their central value."""
    match distribution:
        case Triangular(low, _, high) | Pert(low, _, high) | Uniform(low, high):
            return low, high
        case Quantiles(low, _, high):
            return low, high
        case _:
            value = central(distribution)
            return value, value


def _plain(number: Number) -> str:
    return f"{central(number.distribution):g}"


def _quoted(names: Sequence[str]) -> str:
    return listed([f"'{name}'" for name in names], "and", limit=6)


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _of(measure: Measure, *rest: str) -> Path:
    """Return the path of something in the entry of a measure or of its level."""
    level = measure.id.removeprefix(measure.base).removeprefix("/")
    return ("measures", measure.base, *(("levels", level) if level else ()), *rest)


HINTS: Final[tuple[Callable[[Subject], Iterator[Finding]], ...]] = (
    worth_behind_a_red_line,
    worth_of_what_is_refused_in_words,
    liked_by_all_and_in_no_proposal,
    valued_with_one_sign_by_all,
    ranges_suspiciously_narrow,
    ranges_all_alike,
    differs_between_parties,
    effect_on_a_rate_and_its_stock,
    same_effect_of_a_step_and_what_it_requires,
    counted_twice_in_a_sum,
    interaction_repeats_a_part,
)
"""Every lint of judgement; what they find is a hint."""
