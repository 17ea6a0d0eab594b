"""Cases made to order: as many measures and phases as asked for, the same for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.case.domain import Case
from detente.testing import make_case

SIDES = {"north": ("north_head", "north_wing"), "south": ("south_head", "south_wing")}


def bargain(measures: int, phases: int, seed: int = 0) -> Case:
    """Return a case of two sides that can give each other what they want, with temptations.

    A measure costs its performer and is worth more to the other side, by amounts that differ;
    one in four cannot be undone, one in three is hard to see, one in five needs another first.
    """
    rng = np.random.default_rng([seed, measures, phases])
    data: dict[str, Any] = {
        "phases": {"count": phases, "years": 1},
        "parties": {
            side: {
                "constituencies": {name: {} for name in names},
                "accepts": {"all": [names[0]]},
                "deciders": {
                    "start": {names[0]: 0.8, names[1]: 0.2},
                    "turnover": [{"from": names[0], "to": names[1], "per_year": 0.05}],
                },
            }
            for side, names in SIDES.items()
        },
        "measures": {f"m{i}": _measure(rng, i) for i in range(measures)},
        "quantities": {"arms": {"start": 100, "better": "lower"}},
        "main_outcome": "arms",
        "agreement": {"must_sign": ["north", "south"]},
        "proposals": None,
    }
    return make_case(**data)


def _measure(rng: np.random.Generator, i: int) -> dict[str, Any]:
    side, other = ("north", "south") if i % 2 == 0 else ("south", "north")
    cost, gain = rng.uniform(1.0, 12.0), rng.uniform(1.0, 15.0)
    worth = {
        SIDES[side][0]: _range(-cost),
        SIDES[side][1]: _range(-1.6 * cost),
        SIDES[other][0]: _range(gain),
        SIDES[other][1]: _range(0.7 * gain),
    }
    measure: dict[str, Any] = {
        "by": side,
        "worth": worth,
        "detection": float(rng.choice([0.2, 0.9, 1.0])),
        "undo_years": "never" if rng.random() < 0.25 else float(rng.uniform(0.0, 1.0)),
        "effects": {"arms": {"change": [-2.0 * gain, -gain, 0.0]}},
    }
    if i >= 2 and rng.random() < 0.2:
        measure["requires"] = [f"m{int(rng.integers(i // 2)) * 2 + i % 2}"]
    return measure


def _range(mode: float) -> list[float]:
    return sorted((0.4 * mode, mode, 1.8 * mode))
