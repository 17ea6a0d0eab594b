"""Two plans, or two versions of a case, compared under several views.

Whose view is taken may move both alike, so that a difference stays, or one of them only. Under
each view both are judged in the same draws as under every other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detente.case.arguments import as_list
from detente.case.domain import Case, Plan
from detente.case.fields import ALL, AS_WRITTEN
from detente.case.load import load_views
from detente.case.names import did_you_mean, listed, shortened
from detente.case.views import ViewSource
from detente.errors import RequestError
from detente.insight.comparing import (
    Comparison,
    VersionComparison,
    compare,
    compare_versions,
    figures_of,
)
from detente.insight.paired import Contrast, Difference
from detente.verdict.run import Progress
from detente.verdict.views import part_of

__all__ = [
    "ComparisonViews",
    "DifferenceViews",
    "VersionViews",
    "compare_versions_views",
    "compare_views",
    "compared_under",
    "versions_under",
]


@dataclass(frozen=True, slots=True)
class DifferenceViews:
    """How one figure differs under each view; more and less are told only where that is clear."""

    figure: str  #: which: the name of an attribute of :class:`Comparison`
    about: str | None  #: id of the body or quantity that it is about, if one
    found: Mapping[str, Contrast]  #: by view, the case as written first
    more_in: tuple[str, ...]  #: views under which the second has clearly more
    less_in: tuple[str, ...]  #: views under which it has clearly less
    open_in: tuple[str, ...]  #: views under which that cannot be told, or nothing differs

    @property
    def keeps(self) -> bool:
        """Whether it clearly has the same sign under every view."""
        return not self.open_in and not (self.more_in and self.less_in)

    @property
    def turns(self) -> bool:
        """Whether it clearly has one sign under some views and the other under others."""
        return bool(self.more_in and self.less_in)

    @property
    def is_none(self) -> bool:
        """Whether both are the same in every draw under every view."""
        return all(contrast.difference.is_none for contrast in self.found.values())

    @property
    def low_in(self) -> str:
        """The view under which the difference is least; the first of those."""
        return min(self.found, key=lambda view: self.found[view].difference.mean)

    @property
    def high_in(self) -> str:
        """The view under which the difference is greatest; the first of those."""
        return max(self.found, key=lambda view: self.found[view].difference.mean)

    def difference(self, view: str) -> Difference:
        """Return the difference under a view.

        Args:
            view: its name.

        Returns:
            Second less first, in the same draws.

        Raises:
            KeyError: where there is no such view.
        """
        return self.found[view].difference


@dataclass(frozen=True, slots=True)
class ComparisonViews:
    """One plan against another under several views, the case as written being the first.

    ``found["sceptical"]`` is the comparison under a view (KeyError where there is none), iterating
    yields the names of the views, ``len`` counts them and ``in`` asks for one.
    """

    comparisons: Mapping[str, Comparison]  #: by view, ``as_written`` first
    differences: tuple[DifferenceViews, ...]  #: of every figure that all have

    @property
    def written(self) -> Comparison:
        """The comparison in the case as written."""
        return self.comparisons[AS_WRITTEN]

    def __getitem__(self, view: str) -> Comparison:
        """Return the comparison under a view; KeyError, in words, where there is none."""
        if view in self.comparisons:
            return self.comparisons[view]
        known = [*self.comparisons]
        hint = did_you_mean(str(view), known) or f"; it has {listed(known, 'and')}"
        raise KeyError(f"no view {shortened(view)!r} in this comparison{hint}")

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the views, the case as written first."""
        return iter(self.comparisons)

    def __len__(self) -> int:
        """Return the number of views, the case as written among them."""
        return len(self.comparisons)

    def __contains__(self, view: object) -> bool:
        """Whether there is a comparison under the view of that name."""
        return view in self.comparisons

    def __repr__(self) -> str:
        # Short: the comparisons are looked at one by one.
        one, other = self.written.first.id, self.written.second.id
        return f"<ComparisonViews of {one} and {other} under {listed([*self], 'and')}>"


@dataclass(frozen=True, slots=True)
class VersionViews:
    """Two versions of a case compared under several views that both can be seen under."""

    versions: Mapping[str, VersionComparison]  #: by view, ``as_written`` first
    comparisons: tuple[ComparisonViews, ...]  #: by proposal, in the order of the second version

    @property
    def written(self) -> VersionComparison:
        """The comparison of both as written."""
        return self.versions[AS_WRITTEN]

    def __repr__(self) -> str:
        # Short: the comparisons are looked at one by one.
        one, other = self.written.first.name, self.written.second.name
        return f"<VersionViews of {one} and {other} under {listed([*self.versions], 'and')}>"


def compare_views(
    case: str | os.PathLike[str],
    first: Plan | str | os.PathLike[str],
    second: Plan | str | os.PathLike[str],
    views: Sequence[ViewSource] = (ALL,),
    *,
    draws: int = 10_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> ComparisonViews:
    """Compare two plans of *case* as written and under each of *views*, in the same draws.

    Args:
        case: Where to load the case from: a path or the name of a built-in case.
        first: A plan in any form that :func:`detente.compare` takes.
        second: The same; differences are second less first.
        views: Names of views that the case has (all, by default) or paths of files of overrides;
            several joined by ``+`` are laid over each other, the later ones on top.
        draws: Number of draws, from 1 on.
        seed: Which sequence of draws, from 0 on.
        progress: Called with (draws done, draws asked for), over all views.

    Returns:
        A comparison for each view, and which differences keep their sign under all.

    Raises:
        CaseError: For files that cannot be used, with every problem of all.
        PlanError: For a plan that does not fit the case.
        RequestError: For an unknown view, a case without views, and as in
            :func:`detente.compare`.
    """
    cases = load_views(case, [AS_WRITTEN, *as_list("views", views)])
    return compared_under(cases, first, second, draws=draws, seed=seed, progress=progress)


def compared_under(
    cases: Sequence[Case],
    first: Plan | str | os.PathLike[str],
    second: Plan | str | os.PathLike[str],
    *,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> ComparisonViews:
    """Compare two plans in *cases*, one case as written and under each view."""
    found: dict[str, Comparison] = {}
    for i, case in enumerate(cases):
        part = None if progress is None else part_of(progress, i, len(cases))
        found[_name(case)] = compare(case, first, second, draws=draws, seed=seed, progress=part)
    return _over_views(found)


def compare_versions_views(
    first: str | os.PathLike[str],
    second: str | os.PathLike[str],
    views: Sequence[ViewSource] = (ALL,),
    *,
    proposals: Sequence[str] | None = None,
    draws: int = 10_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> VersionViews:
    """Compare two versions of a case as written and under each of *views* that both have.

    Args:
        first: Where to load a case from: a path or the name of a built-in case.
        second: The same; differences are second less first.
        views: Names of views, each as its version of the case has it (all that both have, by
            default), or paths of files of overrides, laid over both.
        proposals: Ids of proposals; all that both have, by default.
        draws: Number of draws, from 1 on.
        seed: Which sequence of draws, from 0 on.
        progress: Called with (draws done, draws asked for), over all views.

    Returns:
        A comparison for each view, and which differences keep their sign under all.

    Raises:
        CaseError: For files that cannot be used, with every problem of all.
        RequestError: For an unknown view, versions without a view in common, and as in
            :func:`detente.compare_versions`.
    """
    asked = [AS_WRITTEN, *as_list("views", views)]
    return versions_under(
        load_views(first, asked),
        load_views(second, asked),
        proposals=proposals,
        draws=draws,
        seed=seed,
        progress=progress,
    )


def versions_under(
    first: Sequence[Case],
    second: Sequence[Case],
    *,
    proposals: Sequence[str] | None,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> VersionViews:
    """Compare two versions, each as written and under views, under those that both have."""
    others = {_name(case): case for case in second}
    pairs = [(case, others[_name(case)]) for case in first if _name(case) in others]
    if len(pairs) < 2:
        raise RequestError(f"{first[0].name} and {second[0].name} have no view in common")
    found: dict[str, VersionComparison] = {}
    for i, pair in enumerate(pairs):
        part = None if progress is None else part_of(progress, i, len(pairs))
        found[_name(pair[0])] = compare_versions(
            *pair, proposals=proposals, draws=draws, seed=seed, progress=part
        )
    rows = zip(*(version.comparisons for version in found.values()), strict=True)
    by_proposal = tuple(_over_views(dict(zip(found, row, strict=True))) for row in rows)
    return VersionViews(found, by_proposal)


def _name(case: Case) -> str:
    return case.view.id if case.view else AS_WRITTEN


def _over_views(found: Mapping[str, Comparison]) -> ComparisonViews:
    figures = {view: dict(figures_of(comparison)) for view, comparison in found.items()}
    keys = [key for key in next(iter(figures.values())) if all(key in f for f in figures.values())]
    return ComparisonViews(
        found,
        tuple(_difference(*key, {view: figures[view][key] for view in figures}) for key in keys),
    )


def _difference(figure: str, about: str | None, found: Mapping[str, Contrast]) -> DifferenceViews:
    clear = {view: c.difference.mean for view, c in found.items() if c.difference.is_clear}
    return DifferenceViews(
        figure,
        about,
        found,
        more_in=tuple(view for view, mean in clear.items() if mean > 0.0),
        less_in=tuple(view for view, mean in clear.items() if mean < 0.0),
        open_in=tuple(view for view in found if view not in clear),
    )
