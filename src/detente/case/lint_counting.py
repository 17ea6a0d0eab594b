"""What is written in two places and so counts twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from detente.case.domain import Case, Interaction, Measure
from detente.case.doubts import Lint, Subject
from detente.case.names import quoted
from detente.case.numbers import Certain, Number, central
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["LINTS"]


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
                            f" '{effect.quantity}' by the same {central(effect.change.distribution):g}: with both"
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
                    f"'{item.id}' is worth to {quoted(whom, 'and', limit=6)} just what '{name}' in"
                    " it is already worth: an interaction is what comes on top"
                )
                yield Finding(("interactions", item.id, "worth", whom[0]), text, at_key=True)


def _repeated(item: Interaction, measure: Measure) -> list[str]:
    """Return to whom *item* is worth, in the same uncertain range, what *measure* is."""
    return [
        name
        for name, number in item.worth.items()
        if not number.is_certain and name in measure.worth and _equal(number, measure.worth[name])
    ]


def _equal(one: Number, other: Number) -> bool:
    return one.distribution == other.distribution and one.distribution != Certain(0.0)


def _of(measure: Measure, *rest: str) -> Path:
    """Return the path of something in the entry of a measure or of its level."""
    level = measure.id.removeprefix(measure.base).removeprefix("/")
    return ("measures", measure.base, *(("levels", level) if level else ()), *rest)


LINTS: Final[tuple[Lint, ...]] = (
    effect_on_a_rate_and_its_stock,
    same_effect_of_a_step_and_what_it_requires,
    counted_twice_in_a_sum,
    interaction_repeats_a_part,
)
