"""From uniform numbers to values: the quantile function of every distribution of a case."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, logit, ndtri

from detente.case.numbers import (
    Beta,
    Certain,
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
)

Floats = NDArray[np.float64]

#: Standard normal quantile of .95, by which stated 5th and 95th percentiles are stretched.
Z95 = float(ndtri(0.95))


@singledispatch
def quantile(distribution: Distribution, u: Floats) -> Floats:
    """Return the value of *distribution* at each probability of *u* (any shape, in (0, 1))."""
    kind = type(distribution).__name__
    raise TypeError(f"no quantile function for {kind} (asked for {u.size} values)")


@quantile.register
def _certain(distribution: Certain, u: Floats) -> Floats:
    return np.full_like(u, distribution.value)


@quantile.register
def _triangular(distribution: Triangular, u: Floats) -> Floats:
    low, mode, high = distribution.low, distribution.mode, distribution.high
    width = high - low
    below = low + np.sqrt(u * (width * (mode - low)))
    above = high - np.sqrt((1.0 - u) * (width * (high - mode)))
    return np.where(u * width < mode - low, below, above)


@quantile.register
def _pert(distribution: Pert, u: Floats) -> Floats:
    low, mode, high = distribution.low, distribution.mode, distribution.high
    width = high - low
    a = 1.0 + distribution.weight * (mode - low) / width
    b = 1.0 + distribution.weight * (high - mode) / width
    return np.asarray(low + width * betaincinv(a, b, u))


@quantile.register
def _quantiles(distribution: Quantiles, u: Floats) -> Floats:
    p5, p50, p95 = distribution.p5, distribution.p50, distribution.p95
    if distribution.scale == "log":
        p5, p50, p95 = np.log(p5), np.log(p50), np.log(p95)
    elif distribution.scale == "logit":
        p5, p50, p95 = logit(p5), logit(p50), logit(p95)
    z = ndtri(u) / Z95
    value = p50 + z * np.where(z < 0.0, p50 - p5, p95 - p50)
    if distribution.scale == "log":
        return np.asarray(np.exp(value))
    return np.asarray(expit(value)) if distribution.scale == "logit" else value


@quantile.register
def _uniform(distribution: Uniform, u: Floats) -> Floats:
    return distribution.low + u * (distribution.high - distribution.low)


@quantile.register
def _normal(distribution: Normal, u: Floats) -> Floats:
    return np.asarray(distribution.loc + distribution.scale * ndtri(u))


@quantile.register
def _lognormal(distribution: Lognormal, u: Floats) -> Floats:
    return np.asarray(distribution.loc + distribution.scale * np.exp(distribution.s * ndtri(u)))


@quantile.register
def _beta(distribution: Beta, u: Floats) -> Floats:
    return np.asarray(
        distribution.loc + distribution.scale * betaincinv(distribution.a, distribution.b, u)
    )


@quantile.register
def _discrete(distribution: Discrete, u: Floats) -> Floats:
    steps = np.cumsum(distribution.pk)[:-1]
    return np.asarray(distribution.xk)[np.searchsorted(steps, u, side="right")]
