"""What would have to be true for a party to accept, and which unknown would turn a majority.

A flip (M65) shifts one number in every draw, all else as drawn. Where to shift it to is guessed
from weights, which is exact while nobody's decisions change, then searched by judging, and
judged once more at the figure that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from detente.case.numbers import Number, central
from detente.draws.quantiles import quantile
from detente.draws.sampler import Draws
from detente.insight.paired import difference
from detente.insight.refusing import deciding
from detente.insight.results import Flip, Swing
from detente.insight.subject import Fates, Trial, fates
from detente.model.accepting import accepts, rule_score
from detente.model.judgement import Floats

#: A party accepts "more often than not" from this share of draws on.
HALF = 0.5
#: Numbers looked at by judging for each party; how many flips are told.
MOST_SEARCHED, MOST_FLIPS = 3, 3
#: Worths and reservations stay within this.
LIMIT = 100.0
#: Unknowns held at their percentiles, for each majority and in all.
PER_TARGET, MOST_HELD = 2, 6
#: So many swings are told.
MOST_SWINGS = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A number of one constituency that could be another: item None is its reservation."""

    number: Number
    constituency: int
    row: int | None  # among the worths
    weight: Floats  # float64[draw]: V less reservation per point

    @property
    def now(self) -> float:
        return central(self.number.distribution)

    def shifted(self, draws: Draws, by: float) -> Draws:
        """Return *draws* with the number higher by so much in each."""
        if self.row is None:
            reservation = draws.reservation.copy()
            reservation[self.constituency] += by
            return replace(draws, reservation=reservation)
        worth = draws.worth.copy()
        worth[self.row, self.constituency] += by
        return replace(draws, worth=worth)


def flips(subject: Trial) -> Iterator[Flip]:
    """Yield, for each party that refuses more often than not, the smallest changes that turn it."""
    for party in subject.asked:
        p = subject.case.party_index[party]
        refuses = ~accepts(subject.judged.party_score[p])
        if refuses.mean() <= HALF:
            continue
        c = int(np.argmax(np.bincount(deciding(subject, party)[refuses])))
        found = list(_flips(subject, p, c))
        share = float(1.0 - refuses.mean())
        name = subject.case.constituencies[c].id
        yield from found or [Flip(party, name, None, None, None, None, share)]


def _flips(subject: Trial, p: int, c: int) -> Iterator[Flip]:
    guesses = [
        (abs(by), by, candidate)
        for candidate in _candidates(subject, c)
        if (by := _guess(subject, p, candidate)) is not None
    ]
    guesses.sort(key=lambda guess: guess[0])
    found = [_search(subject, p, option, by) for _, by, option in guesses[:MOST_SEARCHED]]
    told = [flip for flip in found if flip is not None]
    yield from sorted(told, key=_size)[:MOST_FLIPS]


def accepting(subject: Trial, party: str) -> float:
    """Return the share of draws in which *party* accepts."""
    p = subject.case.party_index[party]
    return float(accepts(subject.judged.party_score[p]).mean())


def flip_of(subject: Trial, party: str, number: str) -> Flip | None:
    """Return from what figure on *number*, a path, makes *party* accept in half of the draws.

    None where no figure within the limits is enough.
    """
    p = subject.case.party_index[party]
    for c, constituency in enumerate(subject.case.constituencies):
        if constituency.party != party:
            continue
        for option in _candidates(subject, c):
            if option.number.path == number:
                guess = _guess(subject, p, option)
                return None if guess is None else _search(subject, p, option, guess)
    return None


def _size(flip: Flip) -> float:
    return abs((flip.after or 0.0) - (flip.before or 0.0))


def _candidates(subject: Trial, c: int) -> Iterator[_Candidate]:
    who = subject.case.constituencies[c]
    yield _Candidate(who.reservation, c, None, np.full(subject.draws.count, -1.0))
    for i, row in enumerate(subject.made_of.rows):
        number = subject.case.items[row].worth.get(who.id)
        if number is not None:
            yield _Candidate(number, c, row, subject.made_of.weight[i, c])


def _guess(subject: Trial, p: int, candidate: _Candidate) -> float | None:
    """Return the shift from which on the party accepts in half of the draws, hazards as they are."""
    up = float(candidate.weight.mean()) > 0.0
    far = (LIMIT if up else -LIMIT) - candidate.now

    def enough(by: float) -> bool:
        return _share_guessed(subject, p, candidate, by) >= HALF

    if far * (1.0 if up else -1.0) <= 0.0 or not enough(far):
        return None
    low, high = 0.0, far
    for _ in range(14):
        middle = (low + high) / 2.0
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _share_guessed(subject: Trial, p: int, candidate: _Candidate, by: float) -> float:
    case, score = subject.case, subject.judged.constituency_score
    party = case.parties[p]
    rows = {name: score[case.constituency_index[name]] for name in party.constituencies}
    name = case.constituencies[candidate.constituency].id
    rows[name] = rows[name] + by * candidate.weight
    return float(accepts(rule_score(party.accepts, party.constituencies, rows)).mean())


def _search(subject: Trial, p: int, candidate: _Candidate, guess: float) -> Flip | None:
    """Search by judging near *guess*; None where nothing within the limits is enough."""
    sign = 1.0 if guess > 0.0 else -1.0
    far = abs(sign * LIMIT - candidate.now)

    def share(by: float) -> float:
        draws = candidate.shifted(subject.draws, sign * by)
        return float(fates(subject.tables, draws, [subject.vector]).accept_party[0, p].mean())

    low, high = 0.0, abs(guess)
    while share(high) < HALF:
        if high >= far:
            return None
        low, high = high, min(1.25 * high + 0.5, far)
    if low == 0.0 and candidate.row is not None and share(max(high - 0.5, 0.0)) < HALF:
        low = max(high - 0.5, 0.0)
    while candidate.row is not None and high - low > 0.1:
        middle = (low + high) / 2.0
        low, high = (low, middle) if share(middle) >= HALF else (middle, high)
    after = _outward(candidate.now + sign * high, sign)
    reached = share(abs(after - candidate.now))
    case = subject.case
    return (
        Flip(
            party=case.parties[p].id,
            constituency=case.constituencies[candidate.constituency].id,
            number=candidate.number.path,
            item=None if candidate.row is None else case.items[candidate.row].id,
            before=candidate.now,
            after=after,
            share=reached,
        )
        if reached >= HALF
        else None
    )


def _outward(value: float, sign: float) -> float:
    """Round to one decimal, away from where it came from, within the limits."""
    tenths = ceil(10.0 * value - 1e-9) if sign > 0.0 else floor(10.0 * value + 1e-9)
    return max(min(tenths / 10.0, LIMIT), -LIMIT)


# --- Which unknown would turn a majority ------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """A share of draws that is a majority or not: of what, by whom, and a score behind it."""

    what: str
    party: int | None
    score: Floats  # float64[draw]: what moves with it

    def of(self, found: Fates) -> Floats:
        """Return what it is the mean of: float64[draw]."""
        if self.what == "keep":
            return np.asarray(found.keep[0])
        rows = found.accept if self.party is None else found.accept_party[:, self.party]
        return np.asarray(rows[0])


def swings(subject: Trial) -> tuple[Swing, ...]:
    """Return which numbers turn a majority if known to be low or high, the largest turn first.

    Of the majorities that one number turns, that which moves most is told.
    """
    found = sorted(_swings(subject), key=lambda swing: -abs(swing.after - swing.before))
    told = dict[tuple[str, int], Swing]()
    for swing in found:
        told.setdefault((swing.number, swing.percentile), swing)
    return tuple(told.values())[:MOST_SWINGS]


def _swings(subject: Trial) -> Iterator[Swing]:
    targets = list(_targets(subject))
    now = fates(subject.tables, subject.draws, [subject.vector])
    for number in _held(subject, targets):
        for percentile in (5, 95):
            draws = _with_held(subject, number, percentile / 100)
            then = fates(subject.tables, draws, [subject.vector])
            yield from _turned(subject, targets, number, percentile, now, then)


def _with_held(subject: Trial, number: Number, u: float) -> Draws:
    """Return the draws with *number* at its quantile *u*, all others as drawn."""
    # What most often matters is put in place; for the rest the draws are made anew.
    for name, place, found in _places(subject):
        if found.path == number.path:
            array = getattr(subject.draws, name).copy()
            array[place] = quantile(number.distribution, np.array([u]))
            return replace(subject.draws, **{name: array})
    return subject.sampler.draws(subject.uniforms, {number.path: u})


def _places(subject: Trial) -> Iterator[tuple[str, tuple[int, ...], Number]]:
    """Yield where worths of the plan, reservations and lumps stand among the draws."""
    case = subject.case
    for c, who in enumerate(case.constituencies):
        yield "reservation", (c,), who.reservation
        yield "collapse", (c,), who.collapse
        for row in subject.made_of.rows:
            if who.id in case.items[row].worth:
                yield "worth", (row, c), case.items[row].worth[who.id]


def _targets(subject: Trial) -> Iterator[_Target]:
    judged = subject.judged
    for party in subject.asked:
        p = subject.case.party_index[party]
        yield _Target("accept", p, judged.party_score[p])
    if len(subject.asked) > 1:
        yield _Target("accept", None, judged.score)
    yield _Target("keep", None, judged.kept)


def _held(subject: Trial, targets: list[_Target]) -> list[Number]:
    """Return the unknowns most correlated with what decides each majority that is in doubt."""
    numbers = {number.path: number for number in _unknowns(subject)}
    rows = {path: subject.sampler.row(path) for path in numbers}
    chosen = dict[str, float]()
    for target in targets:
        finite = np.isfinite(target.score)
        if finite.sum() < 10 or np.ptp(target.score[finite]) < 1e-9:
            continue
        ranks = np.argsort(np.argsort(target.score[finite])).astype(np.float64)
        strength = _correlations(subject.uniforms[list(rows.values())][:, finite], ranks)
        order = np.argsort(-strength, kind="stable")[:PER_TARGET].tolist()
        for i in order:
            path = list(rows)[i]
            chosen[path] = max(chosen.get(path, 0.0), float(strength[i]))
    best = sorted(chosen, key=lambda path: -chosen[path])[:MOST_HELD]
    return [numbers[path] for path in best]


def _correlations(u: Floats, ranks: Floats) -> Floats:
    apart, own = u - u.mean(axis=1, keepdims=True), ranks - ranks.mean()
    scale = np.sqrt((apart**2).sum(axis=1) * (own**2).sum())
    return np.asarray(np.abs(apart @ own) / np.maximum(scale, 1e-300))


def _unknowns(subject: Trial) -> Iterator[Number]:
    """Yield the uncertain numbers that the plan may hang on, worths of other measures left out."""
    case, rows = subject.case, subject.made_of.rows
    for constituency in case.constituencies:
        yield from _open(constituency.reservation, constituency.collapse, constituency.discount)
    for party in case.parties:
        yield from _open(*(decider.start for decider in party.deciders))
        yield from _open(*(passing.per_year for passing in party.turnover))
    for row in rows:
        item = case.items[row]
        yield from _open(item.upfront, *item.worth.values())
    for name in subject.plan.measures:
        measure = case.measures[case.measure_index[name]]
        yield from _open(measure.detection, *measure.raises_detection.values())
        if measure.undo_years is not None:
            yield from _open(measure.undo_years)
    yield from _open(case.margin, case.false_alarm)


def _open(*numbers: Number) -> Iterator[Number]:
    yield from (number for number in numbers if not number.is_certain)


def _turned(
    subject: Trial,
    targets: list[_Target],
    number: Number,
    percentile: int,
    now: Fates,
    then: Fates,
) -> Iterator[Swing]:
    for target in targets:
        before, after = target.of(now), target.of(then)
        turned = (before.mean() >= HALF) != (after.mean() >= HALF)
        if turned and difference(before, after, limit=1.0).is_clear:
            party = None if target.party is None else subject.case.parties[target.party].id
            yield Swing(
                what="keep" if target.what == "keep" else "accept",
                party=party,
                number=number.path,
                percentile=percentile,
                value=float(quantile(number.distribution, np.array([percentile / 100]))[0]),
                before=float(before.mean()),
                after=float(after.mean()),
            )
