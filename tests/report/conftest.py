from __future__ import annotations

import pytest

import detente
from detente.searching.results import SearchResult
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult


@pytest.fixture(scope="session")
def river() -> RunResult:
    return detente.run(detente.load_case("river"), draws=400, seed=3)


@pytest.fixture(scope="session")
def korea() -> RunResult:
    return detente.run(detente.load_case("korea-2019"), draws=200, seed=3)


@pytest.fixture(scope="session")
def korea_views() -> ViewsResult:
    return detente.run_views("korea-2019", draws=200, seed=3)


@pytest.fixture(scope="session")
def found_river() -> SearchResult:
    return detente.search("river", draws=400, seed=3, search_draws=128)


@pytest.fixture(scope="session")
def found_three() -> SearchResult:
    return detente.search(
        "river",
        objectives=["hold", "saline_land.p90", "exposure.delta"],
        least={"accept": 0.3},
        fix={"gauges": None},
        forbid=["low_outlet"],
        phases=2,
        draws=200,
        search_draws=64,
    )


@pytest.fixture(scope="session")
def found_korea() -> SearchResult:
    return detente.search(
        "korea-2019", draws=200, search_draws=64, phases=2, views=["all"], seconds=4
    )
