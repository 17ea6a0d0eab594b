"""The places of a case where a number stands, and those where a worth could.

Every constituency could give a worth to every measure, level and interaction; where none is
written it is 0, or for a level that of its measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detente.case.domain import Case
from detente.case.file import CaseFile, InteractionSpec
from detente.case.known import steps
from detente.case.numbers import Number
from detente.case.reading import Document, Path
from detente.case.written import entries

__all__ = ["Slot", "put", "slots", "taken_out"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a number."""

    path: Path
    raw: Any
    """What stands there, as plain data; None for nothing."""
    number: Number | None
    """What it was read as; None where it is no number: nothing, or ``never``."""

    @property
    def entry(self) -> str:
        """The path as it is written in a table."""
        return ".".join(str(part) for part in self.path)

    @property
    def is_worth(self) -> bool:
        """Whether it is a worth, or could be one."""
        # Measures and quantities may be called "worth" as well.
        return self.path[-2:-1] == ("worth",) and len(self.path) in {4, 6}


def slots(document: Document, file: CaseFile, case: Case) -> tuple[Slot, ...]:
    """Return the places for worths, by measure and interaction, then all other numbers.

    Args:
        document: A document without problems.
        file: The same, read.
        case: The same, resolved.
    """
    numbers: dict[Path, Number | None] = {
        path: value for path, value in entries(file) if isinstance(value, Number)
    }
    numbers.update(dict.fromkeys(_never(file)))
    worths = dict.fromkeys(_worths(file, case))
    others = [path for path in numbers if path not in worths]
    ordered = (*worths, *sorted(others, key=document.place))
    return tuple(Slot(path, _at(document.data, path), numbers.get(path)) for path in ordered)


def _worths(file: CaseFile, case: Case) -> Iterator[Path]:
    """Yield where a worth could stand."""
    entries_ = [path for path, _, _ in steps(file)]
    together = [id_ for id_, x in file.interactions.items() if isinstance(x, InteractionSpec)]
    for path in (*entries_, *(("interactions", id_) for id_ in together)):
        for person in case.constituencies:
            yield (*path, "worth", person.id)


def _never(file: CaseFile) -> Iterator[Path]:
    """Yield where a measure is said never to be undone."""
    if file.defaults.undo_years == "never":
        yield ("defaults", "undo_years")
    for path, _, step in steps(file):
        if step.undo_years == "never":
            yield (*path, "undo_years")


# --- plain data ---------------------------------------------------------------------------


def _key(holder: Mapping[Any, Any], part: str | int) -> str | int | None:
    """Return *part* as a key of *holder*; a name of digits may be written as a number."""
    if part in holder:
        return part
    if (
        isinstance(part, str)
        and part.isdecimal()
        and str(int(part)) == part
        and int(part) in holder
    ):
        return int(part)
    return None


def _at(data: Any, path: Path) -> Any:
    for part in path:
        key = _key(data, part) if isinstance(data, dict) else part
        if key is None:
            return None
        data = data[key]
    return data


def put(data: Any, path: Path, value: Any) -> None:
    """Set what stands at *path* of *data*, making the mapping it is in where that is missing."""
    holder = _at(data, path[:-1])
    if holder is None:
        holder = {}
        put(data, path[:-1], holder)
    key = _key(holder, path[-1])
    holder[path[-1] if key is None else key] = value


def taken_out(data: Any, path: Path) -> None:
    """Remove what stands at *path* of *data*."""
    holder = _at(data, path[:-1])
    del holder[_key(holder, path[-1])]
