"""Differences in words: how one figure differs, and what all of them come to, in sentences.

A difference that cannot be told from 0 is said to be so; the two sides are called by their
names, and neither is praised. ``accepted`` is a share of draws; all other figures out of 100 are
chances, means over draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10

from detente.case.names import listed
from detente.insight.comparing import Comparison, Turned, figures_of
from detente.insight.paired import Contrast, Difference
from detente.report.figures import Share, decimal
from detente.report.speaker import Speaker
from detente.report.terms import DISTRUSTED, FIGURES, quantity_name, quantity_unit
from detente.report.text import clean
from detente.verdict.intervals import Z
from detente.verdict.results import RunResult

__all__ = [
    "SHARES",
    "difference",
    "figure_name",
    "from_to",
    "is_same",
    "rows",
    "sentences",
    "speaker_of",
]

#: Nothing is said of a clear difference below this share; the table and the document have it.
NOTICED = 0.005
_NOT_TOLD = "cannot be told from 0"
#: Figures that are shown out of 100, and what they are called.
SHARES = {
    "accept": FIGURES["accept"],
    "keep": FIGURES["keep"],
    "hold": FIGURES["hold"],
    "distrusted": f"{FIGURES['hold']} {DISTRUSTED}",
    "accident": "ended by accident",
    "accept_by": "yes of",
    "broken_by": "first broken by",
    "trust": "trust in",
}


def speaker_of(found: Comparison) -> Speaker:
    """Return who speaks of both sides, by the names of the second case."""
    return Speaker(RunResult(found.second_case, found.certain, found.provenance, ()))


def rows(found: Comparison) -> Iterator[tuple[str, bool, Contrast]]:
    """Yield the lines of the table: name, whether it is out of 100, and what differs."""
    for (figure, about), contrast in figures_of(found):
        if about is None or figure in {"exposure", "outcomes"}:
            yield figure_name(found, figure, about), figure in SHARES, contrast


def figure_name(found: Comparison, figure: str, about: str | None) -> str:
    """Return what a figure is called, with its unit where it is not out of 100."""
    if about is None:
        return SHARES[figure]
    if figure == "outcomes":
        unit = clean(quantity_unit(found.second_case, about))
        name = quantity_name(found.second_case, about)
        return f"{name}, change by the horizon{f', {unit}' if unit else ''}"
    body = _body(speaker_of(found), about)
    return (
        f"{SHARES[figure]} {body}" if figure in SHARES else f"{figure} of {body}, points of worth"
    )


def is_same(found: Comparison) -> bool:
    """Whether neither steps nor figures differ in any draw."""
    return not found.steps and all(contrast.difference.is_none for _, _, contrast in rows(found))


def difference(found: Difference, share: bool) -> str:
    """Return a difference as it is shown: ``+4.1 (3.2 to 5.0)``, ``≈ 0 (−0.2 to 0.3)`` or ``=``."""
    if found.is_none:
        return "="
    unit = 100.0 if share else 1.0
    mean, error = unit * found.mean, unit * found.standard_error
    step = _step(mean, error)
    low, high = (unit * end for end in found.interval)
    between = (
        f"({_figure(floor(low / step) * step, step)} to {_figure(ceil(high / step) * step, step)})"
    )
    if error == 0.0 and found.is_clear:
        return _signed(mean, step)
    return f"{_signed(mean, step)} {between}" if found.is_clear else f"≈ 0 {between}"


def _step(mean: float, error: float) -> float:
    """Return the power of ten to which a difference is rounded.

    It is no finer than half its interval: that stands beside it, or the difference is clear.
    """
    size = Z * error or abs(mean) / 10.0
    return float(10.0 ** floor(log10(size))) if size > 0.0 else 1.0


def _signed(value: float, step: float) -> str:
    shown = _figure(value, step)
    return shown if value < 0.0 else f"+{shown}"


def _figure(value: float, step: float) -> str:
    """Write *value*, rounded to *step*, with the digits that the step has."""
    steps = floor(abs(value) / step + 0.5)
    shown = decimal(steps * step, step) if steps else "0"
    return f"−{shown}" if steps and value < 0.0 else shown


# --- sentences ----------------------------------------------------------------------------


def sentences(found: Comparison) -> Iterator[str]:
    """Yield how the second differs from the first, in words; the most basic first."""
    if is_same(found):
        yield "All figures are the same in every draw."
        return
    speaker = speaker_of(found)
    yield _overall("It holds", found.hold, speaker)
    yield from _turn(speaker, found.turned)
    for body in found.necessary:
        yield from _answer(speaker, found, body)
    if not found.keep.difference.is_none:
        yield _overall("Accepted or not, it is kept", found.keep, speaker)
    if _noticed(found.distrusted):
        yield _overall("If all begin by expecting breach, it holds", found.distrusted, speaker)
    for party in found.broken_by:
        yield from _breaking(speaker, found, party)
    for party, contrast in found.trust.items():
        if _noticed(contrast):
            yield (
                f"The chance that {speaker.name(party)} keeps to the end,"
                f" if nobody else breaks, {from_to(speaker, contrast)}."
            )


def _overall(what: str, contrast: Contrast, speaker: Speaker) -> str:
    found = contrast.difference
    if found.is_none:
        return f"{what} as often in every draw."
    if not found.is_clear:
        return f"{what} as often, as far as these draws tell: the difference {_NOT_TOLD}."
    how = "more" if found.mean > 0.0 else "less"
    return (
        f"{what} {how} often, by {_points(found)} in 100: the chance {from_to(speaker, contrast)}."
    )


def _points(found: Difference) -> str:
    """Say how large a difference of chances is, out of 100, without its sign."""
    mean, error = 100.0 * abs(found.mean), 100.0 * found.standard_error
    step = _step(mean, error)
    return _figure(mean, step)


def from_to(speaker: Speaker, contrast: Contrast) -> str:
    """Say from what a share moves to what; both ends read in the direction of the move."""
    rises = contrast.difference.mean > 0.0
    verb = "rises" if rises else "falls"
    ends = [speaker.share(end) for end in (contrast.first, contrast.second)]
    if not _in_order(*(ends if rises else reversed(ends))):
        vaguest = max(ends, key=_vagueness)
        return f"{verb} by less than can be shown of either, {vaguest.as_chance}"
    return f"{verb} from {ends[0].as_chance} to {ends[1].as_chance}"


def _in_order(less: Share, more: Share) -> bool:
    """Whether the first share, as shown, cannot be read as one that is as great as the second."""
    if less.bound == ">" or more.bound == "<":
        return False
    if less.bound or more.bound:
        return less.count <= more.count
    return less.count < more.count


def _vagueness(shown: Share) -> tuple[bool, int]:
    """Order shares by how much they leave open; bounds leave more open than rounded figures."""
    if shown.bound:
        return True, shown.count if shown.bound == "<" else 100 - shown.count
    return False, shown.step


def _turn(speaker: Speaker, turned: Turned) -> Iterator[str]:
    """Say in what shares of draws the answer of all who must say yes turned."""
    turns = {"from no to yes": turned.to_yes, "from yes to no": turned.to_no}
    some = [f"{way} in {speaker.share(s).of_draws}" for way, s in turns.items() if s > 0.0]
    if some:
        yield f"Whether all who must say yes do so turns {listed(some, 'and')}."
    else:
        yield "Whether all who must say yes do so is the same in every draw."


def _answer(speaker: Speaker, found: Comparison, body: str) -> Iterator[str]:
    """Say how the answer of one whose yes is needed differs, and by how many points."""
    if body not in found.accept_by:
        yield f"The yes of {clean(body)} is asked for in one version only."
        return
    contrast, name = found.accept_by[body], _body(speaker, body)
    points = _worth(found.score_by.get(body) or found.value.get(body))
    if _noticed(contrast):
        how = "more" if contrast.difference.mean > 0.0 else "less"
        yield f"{name} says yes {how} often: the share {from_to(speaker, contrast)}{points}."
    elif points and contrast.difference.is_none:
        yield f"{name} gives the same answer in every draw{points}."


def _body(speaker: Speaker, body: str) -> str:
    return speaker.name(body) if body in speaker.people or body in speaker.parties else clean(body)


def _worth(contrast: Contrast | None) -> str:
    """Say by how many points of worth a body is better off on average, if that is clear."""
    if contrast is None or not contrast.difference.is_clear:
        return ""
    apart = contrast.difference
    shown = _figure(abs(apart.mean), _step(apart.mean, apart.standard_error))
    more = "more" if apart.mean > 0.0 else "less"
    return f"; it can expect {shown} points {more} on average"


def _breaking(speaker: Speaker, found: Comparison, party: str) -> Iterator[str]:
    """Say how the chance differs that one party breaks it first, and where most of that is."""
    contrast = found.broken_by[party]
    if not _noticed(contrast):
        return
    how = "more" if contrast.difference.mean > 0.0 else "less"
    yield (
        f"{speaker.name(party)} breaks it first {how} often: the chance"
        f" {from_to(speaker, contrast)}{_where(speaker, found.broken_at[party], contrast)}."
    )


def _where(speaker: Speaker, chances: Sequence[Contrast], whole: Contrast) -> str:
    """Say in which phase a difference is largest, in the direction of the whole."""
    sign = 1.0 if whole.difference.mean > 0.0 else -1.0
    apart = [sign * contrast.difference.mean for contrast in chances]
    if not apart or max(apart) <= 0.0:
        return ""
    k = apart.index(max(apart))
    return f", most of it {speaker.phase(k + 1)}" if apart[k] > sum(map(abs, apart)) / 2 else ""


def _noticed(contrast: Contrast) -> bool:
    return contrast.difference.is_clear and abs(contrast.difference.mean) >= NOTICED
