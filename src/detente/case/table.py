"""The numbers of a case as a table for a spreadsheet, and a new case from such a table.

A row finds its place in the case by its path in the file (``measures.gauges.worth.cabinet``).
What comes back goes through the checks of every case file, told where in the table each value
stands, and is then written into the text of the case, so that comments and layout stay.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, Final, Literal

from detente.case.cells import FIGURES, CellError, Style, cells_of, column_of, filled, style_of
from detente.case.domain import Case
from detente.case.file import CaseFile
from detente.case.files import read_bytes, write_new, write_over
from detente.case.load import Source, find_case
from detente.case.names import did_you_mean, shortened
from detente.case.patching import patched
from detente.case.places import Places
from detente.case.reading import (
    BROKEN,
    Document,
    Path,
    Severity,
    decoded,
    read_document,
)
from detente.case.resolve import resolve_case
from detente.case.sheets import MAX_SHEET_BYTES, Row, Sheet, cell_name, read_sheet, written_sheet
from detente.case.slots import Slot, put, slots, taken_out
from detente.case.validation import doubts, examine
from detente.errors import Problem

__all__ = ["COLUMNS", "TableExport", "TableImport", "export_table", "import_table"]

COLUMNS: Final = ("entry", "about", *FIGURES, "form", "basis", "source", "why")
"""The columns of a table."""
_NEEDED: Final = ("entry", *FIGURES, "form")
_BYTE_ORDER_MARK: Final = "\ufeff"
#: Names are compared with known ones for so many unknown entries.
_MOST_HINTS: Final = 20


@dataclass(frozen=True)
class TableExport:
    """The numbers of a case as a table."""

    case: str
    """The name of the case."""
    text: str
    """The table: CSV with lines that end in CR LF, the names of the columns first."""
    rows: int
    """How many rows it has."""
    empty: int
    """How many of them are for a worth that is not there."""
    path: FilePath | None = None
    """The file written, if any."""


@dataclass(frozen=True)
class TableImport:
    """What a table did to a case, entries by their paths in the file."""

    case: str
    """The name of the case that the table was for."""
    path: FilePath
    """The new case file."""
    changed: tuple[str, ...]
    """Entries with another number, or resting on something else."""
    added: tuple[str, ...]
    """Worths that were not there."""
    removed: tuple[str, ...]
    """Entries whose rows were emptied."""
    unchanged: int
    """How many entries are as they were, whether or not the table holds them."""
    warnings: tuple[Problem, ...]
    """Columns that were not used, and values that should be looked at."""


def export_table(
    source: Source,
    path: Source | None = None,
    *,
    only: Literal["worths"] | None = None,
    decimal_comma: bool = False,
    force: bool = False,
) -> TableExport:
    """Return the numbers of a case as a table, and write it where *path* says.

    Every number of the case has a row, and so has every worth that could stand and does not.

    Args:
        source: A path, or the name of a built-in case.
        path: The file to write; nothing is written without.
        only: ``worths`` leaves out all other numbers.
        decimal_comma: Write ``0,5``, and semicolons between cells.
        force: Replace a file that is there.

    Returns:
        The table, with how much is in it.

    Raises:
        CaseError: with every problem of the case, where it cannot be used.
        RequestError: where *source* is neither a file nor a built-in case.
        OutputError: where the file is there already or cannot be written.
    """
    subject = _Subject.of(source)
    chosen = [slot for slot in subject.slots if only is None or slot.is_worth]
    rows = (subject.row(slot, comma=decimal_comma) for slot in chosen)
    separator = ";" if decimal_comma else ","
    text = written_sheet(COLUMNS, rows, figures=frozenset(FIGURES), separator=separator)
    if path is not None:
        target = FilePath(path)
        # By this mark spreadsheets know that it is UTF-8.
        (write_over if force else write_new)(target, _BYTE_ORDER_MARK + text)
    empty = sum(slot.raw is None for slot in chosen)
    written = None if path is None else FilePath(path)
    return TableExport(subject.name, text, len(chosen), empty, written)


def import_table(
    source: Source, table: Source, out: Source | None = None, *, force: bool = False
) -> TableImport:
    """Write a new case file: the case at *source* with the numbers of a table.

    Rows that are left out and columns for what a number rests on that are not there leave
    everything as it was; a row emptied of its number removes it. All else in the file stays
    to the letter.

    Args:
        source: A path, or the name of a built-in case.
        table: The path of a table as :func:`export_table` writes it and spreadsheets save it.
        out: The file to write; NAME-filled.yaml in the current folder if not given.
        force: Replace a file that is there.

    Returns:
        What was changed.

    Raises:
        CaseError: with every problem of the case, or of the table; nothing is written.
        RequestError: where *source* is neither a file nor a built-in case.
        OutputError: where the file is there already or cannot be written.
    """
    subject = _Subject.of(source)
    name = os.fspath(table)
    sheet = read_sheet(read_bytes(name, MAX_SHEET_BYTES), name, COLUMNS, _NEEDED)
    filling = _Filling(subject, sheet)
    document = filling.document()
    file = examine(document)
    text = patched(subject.text, subject.document.file, subject.document.data, document.data)
    mark = _BYTE_ORDER_MARK if subject.marked else ""
    target = FilePath(f"{subject.name}-filled.yaml" if out is None else out)
    case = resolve_case(file, subject.name, document.data)
    found = [item for item in doubts(document, file, case) if item.file == sheet.file]
    (write_over if force else write_new)(target, mark + text)
    return TableImport(
        subject.name,
        target,
        tuple(filling.changed),
        tuple(filling.added),
        tuple(filling.removed),
        filling.unchanged,
        tuple(sorted([*filling.warnings, *found])),
    )


@dataclass(frozen=True)
class _Subject:
    """A case free of problems, with its text and the places for its numbers."""

    name: str
    text: str
    marked: bool
    """Whether its file begins with a byte order mark."""
    document: Document
    file: CaseFile
    case: Case
    slots: tuple[Slot, ...]
    places: Places

    @classmethod
    def of(cls, source: Source) -> _Subject:
        found = find_case(source)
        document = read_document(found.data, found.file)
        file = examine(document)
        case = resolve_case(file, found.name, document.data)
        return cls(
            found.name,
            decoded(found.data, found.file),
            found.data.startswith(_BYTE_ORDER_MARK.encode()),
            document,
            file,
            case,
            slots(document, file, case),
            Places(case),
        )

    def row(self, slot: Slot, *, comma: bool) -> dict[str, str]:
        cells = cells_of(slot.raw, slot.number, comma=comma)
        return {"entry": slot.entry, "about": str(self.places.of(slot.path)), **cells}


# --- filling in ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _FilledDocument(Document):
    """A case with values from a table; problems of these name their cells."""

    content: Any = None
    sheet: Sheet = field(kw_only=True)
    places: dict[tuple[str, ...], Row] = field(default_factory=dict)
    """By path, the row that a value came from."""

    @cached_property
    def data(self) -> Any:
        """The content as plain dicts, lists and scalars."""
        return self.content

    def problem(
        self, path: Path, message: str, severity: Severity, *, key: bool = False
    ) -> Problem:
        """Return the problem that *message* states of the value at *path* (of its key)."""
        parts = tuple(str(part) for part in path)
        for depth in range(len(path), 0, -1):
            row = self.places.get(parts[:depth])
            if row is not None:
                column = column_of(row.cells, path[depth:])
                return self.sheet.problem(row, column, message, severity)
        if severity == "error" and parts in self.around:
            # The case was sound before: a value in this entry is to blame, changed or removed.
            row = self.around[parts]
            return self.sheet.problem(row, column_of(row.cells, ()), message, severity)
        return super().problem(path, message, severity, key=key)

    @cached_property
    def around(self) -> dict[tuple[str, ...], Row]:
        """By path of an entry, the first row with a value in it."""
        found: dict[tuple[str, ...], Row] = {}
        for path, row in self.places.items():
            for depth in range(1, len(path)):
                found.setdefault(path[:depth], row)
        return found


class _Filling:
    """The rows of a table, put one by one into the content of a case."""

    def __init__(self, subject: _Subject, sheet: Sheet) -> None:
        self.subject = subject
        self.sheet = sheet
        self.slots = {slot.entry: slot for slot in subject.slots}
        self.content = copy.deepcopy(subject.document.data)
        self.problems = [item for item in sheet.problems if item.severity == "error"]
        self.warnings = [item for item in sheet.problems if item.severity == "warning"]
        self.places: dict[tuple[str, ...], Row] = {}
        self.seen: dict[str, Row] = {}
        self.hints = _MOST_HINTS
        self.changed: list[str] = []
        self.added: list[str] = []
        self.removed: list[str] = []
        style = style_of(sheet.separator, self._figures())
        for row in sheet.rows:
            slot = self._slot(row)
            if slot is not None:
                self._fill(slot, row, style)

    @property
    def unchanged(self) -> int:
        """How many entries are as they were."""
        before = sum(slot.raw is not None for slot in self.subject.slots)
        return before - len(self.changed) - len(self.removed)

    def document(self) -> _FilledDocument:
        """Return the case with all rows filled in."""
        before = self.subject.document
        return _FilledDocument(
            before.root,
            before.file,
            tuple(self.problems),
            self.content,
            sheet=self.sheet,
            places=self.places,
        )

    def _figures(self) -> Iterator[str]:
        return (row.cells[name] for row in self.sheet.rows for name in FIGURES)

    def _complain(self, row: Row, column: str, message: str) -> None:
        self.problems.append(self.sheet.problem(row, column, message, "error"))

    def _slot(self, row: Row) -> Slot | None:
        """Return the place of a row that may be filled."""
        entry = row.cells["entry"].strip()
        if not entry:
            self._complain(
                row, "entry", "the entry is empty; every row needs the path of its number"
            )
            return None
        if entry in self.seen:
            first = cell_name(self.seen[entry].number, self.sheet.columns["entry"])
            text = f"'{shortened(entry)}' stands here again (first in {first}); keep one of them"
            self._complain(row, "entry", text)
            return None
        self.seen[entry] = row
        if entry not in self.slots:
            self.hints -= 1
            hint = did_you_mean(entry, self.slots) if self.hints >= 0 else ""
            text = f"the case has no place '{shortened(entry)}' for a number{hint}"
            self._complain(row, "entry", text)
            return None
        return self.slots[entry]

    def _fill(self, slot: Slot, row: Row, style: Style) -> None:
        try:
            new = filled(slot.raw, slot.number, row.cells, style)
        except CellError as error:
            self._complain(row, error.column, f"{slot.path[-1]}: {error.text}")
            new = BROKEN  # so that no check takes it for missing
        if new is slot.raw:
            return
        self.places[tuple(str(part) for part in slot.path)] = row
        if new is None:
            taken_out(self.content, slot.path)
            self.removed.append(slot.entry)
        else:
            put(self.content, slot.path, new)
            (self.added if slot.raw is None else self.changed).append(slot.entry)
