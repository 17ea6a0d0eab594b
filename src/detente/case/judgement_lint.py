"""What in a case should be looked at by whoever judged its numbers, as data: the lints.

Unlike doubts these hold nothing to be wrong. Each says what it saw; the drafter knows whether
there is a reason. What needs no judging of plans is found here; see :mod:`detente.insight` for
the rest. A definition that fires on sound cases is worse than none, so all of them are narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from detente.case import lint_counting, lint_ranges, lint_sides, lint_worths
from detente.case.doubts import Lint
from detente.case.load import checked

__all__ = ["HINTS", "Hint", "found_hints"]


@dataclass(frozen=True, slots=True, order=True)
class Hint:
    """Something in a case that should be looked at, with its place."""

    file: str  #: path as it was given
    line: int  #: from 1
    column: int  #: from 1
    message: str  #: what was seen, in a sentence
    kind: str  #: which lint saw it

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: look at: {self.message}"


def found_hints(source: Any) -> tuple[Hint, ...]:
    """Return what should be looked at in the sound case at *source*, in file order.

    Raises:
        CaseError: for a case file that cannot be used.
        RequestError: where *source* is neither a file nor a built-in case.
    """
    document, subject = checked(source)
    hints = set()
    for lint in HINTS:
        for finding in lint(subject):
            line, column = document.place(finding.path, key=finding.at_key)
            name = getattr(lint, "__name__", "")
            hints.add(Hint(document.file, line, column, finding.message, name))
    return tuple(sorted(hints))


HINTS: Final[tuple[Lint, ...]] = (
    *lint_worths.LINTS,
    *lint_ranges.LINTS,
    *lint_sides.LINTS,
    *lint_counting.LINTS,
)
"""Every lint of judgement; what they find is a hint."""
