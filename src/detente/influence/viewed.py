"""What matters to one plan under several views, and what matters in all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial

from detente.case.arguments import as_list
from detente.case.domain import Case, Plan
from detente.case.fields import ALL, AS_WRITTEN
from detente.case.load import load_views
from detente.case.views import ViewSource
from detente.influence.groups import SHARED, Way
from detente.influence.results import Index, Mattering, Sensitivity, SensitivityViews
from detente.influence.sensitivity import sensitivity
from detente.verdict.run import Progress
from detente.verdict.views import part_of

__all__ = ["sensitivity_under", "sensitivity_views"]

#: A group matters from this share of the spread on.
LEAST = 0.05


def sensitivity_views(
    case: str | os.PathLike[str],
    plan: Plan | str | os.PathLike[str],
    views: Sequence[ViewSource] = (ALL,),
    *,
    figure: str = "hold",
    draws: int = 10_000,
    seed: int = 0,
    against: Sequence[Plan | str | os.PathLike[str]] | None = None,
    numbers: Sequence[str] = (),
    target: float | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SensitivityViews:
    """Say what matters to *plan* under the case as written and each of *views*.

    Args:
        case: Where to load the case from: a path or the name of a built-in case.
        plan: As in :func:`detente.sensitivity`.
        views: Names of views that the case has (all, by default) or paths of files of overrides.
        figure: What of the plan, as in :func:`detente.sensitivity`.
        draws: Number of draws under each view.
        seed: Which sequence of draws; numbers that a view leaves alone have the same.
        against: Plans to choose from besides, as in :func:`detente.sensitivity`.
        numbers: Paths of unknowns to hold low and high.
        target: What break-even is reckoned for.
        workers: Threads, at most one for each processor.
        progress: Called with (draws done, draws asked for), over all views.

    Returns:
        The analysis under each view, the case as written first, and what matters in all.

    Raises:
        CaseError: For files that cannot be used.
        RequestError: For an unknown view, and as in :func:`detente.sensitivity`.
    """
    cases = load_views(case, [AS_WRITTEN, *as_list("views", views)])
    analysed = partial(
        sensitivity,
        figure=figure,
        draws=draws,
        seed=seed,
        against=against,
        numbers=numbers,
        target=target,
        workers=workers,
    )
    return sensitivity_under(cases, plan, analysed, progress=progress)


def sensitivity_under(
    cases: Sequence[Case],
    plan: Plan | str | os.PathLike[str],
    analysed: partial[Sensitivity],
    *,
    progress: Progress | None = None,
) -> SensitivityViews:
    """Say what matters to *plan* in *cases*, one case under several views.

    Args:
        cases: the case under each view.
        plan: as in :func:`detente.sensitivity`.
        analysed: :func:`detente.sensitivity` with all else that is asked.
        progress: as in :func:`sensitivity_views`.
    """
    results = {
        case.view.id if case.view else AS_WRITTEN: analysed(
            case, plan, progress=None if progress is None else part_of(progress, i, len(cases))
        )
        for i, case in enumerate(cases)
    }
    return SensitivityViews(results, tuple(_mattering(results)))


def _mattering(results: dict[str, Sensitivity]) -> Iterator[Mattering]:
    """Yield every group that is at play under any view, in the order of the first that has it."""
    groups = dict.fromkeys(
        (row.way, row.group)
        for found in results.values()
        for row in found.indices
        if row.group != SHARED
    )
    for way, group in groups:
        effects = {view: _effect(found, way, group) for view, found in results.items()}
        everywhere = all(e is not None and e.interval[0] > LEAST for e in effects.values())
        yield Mattering(way, group, effects, everywhere)


def _effect(found: Sensitivity, way: Way, group: str) -> Index | None:
    return next(
        (row.shapley for row in found.indices if (row.way, row.group) == (way, group)), None
    )
