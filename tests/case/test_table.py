"""The numbers of a case go to a table and come back, and nothing else changes."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.case.files import write_over
from detente.case.load import check_case, find_case, load_case
from detente.case.reading import read_document
from detente.case.sheets import read_sheet
from detente.case.slots import put, taken_out
from detente.case.starter import starter_text
from detente.case.table import COLUMNS, TableImport, export_table, import_table
from detente.errors import CaseError, OutputError, RequestError
from tests.case.samples import EXAMPLE, written

#: Everything a file may look like.
STYLES = """\
# A case in every style. é
detente: 1
title: "Styles: é"
basis: judgement
phases: {count: 2, years: 1.0}
horizon_years: 10   # years
discount:
  value: [0.03, 0.05,   # mode
          0.1]
  why: |
    two
    lines

defaults: {upfront: 0.20, undo_years: never,
           collapse: [-20, -8, 0]}   # lump
parties:
  a:
    constituencies:
      a1: {discount: {p5: .05, p50: 0.1, p95: 0.3}}
      a2:
        reservation: &r [-5, 0, 5]
    deciders:
      start:
        a1: 0.9
        a2: 0.1
      turnover:
      - from: a1
        to: a2
        per_year: [0.1, 0.2, 0.3]
      - {from: a2, to: a1, per_year: 0.5}
  b: {reservation: *r}
measures:
  block:
    by: a
    undo_years: 0.5
    detection: {dist: beta, a: 2, b: 3}
    worth:
      a1: 3   # three
      # between
      a2:
      - 1
      - 2     # two
      - 3
      b:
        p5: 1
        p50: 2
        p95: 4
        basis: elicited
  flow: {by: b, raises_detection: {block: 0.3}, effects: {q: {change: [5, 8, 12], unit: m}},
         worth: {a1: {value: [-30, -15, -5], basis: sourced, source: s, why: it says so, clearly},
                 b: {dist: pert, low: 1, mode: 2, high: 3}}}
  none: {by: a}
  empty: {}
  levelled:
    by: b
    worth: {a1: 1}
    levels:
      half: {worth: {a1: 0.5, a2: 1}}
      full:
        undo_years: 2
interactions:
  both: {all_of: [block, flow], worth: {}}
  later: {scale: [0.1, 0.25, 0.5], measures: [block], constituencies: [a1], when_after: [flow]}
red_lines:
  a1:
  - never: [none]
    chance: 0.8
  a2: [{never: [flow], unless: [none], chance: 0.5}]
quantities:
  q: {start: 60, floor: 0}
  r: {sum_of: {q: 1.0}}
sources:
  s: {title: The source}
"""


def rows_of(text: str) -> dict[str, dict[str, str]]:
    return {row["entry"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def sheet(rows: Mapping[str, Mapping[str, str]], columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows.values())
    return out.getvalue()


class Desk:
    """A case in a folder, its table, and what comes of filling it."""

    def __init__(self, folder: Path, text: str | bytes = STYLES) -> None:
        self.folder = folder
        self.case = written(folder, text)
        self.rows = rows_of(export_table(self.case).text)
        self.out = folder / "out.yaml"

    def fill(self, entry: str, **cells: str) -> None:
        self.rows[entry].update(cells)

    def give_back(self, text: str | bytes | None = None) -> TableImport:
        table = written(self.folder, sheet(self.rows) if text is None else text, "t.csv")
        return import_table(self.case, table, self.out, force=True)

    def lines(self) -> list[tuple[str, str]]:
        """The lines that differ, before and after."""
        old = self.case.read_text(encoding="utf-8").splitlines()
        new = self.out.read_text(encoding="utf-8").splitlines()
        assert len(old) == len(new)
        return [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]

    def said(self, entry: str, column: str, message: str) -> str:
        """The line that says *message* of a cell."""
        entries = list(self.rows)
        row = entries.index(entry) + 2
        # A text of several lines does so in the file too, but is one row of a spreadsheet.
        line = row + sum(self.rows[name]["why"].count("\n") for name in entries[: row - 2])
        return f"t.csv:{line}:{ord(column) - ord('A') + 1}: cell {column}{row}: {message}"

    def problems(self, text: str | bytes | None = None) -> list[str]:
        with pytest.raises(CaseError) as caught:
            self.give_back(text)
        assert not self.out.exists()
        return [
            str(problem).replace(f"{self.folder}{os.sep}", "") for problem in caught.value.problems
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


CLEARED = {"low": "", "mode": "", "high": "", "form": "", "basis": "", "source": "", "why": ""}

# --- there and back -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["river", "korea-2019"])
def test_a_builtin_case_comes_back_to_the_byte(name: str, tmp_path: Path) -> None:
    for comma in (False, True):
        made = export_table(name, tmp_path / "t.csv", decimal_comma=comma, force=True)
        done = import_table(name, tmp_path / "t.csv", tmp_path / "c.yaml", force=True)
        assert (done.changed, done.added, done.removed) == ((), (), ())
        assert done.unchanged == made.rows - made.empty
        assert (tmp_path / "c.yaml").read_bytes() == find_case(name).data


@pytest.mark.parametrize("text", [STYLES, EXAMPLE, starter_text("x"), STYLES.rstrip("\n")])
@pytest.mark.parametrize("form", ["plain", "windows", "marked"])
def test_any_case_comes_back_to_the_byte(text: str, form: str, tmp_path: Path) -> None:
    data = text.replace("\n", "\r\n").encode() if form == "windows" else text.encode()
    data = b"\xef\xbb\xbf" + data if form == "marked" else data
    desk = Desk(tmp_path, data)
    desk.give_back()
    assert desk.out.read_bytes() == data


def test_the_same_table_in_other_dress_changes_nothing(desk: Desk) -> None:
    plain = sheet(desk.rows)
    semicolons = export_table(desk.case, decimal_comma=True).text
    backwards = dict(reversed(list(desk.rows.items())))
    few = {entry: row for entry, row in desk.rows.items() if "worth" in entry}
    for text in (
        plain.encode("utf-16"),
        plain.encode("utf-8-sig"),
        plain.replace("\r\n", "\n"),
        semicolons,
        semicolons.replace(";", "\t").encode("utf-16"),
        sheet(backwards, tuple(reversed(COLUMNS))),
        sheet(few),
        sheet(few, ("entry", "low", "mode", "high", "form")),
        plain + "\r\n,,,,,,,,\r\n",
    ):
        done = desk.give_back(text)
        assert (done.changed, done.added, done.removed) == ((), (), ())
        assert desk.out.read_bytes() == desk.case.read_bytes()


def test_the_table_has_a_row_for_every_worth_that_could_stand(desk: Desk) -> None:
    assert desk.rows["measures.none.worth.b"]["mode"] == ""
    assert desk.rows["measures.levelled.levels.full.worth.a1"]["mode"] == ""
    assert desk.rows["interactions.both.worth.a2"]["mode"] == ""
    assert "interactions.later.worth.a1" not in desk.rows
    made = export_table(desk.case)
    assert made.rows == len(desk.rows)
    assert made.empty == sum(row["mode"] + row["form"] == "" for row in desk.rows.values())


def test_only_worths_leaves_out_the_rest(desk: Desk) -> None:
    worths = rows_of(export_table(desk.case, only="worths").text)
    assert list(worths) == [entry for entry in desk.rows if ".worth." in entry]


def test_a_file_has_the_mark_by_which_spreadsheets_know_utf_8(tmp_path: Path) -> None:
    made = export_table("river", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b"\xef\xbb\xbf" + made.text.encode()
    assert made.path == tmp_path / "t.csv"
    assert "\r\n" in made.text


# --- changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "cells", "before", "after"),
    [
        ("discount", {"high": "0.2"}, "          0.1]", "          0.2]"),
        ("defaults.upfront", {"mode": "0.3"}, "{upfront: 0.20,", "{upfront: 0.3,"),
        (
            "defaults.undo_years",
            {"form": "", "mode": "3"},
            "undo_years: never,",
            "undo_years: 3,",
        ),
        (
            "parties.a.constituencies.a1.discount",
            {"low": "0.06"},
            "{p5: .05, p50: 0.1, p95: 0.3}",
            "{p5: 0.06, p50: 0.1, p95: 0.3}",
        ),
        (
            "parties.b.reservation",
            {"high": "6"},
            "b: {reservation: *r}",
            "b: {reservation: [-5, 0, 6]}",
        ),
        (
            "parties.a.deciders.turnover.0.per_year",
            {"low": "0.15"},
            "per_year: [0.1, 0.2, 0.3]",
            "per_year: [0.15, 0.2, 0.3]",
        ),
        (
            "parties.a.deciders.turnover.1.per_year",
            {"mode": "0.4"},
            "per_year: 0.5}",
            "per_year: 0.4}",
        ),
        ("measures.block.worth.a1", {"mode": "4"}, "a1: 3   # three", "a1: 4   # three"),
        ("measures.block.worth.a2", {"mode": "2.5"}, "- 2     # two", "- 2.5     # two"),
        ("measures.block.worth.b", {"low": "0"}, "p5: 1", "p5: 0"),
        ("measures.block.worth.b", {"basis": "sourced"}, "basis: elicited", "basis: sourced"),
        ("measures.block.detection", {"form": "{dist: beta, a: 2, b: 4}"}, "b: 3}", "b: 4}"),
        (
            "measures.flow.worth.a1",
            {"mode": "-16"},
            "{value: [-30, -15, -5], basis: sourced,",
            "{value: [-30, -16, -5], basis: sourced,",
        ),
        (
            "measures.flow.worth.a1",
            {"why": "no"},
            "why: it says so, clearly}",
            'why: "no"}',
        ),
        ("measures.flow.worth.b", {"mode": "2.5"}, "mode: 2, high: 3", "mode: 2.5, high: 3"),
        ("measures.flow.effects.q.change", {"mode": "9"}, "[5, 8, 12]", "[5, 9, 12]"),
        ("measures.flow.raises_detection.block", {"mode": "0.4"}, "{block: 0.3}", "{block: 0.4}"),
        ("measures.flow.worth.a2", {"mode": "1"}, "high: 3}}}", "high: 3}, a2: 1}}"),
        ("measures.none.worth.b", {"mode": "5"}, "none: {by: a}", "none: {by: a, worth: {b: 5}}"),
        ("measures.empty.worth.b", {"mode": "5"}, "empty: {}", "empty: {worth: {b: 5}}"),
        ("measures.levelled.levels.half.worth.a1", CLEARED, "{a1: 0.5, a2: 1}", "{a2: 1}"),
        ("measures.levelled.worth.a1", CLEARED, "worth: {a1: 1}", "worth: {}"),
        ("interactions.both.worth.a2", {"mode": "5"}, "worth: {}", "worth: {a2: 5}"),
        ("interactions.later.scale", {"low": "0.2"}, "[0.1, 0.25, 0.5]", "[0.2, 0.25, 0.5]"),
        ("red_lines.a1.0.chance", {"mode": "0.7"}, "chance: 0.8", "chance: 0.7"),
        ("red_lines.a2.0.chance", CLEARED, "unless: [none], chance: 0.5}", "unless: [none]}"),
        ("quantities.r.sum_of.q", {"mode": "2"}, "{q: 1.0}", "{q: 2}"),
        (
            "quantities.q.floor",
            {"why": "the sea"},
            "floor: 0}",
            "floor: {value: 0, why: the sea}}",
        ),
    ],
)
def test_only_the_number_that_changed_is_written_anew(
    desk: Desk, entry: str, cells: dict[str, str], before: str, after: str
) -> None:
    desk.fill(entry, **cells)
    done = desk.give_back()
    assert len(done.changed) + len(done.added) + len(done.removed) == 1
    ((old, new),) = desk.lines()
    assert new.replace(after, before) == old or old.replace(before, after) == new
    assert check_case(desk.out).ok


def test_new_entries_go_where_their_kind_stands(desk: Desk) -> None:
    desk.fill("measures.levelled.levels.full.worth.b", low="1", mode="2", high="3")
    desk.fill("measures.block.worth.b", **CLEARED)
    desk.fill("measures.block.worth.a2", **CLEARED)
    desk.give_back()
    new = desk.out.read_text()
    assert "      full:\n        undo_years: 2\n        worth: {b: [1, 2, 3]}\ninteractions:" in new
    assert "    worth:\n      a1: 3   # three\n      # between\n  flow: {by: b," in new


def test_the_summary_names_every_entry(desk: Desk) -> None:
    desk.fill("measures.block.worth.a1", mode="4")
    desk.fill("measures.none.worth.b", mode="5")
    desk.fill("measures.flow.worth.b", **CLEARED)
    done = desk.give_back()
    assert done.changed == ("measures.block.worth.a1",)
    assert done.added == ("measures.none.worth.b",)
    assert done.removed == ("measures.flow.worth.b",)
    held = sum(
        bool(row["mode"] or row["form"]) for row in rows_of(export_table(desk.case).text).values()
    )
    assert done.unchanged == held - 2
    assert (done.case, done.path) == ("case", desk.out)


def test_what_was_filled_in_is_in_the_next_table(desk: Desk) -> None:
    desk.fill("measures.none.worth.b", low="1", mode="2", high="3", form="quantiles", why="a, b: c")
    desk.fill("measures.none.worth.a1", form="{dist: normal, loc: 0, scale: 1}", source="s; t")
    desk.give_back()
    again = rows_of(export_table(desk.out).text)
    for entry in ("measures.none.worth.b", "measures.none.worth.a1"):
        assert again[entry] == desk.rows[entry] | {"source": again[entry]["source"]}
    assert again["measures.none.worth.a1"]["source"] == "s t"


def test_texts_that_spreadsheets_would_run_come_back(desk: Desk) -> None:
    desk.fill("measures.block.worth.a1", why="=1+1")  # as a spreadsheet saves it
    desk.give_back()
    made = export_table(desk.out)
    assert made.text.count("'=1+1") == 1
    desk.give_back(made.text)
    assert load_case(desk.out).measures[0].worth["a1"].why == "=1+1"


# --- what is refused ------------------------------------------------------------------------


def test_every_problem_is_told_at_once_and_in_its_place(desk: Desk) -> None:
    desk.fill("measures.block.worth.a1", mode="x")
    desk.fill("measures.block.worth.a2", mode="9")
    desk.fill(
        "measures.flow.worth.b",
        form="{dist: normal, loc: 0, scle: 1}",
        **dict.fromkeys(("low", "mode", "high"), ""),
    )
    desk.fill("measures.none.worth.b", mode="5", basis="judgment")
    desk.fill("parties.a.deciders.start.a1", mode="0.8")
    desk.fill("measures.flow.effects.q.change", **CLEARED)
    desk.fill("measures.block.detection", mode="2", form="")
    expected = [
        ("measures.block.worth.a1", "D", "a1: must be a number, not the text 'x'"),
        ("measures.block.worth.a2", "C", "a2: must rise: low 1 ≤ mode 9 ≤ high 3"),
        (
            "measures.flow.worth.b",
            "F",
            "b: unknown parameter 'scle' of normal; did you mean 'scale'?",
        ),
        (
            "measures.none.worth.b",
            "G",
            "b: basis must be sourced, judgement or elicited; did you mean 'judgement'?",
        ),
        (
            "parties.a.deciders.start.a1",
            "D",
            "the probabilities of the deciders of 'a' sum to 0.9, not 1",
        ),
        ("measures.flow.effects.q.change", "D", "'change' is missing in measures.flow.effects.q"),
        ("measures.block.detection", "D", "detection: must stay between 0 and 1, not 2"),
    ]
    assert sorted(desk.problems()) == sorted(desk.said(*item) for item in expected)


def test_a_cell_that_cannot_be_read_makes_nothing_else_wrong(desk: Desk) -> None:
    desk.fill("parties.a.deciders.start.a1", mode="#REF!")
    desk.fill("parties.a.deciders.start.a2", mode="0.2")
    (problem,) = desk.problems()
    assert "#REF!" in problem


def test_unknown_and_doubled_entries_are_refused(desk: Desk) -> None:
    rows = "entry,low,mode,high,form\n"
    rows += "measures.blok.worth.a1,,1,,\nmeasures.none.worth.b,,1,,\nmeasures.none.worth.b,,2,,\n"
    rows += "interactions.later.worth.a1,,1,,\n,,5,,\nmeasures.none.detection,,1,,\n"
    problems = desk.problems(rows)
    assert problems[0] == (
        "t.csv:2:1: cell A2: the case has no place 'measures.blok.worth.a1' for a number;"
        " did you mean 'measures.block.worth.a1'?"
    )
    assert problems[1] == (
        "t.csv:4:1: cell A4: 'measures.none.worth.b' stands here again (first in A3);"
        " keep one of them"
    )
    assert "no place 'interactions.later.worth.a1'" in problems[2]
    assert (
        problems[3]
        == "t.csv:6:1: cell A6: the entry is empty; every row needs the path of its number"
    )
    assert "no place 'measures.none.detection'" in problems[4]


def test_what_stands_in_two_places_is_not_changed_in_one(desk: Desk) -> None:
    desk.fill("parties.a.constituencies.a2.reservation", high="6")
    (problem,) = desk.problems()
    line = STYLES.splitlines().index("        reservation: &r [-5, 0, 5]") + 1
    assert problem.startswith(f"case.yaml:{line}:22: *r repeats this value elsewhere")


def test_problems_of_the_case_come_before_those_of_the_table(tmp_path: Path) -> None:
    case = written(tmp_path, EXAMPLE.replace("by: downstream, worth", "by: downsteam, worth"))
    for call in (lambda: export_table(case), lambda: import_table(case, tmp_path / "none.csv")):
        with pytest.raises(CaseError, match="did you mean 'downstream'"):
            call()


def test_more_than_a_hundred_problems_are_counted(desk: Desk) -> None:
    rows = "".join(f"nowhere{i},,1,,\n" for i in range(150))
    problems = desk.problems("entry,low,mode,high,form\n" + rows)
    assert len(problems) == 101
    assert problems[-1].endswith("and 50 more problems after this")


def test_a_table_that_is_too_much_for_a_case_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.fill("measures.none.worth.b", mode="1", why="x" * 100_000)
    text = sheet(desk.rows)
    assert desk.give_back(text).added
    desk.case = desk.folder / "case.yaml"
    desk.case.write_text(STYLES + "#" * (2 * 1024 * 1024 - len(STYLES.encode()) - 1))
    desk.out.unlink()
    assert desk.problems(text) == ["case.yaml as filled in:1:1: the file is larger than 2 MiB"]


def test_doubts_about_what_was_filled_in_are_warnings(desk: Desk) -> None:
    desk.fill("measures.none.worth.b", low="1", mode="2", high="300", source="t")
    text = sheet(desk.rows).replace("about,", "abuot,", 1)
    warnings = [str(problem).partition("t.csv")[2] for problem in desk.give_back(text).warnings]
    n = list(desk.rows).index("measures.none.worth.b") + 2
    assert warnings == [
        ":1:2: warning: column 'abuot' is not used; did you mean 'about'?",
        f":{n}:3: warning: cell C{n}: b: this worth goes beyond the scale of -100 to 100",
        f":{n}:3: warning: cell C{n}: unknown source 't'; known: s",
    ]


# --- files ----------------------------------------------------------------------------------


def test_files_that_are_there_are_kept_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case = written(tmp_path, EXAMPLE, "mine.yaml")
    export_table(case, "t.csv")
    with pytest.raises(OutputError, match=r"t\.csv is there already"):
        export_table(case, "t.csv")
    export_table(case, "t.csv", force=True)
    assert import_table("mine.yaml", "t.csv").path == Path("mine-filled.yaml")
    with pytest.raises(OutputError, match=r"mine-filled\.yaml is there already"):
        import_table("mine.yaml", "t.csv")
    with pytest.raises(OutputError, match=r"mine\.yaml is there already"):
        import_table("mine.yaml", "t.csv", "mine.yaml")
    import_table("mine.yaml", "t.csv", "mine.yaml", force=True)
    assert case.read_text() == EXAMPLE


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="did you mean 'river'"):
        export_table("rver")
    with pytest.raises(CaseError, match="there is no such file"):
        import_table("river", tmp_path / "none.csv")
    with pytest.raises(CaseError, match="this is a folder"):
        import_table("river", tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(1 << 30)
    start = time.perf_counter()
    with pytest.raises(CaseError, match="the table is larger than 16 MiB"):
        import_table("river", tmp_path / "t.csv")
    assert time.perf_counter() - start < 5


def test_a_process_that_is_killed_leaves_the_old_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "c.yaml"
    write_over(target, "old")
    code = (
        "import os, pathlib, signal, sys\n"
        "from detente.case import files\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.write_over(pathlib.Path(sys.argv[1]), 'new' * 1000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.read_text() == "old"


# --- any edit -------------------------------------------------------------------------------

PLAIN = read_document(STYLES.encode(), "f").data
numbers = st.one_of(
    st.integers(-90, 90),
    st.decimals(-90, 90, places=3, allow_nan=False).map(float),
)
ranges = st.lists(numbers, min_size=3, max_size=3).map(sorted)
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    max_size=9,
).map(str.strip)


@st.composite
def edits(draw: st.DrawFn) -> tuple[dict[str, str], Any]:
    """Cells, and what they put into the file."""
    kind = draw(st.sampled_from(["number", "range", "quantiles", "dist", "none"]))
    if kind == "none":
        return CLEARED, None
    values: Any = draw(ranges)
    cells = dict(zip(("low", "mode", "high"), map(str, values), strict=True))
    content: Any = values
    if kind == "number":
        cells, content = {"low": "", "mode": str(values[1]), "high": ""}, values[1]
    elif kind == "quantiles":
        content = dict(zip(("p5", "p50", "p95"), values, strict=True))
    elif kind == "dist":
        content = {"dist": "normal", "loc": values[0], "scale": abs(values[1])}
        cells = {"low": "", "mode": "", "high": ""}
    form = {"quantiles": "quantiles", "dist": str(content).replace("'", "")}.get(kind, "")
    notes = {
        "basis": draw(st.sampled_from(["", "sourced", "elicited"])),
        "source": draw(st.sampled_from(["", "s", "s t"])),
        "why": draw(texts),
    }
    beside: dict[str, Any] = {key: text for key, text in notes.items() if text}
    if notes["source"] == "s t":
        beside["source"] = ["s", "t"]
    return cells | {"form": form} | notes, {"value": content, **beside} if beside else content


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_edits_in_a_table_are_the_same_edits_made_in_the_data(
    data: st.DataObject, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    worths = [entry for entry in desk.rows if ".worth." in entry]
    chosen = data.draw(st.dictionaries(st.sampled_from(worths), edits(), max_size=8))
    plain = copy.deepcopy(PLAIN)
    for entry, (cells, content) in chosen.items():
        there = bool(desk.rows[entry]["mode"] or desk.rows[entry]["form"])
        desk.fill(entry, **cells)
        path = tuple(entry.split("."))
        if content is not None:
            put(plain, path, content)
        elif there:
            taken_out(plain, path)
    desk.give_back()
    expected = load_case(written(tmp_path, json.dumps(plain, ensure_ascii=False), "plain.yaml"))
    made = load_case(desk.out)
    assert [item.worth for item in made.measures] == [item.worth for item in expected.measures]
    extra = [item.worth for item in made.interactions]
    assert extra == [item.worth for item in expected.interactions]
    assert made.constituencies == expected.constituencies
    assert made.parties == expected.parties
    assert check_case(desk.out).ok
    comments = [line.partition("#")[2] for line in STYLES.splitlines() if "#" in line]
    kept = desk.out.read_text(encoding="utf-8")
    for comment in comments:
        if comment.strip() not in {"three", "two"}:  # beside a value that may be gone
            assert comment in kept


NASTY = [
    *("", " ", "never", "quantiles", "pert", "1e400", "-", "1,5", "0.5", "5", "=1", "'", "\x85"),
    *("{", "{}", "[1]", "{dist: }", "{dist: [1]}", "{p5: 1}", "{? [a] : 1}", "*x", "&x 1", "- 1"),
    *("{a: &x 1, b: *x}", "[1, {a: 1}, .nan]", "{dist: pert, low: a, mode: 1, high: 2}", "!!int 5"),
]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_cells_hold_there_is_a_sound_case_or_a_list_of_problems(
    data: st.DataObject, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    desk.out.unlink(missing_ok=True)
    cell = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    for _ in range(data.draw(st.integers(1, 5))):
        entry = data.draw(st.sampled_from(list(desk.rows)))
        desk.rows[entry][data.draw(st.sampled_from(COLUMNS))] = data.draw(cell)
    try:
        desk.give_back()
    except CaseError as error:
        problems = error.problems
    else:
        problems = ()
        assert check_case(desk.out).ok
    assert desk.out.exists() is not bool(problems)
    assert all(problem.line >= 1 and 0 < len(problem.message) < 500 for problem in problems)


@settings(max_examples=60)
@given(st.binary(max_size=200) | st.text(',;\t"\n\r=entrymodlwhigfx1', max_size=80).map(str.encode))
def test_whatever_a_file_holds_there_is_a_table_or_a_list_of_problems(content: bytes) -> None:
    try:
        sheet_ = read_sheet(content, "t.csv", COLUMNS, ("entry",))
    except CaseError as error:
        assert error.problems  # noqa: PT017 (both ends are right)
    else:
        assert sheet_.columns
