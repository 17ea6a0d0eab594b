"""Numbers that nothing but a reason could make differ between parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from detente.case.domain import Case
from detente.case.doubts import Lint, Subject
from detente.case.numbers import Number, central
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["KINDS", "LINTS", "Kind"]

#: Steps of a party needed before its chances and years are compared with those of others.
ENOUGH_STEPS: Final = 3
#: Share of pairs of numbers in which one party's are larger, from which on they are told apart.
APART: Final = 0.9


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
    """Numbers of one kind that are larger or smaller for one party, and no reason is given.

    Of two parties that differ, one is told: the other would say the same from its side.
    """
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
                    if len(values) == 2:  # both sides of one difference
                        break


def _values(case: Case, kind: Kind) -> dict[str, list[float]]:
    """Return the central values of one kind by party; what can never be undone is left out.

    Levels of a step that share a number have it once.
    """
    values: dict[str, list[float]] = defaultdict(list)
    if not kind.of_steps:
        for constituency in case.constituencies:
            number: Number = getattr(constituency, kind.name)
            values[constituency.party].append(central(number.distribution))
        return values
    found: dict[str, dict[tuple[str, float], None]] = defaultdict(dict)
    for measure in case.measures:
        own: Number | None = getattr(measure, kind.name)
        if measure.by is not None and own is not None:
            found[measure.by][measure.base, central(own.distribution)] = None
    return {
        party: [value for _, value in own]
        for party, own in found.items()
        if len({base for base, _ in own}) >= ENOUGH_STEPS
    }


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


LINTS: Final[tuple[Lint, ...]] = (differs_between_parties,)
