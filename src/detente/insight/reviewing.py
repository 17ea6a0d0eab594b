"""What in the judgements of a case should be looked at: hints, and parties' numbers exchanged.

The exchange tests neutrality. Nothing in a discount rate or a chance of detection says whose it
is; where it matters much that one party has the one and another the other, a reader will ask why.
That results move is no fault: steps do differ in how well they can be seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf
from statistics import fmean
from typing import Any, TypeAlias, TypeVar

from detente.case.domain import Case, Constituency, Measure
from detente.case.judgement_lint import Hint, found_hints
from detente.case.lint_sides import KINDS, Kind
from detente.case.load import CheckReport, check_case, load_case
from detente.case.numbers import Number, central
from detente.case.views import ViewSource
from detente.draws.draw import whole
from detente.insight.comparing import compared
from detente.insight.paired import Contrast
from detente.verdict.run import Progress

__all__ = ["Review", "Swap", "exchanged", "review"]

Item = TypeVar("Item")
Taker = TypeVar("Taker", Measure, Constituency)
#: One constituency, or the levels of one step, by their number.
_Ranked: TypeAlias = Sequence[Measure | Constituency]


@dataclass(frozen=True, slots=True)
class Swap:
    """Numbers of one kind exchanged between two parties, and how hold moves by that."""

    kind: str  #: discount, reservation, collapse, detection or undo_years
    parties: tuple[str, str]  #: whose numbers were exchanged
    hold: Mapping[str, Contrast]  #: by proposal: as the case has it, and with the exchange


@dataclass(frozen=True, slots=True)
class Review:
    """What checking a case found, and what in its judgements should be looked at."""

    report: CheckReport  #: problems, warnings and counts, as :func:`detente.check` has them
    hints: tuple[Hint, ...]  #: what should be looked at, in file order
    swaps: tuple[Swap, ...]  #: of kinds and parties whose numbers differ
    draws: int  #: in how many draws exchanges were judged
    seed: int  #: in which sequence of draws


def review(
    source: str | os.PathLike[str],
    *,
    views: Sequence[ViewSource] = (),
    draws: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Review:
    """Check the case at *source*, and look at its judgements: what ``--deep`` adds to a check.

    Args:
        source: A path, or the name of a built-in case.
        views: Views that the check looks at as well as those that the case names; hints and
            exchanges are of the case as written.
        draws: In how many draws exchanges are judged, from 1 on.
        seed: Which sequence of draws, from 0 on.
        progress: Called with (exchanges judged, exchanges to judge), in the calling thread.

    Returns:
        The report of the check, hints, and how hold moves when parties exchange numbers; the last
        two are empty where the case cannot be used.

    Raises:
        RequestError: Where *source* is neither a file nor a built-in case or has no such view, for
            fewer than one draw or a negative seed.
    """
    draws, seed = whole("draws", draws, 1), whole("seed", seed, 0)
    report = check_case(source, views=views)
    if not report.ok:
        return Review(report, (), (), draws, seed)
    case = load_case(source)
    asked = list(_differing(case))
    swaps = []
    for done, (kind, one, other) in enumerate(asked, start=1):
        swaps.append(_swap(case, kind, (one, other), draws, seed))
        if progress is not None:
            progress(done, len(asked))
    return Review(report, found_hints(source), tuple(swaps), draws, seed)


def _swap(case: Case, kind: Kind, parties: tuple[str, str], draws: int, seed: int) -> Swap:
    pairs = [(proposal, proposal) for proposal in case.proposals]
    found = compared((case, exchanged(case, kind, *parties)), pairs, draws, seed, None)
    return Swap(kind.name, parties, {one.first.id: one.hold for one in found})


def _differing(case: Case) -> Iterator[tuple[Kind, str, str]]:
    """Yield kinds and pairs of parties with steps in a proposal whose numbers are not the same."""
    steps = {name for proposal in case.proposals for name in proposal.plan.measures}
    doers = {measure.by for measure in case.measures if measure.id in steps}
    parties = [party.id for party in case.parties if party.id in doers]
    for kind in KINDS:
        for one, other in combinations(parties, 2):
            own, others = _ranked(case, kind, one), _ranked(case, kind, other)
            if own and others and exchanged(case, kind, one, other) != case:
                yield kind, one, other


def exchanged(case: Case, kind: Kind, one: str, other: str) -> Case:
    """Return *case* with the numbers of one kind exchanged between two parties.

    By rank: the least of one party takes the place of the least of the other, and so on; where one
    party has more, ranks are matched by their share. The levels of a step are one in this, ranked
    by their mean, and among themselves take those of the other step by rank. A number keeps the
    random numbers of its place. What can never be undone ranks last; a step that comes to be undone
    for want of that can be so unannounced if the one that its number is of can.
    """
    own, others = _ranked(case, kind, one), _ranked(case, kind, other)
    given = _matched(own, others) | _matched(others, own)
    if kind.of_steps:
        steps = tuple(_given(step, given.get(step.id), kind) for step in case.measures)
        return replace(case, measures=steps)
    people = tuple(_given(person, given.get(person.id), kind) for person in case.constituencies)
    return replace(case, constituencies=people)


def _ranked(case: Case, kind: Kind, party: str) -> list[_Ranked]:
    """Return the steps (their levels together) or constituencies of *party*, by their number."""
    alike: dict[str, list[Measure | Constituency]] = {}
    if kind.of_steps:
        for step in case.measures:
            if step.by == party:
                alike.setdefault(step.base, []).append(step)
    else:
        alike = {person.id: [person] for person in case.constituencies if person.party == party}
    ranked = [sorted(items, key=lambda item: _rank(item, kind)) for items in alike.values()]
    return sorted(ranked, key=lambda items: fmean(_rank(item, kind) for item in items))


def _number(item: Measure | Constituency, kind: Kind) -> Number | None:
    number: Number | None = getattr(item, kind.name)
    return number


def _rank(item: Measure | Constituency, kind: Kind) -> float:
    number = _number(item, kind)
    return inf if number is None else central(number.distribution)


def _matched(
    takers: Sequence[_Ranked], givers: Sequence[_Ranked]
) -> dict[str, Measure | Constituency]:
    """Return by taker who gives its number: by rank, and among levels by rank again."""
    return {
        taker.id: giver
        for levels, others in _by_share(takers, givers)
        for taker, giver in _by_share(levels, others)
    }


def _by_share(takers: Sequence[Item], givers: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Yield each taker with the giver of its rank, as a share of how many there are."""
    for i, taker in enumerate(takers):
        if givers:
            yield taker, givers[int((i + 0.5) * len(givers) / len(takers))]


def _given(item: Taker, giver: Measure | Constituency | None, kind: Kind) -> Taker:
    """Return *item* with the number of *giver*, drawn by the random numbers of its own place."""
    if giver is None:
        return item
    own, other = _number(item, kind), _number(giver, kind)
    if own is not None and other is not None:
        number: Number | None = replace(own, distribution=other.distribution)
    elif other is None:
        number = None
    else:
        number = replace(other, path=_place(item, kind))
    changes: dict[str, Any] = {kind.name: number}
    if isinstance(giver, Measure) and (own is None) != (number is None):
        changes["secret_undo"] = giver.secret_undo  # there was nothing to undo in one of the two
    return replace(item, **changes)


def _place(item: Measure | Constituency, kind: Kind) -> str:
    """Return the path of a number that a step has not got, beside one that it has."""
    beside = item.detection.path if isinstance(item, Measure) else item.discount.path
    return f"{beside.rpartition('.')[0]}.{kind.name}"
