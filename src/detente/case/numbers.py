"""Numbers of a case: certain or uncertain, and where each one comes from.

A :class:`Number` is what stands in one numeric place of a case file. Its
*distribution* says what values it can take, its *path* names its place in the
file and is the key of its stream of random numbers, and *basis*, *sources* and
*why* say on what it rests. How a distribution becomes values is the business
of :mod:`detente.draws`; this module only describes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Basis = Literal["sourced", "judgement", "elicited"]
NumberScale = Literal["plain", "log", "logit"]


@dataclass(frozen=True, slots=True)
class Certain:
    """One value, the same in every draw."""

    value: float


@dataclass(frozen=True, slots=True)
class Triangular:
    """Triangular on [low, high] with its peak at *mode*; low <= mode <= high."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class Pert:
    """Beta-PERT on [low, high]: mean (low + weight * mode + high) / (weight + 2)."""

    low: float
    mode: float
    high: float
    weight: float = 4.0


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Three stated quantiles, joined by half a normal curve on either side of the median.

    On *scale* (``log`` where the field cannot be negative, ``logit`` where it is a
    probability) the value at quantile u is ``p50 + z(u)/z(.95) * (p95 - p50)`` above the
    median and ``p50 + z(u)/z(.95) * (p50 - p5)`` below it, z being the normal quantile.
    """

    p5: float
    p50: float
    p95: float
    scale: NumberScale = "plain"


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform on [low, high] (scipy.stats.uniform: loc = low, scale = high - low)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal (scipy.stats.norm: loc = mean, scale = standard deviation)."""

    loc: float
    scale: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Lognormal (scipy.stats.lognorm: s, loc, scale)."""

    s: float
    loc: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Beta:
    """Beta (scipy.stats.beta: a, b, loc, scale)."""

    a: float
    b: float
    loc: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Discrete:
    """Listed values with their probabilities (scipy.stats.rv_discrete: xk, pk), values rising."""

    xk: tuple[float, ...]
    pk: tuple[float, ...]


Distribution = (
    Certain | Triangular | Pert | Quantiles | Uniform | Normal | Lognormal | Beta | Discrete
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a case, with its place in the file and what it rests on."""

    distribution: Distribution
    path: str = ""
    basis: Basis | None = None
    sources: tuple[str, ...] = ()
    why: str | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the number is the same in every draw."""
        return isinstance(self.distribution, Certain)


def certain(value: float, path: str = "") -> Number:
    """Return the number that is *value* in every draw."""
    return Number(Certain(float(value)), path)


def support(distribution: Distribution) -> tuple[float, float]:
    """Return the least and the greatest value the distribution can take (may be infinite)."""
    match distribution:
        case Certain(value):
            return value, value
        case Triangular(low, _, high) | Pert(low, _, high) | Uniform(low, high):
            return low, high
        case Quantiles(scale="logit"):
            return 0.0, 1.0
        case Quantiles(scale="log"):
            return 0.0, math.inf
        case Lognormal(_, loc, _):
            return loc, math.inf
        case Beta(_, _, loc, scale):
            return loc, loc + scale
        case Discrete(xk, _):
            return min(xk), max(xk)
        case _:
            return -math.inf, math.inf


def central(distribution: Distribution) -> float:
    """Return the value an analyst would name first: mode, median, or mean where neither is given."""
    match distribution:
        case Certain(value):
            return value
        case Triangular(_, mode, _) | Pert(_, mode, _):
            return mode
        case Quantiles(_, p50, _):
            return p50
        case Uniform(low, high):
            return (low + high) / 2
        case Normal(loc, _):
            return loc
        case Lognormal(_, loc, scale):
            return loc + scale
        case Beta(a, b, loc, scale):
            return loc + scale * a / (a + b)
        case Discrete(xk, pk):
            return sum(x * p for x, p in zip(xk, pk, strict=True))


def ends(distribution: Distribution) -> tuple[float, float]:
    """Return the ends that an analyst wrote; those of other forms are their central value."""
    match distribution:
        case Triangular(low, _, high) | Pert(low, _, high) | Uniform(low, high):
            return low, high
        case Quantiles(low, _, high):
            return low, high
        case _:
            value = central(distribution)
            return value, value
