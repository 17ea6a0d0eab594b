"""Every figure of a verdict is the mean of what ``judge`` says of its draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest

from detente.case.domain import Case, Plan
from detente.case.load import load_case
from detente.draws.draw import draw
from detente.draws.quantiles import Floats
from detente.errors import CaseError, PlanError, RequestError
from detente.testing import random_case
from detente.verdict.judged import Judged, judge
from detente.verdict.results import Verdict
from detente.verdict.run import run

N = 60
RIVER = load_case("river")
CASES = [RIVER, *(random_case(seed, coarse=seed % 3 == 2) for seed in range(6))]


@pytest.fixture(params=CASES, ids=[f"{i} {case.name}" for i, case in enumerate(CASES)])
def pairs(request: pytest.FixtureRequest) -> list[tuple[Judged, Verdict]]:
    case = request.param
    verdicts = run(case, draws=N, seed=4).verdicts
    draws = draw(case, draws=N, seed=4)
    return [(judge(case, v.proposal, draws), v) for v in verdicts]


def close(found: Floats | np.floating[Any] | float, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_means_of_what_is_said_of_draws_are_the_verdict(
    pairs: list[tuple[Judged, Verdict]],
) -> None:
    for judged, v in pairs:
        for values, estimate in (
            (judged.accepted, v.accept),
            (judged.kept, v.keep),
            (judged.hold, v.hold),
            (judged.lower_accepted, v.lower.accept),
            (judged.lower_kept, v.lower.keep),
            (judged.lower_accepted * judged.lower_kept, v.lower.hold),
        ):
            close(values.mean(), estimate.mean)
        close(judged.unsettled.mean(), v.unsettled)
        close(judged.lower_unsettled.mean(), v.lower.unsettled)
        close(judged.accident.mean(), v.accident)
        rows: list[tuple[Floats, Mapping[str, object]]] = [
            (judged.value, v.value),
            (judged.hazard, v.break_by),
            (judged.first_break, v.first_break),
            (judged.trust, v.trust),
            (judged.slack, v.slack),
            (judged.breaks, v.breaks),
            (judged.exposure, v.exposure),
            (judged.exposure_by, v.exposure_by),
            (judged.exposure_at, v.exposure_at),
        ]
        for figures, means in rows:
            close(figures.mean(axis=-1), list(means.values()))
        close(judged.stand.mean(axis=-1), v.kept_through)
        bodies = np.concatenate([judged.party_score, judged.constituency_score]) >= -1e-9
        names = [*judged.case.party_index, *judged.case.constituency_index]
        for name, yes in zip(names, bodies, strict=True):
            close(yes.mean(), v.accept_by[name])
        for name, change in v.outcomes.items():
            close(judged.outcomes.get(name, np.zeros(N)).mean(), change.mean)


@pytest.mark.parametrize("case", CASES[:3])
def test_shapes_are_those_of_the_case(case: Case) -> None:
    judged = judge(case, case.proposals[0].plan, draw(case, draws=7))
    parties, people, deciders = len(case.parties), len(case.constituencies), len(case.deciders)
    k = case.phases + 1
    shapes = [
        ((7,), {"accepted", "kept", "hold", "score", "accident", "unsettled"}),
        ((7,), {"lower_accepted", "lower_kept", "lower_unsettled"}),
        ((parties, 7), {"party_score", "exposure"}),
        ((people, 7), {"constituency_score", "value", "exposure_by"}),
        ((parties, k, 7), {"hazard", "first_break", "trust", "exposure_at"}),
        ((deciders, k, 7), {"belief", "slack", "breaks", "deviation"}),
        ((k, 7), {"reach", "stand"}),
    ]
    for shape, names in shapes:
        assert {getattr(judged, name).shape for name in names} == {shape}
    named = set[str]().union(*(names for _, names in shapes))
    rest = {"case", "plan", "outcomes"}
    assert named | rest == {spec.name for spec in fields(Judged)}
    assert judged.plan is case.proposals[0].plan
    assert judged.case is case


def test_a_draw_is_judged_alike_whatever_stands_beside_it() -> None:
    whole = judge(RIVER, "delta_offer", draw(RIVER, draws=50, seed=2))
    alone = judge(RIVER, "delta_offer", draw(RIVER, draws=1, seed=2, first=37))
    for spec in fields(Judged):
        mine, other = getattr(alone, spec.name), getattr(whole, spec.name)
        if isinstance(mine, np.ndarray):
            assert np.array_equal(mine[..., 0], other[..., 37]), spec.name


def test_a_case_and_a_proposal_may_be_given_by_name() -> None:
    draws = draw("river", draws=10)
    named, given = (
        judge("river", "delta_offer", draws),
        judge(RIVER, RIVER.proposal("delta_offer").plan, draws),
    )
    assert np.array_equal(named.hold, given.hold)
    assert named.plan == given.plan


def test_a_result_by_draw_cannot_be_changed() -> None:
    judged = judge(RIVER, "delta_offer", draw(RIVER, draws=3))
    with pytest.raises(FrozenInstanceError):
        judged.hold = judged.kept  # type: ignore[misc]


def test_what_cannot_be_judged_is_refused() -> None:
    draws = draw(RIVER, draws=3)
    with pytest.raises(RequestError, match=r"no proposal 'delta_ofer'.*did you mean 'delta_offer'"):
        judge(RIVER, "delta_ofer", draws)
    with pytest.raises(RequestError, match="it has none"):
        judge(replace(RIVER, proposals=()), "delta_offer", draws)
    with pytest.raises(PlanError, match="no measure 'nothing'"):
        judge(RIVER, Plan(((), ("nothing",))), draws)
    with pytest.raises(RequestError, match="did you mean 'river'"):
        judge("rivr", "delta_offer", draws)
    with pytest.raises(CaseError, match="no such file"):
        judge("nothing/at/all.yaml", "delta_offer", draws)


def test_draws_of_another_case_are_refused() -> None:
    with pytest.raises(RequestError, match="not of river as it is now"):
        judge(RIVER, "delta_offer", draw(random_case(0), draws=3))
