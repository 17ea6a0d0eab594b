"""Reviews: parties' numbers exchanged by rank, and what moves by that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.case.domain import Case
from detente.case.lint_sides import KINDS
from detente.case.numbers import central
from detente.insight.reviewing import exchanged
from detente.report.document import as_json
from detente.report.reviewing import review_document, review_screen
from detente.testing import case_data, make_case
from tests.case.samples import written
from tests.report.hostile import hostile
from tests.report.test_comparing import shown

KIND = {kind.name: kind for kind in KINDS}


def numbers(case: Case, kind: str, party: str) -> list[float | None]:
    if KIND[kind].of_steps:
        found = [getattr(m, kind) for m in case.measures if m.by == party]
    else:
        found = [getattr(c, kind) for c in case.constituencies if c.party == party]
    return [None if number is None else central(number.distribution) for number in found]


def test_numbers_are_exchanged_by_rank(river: Case) -> None:
    assert numbers(river, "detection", "upland") == [0.95, 0.4, 1.0]
    assert numbers(river, "undo_years", "upland") == [0.1, 0.0, None]
    assert numbers(river, "undo_years", "delta") == [0.5, 0.0, None]
    other = exchanged(river, KIND["undo_years"], "upland", "delta")
    assert numbers(other, "undo_years", "upland") == [0.5, 0.0, None]
    assert numbers(other, "undo_years", "delta") == [0.1, 0.0, None]
    other = exchanged(river, KIND["detection"], "upland", "delta")
    assert numbers(other, "detection", "upland") == [1.0, 1.0, 1.0]
    assert numbers(other, "detection", "delta") == [0.4, 0.95, 1.0]


def test_ranks_are_matched_by_their_share_where_one_party_has_more(river: Case) -> None:
    other = exchanged(river, KIND["discount"], "upland", "delta")
    assert numbers(other, "discount", "upland") == [0.08, 0.08]
    assert numbers(other, "discount", "delta") == [0.12]


def test_exchanging_is_symmetric_and_leaves_all_else_alone(river: Case) -> None:
    for kind in KINDS:
        one = exchanged(river, kind, "upland", "delta")
        assert one == exchanged(river, kind, "delta", "upland")
        assert (one.quantities, one.proposals, one.parties) == (
            river.quantities,
            river.proposals,
            river.parties,
        )
        assert [m.worth for m in one.measures] == [m.worth for m in river.measures]


def test_exchanging_twice_changes_nothing_where_parties_have_as_many(river: Case) -> None:
    kind = KIND["undo_years"]
    twice = exchanged(exchanged(river, kind, "upland", "delta"), kind, "upland", "delta")
    assert twice.measures == river.measures


def test_what_can_never_be_undone_takes_that_with_it() -> None:
    data = case_data()
    data["measures"]["pullback"]["undo_years"] = "never"
    case = make_case(data)
    other = exchanged(case, KIND["undo_years"], "north", "south")
    pullback, payment = other.measures
    assert pullback.undo_years is not None
    assert pullback.undo_years.path == "measures.pullback.undo_years"
    assert pullback.secret_undo
    assert payment.undo_years is None
    detente.compare(other, "swap", "swap", draws=5)


def test_what_comes_to_be_undone_can_be_so_unannounced_if_the_giver_could() -> None:
    for secret in (True, False):
        data = case_data()
        data["measures"]["pullback"]["undo_years"] = "never"
        data["measures"]["payment"] |= {"undo_years": 2, "secret_undo": secret}
        case = make_case(data)
        pullback, payment = exchanged(case, KIND["undo_years"], "north", "south").measures
        assert pullback.secret_undo is secret
        assert (payment.undo_years, payment.secret_undo) == (None, False)


def with_levels(numbers: dict[str, Any]) -> Case:
    """North has a step with levels, and one without; south has two without."""
    levels = {name: {"detection": number} for name, number in numbers.items()}
    worth = {"north": 1, "south": 1}
    return make_case(
        measures={
            "cut": {"by": "north", "levels": levels, "worth": worth},
            "visit": {"by": "north", "detection": 0.9, "worth": worth},
            "aid": {"by": "south", "detection": 0.3, "worth": worth},
            "loan": {"by": "south", "detection": 0.8, "worth": worth},
        },
        proposals={"swap": {"phases": {1: ["cut/low", "aid"]}}},
    )


def test_the_levels_of_a_step_are_one_step_in_the_ranking() -> None:
    case = with_levels(dict.fromkeys(("low", "mid", "high"), 0.5))
    other = exchanged(case, KIND["detection"], "north", "south")
    assert numbers(other, "detection", "north") == [0.3, 0.3, 0.3, 0.8]
    assert numbers(other, "detection", "south") == [0.5, 0.9]
    assert exchanged(other, KIND["detection"], "north", "south") == case


def test_levels_take_those_of_another_step_by_rank() -> None:
    case = with_levels({"low": 0.2, "mid": 0.7, "high": 0.6})
    other = exchanged(case, KIND["detection"], "north", "south")
    assert numbers(other, "detection", "north") == [0.3, 0.3, 0.3, 0.8]
    assert numbers(other, "detection", "south") == [0.6, 0.9]  # the middle of three


def test_a_number_keeps_the_random_numbers_of_its_place(river: Case) -> None:
    other = exchanged(river, KIND["detection"], "upland", "delta")
    assert [m.detection.path for m in other.measures] == [m.detection.path for m in river.measures]


def test_hold_moves_as_two_runs_say(river: Case) -> None:
    found = {swap.kind: swap for swap in detente.review("river", draws=300).swaps}
    assert set(found) == {"discount", "detection", "undo_years"}
    for kind, swap in found.items():
        other = exchanged(river, KIND[kind], *swap.parties)
        before, after = (detente.run(case, draws=300) for case in (river, other))
        for name, contrast in swap.hold.items():
            assert contrast.first == pytest.approx(before[name].hold.mean, abs=1e-12)
            assert contrast.second == pytest.approx(after[name].hold.mean, abs=1e-12)


def test_parties_with_the_same_numbers_have_nothing_to_exchange(tmp_path: Path) -> None:
    data = case_data()
    del data["measures"]["payment"]["detection"]
    found = detente.review(written(tmp_path, data), draws=10)
    assert found.swaps == ()
    assert "None to exchange" in shown(review_screen(found, make_case(data)))


def test_a_case_that_cannot_be_used_has_problems_and_no_hints(tmp_path: Path) -> None:
    found = detente.review(written(tmp_path, {"detente": 1}))
    assert not found.report.ok
    assert (found.hints, found.swaps) == ((), ())
    assert json.loads(as_json(review_document(found)))["hints"] == []


def test_a_mover_is_named_with_what_it_moves(tmp_path: Path) -> None:
    # North gains little and asks for much; south gains much and asks for nothing.
    data = case_data(parties={"north": {"reservation": 8}, "south": {}})
    data["measures"]["pullback"]["worth"] = {"north": [0, 1, 2], "south": [30, 40, 50]}
    data["measures"]["payment"] |= {"worth": {"north": [2, 3, 4], "south": 1}}
    found = detente.review(written(tmp_path, data), draws=100)
    text = " ".join(shown(review_screen(found, make_case(data))).split())
    assert "• reservation, north and south: most moved is “swap”, which holds in" in text
    (swap,) = (swap for swap in found.swaps if swap.kind == "reservation")
    assert swap.hold["swap"].first == 0.0
    assert swap.hold["swap"].second > 0.5


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    found = detente.review(written(tmp_path, hostile()), draws=5)
    text = shown(review_screen(found, make_case(hostile())))
    assert not set(text) & {"\x1b", "\x07", "\u202e", "\u2066"}
    assert as_json(review_document(found)).isascii()
