from __future__ import annotations

from typing import Any

import pytest

from detente.case.number_forms import (
    NON_NEGATIVE,
    PLAIN,
    POSITIVE,
    PROBABILITY,
    PROBABILITY_BELOW_ONE,
    Kind,
    NumberError,
    parse_number,
)
from detente.case.numbers import (
    Beta,
    Certain,
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
)


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [
        (5, PLAIN, Certain(5.0)),
        ([1, 2, 3], PLAIN, Triangular(1, 2, 3)),
        ([2, 2, 2], PLAIN, Certain(2.0)),
        ({"p5": 1, "p50": 2, "p95": 4}, PLAIN, Quantiles(1, 2, 4, "plain")),
        ({"p5": 1, "p50": 2, "p95": 4}, NON_NEGATIVE, Quantiles(1, 2, 4, "log")),
        ({"p5": 1, "p50": 2, "p95": 4}, POSITIVE, Quantiles(1, 2, 4, "log")),
        ({"p5": 0.1, "p50": 0.2, "p95": 0.4}, PROBABILITY, Quantiles(0.1, 0.2, 0.4, "logit")),
        ({"p5": 0, "p50": 0, "p95": 0}, PROBABILITY, Certain(0.0)),
        (
            {"p5": 0.1, "p50": 0.2, "p95": 0.4},
            PROBABILITY_BELOW_ONE,
            Quantiles(0.1, 0.2, 0.4, "logit"),
        ),
        ({"dist": "uniform", "loc": 2, "scale": 3}, PLAIN, Uniform(2, 5)),
        ({"dist": "uniform", "loc": 2, "scale": 0}, PLAIN, Certain(2.0)),
        ({"dist": "normal", "loc": 2, "scale": 3}, PLAIN, Normal(2, 3)),
        ({"dist": "normal", "loc": 2, "scale": 0}, PROBABILITY, None),
        ({"dist": "lognormal", "s": 1}, POSITIVE, Lognormal(1, 0, 1)),
        ({"dist": "lognormal", "s": 0, "scale": 3}, PLAIN, Certain(3.0)),
        ({"dist": "beta", "a": 2, "b": 3}, PROBABILITY_BELOW_ONE, Beta(2, 3, 0, 1)),
        ({"dist": "beta", "a": 2, "b": 3, "scale": 0, "loc": 0.5}, PROBABILITY, Certain(0.5)),
        ({"dist": "triangular", "low": 1, "mode": 2, "high": 5}, PLAIN, Triangular(1, 2, 5)),
        ({"dist": "triangular", "c": 0.25, "loc": 1, "scale": 4}, PLAIN, Triangular(1, 2, 5)),
        ({"dist": "pert", "low": 1, "mode": 2, "high": 5}, PLAIN, Pert(1, 2, 5, 4)),
        ({"dist": "pert", "c": 0.25, "loc": 1, "scale": 4, "weight": 2}, PLAIN, Pert(1, 2, 5, 2)),
        ({"dist": "pert", "low": 1, "mode": 1, "high": 1}, PLAIN, Certain(1.0)),
        (
            {"dist": "discrete", "xk": [3, 1], "pk": [0.25, 0.75]},
            PLAIN,
            Discrete((1, 3), (0.75, 0.25)),
        ),
        ({"dist": "discrete", "xk": [3, 1], "pk": [1, 0]}, PLAIN, Certain(3.0)),
        ({"value": {"dist": "normal", "loc": 0, "scale": 1}}, PLAIN, Normal(0, 1)),
    ],
)
def test_every_form_is_read(raw: Any, kind: Kind, expected: Distribution | None) -> None:
    if expected is None:
        with pytest.raises(NumberError):
            parse_number(raw, kind)
    else:
        assert parse_number(raw, kind).distribution == expected


@pytest.mark.parametrize(
    ("raw", "kind", "part"),
    [
        (True, PLAIN, "not true"),
        (None, PLAIN, "not empty"),
        ("1,5", PLAIN, "decimals take a point"),
        ([1, 2], PLAIN, "three numbers, not 2"),
        ([3, 2, 1], PLAIN, "must rise"),
        ([1, "x", 3], PLAIN, "not the text 'x'"),
        ({}, PLAIN, "a number is missing"),
        ({"valeu": 3}, PLAIN, "did you mean 'value'"),
        ({"value": 3, "bassis": "sourced"}, PLAIN, "did you mean 'basis'"),
        ({"value": 3, "basis": "source"}, PLAIN, "did you mean 'sourced'"),
        ({"value": {"value": 3}}, PLAIN, "inside value"),
        ({"value": 3, "why": 4}, PLAIN, "why must be text"),
        ({"value": 3, "sources": [1.5]}, PLAIN, "must name a source"),
        ({"dist": "norml"}, PLAIN, "did you mean 'normal'"),
        ({"dist": ["x"]}, PLAIN, "unknown distribution"),
        ({"dist": "normal", "loc": 0, "sd": 1}, PLAIN, "unknown parameter 'sd' of normal"),
        ({"dist": "normal", "loc": 0}, PLAIN, "scale is missing"),
        ({"dist": "normal", "loc": 0, "scale": -1}, PLAIN, "must not be negative"),
        ({"dist": "lognormal", "s": 11}, PLAIN, "at most 10"),
        ({"dist": "lognormal", "s": 1, "scale": 0}, PLAIN, "must be above 0"),
        ({"dist": "beta", "a": 0, "b": 1}, PLAIN, "a of beta must be above 0"),
        ({"dist": "triangular", "c": 2, "loc": 0, "scale": 1}, PLAIN, "between 0 and 1"),
        ({"dist": "pert", "low": 0, "mode": 1, "high": 2, "weight": 0}, PLAIN, "above 0"),
        ({"dist": "discrete", "xk": [1, 2], "pk": [0.5, 0.6]}, PLAIN, "must sum to 1"),
        ({"dist": "discrete", "xk": [1, 2], "pk": [1.5, -0.5]}, PLAIN, "not be negative"),
        ({"dist": "discrete", "xk": [1], "pk": [0.5, 0.5]}, PLAIN, "go in pairs"),
        ({"dist": "discrete", "xk": [1, 1], "pk": [0.5, 0.5]}, PLAIN, "lists a value twice"),
        ({"dist": "discrete", "pk": [1]}, PLAIN, "needs xk"),
        ({"p5": 1, "p50": 2}, PLAIN, "p95 is missing"),
        ({"p5": 3, "p50": 2, "p95": 4}, PLAIN, "must rise"),
        ({"p5": 0, "p50": 0.2, "p95": 0.4}, PROBABILITY, "strictly between"),
        ({"p5": 0, "p50": 0.2, "p95": 0.4}, NON_NEGATIVE, "p5 must be above 0"),
        (1.2, PROBABILITY, "between 0 and 1, not 1.2"),
        ([0, 0.5, 1.5], PROBABILITY, "reaches 1.5"),
        (
            {"dist": "normal", "loc": 0.5, "scale": 0.1},
            PROBABILITY,
            "use beta, triangular or p5/p50/p95",
        ),
        (1, PROBABILITY_BELOW_ONE, "below 1"),
        ([0, 0.5, 1], PROBABILITY_BELOW_ONE, "reaches 1"),
        (-1, NON_NEGATIVE, "not be negative"),
        (0, POSITIVE, "above 0, not 0"),
        ([0, 1, 2], POSITIVE, "above 0"),
        (10**30, PLAIN, "choose a larger unit"),
    ],
)
def test_what_is_wrong_is_said_with_advice(raw: Any, kind: Kind, part: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_number(raw, kind)
    assert part in caught.value.text


def test_a_fault_inside_a_number_leads_to_its_part() -> None:
    with pytest.raises(NumberError) as caught:
        parse_number({"value": [1, 2, "x"]})
    assert caught.value.at == ("value", 2)


def test_a_number_keeps_what_it_rests_on() -> None:
    number = parse_number(
        {"value": 1, "basis": "sourced", "source": 5, "sources": ["a", "5"], "why": "w"}
    )
    assert (number.basis, number.sources, number.why) == ("sourced", ("5", "a"), "w")


def test_notes_may_stand_beside_quantiles_and_distributions() -> None:
    assert parse_number({"p5": 1, "p50": 2, "p95": 3, "basis": "elicited"}).basis == "elicited"
    assert parse_number({"dist": "normal", "loc": 0, "scale": 1, "why": "w"}).why == "w"


def test_a_why_with_unquoted_commas_is_put_together_again() -> None:
    assert parse_number({"value": 1, "why": "forests", "dams": None}).why == "forests, dams"
