"""Why the plans of a run fare as they do: reasons from its own first draws, without remedies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from detente.case.domain import Case
from detente.draws.draw import whole
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.insight.breaking import breaches, exposures, limits_of_trust
from detente.insight.refusing import balances, refusals
from detente.insight.results import Reason, Why
from detente.insight.subject import Subject, subjects
from detente.model.kernel import Tables
from detente.model.structure import Structure
from detente.verdict.results import RunResult, Verdict
from detente.verdict.run import block_size

__all__ = ["found_reasons", "told", "why", "within_budget"]

#: Reasons of one kind beyond so many are left out, those that weigh least.
MOST_REASONS = 8
#: Over so many draws of a run reasons are looked for; fewer would say little of shares.
DRAWS, LEAST_DRAWS = 400, 100
#: Amounts of worth that may be reckoned with for a report: a few seconds on any machine.
MOST_WORK = 1e8


def why(
    result: RunResult, *, proposals: Sequence[str] | None = None, draws: int = DRAWS
) -> tuple[Why, ...]:
    """Say why proposals of a run are accepted or refused, kept or broken.

    These are the reasons and balances of :func:`~detente.explain`, without what would change
    them, and for many proposals at once. They rest on the first *draws* of the run, which are
    drawn again; figures of the run rest on all.

    Args:
        result: What :func:`~detente.run` returned.
        proposals: Ids of proposals in it, or all.
        draws: Over how many of its draws, from 1 on; all of them where it has no more.

    Returns:
        Reasons and balances of each proposal, in this order; none for a plan without a step.

    Raises:
        RequestError: For a proposal that is not in the result, or fewer than one draw.
    """
    verdicts = _chosen(result, proposals)
    count = min(whole("draws", draws, 1), result.provenance.draws)
    drawn = Sampler(result.case).sample(result.provenance.seed, 0, count)
    judged = [verdict for verdict in verdicts if not verdict.plan.is_empty]
    tables = Tables.of(Structure.of(result.case))
    found = {
        verdict.proposal: Why(
            verdict.proposal, count, told(found_reasons(subject)), tuple(balances(subject))
        )
        for verdict, subject in zip(
            judged, subjects(tables, drawn, [verdict.plan for verdict in judged]), strict=True
        )
    }
    return tuple(found.get(v.proposal, Why(v.proposal, count, (), ())) for v in verdicts)


def _chosen(result: RunResult, proposals: Sequence[str] | None) -> list[Verdict]:
    try:
        return list(result) if proposals is None else [result[name] for name in proposals]
    except KeyError as error:
        raise RequestError(str(error.args[0])) from None


def within_budget(case: Case, verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """Return how many of *verdicts*, the first, reasons can be given for soon, and from how many draws.

    Where all cannot be had from :data:`DRAWS`, draws are saved first, then verdicts.
    """
    structure = Structure.of(case)
    work = list(accumulate(_work(structure, verdict) for verdict in verdicts))
    draws = min(DRAWS, max(block_size(structure), LEAST_DRAWS))
    if work and work[-1] * draws > MOST_WORK:
        draws = max(int(MOST_WORK / work[-1]), LEAST_DRAWS)
    return sum(draws * so_far <= MOST_WORK for so_far in work), draws


def _work(structure: Structure, verdict: Verdict) -> float:
    """Return how many amounts of worth each draw takes, roughly: courses and items after breaches."""
    vector = structure.vector(verdict.plan)
    performers, periods = int(structure.performers(vector).sum()), structure.phases + 1
    items = int((vector >= 0).sum()) + len(structure.combinations)
    courses = performers * periods * periods
    return float(structure.constituencies * (courses + items * (performers + periods)))


Found = tuple[list[Reason], list[Reason], list[Reason], list[Reason]]


def found_reasons(subject: Subject) -> Found:
    """Return refusals, breaches, limits of trust and exposures, all of each."""
    exposed = sorted(exposures(subject), key=lambda reason: -(reason.amount or 0.0))
    return list(refusals(subject)), list(breaches(subject)), list(limits_of_trust(subject)), exposed


def told(found: Found) -> tuple[Reason, ...]:
    """Return what is in the way, then what keeps trust low, then exposure; most weighty first."""
    refused, broken, trust, exposed = found
    in_the_way = [*_most(refused), *_most(broken)]
    return (*_most(in_the_way, 2 * MOST_REASONS), *_most(trust), *exposed)


def _most(reasons: Sequence[Reason], most: int = MOST_REASONS) -> list[Reason]:
    shares = np.array([-reason.share for reason in reasons])
    return [reasons[i] for i in np.argsort(shares, kind="stable").tolist()][:most]
