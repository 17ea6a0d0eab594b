from __future__ import annotations

import pytest

from detente.case.layout import Span, layout

TEXT = """\
a: {b: [1, 2.50], "c": é} # note
d:
  - x: |
      one
      two

    y: &z 'it''s'
  - *z
e: {f, g: }
? h
: - 1
  # below
"""


def at(*path: str | int) -> tuple[Span, str]:
    made = layout(TEXT)
    span = made.root
    for part in path:
        span = (
            span.items[part]
            if isinstance(part, int) and span.items
            else (span.pairs or {})[part].value
        )
    return span, made.text[span.start : span.end]


@pytest.mark.parametrize(
    ("path", "style", "text"),
    [
        (("a",), "flow", '{b: [1, 2.50], "c": é}'),
        (("a", "b"), "flow", "[1, 2.50]"),
        (("a", "b", 1), "plain", "2.50"),
        (("a", "c"), "plain", "é"),
        (("d", 0, "x"), "literal", "|\n      one\n      two\n\n"),
        (("d", 0, "y"), "plain", "&z 'it''s'"),
        (("d", 1), "alias", "*z"),
        (("d", 0), "block", "x: |\n      one\n      two\n\n    y: &z 'it''s'"),
        (("e", "f"), "plain", ""),
        (("e", "g"), "plain", ""),
        (("h",), "block", "- 1"),
    ],
)
def test_every_value_ends_where_its_last_character_does(
    path: tuple[str | int, ...], style: str, text: str
) -> None:
    span, found = at(*path)
    assert (span.style, found) == (style, text)


def test_entries_know_where_they_begin_and_where_their_colon_ends() -> None:
    made = layout(TEXT)
    pairs = made.root.pairs or {}
    assert made.text[pairs["h"].start :].startswith("? h")
    assert made.text[pairs["h"].colon :].startswith(" - 1")
    inner = pairs["e"].value.pairs or {}
    assert made.text[inner["f"].colon :].startswith(", g")
    assert made.text[inner["g"].colon :].startswith(" }")


def test_anchors_that_are_repeated_are_known() -> None:
    assert layout(TEXT).repeated == {"z"}
    assert at("d", 0, "y")[0].anchor == "z"
    assert not layout("a: &b 1\n").repeated


def test_a_key_may_be_an_alias() -> None:
    made = layout("a: &k key\n*k : 5\n")
    assert set(made.root.pairs or {}) == {"a", "key"}


def test_lines_end_as_yaml_says() -> None:
    made = layout("a: 1\r\nb: 2\n\nc: 'x\u2028y'")
    starts = [made.line_start(i) for i in range(len(made.text) + 1)]
    assert sorted(set(starts)) == [0, 6, 11, 12, 18]
    ends = {made.line_end(i) for i in starts}
    assert [made.text[start : made.line_end(start)] for start in sorted(set(starts))] == [
        "a: 1",
        "b: 2",
        "",
        "c: 'x",
        "y'",
    ]
    assert max(ends) == len(made.text)
