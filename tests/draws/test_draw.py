from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from detente.case.domain import Case
from detente.case.load import load_case
from detente.draws.draw import draw, refuse_draws_of_another
from detente.draws.sampler import Draws, Sampler
from detente.errors import CaseError, RequestError
from detente.testing import random_case
from tests.draws.small import Side, small_case, step
from tests.draws.test_sampler import same

RIVER = load_case("river")


@pytest.mark.parametrize("first", [0, 3, 4, 1000])
def test_draws_are_those_of_the_sequence_that_the_seed_fixes(first: int) -> None:
    found = draw(RIVER, draws=9, seed=5, first=first)
    assert same(found, Sampler(RIVER).sample(5, first, 9))
    assert found.case_hash == RIVER.hash


def test_later_draws_are_the_same_however_many_stand_before_them() -> None:
    whole, later = draw(RIVER, draws=30), draw(RIVER, draws=10, first=20)
    assert np.array_equal(whole.worth[..., 20:], later.worth)
    assert np.array_equal(whole.turnover[0][..., 20:], later.turnover[0])


def test_ten_thousand_draws_are_made_unless_another_number_is_asked_for() -> None:
    assert draw(RIVER).count == 10_000


def test_a_case_may_be_given_by_its_name() -> None:
    assert same(draw("river", draws=4), draw(RIVER, draws=4))
    with pytest.raises(RequestError, match="did you mean 'river'"):
        draw("rivr")
    with pytest.raises(CaseError, match="no such file"):
        draw("nothing/at/all.yaml")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"draws": 0}, "draws must be 1 or more, not 0"),
        ({"draws": 2.5}, r"draws must be a whole number, not 2\.5"),
        ({"draws": True}, "draws must be a whole number, not True"),
        ({"seed": -1}, "seed must be 0 or more, not -1"),
        ({"first": -1}, "first must be 0 or more, not -1"),
        ({"first": "2"}, "first must be a whole number, not '2'"),
    ],
)
def test_requests_that_make_no_sense_are_refused(asked: dict[str, Any], text: str) -> None:
    with pytest.raises(RequestError, match=text):
        draw(RIVER, **asked)


@pytest.mark.parametrize("number", [np.int64(3), np.int32(3)])
def test_whole_numbers_of_numpy_are_whole_numbers(number: Any) -> None:
    assert draw(RIVER, draws=number, seed=number, first=number).count == 3


@pytest.mark.parametrize("case", [RIVER, *(random_case(seed) for seed in range(6))])
@pytest.mark.parametrize("count", [1, 5])
def test_draws_fit_the_case_they_are_of(case: Case, count: int) -> None:
    draws = draw(case, draws=count)
    refuse_draws_of_another(case, draws)
    refuse_draws_of_another(replace(case, proposals=(), agreement=None), draws)


def test_draws_of_a_case_with_another_content_are_refused() -> None:
    with pytest.raises(RequestError, match="not of river as it is now: make them anew"):
        refuse_draws_of_another(replace(RIVER, hash="1" * 64), draw(RIVER, draws=2))


def sides(**deciders: float) -> list[Side]:
    return [Side("a", dict.fromkeys(deciders, 0.0), start=deciders), Side("b")]


STEPS = [step("m", "a", {"b": 1.0}), step("n", "b", {"b": 2.0})]
CHANGED = {
    "a measure less": small_case(sides(x=0.5, y=0.5), STEPS[:1]),
    "a decider less": small_case(sides(x=1.0), STEPS),
    "a party more": small_case([*sides(x=0.5, y=0.5), Side("c")], STEPS),
    "verification": small_case(
        sides(x=0.5, y=0.5), [STEPS[0], step("n", "b", {"b": 2.0}, raises={"m": 0.5})]
    ),
}


@pytest.mark.parametrize("change", CHANGED)
def test_draws_that_do_not_fit_a_case_changed_by_hand_are_refused(change: str) -> None:
    """Such a case keeps the hash of the file that it came from."""
    draws = draw(small_case(sides(x=0.5, y=0.5), STEPS), draws=2)
    with pytest.raises(RequestError, match="do not fit small"):
        refuse_draws_of_another(CHANGED[change], draws)


@pytest.mark.parametrize("name", [spec.name for spec in fields(Draws) if spec.name != "case_hash"])
def test_draws_with_arrays_of_several_lengths_are_refused(name: str) -> None:
    draws = draw(RIVER, draws=3)
    value = getattr(draws, name)
    longer = draw(RIVER, draws=5)
    odd = replace(draws, **{name: getattr(longer, name)})
    assert value is not getattr(odd, name)
    with pytest.raises(RequestError, match="do not fit river"):
        refuse_draws_of_another(RIVER, odd)
