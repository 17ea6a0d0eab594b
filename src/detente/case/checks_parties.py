"""What must be true of parties, constituencies, rules and deciders."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Final

from detente.case.file import CaseFile, DecidersSpec, RuleSpec
from detente.case.known import Check, Known, Names, duplicates, unknown, unknown_keys, unknown_name
from detente.case.numbers import Beta, Lognormal, Number, Quantiles, central, support
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["CHECKS"]

SUM_TOLERANCE: Final = 1e-6
LEAST_DISCOUNT: Final = 1e-4


def constituency_in_two_parties(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Each constituency belongs to one party."""
    owner: dict[str, str] = {}
    for party, spec in file.parties.items():
        for id_ in spec.constituencies or ():
            if id_ in owner:
                text = (
                    f"constituency '{id_}' is already one of '{owner[id_]}'; name one of them anew"
                )
                yield Finding(("parties", party, "constituencies", id_), text, at_key=True)
            owner.setdefault(id_, party)


def constituency_named_like_a_party(file: CaseFile, names: Names) -> Iterator[Finding]:
    """A name means one thing: a constituency is not called like another party."""
    for party, spec in file.parties.items():
        for id_ in spec.constituencies or ():
            path = ("parties", party, "constituencies", id_)
            if id_ in names.members and id_ != party:
                text = f"'{id_}' is also the name of a party; give the constituency another"
                yield Finding(path, text, at_key=True)
            elif id_ == party and len(spec.constituencies or ()) > 1:
                text = f"one of several constituencies cannot be called like its party '{party}'"
                yield Finding(path, text, at_key=True)


def constituency_numbers_on_a_party(file: CaseFile, _: Names) -> Iterator[Finding]:
    """What one constituency has cannot stand on a party that has several."""
    for party, spec in file.parties.items():
        for key in ("discount", "reservation", "collapse", "wants", "refuses"):
            if spec.constituencies and key in spec.model_fields_set:
                text = f"'{key}' belongs to a constituency; move it to those of '{party}'"
                yield Finding(("parties", party, key), text, at_key=True)


def discount_missing(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Every constituency has a discount rate, its own or the case's."""
    if file.discount is not None:
        return
    for party, spec in file.parties.items():
        for id_, member in (spec.constituencies or {party: spec}).items():
            if member.discount is None:
                who = "nobody" if id_ == "_" else f"'{id_}'"  # "_" stands in for missing parties
                has = "has a" if id_ == "_" else "has no"
                text = f"{who} {has} discount: set 'discount' at the top of the file"
                yield Finding(("parties", party), text, at_key=True, needs_whole=True)
                return


def discount_large_enough(file: CaseFile, _: Names) -> Iterator[Finding]:
    """A discount rate can be told from none; tails that reach below are held at the least."""
    for path, number in _discounts(file):
        tailed = isinstance(number.distribution, (Quantiles, Lognormal, Beta))
        if not tailed and support(number.distribution)[0] < LEAST_DISCOUNT:
            text = f"must be {LEAST_DISCOUNT:g} a year at least: less cannot be told from none"
            yield Finding(path, text)


def _discounts(file: CaseFile) -> Iterator[tuple[Path, Number]]:
    if file.discount is not None:
        yield ("discount",), file.discount
    for party, spec in file.parties.items():
        if spec.discount is not None:
            yield ("parties", party, "discount"), spec.discount
        for id_, constituency in (spec.constituencies or {}).items():
            if constituency.discount is not None:
                yield (
                    ("parties", party, "constituencies", id_, "discount"),
                    constituency.discount,
                )


def party_rules(file: CaseFile, names: Names) -> Iterator[Finding]:
    """The rule of a party is over its constituencies, and can be met."""
    for party, spec in file.parties.items():
        if spec.accepts is not None:
            members = names.members.get(party, Known())
            path: Path = ("parties", party, "accepts")
            yield from _rule(spec.accepts, members, f"constituency of '{party}'", path)


def agreement_rule(file: CaseFile, names: Names) -> Iterator[Finding]:
    """The rule of the agreement is over parties and constituencies, and can be met."""
    signing = file.agreement.must_sign
    what = "party or constituency"
    yield from unknown(signing, names.bodies, what, ("agreement", "must_sign"))
    yield from duplicates(signing, ("agreement", "must_sign"))
    if file.agreement.accepts is not None:
        path: Path = ("agreement", "accepts")
        yield from _rule(file.agreement.accepts, names.bodies, what, path)


def _rule(rule: RuleSpec, known: Collection[str], what: str, path: Path) -> Iterator[Finding]:
    yield from _rule_shape(rule, path)
    yield from _quota(rule, len(known), path)
    yield from unknown_keys(rule.weights or (), known, what, (*path, "weights"))
    for key, items in (("all", rule.all), ("of", rule.of or ())):
        names = [item if isinstance(item, str) else "" for item in items]
        yield from (f for f in duplicates(names, (*path, key)) if names[int(f.path[-1])])
        for i, item in enumerate(items):
            if isinstance(item, RuleSpec):
                yield from _rule(item, known, what, (*path, key, i))
            elif item not in known:
                yield unknown_name(item, known, what, (*path, key, i))


def _rule_shape(rule: RuleSpec, path: Path) -> Iterator[Finding]:
    if rule.weights is not None and rule.of is not None:
        text = "'weights' and 'of' exclude each other; write the one that is meant"
        yield Finding((*path, "of"), text, at_key=True)
    elif rule.at_least is None and (rule.weights is not None or rule.of is not None):
        text = "the rule has members but no 'at_least' for them to reach"
        yield Finding(path, text, at_key=True, needs_whole=True)
    elif rule.at_least is None and not rule.all:
        text = "the rule is empty: write all: […], or at_least: with weights"
        yield Finding(path, text, at_key=True, needs_whole=True)


def _quota(rule: RuleSpec, members: int, path: Path) -> Iterator[Finding]:
    if rule.at_least is None:
        return
    if rule.weights is not None:
        total = math.fsum(rule.weights.values())
    else:
        total = float(members if rule.of is None else len(rule.of))
    if rule.at_least > total + 1e-9:
        text = f"at_least {rule.at_least:g} can never be reached: the weights sum to {total:g}"
        yield Finding((*path, "at_least"), text, needs_whole=True)


def decider_names(file: CaseFile, names: Names) -> Iterator[Finding]:
    """Only a party's own constituencies decide in it."""
    for party, deciders in _deciders(file):
        members = names.members.get(party, Known())
        what = f"constituency of '{party}'"
        path: Path = ("parties", party, "deciders")
        yield from unknown_keys(deciders.start, members, what, (*path, "start"))
        for i, step in enumerate(deciders.turnover):
            for key, name in (("from", step.origin), ("to", step.destination)):
                if name not in members:
                    yield unknown_name(name, members, what, (*path, "turnover", i, key))


def decider_probabilities(file: CaseFile, _: Names) -> Iterator[Finding]:
    """The starting probabilities of a party's deciders sum to 1."""
    for party, deciders in _deciders(file):
        total = math.fsum(central(number.distribution) for number in deciders.start.values())
        if abs(total - 1) > SUM_TOLERANCE:
            text = f"the probabilities of the deciders of '{party}' sum to {total:.7g}, not 1"
            path = ("parties", party, "deciders", "start")
            yield Finding(path, text, at_key=True, needs_whole=True)


def turnover_steps(file: CaseFile, _: Names) -> Iterator[Finding]:
    """Control passes between two deciders, each pair once, with chances of at most 1 in all."""
    for party, deciders in _deciders(file):
        seen: set[tuple[str, str]] = set()
        for i, step in enumerate(deciders.turnover):
            path = ("parties", party, "deciders", "turnover", i)
            pair = (step.origin, step.destination)
            if step.origin == step.destination:
                yield Finding((*path, "to"), f"control passes from '{step.origin}' to itself")
            if pair in seen:
                yield Finding(path, f"turnover from '{pair[0]}' to '{pair[1]}' stands here twice")
            seen.add(pair)


def _deciders(file: CaseFile) -> Iterator[tuple[str, DecidersSpec]]:
    for party, spec in file.parties.items():
        if spec.deciders is not None:
            yield party, spec.deciders


CHECKS: Final[tuple[Check, ...]] = (
    constituency_in_two_parties,
    constituency_named_like_a_party,
    constituency_numbers_on_a_party,
    discount_missing,
    discount_large_enough,
    party_rules,
    agreement_rule,
    decider_names,
    decider_probabilities,
    turnover_steps,
)
