"""Texts of cases on their way to a screen: data, never instructions to the terminal."""

from __future__ import annotations

import re
import unicodedata

# Sequences by which a text would colour, move or rename the terminal: CSI, OSC and the like
# (a string runs to its end mark or to the end of the text), then any other escape.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# Joiners have a place inside words of many scripts; all other format characters (directional
# overrides, invisible operators, tags) can only make a text look like another.
_KEPT = frozenset("\u200c\u200d")
_GONE = frozenset({"Cc", "Cf", "Co", "Cn"})


def clean(text: str) -> str:
    r"""Return *text* on one line, without control characters, escapes and directional overrides.

    >>> clean("\x1b[31mred\x1b[0m\nline")
    'red line'
    """
    flat = _ESCAPES.sub("", text)
    return " ".join("".join(_shown(character) for character in flat).split())


def cut(text: str, most: int) -> str:
    """Return *text* clean, and of at most so many characters."""
    flat = clean(text[: 4 * most + 100])
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs":  # half a character: no encoding can write it
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in _GONE and character not in _KEPT else character
