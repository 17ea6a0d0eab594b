from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.case.doubts import DOUBTS
from tests.case.samples import changed, example, warnings, written

TRIGGERS: list[tuple[str, dict[str, Any], str]] = [
    ("without_basis", {}, "35 numbers do not state a basis"),
    (
        "worth_outside_the_scale",
        {"measures__aid__worth__cabinet": [50, 90, 101]},
        "beyond the scale",
    ),
    ("unknown_sources", {"measures__aid__source": "treaty_1969"}, "did you mean 'treaty_1996'"),
    (
        "unknown_sources",
        {"measures__aid__worth__cabinet": {"value": 1, "source": "x"}},
        "unknown source 'x'",
    ),
    (
        "effects_on_unlisted",
        {"measures__aid__effects": {"money": {"change": 3}}},
        "money is not listed; shown as changes from 0",
    ),
    (
        "effects_on_unlisted",
        {"measures__aid__effects": {name: {"change": 3} for name in ("a", "b", "c", "d", "e")}},
        "a, b, c and 2 more are not listed",
    ),
    (
        "effects_on_unlisted",
        {"measures__aid__effects": {"flwo": {"change": 3}}},
        "quantity 'flwo' is not listed; did you mean 'flow'?",
    ),
    (
        "units_that_differ",
        {"measures__aid__effects": {"flow": {"change": 3, "unit": "l/s"}}},
        "the unit 'l/s' is not that of 'flow', 'm3/s'",
    ),
    ("valued_by_nobody", {"measures__aid__worth": {}}, "nobody gives 'aid' any worth"),
    (
        "broken_conditions",
        {"proposals__draft_2__phases": {1: ["release_schedule/half"], 2: ["gauges"]}},
        "draft_2: 'release_schedule/half' requires 'gauges'",
    ),
    (
        "reasons_cut_off",
        {"measures__aid__worth__cabinet": {"value": 1, "why": "a", "b c": None}},
        "'b c' is read as part of 'why'",
    ),
    (
        "calibrated_on_unlisted",
        {"calibrated_on": ["draft_2", "draft2", "what the press reported"]},
        "unknown proposal 'draft2'; did you mean 'draft_2'?",
    ),
    (
        "without_influence",
        {"parties__upstream__constituencies__press": {"name": "Press"}},
        "'press' has no influence on any result but its own",
    ),
    ("without_influence", {"parties__onlooker": {}}, "'onlooker' has no influence"),
]


@pytest.mark.parametrize(("doubt", "changes", "part"), TRIGGERS)
def test_each_doubt_is_triggered(
    tmp_path: Path, doubt: str, changes: dict[str, Any], part: str
) -> None:
    assert part in warnings(tmp_path, changed(**changes))


def test_every_doubt_has_a_case_that_triggers_it() -> None:
    assert {name for name, _, _ in TRIGGERS} == {getattr(doubt, "__name__", "") for doubt in DOUBTS}


PRESS = {"name": "Press"}


def test_who_is_asked_consents_signs_or_may_be_in_control_has_influence(tmp_path: Path) -> None:
    place = "parties__upstream__constituencies__press"
    deciders = {"start": {"cabinet": 1}, "turnover": [{"from": "cabinet", "to": "press"}]}
    deciders["turnover"][0]["per_year"] = 0.1  # type: ignore[index]
    for more in (
        {"measures__aid__consent": ["press"]},
        {"agreement__must_sign": ["upstream", "downstream", "press"]},
        {"agreement__accepts": {"all": ["upstream", "press"]}},
        {"parties__upstream__accepts": {"all": ["cabinet", {"at_least": 1, "of": ["press"]}]}},
        {"parties__upstream__accepts": {"at_least": 1}},
        {"parties__upstream__deciders": deciders},
    ):
        assert "influence" not in warnings(tmp_path, changed(**{place: PRESS}, **more)), more


def test_no_chance_no_weight_and_no_way_to_control_are_no_influence(tmp_path: Path) -> None:
    place = "parties__upstream__constituencies__press"
    never = [{"from": "provinces", "to": "press", "per_year": 0}]
    for more in (
        {"parties__upstream__deciders": {"start": {"cabinet": 1, "press": 0}}},
        {"parties__upstream__deciders": {"start": {"cabinet": 1}, "turnover": never}},
        {"parties__upstream__accepts": {"at_least": 1, "weights": {"cabinet": 1, "press": 0}}},
    ):
        assert "'press' has no influence" in warnings(tmp_path, changed(**{place: PRESS}, **more))


def test_influence_under_a_view_is_said(tmp_path: Path) -> None:
    view = {"parties": {"upstream": {"accepts": {"all": ["cabinet", "press"]}}}}
    written(tmp_path, view, "wide.yaml")
    data = changed(parties__upstream__constituencies__press=PRESS)
    data["views"] = {"wide": {"file": "wide.yaml"}}
    assert "; it has under the view wide" in warnings(tmp_path, data)


def test_an_effect_in_the_unit_of_its_quantity_raises_no_doubt(tmp_path: Path) -> None:
    for unit in ({"unit": "m3/s"}, {}):
        data = changed(measures__aid__effects={"flow": {"change": 3} | unit})
        assert "the unit" not in warnings(tmp_path, data)


def test_a_basis_around_all_numbers_is_enough(tmp_path: Path) -> None:
    assert warnings(tmp_path, example() | {"basis": "judgement"}) == ""
