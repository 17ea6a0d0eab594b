"""Intervals over fresh draws hold as often as they promise."""

from __future__ import annotations

import numpy as np
import pytest

from detente.searching.fresh import _between, worst
from detente.searching.results import Reckoned


@pytest.mark.parametrize(("share", "count"), [(0.5, 200), (0.05, 400), (0.95, 100), (0.01, 60)])
def test_an_interval_for_a_percentile_covers_it(share: float, count: int) -> None:
    rng, missed, trials = np.random.default_rng(3), 0, 2000
    for _ in range(trials):
        low, high = _between(rng.random(count), share, 1.96, certain=False)
        missed += not low <= share <= high
    assert missed / trials <= 0.05 + 3 * (0.05 * 0.95 / trials) ** 0.5


def test_few_draws_say_nothing_of_what_lies_far_out() -> None:
    low, high = _between(np.arange(10.0), 0.01, 1.96, certain=False)
    assert (low, high < 9.0) == (-np.inf, True)


def test_the_interval_of_the_worst_covers_the_worst_of_the_truths() -> None:
    found = [Reckoned(10.0, 0.01, (9.98, 10.02)), Reckoned(9.9, 3.0, (3.9, 15.9))]
    assert worst(found, least=True) == Reckoned(9.9, 3.0, (3.9, 10.02))
    assert worst(found, least=False) == Reckoned(10.0, 0.01, (9.98, 15.9))
