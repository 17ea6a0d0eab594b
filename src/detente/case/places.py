"""What the numbers of a case are about, in words, found from where they stand in its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from detente.case.domain import Case
from detente.case.reading import Path

__all__ = ["Place", "Places"]

_KINDS: Final = {
    "measures": "Measure",
    "interactions": "Interaction",
    "parties": "Party",
    "quantities": "Quantity",
    "red_lines": "Red lines of",
    "proposals": "Proposal",
    "defaults": "Defaults, for every place without a number of its own",
}
_PLAIN: Final = {
    "discount": "discount rate per year",
    "reservation": "what it must at least expect in order to accept",
    "collapse": "lump felt when the agreement collapses",
    "margin": "advantage that keeping must have",
    "false_alarm": "chance per year of a collapse that nobody intends",
    "undo_years": "years until undoing it bites",
    "detection": "chance per year that withholding it, or undoing it unannounced, is seen",
    "upfront": "share of the worth felt at once",
    "scale": "factor on the worths",
    "chance": "share of draws in which it is there",
    "start": "value at the start",
    "trend": "change per year without agreement",
    "floor": "value it never passes",
    "by": "who can withhold or undo it",
    "consent": "whose consent it needs",
    "requires": "what it requires",
    "excludes": "what it excludes",
    "in_phases": "phases where it may stand",
    "secret_undo": "whether it can be undone unannounced",
    "all_of": "its parts",
    "unless": "in which plans it does not count",
    "when_after": "what must stand before",
    "accepts": "rule by which it accepts",
    "phases": "its steps, by phase",
    "horizon_years": "years until quantities are read",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number belongs and what it says there: "Measure Gauges", "worth to Delta"."""

    group: str
    what: str

    def __str__(self) -> str:
        return f"{self.group}: {self.what}"


class Places:
    """What the numbers of one case are about."""

    def __init__(self, case: Case) -> None:
        self._names = _Names(case)

    def of(self, path: Path) -> Place:
        """Return what the number at *path* of the file is about."""
        if len(path) == 1 or path[0] not in _KINDS:
            return Place("The case as a whole", _PLAIN.get(str(path[-1]), _dotted(path)))
        if path[0] == "defaults":
            return Place(_KINDS["defaults"], _PLAIN.get(str(path[-1]), _dotted(path[1:])))
        kind, owner, rest = str(path[0]), str(path[1]), path[2:]
        name = self._names.of(kind, owner)
        if rest[:1] == ("levels",):
            name, rest = f"{name}, level {self._names.level(owner, str(rest[1]))}", rest[2:]
        elif kind == "measures" and owner in self._names.levels:
            name += ", all levels without their own"
        what = _inside(self._names, owner, rest) if rest else "the entry as a whole"
        return Place(f"{_KINDS[kind]} {name}", what)


def _inside(names: _Names, owner: str, path: Path) -> str:
    """Say what a number is about that stands at *path* of the entry *owner*."""
    match path:
        case ("worth", body):
            return f"worth to {names.person(str(body))}"
        case ("effects", quantity, "change"):
            return f"change of {names.of('quantities', str(quantity))} while in place"
        case ("raises_detection", measure):
            seen = names.of("measures", str(measure))
            return f"chance per year that it adds to the detection of {seen}"
        case ("sum_of", quantity):
            return f"weight of {names.of('quantities', str(quantity))}"
        case ("deciders", "start", person):
            return f"chance that {names.person(str(person))} is in control at the start"
        case ("deciders", "turnover", int(number), "per_year"):
            return f"chance per year that control passes {names.passing(owner, number)}"
        case ("constituencies", person, key):
            return f"{names.person(str(person))}: {_PLAIN.get(str(key), str(key))}"
        case (int(number), "chance"):
            return f"line {number + 1}: {_PLAIN['chance']}"
        case (key,):
            return _PLAIN.get(str(key), str(key))
        case _:
            return _dotted(path)


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


class _Names:
    """What the entries of a case are called."""

    def __init__(self, case: Case) -> None:
        self.case = case
        written = case.document.get("measures", {})
        self.levels: dict[str, dict[str, Any]] = {
            str(id_): {str(level): own for level, own in spec["levels"].items()}
            for id_, spec in written.items()
            if spec.get("levels")
        }
        self.tables: dict[str, dict[str, str]] = {
            "measures": {measure.id: measure.name for measure in case.measures}
            | {id_: str(written[id_].get("name") or id_) for id_ in self.levels if id_ in written},
            "interactions": {item.id: item.name for item in case.interactions}
            | {item.id: item.name for item in case.scalings},
            "parties": {party.id: party.name for party in case.parties},
            "quantities": {q.id: q.name for q in case.quantities},
            "red_lines": {c.id: c.name for c in case.constituencies},
            "proposals": {proposal.id: proposal.name for proposal in case.proposals},
        }

    def of(self, kind: str, id_: str) -> str:
        return self.tables[kind].get(id_, id_)

    def level(self, measure: str, level: str) -> str:
        return str(self.levels[measure][level].get("name") or level)

    def passing(self, party: str, number: int) -> str:
        turnover = next(p.turnover for p in self.case.parties if p.id == party)[number]
        return f"from {self.person(turnover.origin)} to {self.person(turnover.destination)}"

    def person(self, id_: str) -> str:
        return self.tables["red_lines"].get(id_, id_)
