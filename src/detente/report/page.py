"""The report as one HTML page that needs nothing else: no network, no other file.

All texts are escaped by the template; plots are specifications in a block of JSON that the page's
own script hands to Vega, which never turns a text into code. A content security policy in the
page allows these scripts by their hashes and nothing else, so that even a text that slipped
through would not run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from detente.insight.why import why, within_budget
from detente.report import terms
from detente.report.charts import (
    basis_chart,
    exposure_chart,
    outcome_chart,
    standing_chart,
    verdicts_chart,
    views_chart,
)
from detente.report.content import Part, content
from detente.report.limits import LIMITS, NOT_SAID
from detente.report.numbers import Group, Line, basis_shares, groups
from detente.report.replacing import replace_file
from detente.report.shortening import shortened
from detente.report.views import views_content
from detente.report.why import Reasons, reasons_shown
from detente.verdict.results import RunResult, Verdict
from detente.verdict.views import ViewsResult

__all__ = ["rendered", "report_page", "write_report"]

#: Texts beyond so many, those that hold least often, have a row in the table only.
MOST_PARTS = 40
#: Numbers beyond so many are left to the table ``assumptions``: the page must stay small.
MOST_NUMBERS = 4000
#: Bytes, roughly: a mail must be able to carry the page.
ROOM_FOR_PARTS, ROOM_FOR_REASONS, ROOM_FOR_NUMBERS = 1_600_000, 1_000_000, 1_300_000
_SCRIPTS = ("vega.js", "vega-lite.js", "vega-interpreter.js")


def report_page(result: RunResult | ViewsResult) -> str:
    """Return the report on *result* as one self-contained HTML page.

    Args:
        result: what :func:`detente.run` or :func:`detente.run_views` returned. Of several views,
            the page is about the case as written, with a part on what the others change.

    Returns:
        The page, in HTML 5. The same result gives the same page.
    """
    if isinstance(result, RunResult):
        return _page(result, None)
    return _page(result.written, result)


def _page(result: RunResult, beside: ViewsResult | None) -> str:
    result = shortened(result, times=3)
    found, views = content(result), None
    if beside is not None:
        views = views_content(beside)
        found = replace(found, command=found.command and f"{found.command} {views.command}")
    affordable = list(_affordable(result, found.parts[:MOST_PARTS]))
    shown = [part for part, _ in affordable]
    listed = list(_first(groups(result.case), MOST_NUMBERS))
    return rendered(
        "page.html",
        _plots(result, beside)
        | {name: plot for _, own in affordable for name, plot in own.items()},
        content=found,
        views=views,
        shown=shown,
        reasons_of=list(_reasons(result, [part.verdict for part in shown])),
        main=result.case.main_outcome,
        bases=basis_shares(result.case),
        numbers=len(result.case.assumptions),
        groups=listed,
        left_out=len(result.case.assumptions) - sum(len(group.lines) for group in listed),
        references={source.id: i for i, source in enumerate(found.sources, start=1)},
        limits=LIMITS,
        not_said=NOT_SAID,
    )


def rendered(
    template: str,
    plots: Mapping[str, Any],
    *,
    scripts: Sequence[str] = ("page.js",),
    **parts: object,
) -> str:
    """Return the page that *template* makes of *parts*, with its plots, style and *scripts*."""
    script = "".join(_template(name) for name in scripts)
    return (
        _environment()
        .get_template(template)
        .render(
            plots=htmlsafe_json_dumps(plots),
            style=_own(_template("page.css")),
            library=_own(_library()),
            script=_own(script),
            hashes=" ".join(_hash(text) for text in (_library(), script)),
            **parts,
        )
    )


def write_report(result: RunResult | ViewsResult, path: str | Path) -> Path:
    """Write the report on *result* to the file *path*, whole or not at all.

    Args:
        result: what :func:`detente.run` or :func:`detente.run_views` returned.
        path: where to; a file that is there is replaced.

    Returns:
        The path.

    Raises:
        OutputError: where it cannot be written.
    """
    return replace_file(Path(path), report_page(result).encode("utf-8"))


def _affordable(result: RunResult, parts: Sequence[Part]) -> Iterator[tuple[Part, dict[str, Any]]]:
    """Yield the parts for which there is room, one at least, with their plots."""
    room = ROOM_FOR_PARTS
    for number, part in enumerate(parts, start=1):
        plots = _plots_of(result, part, number)
        room -= 2 * len(repr(part)) + len(json.dumps(plots))
        if room < 0 and number > 1:
            return
        yield part, plots


def _reasons(result: RunResult, verdicts: Sequence[Verdict]) -> Iterator[Reasons]:
    """Yield the reasons of each text; those for which time or room lacks are left out."""
    most, draws = within_budget(result.case, verdicts)
    names = [verdict.proposal for verdict in verdicts[:most]]
    found = {told.proposal: told for told in why(result, proposals=names, draws=draws)}
    room = ROOM_FOR_REASONS
    for number, verdict in enumerate(verdicts, start=1):
        reasons = reasons_shown(result, verdict, found.get(verdict.proposal), number)
        room -= 3 * len(repr(reasons))
        yield reasons if room >= 0 else reasons_shown(result, verdict, None, number)


def _plots(result: RunResult, beside: ViewsResult | None) -> dict[str, Any]:
    """Return the specifications of plots of all texts by the id of their place in the page."""
    plots = {"verdicts": verdicts_chart(result, most=60), "basis": basis_chart(result.case)}
    if beside is not None:
        plots["views"] = views_chart(beside, most=MOST_PARTS)
    return plots


def _plots_of(result: RunResult, part: Part, number: int) -> dict[str, Any]:
    """Return the specifications of the plots of one proposal."""
    plots = {f"standing-{number}": standing_chart(result, part.verdict)}
    if any(any(amounts) for amounts in part.verdict.exposure_at.values()):
        plots[f"exposure-{number}"] = exposure_chart(result, part.verdict)
    if result.case.main_outcome is not None:
        chart = outcome_chart(result, part.verdict, result.case.main_outcome)
        plots[f"outcome-{number}"] = chart
    return plots


def _first(found: Iterable[Group], most: int) -> Iterator[Group]:
    """Yield groups until they hold *most* numbers, or there is no room for more."""
    rows, room = most, ROOM_FOR_NUMBERS
    for group in found:
        lines: list[Line] = []
        for line in group.lines[:rows]:
            room -= len(repr(line)) + 100
            if room < 0:
                break
            lines.append(line)
        rows -= len(lines)
        if lines:
            yield Group(group.name, tuple(lines))
        if room < 0:
            return


def _own(text: str) -> Markup:
    """Mark a file of this package as safe to stand in the page as it is."""
    return Markup(text)  # noqa: S704 (no text of a case comes here)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("detente.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(terms=terms, sentence=terms.sentence)
    return environment


def _template(name: str) -> str:
    return (resources.files("detente.report") / "templates" / name).read_text("utf-8")


@cache
def _library() -> str:
    folder = resources.files("detente.report") / "vendor"
    return "\n".join((folder / name).read_text("utf-8") for name in _SCRIPTS)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
