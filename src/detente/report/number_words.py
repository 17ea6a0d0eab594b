"""What each number of a case is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.case.domain import Case, Group
from detente.draws.unknowns import crossing
from detente.report.speaker import Speaker
from detente.report.terms import quantity_name
from detente.report.text import clean

__all__ = ["number_words"]


def number_words(speaker: Speaker, case: Case, path: str) -> str:
    """Say what the number at *path* is; the path itself where it belongs to no one thing."""
    return next((words for found, words in _numbers(speaker, case) if found == path), f"“{path}”")


def _numbers(speaker: Speaker, case: Case) -> Iterator[tuple[str, str]]:
    for c in case.constituencies:
        who = speaker.person(c.id)
        yield c.reservation.path, f"what {who} must at least expect"
        yield c.collapse.path, f"what a collapse is worth to {who}"
        yield c.discount.path, f"the discount rate of {who}"
    for item in case.items:
        name = f"“{speaker.items[item.id]}”"
        for who, number in item.worth.items():
            yield number.path, f"the worth of {name} to {speaker.person(who)}"
        yield item.upfront.path, f"the share of {name} felt at once"
    for measure in case.measures:
        name = f"“{speaker.items[measure.id]}”"
        yield measure.detection.path, f"the chance per year that a breach of {name} is seen"
        for seen, number in measure.raises_detection.items():
            yield number.path, f"what {name} adds to seeing breaches of “{speaker.items[seen]}”"
        if measure.undo_years is not None:
            yield measure.undo_years.path, f"the years until undoing {name} is felt"
        for effect in measure.effects:
            quantity = quantity_name(case, effect.quantity)
            yield effect.change.path, f"the effect of {name} on {quantity}"
    yield from _people(speaker, case)
    yield from _rest(speaker, case)
    yield case.margin.path, "the advantage that keeping must have"
    yield case.false_alarm.path, "the chance per year of a collapse that nobody intends"


def _people(speaker: Speaker, case: Case) -> Iterator[tuple[str, str]]:
    for party in case.parties:
        for decider in party.deciders:
            who = speaker.person(decider.constituency)
            yield decider.start.path, f"the chance that {who} is in charge at the start"
        for passing in party.turnover:
            origin = speaker.person(passing.origin, with_party=False)
            to = speaker.person(passing.destination)
            yield (
                passing.per_year.path,
                f"the chance per year that control passes from {origin} to {to}",
            )


def _rest(speaker: Speaker, case: Case) -> Iterator[tuple[str, str]]:
    for scaling in case.scalings:
        yield scaling.factor.path, f"the factor “{clean(scaling.name)}”"
    for quantity in case.quantities:
        name = clean(quantity.name)
        yield quantity.start.path, f"{name} at the start"
        yield quantity.trend.path, f"the yearly change of {name} without agreement"
        if quantity.floor is not None:
            yield quantity.floor.path, f"the floor of {name}"
        for part, weight in quantity.sum_of:
            yield weight.path, f"the weight of {quantity_name(case, part)} in {name}"
    for constituency, line in case.red_lines:
        which = _groups(speaker, line.never)
        yield (
            line.chance.path,
            f"the chance that {which} is a red line of {speaker.person(constituency.id)}",
        )
        yield (
            crossing(line.path),
            f"whether {which} is a red line of {speaker.person(constituency.id)}",
        )


def _groups(speaker: Speaker, groups: Sequence[Group]) -> str:
    names = dict.fromkeys(f"“{speaker.items[name]}”" for group in groups for name in group)
    return " or ".join(names)
