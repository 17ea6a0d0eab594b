"""A case with correlated normal worths, and a figure that is linear in them."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from detente.case.domain import Case
from detente.influence.panel import Panel
from detente.model.judgement import Floats
from detente.searching.figures import Figure
from detente.testing import make_case

PLACES = [(m, c) for m in ("a", "b", "c") for c in ("north", "south")]


def normal_case(same_constituency: float, same_measure: float) -> Case:
    """Three measures with worths to two parties, all standard normal, and nothing else uncertain."""
    normal = {"dist": "normal", "loc": 0, "scale": 1}
    measures = {
        name: {"by": by, "detection": 0.5, "worth": {"north": normal, "south": normal}}
        for name, by in (("a", "north"), ("b", "south"), ("c", "south"))
    }
    return make_case(
        measures=measures,
        correlation={"same_constituency": same_constituency, "same_measure": same_measure},
        proposals={"all": {"phases": {1: ["a", "b", "c"]}}},
    )


class Linear(Panel):
    """The figure is a weighted sum of the unknowns."""

    def __init__(self, case: Case, weights: Floats) -> None:
        super().__init__(case, [case.proposals[0].plan], Figure("hold"))
        self.slope = weights

    def read(self, values: Floats) -> Floats:
        return np.asarray((self.slope @ values)[None])

    def read_first(self, values: Floats) -> Floats:
        return np.asarray(self.slope @ values)


def covariance(same_constituency: float, same_measure: float) -> Floats:
    """Of the six worths, in the order of PLACES: from what they share."""
    return np.array(
        [
            [
                1.0
                if one == other
                else same_measure * (one[0] == other[0]) + same_constituency * (one[1] == other[1])
                for other in PLACES
            ]
            for one in PLACES
        ]
    )


def explained(sigma: Floats, w: Floats, known: list[int]) -> float:
    """Var(E[w X | X of *known*])."""
    if not known:
        return 0.0
    across = (sigma @ w)[known]
    return float(across @ np.linalg.pinv(sigma[np.ix_(known, known)]) @ across)


def shapley_effects(sigma: Floats, w: Floats, groups: list[list[int]]) -> Floats:
    """By all subsets of groups (Owen and Prieur 2017)."""
    count = len(groups)
    found = np.zeros(count)
    for g in range(count):
        others = [i for i in range(count) if i != g]
        for size in range(count):
            for chosen in combinations(others, size):
                known = [i for j in chosen for i in groups[j]]
                rise = explained(sigma, w, known + groups[g]) - explained(sigma, w, known)
                found[g] += rise / (count * comb(count - 1, size))
    return found / float(w @ sigma @ w)
