"""The kinds of field a case file has: text, names, numbers, yes or no.

Each is a type for the models of :mod:`detente.case.file` that turns plain data into a
value or refuses it in words a reader of the file understands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from detente.case.number_forms import (
    NON_NEGATIVE,
    PLAIN,
    POSITIVE,
    PROBABILITY,
    PROBABILITY_BELOW_ONE,
    Kind,
    NumberError,
    parse_number,
)
from detente.case.numbers import Number

__all__ = [
    "ALL",
    "AS_WRITTEN",
    "FAULT",
    "NUMBER_MARK",
    "AnyNumber",
    "Basis",
    "Better",
    "Count",
    "FactorNumber",
    "Flag",
    "Format",
    "Horizon",
    "Id",
    "Name",
    "OptionalText",
    "PhaseNumber",
    "PositiveNumber",
    "ProbabilityBelowOne",
    "ProbabilityNumber",
    "Quota",
    "Share",
    "SourceList",
    "Text",
    "TextList",
    "UndoYears",
    "ViewName",
    "Weight",
    "Years",
    "fault",
]

FAULT: Final = "detente"
FORMATS: Final = (1, 1.1)
"""Versions of the format that this program reads. 1.1 adds `calibrated_on` and `views`."""
ALL: Final = "all"
"""Asks for every view that a case names."""
AS_WRITTEN: Final = "as_written"
"""The case itself, where it stands beside its views."""
NUMBER_MARK: Final = "x-number"
"""Stands in a JSON schema for the forms of a number of some kind; see detente.case.schema."""
_ID = re.compile(r"\w[\w-]*\Z")


def fault(text: str, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """Return the error that says *text* of the part of the value to which *at* leads."""
    return PydanticCustomError(FAULT, "{text}", {"text": text, "at": at})


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if raw is None:
        return "empty"
    if isinstance(raw, (list, dict)):
        return "a list" if isinstance(raw, list) else "a mapping"
    return repr(raw) if len(repr(raw)) <= 40 else repr(raw)[:40] + "…"


def _number(kind: Kind) -> Callable[[Any], Number]:
    def read(raw: Any) -> Number:
        if isinstance(raw, str) and raw == "never":
            raise fault("only undo_years can be 'never'; this must be a number")
        try:
            return parse_number(raw, kind)
        except NumberError as problem:
            raise fault(problem.text, problem.at) from None

    return read


def _undo_years(raw: Any) -> Number | Literal["never"]:
    if raw == "never":
        return "never"
    if isinstance(raw, str):
        raise fault(f"must be a number of years or never, not {_shown(raw)}")
    return _number(NON_NEGATIVE)(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)  # a title or date that YAML reads as a number: 2018
    if isinstance(raw, (bool, float)):
        raise fault(f"must be text; put {_shown(raw)} in quotes")
    raise fault(f"must be text, not {_shown(raw)}")


def _optional_text(raw: Any) -> str | None:
    return None if raw is None else _text(raw)


def _name(raw: Any) -> str:
    if raw is None or isinstance(raw, (dict, list)):
        raise fault(f"must be a name, not {_shown(raw)}")
    return _text(raw)


def _id(raw: Any) -> str:
    name = _text(raw)
    if not _ID.match(name):
        raise fault(
            f"{_shown(name)} cannot be a name here: use letters, digits, _ and -, "
            "starting with a letter, a digit or _"
        )
    return name


def _view_name(raw: Any) -> str:
    name = _id(raw)
    if name in (ALL, AS_WRITTEN):
        raise fault(f"'{name}' cannot be the name of a view: it has a meaning of its own")
    return name


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise fault(f"must be true or false, not {_shown(raw)}")
    return raw


def _choice(*allowed: str) -> Callable[[Any], str | None]:
    def read(raw: Any) -> str | None:
        if raw not in allowed:
            words = ", ".join(allowed[:-1]) + " or " + allowed[-1]
            raise fault(f"must be {words}, not {_shown(raw)}")
        return str(raw)

    return read


def _whole(low: int, high: int, what: str) -> Callable[[Any], int]:
    def read(raw: Any) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
            raise fault(f"must be {what}, not {_shown(raw)}")
        return raw

    return read


def _phase(raw: Any) -> int:
    if isinstance(raw, str) and raw.isdecimal() and len(raw) < 4:
        return int(raw)
    return _whole(0, 999, "the number of a phase")(raw)


def _certain(low: float, high: float, what: str, *, above: bool = False) -> Callable[[Any], float]:
    def read(raw: Any) -> float:
        is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
        if not is_number:
            raise fault(f"must be {what}, not {_shown(raw)}")
        if not low <= raw <= high or (above and raw == low):
            raise fault(f"must be {what}, not {raw:g}" if abs(raw) < 1e300 else f"must be {what}")
        return float(raw)

    return read


def _format(raw: Any) -> float:
    if raw is True or raw not in FORMATS:
        known = " and ".join(str(version) for version in FORMATS)
        raise fault(f"this program reads formats {known} of the case file, not {_shown(raw)}")
    return float(raw)


def _text_list(raw: Any) -> tuple[str, ...]:
    return tuple(_text(item) for item in (raw if isinstance(raw, list) else [raw]))


def _source_list(raw: Any) -> tuple[str, ...]:
    items = raw if isinstance(raw, list) else [] if raw is None else [raw]
    return tuple(dict.fromkeys(_name(item) for item in items))


class _Read:
    """Makes pydantic read a field by one function, and describe it by one JSON schema.

    Unlike ``PlainValidator`` it never looks into the annotated type; building schemas of
    all distributions for each of a hundred fields took most of a second at import.
    """

    def __init__(self, function: Callable[[Any], Any], schema: Mapping[str, Any]) -> None:
        self.function = function
        self.schema = schema

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)


def _number_field(kind: Kind) -> _Read:
    return _Read(_number(kind), {NUMBER_MARK: kind.name})


_TEXT: Final = {"type": ["string", "integer"]}
_OPTIONAL_TEXT: Final = {"type": ["string", "integer", "null"]}

AnyNumber = Annotated[Number, _number_field(PLAIN)]
ProbabilityNumber = Annotated[Number, _number_field(PROBABILITY)]
ProbabilityBelowOne = Annotated[Number, _number_field(PROBABILITY_BELOW_ONE)]
FactorNumber = Annotated[Number, _number_field(NON_NEGATIVE)]
PositiveNumber = Annotated[Number, _number_field(POSITIVE)]
UndoYears = Annotated[
    Number | Literal["never"],
    _Read(_undo_years, {"anyOf": [{"const": "never"}, {NUMBER_MARK: NON_NEGATIVE.name}]}),
]
Text = Annotated[str, _Read(_text, _TEXT)]
TextList = Annotated[
    tuple[str, ...], _Read(_text_list, {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]})
]
OptionalText = Annotated[str | None, _Read(_optional_text, _OPTIONAL_TEXT)]
Id = Annotated[str, _Read(_id, {"type": "string", "pattern": r"^[^\s/:;,@.\-][^\s/:;,@.]*$"})]
ViewName = Annotated[
    str, _Read(_view_name, {"type": "string", "pattern": r"^[^\s/:;,@.\-][^\s/:;,@.]*$"})
]
Name = Annotated[str, _Read(_name, _TEXT)]
Flag = Annotated[bool, _Read(_flag, {"type": "boolean"})]
Basis = Annotated[
    Literal["sourced", "judgement", "elicited"] | None,
    _Read(
        _choice("sourced", "judgement", "elicited"), {"enum": ["sourced", "judgement", "elicited"]}
    ),
]
Better = Annotated[
    Literal["higher", "lower"] | None,
    _Read(_choice("higher", "lower"), {"enum": ["higher", "lower"]}),
]
Format = Annotated[float, _Read(_format, {"enum": list(FORMATS)})]
Count = Annotated[
    int,
    _Read(
        _whole(1, 30, "a whole number from 1 to 30"),
        {"type": "integer", "minimum": 1, "maximum": 30},
    ),
]
PhaseNumber = Annotated[
    int,
    _Read(_phase, {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$"}),
]
Years = Annotated[
    float,
    _Read(
        _certain(0, 100, "a number of years above 0, at most 100", above=True),
        {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
    ),
]
Horizon = Annotated[
    float,
    _Read(
        _certain(0, 1000, "a number of years above 0, at most 1000", above=True),
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
    ),
]
Share = Annotated[
    float,
    _Read(_certain(0, 1, "a share from 0 to 1"), {"type": "number", "minimum": 0, "maximum": 1}),
]
Weight = Annotated[
    float,
    _Read(_certain(0, 1e9, "a weight of at least 0"), {"type": "number", "minimum": 0}),
]
Quota = Annotated[
    float,
    _Read(
        _certain(0, 1e9, "a number above 0", above=True),
        {"type": "number", "exclusiveMinimum": 0},
    ),
]
SourceList = Annotated[
    tuple[str, ...],
    _Read(_source_list, {"anyOf": [_OPTIONAL_TEXT, {"type": "array", "items": _TEXT}]}),
]
