"""What a sensitivity analysis found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from detente.case.names import listed
from detente.influence.groups import Way
from detente.influence.results import (
    Choice,
    Finding,
    GroupIndices,
    Index,
    Scenario,
    Sensitivity,
    Swinging,
)
from detente.influence.sensitivity import HALF, MOST_DRAWS
from detente.report.figures import amount, count, share, share_range
from detente.report.influence_words import Words, number_text
from detente.report.reckoned import bound_text, is_share, reckoned_range, reckoned_text
from detente.report.terms import sentence, with_interval
from detente.report.text import clean
from detente.searching.results import Reckoned
from detente.verdict.results import Estimate

__all__ = [
    "LEGEND",
    "LIMITS",
    "amount_text",
    "breakeven_text",
    "choice_text",
    "convergence_text",
    "figure_text",
    "finding_text",
    "gain_figure",
    "gain_text",
    "gain_unit",
    "headline",
    "in_short",
    "left_out_text",
    "scenario_text",
    "share_text",
    "shown_rows",
    "spread_text",
    "swing_ends",
    "swing_text",
    "target_text",
    "value_text",
]

#: What every presentation says below.
LIMITS = (
    "Shares are of the spread of this figure over draws from the assumptions of this case: how much"
    " an unknown matters depends on how wide its range is stated. An unknown that no number of the"
    " case stands for cannot matter here."
)
#: What the three indices of a group mean.
LEGEND = (
    "Out of 100 of the spread, with 95 % interval. Its share: the spread divided among the groups,"
    " what several do together dealt out evenly (Shapley effect). Alone: what would go, on average,"
    " if these became known and nothing else. With others: what would remain if all others were"
    " known and these were not."
)
#: Groups with less than this of the spread are counted, not listed.
LEAST_SHOWN = 0.005
#: In short, groups with less than this of the spread are not named, nor more than so many.
LEAST_NAMED, MOST_NAMED = 0.1, 3
_IN_SHORT: Mapping[Way, str] = {
    "party": "By party, most of what makes this figure uncertain comes from",
    "measure": "By measure, most comes from",
    "kind": "By kind, most comes from",
}


def headline(found: Sensitivity, words: Words) -> str:
    """Say what the analysis is about."""
    if found.variance > 0.0:
        shown = figure_text(found, words, found.mean)
        return f"{sentence(words.figure(found))}: {shown}. What does that hang on?"
    value = found.mean.value
    shown = figure_text(found, words, Index(value, 0.0, (value, value)))
    return (
        f"{sentence(words.figure(found))}: {shown} in each of {count(found.provenance.draws)} draws."
        " Nothing that is unknown is seen to change that, within the ranges stated."
        f"{_instead(found, words)}"
    )


def _instead(found: Sensitivity, words: Words) -> str:
    """Say what to ask instead of a share that is the same in every draw."""
    if not is_share(found.figure) or found.mean.value > HALF:
        return ""
    if found.figure == "keep":
        return " Why it is broken: detente explain."
    parties = listed([*words.speaker.parties], "or")
    return (
        " How far a party is from its yes, and on what that hangs: --figure score.PARTY, PARTY being"
        f" {parties}."
    )


def figure_text(found: Sensitivity, words: Words, shown: Index) -> str:
    """Return a value of the figure in its unit: ``32 of 100 (31–34)``, ``−4.1 Mt (−4.3 to −3.9)``."""
    unit = words.unit(found)
    if not is_share(found.figure):
        value, _, interval = amount_text(shown).partition(" (")
        return f"{value}{f' {unit}' if unit else ''}{f' ({interval}' if interval else ''}"
    told = share(_estimate(shown))
    between = "" if told.bound else share_range(_estimate(shown))
    return f"{told.phrase} ({between})" if between else told.phrase


def value_text(found: Sensitivity, shown: Index) -> str:
    """Return a value of the figure with its interval: ``4 (3–5)``, ``−4.1 (−4.3 to −3.9)``."""
    return share_text(shown) if is_share(found.figure) else amount_text(shown)


def share_text(shown: Index) -> str:
    """Return a share out of 100 with its interval."""
    return with_interval(_estimate(shown))


def amount_text(shown: Index) -> str:
    """Return an amount with its interval, both with the digits that the interval supports."""
    found = Reckoned(shown.value, shown.error, shown.interval)
    value, between = (told("amount", found) for told in (reckoned_text, reckoned_range))
    return f"{value} ({between})" if between else value


def spread_text(found: Sensitivity, words: Words) -> str:
    """Say how much the figure differs from draw to draw: what the shares are shares of."""
    spread = float(found.variance**0.5)
    if is_share(found.figure):
        told = f"{100 * spread:.0f} points of 100" if spread >= 0.01 else "less than 1 point of 100"
    else:
        told = f"{amount(spread, 0.0)} {words.unit(found)}".strip()
    return (
        f"Each draw gives every unknown a value within its stated range; the figure is the mean over"
        f" {count(found.provenance.draws)} draws. It differs from draw to draw, typically by {told}"
        " (standard deviation): this spread is what is divided among the unknowns below."
    )


def in_short(found: Sensitivity, words: Words) -> Iterator[str]:
    """Yield the main findings, each in a sentence."""
    for way, what in _IN_SHORT.items():
        named = [*_named(found, words, way)]
        if named:
            yield f"{what} {'; then '.join(named)}."
    yield from _rarer(found, words)
    if found.choice is not None:
        yield choice_text(found, words, found.choice)


def _rarer(found: Sensitivity, words: Words) -> Iterator[str]:
    """Yield where what is the rarer happens: that says more than where it is as usual."""
    fails = is_share(found.figure) and found.mean.value >= 0.5
    for box in (found.failing if fails else found.holding)[:1]:
        yield scenario_text(words, box, fails=fails)


def _named(found: Sensitivity, words: Words, way: Way) -> Iterator[str]:
    """Yield the groups that matter most, the first of them with its unit."""
    effects = [
        (row.group, share(_estimate(row.shapley)))
        for row in found.indices
        if row.way == way and row.shapley is not None and row.shapley.value >= LEAST_NAMED
    ]
    for number, (group, told) in enumerate(effects[:MOST_NAMED]):
        figure = told.phrase if number == 0 else told.phrase.removesuffix(" of 100")
        yield f"{words.named(way, group)} ({figure})"


def _estimate(shown: Index) -> Estimate:
    return Estimate(shown.value, shown.error, shown.interval)


def shown_rows(found: Sensitivity, way: Way) -> tuple[list[GroupIndices], int]:
    """Return the groups of a way that are worth a row, and how many are left out."""
    rows = [row for row in found.indices if row.way == way]
    kept = [row for row in rows if _largest(row) >= LEAST_SHOWN]
    return kept, len(rows) - len(kept)


def left_out_text(left_out: int) -> str:
    """Say how many groups are not listed; nothing where all are."""
    if not left_out:
        return ""
    return f"and {left_out} more, {'each ' if left_out > 1 else ''}less than 1"


def _largest(row: GroupIndices) -> float:
    return max(one.value for one in (row.first, row.total, row.shapley) if one is not None)


def scenario_text(words: Words, box: Scenario, *, fails: bool) -> str:
    """Say where the plan fails or holds, and what the box covers."""
    what, whats = ("fails", "failures") if fails else ("holds", "successes")
    overall = Estimate(box.base, 0.0, (box.base, box.base))
    return (
        f"It {what} in {share(_estimate(box.density)).of_draws}, against {share(overall).phrase} in"
        f" all of those draws, {_outside(box)}where{_comma(words.where(box.limits))}. This is so in"
        f" {_of_draws(box.mass)}, and {share(_estimate(box.coverage)).phrase} {whats} lie there."
    )


def _outside(box: Scenario) -> str:
    if not box.after:
        return ""
    return "outside the box above, " if box.after == 1 else "outside the boxes above, "


def _comma(where: str) -> str:
    return f", {where}" if where.startswith("to ") else f" {where}"


def _of_draws(mass: float) -> str:
    return share(Estimate(mass, 0.0, (mass, mass))).of_draws


def convergence_text(found: Sensitivity) -> str:
    """Say whether the draws are enough."""
    convergence = found.convergence
    if convergence is None:
        return ""
    widest = f"The widest interval of a share is {100 * convergence.widest:.0f} points of 100"
    draws = count(convergence.draws)
    if convergence.enough:
        return f"{widest}: {draws} draws are enough to tell shares of 5 in 100 apart."
    unsettled = "the order of groups whose intervals overlap is not settled"
    if convergence.needed > MOST_DRAWS:
        return (
            f"{widest} with {draws} draws. To narrow it to 5 takes more draws than can be asked for, so"
            f" {unsettled}: look at larger groups, or at another figure."
        )
    needed = count(_rounded_up(convergence.needed))
    return (
        f"{widest} with {draws} draws. To narrow it to 5 takes about {needed} draws; until then"
        f" {unsettled}."
    )


def _rounded_up(number: int) -> int:
    """Return a number that is not smaller, with two digits."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // step) * step


def choice_text(found: Sensitivity, words: Words, choice: Choice) -> str:
    """Say what there is to choose from and what knowing everything would be worth."""
    best = f"“{clean(choice.plans[0])}” does best on average"
    among = f"Among {len(choice.plans)} plans {best}: {figure_text(found, words, choice.means[0])}"
    if choice.left_out:
        others = f"{choice.left_out} other proposal{'s' * (choice.left_out > 1)}"
        among = f"{among} ({others}, hardly ever the best of all, left out)"
    if choice.perfect.value <= 0.0:
        return f"{among}. It does best in every draw: there is nothing to find out first."
    return (
        f"{among}. If everything were known before choosing, the outcome of the choice would be"
        f" better by {gain_text(found, words, choice.perfect)} on average: finding something out"
        " cannot be worth more than that."
    )


def gain_text(found: Sensitivity, words: Words, gain: Index) -> str:
    """Return a gain in the figure, in its unit: points of 100 for shares."""
    value, _, between = gain_figure(found, gain).partition(" (")
    unit = gain_unit(found, words)
    if is_share(found.figure) and value == "1":
        unit = "point of 100"
    return f"{value} {unit}".strip() + (f" ({between}" if between else "")


def gain_unit(found: Sensitivity, words: Words) -> str:
    """Return in what a gain is measured."""
    return "points of 100" if is_share(found.figure) else words.unit(found)


def gain_figure(found: Sensitivity, gain: Index) -> str:
    """Return a gain without its unit: ``3 (2 to 4)``."""
    times = 100.0 if is_share(found.figure) else 1.0
    low, high = gain.interval
    scaled = Index(times * gain.value, times * gain.error, (times * low, times * high))
    value, _, interval = amount_text(scaled).partition(" (")
    return f"{value} ({interval}" if interval else value


def finding_text(found: Sensitivity, words: Words, finding: Finding) -> str:
    """Say what finding out a group is worth."""
    name = words.group(finding.way, finding.group)
    if not finding.clear:
        return f"{name}: not more than chance shows"
    return f"{name}: {gain_text(found, words, finding.value)}"


def swing_text(found: Sensitivity, words: Words, swing: Swinging) -> str:
    """Say what the figure is with one unknown low and high, and where it breaks even."""
    low, high = swing_ends(swing)
    return (
        f"{sentence(words.unknown(swing.number))}: {value_text(found, swing.at_low)} where it is {low},"
        f" {value_text(found, swing.at_high)} where it is {high}. {breakeven_text(found, swing)}"
    )


def swing_ends(swing: Swinging) -> tuple[str, str]:
    """Return at what an unknown is held."""
    return number_text(swing.low), number_text(swing.high)


def reached_at(found: Sensitivity, swing: Swinging) -> str:
    """Return where the figure reaches the target: a number, ``nowhere``, ``everywhere``."""
    if swing.breakeven is not None:
        return number_text(swing.breakeven)
    return "everywhere" if swing.at_low.value >= found.target else "nowhere"


def breakeven_text(found: Sensitivity, swing: Swinging) -> str:
    """Say where the figure reaches the target."""
    target = target_text(found)
    match reached_at(found, swing):
        case "nowhere":
            return f"No value looked at brings {target}."
        case "everywhere":
            return f"{target} is reached at every value looked at."
        case value:
            return f"{target} is reached at {value}."


def target_text(found: Sensitivity) -> str:
    """Return what break-even is reckoned for."""
    return bound_text(found.figure, found.target)
