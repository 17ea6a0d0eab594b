"""Plain data as YAML on one line, and when two pieces of plain data are the same."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from detente.case.reading import scalar

__all__ = ["figure", "in_flow", "same"]

_PLAIN = re.compile(r"[^\W\d][\w .()/%+'’–-]*\Z")
# What other readers of YAML take for true or false.
_AMBIGUOUS: Final = frozenset({"y", "n", "yes", "no", "on", "off"})
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def in_flow(value: Any) -> str:
    """Return *value* (plain data of a case file) as YAML on one line."""
    match value:
        case dict():
            items = (f"{in_flow(key)}: {in_flow(item)}" for key, item in value.items())
            return f"{{{', '.join(items)}}}"
        case list():
            return f"[{', '.join(in_flow(item) for item in value)}]"
        case str():
            return value if _is_plain(value) else _quoted(value)
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case _:
            return figure(value)


def figure(number: float) -> str:
    """Return *number* in as few digits as say it exactly."""
    return repr(number).removesuffix(".0")


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of plain data say the same: 1 and 1.0 do, 1 and true do not."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
        case _:
            return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _is_plain(text: str) -> bool:
    """Whether *text* needs no quotes, wherever it stands."""
    return (
        bool(_PLAIN.match(text))
        and not text.endswith(" ")
        and text.lower() not in _AMBIGUOUS
        and scalar(text) == text
    )


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
