from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import hypot

import pytest

from detente.case.domain import Case, Plan, Rule
from detente.case.numbers import Triangular
from detente.draws.draw import draw
from detente.testing import random_case
from detente.verdict.judged import judge
from detente.verdict.results import Verdict
from detente.verdict.run import run
from tests.draws.small import Side, Value, small_case, step

#: Worth of each measure to x and y in party a, to b and to c, who is in no plan.
WORTH = {
    "low": (1.0, 1.0, 1.0, 9.0),
    "high": (2.0, 2.0, 2.0, 0.0),
    "mixed": (0.0, 3.0, 3.0, 0.0),
    "same": (1.0, 1.0, 1.0, 0.0),
}
PEOPLE = ("x", "y", "b", "c")


def case_of(
    rule: Rule | None = None,
    *,
    by: str | None = "b",
    consent: Mapping[str, Sequence[str]] | None = None,
    must_sign: Sequence[str] = ("a",),
) -> Case:
    """A plan for each measure of WORTH alone, performed by *by*."""
    measures = [
        step(
            name,
            by,
            dict(zip(PEOPLE, worth, strict=True)),
            undo_years=None,
            consent=(consent or {}).get(name, ()),
        )
        for name, worth in WORTH.items()
    ]
    side = Side("a", {"x": 0.0, "y": 0.0}, accepts=rule)
    plans = {name: Plan(((), (name,))) for name in WORTH}
    return small_case([side, Side("b"), Side("c")], measures, plans=plans, must_sign=must_sign)


def beaten(case: Case, *names: str) -> dict[str, tuple[str, ...]]:
    return {v.proposal: v.beaten_by for v in run(case, draws=3, proposals=names or None).verdicts}


@pytest.mark.statement("M58")
def test_a_plan_is_beaten_by_those_that_are_better_for_all_who_have_a_say() -> None:
    found = beaten(case_of())
    assert found == {"low": ("high",), "high": (), "mixed": (), "same": ("high",)}


def test_only_proposals_of_the_same_run_beat_in_the_order_of_the_run() -> None:
    assert beaten(case_of(), "low", "mixed") == {"low": (), "mixed": ()}
    better = {"high": Plan(((), ("high",))), "low": Plan(((), ("low",)))}
    case = replace(case_of(), proposals=())
    plans = [better["high"], better["low"], better["high"]]
    result = run(case, draws=3, proposals=plans)
    assert [v.beaten_by for v in result.verdicts] == [(), ("plan_1", "plan_3"), ()]


Y_ALONE = [
    Rule(vetoes=("y",)),
    Rule(vetoes=(Rule(vetoes=("y",)),)),
    Rule(at_least=1.0, weights=(("y", 1.0),)),
    Rule(at_least=1.0, weights=(("x", 0.0), ("y", 1.0))),
    Rule(at_least=1.0, weights=((Rule(vetoes=("y",)), 1.0),)),
]
BOTH = [
    Rule(vetoes=("x", "y")),
    Rule(at_least=1.0),  # of all constituencies
    Rule(vetoes=("y",), at_least=1.0, weights=(("x", 1.0),)),
    Rule(vetoes=(Rule(at_least=1.0, weights=(("x", 1.0), ("y", 1.0))),)),
]


@pytest.mark.parametrize("rule", Y_ALONE)
def test_those_whom_the_rule_of_their_party_never_asks_have_no_say(rule: Rule) -> None:
    assert beaten(case_of(rule), "low", "mixed") == {"low": ("mixed",), "mixed": ()}


@pytest.mark.parametrize("rule", BOTH)
def test_all_whom_the_rule_of_their_party_asks_have_a_say(rule: Rule) -> None:
    assert beaten(case_of(rule), "low", "mixed") == {"low": (), "mixed": ()}


def test_those_who_must_sign_either_plan_have_a_say() -> None:
    """c loses by the high plan; it has a say once either plan needs it."""
    for text in ("low", "high"):
        case = case_of(consent={text: ("c",)})
        assert beaten(case, "low", "high") == {"low": (), "high": ()}


def test_a_constituency_whose_own_yes_is_needed_has_a_say_beside_its_party() -> None:
    rule = Rule(vetoes=("y",))
    for case in (
        case_of(rule, consent={"mixed": ("x",)}),
        case_of(rule, must_sign=("a", "x")),
        case_of(rule, must_sign=("x",)),
    ):
        assert beaten(case, "low", "mixed") == {"low": (), "mixed": ()}


def test_an_empty_plan_beats_nothing_and_can_be_beaten() -> None:
    costly = step("costly", "b", dict.fromkeys(PEOPLE, -1.0), undo_years=None)
    case = case_of()
    case = replace(case, measures=(*case.measures, costly))
    plans = [Plan(((), ("costly",))), Plan(((), ())), Plan(((), ("low",)))]
    result = run(case, draws=3, proposals=plans)
    assert [v.beaten_by for v in result.verdicts] == [("plan_3",), ("plan_3",), ()]


def test_nothing_is_beaten_where_nobody_has_a_say() -> None:
    case = case_of(by=None, must_sign=())
    assert set(beaten(case).values()) == {()}


def test_a_difference_within_the_tie_beats_nothing() -> None:
    for more, better in ((0.5e-9, ()), (2e-9, ("more",))):
        worths = {"less": 1.0, "more": 1.0 + more}
        measures = [step(n, "b", {"b": w}, undo_years=None) for n, w in worths.items()]
        plans = {name: Plan(((), (name,))) for name in worths}
        case = small_case([Side("a"), Side("b")], measures, plans=plans)
        assert beaten(case) == {"less": better, "more": ()}


def test_means_decide_not_single_draws() -> None:
    worths: dict[str, Value] = {"sure": 1.0, "gamble": Triangular(-10.0, 4.0, 12.0)}
    measures = [step(n, "b", {"b": w}, undo_years=None) for n, w in worths.items()]
    plans = {name: Plan(((), (name,))) for name in worths}
    case = small_case([Side("a"), Side("b")], measures, plans=plans)
    result = run(case, draws=500)
    assert result["gamble"].accept.mean < 1.0
    assert result["sure"].beaten_by == ("gamble",)


# --- again, from the definition -----------------------------------------------------------


def asked(rule: Rule, members: Sequence[str]) -> set[str]:
    items = [*rule.vetoes, *(item for item, weight in rule.weights or () if weight > 0.0)]
    found = {item for item in items if isinstance(item, str)}
    found |= set().union(*(asked(item, members) for item in items if isinstance(item, Rule)))
    everyone = rule.at_least is not None and rule.weights is None
    return found | set(members) if everyone else found


def who_has_a_say(case: Case, v: Verdict) -> set[str]:
    parties = [party for party in case.parties if party.id in v.signatories]
    people = {c.id for c in case.constituencies} - {party.id for party in case.parties}
    heard = set(v.necessary) & people
    return heard.union(*(asked(party.accepts, party.constituencies) for party in parties))


@pytest.mark.parametrize("seed", range(20))
def test_what_beats_what_in_any_case_is_what_the_definition_says(seed: int) -> None:
    result = run(random_case(seed), draws=30)
    draws = draw(result.case, draws=30)
    spread = {
        v.proposal: dict(
            zip(
                (c.id for c in result.case.constituencies),
                judge(result.case, v.plan, draws).value.std(axis=1) / 29**0.5,
                strict=True,
            )
        )
        for v in result.verdicts
    }
    for a in result.verdicts:
        expected = []
        for b in result.verdicts:
            heard = who_has_a_say(result.case, a) | who_has_a_say(result.case, b)
            doubt = {c: 2 * hypot(spread[a.proposal][c], spread[b.proposal][c]) for c in heard}
            better = all(b.value[c] - a.value[c] > max(doubt[c], 1e-9) for c in heard)
            if heard and better and not b.plan.is_empty:
                expected.append(b.proposal)
        assert a.beaten_by == tuple(expected)
