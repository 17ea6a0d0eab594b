"""Ranges that are too sure of themselves, or made by one rule for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from detente.case.doubts import Lint, Subject
from detente.case.numbers import (
    Distribution,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
    central,
    ends,
)
from detente.case.reading import Path
from detente.case.wording import Finding

__all__ = ["LINTS"]

#: A range narrower than this share of its most likely value is thought to be too sure.
NARROW: Final = 0.05
#: Ranges are alike if at least this share of at least so many have one shape.
ALIKE, FEWEST = 0.8, 12
#: Two shapes are one if their relative ends differ by no more than this.
SAME_SHAPE: Final = 0.02


def ranges_suspiciously_narrow(subject: Subject) -> Iterator[Finding]:
    """Ranges of judgement that leave next to no room around the most likely value."""
    found = []
    for item in subject.case.assumptions:
        if item.number.basis in ("sourced", "elicited") or item.number.sources:
            continue
        low, high = ends(item.number.distribution)
        middle = abs(central(item.number.distribution))
        if 0.0 < high - low < NARROW * _room(item.path, middle):
            found.append(item)
    if found:
        first, is_one = found[0], len(found) == 1
        count = "1 range leaves" if is_one else f"{len(found)} ranges leave"
        sources = "no source is" if is_one else "no sources are"
        name = ".".join(str(part) for part in first.path)
        range_ = " to ".join(f"{end:g}" for end in ends(first.number.distribution))
        text = f"{count} hardly any doubt, and {sources} named (the first: {name}, {range_})"
        yield Finding(first.path, text)


def _room(path: Path, middle: float) -> float:
    """Return against what the width of a range is measured: a chance has two ends, 0 and 1."""
    is_chance = bool({"detection", "raises_detection", "upfront", "chance", "per_year"} & {*path})
    return min(middle, 1.0 - middle) if is_chance else middle


def ranges_all_alike(subject: Subject) -> Iterator[Finding]:
    """Worths whose ranges nearly all have one width, or one width relative to their middle."""
    items = [
        item
        for item in subject.case.assumptions
        if "worth" in item.path[:-1] and not item.number.is_certain
    ]
    shapes = [_shape(item.number.distribution) for item in items]
    known = [(item, shape) for item, shape in zip(items, shapes, strict=True) if shape]
    if len(known) < FEWEST:
        return
    relative = [
        (low / abs(middle), high / abs(middle)) for _, (low, middle, high) in known if middle
    ]
    absolute = [(low, high) for _, (low, _, high) in known]
    for kind, reaches in (("the same share of", relative), ("equally far from", absolute)):
        share = _alike(reaches)
        if len(reaches) >= FEWEST and share >= ALIKE:
            text = (
                f"{round(100 * share)} of 100 ranges of worths lie {kind} their most likely value"
                " below and above it; each range should say how sure its own value is"
            )
            yield Finding(known[0][0].path, text)
            return


def _shape(distribution: Distribution) -> tuple[float, float, float] | None:
    """Return how far a range reaches below its middle, the middle, and how far above."""
    match distribution:
        case Triangular(low, mode, high) | Pert(low, mode, high) | Quantiles(low, mode, high):
            return mode - low, mode, high - mode
        case Uniform(low, high):
            return (high - low) / 2, (high + low) / 2, (high - low) / 2
        case _:
            return None


def _alike(reaches: Sequence[tuple[float, float]]) -> float:
    """Return the share of *reaches*, below and above, that are near the middle one of them all."""
    if not reaches:
        return 0.0
    middle = [median(reach[side] for reach in reaches) for side in (0, 1)]
    room = [max(SAME_SHAPE, SAME_SHAPE * abs(m)) for m in middle]
    near = [all(abs(reach[i] - middle[i]) <= room[i] for i in (0, 1)) for reach in reaches]
    return sum(near) / len(reaches)


LINTS: Final[tuple[Lint, ...]] = (ranges_suspiciously_narrow, ranges_all_alike)
