from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import xarray

from detente.case.domain import Case
from detente.draws.draw import draw
from detente.draws.sampler import Draws
from detente.errors import RequestError
from tests.draws.small import read_case, uncertain_text

NO_ARRAYS = {"case_hash"}


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(uncertain_text())


@pytest.fixture(scope="module")
def draws(case: Case) -> Draws:
    return draw(case, draws=20, seed=3)


def test_every_array_of_the_draws_is_a_variable_with_the_same_numbers(
    case: Case, draws: Draws
) -> None:
    found = draws.to_xarray(case)
    names = {field.name for field in fields(draws)} - NO_ARRAYS
    assert set(found.data_vars) == names
    for name in names - {"turnover"}:
        assert np.array_equal(found[name].values, getattr(draws, name))
        assert found[name].dims[-1] == "draw"
    assert all(variable.attrs["long_name"] for variable in found.variables.values())
    assert found.attrs == {"case": case.name, "case_hash": case.hash}


def test_rows_are_found_by_the_names_of_the_case(case: Case, draws: Draws) -> None:
    found = draws.to_xarray(case)
    item, who = case.measure_index["camp/half"], case.constituency_index["them"]
    worth = found.worth.sel(item="camp/half", constituency="them")
    assert np.array_equal(worth, draws.worth[item, who])
    assert found.item_kind.sel(item="both") == "interaction"
    assert found.red_line_constituency.values.tolist() == ["house", "them"]
    assert found.watch_target.sel(watch="watch -> talks") == "talks"
    assert found.summand_part.values.tolist() == ["troops", "money"]
    assert found.sel(effect="camp/full -> troops").effect_quantity == "troops"


def test_control_passes_within_a_party_only(case: Case, draws: Draws) -> None:
    turnover = draws.to_xarray(case).turnover
    assert np.array_equal(turnover.sel(decider="house", successor="field"), draws.turnover[0][0, 1])
    assert np.allclose(turnover.sum("successor"), 1.0)
    assert not turnover.sel(decider="them", successor="house").any()


def test_draws_of_another_case_are_refused(case: Case, draws: Draws) -> None:
    with pytest.raises(RequestError, match="not of small as it is now"):
        draws.to_xarray(replace(case, hash="1" * 64))


def test_draws_can_be_written_to_netcdf(case: Case, draws: Draws, tmp_path: Path) -> None:
    found = draws.to_xarray(case)
    found.to_netcdf(tmp_path / "draws.nc")
    xarray.testing.assert_identical(xarray.load_dataset(tmp_path / "draws.nc"), found)
