"""The JSON documents of comparisons; numbers stand as computed, unrounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from detente.case.domain import Proposal
from detente.insight.changes import NumberChange, RuleChange
from detente.insight.comparing import Comparison, VersionComparison
from detente.insight.comparing_views import ComparisonViews, VersionViews
from detente.insight.paired import Contrast
from detente.report.comparing_views import turning_sentences
from detente.report.differences import sentences
from detente.report.document import plain, view_document
from detente.report.numbers import range_in_words
from detente.report.text import clean

__all__ = ["comparison_document", "contrast_document", "versions_document"]


def comparison_document(found: Comparison | ComparisonViews) -> dict[str, Any]:
    """Return two plans compared as plain data that JSON can hold."""
    if isinstance(found, Comparison):
        return _plans(found)
    views = {
        name: {**view_document(one.second_case), **_compared(one)}
        for name, one in found.comparisons.items()
    }
    return {
        **_plans(found.written),
        **dict(plain({"views": views, "over_views": _over_views(found)})),
    }


def _plans(found: Comparison) -> dict[str, Any]:
    view = found.second_case.view
    content = {
        "kind": "plans",
        "case": found.second_case.name,
        "title": found.second_case.title,
        "view": None if view is None else asdict(view),
        **_how(found),
        **_compared(found),
    }
    return dict(plain(content))


def versions_document(found: VersionComparison | VersionViews) -> dict[str, Any]:
    """Return two versions compared as plain data that JSON can hold."""
    if isinstance(found, VersionComparison):
        return _versions(found)
    content = _versions(found.written)
    views = {name: _version_view(one) for name, one in found.versions.items()}
    over = {one.written.second.id: _over_views(one) for one in found.comparisons}
    return {**content, **dict(plain({"views": views, "over_views": over}))}


def _version_view(found: VersionComparison) -> dict[str, Any]:
    return {
        "name": view_document(found.second)["name"],
        "files": [view_document(case)["file"] for case in (found.first, found.second)],
        "case_hashes": [case.hash for case in (found.first, found.second)],
        "proposals": {one.second.id: _compared(one) for one in found.comparisons},
    }


def _over_views(found: ComparisonViews) -> dict[str, Any]:
    """Return what several views add to a comparison."""
    return {
        "differences": [
            {
                "figure": one.figure,
                "about": one.about,
                "more_in": one.more_in,
                "less_in": one.less_in,
                "open_in": one.open_in,
                **{
                    end: {"view": view, "difference": one.difference(view).mean}
                    for end, view in (("low", one.low_in), ("high", one.high_in))
                },
            }
            for one in found.differences
        ],
        "text": list(turning_sentences(found)),
    }


def _versions(found: VersionComparison) -> dict[str, Any]:
    view = found.second.view
    versions = {"first": found.first, "second": found.second}
    content = {
        "kind": "versions",
        "view": None if view is None else asdict(view),
        **{
            side: {"case": case.name, "title": case.title, "case_hash": case.hash}
            for side, case in versions.items()
        },
        **(_how(found.comparisons[0]) if found.comparisons else {}),
        "changes": {
            "numbers": [_number_entry(change) for change in found.changes.numbers],
            "rules": [_rule_entry(change) for change in found.changes.rules],
            "texts": found.changes.texts,
            "unshared": found.changes.unshared,
        },
        "proposals": {one.second.id: _compared(one) for one in found.comparisons},
    }
    return dict(plain(content))


def _how(found: Comparison) -> dict[str, Any]:
    provenance = asdict(found.provenance)
    return {
        "draws": provenance.pop("draws"),
        "seed": provenance.pop("seed"),
        "provenance": provenance,
    }


def _compared(found: Comparison) -> dict[str, Any]:
    many = ("accept_by", "score_by", "value", "broken_by", "trust", "exposure", "outcomes")
    one = ("accept", "keep", "hold", "distrusted", "accident")
    return {
        "first": _side(found.first),
        "second": _side(found.second),
        "steps": [{"kind": step.kind, **asdict(step)} for step in found.steps],
        "necessary": found.necessary,
        **{name: contrast_document(getattr(found, name)) for name in one},
        "turned": asdict(found.turned),
        "turned_by": {name: asdict(turned) for name, turned in found.turned_by.items()},
        **{
            name: {key: contrast_document(value) for key, value in getattr(found, name).items()}
            for name in many
        },
        "broken_at": {
            party: [contrast_document(value) for value in values]
            for party, values in found.broken_at.items()
        },
        "text": list(sentences(found)),
    }


def _side(proposal: Proposal) -> dict[str, Any]:
    phases = {str(k): list(names) for k, names in enumerate(proposal.plan.phases) if names}
    return {"proposal": proposal.id, "name": proposal.name, "phases": phases}


def contrast_document(found: Contrast) -> dict[str, Any]:
    """Return one figure under both as plain data that JSON can hold."""
    return {
        "first": found.first,
        "second": found.second,
        "difference": found.difference.mean,
        "standard_error": found.difference.standard_error,
        "interval": list(found.difference.interval),
        "clear": found.difference.is_clear,
    }


def _number_entry(change: NumberChange) -> dict[str, Any]:
    ends = {"first": change.first, "second": change.second}
    shown = {side: None if end is None else range_in_words(end) for side, end in ends.items()}
    return {"path": _dotted(change.path), "about": clean(change.about), **shown}


def _rule_entry(change: RuleChange) -> dict[str, Any]:
    return {
        "path": _dotted(change.path),
        "about": clean(change.about),
        "kind": change.kind,
        "first": change.first,
        "second": change.second,
        "numbers": change.numbers,
    }


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)
