"""What the figures of a search are called, and how they are shown: no finer than their error."""

from __future__ import annotations

from math import ceil, floor, log10

from detente.case.domain import Case
from detente.report.figures import amount_step, decimal, share, share_range
from detente.report.speaker import Speaker
from detente.report.terms import FIGURES, quantity_title
from detente.searching.figures import Figure, parse_figure
from detente.searching.results import Reckoned
from detente.verdict.results import Estimate

__all__ = ["bound_text", "direction", "figure_name", "is_share", "reckoned_range", "reckoned_text"]

_COUNTS = ("phases", "steps")


def figure_name(case: Case, speaker: Speaker, text: str) -> str:
    """Return what the figure that *text* asks for is called."""
    figure = parse_figure(case, text, directed=False)
    party = "" if figure.name is None else speaker.parties.get(figure.name, "")
    match figure.kind:
        case "accept" | "keep" | "hold":
            return FIGURES[figure.kind]
        case "exposure":
            return f"exposure of {party}" if party else "greatest exposure"
        case "surplus":
            return f"surplus of {party}" if party else "least surplus"
        case "score":
            return f"score of {party}"
        case "outcome":
            return _outcome(case, figure)
        case _:
            return figure.kind


def _outcome(case: Case, figure: Figure) -> str:
    title = quantity_title(case, figure.name or "")
    if figure.percentile is None:
        return title
    return f"{title}, {figure.percentile}{_ordinal(figure.percentile)} percentile"


def _ordinal(number: int) -> str:
    if number // 10 == 1:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def direction(case: Case, text: str) -> str:
    """Say which way is better, of a figure with an amount; nothing where its name says so."""
    figure = parse_figure(case, text, directed=False)
    if figure.kind in FIGURES:
        return ""
    return "more is better" if figure.higher else "less is better"


def is_share(text: str) -> bool:
    """Whether the figure that *text* asks for lies in [0, 1] and is shown out of 100."""
    return text in FIGURES


def reckoned_text(text: str, found: Reckoned) -> str:
    """Return the value of a figure as it may be shown: ``≈ 40``, ``−18.1``."""
    if is_share(text):
        return share(_estimate(found)).symbol
    if text in _COUNTS:
        return f"{found.value:.0f}"
    return _amount(found.value, _step(found))


def reckoned_range(text: str, found: Reckoned) -> str:
    """Return its interval as it may be shown; nothing where it says nothing."""
    if is_share(text):
        return "" if share(_estimate(found)).bound else share_range(_estimate(found))
    low, high = found.interval
    if low == high:
        return ""
    step = _step(found)
    outwards = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
    return " to ".join(_amount(end, step) for end in outwards)


def _step(found: Reckoned) -> float:
    """Return the power of ten to which an amount is rounded: its interval has one or two digits.

    An amount that stands without an interval is rounded more coarsely, as everywhere.
    """
    low, high = found.interval
    if low == high:
        return amount_step(found.value, 0.0)
    return float(10.0 ** floor(log10((high - low) / 2.0)))


def _amount(value: float, step: float) -> str:
    text = decimal(value, step).replace("-", "−")
    return text.removeprefix("−") if not text.strip("−0.") else text


def bound_text(text: str, amount_asked: float) -> str:
    """Return a bound as it may be shown: out of 100 where it is one on a share."""
    return (
        f"{100 * amount_asked:g} of 100"
        if is_share(text)
        else f"{amount_asked:g}".replace("-", "−")
    )


def _estimate(found: Reckoned) -> Estimate:
    return Estimate(found.value, found.standard_error, found.interval)
