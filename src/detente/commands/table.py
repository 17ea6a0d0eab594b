"""``detente table``: the numbers of a case for a spreadsheet, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

import detente
from detente.case.names import listed
from detente.commands.screen import complain, write
from detente.report.document import as_json
from detente.report.text import clean

Flag = Annotated[bool, Parameter(negative=())]


def table(
    case: Annotated[str, Parameter(name="CASE")],
    /,
    *,
    export: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    import_: Annotated[Path | None, Parameter(name="--import")] = None,
    only: Literal["worths"] | None = None,
    decimal_comma: Flag = False,
    out: Path | None = None,
    force: Flag = False,
    json: Flag = False,
) -> int:
    """Take the numbers of a case to a spreadsheet and back.

    Args:
        case: Path of a case file, or the name of a built-in case.
        export: Write the numbers to this CSV file; - for standard output.
        import_: Write a new case with the numbers of this CSV file.
        only: With --export: leave out all numbers but worths.
        decimal_comma: With --export: write 0,5, and semicolons between cells.
        out: With --import: the new case; CASE-filled.yaml if not given.
        force: Replace a file that is there.
        json: Print one JSON document instead.
    """
    if (export is None) == (import_ is None):
        raise detente.RequestError("one of --export FILE and --import FILE is needed")
    if export is not None:
        if export.startswith("-") and export != "-":
            raise detente.RequestError(f"--export needs the name of a file, not {export[:80]!r}")
        if out is not None:
            raise detente.RequestError("--out belongs to --import; --export names its own file")
        return _export(case, export, only, json=json, decimal_comma=decimal_comma, force=force)
    if only is not None or decimal_comma:
        raise detente.RequestError("--only and --decimal-comma belong to --export")
    return _import(case, import_, out, force=force, json=json)


def _export(
    case: str,
    target: str,
    only: Literal["worths"] | None,
    *,
    json: bool,
    decimal_comma: bool,
    force: bool,
) -> int:
    path = None if target == "-" else Path(target)
    if path is None and json:
        raise detente.RequestError("--json prints a document of its own; name a file to --export")
    made = detente.export_table(case, path, only=only, decimal_comma=decimal_comma, force=force)
    if path is None:
        write(made.text)
    elif json:
        keys = {"case": made.case, "path": str(path), "rows": made.rows, "empty": made.empty}
        write(as_json(keys))
    else:
        empty = f", {made.empty} of them empty, for worths that are not there" if made.empty else ""
        write(f"{clean(str(path))} written: {_counted(made.rows, 'row')}{empty}\n")
    return 0


def _import(case: str, table_: Path | None, out: Path | None, *, force: bool, json: bool) -> int:
    try:
        made = detente.import_table(case, table_ or "", out, force=force)
    except detente.CaseError as error:
        if json:
            problems = [asdict(problem) for problem in error.problems]
            write(as_json({"ok": False, "problems": problems}))
        complain("\n".join(str(problem).replace("\n", " ") for problem in error.problems))
        return 2
    if json:
        write(as_json(_document(made)))
        return 0
    for warning in made.warnings:
        complain(str(warning).replace("\n", " "))
    write(_summary(made))
    return 0


def _document(made: detente.TableImport) -> dict[str, Any]:
    return {
        "ok": True,
        "case": made.case,
        "path": str(made.path),
        "changed": made.changed,
        "added": made.added,
        "removed": made.removed,
        "unchanged": made.unchanged,
        "problems": [asdict(problem) for problem in made.warnings],
    }


def _summary(made: detente.TableImport) -> str:
    path = clean(str(made.path))
    counts = (
        f"{len(made.changed)} changed",
        f"{len(made.added)} added",
        f"{len(made.removed)} removed",
        f"{made.unchanged} as they were",
    )
    lines = [f"{path} written: of its numbers {', '.join(counts)}"]
    if made.removed:
        lines.append(f"removed: {clean(listed(made.removed, 'and'))}")
    return "".join(f"{line}\n" for line in lines)


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
