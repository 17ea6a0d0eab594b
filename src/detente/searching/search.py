"""Find the plans of a case that do best."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np

from detente.case.domain import Case, Plan
from detente.case.fields import AS_WRITTEN
from detente.case.load import load_case, load_views
from detente.case.views import ViewSource
from detente.draws.draw import whole
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.structure import Structure
from detente.searching.choosing import Choice, offered, reference_points
from detente.searching.evolve import PATIENCE, Evolution, Pool
from detente.searching.figures import Figure, Gauge, Limit, parse_figure, parse_limit
from detente.searching.fresh import FreshFigures, worst
from detente.searching.proving import Bounds, provable, prove
from detente.searching.race import BATCH, Race
from detente.searching.relaxing import Objective
from detente.searching.results import (
    Asked,
    Course,
    Ending,
    Found,
    Reckoned,
    Reference,
    Role,
    SearchResult,
)
from detente.searching.saved import Snapshot, resumed, snapshot, write
from detente.searching.space import PlanSpace
from detente.verdict.blocks import PROCESSORS
from detente.verdict.run import provenance, run

#: Draws in which plans are compared, unless others are asked for, and the first rungs.
SEARCH_DRAWS = 1024
RUNGS = (64, 256)
#: Seconds between two writes of where the search stands.
SAVING = 3.0


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a search stands."""

    generation: int  #: rounds of new plans so far
    judged: int  #: plans so far, on the first rung
    frontier: int  #: plans on the frontier
    best: Mapping[str, float]  #: best figure by objective, on the draws of the search
    idle: int  #: generations since the last progress
    patience: int  #: with so many the search comes to rest


Watch = Callable[[Sight], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched for, as it was asked and as it is understood."""

    cases: tuple[Case, ...]  #: under each view
    objectives: tuple[Figure, ...]
    limits: tuple[Limit, ...]
    fix: Mapping[str, int | None]
    forbid: tuple[str, ...]
    phases: int
    seed: int
    draws: int
    search_draws: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that decides how the search goes."""
        content = [
            provenance(self.cases[0], self.draws, self.seed).version,
            [case.hash for case in self.cases],
            [figure.text for figure in self.objectives],
            [[x.figure.text, x.amount.hex(), x.least] for x in self.limits],
            sorted(self.fix.items()),
            sorted(self.forbid),
            [self.phases, self.seed, self.draws, self.search_draws],
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def asked(self) -> Asked:
        """What was asked for."""
        return Asked(
            objectives=tuple(figure.text for figure in self.objectives),
            higher=tuple(figure.higher for figure in self.objectives),
            least={x.figure.text: x.amount for x in self.limits if x.least},
            most={x.figure.text: x.amount for x in self.limits if not x.least},
            fix=dict(self.fix),
            forbid=self.forbid,
            phases=self.phases,
        )


def search(
    case: Case | str | os.PathLike[str],
    *,
    objectives: Sequence[str] | None = None,
    least: Mapping[str, float] | None = None,
    most: Mapping[str, float] | None = None,
    fix: Mapping[str, int | None] | None = None,
    forbid: Sequence[str] = (),
    phases: int | None = None,
    views: Sequence[ViewSource] = (),
    draws: int = 10_000,
    seed: int = 0,
    search_draws: int = SEARCH_DRAWS,
    seconds: float | None = None,
    proof_seconds: float | None = None,
    workers: int | None = None,
    state: str | os.PathLike[str] | None = None,
    watch: Watch | None = None,
) -> SearchResult:
    """Find the plans of *case* that do best, and judge them on draws the search has not seen.

    Plans are compared on draws that follow the first *draws* of the sequence; what is returned of
    them comes from those first draws, so :func:`~detente.run` with the same arguments gives the
    same figures.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        objectives: Figures to make good, such as ``hold``, a quantity, ``exposure`` or
            ``surplus``; ``hold`` and the main outcome of the case by default (where it says which
            way is better).
        least: Figures with what they must be at least.
        most: Figures with what they must be at most.
        fix: Measures that every plan holds, with the phase or None.
        forbid: Measures that no plan holds.
        phases: Use phases up to this one only.
        views: Search under these views at once: a plan is worth what it is in the view that is
            worst for it. Needs the place of the case, not a loaded one.
        draws: Fresh draws in which the plans found are judged.
        seed: Which sequence of draws, and of choices in the search.
        search_draws: Draws in which plans are compared.
        seconds: Stop after so many; without, the search goes on until it comes to rest, and the
            same arguments give the same plans.
        proof_seconds: Then try for some so many seconds (more in large cases, where the first bound
            takes longer) to bound the first objective over all plans, and
            return what is proved as :attr:`SearchResult.bounds`; limits are left out of account.
        workers: Threads, at most one for each processor. The plans do not depend on it.
        state: File in which the search keeps where it stands; where it is there already, the
            search goes on from it.
        watch: Called after each generation.

    Returns:
        The plans, the best of the first objective first, with verdicts on them and on the
        proposals of the case.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For an argument that makes no sense, or conditions that no plan meets.
        OutputError: Where *state* cannot be written.
    """
    cases = _cases(case, views)
    request = Request(
        cases=cases,
        objectives=_objectives(cases[0], objectives),
        limits=_limits(cases[0], least or {}, most or {}),
        fix=dict(fix or {}),
        forbid=tuple(forbid),
        phases=cases[0].phases if phases is None else whole("phases", phases, 1),
        seed=whole("seed", seed, 0),
        draws=whole("draws", draws, 2),
        search_draws=whole("search_draws", search_draws, 2),
    )
    threads = min(whole("workers", workers or PROCESSORS, 1), PROCESSORS)
    for number in (seconds, proof_seconds):
        if number is not None and not number > 0:
            raise RequestError(f"seconds must be more than 0, not {number}")
    objective = None if proof_seconds is None else provable(request.objectives, request.cases)
    space = _space(request)
    rungs = (*(rung for rung in RUNGS if rung < request.search_draws), request.search_draws)
    race = Race(
        request.cases,
        request.objectives,
        request.limits,
        seed=request.seed,
        first=request.draws,
        rungs=rungs,
        workers=threads,
    )
    with closing(race):
        evolution, ending = _evolved(request, space, race, seconds, state, watch)
    found = _result(request, evolution, ending, threads)
    if objective is None or proof_seconds is None:
        return found
    return replace(found, bounds=_proved(request, space, found, objective, proof_seconds, threads))


def _proved(
    request: Request,
    space: PlanSpace,
    found: SearchResult,
    objective: Objective,
    seconds: float,
    workers: int,
) -> Bounds | None:
    """Bound the objective; interrupted, what was found before stays."""
    vectors = [space.structure.vector(plan.plan) for plan in found.plans]
    try:
        return prove(
            space,
            objective,
            np.array(vectors),
            seed=request.seed,
            first=request.draws,
            draws=request.search_draws,
            seconds=seconds,
            workers=workers,
        )
    except KeyboardInterrupt:
        return None


def _cases(case: Case | str | os.PathLike[str], views: Sequence[ViewSource]) -> tuple[Case, ...]:
    if not views:
        return (case if isinstance(case, Case) else load_case(case),)
    if isinstance(case, Case):
        raise RequestError("to search under views, name the case by its file or its name")
    cases = load_views(case, views)
    if len({_rules(found) for found in cases}) > 1:
        raise RequestError(
            "a search needs views with the same measures, phases, conditions and better: what a"
            " plan may hold must be the same under all"
        )
    return tuple(cases)


def _rules(case: Case) -> tuple[object, ...]:
    """Return what says which plans there are, and which way is better."""
    measures = [(m.id, m.in_phases, m.requires, m.excludes) for m in case.measures]
    better = [(quantity.id, quantity.better) for quantity in case.quantities]
    return case.phases, case.must_choose, tuple(measures), tuple(better)


def _objectives(case: Case, asked: Sequence[str] | None) -> tuple[Figure, ...]:
    if asked is None:
        directed = {quantity.id for quantity in case.quantities if quantity.better}
        main = case.main_outcome
        asked = ["hold", main] if main is not None and main in directed else ["hold"]
    if not asked:
        raise RequestError("name an objective, such as hold")
    return tuple(parse_figure(case, text) for text in dict.fromkeys(asked))


def _limits(case: Case, least: Mapping[str, float], most: Mapping[str, float]) -> tuple[Limit, ...]:
    return (
        *(parse_limit(case, f"{name}={amount!r}", least=True) for name, amount in least.items()),
        *(parse_limit(case, f"{name}={amount!r}", least=False) for name, amount in most.items()),
    )


def _space(request: Request) -> PlanSpace:
    """Return the plans among which to search."""
    structure = Structure.of(request.cases[0])
    return PlanSpace.of(structure, fix=request.fix, forbid=request.forbid, phases=request.phases)


def _evolved(
    request: Request,
    space: PlanSpace,
    race: Race,
    seconds: float | None,
    state: str | os.PathLike[str] | None,
    watch: Watch | None,
) -> tuple[Evolution, Ending]:
    """Search until it comes to rest, time is up or someone interrupts."""
    path, begun = None if state is None else Path(state), monotonic()
    found = None if path is None else resumed(path, request.fingerprint, space, race)
    if found is None:
        structure = space.structure
        proposals = [structure.vector(p.plan) for p in structure.case.proposals]
        known = np.array(proposals, dtype=np.int8).reshape(len(proposals), structure.measures)
        found = Evolution.begin(space, race, request.seed, known)
    if not len(found.best.choices):
        raise RequestError("no plan meets these conditions: fix, forbid or require less")
    saver = _Saver(path, request.fingerprint)
    ending: Ending = "listed" if found.lists_all else "at_rest"
    try:
        saver.after(found)
        while not found.at_rest:
            if seconds is not None and monotonic() - begun >= seconds:
                ending = "time"
                break
            found.step()
            saver.after(found)
            if watch is not None:
                watch(_sight(request, found))
    finally:
        saver.flush()
    return found, ending


class _Saver:
    """Writes where a search stands, not too often."""

    def __init__(self, path: Path | None, fingerprint: str) -> None:
        self.path, self.fingerprint = path, fingerprint
        self.latest: Snapshot | None = None
        self.written = monotonic()

    def after(self, search: Evolution) -> None:
        """Take note of *search* between two generations."""
        if self.path is not None:
            self.latest = snapshot(search, self.fingerprint)
            if monotonic() - self.written > SAVING:
                self.flush()

    def flush(self) -> None:
        """Write what was last noted."""
        if self.path is not None and self.latest is not None:
            write(self.latest, self.path)
            self.latest, self.written = None, monotonic()


def _sight(request: Request, search: Evolution) -> Sight:
    pool = search.best
    front = pool.frontier
    best = pool.full.losses[front].min(axis=0).tolist()
    return Sight(
        generation=search.generation,
        judged=search.race.judged[0],
        frontier=len(front),
        best={
            figure.text: -loss if figure.higher else loss
            for figure, loss in zip(request.objectives, best, strict=True)
        },
        idle=search.idle,
        patience=PATIENCE,
    )


# --- what is returned --------------------------------------------------------------------


def _result(request: Request, search: Evolution, ending: Ending, workers: int) -> SearchResult:
    pool = search.best
    choices = offered(pool)
    if not choices:
        raise RequestError("no plan was found that keeps all bounds: loosen them, or search longer")
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
    signs = surplus.ballots.asked(plans).signs.any(axis=0)
    points = reference_points(np.concatenate(found)[:, signs])
    return {name: int(rows[row]) for name, row in points.items()}


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
