"""What to type for a result, as a shell reads it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from detente.case.domain import Case, Plan, View
from detente.report.text import clean
from detente.verdict.results import RunResult, Verdict

__all__ = ["explain_command", "in_shell", "run_command", "view_argument"]


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
    plan = verdict.proposal if known else _written(verdict.plan)
    words = ["explain", _file(case), plan, *_view(case)]
    return _typed([*words, *(["--seed", str(seed)] if seed else [])])


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


def _written(plan: Plan) -> str:
    return ";".join(f"{k}:{','.join(names)}" for k, names in enumerate(plan.phases) if names)
