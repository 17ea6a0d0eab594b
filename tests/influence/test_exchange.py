"""Unknowns drawn anew given others are distributed as they must be, and designs exchange what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.draws.streams import uniforms
from detente.draws.unknowns import NONE, Unknowns
from detente.influence.exchange import Block, Conditioner, exchanged, redrawn
from detente.model.judgement import Floats
from detente.testing import random_case
from tests.draws.small import read_case, uncertain_text
from tests.influence.linear import covariance, normal_case

SHARES = [(0.3, 0.2), (0.0, 0.4), (0.6, 0.0), (0.5, 0.5), (1.0, 0.0), (0.0, 1.0), (0.05, 0.9)]


def conditioner_of(*shares: float) -> Conditioner:
    unknowns = Unknowns(normal_case(*shares))
    return Conditioner(unknowns, np.ones(len(unknowns.names), dtype=np.bool_))


def mapped(conditioner: Conditioner, kept: list[int]) -> tuple[Floats, Floats]:
    """The linear maps by which scores of A and of B give those drawn anew."""
    which = np.isin(np.arange(6), kept)
    unit, nothing = np.eye(6), np.zeros((6, 6))
    return conditioner.given(which, unit, nothing), conditioner.given(which, nothing, unit)


@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize("kept", [[0], [1, 4], [0, 2, 4], [0, 1, 2, 3, 4], [3, 5]])
def test_unknowns_drawn_anew_have_the_conditional_distribution(
    shares: tuple[float, float], kept: list[int]
) -> None:
    sigma = covariance(*shares)
    of_a, of_b = mapped(conditioner_of(*shares), kept)
    others = [i for i in range(6) if i not in kept]
    inverse = np.linalg.pinv(sigma[np.ix_(kept, kept)], rcond=1e-7)
    slope = sigma[np.ix_(others, kept)] @ inverse
    rest = sigma[np.ix_(others, others)] - slope @ sigma[np.ix_(kept, others)]
    # Given the kept scores of A, the others have this mean. Where these are not independent,
    # many slopes give the same mean: compare what they give for scores that can be.
    mean = (of_a @ sigma)[others]
    np.testing.assert_allclose(mean, slope @ sigma[kept], atol=1e-6)
    np.testing.assert_allclose((of_b @ sigma @ of_b.T)[np.ix_(others, others)], rest, atol=1e-6)
    assert (of_a[:, others] == 0.0).all()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25)
def test_all_scores_have_the_joint_distribution_whatever_is_kept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = rng.uniform(0, 1)
    shares = one, float(rng.uniform(0, 1 - one))
    kept = np.flatnonzero(rng.random(6) < 0.5).tolist()
    of_a, of_b = mapped(conditioner_of(*shares), kept)
    sigma = covariance(*shares)
    np.testing.assert_allclose(of_a @ sigma @ of_a.T + of_b @ sigma @ of_b.T, sigma, atol=1e-5)


@pytest.fixture
def unknowns() -> Unknowns:
    return Unknowns(read_case(uncertain_text()))


def blocks(unknowns: Unknowns, count: int) -> tuple[Block, Block]:
    u = uniforms(5, unknowns.inputs, 0, 2 * count)
    return Block.of(unknowns, u[:, :count]), Block.of(unknowns, u[:, count:])


def test_what_is_kept_stays_exactly_and_nothing_kept_is_b_and_all_kept_is_a(
    unknowns: Unknowns,
) -> None:
    everything = np.ones(len(unknowns.names), dtype=np.bool_)
    a, b = blocks(unknowns, 70)
    kept = np.random.default_rng(1).random((3, len(everything))) < 0.5
    kept[1], kept[2] = True, False
    values = redrawn(Conditioner(unknowns, everything), a, b, kept, 32)
    assert np.array_equal(values[kept[0], :32], a.values[kept[0], :32])
    alone = ~kept[0] & ~unknowns.is_correlated
    assert np.array_equal(values[alone, :32], b.values[alone, :32])
    assert np.array_equal(values[:, 32:64], a.values[:, 32:64])
    np.testing.assert_allclose(values[:, 64:], b.values[:, 64:], rtol=1e-9, atol=1e-9)


def test_levels_drawn_anew_are_uniform() -> None:
    conditioner = conditioner_of(0.3, 0.4)
    a, b = blocks(conditioner.unknowns, 20_000)
    kept = np.isin(np.arange(6), [0, 3])
    values = redrawn(conditioner, a, b, kept[None], 20_000)
    for row in values:
        share = np.histogram(row, bins=[-np.inf, -1.2816, -0.5244, 0, 0.5244, 1.2816, np.inf])[0]
        assert share / 20_000 == pytest.approx([0.1, 0.2, 0.2, 0.2, 0.2, 0.1], abs=0.012)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15)
def test_exchanging_inputs_changes_what_hangs_on_them_and_nothing_else(seed: int) -> None:
    unknowns = Unknowns(random_case(seed))
    rng = np.random.default_rng(seed)
    at_play = rng.random(len(unknowns.names)) < 0.8
    inputs = rng.random(len(unknowns.inputs)) < 0.3
    a, b = blocks(unknowns, 4)
    values = exchanged(unknowns, a, b, inputs, at_play)
    hangs = ((unknowns.parts != NONE) & inputs[unknowns.parts]).any(axis=0)
    assert np.array_equal((values != a.values).any(axis=1), hangs & at_play)
    full = unknowns.values(unknowns.levels(np.where(inputs[:, None], b.u, a.u)))
    assert np.array_equal(values, np.where(at_play[:, None], full, a.values))
