"""What stands in the way of a proposal, found in its verdict and said in words.

Nothing here is computed anew: each sentence says what one figure of the verdict is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from detente.case.domain import Case
from detente.report.figures import Share, share_of_draws, worth
from detente.report.text import clean
from detente.verdict.results import Verdict, Weakest

#: Nothing is said of what happens in a smaller share of draws than this.
NOTICED = 0.05


class Obstacle(NamedTuple):
    """One thing in the way: what kind of thing, and a sentence about it."""

    kind: str
    text: str


class Speaker:
    """Speaks of one case by the names in it, and of shares of its draws."""

    def __init__(self, case: Case, draws: int, *, certain: bool) -> None:
        self.draws = draws
        self.certain = certain
        self.parties = {party.id: clean(party.name) for party in case.parties}
        self.people = {c.id: c for c in case.constituencies}
        self.measures = {measure.id: clean(measure.name) for measure in case.measures}
        self.phases = [clean(name) for name in case.phase_names]

    def share(self, mean: float) -> Share:
        """Return how a mean over draws of something in [0, 1] may be shown."""
        return share_of_draws(mean, self.draws, certain=self.certain)

    def person(self, name: str, *, with_party: bool = True) -> str:
        """Name a constituency and its party; one that is the whole party by the party only."""
        constituency = self.people[name]
        party = self.parties[constituency.party] if with_party else ""
        if name == constituency.party:
            return party
        own = clean(constituency.name)
        return f"{own} ({party})" if party else own

    def phase(self, k: int) -> str:
        """Say when period *k* is."""
        if k > len(self.phases):
            return "after the last phase"
        return f"in phase {k} “{self.phases[k - 1]}”"

    def deviation(self, weakest: Weakest) -> str:
        """Say what a breaker does."""
        measure = "" if weakest.measure is None else f" “{self.measures[weakest.measure]}”"
        match weakest.deviation:
            case "exit":
                return "by leaving openly"
            case "withhold_all":
                return "by withholding its own steps from there on"
            case "undo_all":
                return "by secretly undoing what it can"
            case "withhold":
                return f"by withholding{measure}"
            case _:
                return f"by secretly undoing{measure}"


def obstacles(speaker: Speaker, verdict: Verdict) -> Iterator[Obstacle]:
    """Yield what stands between *verdict*'s proposal and holding, most basic first."""
    if verdict.flaws:
        flaws = "; ".join(clean(flaw) for flaw in verdict.flaws)
        yield Obstacle("judged as written", f"although {flaws}")
    if verdict.accept.mean < 1.0 - NOTICED:
        yield from _refusals(speaker, verdict)
    if verdict.keep.mean < 1.0 - NOTICED:
        yield from _breaches(speaker, verdict)
    if verdict.unsettled >= NOTICED:
        often = speaker.share(verdict.unsettled).of_draws
        yield Obstacle("not settled", f"in {often}; see below")


def _refusals(speaker: Speaker, verdict: Verdict) -> Iterator[Obstacle]:
    """Who is furthest from yes for what it is worth, whose red line decides, whose yes lacks."""
    needed = dict.fromkeys([*verdict.signatories, *verdict.consents])
    parties = [name for name in needed if name in speaker.parties]
    refused = {name: 1.0 - verdict.accept_by[name] for name in needed}
    lacking = {name: max(refused[name] - verdict.red_lines[name], 0.0) for name in parties}
    furthest = max(parties, key=lambda name: verdict.shortfall[name] * lacking[name], default=None)
    if furthest is not None and lacking[furthest] >= NOTICED:
        yield Obstacle("furthest from yes", _short(speaker, verdict, furthest, lacking[furthest]))
    barred = max(parties, key=lambda name: verdict.red_lines[name], default=None)
    if barred is not None and verdict.red_lines[barred] >= NOTICED:
        often = speaker.share(verdict.red_lines[barred]).of_draws
        text = f"{speaker.parties[barred]} refuses whatever it is worth, in {often}"
        yield Obstacle("red line", text)
    most = max((refused[name] for name in parties), default=0.0)
    people = [name for name in needed if name not in speaker.parties and refused[name] > most]
    if people:
        name = max(people, key=lambda name: refused[name])
        often = speaker.share(refused[name]).of_draws
        text = f"{speaker.person(name)}, whose yes a step needs, says no in {often}"
        yield Obstacle("consent lacking", text)


def _short(speaker: Speaker, verdict: Verdict, party: str, lacking: float) -> str:
    """Say how far a party falls short.

    A verdict does not hold the error of this mean: take one as large as if single draws
    differed by as much as the mean itself, which amounts that are never negative rarely exceed.
    """
    mean = verdict.shortfall[party]
    error = 0.0 if speaker.certain else mean / (lacking * speaker.draws) ** 0.5
    often = speaker.share(lacking).of_draws
    return f"{speaker.parties[party]}, short by {worth(mean, error)} in {often}"


def _breaches(speaker: Speaker, verdict: Verdict) -> Iterator[Obstacle]:
    """Who breaks it first, when, and how."""
    spots = {
        (party, k): chance
        for party, chances in verdict.first_break.items()
        for k, chance in enumerate(chances, start=1)
    }
    (_, k), chance = max(spots.items(), key=lambda item: item[1])
    weakest = verdict.weakest
    if chance < NOTICED or weakest is None:
        text = "nobody is likely to break it in any one phase; small chances and accidents add up"
        yield Obstacle("lost bit by bit", text)
        return
    figure = speaker.share(chance)
    equals = [p for (p, j), other in spots.items() if j == k and speaker.share(other) == figure]
    names = " and ".join(speaker.parties[name] for name in equals)
    each = "each " if len(equals) > 1 else ""
    when = f"{names}, {speaker.phase(k)}, {each}with a chance of {figure.as_chance}"
    if weakest.party in equals and weakest.phase == k:
        who = speaker.person(weakest.decider, with_party=len(equals) > 1)
        through = f"most often {who}, " if who else "most often "
        yield Obstacle("first to break", f"{when}; {through}{speaker.deviation(weakest)}")
    else:
        yield Obstacle("first to break", when)
        point = f"{speaker.person(weakest.decider)}, {speaker.phase(weakest.phase)} if kept so far"
        yield Obstacle("weakest point", f"{point}, {speaker.deviation(weakest)}")
