"""The errors of the models in plain words, with the path of what they are about."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from detente.case.fields import FAULT
from detente.case.file import TAGS, CaseFile
from detente.case.names import did_you_mean, shortened
from detente.case.reading import Path

__all__ = ["Finding", "in_words"]


class Finding(NamedTuple):
    """One thing wrong or doubtful: where, and what."""

    path: Path
    message: str
    at_key: bool = False
    """Whether the place is the key that leads to the value, not the value."""
    needs_whole: bool = False
    """Whether it may only be an effect of another problem in the same entry."""
    hint: Callable[[], str] | None = None
    """Ends the message with advice. Asked only for what is shown: comparing names takes time."""


_KEY_MARK: Final = "[key]"


def in_words(error: Mapping[str, Any]) -> Finding:
    """Return what one of pydantic's errors says, as a finding."""
    location: tuple[str | int, ...] = tuple(error["loc"])
    path: Path = tuple(part for part in location if part not in TAGS and part != _KEY_MARK)
    context = error.get("ctx") or {}
    match error["type"]:
        case t if t == FAULT:
            at_key = _KEY_MARK in location
            return Finding((*path, *context["at"]), f"{_label(path)}{context['text']}", at_key)
        case "missing":
            return Finding(path[:-1], f"{_missing(path)}", at_key=True)
        case "extra_forbidden":
            hint = partial(_known_keys, location)
            return Finding(path, f"unknown key '{shortened(path[-1])}'", at_key=True, hint=hint)
        case "too_short":
            return Finding(path, f"{_label(path)}must hold at least one entry", at_key=True)
        case "model_type" | "dict_type" | "model_attributes_type" | "tuple_type" | "list_type":
            return Finding(path, f"{_label(path)}{_wrong_shape(error)}")
        case _:
            message = str(error["msg"])
            return Finding(path, f"{_label(path)}{message[:1].lower()}{message[1:]}")


def _label(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    return f"{shortened(names[-1])}: " if names else ""


def _missing(path: Path) -> str:
    inside = [shortened(part) for part in path[:-1] if isinstance(part, str)]
    where = f" in {'.'.join(inside)}" if inside else ""
    return f"'{path[-1]}' is missing{where}"


def _wrong_shape(error: Mapping[str, Any]) -> str:
    given = error["input"]
    if error["type"] in ("tuple_type", "list_type"):
        hint = f"; write [{given}]" if isinstance(given, str) and len(given) < 60 else ""
        return f"must be a list{hint}"
    if isinstance(given, list):
        return "must be a mapping of names to entries, not a list"
    return "must be a mapping (name: entry)" + ("; write {} for none" if given is None else "")


def _known_keys(location: Path) -> str:
    """Say which key may have been meant at *location*, or which there are."""
    model = _model_at(location[:-1])
    allowed = [] if model is None else _keys(model)
    listed_keys = f"; known here: {', '.join(sorted(allowed))}" if 0 < len(allowed) <= 16 else ""
    return did_you_mean(str(location[-1]), allowed) or listed_keys


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(location: Path) -> type[BaseModel] | None:
    """Return the class of the entry at *location*, None where it is none."""
    kind: Any = CaseFile
    for part in location:
        kind = _inner(kind, part)
    kind = _bare(kind)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _inner(kind: Any, part: str | int) -> Any:
    kind = _bare(kind, part)
    if part in TAGS:
        return kind
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    arguments = get_args(kind)
    origin = get_origin(kind)
    return arguments[1] if origin is dict else arguments[0] if origin is tuple else None


def _bare(kind: Any, tag: str | int | None = None) -> Any:
    """Return *kind* without Annotated and None, and of a tagged union the member of *tag*."""
    if get_origin(kind) is Annotated:
        inner, *notes = get_args(kind)
        del notes
        return _bare(inner, tag)
    if get_origin(kind) in (Union, types.UnionType):
        members = [m for m in get_args(kind) if m is not type(None)]
        tagged = [
            m for m in members if any(getattr(n, "tag", None) == tag for n in get_args(m)[1:])
        ]
        return _bare((tagged or members)[0], tag)
    return kind
