"""What differs between two plans, and between two versions of a case, by path and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from detente.case.domain import Case, Plan
from detente.case.flow import same
from detente.case.numbers import Distribution
from detente.case.places import Places
from detente.draws.sampler import Sampler

__all__ = ["CaseChanges", "NumberChange", "RuleChange", "StepChange", "case_changes"]

Path = tuple[str | int, ...]

# What is kept and shown, never computed with.
_TEXTS: Final = frozenset(
    {
        *("name", "names", "description", "as_of", "why", "basis", "source", "sources", "status"),
        *("verified_by", "summary", "outcome", "mapping_note", "date", "wants", "refuses", "unit"),
        *("better",),
    }
)
_TOP_TEXTS: Final = frozenset(
    {"detente", "title", "scale", "events", "sources", "calibrated_on", "main_outcome", "views"}
)
# Keys below which entries stand under their own names.
_TABLES: Final = frozenset(
    {
        *("parties", "constituencies", "measures", "levels", "interactions", "red_lines"),
        *("quantities", "proposals", "worth", "effects", "raises_detection", "start", "sum_of"),
        *("weights",),
    }
)
_MISSING: Final = object()
_NONE: Final = (None, None)


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that one plan has and the other has not, or has in another phase or level."""

    measure: str  #: id of the measure, without its level
    first: str | None  #: what the first plan holds: ``measure`` or ``measure/level``
    first_phase: int | None  #: in which phase
    second: str | None  #: what the second plan holds
    second_phase: int | None  #: in which phase

    @property
    def kind(self) -> Literal["added", "dropped", "moved", "level"]:
        """What happened to the step; a level that changed may have moved as well."""
        if self.first is None:
            return "added"
        if self.second is None:
            return "dropped"
        return "moved" if self.first == self.second else "level"


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that is not the same in both versions, or stands in one only."""

    path: Path  #: its place in the file
    about: str  #: what it is about, in words
    first: Distribution | None  #: in the first version; None where it is not there
    second: Distribution | None  #: in the second version


@dataclass(frozen=True, slots=True)
class RuleChange:
    """An entry or a rule that is not the same in both versions, or stands in one only."""

    path: Path  #: its place in the file
    about: str  #: what it is about, in words
    kind: Literal["added", "dropped", "changed"]  #: what happened to it
    first: Any  #: as written in the first version; None where it is not there
    second: Any  #: as written in the second version
    numbers: int = 0  #: how many numbers came or went with the entry


@dataclass(frozen=True, slots=True)
class CaseChanges:
    """All that differs between two versions of a case."""

    numbers: tuple[NumberChange, ...]  #: but for those of entries that came or went whole
    rules: tuple[RuleChange, ...]  #: entries that came or went, and rules
    texts: tuple[str, ...]  #: paths where only words differ; no result depends on them
    unshared: tuple[str, ...]  #: random numbers that only one version has, by path

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs on which a result depends."""
        return not (self.numbers or self.rules)


def step_changes(first: Plan, second: Plan) -> tuple[StepChange, ...]:
    """Return the steps in which two plans differ, by phase of the second, what is dropped last."""
    before, after = _steps(first), _steps(second)
    found = []
    for measure in {**after, **before}:
        (one, phase), (other, later) = before.get(measure, _NONE), after.get(measure, _NONE)
        if (one, phase) != (other, later):
            found.append(StepChange(measure, one, phase, other, later))
    return tuple(found)


def _steps(plan: Plan) -> dict[str, tuple[str, int]]:
    return {
        name.partition("/")[0]: (name, k) for k, names in enumerate(plan.phases) for name in names
    }


def case_changes(first: Case, second: Case) -> CaseChanges:
    """Return all that differs between two versions of a case."""
    return _Comparing(first, second).changes()


class _Comparing:
    """Two versions of a case, and the words for what is in each."""

    def __init__(self, first: Case, second: Case) -> None:
        self.cases = (first, second)
        self.places = (Places(first), Places(second))
        self.numbers = tuple(
            {_named(item.path): item.number.distribution for item in case.assumptions}
            for case in self.cases
        )
        self.known = {**self.numbers[0], **self.numbers[1]}

    def changes(self) -> CaseChanges:
        """Return what differs."""
        one, other = (case.document for case in self.cases)
        found = list(_apart(one, other, ()))
        rules = [
            self._rule(*apart) for apart in found if not (_is_text(apart[0]) or self._number(apart))
        ]
        whole = {rule.path for rule in rules if rule.kind != "changed"}
        texts = tuple(_dotted(path) for path, _, _ in found if _is_text(path))
        return CaseChanges(tuple(self._numbers(whole)), tuple(rules), texts, self._unshared())

    def _numbers(self, whole: set[Path]) -> Iterator[NumberChange]:
        """Yield numbers that differ, without those of entries that came or went *whole*."""
        for path in self.known:
            one, other = (numbers.get(path) for numbers in self.numbers)
            if one != other and not any(path[:i] in whole for i in range(1, len(path))):
                yield NumberChange(path, self._about(path, one is None), one, other)

    def _number(self, apart: tuple[Path, Any, Any]) -> bool:
        """Whether a difference is one of a number, or within one."""
        path, one, other = apart
        if any(path[:i] in self.known for i in range(1, len(path) + 1)):
            return True
        # A number in a short form on one side and in a long one on the other.
        below = any(known[: len(path)] == path for known in self.known)
        return below and one is not _MISSING and other is not _MISSING

    def _rule(self, path: Path, one: Any, other: Any) -> RuleChange:  # noqa: ANN401 (of a file)
        came, went = one is _MISSING, other is _MISSING
        kind: Literal["added", "dropped", "changed"] = (
            "added" if came else "dropped" if went else "changed"
        )
        numbers = sum(known[: len(path)] == path for known in self.known) if came or went else 0
        return RuleChange(
            path,
            self._about(path, came),
            kind,
            None if came else one,
            None if went else other,
            numbers,
        )

    def _about(self, path: Path, second: bool) -> str:
        return str(self.places[second].of(path))

    def _unshared(self) -> tuple[str, ...]:
        one, other = (Sampler(case).inputs for case in self.cases)
        return tuple(dict.fromkeys([*_less(one, other), *_less(other, one)]))


def _less(some: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    known = frozenset(others)
    return [name for name in some if name not in known]


def _named(path: Path) -> Path:
    return tuple(part if isinstance(part, int) else str(part) for part in path)


def _apart(one: Any, other: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:  # noqa: ANN401
    """Yield path and both values wherever two pieces of plain data differ, as deep as it goes."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        first, second = ({str(key): value for key, value in data.items()} for data in (one, other))
        for key in {**first, **second}:
            here = (*path, key)
            before, after = first.get(key, _MISSING), second.get(key, _MISSING)
            if not _stands_by_itself(here, before, after):
                before, after = ({} if end is _MISSING else end for end in (before, after))
            yield from _apart(before, after, here)
    elif _are_entries(one) and _are_entries(other):
        for i in range(max(len(one), len(other))):
            before, after = (data[i] if i < len(data) else _MISSING for data in (one, other))
            yield from _apart(before, after, (*path, i))
    elif one is _MISSING or other is _MISSING or not same(one, other):
        yield path, one, other


def _stands_by_itself(path: Path, one: Any, other: Any) -> bool:  # noqa: ANN401 (of a file)
    """Whether what one side lacks is an entry or a value, not a table of entries."""
    value = other if one is _MISSING else one
    return _is_name(path) or not isinstance(value, Mapping)


def _are_entries(value: Any) -> bool:  # noqa: ANN401 (of a file)
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _is_name(path: Path) -> bool:
    """Whether the last part of *path* is the name of an entry, not one of the keys of the format."""
    name = False
    for i in range(1, len(path)):
        name = not name and path[i - 1] in _TABLES
    return name


def _is_text(path: Path) -> bool:
    """Whether *path* leads to, or into, what is shown and never computed with."""
    if path[:1] and path[0] in _TOP_TEXTS:
        return True
    parts = range(1, len(path) + 1)
    if path[:1] == ("proposals",) and path[2:] == ("by",):
        return True
    return any(path[i - 1] in _TEXTS and not _is_name(path[:i]) for i in parts)


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)
