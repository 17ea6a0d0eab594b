from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from detente.case.load import new_case
from detente.case.reading import read_document
from detente.case.schema import SCHEMA_FILE, case_schema, schema_text
from tests.case.samples import EXAMPLE, changed

VALIDATOR = Draft202012Validator(case_schema())
BUILTIN = sorted(
    (
        item
        for item in (resources.files("detente.case") / "builtin").iterdir()
        if item.name.endswith(".yaml")
    ),
    key=lambda item: item.name,
)


def as_json(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): as_json(value) for key, value in data.items()}
    return [as_json(item) for item in data] if isinstance(data, list) else data


def complaints(data: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_json(data))]


def test_the_stored_schema_is_that_of_the_models() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), "run python -m detente.case.schema"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(case_schema())


def test_the_example_and_the_starter_fit(tmp_path: Path) -> None:
    for data in (EXAMPLE.encode(), new_case("x", tmp_path).read_bytes()):
        assert complaints(read_document(data, "x").data) == []


@pytest.mark.parametrize("item", BUILTIN, ids=lambda item: item.name)
def test_the_builtin_cases_fit(item: Any) -> None:
    assert complaints(read_document(item.read_bytes(), item.name).data) == []


def test_a_small_case_in_the_style_of_the_published_ones_fits() -> None:
    text = b"""
detente: 1
title: gradual path
horizon_years: 10
phases:
  count: 1
  years: 1.0
discount: 0.2231435513142097
false_alarm: 0
defaults: {upfront: 0, collapse: 0, reservation: -1000}
parties:
  a: {}
  b: {}
measures:
  a1: {by: a, undo_years: never, detection: 1, worth: {a: -1.6384000000000005, b: 3.27}}
proposals:
  plan:
    phases:
      1:
      - a1
"""
    assert complaints(read_document(text, "x").data) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"discuont": 1},
        {"measures__aid__undo_year": 1},
        {"measures__a/b": {}},
        {"measures__aid__worth__cabinet": "x"},
        {"measures__aid__worth__cabinet": [1, 2]},
        {"measures__aid__worth__cabinet": {"dist": "norml", "loc": 0, "scale": 1}},
        {"measures__aid__worth__cabinet": {"value": 1, "basis": "guess"}},
        {"measures__aid__detection": 1.5},
        {"measures__aid__undo_years": "nevr"},
        {"discount": 0},
        {"phases__count": 31},
        {"proposals__draft_2__phases": {"x": []}},
        {"interactions__package__scale": 1, "interactions__package__measures": []},
        {"parties__upstream__accepts": {"al": []}},
    ],
)
def test_what_the_models_refuse_the_schema_refuses(changes: dict[str, Any]) -> None:
    assert complaints(changed(**changes)) != []


def test_fields_carry_their_descriptions() -> None:
    schema = case_schema()
    assert schema["properties"]["horizon_years"]["description"].startswith("Years after which")
    assert schema["$defs"]["MeasureSpec"]["properties"]["by"]["description"]
