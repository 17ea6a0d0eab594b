"""One plan draw by draw: every figure of which a verdict is the mean (model.md, section 7)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case, Plan
from detente.case.load import load_case
from detente.draws.draw import refuse_draws_of_another
from detente.draws.sampler import Draws
from detente.model import kernel
from detente.model.accepting import accepts, rule_score, scores
from detente.model.judgement import Bools, Floats, Judgement, keeps
from detente.model.outcomes import expected_changes
from detente.model.structure import Structure
from detente.model.survival import first_breaks, reaching, standing, trust
from detente.verdict.asked import proposal_of

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One plan in a block of draws, before any averaging.

    Rows follow the order of the case: its parties, its constituencies, and its deciders by
    party. k runs from 1 to K+1 (K phases, then maintenance). The statements in brackets, of
    the reference of the model, define each figure; a :class:`~detente.Verdict` holds its mean.
    A body accepts where its score is not below 0, within 1e-9. Outcomes count from 0 in draws
    that do not accept; quantities that the plan cannot move are left out.
    """

    case: Case = field(repr=False)  #: what was judged
    plan: Plan  #: in what text
    accepted: Bools  #: bool[draw]: whether there is an agreement (M33)
    kept: Floats  #: float64[draw]: chance to stand in K+1, accepted or not (M36)
    hold: Floats  #: float64[draw]: accepted times kept (M37)
    score: Floats  #: float64[draw]: of the agreement (M33)
    party_score: Floats  #: float64[party, draw] (M29, M30)
    constituency_score: Floats  #: float64[constituency, draw] (M28)
    value: Floats  #: float64[constituency, draw]: V at phase 1 (M21)
    hazard: Floats  #: float64[party, k, draw]: chance to break at k, kept so far (M25)
    reach: Floats  #: float64[k, draw]: chance that the plan gets to k (M38)
    stand: Floats  #: float64[k, draw]: chance to stand in k (M35)
    first_break: Floats  #: float64[party, k, draw]: chance to get to k and break there (M38)
    accident: Floats  #: float64[draw]: chance to end by a false alarm before K+1 (M38)
    trust: Floats  #: float64[party, k, draw]: chance to keep from k on, kept so far (M27)
    belief: Floats  #: float64[decider, k, draw]: chance to be in charge at k, kept so far (M25)
    slack: Floats  #: float64[decider, k, draw]: value less best deviation (M40)
    breaks: Floats  #: float64[decider, k, draw]: belief where it would break, else 0 (M40)
    deviation: NDArray[np.int16]  #: int16[decider, k, draw]: code of the best deviation
    exposure: Floats  #: float64[party, draw] (M45)
    exposure_by: Floats  #: float64[constituency, draw] (M45)
    exposure_at: Floats  #: float64[party, k, draw]: to breaches at k (M55)
    outcomes: Mapping[str, Floats]  #: by quantity: float64[draw]: change at the horizon (M48)
    unsettled: Bools  #: bool[draw] (M26)
    lower_accepted: Bools  #: bool[draw]: accepted, in the pessimistic outcome (M49)
    lower_kept: Floats  #: float64[draw]: kept, in the pessimistic outcome (M49)
    lower_unsettled: Bools  #: bool[draw]: unsettled, in the pessimistic outcome (M49)

    def to_xarray(self) -> Dataset:
        """Return every figure as a labelled dataset.

        Its variables are called as the fields here, with ids on their rows and names beside
        them; ``outcomes`` are the variable ``outcome`` over all quantities, and
        ``deviation_name`` says what the codes of ``deviation`` stand for.

        Returns:
            The dataset, with ``draw`` as the last axis.

        Raises:
            RequestError: where xarray is not installed (``pip install 'detente[xarray]'``).
        """
        from detente.verdict.datasets import labelled_draws  # noqa: PLC0415 (made from this)

        return labelled_draws(self)


def judge(case: Case | str | os.PathLike[str], plan: Plan | str, draws: Draws) -> Judged:
    """Judge *plan* in each of *draws*, and return every figure of every draw.

    :func:`~detente.run` gives the means of the same figures. Use this for what means hide: how
    figures move together, which draws refuse, how far a result hangs on one number.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        plan: A plan, or the id of a proposal of the case.
        draws: What :func:`~detente.draw` returned for this case.

    Returns:
        Arrays with the draws on their last axis, in the order of *draws*; worths on the scale of
        the case, outcomes in the unit of their quantity.

    Raises:
        CaseError: For a case file that cannot be used.
        PlanError: For a plan that does not fit the case.
        RequestError: For an unknown proposal, or draws of another case.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    if not isinstance(plan, Plan):
        plan = proposal_of(case, plan).plan
    refuse_draws_of_another(case, draws)
    structure = Structure.of(case)
    judgement = kernel.judge(kernel.Tables.of(structure), draws, [structure.vector(plan)])[0]
    return by_draw(structure, draws, plan, judgement)


def by_draw(
    structure: Structure,
    draws: Draws,
    plan: Plan,
    judgement: Judgement,
    *,
    with_outcomes: bool = True,
) -> Judged:
    """Return every figure of *plan*, of which *judgement* is what the model says.

    Outcomes take about as long as all the rest and can be left out.
    """
    vector = structure.vector(plan)
    good, bad = judgement.cooperative, judgement.pessimistic
    score = scores(structure, draws, vector, good.value)
    accepted = accepts(score.agreement)
    stand = standing(good.hazard, draws.false_alarm)
    performs = structure.performers(vector)[structure.decider_party][:, None, None]
    changes = expected_changes(structure.case, draws, vector, stand) if with_outcomes else {}
    exposure_by = judgement.exposure.max(axis=1)
    return Judged(
        case=structure.case,
        plan=plan,
        accepted=accepted,
        kept=stand[-1],
        hold=accepted * stand[-1],
        score=score.agreement,
        party_score=score.party,
        constituency_score=score.constituency,
        value=good.value,
        hazard=good.hazard,
        reach=reaching(stand, draws.false_alarm),
        stand=stand,
        first_break=first_breaks(good.hazard, draws.false_alarm),
        accident=(stand[:-1] * draws.false_alarm).sum(axis=0),
        trust=trust(good.hazard),
        belief=judgement.belief,
        slack=judgement.slack,
        breaks=judgement.belief * (~keeps(judgement.slack, draws.margin) & performs),
        deviation=judgement.deviation,
        exposure=_party_exposure(structure, exposure_by),
        exposure_by=exposure_by,
        exposure_at=_party_exposure(structure, judgement.exposure),
        outcomes={name: accepted * change for name, change in changes.items()},
        unsettled=good.unsettled,
        lower_accepted=accepts(scores(structure, draws, vector, bad.value).agreement),
        lower_kept=standing(bad.hazard, draws.false_alarm)[-1],
        lower_unsettled=bad.unsettled,
    )


def _party_exposure(structure: Structure, exposure: Floats) -> Floats:
    """Exposure of those whose acceptance each party's rule needs: float64[party, ...]."""
    case = structure.case
    safe = {c.id: -row for c, row in zip(case.constituencies, exposure, strict=True)}
    exposed = [-rule_score(p.accepts, p.constituencies, safe) for p in case.parties]
    return np.maximum(exposed, 0.0)
