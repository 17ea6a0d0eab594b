"""From sums over draws to the verdict on a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from detente.case.domain import Proposal
from detente.model.accepting import signing
from detente.model.judgement import Deviation, Floats, deviation_of
from detente.model.outcomes import quantity_names
from detente.model.structure import PlanVector, Structure
from detente.verdict.intervals import estimate
from detente.verdict.results import Breach, Change, Estimate, Lower, Verdict, Weakest
from detente.verdict.tally import Tally


def verdict(
    structure: Structure,
    proposal: Proposal,
    plan: PlanVector,
    tally: Tally,
    *,
    flaws: Sequence[str],
    beaten_by: Sequence[str],
    certain: bool,
) -> Verdict:
    """Return the verdict on *proposal*; *certain* where the case has no uncertain number."""
    case, n = structure.case, tally.draws
    parties = [party.id for party in case.parties]
    people = [constituency.id for constituency in case.constituencies]
    accept, keep, hold = _estimates(tally.shares, tally.squares, n, certain=certain)
    needed = signing(structure, plan)
    return Verdict(
        proposal=proposal.id,
        name=proposal.name,
        plan=proposal.plan,
        flaws=tuple(flaws),
        accept=accept,
        keep=keep,
        hold=hold,
        keep_given_accept=hold.mean / accept.mean if accept.mean > 0.0 else None,
        accept_by=_answers(structure, tally),
        signatories=needed.signatories,
        necessary=needed.necessary,
        shortfall=_shortfalls(parties, tally),
        shortfall_error=_shortfall_errors(parties, tally),
        barred=_shares(parties, tally.barred_draws, n),
        value=_shares(people, tally.value, n),
        break_by=_rows(parties, tally.hazard, n),
        first_break=_rows(parties, tally.first_break, n),
        kept_through=tuple((tally.stand / n).tolist()),
        accident=tally.accident / n,
        trust=_rows(parties, tally.trust, n),
        slack=_by_decider(structure, tally.slack, n),
        breaks=_by_decider(structure, tally.breaks, n),
        breaches=_breaches(structure, tally),
        weakest=_weakest(structure, plan, tally),
        exposure=_shares(parties, tally.exposure_party, n),
        exposure_by=_shares(people, tally.exposure_constituency, n),
        exposure_at=_rows(parties, tally.exposure_at, n),
        outcomes={name: _change(tally, name) for name in quantity_names(case)},
        paths=tally.paths,
        beaten_by=tuple(beaten_by),
        lower=_lower(tally, certain=certain),
        unsettled=float(tally.unsettled[0]) / n,
    )


def _shares(names: Sequence[str], totals: Floats, draws: int) -> dict[str, float]:
    return dict(zip(names, (totals / draws).tolist(), strict=True))


def _answers(structure: Structure, tally: Tally) -> dict[str, float]:
    """Return in what share of draws each party and each constituency says yes."""
    case, n = structure.case, tally.draws
    parties = _shares([party.id for party in case.parties], tally.accept_party, n)
    return parties | _shares([c.id for c in case.constituencies], tally.accept_constituency, n)


def _rows(names: Sequence[str], totals: Floats, draws: int) -> dict[str, tuple[float, ...]]:
    return {name: tuple((row / draws).tolist()) for name, row in zip(names, totals, strict=True)}


def _by_decider(structure: Structure, totals: Floats, draws: int) -> dict[str, tuple[float, ...]]:
    return _rows([decider.constituency for _, decider in structure.case.deciders], totals, draws)


def _shortfalls(parties: Sequence[str], tally: Tally) -> dict[str, float]:
    """Mean distance from yes over draws in which a party refuses and worth is what lacks."""
    counts = np.maximum(tally.short_draws, 1.0)
    return dict(zip(parties, (tally.short / counts).tolist(), strict=True))


def _shortfall_errors(parties: Sequence[str], tally: Tally) -> dict[str, float]:
    counts = np.maximum(tally.short_draws, 1.0)
    variance = np.maximum(tally.short_squares / counts - (tally.short / counts) ** 2, 0.0)
    return dict(zip(parties, np.sqrt(variance / np.maximum(counts - 1, 1)).tolist(), strict=True))


def _lower(tally: Tally, *, certain: bool) -> Lower:
    shares = _estimates(tally.lower, tally.lower_squares, tally.draws, certain=certain)
    return Lower(*shares, float(tally.unsettled[1]) / tally.draws)


def _estimates(
    totals: Floats, squares: Floats, draws: int, *, certain: bool
) -> tuple[Estimate, Estimate, Estimate]:
    """Return accept, keep and hold with their errors."""
    accept, keep, hold = (
        estimate(total, square, draws, certain=certain)
        for total, square in zip(totals.tolist(), squares.tolist(), strict=True)
    )
    return accept, keep, hold


def _change(tally: Tally, name: str) -> Change:
    if name not in tally.outcomes:
        return Change(0.0, 0.0, 0.0, 0.0)
    found = tally.outcomes[name]
    error = sqrt(found.spread / found.count / max(found.count - 1, 1))
    p5, p95 = np.quantile(np.concatenate(tally.samples[name]), [0.05, 0.95]).tolist()
    return Change(found.mean, error, p5, p95)


def _breaches(structure: Structure, tally: Tally) -> tuple[Breach, ...]:
    """List all breaches that may come first, likeliest first; else by party, phase and code."""
    case, found = structure.case, []
    for p, k, code in np.argwhere(tally.breaches > 0.0).tolist():
        deviation, measure = _deviation_at(structure, code)
        chance = float(tally.breaches[p, k, code]) / tally.draws
        found.append(Breach(case.parties[p].id, k + 1, deviation, measure, chance))
    return tuple(sorted(found, key=lambda breach: -breach.chance))


def _deviation_at(structure: Structure, code: int) -> tuple[Deviation, str | None]:
    """Return the name of the deviation *code* and the id of the measure concerned, if it is one."""
    deviation, position = deviation_of(code, structure.measures)
    return deviation, None if position is None else structure.case.measures[position].id


def _weakest(structure: Structure, plan: PlanVector, tally: Tally) -> Weakest | None:
    """Find the decider and phase that most often breaks, earlier ones first where equal."""
    able = np.flatnonzero(structure.performers(plan)[structure.decider_party]).tolist()
    if not able:
        return None
    periods = tally.breaks.shape[1]
    spots = [(d, k) for k in range(periods) for d in able]
    d, k = max(spots, key=lambda spot: tally.breaks[spot])
    share = float(tally.breaks[d, k])
    if share > 0.0:
        slack = float(tally.breaks_slack[d, k]) / share
        code = int(np.argmax(tally.deviations[d, k]))
    else:
        d, k = min(spots, key=lambda spot: tally.slack[spot])
        slack, code = float(tally.slack[d, k]) / tally.draws, -1
    return _weakest_at(structure, d, k, code, share / tally.draws, slack)


def _weakest_at(
    structure: Structure, d: int, k: int, code: int, share: float, slack: float
) -> Weakest:
    party, decider = structure.case.deciders[d]
    deviation, measure = (None, None) if code < 0 else _deviation_at(structure, code)
    return Weakest(decider.constituency, party.id, k + 1, deviation, measure, share, slack)
