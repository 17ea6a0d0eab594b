"""Who breaks a plan, when and how; why trust does not rise; where each side is exposed (M62)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detente.insight.refusing import NOTICED
from detente.insight.results import Reason
from detente.insight.subject import Subject, mean_error
from detente.model.accepting import rule_score
from detente.model.judgement import Floats, deviation_of
from detente.model.structure import ABSENT

#: Exposures below so many points are not spoken of.
LEAST_EXPOSURE = 0.5
#: A hazard up to this counts as none.
_NONE = 1e-9


def breaches(subject: Subject) -> Iterator[Reason]:
    """Yield by whom, where and how the plan is first broken, with what that gains over keeping."""
    judged, structure = subject.judged, subject.structure
    first = judged.breaks * judged.reach  # float64[decider, k, draw]
    for p, party in enumerate(subject.case.parties):
        rows = np.flatnonzero(structure.decider_party == p)
        for k in range(1, structure.phases + 2):
            code = judged.deviation[rows, k - 1]
            for found in np.unique(code[first[rows, k - 1] > 0.0]).tolist():
                chance = first[rows, k - 1] * (code == found)
                if chance.sum() >= NOTICED * subject.draws.count:
                    yield _breach(subject, party.id, k, int(found), rows, chance)


def _breach(
    subject: Subject, party: str, k: int, code: int, rows: NDArray[np.intp], chance: Floats
) -> Reason:
    """Return the breach of *party* at *k* by *code*, which has *chance*: float64[decider, draw]."""
    deviation, measure = deviation_of(code, subject.structure.measures)
    d = int(rows[np.argmax(chance.sum(axis=1))])
    gain, error = _weighted(-subject.judged.slack[rows, k - 1], chance)
    return Reason(
        kind="breach",
        party=party,
        constituency=subject.case.deciders[d][1].constituency,
        phase=k,
        measures=_concerned(subject, party, k, deviation, measure),
        share=float(chance.sum(axis=0).mean()),
        amount=gain,
        error=error,
        rule="M62",
        deviation=deviation,
    )


def _weighted(values: Floats, weights: Floats) -> tuple[float, float]:
    """Return the weighted mean of *values*, float64[decider, draw], and its standard error."""
    total = float(weights.sum())
    mean = float((values * weights).sum()) / total
    residual = ((values - mean) * weights).sum(axis=0)
    return mean, float(np.sqrt((residual**2).sum())) / total


def _concerned(
    subject: Subject, party: str, k: int, deviation: str, measure: int | None
) -> tuple[str, ...]:
    """Return the measures that a breach withholds or undoes (M18)."""
    case, plan = subject.case, subject.vector
    if measure is not None:
        return (case.measures[measure].id,)
    if deviation == "exit":
        return ()
    own = [m for m in np.flatnonzero(plan != ABSENT).tolist() if case.measures[m].by == party]
    undone = [m for m in own if plan[m] < k and subject.structure.secret[m]]
    steps = [m for m in own if plan[m] >= k]
    return tuple(case.measures[m].id for m in (undone if deviation == "undo_all" else []) + steps)


def limits_of_trust(subject: Subject) -> Iterator[Reason]:
    """Yield who would break later than phase 1, and where keeping teaches nothing."""
    judged, structure = subject.judged, subject.structure
    for p, party in enumerate(subject.case.parties):
        if float(judged.trust[p, 0].mean()) > 1.0 - NOTICED:
            continue
        for d in np.flatnonzero(structure.decider_party == p).tolist():
            yield from _later(subject, party.id, d)
        yield from _pooling(subject, party.id, p)


def _later(subject: Subject, party: str, d: int) -> Iterator[Reason]:
    """Yield that decider *d* would break in a phase after the first, where it most often would."""
    judged = subject.judged
    shares = judged.breaks[d, 1:].mean(axis=-1)
    k = int(np.argmax(shares)) + 2
    if shares[k - 2] >= NOTICED:
        yield Reason(
            kind="succession",
            party=party,
            constituency=subject.case.deciders[d][1].constituency,
            phase=k,
            measures=(),
            share=float(shares[k - 2]),
            amount=None,
            error=0.0,
            rule="M40",
            chance=float(subject.draws.start[d].mean()),
            in_charge=float(judged.belief[d, k - 1].mean()),
        )


def _pooling(subject: Subject, party: str, p: int) -> Iterator[Reason]:
    """Yield the phase in which most often all deciders of a party keep and one breaks later."""
    judged = subject.judged
    pools = (judged.hazard[p, :-1] <= _NONE) & (judged.trust[p, :-1] < 1.0 - NOTICED)
    if not len(pools):
        return
    shares = pools.mean(axis=-1)
    k = int(np.argmax(shares)) + 1
    if shares[k - 1] >= NOTICED:
        yield Reason(
            kind="pooling",
            party=party,
            constituency=None,
            phase=k,
            measures=(),
            share=float(shares[k - 1]),
            amount=None,
            error=0.0,
            rule="M27",
            chance=float(judged.trust[p, k - 1, pools[k - 1]].mean()),
        )


def exposures(subject: Subject) -> Iterator[Reason]:
    """Yield where each side has most to lose by a breach of another, and by whose."""
    for p, party in enumerate(subject.case.parties):
        means = subject.judged.exposure_at[p].mean(axis=-1)
        k = int(np.argmax(means)) + 1
        if means[k - 1] < LEAST_EXPOSURE:
            continue
        amount, error = mean_error(subject.judged.exposure_at[p, k - 1])
        yield Reason(
            kind="exposure",
            party=party.id,
            constituency=None,
            phase=k,
            measures=(),
            share=float((subject.judged.exposure_at[p, k - 1] > 0.0).mean()),
            amount=amount,
            error=error,
            rule="M55",
            other=_worst(subject, p, k),
        )


def _worst(subject: Subject, p: int, k: int) -> str:
    """Return the party whose breach at *k* costs party *p* most by its rule, else its people.

    Several breaches may each hurt too few of a party for its rule, and all of them enough.
    """
    case, party = subject.case, subject.case.parties[p]
    own = subject.structure.party_of == p

    def cost(q: int) -> tuple[float, float]:
        rows = subject.made_of.exposure[q, k - 1]
        safe = {c.id: -row for c, row in zip(case.constituencies, rows, strict=True)}
        by_rule = -float(rule_score(party.accepts, party.constituencies, safe).mean())
        return by_rule, float(rows[own].sum())

    return case.parties[max(range(len(case.parties)), key=cost)].id
