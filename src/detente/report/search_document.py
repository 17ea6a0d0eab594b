"""The JSON documents of ``search``: of the plans found, and of small changes of one plan.

Keys that callers rely on are listed in the reference of the commands; others may be added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from detente.case.domain import Plan
from detente.report.document import plain
from detente.report.mending import mend_text, speaker_of
from detente.report.plan_text import plan_text
from detente.report.speaker import Speaker
from detente.searching.proving import Bounds
from detente.searching.repairing import Mend, RepairResult
from detente.searching.results import Found, Reckoned, SearchResult
from detente.verdict.results import Provenance, RunResult, Verdict
from detente.verdict.run import provenance

__all__ = ["repair_document", "search_document"]


def search_document(result: SearchResult) -> dict[str, Any]:
    """Return *result* as plain data that JSON can hold.

    Args:
        result: what :func:`detente.search` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance``, what was ``asked``, the
        ``plans``, the best of the first objective first, the ``proposals`` of the case by id,
        and the ``course`` of the search; ``bound`` where one was to be proved, and of several
        views ``views``.
    """
    first, higher = result.asked.objectives[0], result.asked.higher[0]
    ranked = sorted(result.plans, key=lambda p: p.figures[first].value, reverse=higher)
    content = {
        **_head(result.run, result.run.provenance),
        "main_outcome": result.case.main_outcome,
        "asked": asdict(result.asked),
        "plans": [_found(result, found) for found in ranked],
        "proposals": {
            name: {
                "name": result.run[name].name,
                **_judged(result.run[name]),
                "figures": _figures(figures),
                "plan": plan_text(result.run[name].plan),
            }
            for name, figures in result.proposals.items()
        },
        "course": asdict(result.course),
    }
    if result.bounds is not None:
        content["bound"] = _bounds(result.bounds)
    if len(result.judged) > 1:
        content["views"] = {name: _view(run) for name, run in result.judged.items()}
    return dict(plain(content))


def _bounds(bounds: Bounds) -> dict[str, Any]:
    sample, truth = bounds.sample, bounds.truth
    return {
        "objective": sample.objective,
        "draws": sample.draws,
        "best": sample.best,
        "upper": sample.upper,
        "gap": sample.gap,
        "proved": sample.proved,
        "nodes": sample.nodes,
        "seconds": sample.seconds,
        "truth": None
        if truth is None
        else {
            "upper": truth.upper,
            "value": truth.value,
            "lower": truth.lower,
            "gap": truth.gap,
            "proved": truth.proved,
            "samples": [{"draws": found.draws, "upper": found.upper} for found in truth.samples],
        },
    }


def repair_document(result: RepairResult) -> dict[str, Any]:
    """Return *result* as plain data that JSON can hold.

    Args:
        result: what :func:`detente.repair` returned.

    Returns:
        A mapping with ``case``, ``draws``, ``seed``, ``provenance``, the ``plan``, the ``figure``
        with its value ``before``, and ``repairs``, fewest changes first.
    """
    made, speaker = provenance(result.case, result.draws, result.seed), speaker_of(result)
    content = {
        "case": result.case.name,
        "title": result.case.title,
        **_how(made),
        "plan": plan_text(result.plan),
        "phases": _phases(result.plan),
        "figure": result.figure,
        "higher": result.higher,
        "before": asdict(result.before),
        "repairs": [_mend(result, speaker, mend) for mend in result.mends],
        "tried": result.tried,
    }
    return dict(plain(content))


def _head(run: RunResult, made: Provenance) -> dict[str, Any]:
    return {
        "case": run.case.name,
        "title": run.case.title,
        **_how(made),
        "phases": list(run.case.phase_names),
        "view": None if run.case.view is None else asdict(run.case.view),
    }


def _how(made: Provenance) -> dict[str, Any]:
    found = asdict(made)
    return {"draws": found.pop("draws"), "seed": found.pop("seed"), "provenance": found}


def _found(result: SearchResult, found: Found) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": result[found.id].name,
        "role": found.role,
        "near": found.near,
        "references": found.references,
        "plan": plan_text(found.plan),
        **_judged(result[found.id]),
        "figures": _figures(found.figures),
        "surplus": found.surplus,
    }


def _judged(verdict: Verdict) -> dict[str, Any]:
    """Return what is promised of every plan, as under the first view."""
    estimates = {"accept": verdict.accept, "keep": verdict.keep, "hold": verdict.hold}
    return {
        "phases": _phases(verdict.plan),
        **{key: estimate.mean for key, estimate in estimates.items()},
        "standard_error": {key: found.standard_error for key, found in estimates.items()},
        "interval": {key: found.interval for key, found in estimates.items()},
        "outcomes": {name: asdict(change) for name, change in verdict.outcomes.items()},
        "exposure": verdict.exposure,
        "accept_by": verdict.accept_by,
        "flaws": verdict.flaws,
        "dominated": bool(verdict.beaten_by),
        "beaten_by": verdict.beaten_by,
    }


def _view(run: RunResult) -> dict[str, Any]:
    return {
        "name": None if run.case.view is None else run.case.view.name,
        "case_hash": run.provenance.case_hash,
        "verdicts": {verdict.proposal: _judged(verdict) for verdict in run},
    }


def _figures(figures: Mapping[str, Reckoned]) -> dict[str, Any]:
    return {name: asdict(found) for name, found in figures.items()}


def _mend(result: RepairResult, speaker: Speaker, mend: Mend) -> dict[str, Any]:
    return {
        "changes": [asdict(edit) for edit in mend.edits],
        "plan": plan_text(mend.plan),
        "phases": _phases(mend.plan),
        "figure": result.figure,
        "before": result.before.value,
        "after": mend.after.value,
        result.figure: mend.after.value,
        "interval": mend.after.interval,
        "gain": mend.gain,
        "standard_error": mend.error,
        "text": mend_text(result, speaker, mend),
    }


def _phases(plan: Plan) -> dict[str, list[str]]:
    return {str(k): list(measures) for k, measures in enumerate(plan.phases) if measures}
