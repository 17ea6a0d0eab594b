"""The agreement model, fast: many plans on a block of draws through the native kernel.

Same definitions and same numbers as :mod:`detente.model.plain`, to 1e-9; tests hold the two
together. The kernel runs without the interpreter lock, so threads judge blocks side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from detente.draws.sampler import Draws
from detente.model import _kernel
from detente.model.judgement import Floats, Judgement, Outcome
from detente.model.structure import ABSENT, Ints, PlanVector, Positions, Structure


@dataclass(frozen=True)
class Tables:
    """A structure as the kernel reads it: flat arrays with offsets."""

    structure: Structure
    sizes: tuple[int, ...]  #: lists, groups, members, scaled measures, scorers, turnover chances
    arrays: tuple[NDArray[np.generic], ...]  #: in the order of module.c

    @classmethod
    def of(cls, structure: Structure) -> Tables:
        """Return the tables of *structure*."""
        case, by_watched = structure.case, [list[int]() for _ in range(structure.measures)]
        for row, (_, watched) in enumerate(structure.watches):
            by_watched[watched].append(row)
        watch_offset, watch_row = ragged(by_watched)
        verifier = np.array([structure.watches[row][0] for row in watch_row], dtype=np.int32)
        lists: list[tuple[Positions, ...]] = []
        for combination in structure.combinations:
            lists += [combination.parts, combination.unless]
        lists += [scaling.when_after for scaling in structure.scalings]
        list_offset, _ = ragged(lists)
        group_offset, member = ragged(list(chain.from_iterable(lists)))
        scaled = ragged([scaling.measures for scaling in structure.scalings])
        scorers = ragged([scaling.constituencies for scaling in structure.scalings])
        counts = [len(party.deciders) for party in case.parties]
        turnover_offset = np.cumsum([0, *(count**2 for count in counts)], dtype=np.int32)
        return cls(
            structure,
            (
                len(list_offset) - 1,
                len(group_offset) - 1,
                len(member),
                len(scaled[1]),
                len(scorers[1]),
                int(turnover_offset[-1]),
            ),
            (
                structure.by,
                structure.party_of,
                structure.deciders,
                structure.decider_party,
                np.cumsum([0, *counts], dtype=np.int32),
                structure.secret,
                watch_offset,
                verifier,
                watch_row,
                list_offset,
                group_offset,
                member,
                *scaled,
                *scorers,
                turnover_offset,
            ),
        )


def ragged(rows: Sequence[Sequence[object]]) -> tuple[Ints, Ints]:
    """Flatten rows of different length: offsets, and members where these are positions."""
    offsets = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    members = [member for row in rows for member in row if isinstance(member, int)]
    return offsets, np.array(members, dtype=np.int32)


def judge(
    tables: Tables,
    draws: Draws,
    plans: Sequence[PlanVector],
    first: int = 1,
    beliefs: Floats | None = None,
) -> list[Judgement]:
    """Judge each of *plans* in every draw; parameters as :func:`~detente.model.plain.judge_plain`."""
    structure = tables.structure
    start = draws.start if beliefs is None else np.ascontiguousarray(beliefs, dtype=np.float64)
    if start.shape != draws.start.shape:
        raise ValueError(f"beliefs must be float64{list(draws.start.shape)}, for start")
    if not 1 <= first <= structure.phases + 1:
        raise ValueError(f"first must be a phase 1 .. {structure.phases + 1}, not {first}")
    results = _Results(structure, len(plans), draws.count)
    shape = shape_of(structure, draws, len(plans), first)
    arrays = (*tables.arrays, *numbers_of(draws, start), checked(plans, structure))
    _kernel.judge(shape, tables.sizes, (*arrays, *results.arrays))
    return [results.judgement(plan) for plan in range(len(plans))]


def shape_of(structure: Structure, draws: Draws, plans: int, first: int) -> tuple[int, ...]:
    """Return the sizes that the kernel is told, in the order of its Shape."""
    return (
        structure.parties,
        structure.constituencies,
        structure.measures,
        len(structure.combinations),
        len(structure.scalings),
        structure.phases,
        len(structure.deciders),
        len(structure.watches),
        draws.count,
        plans,
        first,
    )


def numbers_of(draws: Draws, start: Floats) -> tuple[Floats, ...]:
    """Return what the kernel reads of *draws*, with *start* for who is in charge at first."""
    turnover = [block.reshape(-1, draws.count) for block in draws.turnover]
    return (
        draws.worth,
        draws.upfront,
        draws.decay,
        draws.discount,
        draws.reservation,
        draws.collapse,
        draws.false_alarm,
        draws.margin,
        draws.detection,
        draws.gain,
        draws.factor,
        start,
        np.concatenate(turnover),
    )


def checked(plans: Sequence[PlanVector] | PlanVector, structure: Structure) -> PlanVector:
    """Return *plans* as int8[plan, measure]; the kernel trusts that they are in range."""
    vectors = np.array(plans).reshape(len(plans), structure.measures)
    if vectors.size and not np.issubdtype(vectors.dtype, np.integer):
        raise ValueError("a plan vector holds whole numbers")
    if vectors.min(initial=ABSENT) < ABSENT or vectors.max(initial=0) > structure.phases:
        raise ValueError(f"a plan vector holds phases {ABSENT} .. {structure.phases} only")
    return vectors.astype(np.int8)


class _Results:
    """Arrays that the kernel fills, plan on the first axis, draw on the last."""

    def __init__(self, structure: Structure, plans: int, draws: int) -> None:
        deciders, periods = len(structure.deciders), structure.phases + 1
        constituency = (plans, structure.constituencies, draws)
        decider = (plans, deciders, periods, draws)
        self.value = [np.zeros(constituency) for _ in range(2)]
        self.hazard = [np.zeros((plans, structure.parties, periods, draws)) for _ in range(2)]
        self.unsettled = [np.zeros((plans, draws), dtype=np.bool_) for _ in range(2)]
        self.belief, self.slack = np.zeros(decider), np.zeros(decider)
        self.deviation = np.zeros(decider, dtype=np.int16)
        self.exposure = np.zeros((plans, structure.constituencies, periods, draws))

    @property
    def arrays(self) -> tuple[NDArray[np.generic], ...]:
        outcomes = chain.from_iterable(zip(self.value, self.hazard, self.unsettled, strict=True))
        return (*outcomes, self.belief, self.slack, self.deviation, self.exposure)

    def judgement(self, plan: int) -> Judgement:
        cooperative, pessimistic = (
            Outcome(self.value[i][plan], self.hazard[i][plan], self.unsettled[i][plan])
            for i in range(2)
        )
        return Judgement(
            cooperative,
            pessimistic,
            self.belief[plan],
            self.slack[plan],
            self.deviation[plan],
            self.exposure[plan],
        )
