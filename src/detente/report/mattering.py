"""What a sensitivity analysis found, in words: what unknowns and groups are called, and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detente.case.domain import Case
from detente.case.names import listed
from detente.influence.groups import SHARED, Way
from detente.influence.results import (
    Bound,
    Choice,
    Finding,
    GroupIndices,
    Index,
    Scenario,
    Sensitivity,
    Swinging,
)
from detente.report.figures import amount, amounts, count, share
from detente.report.number_words import number_words
from detente.report.reckoned import figure_name, is_share
from detente.report.speaker import Speaker
from detente.report.terms import with_interval
from detente.report.text import clean
from detente.verdict.results import Estimate, RunResult

__all__ = [
    "LIMITS",
    "WAYS_TITLES",
    "Words",
    "amount_text",
    "breakeven_text",
    "choice_text",
    "convergence_text",
    "finding_text",
    "gain_text",
    "headline",
    "scenario_text",
    "shown_rows",
    "swing_text",
    "value_text",
]

#: What groups of each way are called.
WAYS_TITLES: Mapping[Way, str] = {
    "party": "Whose unknowns, by party",
    "constituency": "Whose unknowns, by constituency",
    "measure": "Unknowns of which measure",
    "kind": "What kind of unknown",
    "basis": "On what the numbers rest",
}
_KINDS = {
    "worth": "worths of measures",
    "reservation": "least values that are accepted",
    "collapse": "costs of a collapse",
    "discount": "discount rates",
    "control": "who is in charge at the start",
    "turnover": "chances that control passes",
    "detection": "chances that breaches are seen",
    "verification": "what verification adds to them",
    "upfront": "shares of worths felt at once",
    "undoing": "times until undoing is felt",
    "effect": "effects on quantities",
    "quantity": "quantities without agreement",
    "factor": "factors on later steps",
    "red_line": "red lines",
    "false_alarm": "false alarms",
    "margin": "advantage that keeping must have",
}
_BASES = {
    "sourced": "sourced",
    "judgement": "judged by the analyst",
    "elicited": "elicited from experts",
}
_NONE = {
    "(no party)": "no party’s: facts and chances",
    "(no constituency)": "no constituency’s: facts and chances",
    "(no measure)": "of no single measure",
    "(no basis)": "no basis stated",
    SHARED: "shared by several of these",
}
#: What every presentation says below.
LIMITS = (
    "Shares are of the spread of this figure over draws from the assumptions of this case: how much"
    " an unknown matters depends on how wide its range is stated. An unknown that no number of the"
    " case stands for cannot matter here."
)
#: Groups with less than this of the spread are counted, not listed.
LEAST_SHOWN = 0.005


@dataclass(frozen=True, slots=True)
class Words:
    """The names in one analysis."""

    case: Case
    speaker: Speaker

    @classmethod
    def of(cls, found: Sensitivity) -> Words:
        """Return the names in the case that *found* is about."""
        result = RunResult(found.case, found.variance == 0.0, found.provenance, ())
        return cls(found.case, Speaker(result))

    def figure(self, found: Sensitivity) -> str:
        """Return what the figure is called."""
        return figure_name(self.case, self.speaker, found.figure)

    def group(self, way: Way, group: str) -> str:
        """Return what a group is called."""
        if group in _NONE:
            return _NONE[group]
        match way:
            case "party":
                return self.speaker.parties[group]
            case "constituency":
                return self.speaker.person(group)
            case "measure":
                return self._measure(group)
            case "kind":
                return _KINDS[group]
            case "basis":
                return _BASES.get(group, group)

    def _measure(self, base: str) -> str:
        levels = [m for m in self.case.measures if m.base == base and m.id != base]
        if not levels:
            return self.speaker.items[base]
        return clean(levels[0].name).partition(": ")[0]

    def unknown(self, path: str) -> str:
        """Return what an unknown is called."""
        return number_words(self.speaker, self.case, path)


def headline(found: Sensitivity, words: Words) -> str:
    """Say what the analysis is about."""
    shown = value_text(found, found.mean)
    if found.variance == 0.0:
        return (
            f"{_capital(words.figure(found))}: {shown} in every draw. Nothing that is unknown"
            f" changes that, within the ranges stated.{_instead(found, words)}"
        )
    unit = " of 100" if is_share(found.figure) else ""
    return f"{_capital(words.figure(found))}: {shown}{unit}. What does that hang on?"


def _instead(found: Sensitivity, words: Words) -> str:
    """Say what to ask instead of a share that is the same in every draw."""
    if not is_share(found.figure) or found.mean.value == 1.0:
        return ""
    parties = listed([*words.speaker.parties], "or")
    return f" How far a party is from its yes, and on what that hangs: --figure score.PARTY, PARTY being {parties}."


def value_text(found: Sensitivity, shown: Index) -> str:
    """Return a value of the figure with its interval: ``4 (3–5)``, ``−4.1 (−4.3 to −3.9)``."""
    if is_share(found.figure):
        return with_interval(_estimate(shown))
    return amount_text(shown)


def amount_text(shown: Index) -> str:
    """Return an amount with its interval."""
    if shown.error == 0.0:
        return amount(shown.value, 0.0)
    middle, between = amount(shown.value, shown.error), amounts(*shown.interval, shown.error)
    return middle if middle == between else f"{middle} ({between})"


def _estimate(shown: Index) -> Estimate:
    return Estimate(shown.value, shown.error, shown.interval)


def shown_rows(found: Sensitivity, way: Way) -> tuple[list[GroupIndices], int]:
    """Return the groups of a way that are worth a row, and how many are left out."""
    rows = [row for row in found.indices if row.way == way]
    kept = [row for row in rows if _largest(row) >= LEAST_SHOWN]
    return kept, len(rows) - len(kept)


def _largest(row: GroupIndices) -> float:
    return max(one.value for one in (row.first, row.total, row.shapley) if one is not None)


def scenario_text(words: Words, box: Scenario, *, fails: bool) -> str:
    """Say where the plan fails or holds, and what the box covers."""
    what, whats = ("fails", "failures") if fails else ("holds", "successes")
    return (
        f"It {what} in {share(_estimate(box.density)).of_draws}, against"
        f" {share(Estimate(box.base, 0.0, (box.base, box.base))).phrase} overall, where"
        f" {_listed([_bound_text(words, bound) for bound in box.limits])}. There lie"
        f" {share(_estimate(box.coverage)).phrase} {whats}."
    )


def _bound_text(words: Words, bound: Bound) -> str:
    name = words.unknown(bound.number)
    if bound.number.endswith(".crossed"):
        return name
    if bound.low is None:
        return f"{name} is {_figure(bound.high)} or less"
    if bound.high is None:
        return f"{name} is {_figure(bound.low)} or more"
    return f"{name} lies between {_figure(bound.low)} and {_figure(bound.high)}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}".replace("-", "−")


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def convergence_text(found: Sensitivity) -> str:
    """Say whether the draws are enough."""
    convergence = found.convergence
    if convergence is None:
        return ""
    widest = f"The widest interval of an index is {100 * convergence.widest:.0f} points of 100"
    if convergence.enough:
        return f"{widest}: {count(convergence.draws)} draws are enough to tell shares of 5 in 100 apart."
    needed = count(_rounded_up(convergence.needed))
    return (
        f"{widest}. To narrow it to 5 takes about {needed} draws; the order of groups whose intervals"
        " overlap is not settled."
    )


def _rounded_up(number: int) -> int:
    """Return a number that is not smaller, with two digits."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // step) * step


def choice_text(found: Sensitivity, choice: Choice) -> str:
    """Say what there is to choose from and what knowing everything would be worth."""
    best = f"“{clean(choice.plans[0])}” does best on average ({value_text(found, choice.means[0])})"
    among = f"Among {len(choice.plans)} plans {best}"
    if choice.perfect.value <= 0.0:
        return f"{among} and in every draw: there is nothing to find out before choosing it."
    return (
        f"{among}. If everything were known before choosing, the choice would be better by"
        f" {gain_text(found, choice.perfect)} on average: no finding out can be worth more."
    )


def gain_text(found: Sensitivity, gain: Index) -> str:
    """Return a gain in the figure: points of 100 for shares."""
    if not is_share(found.figure):
        return amount_text(gain)
    points = Index(
        100 * gain.value, 100 * gain.error, (100 * gain.interval[0], 100 * gain.interval[1])
    )
    return f"{amount_text(points)} of 100"


def finding_text(found: Sensitivity, words: Words, finding: Finding) -> str:
    """Say what finding out a group is worth."""
    name = words.group(finding.way, finding.group)
    if not finding.clear:
        return f"{name}: not more than chance shows"
    return f"{name}: {gain_text(found, finding.value)}"


def swing_text(found: Sensitivity, words: Words, swing: Swinging) -> str:
    """Say what the figure is with one unknown low and high, and where it breaks even."""
    low, high = value_text(found, swing.at_low), value_text(found, swing.at_high)
    return (
        f"{_capital(words.unknown(swing.number))}: {low} where it is {_figure(swing.low)}, {high} where"
        f" it is {_figure(swing.high)}. {breakeven_text(found, swing)}"
    )


def breakeven_text(found: Sensitivity, swing: Swinging) -> str:
    """Say where the figure reaches the target."""
    target = f"{100 * found.target:g} of 100" if is_share(found.figure) else f"{found.target:g}"
    if swing.breakeven is None:
        return f"No value within its range brings {target}."
    return f"{target} is reached at {_figure(swing.breakeven)}."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
