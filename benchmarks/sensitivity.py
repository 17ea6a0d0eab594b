"""How long a sensitivity analysis takes, against the same one as a user would write it.

The analysis of one way of grouping, by party: Sobol indices, first and total, of the inputs behind
each party's numbers. Written plainly it is a design of SALib, or experiments of the EMA Workbench,
with one call of the Python API for each sample. Beside them stands a better script, which hands
all samples to the program at once; it runs on one thread, as scripts do, and ours on all processors. SALib and the Workbench are no part of this project: where
they are not installed their lines are left out. Seconds are of what was run; samples a second
are what can be compared. Then the parts of a whole analysis, growth with draws, and peak memory.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

import detente
from benchmarks._machine import describe
from detente import load_case
from detente.case.domain import Case, Plan
from detente.draws.sampler import Sampler
from detente.influence.groups import grouping
from detente.influence.panel import Panel, figure_by_draw
from detente.influence.sweep import Sweeper
from detente.model.judgement import Floats
from detente.verdict.blocks import PROCESSORS

#: Samples judged one by one, and at once; draws of the whole analysis.
ONE_BY_ONE, AT_ONCE = 512, 16_384
GROWTH = (1_000, 10_000, 50_000)


def hold_of(case: Case, plan: Plan, sampler: Sampler, u: Floats) -> Floats:
    """Return whether the plan holds at *u*, float64[input, sample], by the Python API."""
    return detente.judge(case, plan, sampler.draws(u)).hold


def by_salib(case: Case, plan: Plan, samples: int, *, one_by_one: bool) -> float | None:
    """Return samples a second of a Sobol analysis by SALib; None where it is missing."""
    try:
        from SALib.analyze.sobol import analyze  # noqa: PLC0415 (a peer)
        from SALib.sample.sobol import sample  # noqa: PLC0415
    except ImportError:
        return None
    sampler = Sampler(case)
    panel = Panel(case, [plan], figure_by_draw(case, "hold"))
    parties = grouping(panel.unknowns, panel.moves_first, "party")
    used = np.flatnonzero(parties.of_input >= 0)
    groups = [parties.names[g] for g in parties.of_input[used]]
    problem = {
        "num_vars": len(used),
        "names": [sampler.inputs[i] for i in used],
        "bounds": [[1e-9, 1.0 - 1e-9]] * len(used),
        "groups": groups,
    }
    base = 2 ** int(np.log2(samples / (len(set(groups)) + 2)))
    start = time.perf_counter()
    design = sample(problem, base, calc_second_order=False)
    u = np.full((len(sampler.inputs), len(design)), 0.5)
    u[used] = design.T
    if one_by_one:
        y = np.array([hold_of(case, plan, sampler, u[:, [i]])[0] for i in range(u.shape[1])])
    else:
        y = hold_of(case, plan, sampler, u)
    analyze(problem, y, calc_second_order=False)
    return len(design) / (time.perf_counter() - start)


def by_workbench(case: Case, plan: Plan, samples: int) -> float | None:
    """Return samples a second of experiments of the EMA Workbench; None where it is missing."""
    try:
        from ema_workbench import (  # noqa: PLC0415 (a peer)
            Model,
            RealParameter,
            ScalarOutcome,
            perform_experiments,
        )
    except ImportError:
        return None
    sampler = Sampler(case)
    names = [f"x{i}" for i in range(len(sampler.inputs))]

    def judged(**x: float) -> dict[str, float]:
        u = np.array([[x[name]] for name in names])
        return {"hold": float(hold_of(case, plan, sampler, u)[0])}

    model = Model("detente", function=judged)
    model.uncertainties = [RealParameter(name, 1e-9, 1.0 - 1e-9) for name in names]
    model.outcomes = [ScalarOutcome("hold")]
    start = time.perf_counter()
    perform_experiments(model, scenarios=samples)
    return samples / (time.perf_counter() - start)


def by_sweep(case: Case, plan: Plan, draws: int) -> float:
    """Return samples a second of our own pass: Sobol and Shapley in all five ways."""
    start = time.perf_counter()
    panel = Panel(case, [plan], figure_by_draw(case, "hold"))
    sweeper = Sweeper(panel, 0, draws // 2)
    sweeper.swept(PROCESSORS, None)
    each = sum(len(g.names) + g.count - 1 for g in sweeper.groupings.values()) + 2
    return each * (draws // 2) / (time.perf_counter() - start)


def compare(name: str, case: Case, plan: Plan) -> None:
    """Print samples a second of each way, and how many times as many ours takes."""
    own = by_sweep(case, plan, AT_ONCE)
    ways: dict[str, Callable[[], float | None]] = {
        "SALib, one call a sample": lambda: by_salib(case, plan, ONE_BY_ONE, one_by_one=True),
        "SALib, all samples at once": lambda: by_salib(case, plan, AT_ONCE, one_by_one=False),
        "EMA Workbench, one call a sample": lambda: by_workbench(case, plan, ONE_BY_ONE),
    }
    print(f"\n{name:34s} samples/s    ours is")
    print(f"{'detente, all ways at once':34s} {own:9.0f}")
    for way, run in ways.items():
        rate = run()
        if rate is not None:
            print(f"{way:34s} {rate:9.1f} {own / rate:7.1f} times")


def grow(name: str, proposal: str) -> None:
    """Print seconds and peak memory of whole analyses, each in a process of its own."""
    print(f"\n{name}: whole analysis       seconds   peak MB")
    for draws in GROWTH:
        seconds, memory = _alone(name, proposal, draws)
        print(f"{draws:9d} draws {seconds:17.1f} {memory:9.0f}")


def _alone(name: str, proposal: str, draws: int) -> tuple[float, float]:
    code = f"from benchmarks.sensitivity import whole; whole({name!r}, {proposal!r}, {draws})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, memory = map(float, done.stdout.split())
    return seconds, memory


def whole(name: str, proposal: str, draws: int) -> None:
    """Run one whole analysis; print its seconds and the peak memory of this process in MB."""
    case = load_case(name)
    start = time.perf_counter()
    detente.sensitivity(case, proposal, draws=draws)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - start, used)


def main() -> None:
    """Print all figures."""
    print(describe())
    for name, proposal in (("river", "step_by_step"), ("korea-2019", "vox_draft_deal")):
        case = load_case(name)
        compare(name, case, case.proposal(proposal).plan)
    grow("korea-2019", "vox_draft_deal")


if __name__ == "__main__":
    main()
