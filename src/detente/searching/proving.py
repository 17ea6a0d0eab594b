"""How far the plans found are from the best there could be: bounds over all plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.ballots import Plans
from detente.searching.bounding import Bound, Watch, bound
from detente.searching.figures import Figure
from detente.searching.relaxing import Objective
from detente.searching.sampling import LEAST_SAMPLES, TrueBound, true_bound
from detente.searching.space import PlanSpace

#: Seconds for both bounds together, unless others are asked for; the first takes this share.
SECONDS, SHARE = 60.0, 0.6
#: Draws of each of the independent samples.
SAMPLE_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """What no plan exceeds: on the draws of the search, and in truth."""

    sample: Bound  #: on the draws in which the search compared plans
    truth: TrueBound | None  #: from independent samples; None where it was interrupted before


def provable(figures: Sequence[Figure], cases: Sequence[Case]) -> Objective:
    """Return the objective that is bounded: the first.

    Raises:
        RequestError: where it is none that can be bounded, or there are several views.
    """
    first = figures[0].kind
    for objective in get_args(Objective):
        if first == objective and len(cases) == 1:
            return objective  # type: ignore[no-any-return]
    raise RequestError(
        "a bound can be proved under one view, and for accept, keep or hold: make one of them the"
        " first objective"
    )


def prove(  # noqa: PLR0913 (each is asked for by its name)
    space: PlanSpace,
    objective: Objective,
    plans: Plans,
    *,
    seed: int,
    first: int,
    draws: int,
    seconds: float,
    workers: int,
    watch: Watch | None = None,
) -> Bounds:
    """Bound *objective* over all plans of *space*.

    Args:
        plans: What the search found, best first: int8[plan, measure].
        first: The first draw of the search; it used *draws* from there on.
        seconds: For both bounds together.
        watch: Called now and then with where the proof of the first stands.
    """
    case = space.structure.case
    sample = bound(
        space,
        Sampler(case).sample(seed, first, draws),
        objective=objective,
        known=plans,
        seconds=SHARE * seconds,
        workers=workers,
        watch=watch,
    )
    if sample.interrupted:
        return Bounds(sample, None)
    truth = true_bound(
        space,
        np.asarray(plans[0]),
        objective=objective,
        samples=LEAST_SAMPLES,
        draws=SAMPLE_DRAWS,
        seed=seed,
        first=first + draws,
        seconds=(1.0 - SHARE) * seconds,
        workers=workers,
    )
    return Bounds(sample, truth)
