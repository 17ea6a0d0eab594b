"""Search by variation: new plans are made of the best so far, and race against them.

Each generation varies, crosses and shifts steps of plans of the pool, and judges all neighbours of
plans of the frontier that were not looked around yet. What is new races rung by rung against the
pool; who gets through all rungs joins it. The pool keeps the best by rank, then by how far they
lie apart (NSGA-II), so it holds the frontier and what comes close to it.

Everything follows from the seed: the same search gives the same pool on any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from detente.model.ballots import Plans
from detente.searching.frontier import best_first, ranks
from detente.searching.race import Race, Standing
from detente.searching.space import Choices, PlanSpace

#: Plans in the pool, and new ones a generation.
POOL, BROOD = 240, 256
#: Neighbours judged a generation.
MOST_NEIGHBOURS = 256
#: Of the plans of a rung, so many go on to the next: this share, and not fewer.
PASSING, LEAST_PASSING = 0.25, 12
#: How many of a brood are crossed; vary in one issue, in another, and so on; add a step of two
#: parties at once; have a step shifted.
CROSSED, VARIED, TRADED, SHIFTED = 0.4, (0.7, 0.4, 0.2, 0.0, 0.0), 0.3, 0.4
#: Populations begun one after the other; the last goes on from the best of all.
STARTS = 3
#: A population has come to rest after so many generations without progress.
PATIENCE = 12
#: Progress in an objective less than this share of what the frontier spans does not count.
STEP = 0.005
#: All plans are looked at where there are no more than so many, as a decimal logarithm.
FEW = 4.3
#: Plans that race at the same time at most.
WAVE = 512
#: Plans to begin with, made at random.
RANDOM_PLANS = 512


@dataclass(slots=True, eq=False)
class Pool:
    """The best plans so far, and what is known of them."""

    choices: Choices  #: int16[plan, issue]
    standings: list[Standing]  #: by rung
    explored: NDArray[np.bool_]  #: bool[plan]: its neighbours were judged

    @property
    def full(self) -> Standing:
        """How the plans fare on all draws."""
        return self.standings[-1]

    @property
    def frontier(self) -> NDArray[np.intp]:
        """Positions of the plans that none of the pool beats."""
        return np.flatnonzero(ranks(self.full) == 0)

    def taken(self, rows: NDArray[np.intp]) -> Pool:
        """Return some plans of the pool."""
        standings = [standing.taken(rows) for standing in self.standings]
        return Pool(self.choices[rows], standings, self.explored[rows])

    def joined(self, other: Pool) -> Pool:
        """Return the plans of both."""
        pairs = zip(self.standings, other.standings, strict=True)
        return Pool(
            np.concatenate([self.choices, other.choices]),
            [own.joined(theirs) for own, theirs in pairs],
            np.concatenate([self.explored, other.explored]),
        )


@dataclass(slots=True, eq=False)
class Evolution:
    """A search under way."""

    space: PlanSpace
    race: Race
    rng: Generator
    pool: Pool
    seen: set[bytes]  #: rows of choices that were judged
    known: Plans  #: plans to begin with: int8[plan, measure]
    left: Choices  #: what is to be looked at before the first generation
    generation: int = 0
    idle: int = 0  #: generations since the last progress
    starts: int = 1  #: populations begun
    ended: Pool | None = None  #: the best of populations that came to rest

    @classmethod
    def begin(cls, space: PlanSpace, race: Race, seed: int, known: Plans) -> Evolution:
        """Begin with all plans where there are few; else with *known* ones, small and random ones.

        None of them is judged yet: the first steps do that.
        """
        rng = default_rng([seed, 0x5EA2C4])
        none = Standing(np.zeros((0, len(race.objectives))), np.zeros(0))
        empty = Pool(space.nothing(0), [none for _ in race.rungs], np.zeros(0, dtype=np.bool_))
        search = cls(space, race, rng, empty, set(), known, space.nothing(0))
        search.left = space.every() if search.lists_all else search._first(known)
        return search

    def _first(self, known: Plans) -> Choices:
        """Return *known* plans, those of one step, and random ones."""
        space, rng = self.space, self.rng
        wide = space.nothing(RANDOM_PLANS)
        for step in range(6):
            rows = rng.random(len(wide)) < 0.8 if step else np.ones(len(wide), dtype=np.bool_)
            wide[rows] = space.varied(wide[rows], rng)
        small = space.neighbours(space.nothing(1)[0])
        return space.mended(np.concatenate([space.choices(known), small, wide]), rng)

    @property
    def best(self) -> Pool:
        """The best plans of this and all earlier populations."""
        if self.ended is None:
            return self.pool
        both = self.ended.joined(self.pool)
        _, first = np.unique(both.choices, axis=0, return_index=True)
        both = both.taken(np.sort(first))
        return both.taken(best_first(both.full)[:POOL])

    @property
    def lists_all(self) -> bool:
        """Whether there are so few plans that all are looked at."""
        return self.space.magnitude <= FEW

    @property
    def at_rest(self) -> bool:
        """Whether nothing better was found for long, and all of the frontier was looked around."""
        settled = self.idle >= PATIENCE and self.starts > STARTS
        return not len(self.left) and (settled or self.lists_all)

    def step(self) -> None:
        """Look at what is left to begin with; or make, judge and choose one generation.

        Or begin another population.
        """
        if len(self.left):
            wave, self.left = self.left[:WAVE], self.left[WAVE:]
            self._enter(self._new(wave))
            return
        self.generation += 1
        if self.idle >= PATIENCE and self.starts <= STARTS:
            self._begin_again()
            return
        before = self.pool.full.losses[self.pool.frontier]
        made = self._new(np.concatenate([self._around(), self._brood()]))
        self._enter(made)
        self.idle = 0 if self._progress(before) else self.idle + 1

    def _begin_again(self) -> None:
        """Set the population aside and begin another; after the last, go on with the best of all."""
        self.ended = self.best
        self.starts, self.idle = self.starts + 1, 0
        if self.starts > STARTS:
            self.pool = self.ended
            return
        self.seen.clear()
        self.pool = self.pool.taken(np.arange(0))
        self._enter(self._new(self._first(self.known)))
        if not len(self.pool.choices):  # conditions so tight that chance keeps none
            self.pool, self.starts = self.ended, STARTS + 1

    def _around(self) -> Choices:
        """Return the neighbours of plans of the frontier that were not looked around."""
        found, count = [self.pool.choices[:0]], 0
        for row in self.pool.frontier.tolist():
            if count < MOST_NEIGHBOURS and not self.pool.explored[row]:
                near = self.space.neighbours(self.pool.choices[row])
                found.append(near[self.space.allows(near)])
                count += len(found[-1])
                self.pool.explored[row] = True
        return np.concatenate(found)

    def _brood(self) -> Choices:
        """Return new plans, most of one or two changes, some crossed; more the longer nothing helped."""
        rng, pool = self.rng, self.pool.choices
        order = np.minimum(rng.integers(len(pool), size=BROOD), rng.integers(len(pool), size=BROOD))
        brood = pool[order]
        cross = rng.random(BROOD) < CROSSED
        others = pool[rng.integers(len(pool), size=BROOD)]
        brood[cross] = self.space.crossed(brood[cross], others[cross], rng)
        shaken = rng.random(BROOD) < self.idle / PATIENCE
        for share in VARIED:
            rows = rng.random(BROOD) < np.where(shaken, 0.8, share)
            brood[rows] = self.space.varied(brood[rows], rng)
        rows = rng.random(BROOD) < TRADED
        brood[rows] = self.space.traded(brood[rows], rng)
        rows = rng.random(BROOD) < SHIFTED
        brood[rows] = self.space.shifted(brood[rows], rng)
        return self.space.mended(brood, rng)

    def _new(self, choices: Choices) -> Choices:
        """Return those of *choices* that were never judged, each once."""
        rows = []
        for row, line in enumerate(choices):
            key = line.tobytes()
            if key not in self.seen:
                self.seen.add(key)
                rows.append(row)
        return choices[rows]

    def _enter(self, choices: Choices) -> None:
        """Let new plans race, and put those that get through into the pool."""
        if not len(choices):
            return
        rows, standings = self.race.run(self.space.vectors(choices), self._stays)
        new = Pool(choices[rows], standings, np.zeros(len(rows), dtype=np.bool_))
        joined = self.pool.joined(new)
        self.pool = joined.taken(best_first(joined.full)[:POOL])

    def _stays(self, rung: int, found: Standing) -> NDArray[np.intp]:
        """Return which new plans stay in the race: the best of them beside the pool."""
        count = len(found.missed)
        order = best_first(found.joined(self.pool.standings[rung]))
        order = order[order < count]
        most = max(ceil(PASSING * count), LEAST_PASSING)
        return np.sort(order[:most])

    def _progress(self, before: NDArray[np.float64]) -> bool:
        """Whether the frontier has a plan that is a step better than all of *before*."""
        now = self.pool.full.losses[self.pool.frontier]
        spread = np.ptp(np.concatenate([before, now]), axis=0)
        step = np.maximum(STEP * spread, 1e-12)
        better = (now[:, None] < before[None] - step).any(axis=2)
        return bool(better.all(axis=1).any())
