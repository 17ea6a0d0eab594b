"""The numbers of a case as they stand in its file, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from detente.case.domain import Assumption
from detente.case.file import CaseFile, Described, Entry
from detente.case.numbers import Number
from detente.case.reading import Path

__all__ = ["assumptions", "entries", "grounded"]


def assumptions(file: CaseFile) -> Iterator[Assumption]:
    """Yield every number of the file, certain or not, in the order of the models' fields."""
    for path, value, grounds in _walk(file, (), ()):
        if isinstance(value, Number):
            yield Assumption(path, grounded(value, grounds))


def entries(file: CaseFile) -> Iterator[tuple[Path, BaseModel | Number]]:
    """Yield path and value of every entry and every number of the file."""
    return ((path, value) for path, value, _ in _walk(file, (), ()))


def grounded(number: Number, grounds: tuple[Described, ...]) -> Number:
    """Return *number* on the nearest of *grounds*, innermost first, if it does not name its own.

    An entry that states a basis states it for the numbers in it, with its sources and reason.
    """
    if number.basis is not None:
        return number
    for ground in grounds:
        if ground.basis is not None:
            named = ground.all_sources if isinstance(ground, Entry) else ()
            return replace(
                number,
                basis=ground.basis,
                sources=number.sources or named,
                why=number.why or ground.why,
            )
    return number


def _walk(
    value: Any, path: Path, grounds: tuple[Described, ...]
) -> Iterator[tuple[Path, BaseModel | Number, tuple[Described, ...]]]:
    """Yield path, value and the entries around it, innermost first, of all inside *value*."""
    if isinstance(value, Number):
        yield path, value, grounds
    elif isinstance(value, BaseModel):
        yield path, value, grounds
        inner = (value, *grounds) if isinstance(value, Described) else grounds
        for name, field in type(value).model_fields.items():
            yield from _walk(getattr(value, name), (*path, field.alias or name), inner)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key), grounds)
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _walk(item, (*path, i), grounds)
