"""Where every part of a YAML text stands, from its first to its last character.

:mod:`detente.case.reading` says what a text means and where each value begins, which is all
that messages need. Changing a text without touching the rest of it needs more: where values
end, how they are written, and which of them stand in two places by way of an alias. The text
has been read before: what reading refuses does not come here.

Terms
-----
span
    A value with the offsets of its first character and of the one after its last. An anchor
    (``&name``) belongs to the span that it marks.
style
    ``flow`` collections stand in brackets, ``block`` collections are told by indentation; a
    ``literal`` text follows ``|`` or ``>``, any other is ``plain``, quotes or not. An
    ``alias`` (``*name``) repeats a span that stands elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import yaml

from detente.case.reading import parser_events, scalar

__all__ = ["Key", "Layout", "Pair", "Span", "layout"]

Key = str | int
Style = Literal["plain", "literal", "flow", "block", "alias"]

#: What libyaml takes for the end of a line.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_MARK = re.compile(r"\?[ \t]+\Z")
_COLON = re.compile(r"[ \t]*:")


class Pair(NamedTuple):
    """One entry of a mapping."""

    start: int
    """Where it begins: at its key, or at the ``?`` before it."""
    key: Span
    colon: int
    """The offset after the colon, or after the key where there is none."""
    value: Span


@dataclass(frozen=True, slots=True)
class Span:
    """One value of the text."""

    start: int
    end: int
    line: int
    column: int
    style: Style
    anchor: str | None = None
    pairs: dict[Key, Pair] | None = None
    """The entries of a mapping."""
    items: tuple[Span, ...] = ()
    """The values of a list."""

    @property
    def parts(self) -> Iterator[Span]:
        """Yield this span and all inside it."""
        yield self
        for pair in (self.pairs or {}).values():
            yield from pair.key.parts
            yield from pair.value.parts
        for item in self.items:
            yield from item.parts

    @property
    def last(self) -> Span:
        """The span inside this one that ends where it does."""
        if self.style == "block":
            children = [pair.value for pair in (self.pairs or {}).values()] or self.items
            if children:
                return children[-1].last
        return self


class Layout(NamedTuple):
    """A text with its spans."""

    text: str
    root: Span
    repeated: frozenset[str]
    """The anchors that an alias repeats."""
    breaks: tuple[int, ...]
    """Where lines end."""

    def line_start(self, offset: int) -> int:
        """Return where the line of the character at *offset* begins."""
        at = bisect_left(self.breaks, offset)
        return self.breaks[at - 1] + 1 if at else 0

    def line_end(self, offset: int) -> int:
        """Return where the line of the character at *offset* ends, its break not included."""
        at = bisect_left(self.breaks, offset)
        end = self.breaks[at] if at < len(self.breaks) else len(self.text)
        return end - 1 if self.text[offset:end].endswith("\r") else end


def layout(text: str) -> Layout:
    """Return *text*, which has been read as a document, with its spans."""
    builder = _Builder(text)
    for event in parser_events(text, ""):
        builder.take(event)
    breaks = tuple(found.end() - 1 for found in _BREAK.finditer(text))
    return Layout(text, builder.done[0], frozenset(builder.repeated), breaks)


class _Builder:
    """Puts spans together from the parser's events, with a stack of its own."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[tuple[Any, list[Span]]] = []
        self.done: list[Span] = []
        self.repeated: set[str] = set()
        self.keys: dict[int, Key] = {}  # by where a scalar begins, what it says as a key
        self.said: dict[str, Key] = {}  # by anchor

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.CollectionStartEvent():
                self.open.append((event, []))
            case yaml.CollectionEndEvent():
                self._close(event)

    def _alias(self, event: Any) -> None:
        self.repeated.add(event.anchor)
        if event.anchor in self.said:
            self.keys[event.start_mark.index] = self.said[event.anchor]
        self._add(_span(event, event.end_mark.index, "alias"))

    def _scalar(self, event: Any) -> None:
        said = scalar(event.value) if event.implicit[0] else event.value
        if isinstance(said, (str, int)):
            self.keys[event.start_mark.index] = said
            if event.anchor is not None:
                self.said[event.anchor] = said
        style: Style = "literal" if event.style in {"|", ">"} else "plain"
        self._add(_span(event, event.end_mark.index, style))

    def _close(self, event: Any) -> None:
        opening, children = self.open.pop()
        style: Style = "flow" if opening.flow_style else "block"
        pairs: dict[Key, Pair] | None = None
        if isinstance(opening, yaml.MappingStartEvent):
            pairs = dict(self._pairs(children))
            children = []
        end = event.end_mark.index
        if style == "block":  # the parser's end is where the next thing begins
            ends = [max(pair.colon, pair.value.end) for pair in (pairs or {}).values()]
            end = max([*ends, *(item.end for item in children)], default=opening.end_mark.index)
        self._add(_span(opening, end, style, pairs, tuple(children)))

    def _pairs(self, children: list[Span]) -> Iterator[tuple[Key, Pair]]:
        for key, written in zip(children[::2], children[1::2], strict=True):
            if key.start not in self.keys:
                continue
            before = _MARK.search(self.text, max(0, key.start - 100), key.start)
            start = before.start() if before else key.start
            found = _COLON.match(self.text, key.end)
            colon = found.end() if found else key.end
            value = written
            if value.start == value.end:  # nothing is written: the parser's place is anywhere
                value = replace(written, start=colon, end=colon)
            elif not found:
                colon = self.text.index(":", key.end, value.start) + 1
            yield self.keys[key.start], Pair(start, key, colon, value)

    def _add(self, span: Span) -> None:
        (self.open[-1][1] if self.open else self.done).append(span)


def _span(
    event: Any,
    end: int,
    style: Style,
    pairs: dict[Key, Pair] | None = None,
    items: tuple[Span, ...] = (),
) -> Span:
    mark = event.start_mark
    line, column = mark.line + 1, mark.column + 1
    return Span(mark.index, end, line, column, style, event.anchor, pairs, items)
