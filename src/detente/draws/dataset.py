"""Draws as a dataset: every array with its rows called by the names of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.case.domain import Case
from detente.draws.draw import refuse_draws_of_another
from detente.draws.sampler import Draws, Floats
from detente.labels import OWN_UNIT, SHARE, WORTH, Variable, case_labels, dataset

if TYPE_CHECKING:
    from xarray import Dataset

_YEAR = f"{OWN_UNIT} per year"
#: By field of Draws: the axes before the draw, what it is, its unit.
_FIELDS = {
    "worth": (("item", "constituency"), "worth at the moment the item is done", WORTH),
    "upfront": (("item",), "share of the worth felt at once", SHARE),
    "decay": (("measure", "constituency"), "discount over the time undoing takes", SHARE),
    "discount": (("constituency",), "discount factor per period", SHARE),
    "reservation": (("constituency",), "what it must at least expect in order to accept", WORTH),
    "collapse": (("constituency",), "lump felt at collapse", WORTH),
    "false_alarm": ((), "chance per period of a collapse that nobody intends", SHARE),
    "margin": ((), "advantage that keeping must have over breaking", WORTH),
    "detection": (("measure",), "chance per period that a breach is seen", SHARE),
    "gain": (("watch",), "chance per period added to detection", SHARE),
    "factor": (("scaling",), "factor on worths", SHARE),
    "start": (("decider",), "probability of being in control at the start", SHARE),
    "turnover": (("decider", "successor"), "chance per period that control passes", SHARE),
    "crossed": (("red_line",), "whether the red line is drawn", ""),
    "quantity_start": (("quantity",), "value at the start", OWN_UNIT),
    "trend": (("quantity",), "change without agreement", _YEAR),
    "floor": (("quantity",), "value never passed; -inf where there is none", OWN_UNIT),
    "summand_weight": (("summand",), "weight in the sum", SHARE),
    "change": (("effect",), "shift while the measure is in place", OWN_UNIT),
}


def labelled(case: Case, draws: Draws) -> Dataset:
    """Return *draws* of *case* as a dataset; RequestError where they are of another."""
    refuse_draws_of_another(case, draws)
    arrays = {name: getattr(draws, name) for name in _FIELDS} | {"turnover": _turnover(draws)}
    variables = {
        name: Variable((*dims, "draw"), arrays[name], meaning, units)
        for name, (dims, meaning, units) in _FIELDS.items()
    }
    number = Variable(("draw",), np.arange(draws.count), "number of the draw, from 0")
    attrs = {"case": case.name, "case_hash": case.hash}
    return dataset(variables, case_labels(case) | {"draw": number}, attrs)


def _turnover(draws: Draws) -> Floats:
    """Put the parties' chances into one array: control never passes to another party."""
    rows = sum(len(block) for block in draws.turnover)
    whole = np.zeros((rows, rows, draws.count))
    first = 0
    for block in draws.turnover:
        here = slice(first, first + len(block))
        whole[here, here] = block
        first = here.stop
    return whole
