"""Differences over the same draws, against formulas written out here and against luck."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.insight.paired import Pairing

ROWS = st.lists(
    st.tuples(st.floats(-5, 5, width=16), st.floats(-5, 5, width=16)), min_size=2, max_size=40
)


def rows(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(pairs, dtype=np.float64)
    return both[:, 0], both[:, 1]


@pytest.mark.statement("M68")
@given(ROWS)
def test_the_error_is_that_of_the_differences_draw_by_draw(
    pairs: list[tuple[float, float]],
) -> None:
    first, second = rows(pairs)
    found = Pairing.of(first, second).contrast(certain=False)
    apart = second - first
    assert found.first == pytest.approx(first.mean(), abs=1e-9)
    assert found.difference.mean == pytest.approx(apart.mean(), abs=1e-9)
    error = apart.std(ddof=1) / math.sqrt(len(apart))
    assert found.difference.standard_error == pytest.approx(error, abs=1e-9)


@given(ROWS, st.integers(1, 39))
def test_blocks_join_to_the_whole(pairs: list[tuple[float, float]], cut: int) -> None:
    first, second = rows(pairs)
    cut = min(cut, len(first) - 1)
    whole = Pairing.of(first, second).contrast(certain=False)
    parts = Pairing.of(first[:cut], second[:cut]).joined(Pairing.of(first[cut:], second[cut:]))
    joined = parts.contrast(certain=False)
    assert joined.difference.mean == pytest.approx(whole.difference.mean, abs=1e-9)
    assert joined.difference.standard_error == pytest.approx(
        whole.difference.standard_error, abs=1e-9
    )
    assert joined.difference.interval == pytest.approx(whole.difference.interval, abs=1e-9)


@given(ROWS)
def test_the_other_way_round_every_difference_has_the_other_sign(
    pairs: list[tuple[float, float]],
) -> None:
    first, second = rows(pairs)
    there = Pairing.of(first, second).contrast(certain=False).difference
    back = Pairing.of(second, first).contrast(certain=False).difference
    assert there.mean == -back.mean
    assert there.standard_error == back.standard_error
    assert there.interval == (-back.interval[1], -back.interval[0])


@pytest.mark.statement("M68")
@pytest.mark.parametrize(("rises", "falls", "count"), [(4, 0, 100), (9, 2, 50), (0, 30, 1000)])
def test_the_interval_of_a_difference_of_shares_is_that_of_agresti_and_min(
    rises: int, falls: int, count: int
) -> None:
    second = np.repeat([1.0, 0.0], [rises, count - rises])
    first = np.repeat([0.0, 1.0, 0.0], [rises, falls, count - rises - falls])
    low, high = Pairing.of(first, second).contrast(certain=False).difference.interval
    # Half a pair in each of the four cells of the table.
    n, up, down = count + 2, rises + 0.5, falls + 0.5
    centre = (up - down) / n
    half = 1.959963984540054 * math.sqrt(((up + down) - (up - down) ** 2 / n) / n**2)
    assert (low, high) == pytest.approx((centre - half, centre + half), abs=1e-12)


@pytest.mark.statement("M68")
def test_a_few_draws_that_all_moved_one_way_are_no_proof() -> None:
    for moved, clear in ((1, False), (4, False), (6, True)):
        second = np.repeat([1.0, 0.0], [moved, 10_000 - moved])
        found = Pairing.of(np.zeros(10_000), second).contrast(certain=False).difference
        assert found.is_clear == clear


def test_intervals_hold_the_true_difference_as_often_as_they_say() -> None:
    generator = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        shared = generator.random(200)
        first = (shared < 0.4).astype(float)
        second = (shared + 0.1 * generator.random(200) < 0.5).astype(float)
        low, high = Pairing.of(first, second).contrast(certain=False).difference.interval
        held += low <= 0.05 <= high  # P(u + .1 v < .5) = .45
    assert 0.93 <= held / 2000 <= 0.985


def test_the_same_in_every_draw_is_no_difference() -> None:
    row = np.array([0.1, 0.9, 0.4])
    found = Pairing.of(row, row + 1e-12).contrast(certain=False).difference
    assert (found.mean, found.standard_error, found.interval) == (0.0, 0.0, (0.0, 0.0))
    assert found.is_none
    assert not found.is_clear


@pytest.mark.statement("M68")
def test_without_uncertain_numbers_there_is_no_error() -> None:
    found = Pairing.of(np.ones(5), np.full(5, 0.5)).contrast(certain=True).difference
    assert (found.mean, found.standard_error, found.interval) == (-0.5, 0.0, (-0.5, -0.5))
    assert found.is_clear


def test_an_interval_of_shares_ends_where_differences_do() -> None:
    found = Pairing.of(np.zeros(3), np.ones(3)).contrast(certain=False, limit=1.0)
    assert found.difference.interval[1] == 1.0


def test_two_noes_and_a_turn_are_counted_apart() -> None:
    found = Pairing.of(np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0]))
    assert (found.rises, found.falls) == (1, 1)


def test_small_units_are_not_taken_for_rounding() -> None:
    tiny = Pairing.of(np.array([1e-12, 3e-12]), np.array([2e-12, 5e-12]), unit=0.0)
    assert tiny.contrast(certain=False).difference.mean == pytest.approx(1.5e-12)
