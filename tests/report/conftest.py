from __future__ import annotations

import pytest

import detente
from detente.influence.results import Sensitivity, SensitivityViews
from detente.searching.results import SearchResult
from detente.testing import make_case
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult
from tests.report.hostile import hostile


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


@pytest.fixture(scope="session")
def river_hangs_on() -> Sensitivity:
    return detente.sensitivity("river", "step_by_step", draws=600, seed=3)


@pytest.fixture(scope="session")
def water_hangs_on() -> Sensitivity:
    """Of an amount, with a unit and a target in sight."""
    return detente.sensitivity("river", "step_by_step", figure="saline_land", draws=512, seed=3)


@pytest.fixture(scope="session")
def hostile_hangs_on() -> Sensitivity:
    return detente.sensitivity(make_case(hostile()), "p0", figure="surplus.b", draws=512)


@pytest.fixture(scope="session")
def nothing_matters() -> Sensitivity:
    """A plan that everyone accepts and keeps in every draw, though numbers are uncertain."""
    given = {"by": "north", "undo_years": "never", "worth": {"north": 5, "south": [5, 6, 7]}}
    taken = {"by": "south", "undo_years": "never", "worth": {"north": 5, "south": 5}}
    case = make_case(measures={"a": given, "b": taken}, proposals=None, false_alarm=0)
    number = "measures.a.worth.south"
    return detente.sensitivity(case, "1:a,b", draws=512, against=["1:a"], numbers=[number])


@pytest.fixture(scope="session")
def views_hang_on(tmp_path_factory: pytest.TempPathFactory) -> SensitivityViews:
    view = tmp_path_factory.mktemp("views") / "impatient.yaml"
    view.write_text("view: Impatient sides\nwhy: years count for less\ndiscount: 0.3\n", "utf-8")
    return detente.sensitivity_views("river", "step_by_step", [view], draws=512, seed=3)
