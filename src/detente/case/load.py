"""Finding a case, by path or by name, and getting from it to a resolved case or a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

from detente.case.arguments import as_list, as_path, as_text
from detente.case.domain import Case, Plan, View
from detente.case.doubts import Subject
from detente.case.fields import ALL, AS_WRITTEN
from detente.case.file import CaseFile
from detente.case.files import read_bytes, write_new
from detente.case.known import Names
from detente.case.names import did_you_mean, listed
from detente.case.plans import begins_as_plan, parse_plan, plan_flaws
from detente.case.reading import Document, read_document
from detente.case.resolve import resolve_case
from detente.case.starter import starter_text
from detente.case.validation import doubts, examine
from detente.case.views import Views, ViewSource
from detente.errors import CaseError, PlanError, Problem, RequestError

__all__ = [
    "BuiltinCase",
    "CheckReport",
    "FoundCase",
    "builtin_cases",
    "check_case",
    "checked",
    "find_case",
    "find_plan",
    "load_case",
    "load_views",
    "new_case",
    "parse_plan",
    "plan_flaws",
    "plan_in",
    "read_plan",
]

_SUFFIXES: Final = (".yaml", ".yml")
Source = str | os.PathLike[str]


class FoundCase(NamedTuple):
    """A case by its name, with the name and the bytes of its file."""

    name: str
    file: str
    data: bytes
    folder: Traversable
    """Where the file is, and the files that it names."""

    def views(self, document: Document) -> Views:
        """Return the views of the case, read as *document*."""
        return Views(document, self.folder, os.path.dirname(self.file))  # noqa: PTH120 (as given)


class BuiltinCase(NamedTuple):
    """A case that comes with the program."""

    name: str
    """What :func:`detente.load_case` knows it by."""
    title: str
    """What it is about."""


@dataclass(frozen=True)
class CheckReport:
    """What checking a case found: its problems and warnings, and how much is in it."""

    name: str
    """Of the file, without its ending."""
    title: str = ""
    """What the case is about; empty where the case has errors."""
    problems: tuple[Problem, ...] = ()
    """Errors and warnings, in file order."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """parties, constituencies, measures (levels written out), interactions, proposals, sources,
    views, numbers (as written in the file) and uncertain numbers; empty where the case has
    errors."""
    by_basis: Mapping[str, int] = field(default_factory=dict)
    """How many of the numbers rest on each basis; ``none`` where nothing is stated."""
    hash: str = ""
    """SHA-256 of the content in hex; empty where the case has errors."""

    @property
    def ok(self) -> bool:
        """Whether the case can be used; warnings do not prevent that."""
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which the case is refused."""
        return tuple(item for item in self.problems if item.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be looked at."""
        return tuple(item for item in self.problems if item.severity == "warning")


def load_case(source: Source, *, view: ViewSource | None = None) -> Case:
    """Return the case at a path, or the built-in case of that name.

    Args:
        source: a path, or the name of a built-in case. A name with a separator or an ending
            ``.yaml`` is a path.
        view: under which view: the name of one that the case has, the path of a file of
            overrides, or several joined by ``+``, the later ones on top. As written, if none.

    Returns:
        The case, ready to be judged.

    Raises:
        CaseError: with every problem of the files, where they cannot be used.
        RequestError: where *source* is neither a file nor a built-in case, or the case has no
            such view.
    """
    return load_views(source, [AS_WRITTEN if view is None else view])[0]


def load_views(source: Source, views: Sequence[ViewSource] = (ALL,)) -> tuple[Case, ...]:
    """Return the case at *source* under each of *views*.

    Args:
        source: a path, or the name of a built-in case.
        views: what :func:`load_case` takes as a view; ``all`` for every view that the case
            names, ``as_written`` for the case itself.

    Returns:
        The case under each view, each once. Where there are several, and where all are asked
        for, the case as written comes first.

    Raises:
        CaseError: with every problem of all files, where any cannot be used.
        RequestError: where *source* is neither a file nor a built-in case, the case has no such
            view, or two would go by one name.
    """
    views = as_list("views", views)
    found = find_case(source)
    document = read_document(found.data, found.file)
    shelf, reading = found.views(document), _Reading(document)
    if ALL in views and not shelf.named:
        raise RequestError(f"{found.name} names no views")
    text = os.fspath(source)
    name = "" if text == found.name else Path(text).name
    cases = []
    for asked in shelf.asked(views):
        file = reading.written() if asked == AS_WRITTEN else reading.under(shelf, asked)
        if file is not None:
            case = resolve_case(file, found.name, reading.last.data)
            cases.append(replace(case, file=name, view=reading.view))
    if reading.written() is None or reading.problems:
        raise CaseError(list(dict.fromkeys(reading.problems)))
    return tuple(cases)


class _Reading:
    """One case read under several views, and all that was found wrong on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.last: Document = document
        self.view: View | None = None
        self._file: CaseFile | None = None
        self._is_examined = False

    def written(self) -> CaseFile | None:
        """Return the file as written; None where it cannot be used."""
        self.last, self.view = self.document, None
        if not self._is_examined:
            self._is_examined = True
            try:
                self._file = examine(self.document)
            except CaseError as error:
                self.problems.extend(error.problems)
        return self._file

    def under(self, shelf: Views, asked: ViewSource) -> CaseFile | None:
        """Return the file with the view *asked* for laid over it; None where it cannot be used."""
        before = self.written()
        try:
            viewed = shelf.laid(asked)
            self.last, self.view = viewed.document, viewed.view
            file = examine(viewed.document)
        except CaseError as error:
            known = {problem.message for problem in self.problems}
            # What is wrong with the case itself has been said, at its own place.
            self.problems.extend(
                problem
                for problem in error.problems
                if before is not None
                or (problem.file != self.document.file and problem.message not in known)
            )
            return None
        return file if before is not None else None


def check_case(source: Source, *, views: Sequence[ViewSource] = ()) -> CheckReport:
    """Return everything wrong or doubtful in the case at *source*, and how much is in it.

    Args:
        source: a path, or the name of a built-in case.
        views: views to be looked at as well as those that the case names.

    Returns:
        The problems with their places, and counts of what is in the case.

    Raises:
        RequestError: where *source* is neither a file nor a built-in case, or the case has no
            such view.
    """
    try:
        found = find_case(source)
        name, document = found.name, read_document(found.data, found.file)
    except CaseError as error:
        return CheckReport(Path(os.fspath(source)).stem, problems=error.problems)
    shelf, reading = found.views(document), _Reading(document)
    file = reading.written()
    under: list[tuple[Document, CaseFile, Case]] = []
    for asked in shelf.asked([ALL, *views])[1:]:
        laid = reading.under(shelf, asked)
        if laid is not None:
            case = replace(resolve_case(laid, name, reading.last.data), view=reading.view)
            under.append((reading.last, laid, case))
    if file is None or reading.problems:
        return CheckReport(name, problems=tuple(dict.fromkeys(reading.problems)))
    case = resolve_case(file, name, document.data)
    counts = {
        "parties": len(case.parties),
        "constituencies": len(case.constituencies),
        "measures": len(case.measures),
        "interactions": len(case.interactions) + len(case.scalings),
        "proposals": len(case.proposals),
        "sources": len(case.sources),
        "views": len(case.views),
        "numbers": len(case.assumptions),
        "uncertain": sum(not item.number.is_certain for item in case.assumptions),
    }
    bases = Counter[str](item.number.basis or "none" for item in case.assumptions)
    warnings = [*doubts(document, file, case, views=[viewed for _, _, viewed in under])]
    for laid_over, laid, viewed in under:
        new = doubts(laid_over, laid, viewed, views=[case])
        warnings += [problem for problem in new if problem.file != document.file]
    problems = tuple(dict.fromkeys(warnings))
    return CheckReport(name, case.title, problems, counts, dict(bases), case.hash)


def checked(source: Source) -> tuple[Document, Subject]:
    """Return the file at *source* as read, and the sound case in it in every form.

    Raises:
        CaseError: with every problem of the file, where it cannot be used.
        RequestError: where *source* is neither a file nor a built-in case.
    """
    found = find_case(source)
    document = read_document(found.data, found.file)
    file = examine(document)
    case = resolve_case(file, found.name, document.data)
    return document, Subject(file, case, Names.of(document.data), document.data)


def builtin_cases() -> tuple[BuiltinCase, ...]:
    """Return the cases that come with the program.

    Returns:
        Name and title of each, by name.
    """
    found = []
    for name, item in _builtin_files().items():
        data = read_document(item.read_bytes(), item.name).data
        title = data.get("title", name) if isinstance(data, dict) else name
        found.append(BuiltinCase(name, str(title)))
    return tuple(found)


def _builtin_folder() -> Traversable:
    return resources.files("detente.case") / "builtin"


def _builtin_files() -> dict[str, Traversable]:
    folder = _builtin_folder()
    items = sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else []
    return {item.name[:-5]: item for item in items if item.name.endswith(".yaml")}


def new_case(name: str, folder: Source = ".") -> Path:
    """Write a small commented case to NAME.yaml in *folder* and return its path.

    Args:
        name: what the case is called; an ending ``.yaml`` is left off.
        folder: an existing folder.

    Returns:
        The path of the new file.

    Raises:
        OutputError: where the file is there already or cannot be written.
        RequestError: where *name* cannot be the name of a file.
    """
    stem = as_text("name", name).removesuffix(".yaml")
    if (
        not stem
        or stem.startswith((".", "-"))
        or not stem.isprintable()
        or set(stem) & set('/\\:"')
    ):
        raise RequestError(f"{name!r} cannot be the name of a case; use letters, digits, _ and -")
    return write_new(Path(folder) / f"{stem}.yaml", starter_text(stem))


def find_plan(case: Case, source: Source) -> Plan | str:
    """Return what *source* asks for: the id of a proposal, or a plan from a file or as written.

    A proposal of that id goes first, then text that begins as a plan does (``1:a,b;2:c/half``),
    then a file. What is no text is a path.

    Raises:
        PlanError: where it is none of these, or does not fit the case.
    """
    text = as_path("plan", source, "a plan, the name of one or a path")
    if isinstance(source, str):
        if text in {proposal.id for proposal in case.proposals}:
            return text
        if begins_as_plan(text):
            return parse_plan(case, text)
    if _must_be_path(source, text) or _exists(text, folders=True):
        return read_plan(case, text)
    return parse_plan(case, text)


def read_plan(case: Case, source: Source) -> Plan:
    """Return the plan in a file with ``phases:``, written as a proposal in a case.

    Raises:
        PlanError: where the file cannot be read or does not fit the case.
    """
    path = os.fspath(source)
    try:
        return plan_in(case, read_bytes(path), path)
    except CaseError as error:
        raise PlanError(str(error)) from None


def plan_in(case: Case, data: bytes, file: str) -> Plan:
    """Return the plan in *data*, YAML with ``phases:``; *file* is what messages call it.

    Raises:
        PlanError: where it cannot be read or does not fit the case.
    """
    try:
        document = read_document(data, file)
    except CaseError as error:
        raise PlanError(str(error)) from None
    if document.problems:
        raise PlanError("\n".join(str(problem) for problem in document.problems))
    if not isinstance(document.data, dict):
        raise PlanError(f"{file}: a plan has 'phases:', from phases to lists of measures")
    try:
        return parse_plan(case, document.data)
    except PlanError as error:
        raise PlanError(f"{file}: {error}") from None


def find_case(source: Source) -> FoundCase:
    """Return the case at a path, or the built-in case of that name, unread.

    Raises:
        CaseError: where the file cannot be read.
        RequestError: where *source* is neither a file nor a built-in case.
    """
    text = as_path("case", source)
    builtin = {} if _must_be_path(source, text) else _builtin_files()
    if text in builtin and not _exists(text, folders=False):
        return FoundCase(text, f"{text}.yaml", builtin[text].read_bytes(), _builtin_folder())
    if _must_be_path(source, text) or _exists(text, folders=True):
        return FoundCase(Path(text).stem, text, read_bytes(text), Path(text).parent)
    if _exists(f"{text}.yaml", folders=False):
        raise RequestError(f"there is no built-in case {text[:200]!r}; did you mean '{text}.yaml'?")
    hint = did_you_mean(text, builtin) or f"; built-in cases: {listed(list(builtin), 'and')}"
    raise RequestError(f"there is no file and no built-in case {text[:200]!r}{hint}")


def _must_be_path(source: Source, text: str) -> bool:
    if not isinstance(source, str) or text.endswith(_SUFFIXES):
        return True
    return os.sep in text or bool(os.altsep and os.altsep in text) or "\0" in text


def _exists(text: str, *, folders: bool) -> bool:
    """Whether there is something called *text*, a folder counting only where asked for."""
    try:
        return bool(text) and Path(text).exists() and (folders or not Path(text).is_dir())
    except OSError:  # longer than any file's name
        return False
