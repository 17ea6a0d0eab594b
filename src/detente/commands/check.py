"""``detente check``: what is wrong or doubtful in a case, and how much is in it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.screen import complain, show, write
from detente.report.checking import check_document, check_screen
from detente.report.document import as_json


def check(
    case: Annotated[str, Parameter(name="CASE")],
    /,
    *,
    view: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what is wrong or doubtful in a case, and how much is in it.

    Exits with 2 if the case cannot be used, every problem on a line of its own.

    Args:
        case: Path of a case file, or the name of a built-in case.
        view: Look at this file of overrides too; may be given several times. Views that the
            case names are looked at in any case.
        json: Print one JSON document instead.
    """
    report = detente.check(case, views=view or ())
    if json:
        write(as_json(check_document(report)))
    elif report.ok:
        show(check_screen(report), widest=100)
    if not report.ok:
        complain("\n".join(str(problem).replace("\n", " ") for problem in report.errors))
    return 0 if report.ok else 2
