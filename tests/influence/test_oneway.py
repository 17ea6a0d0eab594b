"""Swings and break-evens are what judging at these values gives."""

from __future__ import annotations

import numpy as np
import pytest

from detente.case.domain import Case
from detente.draws.streams import uniforms
from detente.errors import RequestError
from detente.influence.oneway import HIGH, LOW, swings, unknown_rows
from detente.influence.panel import Panel
from detente.model.judgement import Floats
from detente.searching.figures import parse_figure
from detente.testing import make_case

DRAWS = 600


def panel_of(case: Case, figure: str = "hold", proposal: int = 0) -> Panel:
    return Panel(case, [case.proposals[proposal].plan], parse_figure(case, figure, directed=False))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return panel_of(make_case(agreement={"must_sign": ["north", "south"]}), "surplus.south")


def direct(panel: Panel, name: str, level: float) -> Floats:
    """The figure with one number fixed by the sampler."""
    u = uniforms(1, panel.unknowns.inputs, 0, DRAWS)
    draws = panel.sampler.draws(u, {name: level})
    read = panel._gauge.read(draws, panel._vectors[:1]).columns
    figure: Floats = read[panel.figure.kind, panel.figure.name][0]
    return figure


def test_a_swing_is_what_fixing_the_number_gives(river: Case) -> None:
    panel = panel_of(river, "hold", 2)
    rows = [row for row in range(len(panel.unknowns.names)) if panel.at_play[row]][::4]
    found = swings(panel, rows, seed=1, draws=DRAWS, target=0.5, workers=1)
    assert {one.number for one in found} == {panel.unknowns.names[row] for row in rows}
    for one in found:
        low, high = direct(panel, one.number, LOW), direct(panel, one.number, HIGH)
        assert one.at_low.value == pytest.approx(low.mean(), abs=1e-12)
        assert one.at_high.value == pytest.approx(high.mean(), abs=1e-12)
        assert one.difference.value == pytest.approx((high - low).mean(), abs=1e-12)
        error = (high - low).std(ddof=1) / np.sqrt(DRAWS)
        assert one.difference.error == pytest.approx(error, abs=1e-12)
    width = [abs(one.difference.value) for one in found]
    assert width == sorted(width, reverse=True)


@pytest.mark.parametrize("name", ["payment.worth.south", "pullback.worth.south"])
def test_at_a_break_even_the_figure_is_the_target(panel: Panel, name: str) -> None:
    row = panel.unknowns.row(f"measures.{name}")
    for target in (1.5, 2.5):
        (one,) = swings(panel, [row], seed=1, draws=DRAWS, target=target, workers=1)
        assert one.breakeven is not None
        values = panel.unknowns.values(
            panel.unknowns.levels(uniforms(1, panel.unknowns.inputs, 0, DRAWS))
        )
        values[row] = one.breakeven
        assert panel.read_first(values).mean() == pytest.approx(target, abs=0.01)


def test_a_target_that_is_never_reached_has_no_break_even(panel: Panel) -> None:
    rows = [panel.unknowns.row("measures.payment.worth.south")]
    for target in (-5.0, 500.0):
        assert (
            swings(panel, rows, seed=1, draws=DRAWS, target=target, workers=1)[0].breakeven is None
        )


def test_where_the_figure_jumps_the_break_even_is_the_first_value_that_reaches_the_target() -> None:
    chances = {"dist": "discrete", "xk": [-5, 9], "pk": [0.5, 0.5]}
    for worth, reaches in ((chances, 9.0), ({**chances, "xk": [-5, 1]}, 1.0)):
        case = make_case(
            false_alarm=0,
            measures={
                "a": {"by": "north", "undo_years": "never", "worth": {"south": worth}},
                "b": {"by": "south", "undo_years": "never", "worth": {"north": [1, 2, 3]}},
            },
            proposals={"both": {"phases": {1: ["a", "b"]}}},
        )
        panel = panel_of(case, "accept")
        row = panel.unknowns.row("measures.a.worth.south")
        (one,) = swings(panel, [row], seed=1, draws=64, target=0.5, workers=1)
        assert one.at_low.value == 0.0
        assert one.at_high.value == 1.0
        assert one.breakeven == reaches


def test_numbers_are_asked_for_by_path_each_once(panel: Panel) -> None:
    names = panel.unknowns.names
    assert unknown_rows(panel.unknowns, [names[2], names[0], names[2]]) == [2, 0]
    assert unknown_rows(panel.unknowns, []) == []
    with pytest.raises(RequestError, match=r"no uncertain number 'measures\.pulback.*did you mean"):
        unknown_rows(panel.unknowns, ["measures.pulback.worth.south"])
    with pytest.raises(RequestError, match="detente sensitivity --json lists them"):
        unknown_rows(panel.unknowns, ["x" * 500])
