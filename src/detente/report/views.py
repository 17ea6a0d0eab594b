"""What several views make of the same proposals, as texts: ranges, and what turns on the view.

As in :mod:`detente.report.content`, texts are clean but not escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from detente.case.fields import AS_WRITTEN
from detente.case.names import listed
from detente.report.answer import ranked
from detente.report.content import Figure, figure
from detente.report.figures import share
from detente.report.speaker import Speaker
from detente.report.terms import FIGURES
from detente.report.text import clean
from detente.report.typed import in_shell, view_argument
from detente.verdict.conclusions import Conclusion
from detente.verdict.results import Verdict
from detente.verdict.views import Figure as FigureName
from detente.verdict.views import ViewsResult

__all__ = [
    "Spread",
    "Turning",
    "ViewsContent",
    "again",
    "names_of",
    "spread",
    "under",
    "views_content",
]


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure of one proposal: as written, and between what it lies over all views."""

    what: str
    written: Figure
    between: str  #: ``2 to 40``; one figure where all show the same
    low_in: str  #: name of the view that gives the least; empty where all show the same
    high_in: str


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal."""

    id: str
    name: str
    spreads: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Turning:
    """A conclusion, and whose view it depends on."""

    text: str
    where: str  #: empty where it holds under every view


@dataclass(frozen=True, slots=True)
class Named:
    """One view."""

    id: str
    name: str
    why: str
    file: str
    hash: str


@dataclass(frozen=True, slots=True)
class ViewsContent:
    """Everything that a report says of several views."""

    views: tuple[Named, ...]
    rows: tuple[Row, ...]  #: those that hold most often first
    surviving: tuple[str, ...]  #: conclusions that hold under every view
    turning: tuple[Turning, ...]  #: those that fail under some view
    open: tuple[Turning, ...]  #: those that fail nowhere but cannot be told everywhere
    command: str  #: the end of the command that makes it again


def views_content(result: ViewsResult) -> ViewsContent:
    """Return what there is to say of *result*."""
    speaker, names = Speaker(result.written), names_of(result)
    said = [(conclusion, _said(speaker, result, conclusion)) for conclusion in result.conclusions]
    failing = [(c, text) for c, text in said if c.fails_in]
    unclear = [(c, text) for c, text in said if c.open_in and not c.fails_in and c.holds_in]
    return ViewsContent(
        views=tuple(_views(result)),
        rows=tuple(_row(result, verdict) for verdict in ranked(result.written)),
        surviving=tuple(text for conclusion, text in said if conclusion.survives),
        turning=tuple(Turning(text, _where(names, c)) for c, text in failing),
        open=tuple(Turning(text, _where(names, c)) for c, text in unclear),
        command=again(result),
    )


def names_of(views: Iterable[str]) -> dict[str, str]:
    """Return what the views are called in sentences and tables."""
    return {view: "as written" if view == AS_WRITTEN else clean(view) for view in views}


def _views(result: ViewsResult) -> Iterator[Named]:
    for name, found in result.results.items():
        view = found.case.view
        if view is not None:
            why, file = clean(view.why or ""), clean(view.file)
            yield Named(clean(name), clean(view.name), why, file, found.provenance.case_hash)


def again(result: ViewsResult) -> str:
    """Return what a command ends with to judge under the same views again."""
    return in_shell(_arguments(result))


def _arguments(result: ViewsResult) -> Iterator[str]:
    yield from ("--view", AS_WRITTEN)
    for found in result.results.values():
        if found.case.view is not None:
            yield from ("--view", view_argument(found.case.view))


def _row(result: ViewsResult, verdict: Verdict) -> Row:
    spreads = tuple(spread(result, verdict.proposal, *pair) for pair in FIGURES.items())
    return Row(clean(verdict.proposal), clean(verdict.name), spreads)


def spread(result: ViewsResult, proposal: str, name: FigureName, what: str = "") -> Spread:
    """Return one figure of a proposal, called *what*: as written, and between what it lies."""
    found, names = result.range(proposal, name), names_of(result)
    written = figure(getattr(result.written[proposal], name))
    low, high = share(found.low).symbol, share(found.high).symbol
    if low == high:
        return Spread(what, written, low, "", "")
    return Spread(what, written, f"{low} to {high}", names[found.low_in], names[found.high_in])


def _where(names: Mapping[str, str], conclusion: Conclusion) -> str:
    parts = (
        ("holds", conclusion.holds_in),
        ("not", conclusion.fails_in),
        ("cannot be told", conclusion.open_in),
    )
    return "; ".join(f"{word} {under(names, views)}" for word, views in parts if views)


def under(names: Mapping[str, str], views: Sequence[str]) -> str:
    """Say under which views: ``as written and under a and b``."""
    others = [names[view] for view in views if view != AS_WRITTEN]
    under = f"under {listed(others, 'and')}" if others else ""
    if AS_WRITTEN in views:
        return f"as written{' and ' if under else ''}{under}"
    return under


def _said(speaker: Speaker, result: ViewsResult, conclusion: Conclusion) -> str:
    text = f"“{clean(result.written[conclusion.proposal].name)}”"
    body = speaker.name(conclusion.party) if conclusion.party else ""
    match conclusion.kind:
        case "best":
            return f"{text} holds in more draws than any other text"
        case "only_refuser":
            return f"of those whose yes {text} needs, only {body} refuses"
        case "furthest_from_yes":
            return f"{body} is furthest from yes to {text}"
        case "first_breaker":
            return f"{body} most often breaks {text} first"
        case kind:
            often, _, what = kind.partition("_")
            verb = what if what == "holds" else f"is {what}"
            return f"{text} {verb} in {'more' if often == 'mostly' else 'fewer'} than half of the draws"
