"""No plan is ever worth more than the bound: held against all plans of thousands of small cases."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from detente.case.domain import Case
from detente.case.load import load_case
from detente.draws.sampler import Draws, Sampler
from detente.errors import RequestError
from detente.model.structure import Structure
from detente.searching.bounding import EQUAL, Proof, Stage, _Boxes, bound
from detente.searching.relaxing import Objective, Relaxation, check_room
from detente.searching.sampling import true_bound
from detente.searching.space import PlanSpace
from detente.testing import random_case

DRAWS = 21


def small_case(seed: int) -> Case:
    """A random case with few enough plans to judge them all, and some conditions."""
    case = random_case(seed, coarse=seed % 3 == 0)
    rng = np.random.default_rng(seed)
    most = 6 if case.phases == 1 else 5 if case.phases == 2 else 4 if case.phases == 3 else 3
    ids = [m.id for m in case.measures][:most]
    measures = []
    for measure in case.measures[:most]:
        others = [name for name in ids if name != measure.id]
        requires = ((str(rng.choice(others)),),) if others and rng.random() < 0.2 else ()
        excludes = ((str(rng.choice(others)),),) if others and rng.random() < 0.1 else ()
        phases = (0,) if rng.random() < 0.1 else measure.in_phases
        watched = {k: v for k, v in measure.raises_detection.items() if k in ids}
        measures.append(
            replace(
                measure,
                requires=requires,
                excludes=excludes,
                in_phases=phases,
                raises_detection=watched,
            )
        )
    keep = set(ids)

    def known(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(group for group in groups if set(group) <= keep)

    interactions = tuple(
        replace(i, all_of=known(i.all_of), unless=known(i.unless))
        for i in case.interactions
        if known(i.all_of)
    )
    if interactions and len(ids) > 2 and rng.random() < 0.5:
        first = replace(interactions[0], all_of=((ids[0], ids[1]), (ids[2],)), unless=())
        interactions = (first, *interactions[1:])
    scalings = tuple(
        replace(
            s,
            measures=tuple(m for m in s.measures if m in keep),
            when_after=known(s.when_after),
        )
        for s in case.scalings
        if known(s.when_after)
    )
    constituencies = tuple(
        replace(
            c,
            red_lines=tuple(
                replace(line, never=known(line.never), unless=known(line.unless))
                for line in c.red_lines
                if known(line.never)
            ),
        )
        for c in case.constituencies
    )
    return replace(
        case,
        measures=tuple(measures),
        interactions=interactions,
        scalings=scalings,
        constituencies=constituencies,
        proposals=(),
    )


def all_choices(space: PlanSpace) -> NDArray[np.int16]:
    ranges = [range(least, count) for least, count in zip(space.least, space.counts, strict=True)]
    rows = np.array(list(product(*ranges)), dtype=np.int16).reshape(-1, len(space.issues))
    return rows[space.allows(rows)]


def brute(proof: Proof, rows: NDArray[np.int16]) -> NDArray[np.float64]:
    return proof.values(proof.space.vectors(rows)) if len(rows) else np.zeros(0)


def inside(proof: Proof, box: NDArray[np.bool_], rows: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which plans lie in a box."""
    entries, fine = proof.entries, np.ones(len(rows), dtype=np.bool_)
    for issue in range(entries.issues):
        a, b = entries.offset[issue : issue + 2]
        allowed = entries.choice[a:b][box[a:b]]
        fine &= np.isin(rows[:, issue], allowed)
    return fine


def check_case(seed: int, objective: Objective) -> float:
    """Check bounds of one case, return the gap at the root."""
    case = small_case(seed)
    space = PlanSpace.of(Structure.of(case))
    draws = Sampler(case).sample(seed, 0, DRAWS)
    proof = Proof(space, draws, objective)
    rows = all_choices(space)
    values = brute(proof, rows)
    best = float(values.max(initial=0.0))
    rng = np.random.default_rng(seed)
    signs = (space.vectors(rows)[:, None] > 0) & (
        space.structure.by == np.arange(space.structure.parties)[:, None]
    )
    check_boxes(proof, rows, values, np.asarray(signs.any(axis=2)), rng)
    first = bound(space, draws, objective=objective, nodes=1)
    assert first.upper >= best - 1e-12, seed
    found = bound(space, draws, objective=objective)
    assert found.proved, seed
    assert abs(found.best - best) < 1e-12, (seed, found.best, best)
    assert best - 1e-12 <= found.upper <= best + EQUAL, seed
    return first.upper - best


def check_boxes(
    proof: Proof,
    rows: NDArray[np.int16],
    values: NDArray[np.float64],
    signs: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    """Every random box and each of its children is bounded by the best of its plans."""
    entries = proof.entries
    for share in (1.0, 0.8, 0.6, 0.4):
        box = rng.random(len(entries.item)) < share
        for slot in range(len(entries.offset) - 1):
            a, b = entries.offset[slot : slot + 2]
            if not box[a:b].any():
                box[rng.integers(a, b)] = True
        known = np.asarray(rng.random(signs.shape[1]) < 0.5)
        boxes = box[None].copy()
        fits = inside(proof, box, rows) & (signs | ~known).all(axis=1)
        proof.best = -np.inf
        fine = proof.conditions.narrow(boxes)
        if not fits.any():
            continue
        assert fine[0]
        assert (inside(proof, boxes[0], rows) | ~fits).all()
        proof.conditions.time(boxes)
        active = proof._active(_Boxes(boxes, known[None], np.ones(1)))
        total, child = (x / proof.draws.count for x in proof.table.bounds(boxes, active))
        assert total[0] >= values[fits].max() - 1e-12
        for e in np.flatnonzero(boxes[0, : entries.of_issues]):
            has = fits & (rows[:, entries.slot[e]] == entries.choice[e])
            assert child[0, e] >= values[has].max(initial=0.0) - 1e-12
            assert child[0, e] <= total[0] + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_the_conditions_alone_allow_a_plan_what_it_has_and_no_more_than_the_bound(
    seed: int,
) -> None:
    case = small_case(seed)
    space = PlanSpace.of(Structure.of(case))
    proof = Proof(space, Sampler(case).sample(seed, 0, DRAWS))
    plans = space.vectors(all_choices(space))
    plans = plans[(plans > 0).any(axis=1)]
    alone = proof.conditions_of(plans)
    assert (alone >= proof.values(plans) - 1e-12).all()
    assert alone.max(initial=0.0) <= proof.upper + 1e-12


def test_a_proof_that_would_not_fit_is_refused_before_anything_is_done() -> None:
    space = PlanSpace.of(Structure.of(load_case("korea-2019")))
    check_room(space, 1024)
    with pytest.raises(RequestError, match=r"look at \d+ draws or fewer"):
        check_room(space, 100_000)


@pytest.mark.parametrize("objective", ["hold", "accept", "keep"])
@pytest.mark.parametrize("block", range(2))
def test_no_plan_exceeds_the_bound(block: int, objective: Objective) -> None:
    for seed in range(8 * block, 8 * block + 8):
        check_case(seed, objective)


@pytest.mark.parametrize("objective", get_args(Objective))
def test_nor_where_courses_are_bounded_together(
    objective: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Relaxation, "detailed", False)
    for seed in range(50, 58):
        check_case(seed, objective)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_no_plan_exceeds_the_bound_in_thousands_of_cases(block: int) -> None:
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        for objective in get_args(Objective):
            check_case(seed, objective)


@pytest.fixture(scope="module")
def proof_of_river(river: Case) -> tuple[PlanSpace, Draws]:
    return PlanSpace.of(Structure.of(river)), Sampler(river).sample(0, 0, 100)


def test_the_best_plan_of_a_built_in_case_is_proved(
    proof_of_river: tuple[PlanSpace, Draws],
) -> None:
    space, draws = proof_of_river
    rows = all_choices(space)
    values = Proof.judge(space, draws, "hold", space.vectors(rows)).mean(axis=1)
    found = bound(space, draws, workers=2)
    assert found.proved
    assert found.best == pytest.approx(values.max(), abs=1e-12)
    assert found.gap <= EQUAL
    assert found.plan is not None


def test_bounds_fall_with_more_boxes_and_depend_on_nothing_else(
    proof_of_river: tuple[PlanSpace, Draws],
) -> None:
    space, draws = proof_of_river
    uppers = [bound(space, draws, nodes=n, workers=1 + n % 2).upper for n in (1, 50, 200, 800)]
    assert uppers == sorted(uppers, reverse=True)
    first, second = (bound(space, draws, nodes=200, workers=w) for w in (1, 2))
    assert replace(first, seconds=0.0) == replace(second, seconds=0.0)


def test_interrupting_keeps_the_bound(proof_of_river: tuple[PlanSpace, Draws]) -> None:
    space, draws = proof_of_river
    seen = []

    def stop(stage: Stage) -> None:
        seen.append(stage)
        if len(seen) == 4:
            raise KeyboardInterrupt

    found = bound(space, draws, watch=stop)
    assert found.interrupted
    assert not found.proved
    assert found.upper == seen[-1].upper
    assert bound(space, draws).best <= found.upper


def test_interrupting_within_a_step_keeps_the_bound(
    proof_of_river: tuple[PlanSpace, Draws], monkeypatch: pytest.MonkeyPatch
) -> None:
    space, draws = proof_of_river
    proof = Proof(space, draws)
    for _ in range(5):
        proof.step()
    before = proof.upper

    def fail(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(proof, "_bounded", fail)
    with pytest.raises(KeyboardInterrupt):
        proof.step()
    assert proof.upper == before
    assert not proof.done


def test_no_time_still_gives_a_bound(proof_of_river: tuple[PlanSpace, Draws]) -> None:
    space, draws = proof_of_river
    found = bound(space, draws, seconds=0.0)
    assert 0.0 <= found.best <= found.upper <= 1.0


def test_conditions_of_whoever_asks_hold(river: Case) -> None:
    structure = Structure.of(river)
    draws = Sampler(river).sample(0, 0, 50)
    name = river.measures[0].id
    fixed = PlanSpace.of(structure, fix={name: 2})
    rows = all_choices(fixed)
    values = Proof.judge(fixed, draws, "hold", fixed.vectors(rows)).mean(axis=1)
    found = bound(fixed, draws)
    assert found.best == pytest.approx(values.max(), abs=1e-12)
    assert found.plan is None or found.plan[0] == 2


def test_a_space_without_any_plan_is_bounded_by_nothing(river: Case) -> None:
    space = PlanSpace.of(Structure.of(river), forbid=[m.id for m in river.measures])
    found = bound(space, Sampler(river).sample(0, 0, 20))
    assert (found.best, found.upper, found.plan, found.proved) == (0.0, 0.0, None, True)


def test_other_objectives_are_refused(proof_of_river: tuple[PlanSpace, Draws]) -> None:
    space, draws = proof_of_river
    with pytest.raises(RequestError, match="hold, accept or keep"):
        bound(space, draws, objective="exposure")  # type: ignore[arg-type]


def test_the_true_bound_is_above_the_candidate(river: Case) -> None:
    space = PlanSpace.of(Structure.of(river))
    plan = np.array(bound(space, Sampler(river).sample(1, 0, 50)).plan, dtype=np.int8)
    found = true_bound(space, plan, draws=40, fresh=500)
    assert len(found.samples) == 10
    assert found.proved
    assert found.lower <= found.value <= found.upper
    assert found.mean <= found.upper
    assert found.gap == found.upper - found.lower
    uppers = [sample.upper for sample in found.samples]
    spread = np.std(uppers, ddof=1) / np.sqrt(10)
    assert found.upper == pytest.approx(np.mean(uppers) + 2.262157163 * spread)


def test_a_true_bound_needs_ten_samples_and_a_plan_of_the_space(river: Case) -> None:
    space = PlanSpace.of(Structure.of(river))
    nothing = np.full(len(river.measures), -1, dtype=np.int8)
    with pytest.raises(RequestError, match="10 samples"):
        true_bound(space, nothing, samples=9)
    with pytest.raises(RequestError, match="conditions"):
        true_bound(space, nothing)
