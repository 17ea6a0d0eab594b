"""What stands in the way of a proposal, found in its verdict and said in words.

Nothing here is computed anew: each sentence says what one figure of the verdict is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from detente.case.domain import Rule
from detente.report.figures import worth
from detente.report.speaker import Speaker
from detente.report.text import clean
from detente.verdict.results import Verdict, Weakest

#: Nothing is said of what happens in a smaller share of draws than this.
NOTICED = 0.05


class Obstacle(NamedTuple):
    """One thing in the way: what kind of thing, and a sentence about it."""

    kind: str
    text: str
    about: Literal["accept", "keep"] = "accept"  #: in the way of what
    body: str | None = None  #: id of the party or constituency that refuses or breaks it


def obstacles(speaker: Speaker, verdict: Verdict) -> Iterator[Obstacle]:
    """Yield what stands between *verdict*'s proposal and holding, most basic first."""
    if verdict.flaws:
        flaws = "; ".join(clean(flaw) for flaw in verdict.flaws)
        yield Obstacle("judged as written", f"although {flaws}")
    if not (verdict.signatories or verdict.necessary or verdict.plan.is_empty):
        text = (
            "every step is joint and needs no consent, so nobody is asked and it counts as accepted"
        )
        yield Obstacle("nobody signs", text)
    if verdict.plan.is_empty:
        yield Obstacle("empty", "no step in any phase from 1 on: the path without agreement")
    elif verdict.accept.mean < 1.0 - NOTICED:
        yield from _refusals(speaker, verdict)
    if verdict.keep.mean < 1.0 - NOTICED:
        yield from _endings(speaker, verdict)
    if verdict.unsettled >= NOTICED:
        often = speaker.share(verdict.unsettled).of_draws
        yield Obstacle("not settled", f"in {often}; see below", "keep")


def _refusals(speaker: Speaker, verdict: Verdict) -> Iterator[Obstacle]:
    """Everyone whose yes is needed and lacking, the furthest from it first."""
    refused = {name: 1.0 - verdict.accept_by[name] for name in verdict.necessary}
    lacking = [name for name in verdict.necessary if refused[name] >= NOTICED]
    parties = [name for name in lacking if name in speaker.parties]
    parties.sort(key=lambda name: -verdict.shortfall[name] * (refused[name] - verdict.barred[name]))
    for i, name in enumerate(parties):
        first = i == 0 and _is_furthest(verdict, name, parties[1:])
        yield Obstacle(
            "furthest from yes" if first else "says no",
            _refusal(speaker, verdict, name),
            body=name,
        )
    for name in lacking:
        if name not in speaker.parties:
            often = speaker.share(refused[name]).of_draws
            text = f"{speaker.person(name)}, whose own yes is needed, in {often}"
            yield Obstacle("says no", text, body=name)
    if speaker.rule is not None:
        for text in _rules(speaker, verdict, speaker.rule):
            yield Obstacle("rule", text)


def _is_furthest(verdict: Verdict, name: str, others: Sequence[str]) -> bool:
    """Whether *name* falls short by more than *others*, as far as the error lets one tell."""

    def far(party: str, errors: float) -> float:
        return verdict.shortfall[party] + errors * verdict.shortfall_error[party]

    return all(far(name, -2.0) > far(other, 2.0) for other in others)


def _refusal(speaker: Speaker, verdict: Verdict, party: str) -> str:
    """Say how often a party says no, how far it is from yes, and what is odd about it."""
    text = f"{speaker.parties[party]}, in {speaker.share(1.0 - verdict.accept_by[party]).of_draws}"
    if verdict.shortfall[party] > 0.0:
        text += f", short by {worth(verdict.shortfall[party], verdict.shortfall_error[party])}"
    if verdict.barred[party] >= NOTICED:
        often = speaker.share(verdict.barred[party]).of_draws
        text += f"; in {often} by a red line, whatever the worth"
    return text + (
        "; the proposal is its own" if speaker.authors[verdict.proposal] == party else ""
    )


def _rules(speaker: Speaker, verdict: Verdict, rule: Rule) -> Iterator[str]:
    """Say what the quotas of the agreement's rule, and the rules inside it, ask for."""
    weights = rule.weights or tuple((name, 1.0) for name in verdict.signatories)
    if rule.at_least is not None:
        yes = _says_yes(speaker, verdict, [name for name, _ in weights]) or "nobody signs"
        yield f"acceptances must weigh {rule.at_least:g} together; {yes}"
    for inner in (*rule.vetoes, *(item for item, _ in rule.weights or ())):
        if isinstance(inner, Rule):
            if yes := _says_yes(speaker, verdict, inner.vetoes):
                yield f"some must all accept; {yes}"
            yield from _rules(speaker, verdict, inner)


def _says_yes(speaker: Speaker, verdict: Verdict, items: Sequence[str | Rule]) -> str:
    """Say how often each of *items* that is a name says yes."""
    names = [item for item in items if isinstance(item, str)]
    return "; ".join(
        f"{speaker.name(name)} says yes in {speaker.share(verdict.accept_by[name]).of_draws}"
        for name in names
    )


def _endings(speaker: Speaker, verdict: Verdict) -> Iterator[Obstacle]:
    """By whom it would be broken first, and when; by accident; and its weakest point."""
    totals = {party: min(sum(chances), 1.0) for party, chances in verdict.first_break.items()}
    breakers = sorted((p for p in totals if totals[p] >= NOTICED), key=lambda p: -totals[p])
    for party in breakers:
        chance = speaker.share(totals[party]).as_chance
        when = _when(speaker, verdict.first_break[party])
        text = f"{speaker.parties[party]}, with a chance of {chance}{when}"
        yield Obstacle("first broken by", text, "keep", party)
    if verdict.accident >= NOTICED:
        chance = speaker.share(verdict.accident).as_chance
        yield Obstacle("ended by accident", f"with a chance of {chance}", "keep")
    if breakers and verdict.weakest is not None:
        text = _weakest_point(speaker, verdict, verdict.weakest)
        yield Obstacle("weakest point", text, "keep")


def _when(speaker: Speaker, chances: Sequence[float]) -> str:
    """Say in which phase most of *chances* falls, if one holds more than half of it."""
    k = max(range(len(chances)), key=lambda i: chances[i])
    if chances[k] <= sum(chances) / 2:
        return ", spread over the phases"
    return f", mostly {speaker.phase(k + 1)}"


def _weakest_point(speaker: Speaker, verdict: Verdict, weakest: Weakest) -> str:
    """Say which decider is likeliest to break when, how, and who is as likely to."""
    figure = speaker.share(weakest.share)
    kept = "if all was kept until then: " if weakest.phase > 1 else ""
    text = (
        f"{kept}{speaker.person(weakest.decider)}, {speaker.phase(weakest.phase)}:"
        f" with a chance of {figure.as_chance}, {speaker.deviation(weakest.deviation, weakest.measure)}"
    )
    equals = [
        f"{speaker.person(name)}, {speaker.phase(k)}"
        for name, shares in verdict.breaks.items()
        for k, other in enumerate(shares, start=1)
        if speaker.share(other) == figure and name != weakest.decider
    ]
    return text + (f" (as likely: {'; '.join(equals[:2])})" if equals else "")
