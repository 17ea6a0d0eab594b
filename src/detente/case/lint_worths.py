"""Worths that do not go with what their holder refuses, or leave nothing to negotiate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from detente.case.domain import Case, Measure
from detente.case.doubts import Lint, Subject
from detente.case.names import listed, quoted, shortened
from detente.case.numbers import central, ends
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["LINTS"]


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
                    f"{_unless(line.unless)}, and yet gives it a worth of {central(number.distribution):g}"
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
            if ends(number.distribution)[0] > 0.0:
                quoted = f"'{constituency}' is said to refuse “{shortened(text, 60)}”"
                worth = f"'{measure.id}' has a worth of {central(number.distribution):g} to it"
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


def liked_by_all_and_in_no_proposal(subject: Subject) -> Iterator[Finding]:
    """Measures that nobody dislikes and that no proposal holds."""
    case = subject.case
    used = _in_proposals(case)
    found = [m.base for m in _of_one_sign(case, 1.0) if case.proposals and m.base not in used]
    if found := list(dict.fromkeys(found)):
        text = f"nobody dislikes {quoted(found, 'and', limit=6)}, and no proposal has {_it(found)}"
        yield Finding(("measures", found[0]), text, at_key=True)


def valued_with_one_sign_by_all(subject: Subject) -> Iterator[Finding]:
    """Measures from which everybody loses, or to which all give a worth well above 0."""
    case = subject.case
    losing = list(dict.fromkeys(measure.base for measure in _of_one_sign(case, -1.0)))
    if losing:
        text = f"nobody gains from {quoted(losing, 'and', limit=6)}: is a worth missing, or its sign wrong?"
        yield Finding(("measures", losing[0]), text, at_key=True)
    used = _in_proposals(case)
    winning = [
        measure.base
        for measure in _of_one_sign(case, 1.0)
        if measure.base in used and measure.by is not None
    ]
    if winning := list(dict.fromkeys(winning)):
        text = (
            f"all gain from {quoted(winning, 'and', limit=6)}, whoever does {_it(winning)} too: is a cost left"
            " out, or why is it not done without an agreement?"
        )
        yield Finding(("measures", winning[0]), text, at_key=True)


def _in_proposals(case: Case) -> frozenset[str]:
    """Return the measures, without their levels, that some proposal holds."""
    held = {name for proposal in case.proposals for name in proposal.plan.measures}
    return frozenset(measure.base for measure in case.measures if measure.id in held)


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


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


LINTS: Final[tuple[Lint, ...]] = (
    worth_behind_a_red_line,
    worth_of_what_is_refused_in_words,
    liked_by_all_and_in_no_proposal,
    valued_with_one_sign_by_all,
)
