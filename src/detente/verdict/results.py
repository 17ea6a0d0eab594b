"""What judging proposals in many draws yields: frozen results that say how they were got.

Lists over k hold k = 1 .. K+1 (K phases, then maintenance). Shares are shares of draws.
Nothing here renders itself; see :mod:`detente.report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.case.domain import Case, Plan
from detente.model.judgement import Deviation

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over draws with its standard error and its 95 % interval."""

    mean: float
    standard_error: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Weakest:
    """The decider and phase that most often breaks (model.md, section 7).

    ``share`` is the share of draws in which that decider breaks there, weighted by the
    probability that it is the one who decides. ``deviation`` is what it then most often does
    and ``measure`` the measure concerned, if one; ``slack`` is the mean over those draws of
    value less best deviation. Where nobody ever breaks, share is 0, deviation None, and the
    decider and phase are those with the least mean slack.
    """

    decider: str
    party: str
    phase: int
    deviation: Deviation | None
    measure: str | None
    share: float
    slack: float


@dataclass(frozen=True, slots=True)
class Change:
    """Expected value of a quantity at the horizon with the plan less without, over draws."""

    mean: float
    standard_error: float
    p5: float
    p95: float


@dataclass(frozen=True, slots=True)
class Lower:
    """Shares of the pessimistic outcome."""

    accept: Estimate
    keep: Estimate
    hold: Estimate
    unsettled: float  #: share of draws that did not settle from distrust


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one proposal fares. Mappings are by id of party, constituency, decider or quantity."""

    proposal: str
    name: str
    plan: Plan
    flaws: tuple[str, ...]  #: rules of the case that the text breaks; it is judged as written
    accept: Estimate
    keep: Estimate
    hold: Estimate
    keep_given_accept: float | None
    accept_by: Mapping[str, float]  #: parties and constituencies
    signatories: tuple[str, ...]  #: parties that must sign
    necessary: tuple[str, ...]  #: parties and constituencies without whose yes there is nothing
    shortfall: Mapping[str, float]  #: party: mean distance from yes where worth is what lacks
    shortfall_error: Mapping[str, float]  #: party: standard error of that mean
    barred: Mapping[str, float]  #: party: share of draws refused, by red lines, whatever the worth
    value: Mapping[str, float]  #: constituency: mean of V at phase 1
    break_by: Mapping[str, tuple[float, ...]]  #: party: mean hazard at each k
    first_break: Mapping[str, tuple[float, ...]]  #: party: chance to reach k and break there
    kept_through: tuple[float, ...]  #: chance to stand in each k
    accident: float  #: chance that a false alarm ends it before period K+1
    trust: Mapping[str, tuple[float, ...]]  #: party: chance to keep through K+1, given so far
    slack: Mapping[str, tuple[float, ...]]  #: decider: mean of value less best deviation
    breaks: Mapping[str, tuple[float, ...]]  #: decider: share of draws in which it would break
    weakest: Weakest | None  #: None where no party performs a measure
    exposure: Mapping[str, float]  #: party
    exposure_by: Mapping[str, float]  #: constituency
    outcomes: Mapping[str, Change]
    lower: Lower
    unsettled: float  #: share of draws that did not settle


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a result was got."""

    version: str
    case_hash: str
    draws: int
    seed: int
    quantile_draws: int  #: percentiles of outcomes come from the first so many draws
    tie: float
    rounds: int
    python: str
    numpy: str


@dataclass(frozen=True, slots=True)
class RunResult:
    """Verdicts on the proposals of a case, in the order asked for."""

    case: Case = field(repr=False)
    certain: bool  #: the case has no uncertain number: all draws are one
    provenance: Provenance
    verdicts: tuple[Verdict, ...]

    def __getitem__(self, proposal: str) -> Verdict:
        for verdict in self.verdicts:
            if verdict.proposal == proposal:
                return verdict
        raise KeyError(proposal)
