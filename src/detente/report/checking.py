"""What checking a case found, for the terminal and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from detente.case.load import CheckReport
from detente.report.figures import count
from detente.report.text import clean

_BASES = {"none": "not stated"}


def check_document(report: CheckReport) -> dict[str, Any]:
    """Return *report* as plain data that JSON can hold."""
    return {
        "case": report.name,
        "title": report.title,
        "ok": report.ok,
        "hash": report.hash,
        "counts": dict(report.counts),
        "by_basis": dict(report.by_basis),
        "problems": [asdict(problem) for problem in report.problems],
    }


def check_screen(report: CheckReport) -> RenderableType:
    """Return what a terminal shows of the *report* on a sound case."""
    title = Text(clean(report.title), style="bold")
    title.append(f"\n{clean(report.name)}: sound", style="not bold")
    return Group(
        Padding(title, (1, 1)),
        Padding(_counts(report), (0, 1, 1, 1)),
        *(Padding(part, (0, 1)) for part in _warnings(report)),
    )


def _counts(report: CheckReport) -> Table:
    table = Table.grid(Column(justify="right"), Column(overflow="fold"), padding=(0, 2, 0, 0))
    counts = report.counts
    for name, number in counts.items():
        if name != "uncertain":
            note = f", {count(counts['uncertain'])} of them uncertain" if name == "numbers" else ""
            table.add_row(Text(count(number)), Text(name + note))
    total = sum(report.by_basis.values())
    for basis, number in sorted(report.by_basis.items(), key=lambda item: -item[1]):
        share = f"{round(100 * number / total)} %"
        table.add_row(Text(share), Text(f"of the numbers: basis {_BASES.get(basis, clean(basis))}"))
    return table


def _warnings(report: CheckReport) -> Iterator[Text]:
    warnings = report.warnings
    if not warnings:
        yield Text("no warnings")
        return
    yield Text("1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings", style="bold")
    for problem in warnings:
        yield Text(clean(str(problem)))
