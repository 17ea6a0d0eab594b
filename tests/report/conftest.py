from __future__ import annotations

import pytest

import detente
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
