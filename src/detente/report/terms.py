"""One word for one thing, with one meaning: figures, quantities and phases, wherever they are shown.

Texts are clean but not escaped, as everywhere in the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from detente.case.domain import Case
from detente.report.figures import amount, share, share_range
from detente.report.text import clean
from detente.verdict.results import Estimate, Verdict
from detente.verdict.views import Figure

__all__ = [
    "AFTERWARDS",
    "DISTRUSTED",
    "FIGURES",
    "FLAWED",
    "IN_FORCE",
    "PROMISED",
    "estimates",
    "main_change",
    "meanings",
    "phase_title",
    "quantity_name",
    "quantity_title",
    "quantity_unit",
    "sentence",
    "with_interval",
]

#: What the figures of a verdict are called, in the order in which they stand side by side.
FIGURES: Final[dict[Figure, str]] = {"accept": "accepted", "keep": "kept", "hold": "holds"}
#: What hold is called in the pessimistic outcome.
DISTRUSTED: Final = "if distrusted"
#: What is said of a text that a star marks.
FLAWED: Final = "breaks a rule of the case, judged as written"
#: The course of a quantity that a text promises.
PROMISED: Final = "if accepted and kept"
#: Columns of a plan before and after its phases.
IN_FORCE: Final = "In force"
AFTERWARDS: Final = "Afterwards"


def meanings(when: str = "") -> dict[str, str]:
    """Return what each figure says of a text, by what it is called.

    Args:
        when: when the last phase is over, as :func:`~detente.report.answer.standing_when` says.
    """
    over = f" ({when})" if when else ""
    return {
        FIGURES["accept"]: "share of draws in which everyone who must say yes does",
        FIGURES["keep"]: (
            "chance, mean over draws, that nobody breaks it and that no accident ends it until the"
            f" last phase is over{over}, accepted or not"
        ),
        FIGURES["hold"]: "both",
        DISTRUSTED: "holds, if all begin by expecting breach",
    }


def sentence(text: str) -> str:
    """Return *text* as it begins a sentence or heads a column."""
    return f"{text[:1].upper()}{text[1:]}"


def estimates(verdict: Verdict) -> Iterator[tuple[str, Estimate]]:
    """Yield the figures of *verdict*, each by what it is called."""
    for figure, name in FIGURES.items():
        yield name, getattr(verdict, figure)


def with_interval(estimate: Estimate) -> str:
    """Return a share out of 100 and its 95 % interval: ``21 (20–23)``."""
    shown = share(estimate)
    between = "" if shown.bound else share_range(estimate)
    return f"{shown.symbol} ({between})" if between else shown.symbol


def main_change(case: Case, verdict: Verdict) -> str:
    """Return the mean change of the main outcome; nothing where there is none.

    Nothing is said of what follows from a plan that no draw accepts: ``–``.
    """
    if case.main_outcome is None:
        return ""
    change = verdict.outcomes[case.main_outcome]
    return "–" if verdict.accept.mean == 0.0 else amount(change.mean, change.standard_error)


def phase_title(k: int, name: str) -> str:
    """Name phase *k*, which the case calls *name*: ``2 Freeze``, but ``Phase 2`` as it is."""
    return name if name == f"Phase {k}" else f"{k} {name}"


def quantity_title(case: Case, name: str) -> str:
    """Name a quantity as the case names it, with its unit."""
    title, unit = quantity_name(case, name), clean(quantity_unit(case, name))
    said = not unit or f" {unit} " in f" {title} "
    return title if said else f"{title}, {unit}"


def quantity_name(case: Case, name: str) -> str:
    """Name a quantity as the case names it; one that is not listed by its id."""
    named = {quantity.id: quantity.name for quantity in case.quantities}
    return clean(named.get(name, name)).replace("_", " ")


def quantity_unit(case: Case, name: str) -> str:
    """Return the unit of a quantity, that of an effect on it where it is not listed."""
    units = {effect.quantity: effect.unit for _, effect in case.effects}
    units |= {quantity.id: quantity.unit for quantity in case.quantities}
    return units.get(name) or ""
