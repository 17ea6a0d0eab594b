from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.case.doubts import DOUBTS
from tests.case.samples import changed, example, warnings

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
]


@pytest.mark.parametrize(("doubt", "changes", "part"), TRIGGERS)
def test_each_doubt_is_triggered(
    tmp_path: Path, doubt: str, changes: dict[str, Any], part: str
) -> None:
    assert part in warnings(tmp_path, changed(**changes))


def test_every_doubt_has_a_case_that_triggers_it() -> None:
    assert {name for name, _, _ in TRIGGERS} == {getattr(doubt, "__name__", "") for doubt in DOUBTS}


def test_an_effect_in_the_unit_of_its_quantity_raises_no_doubt(tmp_path: Path) -> None:
    for unit in ({"unit": "m3/s"}, {}):
        data = changed(measures__aid__effects={"flow": {"change": 3} | unit})
        assert "the unit" not in warnings(tmp_path, data)


def test_a_basis_around_all_numbers_is_enough(tmp_path: Path) -> None:
    assert warnings(tmp_path, example() | {"basis": "judgement"}) == ""
