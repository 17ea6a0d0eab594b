"""Writes what a terminal shows of two searches into ``search_lines.txt``; tests compare it exactly.

After a change of wording, look at what differs, then keep it::

    python -m tests.report.search_lines
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

import detente
from detente.report.mending import repair_screen
from detente.report.terminal_search import search_screen

PATH = Path(__file__).with_name("search_lines.txt")


def lines() -> str:
    """Return a search, one with conditions, and the repairs of a proposal, as a terminal has them."""
    plain = detente.search("river", draws=400, seed=3, search_draws=128)
    asked = detente.search(
        "river",
        objectives=["saline_land", "exposure"],
        least={"accept": 0.5},
        fix={"gauges": 1},
        forbid=["low_outlet"],
        phases=2,
        draws=200,
        search_draws=64,
    )
    mends = detente.repair("river", "delta_demand", changes=2, draws=400, search_draws=128)
    return "\n".join(
        shown(part) for part in (*map(search_screen, (plain, asked)), repair_screen(mends))
    )


def shown(content: RenderableType) -> str:
    """Return *content* as a terminal of 100 columns shows it."""
    console = Console(file=StringIO(), width=100, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(content)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


if __name__ == "__main__":
    PATH.write_text(lines(), encoding="utf-8")
