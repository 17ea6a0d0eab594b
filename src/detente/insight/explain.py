"""Why a plan fares as it does, and what would change that: all of it, in one go."""

from __future__ import annotations

import os

from detente.case.domain import Case, Plan
from detente.case.load import find_plan, load_case
from detente.draws.draw import whole
from detente.errors import RequestError
from detente.insight.flips import flips, swings
from detente.insight.refusing import balances
from detente.insight.repairs import mend
from detente.insight.results import Explanation, Reason
from detente.insight.subject import Trial, trial
from detente.insight.why import found_reasons, told
from detente.verdict.run import run

#: All draws are in memory at once, with every item's contribution in each.
MOST_DRAWS = 10_000


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
    found = found_reasons(about)
    mended = mend(about, told(found))
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


def studied(case: Case, asked: Plan | str, *, draws: int, seed: int) -> Trial:
    """Judge a plan, or the proposal of that id, in *draws* draws, with as many fresh ones."""
    plan = case.proposal(asked).plan if isinstance(asked, str) else asked
    draws, seed = whole("draws", draws, 2), whole("seed", seed, 0)
    if draws > MOST_DRAWS:
        raise RequestError(f"draws can be {MOST_DRAWS} at most to explain a plan, not {draws}")
    if plan.is_empty:
        raise RequestError(
            "there is nothing to explain: the plan has no step in any phase from 1 on"
        )
    return trial(case, plan, draws, seed)
