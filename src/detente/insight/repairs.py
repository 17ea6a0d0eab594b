"""Which single changes of a plan help: chosen on one set of draws, judged on another (M63, M64)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from detente.case.domain import Plan
from detente.case.plans import plan_flaws
from detente.draws.sampler import Draws
from detente.insight.neighbours import apply, neighbours
from detente.insight.paired import difference
from detente.insight.results import Reason, Remedy, Repair
from detente.insight.subject import Fates, Trial, fates
from detente.model.judgement import Floats
from detente.searching.edits import Edit
from detente.verdict.intervals import estimate
from detente.verdict.results import Estimate

#: Plans one change away are judged up to this many; the rest, additions, are left out.
MOST_PLANS = 400
#: They are first judged in so many draws.
FIRST_DRAWS = 400
#: So many repairs are judged on fresh draws, so many shown, and so many remedies of a breach.
MOST_JUDGED, MOST_REPAIRS, MOST_REMEDIES = 8, 5, 3
#: Remedies are looked for of so many breaches, the likeliest.
MOST_MENDED = 3
#: Repairs that help less, and remedies that help less, as shares, are not spoken of.
LEAST_GAIN, LEAST_LESS = 0.005, 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Repairs of a plan, the reasons with their remedies, and how many plans were looked at."""

    repairs: tuple[Repair, ...]
    reasons: tuple[Reason, ...]
    tried: int
    left_out: int


def mend(subject: Trial, reasons: Sequence[Reason]) -> Found:
    """Find what makes the plan hold more often, and for each breach in *reasons* what stops it."""
    rest = neighbours(subject.case, subject.plan)
    tried, left_out = list(islice(rest, MOST_PLANS)), sum(1 for _ in rest)
    plans = [subject.plan, *(plan for _, plan in tried)]
    first = _judged(subject, subject.first(FIRST_DRAWS), plans)
    edits = {row: edit for row, (edit, _) in enumerate(tried, start=1)}
    chosen = _best(first.hold.mean(axis=1), edits, MOST_JUDGED)
    common = [reason for reason in reasons if reason.kind == "breach"][:MOST_MENDED]
    wanted = {reason: _stopping(subject, reason, first, edits) for reason in common}
    rows = sorted({0, *chosen, *(row for found in wanted.values() for row in found)})
    fresh = _judged(subject, subject.fresh, [plans[row] for row in rows])
    at = {row: i for i, row in enumerate(rows)}
    options = {at[row]: (edits[row], plans[row]) for row in chosen}
    repairs = _repairs(fresh, options, certain=not subject.sampler.inputs)
    mended = {
        reason: _remedies(subject, reason, fresh, {at[row]: edits[row] for row in rows_})
        for reason, rows_ in wanted.items()
    }
    told = tuple(replace(reason, remedies=mended.get(reason, ())) for reason in reasons)
    return Found(repairs, told, len(tried), left_out)


def repairs_of(subject: Trial, edits: Sequence[Edit]) -> dict[Edit, Repair]:
    """Return what each of *edits* does, whether it helps or not, as judged on fresh draws.

    Left out are those by which the plan would break more rules of the case than it does, or
    that leave no step.
    """
    case, plan = subject.case, subject.plan
    flaws = len(plan_flaws(case, plan))
    changed = [(edit, apply(plan, edit)) for edit in edits]
    options = [
        (edit, other)
        for edit, other in changed
        if not other.is_empty and len(plan_flaws(case, other)) <= flaws
    ]
    fresh = _judged(subject, subject.fresh, [plan, *(other for _, other in options)])
    certain = not subject.sampler.inputs
    return {
        edit: _repair(fresh, row, edit, other, certain=certain)
        for row, (edit, other) in enumerate(options, start=1)
    }


def helps(repair: Repair) -> bool:
    """Whether a change makes the plan hold more often, by enough and beyond doubt (M63)."""
    return repair.gain >= LEAST_GAIN and repair.between[0] > 0.0


def _judged(subject: Trial, draws: Draws, plans: Sequence[Plan]) -> Fates:
    return fates(subject.tables, draws, [subject.structure.vector(plan) for plan in plans])


def _best(means: Floats, edits: Mapping[int, Edit], most: int) -> list[int]:
    """Return the rows with more than the first, the best first, one for each kind and measure."""
    order = np.argsort(-means, kind="stable").tolist()
    better = [row for row in order if means[row] > means[0]]
    alike = dict[tuple[str, str], int]()
    for row in better:
        alike.setdefault((edits[row].kind, edits[row].measures[0]), row)
    return list(alike.values())[:most]


def _stopping(subject: Trial, reason: Reason, first: Fates, edits: Mapping[int, Edit]) -> list[int]:
    """Return the rows in which the breaker of *reason* keeps most often, the best first."""
    breaking = first.breaking[:, subject.case.party_index[reason.party]]
    return _best(1.0 - breaking.mean(axis=1), edits, MOST_REMEDIES)


def _repairs(
    fresh: Fates, chosen: dict[int, tuple[Edit, Plan]], *, certain: bool
) -> tuple[Repair, ...]:
    """Return those of *chosen*, by row, that hold more often on fresh draws too, the best first."""
    judged = [_repair(fresh, row, *option, certain=certain) for row, option in chosen.items()]
    found = [repair for repair in judged if helps(repair)]
    return tuple(sorted(found, key=lambda repair: -repair.gain)[:MOST_REPAIRS])


def _repair(fresh: Fates, row: int, edit: Edit, plan: Plan, *, certain: bool) -> Repair:
    more = difference(fresh.hold[0], fresh.hold[row], certain=certain, limit=1.0)
    before, after = (_estimate(fresh.hold[i], certain=certain) for i in (0, row))
    return Repair(edit, plan, before, after, more.mean, more.standard_error, more.interval)


def _estimate(hold: Floats, *, certain: bool) -> Estimate:
    return estimate(float(hold.sum()), float((hold**2).sum()), len(hold), certain=certain)


def _remedies(
    subject: Trial, reason: Reason, fresh: Fates, chosen: dict[int, Edit]
) -> tuple[Remedy, ...]:
    """Return what makes the breach of *reason* rarer on fresh draws, the best first."""
    p = subject.case.party_index[reason.party]
    options = [(edit, fresh.breaking[row, p], fresh.hold[row]) for row, edit in chosen.items()]
    options += _seen_for_certain(subject, reason, p)
    certain = not subject.sampler.inputs
    return tuple(_helping(fresh.breaking[0, p], options, certain=certain))


def _seen_for_certain(subject: Trial, reason: Reason, p: int) -> list[tuple[Edit, Floats, Floats]]:
    """Judge the plan where breaches of the measures concerned are seen for certain."""
    if not reason.measures:
        return []
    detection = subject.fresh.detection.copy()
    detection[[subject.case.measure_index[name] for name in reason.measures]] = 1.0
    seen = fates(subject.tables, replace(subject.fresh, detection=detection), [subject.vector])
    return [(Edit("detect", reason.measures), seen.breaking[0, p], seen.hold[0])]


def _helping(
    before: Floats, options: Sequence[tuple[Edit, Floats, Floats]], *, certain: bool
) -> Iterator[Remedy]:
    """Yield those of *options* that lower the chance of a breach by enough and beyond doubt (M64)."""
    for edit, after, hold in sorted(options, key=lambda option: float(option[1].mean())):
        less = difference(after, before, certain=certain, limit=1.0)
        if less.mean >= LEAST_LESS and less.is_clear:
            means = float(before.mean()), float(after.mean())
            yield Remedy(edit, *means, less.mean, less.standard_error, float(hold.mean()))
