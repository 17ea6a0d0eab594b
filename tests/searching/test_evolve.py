"""Searching finds the best there is where that can be known, and the same on any machine."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.model.structure import Structure
from detente.searching.evolve import Evolution
from detente.searching.figures import Gauge, parse_figure
from detente.searching.race import Race
from detente.searching.space import NONE, PlanSpace
from detente.testing import make_case, random_case

pytestmark = pytest.mark.usefixtures("never_listed")


def searched(case: Case, objectives: list[str], *, workers: int = 1, seed: int = 0) -> Evolution:
    """Search to rest on 48 draws."""
    structure = Structure.of(case)
    figures = [parse_figure(case, text) for text in objectives]
    race = Race([case], figures, [], seed=seed, first=100, rungs=(16, 48), workers=workers)
    known = np.array([structure.vector(p.plan) for p in case.proposals])
    search = Evolution.begin(PlanSpace.of(structure), race, seed, known)
    while not search.at_rest:
        search.step()
    race.close()
    return search


def best_of_all(case: Case, space: PlanSpace) -> float:
    """Judge every plan on the same draws, and return the highest hold."""
    options = [range(NONE, len(issue.options)) for issue in space.issues]
    plans = np.array(list(product(*options)), dtype=np.int16)
    plans = plans[space.allows(plans)]
    hold = parse_figure(case, "hold")
    gauge, draws = Gauge(space.structure, [hold]), Sampler(case).sample(0, 100, 48)
    vectors = space.vectors(plans)
    return float(gauge.figure(hold, vectors, gauge.read(draws, vectors)).max())


def small_cases() -> list[int]:
    """Return seeds of random cases that can be enumerated, and allow a plan."""
    seeds = []
    for seed in range(400):
        space = PlanSpace.of(Structure.of(random_case(seed)))
        if 2.5 < space.magnitude < 4.0:
            seeds.append(seed)
    return seeds[:12]


@pytest.mark.parametrize("seed", small_cases())
def test_the_search_finds_the_best_of_all_plans(seed: int) -> None:
    case = random_case(seed)
    search = searched(case, ["hold"])
    found = float(-search.best.full.losses.min())
    assert found == pytest.approx(best_of_all(case, search.space), abs=1e-12)


def test_no_plan_of_the_pool_breaks_a_condition_and_none_stands_twice(river: Case) -> None:
    search = searched(river, ["hold", "flow"] if river.main_outcome is None else ["hold"])
    assert search.space.allows(search.best.choices).all()
    assert len(np.unique(search.best.choices, axis=0)) == len(search.best.choices)


def test_the_pool_is_the_same_on_any_number_of_threads(river: Case) -> None:
    one, two = (searched(river, ["hold", "phases"], workers=n) for n in (1, 2))
    np.testing.assert_array_equal(one.best.choices, two.best.choices)
    np.testing.assert_array_equal(one.best.full.losses, two.best.full.losses)


def test_what_is_known_of_the_pool_is_what_judging_it_again_gives(river: Case) -> None:
    search = searched(river, ["hold", "phases"])
    plans = search.space.vectors(search.best.choices)
    rows, standings = search.race.run(plans, lambda _, found: np.arange(len(found.missed)))
    assert len(rows) == len(plans)
    for known, again in zip(search.best.standings, standings, strict=True):
        np.testing.assert_allclose(known.losses, again.losses, atol=1e-12)


def test_a_space_that_chance_does_not_find_a_way_into_is_searched_from_what_is_known() -> None:
    names = [f"m{i}" for i in range(16)]
    measures = {
        name: {
            "by": ("north", "south")[i % 2],
            "levels": {"a": {"excludes": [f"m{(i + 1) % 16}/b"]}, "b": {}},
            "must_choose": True,
        }
        for i, name in enumerate(names)
    }
    case = make_case(
        measures=measures, proposals={"all": {"phases": {1: [f"{name}/a" for name in names]}}}
    )
    search = searched(case, ["hold"])
    assert len(search.best.choices)
