"""What it is worth to find out some unknowns before choosing among plans.

The expected value of partial perfect information (EVPPI) of a group of unknowns X is
``E[max_p E[Y_p | X]] - max_p E[Y_p]``: by how much the best of a fixed set of plans would be
better on average, if X were known before one is chosen. ``E[Y_p | X]`` is fitted by regression
on the draws (Strong, Oakley and Brennan 2014), crosswise: what is fitted on some draws chooses
in others, and only what was won there counts. A poor fit thus chooses poorly and shows too small
a value, never one that is not there, chance aside.

The fit is ridge regression on normal scores of the unknowns and their products, followed by
one on powers of what it predicts, which bends it to the bounds of shares. How much it is shrunk
and how much a plan must promise to be preferred is chosen on draws set aside.

How much chance alone shows is told by the same with the draws of the figures shuffled against
those of the unknowns.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import ndtri

from detente.draws.streams import stream_key
from detente.model.judgement import Bools, Floats

#: Parts of the draws, each of which chooses by what the others say.
FOLDS = 5
#: How strongly a fit may be shrunk, in draws that say "no effect".
SHRINKAGE = (1.0, 30.0, 300.0, 3000.0)
#: What a plan must promise to be chosen over the one best: these quantiles of what is promised.
CAUTION = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
#: With so many unknowns products are taken by two; with more, squares alone.
FEW = 12
#: Shufflings for the zero line, which the groups of a way have in common.
SHUFFLES = 5


@dataclass(frozen=True, slots=True)
class Value:
    """What finding out is worth, in the figure's own unit."""

    mean: float
    error: float  #: standard error
    chance: tuple[float, ...]  #: what shuffled draws show


def features(levels: Floats) -> Floats:
    """Return what is fitted on, float64[draw, feature], of *levels*, float64[unknown, draw].

    Normal scores and their products by two, or their squares alone where unknowns are many.
    """
    scores = ndtri(levels.T)
    count = scores.shape[1]
    one, other = np.triu_indices(count) if count <= FEW else (np.arange(count),) * 2
    both = np.concatenate([scores, scores[:, one] * scores[:, other]], axis=1)
    return np.asarray(both - both.mean(axis=0))


def value(levels: Floats, y: Floats, seed: int, name: str) -> Value:
    """Return what it is worth to know the unknowns with *levels* before a plan is chosen.

    Args:
        levels: float64[unknown, draw] in (0, 1); draws are FOLDS at least.
        y: float64[plan, draw]: what each plan gives; more is better.
        seed: of the shuffling.
        name: of the group, which the shuffling depends on.
    """
    by_draw = np.ascontiguousarray(y.T)
    generator = np.random.Generator(np.random.Philox(key=stream_key(seed, f"shuffle.{name}")))
    shuffled = [by_draw[generator.permutation(len(by_draw))] for _ in range(SHUFFLES)]
    won, *chance = _won(features(levels), np.stack([by_draw, *shuffled], axis=1))
    shown = tuple(float(one.mean()) for one in chance)
    return Value(float(won.mean()), float(won.std() / np.sqrt(len(won))), shown)


def perfect(y: Floats) -> tuple[float, float]:
    """Return what knowing everything is worth, with its standard error; *y* is float64[plan, draw]."""
    won = y.max(axis=0) - y[int(np.argmax(y.mean(axis=1)))]
    return float(won.mean()), float(won.std() / np.sqrt(len(won)))


def _won(x: Floats, y: Floats) -> Floats:
    """Return what choosing by fits gives beyond the one best plan: float64[set, draw].

    Args:
        x: float64[draw, feature].
        y: float64[draw, set, plan]: sets of figures, fitted alike: the first decides how.
    """
    count, sets, plans = y.shape
    parts = [slice(*ends) for ends in pairwise(np.linspace(0, count, FOLDS + 1).astype(int))]
    middle = y[:, 0].mean(axis=0)
    apart = (y - middle).reshape(count, sets * plans)
    grams = [x[part].T @ x[part] for part in parts]
    sums = [x[part].T @ apart[part] for part in parts]
    won = np.empty((sets, count))
    for i, part in enumerate(parts):
        aside = parts[(i + 1) % FOLDS]
        gram, total = (sum(each) - each[i] - each[(i + 1) % FOLDS] for each in (grams, sums))
        tried = [(gram, total[:, :plans], much) for much in SHRINKAGE]
        missed = [_missed(x[aside], apart[aside, :plans], _ridge(*one)) for one in tried]
        linear = x @ _ridge(gram, total, SHRINKAGE[int(np.argmin(missed))])
        for j in range(sets):
            own = slice(j * plans, (j + 1) * plans)
            won[j, part] = _chosen(linear[:, own], y[:, j], part, aside)
    return won


def _chosen(linear: Floats, y: Floats, part: slice, aside: slice) -> Floats:
    """Return what choosing in a part gives beyond the one best plan: float64[draw of the part].

    Another plan is chosen only where enough is expected of it: how much is learnt aside, and
    whether it has ever paid there by more than a standard error.
    """
    train = np.ones(len(y), dtype=np.bool_)
    train[part] = train[aside] = False
    mean = y[train].mean(axis=0)
    expected = mean + _bent(linear, y - mean, train)
    best = int(np.argmax(mean))
    other = np.argmax(expected, axis=1)
    rows = np.arange(len(y))
    promised = expected[rows, other] - expected[:, best]
    gained = y[rows, other] - y[:, best]
    steps = np.quantile(promised[aside], CAUTION)
    sure = [_surely(gained[aside][promised[aside] > step]) for step in steps]
    least = steps[int(np.argmax(sure))] if max(sure) > 0.0 else np.inf
    return np.where(promised[part] > least, gained[part], 0.0)


def _surely(gained: Floats) -> float:
    """Return what was gained in all, less its standard error.

    Without that, the best of many tries is taken for a gain where there is none, and choosing by
    it loses in other draws: unknowns that play no part would come out below 0.
    """
    return float(gained.sum() - np.sqrt((gained**2).sum()))


def _ridge(gram: Floats, sums: Floats, much: float) -> Floats:
    """Return weights, float64[feature, figure], shrunk by so many draws that say nothing."""
    return np.asarray(np.linalg.solve(gram + much * np.eye(len(gram)), sums))


def _missed(x: Floats, y: Floats, weights: Floats) -> float:
    """Return the squared distance of *y* from what *weights* predict."""
    return float(((x @ weights - y) ** 2).sum())


def _bent(linear: Floats, y: Floats, train: Bools) -> Floats:
    """Refit on powers of what a first fit predicts: float64[draw, plan]."""
    z = np.clip(linear / np.maximum(linear.std(axis=0), 1e-300), -4.0, 4.0)
    powers = np.concatenate([np.ones((len(z), 1)), z, z**2, z**3], axis=1)
    own = powers[train]
    # Without BLAS, whose threads wait for each other longer than such small products take.
    gram = np.einsum("ij,ik->jk", own, own) + np.eye(powers.shape[1])
    weights = np.linalg.solve(gram, np.einsum("ij,ik->jk", own, y[train]))
    return np.asarray(np.einsum("ij,jk->ik", powers, weights))
