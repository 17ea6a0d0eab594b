"""Indices from given draws against what is known by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from detente.draws.unknowns import Unknowns
from detente.influence.given import CLASSES, DUMMIES, RANGES, Given, classes, dummies, given
from detente.model.judgement import Floats
from detente.testing import make_case
from tests.influence import ishigami


def found_of(levels: Floats, y: Floats, seed: int = 0) -> Given:
    sorted_in = (levels * CLASSES).astype(np.intp)
    return given(np.concatenate([sorted_in, dummies(seed, len(y))]), y)


def test_first_indices_of_ishigami_are_found_but_for_what_varies_inside_a_class() -> None:
    u = np.random.default_rng(1).random((3, 20_000))
    found = found_of(u, ishigami.ishigami(u))
    # A sine with k waves over all classes keeps sinc(k / CLASSES)^2 of its variance.
    kept = np.sinc(np.array([1, 2, 1]) / CLASSES) ** 2
    assert kept[1] > 0.94
    assert (np.abs(found.first - ishigami.FIRST * kept) < 3.5 * found.first_error).all()
    assert (found.delta > found.zero).all()  # the third moves the shape, not the mean


def test_first_index_of_a_correlated_normal_is_the_square_of_its_correlation() -> None:
    rng = np.random.default_rng(2)
    cov = np.array([[1.0, 0.6], [0.6, 1.0]])
    x = np.linalg.cholesky(cov) @ rng.normal(size=(2, 20_000))
    y = x[0] + rng.normal(size=20_000)  # the second plays no part but by what it shares
    found = found_of(ndtr(x), y)
    edges = ndtri(np.arange(CLASSES + 1) / CLASSES)
    density = np.exp(-(edges**2) / 2.0) / np.sqrt(2.0 * np.pi)
    within = float((np.diff(density) ** 2).sum() * CLASSES)  # what class means keep of a normal
    assert within > 0.97
    wanted = np.array([0.5, 0.5 * 0.36]) * within
    assert (np.abs(found.first - wanted) < 3.5 * found.first_error).all()


@pytest.mark.parametrize("binary", [False, True])
def test_the_first_index_of_what_plays_no_part_is_0_on_average(binary: bool) -> None:
    rng = np.random.default_rng(3)
    y = rng.lognormal(size=1000)
    found = found_of(rng.random((300, 1000)), (y > 3.0).astype(float) if binary else y)
    error = found.first.std() / np.sqrt(300)
    assert abs(found.first.mean()) < 3.5 * error
    assert error < 0.001


def test_chance_alone_passes_the_zero_line_of_delta_once_in_twenty() -> None:
    passed = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        found = found_of(rng.random((40, 1000)), rng.normal(size=1000), seed)
        passed.append((found.delta > found.zero).mean())
    assert 0.01 <= np.mean(passed) <= 0.12


def test_delta_is_half_the_distance_between_distributions() -> None:
    rng = np.random.default_rng(4)
    u, noise, share = rng.random(60_000), rng.normal(size=60_000), 0.8
    y = share * ndtri(u) + np.sqrt(1 - share**2) * noise
    found = found_of(u[None], y)
    points = (np.arange(CLASSES * 200) + 0.5) / (CLASSES * 200)
    edges = ndtri(np.arange(1, RANGES) / RANGES)
    below = ndtr((edges[:, None] - share * ndtri(points)) / np.sqrt(1 - share**2))
    ends = [np.zeros((1, points.size)), below, np.ones((1, points.size))]
    by_class = np.diff(np.concatenate(ends), axis=0).reshape(RANGES, CLASSES, -1).mean(axis=2)
    wanted = np.abs(by_class - 1.0 / RANGES).sum(axis=0).mean() / 2.0
    assert found.delta[0] == pytest.approx(wanted, abs=4 * found.delta_error[0] + 0.002)
    assert found.delta_error[0] < 0.005
    assert found.zero < 0.03


def test_the_order_of_the_draws_does_not_matter_but_for_the_errors() -> None:
    rng = np.random.default_rng(5)
    u = rng.random((2, 3000))
    y = u[0] + 0.3 * rng.normal(size=3000)
    sorted_in = np.concatenate([(u * CLASSES).astype(np.intp), dummies(0, 3000)])
    order = rng.permutation(3000)
    one, other = given(sorted_in, y), given(sorted_in[:, order], y[order])
    np.testing.assert_allclose(one.first, other.first, rtol=1e-9)
    np.testing.assert_allclose(one.delta, other.delta, rtol=1e-9)
    np.testing.assert_allclose(one.first_error, other.first_error, rtol=0.6)


def test_errors_are_what_repetitions_spread_by() -> None:
    first, errors, deltas, wrong = [], [], [], []
    for seed in range(60):
        u = np.random.default_rng(seed).random((3, 2000))
        found = found_of(u, ishigami.ishigami(u))
        first.append(found.first)
        errors.append(found.first_error)
        deltas.append(found.delta)
        wrong.append(found.delta_error)
    spread = np.std(first, axis=0, ddof=1)[:2]
    assert np.mean(errors, axis=0)[:2] == pytest.approx(spread, rel=0.3)
    # Delta has no smooth derivative: leaving units out tells somewhat too much.
    assert (np.mean(wrong, axis=0) > 0.75 * np.std(deltas, axis=0, ddof=1)).all()


def test_a_figure_of_few_values_and_one_that_hardly_ever_varies_are_read() -> None:
    u = np.random.default_rng(6).random((2, 4000))
    found = found_of(u, (u[0] < 0.25).astype(float))
    assert found.first[0] == pytest.approx(1.0, abs=1e-9)
    assert found.delta[0] == pytest.approx(2 * 0.25 * 0.75, abs=0.02)
    often = found_of(u, (u[0] < 0.95).astype(float))
    assert often.delta[0] == pytest.approx(2 * 0.05 * 0.95, abs=0.02)
    assert often.delta[0] > often.zero > 0.0
    rare = np.zeros(4000)
    rare[7] = 1.0
    assert np.isfinite(found_of(u, rare).first).all()
    assert np.isfinite(found_of(u, rare).first_error).all()


def test_classes_of_a_discrete_unknown_are_its_values() -> None:
    case = make_case(false_alarm={"dist": "discrete", "xk": [0.5, 0.0, 0.1], "pk": [0.1, 0.2, 0.7]})
    unknowns = Unknowns(case)
    row = unknowns.row("false_alarm")
    levels = np.random.default_rng(7).random((1, 5000))
    sorted_in = classes(unknowns, [row], levels)[0]
    values = unknowns.values(levels, [row])[0]
    assert [set(values[sorted_in == i].tolist()) for i in range(3)] == [{0.0}, {0.1}, {0.5}]
    y = np.where(values == 0.0, 1.0, 0.0)
    assert given(np.concatenate([sorted_in[None], dummies(0, 5000)]), y).first[0] == pytest.approx(
        1.0, abs=1e-9
    )


def test_a_discrete_unknown_of_very_many_values_is_sorted_as_others_are() -> None:
    many = {"dist": "discrete", "xk": [i / 40 for i in range(40)], "pk": [1 / 40] * 40}
    unknowns = Unknowns(make_case(false_alarm=many))
    row = unknowns.row("false_alarm")
    levels = np.random.default_rng(8).random((1, 20_000))
    found = given(
        np.concatenate([classes(unknowns, [row], levels), dummies(0, 20_000)]),
        unknowns.values(levels, [row])[0],
    )
    assert found.first[0] > 0.99


def test_dummies_are_many_alike_and_independent() -> None:
    found = dummies(1, 3200)
    assert found.shape == (DUMMIES, 3200)
    assert found.max() == CLASSES - 1
    assert np.abs(np.corrcoef(found) - np.eye(DUMMIES)).max() < 0.08
