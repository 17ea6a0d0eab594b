"""The agreement model of model.md a second time: one draw, plain floats, other arithmetic.

Nothing here calls the model's own V, U, Lambda or eta. Values of courses are sums forward in
time over the chance of still standing (the model works backwards); beliefs are joint chances
of "d decides and the party has kept", divided only when looked at (the model renormalises as
it goes); simulations draw every alarm, every detection and every change of hands.

The numbers of the draw are taken from :class:`~detente.draws.sampler.Draws` as given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case, Group, Plan
from detente.draws.sampler import Draws

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Eta = dict[tuple[str, int], float]  # by party and k
Keeps = dict[tuple[str, int], bool]  # by decider and k

#: Maintenance periods summed one by one before the exact geometric rest.
FAR = 10
TIE = 1e-9
ROUNDS = 100


@dataclass(frozen=True)
class Asset:
    """A measure or an interaction of the plan, by name; numbers by constituency."""

    name: str
    phase: int
    parts: frozenset[str]
    one_off: Mapping[str, float]
    flow: Mapping[str, float]
    salvage: Mapping[str, float]


@dataclass(frozen=True)
class Breach:
    """A row of the table of breaches in model.md 3, written out for one party and period."""

    kind: str
    party: str
    k: int
    withheld: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    measure: str | None = None  # of the single kinds


def holds(plan: Mapping[str, int], groups: tuple[Group, ...]) -> bool:
    return all(any(m in plan for m in group) for group in groups)


def held(plan: Mapping[str, int], groups: tuple[Group, ...]) -> list[str]:
    return [m for group in groups for m in group if m in plan]


def phases_of(plan: Plan) -> dict[str, int]:
    return {m: k for k, names in enumerate(plan.phases) for m in names}


@dataclass(frozen=True)
class World:
    """One plan in one draw."""

    case: Case
    draws: Draws  # of one draw
    plan: Mapping[str, int]
    _cache: dict[tuple[Breach | None, int], float] = field(default_factory=dict)

    @property
    def K(self) -> int:
        return self.case.phases

    @cached_property
    def people(self) -> list[str]:
        return [c.id for c in self.case.constituencies]

    @cached_property
    def party_of(self) -> dict[str, str]:
        return {c.id: c.party for c in self.case.constituencies}

    @cached_property
    def parties(self) -> list[str]:
        return [p.id for p in self.case.parties]

    @cached_property
    def deciders(self) -> list[str]:
        return [d.constituency for _, d in self.case.deciders]

    @cached_property
    def performing(self) -> set[str]:
        return {m.by for m in self.case.measures if m.by is not None and m.id in self.plan}

    def by_person(self, values: Floats) -> dict[str, float]:
        return {c: float(values[i, 0]) for i, c in enumerate(self.people)}

    @cached_property
    def discount(self) -> dict[str, float]:
        return self.by_person(self.draws.discount)

    @cached_property
    def lump(self) -> dict[str, float]:
        return self.by_person(self.draws.collapse)

    @cached_property
    def reservation(self) -> dict[str, float]:
        return self.by_person(self.draws.reservation)

    @cached_property
    def alarm(self) -> float:
        return float(self.draws.false_alarm[0])

    @cached_property
    def margin(self) -> float:
        return float(self.draws.margin[0])

    @cached_property
    def start(self) -> dict[str, float]:
        return {d: float(self.draws.start[i, 0]) for i, d in enumerate(self.deciders)}

    @cached_property
    def passing(self) -> dict[tuple[str, str], float]:
        """Chance per period that control passes from one decider to another."""
        chances: dict[tuple[str, str], float] = {}
        for party, block in zip(self.case.parties, self.draws.turnover, strict=True):
            names = [d.constituency for d in party.deciders]
            for i, a in enumerate(names):
                chances |= {(a, b): float(block[i, j, 0]) for j, b in enumerate(names)}
        return chances

    def deciders_of(self, party: str) -> list[str]:
        return [d for d in self.deciders if self.party_of[d] == party]

    # --- what pays -------------------------------------------------------------------

    @cached_property
    def assets(self) -> list[Asset]:
        decay = {
            m.id: self.by_person(self.draws.decay[i]) for i, m in enumerate(self.case.measures)
        }
        found = []
        for i, m in enumerate(self.case.measures):
            if m.id in self.plan:
                worth = {
                    c: w * self.factor(m.id, c)
                    for c, w in self.by_person(self.draws.worth[i]).items()
                }
                parts = frozenset({m.id})
                found.append(self.asset(m.id, self.plan[m.id], parts, worth, i, decay[m.id]))
        for i, joint in enumerate(self.case.interactions, start=len(self.case.measures)):
            switched_off = joint.unless and holds(self.plan, joint.unless)
            if holds(self.plan, joint.all_of) and not switched_off:
                parts = frozenset(held(self.plan, joint.all_of))
                fastest = {c: max(decay[m][c] for m in parts) for c in self.people}
                worth = self.by_person(self.draws.worth[i])
                phase = max(self.plan[m] for m in parts)
                found.append(self.asset(joint.id, phase, parts, worth, i, fastest))
        return found

    def asset(
        self,
        name: str,
        phase: int,
        parts: frozenset[str],
        worth: Mapping[str, float],
        row: int,
        decay: Mapping[str, float],
    ) -> Asset:
        u = float(self.draws.upfront[row, 0])
        flow = {c: (1 - u) * w * (1 - self.discount[c]) for c, w in worth.items()}
        # R = F (1 - delta^L): the flow is received until undoing bites
        salvage = {c: f / (1 - self.discount[c]) * (1 - decay[c]) for c, f in flow.items()}
        return Asset(name, phase, parts, {c: u * w for c, w in worth.items()}, flow, salvage)

    def factor(self, measure: str, person: str) -> float:
        product = 1.0
        for i, s in enumerate(self.case.scalings):
            concerned = measure in s.measures and person in s.constituencies
            if concerned and holds(self.plan, s.when_after):
                before = [self.plan[m] for m in held(self.plan, s.when_after)]
                if all(phase < self.plan[measure] for phase in before):
                    product *= float(self.draws.factor[i, 0])
        return product

    # --- courses ---------------------------------------------------------------------

    def in_place(self, j: int, breach: Breach | None) -> list[Asset]:
        """A_j: what is in place in period j, any j from 0 on."""
        missing = frozenset[str]()
        if breach is not None and j >= breach.k:
            missing = breach.withheld | breach.undone
        return [a for a in self.assets if a.phase <= j and not a.parts & missing]

    def gain(self, c: str, j: int, breach: Breach | None = None) -> float:
        """g^j."""
        place = self.in_place(j, breach)
        done = [a.one_off[c] for a in place if a.phase == j and j > 0]
        return sum(a.flow[c] for a in place) + sum(done)

    def ruin(self, c: str, j: int, breach: Breach | None = None) -> float:
        """z^j."""
        return self.lump[c] + sum(a.salvage[c] for a in self.in_place(j, breach))

    def sources(self, j: int, breach: Breach | None) -> list[float]:
        """Chances, independent of each other, of all that can end the agreement in period j."""
        chances = [self.alarm]
        if breach is None:
            return chances
        detection = dict(
            zip((m.id for m in self.case.measures), self.draws.detection[:, 0], strict=True)
        )
        away = breach.withheld | breach.undone
        for m in breach.undone | {m for m in breach.withheld if self.plan[m] <= j}:
            chances.append(float(detection[m]))
            for (verifier, watched, _), gain in zip(
                self.case.watches, self.draws.gain[:, 0], strict=True
            ):
                stands = verifier.id in self.plan and self.plan[verifier.id] <= j
                if watched == m and stands and verifier.id not in away:
                    chances.append(float(gain))
        return chances

    def hazard(self, j: int, breach: Breach | None) -> float:
        """h_j."""
        key = (breach, min(j, self.K + 1))
        if key not in self._cache:
            unseen = 1.0
            for chance in self.sources(j, breach):
                unseen *= 1 - chance
            self._cache[key] = 1 - unseen
        return self._cache[key]

    def course(self, c: str, k: int, breach: Breach | None = None) -> float:
        """What c has from period k on: a sum forward over the chance of still standing."""
        undone = frozenset[str]() if breach is None else breach.undone
        total = sum(a.salvage[c] for a in self.assets if a.name in undone)
        delta, weight, gets, h = self.discount[c], 1.0, 0.0, 0.0
        for j in range(k, self.K + 2 + FAR):
            h = self.hazard(j, breach)
            if j <= self.K + 1:  # later periods are like this one
                gets = self.gain(c, j, breach) + delta * h * self.ruin(c, j, breach)
            total += weight * gets
            weight *= delta * (1 - h)
        return total + weight * gets / (1 - delta * (1 - h))

    def leave(self, c: str, k: int) -> float:
        """EXIT at k."""
        return self.ruin(c, k - 1)

    def breaches(self, party: str, k: int) -> Iterator[Breach]:
        """All rows of the table that are open to *party* at k."""
        own = [m for m in self.case.measures if m.by == party and m.id in self.plan]
        later = frozenset(m.id for m in own if self.plan[m.id] >= k)
        due = [m.id for m in own if self.plan[m.id] == k]
        undoable = [
            m.id for m in own if self.plan[m.id] < k and m.undo_years is not None and m.secret_undo
        ]
        if due:
            yield Breach("withhold_all", party, k, withheld=later)
        if undoable:
            yield Breach("undo_all", party, k, withheld=later, undone=frozenset(undoable))
        for m in due:
            yield Breach("withhold", party, k, withheld=frozenset({m}), measure=m)
        for m in undoable:
            yield Breach("undo", party, k, undone=frozenset({m}), measure=m)

    def expected_breach(self, party: str, k: int) -> Breach | None:
        """What others reckon with if *party* breaches at k; None: EXIT."""
        by_kind = {b.kind: b for b in self.breaches(party, k)}
        return by_kind.get("withhold_all", by_kind.get("undo_all"))


# --- on the path: values, deviations, hazards ---------------------------------------------


class Path:
    """What everyone has on the path and off it, from phase *first* on."""

    def __init__(self, world: World, first: int = 1) -> None:
        self.world, self.first = world, first
        self.periods = range(first, world.K + 2)
        people, phases = world.people, range(first, world.K + 1)
        self.gain = {(c, k): world.gain(c, k) for c in people for k in phases}
        self.ruin = {(c, k): world.ruin(c, k) for c in people for k in phases}
        self.left = {(c, k): world.leave(c, k) for c in people for k in self.periods}
        self.forever = {c: world.course(c, world.K + 1) for c in world.people}
        self.reckoned = {
            (k, q, c): self._reckoned(k, q, c)
            for k in self.periods
            for q in world.performing
            for c in world.people
        }
        self.deviations = {
            (d, k): {
                (b.kind, b.measure): world.course(d, k, b)
                for b in world.breaches(world.party_of[d], k)
            }
            for d in world.deciders
            for k in self.periods
        }

    def _reckoned(self, k: int, q: str, c: str) -> float:
        breach = self.world.expected_breach(q, k)
        return self.world.leave(c, k) if breach is None else self.world.course(c, k, breach)

    def others(self, eta: Eta, party: str, k: int) -> tuple[float, dict[str, float]]:
        """The chance that nobody else breaches at k, and whom the rest falls to."""
        chances = {q: eta[q, k] for q in self.world.parties if q != party and eta[q, k] > 0}
        s = 1.0
        for chance in chances.values():
            s *= 1 - chance
        total = sum(chances.values())
        return s, {q: (1 - s) * chance / total for q, chance in chances.items()}

    def value(self, eta: Eta, c: str, k: int) -> float:
        """V_c^k, summed forward over the chance that nobody has broken and no alarm came."""
        world, delta, alpha = self.world, self.world.discount[c], self.world.alarm
        total, weight = 0.0, 1.0
        for j in range(k, world.K + 2):
            s, shares = self.others(eta, world.party_of[c], j)
            total += weight * sum(p * self.reckoned[j, q, c] for q, p in shares.items())
            weight *= s
            if j == world.K + 1:
                return total + weight * self.forever[c]
            total += weight * (self.gain[c, j] + delta * alpha * self.ruin[c, j])
            weight *= delta * (1 - alpha)
        raise AssertionError(k)

    def worths_of_deviating(self, eta: Eta, d: str, k: int) -> dict[tuple[str, str | None], float]:
        """What d has by every deviation open at k."""
        s, _ = self.others(eta, self.world.party_of[d], k)
        leave = self.left[d, k]
        worths: dict[tuple[str, str | None], float] = {("exit", None): leave}
        for key, value in self.deviations[d, k].items():
            worths[key] = s * value + (1 - s) * leave
        return worths

    def slack(self, eta: Eta, d: str, k: int) -> float:
        return self.value(eta, d, k) - max(self.worths_of_deviating(eta, d, k).values())

    def keeps(self, eta: Eta, *, ties_keep: bool) -> Keeps:
        bar = self.world.margin + (-TIE if ties_keep else TIE)

        def keep(slack: float) -> bool:
            return slack >= bar if ties_keep else slack > bar

        return {
            (d, k): keep(self.slack(eta, d, k)) for d in self.world.deciders for k in self.periods
        }

    def hazards(
        self, keeps: Keeps, start: Mapping[str, float] | None = None
    ) -> tuple[Eta, dict[tuple[str, int], float]]:
        """Eta by party and k, mu by decider and k, that follow from who would keep."""
        eta = {(p, k): 0.0 for p in self.world.parties for k in range(1, self.world.K + 2)}
        belief: dict[tuple[str, int], float] = {}
        for p in self.world.parties:
            joint = {d: (start or self.world.start)[d] for d in self.world.deciders_of(p)}
            for k in self.periods:
                total = sum(joint.values())
                belief |= {(d, k): chance / total for d, chance in joint.items()}
                kept = joint
                if p in self.world.performing:
                    kept = {d: chance * keeps[d, k] for d, chance in joint.items()}
                    eta[p, k] = sum(c for d, c in joint.items() if not keeps[d, k]) / total
                if sum(kept.values()) == 0:
                    kept = joint
                passing = self.world.passing
                joint = {b: sum(kept[a] * passing[a, b] for a in kept) for b in kept}
        return eta, belief

    def from_the_start(self, *, ties_keep: bool) -> tuple[Eta, bool]:
        """The fixed point from 0 (the cooperative) or from 1, and whether it settled."""
        eta = {
            (p, k): float(not ties_keep and p in self.world.performing and k >= self.first)
            for p in self.world.parties
            for k in range(1, self.world.K + 2)
        }
        before = eta
        for _ in range(ROUNDS):
            before = eta
            eta, _mu = self.hazards(self.keeps(before, ties_keep=ties_keep))
            if max(abs(eta[key] - before[key]) for key in eta) <= TIE:
                return eta, True
        return {key: max(eta[key], before[key]) for key in eta}, False

    def exposure(self, c: str) -> dict[int, float]:
        """By k, what c lacks to its reservation if another breaches there as others reckon."""
        world, found, had, weight = self.world, dict[int, float](), 0.0, 1.0
        for k in self.periods:
            has = [
                had + weight * self.reckoned[k, q, c]
                for q in world.performing - {world.party_of[c]}
            ]
            found[k] = max([0.0, *(world.reservation[c] - x for x in has)])
            if k <= world.K:
                had += weight * self.gain[c, k]
                weight *= world.discount[c]
        return found


# --- simulation --------------------------------------------------------------------------


class Simulation:
    """Many paths of one world: every alarm, detection, breach and change of hands is drawn."""

    def __init__(self, world: World, rng: np.random.Generator, paths: int) -> None:
        self.world, self.rng, self.paths = world, rng, paths
        self.delta = np.array([world.discount[c] for c in world.people])[:, None]

    def gain(self, j: int, breach: Breach | None = None) -> Floats:
        return np.array([[self.world.gain(c, j, breach)] for c in self.world.people])

    def ruin(self, j: int, breach: Breach | None = None) -> Floats:
        return np.array([[self.world.ruin(c, j, breach)] for c in self.world.people])

    def ends(self, j: int, breach: Breach | None, paths: int) -> Bools:
        """Whether an alarm or a detection comes at the end of period j."""
        ended = np.zeros(paths, dtype=np.bool_)
        for chance in self.world.sources(j, breach):
            ended |= self.rng.random(paths) < chance
        return ended

    def lifetime(self, breach: Breach | None, paths: int) -> Floats:
        """Maintenance periods until the first alarm or detection, inf where none can come."""
        periods = np.full(paths, np.inf)
        for chance in self.world.sources(self.world.K + 1, breach):
            if chance > 0:
                periods = np.minimum(periods, self.rng.geometric(chance, paths))
        return periods

    def course(self, k: int, breach: Breach | None = None, paths: int | None = None) -> Floats:
        """What everyone gets from period k on, valued at k: float64[constituency, path].

        Phases are run one by one; maintenance by drawing how many periods it lasts, whose
        discounted flow is then a finite sum.
        """
        paths = self.paths if paths is None else paths
        got, weight = np.zeros((len(self.delta), paths)), np.ones_like(self.delta)
        if breach is not None:
            taken = [a for a in self.world.assets if a.name in breach.undone]
            got += [[sum(a.salvage[c] for a in taken)] for c in self.world.people]
        alive = np.ones(paths, dtype=np.bool_)
        for j in range(k, self.world.K + 1):
            got += alive * weight * self.gain(j, breach)
            ended = alive & self.ends(j, breach, paths)
            got += ended * weight * self.delta * self.ruin(j, breach)
            alive &= ~ended
            weight = weight * self.delta
        last = self.world.K + 1
        end = self.delta ** self.lifetime(breach, paths)
        flow = self.gain(last, breach) * (1 - end) / (1 - self.delta)
        return np.asarray(got + alive * weight * (flow + end * self.ruin(last, breach)))

    def on_the_path(self, party: str, eta: Eta, breaking: Callable[[str, int], Bools]) -> Floats:
        """What everyone gets from phase 1 on while *party* itself always keeps.

        ``breaking(q, k)`` says in which paths q breaches at k. Where somebody does, the one
        charged is drawn in proportion to eta; the course is then the breach that others
        reckon with.
        """
        world = self.world
        others = [q for q in world.parties if q != party]
        got, weight = np.zeros((len(self.delta), self.paths)), np.ones_like(self.delta)
        alive = np.ones(self.paths, dtype=np.bool_)
        for k in range(1, world.K + 2):
            broken = alive & np.any([breaking(q, k) for q in others], axis=0)
            charged = self.charged(others, eta, k)
            for i, q in enumerate(others):
                hit = broken & (charged == i)
                got[:, hit] += weight * self.after_breach(q, k, int(hit.sum()))
            alive &= ~broken
            if k <= world.K:
                got += alive * weight * self.gain(k)
                alarm = alive & self.ends(k, None, self.paths)
                got += alarm * weight * self.delta * self.ruin(k)
                alive &= ~alarm
                weight = weight * self.delta
        return np.asarray(got + alive * weight * self.course(world.K + 1))

    def charged(self, others: list[str], eta: Eta, k: int) -> NDArray[np.intp]:
        chances = np.array([eta[q, k] for q in others])
        if chances.sum() == 0:
            return np.full(self.paths, -1)
        drawn = self.rng.choice(len(others), self.paths, p=chances / chances.sum())
        return np.asarray(drawn, dtype=np.intp)

    def after_breach(self, q: str, k: int, paths: int) -> Floats:
        breach = self.world.expected_breach(q, k)
        if breach is None:  # EXIT: open and at once
            return np.repeat(self.ruin(k - 1), paths, axis=1)
        return self.course(k, breach, paths)

    def by_hazard(self, eta: Eta) -> Callable[[str, int], Bools]:
        """Each party breaches at k with chance eta, independently of everything."""
        return lambda q, k: self.rng.random(self.paths) < eta[q, k]

    def by_deciders(self, keeps: Keeps) -> Callable[[str, int], Bools]:
        """Somebody decides, control passes on, and the one in control breaches or keeps."""
        states = {q: self.who_decides(q) for q in self.world.performing}

        def breaking(q: str, k: int) -> Bools:
            if q not in states:
                return np.zeros(self.paths, dtype=np.bool_)
            names = self.world.deciders_of(q)
            breaks = np.array([not keeps[d, k] for d in names])
            return np.asarray(breaks[states[q][k - 1]])

        return breaking

    def who_decides(self, party: str) -> list[NDArray[np.intp]]:
        """Who is in control at k = 1 .. K+1: position among the party's deciders, by path."""
        names = self.world.deciders_of(party)
        first = np.array([self.world.start[d] for d in names])
        matrix = np.array([[self.world.passing[a, b] for b in names] for a in names])
        now = np.searchsorted(np.cumsum(first)[:-1], self.rng.random(self.paths))
        course = [now]
        for _ in range(self.world.K):
            bounds = np.cumsum(matrix, axis=1)[now, :-1]
            now = (self.rng.random((self.paths, 1)) > bounds).sum(axis=1)
            course.append(now)
        return course


def world_of(case: Case, draws: Draws, plan: Plan) -> World:
    """The world of *plan* in *draws*, which must hold one draw."""
    if draws.count != 1:
        raise ValueError(f"{draws.count} draws")
    return World(case, draws, phases_of(plan))
