"""The JSON documents of ``run`` and ``explain``: on standard output, and ``run.json``.

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

from detente.case.domain import Plan
from detente.insight.results import Explanation, Flip, Reason, Repair, Swing
from detente.report.reasons import change, flip_text, reason_text, repair_text, swing_text
from detente.report.speaker import Speaker
from detente.verdict.results import Estimate, Lower, RunResult, Verdict
from detente.verdict.views import ViewRange, ViewsResult

__all__ = ["as_json", "document", "explanation_document", "plain"]


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
            "ranges": {v.proposal: _ranges(result, v.proposal) for v in result.written},
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
        "proposals": {v.proposal: _proposal(v) for v in result.verdicts},
    }
    return dict(plain(content))


def _view(result: RunResult) -> dict[str, Any]:
    """Return the verdicts under one view, without what is only shown of the case as written."""
    view = result.case.view
    proposals = {v.proposal: _proposal(v) for v in result.verdicts}
    for found in proposals.values():
        del found["name"], found["phases"], found["paths"]
    return {
        "name": None if view is None else view.name,
        "file": None if view is None else view.file,
        "why": None if view is None else view.why,
        "case_hash": result.provenance.case_hash,
        "proposals": proposals,
    }


def _ranges(result: ViewsResult, proposal: str) -> dict[str, Any]:
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


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return *explanation* as plain data that JSON can hold.

    Args:
        explanation: what :func:`detente.explain` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance``, the verdict on the
        ``plan``, ``reasons``, ``repairs``, ``flips``, ``swings`` and ``balances``.
    """
    result, speaker = explanation.result, Speaker(explanation.result)
    provenance = asdict(result.provenance)
    content = {
        "case": result.case.name,
        "title": result.case.title,
        "draws": provenance.pop("draws"),
        "seed": provenance.pop("seed"),
        "provenance": provenance,
        "plan": {"id": explanation.verdict.proposal, **_proposal(explanation.verdict)},
        "reasons": [_reason(speaker, reason) for reason in explanation.reasons],
        "repairs": [_repair(speaker, repair) for repair in explanation.repairs],
        "flips": [_flip(explanation, speaker, flip) for flip in explanation.flips],
        "swings": [_swing(explanation, speaker, swing) for swing in explanation.swings],
        "balances": [asdict(balance) for balance in explanation.balances],
        "tried": explanation.tried,
        "left_out": explanation.left_out,
    }
    return dict(plain(content))


def as_json(content: Mapping[str, Any]) -> str:
    """Return *content* as JSON text, in ASCII: texts of cases stay harmless on any screen.

    Lists of numbers stand on one line.
    """
    text = json.dumps(content, indent=2, allow_nan=False)
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def _proposal(verdict: Verdict) -> dict[str, Any]:
    estimates = {"accept": verdict.accept, "keep": verdict.keep, "hold": verdict.hold}
    return {
        "name": verdict.name,
        "phases": _phases(verdict.plan),
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


def _reason(speaker: Speaker, reason: Reason) -> dict[str, Any]:
    found = asdict(reason)
    texts = [change(speaker, remedy.change) for remedy in reason.remedies]
    for remedy, text in zip(found["remedies"], texts, strict=True):
        remedy["text"] = text
    return {**found, "text": reason_text(speaker, reason)}


def _repair(speaker: Speaker, repair: Repair) -> dict[str, Any]:
    return {
        "changes": [asdict(repair.change)],
        "phases": _phases(repair.plan),
        "hold": repair.hold.mean,
        "interval": repair.hold.interval,
        "before": repair.before.mean,
        "gain": repair.gain,
        "standard_error": repair.error,
        "text": repair_text(speaker, repair),
    }


def _flip(explanation: Explanation, speaker: Speaker, flip: Flip) -> dict[str, Any]:
    return {
        "party": flip.party,
        "constituency": flip.constituency,
        "number": flip.number,
        "item": flip.item,
        "from": flip.before,
        "to": flip.after,
        "share": flip.share,
        "text": flip_text(speaker, explanation.result.case, flip),
    }


def _swing(explanation: Explanation, speaker: Speaker, swing: Swing) -> dict[str, Any]:
    return {**asdict(swing), "text": swing_text(speaker, explanation.result.case, swing)}


def _lower(lower: Lower) -> dict[str, float]:
    return {
        "accept": lower.accept.mean,
        "keep": lower.keep.mean,
        "hold": lower.hold.mean,
        "unsettled": lower.unsettled,
    }


def _phases(plan: Plan) -> dict[str, list[str]]:
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
