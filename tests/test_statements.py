"""Every statement of the model is checked by a test that says so (marker ``statement``)."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
MODEL = TESTS.parent / "docs" / "reference" / "model.md"


def stated() -> list[str]:
    """The numbers of all statements (M) and published results (P)."""
    text = MODEL.read_text(encoding="utf-8")
    return re.findall(r"^\*\*([MP]\d+)\.", text, re.MULTILINE)


def named(decorator: ast.expr) -> Iterator[str]:
    """The numbers in ``@pytest.mark.statement("M1", …)``."""
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.statement":
        for argument in decorator.args:
            assert isinstance(argument, ast.Constant), ast.unparse(decorator)
            yield str(argument.value)


@cache
def checked() -> dict[str, list[str]]:
    """Which tests check what."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for number in (n for d in node.decorator_list for n in named(d)):
                    assert node.name.startswith("test_"), node.name
                    found[number].append(f"{path.name}::{node.name}")
    return found


def test_every_statement_of_the_model_is_checked_by_a_test() -> None:
    assert [number for number in stated() if number not in checked()] == []


def test_tests_name_only_statements_that_exist() -> None:
    assert {number: tests for number, tests in checked().items() if number not in stated()} == {}


def test_no_test_names_a_statement_twice() -> None:
    for number, tests in checked().items():
        assert len(set(tests)) == len(tests), number
