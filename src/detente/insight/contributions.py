"""What each item of a plan contributes to the values of constituencies, draw by draw (M59, M60).

With the hazards of the fixed point given, V at phase 1 is linear in worths: a sum, over what
pays, of a worth times its *weight*. Weights follow the recursions of
:mod:`detente.model.plain` from the other end: not from the last period back, but from phase 1 on,
with the chance and the discount that lead there.

Terms
-----
item
    A measure of the plan or an active interaction, in the order of :attr:`Contributions.rows`.
reckoned
    Lambda: what others reckon with if a party breaches at k (M20).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.draws.sampler import Draws
from detente.model.judgement import Floats
from detente.model.plain import Breach, Game, Item, items_of
from detente.model.structure import PlanVector, Structure


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """How V of each constituency at phase 1 is made up, in each draw."""

    rows: tuple[int, ...]  #: row of each item among the worths
    weight: Floats  #: float64[item, constituency, draw]: V per point of worth
    item: Floats  #: float64[item, constituency, draw]: weight times worth, in points of V
    collapse: Floats  #: float64[constituency, draw]: of the lump felt at collapse
    agreed: Floats  #: float64[constituency, draw]: U at phase 1, all others sure to keep
    distrust: Floats  #: float64[party, k, constituency, draw]: what its breach at k takes off U
    exposure: Floats  #: float64[party, k, constituency, draw]: to its breach at k (M45), least 0

    @property
    def value(self) -> Floats:
        """V at phase 1: float64[constituency, draw]."""
        return np.asarray(self.item.sum(axis=0) + self.collapse)


def contributions(
    structure: Structure, draws: Draws, plan: PlanVector, hazard: Floats
) -> Contributions:
    """Return what each item of *plan* contributes where parties breach with chances *hazard*.

    Args:
        hazard: eta at the fixed point: float64[party, k, draw], k = 1 .. K+1.
    """
    game = Game(structure, draws, plan)
    courses, seen = _Courses(game), _seen(game, hazard)
    path, reaching = courses.on_path(seen)
    item, lump = courses.weights(path), path.lump
    reckoned = np.zeros_like(seen.share)
    for q in np.flatnonzero(game.performs).tolist():
        weight, fallen, reckoned[q] = courses.breached(q, reaching * seen.share[q])
        item += weight
        lump = lump + fallen
    agreed = _agreed(game)
    return Contributions(
        rows=tuple(courses.rows),
        weight=item,
        item=item * courses.worth,
        collapse=lump * draws.collapse,
        agreed=agreed[0],
        distrust=reaching * seen.share * (agreed - reckoned),
        exposure=_exposure(game, reckoned),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What constituencies expect of other parties (M21)."""

    keep: Floats  #: s: float64[k, constituency, draw]
    share: Floats  #: of each other party in 1 - s: float64[party, k, constituency, draw]


def _seen(game: Game, hazard: Floats) -> _Seen:
    structure = game.structure
    share = np.zeros((*hazard.shape[:2], *game.draws.discount.shape))
    keep = np.zeros(share.shape[1:])
    for p in range(structure.parties):
        own = np.flatnonzero(structure.party_of == p)
        eta = hazard * game.performs[:, None, None]
        eta[p] = 0.0
        all_keep, total = np.prod(1.0 - eta, axis=0), eta.sum(axis=0)
        part = np.where(total > 0.0, (1.0 - all_keep) / np.where(total > 0.0, total, 1.0), 0.0)
        keep[:, own] = all_keep[:, None]
        share[:, :, own] = (eta * part)[:, :, None]
    return _Seen(keep, share)


def _agreed(game: Game) -> Floats:
    """Return U^k of the course as agreed: float64[k, constituency, draw], k = 1 .. K+1."""
    delta, alpha, values = game.draws.discount, game.draws.false_alarm, [game.as_agreed()]
    for j in range(game.K, 0, -1):
        values.append(game.g[j] + delta * (alpha * game.z[j] + (1.0 - alpha) * values[-1]))
    return np.array(values[::-1])


def _exposure(game: Game, reckoned: Floats) -> Floats:
    """Return r - E for a breach of each party at each k, not below 0 and 0 for its own people."""
    draws, exposed = game.draws, np.zeros_like(reckoned)
    received, discounted = np.zeros_like(draws.discount), np.ones_like(draws.discount)
    for k in range(1, game.K + 2):
        exposed[:, k - 1] = draws.reservation - (received + discounted * reckoned[:, k - 1])
        if k <= game.K:
            received = received + discounted * game.g[k]
            discounted = discounted * draws.discount
    for q in range(game.structure.parties):
        exposed[q, :, (game.structure.party_of == q) | ~game.performs[q]] = 0.0
    return np.maximum(exposed, 0.0, out=exposed)


class _Course:
    """How much the periods of a course count, and where it ends; the lump counts where it ends."""

    def __init__(self, game: Game) -> None:
        shape = (game.K + 2, *game.draws.discount.shape)
        self.stays = np.zeros(shape)  # of what is got in period j: [j, constituency, draw]
        self.ends = np.zeros(shape)  # of what is left after collapse at the end of j

    @property
    def lump(self) -> Floats:
        """Return how much the lump counts: float64[constituency, draw]."""
        return np.asarray(self.ends.sum(axis=0))


class _Courses:
    """Weights along courses, per point of each worth: float64[item, constituency, draw].

    An item pays a flow while it is in place, salvage where that ends, a one-off when it is new.
    Courses are summed before they are weighted, for items that none of them leaves out.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        ones = replace(game.draws, worth=np.ones_like(game.draws.worth))
        self.units = items_of(game.structure, ones, game.plan)  # all amounts are per point of worth
        self.rows = [item.row for item in self.units]
        self.worth = game.draws.worth[self.rows]

    def weights(self, course: _Course, without: frozenset[int] = frozenset()) -> Floats:
        """Return the weights along *course* of all items but those *without*, which are 0."""
        being, ending = _from_each(course.stays), _from_each(course.ends)
        weight = np.zeros_like(self.worth)
        for i, unit in enumerate(self.units):
            if i not in without:
                weight[i] = being[unit.start] * unit.flow + ending[unit.start] * unit.salvage
                if unit.start > 0:
                    weight[i] += course.stays[unit.start] * unit.one_off
        return weight

    def on_path(self, seen: _Seen) -> tuple[_Course, Floats]:
        """Return the course while nobody breaches, and what V^k counts at phase 1: [k, ...]."""
        delta, alpha, last = self.game.draws.discount, self.game.draws.false_alarm, self.game.K + 1
        course, reaching = _Course(self.game), np.ones((last, *delta.shape))
        for k in range(1, last + 1):
            course.stays[k] = reaching[k - 1] * seen.keep[k - 1]
            if k < last:
                reaching[k] = course.stays[k] * (delta * (1.0 - alpha))
        course.stays[last] /= 1.0 - delta * (1.0 - alpha)
        course.ends[:] = course.stays * (delta * alpha)
        return course, reaching

    def breached(self, q: int, scale: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the weights of what pays once party *q* has breached, and what that is worth.

        Args:
            scale: what its breach at k counts at phase 1: float64[k, constituency, draw].

        Returns:
            Weights of items and of the lump, summed over k, and Lambda^{k,q}: [k, ...].
        """
        own = frozenset(i for i, unit in enumerate(self.units) if self._has_part_of(q, unit))
        g, z = self._gains(own)
        summed, weight, reckoned = _Course(self.game), np.zeros_like(self.worth), []
        for k in range(1, self.game.K + 2):
            breach = next(self.game.breaches(q, k), None)
            value = np.zeros_like(scale[0])
            periods = list(self._after(breach, k))
            for j, stay, end in periods:
                value += stay * g[j] + end * z[j]
                summed.stays[j] += scale[k - 1] * stay
                summed.ends[j] += scale[k - 1] * end
            for i, paid in self._paid(own, breach, periods):
                value += paid * self.worth[i]
                weight[i] += scale[k - 1] * paid
            reckoned.append(value)
        weight += self.weights(summed, without=own)
        return weight, summed.lump, np.array(reckoned)

    def _has_part_of(self, q: int, unit: Item) -> bool:
        return any(self.game.structure.by[m] == q for m in unit.parts)

    def _gains(self, without: frozenset[int]) -> tuple[Floats, Floats]:
        """Return g and z of every period, of all items but those *without*: [j, ...]."""
        shape = (self.game.K + 2, *self.game.draws.discount.shape)
        flow, salvage, one_off = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for i, item in enumerate(self.game.items):
            if i not in without:
                flow[item.start] += item.flow
                salvage[item.start] += item.salvage
                one_off[item.start] += item.one_off if item.start > 0 else 0.0
        for j in range(1, self.game.K + 2):
            flow[j] += flow[j - 1]
            salvage[j] += salvage[j - 1]
        return flow + one_off, salvage + self.game.draws.collapse

    def _after(self, breach: Breach | None, k: int) -> Iterator[tuple[int, Floats, Floats]]:
        """Yield periods after *breach* at *k*: how much being there and ending there count.

        Leaving, where it is None, is to end with what was in place before.
        """
        delta, last = self.game.draws.discount, self.game.K + 1
        now = np.ones_like(delta)
        if breach is None:
            yield k - 1, np.zeros_like(delta), now
            return
        h = self.game.collapse_chance(breach)
        for j in range(k, last + 1):
            stay = now if j < last else now / (1.0 - delta * (1.0 - h[j]))
            ended = stay * delta
            yield j, stay, ended * h[j]
            now = ended * (1.0 - h[j])

    def _paid(
        self,
        own: frozenset[int],
        breach: Breach | None,
        periods: Sequence[tuple[int, Floats, Floats]],
    ) -> Iterator[tuple[int, Floats]]:
        """Yield which of the breaker's *own* items still pay after *breach*, and their weights at k."""
        missing = frozenset[int]() if breach is None else breach.missing
        for i in own:
            unit = self.units[i]
            if not unit.parts & missing:
                there = [(j, stay, end) for j, stay, end in periods if j >= unit.start]
                if there:
                    being, ending = sum(stay for _, stay, _ in there), sum(end for *_, end in there)
                    paid = being * unit.flow + ending * unit.salvage
                    if breach is not None and unit.start >= breach.k:
                        paid += there[0][1] * unit.one_off
                    yield i, paid
            elif breach is not None and unit.row in breach.undone:
                yield i, unit.salvage


def _from_each(rows: Floats) -> Floats:
    """Return sums from each period on: float64[j, constituency, draw]."""
    sums = rows.copy()
    for j in range(len(rows) - 2, -1, -1):
        sums[j] += sums[j + 1]
    return sums
