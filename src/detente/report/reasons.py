"""Why a plan fares as it does, in sentences: one function for each kind of finding.

Each sentence says what one finding of :mod:`detente.insight` is about, and nothing that is not
in its figures. Shares and amounts are never shown more precisely than their error allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from detente.case.domain import Case
from detente.case.names import listed
from detente.insight.results import Flip, Reason, Remedy, Repair, Swing, Weight
from detente.report.figures import share, share_step, worth
from detente.report.number_words import number_words
from detente.report.speaker import Speaker
from detente.searching.edits import Edit

__all__ = ["change", "flip_text", "reason_text", "repair_text", "swing_text"]


def reason_text(speaker: Speaker, reason: Reason) -> str:
    """Return what *reason* says, in one to three sentences."""
    match reason.kind:
        case "red_line":
            return _red_line(speaker, reason)
        case "worth":
            return _worth(speaker, reason)
        case "distrust":
            return _distrust(speaker, reason)
        case "breach":
            return _breach(speaker, reason)
        case "succession":
            return _succession(speaker, reason)
        case "pooling":
            return _pooling(speaker, reason)
        case "exposure":
            return _exposure(speaker, reason)
        case never:
            assert_never(never)


def _no(speaker: Speaker, reason: Reason) -> str:
    """Say who refuses, and how often."""
    who = speaker.parties[reason.party]
    if reason.own and reason.constituency is not None:
        who = f"{speaker.person(reason.constituency)}, whose own yes is needed"
    return f"{who}: no in {speaker.share(reason.share).of_draws}"


def _inside(speaker: Speaker, reason: Reason) -> str | None:
    """Name the constituency that decides inside the party; None where it need not be said."""
    name = reason.constituency
    alone = [person.party for person in speaker.people.values()].count(reason.party) == 1
    if name is None or reason.own or alone:
        return None
    return speaker.person(name, with_party=False)


def _red_line(speaker: Speaker, reason: Reason) -> str:
    who = _inside(speaker, reason)
    whose = "" if who is None else f" of {who}"
    against = _quoted(speaker, reason.measures, "and")
    line = f"there is a red line{whose}" + (f" against {against}" if against else "")
    return f"{_no(speaker, reason)}, whatever the worth: {line}."


def _worth(speaker: Speaker, reason: Reason) -> str:
    who = _inside(speaker, reason)
    to = "" if who is None else f" to {who}"
    return (
        f"{_no(speaker, reason)} because of worth: even with all others sure to keep it, the plan"
        f" would be worth too little{to}. {_missing(reason)}{_weighing(speaker, reason)}"
    )


def _distrust(speaker: Speaker, reason: Reason) -> str:
    cost = worth(reason.cost or 0.0, reason.cost_error)
    who = _inside(speaker, reason)
    to = "" if who is None else f" for {who}"
    by, when = speaker.parties[reason.other or reason.party], speaker.phase(reason.phase or 1)
    return (
        f"{_no(speaker, reason)} because of breaches to be expected: with all others sure to keep"
        f" the plan, it would be a yes. Expected breaches take {cost} points off{to}, most of it"
        f" by {by}, above all {when}. {_missing(reason)}{_weighing(speaker, reason)}"
    )


def _missing(reason: Reason) -> str:
    return f"On average {worth(reason.amount or 0.0, reason.error)} points are missing."


def _weighing(speaker: Speaker, reason: Reason) -> str:
    """Say which items weigh most against the plan and for it, with their points."""
    parts = []
    if reason.against:
        parts.append(f"most against it: {_points(speaker, reason.against)}")
    if reason.favour:
        parts.append(f"most for it: {_points(speaker, reason.favour)}")
    text = "; ".join(parts)
    return f" {text[0].upper()}{text[1:]}." if text else ""


def _points(speaker: Speaker, weights: Sequence[Weight]) -> str:
    return ", ".join(f"{item_name(speaker, w.item)} ({worth(w.points, w.error)})" for w in weights)


def item_name(speaker: Speaker, item: str | None) -> str:
    """Name what contributes to a value."""
    return "what a collapse itself costs" if item is None else f"“{speaker.items[item]}”"


def _quoted(speaker: Speaker, names: Sequence[str], word: str, most: int = 4) -> str:
    return listed([f"“{speaker.items[name]}”" for name in names], word, most)


def _breach(speaker: Speaker, reason: Reason) -> str:
    measure = reason.measures[0] if reason.deviation in {"withhold", "undo"} else None
    how = speaker.deviation(reason.deviation, measure)
    who = _inside(speaker, reason)
    decider = "" if who is None else f" In charge there is most often: {who}."
    gain = worth(reason.amount or 0.0, reason.error)
    return (
        f"First broken by {speaker.parties[reason.party]} {speaker.phase(reason.phase or 1)} {how},"
        f" with a chance of {speaker.share(reason.share).as_chance}.{decider} This gains {gain} points"
        f" over keeping.{_remedies(speaker, reason.remedies)}"
    )


def _remedies(speaker: Speaker, remedies: Sequence[Remedy]) -> str:
    if not remedies:
        return ""
    now = speaker.share(remedies[0].before).as_chance
    ways = "; ".join(
        f"{change(speaker, remedy.change)}, {speaker.share(remedy.after).as_chance}"
        for remedy in remedies
    )
    return (
        f" Chance of a breach by the same side at any time, others aside: {now};"
        f" with one thing changed: {ways}."
    )


def _succession(speaker: Speaker, reason: Reason) -> str:
    phase = speaker.phase(reason.phase or 1)
    person = speaker.person(reason.constituency or reason.party)
    return (
        f"{person} would be in charge and break {phase}, if all was kept so far, with a chance of"
        f" {speaker.share(reason.share).as_chance}. The chance to be in charge is"
        f" {speaker.share(reason.chance or 0.0).as_chance} at the start and"
        f" {speaker.share(reason.in_charge or 0.0).as_chance} by then."
    )


def _pooling(speaker: Speaker, reason: Reason) -> str:
    party = speaker.parties[reason.party]
    return (
        f"Keeping {speaker.phase(reason.phase or 1)} tells nothing about {party} in"
        f" {speaker.share(reason.share).of_draws}: whoever may be in charge keeps there, and some"
        f" would break later. Trust in it stays at {speaker.share(reason.chance or 0.0).as_chance}"
        f" on average."
    )


def _exposure(speaker: Speaker, reason: Reason) -> str:
    points = worth(reason.amount or 0.0, reason.error)
    return (
        f"{speaker.parties[reason.party]} has most to lose {speaker.phase(reason.phase or 1)}:"
        f" {points} points against no agreement, if {speaker.parties[reason.other or reason.party]}"
        f" breaks the plan there."
    )


def change(speaker: Speaker, edit: Edit) -> str:
    """Return *edit* in words, to stand at the beginning of a list or within a sentence."""
    name = _quoted(speaker, edit.measures, "or")
    match edit.kind:
        case "move":
            return f"{name} {speaker.phase(edit.phase or 1)} instead of {edit.origin}"
        case "drop":
            return f"without {name}"
        case "add":
            return f"with {name} added {speaker.phase(edit.phase or 1)}"
        case "level":
            return f"with “{speaker.items[edit.level or edit.measures[0]]}” in place of {name}"
        case "detect":
            return f"if withholding {name}, or undoing it unannounced, were seen for certain"
        case never:
            assert_never(never)


def repair_text(speaker: Speaker, repair: Repair) -> str:
    """Say what one change of the plan does to the chance that it holds."""
    words = change(speaker, repair.change)
    now, then = share(repair.before).as_chance, share(repair.hold).as_chance
    step = share_step(repair.error)
    more = step * max(round(100 * repair.gain / step), 1)
    return (
        f"{words[0].upper()}{words[1:]}: holds with a chance of {then} instead of {now}"
        f" ({'about ' * (step > 1)}{more} in 100 more, standard error {100 * repair.error:.1f})."
    )


def flip_text(speaker: Speaker, case: Case, flip: Flip) -> str:
    """Say what would have to be true for a party to accept."""
    party = speaker.parties[flip.party]
    if flip.number is None or flip.after is None or flip.before is None:
        who = speaker.person(flip.constituency or flip.party)
        return (
            f"No other figure for a single worth in this plan to {who}, or for what {who} must at"
            f" least expect, from −100 to 100, makes {party} accept in half of the draws."
        )
    return (
        f"{party} would accept in at least half of the draws if {number_words(speaker, case, flip.number)}"
        f" were {_figure(flip.after)} instead of {_figure(flip.before)}, all else as drawn."
    )


def swing_text(speaker: Speaker, case: Case, swing: Swing) -> str:
    """Say which majority turns if one number is known to be low or high."""
    words = number_words(speaker, case, swing.number)
    which = "low" if swing.percentile < 50 else "high"
    then, now = speaker.share(swing.after), speaker.share(swing.before)
    if swing.what == "keep":
        result = (
            f"the plan would be kept with a chance of {then.as_chance} instead of {now.as_chance}"
        )
    else:
        who = "everyone who must" if swing.party is None else speaker.parties[swing.party]
        result = f"{who} would accept in {then.of_draws} instead of {now.phrase}"
    return (
        f"If {words} were known to be {which}, {_figure(swing.value)} ({swing.percentile}th percentile),"
        f" {result}."
    )


def _figure(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
