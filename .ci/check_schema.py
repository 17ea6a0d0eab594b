"""Check the published JSON Schema of case files: valid by its own standard, and strict.

Strict means: every reference leads somewhere, and every object that names its keys
refuses others.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator


def objects(node: Any, where: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 (JSON)
    """Every JSON object in *node*, with its place."""
    if isinstance(node, dict):
        yield where, node
        for key, value in node.items():
            yield from objects(value, f"{where}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from objects(value, f"{where}/{index}")


def resolves(schema: dict[str, Any], reference: str) -> bool:
    """Whether a local ``$ref`` leads to something in *schema*."""
    node: Any = schema
    for key in reference.removeprefix("#").strip("/").split("/"):
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True


def problems(schema: dict[str, Any]) -> Iterator[str]:
    """What is wrong with *schema*, one sentence each."""
    for where, node in objects(schema):
        is_property_map = where.endswith("/properties")
        reference = node.get("$ref")
        if isinstance(reference, str) and not resolves(schema, reference):
            yield f"{where}: {reference} leads nowhere"
        names_keys = isinstance(node.get("properties"), dict) and not is_property_map
        if names_keys and node.keys().isdisjoint({"additionalProperties", "unevaluatedProperties"}):
            yield f"{where}: takes unknown keys"


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    schema = json.loads((files("detente.case") / "case.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    found = list(problems(schema))
    print("\n".join(found) or "case.schema.json: valid and strict")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
