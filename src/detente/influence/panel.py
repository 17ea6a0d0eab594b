"""A fixed set of plans, read by one figure, in whatever values the unknowns are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.case.domain import Case, Plan
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.influence.groups import at_play
from detente.model.ballots import Plans
from detente.model.judgement import Floats
from detente.model.structure import Structure
from detente.searching.figures import Figure, Gauge, parse_figure


def figure_by_draw(case: Case, text: str) -> Figure:
    """Return the figure that *text* asks for, if it has a value in each draw.

    Raises:
        RequestError: For what is no figure of *case*, or is one over all draws only.
    """
    figure = parse_figure(case, text, directed=False)
    if figure.is_count:
        raise RequestError(f"{text!r} follows from the plan alone: no unknown matters to it")
    if figure.percentile is not None:
        raise RequestError(f"{text!r} is taken over all draws: ask for {figure.name!r} instead")
    if figure.kind in ("exposure", "surplus") and figure.name is None:
        choices = [f"{figure.kind}.{party.id}" for party in case.parties]
        raise RequestError(f"{text!r} is taken over all draws: ask for one of {', '.join(choices)}")
    return figure


class Panel:
    """Some plans of one case, and what one figure of each is in given draws."""

    def __init__(self, case: Case, plans: Sequence[Plan], figure: Figure) -> None:
        structure = Structure.of(case)
        self.case, self.plans, self.figure = case, tuple(plans), figure
        self.sampler = Sampler(case)
        self.unknowns = self.sampler.unknowns
        self._vectors = np.array([structure.vector(plan) for plan in plans], dtype=np.int8)
        self._gauge = Gauge(structure, [figure])
        measures, counts = [plan.measures for plan in plans], figure.kind == "outcome"
        #: bool[unknown]: whether any of the plans can hang on it.
        self.at_play = at_play(self.unknowns, measures, counts=counts)
        #: bool[unknown]: whether the first can.
        self.moves_first = at_play(self.unknowns, measures[:1], counts=counts)

    def read(self, values: Floats) -> Floats:
        """Return the figure of each plan, float64[plan, draw], at *values*, float64[unknown, draw]."""
        return self._read(values, self._vectors)

    def read_first(self, values: Floats) -> Floats:
        """Return the figure of the first plan, float64[draw], at *values*, float64[unknown, draw]."""
        first: Floats = self._read(values, self._vectors[:1])[0]
        return first

    def _read(self, values: Floats, vectors: Plans) -> Floats:
        with np.errstate(all="ignore"):
            found = self._gauge.read(self.sampler.filled(values), vectors)
        return found.columns[self.figure.kind, self.figure.name]
