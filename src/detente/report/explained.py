"""An explanation as one HTML page, built as :mod:`detente.report.page` builds the report."""

from __future__ import annotations

import os
from pathlib import Path

from detente.insight.results import Explanation
from detente.insight.viewed import ExplanationViews
from detente.report.answer import case_title
from detente.report.charts import contributions_chart
from detente.report.content import figure, made
from detente.report.document import as_json
from detente.report.explaining import NOTE, parts_of, sections
from detente.report.explaining_views import VIEWS_NOTE, explanation_views_content
from detente.report.explanation_documents import explanation_document
from detente.report.page import rendered
from detente.report.replacing import replace_files
from detente.report.speaker import Speaker
from detente.report.terms import estimates, sentence
from detente.report.text import clean

__all__ = ["PAGE", "explanation_page", "write_explanation"]

#: Names of the files.
PAGE, DOCUMENT = "explain.html", "explain.json"


def explanation_page(explanation: Explanation | ExplanationViews) -> str:
    """Return *explanation* as one self-contained HTML page.

    Args:
        explanation: what :func:`detente.explain` or :func:`detente.explain_views` returned. Of
            several views, the page is about the case as written, with a part on the others.

    Returns:
        The page, in HTML 5. The same explanation gives the same page.
    """
    beside = None
    if isinstance(explanation, ExplanationViews):
        beside, explanation = explanation_views_content(explanation), explanation.written
    verdict, result = explanation.verdict, explanation.result
    speaker = Speaker(result)
    plots = {
        f"value-{number}": contributions_chart(explanation, balance)
        for number, balance in enumerate(explanation.balances, start=1)
    }
    return rendered(
        "explain.html",
        plots,
        title=clean(verdict.name),
        case=case_title(result.case),
        figures=[(sentence(name), figure(shown)) for name, shown in estimates(verdict)],
        flaws=[clean(flaw) for flaw in verdict.flaws],
        sections=sections(explanation),
        parts=[parts_of(speaker, balance) for balance in explanation.balances],
        beside=beside,
        views_note=VIEWS_NOTE,
        note=NOTE,
        made=list(made(result.case, result.provenance)),
    )


def write_explanation(
    explanation: Explanation | ExplanationViews, folder: str | os.PathLike[str]
) -> tuple[Path, ...]:
    """Write *explanation* as ``explain.html`` and ``explain.json`` into *folder*, both or none.

    The folder is made where it is missing. Files of those names are replaced, others left alone.

    Args:
        explanation: what :func:`detente.explain` or :func:`detente.explain_views` returned.
        folder: where to; made where it is missing.

    Returns:
        The files, the page first.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    files = {
        PAGE: explanation_page(explanation),
        DOCUMENT: as_json(explanation_document(explanation)),
    }
    return replace_files(Path(folder), files)
