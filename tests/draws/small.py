"""Small cases by hand, and one from a file in which everything is uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from detente.case.domain import (
    Case,
    Constituency,
    Correlation,
    Decider,
    Interaction,
    Measure,
    Party,
    Plan,
    Proposal,
    RedLine,
    Rule,
    Turnover,
)
from detente.case.numbers import Distribution, Number, certain
from detente.case.reading import read_document
from detente.case.resolve import resolve_case
from detente.case.validation import examine
from detente.draws.sampler import Draws, Sampler

Value = float | Distribution


def number(value: Value, path: str) -> Number:
    return certain(value, path) if isinstance(value, int | float) else Number(value, path)


@dataclass
class Side:
    """A party to build: its constituencies with their reservations, its rule, its deciders."""

    id: str
    members: Mapping[str, float] = field(default_factory=dict)
    accepts: Rule | None = None
    start: Mapping[str, Value] = field(default_factory=dict)
    turnover: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    red_lines: Mapping[str, Sequence[RedLine]] = field(default_factory=dict)
    discount: Value = 0.05
    collapse: Value = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.members) or (self.id,)

    def party(self) -> Party:
        start = self.start or {self.names[0]: 1.0}
        path = f"parties.{self.id}.deciders"
        return Party(
            id=self.id,
            name=self.id,
            constituencies=self.names,
            accepts=self.accepts or Rule(vetoes=self.names),
            deciders=tuple(
                Decider(name, number(p, f"{path}.start.{name}")) for name, p in start.items()
            ),
            turnover=tuple(
                Turnover(a, b, number(p, f"{path}.turnover.{a}.{b}"))
                for (a, b), p in self.turnover.items()
            ),
        )

    def constituencies(self) -> list[Constituency]:
        return [
            Constituency(
                id=name,
                name=name,
                party=self.id,
                discount=number(self.discount, f"{name}.discount"),
                reservation=certain(self.members.get(name, 0.0), f"{name}.reservation"),
                collapse=number(self.collapse, f"{name}.collapse"),
                red_lines=tuple(self.red_lines.get(name, ())),
            )
            for name in self.names
        ]


def red_line(
    never: str, *, unless: Sequence[str] = (), chance: Value = 1.0, path: str = "red_lines.x.0"
) -> RedLine:
    lifted = tuple((name,) for name in unless)
    return RedLine(path, ((never,),), lifted, number(chance, f"{path}.chance"))


def step(
    id_: str,
    by: str | None,
    worth: Mapping[str, Value] | None = None,
    *,
    base: str | None = None,
    consent: Sequence[str] = (),
    undo_years: Value | None = 0.0,
    detection: Value = 1.0,
    upfront: Value = 0.0,
    raises: Mapping[str, Value] | None = None,
) -> Measure:
    path = f"measures.{id_}"
    undo = None if undo_years is None else number(undo_years, f"{path}.undo_years")
    return Measure(
        id=id_,
        base=base or id_,
        name=id_,
        by=by,
        consent=tuple(consent),
        undo_years=undo,
        secret_undo=undo is not None,
        detection=number(detection, f"{path}.detection"),
        upfront=number(upfront, f"{path}.upfront"),
        requires=(),
        excludes=(),
        in_phases=(1, 2, 3),
        raises_detection={
            name: number(gain, f"{path}.raises_detection.{name}")
            for name, gain in (raises or {}).items()
        },
        effects=(),
        worth={name: number(w, f"{path}.worth.{name}") for name, w in (worth or {}).items()},
    )


def together(id_: str, parts: Sequence[str], worth: Mapping[str, Value]) -> Interaction:
    return Interaction(
        id=id_,
        name=id_,
        all_of=tuple((name,) for name in parts),
        unless=(),
        upfront=certain(0.0),
        worth={name: number(w, f"interactions.{id_}.worth.{name}") for name, w in worth.items()},
    )


def small_case(
    sides: Sequence[Side],
    measures: Sequence[Measure],
    *,
    interactions: Sequence[Interaction] = (),
    correlation: Correlation | None = None,
    agreement: Rule | None = None,
    must_sign: Sequence[str] = (),
    plans: Mapping[str, Plan] | None = None,
    phases: int = 1,
    years: float = 1.0,
    false_alarm: Value = 0.0,
) -> Case:
    return Case(
        name="small",
        title="small",
        phase_names=tuple(f"phase {k}" for k in range(1, phases + 1)),
        years_per_phase=years,
        horizon_years=10.0,
        margin=certain(0.0, "margin"),
        false_alarm=number(false_alarm, "false_alarm"),
        correlation=correlation or Correlation(),
        parties=tuple(side.party() for side in sides),
        constituencies=tuple(c for side in sides for c in side.constituencies()),
        must_sign=tuple(must_sign),
        agreement=agreement,
        measures=tuple(measures),
        must_choose=(),
        interactions=tuple(interactions),
        scalings=(),
        quantities=(),
        main_outcome=None,
        proposals=tuple(Proposal(id_, id_, plan) for id_, plan in (plans or {}).items()),
        sources=(),
        hash="0" * 64,
    )


def certain_draws(case: Case, count: int = 1) -> Draws:
    """Draws of a case in which nothing is uncertain."""
    return Sampler(case).draws(np.empty((0, count)))


def read_case(text: str) -> Case:
    """The case that a file with *text* describes."""
    document = read_document(text.encode(), "small.yaml")
    return resolve_case(examine(document), "small", document.data)


HEAD = """\
detente: 1
title: All is uncertain
phases: {count: 2, years: 1.5}
horizon_years: 10
discount: [0.02, 0.05, 0.1]
margin: [0, 0.1, 0.2]
false_alarm: [0.01, 0.02, 0.05]
defaults:
  {upfront: [0, 0.2, 0.4], collapse: [-20, -8, 0], reservation: [-5, 0, 5],
   undo_years: [0, 1, 2], detection: [0.2, 0.5, 0.9]}
"""
CORRELATED = "correlation: {same_constituency: 0.3, same_measure: 0.2}\n"
PARTIES = """\
parties:
  us:
    constituencies: {house: {}, field: {discount: {p5: 0.01, p50: 0.05, p95: 0.3}}}
    accepts: {all: [house], at_least: 1}
    deciders:
      start: {house: {p5: 0.5, p50: 0.8, p95: 0.9}, field: [0.1, 0.2, 0.4]}
      turnover: [{from: house, to: field, per_year: [0.05, 0.1, 0.4]}]
  them: {}
"""
MEASURES = {
    "talks": """\
  talks: {by: us, worth: {house: [-9, -3, 0], field: [-5, 0, 5], them: [2, 5, 9]}}
""",
    "camp": """\
  camp:
    by: us
    worth: {house: [-20, -10, -5], field: [-2, 0, 2], them: [5, 9, 30]}
    levels:
      half: {worth: {house: [-8, -4, -1]}}
      full: {effects: {troops: {change: [-9, -5, -1]}}}
""",
    "watch": """\
  watch:
    by: them
    undo_years: never
    raises_detection: {camp: [0.1, 0.3, 0.5], talks: [0, 0.1, 0.2]}
    worth: {house: {p5: 1, p50: 5, p95: 20}, them: [-8, -4, -2]}
""",
    "aid": """\
  aid:
    by: them
    effects: {troops: {change: [-3, -2, 1]}, money: {change: [5, 8, 12]}}
    worth: {house: {dist: normal, loc: 10, scale: 3}, field: [0, 5, 9], them: [-15, -9, -5]}
""",
}
TAIL = """\
interactions:
  both: {all_of: [talks, aid], worth: {house: [0, 2, 4], them: [0, 5, 9]}}
  later: {scale: [0.1, 0.5, 0.9], measures: [aid], constituencies: [house], when_after: [watch]}
red_lines:
  house: [{never: [camp], chance: [0.2, 0.5, 0.8]}]
  them: [{never: [watch], unless: [aid], chance: 0.4}]
quantities:
  troops: {start: [50, 80, 90], trend: [-1, 0, 1], floor: [0, 1, 2]}
  money: {start: 0, grows_by: troops}
  all: {sum_of: {troops: [0.5, 1, 2], money: 1}}
proposals:
  plan: {phases: {1: [talks, watch], 2: [aid, camp/half]}}
"""


def uncertain_text(
    measures: Mapping[str, str] = MEASURES, *, correlated: bool = True, tail: str = TAIL
) -> str:
    """A case file in which every kind of number is uncertain, with these measures."""
    shares = CORRELATED if correlated else ""
    return HEAD + shares + PARTIES + "measures:\n" + "".join(measures.values()) + tail
