"""Texts of cases on their way into Markdown: data, never markup, links or calls to people."""

from __future__ import annotations

import re

__all__ = ["Code", "escape"]

# Characters with a meaning anywhere in a line; a backslash before takes it from them.
_SIGNS = re.compile(r"([\\`*_\[\]{}<>#|~&$!])")
# Some programs act on a finished text: they make links of addresses, call people and list
# numbers by name, or put pictures for words between colons. An invisible joiner keeps what sets
# them off apart from what follows.
_JOINER = "\N{WORD JOINER}"
_CALLS = re.compile(r"([@#$:])(?=\S)|(?<![^\W_])(www)(?=\.)", re.IGNORECASE)
# A name of a host without a scheme, as in example.org.
_DOTS = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")
# What would begin a list or a rule at the beginning of a line.
_BEGINNINGS = re.compile(r"^([-+=]|\d+(?=[.)](?:\s|$)))")


class Code(str):
    """A text to be shown as code, letter by letter."""

    __slots__ = ()


def escape(value: object) -> str:
    r"""Return *value* so that Markdown shows it as it is.

    >>> escape("a|b <i>")
    'a\\|b \\<i\\>'
    """
    if isinstance(value, Code):
        ticks = "`" * (1 + max((len(run) for run in re.findall("`+", value)), default=0))
        return f"{ticks} {value} {ticks}" if len(ticks) > 1 else f"{ticks}{value}{ticks}"
    text = _CALLS.sub(lambda found: f"{found.group()}{_JOINER}", str(value))
    text = _SIGNS.sub(r"\\\1", text)
    text = _DOTS.sub(rf"{_JOINER}.", text)
    return _BEGINNINGS.sub(_guarded, " ".join(text.split("\n")))


def _guarded(found: re.Match[str]) -> str:
    start = found.group()
    return f"{start}{_JOINER}" if start.isdecimal() else f"\\{start}"
