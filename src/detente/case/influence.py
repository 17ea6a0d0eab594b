"""Who in a case can make a difference: asked by a rule, in control, or with a consent of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.case.domain import Case, Party, Rule
from detente.case.numbers import Number, support

__all__ = ["asked", "influential"]


def influential(case: Case) -> frozenset[str]:
    """Return the constituencies on whose worths some result of some plan may depend.

    Not counted are results about a constituency itself (its own answer, value and exposure), nor
    the answer and exposure of a party that no plan asks.
    """
    performers = {measure.by for measure in case.measures}
    named = {name for measure in case.measures for name in measure.consent} | set(case.must_sign)
    if case.agreement is not None:
        signatories = [party.id for party in case.parties if party.id in performers | named]
        named |= set(asked(case.agreement, signatories))
    found = {name for name in named if name in case.constituency_index}
    for party in case.parties:
        if party.id in performers | named:
            found |= set(asked(party.accepts, party.constituencies))
        if party.id in performers:
            found |= _in_control(party)
    return frozenset(found)


def asked(rule: Rule, members: Sequence[str]) -> Iterator[str]:
    """Yield whom *rule* asks, rules within it included; *members* fill a bare quota."""
    items = [(item, 1.0) for item in rule.vetoes]
    if rule.at_least is not None:
        items += rule.weights if rule.weights is not None else [(name, 1.0) for name in members]
    for item, weight in items:
        if weight > 0.0:
            yield from [item] if isinstance(item, str) else asked(item, members)


def _in_control(party: Party) -> set[str]:
    """Return the deciders who may be in control of *party*, at the start or later."""
    found = {decider.constituency for decider in party.deciders if _is_possible(decider.start)}
    while True:
        later = {
            step.destination
            for step in party.turnover
            if step.origin in found and _is_possible(step.per_year)
        }
        if later <= found:
            return found
        found |= later


def _is_possible(chance: Number) -> bool:
    return support(chance.distribution)[1] > 0.0
