"""The JSON document of ``explain``, under one view or several."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from detente.insight.results import Explanation, Flip, Reason, Repair, Swing
from detente.insight.viewed import ExplanationViews
from detente.report.document import (
    phases_document,
    plain,
    proposal_document,
    ranges_document,
    view_document,
)
from detente.report.explaining_views import flip_views_text, reason_views_text, repair_views_text
from detente.report.reasons import change, flip_text, reason_text, repair_text, swing_text
from detente.report.speaker import Speaker

__all__ = ["explanation_document"]

#: Keys that are the same under every view.
_ONCE = ("case", "title", "draws", "seed", "view", "provenance")


def explanation_document(explanation: Explanation | ExplanationViews) -> dict[str, Any]:
    """Return *explanation* as plain data that JSON can hold.

    Args:
        explanation: what :func:`detente.explain` or :func:`detente.explain_views` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance``, the verdict on the
        ``plan``, ``reasons``, ``repairs``, ``flips``, ``swings`` and ``balances``. Of
        several views, these are of the case as written; ``views``, ``ranges``, ``conclusions``
        and ``over_views`` come on top.
    """
    if isinstance(explanation, Explanation):
        return _explanation(explanation)
    return _explanation(explanation.written) | _over_views(explanation)


def _explanation(explanation: Explanation) -> dict[str, Any]:
    result, speaker = explanation.result, Speaker(explanation.result)
    provenance = asdict(result.provenance)
    content = {
        "case": result.case.name,
        "title": result.case.title,
        "draws": provenance.pop("draws"),
        "seed": provenance.pop("seed"),
        "view": None if result.case.view is None else asdict(result.case.view),
        "provenance": provenance,
        "plan": {"id": explanation.verdict.proposal, **proposal_document(explanation.verdict)},
        "reasons": [_reason(speaker, reason) for reason in explanation.reasons],
        "repairs": [_repair(speaker, repair) for repair in explanation.repairs],
        "flips": [_flip(explanation, speaker, flip) for flip in explanation.flips],
        "swings": [_swing(explanation, speaker, swing) for swing in explanation.swings],
        "balances": [asdict(balance) for balance in explanation.balances],
        "tried": explanation.tried,
        "left_out": explanation.left_out,
    }
    return dict(plain(content))


def _over_views(explanation: ExplanationViews) -> dict[str, Any]:
    """Return what several views add: each explanation, and what is found under which."""
    content = {
        "views": {name: _view(found) for name, found in explanation.explanations.items()},
        "ranges": ranges_document(explanation.result, explanation.written.verdict.proposal),
        "conclusions": [asdict(conclusion) for conclusion in explanation.result.conclusions],
        "over_views": {
            "reasons": [_reason_views(explanation, i) for i in range(len(explanation.reasons))],
            "repairs": [_repair_views(explanation, i) for i in range(len(explanation.repairs))],
            "flips": [_flip_views(explanation, i) for i in range(len(explanation.flips))],
        },
    }
    return dict(plain(content))


def _view(found: Explanation) -> dict[str, Any]:
    own = {key: value for key, value in _explanation(found).items() if key not in _ONCE}
    return {**view_document(found.result.case), **own}


def _reason_views(explanation: ExplanationViews, i: int) -> dict[str, Any]:
    found = explanation.reasons[i]
    one = found.reason
    return {
        "kind": one.kind,
        "party": one.party,
        "constituency": one.constituency,
        "phase": one.phase if one.kind == "breach" else None,
        "deviation": one.deviation,
        "shares": {view: reason.share for view, reason in found.found.items()},
        "amounts": {view: reason.amount for view, reason in found.found.items()},
        "text": reason_views_text(explanation, found),
    }


def _repair_views(explanation: ExplanationViews, i: int) -> dict[str, Any]:
    found = explanation.repairs[i]
    return {
        "changes": [asdict(found.change)],
        "holds": {view: repair.hold.mean for view, repair in found.found.items()},
        "gains": {view: repair.gain for view, repair in found.found.items()},
        "helps_in": found.helps_in,
        "text": repair_views_text(explanation, found),
    }


def _flip_views(explanation: ExplanationViews, i: int) -> dict[str, Any]:
    found = explanation.flips[i]
    return {
        "party": found.party,
        "number": found.number,
        "to": {view: flip.after for view, flip in found.found.items()},
        "accepts_in": found.accepts_in,
        "fails_in": found.fails_in,
        "text": flip_views_text(explanation, found),
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
        "phases": phases_document(repair.plan),
        "hold": repair.hold.mean,
        "interval": repair.hold.interval,
        "before": repair.before.mean,
        "gain": repair.gain,
        "standard_error": repair.error,
        "between": repair.between,
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
