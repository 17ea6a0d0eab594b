"""The review of a case, for the terminal and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from detente.case.domain import Case
from detente.case.lint_sides import KINDS
from detente.insight.paired import Contrast
from detente.insight.reviewing import Review, Swap
from detente.report.checking import check_document, check_screen
from detente.report.comparison_documents import contrast_document
from detente.report.differences import difference
from detente.report.figures import count, share_of_draws
from detente.report.text import clean

__all__ = ["review_document", "review_screen"]

#: Exchanges that move hold by less in every proposal are only named.
NOTICED = 0.05
_ABOUT = {kind.name: kind.about for kind in KINDS}


def review_document(review: Review) -> dict[str, Any]:
    """Return *review* as plain data that JSON can hold: that of a check, hints and exchanges."""
    return check_document(review.report) | {
        "hints": [asdict(hint) for hint in review.hints],
        "swaps": [_swap_entry(swap) for swap in review.swaps],
        "draws": review.draws,
        "seed": review.seed,
    }


def _swap_entry(swap: Swap) -> dict[str, Any]:
    hold = {name: contrast_document(contrast) for name, contrast in swap.hold.items()}
    return {"kind": swap.kind, "parties": list(swap.parties), "hold": hold}


def review_screen(review: Review, case: Case) -> RenderableType:
    """Return what a terminal shows of the *review* of a sound case."""
    hints = [Text(clean(str(hint))) for hint in review.hints] or [Text("nothing to look at")]
    return Group(
        check_screen(review.report),
        Padding(Text("What should be looked at", style="bold"), (1, 1, 0, 1)),
        *(Padding(hint, (0, 1)) for hint in hints),
        Padding(Text("If two parties exchanged numbers of one kind", style="bold"), (1, 1, 0, 1)),
        *(Padding(Text(line), (0, 1)) for line in _exchanges(review, case)),
    )


def _exchanges(review: Review, case: Case) -> Iterator[str]:
    parties = {party.id: clean(party.name) for party in case.parties}
    names = {proposal.id: clean(proposal.name) for proposal in case.proposals}
    if not review.swaps:
        yield "None to exchange: of each kind all parties with steps in a proposal have the same."
        return
    yield (
        f"In {count(review.draws)} draws, seed {review.seed}. That results move is no fault; where"
        " they move much, a reader will ask why the numbers differ."
    )
    still = []
    for swap in review.swaps:
        title = f"{_ABOUT[swap.kind]}, {parties[swap.parties[0]]} and {parties[swap.parties[1]]}"
        moved = _most_moved(swap)
        if moved is None:
            still.append(title)
        else:
            yield f"• {title}: {_moved(review, names[moved[0]], moved[1])}"
    if still:
        yield f"No proposal holds clearly more or less often by 5 in 100 or more: {'; '.join(still)}."


def _moved(review: Review, name: str, contrast: Contrast) -> str:
    certain = contrast.first_error == contrast.second_error == 0.0
    before, after = (
        share_of_draws(end, review.draws, certain=certain).as_chance
        for end in (contrast.first, contrast.second)
    )
    apart = difference(contrast.difference, share=True)
    return f"most moved is “{name}”, which holds in {after} rather than {before}, {apart}"


def _most_moved(swap: Swap) -> tuple[str, Contrast] | None:
    """Return the proposal whose hold moves most, if it moves clearly and enough to be noticed."""
    clear = [item for item in swap.hold.items() if item[1].difference.is_clear]
    most = max(clear, key=lambda item: abs(item[1].difference.mean), default=None)
    return most if most and abs(most[1].difference.mean) >= NOTICED else None
