"""``detente check``: what is wrong or doubtful in a case, and how much is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.progress import progress
from detente.commands.screen import complain, show, write
from detente.report.document import as_json

Flag = Annotated[bool, Parameter(negative=())]


def check(
    case: Annotated[str, Parameter(name="CASE")],
    /,
    *,
    view: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    deep: Flag = False,
    json: Flag = False,
) -> int:
    """Say what is wrong or doubtful in a case, and how much is in it.

    Exits with 2 if the case cannot be used, every problem on a line of its own.

    Args:
        case: Path of a case file, or the name of a built-in case.
        view: Look at this file of overrides too; may be given several times. Views that the
            case names are looked at in any case.
        deep: Look at its judgements too, and exchange parties' numbers to see what moves.
        json: Print one JSON document instead.
    """
    views = view or ()
    report = _review(case, views, json=json) if deep else _check(case, views, json=json)
    if not report.ok:
        complain("\n".join(str(problem).replace("\n", " ") for problem in report.errors))
    return 0 if report.ok else 2


def _check(case: str, views: Sequence[str], *, json: bool) -> detente.CheckReport:
    from detente.report.checking import check_document, check_screen  # noqa: PLC0415 (as below)

    report = detente.check(case, views=views)
    if json:
        write(as_json(check_document(report)))
    elif report.ok:
        show(check_screen(report), widest=100)
    return report


def _review(case: str, views: Sequence[str], *, json: bool) -> detente.CheckReport:
    # Judging takes time to load, which a check without it need not wait for.
    from detente.report.reviewing import review_document, review_screen  # noqa: PLC0415

    with progress("exchanging") as shown:
        review = detente.review(case, views=views, progress=shown)
    if json:
        write(as_json(review_document(review)))
    elif review.report.ok:
        show(review_screen(review, detente.load_case(case)), widest=100)
    return review.report
