"""Boxes are told by other draws, and chance alone makes none."""

from __future__ import annotations

import numpy as np
import pytest

from detente.draws.unknowns import Unknowns
from detente.influence.results import Scenario
from detente.influence.scenarios import MOST_BOXES, scenarios
from detente.model.judgement import Bools, Floats
from tests.draws.small import read_case, uncertain_text

ROWS = [3, 7, 11, 20, 21, 30]


@pytest.fixture(scope="module")
def unknowns() -> Unknowns:
    return Unknowns(read_case(uncertain_text()))


def halves(seed: int, count: int = 2500) -> tuple[Floats, Floats]:
    x: Floats = np.random.default_rng(seed).normal(size=(len(ROWS), 2 * count))
    return x[:, :count], x[:, count:]


def holds(unknowns: Unknowns, scenario: Scenario, x: Floats) -> Bools:
    inside = np.ones(x.shape[1], dtype=np.bool_)
    for limit in scenario.limits:
        column = x[ROWS.index(unknowns.row(limit.number))]
        inside &= column >= (-np.inf if limit.low is None else limit.low)
        inside &= column <= (np.inf if limit.high is None else limit.high)
    return inside


def test_what_is_told_is_counted_in_the_other_draws(unknowns: Unknowns) -> None:
    found_in, told_by = halves(1)

    def chance(x: Floats) -> Floats:
        return np.where((x[1] > 0.5) & (x[4] < 0.2), 0.9, 0.1) * np.where(x[2] > -1.0, 1.0, 0.5)

    y = chance(told_by)
    (one, *_) = scenarios(unknowns, ROWS, (found_in, chance(found_in)), (told_by, y))
    inside = holds(unknowns, one, told_by)
    assert {limit.number for limit in one.limits} >= {unknowns.names[7], unknowns.names[21]}
    assert one.coverage.value == pytest.approx(y[inside].sum() / y.sum())
    assert one.density.value == pytest.approx(y[inside].mean())
    assert one.mass == pytest.approx(inside.mean())
    assert one.base == pytest.approx(y.mean())
    for index in (one.coverage, one.density):
        assert 0.0 <= index.interval[0] < index.value < index.interval[1] <= 1.0


def test_noise_makes_no_box_but_by_chance(unknowns: Unknowns) -> None:
    found = 0
    for seed in range(40):
        (a, b), rng = halves(seed, 500), np.random.default_rng(1000 + seed)
        y = (rng.random((2, 500)) < 0.3).astype(float)
        found += bool(scenarios(unknowns, ROWS, (a, y[0]), (b, y[1])))
    assert found <= 4


def test_a_second_box_is_looked_for_outside_the_first(unknowns: Unknowns) -> None:
    found_in, told_by = halves(2)

    def happened(x: Floats) -> Floats:
        return np.asarray(((x[0] > 1.0) | (x[3] < -1.2)).astype(float))

    found = scenarios(unknowns, ROWS, (found_in, happened(found_in)), (told_by, happened(told_by)))
    assert 2 <= len(found) <= MOST_BOXES
    assert {limit.number for s in found[:2] for limit in s.limits} == {
        unknowns.names[3],
        unknowns.names[20],
    }
    assert sum(s.coverage.value for s in found) == pytest.approx(1.0, abs=0.05)
    assert sum(s.coverage.value for s in found) <= 1.0


def test_intervals_of_coverage_and_density_hold_what_many_draws_say(unknowns: Unknowns) -> None:
    def happened(x: Floats) -> Floats:
        return np.asarray(((x[1] > 0.3) & (x[4] > 0.0) & (x[0] > -1.5)).astype(float))

    many: Floats = np.random.default_rng(99).normal(size=(len(ROWS), 100_000))
    y, held = happened(many), []
    for seed in range(40):
        a, b = halves(100 + seed, 600)
        one = scenarios(unknowns, ROWS, (a, happened(a)), (b, happened(b)))[0]
        inside = holds(unknowns, one, many)
        truth = y[inside].sum() / y.sum(), y[inside].mean()
        held.append(
            [
                index.interval[0] <= value <= index.interval[1]
                for index, value in zip((one.coverage, one.density), truth, strict=True)
            ]
        )
    assert (np.mean(held, axis=0) >= 0.85).all()


def test_nothing_happens_or_always_and_there_is_no_box(unknowns: Unknowns) -> None:
    a, b = halves(3)
    for y in (np.zeros(a.shape[1]), np.ones(a.shape[1])):
        assert scenarios(unknowns, ROWS, (a, y), (b, y)) == ()
