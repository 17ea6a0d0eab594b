"""The JSON document of ``run``: on standard output, and ``run.json``; and JSON as it is written.

Keys that callers rely on are listed in the reference of the commands; others may be added.
Numbers stand as computed, unrounded; there is no NaN or infinity (null instead).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from detente.case.domain import Case, Plan
from detente.verdict.results import Estimate, Lower, RunResult, Verdict
from detente.verdict.views import ViewRange, ViewsResult

__all__ = [
    "as_json",
    "document",
    "phases_document",
    "plain",
    "proposal_document",
    "ranges_document",
    "view_document",
]


# A list without texts or other lists: within a text there is no line break.
_NUMBERS = re.compile(r'\[\n\s*([^\[\]{}"]+?)\s*\]')


def document(result: RunResult | ViewsResult) -> dict[str, Any]:
    """Return *result* as plain data that JSON can hold.

    Args:
        result: what :func:`detente.run` or :func:`detente.run_views` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance`` and, by id, ``proposals``.
        Of several views, these are of the case as written; ``views``, ``ranges`` and
        ``conclusions`` come on top.
    """
    if isinstance(result, RunResult):
        return _document(result)
    added: dict[str, Any] = plain(
        {
            "views": {name: _view(found) for name, found in result.results.items()},
            "ranges": {v.proposal: ranges_document(result, v.proposal) for v in result.written},
            "conclusions": [asdict(conclusion) for conclusion in result.conclusions],
        }
    )
    return _document(result.written) | added


def _document(result: RunResult) -> dict[str, Any]:
    provenance = asdict(result.provenance)
    content = {
        "case": result.case.name,
        "title": result.case.title,
        "draws": provenance.pop("draws"),
        "seed": provenance.pop("seed"),
        "phases": list(result.case.phase_names),
        "main_outcome": result.case.main_outcome,
        "view": None if result.case.view is None else asdict(result.case.view),
        "provenance": provenance,
        "proposals": {v.proposal: proposal_document(v) for v in result.verdicts},
    }
    return dict(plain(content))


def _view(result: RunResult) -> dict[str, Any]:
    """Return the verdicts under one view, without what is only shown of the case as written."""
    proposals = {v.proposal: proposal_document(v) for v in result.verdicts}
    for found in proposals.values():
        del found["name"], found["phases"], found["paths"]
    return {**view_document(result.case), "proposals": proposals}


def view_document(case: Case) -> dict[str, Any]:
    """Return what *case* is seen under; nulls for the case as written."""
    view = case.view
    return {
        "name": None if view is None else view.name,
        "file": None if view is None else view.file,
        "why": None if view is None else view.why,
        "case_hash": case.hash,
    }


def ranges_document(result: ViewsResult, proposal: str) -> dict[str, Any]:
    """Return between what the figures of a proposal lie over all views."""
    ranges = {
        "accept": result.range(proposal, "accept"),
        "keep": result.range(proposal, "keep"),
        "hold": result.range(proposal, "hold"),
    }
    return {figure: _range(found) for figure, found in ranges.items()}


def _range(found: ViewRange) -> dict[str, Any]:
    ends: dict[str, tuple[Estimate, str]] = {
        "low": (found.low, found.low_in),
        "high": (found.high, found.high_in),
    }
    return {end: {"view": view, "mean": e.mean} for end, (e, view) in ends.items()}


def as_json(content: Mapping[str, Any]) -> str:
    """Return *content* as JSON text, in ASCII: texts of cases stay harmless on any screen.

    Lists of numbers stand on one line.
    """
    text = json.dumps(content, indent=2, allow_nan=False)
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def proposal_document(verdict: Verdict) -> dict[str, Any]:
    """Return one verdict."""
    estimates = {"accept": verdict.accept, "keep": verdict.keep, "hold": verdict.hold}
    return {
        "name": verdict.name,
        "phases": phases_document(verdict.plan),
        "flaws": verdict.flaws,
        **{key: estimate.mean for key, estimate in estimates.items()},
        "standard_error": {key: item.standard_error for key, item in estimates.items()},
        "interval": {key: item.interval for key, item in estimates.items()},
        "keep_given_accept": verdict.keep_given_accept,
        "lower": _lower(verdict.lower),
        "unsettled": verdict.unsettled,
        "signatories": verdict.signatories,
        "necessary": verdict.necessary,
        "accept_by": verdict.accept_by,
        "shortfall": verdict.shortfall,
        "barred": verdict.barred,
        "break_by": verdict.break_by,
        "first_break": verdict.first_break,
        "kept_through": verdict.kept_through,
        "accident": verdict.accident,
        "trust": verdict.trust,
        "slack": verdict.slack,
        "breaks": verdict.breaks,
        "breaches": [asdict(breach) for breach in verdict.breaches],
        "weakest": None if verdict.weakest is None else asdict(verdict.weakest),
        "value": verdict.value,
        "exposure": verdict.exposure,
        "exposure_by": verdict.exposure_by,
        "exposure_at": verdict.exposure_at,
        "outcomes": {name: asdict(change) for name, change in verdict.outcomes.items()},
        "paths": {name: asdict(fan) for name, fan in verdict.paths.items()},
        "beaten_by": verdict.beaten_by,
    }


def _lower(lower: Lower) -> dict[str, float]:
    return {
        "accept": lower.accept.mean,
        "keep": lower.keep.mean,
        "hold": lower.hold.mean,
        "unsettled": lower.unsettled,
    }


def phases_document(plan: Plan) -> dict[str, list[str]]:
    """Return a plan, phases without any measure left out."""
    return {str(k): list(measures) for k, measures in enumerate(plan.phases) if measures}


def plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Return *value* with mappings as dict, sequences as list and no number JSON cannot hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
