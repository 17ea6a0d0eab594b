from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case.sheets import (
    MAX_ROWS,
    MAX_SHEET_BYTES,
    Sheet,
    cell_name,
    read_sheet,
    written_sheet,
)
from detente.errors import CaseError

KNOWN = ("entry", "mode", "why")
NEEDED = ("entry", "mode")


def read(data: str | bytes) -> Sheet:
    return read_sheet(data.encode() if isinstance(data, str) else data, "t.csv", KNOWN, NEEDED)


def cells(data: str | bytes) -> list[list[str]]:
    return [list(row.cells.values()) for row in read(data).rows]


def refused(data: str | bytes) -> str:
    with pytest.raises(CaseError) as caught:
        read(data)
    return str(caught.value)


def write(*whys: str, separator: str = ",") -> str:
    rows = [{"entry": "a", "mode": "-1", "why": why} for why in whys]
    return written_sheet(KNOWN, rows, figures=frozenset({"mode"}), separator=separator)


PLAIN = [["a.b", "0.5", "x"], ["c", "-2", ""]]


@pytest.mark.parametrize(
    "data",
    [
        "entry,mode,why\na.b,0.5,x\nc,-2,\n",
        "\ufeffentry,mode,why\r\na.b,0.5,x\r\nc,-2\r\n",
        "entry;mode;why\na.b;0.5;x\nc;-2;\n",
        "entry\tmode\twhy\na.b\t0.5\tx\nc\t-2\t\n",
        "Entry, MODE ,Why\ra.b,0.5,x\rc,-2,\r",
        '"entry","mode","why"\n"a.b","0.5","x"\n"c","-2",""\n',
        "sep=;\r\nentry;mode;why\r\na.b;0.5;x\r\nc;-2;\r\n",
        "\n,,\nentry,mode,why\n\na.b,0.5,x\n,,\n \nc,-2,",
        "entry\tmode\twhy\r\na.b\t0.5\tx\r\nc\t-2\t\r\n".encode("utf-16"),
        b"\xfe\xff" + "entry,mode,why\na.b,0.5,x\nc,-2,\n".encode("utf-16-be"),
    ],
)
def test_what_spreadsheets_save_is_read(data: str | bytes) -> None:
    assert cells(data) == PLAIN
    assert not read(data).problems


def test_rows_and_columns_may_stand_in_any_order() -> None:
    sheet = read("why,entry,mode\nx,a,1\n")
    assert dict(sheet.rows[0].cells) == {"entry": "a", "mode": "1", "why": "x"}


def test_columns_that_may_be_missing_are_missing_in_the_rows() -> None:
    assert "why" not in read("entry,mode\na,1\n").rows[0].cells


def test_a_row_knows_its_line_and_its_number_in_the_spreadsheet() -> None:
    sheet = read('entry,mode,why\n\na,1,"one\ntwo"\nb,2,\n')
    assert [(row.number, row.line) for row in sheet.rows] == [(3, 3), (4, 5)]
    problem = sheet.problem(sheet.rows[1], "mode", "no", "error")
    assert str(problem) == "t.csv:5:2: cell B4: no"


def test_a_column_that_is_not_used_is_named_in_a_warning() -> None:
    (problem,) = read("entry,mode,wyh,,\na,1,x,,\n").problems
    assert str(problem) == "t.csv:1:3: warning: column 'wyh' is not used; did you mean 'why'?"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "t.csv:1:1: the table is empty"),
        ("\n,,,\n", "t.csv:1:1: the table is empty"),
        ("a,b\n1,2\n", "t.csv:1:1: columns 'entry' and 'mode' are missing"),
        ("entry,why\n1,2\n", "t.csv:1:1: column 'mode' is missing"),
        ("entry,mode,mode\n1,2,3\n", "t.csv:1:3: column 'mode' stands here again"),
        ('entry,mode\na,"1\n', "t.csv:2:1: the quotes of this row do not match"),
        ('entry,mode\na,"1"2\n', "t.csv:2:1: the quotes of this row do not match"),
        ('entry,mode\na,"' + "x" * 140_000 + '"\n', "t.csv:2:1: a cell holds more than 131,072"),
        ("entry,mode\n" + "\n" * MAX_ROWS, f"t.csv:{MAX_ROWS + 1}:1: more than 100,000 rows"),
        (b" " * (MAX_SHEET_BYTES + 1), "t.csv:1:1: the table is larger than 16 MiB"),
        (b"entry,mode\ncaf\xe9,1\n", "t.csv:2:4: not UTF-8: byte 0xe9; save the file as UTF-8"),
        (b"entry,mode\na\x00,1\n", "t.csv:2:2: character U+0000 is not allowed"),
        (b"PK\x03\x04rest", "t.csv:1:1: this is a workbook, not CSV"),
        (b"\xd0\xcf\x11\xe0rest", "t.csv:1:1: this is a workbook, not CSV"),
        (b"\xff\xfea", "t.csv:1:1: not UTF-16"),
    ],
)
def test_what_cannot_be_read_names_its_place(data: str | bytes, message: str) -> None:
    assert refused(data).startswith(message)


def test_a_row_that_is_too_long_is_a_problem_of_its_own() -> None:
    sheet = read("entry,mode,why\na,1,less, more\nb,2,x\n")
    (problem,) = sheet.problems
    assert str(problem).startswith("t.csv:2:4: cell D2: beyond the last named column")
    assert [row.cells["entry"] for row in sheet.rows] == ["b"]


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1")]
)
def test_cells_are_named_as_in_a_spreadsheet(column: int, name: str) -> None:
    assert cell_name(1, column) == name


# --- formulas -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "=HYPERLINK(1)",
        "'=1",
        "''=1",
        "a;=1",
        "a,=1",
        "a\n=cmd|' /C calc'!A0",
        "a;\t=1",
        "\uff1d1",
        ";;=1",
    ],
)
def test_no_spreadsheet_runs_a_text(text: str) -> None:
    written = write(text)
    # However it is cut into cells.
    for piece in re.split('[,;\t\r\n"]', written.partition("-1,")[2]):
        assert not piece.startswith(("=", "+", "-", "@", "\uff1d"))
    assert cells(written)[0] == ["a", "-1", text]


def test_numbers_stay_numbers_and_plain_texts_as_they_are() -> None:
    assert write("a - b, c", "'tis", "it is 5=5").splitlines()[1:] == [
        'a,-1,"a - b, c"',
        "a,-1,'tis",
        "a,-1,it is 5=5",
    ]


characters = st.sampled_from("a'=+-@ ,;\t\"\r\n\uff1dé") | st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
)


@given(st.lists(st.text(characters, max_size=10), max_size=4), st.sampled_from(",;\t"))
def test_every_text_comes_back_as_it_was(texts: list[str], separator: str) -> None:
    written = write(*texts, separator=separator)
    shown = [text if text.strip() else "" for text in texts]
    assert [row[2] for row in cells("\ufeff" + written)] == shown
    assert [
        len(row) for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator)
    ] == [3] * (len(texts) + 1)
