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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.draws.sampler import Draws
from detente.model.judgement import Floats
from detente.model.plain import Breach, Game, items_of
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
    item, lump, reaching = courses.on_path(seen)
    reckoned = np.zeros_like(seen.share)
    for q in np.flatnonzero(game.performs).tolist():
        for k in range(1, game.K + 2):
            own, own_lump = courses.after(next(game.breaches(q, k), None), k)
            reckoned[q, k - 1] = courses.value(own, own_lump)
            scale = reaching[k - 1] * seen.share[q, k - 1]
            item += scale * own
            lump += scale * own_lump
    return Contributions(
        rows=tuple(courses.rows),
        weight=item,
        item=item * courses.worth,
        collapse=lump * draws.collapse,
        agreed=_agreed(game, 1),
        distrust=_distrust(game, seen, reckoned, reaching),
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


def _agreed(game: Game, k: int) -> Floats:
    """Return U^k of the course as agreed."""
    h = np.broadcast_to(game.draws.false_alarm, (game.K + 2, game.draws.count))
    return game.course(game.g, game.z, h, k)


def _distrust(game: Game, seen: _Seen, reckoned: Floats, reaching: Sequence[Floats]) -> Floats:
    """Return what each breach takes off the value as agreed: [party, k, constituency, draw].

    The first breach, at k, costs U^k less Lambda; what V^k counts at phase 1 is *reaching*.
    """
    cost = np.zeros_like(reckoned)
    for k in range(1, game.K + 2):
        loss = _agreed(game, k) - reckoned[:, k - 1]
        cost[:, k - 1] = reaching[k - 1] * seen.share[:, k - 1] * loss
    return cost


def _exposure(game: Game, reckoned: Floats) -> Floats:
    """Return r - E for a breach of each party at each k, not below 0 and 0 for its own people."""
    exposed, draws = np.zeros_like(reckoned), game.draws
    received, discounted = np.zeros_like(draws.discount), np.ones_like(draws.discount)
    for k in range(1, game.K + 2):
        exposed[:, k - 1] = draws.reservation - (received + discounted * reckoned[:, k - 1])
        if k <= game.K:
            received = received + discounted * game.g[k]
            discounted = discounted * draws.discount
    for q in range(game.structure.parties):
        exposed[q, :, (game.structure.party_of == q) | ~game.performs[q]] = 0.0
    return np.maximum(exposed, 0.0)


class _Courses:
    """Weights along courses: per point of each worth [item, constituency, draw], and of the lump."""

    def __init__(self, game: Game) -> None:
        self.game = game
        ones = replace(game.draws, worth=np.ones_like(game.draws.worth))
        self.units = items_of(game.structure, ones, game.plan)  # all amounts are per point of worth
        self.rows = [item.row for item in self.units]
        self.worth = game.draws.worth[self.rows]

    def value(self, item: Floats, lump: Floats) -> Floats:
        """Return what a course with these weights is worth: float64[constituency, draw]."""
        return np.asarray((item * self.worth).sum(axis=0) + lump * self.game.draws.collapse)

    def on_path(self, seen: _Seen) -> tuple[Floats, Floats, list[Floats]]:
        """Return the weights of what pays while nobody breaches, and what V^k counts at phase 1."""
        delta, alpha, last = self.game.draws.discount, self.game.draws.false_alarm, self.game.K + 1
        now, reaching, stays = np.ones_like(delta), [], {}
        for k in range(1, last + 1):
            reaching.append(now)
            stays[k] = now * seen.keep[k - 1]
            now = stays[k] * delta * (1.0 - alpha)
        stays[last] = stays[last] / (1.0 - delta * (1.0 - alpha))
        ends = {k: stay * delta * alpha for k, stay in stays.items()}
        return (*self._along(stays, ends, frozenset()), reaching)

    def after(self, breach: Breach | None, k: int) -> tuple[Floats, Floats]:
        """Return the weights at *k* of what pays after *breach*, or after leaving where it is None."""
        game, delta = self.game, self.game.draws.discount
        now, stays, ends = np.ones_like(delta), {}, {}
        if breach is None:
            item = np.zeros((len(self.units), *delta.shape))
            for i, unit in enumerate(self.units):
                item[i] = unit.salvage if unit.start < k else 0.0
            return item, now
        h = game.collapse_chance(breach)
        for j in range(k, game.K + 2):
            stays[j] = now if j <= game.K else now / (1.0 - delta * (1.0 - h[j]))
            ends[j] = stays[j] * delta * h[j]
            now = now * delta * (1.0 - h[j])
        item, lump = self._along(stays, ends, breach.missing)
        for i, unit in enumerate(self.units):
            if unit.row in breach.undone:
                item[i] += unit.salvage
        return item, lump

    def _along(
        self, stays: Mapping[int, Floats], ends: Mapping[int, Floats], missing: frozenset[int]
    ) -> tuple[Floats, Floats]:
        """Return the weights of periods that count *stays*, and *ends* where they end in collapse."""
        being, ending = np.zeros_like(stays[max(stays)]), np.zeros_like(stays[max(stays)])
        sums = {}
        for j in sorted(stays, reverse=True):
            being, ending = being + stays[j], ending + ends[j]
            sums[j] = being, ending
        item, first = np.zeros((len(self.units), *being.shape)), min(stays)
        for i, unit in enumerate(self.units):
            if not unit.parts & missing:
                being_there, ending_there = sums[max(unit.start, first)]
                item[i] = being_there * unit.flow + ending_there * unit.salvage
                if unit.start >= first:
                    item[i] += stays[unit.start] * unit.one_off
        return item, ending
