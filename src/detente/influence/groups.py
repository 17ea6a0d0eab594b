"""The unknowns of a case in groups: whose, of which measure, of what kind, on what they rest.

Unknowns are grouped in five ways (:data:`WAYS`); each is a partition. The inputs behind the
unknowns (:mod:`detente.draws.unknowns`) are grouped likewise: the own input of an unknown goes
with it, what worths to one constituency share goes with the constituency, what worths of one
measure share goes with the measure, and where that is no group of the way, into
:data:`SHARED`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case, Group, Interaction, Measure
from detente.case.numbers import Number
from detente.draws.unknowns import NONE, Unknowns, crossing

Way = Literal["party", "constituency", "measure", "kind", "basis"]
WAYS: tuple[Way, ...] = get_args(Way)

#: Inputs that several groups of a way share.
SHARED = "(shared)"


@dataclass(frozen=True, slots=True)
class Traits:
    """What can be said of one unknown; None where it belongs to none."""

    kind: str
    basis: str | None = None
    party: str | None = None
    constituency: str | None = None
    measure: str | None = None  #: id without level, or that of an interaction

    def group(self, way: Way) -> str:
        """Return the group that the unknown belongs to."""
        found: str | None = getattr(self, way)
        return f"(no {way})" if found is None else found


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The unknowns at play, and the inputs behind them, grouped in one way."""

    way: Way
    names: tuple[str, ...]  #: of the groups of unknowns, then SHARED where inputs are shared
    of_unknown: NDArray[np.intp]  #: int[unknown]: its group; NONE where it is not at play
    of_input: NDArray[np.intp]  #: int[input]: its group; NONE where nothing at play hangs on it

    @property
    def count(self) -> int:
        """How many groups of unknowns there are: SHARED is none."""
        return len(self.names) - (SHARED in self.names)


def grouping(unknowns: Unknowns, at_play: NDArray[np.bool_], way: Way) -> Grouping:
    """Group the unknowns that are *at_play*, bool[unknown], in one way.

    Groups come in the order in which the case names them.
    """
    known = traits(unknowns.case)
    rows = np.flatnonzero(at_play)
    belongs = {row: known[unknowns.names[row]].group(way) for row in rows.tolist()}
    names = [*dict.fromkeys(belongs.values())]
    of_unknown = np.full(len(unknowns.names), NONE)
    for row, name in belongs.items():
        of_unknown[row] = names.index(name)
    of_input = np.full(len(unknowns.inputs), NONE)
    own, constituency, measure = unknowns.parts[:, rows]
    of_input[own] = of_unknown[rows]
    for part, follows in ((constituency, way in _WHOSE), (measure, way in _WHAT)):
        for row, at in zip(rows.tolist(), part.tolist(), strict=True):
            if at != NONE:
                of_input[at] = of_unknown[row] if follows else len(names)
    shared = [SHARED] if (of_input == len(names)).any() else []
    return Grouping(way, (*names, *shared), of_unknown, of_input)


#: Ways in which all worths to a constituency, or of a measure, are in one group.
_WHOSE: tuple[Way, ...] = ("party", "constituency", "kind")
_WHAT: tuple[Way, ...] = ("measure", "kind")


def at_play(
    unknowns: Unknowns, plans: Sequence[Sequence[str]], *, counts: bool
) -> NDArray[np.bool_]:
    """Tell which unknowns any of *plans* can hang on: bool[unknown].

    Left out is what belongs to measures that no plan holds. Nothing follows from it in the
    draws: a plan fares the same whatever they are.

    Args:
        plans: ids of the measures of each plan.
        counts: Quantities are looked at, so what moves them counts.
    """
    held = {name for plan in plans for name in plan}
    names = set(_at_play(unknowns.case, held, counts=counts))
    return np.array([name in names for name in unknowns.names], dtype=np.bool_)


def _at_play(case: Case, held: set[str], *, counts: bool) -> Iterator[str]:
    yield from _paths(case.margin, case.false_alarm)
    for c in case.constituencies:
        yield from _paths(c.discount, c.reservation, c.collapse)
    for _, line in case.red_lines:
        if any(_serves(group, held) for group in line.never):
            yield from (line.chance.path, crossing(line.path))
    for party in case.parties:
        yield from _paths(*(decider.start for decider in party.deciders))
        yield from _paths(*(passing.per_year for passing in party.turnover))
    for item in case.items:
        if _holds(item, held):
            yield from _paths(item.upfront, *item.worth.values())
    for measure in case.measures:
        if measure.id in held:
            yield from _of_measure(measure, held, counts=counts)
    yield from (s.factor.path for s in case.scalings if held.intersection(s.measures))
    yield from _of_quantities(case) if counts else ()


def _of_measure(measure: Measure, held: set[str], *, counts: bool) -> Iterator[str]:
    yield measure.detection.path
    if measure.undo_years is not None:
        yield measure.undo_years.path
    yield from (gain.path for seen, gain in measure.raises_detection.items() if seen in held)
    if counts:
        yield from (effect.change.path for effect in measure.effects)


def _of_quantities(case: Case) -> Iterator[str]:
    for quantity in case.quantities:
        yield from _paths(quantity.start, quantity.trend)
        yield from _paths(*([] if quantity.floor is None else [quantity.floor]))
        yield from (weight.path for _, weight in quantity.sum_of)


def _paths(*numbers: Number) -> Iterator[str]:
    yield from (number.path for number in numbers)


def _serves(group: Group, held: set[str]) -> bool:
    return not held.isdisjoint(group)


def _holds(item: Measure | Interaction, held: set[str]) -> bool:
    if isinstance(item, Measure):
        return item.id in held
    return all(_serves(group, held) for group in item.all_of)


def traits(case: Case) -> Mapping[str, Traits]:
    """Say of each number of *case*, by path, what it is; and of what tells whether a line is drawn."""
    found = dict[str, Traits]()
    for number, known in _traits(case):
        found.setdefault(number.path, _with_basis(known, number))
    for _, line in case.red_lines:
        found[crossing(line.path)] = found[line.chance.path]
    return found


def _with_basis(known: Traits, number: Number) -> Traits:
    return Traits(known.kind, number.basis, known.party, known.constituency, known.measure)


def _traits(case: Case) -> Iterator[tuple[Number, Traits]]:
    yield case.margin, Traits("margin")
    yield case.false_alarm, Traits("false_alarm")
    yield from _minds(case)
    parties = {c.id: c.party for c in case.constituencies}
    for item in case.items:
        base = item.base if isinstance(item, Measure) else item.id
        yield item.upfront, Traits("upfront", measure=base)
        for who, number in item.worth.items():
            yield number, Traits("worth", None, parties[who], who, base)
    for measure in case.measures:
        yield from _facts(measure)
    for scaling in case.scalings:
        yield scaling.factor, Traits("factor", measure=_only(case, [scaling.measures]))
    for quantity in case.quantities:
        floors = [] if quantity.floor is None else [quantity.floor]
        weights = [weight for _, weight in quantity.sum_of]
        for number in (quantity.start, quantity.trend, *floors, *weights):
            yield number, Traits("quantity")


def _minds(case: Case) -> Iterator[tuple[Number, Traits]]:
    for c in case.constituencies:
        whose = {"party": c.party, "constituency": c.id}
        yield c.discount, Traits("discount", **whose)
        yield c.reservation, Traits("reservation", **whose)
        yield c.collapse, Traits("collapse", **whose)
        for line in c.red_lines:
            yield line.chance, Traits("red_line", measure=_only(case, line.never), **whose)
    for party in case.parties:
        for decider in party.deciders:
            yield decider.start, Traits("control", None, party.id, decider.constituency)
        for passing in party.turnover:
            yield passing.per_year, Traits("turnover", party=party.id)


def _facts(measure: Measure) -> Iterator[tuple[Number, Traits]]:
    yield measure.detection, Traits("detection", measure=measure.base)
    for gain in measure.raises_detection.values():
        yield gain, Traits("verification", measure=measure.base)
    for effect in measure.effects:
        yield effect.change, Traits("effect", measure=measure.base)
    if measure.undo_years is not None:
        yield measure.undo_years, Traits("undoing", measure=measure.base)


def _only(case: Case, groups: Sequence[Group]) -> str | None:
    """Return the one measure, its levels aside, that *groups* name; None where they name more."""
    bases = {
        case.measures[case.measure_index[name]].base
        for group in groups
        for name in group
        if name in case.measure_index
    }
    return bases.pop() if len(bases) == 1 else None
