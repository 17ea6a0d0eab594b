"""What an analysis of unknowns speaks of, in words: the figure, groups, single unknowns and bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.draws.unknowns import is_crossing
from detente.influence.groups import SHARED, Way
from detente.influence.results import Bound, Sensitivity
from detente.report.figures import decimal
from detente.report.number_words import number_words
from detente.report.reckoned import figure_name, is_share
from detente.report.speaker import Speaker
from detente.report.terms import FIGURES, meanings, quantity_name, quantity_unit
from detente.report.text import clean
from detente.verdict.results import RunResult

__all__ = ["BASES", "KINDS", "WAYS_TITLES", "Words", "number_text"]

#: What groups of each way are called.
WAYS_TITLES: Mapping[Way, str] = {
    "party": "Whose unknowns, by party",
    "constituency": "Whose unknowns, by constituency",
    "measure": "Unknowns of which measure",
    "kind": "What kind of unknown",
    "basis": "On what the numbers rest",
}
KINDS = {
    "worth": "worths of measures",
    "reservation": "least values that are accepted",
    "collapse": "worths of a collapse",
    "discount": "discount rates",
    "control": "who is in charge at the start",
    "turnover": "chances that control passes",
    "detection": "chances that breaches are seen",
    "verification": "what verification adds to them",
    "upfront": "shares of worths felt at once",
    "undoing": "times until undoing is felt",
    "effect": "effects on quantities",
    "quantity": "quantities without agreement",
    "factor": "factors on later steps",
    "red_line": "red lines",
    "false_alarm": "false alarms",
    "margin": "advantage that keeping must have",
}
BASES = {
    "sourced": "sourced",
    "judgement": "judged by the analyst",
    "elicited": "elicited from experts",
}
_NONE = {
    "(no party)": "facts and chances that are no party’s",
    "(no constituency)": "facts and chances that are no constituency’s",
    "(no measure)": "what belongs to no single measure",
    "(no basis)": "no basis stated",
    SHARED: "shared by several of these",
}


class _Brief(Speaker):
    """Speaks of people without their party where no other is called alike, and of items unnamed."""

    def __init__(self, result: RunResult) -> None:
        super().__init__(result)
        often = Counter(clean(c.name) for c in self.people.values())
        often += Counter(self.parties.values())
        self._alone = {name for name, times in often.items() if times == 1}
        self.items = {
            item: name.replace("_", " ") if name == item else name
            for item, name in self.items.items()
        }

    def person(self, name: str, *, with_party: bool = True) -> str:
        own = clean(self.people[name].name)
        alone = own in self._alone and name != self.people[name].party
        return own if alone else super().person(name, with_party=with_party)


@dataclass(frozen=True, slots=True)
class Words:
    """The names in one analysis."""

    case: Case
    speaker: Speaker
    brief: Speaker  #: for sentences: people without their party where that is clear
    worths: Mapping[str, tuple[str, str]]  #: item and constituency, by path of the worth

    @classmethod
    def of(cls, found: Sensitivity) -> Words:
        """Return the names in the case that *found* is about."""
        certain = not Sampler(found.case).inputs
        result = RunResult(found.case, certain, found.provenance, ())
        worths = {
            number.path: (item.id, who)
            for item in found.case.items
            for who, number in item.worth.items()
        }
        return cls(found.case, Speaker(result), _Brief(result), worths)

    def figure(self, found: Sensitivity) -> str:
        """Return what the figure is called."""
        return figure_name(self.case, self.speaker, found.figure)

    def meaning(self, found: Sensitivity) -> str:
        """Say what the figure is."""
        if is_share(found.figure):
            if found.figure == "hold":
                return _HOLD
            return meanings()[next(name for key, name in FIGURES.items() if key == found.figure)]
        kind, _, party = found.figure.partition(".")
        if kind in _OF_PARTY and party in self.speaker.parties:
            return _OF_PARTY[kind].format(self.speaker.parties[party])
        horizon = f"{self.case.horizon_years:g} year{'' if self.case.horizon_years == 1 else 's'}"
        return (
            f"change of {quantity_name(self.case, _quantity(found))} by the end of {horizon} against"
            " the path without agreement, mean over all draws, those in which nothing is signed"
            " included"
        )

    def unit(self, found: Sensitivity) -> str:
        """Return in what the figure is measured."""
        if is_share(found.figure):
            return "of 100"
        if found.figure.partition(".")[0] in _OF_PARTY:
            return "points of worth"
        return clean(quantity_unit(self.case, _quantity(found)))

    def group(self, way: Way, group: str) -> str:
        """Return what a group is called."""
        if group in _NONE:
            return _NONE[group]
        match way:
            case "party":
                return self.speaker.parties[group]
            case "constituency":
                return self.speaker.person(group)
            case "measure":
                return self._measure(group)
            case "kind":
                return KINDS[group]
            case "basis":
                return BASES.get(group, group)

    def named(self, way: Way, group: str) -> str:
        """Return what a group is called within a sentence."""
        name = self.group(way, group)
        return f"“{name}”" if way == "measure" and group not in _NONE else name

    def _measure(self, base: str) -> str:
        levels = [m for m in self.case.measures if m.base == base and m.id != base]
        return clean(levels[0].name).partition(": ")[0] if levels else self.brief.items[base]

    def unknown(self, path: str) -> str:
        """Return what an unknown is called."""
        return number_words(self.brief, self.case, path)

    def where(self, limits: Sequence[Bound]) -> str:
        """Say where a box is; worths to one constituency are told together."""
        return "; ".join(self._clauses(limits))

    def _clauses(self, limits: Sequence[Bound]) -> Iterator[str]:
        told = set[str]()
        for bound in limits:
            if bound.number not in self.worths:
                yield self.bound(bound)
                continue
            who = self.worths[bound.number][1]
            if who in told:
                continue
            told.add(who)
            own = [b for b in limits if self.worths.get(b.number, ("", ""))[1] == who]
            each = [f"{self.item(own[0].number)} is worth {bounds_text(own[0])}"]
            each += [f"{self.item(b.number)} {bounds_text(b)}" for b in own[1:]]
            yield f"to {self.brief.person(who)}, {_listed(each)}"

    def item(self, path: str) -> str:
        """Return what the worth at *path* is of."""
        return f"“{self.brief.items[self.worths[path][0]]}”"

    def bound(self, bound: Bound) -> str:
        """Say between what one unknown lies."""
        name = self.unknown(bound.number)
        if is_crossing(bound.number):
            drawn = name.removeprefix("whether ")
            return drawn if bound.low is not None else drawn.replace(" is a ", " is no ", 1)
        return f"{name} is {bounds_text(bound)}"


def bounds_text(bound: Bound) -> str:
    """Say between what numbers: ``12 or less``, ``−3 or more``, ``between −3 and 12``."""
    if bound.low is None:
        return f"{number_text(bound.high)} or less"
    if bound.high is None:
        return f"{number_text(bound.low)} or more"
    return f"between {number_text(bound.low)} and {number_text(bound.high)}"


def number_text(value: float | None) -> str:
    """Return a value of an unknown with three digits: ``−20.2``, ``0.0854``."""
    if not value:
        return "" if value is None else "0"
    step = 10.0 ** (floor(log10(abs(value))) - 2)
    text = decimal(round(value / step) * step, step).replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quantity(found: Sensitivity) -> str:
    return found.figure.removeprefix("outcome.")


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


_HOLD = (
    "chance, mean over draws, that everyone who must say yes does and that nobody breaks it and no"
    " accident ends it until the last phase is over"
)
_OF_PARTY = {
    "exposure": (
        "how far below what it must at least expect {} ends up if another breaks the plan, in the"
        " phase in which that is worst, mean over draws"
    ),
    "surplus": (
        "what {} gains over no agreement, draws without an agreement counted as no gain, mean over"
        " draws"
    ),
    "score": (
        "by how much {} is better off than it must at least be, worse off where below 0, red lines"
        " aside, mean over draws"
    ),
}
