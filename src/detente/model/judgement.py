"""What judging one plan in a block of draws yields, before any averaging.

Deviations are counted by code: :data:`EXIT`, :data:`WITHHOLD_ALL`, :data:`UNDO_ALL`, then
``withhold_code`` and ``undo_code`` of single measures. Where several deviations are equally
good (within :data:`TIE`), the first in this order stands for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Differences up to this count as ties (model.md 5, 6).
TIE = 1e-9
#: An outcome is settled when no hazard moves by more than this (model.md 5).
SETTLED = 1e-9
#: After this many rounds a draw is left unsettled (model.md 5).
ROUNDS = 100

Deviation = Literal["exit", "withhold_all", "undo_all", "withhold", "undo"]

EXIT, WITHHOLD_ALL, UNDO_ALL = 0, 1, 2
_SINGLES = 3


def keeps(slack: Floats, margin: Floats) -> Bools:
    """Whether deciders keep where ties count as keeping (the cooperative outcome)."""
    return np.asarray(slack - margin >= -TIE)


def surely_keeps(slack: Floats, margin: Floats) -> Bools:
    """Whether deciders keep where ties count as breaking (the pessimistic outcome)."""
    return np.asarray(slack - margin > TIE)


def deviation_codes(measures: int) -> int:
    """Number of deviation codes in a case with *measures*."""
    return _SINGLES + 2 * measures


def deviation_of(code: int, measures: int) -> tuple[Deviation, int | None]:
    """Return the name of the deviation *code* and the measure concerned, if it is one only."""
    match code:
        case 0:
            return "exit", None
        case 1:
            return "withhold_all", None
        case 2:
            return "undo_all", None
        case _:
            single = code - _SINGLES
            return ("withhold", single) if single < measures else ("undo", single - measures)


def withhold_code(measure: int) -> int:
    """Code of the deviation that withholds one measure only."""
    return _SINGLES + measure


def undo_code(measure: int, measures: int) -> int:
    """Code of the deviation that undoes one measure only, unannounced, of *measures* in the case."""
    return _SINGLES + measures + measure


@dataclass(frozen=True, slots=True)
class Outcome:
    """Values and hazards at one fixed point of model.md 5. k runs from 1 to K+1."""

    value: Floats  #: float64[constituency, draw]: V at the first phase judged
    hazard: Floats  #: float64[party, k, draw]: eta, 0 before the first phase judged
    unsettled: Bools  #: bool[draw]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One plan in a block of draws. Arrays over k are 0 before the first phase judged."""

    cooperative: Outcome
    pessimistic: Outcome
    belief: Floats  #: float64[decider, k, draw]: mu at the start of k, given kept so far
    slack: Floats  #: float64[decider, k, draw]: V less the best deviation
    deviation: NDArray[np.int16]  #: int16[decider, k, draw]: code of the best deviation
    exposure: Floats  #: float64[constituency, k, draw]: max over q of r - E at k, not below 0
