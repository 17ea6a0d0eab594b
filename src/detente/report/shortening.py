"""Names of a case cut to what fits: in the result itself, so that every text made from it is short."""

from __future__ import annotations

from dataclasses import replace

from detente.case.domain import Case
from detente.report.text import cut
from detente.verdict.results import RunResult

__all__ = ["shortened"]


def shortened(result: RunResult, times: int = 1) -> RunResult:
    """Return *result* with every name of its case short enough for a brief, or *times* as long."""
    verdicts = tuple(
        replace(
            verdict,
            name=cut(verdict.name, 72 * times),
            flaws=tuple(cut(flaw, 120 * times) for flaw in verdict.flaws[: 3 * times]),
        )
        for verdict in result.verdicts
    )
    return replace(result, case=_shortened_case(result.case, times), verdicts=verdicts)


def _shortened_case(case: Case, times: int) -> Case:
    def short(text: str | None, most: int) -> str:
        return cut(text or "", most * times)

    return replace(
        case,
        name=short(case.name, 60),
        title=short(case.title, 120),
        view=case.view and replace(case.view, name=short(case.view.name, 60)),
        phase_names=tuple(short(name, 36) for name in case.phase_names),
        parties=tuple(replace(p, name=short(p.name, 44)) for p in case.parties),
        constituencies=tuple(replace(c, name=short(c.name, 60)) for c in case.constituencies),
        measures=tuple(replace(m, name=short(m.name, 90)) for m in case.measures),
        interactions=tuple(replace(i, name=short(i.name, 90)) for i in case.interactions),
        quantities=tuple(
            replace(q, name=short(q.name, 40), unit=short(q.unit, 20) or None)
            for q in case.quantities
        ),
        proposals=tuple(
            replace(
                p,
                name=short(p.name, 72),
                date=short(p.date, 24) or None,
                by=short(p.by, 44) or None,
            )
            for p in case.proposals
        ),
        calibrated_on=tuple(
            text if len(text) <= 72 * times else short(text, 72) for text in case.calibrated_on
        ),
    )
