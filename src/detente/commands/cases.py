"""``detente cases``: the cases that come with the program."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.screen import write
from detente.report.document import as_json


def cases(*, json: Annotated[bool, Parameter(negative=())] = False) -> None:
    """List the cases that come with the program.

    Args:
        json: Print one JSON document instead.
    """
    known = detente.cases()
    if json:
        write(as_json({"cases": [{"name": case.name, "title": case.title} for case in known]}))
        return
    width = max((len(case.name) for case in known), default=0)
    write("".join(f"{case.name:<{width}}  {case.title}\n" for case in known))
