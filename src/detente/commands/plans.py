"""Plans as they are named on the command line."""

from __future__ import annotations

import sys

import detente
from detente.case.load import plan_in
from detente.case.reading import MAX_BYTES


def plan_argument(case: detente.Case, text: str) -> detente.Plan | str:
    """Return the plan on standard input where *text* is ``-``; else *text*, which says what it is."""
    if text != "-":
        return text
    return plan_in(case, sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")
