"""The assumptions of a case for a reader: every number in words, and on what they rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from detente.case.domain import Assumption, Case
from detente.case.numbers import (
    Beta,
    Certain,
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
)
from detente.case.places import Places
from detente.report.text import clean, cut

__all__ = ["BASES", "Group", "Line", "basis_counts", "basis_shares", "groups", "range_in_words"]

#: Longer reasons are cut, and longer lists of sources.
MOST_LETTERS, MOST_SOURCES = 500, 12
#: Order in which bases are shown, and what each is called.
BASES = {
    "sourced": "from a source",
    "elicited": "asked of people",
    "judgement": "judgement of the drafter",
    "none": "not stated",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One number: what it is, its range, and on what it rests."""

    what: str
    path: str
    range: str
    basis: str
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of one entry of the case."""

    name: str
    lines: tuple[Line, ...]


def groups(case: Case) -> Iterator[Group]:
    """Yield the numbers of *case*, entry by entry, in the order of the file."""
    places = Places(case)
    placed = [(places.of(item.path), item) for item in case.assumptions]
    for name, found in groupby(placed, key=lambda pair: pair[0].group):
        yield Group(
            cut(name, MOST_LETTERS), tuple(_line(about.what, item) for about, item in found)
        )


def _line(what: str, item: Assumption) -> Line:
    number = item.number
    return Line(
        what=cut(what, MOST_LETTERS),
        path=clean(".".join(str(part) for part in item.path)),
        range=range_in_words(number.distribution),
        basis=BASES[number.basis or "none"],
        why=cut(number.why or "", MOST_LETTERS),
        sources=number.sources[:MOST_SOURCES],
    )


def basis_counts(case: Case) -> dict[str, tuple[int, int]]:
    """Return by basis how many numbers rest on it, and how many of those are uncertain."""
    every = Counter[str](item.number.basis or "none" for item in case.assumptions)
    uncertain = Counter[str](
        item.number.basis or "none" for item in case.assumptions if not item.number.is_certain
    )
    return {basis: (every[basis], uncertain[basis]) for basis in BASES if every[basis]}


def basis_shares(case: Case) -> list[tuple[str, int, int]]:
    """Return by basis its name, and how many in a hundred of all and of uncertain numbers."""
    counts = basis_counts(case)
    every = sum(count for count, _ in counts.values()) or 1
    uncertain = sum(count for _, count in counts.values()) or 1
    return [
        (BASES[basis], round(100 * count / every), round(100 * open_ / uncertain))
        for basis, (count, open_) in counts.items()
    ]


def range_in_words(distribution: Distribution) -> str:
    """Return what an analyst wrote: ``−20 (−35 to −5)``, the most likely value first."""
    match distribution:
        case Certain(value):
            return _plain(value)
        case Triangular(low, mode, high):
            return f"{_plain(mode)} ({_plain(low)} to {_plain(high)})"
        case Pert(low, mode, high, _):
            return f"{_plain(mode)} ({_plain(low)} to {_plain(high)}, PERT)"
        case Quantiles(p5, p50, p95, _):
            return f"{_plain(p50)} (90 %: {_plain(p5)} to {_plain(p95)})"
        case Uniform(low, high):
            return f"{_plain(low)} to {_plain(high)}, all alike"
        case Normal(loc, scale):
            return f"{_plain(loc)} ± {_plain(scale)} (normal)"
        case _:
            return _by_parameters(distribution)


def _by_parameters(distribution: Lognormal | Beta | Discrete) -> str:
    match distribution:
        case Lognormal(s, loc, scale):
            return f"lognormal: s {_plain(s)}, loc {_plain(loc)}, scale {_plain(scale)}"
        case Beta(a, b, loc, scale):
            shape = f"beta: a {_plain(a)}, b {_plain(b)}"
            return (
                shape if (loc, scale) == (0, 1) else f"{shape}, {_plain(loc)} + {_plain(scale)} x"
            )
        case Discrete(xk, pk):
            pairs = zip(xk[:6], pk[:6], strict=True)
            listed = ", ".join(f"{_plain(x)} ({_plain(p)})" for x, p in pairs)
            return f"{listed}{', …' if len(xk) > 6 else ''} (value (chance))"


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")
