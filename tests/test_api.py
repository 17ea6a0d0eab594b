from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import detente

HEAVY = {"numpy", "scipy", "pydantic", "duckdb", "rich", "cyclopts", "yaml"}


def imported_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_public_names_are_sorted_and_listed_once() -> None:
    assert list(detente.__all__) == sorted(set(detente.__all__))


@pytest.mark.parametrize("name", detente.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(detente, name)
    if name != "__version__":
        assert inspect.getdoc(value)
        assert not (inspect.getdoc(value) or "").startswith(f"{name}(")  # made by dataclass


def test_what_type_checkers_see_is_what_is_loaded() -> None:
    tree = ast.parse(Path(detente.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: f"{node.module}:{alias.name}".removeprefix("detente.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == detente._HOMES
    assert {*seen, "__version__"} == set(detente.__all__)


def test_dir_lists_the_public_names() -> None:
    assert set(detente.__all__) <= set(dir(detente))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        detente.nothing_like_it  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not imported_by("import detente") & HEAVY


def test_help_needs_no_numbers_and_no_database() -> None:
    statement = "from detente.commands.main import main; main(['--help'])"
    assert not imported_by(statement) & {"numpy", "scipy", "pydantic", "duckdb", "yaml"}
