"""A made case with opposing parties, of any size, for benchmarks that need many plans."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.case.domain import Case
from detente.testing import make_case


def opposing(measures: int, phases: int, seed: int, spread: float) -> Case:
    """Return a case in which every step costs its side something and gives the other more.

    Two parties, each with a leader who must say yes and an opposition that may come to power;
    a quarter of the steps cannot be undone, every eighth measure is verification.

    Args:
        spread: Half the width of the distribution of each worth.
    """
    rng = np.random.default_rng(seed)
    listed = [f"m{i}" for i in range(measures)]
    return make_case(
        detente=1,
        title="Two sides, many steps",
        basis="judgement",
        phases={"count": phases, "years": 1},
        horizon_years=10,
        discount=0.08,
        false_alarm=0.02,
        parties={side: _party(side) for side in ("north", "south")},
        measures={name: _measure(rng, i, listed, spread) for i, name in enumerate(listed)},
        proposals={"first": {"phases": {1: listed[:2]}}},
    )


def _party(side: str) -> dict[str, Any]:
    leader, rival = f"{side}_leader", f"{side}_rival"
    return {
        "constituencies": {leader: {"collapse": -6}, rival: {"collapse": -2}},
        "accepts": {"all": [leader]},
        "deciders": {
            "start": {leader: 0.85, rival: 0.15},
            "turnover": [{"from": leader, "to": rival, "per_year": 0.05}],
        },
    }


def _measure(
    rng: np.random.Generator, row: int, listed: list[str], spread: float
) -> dict[str, Any]:
    """Return one measure; sides take turns."""
    own, other = ("north", "south") if row % 2 == 0 else ("south", "north")
    cost, gain = float(rng.uniform(2, 12)), float(rng.uniform(2, 15))
    verifies = row % 8 == 7
    if verifies:
        cost, gain = cost / 4, gain / 4

    def around(centre: float) -> list[float]:
        return [round(x, 3) for x in (centre - spread, centre, centre + spread)]

    made: dict[str, Any] = {
        "by": own,
        "detection": round(float(rng.uniform(0.4, 0.95)), 3),
        "upfront": round(float(rng.uniform(0, 0.5)), 3),
        "worth": {
            f"{own}_leader": around(-cost),
            f"{own}_rival": around(-1.3 * cost),
            f"{other}_leader": around(gain),
            f"{other}_rival": around(0.8 * gain),
        },
    }
    if rng.random() < 0.75:
        made["undo_years"] = round(float(rng.uniform(0, 3)), 2)
    if verifies:
        watched = rng.choice([m for m in listed if m != f"m{row}"], 4, replace=False)
        made["raises_detection"] = {str(m): 0.5 for m in watched}
    return made
