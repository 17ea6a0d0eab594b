"""No plan is ever worth more than the bound: held against all plans of thousands of small cases."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.model.structure import Structure
from detente.search.bounding import EQUAL, Proof, bound
from detente.search.relaxing import Objective
from detente.search.space import NONE, PlanSpace
from detente.testing import make_case, random_case

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
    if len(interactions) and len(ids) > 2 and rng.random() < 0.5:
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
    ranges = [
        range(least, count) for least, count in zip(space.least, space.counts, strict=True)
    ]
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
        known = rng.random(signs.shape[1]) < 0.5
        boxes = box[None].copy()
        fits = inside(proof, box, rows) & (signs | ~known).all(axis=1)
        proof.best = -np.inf
        fine = proof.conditions.narrow(boxes)
        if not fits.any():
            continue
        assert fine[0]
        assert (inside(proof, boxes[0], rows) | ~fits).all()
        proof.conditions.time(boxes)
        active = proof._active(type_of_boxes(boxes, known))
        total, child = (x / proof.draws.count for x in proof.table.bounds(boxes, active))
        assert total[0] >= values[fits].max() - 1e-12
        for e in np.flatnonzero(boxes[0, : entries.of_issues]):
            has = fits & (rows[:, entries.slot[e]] == entries.choice[e])
            assert child[0, e] >= values[has].max(initial=0.0) - 1e-12
            assert child[0, e] <= total[0] + 1e-9


def type_of_boxes(boxes: NDArray[np.bool_], known: NDArray[np.bool_]) -> object:
    from detente.search.bounding import _Boxes

    return _Boxes(boxes, known[None], np.ones(1))


@pytest.mark.parametrize("objective", ["hold", "accept", "keep"])
@pytest.mark.parametrize("block", range(4))
def test_no_plan_exceeds_the_bound(block: int, objective: Objective) -> None:
    for seed in range(10 * block, 10 * block + 10):
        check_case(seed, objective)
