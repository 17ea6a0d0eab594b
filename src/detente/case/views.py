"""Finding the views of a case: those that it names, and files given besides."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from detente.case.domain import View
from detente.case.fields import ALL, AS_WRITTEN
from detente.case.files import read_bytes
from detente.case.merging import ViewedDocument, header, merged
from detente.case.names import did_you_mean, listed, shortened
from detente.case.reading import Document, read_document
from detente.errors import CaseError, RequestError

__all__ = ["ViewSource", "Viewed", "Views", "outside"]

SUFFIXES: Final = (".yaml", ".yml")
#: Joins views that are laid over each other, the later ones on top.
JOIN: Final = "+"

ViewSource = str | os.PathLike[str]


def outside(file: str) -> str:
    """Say why the file of a view may not be called *file*; nothing where it may."""
    windows = PureWindowsPath(file)
    if windows.drive or windows.root or "\\" in file or not file.isprintable():
        return "write a path from the folder of the case file, with / between folders"
    if ".." in PurePosixPath(file).parts:
        return "a view lies in the folder of the case file or below it; '..' leads out"
    return "" if file.endswith(SUFFIXES) else "the file of a view ends in .yaml or .yml"


@dataclass(frozen=True)
class Viewed:
    """A case with a view laid over it."""

    view: View
    document: ViewedDocument


@dataclass(frozen=True)
class Views:
    """The views of one case and where their files are."""

    case: Document
    folder: Traversable
    """The folder of the case file."""
    prefix: str
    """How that folder is called in messages."""

    @cached_property
    def named(self) -> Mapping[str, Mapping[str, Any]]:
        """The views that the case names, as plain data; those without a file are left out."""
        data = self.case.data
        found = data.get("views") if isinstance(data, dict) else None
        items = found.items() if isinstance(found, dict) else ()
        return {
            str(name): spec
            for name, spec in items
            if isinstance(spec, dict) and isinstance(spec.get("file"), str)
        }

    def asked(self, views: Sequence[ViewSource], *, beside: bool = True) -> list[ViewSource]:
        """Return what *views* asks for, each once, with ``all`` written out.

        Args:
            views: names, files, or several of these joined by +.
            beside: where there are several, put the case as written first.

        Raises:
            RequestError: where two files would go by one name.
        """
        texts = [view for asked in views for view in (self.named if asked == ALL else (asked,))]
        if beside and (len(texts) > 1 or ALL in views):
            texts = [AS_WRITTEN, *texts]
        once = list(dict.fromkeys(texts))
        ids = [view if view == AS_WRITTEN else self._id(view) for view in once]
        for id_ in ids:
            if ids.count(id_) > 1:
                raise RequestError(f"two views are called {shortened(id_)!r}; rename one file")
        return once

    def laid(self, asked: ViewSource) -> Viewed:
        """Return the case with the view *asked* for laid over it.

        Raises:
            CaseError: where its file cannot be read.
            RequestError: where there is no such view.
        """
        parts = list(self._parts(asked))
        id_ = self._id(asked)
        document: Document = self.case
        heads: list[View] = []
        for part in parts:
            view, read = self._read(part)
            heads.append(view)
            document = merged(document, read, id_)
        if not isinstance(document, ViewedDocument):
            raise RequestError("a view is missing beside the +")
        return Viewed(replace(_joined(id_, heads), asked=os.fspath(asked)), document)

    def _id(self, asked: ViewSource) -> str:
        parts = self._parts(asked)
        for part in parts:
            if parts.count(part) > 1:
                raise RequestError(f"view {shortened(part)!r} is joined with itself")
        ids = [part if part in self.named else Path(os.fspath(part)).stem for part in parts]
        if AS_WRITTEN in ids or ALL in ids:
            raise RequestError(f"{AS_WRITTEN!r} and {ALL!r} mean no single view")
        return JOIN.join(str(id_) for id_ in ids)

    def _parts(self, asked: ViewSource) -> Sequence[ViewSource]:
        """Return the single views that *asked* joins; itself where it is one."""
        if not isinstance(asked, str) or asked in self.named or _is_file(asked):
            return (asked,)
        parts = asked.split(JOIN)
        return parts if len(parts) > 1 else (asked,)

    def _read(self, asked: ViewSource) -> tuple[View, Document]:
        text = os.fspath(asked)
        if isinstance(asked, str) and asked in self.named:
            return self._named(asked)
        if isinstance(asked, str) and not (_is_file(text) or _is_path(text)):
            name = shortened(self.case.file)
            raise RequestError(f"{name} has no view {shortened(text)!r}{self._hint(text)}")
        document = read_document(read_bytes(text), text)
        head = header(document)
        id_ = Path(text).stem
        return View(id_, head.view or head.name or id_, text, head.why), document

    def _named(self, name: str) -> tuple[View, Document]:
        spec = self.named[name]
        file = str(spec["file"])
        document = read_document(self._bytes(name, file), os.path.join(self.prefix, file))  # noqa: PTH118 (as it was given)
        head = header(document)
        own, why = spec.get("name"), spec.get("why")
        shown = str(own or head.view or head.name or name)
        return View(name, shown, document.file, str(why) if why else head.why), document

    def _bytes(self, name: str, file: str) -> bytes:
        """Read the file of a view that the case names; problems stand where it is named."""
        problem = outside(file) or self._led_out(file)
        if not problem:
            target = self.folder.joinpath(*PurePosixPath(file).parts)
            try:
                return read_bytes(str(target)) if isinstance(target, Path) else target.read_bytes()
            except CaseError as error:
                problem = error.problems[0].message
            except OSError:
                problem = "there is no such file"
        text = f"{shortened(file)}: {problem}"
        raise CaseError([self.case.problem(("views", name, "file"), text, "error")])

    def _led_out(self, file: str) -> str:
        """Say so where a link leads out of the folder of the case."""
        if not isinstance(self.folder, Path):
            return ""
        try:
            found = (self.folder / file).resolve()
            is_inside = found.is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError):  # a link that leads to itself
            return "the links on the way to it lead in a circle"
        return "" if is_inside else "a link leads out of the folder of the case file"

    def _hint(self, text: str) -> str:
        if not self.named:
            return "; it names none"
        return did_you_mean(text, self.named) or f"; it has {listed(list(self.named), 'and')}"


def _joined(id_: str, views: Sequence[View]) -> View:
    if len(views) == 1:
        return views[0]
    names = " and ".join(view.name for view in views)
    reasons = "; ".join(view.why for view in views if view.why)
    return View(id_, names, ", ".join(view.file for view in views), reasons or None)


def _is_file(text: str) -> bool:
    try:
        return bool(text) and Path(text).is_file()
    except (OSError, ValueError):  # longer than any file's name
        return False


def _is_path(text: str) -> bool:
    return text.endswith(SUFFIXES) or os.sep in text or bool(os.altsep and os.altsep in text)
