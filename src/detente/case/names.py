"""Names in messages: suggestions for misspelt ones, and lists in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from heapq import nlargest
from typing import Final

__all__ = ["did_you_mean", "listed", "quoted", "shortened"]

MAX_COMPARED: Final = 200
MAX_DIFFERENCE: Final = 20
MAX_SHOWN: Final = 100


def shortened(name: object, limit: int = MAX_SHOWN) -> str:
    """Return *name* as text, cut where it is too long for a message."""
    text = str(name)
    return text if len(text) <= limit else f"{text[:limit]}…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the known name nearest to *name*, or nothing."""
    candidates = {str(item): None for item in known}
    folded = {item.casefold(): item for item in candidates}
    if name.casefold() in folded:
        return f"; did you mean '{folded[name.casefold()]}'?"
    if len(name) > MAX_SHOWN:  # no misspelling, and slow to compare
        return ""
    near = [item for item in candidates if abs(len(item) - len(name)) <= MAX_DIFFERENCE]
    if len(near) > MAX_COMPARED:
        near = nlargest(MAX_COMPARED, near, key=lambda item: _same_start(name, item))
    close = get_close_matches(name, near, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def _same_start(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def listed(items: Sequence[str], word: str = "or", limit: int = 12) -> str:
    """Return ``a, b or c``, shortened where there are more than *limit*."""
    if len(items) > limit:
        return f"{', '.join(items[:limit])} and {len(items) - limit} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def quoted(names: Sequence[str], word: str = "or", limit: int = 12) -> str:
    """Return ``'a', 'b' or 'c'``, shortened where there are more than *limit*."""
    return listed([f"'{name}'" for name in names], word, limit)
