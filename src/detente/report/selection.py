"""What a brief says: of the content of a report, what fits on two pages.

Names have been shortened before, in the result itself, so that every sentence made from them is short.
What is selected is plain data (texts, numbers, lists), the same for every template.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from detente.case.fields import AS_WRITTEN
from detente.case.names import listed
from detente.report.content import Answer, Content, Part, Timeline, content
from detente.report.limits import LIMITS
from detente.report.numbers import basis_shares
from detente.report.terms import DISTRUSTED, FIGURES, FLAWED, meanings, sentence
from detente.report.text import cut
from detente.report.views import again, spread
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult

__all__ = ["MOST_ROWS", "selected"]

#: So many texts have a row, so many of those that follow the best are spoken of.
MOST_ROWS, MOST_OTHERS = 14, 4
#: Of so many texts it is said how far the views are apart.
MOST_RANGES = 3
_MOST_SIDES, _MOST_ANSWERS, _MOST_BREAKS = 4, 6, 4
_REPORT = "report.html"
#: What accepting is no sign of.
_NOT_SETTLED_ON = ", for none of them would rather have no agreement; not that the sides would settle on this text"


# ---- what it says


def selected(result: RunResult, views: ViewsResult | None = None) -> dict[str, Any]:
    """Return everything that a brief says of *result*, whose names are short.

    Where it was judged beside *views*, the brief says so, and how far these are apart.
    """
    said = content(result)
    apart = [] if views is None else [_over_views(said, views)]
    more = "" if views is None or not said.command else f" {again(views)}"
    best, *others = said.parts
    return {
        "report": _REPORT,
        "title": said.title,
        "question": said.question,
        "answer": said.answer,
        "heads": [sentence(name) for name in FIGURES.values()],
        "distrusted": sentence(DISTRUSTED),
        "main_title": cut(said.main_title, 40),
        "rows": [_row(part) for part in said.parts[:MOST_ROWS]],
        "table_notes": [*apart, *_table_notes(said)],
        "read": list(_how_to_read(said)),
        "others": [_other(part) for part in others[:MOST_OTHERS]],
        "best": _best(said, best),
        "assumptions": list(_assumptions(result, said)),
        "limits": [asdict(limit) for limit in LIMITS],
        "made": [
            f"{label}: {text}."
            for label, text in said.made
            if label in {"Program", "Case", "Draws"}
        ],
        "command": f"{said.command}{more}",
    }


def _over_views(said: Content, views: ViewsResult) -> str:
    """Say that all is about the case as written, and between what the best texts hold over *views*."""
    names = [cut(name, 24) for name in views if name != AS_WRITTEN]
    ranges = [
        f"“{cut(part.name, 40)}” {spread(views, part.verdict.proposal, 'hold').between}"
        for part in said.parts[:MOST_RANGES]
    ]
    others = "another view" if len(names) == 1 else f"{len(names)} other views"
    return (
        "All figures here are of the case as written. Under it and"
        f" {others} ({listed(names, 'and', limit=4)}) texts hold, out of 100:"
        f" {'; '.join(ranges)}. {_REPORT} has the other figures."
    )


def _row(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "marks": " *" * bool(part.flaws) + " †" * bool(part.beaten_by) + " ‡" * part.fitted,
        "accept": asdict(part.accept),
        "keep": asdict(part.keep),
        "hold": asdict(part.hold),
        "lower": part.lower[2].symbol,
        "main": part.main,
    }


def _table_notes(said: Content) -> Iterator[str]:
    shown, left = said.parts[:MOST_ROWS], len(said.parts) - MOST_ROWS
    if left > 0:
        which = "1 text that holds" if left == 1 else f"{left} texts that hold"
        yield f"{which} least often {'is' if left == 1 else 'are'} left to {_REPORT}."
    if any(part.flaws for part in shown):
        yield f"* {sentence(FLAWED)}."
    if any(part.beaten_by for part in shown):
        yield "† Another text is better on average for every signatory."
    if any(part.fitted for part in shown):
        yield "‡ The case was calibrated on it: that it comes out so is no test."


def _term(term: str, text: str) -> dict[str, str]:
    return {"term": term, "text": text}


def _how_to_read(said: Content) -> Iterator[dict[str, str]]:
    if said.certain:
        text = "Every number of this case is certain: there is one world, and shares are chances in it, out of 100."
    else:
        text = (
            "Figures are out of 100, with 95 % intervals beside them. A draw is one complete"
            " set of the numbers that nobody knows for certain, taken from the ranges written in"
            f" the case; {said.draws} were made."
        )
    yield _term("", text)
    for name, meaning in meanings(said.when).items():
        more = _NOT_SETTLED_ON if name == FIGURES["accept"] else ""
        yield _term(sentence(name), f"{meaning}{more}.")
    if said.main_title:
        text = (
            f"mean change of the level at the end of {said.horizon} against no agreement, over all"
            " draws; – where no draw accepts."
        )
        yield _term("Change", text)
    apart = "" if said.certain else " All texts are judged in the same draws."
    yield _term("", f"All this follows from the assumptions of the case.{apart}")


def _other(part: Part) -> dict[str, Any]:
    """Say what stands in the way of a text, by kind."""
    found = [obstacle for obstacle in part.obstacles if obstacle.kind != "not settled"]
    said = [
        _term(sentence(kind), f"{'; '.join(obstacle.text for obstacle in alike)}.")
        for kind, alike in groupby(found[:5], key=lambda obstacle: obstacle.kind)
    ]
    return {"name": part.name, "hold": asdict(part.hold), "obstacles": said}


def _best(said: Content, part: Part) -> dict[str, Any]:
    answers, more = _needed(part.answers)
    breaks = [asdict(way) for way in part.breaks[:_MOST_BREAKS]]
    if part.accident:
        how = {"when": "at any time before the end", "how": "by a false alarm"}
        breaks.append({"party": "nobody", **how, "chance": part.accident})
    return {
        "kicker": "The text" if len(said.parts) == 1 else "The text that holds most often",
        "name": part.name,
        "about": _about(part),
        "accept": asdict(part.accept),
        "keep": asdict(part.keep),
        "hold": asdict(part.hold),
        "phases": _phases(part.timeline),
        "answers": answers,
        "answers_more": more,
        "breaks": breaks,
        "mostly_kept": part.verdict.keep.mean >= 0.995,
        "breaks_more": max(len(part.breaks) - _MOST_BREAKS, 0),
        "notes": list(_notes(part)),
    }


def _about(part: Part) -> str:
    """Say from whom a text comes."""
    words = [f"put forward {part.by}" if part.by else "", part.date]
    text = ", ".join(word for word in words if word)
    return f"{sentence(text)}{'' if text.endswith('…') else '.'}" if text else ""


def _needed(answers: Sequence[Answer]) -> tuple[list[dict[str, Any]], int]:
    """Return those whose yes is needed, groups after their party, and how many there is no room for."""
    kept: list[Answer] = []
    party: Answer | None = None
    for found in answers:
        if found.is_party:
            party = found
        if found.needed:
            if party is not None and party not in kept:
                kept.append(party)
            if found not in kept:
                kept.append(found)
    shown = kept[:_MOST_ANSWERS]
    return [asdict(found) for found in shown], len(kept) - len(shown)


def _phases(timeline: Timeline) -> dict[str, Any]:
    """Return the steps, a row for each phase and a column for each side; one column if too many."""
    sides = [side for side in timeline.sides if any(side.steps)]
    apart = len(sides) <= _MOST_SIDES
    rows = [
        {
            "name": name,
            "time": timeline.times[k],
            "cells": [list(side.steps[k]) for side in sides]
            if apart
            else [[f"{side.name}: {step}" for side in sides for step in side.steps[k]]],
            "stands": timeline.stands[k],
        }
        for k, name in enumerate(timeline.names)
    ]
    return {"heads": [side.name for side in sides] if apart else ["Steps"], "rows": rows}


def _notes(part: Part) -> Iterator[dict[str, str]]:
    """Yield what is to be said of the best text beyond its tables."""
    for obstacle in part.obstacles:
        if obstacle.kind in {"judged as written", "nobody signs", "empty", "rule"}:
            yield _term(sentence(obstacle.kind), f"{obstacle.text}.")
    if any(answer.needed and answer.short for answer in part.answers):
        yield _term(
            "Short by",
            "points of worth, of which one measure has −100 to 100 for a group; mean over the draws"
            " in which worth is what lacks.",
        )
    if part.beaten_by:
        more = f" and {len(part.beaten_by) - 2} more" if len(part.beaten_by) > 2 else ""
        yield _term(
            "Better on average for every signatory", f"{'; '.join(part.beaten_by[:2])}{more}."
        )
    if part.unsettled:
        yield _term(
            "Not settled",
            f"in {part.unsettled} expectations never come to rest; the greater chance of breach"
            " counts there, so “kept” errs low.",
        )


def _assumptions(result: RunResult, said: Content) -> Iterator[str]:
    shares = basis_shares(result.case)
    every = ", ".join(f"{number} % {name}" for name, number, _ in shares)
    uncertain = ", ".join(f"{number} % {name}" for name, _, number in shares)
    if shares:
        more = "" if said.certain else f" Of the uncertain ones: {uncertain}."
        yield f"Of the {len(result.case.assumptions)} numbers in the case: {every}.{more}"
    if said.calibrated_on:
        first = [cut(text, 48) for text in said.calibrated_on[:6]]
        left = len(said.calibrated_on) - 6
        yield (
            "The numbers were set so that these come out as they did:"
            f" {', '.join(first)}{f' and {left} more' if left > 0 else ''}."
            " Agreement with these is no test of the case or of the model."
        )
    else:
        yield (
            "The case does not say on what it was calibrated. If numbers were set so that some"
            " known outcome comes out, agreement with it is no test of the case or of the model."
        )
