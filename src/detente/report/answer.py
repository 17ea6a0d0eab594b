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
    """Return the answer: how often the best text is accepted and then kept, and how often others."""
    best, *others = ranked(result)
    figure, when = share(best.hold), standing_when(result.case)
    if figure.bound == "<" or figure.count < 1:
        many = f"None of the {len(others) + 1} texts is" if others else f"{_quoted(best)} is not"
        often = f"in as many as {max(figure.count, 1)} of 100 {_WORLDS}"
        if result.certain:
            often = "with a chance of as much as 1 in 100 in the one world that this case describes"
        return f"{many} accepted by everyone who must say yes and still standing {when} {often}."
    if result.certain:
        said = (
            f"In the one world that this case describes {_quoted(best)} is accepted by everyone who"
            f" must say yes and still standing {when} with a chance of {figure.as_chance}"
        )
    else:
        between = share_range(best.hold)
        interval = f" (95 % interval {between})" if between and not figure.bound else ""
        said = (
            f"{_quoted(best)} is accepted by everyone who must say yes and still standing {when}"
            f" in {figure.phrase} {_WORLDS}{interval}"
        )
    return f"{said}{_rest(best, others)}."


def _rest(best: Verdict, others: Sequence[Verdict]) -> str:
    """Say how the other texts compare with the best."""
    if not others:
        return ""
    second, *last = others
    if second.hold.interval[1] >= best.hold.interval[0]:
        text = f"; {_quoted(second)}, in {share(second.hold).phrase}, cannot be told from it"
    else:
        text = f"; the next, {_quoted(second)}, in {share(second.hold).phrase}"
    if not last:
        return text
    what = "the other" if len(last) == 1 else f"the other {len(last)}"
    return f"{text}, and {what} in {share(last[0].hold).phrase}" + (
        " or less often" if len(last) > 1 and not share(last[0].hold).bound else ""
    )


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
    return int(found[1]) + (month - 1) / 12 + (day - 1) / 365


def standing_when(case: Case) -> str:
    """Say when the last phase is over: ``in 2025``, or ``after 6 years`` where no date is known."""
    years = case.phases * case.years_per_phase
    start = start_year(case)
    if start is None:
        return f"after {years:g} year{'' if years == 1 else 's'}"
    return f"in {int(start + years + 1e-9)}"
