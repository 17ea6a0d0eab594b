"""Figures of a search are those of a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.outcomes import quantity_names
from detente.model.structure import Structure
from detente.searching.figures import Figure, Gauge, Readings, parse_figure, parse_limit
from detente.testing import make_case, random_case
from detente.verdict.judged import judge
from detente.verdict.run import run


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_figures_are_those_of_a_verdict(seed: int) -> None:
    case = random_case(seed)
    structure, draws = Structure.of(case), Sampler(case).sample(0, 0, 25)
    kinds = [Figure("accept"), Figure("keep"), Figure("hold"), Figure("exposure")]
    quantities = [Figure("outcome", name) for name in quantity_names(case)]
    parties = [Figure("exposure", party.id) for party in case.parties]
    gauge = Gauge(structure, [*kinds, *quantities, *parties])
    plans = np.array([structure.vector(p.plan) for p in case.proposals])
    readings = gauge.read(draws, plans)
    for row, verdict in enumerate(run(case, draws=25)):
        wanted = [verdict.accept.mean, verdict.keep.mean, verdict.hold.mean]
        wanted.append(max(verdict.exposure.values()))
        wanted += [verdict.outcomes[name].mean for name in quantity_names(case)]
        wanted += [verdict.exposure[party.id] for party in case.parties]
        found = [gauge.figure(f, plans, readings)[row] for f in gauge.figures]
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_surplus_is_the_score_where_there_is_an_agreement_and_nothing_else() -> None:
    case = make_case(agreement={"must_sign": ["north", "south"]})
    structure, draws = Structure.of(case), Sampler(case).sample(0, 0, 200)
    plans = np.array([structure.vector(case.proposals[0].plan)])
    gauge = Gauge(structure, [Figure("surplus"), Figure("surplus", "south")])
    judged = judge(case, "swap", draws)
    by_party = (judged.accepted * judged.party_score).mean(axis=1)
    readings = gauge.read(draws, plans)
    assert gauge.figure(Figure("surplus", "south"), plans, readings)[0] == pytest.approx(
        by_party[1]
    )
    assert gauge.figure(Figure("surplus"), plans, readings)[0] == pytest.approx(by_party.min())
    assert 0.0 < by_party.min() < by_party.max()


def test_phases_and_steps_are_counted(river: Case) -> None:
    structure = Structure.of(river)
    plans = np.array([structure.vector(p.plan) for p in river.proposals])
    gauge, readings = Gauge(structure, []), Readings({})
    assert gauge.figure(Figure("phases"), plans, readings).tolist() == [3, 3, 3]
    assert gauge.figure(Figure("steps"), plans, readings).tolist() == [5, 4, 6]


def test_a_percentile_is_that_of_the_draws(korea: Case) -> None:
    structure, draws = Structure.of(korea), Sampler(korea).sample(0, 0, 100)
    figure = parse_figure(korea, "weapons_equivalent.p90")
    plans = np.array([structure.vector(korea.proposal("vox_draft_deal").plan)])
    gauge = Gauge(structure, [figure])
    found = gauge.figure(figure, plans, gauge.read(draws, plans))[0]
    outcome = judge(korea, "vox_draft_deal", draws).outcomes["weapons_equivalent"]
    assert found == pytest.approx(np.percentile(outcome, 90))
    assert not figure.higher


@pytest.mark.parametrize("text", ["hold", "weapons_equivalent", "exposure.us", "surplus", "phases"])
def test_a_figure_is_called_as_it_is_asked_for(korea: Case, text: str) -> None:
    assert parse_figure(korea, text).text == text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("hodl", "did you mean 'hold'"),
        ("exposure.usa", "no figure"),
        ("weapons_equivalent.p500", "no figure"),
        ("", "no figure"),
    ],
)
def test_what_is_no_figure_is_refused(korea: Case, text: str, word: str) -> None:
    with pytest.raises(RequestError, match=word):
        parse_figure(korea, text)


@pytest.mark.parametrize("text", ["accept", "accept=", "accept=many", "accept=nan", "accept=inf"])
def test_a_bound_needs_a_number(korea: Case, text: str) -> None:
    with pytest.raises(RequestError, match="FIGURE=NUMBER"):
        parse_limit(korea, text, least=True)


def test_an_objective_must_say_which_way_is_better_and_a_bound_need_not() -> None:
    case = make_case(
        quantities={"flow": {"start": 5}},
        measures={
            "cut": {"by": "north", "effects": {"flow": {"change": 1}}},
            "pay": {"by": "south"},
        },
        proposals=None,
    )
    with pytest.raises(RequestError, match="does not say which way is better"):
        parse_figure(case, "flow")
    assert parse_limit(case, "flow=2", least=True).missed(np.array([1.5, 3.0])).tolist() == [0.5, 0]
