"""Every problem of a file at once: of its shape, and of what it says.

The models stop at the shape of things. To look at the sense of the rest as well, what
they refuse is cut out of the data and they are asked again; the checks then run on what
remains, told by :class:`~detente.case.known.Names` of all names in the uncut file, so
that cutting an entry does not make the references to it wrong.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from pydantic import ValidationError

from detente.case.checks import ERRORS
from detente.case.domain import Case
from detente.case.doubts import DOUBTS, Subject
from detente.case.file import CaseFile
from detente.case.known import Names
from detente.case.reading import BROKEN, Document, Path
from detente.case.sizes import too_large
from detente.case.wording import Finding, in_words
from detente.errors import CaseError, Problem

__all__ = ["doubts", "examine"]

MAX_PROBLEMS: Final = 100
MAX_ROUNDS: Final = 30

_TEXT_KEYS: Final = frozenset(
    {
        "name",
        "description",
        "as_of",
        "why",
        "source",
        "sources",
        "verified_by",
        "status",
        "summary",
        "outcome",
        "mapping_note",
        "by",
        "date",
        "title",
        "publisher",
        "address",
        "actor",
        "text",
        "unit",
    }
)
_FREE_KEYS: Final = frozenset({"scale", "wants", "refuses"})
# What a file needs at the top, so that the rest can be looked at where it is missing.
_STAND_INS: Final[dict[str, Any]] = {
    "detente": 1,
    "title": "",
    "phases": {"count": 30, "years": 1},
    "horizon_years": 1,
    "parties": {"_": {}},
    "measures": {"_": {}},
}


def examine(document: Document) -> CaseFile:
    """Return the file that *document* holds.

    Raises:
        CaseError: with everything that is wrong in it, in file order.
    """
    data, findings = document.data, list[Finding]()
    file: CaseFile | None = None
    if isinstance(data, dict):
        file, cut = _shaped(data, findings)
        if file is not None:
            large = list(too_large(file))
            findings.extend(large or _senseless(file, Names.of(data), cut))
    else:
        findings.append(Finding((), "a case is a mapping that starts with 'detente: 1'"))
    errors = _problems(document, findings, "error")
    if errors or file is None:
        raise CaseError(errors)
    return file


def doubts(
    document: Document, file: CaseFile, case: Case, *, views: Sequence[Case] = ()
) -> tuple[Problem, ...]:
    """Return what is allowed in *file* but should be looked at, in file order.

    *views* holds the same case under its other views.
    """
    subject = Subject(file, case, Names.of(document.data), document.data, tuple(views))
    found = [finding for check in DOUBTS for finding in check(subject)]
    return tuple(_problems(document, found, "warning"))


# --- shape --------------------------------------------------------------------------------


def _shaped(
    data: dict[Any, Any], findings: list[Finding]
) -> tuple[CaseFile | None, frozenset[Path]]:
    """Return the file with all that is misshapen cut out, and the paths of the cuts."""
    empty = list(_empty(data, ()))
    errors: list[Finding] = []
    if not empty:
        file, errors = _validated(data)
        if file is not None:
            return file, frozenset()
    rest = _Cutting(copy.deepcopy(data))
    findings.extend(empty)
    rest.cut(empty)
    if empty:
        file, errors = _validated(rest.data)
    # What later rounds find, the cuts have caused.
    findings.extend(f for f in errors if not _is_broken(_at(data, f.path)))
    for _ in range(MAX_ROUNDS):
        rest.cut(errors)
        rest.stand_in()
        file, errors = _validated(rest.data)
        if file is not None:
            return file, frozenset(rest.places)
    return None, frozenset()


def _validated(data: dict[Any, Any]) -> tuple[CaseFile | None, list[Finding]]:
    try:
        return CaseFile.model_validate(data), []
    except ValidationError as error:
        return None, [in_words(item) for item in error.errors(include_url=False)]


def _empty(data: Any, path: Path) -> Iterator[Finding]:
    """Yield the keys without a value, except where nothing is a kind of text."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if value is None and not _may_be_empty(data, key):
            advice = "give it one ({} for an empty entry) or leave it out"
            yield Finding((*path, key), f"'{key}' has no value; {advice}", at_key=True)
        elif isinstance(value, (dict, list)) and key not in _FREE_KEYS:
            yield from _empty(value, (*path, key))


def _may_be_empty(data: Any, key: str | int) -> bool:
    # Beside value and why, a key without a value is the end of a text cut at its comma.
    return key in _TEXT_KEYS | _FREE_KEYS or ("value" in data and "why" in data)


def _is_broken(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_broken(item) for item in value.values())
    if isinstance(value, list):
        return any(_is_broken(item) for item in value)
    return value is BROKEN


def _at(data: Any, path: Path) -> Any:
    for part in path:
        if isinstance(data, dict) and (key := _own_key(data, part)) is not None:
            data = data[key]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _own_key(data: dict[Any, Any], part: str | int) -> str | int | None:
    if part in data:
        return part
    if isinstance(part, str) and part.isdecimal() and str(int(part)) == part and int(part) in data:
        return int(part)
    return None


class _Cutting:
    """Plain data out of which what is wrong is cut, and the places of the cuts."""

    def __init__(self, data: dict[Any, Any]) -> None:
        self.data = data
        self.places: set[Path] = set()

    def cut(self, findings: Sequence[Finding]) -> None:
        # The deepest first: cutting an entry must not hide what is wrong inside it.
        for finding in sorted(findings, key=lambda finding: len(finding.path), reverse=True):
            self._cut_one(finding.path)

    def stand_in(self) -> None:
        """Put something in place of what a file needs at the top and this one lacks."""
        for needed, stand_in in _STAND_INS.items():
            if needed not in self.data or self.data[needed] == {}:
                self.data[needed] = copy.deepcopy(stand_in)

    def _cut_one(self, path: Path) -> None:
        """Cut what stands at *path*; a list goes whole, so that the places in it stay true."""
        holder, key, depth = self.data, _own_key(self.data, path[0]) if path else None, 1
        current: Any = self.data
        for i, part in enumerate(path):
            if isinstance(current, dict):
                own = _own_key(current, part)
                if own is None:
                    break
                holder, key, depth = current, own, i + 1
                current = current[own]
            elif isinstance(current, list) and isinstance(part, int) and part < len(current):
                current = current[part]
            else:
                break
        self.places.add(path[:depth])
        if key is not None:
            holder.pop(key, None)


# --- sense --------------------------------------------------------------------------------


def _senseless(file: CaseFile, names: Names, cut: frozenset[Path]) -> Iterator[Finding]:
    for check in ERRORS:
        for finding in check(file, names):
            if not (finding.needs_whole and _touched(finding.path[:2], cut)):
                yield finding


def _touched(entry: Path, cut: frozenset[Path]) -> bool:
    return any(path[: len(entry)] == entry or len(path) == 1 for path in cut)


# --- places -------------------------------------------------------------------------------


def _problems(
    document: Document, findings: Sequence[Finding], severity: Literal["error", "warning"]
) -> list[Problem]:
    """Return the problems in file order, those of reading among the errors, and not too many."""
    hints: dict[Problem, Callable[[], str] | None] = {}
    if severity == "error":
        hints.update(dict.fromkeys(document.problems))
    for finding in findings:
        problem = document.problem(finding.path, finding.message, severity, key=finding.at_key)
        hints.setdefault(problem, finding.hint)
    ordered = sorted(hints)
    shown = [
        replace(problem, message=problem.message + (hint() if (hint := hints[problem]) else ""))
        for problem in ordered[:MAX_PROBLEMS]
    ]
    if len(ordered) > MAX_PROBLEMS:
        more = f"and {len(ordered) - MAX_PROBLEMS} more problems after this"
        shown.append(replace(shown[-1], message=more))
    return shown
