"""``detente sensitivity``: which unknowns matter to a plan, and what finding out is worth."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.plans import plan_argument
from detente.commands.progress import progress
from detente.commands.run import Whole, check_folder, check_sizes
from detente.commands.screen import show, write
from detente.influence.viewed import sensitivity_under
from detente.report.document import as_json
from detente.report.terminal import WIDEST
from detente.report.terminal_sensitivity import sensitivity_screen, sensitivity_views_screen


def sensitivity(
    case: Annotated[str, Parameter(name="CASE")],
    plan: Annotated[str, Parameter(name="PLAN", allow_leading_hyphen=True)],
    /,
    *,
    figure: str = "hold",
    draws: Whole = 10_000,
    seed: Whole = 0,
    against: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    number: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    target: float | None = None,
    view: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    workers: Whole | None = None,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Say which unknowns matter to a plan, where it fails, and what finding out would be worth.

    Args:
        case: Path of a case file, or the name of a built-in case.
        plan: Name of a proposal, a plan such as 1:a,b;2:c, a file with phases, or - for standard
            input.
        figure: What of the plan: accept, keep, hold, a quantity, exposure.PARTY, surplus.PARTY or
            score.PARTY.
        draws: How many draws of the uncertain numbers, from 1024 to 200 000.
        seed: Which sequence of draws.
        against: A plan to choose from besides; may be given up to seven times. Proposals of the case
            that are sometimes the best if not given.
        number: Path of an unknown to hold low and high; may be given several times. Those that
            matter most if not given.
        target: Figure for which break-even is reckoned; .5 for shares and 0 for amounts if not
            given.
        view: Analyse under this view of the case, by name or file; may be given several times.
        workers: Threads; one for each processor if not given. The numbers do not depend on it.
        out: Folder for sensitivity.html and sensitivity.json.
        json: Print one JSON document instead.
    """
    subjects = detente.load_views(case, view or ["as_written"])
    check_sizes(seed=seed, workers=workers)
    check_folder(out)
    asked = plan_argument(subjects[0], plan)
    others = None if against is None else [plan_argument(subjects[0], text) for text in against]
    analysed = partial(
        detente.sensitivity,
        figure=figure,
        draws=draws,
        seed=seed,
        against=others,
        numbers=number or (),
        target=target,
        workers=workers,
    )
    found: detente.Sensitivity | detente.SensitivityViews
    with progress("analysing") as report:
        if len(subjects) == 1:
            found = analysed(subjects[0], asked, progress=report)
        else:
            found = sensitivity_under(subjects, asked, analysed, progress=report)
    written = () if out is None else detente.write_sensitivity(found, out)
    if json:
        write(as_json(detente.sensitivity_document(found)))
    elif isinstance(found, detente.Sensitivity):
        show(sensitivity_screen(found, written), widest=WIDEST)
    else:
        show(sensitivity_views_screen(found, written), widest=WIDEST)
