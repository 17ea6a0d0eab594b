"""By how much plans are expected to change quantities, fast: many plans on a block of draws.

The numbers are those of :func:`detente.model.outcomes.expected_changes`, through the native kernel
and only for quantities asked for; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Quantity
from detente.draws.sampler import Draws
from detente.model import _kernel
from detente.model.judgement import Bools, Floats
from detente.model.kernel import checked, ragged
from detente.model.outcomes import periods_to_horizon, steps_in_period, years_to_edges
from detente.model.structure import Ints, PlanVector, Structure

#: Row in draws of a quantity that only effects name: it has no numbers of its own there.
UNLISTED = -1
#: Position of what a quantity grows by that grows by nothing.
NOTHING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Some quantities and all that these need, each behind what it needs itself."""

    structure: Structure
    names: tuple[str, ...]  #: those asked for
    count: int  #: number of them and of those that they need
    followed: int  #: how many, the first, are followed over time, because others grow by them
    rows: tuple[Ints, Ints, Ints]  #: in draws: of quantities (or UNLISTED), summands, effects
    arrays: tuple[NDArray[np.generic], ...]  #: the Quantities of kernel.h

    @classmethod
    def of(cls, structure: Structure, names: Sequence[str]) -> Needs:
        """Return what is needed to tell by how much plans change the quantities *names*."""
        case = structure.case
        listed = {quantity.id: quantity for quantity in case.quantities}
        grows = {q.id: q.grows_by for q in case.quantities if q.grows_by is not None}
        rates = [grows[name] for name in _in_order(listed, names) if name in grows]
        followed = _in_order(listed, rates)
        order = {name: i for i, name in enumerate(_in_order(listed, [*followed, *names]))}
        part_offset, summands = _by_owner(order, [owner.id for owner, _, _ in case.summands])
        effect_offset, effects = _by_owner(order, [effect.quantity for _, effect in case.effects])
        measures = [case.effects[row][0] for row in effects]
        row_of = {name: row for row, name in enumerate(listed)}
        return cls(
            structure=structure,
            names=tuple(names),
            count=len(order),
            followed=len(followed),
            rows=(_ints(row_of.get(name, UNLISTED) for name in order), summands, effects),
            arrays=(
                _ints(order[grows[name]] if name in grows else NOTHING for name in order),
                part_offset,
                _ints(order[case.summands[row][1]] for row in summands),
                effect_offset,
                _ints(case.measure_index[measure.id] for measure in measures),
                np.array([m.undo_years is None for m in measures], dtype=np.uint8),
                _ints(order[name] for name in names),
                years_to_edges(case),
            ),
        )

    def numbers(self, draws: Draws) -> tuple[Floats, ...]:
        """Return what the kernel reads of *draws*."""
        quantities, summands, effects = self.rows
        return (
            _listed(draws.quantity_start, quantities, 0.0),
            _listed(draws.trend, quantities, 0.0),
            _listed(draws.floor, quantities, -np.inf),
            draws.summand_weight[summands],
            draws.change[effects],
            draws.false_alarm,
        )


def changes_of(
    needs: Needs, draws: Draws, plans: PlanVector, accepted: Bools, stand: Floats
) -> dict[str, Floats]:
    """Return by how much each of *plans* is expected to change what *needs* asks for.

    Args:
        plans: int8[plan, measure].
        accepted: bool[plan, draw].
        stand: Chance to stand in period k = 1 .. K+1, where accepted: float64[plan, k, draw].

    Returns:
        float64[plan, draw] by name: the change at the horizon; 0 where the plan is not accepted.
    """
    structure, vectors = needs.structure, checked(plans, needs.structure)
    _, summands, effects = needs.rows
    change = np.zeros((len(needs.names), len(vectors), draws.count))
    sizes = (
        draws.count,
        len(vectors),
        structure.measures,
        structure.phases,
        periods_to_horizon(structure.case),
        steps_in_period(structure.case),
        needs.count,
        needs.followed,
        len(needs.names),
        len(summands),
        len(effects),
    )
    looked = (vectors, accepted, stand, change)
    _kernel.change(sizes, (*needs.arrays, *needs.numbers(draws), *looked))
    return dict(zip(needs.names, change, strict=True))


def _in_order(listed: Mapping[str, Quantity], names: Iterable[str]) -> list[str]:
    """Return *names* and all that they need, each behind what it needs and else in their order."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        if name in listed and name not in found:
            quantity = listed[name]
            for need in (quantity.grows_by, *(part for part, _ in quantity.sum_of)):
                if need is not None:
                    add(need)
        found.setdefault(name)

    for name in names:
        add(name)
    return list(found)


def _by_owner(order: Mapping[str, int], owners: Sequence[str]) -> tuple[Ints, Ints]:
    """Return rows by the quantities that own them: where those of each begin, and all in a row."""
    rows = [list[int]() for _ in order]
    for row, owner in enumerate(owners):
        if owner in order:
            rows[order[owner]].append(row)
    return ragged(rows)


def _listed(numbers: Floats, rows: Ints, otherwise: float) -> Floats:
    """Return some rows of *numbers*, float64[row, draw]; for UNLISTED *otherwise*."""
    unlisted = np.full((1, numbers.shape[1]), otherwise)
    return np.asarray(np.concatenate([numbers, unlisted])[rows])


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int32)
