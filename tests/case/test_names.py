from __future__ import annotations

import pytest

from detente.case.names import did_you_mean, listed, shortened


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("gagues", ["gauges", "aid"], "; did you mean 'gauges'?"),
        ("GAUGES", ["gauges"], "; did you mean 'gauges'?"),
        ("xyz", ["gauges"], ""),
        ("a" * 500, ["a" * 499], ""),
        ("name_250x", [f"name_{i}" for i in range(5000)], "; did you mean 'name_250'?"),
        ("x", [], ""),
    ],
)
def test_the_nearest_name_is_suggested(name: str, known: list[str], hint: str) -> None:
    assert did_you_mean(name, known) == hint


def test_lists_are_words() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "and") == "a, b and c"
    assert listed([str(i) for i in range(20)], limit=3) == "0, 1, 2 and 17 more"


def test_long_names_are_shortened() -> None:
    assert shortened("x" * 200) == "x" * 100 + "…"
