"""Two plans of a case, or two versions of a case, judged in the same draws.

Draws of two versions have their streams keyed by path, so a number that both have is drawn at
the same quantile in both. What the two share falls out of every difference (:mod:`.paired`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite
from pathlib import Path

import numpy as np

from detente.case.domain import Case, Plan, Proposal
from detente.case.load import find_plan, load_case
from detente.case.plans import begins_as_plan
from detente.draws.draw import whole
from detente.draws.sampler import Draws, Sampler
from detente.errors import RequestError
from detente.insight.changes import CaseChanges, StepChange, case_changes, step_changes
from detente.insight.paired import Contrast, Pairing
from detente.model.accepting import accepts, signing
from detente.model.judgement import Floats
from detente.model.kernel import Tables, judge
from detente.model.outcomes import quantity_names
from detente.model.structure import Structure
from detente.verdict.asked import proposal_of
from detente.verdict.blocks import PROCESSORS, in_order
from detente.verdict.judged import Judged, by_draw
from detente.verdict.results import Provenance
from detente.verdict.run import Progress, block_size, provenance

__all__ = [
    "Comparison",
    "Turned",
    "VersionComparison",
    "compare",
    "compare_versions",
    "compared",
    "figures_of",
]

#: What a figure is about: its name, and the body, quantity or phase where it has one.
Key = tuple[str, ...]
_SHARES = frozenset(
    {"accept", "keep", "hold", "distrusted", "accident", "accept_by", "broken_by", "trust"}
)


@dataclass(frozen=True, slots=True)
class Turned:
    """Shares of draws in which the answer of one body is not the same."""

    to_yes: float  #: no under the first, yes under the second
    to_no: float  #: yes under the first, no under the second


@dataclass(frozen=True, slots=True)
class Comparison:
    """One plan against another in the same draws; every difference is second less first.

    Mappings are by id of party, constituency or quantity and hold those that both cases have.
    Shares and chances are in [0, 1]; score, value and exposure are in points of worth.
    """

    first_case: Case = field(repr=False)  #: in which the first plan was judged
    second_case: Case = field(repr=False)  #: in which the second was; the same, or another version
    first: Proposal  #: the first plan, with its name
    second: Proposal  #: the second plan, with its name
    steps: tuple[StepChange, ...]  #: in which steps the plans differ
    certain: bool  #: no number is uncertain: all draws are one
    provenance: Provenance  #: how the second was judged; the first in the same draws
    necessary: tuple[str, ...]  #: all without whose yes one of the plans is not agreed (M33)
    accept: Contrast  #: share of draws in which everyone who must say yes does (M34)
    keep: Contrast  #: mean chance to stand in K+1, accepted or not (M36)
    hold: Contrast  #: mean of accepted times kept (M37)
    distrusted: Contrast  #: hold, if all begin by expecting breach (M49)
    accident: Contrast  #: chance that a false alarm ends it (M38)
    turned: Turned  #: the answer of everyone who must say yes together
    accept_by: Mapping[str, Contrast]  #: party or constituency: share of draws with its yes (M34)
    turned_by: Mapping[str, Turned]  #: party or constituency: its answer
    score_by: Mapping[str, Contrast]  #: party: distance from yes where no red line decides (M29)
    value: Mapping[str, Contrast]  #: constituency: V at phase 1 (M44)
    broken_by: Mapping[str, Contrast]  #: party: chance that it breaks first, in any k (M38)
    broken_at: Mapping[str, tuple[Contrast, ...]]  #: party: the same for k = 1..K+1, if K is one
    trust: Mapping[str, Contrast]  #: party: chance to keep through K+1 (M39)
    exposure: Mapping[str, Contrast]  #: party: loss if another breaks at the worst moment (M45)
    outcomes: Mapping[str, Contrast]  #: quantity: change at the horizon (M48)


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Two versions of a case: what differs, and how it moves the proposals that both have."""

    first: Case = field(repr=False)  #: one version
    second: Case = field(repr=False)  #: the other
    changes: CaseChanges  #: what differs between the files
    comparisons: tuple[Comparison, ...]  #: by proposal, in the order of the second version


def figures_of(found: Comparison) -> Iterator[tuple[tuple[str, str | None], Contrast]]:
    """Yield every figure but those by phase: the name of its attribute and whom it is about."""
    for name in ("accept", "keep", "hold", "distrusted", "accident"):
        yield (name, None), getattr(found, name)
    for name in ("accept_by", "score_by", "value", "broken_by", "trust", "exposure", "outcomes"):
        for about, contrast in getattr(found, name).items():
            yield (name, about), contrast


def compare(
    case: Case | str | os.PathLike[str],
    first: Plan | str | os.PathLike[str],
    second: Plan | str | os.PathLike[str],
    *,
    draws: int = 10_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Judge two plans of *case* in the same draws and say how far apart they are.

    Args:
        case: A case, or where to load one from: a path or the name of a built-in case.
        first: A plan, the id of a proposal, text such as ``1:a,b;2:c/half``, or the path of a file
            with ``phases:``.
        second: The same; differences are second less first.
        draws: Number of draws, from 1 on.
        seed: Which sequence of draws, from 0 on.
        progress: Called with (draws done, draws asked for) after each block, in the calling thread.

    Returns:
        What differs in the steps and in each figure, with errors from the differences draw by
        draw.

    Raises:
        CaseError: For a case file that cannot be used.
        PlanError: For an unknown proposal, or a plan that does not fit the case.
        RequestError: For fewer than one draw, a negative seed, or a case
            whose numbers are too large to reckon with.
    """
    if not isinstance(case, Case):
        case = load_case(case)
    pair = (_proposal(case, first, "first plan"), _proposal(case, second, "second plan"))
    return compared((case, case), [pair], draws, seed, progress)[0]


def compare_versions(
    first: Case | str | os.PathLike[str],
    second: Case | str | os.PathLike[str],
    *,
    proposals: Sequence[str] | None = None,
    draws: int = 10_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> VersionComparison:
    """Judge the proposals that two versions of a case share, in draws as alike as can be.

    Args:
        first: A case, or where to load one from: a path or the name of a built-in case.
        second: The same; differences are second less first.
        proposals: Ids of proposals; all that both have, by default.
        draws: Number of draws, from 1 on.
        seed: Which sequence of draws, from 0 on.
        progress: Called with (draws done, draws asked for) after each block, in the calling thread.

    Returns:
        What differs between the versions, and between the figures of each proposal.

    Raises:
        CaseError: For a case file that cannot be used.
        RequestError: For a proposal that one of them has not, versions without a proposal in
            common, fewer than one draw, or a negative seed.
    """
    cases = [item if isinstance(item, Case) else load_case(item) for item in (first, second)]
    one, other = cases
    pairs = [
        (proposal_of(one, name), proposal_of(other, name))
        for name in (_shared(one, other) if proposals is None else dict.fromkeys(proposals))
    ]
    found = compared((one, other), pairs, draws, seed, progress)
    return VersionComparison(one, other, case_changes(one, other), found)


def _shared(one: Case, other: Case) -> list[str]:
    known = {proposal.id for proposal in one.proposals}
    shared = [proposal.id for proposal in other.proposals if proposal.id in known]
    if not shared:
        raise RequestError(
            f"{one.name} and {other.name} have no proposal of the same id to compare"
        )
    return shared


def _proposal(case: Case, plan: Plan | str | os.PathLike[str], name: str) -> Proposal:
    """Return the plan asked for under the name of its proposal or file, or under *name*."""
    if isinstance(plan, Plan):
        return Proposal(name.replace(" ", "_"), name, plan)
    found = find_plan(case, plan)
    if isinstance(found, str):
        return case.proposal(found)
    if isinstance(plan, str) and begins_as_plan(plan):
        return Proposal(name.replace(" ", "_"), name, found)
    return Proposal(Path(plan).stem, Path(plan).stem, found)


class _Side:
    """One case, ready to have plans judged in blocks of draws."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.sampler = Sampler(case)
        self.structure = Structure.of(case)
        self.tables = Tables.of(self.structure)

    def judged(self, block: Draws, plan: Plan) -> Judged:
        """Return every figure of *plan* in a block of draws."""
        judgement = judge(self.tables, block, [self.structure.vector(plan)])[0]
        return by_draw(self.structure, block, plan, judgement)

    def necessary(self, plan: Plan) -> tuple[str, ...]:
        """Return those without whose yes *plan* is not agreed."""
        return signing(self.structure, self.structure.vector(plan)).necessary


Pair = tuple[Proposal, Proposal]
Found = dict[Key, Pairing]


def compared(
    cases: tuple[Case, Case],
    pairs: Sequence[Pair],
    draws: int,
    seed: int,
    progress: Progress | None,
) -> tuple[Comparison, ...]:
    """Return the comparison of each pair of plans, the first of each in the first of the cases."""
    draws, seed = whole("draws", draws, 1), whole("seed", seed, 0)
    one = _Side(cases[0])
    sides = (one, one if cases[0] is cases[1] else _Side(cases[1]))
    size = min(block_size(side.structure) for side in sides)
    totals: list[Found] = []
    for done, parts in in_order(_work(sides, pairs, seed), draws, size, PROCESSORS):
        totals = [_joined(*ends) for ends in zip(totals, parts, strict=True)] if totals else parts
        _refuse_overflow(totals)
        if progress is not None:
            progress(done, draws)
    certain = not any(side.sampler.inputs for side in sides)
    how = provenance(cases[1], draws, seed)
    return tuple(
        _comparison(sides, pair, found, certain=certain, how=how)
        for pair, found in zip(pairs, totals, strict=True)
    )


def _work(
    sides: tuple[_Side, _Side], pairs: Sequence[Pair], seed: int
) -> Callable[[int, int], list[Found]]:
    keys = _shared_keys(sides)

    def work(first: int, count: int) -> list[Found]:
        with np.errstate(all="ignore"):  # what overflows is refused, once and in words
            blocks = [side.sampler.sample(seed, first, count) for side in _each(sides)]
            ends = tuple(zip(sides, (blocks[0], blocks[-1]), strict=True))
            return [_paired(keys, ends, pair) for pair in pairs]

    return work


def _each(sides: tuple[_Side, _Side]) -> tuple[_Side, ...]:
    return sides[:1] if sides[0] is sides[1] else sides


def _paired(keys: frozenset[Key], ends: tuple[tuple[_Side, Draws], ...], pair: Pair) -> Found:
    """Return the pairing of each figure that both cases have, over one block of draws."""
    rows = [
        dict(_figures(side.judged(block, proposal.plan)))
        for (side, block), proposal in zip(ends, pair, strict=True)
    ]
    first, second = rows
    none = np.zeros(len(first["accept",]))
    found: Found = {}
    for key in {**first, **second}:
        if key in keys:
            unit = 0.0 if key[0] == "outcomes" else 1.0
            both = _finite(first.get(key, none), second.get(key, none), key)
            if len(both[0]):
                found[key] = Pairing.of(*both, unit=unit)
    return found


def _finite(one: Floats, other: Floats, key: Key) -> tuple[Floats, Floats]:
    """Return the draws of a score in which neither is −∞: no red line decides there."""
    if key[0] != "score_by":
        return one, other
    both = ~(np.isneginf(one) | np.isneginf(other))
    return one[both], other[both]


def _joined(one: Found, other: Found) -> Found:
    found = dict(one)
    for key, pairing in other.items():
        found[key] = found[key].joined(pairing) if key in found else pairing
    return found


def _figures(judged: Judged) -> Iterator[tuple[Key, Floats]]:
    """Yield every figure that is compared, by its key: float64[draw]."""
    case = judged.case
    parties = [party.id for party in case.parties]
    people = [constituency.id for constituency in case.constituencies]
    yield ("accept",), judged.accepted.astype(np.float64)
    yield ("keep",), judged.kept
    yield ("hold",), judged.hold
    yield ("distrusted",), judged.lower_accepted * judged.lower_kept
    yield ("accident",), judged.accident
    for body, score in _bodies(judged):
        yield ("accept_by", body), accepts(score).astype(np.float64)
    for row, party in enumerate(parties):
        yield ("score_by", party), judged.party_score[row]
        yield ("broken_by", party), judged.first_break[row].sum(axis=0)
        yield ("trust", party), judged.trust[row, 0]
        yield ("exposure", party), judged.exposure[row]
        for k, chance in enumerate(judged.first_break[row], start=1):
            yield ("broken_at", party, str(k), str(case.phases)), chance
    for row, name in enumerate(people):
        yield ("value", name), judged.value[row]
    for name, change in judged.outcomes.items():
        yield ("outcomes", name), change


def _bodies(judged: Judged) -> Iterator[tuple[str, Floats]]:
    """Yield each body that can accept with its score; a party that is its own only one once."""
    parties = [party.id for party in judged.case.parties]
    yield from zip(parties, judged.party_score, strict=True)
    for constituency, score in zip(
        judged.case.constituencies, judged.constituency_score, strict=True
    ):
        if constituency.id not in parties:
            yield constituency.id, score


def _shared_keys(sides: tuple[_Side, _Side]) -> frozenset[Key]:
    one, other = (frozenset(_keys(side.case)) for side in sides)
    return one & other


def _keys(case: Case) -> Iterator[Key]:
    for name in ("accept", "keep", "hold", "distrusted", "accident"):
        yield (name,)
    parties = [party.id for party in case.parties]
    people = [constituency.id for constituency in case.constituencies]
    for party in parties:
        for name in ("score_by", "broken_by", "trust", "exposure"):
            yield (name, party)
        # Phases of two cases are the same ones only where there are as many.
        for k in range(1, case.phases + 2):
            yield ("broken_at", party, str(k), str(case.phases))
    yield from (("accept_by", body) for body in (*parties, *people))
    yield from (("value", name) for name in people)
    yield from (("outcomes", name) for name in quantity_names(case))


def _refuse_overflow(totals: Sequence[Found]) -> None:
    for pairing in (pairing for found in totals for pairing in found.values()):
        ends = (pairing.first, pairing.second, pairing.apart)
        if not all(isfinite(end.mean + end.spread) for end in ends):
            raise RequestError(
                "the numbers of this case are too large to reckon with: choose larger units"
            )


def _comparison(
    sides: tuple[_Side, _Side], pair: Pair, found: Found, *, certain: bool, how: Provenance
) -> Comparison:
    def contrast(*key: str) -> Contrast:
        limit = 1.0 if key[0] in _SHARES | {"broken_at"} else inf
        return found[key].contrast(certain=certain, limit=limit)

    def by(name: str) -> dict[str, Contrast]:
        return {key[1]: contrast(*key) for key in found if key[0] == name}

    necessary = [
        name for side, p in zip(sides, pair, strict=True) for name in side.necessary(p.plan)
    ]
    return Comparison(
        first_case=sides[0].case,
        second_case=sides[1].case,
        first=pair[0],
        second=pair[1],
        steps=step_changes(pair[0].plan, pair[1].plan),
        certain=certain,
        provenance=how,
        necessary=tuple(dict.fromkeys(necessary)),
        accept=contrast("accept"),
        keep=contrast("keep"),
        hold=contrast("hold"),
        distrusted=contrast("distrusted"),
        accident=contrast("accident"),
        turned=_turned(found["accept",]),
        accept_by=by("accept_by"),
        turned_by={key[1]: _turned(p) for key, p in found.items() if key[0] == "accept_by"},
        score_by=by("score_by"),
        value=by("value"),
        broken_by=by("broken_by"),
        broken_at={
            party: tuple(contrast(*key) for key in found if key[:2] == ("broken_at", party))
            for party in by("broken_by")
        },
        trust=by("trust"),
        exposure=by("exposure"),
        outcomes=by("outcomes"),
    )


def _turned(pairing: Pairing) -> Turned:
    count = pairing.apart.count
    return Turned(pairing.rises / count, pairing.falls / count)
