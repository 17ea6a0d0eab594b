"""Who accepts a plan, and how far from yes those are who do not (model.md, section 6).

Every body is given a *score* per draw: the amount by which all its constituencies' values
could fall (or, below 0, must rise) before its answer turns. A constituency's score is its
value less its reservation, minus infinity where a red line is crossed; a veto takes the
least score of its holders; a quota takes the score at which the weights of those at or above
it reach the quota. Rules only ever compare, so a body accepts exactly where its score is not
below 0 (within the model's tie).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.case.domain import Rule
from detente.draws.sampler import Draws
from detente.model.judgement import TIE, Bools, Floats
from detente.model.structure import PlanVector, Structure, holds_all

#: Weights are sums of decimal fractions: they reach a quota within this.
WEIGHT_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of everyone who can accept: float64[..., draw]."""

    constituency: Floats  #: float64[constituency, draw]
    party: Floats  #: float64[party, draw]
    agreement: Floats  #: float64[draw]


def accepts(score: Floats) -> Bools:
    """Whether a body with *score* accepts."""
    return np.asarray(score >= -TIE)


def constituency_scores(
    structure: Structure, draws: Draws, plan: PlanVector, value: Floats
) -> Floats:
    """Return value less reservation, -inf where a red line is crossed: [constituency, draw]."""
    score = value - draws.reservation
    for row, line in enumerate(structure.red_lines):
        held = any(holds_all(plan, (group,)) for group in line.never)
        lifted = bool(line.unless) and holds_all(plan, line.unless)
        if held and not lifted:
            score[line.constituency, draws.crossed[row]] = -np.inf
    return score


def rule_score(rule: Rule, members: Sequence[str], scores: Mapping[str, Floats]) -> Floats:
    """Return the score of a body under *rule*; *members* fill a quota without weights."""

    def of(item: str | Rule) -> Floats:
        return scores[item] if isinstance(item, str) else rule_score(item, members, scores)

    parts = [of(item) for item in rule.vetoes]
    if rule.at_least is not None:
        weights = rule.weights
        if weights is None:
            weights = tuple((name, 1.0) for name in members)
        draws = next(iter(scores.values())).shape
        items = np.array([of(item) for item, _ in weights]).reshape(len(weights), *draws)
        parts.append(quota_score(rule.at_least, items, [weight for _, weight in weights]))
    return np.asarray(np.min(parts, axis=0))


def quota_score(at_least: float, items: Floats, weights: Sequence[float]) -> Floats:
    """Return the highest score such that the weights of those at or above it reach the quota.

    A quota of nothing is reached at any score, one that nobody can reach at none.

    Args:
        items: Scores of those who have a weight: float64[item, draw].
    """
    if at_least <= WEIGHT_TIE:
        return np.full(items.shape[1:], np.inf)
    if not len(items):
        return np.full(items.shape[1:], -np.inf)
    order = np.argsort(-items, axis=0, kind="stable")
    reached = np.cumsum(np.asarray(weights)[order], axis=0)
    enough = reached >= at_least - WEIGHT_TIE
    first = np.argmax(enough, axis=0)
    score = np.take_along_axis(np.take_along_axis(items, order, 0), first[None], 0)[0]
    return np.where(enough.any(axis=0), score, -np.inf)


@dataclass(frozen=True, slots=True)
class Signing:
    """Whose yes a plan needs."""

    signatories: tuple[str, ...]  #: parties
    necessary: tuple[str, ...]  #: parties and constituencies without whose yes there is nothing
    rule: Rule | None  #: what must be met besides, among the signatories


def signing(structure: Structure, plan: PlanVector) -> Signing:
    """Return whose yes *plan* needs.

    Signatories are the parties with a step in phases 1..K, those whose consent such a step
    needs and those that the case names. All of them are necessary unless the case sets a rule;
    then its vetoes are. Consents, and constituencies that the case names, always are.
    """
    case = structure.case
    steps = [m for i, m in enumerate(case.measures) if plan[i] > 0]
    consents = [name for m in steps for name in m.consent]
    named = {m.by for m in steps} | set(consents) | set(case.must_sign)
    signatories = tuple(party.id for party in case.parties if party.id in named)
    people = [name for name in case.must_sign if name not in case.party_index]
    rule = case.agreement
    vetoes = signatories if rule is None else [v for v in rule.vetoes if isinstance(v, str)]
    return Signing(signatories, tuple(dict.fromkeys([*vetoes, *consents, *people])), rule)


def scores(structure: Structure, draws: Draws, plan: PlanVector, value: Floats) -> Scores:
    """Return the scores of every constituency, every party and the agreement.

    Args:
        value: V at the start of the plan: float64[constituency, draw].
    """
    case = structure.case
    constituency = constituency_scores(structure, draws, plan, value)
    by_name = dict(zip((c.id for c in case.constituencies), constituency, strict=True))
    party = np.array([rule_score(p.accepts, p.constituencies, by_name) for p in case.parties])
    by_name |= dict(zip((p.id for p in case.parties), party, strict=True))
    return Scores(constituency, party, agreement_score(structure, plan, by_name))


def agreement_score(
    structure: Structure, plan: PlanVector, by_name: Mapping[str, Floats]
) -> Floats:
    """Return the score of the agreement; an empty plan is refused by definition."""
    needed = signing(structure, plan)
    score = np.full_like(by_name[structure.case.parties[0].id], np.inf)
    if not np.any(plan > 0):
        return -score
    for name in needed.necessary:
        score = np.minimum(score, by_name[name])
    if needed.rule is not None:
        score = np.minimum(score, rule_score(needed.rule, needed.signatories, by_name))
    return score
