"""Judge a case under several views, in the same draws."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from detente.case.arguments import as_list
from detente.case.domain import Case, Plan
from detente.case.fields import ALL, AS_WRITTEN
from detente.case.load import load_views
from detente.case.names import did_you_mean, listed, shortened
from detente.case.views import ViewSource
from detente.errors import RequestError
from detente.verdict.conclusions import Conclusion, conclusions
from detente.verdict.results import Estimate, RunResult
from detente.verdict.rows import columns
from detente.verdict.run import Progress, run

__all__ = ["Figure", "ViewRange", "ViewsResult", "run_views"]

Figure = Literal["accept", "keep", "hold"]


@dataclass(frozen=True, slots=True)
class ViewRange:
    """Between what a figure lies over all views: how far it depends on whose view is taken."""

    low: Estimate  #: the least, with its sampling error
    low_in: str  #: the view that gives it; the first of those that do
    high: Estimate  #: the greatest, with its sampling error
    high_in: str  #: the view that gives it


@dataclass(frozen=True, slots=True)
class ViewsResult:
    """The same proposals judged under several views, the case as written being the first.

    ``result["sceptical"]`` is the result under a view (KeyError where there is none), iterating
    yields the names of the views, ``len`` counts them and ``in`` asks for one. Numbers that a
    view leaves alone have the same draws as in the case as written.
    """

    results: Mapping[str, RunResult]  #: by view, ``as_written`` first
    conclusions: tuple[Conclusion, ...]  #: what the case as written says, and where it holds

    @property
    def written(self) -> RunResult:
        """The result of the case as written."""
        return self.results[AS_WRITTEN]

    def __getitem__(self, view: str) -> RunResult:
        """Return the result under a view by its name; KeyError, in words, where there is none."""
        if view in self.results:
            return self.results[view]
        hint = did_you_mean(str(view), self.results) or f"; it has {listed([*self.results], 'and')}"
        raise KeyError(f"no view {shortened(view)!r} in this result{hint}")

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the views, the case as written first."""
        return iter(self.results)

    def __len__(self) -> int:
        """Return the number of views, the case as written among them."""
        return len(self.results)

    def __contains__(self, view: object) -> bool:
        """Whether there is a result under the view of that name."""
        return view in self.results

    def range(self, proposal: str, figure: Figure) -> ViewRange:
        """Return between what a figure of a proposal lies over all views.

        Args:
            proposal: id of the proposal.
            figure: which figure: ``accept``, ``keep`` or ``hold``.

        Returns:
            The least and the greatest, each with the view that gives it.

        Raises:
            KeyError: where there is no such proposal.
            RequestError: where there is no such figure.
        """
        if figure not in ("accept", "keep", "hold"):
            raise RequestError(f"a figure is accept, keep or hold, not {shortened(figure)!r}")
        found: dict[str, Estimate] = {
            view: getattr(result[proposal], figure) for view, result in self.results.items()
        }
        low = min(found, key=lambda view: found[view].mean)
        high = max(found, key=lambda view: found[view].mean)
        return ViewRange(found[low], low, found[high], high)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that :meth:`table` makes."""
        return self.written.tables

    def table(self, name: str) -> dict[str, list[Any]]:
        """Return one of the tables of results over all views, as :meth:`RunResult.table` does.

        Args:
            name: which of :attr:`tables`: ``proposals``, ``acceptance``, ``hazards`` and others.

        Returns:
            By name of column a list with an entry for each row, the case as written first. The
            last column, ``view``, says under which view a row stands.

        Raises:
            RequestError: where there is no such table.
        """
        return columns(self.results.values(), name)

    def __repr__(self) -> str:
        # Short: the results are looked at one by one.
        texts = len(self.written.verdicts)
        return f"<ViewsResult of {self.written.case.name}: {texts} proposals under {listed([*self], 'and')}>"


def run_views(
    case: str | os.PathLike[str],
    views: Sequence[ViewSource] = (ALL,),
    *,
    draws: int = 10_000,
    seed: int = 0,
    proposals: Sequence[str | Plan] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ViewsResult:
    """Judge *proposals* of *case* as written and under each of *views*, in the same draws.

    Args:
        case: Where to load the case from: a path or the name of a built-in case.
        views: Names of views that the case has (all, by default) or paths of files of overrides;
            several joined by ``+`` are laid over each other, the later ones on top.
        draws: Number of draws, as in :func:`detente.run`.
        seed: Which sequence of draws.
        proposals: Ids of proposals, or plans of your own; all proposals, by default.
        workers: Threads, at most one for each processor.
        progress: Called with (draws done, draws asked for), over all views.

    Returns:
        A result for each view, and what of the conclusions holds under which.

    Raises:
        CaseError: For files that cannot be used, with every problem of all.
        RequestError: For an unknown view or proposal, a case without views, and as in
            :func:`detente.run`.
    """
    cases = load_views(case, [AS_WRITTEN, *as_list("views", views)])
    return judged_under(
        cases, draws=draws, seed=seed, proposals=proposals, workers=workers, progress=progress
    )


def judged_under(
    cases: Sequence[Case],
    *,
    draws: int,
    seed: int,
    proposals: Sequence[str | Plan] | None,
    workers: int | None,
    progress: Progress | None,
) -> ViewsResult:
    """Judge *cases*, one case as written and under each view, in the same draws."""
    results: dict[str, RunResult] = {}
    for i, subject in enumerate(cases):
        results[subject.view.id if subject.view else AS_WRITTEN] = run(
            subject,
            draws=draws,
            seed=seed,
            proposals=proposals,
            workers=workers,
            progress=None if progress is None else part_of(progress, i, len(cases)),
        )
    return ViewsResult(results, conclusions(results))


def part_of(progress: Progress, i: int, count: int) -> Progress:
    """Return what reports the progress of run *i* of *count* as part of the whole."""
    return lambda done, draws: progress(i * draws + done, count * draws)
