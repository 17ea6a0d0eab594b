"""From bounds on samples to a bound on the true optimum (Mak, Morton & Wood 1999).

The best plan for a sample looks at least as good there, on average, as the truly best plan: the
expected optimum of a sample is not below the true optimum. A bound on each of several
independent samples therefore bounds, in the mean, the true optimum, up to the sampling error of
that mean.

    Mak, Morton, Wood (1999): Monte Carlo bounding techniques for determining solution quality in
    stochastic programs. Operations Research Letters 24, 47-56.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from time import monotonic

import numpy as np
from scipy.special import stdtrit

from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.structure import PlanVector
from detente.searching.bounding import Bound, Proof, bound
from detente.searching.relaxing import Objective
from detente.searching.space import PlanSpace

#: Fewer samples say too little about their spread.
LEAST_SAMPLES = 10
#: One-sided confidence of the bound and of the value of the plan, each.
CONFIDENCE = 0.975


@dataclass(frozen=True, slots=True)
class TrueBound:
    """What no plan exceeds in truth, up to the confidence stated."""

    objective: Objective
    samples: tuple[Bound, ...]  #: bounds on independent samples
    mean: float  #: of the upper bounds of the samples
    upper: float  #: with CONFIDENCE, no plan has more in truth
    value: float  #: of the candidate plan, on draws of its own
    lower: float  #: with CONFIDENCE, the candidate has at least this in truth
    seconds: float

    @property
    def gap(self) -> float:
        """How much better than the candidate a plan could truly be, at most."""
        return max(self.upper - self.lower, 0.0)

    @property
    def proved(self) -> bool:
        """Whether every sample was searched to the end."""
        return all(sample.proved for sample in self.samples)


def true_bound(  # noqa: PLR0913 (each is asked for by its name)
    space: PlanSpace,
    plan: PlanVector,
    *,
    objective: Objective = "hold",
    samples: int = LEAST_SAMPLES,
    draws: int = 500,
    fresh: int = 10_000,
    seed: int = 0,
    first: int = 0,
    seconds: float | None = None,
    nodes: int | None = None,
    workers: int = 1,
    watch: Callable[[int, Bound], None] | None = None,
) -> TrueBound:
    """Bound the true mean of *objective* over all plans of *space*, and value one plan.

    Interrupted, it keeps the bounds so far and is content with the first bound of other samples.

    Args:
        plan: The candidate: int8[measure]. It must not have been chosen on any of these draws, or
            its value is too good.
        samples: Number of independent samples, 10 or more.
        draws: Draws of each sample.
        fresh: Draws, after those of the samples, on which the candidate is valued.
        seed: Which sequence of draws.
        first: Draws of the sequence that are left out before the samples.
        seconds: Stop after so many; each sample gets the same share.
        nodes: Boxes for each sample at most.
        watch: Called with the number of samples done, and the last.

    Raises:
        RequestError: For fewer samples, or too few draws.
    """
    if samples < LEAST_SAMPLES or draws < 2 or fresh < 2:
        raise RequestError(
            f"a true bound needs {LEAST_SAMPLES} samples or more, of 2 draws or more"
        )
    begun, sampler, found = monotonic(), Sampler(space.structure.case), list[Bound]()
    vectors = np.asarray(plan, dtype=np.int8).reshape(1, -1)
    if not space.allows(space.choices(vectors))[0]:
        raise RequestError("the plan does not keep the conditions under which plans are bounded")
    for i in range(samples):
        block = sampler.sample(seed, first + i * draws, draws)
        share = None if seconds is None else seconds / samples
        done = bound(
            space,
            block,
            objective=objective,
            known=vectors,
            seconds=share,
            nodes=1 if any(sample.interrupted for sample in found) else nodes,
            workers=workers,
        )
        found.append(done)
        if watch is not None:
            watch(len(found), done)
    block = sampler.sample(seed, first + samples * draws, fresh)
    value, error = _valued(Proof.judge(space, block, objective, vectors)[0])
    uppers = np.array([sample.upper for sample in found])
    spread = float(uppers.std(ddof=1)) / sqrt(samples)
    quantile = float(stdtrit(samples - 1, CONFIDENCE))
    return TrueBound(
        objective=objective,
        samples=tuple(found),
        mean=float(uppers.mean()),
        upper=min(float(uppers.mean()) + quantile * spread, 1.0),
        value=value,
        lower=max(value - float(stdtrit(fresh - 1, CONFIDENCE)) * error, 0.0),
        seconds=monotonic() - begun,
    )


def _valued(column: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return the mean over draws and its standard error."""
    return float(column.mean()), float(column.std(ddof=1)) / sqrt(len(column))
