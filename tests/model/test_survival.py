from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.model.judgement import Floats
from detente.model.survival import first_breaks, standing, trust


def hazards(seed: int, parties: int = 3, periods: int = 4, draws: int = 6) -> tuple[Floats, Floats]:
    """Hazards with plenty of zeros and ones, and chances of a false alarm."""
    rng = np.random.default_rng(seed)
    hazard = np.clip(rng.uniform(-0.4, 1.2, (parties, periods, draws)), 0, 1)
    return hazard, rng.uniform(0, 0.3, draws)


def lives(hazard: Floats, alarm: float, first: int = 1) -> tuple[list[float], Floats]:
    """Chances of one draw, walked through period by period: to stand, and to reach and break."""
    parties, periods = hazard.shape
    reach, stand, breaks = 1.0, [], np.zeros_like(hazard)
    for k in range(1, periods + 1):
        survive = 1.0
        for p in range(parties):
            breaks[p, k - 1] = reach * hazard[p, k - 1]
            survive *= 1.0 - hazard[p, k - 1]
        stand.append(reach * survive)
        reach = stand[-1] * (1.0 - alarm if k >= first else 1.0)
    return stand, breaks


@pytest.mark.statement("M35", "M38")
@pytest.mark.parametrize("seed", range(8))
def test_standing_and_first_breaks_are_the_walk_through_the_periods(seed: int) -> None:
    hazard, alarm = hazards(seed)
    stand, breaks = standing(hazard, alarm), first_breaks(hazard, alarm)
    for n in range(len(alarm)):
        expected_stand, expected_breaks = lives(hazard[..., n], alarm[n])
        np.testing.assert_allclose(stand[:, n], expected_stand, rtol=1e-13, atol=1e-300)
        np.testing.assert_allclose(breaks[..., n], expected_breaks, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("first", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_periods_before_the_first_are_passed_for_certain(seed: int, first: int) -> None:
    hazard, alarm = hazards(seed)
    hazard[:, : first - 1] = 0.0
    stand, breaks = standing(hazard, alarm, first), first_breaks(hazard, alarm, first)
    assert np.all(stand[: first - 1] == 1.0)
    for n in range(len(alarm)):
        expected_stand, expected_breaks = lives(hazard[..., n], alarm[n], first)
        np.testing.assert_allclose(stand[:, n], expected_stand, rtol=1e-13, atol=1e-300)
        np.testing.assert_allclose(breaks[..., n], expected_breaks, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("seed", range(8))
def test_what_follows_from_a_later_first_period_is_the_course_from_there(seed: int) -> None:
    hazard, alarm = hazards(seed)
    hazard[:, :2] = 0.0
    rest = hazard[:, 2:]
    np.testing.assert_allclose(standing(hazard, alarm, 3)[2:], standing(rest, alarm), rtol=1e-13)
    np.testing.assert_allclose(
        first_breaks(hazard, alarm, 3)[:, 2:], first_breaks(rest, alarm), rtol=1e-13
    )


@pytest.mark.statement("M38")
@settings(max_examples=50)
@given(st.integers(0, 10**6))
def test_one_who_can_break_and_alarms_share_all_that_is_not_kept(seed: int) -> None:
    hazard, alarm = hazards(seed)
    hazard[1:] = 0.0
    stand = standing(hazard, alarm)
    breaks = first_breaks(hazard, alarm).sum(axis=(0, 1))
    alarms = (stand[:-1] * alarm).sum(axis=0)
    np.testing.assert_allclose(stand[-1] + breaks + alarms, 1.0, rtol=0, atol=1e-13)


@settings(max_examples=50)
@given(st.integers(0, 10**6))
def test_standing_never_rises_and_stays_a_probability(seed: int) -> None:
    stand = standing(*hazards(seed))
    assert np.all(np.diff(stand, axis=0) <= 0.0)
    assert stand.min() >= 0.0
    assert stand.max() <= 1.0


@pytest.mark.statement("M11", "M35")
def test_a_plan_that_nobody_breaks_lives_until_an_alarm() -> None:
    stand = standing(np.zeros((2, 4, 1)), np.array([0.1]))
    np.testing.assert_allclose(stand[:, 0], [1.0, 0.9, 0.81, 0.729], rtol=1e-15)


@pytest.mark.statement("M36")
def test_keep_counts_no_alarm_in_the_maintenance_period() -> None:
    assert standing(np.zeros((1, 1, 1)), np.array([0.5]))[-1, 0] == 1.0


def test_a_sure_breach_leaves_nothing_to_break_later() -> None:
    hazard = np.array([[0.0, 1.0, 1.0], [0.0, 0.5, 1.0]])[..., None]
    breaks = first_breaks(hazard, np.zeros(1))[..., 0]
    assert breaks.tolist() == [[0.0, 1.0, 0.0], [0.0, 0.5, 0.0]]


@pytest.mark.statement("M27")
@pytest.mark.parametrize("seed", range(8))
def test_trust_is_the_chance_to_keep_from_here_on(seed: int) -> None:
    hazard, _ = hazards(seed)
    found = trust(hazard)
    for p, k, n in np.ndindex(hazard.shape):
        expected = np.prod([1.0 - hazard[p, j, n] for j in range(k, hazard.shape[1])])
        assert found[p, k, n] == pytest.approx(expected, rel=1e-13)


@pytest.mark.statement("M27")
def test_trust_does_not_rise_where_everyone_keeps() -> None:
    hazard = np.array([[0.0, 0.0, 0.3]])[..., None]
    assert trust(hazard)[0, :, 0].tolist() == [0.7, 0.7, 0.7]


def test_survival_leaves_its_input_as_it_is() -> None:
    hazard, alarm = hazards(0)
    kept = hazard.copy(), alarm.copy()
    standing(hazard, alarm), first_breaks(hazard, alarm), trust(hazard)
    assert np.array_equal(hazard, kept[0])
    assert np.array_equal(alarm, kept[1])
