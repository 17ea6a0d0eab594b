"""A sensitivity analysis as one HTML page, built as :mod:`detente.report.page` builds the report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.draws.unknowns import is_crossing
from detente.influence.estimates import share as estimated
from detente.influence.groups import WAYS
from detente.influence.results import Index, Scenario, Sensitivity, SensitivityViews
from detente.report.answer import case_title
from detente.report.content import made
from detente.report.document import as_json
from detente.report.figures import count, share
from detente.report.influence_charts import (
    MOST_ROWS,
    box_chart,
    course_chart,
    findings_chart,
    findings_shown,
    groups_chart,
    swings_chart,
)
from detente.report.influence_words import (
    WAYS_TITLES,
    Words,
    bounds_text,
    number_text,
)
from detente.report.mattering import (
    LEGEND,
    LIMITS,
    choice_text,
    convergence_text,
    figure_text,
    gain_figure,
    gain_text,
    gain_unit,
    headline,
    in_short,
    left_out_text,
    reached_at,
    scenario_text,
    share_text,
    shown_rows,
    spread_text,
    swing_ends,
    target_text,
    value_text,
)
from detente.report.mattering_views import NOWHERE, mattering_views
from detente.report.page import rendered
from detente.report.replacing import replace_files
from detente.report.sensitivity_documents import sensitivity_document
from detente.report.terms import sentence
from detente.report.text import clean
from detente.report.typed import sensitivity_command
from detente.verdict.results import Estimate

__all__ = ["DOCUMENT", "PAGE", "sensitivity_page", "write_sensitivity"]

#: Names of the files.
PAGE, DOCUMENT = "sensitivity.html", "sensitivity.json"
#: So many single unknowns are listed; the document has all.
MOST_UNKNOWNS = 12


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a plot, as rows for those who do not see it."""

    title: str
    plot: str  #: its place in the page, empty where there is none
    rows: tuple[tuple[str, ...], ...]
    more: str = ""  #: what is left out


@dataclass(frozen=True, slots=True)
class Box:
    """A box in which the plan fails, or holds."""

    title: str
    text: str
    plot: str
    rows: tuple[tuple[str, str, str], ...]  #: unknown, where the box is, range


def sensitivity_page(found: Sensitivity | SensitivityViews) -> str:
    """Return *found* as one self-contained HTML page.

    Args:
        found: what :func:`detente.sensitivity` or :func:`detente.sensitivity_views` returned. Of
            several views, the page is about the first, with a part on what matters in all.

    Returns:
        The page, in HTML 5. The same analysis gives the same page.
    """
    beside, command = None, None
    if isinstance(found, SensitivityViews):
        beside, views = mattering_views(found), found
        found = next(iter(views.results.values()))
        command = sensitivity_command(found, [one.case.view for one in views.results.values()])
    words = Words.of(found)
    return rendered(
        "sensitivity.html",
        _plots(found, words),
        title=clean(found.name),
        case=case_title(found.case),
        found=found,
        headline=headline(found, words),
        meaning=f"{sentence(words.figure(found))}: {words.meaning(found)}.",
        spread=spread_text(found, words),
        short=[*in_short(found, words)],
        legend=LEGEND,
        groups=[*_groups(found, words)],
        unknowns=_unknowns(found, words),
        failing=[*_boxes(words, found.failing, fails=True)],
        holding=[*_boxes(words, found.holding, fails=False)],
        choice=None if found.choice is None else choice_text(found, words, found.choice),
        plans=_plans(found),
        findings=[*_findings(found, words)],
        clear=found.choice is not None and bool(findings_shown(found.choice)),
        perfect="" if found.choice is None else gain_text(found, words, found.choice.perfect),
        gained=f"Gain, {gain_unit(found, words)}" if gain_unit(found, words) else "Gain",
        unit=words.unit(found),
        swings=_swings(found, words),
        mean=figure_text(found, words, found.mean),
        target=target_text(found),
        convergence=convergence_text(found),
        course=_course(found),
        beside=beside,
        nowhere=NOWHERE,
        limits=LIMITS,
        made=[*made(found.case, found.provenance, percentiles=False)],
        command=command or sensitivity_command(found, [found.case.view]),
    )


def write_sensitivity(
    found: Sensitivity | SensitivityViews, folder: str | os.PathLike[str]
) -> tuple[Path, ...]:
    """Write *found* as ``sensitivity.html`` and ``sensitivity.json`` into *folder*, both or none.

    The folder is made where it is missing. Files of those names are replaced, others left alone.

    Args:
        found: what :func:`detente.sensitivity` or :func:`detente.sensitivity_views` returned.
        folder: where to; made where it is missing.

    Returns:
        The files, the page first.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    files = {PAGE: sensitivity_page(found), DOCUMENT: as_json(sensitivity_document(found))}
    return replace_files(Path(folder), files)


def _plots(found: Sensitivity, words: Words) -> dict[str, Any]:
    """Return the specifications of plots by the id of their place in the page."""
    plots: dict[str, Any] = {
        f"groups-{way}": groups_chart(found, words, way)
        for way in WAYS
        if shown_rows(found, way)[0]
    }
    for kind, boxes in (("fails", found.failing), ("holds", found.holding)):
        for number, box in enumerate(boxes, start=1):
            plots[f"{kind}-{number}"] = box_chart(words, box)
    if found.choice is not None and findings_shown(found.choice):
        plots["findings"] = findings_chart(found, words, found.choice)
    if found.swings:
        plots["swings"] = swings_chart(found, words)
    if found.convergence is not None and found.convergence.course:
        plots["course"] = course_chart(found.convergence)
    return plots


def _groups(found: Sensitivity, words: Words) -> Iterator[Table]:
    for way in WAYS:
        rows, left_out = shown_rows(found, way)
        if rows:
            told = tuple(
                (
                    sentence(words.group(way, row.group)),
                    count(row.unknowns) if row.unknowns else "–",
                    *(_share(one) for one in (row.shapley, row.first, row.total)),
                )
                for row in rows
            )
            more = left_out_text(left_out)
            beyond = len(rows) - MOST_ROWS
            if beyond > 0:
                more = f"the plot shows the first {MOST_ROWS}{f'; {more}' if more else ''}"
            yield Table(WAYS_TITLES[way], f"groups-{way}", told, more)


def _share(one: Index | None) -> str:
    return "–" if one is None else share_text(one)


def _unknowns(found: Sensitivity, words: Words) -> Table:
    clear = [one for one in found.unknowns if one.delta.value > found.zero]
    rows = tuple(
        (sentence(words.unknown(one.number)), share_text(one.first))
        for one in clear[:MOST_UNKNOWNS]
    )
    return Table("", "", rows, f"{len(rows)} of {len(found.unknowns)}")


def _boxes(words: Words, boxes: tuple[Scenario, ...], *, fails: bool) -> Iterator[Box]:
    kind, title = ("fails", "Where it fails") if fails else ("holds", "Where it holds")
    for number, box in enumerate(boxes, start=1):
        rows = tuple(
            (
                sentence(words.unknown(bound.number)),
                ("yes" if bound.low is not None else "no")
                if is_crossing(bound.number)
                else bounds_text(bound),
                "yes or no"
                if is_crossing(bound.number)
                else f"{number_text(bound.least)} to {number_text(bound.greatest)}",
            )
            for bound in box.limits
        )
        density, coverage = (_of_100(one) for one in (box.density, box.coverage))
        again = " apart from that" if number > 1 else ""
        titled = f"{title}{again}: density {density}, coverage {coverage}"
        text = scenario_text(words, box, fails=fails)
        yield Box(titled, text, f"{kind}-{number}", rows)


def _of_100(one: Index) -> str:
    return share(Estimate(one.value, one.error, one.interval)).phrase


def _plans(found: Sensitivity) -> list[tuple[str, str]]:
    if found.choice is None:
        return []
    return [
        (clean(name), value_text(found, mean))
        for name, mean in zip(found.choice.plans, found.choice.means, strict=True)
    ]


def _findings(found: Sensitivity, words: Words) -> Iterator[Table]:
    """Yield by way what finding out is worth where that is clear, and how many are not."""
    findings = () if found.choice is None else found.choice.findings
    for way in WAYS:
        own = [one for one in findings if one.way == way]
        clear = tuple(
            (sentence(words.group(way, one.group)), gain_figure(found, one.value))
            for one in own
            if one.clear
        )
        left = len(own) - len(clear)
        more = f"{left} more show no more than chance does" if left else ""
        if not clear:
            more = f"none of {left} shows more than chance does"
        if own:
            yield Table(WAYS_TITLES[way], "", clear, more)


def _swings(found: Sensitivity, words: Words) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            sentence(words.unknown(one.number)),
            *swing_ends(one),
            value_text(found, one.at_low),
            value_text(found, one.at_high),
            reached_at(found, one),
        )
        for one in found.swings
    )


def _course(found: Sensitivity) -> list[tuple[str, str]]:
    if found.convergence is None:
        return []
    return [
        (count(draws), share_text(estimated(value, error)))
        for draws, value, error in found.convergence.course
    ]
