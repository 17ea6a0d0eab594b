"""Proposals by the names that callers give them."""

from __future__ import annotations

from detente.case.arguments import as_text
from detente.case.domain import Case, Proposal
from detente.case.names import did_you_mean, listed
from detente.errors import RequestError


def proposal_of(case: Case, name: str) -> Proposal:
    """Return the proposal called *name*; RequestError, with what was meant, where there is none."""
    as_text("proposal", name)
    known = [proposal.id for proposal in case.proposals]
    if name in known:
        return case.proposal(name)
    if not known:
        raise RequestError(f"no proposal '{name[:80]}' in {case.name}; it has none")
    hint = did_you_mean(name, known) or f"; it has {listed(known, 'and')}"
    raise RequestError(f"no proposal '{name[:80]}' in {case.name}{hint}")
