"""Sampling error of means over draws."""

from __future__ import annotations

from math import sqrt

from detente.verdict.results import Estimate

#: Two-sided 95 % point of the standard normal distribution.
Z = 1.959963984540054


def estimate(total: float, square: float, draws: int, *, certain: bool, z: float = Z) -> Estimate:
    """Return mean, standard error and 95 % interval of a number in [0, 1] over independent draws.

    Where every draw gives 0 or 1 the interval is Wilson's (1927). Between, it is Wilson's with
    as many draws as would give a share the same variance: the same formula, narrower by as
    much as the values spread less than 0 and 1 do. To that variance 1/n^3 of the full spread is
    added, so that a few equal values prove little and rounding decides nothing.

    Args:
        total: Sum over draws.
        square: Sum of squares over draws.
        draws: Number of draws.
        certain: The case has no uncertain number: all draws are one, there is no sampling error.
        z: Two-sided point of the standard normal distribution for the interval.
    """
    mean = min(max(total / draws, 0.0), 1.0)
    if certain:
        return Estimate(mean, 0.0, (mean, mean))
    spread = mean * (1.0 - mean)
    variance = max(square / draws - mean**2, 0.0)
    doubted = min(variance + spread / draws**3, spread)
    effective = draws * spread / doubted if doubted > 0.0 else float(draws)
    error = sqrt(variance / max(draws - 1, 1))
    return Estimate(mean, error, wilson(mean, effective, z))


def wilson(share: float, draws: float, z: float = Z) -> tuple[float, float]:
    """Return Wilson's score interval for *share* in *draws* independent draws, 95 % by default."""
    scale = 1.0 + z**2 / draws
    centre = (share + z**2 / (2.0 * draws)) / scale
    half = z / scale * sqrt(share * (1.0 - share) / draws + z**2 / (4.0 * draws**2))
    low = 0.0 if share == 0.0 else max(centre - half, 0.0)
    high = 1.0 if share == 1.0 else min(centre + half, 1.0)
    return low, high
