"""Small cases from Python data, through the same checks as a file."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any, Final

import yaml

from detente.case.domain import Case
from detente.case.reading import Document, read_document
from detente.case.resolve import resolve_case
from detente.case.validation import examine
from detente.errors import RequestError

_NAME: Final = "made"
_SMALLEST: Final[dict[str, Any]] = {
    "detente": 1,
    "title": "Two sides and one step each",
    "basis": "judgement",
    "phases": {"count": 1, "years": 1},
    "horizon_years": 10,
    "discount": 0.05,
    "false_alarm": 0.02,
    "parties": {"north": {}, "south": {}},
    "measures": {
        "pullback": {"by": "north", "worth": {"north": [-9, -5, -1], "south": [2, 6, 12]}},
        "payment": {
            "by": "south",
            "detection": 0.4,
            "worth": {"north": [4, 8, 14], "south": [-6, -4, -2]},
        },
    },
    "proposals": {"swap": {"phases": {1: ["pullback", "payment"]}}},
}


def case_data(**parts: Any) -> dict[str, Any]:  # noqa: ANN401 (what a file may hold)
    """Return the smallest sound case as plain data, with any of its top-level *parts* replaced.

    Two parties, one measure each, one phase, one proposal (``swap``) with both measures, and
    four uncertain worths. The data is a fresh copy: change it at will and hand it to
    :func:`make_case`.

    Args:
        parts: top-level keys of the case file with what shall stand there, as in YAML. A part
            that is None is left out.

    Returns:
        What a case file with this content would be read as.
    """
    return _with(copy.deepcopy(_SMALLEST), parts)


def _with(data: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**data, **parts}.items() if value is not None}


def make_case(data: Mapping[str, Any] | None = None, /, **parts: Any) -> Case:  # noqa: ANN401 (what a file may hold)
    """Return a case made of plain data, as if it had been read from a file.

    Args:
        data: the content of the case; that of :func:`case_data` where it is left out.
        parts: top-level keys of the case file with what shall stand there instead. A part that
            is None is left out.

    Returns:
        The case. It is called ``made`` and passed every check that a file must pass.

    Raises:
        CaseError: where a file with this content would be refused. Lines and columns are those
            of the data written as YAML, one entry a line.
        RequestError: where a part holds what no file can hold, such as an array.
    """
    document = _document(_with(case_data() if data is None else data, parts))
    return resolve_case(examine(document), _NAME, document.data)


def _document(data: dict[str, Any]) -> Document:
    try:
        text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=math.inf)
    except yaml.representer.RepresenterError as error:
        kind = type(error.args[-1]).__name__
        raise RequestError(f"a case is plain data, as YAML holds it: no {kind}") from None
    return read_document(text.encode("utf-8", "surrogatepass"), f"{_NAME}.yaml")


class _Dumper(yaml.SafeDumper):
    """Writes what :func:`read_document` reads back as it was, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 (PyYAML's signature)
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    # PyYAML quotes what YAML 1.1 would not take for text; case files follow YAML 1.2.
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Dumper.add_representer(str, _quoted)
for kind in (bytes, set):  # YAML has tags for them, case files do not
    _Dumper.add_representer(kind, yaml.SafeDumper.represent_undefined)
