"""What a search yields: plans judged on draws that it has not seen, and how it went.

Nothing here says how it is shown. Losses and ranks of the search itself are left out: a plan that
was chosen because it did best on some draws does better there than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from detente.case.domain import Case, Plan
from detente.case.names import did_you_mean, shortened
from detente.searching.proving import Bounds
from detente.verdict.results import Interval, RunResult, Verdict

Role = Literal["frontier", "alternative", "reference"]
Reference = Literal["nash", "kalai_smorodinsky"]
#: All plans were looked at; or nothing better was found for long; or time was up.
Ending = Literal["listed", "at_rest", "time"]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A figure of a plan over fresh draws."""

    value: float  #: mean over draws, or the percentile asked for
    standard_error: float  #: of it; NaN for a percentile
    interval: Interval  #: holds for all plans shown at once with a chance of 95 %


@dataclass(frozen=True, slots=True)
class Found:
    """A plan that a search offers."""

    id: str  #: ``plan_1`` and so on, in the order of the search
    plan: Plan  #: its steps by phase
    role: Role  #: on the frontier, near it but different, or a reference point
    near: str | None  #: of an alternative: the plan of the frontier that it comes closest to
    references: tuple[Reference, ...]  #: points of bargaining theory that it is
    figures: Mapping[str, Reckoned]  #: by objective and bound, in the view worst for it
    surplus: Mapping[str, float]  #: by party: mean surplus where there is an agreement, else 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What was searched for."""

    objectives: tuple[str, ...]  #: figures to make good, as they were asked for
    higher: tuple[bool, ...]  #: by objective: more is better
    least: Mapping[str, float]  #: figures with what they must be at least
    most: Mapping[str, float]  #: figures with what they must be at most
    fix: Mapping[str, int | None]  #: measures that every plan holds, and where
    forbid: tuple[str, ...]  #: measures that none holds
    phases: int  #: steps stand in phases up to this one


@dataclass(frozen=True, slots=True)
class Course:
    """How a search went."""

    draws: int  #: in which plans were compared: those that follow the fresh ones
    rungs: tuple[int, ...]  #: numbers of draws on which plans were compared
    judged: tuple[int, ...]  #: plans judged on each rung
    generations: int  #: rounds of new plans
    ending: Ending  #: why it ended
    magnitude: float  #: decimal logarithm of the number of plans, conditions aside


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Plans that a search offers, the best of the first objective first.

    ``result["plan_1"]`` is the verdict on a plan, or on a proposal of the case.
    """

    case: Case  #: in which was searched, under the first view
    asked: Asked  #: what was looked for
    plans: tuple[Found, ...]  #: the frontier, what is near it, reference points
    judged: Mapping[str, RunResult]  #: by view: plans and proposals on fresh draws
    proposals: Mapping[str, Mapping[str, Reckoned]]  #: by proposal: the same figures
    course: Course  #: how the search went
    bounds: Bounds | None = None  #: what no plan exceeds, where that was to be proved

    @property
    def run(self) -> RunResult:
        """The verdicts under the first view."""
        return next(iter(self.judged.values()))

    def __getitem__(self, plan: str) -> Verdict:
        """Return the verdict on a plan by its id; KeyError, in words, where there is none."""
        known = [found.id for found in self.plans]
        if plan not in self.run:
            raise KeyError(f"no plan {shortened(plan)!r} in this result{did_you_mean(plan, known)}")
        return self.run[plan]

    def __iter__(self) -> Iterator[Found]:
        """Yield the plans."""
        return iter(self.plans)

    def __len__(self) -> int:
        """Return the number of plans."""
        return len(self.plans)

    def __repr__(self) -> str:
        # Short: plans are looked at one by one.
        return f"<SearchResult of {self.case.name}: {len(self.plans)} plans>"
