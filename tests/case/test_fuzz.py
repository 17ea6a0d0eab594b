"""Whatever a file holds, only a CaseError may come out, soon, and with places."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.case.load import load_case
from detente.case.reading import read_document
from detente.case.resolve import resolve_case
from detente.case.validation import doubts, examine
from detente.errors import CaseError
from tests.case.samples import EXAMPLE

LINES = EXAMPLE.splitlines()
# Generous, as coverage and a busy machine slow everything; what is kept out takes minutes.
SOON = 12.0
relaxed = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def refusal(data: bytes) -> CaseError | None:
    """Return how *data* is refused as a case, None where it is one."""
    try:
        document = read_document(data, "f")
        file = examine(document)
    except CaseError as error:
        return error
    doubts(document, file, resolve_case(file, "f", document.data))
    return None


def tried(data: bytes) -> None:
    """Read *data* as a case; pass where it is one, or is refused as it should be."""
    start = time.perf_counter()
    error = refusal(data)
    assert time.perf_counter() - start < SOON
    if error is None:
        return
    # YAML counts more signs as line breaks than most editors do.
    lines = sum(data.count(sign) for sign in (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80"))
    assert error.problems
    for problem in error.problems:
        assert problem.file == "f"
        assert 1 <= problem.line <= lines + 3
        assert problem.column >= 1
        assert 0 < len(problem.message) < 1000


@relaxed
@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    tried(data)


@relaxed
@given(st.text(alphabet="ab:{}[],-?&*!|>'\"%@`#~ \n\t0.\ufeff\u2028", max_size=120))
def test_random_yaml_text(text: str) -> None:
    tried(text.encode())


@relaxed
@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 12), st.text(max_size=6))
def test_the_example_with_a_piece_replaced(at: int, length: int, piece: str) -> None:
    tried((EXAMPLE[:at] + piece + EXAMPLE[at + length :]).encode("utf-8", "surrogatepass"))


@relaxed
@given(st.lists(st.integers(0, len(LINES) - 1), max_size=6), st.integers(0, len(LINES) - 1))
def test_the_example_with_lines_removed_and_doubled(gone: list[int], doubled: int) -> None:
    kept = [line for i, line in enumerate(LINES) if i not in gone]
    kept.insert(min(doubled, len(kept)), LINES[doubled])
    tried("\n".join(kept).encode())


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["gauges", "cabinet", "never", "value", "x", "", "a/b", "upstream"]),
)
keys = st.one_of(
    st.sampled_from(
        ["value", "dist", "all", "at_least", "p5", "scale", "levels", "why", "by", "1"]
    ),
    st.integers(0, 3),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data if isinstance(data, list) else [])
    )
    for key, value in items:
        found.extend(_paths(value, (*path, key)))
    return found


PLAIN = read_document(EXAMPLE.encode(), "f").data
PATHS = _paths(PLAIN)


def _flow(data: Any) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(_flow(item) for item in data) + "]"
    if isinstance(data, str):
        return f'"{data}"'
    return "null" if data is None else str(data).lower()


def _replaced(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    if isinstance(data, dict):
        return {k: _replaced(v, path[1:], value) if k == path[0] else v for k, v in data.items()}
    return [_replaced(v, path[1:], value) if i == path[0] else v for i, v in enumerate(data)]


@settings(relaxed, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(PATHS), values), min_size=1, max_size=3))
def test_the_example_with_anything_in_any_place(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = PLAIN
    for path, value in changes:
        try:
            data = _replaced(data, path, value)
        except TypeError:  # an earlier change took the place away
            continue
    tried(_flow(data).encode())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "a: " * 100_000,
        "[a, " * 100_000,
        "\n".join(" " * i + "a:" for i in range(1500)),
        "- " * 100_000,
        "? " * 100_000,
        "&a " * 1000,
        "a: &a [*a, *a]",
        "x: [" + ", ".join(["{}"] * 40_000) + "]",
        "x: " + "y" * 2_000_000,
        "parties: {" + ", ".join(f"p{i}: {{}}" for i in range(20_000)) + "}",
        "k: 1\n" * 50_000,
        "\n".join(f"k{i}: 1" for i in range(20_000)),
        "detente: 1e400",
        "discount: " + "9" * 5000,
        "title: .nan",
        "\0",
        "\t",
        "a:\n\t\tb: 1",
        "%YAML 1.1\n---\na: 1",
        "%YAML 3.0\n---\na: 1",
        "--- |\n text",
        "!!python/object/apply:os.system ['true']",
        "parties: {a: {accepts: " + "{all: [" * 25 + "]}" * 25 + "}}",
    ],
)
def test_what_was_made_to_break_readers(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(CaseError) as caught:
        examine(read_document(text.encode(), "f"))
    assert caught.value.problems
    assert time.perf_counter() - start < 5 * SOON


def test_an_enormous_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    start = time.perf_counter()
    with pytest.raises(CaseError, match="larger than 2 MiB"):
        load_case(path)
    assert time.perf_counter() - start < SOON


def test_devices_pipes_and_folders_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    start = time.perf_counter()
    for path in (Path("/dev/zero"), Path("/dev/stdin"), tmp_path / "pipe.yaml", tmp_path):
        with pytest.raises(CaseError):
            load_case(path)
    assert time.perf_counter() - start < SOON


def test_a_large_case_is_read_soon() -> None:
    worths = "\n".join(
        f"  m{i}: {{by: a, requires: [m{max(i - 1, 0)}], worth: {{a: [1, 2, 3], b: 4}}}}"
        for i in range(1, 1000)
    )
    text = f"detente: 1\ntitle: t\nphases: {{count: 1, years: 1}}\nhorizon_years: 1\ndiscount: 1\nparties: {{a: {{}}, b: {{}}}}\nmeasures:\n  m0: {{}}\n{worths}\n"
    start = time.perf_counter()
    document = read_document(text.encode(), "f")
    assert len(examine(document).measures) == 1000
    assert time.perf_counter() - start < 2 * SOON


def test_many_misspelt_names_among_many_are_refused_soon() -> None:
    rows = "\n".join(f"  measure_number_{i}: {{requires: [measure_nmber_{i}]}}" for i in range(900))
    text = f"detente: 1\ntitle: t\nphases: {{count: 1, years: 1}}\nhorizon_years: 1\ndiscount: 1\nparties: {{a: {{}}}}\nmeasures:\n{rows}\n"
    start = time.perf_counter()
    with pytest.raises(CaseError) as caught:
        examine(read_document(text.encode(), "f"))
    assert len(caught.value.problems) == 101
    assert time.perf_counter() - start < 5 * SOON
