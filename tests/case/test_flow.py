from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case.flow import figure, in_flow, same
from detente.case.reading import read_document

signs = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
texts = st.text(signs | st.sampled_from("\t\n:#,[]{}'\"&*!|>%@`-?\x85\u2028\ufeff\\"), max_size=12)
scalars = st.one_of(
    texts,
    st.booleans(),
    st.none(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["no", "on", "~", "null", "true", "1", "1e3", "0x1F", "2021-03-01", "a b "]),
)
contents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


@given(contents)
def test_what_is_written_is_read_as_it_was(content: Any) -> None:
    document = read_document(f"a: {in_flow(content)}\nb: [{in_flow(content)}]".encode(), "f")
    if not document.problems:  # "<<" is no key
        assert same(document.data, {"a": content, "b": [content]})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (1e22, "1e+22"),
        (0.1, "0.1"),
        (-3, "-3"),
        ("less power in winter", "less power in winter"),
        ("forests, dams", '"forests, dams"'),
        ("no", '"no"'),
        ("2019", '"2019"'),
        ({"value": [1, 2.5, 3], "basis": "judgement"}, "{value: [1, 2.5, 3], basis: judgement}"),
        (None, "null"),
        (True, "true"),
    ],
)
def test_text_is_quoted_only_where_it_must_be(value: Any, text: str) -> None:
    assert in_flow(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_figures_lose_nothing(number: float) -> None:
    assert float(figure(number)) == number


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([1, {"a": 2}], [1.0, {"a": 2}], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ("1", 1, False),
        ([], {}, False),
        (None, 0, False),
    ],
)
def test_one_and_true_are_not_the_same(one: Any, other: Any, answer: bool) -> None:
    assert same(one, other) is answer
