"""Judge the proposals of a case in many draws."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from detente.case.domain import Case, Plan, Proposal
from detente.case.load import load_case
from detente.case.names import did_you_mean, listed
from detente.case.plans import plan_flaws
from detente.draws.sampler import Sampler
from detente.errors import RequestError
from detente.model.judgement import ROUNDS, TIE
from detente.model.kernel import Tables, judge
from detente.model.structure import PlanVector, Structure
from detente.verdict.results import Provenance, RunResult
from detente.verdict.tally import QUANTILE_DRAWS, Tally, tally
from detente.verdict.verdicts import verdict

#: Draws judged at once by one worker; fixed, so that sums are the same on any machine.
BLOCK = 2048
#: Plans judged at once on a block: bounds memory, not results.
BATCH = 16

Progress = Callable[[int, int], None]


def run(
    case: Case | str | os.PathLike[str],
    *,
    draws: int = 10_000,
    seed: int = 0,
    proposals: Sequence[str | Plan] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Judge *proposals* of *case* (all, by default) in *draws* draws of its uncertain numbers.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        draws: Number of draws, from 1 on. More draws extend the same sequence.
        seed: Which sequence of draws, from 0 on.
        proposals: Ids of proposals, or plans of your own, to judge in this order.
        workers: Threads; None: one for each processor. The numbers do not depend on it.
        progress: Called with (draws done, draws asked for) after each block, in the calling thread.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For an unknown proposal, fewer than one draw or worker, or a negative seed.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    chosen = _chosen(case, proposals)
    for name, number, least in (("draws", draws, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if number is not None and number < least:
            raise RequestError(f"{name} must be {least} or more, not {number}")
    structure = Structure.of(case)
    plans = [structure.vector(proposal.plan) for proposal in chosen]
    sampler = Sampler(case)
    totals: list[Tally] = []
    for done, block in _blocks(structure, sampler, plans, draws, seed, workers):
        if totals:
            for total, part in zip(totals, block, strict=True):
                total.add(part)
        else:
            totals = block
        if progress is not None:
            progress(done, draws)
    certain = not sampler.inputs
    verdicts = tuple(
        verdict(structure, proposal, plan, total, plan_flaws(case, proposal.plan), certain=certain)
        for proposal, plan, total in zip(chosen, plans, totals, strict=True)
    )
    return RunResult(case, certain, _provenance(case, draws, seed), verdicts)


def _chosen(case: Case, asked: Sequence[str | Plan] | None) -> tuple[Proposal, ...]:
    if asked is None:
        if not case.proposals:
            raise RequestError(f"{case.name} has no proposals to judge: add some to the file")
        return case.proposals
    known = [proposal.id for proposal in case.proposals]
    chosen: dict[str, Proposal] = {}
    for number, name in enumerate(asked, start=1):
        if isinstance(name, Plan):
            chosen[f"plan_{number}"] = Proposal(f"plan_{number}", f"Plan {number}", name)
        elif name in known:
            chosen[name] = case.proposal(name)
        else:
            hint = did_you_mean(name, known) or f"; it has {listed(known, 'and')}"
            raise RequestError(f"no proposal '{name[:80]}' in {case.name}{hint}")
    return tuple(chosen.values())


def _blocks(
    structure: Structure,
    sampler: Sampler,
    plans: Sequence[PlanVector],
    draws: int,
    seed: int,
    workers: int | None,
) -> Iterator[tuple[int, list[Tally]]]:
    """Yield (draws done, tallies by plan) for each block, in order; a few blocks ahead at most."""
    tables = Tables.of(structure)

    def work(first: int) -> list[Tally]:
        block = sampler.sample(seed, first, min(BLOCK, draws - first))
        return [
            tally(structure, block, plan, judged)
            for at in range(0, len(plans), BATCH)
            for plan, judged in zip(
                plans[at : at + BATCH], judge(tables, block, plans[at : at + BATCH]), strict=True
            )
        ]

    count = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(count, thread_name_prefix="detente") as pool:
        waiting: list[tuple[int, Future[list[Tally]]]] = []
        try:
            for first in range(0, draws, BLOCK):
                waiting.append((min(first + BLOCK, draws), pool.submit(work, first)))
                if len(waiting) > count:
                    done, future = waiting.pop(0)
                    yield done, future.result()
            for done, future in waiting:
                yield done, future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _provenance(case: Case, draws: int, seed: int) -> Provenance:
    return Provenance(
        version=_version(),
        case_hash=case.hash,
        draws=draws,
        seed=seed,
        quantile_draws=min(draws, QUANTILE_DRAWS),
        tie=TIE,
        rounds=ROUNDS,
        python=platform.python_version(),
        numpy=np.__version__,
    )


def _version() -> str:
    try:
        return version("detente")
    except PackageNotFoundError:  # used from a source tree, not installed
        return "unknown"
