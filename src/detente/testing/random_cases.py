"""Random small cases, as resolved objects, for tests that need many of them."""

from __future__ import annotations

import numpy as np

from detente.case.domain import (
    Case,
    Constituency,
    Correlation,
    Decider,
    Effect,
    Group,
    Interaction,
    Measure,
    Party,
    Plan,
    Proposal,
    Quantity,
    RedLine,
    Rule,
    Scaling,
    Turnover,
)
from detente.case.numbers import Number, Triangular, certain


class _Builder:
    """Makes one random case; ``coarse`` numbers are whole and make ties likely."""

    def __init__(self, seed: int, *, coarse: bool = False) -> None:
        self.rng = np.random.default_rng(seed)
        self.coarse = coarse
        self.phases = int(self.rng.integers(1, 5))

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def number(self, path: str, low: float, high: float) -> Number:
        if self.coarse:
            return certain(float(np.round(self.rng.uniform(low, high))), path)
        if self.chance(0.2):
            return certain(self.rng.uniform(low, high), path)
        a, b, c = np.sort(self.rng.uniform(low, high, 3)).tolist()
        return Number(Triangular(a, b, c), path)

    def share(self, path: str, low: float = 0.0, high: float = 1.0) -> Number:
        if self.coarse:
            return certain(float(self.rng.choice([low, (low + high) / 2, high])), path)
        return self.number(path, low, high)

    def some(self, names: list[str], at_most: int) -> list[str]:
        size = int(self.rng.integers(1, min(at_most, len(names)) + 1))
        return [str(name) for name in self.rng.choice(names, size, replace=False)]

    def groups(self, names: list[str], at_most: int) -> tuple[Group, ...]:
        return tuple((name,) for name in self.some(names, at_most))

    def constituency(self, name: str, party: str, measures: list[str]) -> Constituency:
        lines = tuple(
            RedLine(
                path=f"red_lines.{name}.{i}",
                never=self.groups(measures, 2),
                unless=self.groups(measures, 2) if self.chance(0.5) else (),
                chance=self.share(f"red_lines.{name}.{i}.chance"),
            )
            for i in range(int(self.rng.integers(0, 2)))
        )
        rate = certain(0.25) if self.coarse else self.number(f"{name}.discount", 0.01, 0.7)
        return Constituency(
            id=name,
            name=name,
            party=party,
            discount=rate,
            reservation=self.number(f"{name}.reservation", -5, 5),
            collapse=self.number(f"{name}.collapse", -20, 3),
            red_lines=lines,
        )

    def party(self, name: str, measures: list[str]) -> tuple[Party, list[Constituency]]:
        size = int(self.rng.integers(1, 4))
        members = [f"{name}{i}" for i in range(size)] if size > 1 else [name]
        starts = self.rng.dirichlet(np.ones(size))
        if self.coarse:
            starts = np.full(size, 1.0 / size)
        passings = tuple(
            Turnover(a, b, self.share(f"{name}.{a}.{b}", 0.0, 0.5))
            for a in members
            for b in members
            if a != b and self.chance(0.6)
        )
        rule = Rule(vetoes=tuple(members))
        if self.chance(0.4):
            rule = Rule(
                vetoes=(members[0],),
                at_least=1.0,
                weights=tuple((m, float(self.rng.integers(1, 3))) for m in members),
            )
        party = Party(
            id=name,
            name=name,
            constituencies=tuple(members),
            accepts=rule,
            deciders=tuple(
                Decider(m, certain(float(p))) for m, p in zip(members, starts, strict=True)
            ),
            turnover=passings,
        )
        return party, [self.constituency(m, name, measures) for m in members]

    def measure(
        self, name: str, parties: list[Party], constituencies: list[str], measures: list[str]
    ) -> Measure:
        path = f"measures.{name}"
        by = None if self.chance(0.1) else str(self.rng.choice([p.id for p in parties]))
        undo = None
        if self.chance(0.65):
            undo = certain(0.0) if self.chance(0.3) else self.number(f"{path}.undo", 0, 4)
        watched = [m for m in measures if m != name and self.chance(0.15)]
        return Measure(
            id=name,
            base=name,
            name=name,
            by=by,
            consent=tuple(self.some(constituencies, 2)) if self.chance(0.2) else (),
            undo_years=undo,
            secret_undo=undo is not None and self.chance(0.85),
            detection=self.share(f"{path}.detection"),
            upfront=self.share(f"{path}.upfront"),
            requires=(),
            excludes=(),
            in_phases=tuple(range(1, self.phases + 1)),
            raises_detection={m: self.share(f"{path}.raises.{m}") for m in watched},
            effects=(Effect("stock", self.number(f"{path}.effects.stock", -9, 9)),)
            if self.chance(0.5)
            else (),
            worth={
                c: self.number(f"{path}.worth.{c}", -30, 40)
                for c in constituencies
                if self.chance(0.85)
            },
        )

    def interaction(self, name: str, measures: list[str], people: list[str]) -> Interaction:
        return Interaction(
            id=name,
            name=name,
            all_of=self.groups(measures, 3),
            unless=self.groups(measures, 2) if self.chance(0.4) else (),
            upfront=self.share(f"interactions.{name}.upfront"),
            worth={c: self.number(f"interactions.{name}.worth.{c}", -20, 20) for c in people},
        )

    def scaling(self, name: str, measures: list[str], people: list[str]) -> Scaling:
        return Scaling(
            id=name,
            name=name,
            factor=self.number(f"interactions.{name}.scale", 0, 2),
            measures=tuple(self.some(measures, 4)),
            constituencies=tuple(self.some(people, 3)),
            when_after=self.groups(measures, 2),
        )

    def plan(self, measures: list[str]) -> Plan:
        phases: list[list[str]] = [[] for _ in range(self.phases + 1)]
        for name in measures:
            if self.chance(0.8):
                low = 0 if self.chance(0.2) else 1
                phases[int(self.rng.integers(low, self.phases + 1))].append(name)
        return Plan(tuple(tuple(phase) for phase in phases))

    def stock(self) -> Quantity:
        return Quantity(
            id="stock",
            name="stock",
            unit=None,
            start=self.number("quantities.stock.start", 5, 30),
            trend=self.number("quantities.stock.trend", -1, 1),
            floor=certain(0.0),
            better="lower",
            grows_by=None,
        )

    def build(self) -> Case:
        measures = [f"m{i}" for i in range(int(self.rng.integers(2, 10)))]
        built = [self.party(name, measures) for name in "abcd"[: int(self.rng.integers(2, 5))]]
        parties = [party for party, _ in built]
        constituencies = [c for _, members in built for c in members]
        people = [c.id for c in constituencies]
        return Case(
            name="random",
            title="random",
            phase_names=tuple(f"phase {k + 1}" for k in range(self.phases)),
            years_per_phase=1.0 if self.coarse else float(self.rng.uniform(0.3, 2.5)),
            horizon_years=10.0,
            margin=certain(0.0) if self.chance(0.7) else self.number("margin", 0, 2),
            false_alarm=self.share("false_alarm", 0.0, 0.2),
            correlation=Correlation(0.3, 0.2) if self.chance(0.5) else Correlation(),
            parties=tuple(parties),
            constituencies=tuple(constituencies),
            must_sign=(parties[-1].id,) if self.chance(0.3) else (),
            agreement=Rule(at_least=float(self.rng.integers(1, len(parties) + 1)))
            if self.chance(0.3)
            else None,
            measures=tuple(self.measure(m, parties, people, measures) for m in measures),
            must_choose=(),
            interactions=tuple(
                self.interaction(f"i{i}", measures, people)
                for i in range(int(self.rng.integers(0, 4)))
            ),
            scalings=tuple(
                self.scaling(f"s{i}", measures, people) for i in range(int(self.rng.integers(0, 3)))
            ),
            quantities=(self.stock(),),
            main_outcome="stock",
            proposals=tuple(
                Proposal(id=f"p{i}", name=f"p{i}", plan=self.plan(measures)) for i in range(3)
            ),
            sources=(),
            hash="0" * 64,
        )


def random_case(seed: int, *, coarse: bool = False) -> Case:
    """Return the small random case that *seed* fixes: anything that a case may hold, no sense.

    One to four phases, two to four parties of one to three constituencies, two to nine measures,
    interactions, red lines, one quantity ("stock") and three proposals (``p0`` to ``p2``) at
    random. It never was a file: ``document`` is empty and ``hash`` is all zeros.

    Args:
        seed: which case, from 0 on. Versions of Détente may make other cases of the same seed.
        coarse: whether numbers are certain and whole (shares: halves), which makes ties likely.
            Red lines may then still be drawn in half of the draws.

    Returns:
        The case, ready to be judged.
    """
    return _Builder(seed, coarse=coarse).build()
