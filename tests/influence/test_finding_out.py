"""What finding out is worth, where that is known by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import ndtr

from detente.draws.streams import uniforms
from detente.influence import finding_out
from detente.influence.exchange import Block, Conditioner, redrawn
from detente.influence.finding_out import FOLDS, SHUFFLES, Value, perfect, value
from detente.influence.panel import Panel
from detente.model.judgement import Bools, Floats
from detente.searching.figures import parse_figure
from detente.testing import make_case

DRAWS = 4096


def option(mean: float, spread: float) -> float:
    """E[max(0, X)] - max(0, E[X]) of a normal X."""
    z = mean / spread
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(spread * density + mean * ndtr(z) - max(mean, 0.0))


def shown(scores: Floats, y: Floats, name: str = "group") -> Value:
    return value(ndtr(scores), y, 1, name)


@pytest.mark.parametrize(("mean", "slopes"), [(0.0, (1.0, 0.0)), (-0.4, (0.8, 0.6)), (1.0, (1, 1))])
def test_between_two_plans_it_is_an_option_on_a_normal(
    mean: float, slopes: tuple[float, float]
) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, DRAWS))
    y = np.stack([np.zeros(DRAWS), mean + np.array(slopes) @ x[:2] + x[2]])
    found = shown(x[:2], y)
    wanted = option(mean, float(np.hypot(*slopes)))
    assert found.mean == pytest.approx(wanted, abs=4 * found.error)
    assert found.mean - 2 * found.error > max(found.chance)
    assert perfect(y)[0] == pytest.approx(
        option(mean, float(np.hypot(1.0, np.hypot(*slopes)))), abs=4 * perfect(y)[1]
    )


def test_plans_that_succeed_on_either_side_of_a_threshold() -> None:
    x = np.random.default_rng(2).normal(size=(2, DRAWS))
    y = np.stack([x[0] > 0.3, x[0] <= 0.3]).astype(float)
    found = shown(x[:1], y)
    wanted = 1.0 - float(ndtr(0.3))
    # A jump is fitted by a smooth curve, which finds most of it.
    assert 0.85 * wanted < found.mean < wanted + 4 * found.error
    assert perfect(y)[0] == pytest.approx(wanted, abs=0.03)


def test_what_helps_only_at_both_ends_is_seen() -> None:
    x = np.random.default_rng(3).normal(size=(2, DRAWS))
    y = np.stack([np.full(DRAWS, 0.2), x[0] ** 2 - 1.0 + 0.5 * x[1]])
    found = shown(x[:1], y)
    many = np.random.default_rng(4).normal(size=400_000)
    wanted = np.maximum(0.2, many**2 - 1.0).mean() - 0.2
    assert found.mean == pytest.approx(wanted, abs=4 * found.error + 0.03 * wanted)


def test_what_plays_no_part_is_worth_nothing_and_never_clear() -> None:
    means, clear = [], 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        common, x = rng.normal(size=1024), rng.normal(size=(3, 1024))
        base = np.linspace(0.0, -0.2, 4)[:, None]
        y = 1.0 / (1.0 + np.exp(-2.0 * (base + common + rng.normal(size=(4, 1024)))))
        found = shown(x, y, f"{seed}")
        means.append(found.mean)
        clear += found.mean - 1.96 * found.error > max(found.chance)
    assert clear <= 2
    assert abs(np.mean(means)) < 0.003


def test_more_is_worth_no_less_and_nothing_is_worth_more_than_all() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(6, DRAWS))
    slopes = rng.normal(size=(4, 6))
    y = slopes @ x + 0.5 * rng.normal(size=(4, DRAWS))
    found = [shown(x[:count], y) for count in (1, 2, 4, 6)]
    for less, more in pairwise(found):
        assert more.mean > less.mean - 2 * (more.error + less.error)
    assert found[-1].mean < perfect(y)[0] + 2 * perfect(y)[1]
    assert found[-1].mean > 0.8 * perfect(y)[0]


def test_a_plan_that_is_better_in_every_draw_leaves_nothing_to_find_out() -> None:
    x = np.random.default_rng(6).normal(size=(2, 500))
    y = np.stack([x[0], x[0] + 0.1])
    assert perfect(y) == (0.0, 0.0)
    assert shown(x, y) == Value(0.0, 0.0, (0.0,) * SHUFFLES)


def test_it_does_not_depend_on_where_the_figure_lies_and_scales_with_it() -> None:
    x = np.random.default_rng(7).normal(size=(2, 1000))
    y = np.stack([np.zeros(1000), x[0] - 0.1])
    one, other = shown(x, y), shown(x, 50.0 + 10.0 * y)
    assert other.mean == pytest.approx(10 * one.mean, rel=1e-6)
    assert other.error == pytest.approx(10 * one.error, rel=1e-6)


def test_the_shuffling_follows_from_seed_and_name() -> None:
    x = np.random.default_rng(8).normal(size=(2, 600))
    y = np.random.default_rng(9).normal(size=(3, 600))
    assert value(ndtr(x), y, 1, "a") == value(ndtr(x), y, 1, "a")
    shifted = [value(ndtr(x), y, *of).chance for of in ((1, "a"), (1, "b"), (2, "a"))]
    assert len(set(shifted)) > 1


def test_many_unknowns_and_few_draws_are_fitted_all_the_same() -> None:
    x = np.random.default_rng(10).normal(size=(150, 512))
    y = np.stack([np.zeros(512), x[0] + 0.1 * x[1]])
    found = shown(x, y)
    assert np.isfinite([found.mean, found.error, *found.chance]).all()
    assert -0.05 < found.mean < option(0.0, 1.0) + 4 * found.error
    least = value(ndtr(x[:1, :FOLDS]), y[:, :FOLDS], 1, "few")
    assert np.isfinite(least.mean)


def test_discrete_looking_levels_near_the_ends_stay_finite() -> None:
    levels = np.random.default_rng(11).choice([2.0**-53, 0.5, 1 - 2.0**-53], size=(1, 600))
    y = np.stack([np.full(600, 0.2), (levels[0] > 0.4).astype(float)])
    assert value(levels, y, 1, "ends").mean == pytest.approx(0.2 / 3, abs=0.04)
    assert finding_out.features(levels).shape == (600, 2)


def nested(panel: Panel, kept: Bools) -> tuple[float, float]:
    """The same by drawing anew, 200 times in each of 400 draws, what is not found out."""
    outer, inner = 400, 200
    unknowns = panel.unknowns
    u = uniforms(77, unknowns.inputs, 0, outer * (inner + 1))
    a = Block.of(unknowns, np.repeat(u[:, :outer], inner, axis=1))
    b = Block.of(unknowns, u[:, outer:])
    everything = np.ones(len(unknowns.names), dtype=np.bool_)
    values = redrawn(Conditioner(unknowns, everything), a, b, kept[None], outer * inner)
    means = panel.read(values).reshape(len(panel.plans), outer, inner).mean(axis=2)
    won = means.max(axis=0) - means[np.argmax(means.mean(axis=1))]
    return float(won.mean()), float(won.std() / np.sqrt(outer))


@pytest.mark.slow
@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.4, 0.2)])
def test_it_is_what_nested_sampling_says(shares: tuple[float, float]) -> None:
    case = make_case(
        correlation={"same_constituency": shares[0], "same_measure": shares[1]},
        measures={
            "a": {"by": "north", "worth": {"north": [-9, -4, 6], "south": [2, 6, 12]}},
            "b": {"by": "south", "worth": {"north": [4, 8, 14], "south": [-20, -6, 8]}},
            "c": {"by": "south", "worth": {"north": [0, 6, 10], "south": [-12, -6, 2]}},
        },
        proposals={"one": {"phases": {1: ["a", "b"]}}, "two": {"phases": {1: ["a", "c"]}}},
    )
    panel = Panel(case, [p.plan for p in case.proposals], parse_figure(case, "surplus.south"))
    names = panel.unknowns.names
    u = uniforms(3, panel.unknowns.inputs, 0, DRAWS)
    block = Block.of(panel.unknowns, u)
    for ends in ((".b.worth.south",), (".worth.south",), (".worth.north",)):
        kept = np.array([name.endswith(ends) for name in names])
        found = value(block.levels[kept], panel.read(block.values), 1, "group")
        wanted, error = nested(panel, kept)
        assert found.mean == pytest.approx(wanted, abs=4 * np.hypot(found.error, error) + 0.1)
