"""A view laid over a case: what the one says replaces what the other does.

The two are merged as trees of nodes, so that every problem keeps its place: in the view's
file for what came from there, in the case's for what did not. What is merged how follows
from the models of :mod:`detente.case.file`:

- entries and tables of entries are merged key by key;
- numbers, in whatever form, lists, rules and texts are replaced whole.

A number of a view rests on what the view says, never on what the case says around it. So
``basis``, ``source``, ``sources`` and ``why`` of an entry in a view are written beside each of
its numbers, and those of the case's entry stay as they are, for the numbers that stay.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from detente.case.file import CaseFile, RuleSpec, ViewFile
from detente.case.known import unknown_name
from detente.case.number_forms import BASES
from detente.case.numbers import Number
from detente.case.reading import BROKEN, Document, Node, Path, Severity
from detente.case.wording import Finding, in_words
from detente.errors import Problem

__all__ = ["ViewedDocument", "header", "merged"]

Table = dict[str | int, tuple[Node, Node]]
#: What a number rests on, as nodes of the view by key.
Grounds = Mapping[str, tuple[Node, Node]]

_NOTES: Final[tuple[str, ...]] = ("basis", "source", "sources", "why")
_HEADER: Final = frozenset(ViewFile.model_fields)
#: At the top of a case; a view leaves them alone, so that verdicts can stand side by side.
_FIXED: Final = ("title", "main_outcome", "calibrated_on", "proposals", "events", "views")
_FIXED_PHASES: Final = ("count", "names")
#: Tables whose entries a view may change but neither add nor remove, and what an entry is.
_CLOSED: Final = {
    "parties": "party",
    "constituencies": "constituency",
    "measures": "measure",
    "levels": "level",
    "quantities": "quantity",
}


@dataclass(frozen=True)
class ViewedDocument(Document):
    """A case with a view laid over it; a problem names the file that its place came from."""

    view: str = ""

    def problem(
        self, path: Path, message: str, severity: Severity, *, key: bool = False
    ) -> Problem:
        """Return the problem that *message* states of the value at *path* (of its key)."""
        node = self.node(path, key=key)
        if node.file is None:
            message = f"{message} (under the view '{self.view}')"
        return Problem(node.file or self.file, node.line, node.column, message, severity)


def header(view: Document) -> ViewFile:
    """Return what a view says of itself; nothing where that is misshapen."""
    try:
        return ViewFile.model_validate(_head(view))
    except ValidationError:
        return ViewFile()


def merged(case: Document, view: Document, name: str) -> ViewedDocument:
    """Return *case* with *view*, called *name*, laid over it; its problems hold those of both."""
    merging = _Merging(view)
    root = merging.whole(case.root, view.root)
    found = [view.problem(f.path, _full(f), "error", key=f.at_key) for f in merging.findings]
    problems = dict.fromkeys((*case.problems, *view.problems, *found))
    return ViewedDocument(root, case.file, tuple(problems), view=name)


def _full(finding: Finding) -> str:
    return finding.message + (finding.hint() if finding.hint else "")


def _head(view: Document) -> dict[str, Any]:
    data = view.data if isinstance(view.data, dict) else {}
    return {key: value for key, value in data.items() if key in _HEADER}


# --- kinds --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    """How what stands in some place of a case is merged."""

    how: Literal["number", "entry", "table", "list", "whole"]
    models: tuple[type[BaseModel], ...] = ()
    """Of an entry: the classes that it may be of."""
    item: Any = None
    """Of a table or list: the type of its items."""

    def of(self, key: str | int) -> _Kind:
        """Return the kind of what stands under *key* of an entry, or of any item."""
        if self.how != "entry":
            return _kind(self.item)
        for model in self.models:
            for name, spec in model.model_fields.items():
                if key in (name, spec.alias) and (found := _kind(spec.annotation)).how != "whole":
                    return found
        return _WHOLE


_WHOLE: Final = _Kind("whole")


def _kind(annotation: Any) -> _Kind:
    members = [_bare(member) for member in _members(annotation)]
    if Number in members:
        return _Kind("number")
    models = tuple(m for m in members if isinstance(m, type) and issubclass(m, BaseModel))
    if models:
        return _WHOLE if RuleSpec in models else _Kind("entry", models)
    for member in members:
        arguments = get_args(member)
        if get_origin(member) is dict:
            return _Kind("table", item=arguments[1])
        if get_origin(member) is tuple:
            return _Kind("list", item=arguments[0])
    return _WHOLE


def _members(annotation: Any) -> Iterator[Any]:
    bare = _bare(annotation)
    if get_origin(bare) in (Union, types.UnionType):
        for member in get_args(bare):
            yield from _members(member)
    else:
        yield bare


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


# --- merging ------------------------------------------------------------------------------


@dataclass
class _Merging:
    """One view on its way into a case, and what was found wrong with it."""

    view: Document
    findings: list[Finding] = field(default_factory=list)

    def whole(self, case: Node, view: Node) -> Node:
        """Return the root of the case with that of the view laid over it."""
        if not isinstance(view.value, dict):
            text = "a view is a mapping with the layout of a case, holding what differs"
            self.findings.append(Finding((), text))
            return case
        self._check_head()
        changes = {key: pair for key, pair in view.value.items() if key not in _HEADER}
        for key in _FIXED:
            if key in changes:
                self._refuse((key,))
                del changes[key]
        if not isinstance(case.value, dict):
            return case
        kind = _Kind("entry", (CaseFile,))
        # Whoever holds a view judges; it may say otherwise, in whole or number by number.
        grounds = _grounds({"basis": self._text("basis", "judgement", view)}, view.value)
        laid = self._entry(case, view._replace(value=changes), kind, (), grounds)
        return case._replace(value=laid.value)

    def _check_head(self) -> None:
        try:
            ViewFile.model_validate(_head(self.view))
        except ValidationError as error:
            wrong = (e for e in error.errors(include_url=False) if e["input"] is not BROKEN)
            self.findings.extend(in_words(item) for item in wrong)

    def _refuse(self, path: Path) -> None:
        text = f"'{path[-1]}' stays that of the case; a view changes numbers and rules"
        self.findings.append(Finding(path, text, at_key=True))

    def _text(self, key: str, value: str, at: Node) -> tuple[Node, Node]:
        return self._stamped(at._replace(value=key)), self._stamped(at._replace(value=value))

    def _stamped(self, node: Node) -> Node:
        """Return *node* with the file that it is from."""
        value = node.value
        if isinstance(value, dict):
            value = {k: (self._stamped(a), self._stamped(b)) for k, (a, b) in value.items()}
        elif isinstance(value, tuple):
            value = tuple(self._stamped(item) for item in value)
        return node._replace(value=value, file=self.view.file)

    def _any(self, case: Node | None, view: Node, kind: _Kind, path: Path, by: Grounds) -> Node:
        """Return *view* laid over *case*, of the same kind; None where the case has nothing."""
        if kind.how == "number":
            return self._number(view, by)
        if kind.how == "list" and isinstance(view.value, tuple):
            inner, items = kind.of(0), enumerate(view.value)
            laid = tuple(self._any(None, item, inner, (*path, i), by) for i, item in items)
            return view._replace(value=laid, file=self.view.file)
        if kind.how in ("entry", "table") and isinstance(view.value, dict):
            return self._entry(case, view, kind, path, by)
        return self._stamped(view)

    def _entry(
        self, case: Node | None, view: Node, kind: _Kind, path: Path, around: Grounds
    ) -> Node:
        """Return an entry or table of the view, merged key by key into that of the case."""
        before: Table = case.value if case is not None and isinstance(case.value, dict) else {}
        is_new = not before
        by = _grounds(around, view.value) if kind.how == "entry" else around
        laid = dict(before)
        own = {str(key): key for key in before}
        for key, (key_node, value) in view.value.items():
            place = (*path, key)
            if kind.how == "entry" and key in _NOTES and not is_new:
                self._check_note(key, value, place)
            elif self._may_stand(before, key, path):
                name = own.get(str(key), key)
                old = before[name][1] if name in before else None
                new = self._any(old, value, kind.of(key), place, by)
                laid[name] = (self._stamped(key_node), new)
        return view._replace(value=laid, file=self.view.file)

    def _check_note(self, key: str, value: Node, path: Path) -> None:
        # It is written beside the numbers of the entry, of which there may be none.
        if key == "basis" and value.value not in BASES:
            words = "sourced, judgement or elicited"
            self.findings.append(Finding(path, f"basis: must be {words}"))

    def _may_stand(self, before: Table, key: str | int, path: Path) -> bool:
        """Whether a view may say something under *key* at *path*; complain where it may not."""
        if path == ("phases",) and key in _FIXED_PHASES:
            self._refuse((*path, key))
            return False
        what = _CLOSED.get(str(path[-1])) if path and len(path) in (1, 3) else None
        known = [str(name) for name in before]
        if what is None or str(key) in known:
            return True
        found = unknown_name(str(key), known, what, (*path, key), at_key=True)
        self.findings.append(found)
        return False

    def _number(self, view: Node, by: Grounds) -> Node:
        """Return a number of the view with what it rests on beside it."""
        value = view.value
        if value is None or isinstance(value, str):
            return self._stamped(view)
        if not isinstance(value, dict):
            notes = {key: self._at(pair, view) for key, pair in by.items()}
            key_node = view._replace(value="value", file=self.view.file)
            whole = {"value": (key_node, self._stamped(view)), **notes}
            return view._replace(value=whole, file=self.view.file)
        if "basis" in value:
            return self._stamped(view)
        missing = {key: pair for key, pair in by.items() if key not in value}
        return self._stamped(view._replace(value={**value, **missing}))

    def _at(self, pair: tuple[Node, Node], place: Node) -> tuple[Node, Node]:
        key, value = (self._stamped(node) for node in pair)
        return key._replace(line=place.line, column=place.column), value


def _grounds(around: Grounds, entry: Table) -> Grounds:
    """Return what numbers of *entry* rest on: as it says, where it says on what."""
    notes = {key: entry[key] for key in _NOTES if key in entry}
    if "basis" in notes and notes["basis"][1].value in BASES:
        return notes
    return {**around, **{key: pair for key, pair in notes.items() if key != "basis"}}
