from __future__ import annotations

import numpy as np
import pytest

from detente.draws.sampler import Sampler
from detente.draws.streams import uniforms
from detente.draws.unknowns import NONE, Unknowns, is_crossing
from detente.testing import make_case
from tests.draws.small import read_case, uncertain_text


@pytest.fixture
def unknowns() -> Unknowns:
    return Unknowns(read_case(uncertain_text()))


def test_unknowns_are_found_by_name(unknowns: Unknowns) -> None:
    assert len(set(unknowns.names)) == len(unknowns.names)
    assert [unknowns.row(name) for name in unknowns.names] == list(range(len(unknowns.names)))
    with pytest.raises(KeyError):
        unknowns.row("nothing")


def test_some_rows_are_the_same_as_among_all(unknowns: Unknowns) -> None:
    u = uniforms(1, unknowns.inputs, 0, 40)
    rows = list(range(len(unknowns.names)))[::-3]
    levels = unknowns.levels(u)
    some = unknowns.levels(u, rows)
    assert np.array_equal(some, levels[rows])
    assert np.array_equal(unknowns.values(some, rows), unknowns.values(levels)[rows])


def test_a_level_depends_on_the_inputs_of_its_parts_and_on_no_other(unknowns: Unknowns) -> None:
    u = uniforms(2, unknowns.inputs, 0, 8)
    levels = unknowns.levels(u)
    for row in range(len(unknowns.inputs)):
        moved = u.copy()
        moved[row] = 1.0 - moved[row]
        touched = (unknowns.levels(moved) != levels).any(axis=1)
        assert np.array_equal(touched, (unknowns.parts == row).any(axis=0))


def test_those_that_share_nothing_are_not_correlated(unknowns: Unknowns) -> None:
    alone = ~unknowns.is_correlated
    assert (unknowns.parts[1:, alone] == NONE).all()
    assert all(".worth." in name for name in np.array(unknowns.names)[~alone])


def test_filling_with_the_values_of_uniforms_gives_the_draws_of_these_uniforms() -> None:
    sampler = Sampler(read_case(uncertain_text()))
    u = uniforms(3, sampler.inputs, 0, 16)
    filled = sampler.filled(sampler.unknowns.values(sampler.unknowns.levels(u)))
    assert np.array_equal(filled.worth, sampler.draws(u).worth)
    assert np.array_equal(filled.crossed, sampler.draws(u).crossed)


def test_what_tells_whether_a_red_line_is_drawn_is_told_from_all_numbers() -> None:
    parties: dict[str, object] = {"us": {"constituencies": {"crossed": {"reservation": [0, 1, 2]}}}}
    case = make_case(
        parties={**parties, "them": {}},
        measures={"aid": {"by": "us", "worth": {"crossed": [-3, -2, -1], "them": 4}}},
        red_lines={"crossed": [{"never": ["aid"], "chance": [0.1, 0.2, 0.3]}]},
        proposals={"p": {"phases": {1: ["aid"]}}},
    )
    unknowns = Unknowns(case)
    assert [is_crossing(name) for name in unknowns.names] == [
        unknowns.number(row) is None for row in range(len(unknowns.names))
    ]
    assert sum(map(is_crossing, unknowns.names)) == 1
