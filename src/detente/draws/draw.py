"""Draws on request: what is asked for is checked, and draws of another case are refused."""

from __future__ import annotations

import os
from dataclasses import fields

import numpy as np

from detente.case.domain import Case
from detente.case.load import load_case
from detente.case.names import shortened
from detente.draws.sampler import Draws, Sampler
from detente.errors import RequestError


def draw(
    case: Case | str | os.PathLike[str], *, draws: int = 10_000, seed: int = 0, first: int = 0
) -> Draws:
    """Return *draws* draws of the numbers of *case*: those in which :func:`~detente.run` judges.

    Each draw is one complete set of the numbers of the case (M4), with chances and years turned
    into those of a period (M5, M6). Draw i is the same however many are asked for, and no number
    of another name in the case changes it.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        draws: Number of draws, from 1 on.
        seed: Which sequence of draws, from 0 on.
        first: How many draws of the sequence to leave out before them.

    Returns:
        Arrays with the draws on their last axis; worths on the scale of the case, rates and
        chances per period.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For fewer than one draw, or a negative seed or first.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    count = whole("draws", draws, 1)
    return Sampler(case).sample(whole("seed", seed, 0), whole("first", first, 0), count)


def whole(name: str, number: int, least: int) -> int:
    """Return *number* if it is a whole number from *least* on."""
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
        raise RequestError(f"{name} must be a whole number, not {number!r}")
    if number < least:
        raise RequestError(f"{name} must be {least} or more, not {number}")
    return int(number)


def refuse_draws_of_another(case: Case, draws: Draws) -> None:
    """Raise RequestError unless *draws* are draws of *case*."""
    if not isinstance(draws, Draws):
        raise RequestError(f"draws must come from detente.draw, not {shortened(repr(draws))}")
    if draws.case_hash != case.hash:
        raise RequestError(
            f"these draws are not of {case.name} as it is now: make them anew with detente.draw"
        )
    sampler = Sampler(case)
    none = sampler.draws(np.empty((len(sampler.inputs), 0)))
    if _rows(draws, draws.count) != _rows(none, 0):  # a case in the same words, changed since
        raise RequestError(
            f"these draws do not fit {case.name}: it has other parties, measures or quantities"
        )


def _rows(draws: Draws, count: int) -> list[tuple[str, list[tuple[int, ...]]]]:
    """Return the shapes of the arrays of *draws* by name, less the draws on the last axis."""
    found = []
    for spec in fields(draws):
        value = getattr(draws, spec.name)
        if spec.name != "case_hash":
            shapes = [block.shape for block in (value if isinstance(value, tuple) else (value,))]
            found.append((spec.name, [shape[:-1] for shape in shapes if shape[-1] == count]))
    return found
