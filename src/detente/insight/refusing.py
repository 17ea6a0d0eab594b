"""Who refuses a plan, by whose word, and because of what (M61)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from detente.insight.results import Balance, Kind, Reason, Weight
from detente.insight.subject import Subject, mean_error, means_errors
from detente.model.accepting import accepts
from detente.model.judgement import Bools, Floats
from detente.model.structure import Ints, holds_all

#: Nothing is said of what happens in a smaller share of draws than this.
NOTICED = 0.05
#: How many items are named on either side.
MOST_ITEMS = 3
#: Items that weigh less, in points, are not named.
LEAST_POINTS = 0.05


def deciding(subject: Subject, party: str) -> Ints:
    """Return whose score is that of *party* in each draw, the first in order: int32[draw]."""
    case, judged = subject.case, subject.judged
    p = case.party_index[party]
    members = [case.constituency_index[name] for name in case.parties[p].constituencies]
    same = judged.constituency_score[members] == judged.party_score[p]
    return np.asarray(np.array(members)[np.argmax(same, axis=0)], dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class _Body:
    """A party, or a constituency whose own yes is needed, with who decides in each draw."""

    party: str
    own: bool
    score: Floats  # float64[draw]
    agreed: Floats  # float64[draw]: if all others were sure to keep
    who: Ints  # int32[draw]


def refusals(subject: Subject) -> Iterator[Reason]:
    """Yield why those refuse whose yes counts, each cause on its own."""
    for body in _bodies(subject):
        for kind, where in _causes(body.score, body.agreed).items():
            if where.mean() >= NOTICED:
                yield _refusal(subject, kind, body, where)


def _bodies(subject: Subject) -> Iterator[_Body]:
    """Yield the parties that are asked, then constituencies that are not the whole of one."""
    case, judged, agreed = subject.case, subject.judged, subject.agreed
    alone = set[str]()
    for party in subject.asked:
        p = case.party_index[party]
        members = case.parties[p].constituencies
        alone.update(members if len(members) == 1 else ())
        who = deciding(subject, party)
        yield _Body(party, False, judged.party_score[p], agreed.party[p], who)
    for name in subject.signing.necessary:
        if name not in case.party_index and name not in alone:
            c = case.constituency_index[name]
            who = np.full(subject.draws.count, c, dtype=np.int32)
            scores = judged.constituency_score[c], agreed.constituency[c]
            yield _Body(case.constituencies[c].party, True, *scores, who)


def _causes(score: Floats, agreed: Floats) -> dict[Kind, Bools]:
    """Split the draws in which a body with *score* refuses; *agreed* is its score without distrust."""
    refuses, barred = ~accepts(score), np.isneginf(score)
    lacks = refuses & ~barred & ~accepts(agreed)
    return {
        "red_line": refuses & barred,
        "worth": lacks,
        "distrust": refuses & ~barred & ~lacks,
    }


def _refusal(subject: Subject, kind: Kind, body: _Body, where: Bools) -> Reason:
    """Return why *body* refuses in the draws *where*: because of *kind*."""
    c = int(np.argmax(np.bincount(body.who[where])))
    found = Reason(
        kind=kind,
        party=body.party,
        constituency=subject.case.constituencies[c].id,
        phase=None,
        measures=(),
        share=float(where.mean()),
        amount=None,
        error=0.0,
        rule="M61",
        own=body.own,
    )
    same = where & (body.who == c)
    if kind == "red_line":
        return replace(found, measures=_crossed(subject, c, same))
    amount, error = mean_error(-body.score[where])
    found = _with_weights(subject, replace(found, amount=amount, error=error), c, same)
    return found if kind == "worth" else _with_distrust(subject, found, c, same)


def _with_weights(subject: Subject, reason: Reason, c: int, where: Bools) -> Reason:
    """Add the items that weigh most against the plan and most for it."""
    weights = weigh(subject, c, where)
    against = tuple(w for w in weights if w.points <= -LEAST_POINTS)[:MOST_ITEMS]
    favour = tuple(w for w in reversed(weights) if w.points >= LEAST_POINTS)[:MOST_ITEMS]
    measures = tuple(w.item for w in against if w.item is not None)
    return replace(reason, measures=measures, against=against, favour=favour)


def _crossed(subject: Subject, c: int, where: Bools) -> tuple[str, ...]:
    """Return the measures of the plan that a constituency's red lines rule out, most often first."""
    structure, case, often = subject.structure, subject.case, dict[str, float]()
    for row, line in enumerate(structure.red_lines):
        lifted = bool(line.unless) and holds_all(subject.vector, line.unless)
        if line.constituency != c or lifted:
            continue
        count = float(np.sum(subject.draws.crossed[row] & where))
        for m in (m for group in line.never for m in group if subject.vector[m] >= 0):
            often[case.measures[m].id] = often.get(case.measures[m].id, 0.0) + count
    return tuple(sorted((m for m in often if often[m] > 0.0), key=lambda m: -often[m]))


def _with_distrust(subject: Subject, reason: Reason, c: int, where: Bools) -> Reason:
    """Add whose breach takes most off, in which phase most, and what all breaches take off."""
    cost = subject.made_of.distrust[:, :, c][..., where]
    means = cost.mean(axis=-1)
    q = int(np.argmax(means.sum(axis=1)))
    total, error = mean_error(cost.sum(axis=(0, 1)))
    return replace(
        reason,
        other=subject.case.parties[q].id,
        phase=int(np.argmax(means[q])) + 1,
        cost=total,
        cost_error=error,
    )


def weigh(subject: Subject, c: int, where: Bools) -> tuple[Weight, ...]:
    """Return what each item contributes to V of constituency *c* over draws, most negative first."""
    made = subject.made_of
    names = [*(subject.case.items[row].id for row in made.rows), None]
    points = np.concatenate([made.item[:, c][:, where], made.collapse[c : c + 1, where]])
    means, errors = means_errors(points)
    found = map(Weight, names, means.tolist(), errors.tolist())
    return tuple(sorted(found, key=lambda weight: weight.points))


def balances(subject: Subject) -> Iterator[Balance]:
    """Yield how V is made up for who decides most often in each party asked, and whose own yes counts."""
    everywhere, told = np.ones(subject.draws.count, dtype=np.bool_), set[int]()
    for body in _bodies(subject):
        c = int(np.argmax(np.bincount(body.who)))
        if c in told:
            continue
        told.add(c)
        yield Balance(
            party=body.party,
            constituency=subject.case.constituencies[c].id,
            value=float(subject.judged.value[c].mean()),
            reservation=float(subject.draws.reservation[c].mean()),
            weights=weigh(subject, c, everywhere),
        )
