"""The JSON document of ``sensitivity``, under one view or several.

Keys that callers rely on are listed in the reference of the commands; others may be added.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from detente.influence.estimates import Z
from detente.influence.results import (
    Finding,
    GroupIndices,
    Index,
    Scenario,
    Sensitivity,
    SensitivityViews,
)
from detente.report.document import plain, view_document
from detente.report.influence_words import Words
from detente.report.mattering import (
    choice_text,
    convergence_text,
    finding_text,
    headline,
    scenario_text,
    swing_text,
)
from detente.report.plan_text import plan_text

__all__ = ["sensitivity_document"]

#: Keys that are the same under every view.
_ONCE = ("case", "title", "draws", "seed", "view", "provenance", "plan", "figure", "against")


def sensitivity_document(found: Sensitivity | SensitivityViews) -> dict[str, Any]:
    """Return *found* as plain data that JSON can hold.

    Args:
        found: what :func:`detente.sensitivity` or :func:`detente.sensitivity_views` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance``, ``plan`` and ``figure``,
        then ``indices``, ``unknowns``, ``convergence``, ``boxes`` and ``boxes_holding``,
        ``value_of_information`` with ``choice``, and ``swings``. Of several views, these are of
        the first; ``views`` and ``mattering`` come on top.
    """
    if isinstance(found, Sensitivity):
        return _document(found)
    first = next(iter(found.results.values()))
    views = {
        name: view_document(one.case)
        | {key: value for key, value in _document(one).items() if key not in _ONCE}
        for name, one in found.results.items()
    }
    mattering = [
        {
            "by": row.way,
            "group": row.group,
            "shapley": {
                view: None if effect is None else effect.value
                for view, effect in row.by_view.items()
            },
            "everywhere": row.everywhere,
        }
        for row in found.mattering
    ]
    return _document(first) | dict(plain({"views": views, "mattering": mattering}))


def _document(found: Sensitivity) -> dict[str, Any]:
    words, run = Words.of(found), asdict(found.provenance)
    choice = found.choice
    content = {
        "case": found.case.name,
        "title": found.case.title,
        "draws": run.pop("draws"),
        "seed": run.pop("seed"),
        "view": None if found.case.view is None else asdict(found.case.view),
        "provenance": run,
        "plan": {"name": found.name, "plan": plan_text(found.plan)},
        "figure": found.figure,
        "against": None if found.against is None else [plan_text(p) for p in found.against],
        "numbers": found.numbers,
        **_index(found.mean),
        "variance": found.variance,
        "text": headline(found, words),
        "indices": [_group(row) for row in found.indices],
        "unknowns": [
            {"number": one.number, "text": words.unknown(one.number)}
            | {"first": one.first.value, "delta": one.delta.value}
            | {"interval": {"first": one.first.interval, "delta": one.delta.interval}}
            for one in found.unknowns
        ],
        "zero": {"delta": found.zero},
        "convergence": None
        if found.convergence is None
        else {**asdict(found.convergence), "text": convergence_text(found)},
        "boxes": [_box(words, box, fails=True) for box in found.failing],
        "boxes_holding": [_box(words, box, fails=False) for box in found.holding],
        "value_of_information": []
        if choice is None
        else [_finding(found, words, one) for one in choice.findings],
        "choice": None
        if choice is None
        else {
            "plans": [
                {"name": name, **_index(mean)}
                for name, mean in zip(choice.plans, choice.means, strict=True)
            ],
            "perfect": _index(choice.perfect),
            "draws": choice.draws,
            "left_out": choice.left_out,
            "text": choice_text(found, words, choice),
        },
        "target": found.target,
        "swings": [
            {
                **asdict(one),
                "at_low": _index(one.at_low),
                "at_high": _index(one.at_high),
                "difference": _index(one.difference),
                "text": swing_text(found, words, one),
            }
            for one in found.swings
        ],
    }
    return dict(plain(content))


def _index(one: Index) -> dict[str, Any]:
    return {
        "value": one.value,
        "standard_error": one.error,
        "confidence": Z * one.error,
        "interval": one.interval,
    }


def _group(row: GroupIndices) -> dict[str, Any]:
    each = {"first": row.first, "total": row.total, "shapley": row.shapley}
    return {
        "by": row.way,
        "group": row.group,
        "unknowns": row.unknowns,
        **{name: None if one is None else one.value for name, one in each.items()},
        # Half the width of the wider of the intervals of first and total; each has its own below.
        "confidence": Z * max(row.first.error, row.total.error),
        "interval": {name: None if one is None else one.interval for name, one in each.items()},
    }


def _box(words: Words, box: Scenario, *, fails: bool) -> dict[str, Any]:
    return {
        "limits": [asdict(bound) for bound in box.limits],
        "coverage": box.coverage.value,
        "density": box.density.value,
        "mass": box.mass,
        "after": box.after,
        "base": box.base,
        "interval": {"coverage": box.coverage.interval, "density": box.density.interval},
        "text": scenario_text(words, box, fails=fails),
    }


def _finding(found: Sensitivity, words: Words, one: Finding) -> dict[str, Any]:
    return {
        "by": one.way,
        "group": one.group,
        **_index(one.value),
        "zero": one.zero,
        "clear": one.clear,
        "text": finding_text(found, words, one),
    }
