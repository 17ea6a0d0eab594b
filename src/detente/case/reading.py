"""From bytes to a tree of nodes with positions: strict YAML 1.2, core schema.

The parser's *events* come from PyYAML (libyaml where it is there); composing them
is done here, iteratively, because the recursive composer of libyaml can run out of
C stack, and because its values follow YAML 1.1, where ``no`` is false and ``1:30``
is 90. Everything that could make a small file expensive (nesting, aliases, size)
has a limit, and passing one names its line.

Terms
-----
node
    One value of the file with the line and column (from 1) where it starts.
path
    The keys and list positions that lead to a node: ``("measures", "aid", "worth")``.
fatal, recoverable
    A fatal problem leaves nothing to look at further and is raised at once. After a
    recoverable one (a duplicate key, ``.nan``) the rest of the file is still read, so
    that all problems can be shown together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, NoReturn

import yaml

from detente.errors import CaseError, Problem

__all__ = [
    "BROKEN",
    "MAX_BYTES",
    "Document",
    "Node",
    "Path",
    "checked",
    "decoded",
    "parser_events",
    "read_document",
    "scalar",
]

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]
Key = str | int

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000
MAX_DIGITS: Final = 400


class _Broken:
    """The value of a node already reported as unusable."""

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = _Broken()
"""Stands in the plain data where a value was already reported; nothing more is said of it."""


class Node(NamedTuple):
    """One value with its place. A mapping's value holds, by key, the key's and the value's node."""

    value: Any  # a scalar, a tuple of nodes, or dict[Key, tuple[Node, Node]]
    line: int
    column: int
    size: int = 1  # nodes in it, aliases written out
    height: int = 1  # levels of nesting in it, itself included
    file: str | None = None  # where it comes from, if not from the document's own file


@dataclass(frozen=True)
class Document:
    """A file as read: its node tree, and what was wrong but not fatal."""

    root: Node
    file: str
    problems: tuple[Problem, ...] = field(default=())

    @cached_property
    def data(self) -> Any:
        """The content as plain dicts, lists and scalars."""
        return _plain(self.root)

    def node(self, path: Path, *, key: bool = False) -> Node:
        """Return the value at *path* (its key where *key* is set).

        Where the path leads out of the file, it is the key of its last part that exists.
        """
        node, key_node = self.root, self.root
        for part in path:
            step = _step(node, part)
            if step is None:
                return key_node
            key_node, node = step
        return key_node if key else node

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Return line and column of the value at *path* (of its key where *key* is set)."""
        found = self.node(path, key=key)
        return found.line, found.column

    def problem(
        self, path: Path, message: str, severity: Severity, *, key: bool = False
    ) -> Problem:
        """Return the problem that *message* states of the value at *path* (of its key)."""
        return Problem(self.file, *self.place(path, key=key), message, severity)


def read_document(data: bytes, file: str) -> Document:
    """Read *data* as one strict YAML 1.2 document; *file* is the name used in problems.

    Raises:
        CaseError: where the text is not UTF-8, not YAML, or passes a limit.
    """
    if len(data) > MAX_BYTES:
        _refuse(file, 1, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return _Composer(file).compose(decoded(data, file))


def _step(node: Node, part: str | int) -> tuple[Node, Node] | None:
    """Return key and value node of *part* of *node*; a list item is its own key."""
    value = node.value
    if isinstance(value, dict):
        if part in value:
            return value[part]  # type: ignore[no-any-return]
        if (
            isinstance(part, str)
            and part.isdecimal()
            and str(int(part)) == part
            and int(part) in value
        ):
            return value[int(part)]  # type: ignore[no-any-return]
        return None
    if isinstance(value, tuple) and isinstance(part, int) and part < len(value):
        return value[part], value[part]
    return None


def _plain(node: Node) -> Any:
    # Recursion is safe: composing has bounded the height.
    value = node.value
    if isinstance(value, dict):
        return {key: _plain(child) for key, (_, child) in value.items()}
    if isinstance(value, tuple):
        return [_plain(child) for child in value]
    return value


def _refuse(file: str, line: int, column: int, message: str) -> NoReturn:
    raise CaseError([Problem(file, line, column, message)])


# --- text ---------------------------------------------------------------------------------

_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decoded(data: bytes, file: str) -> str:
    """Return the text of UTF-8 *data*, without a byte order mark; *file* as in read_document.

    Raises:
        CaseError: where it is not UTF-8, or holds characters that no text file should.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = _position(before, len(before))
        byte = data[error.start]
        _refuse(file, line, column, f"not UTF-8: byte 0x{byte:02x}; save the file as UTF-8")
    return checked(text.removeprefix("\ufeff"), file)


def checked(text: str, file: str) -> str:
    """Return *text* as it is; *file* as in read_document.

    Raises:
        CaseError: where it holds characters that no text file should.
    """
    bad = _NOT_ALLOWED.search(text)
    if bad:
        line, column = _position(text, bad.start())
        code = ord(bad.group())
        _refuse(file, line, column, f"character U+{code:04X} is not allowed in a text file")
    return text


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


# --- scalars of the core schema -----------------------------------------------------------

_CONSTANTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STARTS: Final = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")


def scalar(text: str) -> str | int | float | bool | _Broken | None:
    """Return the value of a plain scalar, BROKEN where it is a number that is not finite."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _STARTS:
        return text
    if _INT.match(text):
        return int(text) if len(text) <= MAX_DIGITS else BROKEN
    if _FLOAT.match(text):
        value = float(text)
        return value if math.isfinite(value) else BROKEN
    for pattern, base in ((_OCTAL, 8), (_HEX, 16)):
        if pattern.match(text):
            return int(text[2:], base) if len(text) <= MAX_DIGITS else BROKEN
    return BROKEN if _NOT_FINITE.match(text) else text


# --- composing ----------------------------------------------------------------------------


class _Frame:
    """A list or mapping being composed."""

    __slots__ = ("anchor", "children", "column", "is_mapping", "line")

    def __init__(self, event: Any) -> None:
        self.is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.line = event.start_mark.line + 1
        self.column = event.start_mark.column + 1
        self.anchor: str | None = event.anchor
        self.children: list[Node] = []


class _Composer:
    """Turns events into nodes with a stack of its own."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}  # None while the anchored node is open
        self.stack: list[_Frame] = []
        self.count = 0
        self.root: Node | None = None
        self.documents = 0

    def compose(self, text: str) -> Document:
        for event in parser_events(text, self.file):
            match event:
                case yaml.ScalarEvent():
                    self._add(self._scalar_node(event))
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._open(event)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._close()
                case yaml.AliasEvent():
                    self._add(self._aliased(event))
                case yaml.DocumentStartEvent():
                    self._start_document(event)
        if self.root is None or self.root.value is None:
            _refuse(self.file, 1, 1, "the file is empty")
        return Document(self.root, self.file, tuple(self.problems))

    def _fail(self, event: Any, message: str) -> NoReturn:
        mark = event.start_mark
        _refuse(self.file, mark.line + 1, mark.column + 1, message)

    def _start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._fail(event, "a second document starts here; a case is one document")

    def _open(self, event: Any) -> None:
        if event.tag is not None:
            self._fail(event, f"tags such as {event.tag} are not allowed; remove it")
        if len(self.stack) >= MAX_DEPTH:
            self._fail(event, f"nested deeper than {MAX_DEPTH} levels")
        self._count(1, event)
        frame = _Frame(event)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = None
        self.stack.append(frame)

    def _close(self) -> None:
        frame = self.stack.pop()
        children = frame.children
        size = 1 + sum(child.size for child in children)
        height = 1 + max((child.height for child in children), default=0)
        value = self._mapping(children) if frame.is_mapping else tuple(children)
        node = Node(value, frame.line, frame.column, size, height)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = node
        self._add(node)

    def _scalar_node(self, event: Any) -> Node:
        if event.tag is not None:
            self._fail(event, f"tags such as {event.tag} are not allowed; use quotes for text")
        self._count(1, event)
        text: str = event.value
        value = scalar(text) if event.implicit[0] else text
        mark = event.start_mark
        if value is BROKEN:
            shown = text if len(text) <= 20 else f"{text[:20]}… ({len(text)} characters)"
            self._note(mark.line + 1, mark.column + 1, f"{shown} is not a finite number")
        node = Node(value, mark.line + 1, mark.column + 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _aliased(self, event: Any) -> Node:
        name = event.anchor
        if name not in self.anchors:
            self._fail(event, f"alias *{name} has no anchor before it")
        node = self.anchors[name]
        if node is None:
            self._fail(event, f"alias *{name} stands inside what it repeats")
        if len(self.stack) + node.height > MAX_DEPTH:
            self._fail(event, f"alias *{name} nests deeper than {MAX_DEPTH} levels")
        self._count(node.size, event)
        return node

    def _count(self, nodes: int, event: Any) -> None:
        self.count += nodes
        if self.count > MAX_NODES:
            self._fail(event, f"more than {MAX_NODES:,} values (aliases written out)")

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node

    def _note(self, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, column, message))

    def _mapping(self, children: list[Node]) -> dict[Key, tuple[Node, Node]]:
        result: dict[Key, tuple[Node, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            name = key.value
            complaint = _key_complaint(name)
            if complaint:
                self._note(key.line, key.column, complaint)
            elif name in result:
                first = result[name][0].line
                text = f"key {name!r} stands here again (first in line {first}); keep one of them"
                self._note(key.line, key.column, text)
            else:
                result[name] = (key, value)
        return result


def _key_complaint(name: object) -> str | None:
    """Say what is wrong with a key, None where nothing is."""
    if name == "<<":
        return "merge keys (<<) are not part of YAML 1.2; write the entries out"
    if isinstance(name, str) or (isinstance(name, int) and not isinstance(name, bool)):
        return None
    if name is BROKEN:
        return "a key must be text or a whole number"
    if name is None:
        return "a key is missing before the colon"
    if isinstance(name, (dict, tuple)):
        return "a key must be text or a whole number, not a list or mapping"
    return f"a key must be text or a whole number; put {name!r} in quotes"


def parser_events(text: str, file: str) -> Iterator[Any]:
    """Yield what PyYAML's parser says of *text*; *file* as in read_document.

    Raises:
        CaseError: where the text is not YAML.
    """
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        _refuse(file, line, column, _in_words(error, text))
    except yaml.YAMLError as error:
        first = str(error).splitlines()[0]
        _refuse(file, 1, 1, f"not valid YAML: {first}")


def _at_tab(error: yaml.MarkedYAMLError, text: str) -> bool:
    # libyaml does not say which character it could not use.
    mark = error.problem_mark
    if mark is None:
        return False
    lines = text.split("\n", mark.line + 1)
    return mark.line < len(lines) and lines[mark.line][mark.column :].startswith("\t")


def _in_words(error: yaml.MarkedYAMLError, text: str) -> str:
    problem = error.problem or "unreadable"
    if "\\t" in problem or "tab" in problem or _at_tab(error, text):
        return "a tab cannot be used for indentation; use spaces"
    if "mapping values are not allowed" in problem:
        return (
            "not valid YAML here: check the indentation of this line and the one before,"
            " and put text that holds ': ' in quotes"
        )
    context = f", {error.context}" if error.context else ""
    return f"not valid YAML: {problem}{context}"
