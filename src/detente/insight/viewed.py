"""One plan explained under several views: what is in its way, and would help, under which.

What is found under any view is asked of all: a change that helps under one is judged under each,
in the same fresh draws, and a number that would turn a party under one is searched in each. So
"only under some views" never means that nobody looked under the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from detente.case.arguments import as_list
from detente.case.domain import Case, Plan
from detente.case.fields import ALL, AS_WRITTEN
from detente.case.load import find_plan, load_views
from detente.case.names import did_you_mean, listed, shortened
from detente.case.views import ViewSource
from detente.insight.explain import explained, studied
from detente.insight.flips import HALF, accepting, flip_of
from detente.insight.repairs import helps, repairs_of
from detente.insight.results import Explanation, Flip, Reason, Repair
from detente.insight.subject import Trial
from detente.searching.edits import Edit
from detente.verdict.conclusions import conclusions
from detente.verdict.run import Progress
from detente.verdict.views import ViewsResult

__all__ = [
    "ExplanationViews",
    "FlipViews",
    "ReasonViews",
    "RepairViews",
    "explain_views",
    "explained_under",
]

_Key = tuple[object, ...]
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class ReasonViews:
    """One thing in the way of a plan, and under which views it is.

    Refusals are one thing by kind and whose yes it is; breaches by party, phase and what is done;
    the rest by kind and whom it is about.
    """

    found: Mapping[str, Reason]  #: by view; left out where it is too rare to be spoken of

    @property
    def reason(self) -> Reason:
        """As the first view that has it says it."""
        return next(iter(self.found.values()))


@dataclass(frozen=True, slots=True)
class RepairViews:
    """One change of a plan, judged under every view in the same fresh draws."""

    change: Edit  #: what is changed
    found: Mapping[str, Repair]  #: by view, helping or not; left out where it breaks a rule
    helps_in: tuple[str, ...]  #: views under which it helps beyond doubt (M63)


@dataclass(frozen=True, slots=True)
class FlipViews:
    """One number that would make a party accept in half of the draws, and where it would."""

    party: str  #: id of the party that refuses more often than not
    number: str  #: path of the number in the case
    found: Mapping[str, Flip]  #: by view: to what it would have to change
    accepts_in: tuple[str, ...]  #: views under which the party accepts so often anyway
    fails_in: tuple[str, ...]  #: views under which no figure within the limits is enough


@dataclass(frozen=True, slots=True)
class ExplanationViews:
    """Why a plan fares as it does under several views, the case as written being the first.

    ``found["sceptical"]`` is the explanation under a view (KeyError where there is none),
    iterating yields the names of the views, ``len`` counts them and ``in`` asks for one.
    """

    explanations: Mapping[str, Explanation]  #: by view, ``as_written`` first
    result: ViewsResult  #: the verdicts on the plan, their ranges, and what of them holds where
    reasons: tuple[ReasonViews, ...]  #: those of most views first, then the most weighty
    repairs: tuple[RepairViews, ...]  #: those that help under most views first
    flips: tuple[FlipViews, ...]  #: those that would do under most views first

    @property
    def written(self) -> Explanation:
        """The explanation of the case as written."""
        return self.explanations[AS_WRITTEN]

    def __getitem__(self, view: str) -> Explanation:
        """Return the explanation under a view; KeyError, in words, where there is none."""
        if view in self.explanations:
            return self.explanations[view]
        known = [*self.explanations]
        hint = did_you_mean(str(view), known) or f"; it has {listed(known, 'and')}"
        raise KeyError(f"no view {shortened(view)!r} in this explanation{hint}")

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the views, the case as written first."""
        return iter(self.explanations)

    def __len__(self) -> int:
        """Return the number of views, the case as written among them."""
        return len(self.explanations)

    def __contains__(self, view: object) -> bool:
        """Whether there is an explanation under the view of that name."""
        return view in self.explanations

    def __repr__(self) -> str:
        # Short: the explanations are looked at one by one.
        plan, case = self.written.verdict.proposal, self.written.result.case.name
        return f"<ExplanationViews of {plan} in {case} under {listed([*self], 'and')}>"


def explain_views(
    case: str | os.PathLike[str],
    plan: Plan | str | os.PathLike[str],
    views: Sequence[ViewSource] = (ALL,),
    *,
    draws: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> ExplanationViews:
    """Say why *plan* is refused or broken as written and under each of *views*, in the same draws.

    Args:
        case: Where to load the case from: a path or the name of a built-in case.
        plan: A plan in any form that :func:`detente.explain` takes.
        views: Names of views that the case has (all, by default) or paths of files of overrides;
            several joined by ``+`` are laid over each other, the later ones on top.
        draws: Number of draws, from 2 to 10 000.
        seed: Which sequence of draws, from 0 on.
        progress: Called with (draws done, draws asked for), over all views.

    Returns:
        An explanation for each view, and what of it is found under which.

    Raises:
        CaseError: For files that cannot be used, with every problem of all.
        PlanError: For a plan that does not fit the case.
        RequestError: For an unknown view, a case without views, and as in
            :func:`detente.explain`.
    """
    cases = load_views(case, [AS_WRITTEN, *as_list("views", views)])
    return explained_under(cases, plan, draws=draws, seed=seed, progress=progress)


def explained_under(
    cases: Sequence[Case],
    plan: Plan | str | os.PathLike[str],
    *,
    draws: int,
    seed: int,
    progress: Progress | None = None,
) -> ExplanationViews:
    """Explain *plan* in *cases*, one case as written and under each view, in the same draws."""
    # Views have the measures and phases of their case, so that a plan of it is one of theirs.
    asked = plan if isinstance(plan, Plan) else find_plan(cases[0], plan)
    explanations, reasons = dict[str, Explanation](), dict[str, tuple[Reason, ...]]()
    for i, case in enumerate(cases, start=1):
        name = case.view.id if case.view else AS_WRITTEN
        explanations[name], reasons[name] = explained(case, asked, draws=draws, seed=seed)
        if progress is not None:
            progress(i * draws, (len(cases) + 1) * draws)
    edits = list(dict.fromkeys(r.change for e in explanations.values() for r in e.repairs))
    wanted = list(
        dict.fromkeys(
            (flip.party, flip.number)
            for e in explanations.values()
            for flip in e.flips
            if flip.number is not None
        )
    )
    asked_again = {
        name: _Answers.of(studied(case, asked, draws=draws, seed=seed), edits, wanted)
        for name, case in zip(explanations, cases, strict=True)
    }
    if progress is not None:
        progress((len(cases) + 1) * draws, (len(cases) + 1) * draws)
    results = {name: explanation.result for name, explanation in explanations.items()}
    return ExplanationViews(
        explanations,
        ViewsResult(results, conclusions(results)),
        _reasons(reasons),
        _by_views((_repair(asked_again, edit) for edit in edits), lambda found: found.helps_in),
        _by_views((_flip(asked_again, *want) for want in wanted), lambda found: [*found.found]),
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    """What one view says of changes and numbers that were found under any."""

    repairs: Mapping[Edit, Repair]
    flips: Mapping[tuple[str, str], Flip | None]
    accepting: Mapping[str, float]

    @classmethod
    def of(cls, about: Trial, edits: Sequence[Edit], wanted: Sequence[tuple[str, str]]) -> _Answers:
        accepts = {party: accepting(about, party) for party, _ in wanted}
        flips = {
            (party, number): flip_of(about, party, number)
            for party, number in wanted
            if accepts[party] < HALF
        }
        return cls(repairs_of(about, edits), flips, accepts)


def _reasons(by_view: Mapping[str, Sequence[Reason]]) -> tuple[ReasonViews, ...]:
    alike: dict[_Key, dict[str, Reason]] = {}
    for name, reasons in by_view.items():
        for reason in reasons:
            alike.setdefault(_key(reason), {}).setdefault(name, reason)
    ordered = sorted(alike.values(), key=lambda found: -max(r.share for r in found.values()))
    return _by_views((ReasonViews(found) for found in ordered), lambda one: [*one.found])


def _key(reason: Reason) -> _Key:
    """Return what makes two reasons one, whatever their figures."""
    match reason.kind:
        case "breach":
            one = reason.measures if reason.deviation in {"withhold", "undo"} else ()
            return (reason.kind, reason.party, reason.phase, reason.deviation, one)
        case "succession":
            return (reason.kind, reason.constituency)
        case _:
            return (reason.kind, reason.party, reason.constituency if reason.own else None)


def _repair(answers: Mapping[str, _Answers], edit: Edit) -> RepairViews:
    found = {name: each.repairs[edit] for name, each in answers.items() if edit in each.repairs}
    return RepairViews(edit, found, tuple(name for name in found if helps(found[name])))


def _flip(answers: Mapping[str, _Answers], party: str, number: str) -> FlipViews:
    accepts = tuple(name for name, each in answers.items() if each.accepting[party] >= HALF)
    tried = {n: each.flips[party, number] for n, each in answers.items() if n not in accepts}
    found = {name: flip for name, flip in tried.items() if flip is not None}
    return FlipViews(
        party, number, found, accepts, tuple(name for name in tried if name not in found)
    )


def _by_views(
    found: Iterator[_Found], where: Callable[[_Found], Sequence[str]]
) -> tuple[_Found, ...]:
    """Return *found* with what is so under most views first, else in the order given."""
    return tuple(sorted(found, key=lambda one: -len(where(one))))
