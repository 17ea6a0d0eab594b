"""Whether plans are accepted and how long they stand, and no more: fast enough to search with.

The numbers are those of :func:`detente.model.kernel.judge`, :func:`~detente.model.accepting.scores`
and :func:`~detente.model.survival.standing`; left out is what cannot change them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.draws.sampler import Draws
from detente.model import _kernel
from detente.model.ballots import Ballots
from detente.model.judgement import Bools, Floats
from detente.model.kernel import Tables, checked, numbers_of, shape_of
from detente.model.structure import PlanVector


@dataclass(frozen=True, slots=True, eq=False)
class Sifted:
    """How some plans fare in a block of draws. k runs from 1 to K+1."""

    accepted: Bools  #: bool[plan, draw]: whether there is an agreement (M33)
    stand: Floats  #: float64[plan, k, draw]: chance to stand in k (M35); see :func:`sift`
    value: Floats | None  #: float64[plan, constituency, draw]: V at phase 1 (M21)
    exposure: Floats | None  #: float64[plan, constituency, draw] (M45)


def sift(
    tables: Tables,
    ballots: Ballots,
    draws: Draws,
    plans: Sequence[PlanVector] | PlanVector,
    *,
    keep: bool = False,
    worths: bool = False,
) -> Sifted:
    """Judge of each of *plans* in every draw whether it is accepted and how long it stands.

    Args:
        plans: int8[plan, measure].
        keep: Reckon ``stand`` in all draws; else it is 0 in those that refuse.
        worths: Return ``value`` and ``exposure`` too, and ``stand`` in all draws.

    Returns:
        Arrays with the draws on the last axis.
    """
    structure, vectors = tables.structure, checked(plans, tables.structure)
    asked = ballots.asked(vectors)
    shape = shape_of(structure, draws, len(vectors), 1)
    count, people = (len(vectors), structure.constituencies)
    accepted = np.zeros((count, draws.count), dtype=np.bool_)
    stand = np.zeros((count, structure.phases + 1, draws.count))
    value, exposure = (np.zeros((count * worths, people, draws.count)) for _ in range(2))
    _kernel.sift(
        shape,
        tables.sizes,
        (*ballots.sizes, len(structure.red_lines), int(keep or worths), int(worths)),
        (
            *tables.arrays,
            *numbers_of(draws, draws.start),
            vectors,
            *ballots.rules,
            draws.crossed,
            asked.needed,
            asked.signs,
            asked.heard,
            asked.barring,
            accepted,
            stand,
            value,
            exposure,
        ),
    )
    accepted[~asked.steps] = False  # an empty plan is refused by definition
    if not (keep or worths):
        stand[~asked.steps] = 0.0
    return Sifted(accepted, stand, value if worths else None, exposure if worths else None)
