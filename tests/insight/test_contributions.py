from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case
from detente.case.load import load_case
from detente.draws.sampler import Sampler
from detente.insight.contributions import contributions
from detente.model.kernel import Tables, judge
from detente.model.structure import Structure
from detente.testing import random_case

TOLERANCE = 1e-9
PUBLISHED = sorted((Path(__file__).parents[1] / "model" / "published").glob("*.yaml"))


def check_sums(case: Case, count: int) -> None:
    structure, draws = Structure.of(case), Sampler(case).sample(7, 0, count)
    plans = [structure.vector(proposal.plan) for proposal in case.proposals]
    for plan, judgement in zip(plans, judge(Tables.of(structure), draws, plans), strict=True):
        good = judgement.cooperative
        found = contributions(structure, draws, plan, good.hazard)
        np.testing.assert_allclose(found.value, good.value, rtol=0.0, atol=TOLERANCE)
        less = found.agreed - found.distrust.sum(axis=(0, 1))
        np.testing.assert_allclose(less, good.value, rtol=0.0, atol=TOLERANCE)


@pytest.mark.statement("M59", "M60")
@given(seed=st.integers(0, 2**32), coarse=st.booleans())
@settings(max_examples=40)
def test_contributions_and_costs_of_distrust_add_up_to_the_value(seed: int, coarse: bool) -> None:
    check_sums(random_case(seed, coarse=coarse), 9)


@pytest.mark.statement("M59", "M60")
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_they_add_up_on_published_cases(path: Path) -> None:
    check_sums(load_case(path), 3)


@pytest.mark.parametrize("name", ["river", "korea-2019"])
def test_they_add_up_on_built_in_cases(name: str) -> None:
    check_sums(load_case(name), 50)


@pytest.mark.statement("M59")
@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=20)
def test_a_point_more_of_one_worth_raises_value_by_its_weight(
    seed: int, data: st.DataObject
) -> None:
    case = random_case(seed)
    structure, draws = Structure.of(case), Sampler(case).sample(3, 0, 5)
    plan = structure.vector(case.proposals[0].plan)
    hazard = judge(Tables.of(structure), draws, [plan])[0].cooperative.hazard
    before = contributions(structure, draws, plan, hazard)
    if not before.rows:
        return
    i = data.draw(st.integers(0, len(before.rows) - 1))
    c = data.draw(st.integers(0, structure.constituencies - 1))
    draws.worth[before.rows[i], c] += 1.0
    after = contributions(structure, draws, plan, hazard)
    change = after.value - before.value
    np.testing.assert_allclose(change[c], before.weight[i, c], rtol=0.0, atol=1e-8)
    change[c] = 0.0
    assert not change.any()
