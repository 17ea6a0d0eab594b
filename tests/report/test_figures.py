from __future__ import annotations

import re
from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detente.report.figures import (
    Share,
    amount,
    amount_step,
    count,
    share,
    share_of_draws,
    share_range,
    share_step,
    worth,
)
from detente.verdict.intervals import estimate
from detente.verdict.results import Estimate

errors = st.floats(0.0, 0.5)
means = st.floats(0.0, 1.0)
draws = st.integers(1, 20_000)


def counted(positive: int, of: int) -> Estimate:
    return estimate(float(positive), float(positive), of, certain=False)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    of = draw(draws)
    return counted(draw(st.integers(0, of)), of)


def shown(text: str) -> float:
    return float(re.sub(r"[^\d.-]", "", text.replace("−", "-")))


@pytest.mark.parametrize(
    ("positive", "of", "phrase"),
    [
        (0, 50, "fewer than 8 in 100"),
        (50, 50, "more than 92 in 100"),
        (0, 10_000, "fewer than 1 in 100"),
        (3, 10_000, "fewer than 1 in 100"),
        (10_000, 10_000, "more than 99 in 100"),
        (2_100, 10_000, "21 of 100"),
        (21, 50, "about 40 of 100"),
        (2, 5, "about 50 of 100"),
    ],
)
def test_shares_of_counted_draws_read_like_this(positive: int, of: int, phrase: str) -> None:
    assert share(counted(positive, of)).phrase == phrase


@pytest.mark.parametrize(
    ("mean", "phrase"),
    [(0.0, "0 of 100"), (1.0, "100 of 100"), (0.354, "35 of 100"), (1e-9, "fewer than 1 in 100")],
)
def test_a_certain_share_is_exact_to_two_digits(mean: float, phrase: str) -> None:
    assert share(Estimate(mean, 0.0, (mean, mean))).phrase == phrase


@given(estimates())
def test_a_share_never_claims_a_digit_finer_than_its_error(figure: Estimate) -> None:
    made = share(figure)
    assert made.step >= min(100 * figure.standard_error, 50)
    assert made.bound or made.count % made.step == 0
    assert made.step == 1 or made.bound or made.phrase.startswith("about ")


@given(estimates())
def test_a_share_is_within_its_interval_as_shown(figure: Estimate) -> None:
    made = share(figure)
    low, high = figure.interval
    match made.bound:
        case "<":
            assert 100 * high < made.count or made.count == 100
        case ">":
            assert 100 * low > made.count or made.count == 0
        case _:
            first, last = (int(end) for end in share_range(figure).split("–"))
            assert first <= 100 * low <= 100 * high <= last
            assert made.step > 20 or first <= made.count <= last


@given(estimates())
def test_what_is_not_certain_is_never_shown_as_none_or_all(figure: Estimate) -> None:
    made = share(figure)
    assert made.bound or 0 < made.count < 100


@given(means, means, errors)
def test_of_two_shares_with_one_error_the_greater_is_not_shown_as_less(
    one: float, other: float, error: float
) -> None:
    def place(made: Share) -> float:
        return {"<": -1.0, ">": 101.0}.get(made.bound, float(made.count))

    def figure(mean: float) -> Estimate:
        return Estimate(mean, error, (max(mean - 2 * error, 0.0), min(mean + 2 * error, 1.0)))

    low, high = sorted((one, other))
    assume(error > 0.0)
    assert place(share(figure(low))) <= place(share(figure(high)))


@given(errors, errors)
def test_a_greater_error_never_gives_a_finer_step(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert share_step(low) <= share_step(high)


@given(means, draws)
def test_a_mean_without_an_estimate_is_shown_no_finer_than_a_share_of_its_draws(
    mean: float, of: int
) -> None:
    made = share_of_draws(mean, of, certain=False)
    assert made.step >= min(100 * sqrt(mean * (1 - mean) / of), 50)


@given(estimates())
def test_words_for_draws_and_for_chances_hold_the_same_figure(figure: Estimate) -> None:
    made = share(figure)
    numbers = [re.findall(r"\d+", text) for text in (made.phrase, made.of_draws, made.as_chance)]
    assert numbers[0] == numbers[1] == numbers[2]
    assert made.of_draws.endswith("of 100 draws")


def test_shares_of_a_certain_case_are_of_every_draw_or_none() -> None:
    assert share_of_draws(1.0, 10, certain=True).of_draws == "every draw"
    assert share_of_draws(0.0, 10, certain=True).of_draws == "no draw"


@pytest.mark.parametrize(
    ("mean", "error", "text"),
    [
        (41.23, 0.4, "41"),
        (41.23, 0.04, "41"),
        (41.23, 4.0, "40"),
        (-3.736, 0.05, "−3.7"),
        (0.2, 0.9, "within ±1"),
        (0.0, 0.0, "0"),
        (123456.0, 0.0, "120\u202f000"),
        (-0.0165, 0.0058, "−0.02"),
    ],
)
def test_amounts_read_like_this(mean: float, error: float, text: str) -> None:
    assert amount(mean, error) == text


@given(st.floats(-1e9, 1e9), st.floats(0.0, 1e6))
def test_an_amount_never_claims_a_digit_finer_than_its_error(mean: float, error: float) -> None:
    assume(mean == 0.0 or abs(mean) > 1e-9)
    assume(error == 0.0 or error > 1e-9)
    step = amount_step(mean, error)
    assert step >= error * (1 - 1e-9)
    text = amount(mean, error)
    if not text.startswith("within"):
        assert abs(shown(text) - mean) <= step * 0.5001
        assert (shown(text) == 0.0) == (mean == 0.0)


@given(st.floats(-400, 400), st.floats(0.0, 50.0))
def test_a_worth_has_one_decimal_or_none(mean: float, error: float) -> None:
    text = worth(mean, error)
    decimals = text.partition(".")[2]
    assert len(decimals) <= 1
    assert not decimals or error <= 0.1


def test_thousands_stand_apart() -> None:
    assert count(10_000) == "10\u202f000"
