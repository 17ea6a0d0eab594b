from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case.cells import CellError, Style, cells_of, column_of, filled, style_of
from detente.case.flow import same
from detente.case.number_forms import parse_number

POINT = style_of(",", [])
COMMA = style_of(";", [])


def cells(raw: Any, **changes: str) -> dict[str, str]:
    number = None if raw in (None, "never") else parse_number(raw)
    return cells_of(raw, number) | changes


def fill(raw: Any, /, *, style: Style = POINT, **changes: str) -> Any:
    """What stands in the file after *changes* to the cells of *raw*."""
    number = None if raw in (None, "never") else parse_number(raw)
    return filled(raw, number, cells(raw, **changes), style)


def refused(raw: Any, /, *, style: Style = POINT, **changes: str) -> str:
    with pytest.raises(CellError) as caught:
        fill(raw, style=style, **changes)
    return f"{caught.value.column}: {caught.value.text}"


NUMBERS: tuple[Any, ...] = (
    5,
    -2.5,
    1e-7,
    [1, 2, 3.5],
    {"p5": 1, "p50": 2, "p95": 4},
    {"dist": "pert", "low": 1, "mode": 2, "high": 3},
    {"dist": "pert", "low": 1, "mode": 2, "high": 3, "weight": 5},
    {"dist": "normal", "loc": 0, "scale": 1},
    {"dist": "discrete", "xk": [1, 2], "pk": [0.5, 0.5]},
    {"value": 3, "basis": "sourced", "source": "a", "why": "so, it is"},
    {"value": [1, 2, 3], "sources": ["a", "b"], "as_of": "2019"},
    {"value": {"p5": 1, "p50": 2, "p95": 4}, "why": "two\nlines\n"},
    {"p5": 1, "p50": 2, "p95": 4, "basis": "judgement"},
    {"value": 3, "why": "forests", "dams": None},
    {"value": 3, "source": "World Bank"},
    {"value": 3, "source": "a", "sources": ["b c"]},
)


@pytest.mark.parametrize("raw", [*NUMBERS, None, "never"])
def test_a_number_whose_cells_are_left_alone_stays_itself(raw: Any) -> None:
    assert fill(raw) is raw
    number = None if raw in (None, "never") else parse_number(raw)
    assert filled(raw, number, cells_of(raw, number, comma=True), COMMA) is raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (5, {"mode": "5"}),
        (5.0, {"mode": "5"}),
        ([1, 2, 3.5], {"low": "1", "mode": "2", "high": "3.5"}),
        (
            {"p5": 1, "p50": 2, "p95": 4},
            {"low": "1", "mode": "2", "high": "4", "form": "quantiles"},
        ),
        ({"dist": "pert", "low": 1, "mode": 2, "high": 3}, {"low": "1", "form": "pert"}),
        ({"dist": "uniform", "loc": 0, "scale": 1}, {"form": "{dist: uniform, loc: 0, scale: 1}"}),
        ("never", {"form": "never", "mode": ""}),
        ({"value": 3, "basis": "sourced", "sources": ["a", "b"]}, {"mode": "3", "source": "a b"}),
        ({"value": 3, "why": "forests", "dams": None}, {"why": "forests, dams"}),
        ({"value": 3, "source": "World Bank"}, {"source": "World Bank;"}),
        ({"value": 3, "sources": ["World Bank", "b"]}, {"source": "World Bank; b"}),
        (None, {"mode": "", "form": "", "basis": "", "source": "", "why": ""}),
    ],
)
def test_the_cells_of_a_number(raw: Any, expected: dict[str, str]) -> None:
    made = cells(raw)
    assert {name: made[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("raw", "changes", "expected"),
    [
        (5, {"mode": "7"}, 7),
        (5, {"mode": "\u22127.5"}, -7.5),
        (5, {"mode": " +7e2\xa0"}, 700),
        (5, {"low": "1", "high": "9"}, [1, 5, 9]),
        ([1, 2, 3], {"low": "", "high": ""}, 2),
        ([1, 2, 3], {"form": "Quantiles"}, {"p5": 1, "p50": 2, "p95": 3}),
        ([1, 2, 3], {"form": "pert"}, {"dist": "pert", "low": 1, "mode": 2, "high": 3}),
        (5, {"mode": "", "form": "{dist: normal, loc: 0, scale: 1}"}, NUMBERS[7]),
        (5, {"mode": "", "form": "[1, 2, 3]"}, [1, 2, 3]),
        (5, {"mode": "", "form": "never"}, "never"),
        ("never", {"form": "", "mode": "2"}, 2),
        (None, {"mode": "2"}, 2),
        (None, {"mode": "2", "why": "so"}, {"value": 2, "why": "so"}),
        (None, {"mode": "2", "source": "a;b"}, {"value": 2, "source": ["a", "b"]}),
        (5, {"basis": "judgement"}, {"value": 5, "basis": "judgement"}),
        (5, {"source": "a b"}, {"value": 5, "source": ["a", "b"]}),
        ([1, 2, 3], {"low": "", "mode": "", "high": ""}, None),
        ({"value": 5, "why": "w", "as_of": "2019"}, {"why": ""}, {"value": 5, "as_of": "2019"}),
        ({"value": 5, "why": "w"}, {"why": ""}, {"value": 5}),
        ({"why": "w", "value": 5}, {"mode": "6"}, {"why": "w", "value": 6}),
        (
            {"value": 5, "sources": ["a"], "source": "b"},
            {"source": "c"},
            {"value": 5, "source": "c"},
        ),
        ({"value": 5, "sources": ["a"]}, {"source": ""}, {"value": 5}),
        (NUMBERS[13], {"why": "other"}, {"value": 3, "why": "other"}),
        (NUMBERS[13], {"mode": "4"}, {"value": 4, "why": "forests", "dams": None}),
        (NUMBERS[12], {"low": "0"}, {"p5": 0, "p50": 2, "p95": 4, "basis": "judgement"}),
        (NUMBERS[12], {"form": ""}, {"value": [1, 2, 4], "basis": "judgement"}),
        (NUMBERS[12], {"basis": ""}, {"p5": 1, "p50": 2, "p95": 4}),
        ({"value": 5, "why": "w"}, {"mode": "", "why": ""}, None),
    ],
)
def test_what_is_filled_in_stands_in_the_file(
    raw: Any, changes: dict[str, str], expected: Any
) -> None:
    made = fill(raw, style=POINT, **changes)
    assert same(made, expected)
    if isinstance(made, dict):
        assert list(made) == list(expected)


def test_columns_that_are_not_there_leave_what_they_hold() -> None:
    raw = {"value": 5, "basis": "judgement", "why": "w"}
    few = {"low": "", "mode": "6", "high": "", "form": ""}
    assert filled(raw, parse_number(raw), few, POINT) == raw | {"value": 6}


def test_fifteen_digits_are_enough_to_be_the_same() -> None:
    raw = 0.1 + 0.2
    assert fill(raw, mode="0.3") is raw
    assert fill([raw, 1, 2], low="0.300000000000000") == [raw, 1, 2]
    assert fill(raw, mode="0.30000000000001") == 0.30000000000001


def test_line_breaks_of_a_spreadsheet_are_no_change() -> None:
    raw = {"value": 5, "why": "one\ntwo"}
    assert fill(raw, why="one\r\ntwo") is raw
    assert fill(raw, why="one two") == {"value": 5, "why": "one two"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mode": "5a"}, "mode: must be a number, not the text '5a'"),
        ({"mode": "true"}, "mode: must be a number, not the text 'true'"),
        ({"mode": "0,5"}, "mode: must be a number, not the text '0,5'; decimals take a point"),
        (
            {"mode": "1,000"},
            "mode: must be a number, not the text '1,000'; decimals take a point in this table, and thousands no separator",
        ),
        (
            {"mode": "1 000"},
            "mode: must be a number, not the text '1 000'; write thousands without",
        ),
        (
            {"mode": "1.000.000"},
            "mode: must be a number, not the text '1.000.000'; write thousands",
        ),
        ({"mode": "1'000.5"}, 'mode: must be a number, not the text "1\'000.5"; write thousands'),
        ({"mode": "1,000,000.5"}, "mode: must be a number, not the text '1,000,000.5'; write thou"),
        ({"mode": "#REF!"}, "mode: must be a number, not the text '#REF!', an error of the spread"),
        ({"mode": "#N/A"}, "mode: must be a number, not the text '#N/A', an error"),
        ({"mode": "Err:502"}, "mode: must be a number, not the text 'Err:502', an error"),
        ({"mode": "####"}, "mode: must be a number, not the text '####', an error"),
        ({"mode": "=A1+1"}, "mode: must be a number, not the text '=A1+1'; a formula is not"),
        ({"mode": "12. Jan"}, "mode: must be a number, not the text '12. Jan', a date made by"),
        ({"mode": "Dez 03"}, "mode: must be a number, not the text 'Dez 03', a date"),
        ({"mode": "2021-03-01"}, "mode: must be a number, not the text '2021-03-01', a date"),
        ({"mode": "01.05.2023"}, "mode: must be a number, not the text '01.05.2023', a date"),
        ({"mode": "1/2"}, "mode: must be a number, not the text '1/2', a date"),
        ({"mode": "90 %"}, "mode: must be a number, not the text '90 %'; write a share, 0.9"),
        ({"mode": "never"}, "mode: must be a number, not the text 'never'; write it under 'form'"),
        ({"mode": "x" * 99}, f"mode: must be a number, not the text '{'x' * 30}…'"),
        ({"low": "1"}, "high: 'high' is empty; a range needs low, mode and high, a certain number"),
        ({"mode": "", "low": "1", "high": "2"}, "mode: 'mode' is empty; a range needs"),
        ({"form": "quantiles"}, "low: 'low' is empty; a range needs low, mode and high"),
        ({"mode": "", "form": "pert"}, "low: 'low' is empty"),
        ({"form": "{dist: normal, loc: 0, scale: 1}"}, "mode: must be empty beside a distribution"),
        ({"mode": "", "form": "quantile"}, "form: 'quantile' is no form; leave it empty"),
        ({"mode": "", "form": "{dist: normal"}, "form: not valid YAML"),
        ({"mode": "", "form": "{dist: normal, loc: .nan, scale: 1}"}, "form: .nan is not a finite"),
        ({"mode": "", "form": "{value: 3}"}, "form: 'value' cannot stand here; it has a column"),
        ({"mode": "", "form": "{p5: 1, p50: 2, p95: 3, why: x}"}, "form: 'why' cannot stand"),
        ({"mode": "", "why": "x"}, "why: there is no number beside it; give one, or empty"),
        ({"mode": "", "basis": "sourced"}, "basis: there is no number beside it"),
    ],
)
def test_what_is_no_number_is_said_in_words(changes: dict[str, str], message: str) -> None:
    assert refused(5, style=POINT, **changes).startswith(message)


def test_a_number_is_not_removed_while_its_reason_stays() -> None:
    raw = {"value": 5, "basis": "judgement", "why": "w"}
    assert refused(raw, mode="").startswith("why: there is no number beside it")
    assert fill(raw, mode="", why="", basis="") is None


@pytest.mark.parametrize(
    ("separator", "others", "text", "value"),
    [
        (";", ["1"], "0,5", 0.5),
        (";", ["1"], "0.5", 0.5),
        (";", ["0,5"], "1,234", 1.234),
        (";", ["1"], "1,234", 1.234),
        (";", ["0.5"], "1,234", None),
        (";", ["0,5"], "1.234", None),
        (";", ["1"], "1.234", None),
        (";", ["0.5"], "1.234", 1.234),
        ("\t", ["1"], "1,234", None),
        ("\t", ["1"], "1.234", None),
        ("\t", ["1,5"], "1,234", 1.234),
        ("\t", ["1.5"], "1.234", 1.234),
        ("\t", ["0,125"], "1,234", 1.234),
        (";", ["0,5", "0.5"], "1,234", None),
        (",", ["1"], "1.234", 1.234),
    ],
)
def test_a_thousand_is_never_taken_for_a_decimal(
    separator: str, others: list[str], text: str, value: float | None
) -> None:
    style = style_of(separator, [*others, text])
    if value is None:
        assert "may be a thousand or have three decimals" in refused(5, style=style, mode=text)
    else:
        assert fill(5, style=style, mode=text) == value


figures = st.one_of(
    st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15, allow_nan=False, allow_infinity=False)
)


@given(st.lists(figures, min_size=3, max_size=3).map(sorted), st.booleans())
def test_any_range_comes_back_as_it_was(raw: list[float], comma: bool) -> None:
    made = cells_of(raw, parse_number(raw), comma=comma)
    style = style_of(";" if comma else ",", made.values())
    assert filled(raw, parse_number(raw), made, style) is raw
    assert same(filled(None, None, made, style), raw)


@pytest.mark.parametrize(
    ("raw", "inside", "column"),
    [
        (5, (), "mode"),
        ([1, 2, 3], (), "low"),
        ([1, 2, 3], (2,), "high"),
        ({"value": [1, 2, 3], "why": "w"}, ("value", 1), "mode"),
        ({"p5": 1, "p50": 2, "p95": 4}, ("p95",), "high"),
        ({"dist": "pert", "low": 1, "mode": 2, "high": 3}, ("low",), "low"),
        ({"dist": "normal", "loc": 0, "scale": 1}, ("scale",), "form"),
        ({"value": 3, "sources": ["a"]}, ("sources", 0), "source"),
        (5, ("basis",), "basis"),
        (5, ("why",), "why"),
        (None, (), "mode"),
    ],
)
def test_every_part_of_a_number_has_its_column(
    raw: Any, inside: tuple[str | int, ...], column: str
) -> None:
    assert column_of(cells(raw), inside) == column
