"""How large a case may be: what fits the format must also fit a machine.

The limits are far above any case that people could fill in with care. They are asked before
everything else that looks at a whole file, because the rest takes its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Final

from detente.case.file import CaseFile, PartySpec
from detente.case.wording import Finding

__all__ = ["too_large"]

MOST: Final = {
    "parties": 50,
    "constituencies": 200,
    "measures, levels written out": 1000,
    "interactions": 500,
    "quantities": 100,
    "worths (measures and interactions times constituencies)": 50_000,
    "pairs of a measure and one that raises its detection": 10_000,
    "effects, levels written out": 5000,
    "deciders of one party": 20,
    "summands of quantities": 1000,
}
#: Periods until the horizon: each is a time at which a plan may end.
MOST_PERIODS: Final = 200
#: Arrays to be filled for quantities that grow, in one plan and block of draws.
MOST_GROWTH: Final = 200_000


def too_large(file: CaseFile) -> Iterator[Finding]:
    """Yield what *file* has too much of."""
    for what, (count, key) in _counts(file).items():
        if count > MOST[what]:
            yield Finding((key,), f"{count} {what}; {MOST[what]} are the most", at_key=True)
    periods = ceil(file.horizon_years / file.phases.years)
    rates = {spec.grows_by for spec in file.quantities.values()} - {None}
    bent = any(_bends(file, rate) for rate in rates)
    arrays = len(rates) * (16 if bent else 1) * periods**2 / 2
    if periods <= MOST_PERIODS and arrays > MOST_GROWTH:
        text = f"the quantities grow over {periods} phases, too many to follow; shorten the horizon"
        yield Finding(("horizon_years",), text)


def _counts(file: CaseFile) -> dict[str, tuple[int, str]]:
    """Count what takes time and memory, with the part of the file that holds it."""
    levels = {id_: max(len(spec.levels or ()), 1) for id_, spec in file.measures.items()}
    measures = sum(levels.values())
    people = sum(max(len(party.constituencies or ()), 1) for party in file.parties.values())
    deciders = [len(_deciders(party)) for party in file.parties.values()]
    watches = effects = 0
    for id_, spec in file.measures.items():
        steps = (spec, *(spec.levels or {}).values())
        targets = {name for step in steps for name in step.raises_detection}
        watches += levels[id_] * sum(levels.get(name, 1) for name in targets)
        effects += levels[id_] * len({name for step in steps for name in step.effects})
    counts = (
        (len(file.parties), "parties"),
        (people, "parties"),
        (measures, "measures"),
        (len(file.interactions), "interactions"),
        (len(file.quantities), "quantities"),
        ((measures + len(file.interactions)) * people, "measures"),
        (watches, "measures"),
        (effects, "measures"),
        (max(deciders, default=0), "parties"),
        (sum(len(spec.sum_of or ()) for spec in file.quantities.values()), "quantities"),
    )
    return dict(zip(MOST, counts, strict=True))


def _deciders(party: PartySpec) -> set[str]:
    if party.deciders is None:
        return set()
    passed = {name for step in party.deciders.turnover for name in (step.origin, step.destination)}
    return {*party.deciders.start, *passed}


def _bends(file: CaseFile, rate: str | None) -> bool:
    spec = file.quantities.get(rate or "")
    return spec is not None and (spec.grows_by is not None or spec.sum_of is not None)
