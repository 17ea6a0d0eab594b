"""How long a plan lives in one draw: chances of reaching and of passing each period.

With alpha the chance of a false alarm per period and eta the hazards, the plan *stands* in
period k with chance (1 - alpha)^(k-1) prod_{i<=k} prod_p (1 - eta_p^i): it got there and
nobody broke it there. Standing in period K+1 is what ``keep`` counts (model.md, section 7).
"""

from __future__ import annotations

import numpy as np

from detente.model.judgement import Floats


def standing(hazard: Floats, false_alarm: Floats, first: int = 1) -> Floats:
    """Return the chance to stand in each period k = 1 .. K+1: float64[k, draw].

    *hazard* is float64[party, k, draw]; periods before *first* count as passed for certain.
    """
    kept = np.cumprod(np.prod(1.0 - hazard, axis=0), axis=0)
    alarms = np.maximum(np.arange(1, len(kept) + 1) - first, 0)
    return np.asarray(kept * (1.0 - false_alarm) ** alarms[:, None])


def reaching(stand: Floats, false_alarm: Floats, first: int = 1) -> Floats:
    """Return the chance to reach each period k, given that to stand in it: float64[k, draw]."""
    reach = np.ones_like(stand)
    reach[1:] = stand[:-1]
    reach[first:] *= 1.0 - false_alarm
    return reach


def first_breaks(hazard: Floats, false_alarm: Floats, first: int = 1) -> Floats:
    """Return the chance that the plan reaches k and the party breaks it there: [party, k, draw].

    Where several break in one period, each is counted.
    """
    return np.asarray(hazard * reaching(standing(hazard, false_alarm, first), false_alarm, first))


def trust(hazard: Floats) -> Floats:
    """Return the chance that each party, having kept so far, keeps through K+1: [party, k, draw]."""
    return np.asarray(np.cumprod((1.0 - hazard)[:, ::-1], axis=1)[:, ::-1])
