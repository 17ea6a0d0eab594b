"""``detente compare``: two plans of a case, or two versions of a case, in the same draws."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

import detente
from detente.case.plans import begins_as_plan
from detente.commands.plans import plan_argument
from detente.commands.progress import progress
from detente.commands.run import Whole, check_sizes
from detente.commands.screen import show, write
from detente.insight.comparing_views import compared_under, versions_under
from detente.report.comparing import comparison_screen, versions_screen
from detente.report.comparing_views import comparison_views_screen, versions_views_screen
from detente.report.comparison_documents import comparison_document, versions_document
from detente.report.document import as_json
from detente.report.terminal import WIDEST


def compare(
    case: Annotated[str, Parameter(name="CASE")],
    first: Annotated[str, Parameter(name="A", allow_leading_hyphen=True)],
    second: Annotated[str | None, Parameter(name="B", allow_leading_hyphen=True)] = None,
    /,
    *,
    proposal: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    draws: Whole = 10_000,
    seed: Whole = 0,
    view: Annotated[list[str] | None, Parameter(consume_multiple=False, negative=())] = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Compare two plans of a case (CASE A B), or two versions of a case (CASE A).

    A and B after CASE are plans: the name of a proposal, a plan such as 1:a,b;2:c, a file with
    phases, or - for standard input.
    Without B, A is another version of CASE, and every proposal that both have is compared.

    Args:
        case: Path of a case file, or the name of a built-in case.
        first: The first plan; without B, the other version of CASE.
        second: The second plan.
        proposal: Of two versions, compare this proposal only; may be given several times.
        draws: How many draws of the uncertain numbers.
        seed: Which sequence of draws.
        view: Compare under this view of the case, by name or file; may be given several times.
        json: Print one JSON document instead.
    """
    check_sizes(draws=draws, seed=seed)
    if second is None:
        _versions(case, first, view or ["as_written"], proposal, draws, seed, json=json)
        return
    if proposal:
        raise detente.RequestError("--proposal belongs to two versions: detente compare CASE A")
    if first == second == "-":
        raise detente.RequestError("standard input can be one of the two plans only")
    subjects = detente.load_views(case, view or ["as_written"])
    pair = [plan_argument(subjects[0], text) for text in (first, second)]
    found: detente.Comparison | detente.ComparisonViews
    with progress("judging") as report:
        if len(subjects) == 1:
            found = detente.compare(subjects[0], *pair, draws=draws, seed=seed, progress=report)
        else:
            found = compared_under(subjects, *pair, draws=draws, seed=seed, progress=report)
    if json:
        write(as_json(comparison_document(found)))
    elif isinstance(found, detente.Comparison):
        show(comparison_screen(found), widest=WIDEST)
    else:
        show(comparison_views_screen(found), widest=WIDEST)


def _versions(
    first: str,
    second: str,
    views: list[str],
    proposals: list[str] | None,
    draws: int,
    seed: int,
    *,
    json: bool,
) -> None:
    named = {proposal.id for proposal in detente.load_case(first).proposals}
    if second in named or begins_as_plan(second):
        raise detente.RequestError(f"{second[:80]!r} is a plan; name the other one after it")
    sides = [detente.load_views(case, views) for case in (first, second)]
    found: detente.VersionComparison | detente.VersionViews
    with progress("judging") as report:
        if len(sides[0]) == len(sides[1]) == 1:
            one, other = sides[0][0], sides[1][0]
            found = detente.compare_versions(
                one, other, proposals=proposals, draws=draws, seed=seed, progress=report
            )
        else:
            found = versions_under(
                *sides, proposals=proposals, draws=draws, seed=seed, progress=report
            )
    if json:
        write(as_json(versions_document(found)))
    elif isinstance(found, detente.VersionComparison):
        show(versions_screen(found), widest=WIDEST)
    else:
        show(versions_views_screen(found), widest=WIDEST)
