"""Rows of text cells as CSV: written so that spreadsheets open them, read as they save them.

Written are UTF-8 and RFC 4180. A text that a spreadsheet would run as a formula gets an
apostrophe in front, which reading takes off again. Read are also UTF-16, semicolons and tabs
between cells, and rows and columns in any order.

Terms
-----
line, row
    Problems name the line of the file in which a row begins, and the number of the column. The
    message names the cell as a spreadsheet does (D12): there a row with line breaks in a cell
    is still one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

from detente.case.names import did_you_mean, listed, shortened
from detente.case.reading import Severity, checked, decoded
from detente.errors import CaseError, Problem

__all__ = ["MAX_SHEET_BYTES", "Row", "Sheet", "cell_name", "read_sheet", "written_sheet"]

MAX_SHEET_BYTES: Final = 16 * 1024 * 1024
MAX_ROWS: Final = 100_000
_SEPARATORS: Final = (",", ";", "\t")

# At the start of a cell, or right after what may separate cells for another reader.
_FORMULA = re.compile("(^|[;,\t\r\n])('*)(?=[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-])")
_GUARDED = re.compile("(^|[;,\t\r\n])'('*)(?=[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-])")


class Row(NamedTuple):
    """One row below the names of the columns."""

    number: int
    """As a spreadsheet counts rows, from 1."""
    line: int
    """The line of the file in which it begins."""
    cells: Mapping[str, str]
    """Its cells by column; those of columns that are not there are missing."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read."""

    file: str
    separator: str
    columns: Mapping[str, int]
    """By name, the places of the known columns, from 0."""
    rows: tuple[Row, ...]
    """All but the blank ones."""
    problems: tuple[Problem, ...]
    """Rows that cannot be used, and columns that are not."""

    def problem(self, row: Row, column: str, message: str, severity: Severity) -> Problem:
        """Return the problem that *message* states of the cell of *row* in *column*."""
        at = self.columns.get(column, 0)
        text = f"cell {cell_name(row.number, at)}: {message}"
        return Problem(self.file, row.line, at + 1, text, severity)


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell; rows count from 1, columns from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


# --- writing ------------------------------------------------------------------------------


def written_sheet(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, str]],
    *,
    figures: frozenset[str],
    separator: str,
) -> str:
    """Return *rows* as CSV, a line with the names of *columns* first.

    Args:
        columns: The names of the columns, in order.
        rows: The cells of each row by column.
        figures: The columns that hold numbers: they are written as they are.
        separator: What stands between cells.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row[name] if name in figures else _guarded(row[name]) for name in columns)
    return out.getvalue()


def _guarded(text: str) -> str:
    """Return *text* such that no spreadsheet takes it for a formula; blank text is an empty cell."""
    return _FORMULA.sub(r"\1'\2", text) if text.strip() else ""


# --- reading ------------------------------------------------------------------------------


def read_sheet(data: bytes, file: str, known: Sequence[str], needed: Sequence[str]) -> Sheet:
    """Read *data* as a table whose first row names its columns.

    Args:
        data: What a spreadsheet saved as CSV or as Unicode text.
        file: The name used in problems.
        known: The columns that are used; others are named in a warning.
        needed: Those of them that must be there.

    Raises:
        CaseError: where it cannot be read, is too large, or lacks columns.
    """
    if len(data) > MAX_SHEET_BYTES:
        _refuse(file, 1, f"the table is larger than {MAX_SHEET_BYTES // 1024 // 1024} MiB")
    text = _text(data, file)
    named = re.match("sep=(.)\r?\n", text)
    first = 2 if named else 1
    body = text[named.end() :] if named else text
    separator = named[1] if named else _separator(body, known)
    records = _records(body, file, separator, first)
    header = next((record for record in records if any(record.cells)), None)
    if header is None:
        _refuse(file, 1, "the table is empty")
    columns, warnings = _columns(header, file, known, needed)
    rows, problems = _rows(records, file, columns, len(_trimmed(header.cells)))
    return Sheet(file, separator, columns, rows, (*warnings, *problems))


class _Record(NamedTuple):
    """A row as it stands in the file."""

    number: int
    line: int
    cells: list[str]


def _text(data: bytes, file: str) -> str:
    """Return the text of *data*, by whichever mark of its encoding it begins with."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        _refuse(file, 1, "this is a workbook, not CSV; save it as “CSV UTF-8” in the spreadsheet")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return checked(data.decode("utf-16"), file)
        except UnicodeDecodeError:
            _refuse(file, 1, "not UTF-16, as its first bytes say; save the table as UTF-8")
    return decoded(data, file)


def _separator(text: str, known: Sequence[str]) -> str:
    """Return what stands between the cells of the first line that is not blank."""
    line = next((line for line in io.StringIO(text) if line.strip(" \t,;\r\n")), "")
    return max(_SEPARATORS, key=lambda sign: len({*_names(line.split(sign))} & {*known}))


def _names(cells: Iterable[str]) -> list[str]:
    return [cell.strip().strip('"').strip().lower() for cell in cells]


def _records(text: str, file: str, separator: str, first: int) -> Iterator[_Record]:
    """Yield the rows of *text*, whose first line is number *first* of the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = first
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MAX_ROWS:
                _refuse(file, line, f"more than {MAX_ROWS:,} rows")
            yield _Record(number, line, cells)
            line = first + reader.line_num
    except csv.Error as error:
        if "field limit" in str(error):
            _refuse(file, line, f"a cell holds more than {csv.field_size_limit():,} characters")
        _refuse(file, line, "the quotes of this row do not match; save the table once more as CSV")


def _columns(
    header: _Record, file: str, known: Sequence[str], needed: Sequence[str]
) -> tuple[dict[str, int], list[Problem]]:
    columns: dict[str, int] = {}
    problems, warnings = list[Problem](), list[Problem]()
    for at, name in enumerate(_names(header.cells)):
        if name in columns:
            text = f"column '{name}' stands here again; keep one of them"
            problems.append(Problem(file, header.line, at + 1, text))
        elif name in known:
            columns[name] = at
        elif name:
            text = f"column '{shortened(name)}' is not used{did_you_mean(name, known)}"
            warnings.append(Problem(file, header.line, at + 1, text, "warning"))
    missing = [f"'{name}'" for name in needed if name not in columns]
    if missing:
        words = (
            f"column {missing[0]} is"
            if len(missing) == 1
            else f"columns {listed(missing, 'and')} are"
        )
        text = f"{words} missing; the first row names the columns, as exporting writes them"
        problems.append(Problem(file, header.line, 1, text))
    if problems:
        raise CaseError([*problems, *warnings])
    return columns, warnings


def _rows(
    records: Iterator[_Record], file: str, columns: Mapping[str, int], width: int
) -> tuple[tuple[Row, ...], list[Problem]]:
    rows, problems = list[Row](), list[Problem]()
    for record in records:
        cells = _trimmed(record.cells)
        if len(cells) > width:
            name = cell_name(record.number, width)
            text = "beyond the last named column; put text that holds the separator in quotes"
            problems.append(Problem(file, record.line, width + 1, f"cell {name}: {text}"))
        elif cells:
            # Spreadsheets leave out empty cells at the end of a row.
            found = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
            unguarded = {name: _GUARDED.sub(r"\1\2", cell) for name, cell in found.items()}
            rows.append(Row(record.number, record.line, unguarded))
    return tuple(rows), problems


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Return *cells* without the empty ones at their end."""
    count = max((i + 1 for i, cell in enumerate(cells) if cell.strip()), default=0)
    return list(cells[:count])


def _refuse(file: str, line: int, message: str) -> NoReturn:
    raise CaseError([Problem(file, line, 1, message)]) from None
