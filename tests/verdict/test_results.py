from __future__ import annotations

from dataclasses import replace

import pandas as pd
import polars as pl
import pytest

import detente
from detente.case.domain import Plan
from detente.errors import RequestError
from detente.testing import case_data, make_case
from detente.verdict.results import RunResult
from detente.verdict.rows import TABLES

TABLE_NAMES = [table.name for table in TABLES]
COLUMNS = {table.name: {column.name: column.kind for column in table.columns} for table in TABLES}
PANDAS = {
    "DOUBLE": {"float64"},
    "INTEGER": {"int64"},
    "VARCHAR": {"str", "object"},
    "BOOLEAN": {"bool"},
}
POLARS = {"DOUBLE": pl.Float64, "INTEGER": pl.Int64, "VARCHAR": pl.String, "BOOLEAN": pl.Boolean}


@pytest.fixture(scope="module")
def river() -> RunResult:
    return detente.run("river", draws=60)


@pytest.fixture(scope="module")
def refused() -> RunResult:
    """Nobody accepts, no party performs anything, nothing is counted."""
    data = case_data(agreement={"must_sign": ["north"]})
    data["measures"] = {"rain": {"worth": {"north": -9}}}
    data["proposals"] = {"swap": {"phases": {1: ["rain"]}}}
    return detente.run(make_case(data), draws=5)


def test_a_result_holds_its_verdicts_in_the_order_asked_for() -> None:
    case = detente.load_case("river")
    result = detente.run(case, draws=10, proposals=["step_by_step", "delta_offer"])
    assert len(result) == 2
    assert [verdict.proposal for verdict in result] == ["step_by_step", "delta_offer"]
    assert [result[verdict.proposal] for verdict in result] == list(result.verdicts)
    assert "delta_offer" in result
    assert result.verdicts[1] in result
    assert "delta_demand" not in result
    assert 0 not in result
    assert not detente.run(case, draws=10, proposals=[])


def test_an_unknown_proposal_is_a_key_error_that_helps(river: RunResult) -> None:
    with pytest.raises(KeyError, match="did you mean 'step_by_step'"):
        river["step_by_stp"]
    with pytest.raises(KeyError, match="it has delta_demand, delta_offer and step_by_step"):
        river["nothing like it"]
    with pytest.raises(KeyError, match="no proposal '0'"):
        river[0]  # type: ignore[index]
    with pytest.raises(KeyError, match="it has none"):
        replace(river, verdicts=())["step_by_step"]


def test_there_is_a_table_of_each_name_and_no_other(river: RunResult) -> None:
    assert list(river.tables) == TABLE_NAMES
    with pytest.raises(
        RequestError, match=r"did you mean 'hazards'.*there are proposals, acceptance"
    ):
        river.table("hazard")
    with pytest.raises(RequestError, match="no table 'prices'; there are"):
        river.table("prices")


@pytest.mark.parametrize("name", TABLE_NAMES)
@pytest.mark.parametrize("case", ["river", "refused"])
def test_a_table_has_the_documented_columns_of_the_documented_types(
    name: str, case: str, request: pytest.FixtureRequest
) -> None:
    table = request.getfixturevalue(case).table(name)
    assert list(table) == list(COLUMNS[name])
    kinds = {"DOUBLE": float, "INTEGER": int, "VARCHAR": str, "BOOLEAN": bool}
    for title, values in table.items():
        assert {type(value) for value in values} <= {kinds[COLUMNS[name][title]], type(None)}


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_pandas_and_polars_take_a_table_as_it_is(name: str, river: RunResult) -> None:
    table = river.table(name)
    frame, other = pd.DataFrame(table), pl.DataFrame(table)
    assert len(frame) == len(other) == len(next(iter(table.values())))
    for title, values in table.items():
        kind = COLUMNS[name][title]
        missing = [value is None for value in values]
        assert frame[title].isna().tolist() == other[title].is_null().to_list() == missing
        if not any(missing):
            assert str(frame[title].dtype) in PANDAS[kind]
        if not all(missing):
            assert other[title].dtype == POLARS[kind]
            assert other[title].to_list() == values


def test_missing_numbers_are_nan_in_pandas_and_null_in_polars(river: RunResult) -> None:
    table = river.table("acceptance")
    frame, other = pd.DataFrame(table), pl.DataFrame(table)
    assert frame["shortfall"].dtype == "float64"
    of_parties = [x for x in table["shortfall"] if x is not None]
    assert frame["shortfall"].mean() == pytest.approx(sum(of_parties) / len(of_parties))
    assert other["shortfall"].mean() == pytest.approx(frame["shortfall"].mean())


def test_a_column_without_any_value_has_no_type(refused: RunResult) -> None:
    table = refused.table("proposals")
    assert refused["swap"].accept.mean == 0.0
    for title in ("keep_given_accept", "weakest_phase", "weakest_decider", "flaws"):
        assert table[title] == [None]
        assert pd.DataFrame(table)[title].dtype == "object"
        assert pl.DataFrame(table)[title].dtype == pl.Null
    typed = pl.DataFrame(table, schema_overrides={"keep_given_accept": pl.Float64})
    assert typed["keep_given_accept"].to_list() == [None]


def test_tables_and_files_hold_the_same(river: RunResult) -> None:
    for table in TABLES:
        rows = list(zip(*river.table(table.name).values(), strict=True))
        assert rows == list(table.rows([river]))


def test_a_result_shows_itself_in_a_line_for_each_proposal(river: RunResult) -> None:
    lines = repr(river).splitlines()
    assert lines[0].startswith("RunResult of river, 60 draws, seed 0")
    assert [line.split(":")[0].strip() for line in lines[1:]] == [v.proposal for v in river]
    assert repr(river) == str(river)
    assert repr(river).isascii()
    assert len(max(lines, key=len)) < 100
    assert repr(river["step_by_step"]).startswith("<Verdict on step_by_step: accepted ")


def test_a_plan_of_ones_own_is_found_by_its_number(river: RunResult) -> None:
    plan = Plan(((), ("gauges",)))
    result = detente.run(river.case, draws=10, proposals=[plan])
    assert result["plan_1"].plan == plan
