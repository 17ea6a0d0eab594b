"""Plans as they are named on the command line."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import detente
from detente.case.load import plan_in
from detente.case.reading import MAX_BYTES

#: A plan that a search found, by the folder of its results: ``river-search/plan_2``.
_OF_SEARCH = re.compile(r"plan_[1-9][0-9]*")


def plan_argument(case: detente.Case, text: str) -> detente.Plan | str:
    """Return the plan on standard input where *text* is ``-``, or the one of a search that it names.

    Anything else is returned as it is: it says itself what it is.

    Raises:
        PlanError: for a plan that the results of a search do not have, or that fits no plan.
    """
    if text == "-":
        return plan_in(case, sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")
    place = Path(text)
    if _OF_SEARCH.fullmatch(place.name) and place.name != text:
        from detente.report.searched import DOCUMENT  # noqa: PLC0415 (pages take time to load)

        return _found(case, place.parent / DOCUMENT, place.name)
    return text


def _found(case: detente.Case, document: Path, name: str) -> detente.Plan:
    """Return the plan called *name* in the results of a search."""
    try:
        plans = json.loads(document.read_bytes())["plans"]
        steps = {plan["id"]: plan["phases"] for plan in plans}
    except FileNotFoundError as error:
        raise detente.PlanError(
            f"there is no {document}: search with --out {document.parent}"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise detente.PlanError(f"{document} does not hold the results of a search") from error
    if name not in steps:
        raise detente.PlanError(f"there is no {name} in {document}: it has 1 to {len(steps)}")
    return detente.parse_plan(case, steps[name])
