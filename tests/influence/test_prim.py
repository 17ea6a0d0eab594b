"""Boxes are those that others found, and those that were planted."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.influence.prim import (
    LEAST_MASS,
    MOST_BOUNDS,
    PEEL,
    everything,
    find_box,
    merit,
    pasted,
    peeled,
)

PUBLISHED = Path(__file__).with_name("bryant_lempert_2010.csv")


def test_the_drivers_of_bryant_and_lempert_are_found() -> None:
    names = PUBLISHED.read_text(encoding="utf-8").splitlines()[0].split(",")
    data = np.loadtxt(PUBLISHED, delimiter=",", skiprows=1).T
    x, y = data[:-1], data[-1]
    box = find_box(x, y)
    assert [names[i] for i in box.bounded] == [
        "Cellulosic cost",
        "Total biomass",
        "Demand elasticity",
        "Biomass backstop price",
    ]
    assert np.isfinite(box.low[box.bounded]).tolist() == [True, False, True, True]
    inside = box.holds(x)
    # What Prim of EMA Workbench 2.5.2 with peel_alpha=.1 and threshold=.8 says of its box 21,
    # which bounds the same four on the same sides.
    assert y[inside].sum() / y.sum() == pytest.approx(0.752809, abs=1e-6)
    assert y[inside].mean() == pytest.approx(0.770115, abs=1e-6)
    assert inside.mean() == pytest.approx(0.098639, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_box_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((10, 4000))
    y = ((x[2] > 0.6) & (x[5] < 0.5) & (rng.random(4000) < 0.95)).astype(float)
    y[rng.random(4000) < 0.03] = 1.0
    box = find_box(x, y)
    assert box.bounded.tolist() == [2, 5]
    assert box.low[2] == pytest.approx(0.6, abs=0.03)
    assert box.high[5] == pytest.approx(0.5, abs=0.03)
    assert np.isinf([box.high[2], box.low[5]]).all()


def test_a_box_that_is_bounded_on_both_sides_is_found() -> None:
    x = np.random.default_rng(5).random((4, 4000))
    y = (np.abs(x[1] - 0.5) < 0.15).astype(float)
    box = find_box(x, y)
    assert box.bounded.tolist() == [1]
    assert [box.low[1], box.high[1]] == pytest.approx([0.35, 0.65], abs=0.03)


def test_chances_count_as_well_as_whether_it_happened() -> None:
    x = np.random.default_rng(6).random((5, 4000))
    box = find_box(x, np.where(x[3] > 0.7, 0.8, 0.1))
    assert box.bounded.tolist() == [3]
    assert box.low[3] == pytest.approx(0.7, abs=0.03)


def test_columns_of_few_values_are_cut_between_values() -> None:
    rng = np.random.default_rng(7)
    x = np.stack([rng.integers(0, 3, 3000), rng.integers(0, 2, 3000), np.full(3000, 4.0)])
    y = ((x[0] == 2) & (x[1] == 0)).astype(float)
    box = find_box(x.astype(float), y)
    assert y[box.holds(x)].mean() == 1.0
    assert box.holds(x).sum() == y.sum()
    assert box.bounded.tolist() == [0, 1]


def test_without_difference_there_is_no_box() -> None:
    x = np.random.default_rng(8).random((3, 500))
    for y in (np.zeros(500), np.ones(500), np.full(500, 0.4)):
        assert not len(find_box(x, y).bounded)


@given(seed=st.integers(0, 2**32), whole=st.booleans())
@settings(max_examples=30)
def test_boxes_shrink_by_thin_slices_and_never_hold_too_few(seed: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(6, 400))
    x[:3] = np.round(x[:3]) if whole else x[:3]
    y = (x[0] + x[1] + rng.normal(size=400) > 1).astype(float)
    held = [box.holds(x) for box in peeled(x, y)]
    for before, after in pairwise(held):
        assert not (after & ~before).any()
        assert y[after].mean() > y[before].mean()
        if not whole:
            assert after.sum() >= np.floor((1 - PEEL) * before.sum()) - 1
    assert held[-1].sum() >= int(LEAST_MASS * 400)
    box = find_box(x, y)
    assert len(box.bounded) <= MOST_BOUNDS
    assert merit(box, x, y) >= 0.0


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15)
def test_pasting_takes_points_in_without_lowering_the_mean(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((4, 500))
    y = (x[0] > 0.5).astype(float)
    box = everything(4).moved(0, 0.7, 0.9).moved(2, 0.2, np.inf)
    wider = pasted(box, x, y)
    before, after = box.holds(x), wider.holds(x)
    assert not (before & ~after).any()
    assert y[after].mean() >= y[before].mean()
    assert after.sum() > before.sum()


def test_merit_is_1_for_all_of_it_and_nothing_else_and_0_for_everything() -> None:
    x = np.random.default_rng(9).random((2, 1000))
    y = (x[0] > 0.8).astype(float)
    assert merit(everything(2), x, y) == pytest.approx(0.0)
    assert merit(everything(2).moved(0, 0.8, np.inf), x, y) == pytest.approx(1.0)
    half = everything(2).moved(0, 0.9, np.inf)
    assert merit(half, x, y) == pytest.approx(y[half.holds(x)].sum() / y.sum())


@pytest.mark.slow
def test_a_box_in_many_columns_is_found_in_seconds() -> None:
    rng = np.random.default_rng(10)
    x = rng.random((150, 5000))
    start = perf_counter()
    box = find_box(x, ((x[9] > 0.5) & (x[70] > 0.5)).astype(float))
    assert perf_counter() - start < 30.0
    assert box.bounded.tolist() == [9, 70]
