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
from detente.search.frontier import best_first, ranks
from detente.search.race import Race, Standing
from detente.search.space import Choices, PlanSpace

#: Plans in the pool, and new ones a generation.
POOL, BROOD = 240, 256
#: Neighbours judged a generation.
MOST_NEIGHBOURS = 256
#: Of the plans of a rung, so many go on to the next: this share, and not fewer.
PASSING, LEAST_PASSING = 0.25, 12
#: A search has come to rest after so many generations without progress.
PATIENCE = 25
#: ... even if plans of the frontier are left to look around: where all are alike, there always are.
MOST_PATIENCE = 75
#: Progress in an objective less than this share of what the frontier spans does not count.
STEP = 0.005
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
    generation: int = 0
    idle: int = 0  #: generations since the last progress

    @classmethod
    def begin(cls, space: PlanSpace, race: Race, seed: int, known: Plans) -> Evolution:
        """Begin with *known* plans, those of one step, and some at random."""
        rng = default_rng([seed, 0x5EA2C4])
        nothing = space.nothing(1)
        start = [space.choices(known), space.neighbours(nothing[0])]
        wide = space.nothing(RANDOM_PLANS)
        for step in range(6):
            rows = rng.random(len(wide)) < 0.8 if step else np.ones(len(wide), dtype=np.bool_)
            wide[rows] = space.varied(wide[rows], rng)
        made = space.mended(np.concatenate([*start, wide]), rng)
        empty = Pool(
            made[:0],
            [Standing(np.zeros((0, len(race.objectives))), np.zeros(0)) for _ in race.rungs],
            np.zeros(0, dtype=np.bool_),
        )
        search = cls(space, race, rng, empty, set())
        search._enter(search._new(made))
        return search

    @property
    def at_rest(self) -> bool:
        """Whether nothing better was found for long, and all of the frontier was looked around."""
        done = self.idle >= PATIENCE and bool(self.pool.explored[self.pool.frontier].all())
        return done or self.idle >= MOST_PATIENCE or not len(self.space.free)

    def step(self) -> None:
        """Make, judge and choose one generation."""
        self.generation += 1
        before = self.pool.full.losses[self.pool.frontier]
        made = self._new(np.concatenate([self._around(), self._brood()]))
        self._enter(made)
        self.idle = 0 if self._progress(before) else self.idle + 1

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
        """Return new plans, most of one or two changes, some crossed."""
        rng, pool = self.rng, self.pool.choices
        order = np.minimum(rng.integers(len(pool), size=BROOD), rng.integers(len(pool), size=BROOD))
        brood = pool[order]
        cross = rng.random(BROOD) < 0.4
        others = pool[rng.integers(len(pool), size=BROOD)]
        brood[cross] = self.space.crossed(brood[cross], others[cross], rng)
        for share in (0.7, 0.4, 0.2):
            rows = rng.random(BROOD) < share
            brood[rows] = self.space.varied(brood[rows], rng)
        rows = rng.random(BROOD) < 0.4
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
