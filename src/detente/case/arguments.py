"""Arguments of another type than asked for are refused in words, where they come in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TypeVar

from detente.case.names import shortened
from detente.errors import RequestError

__all__ = ["as_list", "as_mapping", "as_path", "as_text"]

T = TypeVar("T")
V = TypeVar("V")


def as_text(name: str, given: object) -> str:
    """Return *given* if it is text."""
    if not isinstance(given, str):
        raise RequestError(f"{name} must be text, not {shortened(repr(given))}")
    return given


def as_path(name: str, given: object, kinds: str = "a name or a path") -> str:
    """Return the text of *given* if it is text or a path; *kinds* say what it could be."""
    text = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(text, str):
        raise RequestError(f"{name} must be {kinds}, not {shortened(repr(given))}")
    return text


def as_list(name: str, given: Iterable[T]) -> list[T]:
    """Return the items of *given* unless it is no list: text or a path is one name, not several."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise RequestError(f"{name} must be a list, not {shortened(repr(given))}")
    return list(given)


def as_mapping(name: str, given: Mapping[str, V]) -> dict[str, V]:
    """Return the entries of *given* if it is a mapping from names."""
    if not _is_named(given):
        raise RequestError(f"{name} must be a mapping from names, not {shortened(repr(given))}")
    return dict(given)


def _is_named(given: object) -> bool:
    return isinstance(given, Mapping) and all(isinstance(key, str) for key in given)
