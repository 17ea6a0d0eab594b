from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logit

from detente.case.numbers import (
    Beta,
    Certain,
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    NumberScale,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
    support,
)
from detente.draws.quantiles import quantile

U = np.concatenate([[1e-12, 1e-6, 1e-3], np.linspace(0.0013, 0.9987, 201), [0.999999, 1 - 1e-12]])
ENDS = np.array([2.0**-53, 1 - 2.0**-53])

finite = st.floats(-100, 100, allow_subnormal=False)
shape = st.floats(0.3, 20)


def rising(count: int, low: float = -100, high: float = 100) -> st.SearchStrategy[list[float]]:
    """Numbers in order, apart enough for 1e-9 to mean something."""
    steps = st.integers(0, 10**4)
    return st.lists(steps, min_size=count, max_size=count, unique=True).map(
        lambda xs: [low + (high - low) * x / 10**4 for x in sorted(xs)]
    )


@st.composite
def discrete(draw: st.DrawFn) -> Discrete:
    xk = draw(st.lists(st.integers(-99, 99), min_size=2, max_size=6, unique=True).map(sorted))
    weights = [draw(st.integers(1, 9)) for _ in xk]
    return Discrete(tuple(map(float, xk)), tuple(w / sum(weights) for w in weights))


@st.composite
def quantiles(draw: st.DrawFn, scale: NumberScale) -> Quantiles:
    low, high = {"plain": (-100, 100), "log": (0.01, 100), "logit": (0.001, 0.999)}[scale]
    p5, p50, p95 = draw(rising(3, low, high))
    return Quantiles(p5, p50, p95, scale)


distributions: st.SearchStrategy[Distribution] = st.one_of(
    finite.map(Certain),
    rising(3).map(lambda p: Triangular(*p)),
    rising(2).map(lambda p: Triangular(p[0], p[0], p[1])),
    rising(2).map(lambda p: Triangular(p[0], p[1], p[1])),
    st.builds(lambda p, w: Pert(p[0], p[1], p[2], w), rising(3), st.floats(0.5, 10)),
    quantiles("plain"),
    quantiles("log"),
    quantiles("logit"),
    rising(2).map(lambda p: Uniform(*p)),
    st.builds(Normal, finite, st.floats(0.01, 50)),
    st.builds(Lognormal, st.floats(0.01, 3), finite, st.floats(0.01, 50)),
    st.builds(Beta, shape, shape, finite, st.floats(0.01, 50)),
    discrete(),
)


def agree(distribution: Distribution, reference: Any, u: np.ndarray[Any, Any] = U) -> None:
    expected = reference.ppf(u)
    np.testing.assert_allclose(quantile(distribution, u), expected, rtol=1e-9, atol=1e-9)


@given(rising(3), st.sampled_from(["inside", "low", "high"]))
def test_triangular_is_that_of_scipy(points: list[float], peak: str) -> None:
    low, mode, high = points
    mode = {"inside": mode, "low": low, "high": high}[peak]
    agree(
        Triangular(low, mode, high),
        stats.triang((mode - low) / (high - low), loc=low, scale=high - low),
    )


@given(rising(3), st.floats(0.5, 10))
def test_pert_is_the_beta_of_its_definition(points: list[float], weight: float) -> None:
    low, mode, high = points
    width = high - low
    a = 1 + weight * (mode - low) / width
    b = 1 + weight * (high - mode) / width
    agree(Pert(low, mode, high, weight), stats.beta(a, b, loc=low, scale=width))


def test_the_mean_of_pert_is_the_stated_one() -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    mean = quantile(Pert(2.0, 3.0, 10.0), u).mean()
    assert mean == pytest.approx((2 + 4 * 3 + 10) / 6, abs=1e-4)


@given(rising(2))
def test_uniform_is_that_of_scipy(points: list[float]) -> None:
    low, high = points
    agree(Uniform(low, high), stats.uniform(low, high - low))


@given(finite, st.floats(0.01, 50))
def test_normal_is_that_of_scipy(loc: float, scale: float) -> None:
    agree(Normal(loc, scale), stats.norm(loc, scale))


@given(st.floats(0.01, 2), finite, st.floats(0.01, 50))
def test_lognormal_is_that_of_scipy(s: float, loc: float, scale: float) -> None:
    agree(Lognormal(s, loc, scale), stats.lognorm(s, loc, scale))


@given(shape, shape, finite, st.floats(0.01, 50))
def test_beta_is_that_of_scipy(a: float, b: float, loc: float, scale: float) -> None:
    agree(Beta(a, b, loc, scale), stats.beta(a, b, loc, scale))


@given(discrete())
def test_discrete_is_that_of_scipy(distribution: Discrete) -> None:
    steps = np.cumsum(distribution.pk)
    between = U[np.abs(U[:, None] - steps).min(axis=1) > 1e-9]  # a step itself has two sides
    agree(distribution, stats.rv_discrete(values=(distribution.xk, distribution.pk)), between)


@pytest.mark.parametrize("scale", ["plain", "log", "logit"])
@given(data=st.data())
def test_stated_quantiles_are_hit(scale: NumberScale, data: st.DataObject) -> None:
    stated = data.draw(quantiles(scale))
    values = quantile(stated, np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(values, [stated.p5, stated.p50, stated.p95], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", ["plain", "log", "logit"])
@given(data=st.data())
def test_stated_quantiles_are_joined_by_halves_of_normal_curves(
    scale: NumberScale, data: st.DataObject
) -> None:
    stated = data.draw(quantiles(scale))
    there = {"plain": np.asarray, "log": np.log, "logit": logit}[scale]
    back = {"plain": np.asarray, "log": np.exp, "logit": expit}[scale]
    p5, p50, p95 = there(np.array([stated.p5, stated.p50, stated.p95]))
    z95 = stats.norm.ppf(0.95)
    below = stats.norm(p50, (p50 - p5) / z95).ppf(U)
    above = stats.norm(p50, (p95 - p50) / z95).ppf(U)
    expected = back(np.where(U < 0.5, below, above))
    np.testing.assert_allclose(quantile(stated, U), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("stated", [Quantiles(1, 1, 5), Quantiles(1, 5, 5, "log")])
def test_a_flat_half_of_stated_quantiles_is_its_median(stated: Quantiles) -> None:
    flat = U[U < 0.5] if stated.p5 == stated.p50 else U[U > 0.5]
    np.testing.assert_allclose(quantile(stated, flat), stated.p50, rtol=1e-12)


@given(distributions)
def test_values_rise_with_the_probability(distribution: Distribution) -> None:
    values = quantile(distribution, np.concatenate([ENDS[:1], U, ENDS[1:]]))
    assert np.all(np.diff(values) >= -1e-13 * np.abs(values[1:]))


@given(distributions)
def test_values_lie_within_the_support(distribution: Distribution) -> None:
    low, high = support(distribution)
    values = quantile(distribution, np.concatenate([U, ENDS]))
    rounding = 1e-14 * max(1.0, np.abs(values).max())
    assert values.min() >= low - rounding
    assert values.max() <= high + rounding


@given(distributions)
def test_the_outermost_uniforms_have_finite_values(distribution: Distribution) -> None:
    assert np.all(np.isfinite(quantile(distribution, ENDS)))


CHANCES: st.SearchStrategy[Distribution] = st.one_of(
    rising(3, 0, 1).map(lambda p: Triangular(*p)),
    rising(2, 0, 1).map(lambda p: Triangular(0.0, p[0], p[1])),
    rising(2, 0, 1).map(lambda p: Triangular(p[0], p[1], 1.0)),
    rising(1, 0, 1).map(lambda p: Triangular(0.0, p[0], 1.0)),
    rising(1, 0, 0.99).map(lambda p: Triangular(p[0], 1.0, 1.0)),
    rising(1, 0.01, 1).map(lambda p: Triangular(0.0, 0.0, p[0])),
    rising(1, 0, 1).map(lambda p: Pert(0.0, p[0], 1.0)),
    rising(1, 0, 0.99).map(lambda p: Uniform(p[0], 1.0)),
    rising(1, 0, 0.99).map(lambda p: Beta(0.4, 0.4, p[0], 1 - p[0])),
    quantiles("logit"),
)


@given(CHANCES)
def test_a_probability_never_leaves_0_to_1_by_as_much_as_a_bit(distribution: Distribution) -> None:
    values = quantile(distribution, np.concatenate([U, ENDS]))
    assert values.min() >= 0.0
    assert values.max() <= 1.0


@given(distributions)
def test_the_shape_of_the_probabilities_does_not_matter(distribution: Distribution) -> None:
    u = U[:200].reshape(10, 20)
    assert np.array_equal(quantile(distribution, u).ravel(), quantile(distribution, u.ravel()))


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(TypeError, match="no quantile function for str"):
        quantile("normal", U)  # type: ignore[arg-type]
