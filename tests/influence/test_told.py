"""What boxes bound: values of unknowns, and whether red lines are drawn."""

from __future__ import annotations

import numpy as np

from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.draws.streams import uniforms
from detente.draws.unknowns import crossing
from detente.influence.scenarios import told_values


def test_a_red_line_is_1_where_the_draws_have_it(korea: Case) -> None:
    sampler = Sampler(korea)
    unknowns = sampler.unknowns
    levels = unknowns.levels(uniforms(3, unknowns.inputs, 0, 64))
    rows = [*range(len(unknowns.names))]
    told, values = told_values(unknowns, rows, levels), unknowns.values(levels, rows)
    drawn = sampler.filled(values).crossed
    lines = [crossing(line.path) for _, line in korea.red_lines]
    seen = [i for i, name in enumerate(lines) if name in unknowns.names]
    assert seen
    for i in seen:
        row = unknowns.row(lines[i])
        np.testing.assert_array_equal(told[row], drawn[i])
        told[row] = values[row]
    np.testing.assert_array_equal(told, values)
