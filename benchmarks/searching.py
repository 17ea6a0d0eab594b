"""How fast a search looks at plans, how good what it finds is, and how both grow.

Three comparisons in one run: plans a second against judging whole batches on all draws; the
volume that frontiers cover at equal time, against random plans and against NSGA-II as pymoo has
it, both on the same fast judge (pymoo is not part of this project: where it is not installed that
column stays empty); and growth with measures, phases and draws.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from benchmarks._cases import bargain
from benchmarks._machine import describe, seconds
from detente import load_case
from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.model.ballots import Plans
from detente.model.kernel import judge
from detente.model.outcomes import expected_changes
from detente.model.structure import Structure
from detente.model.survival import standing
from detente.searching.evolve import Evolution
from detente.searching.figures import parse_figure
from detente.searching.race import Race, Standing
from detente.searching.space import NONE, Choices, PlanSpace

DRAWS = 1024
RUNGS = (64, 256, DRAWS)
WORKERS = 2
BUDGET = 20.0
SIZES = ((16, 3), (24, 3), (24, 4), (32, 4), (40, 4), (48, 4), (56, 5), (64, 5), (72, 6), (80, 6))
Floats = NDArray[np.float64]


def race_of(case: Case, rungs: tuple[int, ...] = RUNGS) -> Race:
    """Return a race over hold and the main outcome of *case*."""
    figures = [parse_figure(case, "hold"), parse_figure(case, case.main_outcome or "phases")]
    return Race([case], figures, [], seed=0, first=10_000, rungs=rungs, workers=WORKERS)


def begun(case: Case, rungs: tuple[int, ...] = RUNGS) -> Evolution:
    """Return a search of *case* that has looked at its first plans."""
    space = PlanSpace.of(Structure.of(case))
    vectors = [space.structure.vector(proposal.plan) for proposal in case.proposals]
    known = np.array(vectors, dtype=np.int8).reshape(len(vectors), space.structure.measures)
    search = Evolution.begin(space, race_of(case, rungs), 0, known)
    while len(search.left):
        search.step()
    return search


def everything(_: int, standing: Standing) -> NDArray[np.intp]:
    """Let all plans stay in the race."""
    return np.arange(len(standing.missed))


def throughput(name: str, case: Case) -> None:
    """Print plans a second: of the search, of sifting alone, of judging whole batches."""
    search = begun(case)
    start, before = time.perf_counter(), search.race.judged[0]
    while time.perf_counter() - start < BUDGET / 2 and not search.at_rest:
        search.step()
    searching = (search.race.judged[0] - before) / (time.perf_counter() - start)
    plans = search.space.vectors(search.best.choices[:64])
    sifting = len(plans) / seconds(lambda: search.race.run(plans, everything), repeats=3)
    structure, draws = search.space.structure, Sampler(case).sample(0, 10_000, DRAWS)
    tables = search.race.sides[0].gauge.tables

    def whole(part: Plans) -> None:
        for plan, judgement in zip(part, judge(tables, draws, list(part)), strict=True):
            stand = standing(judgement.cooperative.hazard, draws.false_alarm)
            expected_changes(structure.case, draws, plan, stand)

    def plainly() -> None:
        with ThreadPoolExecutor(WORKERS) as threads:  # as many as the search has
            list(threads.map(whole, np.array_split(plans, WORKERS)))

    batch = len(plans) / seconds(plainly, repeats=3)
    print(f"{name:28s} {searching:9.0f} {sifting:9.0f} {batch:9.0f} {searching / batch:8.1f}")


def volume(losses: Floats, worst: Floats, best: Floats) -> float:
    """Return the share of the box between *worst* and *best* that plans with *losses* cover."""
    spread = np.where(best < worst, worst - best, 1.0)
    points = np.clip((worst - losses) / spread, 0.0, 1.0)
    order = points[np.argsort(-points[:, 0])]
    heights = np.maximum.accumulate(order[:, 1])
    widths = order[:, 0] - np.append(order[1:, 0], 0.0)
    return float((widths * heights).sum())


def by_search(case: Case, budget: float) -> Floats:
    """Return the losses of the frontier that the search finds in *budget* seconds."""
    start, search = time.perf_counter(), begun(case)
    while time.perf_counter() - start < budget and not search.at_rest:
        search.step()
    return search.best.full.losses[search.best.frontier]


def at_random(case: Case, budget: float) -> Floats:
    """Return the losses of random plans judged in *budget* seconds, on all draws at once."""
    space, race = PlanSpace.of(Structure.of(case)), race_of(case, (DRAWS,))
    rng, start, found = np.random.default_rng(0), time.perf_counter(), list[Floats]()
    while time.perf_counter() - start < budget:
        plans = space.nothing(256)
        for _ in range(int(rng.integers(1, 12))):
            plans = space.varied(plans, rng)
        vectors = space.vectors(space.mended(plans, rng))
        found.append(race.run(vectors, everything)[1][-1].losses)
    return np.concatenate(found)


def by_pymoo(case: Case, budget: float) -> Floats | None:
    """Return the losses of the last population of pymoo's NSGA-II; None where it is missing."""
    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2  # noqa: PLC0415 (a peer)
        from pymoo.core.mutation import Mutation  # noqa: PLC0415
        from pymoo.core.problem import Problem  # noqa: PLC0415
        from pymoo.operators.crossover.ux import UniformCrossover  # noqa: PLC0415
        from pymoo.optimize import minimize  # noqa: PLC0415
    except ImportError:
        return None
    space, race = PlanSpace.of(Structure.of(case)), race_of(case, (DRAWS,))
    rng = np.random.default_rng(0)

    class Plans(Problem):  # type: ignore[misc]
        def __init__(self) -> None:
            upper = space.counts - 1
            super().__init__(n_var=len(upper), n_obj=2, xl=NONE, xu=upper, vtype=int)

        def _evaluate(self, x: Choices, out: dict[str, Floats]) -> None:
            choices = np.rint(x).astype(np.int16)
            losses = np.zeros((len(x), 2))
            for row, line in enumerate(choices):
                mended = space.mended(line[None], rng)
                if len(mended):
                    choices[row] = mended[0]
            allowed = space.allows(choices)
            plans = space.vectors(choices[allowed])
            losses[allowed] = race.run(plans, everything)[1][-1].losses
            out["F"] = losses

    class Another(Mutation):  # type: ignore[misc]
        """Put another option, or none, in the place of one or two; pymoo's own wants named choices."""

        def _do(self, _: object, x: Choices, **__: object) -> Choices:
            changed = rng.random(x.shape) < 1.5 / len(space.counts)
            return np.where(changed, rng.integers(NONE, space.counts, x.shape), x)

    # Sparse at first, as for everyone: most plans of many measures are refused.
    first = rng.integers(0, space.counts, (100, len(space.counts)))
    first[rng.random(first.shape) < 0.8] = NONE
    known = [space.structure.vector(proposal.plan) for proposal in case.proposals]
    first[: len(known)] = space.choices(
        np.array(known, dtype=np.int8).reshape(len(known), space.structure.measures)
    )
    algorithm = NSGA2(
        pop_size=100,
        sampling=first,
        crossover=UniformCrossover(),
        mutation=Another(),
        eliminate_duplicates=True,
    )
    found = minimize(Plans(), algorithm, ("time", f"00:00:{budget:02.0f}"), seed=1, verbose=False)
    return np.atleast_2d(found.F)


def quality(name: str, case: Case) -> None:
    """Print what share of the best box each way covers in the same time."""
    ways: tuple[Callable[[Case, float], Floats | None], ...] = (by_search, at_random, by_pymoo)
    found = [way(case, BUDGET) for way in ways]
    known = np.concatenate([losses for losses in found if losses is not None])
    best, worst = known.min(axis=0), np.zeros(2)
    shares = ["" if losses is None else f"{volume(losses, worst, best):.3f}" for losses in found]
    print(f"{name:28s} " + " ".join(f"{share:>9s}" for share in shares))


def main() -> None:
    """Print all figures."""
    print(describe())
    korea = load_case("korea-2019")
    print(f"\n{f'plans a second, {DRAWS} draws':28s}    search   sifting     batch    ratio")
    throughput("korea-2019", korea)
    for measures, phases in SIZES[1::3]:
        throughput(f"{measures} measures × {phases} phases", bargain(measures, phases))
    print(f"\n{f'share covered in {BUDGET:.0f} s':28s}    search    random   NSGA-II")
    quality("korea-2019", korea)
    for measures, phases in SIZES:
        quality(f"{measures} measures × {phases} phases", bargain(measures, phases))
    print(f"\n{'seconds a generation':28s}")
    for draws in (256, 1024, 4096):
        search = begun(korea, (64, draws))
        print(f"korea-2019, {draws:5d} draws      {seconds(search.step, repeats=5):9.2f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
