"""Ranks, distances and order among plans."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.searching.frontier import beats, best_first, ranks, spacing
from detente.searching.race import Standing


def standing(losses: list[list[float]], missed: list[float] | None = None) -> Standing:
    return Standing(np.array(losses), np.array(missed or [0.0] * len(losses)))


def test_ranks_peel_off_one_frontier_after_the_other() -> None:
    found = standing([[0, 3], [1, 1], [3, 0], [1, 3], [3, 3], [4, 4]])
    assert ranks(found).tolist() == [0, 0, 0, 1, 2, 3]


def test_a_plan_that_misses_a_bound_comes_after_all_that_miss_it_less() -> None:
    found = standing([[0, 0], [5, 5], [9, 9]], [0.5, 0.2, 0.0])
    assert ranks(found).tolist() == [2, 1, 0]


def test_equal_plans_do_not_beat_each_other() -> None:
    assert not beats(standing([[1, 2], [1, 2]])).any()


def test_the_ends_of_a_rank_lie_apart_without_bound() -> None:
    found = spacing(np.array([[0.0, 4.0], [1.0, 3.0], [4.0, 0.0]]), np.zeros(3, dtype=np.intp))
    assert np.isinf(found[[0, 2]]).all()
    assert found[1] == 2.0


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=20
    )
)
def test_nobody_of_rank_0_is_beaten_and_all_others_are(rows: list[tuple[int, int, int]]) -> None:
    found = standing([[a, b] for a, b, _ in rows], [float(c) for _, _, c in rows])
    wins, rank = beats(found), ranks(found)
    assert not wins[:, rank == 0].any()
    assert wins[:, rank > 0].any(axis=0).all()
    order = best_first(found)
    assert sorted(order.tolist()) == list(range(len(rows)))
    assert (np.diff(rank[order]) >= 0).all()
