"""Statements of model.md that define, each in a case small enough to reckon on paper.

One period is one year, δ is 0.8 and nothing is uncertain, unless a test says otherwise. Where
only joint measures stand in a plan nobody can break it, and a value is that of the course alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log

import numpy as np
import pytest

from detente.case.domain import Case, Measure, Plan, Rule, Scaling
from detente.case.numbers import Triangular, certain
from detente.model.judgement import (
    EXIT,
    TIE,
    UNDO_ALL,
    WITHHOLD_ALL,
    keeps,
    surely_keeps,
    withhold_code,
)
from detente.model.plain import Game, Players
from detente.model.structure import Structure
from detente.verdict.results import Verdict
from detente.verdict.run import BLOCK, LEAST_BLOCK, block_size, run
from tests.draws.small import Side, Value, certain_draws, small_case, step, together

DELTA = 0.8
RATE = -log(DELTA)


def side(name: str, collapse: float = 0.0, **deciders: float) -> Side:
    members = dict.fromkeys(deciders, 0.0)
    return Side(name, members, discount=RATE, collapse=collapse, start=deciders)


def upfront(measure: Measure, share: float) -> Measure:
    return replace(measure, upfront=certain(share))


def plan(*phases: Sequence[str], before: Sequence[str] = ()) -> Plan:
    return Plan((tuple(before), *(tuple(names) for names in phases)))


def judged(
    measures: Sequence[Measure],
    text: Plan,
    *,
    sides: Sequence[Side] = (),
    false_alarm: float = 0.0,
    phases: int | None = None,
) -> Verdict:
    """The verdict on one plan, by default between a and b."""
    case = small_case(
        sides or [side("a"), side("b")],
        measures,
        phases=phases or len(text.phases) - 1,
        false_alarm=false_alarm,
        plans={"p": text},
    )
    return run(case, draws=1)["p"]


def game_of(case: Case, text: Plan) -> Game:
    structure = Structure.of(case)
    return Game(structure, certain_draws(case), structure.vector(text))


# --- what is judged -----------------------------------------------------------------------


@pytest.mark.statement("M1")
def test_a_case_divides_constituencies_among_parties_and_names_nothing_else(korea: Case) -> None:
    inside = [c for party in korea.parties for c in party.constituencies]
    assert sorted(inside) == sorted(c.id for c in korea.constituencies)
    assert len(set(inside)) == len(inside)
    parties = {party.id for party in korea.parties}
    assert {m.by for m in korea.measures if m.by is not None} <= parties
    assert all(set(m.worth) <= set(inside) for m in korea.measures)
    assert {c.party for c in korea.constituencies} == parties


@pytest.mark.statement("M2")
def test_steps_of_one_phase_have_no_order() -> None:
    measures = [step("m", "a", {"a": -2.0, "b": 9.0}), step("n", "b", {"a": 7.0, "b": -3.0})]
    one, other = (judged(measures, plan(names)) for names in (("m", "n"), ("n", "m")))
    assert replace(one, plan=other.plan) == other


def trusting(of_them: float, threshold: float) -> Case:
    """a's cabinet keeps and its provinces do not; b gains from a's keeping and loses 2 itself.

    b accepts if it trusts a with a probability of at least *threshold* or so: the gain is
    uncertain, by one in twenty.
    """
    gain = 2.0 / threshold
    spread = Triangular(0.95 * gain, gain, 1.05 * gain)
    own: dict[str, Value] = {"cabinet": 1.0, "provinces": -9.0, "b": spread}
    measures = [
        upfront(step("m", "a", own, undo_years=None), 1.0),
        upfront(step("n", "b", {"cabinet": 1.0, "b": -2.0}, undo_years=None), 1.0),
    ]
    a = replace(
        side("a", cabinet=of_them, provinces=1.0 - of_them), accepts=Rule(vetoes=("cabinet",))
    )
    return small_case([a, side("b")], measures, plans={"p": plan(("m", "n"))})


@pytest.mark.statement("M4", "M23")
@pytest.mark.parametrize(
    ("of_them", "threshold", "share"), [(0.6, 0.667, 0.0), (0.6, 0.5, 1.0), (0.75, 0.667, 1.0)]
)
def test_doubt_about_who_decides_is_a_probability_in_every_draw_not_a_share_of_draws(
    of_them: float, threshold: float, share: float
) -> None:
    verdict = run(trusting(of_them, threshold), draws=200)["p"]
    assert verdict.accept_by["b"] == share
    assert verdict.break_by["a"][0] == pytest.approx(1.0 - of_them)


# --- time and worth -----------------------------------------------------------------------


@pytest.mark.statement("M5", "M36")
def test_all_phases_of_the_case_pass_whether_or_not_a_plan_uses_them() -> None:
    verdict = judged([step("m", None, {"a": 1.0})], plan(("m",)), false_alarm=0.1, phases=3)
    np.testing.assert_allclose(verdict.kept_through, [1.0, 0.9, 0.81, 0.729], rtol=1e-12)
    assert verdict.keep.mean == pytest.approx(0.729)


@pytest.mark.statement("M7")
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("phase", [1, 2, 3])
def test_a_measure_kept_for_good_is_worth_what_it_says_when_it_is_done(
    share: float, phase: int
) -> None:
    measure = upfront(step("m", None, {"a": 10.0}), share)
    text = plan(*[("m",) if k == phase else () for k in (1, 2, 3)])
    assert judged([measure], text).value["a"] == pytest.approx(10.0 * DELTA ** (phase - 1))


@pytest.mark.statement("M7", "M8")
def test_of_a_measure_in_force_already_only_the_flow_counts() -> None:
    measure = upfront(step("old", None, {"a": 10.0}), 0.3)
    new = step("new", None, {"b": 1.0})
    verdict = judged([measure, new], plan(("new",), before=["old"]))
    assert verdict.value["a"] == pytest.approx(0.7 * 10.0)


@pytest.mark.statement("M8", "M12")
def test_a_measure_in_force_already_can_be_undone_but_not_withheld() -> None:
    measures = [step("old", "a", {"a": -10.0}, undo_years=1.0, detection=0.0), step("new", None)]
    case = small_case([side("a"), side("b")], measures, plans={})
    game = game_of(case, plan(("new",), before=["old"]))
    for k in (1, 2):
        assert all(not b.withheld and b.undone == {0} for b in game.breaches(0, k))
        assert len(list(game.breaches(0, k))) == 2


@pytest.mark.statement("M9", "M10", "M11")
@pytest.mark.parametrize(("years", "left"), [(0.0, 0.0), (1.0, 0.2), (2.0, 0.36), (None, 1.0)])
def test_collapse_leaves_of_each_measure_what_flows_until_its_undoing_bites(
    years: float | None, left: float
) -> None:
    """With an alarm for certain: one period of it, then the lump and what is left."""
    first = upfront(step("m", None, {"a": 10.0}, undo_years=years), 0.5)
    second = upfront(step("n", None, {"a": -4.0}, undo_years=None), 1.0)
    verdict = judged(
        [first, second], plan(("m", "n")), sides=[side("a", -3.0), side("b")], false_alarm=1.0
    )
    flow = 5.0 * (1 - DELTA)
    assert verdict.value["a"] == pytest.approx(5.0 - 4.0 + flow + DELTA * (-3.0 + 5.0 * left))


@pytest.mark.statement("M12")
def test_nobody_breaks_what_is_joint_however_much_all_dislike_it() -> None:
    verdict = judged([step("m", None, {"a": -50.0, "b": -50.0})], plan(("m",), ()))
    assert verdict.keep.mean == 1.0
    assert verdict.weakest is None
    assert not any(any(row) for row in verdict.breaks.values())


def watched(by: str | None, text: Plan) -> Game:
    """a's step m, seen with 0.2 a period, and what watches it, which adds 0.5."""
    measures = [
        step("m", "a", {"b": 9.0}, detection=0.2),
        step("watch", by, raises={"m": 0.5}, detection=0.0),
    ]
    return game_of(small_case([side("a"), side("b")], measures, phases=2, false_alarm=0.1), text)


@pytest.mark.statement("M13", "M18")
@pytest.mark.parametrize(
    ("by", "phases", "code", "expected"),
    [
        ("b", (("m", "watch"), ()), withhold_code(0), (0.6, 0.6, 0.6)),
        ("b", (("m",), ("watch",)), withhold_code(0), (0.2, 0.6, 0.6)),  # from its own phase on
        ("b", (("m",), ()), withhold_code(0), (0.2, 0.2, 0.2)),
        ("a", (("m", "watch"), ()), withhold_code(0), (0.6, 0.6, 0.6)),
        ("a", (("m", "watch"), ()), WITHHOLD_ALL, (0.2, 0.2, 0.2)),  # withheld too, it sees nothing
    ],
)
def test_what_watches_raises_detection_while_it_is_in_place(
    by: str, phases: tuple[tuple[str, ...], ...], code: int, expected: tuple[float, ...]
) -> None:
    game = watched(by, plan(*phases))
    breach = next(b for b in game.breaches(0, 1) if b.code == code)
    collapse = game.collapse_chance(breach)[1:, 0]
    seen = 1.0 - (1.0 - collapse) / (1.0 - 0.1)  # without false alarms
    np.testing.assert_allclose(seen, expected, rtol=1e-12)


# --- interactions -------------------------------------------------------------------------

PAIR = [step("m", None, {"a": 10.0}, undo_years=1.0), step("n", None, {"a": 20.0}, undo_years=None)]


def valued(case: Case, text: Plan) -> float:
    return run(replace(case, proposals=()), draws=1, proposals=[text])["plan_1"].value["a"]


@pytest.mark.statement("M14")
def test_an_extra_worth_comes_with_the_last_of_its_parts_and_goes_with_the_first() -> None:
    case = small_case(
        [side("a"), side("b")], PAIR, phases=2, interactions=[together("both", "mn", {"a": 5.0})]
    )
    assert valued(case, plan(("m",), ("n",))) == pytest.approx(10.0 + DELTA * (20.0 + 5.0))
    assert valued(case, plan(("m", "n"), ())) == pytest.approx(10.0 + 20.0 + 5.0)
    assert valued(case, plan((), ("n",))) == pytest.approx(DELTA * 20.0)
    ruined = replace(case, false_alarm=certain(1.0))
    left = 10.0 * (1 - DELTA) + 20.0 + 5.0 * (1 - DELTA)  # undone as fast as its fastest part
    expected = 35.0 * (1 - DELTA) + DELTA * left
    assert valued(ruined, plan(("m", "n"), ())) == pytest.approx(expected)


@pytest.mark.statement("M14")
def test_an_extra_worth_is_missing_as_soon_as_one_part_is() -> None:
    measures = [replace(PAIR[0], by="a"), PAIR[1]]
    case = small_case(
        [side("a"), side("b")], measures, interactions=[together("both", "mn", {"a": 5.0})]
    )
    game = game_of(case, plan(("m", "n")))
    g, z = game.gains(frozenset({0}), 1)
    assert g[1, 0, 0] == pytest.approx(20.0 * (1 - DELTA))
    assert z[1, 0, 0] == pytest.approx(20.0)


@pytest.mark.statement("M14", "M16")
def test_an_extra_worth_is_off_where_the_plan_holds_all_that_switch_it_off() -> None:
    extra = together("both", "m", {"a": 5.0})
    extra = replace(extra, unless=(("n",), ("o",)))
    measures = [*PAIR, step("o", None)]
    case = small_case([side("a"), side("b")], measures, interactions=[extra])
    assert valued(case, plan(("m", "n"))) == pytest.approx(35.0)
    assert valued(case, plan(("m", "n", "o"))) == pytest.approx(30.0)
    assert valued(case, plan(("m", "n"), before=["o"])) == pytest.approx(30.0)


def scaled(*factors: float) -> Case:
    scalings = tuple(
        Scaling(f"s{i}", f"s{i}", certain(x), ("n",), ("a",), (("m",),))
        for i, x in enumerate(factors)
    )
    return replace(small_case([side("a"), side("b")], PAIR, phases=2), scalings=scalings)


@pytest.mark.statement("M14", "M16")
@pytest.mark.parametrize(
    ("phases", "factor"),
    [
        ((("m",), ("n",)), 0.15),
        ((("m", "n"), ()), 1.0),  # not later
        ((("n",), ("m",)), 1.0),
        (((), ("n",)), 1.0),  # without what it follows
    ],
)
def test_worth_is_scaled_by_all_factors_where_a_measure_comes_later(
    phases: tuple[tuple[str, ...], ...], factor: float
) -> None:
    def paid(name: str, worth: float) -> float:
        return sum(worth * DELTA**k for k, names in enumerate(phases) if name in names)

    found = valued(scaled(0.5, 0.3), plan(*phases))
    assert found == pytest.approx(paid("m", 10.0) + factor * paid("n", 20.0))


@pytest.mark.statement("M16")
def test_phase_0_is_earlier_than_phase_1() -> None:
    found = valued(scaled(0.5), plan(("n",), (), before=["m"]))
    assert found == pytest.approx(10.0 + 0.5 * 20.0)


@pytest.mark.statement("M16")
def test_a_condition_on_texts_changes_no_figure_and_is_named_where_it_is_broken() -> None:
    free = [step("m", "a", {"a": -2.0, "b": 9.0}), step("n", "b", {"a": 7.0, "b": -3.0})]
    bound = [replace(free[0], requires=(("n",),), in_phases=(2,)), free[1]]
    text = plan(("m",), ("n",))
    one, other = (judged(measures, text) for measures in (free, bound))
    assert not one.flaws
    assert other.flaws
    assert replace(other, flaws=()) == one


# --- deciding -----------------------------------------------------------------------------


@pytest.mark.statement("M22", "M26", "M52")
@pytest.mark.parametrize("margin", [0.0, 2.0])
def test_ties_keep_in_the_cooperative_outcome_and_break_in_the_pessimistic(margin: float) -> None:
    slack = np.array([margin + x for x in (-2 * TIE, -0.5 * TIE, 0.0, 0.5 * TIE, 2 * TIE)])
    asked = np.full(5, margin)
    assert keeps(slack, asked).tolist() == [False, True, True, True, True]
    assert surely_keeps(slack, asked).tolist() == [False, False, False, False, True]


@pytest.mark.statement("M20")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (plan(("old",), ("m",)), WITHHOLD_ALL),
        (plan(("old",), ()), UNDO_ALL),
        (plan((), (), before=["n"]), EXIT),
    ],
)
def test_others_reckon_with_withholding_else_with_undoing_else_with_leaving(
    text: Plan, code: int
) -> None:
    measures = [
        step("old", "a", {"b": 4.0}, undo_years=1.0, detection=0.5),
        step("m", "a", {"b": 9.0}, detection=0.5),
        step("n", "a", {"b": 9.0}, undo_years=None),
    ]
    game = game_of(small_case([side("a"), side("b", -3.0)], measures, phases=2), text)
    found = Players(game, 1, game.draws.start).reckoned(0, 2)
    if code == EXIT:
        expected = game.exit_value(2)
    else:
        expected = next(game.breach_value(b) for b in game.breaches(0, 2) if b.code == code)
    np.testing.assert_array_equal(found, expected)


# --- arithmetic ---------------------------------------------------------------------------


@pytest.mark.statement("M54")
def test_blocks_are_smaller_where_a_case_has_very_many_numbers_and_never_tiny(river: Case) -> None:
    assert block_size(Structure.of(river)) == BLOCK
    people = [Side(f"p{i}", {f"p{i}c{j}": 0.0 for j in range(10)}) for i in range(10)]
    sizes = []
    for count in (10, 100, 1000):
        measures = [step(f"m{i}", "p0") for i in range(count)]
        sizes.append(block_size(Structure.of(small_case(people, measures))))
    assert sizes[0] == BLOCK > sizes[1] > sizes[2] == LEAST_BLOCK


WORTHS: Mapping[str, Value] = {"a": -1.0, "b": 4.0}


@pytest.mark.statement("M3")
def test_both_questions_are_answered_whatever_the_answer_to_the_other() -> None:
    """Accepted and not kept; kept and not accepted; both; neither."""
    cheap = step("m", "a", WORTHS, detection=0.0)  # b likes it, a would rather not do it
    paid = step("n", "b", {"a": 9.0, "b": -1.0}, undo_years=None)
    grim = step("o", None, {"a": -50.0, "b": -50.0})
    fine = step("q", None, {"a": 5.0, "b": 5.0})
    for measures, accepted, kept in (
        ([cheap, paid, fine], 1.0, 0.0),
        ([grim], 0.0, 1.0),
        ([fine], 1.0, 1.0),
        ([cheap, grim], 0.0, 0.0),
    ):
        verdict = judged(measures, plan([m.id for m in measures]))
        answers = (verdict.accept_by["a"] * verdict.accept_by["b"], verdict.keep.mean)
        assert answers == (accepted, kept), measures
