"""Reasons for all proposals of a run: those of ``explain``, from the run's own first draws."""

from __future__ import annotations

from dataclasses import replace

import pytest

import detente
from detente.case.domain import Case
from detente.errors import RequestError
from detente.insight import why as module
from detente.insight.why import DRAWS, LEAST_DRAWS, within_budget
from detente.testing import make_case


@pytest.mark.statement("M67")
@pytest.mark.parametrize("proposal", ["step_by_step", "delta_demand"])
def test_reasons_are_those_of_explain_without_remedies(river: Case, proposal: str) -> None:
    result = detente.run(river, draws=300, seed=5)
    found = {told.proposal: told for told in detente.why(result, draws=120)}
    assert list(found) == [verdict.proposal for verdict in result]
    alone = detente.explain(river, proposal, draws=120, seed=5)
    assert found[proposal].reasons == tuple(replace(r, remedies=()) for r in alone.reasons)
    assert found[proposal].balances == alone.balances
    assert found[proposal].draws == 120


@pytest.mark.statement("M67")
def test_where_a_run_has_fewer_draws_they_rest_on_all_of_them(river: Case) -> None:
    result = detente.run(river, draws=50)
    (found,) = detente.why(result, proposals=["step_by_step"])
    assert found.draws == 50
    for reason in found.reasons:
        if reason.kind == "exposure":
            at = result["step_by_step"].exposure_at[reason.party]
            assert reason.amount == pytest.approx(max(at))


@pytest.mark.statement("M59")
def test_whose_own_yes_is_needed_has_a_balance_of_its_own(river: Case) -> None:
    result = detente.run(river, draws=50)
    (found,) = detente.why(result, proposals=["delta_demand"])
    told = [balance.constituency for balance in found.balances]
    needed = [name for name in result["delta_demand"].necessary if name not in river.party_index]
    assert needed
    assert set(needed) <= set(told)
    assert len(set(told)) == len(told)


def test_a_plan_without_a_step_has_no_reasons() -> None:
    step = {"by": "north", "worth": {"north": -5, "south": 9}}
    proposals = {"none": {"phases": {}}, "one": {"phases": {1: ["cut"]}}}
    case = make_case(measures={"cut": step}, proposals=proposals)
    none, one = detente.why(detente.run(case, draws=2))
    assert (none.reasons, none.balances) == ((), ())
    assert [reason.kind for reason in one.reasons][:1] == ["worth"]


def test_what_cannot_be_asked_is_refused(river: Case) -> None:
    result = detente.run(river, draws=5)
    with pytest.raises(RequestError, match="no proposal 'step_by_stp' in this result"):
        detente.why(result, proposals=["step_by_stp"])
    with pytest.raises(RequestError, match="draws must be 1 or more"):
        detente.why(result, draws=0)


def test_draws_are_saved_before_texts_are_left_out(
    korea: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = list(detente.run(korea, draws=2))
    most, draws = within_budget(korea, verdicts)
    assert (most, draws) == (len(verdicts), DRAWS)
    for work, texts, number in ((6e6, 14, 199), (1e6, 5, LEAST_DRAWS), (0.0, 0, LEAST_DRAWS)):
        monkeypatch.setattr(module, "MOST_WORK", work)
        most, draws = within_budget(korea, verdicts)
        assert (most, draws) == (texts, number)
