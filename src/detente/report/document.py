"""The JSON document of ``run``: the same on standard output and in ``run.json``.

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
from detente.verdict.results import Lower, RunResult, Verdict

__all__ = ["as_json", "document", "plain"]


# A list without texts or other lists: within a text there is no line break.
_NUMBERS = re.compile(r'\[\n\s*([^\[\]{}"]+?)\s*\]')


def document(result: RunResult) -> dict[str, Any]:
    """Return *result* as plain data that JSON can hold.

    Args:
        result: what :func:`detente.run` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance`` and, by id, ``proposals``.
    """
    provenance = asdict(result.provenance)
    content = {
        "case": result.case.name,
        "title": result.case.title,
        "draws": provenance.pop("draws"),
        "seed": provenance.pop("seed"),
        "phases": list(result.case.phase_names),
        "main_outcome": result.case.main_outcome,
        "provenance": provenance,
        "proposals": {v.proposal: _proposal(v) for v in result.verdicts},
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
