"""The smallest changes of a plan that make it do better, judged on draws that chose none of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from detente.case.domain import Case, Plan
from detente.case.load import find_plan, load_case
from detente.draws.draw import whole
from detente.errors import RequestError
from detente.model.judgement import Floats
from detente.model.structure import Structure
from detente.searching.edits import Edit, Surroundings
from detente.searching.figures import Figure, parse_figure
from detente.searching.fresh import FreshFigures
from detente.searching.race import Race, Standing
from detente.searching.request import SEARCH_DRAWS, rungs_to
from detente.searching.results import Reckoned
from detente.searching.space import Choices
from detente.verdict.blocks import PROCESSORS

#: Plans that go on being changed, of those with one change fewer.
BEAM = 48
#: Plans judged on the second and the last rung, and shown, for each number of changes.
PASSING = (160, 40)
SHOWN = 4
#: More changes than this take too long.
MOST_CHANGES = 4
#: With this chance some change is told that does not help.
MISSED = 0.05

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Mend:
    """Some changes of a plan that make it do better, judged on fresh draws."""

    edits: tuple[Edit, ...]  #: what is changed
    plan: Plan  #: the plan that results
    after: Reckoned  #: the figure with the changes
    gain: float  #: by how much it is better
    error: float  #: standard error of that, draw by draw


@dataclass(frozen=True, slots=True)
class RepairResult:
    """What small changes of a plan do to one figure."""

    case: Case  #: of which it is a plan
    plan: Plan  #: the plan as it is
    figure: str  #: what is to get better
    higher: bool  #: more of it is better
    before: Reckoned  #: the figure of the plan as it is
    mends: tuple[Mend, ...]  #: fewest changes first, then the best
    tried: tuple[int, ...]  #: plans judged, by number of changes
    draws: int  #: fresh draws in which the changes found were judged
    seed: int  #: which sequence of draws


def repair(
    case: Case | str | os.PathLike[str],
    plan: Plan | str | os.PathLike[str],
    *,
    changes: int = 2,
    objective: str = "hold",
    draws: int = 10_000,
    seed: int = 0,
    search_draws: int = SEARCH_DRAWS,
    workers: int | None = None,
    watch: Watch | None = None,
) -> RepairResult:
    """Find the smallest changes of *plan* that better one figure most.

    A change moves a step to another phase, drops it, adds one or puts another level in its place.
    Changes are chosen in draws that follow the fresh ones; of several changes those are told
    that gain more than any part of them.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        plan: A plan, the id of a proposal, text such as ``1:a,b;2:c/half``, or the path of a file.
        changes: How many at most, up to 4. All pairs of the best single changes with any other
            are tried, and so on; so of three or more not all there are.
        objective: The figure, as in :func:`~detente.search`.
        draws: Fresh draws in which the changes found are judged.
        seed: Which sequence of draws.
        search_draws: Draws in which changes are chosen.
        workers: Threads; nothing depends on it.
        watch: Called with (changes looked at, of how many).

    Returns:
        What the changes found do, fewest first.

    Raises:
        CaseError: For a case file that cannot be used.
        PlanError: For a plan that does not fit the case.
        RequestError: For an argument that makes no sense.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    found = plan if isinstance(plan, Plan) else find_plan(case, plan)
    plan = case.proposal(found).plan if isinstance(found, str) else found
    if whole("changes", changes, 1) > MOST_CHANGES:
        raise RequestError(f"changes can be {MOST_CHANGES} at most, not {changes}")
    structure, figure = Structure.of(case), parse_figure(case, objective)
    if figure.percentile is not None or figure.columns(structure) > 1 or figure.is_count:
        raise RequestError(f"{figure.text} is not a mean over draws of one thing")
    around = Surroundings(structure, structure.vector(plan))
    threads = min(whole("workers", workers or PROCESSORS, 1), PROCESSORS)
    race = Race(
        [case],
        [figure],
        [],
        seed=whole("seed", seed, 0),
        first=whole("draws", draws, 2),
        rungs=rungs_to(whole("search_draws", search_draws, 2)),
        workers=threads,
    )
    with closing(race):
        chosen, tried = _chosen(around, race, changes, watch)
    fresh = FreshFigures(structure, [figure], around.space.vectors(chosen), len(chosen))
    fresh.read(draws, seed, threads)
    return RepairResult(
        case=case,
        plan=plan,
        figure=figure.text,
        higher=figure.higher,
        before=fresh.figure(figure, 0),
        mends=tuple(_mends(around, chosen, fresh, figure)),
        tried=tried,
        draws=draws,
        seed=seed,
    )


def _chosen(
    around: Surroundings, race: Race, changes: int, watch: Watch | None
) -> tuple[Choices, tuple[int, ...]]:
    """Return the plan, then the best with each number of changes; and how many were judged."""
    start, chosen, tried = around.start[None], [around.start[None]], list[int]()
    beam, seen = start, {around.start.tobytes()}
    for number in range(1, changes + 1):
        near = [around.one_change_away(row) for row in beam]
        fresh = [row for row in np.concatenate(near) if not _known(row, seen)]
        tried.append(len(fresh))
        if not fresh:
            break
        plans = np.array(fresh)
        rows, standings = race.run(around.space.vectors(plans), _passing)
        order = np.argsort(standings[-1].losses[:, 0], kind="stable")
        beam = plans[rows[order[:BEAM]]]
        chosen.append(beam[: 4 * SHOWN])
        if watch is not None:
            watch(number, changes)
    return np.concatenate(chosen), tuple(tried)


def _known(row: Choices, seen: set[bytes]) -> bool:
    """Whether *row* is in *seen*, where it is from now on."""
    key = row.tobytes()
    if key in seen:
        return True
    seen.add(key)
    return False


def _passing(rung: int, standing: Standing) -> NDArray[np.intp]:
    most = PASSING[min(rung, len(PASSING) - 1)]
    return np.sort(np.argsort(standing.losses[:, 0], kind="stable")[:most])


def _mends(
    around: Surroundings, chosen: Choices, fresh: FreshFigures, figure: Figure
) -> Iterator[Mend]:
    """Return what betters the plan on fresh draws, and more than any part of it does.

    Their order, and so which are told of many, is that of the draws in which they were chosen.
    """
    z = float(-ndtri(MISSED / max(len(chosen) - 1, 1)))
    found = list[tuple[frozenset[Edit], Mend, Floats]]()
    for row in range(1, len(chosen)):
        gains, edits = fresh.gains(figure, row, 0), around.edits(chosen[row])
        parts = [part for known, _, part in found if known < frozenset(edits)]
        if all(_sure(gains - part, z) for part in [np.zeros_like(gains), *parts]):
            gain, error = _mean_error(gains)
            after, plan = fresh.figure(figure, row), around.space.plan(chosen[row])
            found.append((frozenset(edits), Mend(edits, plan, after, gain, error), gains))
    return _first([mend for _, mend, _ in found])


def _sure(gains: Floats, z: float) -> bool:
    """Whether the mean of *gains* is above 0 beyond doubt."""
    gain, error = _mean_error(gains)
    return gain > max(z * error, 0.0)


def _mean_error(values: Floats) -> tuple[float, float]:
    """Return the mean of *values*, float64[draw], and its standard error."""
    return float(values.mean()), float(values.std(ddof=1)) / sqrt(len(values))


def _first(mends: Sequence[Mend]) -> Iterator[Mend]:
    """Yield the first with each number of changes, one for each set of things done to measures."""
    ranked = sorted(mends, key=lambda mend: len(mend.edits))
    for _, group in groupby(ranked, key=lambda mend: len(mend.edits)):
        alike = dict[frozenset[tuple[str, str]], Mend]()
        for mend in group:
            done = frozenset((edit.kind, edit.measures[0]) for edit in mend.edits)
            alike.setdefault(done, mend)
        yield from list(alike.values())[:SHOWN]
