"""``detente new``: a small commented case to start from."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

import detente
from detente.commands.screen import write
from detente.report.text import clean


def new(name: Annotated[str, Parameter(name="NAME")], /) -> None:
    """Write a small commented case to NAME.yaml in the current folder.

    Args:
        name: Name of the case.
    """
    path = clean(str(detente.new(name)))
    write(f"{path} written; `detente check {path}` says whether it is sound\n")
