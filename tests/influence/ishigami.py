"""The function of Ishigami and Homma (1990), with its indices by hand."""

from __future__ import annotations

import numpy as np

from detente.influence.indices import TURN, orders, shapley_sums, sobol_sums
from detente.model.judgement import Floats

A, B = 7.0, 0.1
#: Parts of the variance: of sin x1 (1 + B x3^4), of A sin^2 x2, and of x1 and x3 together.
ONE = (1.0 + B * np.pi**4 / 5.0) ** 2 / 2.0
TWO = A**2 / 8.0
BOTH = B**2 * np.pi**8 * (1.0 / 9.0 - 1.0 / 25.0) / 2.0
VARIANCE = ONE + TWO + BOTH
FIRST = np.array([ONE, TWO, 0.0]) / VARIANCE
TOTAL = np.array([ONE + BOTH, TWO, BOTH]) / VARIANCE
SHAPLEY = np.array([ONE + BOTH / 2.0, TWO, BOTH / 2.0]) / VARIANCE


def ishigami(u: Floats) -> Floats:
    """The function at uniforms, float64[3, draw]."""
    x = np.pi * (2.0 * u - 1.0)
    return np.asarray(np.sin(x[0]) * (1.0 + B * x[2] ** 4) + A * np.sin(x[1]) ** 2)


def designed(seed: int, count: int) -> tuple[Floats, Floats, Floats]:
    """The function in A, in B, and in A with each input from B."""
    a, b = np.random.default_rng(seed).random((2, 3, count))
    mixed = [ishigami(np.where(np.arange(3)[:, None] == i, b, a)) for i in range(3)]
    return ishigami(a), ishigami(b), np.array(mixed)


def sums(seed: int, count: int) -> tuple[Floats, Floats]:
    """Sums for Sobol indices and for Shapley effects."""
    a, b = np.random.default_rng(seed).random((2, 3, count))
    turns = -(-count // TURN)

    def step(known: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Floats:
        kept = np.zeros((turns, 3), dtype=np.bool_)
        np.put_along_axis(kept, known, values=True, axis=1)
        return ishigami(np.where(np.repeat(kept, TURN, axis=0)[:count].T, a, b))

    order = orders(seed, "test", 0, turns, 3)
    shapley = shapley_sums(ishigami(a), ishigami(b), order, step)
    return sobol_sums(*designed(seed, count)), shapley
