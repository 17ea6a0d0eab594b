"""What to type for a result, as a shell reads it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from detente.case.domain import Case, View
from detente.case.fields import AS_WRITTEN
from detente.report.plan_text import plan_text
from detente.report.text import clean
from detente.searching.results import SearchResult
from detente.verdict.results import RunResult, Verdict

__all__ = ["explain_command", "in_shell", "run_command", "search_command", "view_argument"]


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
    plan = verdict.proposal if known else plan_text(verdict.plan)
    words = ["explain", _file(case), plan, *_view(case)]
    return _typed([*words, *(["--seed", str(seed)] if seed else [])])


def search_command(result: SearchResult) -> str:
    """Return what to type for the same search."""
    asked, case, run = result.asked, result.case, result.run.provenance
    words = ["search", _file(case), "--objective", ",".join(asked.objectives)]
    for option, bounds in (("--min", asked.least), ("--max", asked.most)):
        words += [word for name, x in bounds.items() for word in (option, f"{name}={x!r}")]
    for name, phase in asked.fix.items():
        words += ["--fix", name if phase is None else f"{name}@{phase}"]
    words += [word for name in asked.forbid for word in ("--forbid", name)]
    if asked.phases < case.phases:
        words += ["--phases", str(asked.phases)]
    for found in result.judged.values():
        if found.case.view is not None:
            words += ["--view", view_argument(found.case.view)]
        elif len(result.judged) > 1:
            words += ["--view", AS_WRITTEN]
    if result.bounds is not None:
        words.append("--prove")
    words += ["--draws", str(run.draws), "--search-draws", str(result.course.draws)]
    return _typed([*words, "--seed", str(run.seed)])


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
