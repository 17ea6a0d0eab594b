"""Files of many plans: YAML or JSON as the proposals of a case, tables, lines of JSON."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detente.case.domain import Case, Plan
from detente.case.files import read_bytes
from detente.case.plans import parse_plan
from detente.case.reading import decoded, read_document
from detente.errors import CaseError, PlanError

__all__ = ["read_plans"]

#: Bytes of a table or of lines of JSON; a YAML file is limited as a case is.
MOST_BYTES = 64 * 2**20
#: Characters of the name of a plan.
LONGEST = 100


def read_plans(case: Case, source: str | os.PathLike[str]) -> dict[str, Plan]:
    """Return the plans in a file by their names, in its order.

    The ending says what the file is. ``.csv``: a table with a column ``plan`` (text such as
    ``1:a,b;2:c/half``) and, if they are to have names, a column ``id``; others are left alone, so
    the table that a search writes will do. ``.jsonl``: a line of JSON for each plan, with ``plan``
    or ``phases``, and ``id``. Anything else is YAML or JSON: a mapping from names to plans, each
    written as a proposal in a case or as text, or a file that has one under ``proposals``.

    Args:
        case: the case whose measures they name.
        source: path of the file.

    Returns:
        The plans by name; those without a name are called ``plan_1`` and so on.

    Raises:
        PlanError: where the file cannot be read, has no plans, a name twice, or a plan that does
            not fit the case.
    """
    path = os.fspath(source)
    try:
        found = _read(path)
        plans: dict[str, Plan] = {}
        for where, name, plan in found:
            _check_name(where, name, plans)
            try:
                plans[name] = parse_plan(case, plan)
            except PlanError as error:
                raise PlanError(f"{where}: {error}") from None
    except CaseError as error:
        raise PlanError(str(error)) from None
    if not plans:
        raise PlanError(f"{path}: there are no plans in it")
    return plans


def _read(path: str) -> Iterator[tuple[str, str, Any]]:
    """Return (where, name, plan as it is written) of each plan in the file."""
    ending = Path(path).suffix.lower()
    if ending not in {".csv", ".jsonl"}:
        return _of_mapping(path, read_bytes(path))
    data = read_bytes(path, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise PlanError(f"{path}: the file is larger than {MOST_BYTES // 2**20} MiB")
    text = decoded(data, path)
    return _of_table(path, text) if ending == ".csv" else _of_lines(path, text)


def _of_mapping(path: str, data: bytes) -> Iterator[tuple[str, str, Any]]:
    document = read_document(data, path)
    if document.problems:
        raise CaseError(document.problems)
    found = document.data
    if isinstance(found, dict) and isinstance(found.get("proposals"), dict):
        found = found["proposals"]
    if not isinstance(found, dict):
        raise PlanError(
            f"{path}: plans are a mapping from names to plans, in YAML; tables end in .csv, lines of JSON"
            " in .jsonl"
        )
    for name, plan in found.items():
        yield f"{path}: {name}", str(name), _checked(f"{path}: {name}", plan)


def _of_table(path: str, text: str) -> Iterator[tuple[str, str, Any]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    heads = [*(reader.fieldnames or ())]
    if heads.count("plan") != 1 or heads.count("id") > 1:
        raise PlanError(
            f"{path}: the table needs one column 'plan' (and one 'id', for names), with commas between"
        )
    try:
        for number, row in enumerate(reader, start=1):
            where = f"{path}:{reader.line_num}"
            if None in row:
                raise PlanError(f"{where}: there are more cells than columns: put plans in quotes")
            yield where, row.get("id") or f"plan_{number}", _checked(where, row["plan"])
    except csv.Error as error:
        raise PlanError(f"{path}:{reader.line_num}: {error}") from None


def _of_lines(path: str, text: str) -> Iterator[tuple[str, str, Any]]:
    lines = ((i, line) for i, line in enumerate(text.splitlines(), start=1) if line.strip())
    for number, (i, line) in enumerate(lines, start=1):
        where = f"{path}:{i}"
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise PlanError(f"{where}: this is not a line of JSON") from None
        if not isinstance(found, dict):
            raise PlanError(f"{where}: a line is a mapping with 'id', and 'plan' or 'phases'")
        plan = found["plan"] if "plan" in found else found.get("phases")
        name = found.get("id", f"plan_{number}")
        if not isinstance(name, (str, int)):
            raise PlanError(f"{where}: 'id' is the name of the plan, not {str(name)[:80]}")
        yield where, str(name), _checked(where, plan)


def _checked(where: str, plan: object) -> object:
    if not isinstance(plan, (str, dict)):
        raise PlanError(
            f"{where}: a plan is text such as 1:a,b;2:c, or phases with lists of measures"
        )
    return plan


def _check_name(where: str, name: str, plans: dict[str, Plan]) -> None:
    if name in plans:
        raise PlanError(f"{where}: there is a plan {name[:80]!r} before it; a name is given once")
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise PlanError(
            f"{where}: a name has 1 to {LONGEST} characters that can be printed, not {name[:80]!r}"
        )
