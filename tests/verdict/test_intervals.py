from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from detente.draws.quantiles import Floats
from detente.verdict.intervals import estimate, wilson
from detente.verdict.results import Estimate

Z = float(stats.norm.ppf(0.975))


def of(values: Floats, *, certain: bool = False) -> Estimate:
    total, square = float(values.sum()), float((values**2).sum())
    return estimate(total, square, len(values), certain=certain)


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_ends_are_the_shares_whose_score_is_at_the_95_percent_point(n: int, p: float) -> None:
    share = round(p * n) / n
    low, high = wilson(share, n)
    assert 0.0 <= low <= share <= high <= 1.0
    for end in (low, high):
        score = abs(share - end)
        assert score == pytest.approx(Z * sqrt(end * (1 - end) / n), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 10, 10_000])
def test_nothing_and_everything_have_intervals_that_end_there(n: int) -> None:
    rest = Z**2 / (n + Z**2)
    none, everything = wilson(0.0, n), wilson(1.0, n)
    assert (none[0], everything[1]) == (0.0, 1.0)
    np.testing.assert_allclose((none[1], everything[0]), (rest, 1 - rest), rtol=1e-12)
    assert of(np.zeros(n)) == Estimate(0.0, 0.0, wilson(0.0, n))
    assert of(np.ones(n)) == Estimate(1.0, 0.0, wilson(1.0, n))


@pytest.mark.statement("M51")
@given(st.integers(2, 500), st.integers(0, 500))
def test_a_share_has_the_interval_of_wilson(n: int, yes: int) -> None:
    values = np.array([1.0] * min(yes, n) + [0.0] * (n - min(yes, n)))
    found = of(values)
    assert found.mean == pytest.approx(values.mean(), abs=1e-15)
    assert found.standard_error == pytest.approx(values.std(ddof=1) / sqrt(n), abs=1e-12)
    np.testing.assert_allclose(found.interval, wilson(values.mean(), n), rtol=1e-9, atol=1e-12)


@pytest.mark.statement("M51")
@given(st.integers(0, 10**6), st.integers(2, 300))
def test_a_mean_has_its_standard_error_and_an_interval_around_it(seed: int, n: int) -> None:
    values = np.random.default_rng(seed).beta(0.5, 2.0, n)
    found = of(values)
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.standard_error == pytest.approx(values.std(ddof=1) / sqrt(n), rel=1e-6)
    low, high = found.interval
    assert 0.0 <= low < found.mean < high <= 1.0
    widest = wilson(found.mean, n)
    assert widest[0] <= low
    assert high <= widest[1]


def test_a_mean_of_many_draws_has_the_interval_of_its_standard_error() -> None:
    values = np.random.default_rng(0).beta(2.0, 3.0, 10**6)
    found = of(values)
    expected = found.mean - Z * found.standard_error, found.mean + Z * found.standard_error
    np.testing.assert_allclose(found.interval, expected, atol=1e-6)


@pytest.mark.parametrize("n", [20, 100, 1000])
@pytest.mark.parametrize("p", [0.05, 0.2, 0.5, 0.7, 0.97])
def test_intervals_of_shares_cover_the_truth_as_often_as_they_say(n: int, p: float) -> None:
    shares = np.arange(n + 1)
    inside = [
        low <= p <= high
        for low, high in (
            estimate(float(k), float(k), n, certain=False).interval for k in shares.tolist()
        )
    ]
    coverage = stats.binom(n, p).pmf(shares)[np.array(inside)].sum()  # exact, no simulation
    assert 0.90 < coverage < 0.99


def test_intervals_of_shares_cover_95_percent_on_average() -> None:
    n = 60
    ends = [estimate(float(k), float(k), n, certain=False).interval for k in range(n + 1)]
    truths = np.linspace(0.005, 0.995, 199)
    coverage = [
        sum(stats.binom.pmf(k, n, p) for k, (low, high) in enumerate(ends) if low <= p <= high)
        for p in truths.tolist()
    ]
    assert np.mean(coverage) == pytest.approx(0.95, abs=0.01)


MEANS = {
    "spread": lambda rng, shape: rng.beta(2.0, 3.0, shape),
    "near 0 and 1": lambda rng, shape: rng.beta(0.3, 0.3, shape),
    "mostly kept": lambda rng, shape: 1.0 - 0.5 * rng.beta(0.5, 4.0, shape),
    "accepted times kept": lambda rng, shape: (rng.random(shape) < 0.3) * rng.beta(5.0, 2.0, shape),
    "narrow": lambda rng, shape: rng.uniform(0.4, 0.41, shape),
}


@pytest.mark.parametrize("kind", MEANS)
def test_intervals_of_means_cover_the_truth_as_often_as_they_say(kind: str) -> None:
    rng = np.random.default_rng(1)
    truth = MEANS[kind](rng, 4 * 10**6).mean()
    intervals = np.array([of(row).interval for row in MEANS[kind](rng, (2000, 200))])
    coverage = np.mean((intervals[:, 0] <= truth) & (truth <= intervals[:, 1]))
    assert 0.93 < coverage < 0.975


@pytest.mark.statement("M51")
@pytest.mark.parametrize("mean", [0.0, 0.1, 0.3, 0.7, 1.0])
def test_what_is_certain_has_no_sampling_error(mean: float) -> None:
    for n in (1, 3, 1000):
        found = of(np.full(n, mean), certain=True)
        assert found.mean == pytest.approx(mean, abs=1e-15)
        assert found.standard_error == 0.0
        assert found.interval == (found.mean, found.mean)


def test_rounding_never_takes_a_mean_out_of_0_to_1() -> None:
    found = estimate(10.000000000000002, 10.000000000000004, 10, certain=False)
    assert found == Estimate(1.0, found.standard_error, wilson(1.0, 10))
    assert estimate(-1e-18, 1e-36, 10, certain=False).interval == wilson(0.0, 10)


def test_one_draw_says_little() -> None:
    for value in (0.0, 0.4, 1.0):
        found = of(np.array([value]))
        assert found.standard_error == 0.0
        assert found.interval[1] - found.interval[0] > 0.7


def test_the_interval_of_equal_values_does_not_turn_on_rounding() -> None:
    """Keep is the same in every draw where only a certain false alarm can end the plan."""
    n = 100
    widths = []
    for value in np.linspace(0.3, 0.7, 101).tolist():
        low, high = of(np.full(n, value)).interval
        widths.append(high - low)
    assert max(widths) - min(widths) < 0.05
