"""An explanation under several views as text: what all share, and what turns on the view.

As in :mod:`detente.report.explaining`; figures that are shown alike under several views are
told together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from detente.insight.results import REFUSALS, Reason
from detente.insight.viewed import ExplanationViews, FlipViews, ReasonViews, RepairViews
from detente.report.explaining import LABELS, NOTE, Line, Section, files, section_part
from detente.report.figures import share, worth
from detente.report.number_words import number_words
from detente.report.reasons import change
from detente.report.speaker import Speaker
from detente.report.terminal_views import LEGEND, views_head, views_lists, views_table
from detente.report.text import clean
from detente.report.views import ViewsContent, names_of, under, views_content

__all__ = [
    "ExplanationViewsContent",
    "explanation_views_content",
    "explanation_views_screen",
    "flip_views_text",
    "reason_views_text",
    "repair_views_text",
]


@dataclass(frozen=True, slots=True)
class ExplanationViewsContent:
    """Everything that is said of an explanation under several views."""

    views: ViewsContent  #: the verdicts, and what of them holds where
    sections: tuple[Section, ...]  #: what is in the way and would help, and under which views


def explanation_views_content(found: ExplanationViews) -> ExplanationViewsContent:
    """Return what there is to say of *found*; sections without a finding are left out."""
    everywhere = len(found)
    in_the_way = [r for r in found.reasons if r.reason.kind in {*REFUSALS, "breach"}]
    trust = [r for r in found.reasons if r.reason.kind in {"succession", "pooling"}]
    exposed = [r for r in found.reasons if r.reason.kind == "exposure"]
    common = [r for r in in_the_way if len(r.found) == everywhere]
    some = [r for r in in_the_way if len(r.found) < everywhere]
    helping = [r for r in found.repairs if len(r.helps_in) == everywhere]
    turning = [r for r in found.repairs if len(r.helps_in) < everywhere]
    sections = (
        Section("Judged as written, although it breaks a rule", tuple(_flaws(found))),
        Section("In the way under every view", tuple(_reasons(found, common))),
        Section("In the way under some views only", tuple(_reasons(found, some))),
        Section("What keeps trust from rising", tuple(_reasons(found, trust))),
        Section("Where each side is most exposed", tuple(_reasons(found, exposed))),
        Section("Changes of the plan that help under every view", tuple(_repairs(found, helping))),
        Section("Changes that help under some views only", tuple(_repairs(found, turning))),
        Section(
            "What would have to be true",
            tuple(Line("to accept", flip_views_text(found, flip)) for flip in found.flips),
        ),
    )
    kept = tuple(section for section in sections if section.lines)
    return ExplanationViewsContent(views_content(found.result), kept)


def _flaws(found: ExplanationViews) -> Iterator[Line]:
    """Yield the rules that the plan breaks, with the views under which they are rules."""
    alike: dict[str, list[str]] = {}
    for view, explanation in found.explanations.items():
        for flaw in explanation.verdict.flaws:
            alike.setdefault(clean(flaw), []).append(view)
    names = names_of(found)
    for flaw, views in alike.items():
        everywhere = len(views) == len(found)
        yield Line("rule", f"{flaw}: {'under every view' if everywhere else under(names, views)}.")


def _reasons(found: ExplanationViews, reasons: Sequence[ReasonViews]) -> Iterator[Line]:
    for reason in reasons:
        yield Line(LABELS[reason.reason.kind], reason_views_text(found, reason))


def _repairs(found: ExplanationViews, repairs: Sequence[RepairViews]) -> Iterator[Line]:
    for repair in repairs:
        yield Line("helps", repair_views_text(found, repair))


def reason_views_text(found: ExplanationViews, reason: ReasonViews) -> str:
    """Say what is in the way, and how often under each view."""
    speakers = {view: Speaker(found[view].result) for view in found}
    rare = {
        "exposure": "fewer than 0.5 points",
        "pooling": "seldom, or trust is high",
        "succession": "seldom, or trust is high",
    }.get(reason.reason.kind, "fewer than 5")
    figures = {
        view: _figure(speakers[view], reason.found[view]) if view in reason.found else rare
        for view in found
    }
    return f"{_what(speakers[next(iter(found))], reason.reason)}: {_told(found, figures)}."


def _figure(speaker: Speaker, reason: Reason) -> str:
    if reason.kind == "exposure":
        return (
            f"{worth(reason.amount or 0.0, reason.error)} points {speaker.phase(reason.phase or 1)}"
        )
    when = (
        f" {speaker.phase(reason.phase or 1)}" if reason.kind in {"succession", "pooling"} else ""
    )
    return f"{speaker.share(reason.share).symbol}{when}"


def _what(speaker: Speaker, reason: Reason) -> str:
    """Say what a reason is about, without its figures."""
    who, deviation = speaker.parties[reason.party], reason.deviation
    if reason.own and reason.constituency is not None:
        who = f"{speaker.person(reason.constituency)}, whose own yes is needed"
    match reason.kind:
        case "red_line":
            return f"{who}, because of a red line"
        case "worth":
            return f"{who}, because of worth, even with all others sure to keep it"
        case "distrust":
            return f"{who}, because of breaches to be expected"
        case "breach":
            measure = reason.measures[0] if deviation in {"withhold", "undo"} else None
            how = speaker.deviation(deviation, measure)
            return f"{who} {speaker.phase(reason.phase or 1)} {how}"
        case "succession":
            return f"{speaker.person(reason.constituency or reason.party)}, being in charge"
        case "pooling":
            return f"Keeping tells nothing about {who}"
        case _:
            return f"{who} has to lose"


def repair_views_text(found: ExplanationViews, repair: RepairViews) -> str:
    """Say what one change of the plan does under each view."""
    speaker = Speaker(found.written.result)
    words = change(speaker, repair.change)
    figures = {}
    for view in found:
        one = repair.found.get(view)
        if one is None:
            figures[view] = "it breaks a rule of the case"
        elif view in repair.helps_in:
            figures[view] = f"holds {share(one.hold).symbol} instead of {share(one.before).symbol}"
        elif one.between[1] < 0.0:
            figures[view] = "holds less often"
        else:
            figures[view] = "no clear help"
    return f"{words[0].upper()}{words[1:]}: {_told(found, figures)}."


def flip_views_text(found: ExplanationViews, flip: FlipViews) -> str:
    """Say to what a number would have to change under each view for a party to accept."""
    speaker, case = Speaker(found.written.result), found.written.result.case
    named = next(iter(flip.found), next(iter(found)))
    figures = {view: _from_to(flip, view) for view in found if view in flip.found}
    figures |= dict.fromkeys(flip.accepts_in, "accepts so often anyway")
    figures |= dict.fromkeys(flip.fails_in, "no figure from −100 to 100 is enough")
    words = number_words(speaker, found[named].result.case if named in found else case, flip.number)
    told = _told(found, {view: figures[view] for view in found})
    return f"{speaker.parties[flip.party]}, in half of the draws, by {words}: {told}."


def _from_to(flip: FlipViews, view: str) -> str:
    one = flip.found[view]
    before, after = (f"{value or 0.0:.3g}".replace("-", "−") for value in (one.before, one.after))
    return f"{after} instead of {before}"


def _told(found: ExplanationViews, figures: Mapping[str, str]) -> str:
    """Say each figure once, with the views that show it."""
    names, alike = names_of(found), dict[str, list[str]]()
    for view, figure in figures.items():
        alike.setdefault(figure, []).append(view)
    if len(alike) == 1:
        return f"{next(iter(alike))} under every view"
    return "; ".join(f"{figure} {under(names, views)}" for figure, views in alike.items())


def explanation_views_screen(
    found: ExplanationViews, written: Sequence[Path] = ()
) -> RenderableType:
    """Return what a terminal shows of *found*.

    Args:
        found: what :func:`detente.explain_views` returned.
        written: the files that were written, if any.
    """
    said = explanation_views_content(found)
    verdict = found.written.verdict
    return Group(
        Padding(views_head(clean(verdict.name), found.result, said.views), (1, 1)),
        Padding(views_table(said.views), (0, 1)),
        Padding(Text(LEGEND, style="dim"), (0, 1, 1, 1)),
        *views_lists(said.views),
        *(part for section in said.sections for part in section_part(section)),
        *(Padding(Text(note), (0, 1)) for note in [VIEWS_NOTE, NOTE, *files(written)]),
    )


VIEWS_NOTE = (
    "Figures after a colon are out of 100, in the same draws under every view. What is rarer than"
    " 5 of 100 is not looked at. A change or a number that was found under one view was tried under"
    " all."
)
