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
from detente.report.comparing import comparison_screen, versions_screen
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
        json: Print one JSON document instead.
    """
    check_sizes(draws=draws, seed=seed)
    if second is None:
        _versions(case, first, proposal, draws, seed, json=json)
        return
    if proposal:
        raise detente.RequestError("--proposal belongs to two versions: detente compare CASE A")
    subject = detente.load_case(case)
    pair = [plan_argument(subject, text) for text in (first, second)]
    with progress("judging") as report:
        plans = detente.compare(subject, *pair, draws=draws, seed=seed, progress=report)
    if json:
        write(as_json(comparison_document(plans)))
    else:
        show(comparison_screen(plans), widest=WIDEST)


def _versions(
    first: str, second: str, proposals: list[str] | None, draws: int, seed: int, *, json: bool
) -> None:
    named = {proposal.id for proposal in detente.load_case(first).proposals}
    if second in named or begins_as_plan(second):
        raise detente.RequestError(f"{second[:80]!r} is a plan; name the other one after it")
    with progress("judging") as report:
        found = detente.compare_versions(
            first, second, proposals=proposals, draws=draws, seed=seed, progress=report
        )
    if json:
        write(as_json(versions_document(found)))
    else:
        show(versions_screen(found), widest=WIDEST)
