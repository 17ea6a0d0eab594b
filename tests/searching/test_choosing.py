"""What a search offers of its pool."""

from __future__ import annotations

import numpy as np
import pytest

from detente.searching.choosing import MOST_FRONTIER, offered, reference_points
from detente.searching.evolve import Pool
from detente.searching.race import Standing


def pool(
    losses: list[list[float]], choices: list[list[int]], missed: list[float] | None = None
) -> Pool:
    count = len(losses)
    standing = Standing(np.array(losses), np.array(missed or [0.0] * count))
    return Pool(np.array(choices, dtype=np.int16), [standing], np.zeros(count, dtype=np.bool_))


def test_the_frontier_comes_first_by_the_first_objective() -> None:
    found = offered(pool([[2, 0], [0, 2], [1, 1], [3, 3]], [[0], [1], [2], [3]]))
    assert [choice.row for choice in found] == [1, 2, 0]


def test_near_optimal_plans_are_offered_where_they_differ() -> None:
    losses = [[0.0, 1.0], [1.0, 0.0], [0.01, 1.0], [0.02, 1.01], [0.5, 1.0]]
    choices = [[0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 1], [2, 2, 2, 0], [3, 3, 3, 3]]
    found = offered(pool(losses, choices))
    assert [(choice.row, choice.near) for choice in found] == [(0, None), (1, None), (3, 0)]


def test_what_misses_a_bound_is_not_offered() -> None:
    assert [c.row for c in offered(pool([[0], [1]], [[0], [1]], [0.3, 0.0]))] == [1]
    assert not offered(pool([[0], [1]], [[0], [1]], [0.3, 0.1]))


def test_a_long_frontier_is_thinned_but_keeps_its_ends() -> None:
    losses = [[float(i), float(100 - i)] for i in range(101)]
    found = [choice.row for choice in offered(pool(losses, [[i] for i in range(101)]))]
    frontier = found[:MOST_FRONTIER]
    assert frontier[0] == 0
    assert frontier[-1] == 100
    assert np.diff(frontier).max() <= 20


def test_of_plans_with_equal_figures_one_is_on_the_frontier() -> None:
    found = offered(pool([[0, 0], [0, 0]], [[0, 1, 2], [0, 1, 3]]))
    assert [choice.row for choice in found] == [0]


def test_reference_points_of_a_frontier_known_by_heart() -> None:
    """u2 = 1 - u1^2: Nash at u1 = 1/sqrt(3), Kalai-Smorodinsky at (sqrt(5) - 1) / 2."""
    first = np.linspace(0.0, 1.0, 100_001)
    surplus = np.column_stack([first, 1.0 - first**2])
    points = reference_points(surplus)
    assert first[points["nash"]] == pytest.approx(3**-0.5, abs=1e-5)
    assert first[points["kalai_smorodinsky"]] == pytest.approx((5**0.5 - 1) / 2, abs=1e-5)
    scaled = reference_points(surplus * [1.0, 2.0])  # neither depends on units
    assert scaled == points


def test_no_reference_point_leaves_a_party_below_no_agreement() -> None:
    surplus = np.array([[100.0, -1.0], [1.0, 1.0], [3.0, 0.0]])
    assert reference_points(surplus) == {"nash": 1, "kalai_smorodinsky": 1}
    assert reference_points(np.array([[5.0, 0.0], [0.0, 5.0]])) == {}
    assert reference_points(np.zeros((0, 2))) == {}
