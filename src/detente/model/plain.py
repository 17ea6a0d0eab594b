"""The agreement model, plainly: model.md in its own notation, whole arrays, nothing clever.

This is the version to read and to trust; :mod:`detente.model.kernel` is the version to run,
and tests hold it equal to this one. Every array has the draws on its last axis; k and j
count phases as the page does, so arrays over periods have K + 2 rows, for 0 .. K+1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from detente.draws.sampler import Draws
from detente.model.judgement import (
    EXIT,
    ROUNDS,
    SETTLED,
    TIE,
    UNDO_ALL,
    WITHHOLD_ALL,
    Bools,
    Floats,
    Judgement,
    Outcome,
    keeps,
    surely_keeps,
    undo_code,
    withhold_code,
)
from detente.model.structure import (
    ABSENT,
    PlanVector,
    Structure,
    holds_all,
    latest_phase,
)

# --- 2. Time, worth, plan ---------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """Something in the plan with a worth: one of its measures, or an active interaction."""

    row: int  # its row among the worths
    start: int  # phase from which it is in place
    parts: frozenset[int]  # measures it needs
    one_off: Floats  # o, float64[constituency, draw]
    flow: Floats  # f per period
    salvage: Floats  # R once undone


def items_of(structure: Structure, draws: Draws, plan: PlanVector) -> list[Item]:
    """List what pays in *plan*: its measures, then its active interactions."""
    items = [
        _item(
            draws,
            m,
            int(plan[m]),
            frozenset({m}),
            draws.decay[m],
            _factor(structure, draws, plan, m),
        )
        for m in range(structure.measures)
        if plan[m] != ABSENT
    ]
    for i, combination in enumerate(structure.combinations):
        off = bool(combination.unless) and holds_all(plan, combination.unless)
        if off or not holds_all(plan, combination.parts):
            continue
        parts = frozenset(m for group in combination.parts for m in group if plan[m] != ABSENT)
        quickest = np.max([draws.decay[m] for m in parts], axis=0)  # R with the smallest L
        start = latest_phase(plan, combination.parts)
        items.append(_item(draws, structure.measures + i, start, parts, quickest, 1.0))
    return items


def _item(
    draws: Draws, row: int, start: int, parts: frozenset[int], decay: Floats, factor: Floats | float
) -> Item:
    w = draws.worth[row] * factor
    u = draws.upfront[row]
    forever = (1.0 - u) * w  # F
    return Item(
        row=row,
        start=start,
        parts=parts,
        one_off=u * w,
        flow=forever * (1.0 - draws.discount),
        salvage=forever * (1.0 - decay),
    )


def _factor(structure: Structure, draws: Draws, plan: PlanVector, measure: int) -> Floats:
    """Interactions of kind (c): float64[constituency, draw]."""
    factor = np.ones_like(draws.discount)
    for s, scaling in enumerate(structure.scalings):
        if measure not in scaling.measures or not holds_all(plan, scaling.when_after):
            continue
        if plan[measure] > latest_phase(plan, scaling.when_after):
            factor[list(scaling.constituencies)] *= draws.factor[s]
    return factor


# --- 3. One recursion -------------------------------------------------------------------


@dataclass(frozen=True)
class Breach:
    """What party q does not do from period k on (``withheld``) and takes back (``undone``)."""

    code: int
    k: int
    withheld: frozenset[int] = frozenset()
    undone: frozenset[int] = frozenset()

    @property
    def missing(self) -> frozenset[int]:
        """Measures missing from A."""
        return self.withheld | self.undone


class Game:
    """One plan in a block of draws: its courses and breaches."""

    def __init__(self, structure: Structure, draws: Draws, plan: PlanVector) -> None:
        self.structure, self.draws, self.plan = structure, draws, plan
        self.K = structure.phases
        self.items = items_of(structure, draws, plan)
        shape = (len(self.items), structure.constituencies, draws.count)
        self.flow = np.array([i.flow for i in self.items]).reshape(shape)
        self.one_off = np.array([i.one_off for i in self.items]).reshape(shape)
        self.salvage = np.array([i.salvage for i in self.items]).reshape(shape)
        self.g, self.z = self.gains(frozenset(), 0)
        self.performs = structure.performers(plan)

    def gains(self, missing: frozenset[int], k: int) -> tuple[Floats, Floats]:
        """Return g and z of every period where *missing* is missing from period k on."""
        in_place = np.zeros((self.K + 2, len(self.items)))
        new = np.zeros_like(in_place)
        for i, item in enumerate(self.items):
            for j in range(item.start, self.K + 2):
                in_place[j, i] = j < k or not item.parts & missing
            if item.start > 0:
                new[item.start, i] = in_place[item.start, i]
        g = np.tensordot(in_place, self.flow, 1) + np.tensordot(new, self.one_off, 1)
        z = self.draws.collapse + np.tensordot(in_place, self.salvage, 1)
        return g, z

    def course(self, g: Floats, z: Floats, h: Floats, k: int) -> Floats:
        """Return U^k of a course: float64[constituency, draw]."""
        K, delta = self.K, self.draws.discount
        U = (g[K + 1] + delta * h[K + 1] * z[K + 1]) / (1.0 - delta * (1.0 - h[K + 1]))
        for j in range(K, k - 1, -1):
            U = g[j] + delta * (h[j] * z[j] + (1.0 - h[j]) * U)
        return np.asarray(U)

    def as_agreed(self) -> Floats:
        """Return U^{K+1} of the course as agreed."""
        h = np.broadcast_to(self.draws.false_alarm, (self.K + 2, self.draws.count))
        return self.course(self.g, self.z, h, self.K + 1)

    def breaches(self, q: int, k: int) -> Iterator[Breach]:
        """List the breaches open to party q at the start of period k, EXIT apart."""
        own = [m for m in np.flatnonzero(self.plan != ABSENT).tolist() if self.structure.by[m] == q]
        steps = frozenset(m for m in own if self.plan[m] >= k)
        due = [m for m in own if self.plan[m] == k]
        undoable = [m for m in own if self.plan[m] < k and self.structure.secret[m]]
        if due:
            yield Breach(WITHHOLD_ALL, k, withheld=steps)
        if undoable:
            yield Breach(UNDO_ALL, k, withheld=steps, undone=frozenset(undoable))
        for m in due:
            yield Breach(withhold_code(m), k, withheld=frozenset({m}))
        for m in undoable:
            yield Breach(undo_code(m, self.structure.measures), k, undone=frozenset({m}))

    def undetected(self, m: int, j: int, missing: frozenset[int]) -> Floats:
        """Return the chance that withholding or undoing m goes unseen in period j."""
        chance = 1.0 - self.draws.detection[m]
        for watch, (verifier, watched) in enumerate(self.structure.watches):
            in_place = ABSENT < self.plan[verifier] <= j and verifier not in missing
            if watched == m and in_place:
                chance = chance * (1.0 - self.draws.gain[watch])
        return np.asarray(chance)

    def collapse_chance(self, breach: Breach) -> Floats:
        """Return h_j of the course under *breach*: float64[period, draw]."""
        h = np.tile(self.draws.false_alarm, (self.K + 2, 1))
        for j in range(breach.k, self.K + 2):
            due = {m for m in breach.withheld if self.plan[m] <= j}
            for m in sorted(breach.undone | due):
                h[j] = 1.0 - (1.0 - h[j]) * self.undetected(m, j, breach.missing)
        return h

    def breach_value(self, breach: Breach) -> Floats:
        """Return B of *breach*: float64[constituency, draw]."""
        g, z = self.gains(breach.missing, breach.k)
        value = self.course(g, z, self.collapse_chance(breach), breach.k)
        paid = [i for i, item in enumerate(self.items) if item.row in breach.undone]
        return np.asarray(value + self.salvage[paid].sum(axis=0))

    def exit_value(self, k: int) -> Floats:
        """Return the value of EXIT at k: b + sum of R over what is in place before k."""
        return np.asarray(self.z[k - 1])


# --- 4. Keeping, 5. Deciders, trust, hazard ---------------------------------------------


class Players:
    """Who decides in a :class:`Game`, what they compare, and the hazards that follow."""

    def __init__(self, game: Game, first: int, start: Floats) -> None:
        self.game, self.first, self.start = game, first, start
        self.periods = range(first, game.K + 2)
        self.agreed = game.as_agreed()
        self.performers = [q for q in range(game.structure.parties) if game.performs[q]]
        #: B of every breach open to each performing party at each k
        self.breaches = {
            (k, q): [(breach.code, game.breach_value(breach)) for breach in game.breaches(q, k)]
            for k in self.periods
            for q in self.performers
        }

    def reckoned(self, q: int, k: int) -> Floats:
        """Return Lambda^{k,q}: what others reckon with if q breaches at k."""
        for _code, value in self.breaches[k, q]:
            return value  # WITHHOLD ALL, else UNDO ALL, come first
        return self.game.exit_value(k)

    def others_keep(self, eta: Floats, p: int, k: int) -> tuple[Floats, dict[int, Floats]]:
        """Return s_k as seen by party p, and the share of each other party in 1 - s_k."""
        others = [q for q in self.performers if q != p]
        s, total = np.ones_like(eta[p, k]), np.zeros_like(eta[p, k])
        for q in others:
            s, total = s * (1.0 - eta[q, k]), total + eta[q, k]
        weight = np.where(total > 0.0, (1.0 - s) / np.where(total > 0.0, total, 1.0), 0.0)
        return s, {q: eta[q, k] * weight for q in others}

    def values(self, eta: Floats) -> Floats:
        """Return V: float64[period, constituency, draw]."""
        game, K = self.game, self.game.K
        delta, alpha = game.draws.discount, game.draws.false_alarm
        V = np.zeros((K + 2, *delta.shape))
        for k in reversed(self.periods):
            if k == K + 1:
                stay = self.agreed
            else:
                stay = game.g[k] + delta * (alpha * game.z[k] + (1.0 - alpha) * V[k + 1])
            for p in range(game.structure.parties):
                s, share = self.others_keep(eta, p, k)
                own = game.structure.party_of == p
                V[k, own] = s * stay[own]
                for q, chance in share.items():
                    V[k, own] += chance * self.reckoned(q, k)[own]
        return V

    def best_deviation(self, eta: Floats, d: int, k: int) -> tuple[Floats, Floats]:
        """Return the value and the code of decider d's best deviation at k.

        Which breach is best does not depend on s_k; it takes EXIT's place only where it is
        worth more than leaving.
        """
        c, p = int(self.game.structure.deciders[d]), int(self.game.structure.decider_party[d])
        s, _ = self.others_keep(eta, p, k)
        leave = self.game.exit_value(k)[c]
        best, best_breach, code = leave, leave, np.full(leave.shape, EXIT)
        for breach, value in self.breaches.get((k, p), []):
            code = np.where(value[c] > best_breach + TIE, breach, code)
            best_breach = np.maximum(best_breach, value[c])
            best = np.maximum(best, s * value[c] + (1.0 - s) * leave)
        return best, np.where(best > leave + TIE, code, EXIT)

    def slack(self, V: Floats, eta: Floats) -> tuple[Floats, Floats]:
        """Return V less the best deviation, and its code: [decider, period, draw]."""
        deciders = self.game.structure.deciders
        slack = np.zeros((len(deciders), *eta.shape[1:]))
        code = np.zeros(slack.shape)
        for d, c in enumerate(deciders.tolist()):
            for k in self.periods:
                best, code[d, k] = self.best_deviation(eta, d, k)
                slack[d, k] = V[k, c] - best
        return slack, code

    def hazards(self, keeping: Bools) -> tuple[Floats, Floats]:
        """Return eta and mu that follow where *keeping* says who would keep when."""
        structure, draws = self.game.structure, self.game.draws
        eta = np.zeros((structure.parties, self.game.K + 2, draws.count))
        mu = np.zeros(keeping.shape)
        for p in range(structure.parties):
            rows = structure.decider_party == p
            now = self.start[rows]
            for k in self.periods:
                mu[rows, k] = now
                stay = keeping[rows, k] if self.game.performs[p] else np.True_
                eta[p, k] = np.minimum(np.sum(now * ~stay, axis=0), 1.0)  # sums round
                left = now * stay
                total = left.sum(axis=0)
                now = np.where(total > 0.0, left / np.where(total > 0.0, total, 1.0), now)
                now = np.einsum("in,ijn->jn", now, draws.turnover[p])
        return eta, mu

    def settle(
        self, eta: Floats, keeping: Callable[[Floats, Floats], Bools]
    ) -> tuple[Floats, Bools]:
        """Update all parties together from *eta* until no hazard moves (model.md 5)."""
        unsettled, before = np.ones(eta.shape[-1], dtype=np.bool_), eta
        for _ in range(ROUNDS):
            before = eta
            slack, _code = self.slack(self.values(eta), eta)
            after, _mu = self.hazards(keeping(slack, self.game.draws.margin))
            eta = np.where(unsettled, after, before)
            unsettled = unsettled & (np.abs(after - before).max(axis=(0, 1)) > SETTLED)
            if not unsettled.any():
                break
        return np.where(unsettled, np.maximum(eta, before), eta), unsettled


def judge_plain(
    structure: Structure,
    draws: Draws,
    plan: PlanVector,
    first: int = 1,
    beliefs: Floats | None = None,
) -> Judgement:
    """Judge *plan* in every draw; from phase *first* on, with *beliefs* in place of the start.

    Args:
        first: The phase whose start is now, 1 .. K+1; earlier phases count as carried out.
        beliefs: float64[decider, draw], summing to 1 within a party; None: the starting probabilities.
    """
    game = Game(structure, draws, plan)
    players = Players(game, first, draws.start if beliefs is None else beliefs)
    nothing = np.zeros((structure.parties, structure.phases + 2, draws.count))
    everything = nothing.copy()
    everything[game.performs, first:] = 1.0
    eta, unsettled = players.settle(nothing, keeps)
    low, low_unsettled = players.settle(everything, surely_keeps)
    V = players.values(eta)
    slack, code = players.slack(V, eta)
    _eta, mu = players.hazards(keeps(slack, draws.margin))
    return Judgement(
        cooperative=Outcome(V[first], eta[:, 1:], unsettled),
        pessimistic=Outcome(players.values(low)[first], low[:, 1:], low_unsettled),
        belief=mu[:, 1:],
        slack=slack[:, 1:],
        deviation=code[:, 1:].astype(np.int16),
        exposure=exposures(game, players),
    )


# --- 7. Results: exposure ---------------------------------------------------------------


def exposures(game: Game, players: Players) -> Floats:
    """Return max over q of r - E at each k, not below 0: float64[constituency, k, draw]."""
    draws = game.draws
    worst = np.zeros((game.structure.constituencies, game.K + 1, draws.count))
    received, discounted = np.zeros_like(draws.discount), np.ones_like(draws.discount)
    for k in players.periods:
        for c, p in enumerate(game.structure.party_of.tolist()):
            for q in players.performers:
                if q != p:
                    has = received[c] + discounted[c] * players.reckoned(q, k)[c]
                    worst[c, k - 1] = np.maximum(worst[c, k - 1], draws.reservation[c] - has)
        if k <= game.K:
            received = received + discounted * game.g[k]
            discounted = discounted * draws.discount
    return worst
