from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

import detente

HEAVY = {"numpy", "scipy", "pydantic", "duckdb", "rich", "cyclopts", "yaml", "jinja2"}
#: What people bring along: the package works without.
FOREIGN = {"pandas", "polars", "xarray"}
FUNCTIONS = [name for name in detente.__all__ if inspect.isfunction(getattr(detente, name))]
CLASSES = [name for name in detente.__all__ if inspect.isclass(getattr(detente, name))]
METHODS = [
    f"{name}.{method}"
    for name in CLASSES
    for method, value in vars(getattr(detente, name)).items()
    if inspect.isfunction(value) and not method.startswith("_")
]
RECORDS = [
    name
    for name in CLASSES
    if is_dataclass(getattr(detente, name)) or hasattr(getattr(detente, name), "_fields")
]


ODD: dict[str, Callable[..., object]] = {
    "a case that is a number": lambda: detente.run(5),  # type: ignore[arg-type]
    "no case": lambda: detente.load_case(None),  # type: ignore[arg-type]
    "draws in words": lambda: detente.run("river", draws="many"),  # type: ignore[arg-type]
    "proposals that are no list": lambda: detente.run("river", proposals="step_by_step"),
    "a proposal that is a number": lambda: detente.run("river", proposals=[5]),  # type: ignore[list-item]
    "views that are no list": lambda: detente.run_views("river", views=5),  # type: ignore[arg-type]
    "views of a case": lambda: detente.load_views("river", 5),  # type: ignore[arg-type]
    "a plan that is a number": lambda: detente.explain("river", 5),  # type: ignore[arg-type]
    "two such": lambda: detente.compare("river", 5, 6),  # type: ignore[arg-type]
    "a plan to parse": lambda: detente.parse_plan(detente.load_case("river"), 5),  # type: ignore[arg-type]
    "a plan to judge": lambda: detente.judge("river", 5, detente.draw("river", draws=2)),  # type: ignore[arg-type]
    "draws to judge in": lambda: detente.judge("river", "step_by_step", 5),  # type: ignore[arg-type]
    "a plan to repair": lambda: detente.repair("river", 5),  # type: ignore[arg-type]
    "what to repair": lambda: detente.repair("river", "step_by_step", objective=5),  # type: ignore[arg-type]
    "a name of a new case": lambda: detente.new(5),  # type: ignore[arg-type]
    **{
        f"{name} of a search": partial(detente.search, "river", **{name: value})  # type: ignore[arg-type]
        for name, value in {
            "objectives": 5,
            "least": ["hold"],
            "most": {5: 1.0},
            "fix": ["gauges"],
            "forbid": 5,
            "phases": "two",
            "views": 5,
            "seconds": "ten",
            "state": 5,
        }.items()
    },
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_arguments_of_another_type_are_refused_in_words(odd: Callable[[], object]) -> None:
    with pytest.raises(detente.DetenteError, match=r" (must|is) "):
        odd()


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


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_docstrings_say_what_goes_in_what_comes_out_and_what_goes_wrong(name: str) -> None:
    function: Callable[..., Any] = attrgetter(name)(detente)
    doc = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    described = re.findall(r"^    (\w+): ", section(doc, "Args"), re.MULTILINE)
    assert described == [p for p in signature.parameters if p != "self"]
    assert bool(section(doc, "Returns")) == (signature.return_annotation != "None")
    named = set(re.findall(r"^    (\w+): ", section(doc, "Raises"), re.MULTILINE))
    assert raised(function) <= named
    assert named <= {*detente.__all__, "KeyError"}
    if {"case", "source"} & {*signature.parameters} and name in FUNCTIONS:
        assert named  # a file may be wrong, or not be there


def section(doc: str, title: str) -> str:
    """What stands under *title*; nothing where there is no such section."""
    found = re.search(rf"^{title}:\n((?:    .*\n?|\n)+)", doc, re.MULTILINE)
    return found[1] if found else ""


def raised(function: Callable[..., Any]) -> set[str]:
    """The errors that *function* itself raises by name."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    return {c.func.id for c in calls if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)}


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_is_described(name: str) -> None:
    kind = getattr(detente, name)
    lines = inspect.getsource(kind).splitlines()
    tree = ast.parse("\n".join(lines))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            own, above = lines[node.lineno - 1], lines[node.lineno - 2].strip()
            below = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            assert "#: " in own or above.startswith("#: ") or below, node.target.id


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


def test_results_need_no_library_of_data_frames_or_templates() -> None:
    statement = "import detente; repr(detente.run('river', draws=10).table('hazards'))"
    assert not imported_by(statement) & {*FOREIGN, "duckdb", "jinja2"}


def test_testing_is_not_loaded_with_the_package() -> None:
    code = "import sys, detente; print('detente.testing' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_help_needs_no_numbers_and_no_database() -> None:
    statement = "from detente.commands.main import main; main(['--help'])"
    assert not imported_by(statement) & {"numpy", "scipy", "pydantic", "duckdb", "yaml"}
