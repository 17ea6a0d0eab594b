"""Groups are partitions, and what is left out of them matters to nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.domain import Case
from detente.draws.streams import uniforms
from detente.draws.unknowns import NONE, Unknowns
from detente.influence.exchange import Block, exchanged
from detente.influence.groups import SHARED, WAYS, at_play, grouping, traits
from detente.influence.panel import Panel
from detente.model.outcomes import quantity_names
from detente.searching.figures import Figure
from detente.testing import random_case
from tests.draws.small import read_case, uncertain_text


@pytest.fixture(scope="module")
def case() -> Case:
    """One in which every kind of number is uncertain."""
    return read_case(uncertain_text())


def figures(case: Case) -> list[Figure]:
    shares = [Figure("accept"), Figure("keep"), Figure("hold")]
    quantities = [Figure("outcome", name) for name in quantity_names(case)]
    parties = [Figure("exposure", p.id) for p in case.parties]
    return [*shares, *quantities, *parties, *(Figure("surplus", p.id) for p in case.parties)]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_every_unknown_at_play_is_in_one_group_of_each_way(seed: int) -> None:
    case = random_case(seed)
    unknowns = Unknowns(case)
    known = traits(case)
    play = at_play(unknowns, [p.plan.measures for p in case.proposals], counts=True)
    for way in WAYS:
        found = grouping(unknowns, play, way)
        assert len(set(found.names)) == len(found.names)
        assert np.array_equal(found.of_unknown != NONE, play)
        assert set(found.of_unknown[play].tolist()) == set(range(found.count))
        for row in np.flatnonzero(play).tolist():
            name = unknowns.names[row]
            assert found.names[found.of_unknown[row]] == known[name].group(way)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_every_input_behind_an_unknown_at_play_is_in_one_group(seed: int) -> None:
    case = random_case(seed)
    unknowns = Unknowns(case)
    play = at_play(unknowns, [case.proposals[0].plan.measures], counts=False)
    behind = np.unique(unknowns.parts[:, play])
    for way in WAYS:
        found = grouping(unknowns, play, way)
        assert np.flatnonzero(found.of_input != NONE).tolist() == [i for i in behind if i != NONE]
        own = unknowns.parts[0, play]
        assert np.array_equal(found.of_input[own], found.of_unknown[play])
        assert (SHARED in found.names) == (found.of_input == found.count).any()


def test_shared_inputs_follow_those_who_share_them(case: Case) -> None:
    unknowns = Unknowns(case)
    everything = np.ones(len(unknowns.names), dtype=np.bool_)
    whose = unknowns.input_row("correlation.constituency.field")
    what = unknowns.input_row("correlation.measure.camp")
    names = {
        way: [
            None if at == NONE else found.names[at]
            for at in (found.of_input[whose], found.of_input[what])
        ]
        for way in WAYS
        for found in [grouping(unknowns, everything, way)]
    }
    assert names["party"] == ["us", SHARED]
    assert names["constituency"] == ["field", SHARED]
    assert names["measure"] == [SHARED, "camp"]
    assert names["kind"] == ["worth", "worth"]
    assert names["basis"] == [SHARED, SHARED]


def test_exchanging_a_group_moves_just_the_unknowns_that_hang_on_it(case: Case) -> None:
    unknowns = Unknowns(case)
    everything = np.ones(len(unknowns.names), dtype=np.bool_)
    u = uniforms(1, unknowns.inputs, 0, 12)
    a, b = Block.of(unknowns, u[:, :6]), Block.of(unknowns, u[:, 6:])
    for way in WAYS:
        found = grouping(unknowns, everything, way)
        for group in range(len(found.names)):
            inputs = found.of_input == group
            moved = (exchanged(unknowns, a, b, inputs, everything) != a.values).any(axis=1)
            hangs = ((unknowns.parts != NONE) & inputs[unknowns.parts]).any(axis=0)
            assert np.array_equal(moved, hangs)
            assert moved.any()
            assert (hangs | (found.of_unknown != group)).all()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15)
def test_what_is_not_at_play_moves_no_figure_of_the_plan(seed: int) -> None:
    case = random_case(seed)
    plans = [p.plan for p in case.proposals]
    for figure in figures(case):
        panel = Panel(case, plans, figure)
        u = uniforms(seed, panel.unknowns.inputs, 0, 40)
        one, other = (Block.of(panel.unknowns, part).values for part in (u[:, :20], u[:, 20:]))
        for which, read in ((panel.at_play, panel.read), (panel.moves_first, panel.read_first)):
            moved = np.where(which[:, None], one, other)
            assert np.array_equal(read(one), read(moved))


def test_what_is_not_at_play_moves_no_figure_of_any_small_plan(case: Case) -> None:
    from detente.case.load import find_plan

    for text in (
        "1:talks",
        "1:camp/full;2:watch",
        "1:aid",
        "1:talks,aid",
        "2:watch",
        "1:camp/half",
    ):
        plan = find_plan(case, text)
        assert not isinstance(plan, str)
        for figure in figures(case):
            panel = Panel(case, [plan], figure)
            u = uniforms(3, panel.unknowns.inputs, 0, 60)
            one, other = (Block.of(panel.unknowns, part).values for part in (u[:, :30], u[:, 30:]))
            moved = np.where(panel.at_play[:, None], one, other)
            assert np.array_equal(panel.read(one), panel.read(moved))


def test_what_is_at_play_moves_something(case: Case) -> None:
    """Each of the unknowns by itself, in one of the figures of a plan with nearly everything."""
    plan = case.proposals[0].plan
    still = set(Panel(case, [plan], Figure("outcome", "all")).unknowns.names)
    for figure in figures(case):
        panel = Panel(case, [plan], figure)
        u = uniforms(2, panel.unknowns.inputs, 0, 400)
        one, other = (Block.of(panel.unknowns, part).values for part in (u[:, :200], u[:, 200:]))
        base = panel.read_first(one)
        for row in np.flatnonzero(panel.at_play).tolist():
            moved = one.copy()
            moved[row] = other[row]
            if (panel.read_first(moved) != base).any():
                still.discard(panel.unknowns.names[row])
    never = {name for name in still if ".camp.levels.full" in name or name.endswith("camp/full")}
    # What is left can matter, but not here: watching is for ever, its line is lifted by aid, the
    # floor is never reached, and so little is at stake for the field that it always keeps.
    assert still - never <= {
        "measures.watch.detection",
        "quantities.troops.floor",
        "red_lines.them.0.crossed",
        *(f"parties.us.constituencies.field.{name}" for name in ("discount", "reservation")),
        "measures.camp.levels.half.worth.field",
    }


def test_basis_and_owner_are_those_of_the_case(river: Case) -> None:
    known = traits(river)
    assert set(Unknowns(river).names) <= set(known)
    worth = known["measures.gauges.worth.cabinet"]
    assert (worth.kind, worth.party, worth.constituency, worth.measure) == (
        "worth",
        "upland",
        "cabinet",
        "gauges",
    )
    assert known["false_alarm"].group("party") == "(no party)"


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_every_number_of_a_case_has_traits(seed: int) -> None:
    case = random_case(seed)
    assert set(Unknowns(case).names) <= set(traits(case))
