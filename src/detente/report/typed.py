"""What to type for a result, as a shell reads it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from detente.case.domain import Case, Plan, View
from detente.case.fields import AS_WRITTEN
from detente.influence.results import Sensitivity
from detente.report.plan_text import typed
from detente.report.reckoned import is_share
from detente.report.text import clean
from detente.searching.results import SearchResult
from detente.verdict.results import RunResult, Verdict

__all__ = [
    "explain_command",
    "in_shell",
    "run_command",
    "search_command",
    "search_words",
    "sensitivity_command",
    "view_argument",
]


def run_command(result: RunResult) -> str:
    """Return what to type for the same result; nothing for plans of one's own."""
    run, case = result.provenance, result.case
    known, judged = [p.id for p in case.proposals], [v.proposal for v in result.verdicts]
    if not set(judged) <= set(known):
        return ""
    words = ["run", _file(case), *_view(case), "--draws", str(run.draws), "--seed", str(run.seed)]
    if judged != known:
        words += [word for name in judged for word in ("--proposal", name)]
    return _typed(words)


def explain_command(result: RunResult, verdict: Verdict) -> str:
    """Return what to type for all there is to say on why *verdict* is as it is."""
    case, seed = result.case, result.provenance.seed
    known = verdict.proposal in {proposal.id for proposal in case.proposals}
    plan = verdict.proposal if known else typed(verdict.plan)
    words = ["explain", _file(case), plan, *_view(case)]
    return _typed([*words, *(["--seed", str(seed)] if seed else [])])


def sensitivity_command(found: Sensitivity, views: Sequence[View | None]) -> str:
    """Return what to type for the same analysis under *views*."""
    case, run = found.case, found.provenance
    words = ["sensitivity", _file(case), _plan(case, found.plan), "--figure", found.figure]
    for plan in found.against or ():
        words += ["--against", _plan(case, plan)]
    for number in found.numbers:
        words += ["--number", number]
    usual = 0.5 if is_share(found.figure) else 0.0
    words += [] if found.target == usual else ["--target", f"{found.target!r}"]
    if len(views) > 1 or views[0] is not None:
        for view in views:
            words += ["--view", AS_WRITTEN if view is None else view_argument(view)]
    return _typed([*words, "--draws", str(run.draws), "--seed", str(run.seed)])


def _plan(case: Case, plan: Plan) -> str:
    """Return the id of the proposal that *plan* is, or how it is written."""
    known = (proposal.id for proposal in case.proposals if proposal.plan == plan)
    return next(known, None) or typed(plan)


def search_command(result: SearchResult) -> str:
    """Return what to type for the same search."""
    asked, case, run = result.asked, result.case, result.run.provenance
    views = [found.case.view for found in result.judged.values()]
    words = search_words(
        _file(case),
        objectives=asked.objectives,
        least=asked.least,
        most=asked.most,
        fix=asked.fix,
        forbid=asked.forbid,
        phases=asked.phases if asked.phases < case.phases else None,
        views=[AS_WRITTEN if view is None else view_argument(view) for view in views]
        if any(views)
        else (),
    )
    if result.bounds is not None:
        words.append("--prove")
    words += ["--draws", str(run.draws), "--search-draws", str(result.course.draws)]
    return _typed([*words, "--seed", str(run.seed)])


def search_words(
    case: str,
    *,
    objectives: Iterable[str],
    least: Mapping[str, float],
    most: Mapping[str, float],
    fix: Mapping[str, int | None],
    forbid: Iterable[str],
    phases: int | None,
    views: Iterable[str],
) -> list[str]:
    """Return the words that ask for a search, but for how much is drawn and how long it may take."""
    words, names = ["search", case], ",".join(objectives)
    words += ["--objective", names] if names else []
    for option, bounds in (("--min", least), ("--max", most)):
        words += [word for name, x in bounds.items() for word in (option, f"{name}={x!r}")]
    for name, phase in fix.items():
        words += ["--fix", name if phase is None else f"{name}@{phase}"]
    words += [word for name in forbid for word in ("--forbid", name)]
    words += [] if phases is None else ["--phases", str(phases)]
    return [*words, *(word for name in views for word in ("--view", name))]


def view_argument(view: View) -> str:
    """Return how a view is asked for: as whoever ran it did, a path being no option."""
    return _no_option(view.asked or view.id)


def in_shell(words: Iterable[str]) -> str:
    """Return *words* as a shell reads them, to the letter but for what no screen could show."""
    return shlex.join(word if word.isprintable() else clean(word) for word in words)


def _typed(words: list[str]) -> str:
    return in_shell(["detente", *words])


def _file(case: Case) -> str:
    return _no_option(case.file) or case.name


def _no_option(path: str) -> str:
    return f"./{path}" if path.startswith("-") else path


def _view(case: Case) -> Iterator[str]:
    if case.view is not None:
        yield from ("--view", view_argument(case.view))
