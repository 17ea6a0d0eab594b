"""The published JSON Schema of the case file, made from the models.

Editors use it for completion; the models remain the judge. ``python -m detente.case.schema``
writes it anew beside this module, and a test compares the two.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from detente.case.fields import NUMBER_MARK
from detente.case.file import CaseFile
from detente.case.number_forms import (
    BASES,
    NON_NEGATIVE,
    NOTES,
    PLAIN,
    POSITIVE,
    PROBABILITY,
    PROBABILITY_BELOW_ONE,
    Kind,
)

__all__ = ["SCHEMA_FILE", "case_schema", "schema_text"]

SCHEMA_FILE: Final = Path(__file__).with_name("case.schema.json")

_KINDS: Final = (PLAIN, PROBABILITY, PROBABILITY_BELOW_ONE, NON_NEGATIVE, POSITIVE)
_ANY_NUMBER: Final = {"type": "number"}
_PARAMETERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "uniform": (("loc", "scale"), ()),
    "normal": (("loc", "scale"), ()),
    "lognormal": (("s",), ("loc", "scale")),
    "beta": (("a", "b"), ("loc", "scale")),
}
_POINTS: Final = ("low", "mode", "high")
_SHIFTED: Final = ("c", "loc", "scale")


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema of the case file.

    Returns:
        A schema of draft 2020-12, as plain data that JSON can hold.
    """
    schema = CaseFile.model_json_schema()
    definitions = {f"{kind.name}_number": _number_schema(kind) for kind in _KINDS}
    shared = {"distribution": _distribution_schema()}
    schema["$defs"] = {**schema["$defs"], **shared, **definitions}
    closed: dict[str, Any] = _finished(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **closed,
        "title": "Détente case file, format 1.1",
    }


def schema_text() -> str:
    """Return the JSON Schema as it is stored."""
    return json.dumps(case_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _finished(part: Any) -> Any:
    """Put the forms of numbers in place of their marks, and close mappings over their keys."""
    if isinstance(part, list):
        return [_finished(item) for item in part]
    if not isinstance(part, dict):
        return part
    result = {key: _finished(value) for key, value in part.items() if key != NUMBER_MARK}
    if isinstance(part.get(NUMBER_MARK), str):
        result["$ref"] = f"#/$defs/{part[NUMBER_MARK]}_number"
    if "patternProperties" in part and "additionalProperties" not in part:
        result["additionalProperties"] = False
    if result.get("default", 0) is None:
        del result["default"]  # left out is not the same as null
    return result


def _notes() -> dict[str, Any]:
    text: dict[str, Any] = {"type": ["string", "integer", "null"]}
    source = {"anyOf": [text, {"type": "array", "items": {"type": ["string", "integer"]}}]}
    return {
        "properties": {
            **dict.fromkeys(NOTES, text),
            "basis": {"enum": list(BASES)},
            "source": source,
            "sources": source,
        }
    }


def _number_schema(kind: Kind) -> dict[str, Any]:
    """Return the schema of every form of a number of *kind*."""
    bounds: dict[str, Any] = {"type": "number"}
    if kind.low == 0:
        bounds["exclusiveMinimum" if kind.open_low else "minimum"] = 0
    if kind.high == 1:
        bounds["exclusiveMaximum" if kind.open_high else "maximum"] = 1
    bare = [
        bounds,
        {"type": "array", "items": bounds, "minItems": 3, "maxItems": 3},
    ]
    named = [
        _closed(("p5", "p50", "p95"), (), {"p5": bounds, "p50": bounds, "p95": bounds}),
        {"$ref": "#/$defs/distribution"},
    ]
    wrapped = {
        "type": "object",
        "required": ["value"],
        "properties": {"value": {"anyOf": [*bare, *named]}, **_notes()["properties"]},
        # The rest of a `why` whose commas are not in quotes.
        "additionalProperties": {"type": "null"},
    }
    return {"description": f"A number that {kind.phrase}.", "anyOf": [*bare, *named, wrapped]}


def _closed(
    required: tuple[str, ...], optional: tuple[str, ...], given: dict[str, Any]
) -> dict[str, Any]:
    parameters = {key: given.get(key, _ANY_NUMBER) for key in (*required, *optional)}
    return {
        "type": "object",
        "required": list(required),
        "properties": {**parameters, **_notes()["properties"]},
        "additionalProperties": False,
    }


def _distribution_schema() -> dict[str, Any]:
    forms = [
        _closed(("dist", *required), optional, {"dist": {"const": name}})
        for name, (required, optional) in _PARAMETERS.items()
    ]
    for name, optional in (("triangular", ()), ("pert", ("weight",))):
        for required in (_POINTS, _SHIFTED):
            forms += [_closed(("dist", *required), optional, {"dist": {"const": name}})]
    row = {"type": "array", "items": _ANY_NUMBER, "minItems": 1}
    discrete = {"dist": {"const": "discrete"}, "xk": row, "pk": row}
    forms.append(_closed(("dist", "xk", "pk"), (), discrete))
    return {"description": "A named distribution.", "anyOf": forms}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
