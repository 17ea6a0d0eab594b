"""What a sensitivity analysis found, and how it was got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detente.case.domain import Case, Plan
from detente.influence.groups import Way
from detente.verdict.results import Provenance


@dataclass(frozen=True, slots=True)
class Index:
    """An estimate with its interval of 95 %: a share of the variance, a mean, a gain."""

    value: float  #: the estimate
    error: float  #: its standard error
    interval: tuple[float, float]  #: of 95 %


@dataclass(frozen=True, slots=True)
class GroupIndices:
    """How much of the figure's variance a group of unknowns accounts for.

    First and total are Sobol indices of the independent inputs behind the group: what would go
    on average if they alone became known, and what would remain if all others did. The Shapley
    effect is of the unknowns themselves, which may be correlated; over all groups of a way the
    effects sum to 1.
    """

    way: Way  #: what groups are: parties, constituencies, measures, kinds or bases
    group: str  #: id of the group; in brackets, what belongs to none or is shared by several
    unknowns: int  #: how many unknowns at play belong to it
    first: Index  #: Sobol index of its inputs alone
    total: Index  #: Sobol index of its inputs with all others
    shapley: Index | None  #: None for inputs that several groups share


@dataclass(frozen=True, slots=True)
class UnknownIndices:
    """What the draws say of one unknown by itself."""

    number: str  #: path in the case; with ``.crossed``, whether that red line is drawn
    first: Index  #: share of the variance explained by it, with what it is correlated with
    delta: Index  #: Borgonovo's index: 0 to 1, one in twenty that plays no part exceeds ``Sensitivity.zero``


@dataclass(frozen=True, slots=True)
class Convergence:
    """Whether the draws are enough."""

    draws: int  #: how many there were
    widest: float  #: width of the widest interval of an index of a group
    enough: bool  #: no interval is wider than a twentieth
    needed: int  #: draws for that, at the same spread
    #: draws, index, error: the largest first index of an unknown in more and more draws
    course: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """Between what an unknown lies in a box; None where it is not bounded.

    Of whether a red line is drawn, 1 is that it is and 0 that it is not.
    """

    number: str  #: path in the case; with ``.crossed``, whether that red line is drawn
    low: float | None  #: it is not below
    high: float | None  #: it is not above
    least: float  #: its 1st percentile over all draws, or *low* where that lies below
    greatest: float  #: its 99th percentile, or *high* where that lies above


@dataclass(frozen=True, slots=True)
class Scenario:
    """A box of unknowns in which the plan fails, or holds, more often than elsewhere.

    Found on the first half of the draws; coverage, density and mass are those in the other half.
    """

    limits: tuple[Bound, ...]  #: of the box
    coverage: Index  #: share of all failures (or successes) that lie in the box
    density: Index  #: share of the draws in the box that fail (or hold)
    mass: float  #: share of draws in the box
    base: float  #: share of all those draws that fail (or hold)
    after: int  #: how many boxes stand before it: draws in these are not counted to it


@dataclass(frozen=True, slots=True)
class Finding:
    """What it is worth to find out a group of unknowns before choosing among the plans."""

    way: Way  #: what groups are
    group: str  #: id of the group
    value: Index  #: mean gain in the figure, in its own unit
    zero: float  #: what chance alone shows at most, in 19 of 20 shufflings
    clear: bool  #: the interval lies above what chance alone shows


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is to choose from, and what knowing everything would be worth."""

    plans: tuple[str, ...]  #: names of the plans, the best first
    means: tuple[Index, ...]  #: the figure of each
    perfect: Index  #: value of knowing all unknowns
    findings: tuple[Finding, ...]  #: by way, the most valuable first
    draws: int  #: finding out is valued in the first so many
    left_out: int  #: proposals that are hardly ever the best of all, and no choice


@dataclass(frozen=True, slots=True)
class Swinging:
    """What the figure is with one unknown held low and high, all others as drawn."""

    number: str  #: path of the unknown in the case
    low: float  #: its 5th percentile
    high: float  #: its 95th percentile
    at_low: Index  #: the figure there
    at_high: Index  #: and there
    difference: Index  #: at high less at low, in the same draws
    breakeven: float | None  #: where the figure reaches the target; None where it never does


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What matters to one figure of one plan."""

    case: Case = field(repr=False)  #: whose numbers are unknown
    plan: Plan  #: what was analysed
    name: str  #: of the plan
    figure: str  #: as it is asked for
    mean: Index  #: the figure
    variance: float  #: of the figure over draws; 0 where nothing matters to it
    provenance: Provenance  #: how it was got
    indices: tuple[GroupIndices, ...]  #: by way, the largest Shapley effect first
    unknowns: tuple[UnknownIndices, ...]  #: the largest first
    zero: float  #: the largest delta of twenty unknowns that play no part
    convergence: Convergence | None  #: None where nothing matters
    failing: tuple[Scenario, ...]  #: boxes in which the plan fails
    holding: tuple[Scenario, ...]  #: boxes in which it holds
    against: tuple[Plan, ...] | None  #: plans named to choose from besides; None: proposals
    choice: Choice | None  #: None where there is but one plan
    numbers: tuple[str, ...]  #: paths of unknowns named to be held; empty: none were
    target: float  #: what break-even is reckoned for
    swings: tuple[Swinging, ...]  #: the widest first


@dataclass(frozen=True, slots=True)
class Mattering:
    """Whether a group matters under each view."""

    way: Way  #: what groups are
    group: str  #: id of the group
    by_view: Mapping[str, Index | None]  #: Shapley effect; None where it is not at play
    everywhere: bool  #: it matters in all of them: each interval lies above a twentieth


@dataclass(frozen=True, slots=True)
class SensitivityViews:
    """The same analysis under several views; iterating yields their names, the first first."""

    results: Mapping[str, Sensitivity]  #: by view
    mattering: tuple[Mattering, ...]  #: groups at play under any view

    def __getitem__(self, view: str) -> Sensitivity:
        """Return the analysis under a view."""
        return self.results[view]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the views."""
        return iter(self.results)

    def __len__(self) -> int:
        """Return the number of views."""
        return len(self.results)
