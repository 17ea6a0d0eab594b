from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report.text import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07name", "name"),
        ("\x9b31mred", "red"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("abc\u202edcba\u2066x\u2069", "abcdcbax"),
        ("[red]kept[/red]", "[red]kept[/red]"),
        ("a\u0000b\u0007\u0008", "ab"),
        ("half \ud800", "half \ufffd"),
        ("क्\u200dष", "क्\u200dष"),
        ("  Äußerst   été 日本 ", "Äußerst été 日本"),
    ],
)
def test_a_text_is_cleaned_like_this(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters(codec=None)))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    cleaned = clean(text)
    bad = {"Cc", "Cs", "Zl", "Zp"}
    assert not [c for c in cleaned if unicodedata.category(c) in bad]
    assert not set(cleaned) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )
    cleaned.encode()


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
