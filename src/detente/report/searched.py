"""What a search found as one HTML page, a table and a document, built as the report is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2.utils import htmlsafe_json_dumps

from detente.case.sheets import written_sheet
from detente.report.answer import case_title
from detente.report.content import Figure, Part, content, figure
from detente.report.document import as_json
from detente.report.figures import count, worth
from detente.report.frontier_chart import frontier_charts
from detente.report.limits import LIMITS, NOT_SAID
from detente.report.page import rendered
from detente.report.replacing import replace_files
from detente.report.search_document import search_document
from detente.report.searching import MARKS, REFERENCES, Row, Searched, searched
from detente.report.shortening import shortened
from detente.report.speaker import Speaker
from detente.report.text import clean
from detente.report.typed import explain_command
from detente.searching.results import SearchResult

__all__ = ["DOCUMENT", "PAGE", "TABLE", "search_page", "search_table", "write_search"]

_TITLES = {
    "frontier": "On the frontier",
    "alternative": "Close to the frontier, by other steps or phases",
    "reference": "Reference points",
}
_MARK_WORDS = {
    "†": "another is better for all with a say",
    "*": "breaks a rule of the case",
    "‡": "misses a condition",
    "N": "Nash point",
    "KS": "Kalai–Smorodinsky point",
}
#: Names of the files.
PAGE, DOCUMENT, TABLE = "search.html", "search.json", "plans.csv"


@dataclass(frozen=True, slots=True)
class Shown:
    """One plan with all that its part of the page says."""

    row: Row
    part: Part
    surplus: tuple[tuple[str, str], ...]  #: by party
    views: tuple[tuple[str, Figure, Figure, Figure], ...]  #: accepted, kept, holds under each
    explain: str  #: what to type for its reasons


def search_page(result: SearchResult) -> str:
    """Return *result* as one self-contained HTML page.

    Args:
        result: what :func:`detente.search` returned.

    Returns:
        The page, in HTML 5. The same result gives the same page.
    """
    table = search_table(result)
    result = _shortened(result)
    found, told = searched(result), content(result.run)
    shown = tuple(_shown(result, found, {part.id: part for part in told.parts}))
    plots = frontier_charts(result, found)
    return rendered(
        "search.html",
        plots,
        scripts=("page.js", "search.js"),
        title=case_title(result.case),
        found=found,
        shown=shown,
        plot_names=list(plots),
        titles=_TITLES,
        mark_words=_MARK_WORDS,
        references=[(MARKS[point], text) for point, text in REFERENCES.items()],
        content=told,
        judged=count(result.course.judged[0]),
        cut_short=result.course.ending == "time",
        limits=LIMITS,
        not_said=NOT_SAID,
        table=htmlsafe_json_dumps(table),
    )


def _shortened(result: SearchResult) -> SearchResult:
    judged = {name: shortened(run, times=3) for name, run in result.judged.items()}
    return replace(result, case=next(iter(judged.values())).case, judged=judged)


def _shown(result: SearchResult, found: Searched, parts: dict[str, Part]) -> Iterator[Shown]:
    speaker = Speaker(result.run)
    for row, plan in zip(found.rows, result.plans, strict=True):
        surplus = ((speaker.parties[name], worth(x, 0.0)) for name, x in plan.surplus.items())
        views = tuple(_under_views(result, plan.id))
        reasons = explain_command(result.run, result[plan.id])
        yield Shown(row, parts[plan.id], tuple(surplus), views, reasons)


def _under_views(result: SearchResult, plan: str) -> Iterator[tuple[str, Figure, Figure, Figure]]:
    """Yield the figures of a plan under each view, where there are several."""
    if len(result.judged) > 1:
        for name, run in result.judged.items():
            title = clean(run.case.view.name) if run.case.view else "as written"
            verdict = run[plan]
            figures = (figure(each) for each in (verdict.accept, verdict.keep, verdict.hold))
            yield (title or clean(name), *figures)  # type: ignore[misc]


def search_table(result: SearchResult) -> str:
    """Return plans and proposals as CSV, one a line, such that no cell is run as a formula.

    Args:
        result: what :func:`detente.search` returned.
    """
    found = searched(result)
    texts = ["id", "name", "role", "near", "marks", "plan"]
    rows = [_cells(result, row) for row in (*found.rows, *found.proposals)]
    columns = list(dict.fromkeys([*texts, *(key for row in rows for key in row)]))
    figures = frozenset(columns) - {*texts}
    return written_sheet(columns, rows, figures=figures, separator=",")


def _cells(result: SearchResult, row: Row) -> dict[str, str]:
    verdict = result.run[row.id]
    figures = next((p.figures for p in result.plans if p.id == row.id), None)
    cells = {
        "id": row.id,
        "name": row.name,
        "role": row.kind,
        "near": row.near,
        "marks": " ".join(row.marks),
        "plan": row.text,
    }
    numbers: dict[str, float] = {}
    for name, found in (result.proposals[row.id] if figures is None else figures).items():
        low, high = found.interval
        numbers |= {name: found.value, f"{name}_low": low, f"{name}_high": high}
    numbers |= {"accepted": verdict.accept.mean, "kept": verdict.keep.mean}
    numbers |= {"holds": verdict.hold.mean}
    numbers |= {f"change.{name}": change.mean for name, change in verdict.outcomes.items()}
    numbers |= {f"exposed.{party}": points for party, points in verdict.exposure.items()}
    return {**cells, **{name: repr(float(number)) for name, number in numbers.items()}}


def write_search(result: SearchResult, folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write *result* as ``search.html``, ``search.json`` and ``plans.csv``, all or none.

    The folder is made where it is missing. Files of those names are replaced, others left alone.

    Args:
        result: what :func:`detente.search` returned.
        folder: where to; made where it is missing.

    Returns:
        The files, the page first.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    files = {
        PAGE: search_page(result),
        DOCUMENT: as_json(search_document(result)),
        TABLE: search_table(result),
    }
    return replace_files(Path(folder), files)
