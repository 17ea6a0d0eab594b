from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.case.domain import Case, Interaction, Measure, Rule
from detente.case.influence import asked, influential
from detente.case.numbers import certain
from detente.testing import random_case


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (Rule(vetoes=("x",)), ["x"]),
        (Rule(at_least=1), ["x", "y", "z"]),
        (Rule(at_least=1, weights=(("x", 0.0), ("y", 0.5))), ["y"]),
        (Rule(vetoes=(Rule(at_least=1, weights=(("z", 1.0),)), "x")), ["z", "x"]),
        (Rule(at_least=1, weights=((Rule(vetoes=("y",)), 0.0), ("x", 1.0))), ["x"]),
    ],
)
def test_a_rule_asks_those_whose_answer_can_count(rule: Rule, names: list[str]) -> None:
    assert list(asked(rule, ("x", "y", "z"))) == names


def with_other_wishes(case: Case, who: str, worth: float) -> Case:
    """*case* with every number of what *who* wants replaced."""
    people = tuple(
        replace(
            c,
            reservation=certain(-worth, c.reservation.path),
            collapse=certain(worth, c.collapse.path),
            discount=certain(0.5, c.discount.path),
        )
        if c.id == who
        else c
        for c in case.constituencies
    )

    def changed(item: Measure | Interaction) -> dict[str, object]:
        own = {who: certain(worth, item.worth[who].path)} if who in item.worth else {}
        return {"worth": {**item.worth, **own}}

    return replace(
        case,
        constituencies=people,
        measures=tuple(replace(m, **changed(m)) for m in case.measures),  # type: ignore[arg-type]
        interactions=tuple(replace(i, **changed(i)) for i in case.interactions),  # type: ignore[arg-type]
    )


@given(seed=st.integers(0, 2**32), worth=st.sampled_from([-60.0, 60.0]))
@settings(max_examples=30)
def test_whatever_those_without_influence_want_no_result_of_others_moves(
    seed: int, worth: float
) -> None:
    case = random_case(seed)
    known = influential(case)
    for who in (c for c in case.constituencies if c.id not in known):
        other = with_other_wishes(case, who.id, worth)
        for before, after in zip(
            detente.run(case, draws=20), detente.run(other, draws=20), strict=True
        ):
            for name in ("accept", "keep", "hold", "lower", "breaches", "weakest", "outcomes"):
                assert getattr(before, name) == getattr(after, name), (who.id, name)
            assert before.beaten_by == after.beaten_by
            people = [c.id for c in case.constituencies if c.id != who.id]
            assert [before.accept_by[c] for c in people] == [after.accept_by[c] for c in people]
