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
from detente.model.outcomes import STEPS
from detente.model.structure import PlanVector, Structure
from detente.verdict.results import Provenance, RunResult
from detente.verdict.tally import QUANTILE_DRAWS, Tally, tally
from detente.verdict.verdicts import verdict

#: Draws judged at once by one worker, unless the case is so large that memory would suffer.
BLOCK = 2048
LEAST_BLOCK = 64
MOST_NUMBERS = 2**23
#: Plans judged at once on a block: bounds memory, not results.
BATCH = 16

Progress = Callable[[int, int], None]
_PROCESSORS = os.cpu_count() or 1


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
        workers: Threads, at most one for each processor (the default). The numbers do not depend
            on it.
        progress: Called with (draws done, draws asked for) after each block, in the calling thread.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For an unknown proposal, fewer than one draw or worker, a negative seed, or
            a case whose numbers are too large to reckon with.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    chosen = _chosen(case, proposals)
    draws, seed = _whole("draws", draws, 1), _whole("seed", seed, 0)
    threads = _whole("workers", workers, 1) if workers is not None else _PROCESSORS
    structure = Structure.of(case)
    plans = [structure.vector(proposal.plan) for proposal in chosen]
    sampler = Sampler(case)
    totals: list[Tally] = []
    for done, block in _blocks(structure, sampler, plans, draws, seed, threads):
        if totals:
            for total, part in zip(totals, block, strict=True):
                total.add(part)
        else:
            totals = block
        _refuse_overflow(totals)
        if progress is not None:
            progress(done, draws)
    certain = not sampler.inputs
    verdicts = tuple(
        verdict(structure, proposal, plan, total, plan_flaws(case, proposal.plan), certain=certain)
        for proposal, plan, total in zip(chosen, plans, totals, strict=True)
    )
    return RunResult(case, certain, _provenance(case, draws, seed), verdicts)


def _refuse_overflow(totals: Sequence[Tally]) -> None:
    for total in totals:
        sums = (total.value, total.slack, total.exposure_party, total.squares)
        means = [found.mean + found.spread for found in total.outcomes.values()]
        if not all(np.isfinite(part).all() for part in (*sums, np.array(means))):
            raise RequestError(
                "the numbers of this case are too large to reckon with: choose larger units"
            )


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
    workers: int,
) -> Iterator[tuple[int, list[Tally]]]:
    """Yield (draws done, tallies by plan) for each block, in order; a few blocks ahead at most."""
    tables, size = Tables.of(structure), block_size(structure)

    def work(first: int) -> list[Tally]:
        with np.errstate(all="ignore"):  # what overflows is refused below, once and in words
            block = sampler.sample(seed, first, min(size, draws - first))
            return [
                tally(structure, block, plan, judged)
                for at in range(0, len(plans), BATCH)
                for plan, judged in zip(
                    plans[at : at + BATCH],
                    judge(tables, block, plans[at : at + BATCH]),
                    strict=True,
                )
            ]

    # More threads than processors would only take more memory.
    count = min(workers, _PROCESSORS)
    pool = ThreadPoolExecutor(count, thread_name_prefix="detente")
    waiting: list[tuple[int, Future[list[Tally]]]] = []
    try:
        for first in range(0, draws, size):
            waiting.append((min(first + size, draws), pool.submit(work, first)))
            if len(waiting) > count:
                done, future = waiting.pop(0)
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()
    finally:
        # Not waiting: whoever interrupts must not sit out the blocks under way.
        pool.shutdown(wait=False, cancel_futures=True)


def block_size(structure: Structure) -> int:
    """Return how many draws are judged at once: fewer where a case has many numbers.

    It depends on the case only, so that sums are the same on any machine.
    """
    case = structure.case
    periods = case.horizon_years / case.years_per_phase
    rows = len(case.items) * len(case.constituencies) + len(case.watches) + len(case.effects)
    rows += int(len(case.quantities) * periods * STEPS) + sum(
        len(party.deciders) ** 2 for party in case.parties
    )
    size = BLOCK
    while size > LEAST_BLOCK and size * rows > MOST_NUMBERS:
        size //= 2
    return size


def _whole(name: str, number: int, least: int) -> int:
    """Return *number* if it is a whole number from *least* on."""
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
        raise RequestError(f"{name} must be a whole number, not {number!r}")
    if number < least:
        raise RequestError(f"{name} must be {least} or more, not {number}")
    return int(number)


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
