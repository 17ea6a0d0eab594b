"""What the verdicts under several views have in common, and where they part.

A conclusion is read off the case as written and then asked of every view. It *holds* or
*fails* there only where the sampling error lets one tell; else it is *open*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from detente.verdict.intervals import wilson
from detente.verdict.results import Estimate, RunResult, Verdict

__all__ = ["Conclusion", "ConclusionKind", "conclusions"]

ConclusionKind = Literal[
    "best",
    "mostly_accepted",
    "seldom_accepted",
    "mostly_kept",
    "seldom_kept",
    "mostly_holds",
    "seldom_holds",
    "only_refuser",
    "furthest_from_yes",
    "first_breaker",
]
#: None where the sampling error does not let one tell.
_Answer = bool | None

#: Whoever refuses, or breaks first, in a smaller share of draws than this does not count.
NOTICED = 0.05
_ERRORS = 2.0


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Something that the case as written says of a proposal, and under which views it holds.

    ``best``: it holds in more draws than any other. ``mostly_`` and ``seldom_``: in more, or in
    fewer, than half of the draws. ``only_refuser``: ``party`` refuses, and of those whose yes is
    needed nobody else does, each in 5 of 100 draws or more. ``furthest_from_yes``: it is
    ``party`` that falls short by most, over all draws. ``first_breaker``: it is ``party`` that
    most often breaks first.
    """

    kind: ConclusionKind  #: what is concluded
    proposal: str  #: id of the proposal that it is about
    party: str | None  #: id of the party or constituency that it is about, if one
    holds_in: tuple[str, ...]  #: views under which it holds
    fails_in: tuple[str, ...]  #: views under which it does not
    open_in: tuple[str, ...]  #: views under which sampling error does not let one tell

    @property
    def survives(self) -> bool:
        """Whether it holds under every view."""
        return not (self.fails_in or self.open_in)

    @property
    def turns(self) -> bool:
        """Whether it holds under some views and fails under others."""
        return bool(self.holds_in and self.fails_in)


def conclusions(results: Mapping[str, RunResult]) -> tuple[Conclusion, ...]:
    """Return what can be concluded from the first of *results*, and where it holds."""
    written = next(iter(results.values()), None)
    if written is None or not written.verdicts:
        return ()
    best = max(written.verdicts, key=lambda verdict: verdict.hold.mean).proposal
    found = []
    if len(written.verdicts) > 1:
        found.append(_conclusion(results, "best", best, None, _is_best(best)))
    for verdict in written.verdicts:
        for kind, party, holds in _claims(written, verdict):
            found.append(_conclusion(results, kind, verdict.proposal, party, holds))
    return tuple(found)


_Claim = tuple[ConclusionKind, str | None, Callable[[RunResult], _Answer]]


def _conclusion(
    results: Mapping[str, RunResult],
    kind: ConclusionKind,
    proposal: str,
    party: str | None,
    holds: Callable[[RunResult], _Answer],
) -> Conclusion:
    answers = {name: holds(result) for name, result in results.items()}

    def those(answer: _Answer) -> tuple[str, ...]:
        return tuple(name for name, found in answers.items() if found is answer)

    return Conclusion(kind, proposal, party, those(True), those(False), those(None))


def _claims(written: RunResult, verdict: Verdict) -> Iterator[_Claim]:
    """Yield what the case as written says of one proposal."""
    id_ = verdict.proposal
    yield _half("accept", verdict, "mostly_accepted", "seldom_accepted")
    yield _half("keep", verdict, "mostly_kept", "seldom_kept")
    yield _half("hold", verdict, "mostly_holds", "seldom_holds")
    refusers = [name for name in verdict.necessary if 1 - verdict.accept_by[name] >= NOTICED]
    if len(refusers) == 1:
        yield "only_refuser", refusers[0], lambda r: _refuses_alone(r, r[id_], refusers[0])
    for kind, of in (("furthest_from_yes", _distances), ("first_breaker", _breakers)):
        first = _first(of(written, verdict))
        if first is not None:
            yield _ahead(kind, id_, first, of)  # type: ignore[arg-type]


def _half(
    figure: Literal["accept", "keep", "hold"],
    verdict: Verdict,
    above: ConclusionKind,
    below: ConclusionKind,
) -> _Claim:
    id_, is_above = verdict.proposal, bool(getattr(verdict, figure).mean > 0.5)

    def holds(result: RunResult) -> _Answer:
        found: Estimate = getattr(result[id_], figure)
        low, high = found.interval
        if low <= 0.5 <= high:
            return None
        return (low > 0.5) == is_above

    return above if is_above else below, None, holds


def _is_best(proposal: str) -> Callable[[RunResult], _Answer]:
    def holds(result: RunResult) -> _Answer:
        own = result[proposal].hold.interval
        others = [v.hold.interval for v in result.verdicts if v.proposal != proposal]
        if all(own[0] > other[1] for other in others):
            return True
        return False if any(other[0] > own[1] for other in others) else None

    return holds


def _refuses_alone(result: RunResult, verdict: Verdict, name: str) -> _Answer:
    """Whether of all whose yes is needed only *name* refuses often enough to count."""
    if name not in verdict.necessary:
        return False
    answers = []
    for body in verdict.necessary:
        noticed = _is_noticed(result, 1 - verdict.accept_by[body])
        answers.append(noticed if body == name or noticed is None else not noticed)
    return False if False in answers else None if None in answers else True


def _is_noticed(result: RunResult, share: float) -> _Answer:
    """Whether a share of draws is large enough to count, where sampling error lets one tell."""
    if result.certain:
        return share >= NOTICED
    low, high = wilson(min(max(share, 0.0), 1.0), result.provenance.draws)
    return None if low < NOTICED <= high else share >= NOTICED


# --- who is first -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Amount:
    """How much of something there is with one party."""

    mean: float
    error: float
    share: float
    """In what share of draws there is any."""


_Amounts = Mapping[str, _Amount]


def _distances(result: RunResult, verdict: Verdict) -> _Amounts:
    """How far each party whose yes is needed is from it, over all draws, where worth is lacking."""
    found = {}
    for party, mean in verdict.shortfall.items():
        refused = 1.0 - verdict.accept_by[party]
        short = max(refused - verdict.barred[party], 0.0)
        if party in verdict.necessary:
            # Over all draws both how many fall short and by how much are drawn.
            draws = 1 if result.certain else result.provenance.draws
            spread = verdict.shortfall_error[party] ** 2 * max(short * draws - 1.0, 0.0)
            variance = short * (spread + mean**2) - (short * mean) ** 2
            error = 0.0 if result.certain else sqrt(max(variance, 0.0) / draws)
            found[party] = _Amount(mean * short, error, refused)
    return found


def _breakers(result: RunResult, verdict: Verdict) -> _Amounts:
    """How likely each party is to break first."""
    totals = {party: min(sum(chances), 1.0) for party, chances in verdict.first_break.items()}
    return {p: _Amount(total, _error(result, total), total) for p, total in totals.items()}


def _error(result: RunResult, share: float) -> float:
    """Return the most that the standard error of a share of draws can be."""
    if result.certain:
        return 0.0
    return sqrt(max(share * (1.0 - share), 0.0) / result.provenance.draws)


def _first(amounts: _Amounts) -> str | None:
    noticed = [party for party, amount in amounts.items() if amount.share >= NOTICED]
    return max(noticed, key=lambda party: amounts[party].mean, default=None)


def _ahead(
    kind: ConclusionKind,
    proposal: str,
    party: str,
    of: Callable[[RunResult, Verdict], _Amounts],
) -> _Claim:
    def holds(result: RunResult) -> _Answer:
        amounts = of(result, result[proposal])
        if party not in amounts:
            return False
        own, is_noticed = amounts[party], _is_noticed(result, amounts[party].share)
        answers = [is_noticed, *(_is_more(result, own, amounts[p]) for p in amounts if p != party)]
        return False if False in answers else None if None in answers else True

    return kind, party, holds


def _is_more(result: RunResult, own: _Amount, other: _Amount) -> _Answer:
    """Whether *own* is more than *other*, which only counts where it is noticed."""
    is_noticed = _is_noticed(result, other.share)
    gap, margin = own.mean - other.mean, _ERRORS * (own.error + other.error)
    if is_noticed is False or gap > margin:
        return True
    return False if gap < -margin and is_noticed else None
