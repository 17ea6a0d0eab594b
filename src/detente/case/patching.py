"""Changes of what a file says, made in its text: what does not change stays as it is written.

Old and new content are compared from the top. Where both are mappings, or lists of one length,
their parts are compared; anything else that differs is written anew. So comments, order and
layout of all the rest are kept to the letter. A value that comes by way of an alias is written
out where the alias stands; a value that an alias repeats elsewhere is not changed, since that
would change the other place too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from detente.case.flow import in_flow, same
from detente.case.layout import Key, Layout, Pair, Span, layout
from detente.case.reading import read_document
from detente.errors import CaseError, Problem

__all__ = ["patched"]

#: Columns after which entries that are added go on the next line.
WIDTH: Final = 100
_LINE: Final = "\n\r\x85\u2028\u2029"
_COMMA = re.compile(f"(?:[ \t{_LINE}]+|#[^{_LINE}]*)*,")
_COMMENT = re.compile(f"[ \t]*#[^{_LINE}]*")
_BREAK: Final = r"(?:\r\n|\r(?!\n)|[\n\x85\u2028\u2029])"
_BLANK_LINES = re.compile(rf"(?:{_BREAK}[ \t]*(?={_BREAK}|\Z))+")
_BLANK: Final = f" \t{_LINE}"


def patched(text: str, file: str, old: Any, new: Any) -> str:
    """Return *text* with *old*, the content it has, replaced by *new*.

    Args:
        text: A YAML document that has been read without problems.
        file: The name used in problems.
        old: What it says, as plain data.
        new: What it shall say. Keys that stay are in the same order.

    Returns:
        The new text; the same where *new* says nothing else than *old*.

    Raises:
        CaseError: where the text is written in a way that cannot be changed without touching
            other places, or the new text passes a limit.
    """
    if same(old, new):
        return text
    change = _Patch(layout(text), file)
    change.compare(change.layout.root, old, new, None)
    if change.problems:
        raise CaseError(sorted(change.problems))
    result = change.applied()
    if not same(
        read_document(result.encode(), f"{file} as filled in").data, new
    ):  # rare ways of writing that nobody thought of
        change.refuse(change.layout.root)
        raise CaseError(sorted(change.problems))
    return result


class _Patch:
    """The pieces of a text to be replaced, collected before any of them is."""

    def __init__(self, text: Layout, file: str) -> None:
        self.layout = text
        self.text = text.text
        self.file = file
        self.edits: list[tuple[int, int, str]] = []
        self.problems: set[Problem] = set()
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    def applied(self) -> str:
        """Return the text with every piece replaced."""
        parts, at = list[str](), 0
        for start, end, piece in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < at:  # as where blank lines between two entries belong to both
                self.refuse(self.layout.root)
                raise CaseError(sorted(self.problems))
            parts += (self.text[at:start], piece)
            at = end
        return "".join((*parts, self.text[at:]))

    def compare(self, span: Span, old: Any, new: Any, colon: int | None) -> None:
        """Collect what makes *span*, which says *old*, say *new*; *colon* is where its key ends."""
        if same(old, new):
            return
        if span.style != "alias" and span.anchor in self.layout.repeated:
            self._shared(span)
        elif span.pairs is not None and isinstance(new, dict) and (not old or old.keys() & new):
            self._mapping(span, old, new)
        elif span.items and isinstance(new, list) and len(new) == len(span.items):
            for item, before, after in zip(span.items, old, new, strict=True):
                self.compare(item, before, after, None)
        else:
            self._replace(span, old, new, colon)

    # --- one value ------------------------------------------------------------------------

    def _replace(self, span: Span, old: Any, new: Any, colon: int | None) -> None:
        if self._holds_shared(span):
            return
        text = self._written(span, old, new)
        if span.style != "block":
            self.edits.append((span.start, self._end(span), text))
            return
        start = self.layout.line_start(span.start)
        if colon is None or colon > start:
            self.refuse(span)
            return
        self.edits.append((colon, colon, f" {text}"))
        self._cut_lines(start, self._end(span))

    def _written(self, span: Span, old: Any, new: Any) -> str:
        """Return *new* as text, with the text of *old* where that is part of it."""
        kept = isinstance(new, dict) and "value" in new and same(new["value"], old)
        if not kept or span.style in {"block", "literal", "alias"} or span.anchor is not None:
            return in_flow(new)
        body = self.text[span.start : span.end]
        rest = [f"{in_flow(key)}: {in_flow(new[key])}" for key in new if key != "value"]
        return f"{{{', '.join((f'value: {body}', *rest))}}}"

    def _end(self, span: Span) -> int:
        """Return where the last character of *span* that is no space or line break ends."""
        return span.start + len(self.text[span.start : span.end].rstrip(_BLANK))

    # --- entries of a mapping -------------------------------------------------------------

    def _mapping(self, span: Span, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> None:
        pairs = span.pairs or {}
        for key, pair in pairs.items():
            if key in new:
                self.compare(pair.value, old[key], new[key], pair.colon)
        gone = [key for key in pairs if key not in new]
        shared = [self._holds_shared(pairs[key].key, pairs[key].value) for key in gone]
        added = {key: value for key, value in new.items() if key not in pairs}
        if any(shared) or not (gone or added):
            return
        entries = [(pair, key in new) for key, pair in pairs.items()]
        if span.style == "flow":
            self._flow(span, entries, added)
        else:
            self._block(span, entries, added)

    def _flow(
        self, span: Span, entries: Sequence[tuple[Pair, bool]], added: Mapping[Key, Any]
    ) -> None:
        """Take entries (with whether they stay) out of a mapping in braces, and add others."""
        first = entries[0][0].start if entries else span.end
        brace = self.text.find("{", span.start, first)
        if brace < 0:
            self.refuse(span)
            return
        for start, stop in _runs([stays for _, stays in entries]):
            self._cut_flow([pair for pair, _ in entries], start, stop)
        if not entries:
            column = brace + 1 - self.layout.line_start(brace)
            self._insert(brace + 1, self._folded(added, column, column), "")
            return
        last = [pair for pair, stays in entries if stays][-1]
        at = max(last.colon, last.value.end)
        column = first - self.layout.line_start(first)
        # A comma right after a colon would be read as part of the key.
        lead = " , " if self.text[at - 1] == ":" else ", "
        self._insert(at, self._folded(added, column, at - self.layout.line_start(at) + 2), lead)

    def _cut_flow(self, pairs: Sequence[Pair], start: int, stop: int) -> None:
        """Cut the entries from *start* to before *stop*, each with one comma."""
        begin, last = pairs[start].start, pairs[stop - 1]
        end = max(last.colon, last.value.end)
        if stop < len(pairs):
            comma = self._comma(end)
            note = _COMMENT.match(self.text, comma)
            after = note.end() if note else comma
            following = pairs[stop].start
            blank = not self.text[after:following].strip(_BLANK)
            self.edits.append((begin, following if blank else after, ""))
            return
        before = max(pairs[start - 1].colon, pairs[start - 1].value.end)
        if "#" in self.text[before:begin]:  # a comment that belongs to what stays
            comma = self._comma(before)
            self.edits += [(comma - 1, comma, ""), (begin, end, "")]
        else:
            self.edits.append((before, end, ""))

    def _comma(self, offset: int) -> int:
        """Return where the comma ends that follows an entry ending at *offset*."""
        found = _COMMA.match(self.text, offset)
        if found is None:
            raise RuntimeError(f"no comma in {self.file} after {offset}")
        return found.end()

    def _block(
        self, span: Span, entries: Sequence[tuple[Pair, bool]], added: Mapping[Key, Any]
    ) -> None:
        """Take entries (with whether they stay) out of a mapping in lines, and add others."""
        above: Pair | None = None  # the last that stays
        for pair, stays in self._after_dash(entries):
            if stays:
                above = pair
                continue
            end = self._end_of(pair)
            if above is not None and above.value.last.style == "literal":
                end = self._after_blank_lines(end)  # which would become lines of that text
            self._cut_lines(self.layout.line_start(pair.start), end)
        if not added:
            return
        first = entries[0][0]
        column = first.start - self.layout.line_start(first.start)
        lines = [self._folded({key: value}, column, column) for key, value in added.items()]
        last = [pair for pair, stays in entries if stays][-1]
        if last.value.last.style != "literal":
            at = self.layout.line_end(self._end_of(last))
            self.edits.append((at, at, "".join(self._line(column) + line for line in lines)))
        elif self._begins_line(last):  # what follows a text told by indentation may be part of it
            at = last.start
            self.edits.append((at, at, "".join(line + self._line(column) for line in lines)))
        else:
            self.refuse(span)

    def _cut_lines(self, start: int, end: int) -> None:
        """Cut the lines from *start*, where one begins, to the one that holds *end*."""
        stop = self.layout.line_end(end)
        if start == 0:
            self.edits.append((start, min(stop + len(self.newline), len(self.text)), ""))
        else:  # with the break before them: something may be added where they end
            above = self.layout.line_end(self.layout.line_start(start - 1))
            self.edits.append((above, stop, ""))

    def _after_blank_lines(self, end: int) -> int:
        """Return where the last of the blank lines ends that follow the line of *end*."""
        stop = self.layout.line_end(end)
        blank = _BLANK_LINES.match(self.text, stop)
        return stop if blank is None else blank.end()

    def _after_dash(self, entries: Sequence[tuple[Pair, bool]]) -> Iterator[tuple[Pair, bool]]:
        """Yield the entries; those cut that begin on the line of a dash are cut here."""
        first = next((i for i, (_, stays) in enumerate(entries) if stays), 0)
        if first and not self._begins_line(entries[0][0]):
            self.edits.append((entries[0][0].start, entries[first][0].start, ""))
            entries = entries[first:]
        yield from entries

    def _begins_line(self, pair: Pair) -> bool:
        return not self.text[self.layout.line_start(pair.start) : pair.start].strip()

    def _end_of(self, pair: Pair) -> int:
        return max(pair.colon, self._end(pair.value))

    # --- new text -------------------------------------------------------------------------

    def _insert(self, at: int, text: str, comma: str) -> None:
        if text:
            joined = comma.rstrip() if text.startswith(self.newline) else comma
            self.edits.append((at, at, joined + text))

    def _line(self, column: int) -> str:
        return self.newline + " " * column

    def _folded(self, entries: Mapping[Any, Any], column: int, used: int) -> str:
        """Return *entries* as they stand in braces, in lines that begin at *column*.

        *used* is how much of the first line is taken already.
        """
        text = ""
        for key, value in entries.items():
            piece = f"{in_flow(key)}: {in_flow(value)}"
            gap = ", " if text else ""
            if used > column and used + len(gap) + len(piece) > WIDTH:
                text += gap.rstrip() + self._line(column)
                gap, used = "", column
            if key == "worth" and len(piece) + column > WIDTH:  # many entries; a number stays whole
                head = f"{in_flow(key)}: {{"
                inside = column + len(head)
                piece = f"{head}{self._folded(value, inside, inside)}}}"
            text += gap + piece
            used += len(gap) + len(piece)
        return text

    # --- what cannot be done --------------------------------------------------------------

    def _holds_shared(self, *spans: Span) -> bool:
        parts = [part for span in spans for part in span.parts if part.style != "alias"]
        found = [part for part in parts if part.anchor in self.layout.repeated]
        for part in found:
            self._shared(part)
        return bool(found)

    def _shared(self, span: Span) -> None:
        text = f"*{span.anchor} repeats this value elsewhere; write it out there before changing it"
        self.problems.add(Problem(self.file, span.line, span.column, text))

    def refuse(self, span: Span) -> None:
        """Say that what *span* says cannot be changed here."""
        text = "this is written in a way that only an editor can change; put it in braces first"
        self.problems.add(Problem(self.file, span.line, span.column, text))


def _runs(stays: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield beginning and end of each run of entries that do not stay."""
    start = None
    for i, kept in enumerate((*stays, True)):
        if not kept and start is None:
            start = i
        elif kept and start is not None:
            yield start, i
            start = None
