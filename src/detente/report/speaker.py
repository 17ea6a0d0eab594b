"""The names in a case as texts for people, and how shares of its draws are spoken of."""

from __future__ import annotations

from typing import assert_never

from detente.model.judgement import Deviation
from detente.report.figures import Share, share_of_draws
from detente.report.text import clean
from detente.verdict.results import RunResult


class Speaker:
    """Speaks of one case by the names in it, and of shares of its draws."""

    def __init__(self, result: RunResult, draws: int | None = None) -> None:
        """Speak of shares of all draws of *result*, or of its first *draws*."""
        case = result.case
        self.rule = case.agreement
        self.authors = {v.proposal: _author(result, v.proposal) for v in result.verdicts}
        self.draws = result.provenance.draws if draws is None else draws
        self.certain = result.certain
        self.parties = {party.id: clean(party.name) for party in case.parties}
        self.people = {c.id: c for c in case.constituencies}
        self.measures = {measure.id: clean(measure.name) for measure in case.measures}
        self.items = {item.id: clean(item.name) for item in case.items}
        self.phases = [clean(name) for name in case.phase_names]

    def share(self, mean: float) -> Share:
        """Return how a mean over draws of something in [0, 1] may be shown."""
        return share_of_draws(mean, self.draws, certain=self.certain)

    def person(self, name: str, *, with_party: bool = True) -> str:
        """Name a constituency and its party; one that is the whole party by the party only."""
        constituency = self.people[name]
        party = self.parties[constituency.party] if with_party else ""
        if name == constituency.party:
            return party
        own = clean(constituency.name)
        return f"{own} ({party})" if party else own

    def name(self, body: str) -> str:
        """Name a party or a constituency."""
        return self.parties.get(body) or self.person(body)

    def phase(self, k: int) -> str:
        """Say when period *k* is."""
        if k > len(self.phases):
            return "after the last phase"
        name = self.phases[k - 1]
        return f"in phase {k}" + ("" if name == f"Phase {k}" else f" “{name}”")

    def deviation(self, kind: Deviation | None, measure: str | None) -> str:
        """Say what a breaker does."""
        named = "" if measure is None else f" “{self.measures[measure]}”"
        match kind:
            case "exit":
                return "by leaving openly"
            case "withhold_all":
                return "by withholding its own steps from there on"
            case "undo_all":
                return "by undoing what it can unannounced"
            case "withhold":
                return f"by withholding{named}"
            case "undo":
                return f"by undoing{named} unannounced"
            case None:
                return "though it would not break in any draw"
            case never:
                assert_never(never)


def _author(result: RunResult, proposal: str) -> str | None:
    """Return the party that made a proposal of the case, if one did."""
    return next((p.by for p in result.case.proposals if p.id == proposal), None)
