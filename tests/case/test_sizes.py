"""What fits the format must also fit a machine: too much of anything is refused at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detente import CaseError, load_case


def case_with(**parts: Any) -> dict[str, Any]:
    return {
        "detente": 1,
        "title": "large",
        "phases": {"count": 2, "years": 1},
        "horizon_years": 10,
        "discount": 0.1,
        "parties": {"a": {}, "b": {}},
        "measures": {"m": {"by": "a"}},
    } | parts


def people(count: int) -> dict[str, Any]:
    return {"constituencies": {f"c{i}": {} for i in range(count)}}


LARGE: dict[str, tuple[dict[str, Any], str]] = {
    "parties": ({"parties": {f"p{i}": {} for i in range(60)}}, "60 parties"),
    "constituencies": ({"parties": {"a": people(220), "b": {}}}, "221 constituencies"),
    "deciders": (
        {
            "parties": {
                "a": people(40) | {"deciders": {"start": {f"c{i}": 0.025 for i in range(40)}}},
                "b": {},
            }
        },
        "40 deciders of one party",
    ),
    "measures": ({"measures": {f"m{i}": {} for i in range(1200)}}, "1200 measures"),
    "levels": (
        {"measures": {"m": {"levels": {f"l{i}": {} for i in range(2000)}}}},
        "2000 measures, levels written out",
    ),
    "watches": (
        {
            "measures": {
                **{f"m{i}": {} for i in range(400)},
                "v": {
                    "levels": {f"l{i}": {} for i in range(50)},
                    "raises_detection": {f"m{i}": 0.1 for i in range(400)},
                },
            }
        },
        "20000 pairs",
    ),
    "quantities": ({"quantities": {f"q{i}": {"start": 1} for i in range(150)}}, "150 quantities"),
    "growth": (
        {
            "horizon_years": 190,
            "quantities": {
                "q0": {"start": 1},
                **{f"q{i}": {"start": 1, "grows_by": f"q{i - 1}"} for i in range(1, 20)},
            },
        },
        "the quantities grow over 190 phases",
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_too_much_of_anything_is_refused_with_its_place(tmp_path: Path, what: str) -> None:
    parts, said = LARGE[what]
    path = tmp_path / "large.yaml"
    path.write_text(json.dumps(case_with(**parts)), encoding="utf-8")
    with pytest.raises(CaseError, match=said) as caught:
        load_case(path)
    assert all(problem.line == 1 and problem.column > 1 for problem in caught.value.problems)


def test_as_much_as_is_allowed_is_taken(tmp_path: Path) -> None:
    parts = {"measures": {f"m{i}": {"worth": {"a": 1, "b": 1}} for i in range(1000)}}
    path = tmp_path / "large.yaml"
    path.write_text(json.dumps(case_with(**parts)), encoding="utf-8")
    assert len(load_case(path).measures) == 1000


def test_levels_are_counted_before_they_are_written_out(tmp_path: Path) -> None:
    levels: dict[str, Any] = {f"l{i}": {} for i in range(20_000)}
    worth = {"a": 1, "b": 2}
    parts = {"measures": {"m": {"levels": levels, "worth": worth, "requires": ["x"] * 5}}}
    path = tmp_path / "large.yaml"
    path.write_text(json.dumps(case_with(**parts)), encoding="utf-8")
    with pytest.raises(CaseError, match="20000 measures, levels written out"):
        load_case(path)
