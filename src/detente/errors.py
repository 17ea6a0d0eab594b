"""What can go wrong, as a caller would catch it.

::

    DetenteError
    ├── CaseError           a case file that cannot be used; carries every problem found
    ├── PlanError           a plan that does not fit its case
    ├── RequestError        an argument that makes no sense (draws, seed, names)
    ├── OutputError         results that cannot be written
    └── WorkError           workers or a scheduler that were lost; the same call goes on
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "CaseError",
    "DetenteError",
    "OutputError",
    "PlanError",
    "Problem",
    "RequestError",
    "WorkError",
]


class DetenteError(Exception):
    """Anything Détente refuses to do; its text is one message for the user."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong (or doubtful) in a case file, with its place."""

    file: str  #: path as it was given
    line: int  #: from 1
    column: int  #: from 1
    message: str  #: one sentence
    severity: Literal["error", "warning"] = "error"  #: warnings do not prevent judging

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else "warning: "
        # A name with a line break must not look like two problems.
        file = self.file if self.file.isprintable() else repr(self.file)
        return f"{file}:{self.line}:{self.column}: {mark}{self.message}"


class CaseError(DetenteError):
    """A case file that cannot be used. ``problems`` holds everything found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PlanError(DetenteError):
    """A plan that names what its case does not have."""


class RequestError(DetenteError):
    """An argument that makes no sense."""


class OutputError(DetenteError):
    """Results that cannot be written; nothing half-written is left behind."""


class WorkError(DetenteError):
    """Work that ended before it was done: those that did it were lost."""
