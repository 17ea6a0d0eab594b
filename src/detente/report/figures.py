"""How numbers are shown: never more precisely than their sampling error supports.

Shares are shown out of 100, rounded to a *step*: the smallest of 1, 2, 5, 10, 20, 50 that is not
finer than the standard error, so that the figure stays within its interval. Amounts, which
are shown without an interval, are rounded to a power of ten that is not finer than the error.
What is not 0 is never shown as 0, and what was never seen in few draws is shown by what can
be said of it: the upper end of its interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10, sqrt

from detente.verdict.intervals import wilson
from detente.verdict.results import Estimate

_SHARE_STEPS = (1, 2, 5, 10, 20, 50)
#: Digits of an amount without sampling error.
_DIGITS = 2
_THIN = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Share:
    """A share out of 100 as it may be shown."""

    count: int  #: what is shown; a bound where *bound* says so
    step: int  #: what *count* is rounded to
    bound: str  #: "", "<" (fewer than count) or ">" (more than count)

    @property
    def phrase(self) -> str:
        """In words: ``21 of 100``, ``about 40 of 100``, ``fewer than 1 in 100``."""
        match self.bound:
            case "<":
                return f"fewer than {self.count} in 100"
            case ">":
                return f"more than {self.count} in 100"
            case _:
                return f"{self._about}{self.count} of 100"

    @property
    def of_draws(self) -> str:
        """As a share of draws, to stand after "in": ``21 of 100 draws``, ``every draw``."""
        if not self.bound and self.count in {0, 100}:
            return "every draw" if self.count else "no draw"
        return f"{self.phrase.replace(' in ', ' of ')} draws"

    @property
    def as_chance(self) -> str:
        """As a chance: ``21 in 100``, ``less than 1 in 100``."""
        return self.phrase.replace(" of ", " in ").replace("fewer", "less")

    @property
    def _about(self) -> str:
        return "about " if self.step > 1 else ""

    @property
    def symbol(self) -> str:
        """In a table: ``21``, ``≈ 40``, ``< 1``."""
        mark = self.bound or ("≈" if self.step > 1 else "")
        return f"{mark} {self.count}" if mark else str(self.count)


def share(estimate: Estimate) -> Share:
    """Return how the share (or chance) that *estimate* is about may be shown."""
    mean, (low, high) = estimate.mean, estimate.interval
    if low == high and mean in {0.0, 1.0}:
        return Share(round(100 * mean), 1, "")
    step = share_step(estimate.standard_error)
    count = step * _steps(100 * mean, step)
    if count <= 0:
        return Share(_fewer_than(high), step, "<")
    if count >= 100:
        return Share(100 - _fewer_than(1.0 - low), step, ">")
    return Share(count, step, "")


def share_of_draws(mean: float, draws: int, *, certain: bool) -> Share:
    """Return how a mean over *draws* of numbers in [0, 1] may be shown, lacking an estimate.

    Its error is taken as that of something true or false in each draw, which is the most that
    it can be; *certain* says that there is none.
    """
    if certain:
        return share(Estimate(mean, 0.0, (mean, mean)))
    error = sqrt(max(mean * (1.0 - mean), 0.0) / draws)
    return share(Estimate(mean, error, wilson(mean, draws)))


def share_step(standard_error: float) -> int:
    """Return the step, out of 100, to which a share with *standard_error* is rounded."""
    return next((step for step in _SHARE_STEPS if 100 * standard_error <= step), _SHARE_STEPS[-1])


def share_range(estimate: Estimate) -> str:
    """Return the 95 % interval out of 100, rounded outwards: ``20–23``.

    It is left out where it is narrower than a tenth of one in a hundred.
    """
    low, high = estimate.interval
    return "" if high - low < 0.001 else f"{floor(100 * low)}–{ceil(100 * high)}"


def amount(mean: float, standard_error: float, *, finest: float = 0.0) -> str:
    """Return *mean* rounded to a step not below its error: ``−3.7``, ``40``.

    What cannot be told from 0 is shown as ``within ±step``, unless it is 0 exactly.

    Args:
        mean: what was computed.
        standard_error: its sampling error, in the same unit.
        finest: a step below which rounding never goes.
    """
    if mean == 0.0 and standard_error == 0.0:
        return "0"
    step = max(amount_step(mean, standard_error), finest)
    steps = _steps(mean, step)
    if steps == 0:
        return f"within ±{decimal(step, step)}"
    return decimal(steps * step, step).replace("-", "−")


def amounts(low: float, high: float, standard_error: float) -> str:
    """Return a range of amounts, both rounded alike: ``−13 to 2``, one where they are the same."""
    step = amount_step(max(abs(low), abs(high)), standard_error)
    ends = [_end(value, step) for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _end(value: float, step: float) -> str:
    """Return one end of a range; what rounds to 0 without being it is about 0."""
    steps = _steps(value, step)
    if steps == 0:
        return "about 0" if value else "0"
    return decimal(steps * step, step).replace("-", "−")


def worth(mean: float, standard_error: float) -> str:
    """Return an amount of worth, with one decimal at most."""
    return amount(mean, standard_error, finest=0.1)


def count(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,}".replace(",", _THIN)


def amount_step(mean: float, standard_error: float) -> float:
    """Return the power of ten to which an amount is rounded.

    It is no finer than the error, nor than the second leading digit.
    """
    size = max(abs(mean), standard_error)
    if not isfinite(size) or size == 0.0:
        return 1.0
    leading = floor(log10(size)) - _DIGITS + 1
    error = ceil(log10(standard_error) - 1e-12) if standard_error > 0.0 else leading
    return float(10.0 ** max(leading, error))


def _steps(value: float, step: float) -> int:
    """Return how many steps are nearest to *value*, halves away from 0."""
    count = floor(abs(value) / step + 0.5)
    return count if value >= 0 else -count


def _fewer_than(bound: float) -> int:
    """Return the least whole number out of 100 that lies above *bound*."""
    return min(floor(100 * bound) + 1, 100)


def decimal(value: float, step: float) -> str:
    """Return *value* with the digits that *step* has, thousands apart."""
    places = max(0, -floor(log10(step) + 1e-9))
    return f"{value:,.{places}f}".replace(",", _THIN)
