"""How long explaining a plan takes, and how that grows with measures and with constituencies.

Judging the same plan in the same draws is timed beside it: what explaining adds to that is what
someone waits for. Sizes are stated here, so that figures of two machines can be compared.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks._machine import describe, seconds
from detente import explain, load_case, run
from detente.case.domain import Case
from detente.testing import make_case

DRAWS = 1000
MEASURES = (10, 20, 40, 80, 160)
CONSTITUENCIES = (2, 4, 8, 16, 32)


def invented(measures: int, constituencies: int) -> Case:
    """Return a case of two sides of so many groups each, and a plan with every measure."""
    groups = [f"g{i}" for i in range(constituencies)]
    half = len(groups) // 2
    sides = {"north": groups[:half], "south": groups[half:]}
    data: dict[str, Any] = {
        "phases": {"count": 3, "years": 1},
        "parties": {
            side: {"constituencies": {name: {} for name in names}} for side, names in sides.items()
        },
        "measures": {
            f"m{i}": {
                "by": ("north", "south")[i % 2],
                "undo_years": 0.5,
                "detection": [0.2, 0.5, 0.8],
                "worth": {
                    name: [-9, -4, -1] if (name in sides["north"]) == (i % 2 == 0) else [0, 5, 9]
                    for name in groups
                },
            }
            for i in range(measures)
        },
        "proposals": {
            "all": {"phases": {k: [f"m{i}" for i in range(k - 1, measures, 3)] for k in (1, 2, 3)}}
        },
    }
    return make_case(**data)


def report(name: str, case: Case, proposal: str) -> None:
    """Print the seconds of judging and of explaining one proposal."""
    judging = seconds(partial(run, case, draws=DRAWS, proposals=[proposal]), repeats=3)
    explaining = seconds(partial(explain, case, proposal, draws=DRAWS), repeats=3)
    print(f"{name:34s} {judging:8.2f} {explaining:9.2f} {explaining - judging:9.2f}")


def main() -> None:
    """Print all figures."""
    print(describe())
    print(f"\n{f'seconds, {DRAWS} draws':34s}  judging explaining   beyond")
    for name, proposals in {
        "river": ("step_by_step",),
        "korea-2019": ("singapore_2018", "vox_draft_deal", "us_big_deal", "hecker_roadmap"),
    }.items():
        case = load_case(name)
        for proposal in proposals:
            report(f"{name} {proposal}", case, proposal)
    for measures in MEASURES:
        report(f"{measures} measures × 4 constituencies", invented(measures, 4), "all")
    for constituencies in CONSTITUENCIES:
        report(
            f"20 measures × {constituencies} constituencies", invented(20, constituencies), "all"
        )


if __name__ == "__main__":
    main()
