"""The question and the answer, each in one sentence, worded as what was computed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.case.domain import Case
from detente.report.figures import share, share_range
from detente.report.text import clean
from detente.verdict.results import RunResult, Verdict

__all__ = ["answer", "case_title", "question", "ranked", "standing_when"]

_WORLDS = "worlds drawn from these assumptions"
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\b")


def case_title(case: Case) -> str:
    """Return what a case is about, and under which view it stands, if under one."""
    title = clean(case.title)
    return title if case.view is None else f"{title}, under the view “{clean(case.view.name)}”"


def question(result: RunResult) -> str:
    """Return the question that *result* answers."""
    count = len(result.verdicts)
    which = "this text" if count == 1 else f"one of these {count} texts"
    return (
        f"Would everyone who must say yes accept {which}, and would whoever is in charge at each"
        f" step keep it, so that it still stands {standing_when(result.case)}?"
    )


def answer(result: RunResult) -> str:
    """Return the answer: how often the best text is accepted and then kept, and how often others.

    A mean over draws of a chance is the share of worlds, a world being a draw with who turns out
    to be in charge and what accidents happen.
    """
    best, *others = ranked(result)
    said = f"accepted by everyone who must say yes and still standing {standing_when(result.case)}"
    if share(best.hold).bound == "<" or share(best.hold).count < 1:
        which = f"Each of the {len(others) + 1} texts" if others else _quoted(best)
        return f"{which} is {said} {_hardly(result, best)}."
    between = share_range(best.hold)
    interval = f" (95 % interval {between})" if between and not share(best.hold).bound else ""
    worlds = "" if result.certain else f" {_WORLDS}"
    return f"{_quoted(best)} is {said} {_often(result, best)}{worlds}{interval}{_rest(result, best, others)}."


def _often(result: RunResult, verdict: Verdict) -> str:
    """Say how often a text holds: of worlds, or by chance in the one world of a certain case."""
    figure = share(verdict.hold)
    return f"with a chance of {figure.as_chance}" if result.certain else f"in {figure.phrase}"


def _hardly(result: RunResult, best: Verdict) -> str:
    if result.certain:
        return "with a chance of less than 1 in 100"
    return f"in fewer than {max(share(best.hold).count, 1)} of 100 {_WORLDS}"


def _rest(result: RunResult, best: Verdict, others: Sequence[Verdict]) -> str:
    """Say how the other texts compare with the best."""
    if not others:
        return ""
    second, *last = others
    overlaps = second.hold.interval[1] >= best.hold.interval[0] and not result.certain
    text = f"; the next, {_quoted(second)}, {_often(result, second)}"
    text += ", where the intervals overlap" if overlaps else ""
    if not last:
        return text
    what = "the other" if len(last) == 1 else f"the other {len(last)}"
    less = " or less often" if len(last) > 1 and not share(last[0].hold).bound else ""
    return f"{text}, and {what} {_often(result, last[0])}{less}"


def _quoted(verdict: Verdict) -> str:
    return f"“{clean(verdict.name)}”"


def ranked(result: RunResult) -> list[Verdict]:
    """Return the verdicts, those that hold most often first, else in the order of the case."""
    return sorted(result.verdicts, key=lambda verdict: -verdict.hold.mean)


def start_year(case: Case) -> float | None:
    """Return the year (with its fraction) for which the case is stated, if it says so by a date."""
    found = _DATE.match(case.as_of or "")
    if found is None:
        return None
    month, day = int(found[2] or 1), int(found[3] or 1)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return int(found[1]) + (month - 1) / 12 + (day - 1) / 365


def standing_when(case: Case) -> str:
    """Say when the last phase is over: ``in 2025``, or ``after 6 years`` where no date is known."""
    years = case.phases * case.years_per_phase
    start = start_year(case)
    if start is None:
        return f"after {years:g} year{'' if years == 1 else 's'}"
    return f"in {int(start + years + 1e-9)}"
