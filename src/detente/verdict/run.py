"""Judge the proposals of a case in many draws."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from detente.case.arguments import as_list
from detente.case.domain import Case, Plan, Proposal
from detente.case.load import load_case
from detente.case.plans import plan_flaws
from detente.draws.draw import whole
from detente.draws.sampler import Draws, Sampler
from detente.errors import RequestError
from detente.model.judgement import ROUNDS, TIE
from detente.model.kernel import Tables, judge
from detente.model.outcomes import STEPS
from detente.model.structure import Structure
from detente.verdict.asked import proposal_of
from detente.verdict.beating import beaten_by
from detente.verdict.blocks import PROCESSORS, in_order
from detente.verdict.fans import Baseline, fans
from detente.verdict.judged import Judged, by_draw
from detente.verdict.results import Provenance, RunResult, Verdict
from detente.verdict.tally import CHUNK, QUANTILE_DRAWS, Tally, add_up, tally
from detente.verdict.verdicts import verdict

#: Draws judged at once by one worker, unless the case is so large that memory would suffer.
BLOCK = 2048
LEAST_BLOCK = 64
MOST_NUMBERS = 2**23
#: Plans judged at once on a block, unless memory would suffer; no result depends on it.
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
        workers: Threads, at most one for each processor (the default); processes take over where
            the work is long. The numbers do not depend on it.
        progress: Called with (draws done, draws asked for) after each block, in the calling thread.

    Returns:
        A verdict on each proposal, with the case and how it was got.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For an unknown proposal, fewer than one draw or worker, a negative seed, or
            a case whose numbers are too large to reckon with.
        WorkError: Where a process is lost again and again, as when memory does not suffice.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    chosen = chosen_from(case, proposals)
    draws, seed = whole("draws", draws, 1), whole("seed", seed, 0)
    threads = whole("workers", workers, 1) if workers is not None else PROCESSORS
    structure = Structure.of(case)
    work = Blocks(case, tuple(proposal.plan for proposal in chosen), seed)
    blocks = in_order(work, draws, block_size(structure), threads, is_portable=True)
    totals = _summed(blocks, draws, progress)
    certain = not work.sampler.inputs
    verdicts = tuple(verdicts_on(structure, chosen, totals, certain=certain))
    return RunResult(case, certain, provenance(case, draws, seed), verdicts)


def _summed(
    blocks: Iterator[tuple[int, list[Tally]]], draws: int, progress: Progress | None
) -> list[Tally]:
    """Return the tallies of all blocks, by plan."""
    totals: list[Tally] = []
    chunk: list[Tally] = []
    for number, (done, block) in enumerate(blocks, start=1):
        add_up(chunk, block)
        refuse_overflow(chunk)
        if number % CHUNK == 0 or done == draws:
            add_up(totals, chunk)
            chunk = []
        if progress is not None:
            progress(done, draws)
    refuse_overflow(totals)
    return totals


def verdicts_on(
    structure: Structure,
    chosen: Sequence[Proposal],
    totals: Sequence[Tally],
    *,
    certain: bool,
    compared: bool = True,
) -> Iterator[Verdict]:
    """Yield the verdict on each proposal, with those that beat it, unless they are not *compared*."""
    vectors = [structure.vector(proposal.plan) for proposal in chosen]
    values = np.array([total.value / total.draws for total in totals])
    errors = np.array([total.value_error for total in totals])
    better = beaten_by(structure, vectors, values, errors) if compared else [()] * len(chosen)
    for i, proposal in enumerate(chosen):
        yield verdict(
            structure,
            proposal,
            vectors[i],
            totals[i],
            flaws=plan_flaws(structure.case, proposal.plan),
            beaten_by=[chosen[j].id for j in better[i]],
            certain=certain,
        )


def refuse_overflow(totals: Sequence[Tally]) -> None:
    """Raise RequestError where sums are beyond what a float64 can hold."""
    for total in totals:
        sums = (total.value, total.slack, total.exposure_party, total.squares)
        means = [found.mean + found.spread for found in total.outcomes.values()]
        bands = [band for fan in total.paths.values() for band in (fan.without, fan.plan, fan.kept)]
        ends = [percentiles for band in bands for percentiles in (band.p5, band.p95)]
        if not all(np.isfinite(part).all() for part in (*sums, np.array(means), np.array(ends))):
            raise RequestError(
                "the numbers of this case are too large to reckon with: choose larger units"
            )


def chosen_from(case: Case, asked: Sequence[str | Plan] | None) -> tuple[Proposal, ...]:
    """Return the proposals asked for, all by default; plans get ids: ``plan_1`` and so on."""
    if asked is None:
        if not case.proposals:
            raise RequestError(f"{case.name} has no proposals to judge: add some to the file")
        return case.proposals
    chosen: dict[str, Proposal] = {}
    for number, name in enumerate(as_list("proposals", asked), start=1):
        if isinstance(name, Plan):
            own = f"plan_{number}"
            while own in chosen or own in [proposal.id for proposal in case.proposals]:
                own += "_"
            chosen[own] = Proposal(own, f"Plan {number}", name)
        else:
            chosen[name] = proposal_of(case, name)
    return tuple(chosen.values())


@dataclass(frozen=True)
class Blocks:
    """Judges plans of a case block by block: called with the first draw and their number."""

    case: Case
    plans: tuple[Plan, ...]
    seed: int

    @cached_property
    def sampler(self) -> Sampler:
        """The map to draws of the case."""
        return Sampler(self.case)

    @cached_property
    def tables(self) -> Tables:
        """The case as the kernel reads it."""
        return Tables.of(Structure.of(self.case))

    def __call__(self, first: int, count: int) -> list[Tally]:
        """Return the tallies of draws *first* to *first* + *count* - 1, by plan."""
        return [summed for _, summed in self.judged(first, count, self.plans)]

    def judged(
        self, first: int, count: int, plans: Sequence[Plan], *, with_paths: bool = True
    ) -> Iterator[tuple[Judged, Tally]]:
        """Yield every figure of every draw of a block, and their tally, plan by plan.

        Paths of quantities, which the first block has, can be left out.
        """
        with np.errstate(all="ignore"):  # what overflows is refused later, once and in words
            block = self.sampler.sample(self.seed, first, count)
            paths = with_paths and first == 0
            yield from _tallies(self.tables, block, plans, first, with_paths=paths)

    def __getstate__(self) -> dict[str, object]:
        """Leave out what each process makes for itself."""
        return {"case": self.case, "plans": self.plans, "seed": self.seed}


def _tallies(
    tables: Tables, block: Draws, plans: Sequence[Plan], first: int, *, with_paths: bool
) -> Iterator[tuple[Judged, Tally]]:
    """Yield every figure, and the tally, of each plan in the block that begins with draw *first*."""
    structure, size = tables.structure, batch_size(tables.structure, block.count)
    baseline = Baseline.of(structure.case, block) if with_paths else None
    for at in range(0, len(plans), size):
        batch = plans[at : at + size]
        vectors = [structure.vector(plan) for plan in batch]
        judgements = judge(tables, block, vectors)
        for plan, vector, judgement in zip(batch, vectors, judgements, strict=True):
            judged = by_draw(structure, block, plan, judgement)
            paths = fans(baseline, vector, judged) if baseline else {}
            yield judged, tally(structure, judged, paths, first)


def batch_size(structure: Structure, draws: int) -> int:
    """Return how many plans are judged at once in a block: fewer where their figures are many."""
    periods, people = structure.phases + 1, structure.constituencies
    rows = people * (periods + 2) + (2 * structure.parties + 3 * len(structure.deciders)) * periods
    return max(1, min(BATCH, MOST_NUMBERS // (rows * draws)))


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


def provenance(case: Case, draws: int, seed: int) -> Provenance:
    """Return how a result is got from *draws* draws of *case*."""
    return Provenance(
        version=own_version(),
        case_hash=case.hash,
        draws=draws,
        seed=seed,
        quantile_draws=min(draws, QUANTILE_DRAWS),
        tie=TIE,
        rounds=ROUNDS,
        python=platform.python_version(),
        numpy=np.__version__,
    )


def own_version() -> str:
    """Return the version of Détente."""
    try:
        return version("detente")
    except PackageNotFoundError:  # used from a source tree, not installed
        return "unknown"
