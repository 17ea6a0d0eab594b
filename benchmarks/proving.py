"""The gap between the best plan known and the bound on all plans, after so many seconds.

    python benchmarks/proving.py [--seconds 60] [--draws 1000] [--solver]

Each case is searched first; the proof begins with the plan found. "Alone" is what the conditions of
the bound, by themselves, let that plan be worth: the bound of a box that holds it beside others is not
below that. ``--solver`` gives the same
relaxation, written out as one mixed-integer programme, to HiGHS (through SciPy) for the same time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from time import monotonic

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from benchmarks._made import opposing
from detente import load_case
from detente.case.domain import Case
from detente.draws.sampler import Sampler
from detente.model.ballots import Plans
from detente.model.structure import Structure
from detente.searching.bounding import Proof, bound
from detente.searching.evolve import Evolution
from detente.searching.figures import Figure
from detente.searching.race import Race
from detente.searching.relaxing import NOWHERE
from detente.searching.space import PlanSpace

#: Names of made cases: measures, phases, half the width of each worth.
MADE = {
    "8 x 2, spread 2": (8, 2, 2.0),
    "12 x 2, spread 4": (12, 2, 4.0),
    "24 x 3, spread 1": (24, 3, 1.0),
    "24 x 3, spread 4": (24, 3, 4.0),
    "24 x 3, spread 8": (24, 3, 8.0),
}


def cases() -> Iterator[tuple[str, Case]]:
    """Yield every case with its name."""
    yield "korea-2019", load_case("korea-2019")
    for name, (measures, phases, spread) in MADE.items():
        yield name, opposing(measures, phases, 1, spread)


def best_known(case: Case, space: PlanSpace, draws: int, seconds: float) -> Plans:
    """Search for the plan with the largest hold on the draws of the proof."""
    rungs = (*(rung for rung in (64, 256) if rung < draws), draws)
    race = Race([case], [Figure("hold")], [], seed=0, first=0, rungs=rungs, workers=2)
    proposals = [space.structure.vector(p.plan) for p in case.proposals]
    search = Evolution.begin(space, race, 0, np.array(proposals, dtype=np.int8))
    end = monotonic() + seconds
    while not search.at_rest and monotonic() < end:
        search.step()
    race.close()
    return space.vectors(search.pool.choices[:1])


def solver_bound(proof: Proof, seconds: float) -> float:
    """Return the bound of HiGHS on the relaxation: one binary for each entry, draw and regime.

    A row must hold in a regime that is chosen; its big M is the least that it can be. Alternatives
    are merged into one row, which is above each of them.
    """
    entries, level = proof.entries, proof.relaxation.level
    regimes, draws = level.shape
    width, columns = len(entries.item), len(entries.item) + regimes * draws
    one_each = coo_array(
        (np.ones(width), (entries.slot, np.arange(width))), shape=(entries.slot[-1] + 1, columns)
    )
    pick = width + np.arange(regimes * draws)
    one_regime = coo_array(
        (np.ones(len(pick)), (np.tile(np.arange(draws), regimes), pick)), shape=(draws, columns)
    )
    lines, least = [], []
    for coef, constant, regime in merged(proof):
        low = np.minimum.reduceat(coef, entries.offset[:-1], axis=0).sum(axis=0) + constant
        big = np.minimum(low, 0.0)
        switch = coo_array(
            (big, (np.arange(draws), width + regime * draws + np.arange(draws))),
            shape=(draws, columns),
        )
        block = csr_array(coef.T)
        block.resize((draws, columns))
        lines.append(block + csr_array(switch))
        least.append(big - constant)
    found = milp(
        c=-np.concatenate([np.zeros(width), np.maximum(level, 0.0).ravel()]) / draws,
        integrality=np.ones(columns),
        bounds=Bounds(0, np.concatenate([np.ones(width), (level > NOWHERE).ravel()])),
        constraints=[
            LinearConstraint(vstack([one_each, one_regime]), 1, 1),
            LinearConstraint(vstack(lines), np.concatenate(least), np.inf),
        ],
        options={"time_limit": seconds},
    )
    return 1.0 if found.mip_dual_bound is None else -float(found.mip_dual_bound)


def merged(proof: Proof) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Yield coefficients, constant and regime of rows that hold for all plans with two signers."""
    group = []
    for row in proof.relaxation.rows():
        group.append(row)
        if not row.more:
            coef = np.max([r.coef for r in group], axis=0)
            yield coef, np.max([r.constant for r in group], axis=0), row.regime
            group = []


def main() -> None:
    """Print one line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--solver", action="store_true")
    asked = parser.parse_args()
    heads = ("plans", "best", "bound", "gap", "alone", "boxes", "s")
    print(f"{'case':18} " + " ".join(f"{head:>8}" for head in heads))
    for name, case in cases():
        space = PlanSpace.of(Structure.of(case))
        draws = Sampler(case).sample(0, 0, asked.draws)
        known = best_known(case, space, asked.draws, 20.0)
        alone = Proof(space, draws, known=known).conditions_of(known)[0]
        for seconds in (asked.seconds / 6.0, asked.seconds):
            found = bound(space, draws, known=known, seconds=seconds, workers=2)
            print(
                f"{name:18} 10^{space.magnitude:<5.1f} {found.best:8.4f} {found.upper:8.4f} "
                f"{found.gap:8.4f} {alone:8.4f} {found.nodes:8} {found.seconds:8.0f}",
                flush=True,
            )
        if asked.solver and name in MADE:  # two parties, who both sign whatever is worth anything
            upper = solver_bound(Proof(space, draws, known=known), asked.seconds)
            print(f"{name:18} HiGHS {'':10} {upper:7.4f}", flush=True)


if __name__ == "__main__":
    main()
