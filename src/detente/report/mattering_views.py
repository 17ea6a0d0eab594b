"""What matters under several views, in words: what does so in all, and how much under each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detente.influence.groups import WAYS, Way
from detente.influence.results import Mattering, SensitivityViews
from detente.report.influence_words import WAYS_TITLES, Words
from detente.report.mattering import figure_text, share_text
from detente.report.terms import sentence
from detente.report.text import clean

__all__ = ["NOWHERE", "VIEWS_LEGEND", "MatteringViews", "mattering_views", "view_names"]

#: What the table of several views says.
VIEWS_LEGEND = (
    "Its share of the spread under each view, out of 100, with 95 % interval (Shapley effect). In"
    " all: the interval lies above 5 under every view. –: no unknown of it is at play."
)
#: What is said where nothing matters in all.
NOWHERE = "No group of unknowns has a share that is clearly above 5 of 100 under every view."
#: Groups with less than this of the spread under every view are counted, not listed.
LEAST_LISTED = 0.05


@dataclass(frozen=True, slots=True)
class WayOfViews:
    """The groups of one way."""

    title: str
    rows: tuple[tuple[str, tuple[str, ...], bool], ...]  #: name, share by view, whether in all
    more: str


@dataclass(frozen=True, slots=True)
class MatteringViews:
    """Everything that is said of several views."""

    names: tuple[str, ...]
    figures: tuple[tuple[str, str, str], ...]  #: view, figure under it, why it is argued
    everywhere: tuple[tuple[str, str], ...]  #: way, and the groups that matter in all
    ways: tuple[WayOfViews, ...]
    legend: str


def view_names(found: SensitivityViews) -> tuple[str, ...]:
    """Return what each view is called; the first is the case as written unless it is named."""
    views = (one.case.view for one in found.results.values())
    return tuple("as written" if view is None else clean(view.name) for view in views)


def mattering_views(found: SensitivityViews) -> MatteringViews:
    """Return what there is to say of *found*."""
    names = view_names(found)
    words = {view: Words.of(one) for view, one in found.results.items()}
    figures = tuple(
        (
            name,
            figure_text(one, own, one.mean),
            "" if one.case.view is None else clean(one.case.view.why or ""),
        )
        for name, one, own in zip(names, found.results.values(), words.values(), strict=True)
    )
    return MatteringViews(
        names,
        figures,
        tuple(_everywhere(found, words)),
        tuple(_ways(found, words)),
        VIEWS_LEGEND,
    )


def _everywhere(found: SensitivityViews, words: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    for way in WAYS:
        own = [
            _words(words, row).named(way, row.group) for row in _of(found, way) if row.everywhere
        ]
        if own:
            yield WAYS_TITLES[way], "; ".join(own)


def _ways(found: SensitivityViews, words: Mapping[str, Words]) -> Iterator[WayOfViews]:
    for way in WAYS:
        own = _of(found, way)
        kept = [row for row in own if _largest(row) >= LEAST_LISTED]
        rows = tuple(
            (
                sentence(_words(words, row).group(way, row.group)),
                tuple("–" if one is None else share_text(one) for one in row.by_view.values()),
                row.everywhere,
            )
            for row in kept
        )
        left = len(own) - len(kept)
        more = f"and {left} more, less than 5 under every view" if left else ""
        if rows:
            yield WayOfViews(WAYS_TITLES[way], rows, more)


def _words(words: Mapping[str, Words], row: Mattering) -> Words:
    """Return the words of the first view under which a group is at play."""
    return words[next(view for view, one in row.by_view.items() if one is not None)]


def _of(found: SensitivityViews, way: Way) -> list[Mattering]:
    return [row for row in found.mattering if row.way == way]


def _largest(row: Mattering) -> float:
    return max((one.value for one in row.by_view.values() if one is not None), default=0.0)
