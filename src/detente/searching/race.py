"""Comparing many plans on few draws, and those that stay in the race on more.

A *rung* is a number of draws; each holds those of the rung before. Losses are what a search makes
small: figures of which more is better are counted negative. Under several views a plan is worth
what it is in the view that is worst for it, figure by figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case
from detente.draws.sampler import Draws, Sampler
from detente.model.ballots import Plans
from detente.model.judgement import Floats
from detente.model.structure import Structure
from detente.searching.figures import Figure, Gauge, Limit, Readings

#: Plans times draws that one thread judges at a time.
BATCH = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How plans fare on the draws of one rung."""

    losses: Floats  #: float64[plan, objective]
    missed: Floats  #: float64[plan]: by how much bounds are missed, each in units of itself

    def taken(self, rows: NDArray[np.intp]) -> Standing:
        """Return that of some plans."""
        return Standing(self.losses[rows], self.missed[rows])

    def joined(self, other: Standing) -> Standing:
        """Return that of the plans of both."""
        losses = np.concatenate([self.losses, other.losses])
        return Standing(losses, np.concatenate([self.missed, other.missed]))


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """A case under one view, and the draws of each rung that the one before has not."""

    gauge: Gauge
    blocks: tuple[Draws, ...]


class Race:
    """Judges plans rung by rung under all views."""

    def __init__(
        self,
        cases: Sequence[Case],
        objectives: Sequence[Figure],
        limits: Sequence[Limit],
        *,
        seed: int,
        first: int,
        rungs: Sequence[int],
        workers: int,
    ) -> None:
        """Draw what is needed: draws *first* and later of the sequence *seed*.

        Args:
            cases: The case under each view; their measures must be the same.
            rungs: Numbers of draws, growing.
        """
        self.objectives, self.limits = tuple(objectives), tuple(limits)
        self.rungs = tuple(rungs)
        figures = [*objectives, *(limit.figure for limit in limits)]
        self.sides = tuple(
            _Side(Gauge(Structure.of(case), figures), tuple(_blocks(case, seed, first, rungs)))
            for case in cases
        )
        self.workers = workers
        self.judged = [0] * len(self.rungs)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.workers, thread_name_prefix="detente")

    def run(
        self,
        plans: Plans,
        stays: Callable[[int, Standing], NDArray[np.intp]],
    ) -> tuple[NDArray[np.intp], list[Standing]]:
        """Judge *plans*, int8[plan, measure], rung by rung.

        Args:
            stays: Called with each rung but the last and how the plans still in the race fare
                there; returns the positions of those that stay, among them.

        Returns:
            The positions of the plans that were judged on the last rung, and how they fare on each.
        """
        rows = np.arange(len(plans))
        known: list[list[Readings]] = [[] for _ in self.sides]
        standings: list[Standing] = []
        for rung in range(len(self.rungs)):
            self.judged[rung] += len(rows)
            for side, parts in zip(self.sides, known, strict=True):
                parts.append(self._read(side, rung, plans[rows]))
            standing = self._standing(plans[rows], known)
            standings.append(standing)
            if rung < len(self.rungs) - 1:
                kept = stays(rung, standing)
                rows = rows[kept]
                known = [[part.taken(kept) for part in parts] for parts in known]
                standings = [found.taken(kept) for found in standings]
        return rows, standings

    def _read(self, side: _Side, rung: int, plans: Plans) -> Readings:
        block = side.blocks[rung]
        size = max(BATCH // block.count, 1)
        batches = [plans[at : at + size] for at in range(0, len(plans), size)] or [plans]
        read = side.gauge.read
        if len(batches) == 1 or self.workers == 1:
            found = [read(block, batch) for batch in batches]
        else:
            found = list(self._pool.map(lambda batch: read(block, batch), batches))
        return Readings.over_plans(found)

    def _standing(self, plans: Plans, known: Sequence[Sequence[Readings]]) -> Standing:
        """Return how *plans* fare, of which *known* are the readings by side and rung."""
        worst: list[Standing] = []
        for side, parts in zip(self.sides, known, strict=True):
            readings = Readings.over_draws(parts)
            losses = [self._loss(side, figure, plans, readings) for figure in self.objectives]
            missed = [
                limit.missed(side.gauge.figure(limit.figure, plans, readings)) / _unit(limit)
                for limit in self.limits
            ]
            total = np.sum(missed, axis=0) if missed else np.zeros(len(plans))
            worst.append(Standing(np.array(losses).T.reshape(len(plans), -1), total))
        losses_by_side = np.array([standing.losses for standing in worst])
        return Standing(losses_by_side.max(axis=0), np.max([s.missed for s in worst], axis=0))

    def _loss(self, side: _Side, figure: Figure, plans: Plans, readings: Readings) -> Floats:
        values = side.gauge.figure(figure, plans, readings)
        return -values if figure.higher else values

    def close(self) -> None:
        """Let go of the threads."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _unit(limit: Limit) -> float:
    return abs(limit.amount) or 1.0


def _blocks(case: Case, seed: int, first: int, rungs: Sequence[int]) -> Iterator[Draws]:
    sampler, start = Sampler(case), 0
    for rung in rungs:
        yield sampler.sample(seed, first + start, rung - start)
        start = rung
