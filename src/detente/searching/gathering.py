"""What a search offers, judged on draws that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from detente.case.domain import Plan
from detente.case.fields import AS_WRITTEN
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.ballots import Ballots
from detente.model.judgement import Bools
from detente.model.structure import ABSENT, Structure
from detente.searching.choosing import Choice, offered, reference_points
from detente.searching.evolve import Evolution, Pool
from detente.searching.figures import Figure, Gauge
from detente.searching.fresh import FreshFigures, worst
from detente.searching.race import BATCH
from detente.searching.request import Request
from detente.searching.results import (
    Course,
    Ending,
    Found,
    Reckoned,
    Reference,
    Role,
    SearchResult,
)
from detente.searching.space import PlanSpace
from detente.verdict.run import run

#: Where no plan keeps all bounds: what that is worth, and what to do, by how the search ended.
NONE_KEEPS: dict[Ending, str] = {
    "listed": ", though all plans were looked at: loosen them",
    "at_rest": " before the search came to rest: loosen them",
    "time": " before time was up: search longer, or loosen them",
}


def gathered(request: Request, search: Evolution, ending: Ending, workers: int) -> SearchResult:
    """Return the plans that *search* offers, with figures from the first draws of the sequence.

    Raises:
        RequestError: Where no plan keeps all bounds.
    """
    pool = search.best
    choices = offered(pool)
    if not choices:
        raise RequestError(f"no plan was found that keeps all bounds{NONE_KEEPS[ending]}")
    points = _points(request, search.space, pool, workers)
    shown = {choice.row for choice in choices}
    choices += [Choice(row) for row in dict.fromkeys(points.values()) if row not in shown]
    plans = [search.space.plan(pool.choices[choice.row]) for choice in choices]
    known = [proposal.id for proposal in request.cases[0].proposals]
    judged = {
        case.view.id if case.view else AS_WRITTEN: run(
            case,
            draws=request.draws,
            seed=request.seed,
            proposals=[*plans, *known],
            workers=workers,
        )
        for case in request.cases
    }
    ids = [verdict.proposal for verdict in next(iter(judged.values()))][: len(plans)]
    names = {choice.row: name for choice, name in zip(choices, ids, strict=True)}
    sides = _fresh(request, [*plans, *(p.plan for p in request.cases[0].proposals)], workers)
    found = tuple(
        Found(
            id=ids[i],
            plan=plans[i],
            role="reference" if choice.row not in shown else _role(choice),
            near=None if choice.near is None else names[choice.near],
            references=tuple(point for point, row in points.items() if row == choice.row),
            figures=_figures(request, sides, i),
            surplus=sides[0].surplus(i),
        )
        for i, choice in enumerate(choices)
    )
    proposals = {
        name: _figures(request, sides, i) for i, name in enumerate(known, start=len(plans))
    }
    course = _course(request, search, ending)
    return SearchResult(request.cases[0], request.asked, found, judged, proposals, course)


def _role(choice: Choice) -> Role:
    return "frontier" if choice.near is None else "alternative"


def _course(request: Request, search: Evolution, ending: Ending) -> Course:
    return Course(
        draws=request.search_draws,
        rungs=search.race.rungs,
        judged=tuple(search.race.judged),
        generations=search.generation,
        ending=ending,
        magnitude=search.space.magnitude,
    )


def _points(request: Request, space: PlanSpace, pool: Pool, workers: int) -> dict[Reference, int]:
    """Return the plans of the pool at the reference points, of those that keep all bounds."""
    case = request.cases[0]
    rows = np.flatnonzero(pool.full.missed == 0.0)
    plans = space.vectors(pool.choices[rows])
    surplus = Gauge(Structure.of(case), [Figure("surplus")])
    draws = Sampler(case).sample(request.seed, request.draws, request.search_draws)
    size = max(BATCH // request.search_draws, 1)
    batches = [plans[at : at + size] for at in range(0, len(plans), size)]
    with ThreadPoolExecutor(workers, thread_name_prefix="detente") as threads:
        found = list(threads.map(lambda batch: surplus.means(draws, batch), batches))
    points = reference_points(np.concatenate(found)[:, _bargainers(surplus.ballots, space)])
    return {name: int(rows[row]) for name, row in points.items()}


def _bargainers(ballots: Ballots, space: PlanSpace) -> Bools:
    """Return the parties that sign a plan of *space*, by the steps that plans may hold: bool[party]."""
    options = [option for issue in space.issues for option in issue.options]
    single = np.full((len(options), space.structure.measures), ABSENT, dtype=np.int8)
    for row, (measure, phase) in enumerate(options):
        single[row, measure] = phase
    return np.asarray(ballots.asked(single).signs.any(axis=0))


def _fresh(request: Request, plans: Sequence[Plan], workers: int) -> list[FreshFigures]:
    """Read the figures of *plans* on fresh draws under each view."""
    figures = [*request.objectives, *(limit.figure for limit in request.limits)]
    found = []
    for case in request.cases:
        structure = Structure.of(case)
        vectors = np.array([structure.vector(plan) for plan in plans])
        each = sum(figure.columns(structure) for figure in figures)
        comparisons = len(plans) * each * len(request.cases)
        side = FreshFigures(structure, figures, vectors, comparisons)
        side.read(request.draws, request.seed, workers)
        found.append(side)
    return found


def _figures(request: Request, sides: Sequence[FreshFigures], row: int) -> dict[str, Reckoned]:
    """Return the figures of one plan, each in the view that is worst for it."""
    figures = dict[str, Reckoned]()
    wanted = [(figure, figure.higher) for figure in request.objectives]
    wanted += [(limit.figure, limit.least) for limit in request.limits]
    for figure, least in wanted:
        found = [side.figure(figure, row) for side in sides]
        figures.setdefault(figure.text, worst(found, least=least))
    return figures
