"""What Markdown does with the texts of a case: nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from detente.report.markdown import escape
from detente.report.text import clean
from tests.report.hostile import ATTACKS

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
JOINER = "\N{WORD JOINER}"
ACTIVE = (
    *ATTACKS,
    "[text](http://example.org)",
    "![picture](x.png)",
    "<http://example.org>",
    "http://example.org and https://example.org/?a=b&c",
    "www.example.org, example.org",
    "someone@example.org @everyone #123 GH-1 owner/name#5",
    "*a* _b_ **c** __d__ ~~e~~ `f` ``g``",
    "&lt;b&gt; &#60; &copy;",
    "a | b || c",
    "[^1]: note [x]: /url",
    "$x^2$ and $$y$$ and `$z$`",
    ":smile: {{ site.url }} {% raw %} {role}`x`",
    "back\\slash \\*not\\* \\",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "---",
    "===",
    "> quote",
    "```\ncode",
    "<!-- comment -->",
    "trailing #",
)


def shown(markdown: str) -> str:
    """Return all text that *markdown* shows; anything but text is an error."""
    texts: list[str] = []
    for token in READER.parse(markdown):
        assert token.type in {"paragraph_open", "paragraph_close", "inline"}, token
        for child in token.children or ():
            assert child.type == "text", child
            texts.append(child.content)
    return "".join(texts)


@pytest.mark.parametrize("text", ACTIVE)
def test_an_active_text_is_shown_as_it_is(text: str) -> None:
    assert shown(escape(clean(text))).replace(JOINER, "") == clean(text)


@given(st.text(max_size=60))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    assert shown(escape(clean(text))).replace(JOINER, "") == clean(text).replace(JOINER, "")


@given(st.text(alphabet="ab1 |*_`[]()<>#+-.!~\\/:@w&=\"'", max_size=40))
def test_any_text_of_signs_is_shown_as_it_is_even_in_a_table(text: str) -> None:
    table = f"| head |\n|---|\n| {escape(clean(text))} |\n"
    cells = [token for token in READER.parse(table) if token.type == "inline"]
    assert len(cells) == 2
    children = cells[1].children or []
    assert {child.type for child in children} <= {"text"}
    assert "".join(child.content for child in children).replace(JOINER, "") == clean(text)


@pytest.mark.parametrize("text", ACTIVE)
def test_programs_that_act_on_the_finished_text_find_nothing_to_act_on(text: str) -> None:
    finished = shown(escape(clean(text)))
    for pattern in (
        r"\w:/",
        r"www\.",
        r"@\w",
        r"#\d",
        r":\w+:",
        r"[a-z]\.[a-z]",
        rf"\$[^\s{JOINER}]",
    ):
        assert not re.search(pattern, finished), pattern
