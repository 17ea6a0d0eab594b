"""Indices against functions whose indices are known, and against other programs."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import sobol_indices, t

from detente.influence.estimates import Z, jackknifed
from detente.influence.indices import UNIT, by_unit, orders, shapley, sobol, sobol_sums
from detente.model.judgement import Floats
from tests.influence import ishigami


def g_function(u: Floats) -> Floats:
    a = np.array([0.0, 1.0, 4.5, 9.0])[:, None]
    return np.asarray(((np.abs(4.0 * u - 2.0) + a) / (1.0 + a)).prod(axis=0))


def g_indices() -> tuple[Floats, Floats]:
    """Sobol (1993): the parts of a product of independent factors of mean 1."""
    part = 1.0 / 3.0 / (1.0 + np.array([0.0, 1.0, 4.5, 9.0])) ** 2
    variance = (1.0 + part).prod() - 1.0
    return part / variance, part * (1.0 + part).prod() / (1.0 + part) / variance


def test_the_indices_of_ishigami_by_hand_are_those_published() -> None:
    np.testing.assert_allclose(ishigami.FIRST, [0.3139, 0.4424, 0.0], atol=5e-5)
    np.testing.assert_allclose(ishigami.TOTAL, [0.5576, 0.4424, 0.2437], atol=5e-5)
    np.testing.assert_allclose(ishigami.SHAPLEY, [0.4357, 0.4424, 0.1218], atol=5e-5)


def test_indices_of_ishigami_are_found() -> None:
    sobol_sums_, shapley_sums_ = ishigami.sums(1, 20_000)
    values, errors = sobol(sobol_sums_)
    effects, wrong = shapley(shapley_sums_)
    truth = np.stack([ishigami.FIRST, ishigami.TOTAL], axis=1)
    assert (np.abs(values - truth) < 3.5 * errors).all()
    assert (np.abs(effects - ishigami.SHAPLEY) < 3.5 * wrong).all()
    assert errors.max() < 0.02
    assert wrong.max() < 0.02
    assert effects.sum() == pytest.approx(1.0, abs=1e-12)


def test_indices_of_the_g_function_are_found() -> None:
    a, b = np.random.default_rng(2).random((2, 4, 20_000))
    mixed = [g_function(np.where(np.arange(4)[:, None] == i, b, a)) for i in range(4)]
    values, errors = sobol(sobol_sums(g_function(a), g_function(b), np.array(mixed)))
    truth = np.stack(g_indices(), axis=1)
    assert (np.abs(values - truth) < 3.5 * errors).all()


@pytest.mark.parametrize(("count", "least"), [(1024, 0.85), (2500, 0.88)])
def test_intervals_hold_the_truth_as_often_as_they_say(count: int, least: float) -> None:
    truth = np.concatenate([ishigami.FIRST, ishigami.TOTAL, ishigami.SHAPLEY])
    far = []
    for seed in range(100):
        by_inputs, by_unknowns = ishigami.sums(seed, count)
        (values, errors), (effects, wrong) = sobol(by_inputs), shapley(by_unknowns)
        found = np.concatenate([values[:, 0], values[:, 1], effects])
        far.append((found - truth) / np.concatenate([errors[:, 0], errors[:, 1], wrong]))
    apart = np.array(far)
    covered = (np.abs(apart) < Z).mean(axis=0)
    assert covered.min() >= least
    assert covered.mean() >= 0.9
    # Errors that are too wide waste draws.
    assert (apart.std(axis=0) > 0.75).all()
    assert (np.abs(apart.mean(axis=0)) < 0.4).all()


def test_indices_are_those_of_scipy() -> None:
    a, b, mixed = ishigami.designed(3, 4096)
    found, _ = sobol(sobol_sums(a, b, mixed))
    theirs = sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": mixed[:, None]}, n=4096)
    # They centre by the mean of A and B too, but take what is left of the centre for 0.
    np.testing.assert_allclose(found[:, 0], theirs.first_order, atol=0.01)
    np.testing.assert_allclose(found[:, 1], theirs.total_order, rtol=1e-9)


@pytest.mark.slow
def test_indices_are_those_of_salib() -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol")
    a, b, mixed = ishigami.designed(4, 4096)
    found, _ = sobol(sobol_sums(a, b, mixed))
    rows = np.stack([a, *mixed, b]).T.ravel()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = analyze.analyze(problem, rows, calc_second_order=False, seed=1)
    np.testing.assert_allclose(found[:, 0], theirs["S1"], atol=0.01)
    np.testing.assert_allclose(found[:, 1], theirs["ST"], rtol=0.005)


def test_indices_do_not_depend_on_where_the_figure_lies_nor_on_its_unit() -> None:
    a, b, mixed = ishigami.designed(5, 1000)
    found = sobol(sobol_sums(a, b, mixed))
    moved = sobol(sobol_sums(1e3 - 50.0 * a, 1e3 - 50.0 * b, 1e3 - 50.0 * mixed))
    np.testing.assert_allclose(found, moved, rtol=1e-6, atol=1e-8)


def test_what_varies_in_one_unit_only_is_wholly_uncertain_and_no_error() -> None:
    a = np.zeros(10 * UNIT)
    a[3] = 1.0
    values, errors = sobol(sobol_sums(a, np.zeros_like(a), np.zeros((1, len(a)))))
    assert values[0, 1] == pytest.approx(1.0, abs=0.01)
    assert errors[0, 1] == pytest.approx(1.0, abs=0.2)
    alone = np.zeros((10, 2))
    alone[3] = [0.25, 0.75]
    effects, wrong = shapley(alone)
    assert effects.tolist() == [0.25, 0.75]
    assert wrong == pytest.approx(np.array([0.225, 0.675]) * t.ppf(0.975, 9) / Z)


def test_the_jackknife_of_a_mean_is_its_standard_error_as_wide_as_student_says() -> None:
    x = np.random.default_rng(6).normal(size=500)
    sums = np.stack([np.ones_like(x), x], axis=-1)
    mean, error = jackknifed(sums, lambda s: s[..., 1] / s[..., 0])
    assert mean == pytest.approx(x.mean())
    widened = t.ppf(0.975, 499) / Z
    assert error == pytest.approx(widened * x.std(ddof=1) / np.sqrt(500))
    assert jackknifed(sums[:1], lambda s: s[..., 1])[1] == 0.0


def test_a_last_unit_that_is_not_full_counts_for_what_it_holds() -> None:
    values = np.arange(UNIT * 2 + 5.0)
    assert by_unit(values)[-1] == values[-5:].sum()
    assert len(by_unit(values)) == 3
    truth = ishigami.sums(7, 20 * UNIT)[0]
    cut = ishigami.sums(7, 20 * UNIT - 63)[0]
    assert cut.shape == truth.shape
    assert sobol(cut)[1] == pytest.approx(sobol(truth)[1], rel=0.5)


def test_orders_come_in_pairs_each_the_reverse_and_follow_from_their_number() -> None:
    whole = orders(8, "way", 0, 400, 3)
    assert np.array_equal(whole[::2], whole[1::2, ::-1])
    assert np.array_equal(whole[37:80], orders(8, "way", 37, 43, 3))
    assert not np.array_equal(whole, orders(9, "way", 0, 400, 3))
    assert not np.array_equal(whole, orders(8, "other", 0, 400, 3))
    counts = [(whole == order).all(axis=1).sum() for order in permutations(range(3))]
    assert min(counts) > 40
