"""Sifting gives what judging gives, and leaves out only what nobody asks for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case
from detente.draws.sampler import Draws, Sampler
from detente.model.accepting import accepts, scores, signing
from detente.model.ballots import Ballots, Plans
from detente.model.kernel import Tables, judge
from detente.model.sifting import sift
from detente.model.structure import Structure
from detente.model.survival import standing
from detente.testing import random_case


def random_plans(structure: Structure, count: int, seed: int) -> Plans:
    """Return plans of any content, conditions broken or not, an empty one among them."""
    rng = np.random.default_rng(seed)
    plans = rng.integers(-1, structure.phases + 1, (count, structure.measures)).astype(np.int8)
    plans[rng.random(plans.shape) < 0.4] = -1
    plans[0] = -1
    return plans


def agrees(structure: Structure, draws: Draws, plans: Plans) -> int:
    """Assert that sifting and judging agree, and return in how many draws plans are accepted."""
    tables, ballots = Tables.of(structure), Ballots.of(structure)
    quick = sift(tables, ballots, draws, plans)
    full = sift(tables, ballots, draws, plans, worths=True)
    kept = sift(tables, ballots, draws, plans, keep=True)
    assert full.value is not None
    assert full.exposure is not None
    for row, judgement in enumerate(judge(tables, draws, list(plans))):
        outcome = judgement.cooperative
        accepted = accepts(scores(structure, draws, plans[row], outcome.value).agreement)
        stand = standing(outcome.hazard, draws.false_alarm)
        for found in (quick, full, kept):
            np.testing.assert_array_equal(found.accepted[row], accepted)
        np.testing.assert_allclose(quick.stand[row], stand * accepted, rtol=0.0, atol=1e-12)
        np.testing.assert_allclose(full.stand[row], stand, rtol=0.0, atol=1e-12)
        np.testing.assert_array_equal(kept.stand[row], full.stand[row])
        np.testing.assert_allclose(full.value[row], outcome.value, rtol=0.0, atol=1e-9)
        exposure = judgement.exposure.max(axis=1)
        np.testing.assert_allclose(full.exposure[row], exposure, rtol=0.0, atol=1e-9)
    return int(quick.accepted.sum())


@given(seed=st.integers(0, 2**32), coarse=st.booleans(), count=st.integers(1, 40))
@settings(max_examples=60)
def test_sifting_and_judging_agree(seed: int, coarse: bool, count: int) -> None:
    structure = Structure.of(random_case(seed, coarse=coarse))
    agrees(structure, Sampler(structure.case).sample(3, 0, count), random_plans(structure, 6, seed))


def test_sifting_and_judging_agree_on_the_large_built_in_case(korea: Case) -> None:
    structure = Structure.of(korea)
    plans = np.array([structure.vector(proposal.plan) for proposal in korea.proposals])
    assert agrees(structure, Sampler(korea).sample(0, 0, 200), plans) > 100


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
@pytest.mark.statement("M33")
def test_those_who_are_asked_are_the_signatories_and_the_necessary(seed: int) -> None:
    structure = Structure.of(random_case(seed))
    case, people = structure.case, structure.constituencies
    plans = random_plans(structure, 8, seed)
    asked = Ballots.of(structure).asked(plans)
    for row, plan in enumerate(plans):
        found = signing(structure, plan)
        signs = [p.id for p, said in zip(case.parties, asked.signs[row], strict=True) if said]
        assert tuple(signs) == found.signatories
        needed = {case.parties[i].id for i in np.flatnonzero(asked.needed[row, people:])}
        needed |= {case.constituencies[i].id for i in np.flatnonzero(asked.needed[row, :people])}
        assert needed == set(found.necessary)


def test_a_plan_without_a_step_is_refused(river: Case) -> None:
    structure = Structure.of(river)
    draws = Sampler(river).sample(0, 0, 5)
    plans = np.full((2, structure.measures), -1, dtype=np.int8)
    plans[1, 0] = 0  # in force already, but no step
    found = sift(Tables.of(structure), Ballots.of(structure), draws, plans)
    assert not found.accepted.any()
    assert not found.stand.any()
