"""What explaining a plan yields: frozen results without any rendering; see :mod:`detente.report`.

Shares and chances are in [0, 1]; amounts and points are on the scale of worths; ``error`` is the
standard error of the figure before it. k counts from 1; the last, K+1, is maintenance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detente.case.domain import Plan
from detente.model.judgement import Deviation
from detente.searching.edits import Edit
from detente.verdict.results import Estimate, RunResult, Verdict

#: What a reason is about: the first three are refusals, in which the rest plays no part.
Kind = Literal["red_line", "worth", "distrust", "breach", "succession", "pooling", "exposure"]
REFUSALS: frozenset[Kind] = frozenset({"red_line", "worth", "distrust"})


@dataclass(frozen=True, slots=True)
class Weight:
    """What one item contributes to the value of the plan to one constituency (M59)."""

    item: str | None  #: id of a measure or interaction; None for the lump felt at collapse
    points: float  #: mean over the draws that count
    error: float  #: of that mean


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that makes a party break less often, judged on fresh draws (M64)."""

    change: Edit  #: what is changed
    before: float  #: mean chance that the party breaks, others aside
    after: float  #: the same with the change
    less: float  #: by how much it is less
    error: float  #: of that difference, draw by draw
    hold: float  #: mean of accepted times kept with the change


@dataclass(frozen=True, slots=True)
class Repair:
    """One change of the plan that makes it hold more often, judged on fresh draws (M63)."""

    change: Edit  #: what is changed
    plan: Plan  #: the plan that results
    before: Estimate  #: mean of accepted times kept of the plan as it is
    hold: Estimate  #: the same with the change
    gain: float  #: by how much it is more
    error: float  #: of that difference, draw by draw
    between: tuple[float, float]  #: 95 % interval of that difference (M68)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands in the way of a plan, or that its sides have to reckon with."""

    kind: Kind  #: what it is about
    party: str  #: id of the party concerned
    constituency: str | None  #: id of the one that decides there
    phase: int | None  #: k, where one is meant
    measures: tuple[str, ...]  #: ids of what it rests on, most weighty first
    share: float  #: share of draws, or mean chance, in which it is so
    amount: float | None  #: in points: shortfall, gain by breaking, or exposure
    error: float  #: of that amount
    rule: str  #: number of the statement of the model that defines it
    own: bool = False  #: whether what is refused is the constituency's own yes, not its party's
    other: str | None = None  #: id of the party whose breach counts
    deviation: Deviation | None = None  #: what a breaker does
    cost: float | None = None  #: in points: what expected breaches take off
    cost_error: float = 0.0  #: of that
    chance: float | None = None  #: in charge at the start; or trust, where keeping teaches nothing
    in_charge: float | None = None  #: in charge at ``phase``, all having kept so far
    against: tuple[Weight, ...] = ()  #: items that weigh most against it, over those draws
    favour: tuple[Weight, ...] = ()  #: items that weigh most for it, over those draws
    remedies: tuple[Remedy, ...] = ()  #: what would make it rarer


@dataclass(frozen=True, slots=True)
class Flip:
    """The change of one number that makes a party accept in half of all draws (M65)."""

    party: str  #: id of the party that refuses more often than not
    constituency: str | None  #: id of the one whose number it is
    number: str | None  #: path of the number in the case; None where no single change is enough
    item: str | None  #: id of the measure or interaction; None for a reservation
    before: float | None  #: its central value
    after: float | None  #: the central value from which on the party accepts
    share: float  #: share of draws in which it then accepts


@dataclass(frozen=True, slots=True)
class Swing:
    """A number that, if it were known to be low or high, would turn a majority (M66)."""

    what: Literal["accept", "keep"]  #: of what the majority is
    party: str | None  #: id of the party that would accept; None for the plan as a whole
    number: str  #: path of the number in the case
    percentile: int  #: 5 or 95: where it is held
    value: float  #: what it is there
    before: float  #: share of draws, or mean chance, as drawn
    after: float  #: the same with the number held


@dataclass(frozen=True, slots=True)
class Balance:
    """How the value of the plan to one constituency is made up, mean over all draws (M59)."""

    party: str  #: id of its party
    constituency: str  #: id
    value: float  #: mean of V at phase 1: the sum of all points
    reservation: float  #: mean of what it must at least expect
    weights: tuple[Weight, ...]  #: by item, the most negative first


@dataclass(frozen=True, slots=True)
class Why:
    """Why one proposal of a run fares as it does, from the first draws of that run."""

    proposal: str  #: id
    draws: int  #: over how many draws, the first of the run
    reasons: tuple[Reason, ...]  #: most weighty first, without remedies
    balances: tuple[Balance, ...]  #: as of an :class:`Explanation`


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a plan fares as it does, what would mend it, and what would have to be true."""

    result: RunResult  #: the verdict on the plan, the case, and how it was got
    reasons: tuple[Reason, ...]  #: most weighty first
    repairs: tuple[Repair, ...]  #: best first
    flips: tuple[Flip, ...]  #: by party, the smallest change first
    swings: tuple[Swing, ...]  #: the largest first
    balances: tuple[Balance, ...]  #: by party asked, and of those whose own yes is needed
    tried: int  #: how many plans one change away were judged
    left_out: int  #: how many were not, there being too many

    @property
    def verdict(self) -> Verdict:
        """The verdict on the plan."""
        return self.result.verdicts[0]

    def __repr__(self) -> str:
        # Rendering is the report's, which knows results; they know it only when it is asked for.
        from detente.report.explaining import explanation_text  # noqa: PLC0415

        return explanation_text(self)
