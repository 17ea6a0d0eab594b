"""``detente explain``: why a plan is refused or broken, and what would change that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.plans import plan_argument
from detente.commands.progress import progress
from detente.commands.run import Whole, check_sizes
from detente.commands.screen import show, write
from detente.insight.viewed import explained_under
from detente.report.document import as_json
from detente.report.explaining import explanation_screen
from detente.report.explaining_views import explanation_views_screen
from detente.report.terminal import WIDEST


def explain(
    case: Annotated[str, Parameter(name="CASE")],
    plan: Annotated[str, Parameter(name="PLAN", allow_leading_hyphen=True)],
    /,
    *,
    draws: Whole = 1000,
    seed: Whole = 0,
    view: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Say why a plan is refused or broken, and what would change that.

    Args:
        case: Path of a case file, or the name of a built-in case.
        plan: Name of a proposal, a plan such as 1:a,b;2:c, a file with phases, or - for standard
            input.
        draws: How many draws of the uncertain numbers, from 2 to 10 000.
        seed: Which sequence of draws.
        view: Explain under this view of the case, by name or file; may be given several times.
        out: Folder for explain.html and explain.json.
        json: Print one JSON document instead.
    """
    subjects = detente.load_views(case, view or ["as_written"])
    check_sizes(seed=seed)
    if out is not None and not str(out).strip("."):
        raise detente.RequestError("--out must name a folder of its own, not the current one")
    asked = plan_argument(subjects[0], plan)
    found: detente.Explanation | detente.ExplanationViews
    if len(subjects) == 1:
        found = detente.explain(subjects[0], asked, draws=draws, seed=seed)
    else:
        with progress("explaining") as report:
            found = explained_under(subjects, asked, draws=draws, seed=seed, progress=report)
    written = () if out is None else detente.write_explanation(found, out)
    if json:
        write(as_json(detente.explanation_document(found)))
    elif isinstance(found, detente.Explanation):
        show(explanation_screen(found, written), widest=WIDEST)
    else:
        show(explanation_views_screen(found, written), widest=WIDEST)
