"""Which plans are better for everyone who has a say (M58)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.case.influence import asked
from detente.model.accepting import signing
from detente.model.judgement import TIE, Bools, Floats
from detente.model.structure import PlanVector, Structure


def beaten_by(
    structure: Structure, plans: Sequence[PlanVector], values: Floats, errors: Floats
) -> list[tuple[int, ...]]:
    """Return, for each of *plans*, the positions of those that beat it.

    A difference counts from two standard errors on, taken as if the draws were not in common.
    That is too much where values under both plans rise and fall together, and too little, by a
    factor of √2 at most, where one falls as the other rises.

    Args:
        values: Mean of V at the first phase: float64[plan, constituency].
        errors: Standard errors of these means: float64[plan, constituency].
    """
    voices = np.array([_voices(structure, plan) for plan in plans])
    holds_steps = np.array([bool(np.any(plan > 0)) for plan in plans])
    found = []
    for own, value, error in zip(voices, values, errors, strict=True):
        heard = own | voices
        doubt = np.maximum(2.0 * np.hypot(errors, error), TIE)
        better = (values - value > doubt) | ~heard
        beats = holds_steps & heard.any(axis=1) & better.all(axis=1)
        found.append(tuple(np.flatnonzero(beats).tolist()))
    return found


def _voices(structure: Structure, plan: PlanVector) -> Bools:
    """Who has a say in *plan*: bool[constituency]."""
    case, needed = structure.case, signing(structure, plan)
    signing_parties = [case.parties[case.party_index[name]] for name in needed.signatories]
    heard = {
        name for party in signing_parties for name in asked(party.accepts, party.constituencies)
    }
    heard |= {name for name in needed.necessary if name not in case.party_index}
    return np.array([constituency.id in heard for constituency in case.constituencies])
