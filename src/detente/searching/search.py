"""Find the plans of a case that do best."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from time import monotonic

import numpy as np

from detente.case.arguments import as_mapping, as_path
from detente.case.domain import Case
from detente.case.views import ViewSource
from detente.draws.draw import whole
from detente.errors import OutputError, RequestError
from detente.searching.bounding import Watch as WatchProof
from detente.searching.evolve import PATIENCE, Evolution
from detente.searching.gathering import gathered
from detente.searching.proving import provable, prove
from detente.searching.race import Race
from detente.searching.relaxing import check_room
from detente.searching.request import (
    SEARCH_DRAWS,
    Request,
    cases_of,
    limits_of,
    names_of,
    objectives_of,
    rungs_to,
)
from detente.searching.results import Ending, SearchResult
from detente.searching.saved import Snapshot, resumed, snapshot, write
from detente.searching.space import PlanSpace
from detente.verdict.blocks import PROCESSORS

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
    resume: bool = True,
    watch: Watch | None = None,
    watch_proof: WatchProof | None = None,
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
        state: File in which the search keeps where it stands.
        resume: Go on from *state* where that is there already; else it is replaced as soon as there
            is something to keep.
        watch: Called after each generation.
        watch_proof: Called now and then with where the proof stands.

    Returns:
        The plans, the best of the first objective first, with verdicts on them and on the
        proposals of the case.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For an argument that makes no sense, or conditions that no plan meets.
        OutputError: Where *state* cannot be written.
    """
    cases = cases_of(case, views)
    request = Request(
        cases=cases,
        objectives=objectives_of(cases[0], objectives),
        limits=limits_of(cases[0], least or {}, most or {}),
        fix=as_mapping("fix", fix or {}),
        forbid=names_of("forbid", forbid),
        phases=cases[0].phases if phases is None else whole("phases", phases, 1),
        seed=whole("seed", seed, 0),
        draws=whole("draws", draws, 2),
        search_draws=whole("search_draws", search_draws, 2),
    )
    threads = min(whole("workers", workers or PROCESSORS, 1), PROCESSORS)
    for number in (seconds, proof_seconds):
        if number is not None and not _is_time(number):
            raise RequestError(f"seconds must be more than 0, not {number!r}")
    objective = None if proof_seconds is None else provable(request.objectives, request.cases)
    space = request.space()
    if objective is not None:
        check_room(space, request.search_draws)
    race = Race(
        request.cases,
        request.objectives,
        request.limits,
        seed=request.seed,
        first=request.draws,
        rungs=rungs_to(request.search_draws),
        workers=threads,
    )
    path = None if state is None else Path(as_path("state", state, "a path"))
    with closing(race):
        evolution, ending = _evolved(
            request, space, race, seconds, path, resume=resume, watch=watch
        )
    found = gathered(request, evolution, ending, threads)
    if objective is None or proof_seconds is None:
        return found
    with suppress(KeyboardInterrupt):  # what was found stays
        bounds = prove(
            space,
            objective,
            np.array([space.structure.vector(plan.plan) for plan in found.plans]),
            seed=request.seed,
            first=request.draws,
            draws=request.search_draws,
            seconds=proof_seconds,
            workers=threads,
            watch=watch_proof,
        )
        return replace(found, bounds=bounds)
    return found


def _is_time(number: object) -> bool:
    return isinstance(number, (int, float, np.number)) and bool(number > 0)


def _evolved(
    request: Request,
    space: PlanSpace,
    race: Race,
    seconds: float | None,
    path: Path | None,
    *,
    resume: bool,
    watch: Watch | None,
) -> tuple[Evolution, Ending]:
    """Search until it comes to rest, time is up or someone interrupts."""
    begun, found = monotonic(), None
    if path is not None and resume:
        found = resumed(path, request.fingerprint, space, race)
    if found is None:
        structure = space.structure
        proposals = [structure.vector(p.plan) for p in structure.case.proposals]
        known = np.array(proposals, dtype=np.int8).reshape(len(proposals), structure.measures)
        found = Evolution.begin(space, race, request.seed, known)
    if not len(found.left) and not len(found.best.choices):
        raise RequestError("no plan meets these conditions: fix, forbid or require less")
    saver = _Saver(path, request.fingerprint)
    ending: Ending = "listed" if found.lists_all else "at_rest"
    try:
        saver.after(found)
        while not found.at_rest:
            some = len(found.best.choices) > 0
            if seconds is not None and some and monotonic() - begun >= seconds:
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
        self.written = -inf
        self.began = False

    def after(self, search: Evolution) -> None:
        """Take note of *search* between two generations."""
        if self.path is not None:
            self.latest = snapshot(search, self.fingerprint)
            if monotonic() - self.written > SAVING:
                self.flush()

    def flush(self) -> None:
        """Write what was last noted.

        The first time it must be possible. Later an earlier state stays where it is not, and the
        search goes on: what it finds is worth more.
        """
        if self.path is not None and self.latest is not None:
            with suppress(*((OutputError,) if self.began else ())):
                write(self.latest, self.path)
            self.latest, self.written, self.began = None, monotonic(), True


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
