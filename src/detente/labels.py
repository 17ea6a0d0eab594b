"""Arrays with names on them: what a case calls the rows of its arrays, and xarray around them.

xarray is an extra (``detente[xarray]``) and is imported when a dataset is asked for. What is
put into one can be written to netCDF: attributes are text and whole numbers, a text that is
not there is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from detente.case.domain import Case, Measure
from detente.errors import RequestError

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = [
    "OWN_UNIT",
    "SHARE",
    "WORTH",
    "Variable",
    "axis",
    "case_labels",
    "dataset",
    "quantities",
    "texts",
]

#: Units: of shares, chances and factors; of worths; of what is counted.
SHARE: Final = "1"
WORTH: Final = "points of worth"
OWN_UNIT: Final = "unit of the quantity"


@dataclass(frozen=True, slots=True)
class Variable:
    """One array: the names of its axes, its values, what they are, and in what unit."""

    dims: tuple[str, ...]
    values: ArrayLike
    long_name: str
    units: str = ""


def dataset(
    variables: Mapping[str, Variable],
    labels: Mapping[str, Variable],
    attrs: Mapping[str, str | int],
) -> Dataset:
    """Return *variables* as a dataset, with those of *labels* that belong to their axes.

    Raises:
        RequestError: where xarray is not installed.
    """
    try:
        import xarray  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise RequestError("xarray is needed: pip install 'detente[xarray]'") from error
    dims = {dim for variable in variables.values() for dim in variable.dims}
    return xarray.Dataset(
        {name: _entry(variable) for name, variable in variables.items()},
        {name: _entry(label) for name, label in labels.items() if dims.issuperset(label.dims)},
        dict(attrs),
    )


def _entry(variable: Variable) -> tuple[tuple[str, ...], ArrayLike, dict[str, str]]:
    attrs = {"long_name": variable.long_name}
    if variable.units:
        attrs["units"] = variable.units
    return variable.dims, np.asarray(variable.values), attrs


def texts(items: Iterable[str | None]) -> ArrayLike:
    """Return texts as an array; what is None is empty."""
    return np.array([item or "" for item in items], dtype=np.str_)


def axis(
    dim: str, ids: Iterable[str], meaning: str, **more: tuple[str, Iterable[str | None]]
) -> dict[str, Variable]:
    """Return the labels of one axis.

    Args:
        dim: its name.
        ids: what its rows are called; they become the index.
        meaning: what an id is.
        more: what else is known of each row, as (meaning, texts); ``name`` is put under
            ``party_name`` where *dim* is ``party``.
    """
    found = {dim: Variable((dim,), texts(ids), meaning)}
    for word, (what, items) in more.items():
        found[f"{dim}_{word}"] = Variable((dim,), texts(items), what)
    return found


def case_labels(case: Case) -> dict[str, Variable]:
    """Return the labels of every axis that arrays about *case* can have."""
    return _bodies(case) | _steps(case) | _counted(case) | _periods(case)


def _bodies(case: Case) -> dict[str, Variable]:
    deciders = [(decider.constituency, party.id) for party, decider in case.deciders]
    return {
        **axis(
            "party",
            (party.id for party in case.parties),
            "id of the party",
            name=("name of the party", (party.name for party in case.parties)),
        ),
        **axis(
            "constituency",
            (c.id for c in case.constituencies),
            "id of the constituency",
            name=("name of the constituency", (c.name for c in case.constituencies)),
            party=("its party", (c.party for c in case.constituencies)),
        ),
        **axis(
            "decider",
            (name for name, _ in deciders),
            "id of the constituency that decides",
            party=("its party", (party for _, party in deciders)),
        ),
        **axis("successor", (name for name, _ in deciders), "id of the decider that follows"),
        **axis(
            "red_line",
            (line.path for _, line in case.red_lines),
            "place of the red line in the case",
            constituency=("who draws it", (c.id for c, _ in case.red_lines)),
        ),
    }


def _steps(case: Case) -> dict[str, Variable]:
    kinds = ("measure" if isinstance(item, Measure) else "interaction" for item in case.items)
    return {
        **axis(
            "measure",
            (measure.id for measure in case.measures),
            "id of the measure",
            name=("name of the measure", (measure.name for measure in case.measures)),
            party=("the party that performs it", (measure.by for measure in case.measures)),
        ),
        **axis(
            "item",
            (item.id for item in case.items),
            "id of the measure or interaction",
            name=("name of the item", (item.name for item in case.items)),
            kind=("measure or interaction", kinds),
        ),
        **axis(
            "watch",
            (f"{watching.id} -> {watched}" for watching, watched, _ in case.watches),
            "who watches what",
            measure=("the measure that watches", (watching.id for watching, _, _ in case.watches)),
            target=("the measure that is watched", (watched for _, watched, _ in case.watches)),
        ),
        **axis("scaling", (scaling.id for scaling in case.scalings), "id of the scaling"),
    }


def _counted(case: Case) -> dict[str, Variable]:
    return {
        **quantities(case, (quantity.id for quantity in case.quantities)),
        **axis(
            "summand",
            (f"{part} -> {quantity.id}" for quantity, part, _ in case.summands),
            "what is added to what",
            quantity=("the sum", (quantity.id for quantity, _, _ in case.summands)),
            part=("the quantity that is added", (part for _, part, _ in case.summands)),
        ),
        **axis(
            "effect",
            (f"{measure.id} -> {effect.quantity}" for measure, effect in case.effects),
            "what shifts what",
            measure=("the measure", (measure.id for measure, _ in case.effects)),
            quantity=("the quantity", (effect.quantity for _, effect in case.effects)),
        ),
    }


def quantities(case: Case, ids: Iterable[str]) -> dict[str, Variable]:
    """Return the labels of an axis of quantities, listed in the case or only named by effects."""
    ids = tuple(ids)
    names = {quantity.id: quantity.name for quantity in case.quantities}
    units = {effect.quantity: effect.unit for _, effect in case.effects}
    units |= {quantity.id: quantity.unit for quantity in case.quantities}
    return axis(
        "quantity",
        ids,
        "id of the quantity",
        name=("name of the quantity", (names.get(name, name) for name in ids)),
        unit=("unit of the quantity", (units.get(name) for name in ids)),
    )


def _periods(case: Case) -> dict[str, Variable]:
    names = (*case.phase_names, "maintenance")
    numbers = np.arange(1, len(names) + 1)
    return {
        "phase": Variable(("phase",), numbers, "k from 1; the last is maintenance", "1"),
        "phase_name": Variable(("phase",), texts(names), "name of the phase"),
    }
