"""Why a plan fares as it does, and what would change that: all of it, in one go."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from detente.case.domain import Case, Plan
from detente.case.load import find_plan, load_case
from detente.draws.draw import whole
from detente.draws.sampler import Sampler
from detente.draws.streams import uniforms
from detente.errors import RequestError
from detente.insight.breaking import breaches, exposures, limits_of_trust
from detente.insight.flips import flips, swings
from detente.insight.refusing import balances, refusals
from detente.insight.repairs import mend
from detente.insight.results import Explanation, Reason
from detente.insight.subject import Subject, subject
from detente.verdict.run import run

#: All draws are in memory at once, with every item's contribution in each.
MOST_DRAWS = 10_000
#: Reasons of one kind beyond so many are left out, those that weigh least.
MOST_REASONS = 8


def explain(
    case: Case | str | os.PathLike[str],
    plan: Plan | str | os.PathLike[str],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Explanation:
    """Say why *plan* is refused or broken, and what would change that.

    The plan is judged as by :func:`~detente.run`. Changes of it are chosen in the same draws, and
    what is told of them is judged in as many fresh ones, which follow in the same sequence.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        plan: A plan, the id of a proposal, text such as ``1:a,b;2:c/half``, or the path of a file
            with ``phases:``.
        draws: Number of draws, from 2 to 10 000.
        seed: Which sequence of draws, from 0 on.

    Returns:
        Reasons, repairs, and what would have to be true, each with its figures.

    Raises:
        CaseError: For a case file that cannot be used.
        PlanError: For a plan that does not fit the case.
        RequestError: For a plan without a step, too few or too many draws, or a negative seed.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    asked = plan if isinstance(plan, Plan) else find_plan(case, plan)
    return explained(case, asked, draws=draws, seed=seed)[0]


def explained(
    case: Case, asked: Plan | str, *, draws: int, seed: int
) -> tuple[Explanation, tuple[Reason, ...]]:
    """Explain a plan, or the proposal of that id; and return all reasons, few or many."""
    about = studied(case, asked, draws=draws, seed=seed)
    found = _found(about)
    mended = mend(about, _told(found))
    explanation = Explanation(
        result=run(case, draws=draws, seed=seed, proposals=[asked]),
        reasons=mended.reasons,
        repairs=mended.repairs,
        flips=tuple(flips(about)),
        swings=swings(about),
        balances=tuple(balances(about)),
        tried=mended.tried,
        left_out=mended.left_out,
    )
    return explanation, tuple(reason for kind in found for reason in kind)


def studied(case: Case, asked: Plan | str, *, draws: int, seed: int) -> Subject:
    """Judge a plan, or the proposal of that id, in *draws* draws, with as many fresh ones."""
    plan = case.proposal(asked).plan if isinstance(asked, str) else asked
    draws, seed = whole("draws", draws, 2), whole("seed", seed, 0)
    if draws > MOST_DRAWS:
        raise RequestError(f"draws can be {MOST_DRAWS} at most to explain a plan, not {draws}")
    if plan.is_empty:
        raise RequestError(
            "there is nothing to explain: the plan has no step in any phase from 1 on"
        )
    sampler = Sampler(case)
    u = uniforms(seed, sampler.inputs, 0, draws)
    return subject(case, plan, sampler, u, sampler.sample(seed, draws, draws))


_Found = tuple[list[Reason], list[Reason], list[Reason], list[Reason]]


def _found(about: Subject) -> _Found:
    """Return refusals, breaches, limits of trust and exposures, all of each."""
    exposed = sorted(exposures(about), key=lambda reason: -(reason.amount or 0.0))
    return list(refusals(about)), list(breaches(about)), list(limits_of_trust(about)), exposed


def _told(found: _Found) -> tuple[Reason, ...]:
    """Return what is in the way, then what keeps trust low, then exposure; most weighty first."""
    refused, broken, trust, exposed = found
    in_the_way = [*_most(refused), *_most(broken)]
    return (*_most(in_the_way, 2 * MOST_REASONS), *_most(trust), *exposed)


def _most(reasons: Sequence[Reason], most: int = MOST_REASONS) -> list[Reason]:
    shares = np.array([-reason.share for reason in reasons])
    return [reasons[i] for i in np.argsort(shares, kind="stable").tolist()][:most]
