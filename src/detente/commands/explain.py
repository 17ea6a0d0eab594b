"""``detente explain``: why a plan is refused or broken, and what would change that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.plans import plan_argument
from detente.commands.run import Whole, check_sizes
from detente.commands.screen import show, write
from detente.report.document import as_json
from detente.report.explaining import explanation_screen
from detente.report.terminal import WIDEST


def explain(
    case: Annotated[str, Parameter(name="CASE")],
    plan: Annotated[str, Parameter(name="PLAN", allow_leading_hyphen=True)],
    /,
    *,
    draws: Whole = 1000,
    seed: Whole = 0,
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
        out: Folder for explain.html and explain.json.
        json: Print one JSON document instead.
    """
    subject = detente.load_case(case)
    check_sizes(seed=seed)
    if out is not None and not str(out).strip("."):
        raise detente.RequestError("--out must name a folder of its own, not the current one")
    found = detente.explain(subject, plan_argument(subject, plan), draws=draws, seed=seed)
    written = () if out is None else detente.write_explanation(found, out)
    if json:
        write(as_json(detente.explanation_document(found)))
    else:
        show(explanation_screen(found, written), widest=WIDEST)
