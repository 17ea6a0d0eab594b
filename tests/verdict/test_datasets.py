from __future__ import annotations

from dataclasses import fields
from math import isnan
from pathlib import Path

import numpy as np
import pytest
import xarray

import detente
from detente.case.domain import Case
from detente.draws.draw import draw
from detente.testing import case_data, make_case, random_case
from detente.verdict.judged import Judged, judge
from detente.verdict.results import RunResult, Verdict

#: Attributes of a verdict that stand under other names, or are texts and lists.
ELSEWHERE = {
    "proposal": "proposal",
    "name": "proposal_name",
    "accept_by": "accept_by_party",
    "signatories": "signatory",
    "necessary": "necessary_party",
    "weakest": "weakest_decider",
    "outcomes": "outcome",
    "paths": "level",
    "lower": "lower_accept",
}
#: What is no array; see Verdict.plan and the table of breaches.
LEFT_OUT = {"plan", "breaches"}


@pytest.fixture(scope="module")
def river() -> RunResult:
    return detente.run("river", draws=80, seed=5)


@pytest.fixture(scope="module")
def refused() -> RunResult:
    """Nobody accepts, no party performs anything, nothing is counted."""
    data = case_data(agreement={"must_sign": ["north"]})
    data["measures"] = {"rain": {"worth": {"north": -9}}}
    data["proposals"] = {"swap": {"phases": {1: ["rain"]}}}
    return detente.run(make_case(data), draws=5)


def test_every_figure_of_a_verdict_is_in_the_dataset(river: RunResult) -> None:
    found = river.to_xarray()
    for field in fields(Verdict):
        if field.name not in LEFT_OUT:
            assert ELSEWHERE.get(field.name, field.name) in found.variables, field.name


@pytest.mark.parametrize("seed", range(4))
def test_figures_stand_at_their_names(seed: int) -> None:
    result = detente.run(random_case(seed), draws=20)
    found = result.to_xarray()
    for verdict in result:
        own = found.sel(proposal=verdict.proposal)
        assert own.hold == verdict.hold.mean
        assert own.hold_interval.values.tolist() == list(verdict.hold.interval)
        assert own.lower_keep_error == verdict.lower.keep.standard_error
        assert own.kept_through.values.tolist() == list(verdict.kept_through)
        for party, shares in verdict.trust.items():
            assert own.trust.sel(party=party).values.tolist() == list(shares)
            assert own.accept_by_party.sel(party=party) == verdict.accept_by[party]
            assert own.signatory.sel(party=party) == (party in verdict.signatories)
        for who, value in verdict.value.items():
            assert own.value.sel(constituency=who) == value
            assert own.necessary_constituency.sel(constituency=who) == (who in verdict.necessary)
        for decider, slack in verdict.slack.items():
            assert own.slack.sel(decider=decider).values.tolist() == list(slack)
        for quantity, change in verdict.outcomes.items():
            assert own.outcome_p95.sel(quantity=quantity) == change.p95
        for quantity, fan in verdict.paths.items():
            level = own.level.sel(quantity=quantity, path="kept", percentile=50)
            assert level.values.tolist() == list(fan.kept.p50)
            assert level.year.values.tolist() == list(fan.years)


def test_the_weakest_point_is_spelt_out(river: RunResult) -> None:
    own, weakest = river.to_xarray().sel(proposal="delta_demand"), river["delta_demand"].weakest
    assert weakest is not None
    for name in ("decider", "party", "phase", "share", "slack"):
        assert own[f"weakest_{name}"] == getattr(weakest, name)
    assert own.weakest_deviation == (weakest.deviation or "")
    assert own.weakest_measure == (weakest.measure or "")


def test_axes_carry_names_units_and_what_they_are(river: RunResult) -> None:
    found = river.to_xarray()
    assert found.phase.values.tolist() == [1, 2, 3, 4]
    assert found.phase_name.values.tolist() == ["Open", "Exchange", "Settle", "maintenance"]
    assert found.bound.values.tolist() == ["low", "high"]
    assert found.quantity_unit.sel(quantity="saline_land") == "km2"
    assert found.decider_party.sel(decider="provinces") == "upland"
    for name, variable in found.variables.items():
        assert variable.attrs["long_name"], name
        assert "units" in variable.attrs or variable.dtype.kind in "Ub", name
        assert name not in found.data_vars or variable.dims[0] == "proposal"


def test_the_dataset_says_how_it_was_got(river: RunResult) -> None:
    run = river.provenance
    assert river.to_xarray().attrs == {
        "case": "river",
        "case_hash": run.case_hash,
        "version": run.version,
        "draws": 80,
        "seed": "5",
    }


def test_what_is_missing_is_nan_nought_or_empty(refused: RunResult) -> None:
    own = refused.to_xarray().sel(proposal="swap")
    assert isnan(own.keep_given_accept)
    assert isnan(own.weakest_share)
    assert own.weakest_phase == 0
    assert own.weakest_decider == own.weakest_measure == own.flaws == ""
    assert own.sizes["quantity"] == 0
    assert "level" not in own


@pytest.mark.parametrize("seed", [0, 2**80])
def test_results_can_be_written_to_netcdf(seed: int, tmp_path: Path) -> None:
    found = detente.run("river", draws=10, seed=seed).to_xarray()
    found.to_netcdf(tmp_path / "result.nc")
    xarray.testing.assert_identical(xarray.load_dataset(tmp_path / "result.nc"), found)


@pytest.fixture(scope="module")
def judged() -> Judged:
    case = detente.load_case("river")
    return judge(case, "delta_demand", draw(case, draws=30, seed=2))


def test_every_figure_of_every_draw_is_in_the_dataset(judged: Judged) -> None:
    found = judged.to_xarray()
    arrays = {field.name for field in fields(judged)} - {"case", "plan", "outcomes"}
    assert set(found.data_vars) == {*arrays, "outcome", "deviation_name"}
    for name in arrays:
        assert np.array_equal(found[name].values, getattr(judged, name))
        assert found[name].dims[-1] == "draw"


def test_means_over_draws_are_those_of_the_verdict(judged: Judged) -> None:
    means = judged.to_xarray().mean("draw")
    verdict = detente.run(judged.case, draws=30, seed=2)["delta_demand"]
    assert means.hold == pytest.approx(verdict.hold.mean)
    assert means.trust.sel(party="delta").values == pytest.approx(verdict.trust["delta"])
    for quantity, change in verdict.outcomes.items():
        assert means.outcome.sel(quantity=quantity) == pytest.approx(change.mean)


def test_codes_of_deviations_have_names(judged: Judged) -> None:
    found = judged.to_xarray()
    names = found.deviation_name[found.deviation.astype(int)]
    assert names.dims == found.deviation.dims
    assert {"exit", "withhold_all", "undo_all"} <= {*found.deviation_name.values.tolist()}
    assert "withhold gauges" in found.deviation_name
    assert found.deviation_name[-1] == "undo loan_consent"


def test_a_quantity_that_the_plan_does_not_move_does_not_change(river: RunResult) -> None:
    case: Case = river.case
    plan = detente.parse_plan(case, "1:border_market")
    found = judge(case, plan, draw(case, draws=3)).to_xarray()
    assert not found.outcome.any()
    assert found.outcome.sizes == {"quantity": 2, "draw": 3}


def test_figures_of_draws_can_be_written_to_netcdf(judged: Judged, tmp_path: Path) -> None:
    found = judged.to_xarray()
    found.to_netcdf(tmp_path / "draws.nc")
    xarray.testing.assert_identical(xarray.load_dataset(tmp_path / "draws.nc"), found)
