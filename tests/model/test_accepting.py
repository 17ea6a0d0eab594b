from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case.domain import Case, Measure, Plan, Rule
from detente.model.accepting import (
    Scores,
    Signing,
    accepts,
    constituency_scores,
    quota_score,
    rule_score,
    scores,
    signing,
)
from detente.model.judgement import Floats
from detente.model.structure import Structure
from tests.draws.small import Side, certain_draws, red_line, small_case, step

HOME = Side("home", {"leader": 1.0, "army": 2.0, "court": 3.0})
AWAY = Side("away", {"cabinet": 0.0, "press": 0.0}, accepts=Rule(vetoes=("cabinet",)))
THIRD = Side("third")
BUILD = step("build", "home")
PAY = step("pay", "away")
NAMES = ("leader", "army", "court", "cabinet", "press", "third")


def case_of(
    home: Rule | None = None,
    *,
    measures: Sequence[Measure] = (BUILD, PAY),
    agreement: Rule | None = None,
    must_sign: Sequence[str] = (),
) -> Case:
    sides = [replace(HOME, accepts=home), AWAY, THIRD]
    return small_case(sides, measures, agreement=agreement, must_sign=must_sign)


def scored(
    case: Case, plan: Sequence[Sequence[str]] = ((), ("build",)), /, **values: Sequence[float]
) -> Scores:
    """Scores where the named constituencies have these values, all others their reservations."""
    count = len(next(iter(values.values()))) if values else 1
    structure = Structure.of(case)
    draws = certain_draws(case, count)
    value = draws.reservation.copy()
    for name, given_ in values.items():
        value[case.constituency_index[name]] = given_
    vector = structure.vector(Plan(tuple(tuple(names) for names in plan)))
    return scores(structure, draws, vector, value)


def yes(score: Floats) -> list[bool]:
    return [bool(answer) for answer in accepts(score)]


# --- constituencies -----------------------------------------------------------------------


@pytest.mark.statement("M28")
def test_a_constituency_accepts_from_its_reservation_on() -> None:
    score = scored(case_of(), army=[1.9, 2.0, 2.1]).constituency[1]
    np.testing.assert_allclose(score, [-0.1, 0.0, 0.1], atol=1e-12)
    assert yes(score) == [False, True, True]


@pytest.mark.statement("M28", "M52")
def test_a_value_within_a_tie_of_the_reservation_is_accepted() -> None:
    assert yes(scored(case_of(), cabinet=[-0.99e-9, -1.01e-9]).constituency[3]) == [True, False]


PLANS_AND_LINES = [
    ((), ("build",), False),  # never build
    (("build",), ("pay",), False),  # in force already counts as held
    ((), ("pay",), True),  # not held
]


@pytest.mark.statement("M15", "M28")
@pytest.mark.parametrize(("before", "first", "expected"), PLANS_AND_LINES)
def test_a_red_line_refuses_whatever_the_worth(
    before: Sequence[str], first: Sequence[str], expected: bool
) -> None:
    side = replace(HOME, red_lines={"army": [red_line("build")]})
    case = small_case([side, AWAY, THIRD], [BUILD, PAY])
    found = scored(case, (before, first), army=[1e6])
    assert yes(found.constituency[1]) == [expected]
    assert yes(found.party[0]) == [expected]
    assert np.isneginf(found.constituency[1, 0]) != expected
    assert yes(found.constituency[0]) == [True]  # drawn by the army, not by the leader


UNLESS = [
    (("pay",), ((), ("build",)), False),
    (("pay",), ((), ("build", "pay")), True),
    (("pay",), (("pay",), ("build",)), True),
    (("pay", "talk"), ((), ("build", "pay")), False),
    (("pay", "talk"), ((), ("talk", "build", "pay")), True),
]


@pytest.mark.statement("M15")
@pytest.mark.parametrize(("unless", "plan", "expected"), UNLESS)
def test_a_red_line_is_lifted_by_all_that_it_names(
    unless: Sequence[str], plan: Sequence[Sequence[str]], expected: bool
) -> None:
    side = replace(HOME, red_lines={"army": [red_line("build", unless=unless)]})
    case = small_case([side, AWAY, THIRD], [BUILD, PAY, step("talk", "away")])
    assert yes(scored(case, plan, army=[9.0]).constituency[1]) == [expected]


@pytest.mark.statement("M15")
def test_a_red_line_counts_only_in_the_draws_in_which_it_is_drawn() -> None:
    side = replace(HOME, red_lines={"army": [red_line("build", chance=0.5)]})
    case = small_case([side, AWAY, THIRD], [BUILD, PAY])
    structure = Structure.of(case)
    plain = certain_draws(small_case([HOME, AWAY, THIRD], [BUILD, PAY]), 3)
    draws = replace(plain, crossed=np.array([[True, False, True]]))
    value = np.full((6, 3), 9.0)
    found = constituency_scores(structure, draws, structure.vector(Plan(((), ("build",)))), value)
    assert yes(found[1]) == [False, True, False]
    assert np.all(value == 9.0)


def test_one_crossed_line_of_several_is_enough() -> None:
    lines = [red_line("pay", path="red_lines.army.0"), red_line("build", path="red_lines.army.1")]
    side = replace(HOME, red_lines={"army": lines})
    case = small_case([side, AWAY, THIRD], [BUILD, PAY])
    assert yes(scored(case, army=[9.0]).constituency[1]) == [False]


# --- rules --------------------------------------------------------------------------------

# In these four draws the leader, the army and the court are at these distances from yes.
DISTANCE = {
    "leader": [1.0, -1.0, 1.0, -1.0],
    "army": [2.0, 2.0, -2.0, -2.0],
    "court": [-3.0, 3.0, 3.0, -3.0],
}
VALUES = {name: [x + HOME.members[name] for x in row] for name, row in DISTANCE.items()}

RULES = {
    "all by default": (None, [-3.0, -1.0, -2.0, -3.0]),
    "one veto": (Rule(vetoes=("leader",)), [1.0, -1.0, 1.0, -1.0]),
    "two vetoes": (Rule(vetoes=("leader", "army")), [1.0, -1.0, -2.0, -2.0]),
    "two of three": (Rule(at_least=2.0), [1.0, 2.0, 1.0, -2.0]),
    "three of three": (Rule(at_least=3.0), [-3.0, -1.0, -2.0, -3.0]),
    "one of three": (Rule(at_least=1.0), [2.0, 3.0, 3.0, -1.0]),
    "veto and quota": (Rule(vetoes=("army",), at_least=2.0), [1.0, 2.0, -2.0, -2.0]),
    "weights": (
        Rule(at_least=0.5, weights=(("leader", 0.6), ("army", 0.4))),
        [1.0, -1.0, 1.0, -1.0],
    ),
    "weights of decimals": (
        Rule(at_least=1.0, weights=(("leader", 0.6), ("army", 0.4))),
        [1.0, -1.0, -2.0, -2.0],
    ),
    "no weight, no say": (
        Rule(at_least=1.0, weights=(("leader", 0.0), ("army", 1.0))),
        [2.0, 2.0, -2.0, -2.0],
    ),
    "out of reach": (
        Rule(at_least=1.1, weights=(("leader", 0.6), ("army", 0.4))),
        [-np.inf] * 4,
    ),
    "nested veto": (
        Rule(vetoes=("leader", Rule(at_least=1.0, weights=(("army", 1.0), ("court", 1.0))))),
        [1.0, -1.0, 1.0, -2.0],
    ),
    "nested in a quota": (
        Rule(at_least=1.0, weights=((Rule(vetoes=("leader", "army")), 1.0), ("court", 1.0))),
        [1.0, 3.0, 3.0, -2.0],
    ),
    "nested twice": (
        Rule(vetoes=(Rule(vetoes=(Rule(at_least=2.0),)),)),
        [1.0, 2.0, 1.0, -2.0],
    ),
}


@pytest.mark.statement("M29", "M30")
@pytest.mark.parametrize("rule", RULES)
def test_a_party_accepts_by_its_rule(rule: str) -> None:
    accepted_by, expected = RULES[rule]
    score = scored(case_of(accepted_by), **VALUES).party[0]
    np.testing.assert_allclose(score, expected, atol=1e-12)
    assert yes(score) == [x >= 0 for x in expected]


@pytest.mark.statement("M52")
@pytest.mark.parametrize("parts", [(0.6, 0.4), (0.1, 0.2, 0.7), (0.7, 0.2, 0.1), (0.3, 0.3, 0.4)])
def test_decimal_weights_reach_their_sum(parts: tuple[float, ...]) -> None:
    score = quota_score(1.0, np.arange(float(len(parts)))[:, None], parts)
    assert score.tolist() == [0.0]


def test_ten_tenths_reach_one() -> None:
    assert accepts(quota_score(1.0, np.zeros((10, 1)), [0.1] * 10)).all()
    nine = np.array([[0.0]] * 9 + [[-1.0]])
    assert not accepts(quota_score(1.0, nine, [0.1] * 10)).any()


def test_a_party_accepts_within_the_tie_of_its_constituencies() -> None:
    for rule in (None, Rule(at_least=3.0), Rule(vetoes=(Rule(at_least=3.0),))):
        near = {name: [x - 0.9e-9, x - 1.1e-9] for name, x in HOME.members.items()}
        assert yes(scored(case_of(rule), **near).party[0]) == [True, False]


ITEMS = ("leader", "army", "court")
grid = st.integers(-4, 4).map(lambda x: x / 2)


def rules(depth: int = 2) -> st.SearchStrategy[Rule]:
    item: st.SearchStrategy[str | Rule] = st.sampled_from(ITEMS)
    if depth:
        item = st.one_of(item, rules(depth - 1))
    vetoes = st.lists(item, min_size=1, max_size=3).map(tuple)
    weight = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0])
    weights = st.lists(st.tuples(item, weight), min_size=1, max_size=4).map(tuple)
    quota = st.sampled_from([0.1, 0.3, 0.5, 0.6, 0.7, 0.9, 1.0, 1.2])
    return st.one_of(
        st.builds(Rule, vetoes),
        st.builds(Rule, st.just(()), quota, weights),
        st.builds(Rule, vetoes, quota, weights),
        st.builds(Rule, vetoes, st.sampled_from([1.0, 2.0, 3.0, 4.0])),
    )


def answers(rule: Rule, says_yes: Mapping[str, bool]) -> bool:
    """The rule in words: all vetoes accept, and the weights of those who do reach the quota."""

    def of(item: str | Rule) -> bool:
        return says_yes[item] if isinstance(item, str) else answers(item, says_yes)

    if not all(of(item) for item in rule.vetoes):
        return False
    if rule.at_least is None:
        return True
    weights = rule.weights if rule.weights is not None else tuple((name, 1.0) for name in ITEMS)
    return sum(weight for item, weight in weights if of(item)) >= rule.at_least - 1e-9


@pytest.mark.statement("M29")
@given(rules(), st.tuples(grid, grid, grid))
def test_a_score_is_how_far_everyone_could_fall_before_the_answer_turns(
    rule: Rule, distances: tuple[float, float, float]
) -> None:
    score = rule_score(
        rule, ITEMS, {name: np.array([x]) for name, x in zip(ITEMS, distances, strict=True)}
    )[0]

    def after(fall: float) -> bool:
        return answers(rule, {n: x - fall >= 0 for n, x in zip(ITEMS, distances, strict=True)})

    assert bool(accepts(np.array(score))) == after(0.0)
    if np.isneginf(score):
        assert not after(-100.0)
    else:
        assert after(score)
        assert not after(score + 0.25)


# --- the agreement ------------------------------------------------------------------------


def refused_by(case: Case, plan: Sequence[Sequence[str]] = ((), ("build",))) -> set[str]:
    """Constituencies and parties whose no alone, all others saying yes, makes the plan fail."""
    found = {
        name for name in NAMES if yes(scored(case, plan, **{name: [-9.0]}).agreement) == [False]
    }
    assert yes(scored(case, plan).agreement) == [True]
    return found


@pytest.mark.statement("M33")
def test_without_a_rule_every_signatory_must_accept() -> None:
    home = {"leader", "army", "court"}
    assert refused_by(case_of()) == home
    assert refused_by(case_of(), ((), ("build", "pay"))) == home | {"cabinet"}
    assert refused_by(case_of(), (("pay",), ("build",))) == home  # in force before: no step


@pytest.mark.statement("M31")
def test_who_carries_out_a_step_is_a_signatory_and_who_watches_is_not() -> None:
    structure = Structure.of(case_of())
    build = structure.vector(Plan(((), ("build",))))
    assert signing(structure, build) == Signing(("home",), ("home",), None)
    in_force = structure.vector(Plan((("build",), ())))
    assert signing(structure, in_force) == Signing((), (), None)


@pytest.mark.statement("M31")
def test_a_party_that_must_sign_is_a_signatory() -> None:
    assert refused_by(case_of(must_sign=["third"])) == {"leader", "army", "court", "third"}


@pytest.mark.statement("M32")
def test_a_constituency_that_must_sign_is_necessary_and_its_party_is_not() -> None:
    assert refused_by(case_of(must_sign=["press"])) == {"leader", "army", "court", "press"}


@pytest.mark.statement("M32")
def test_consent_of_a_constituency_does_not_make_its_party_a_signatory() -> None:
    case = case_of(measures=[step("build", "home", consent=["press"]), PAY])
    assert refused_by(case) == {"leader", "army", "court", "press"}
    structure = Structure.of(case)
    found = signing(structure, structure.vector(Plan(((), ("build",)))))
    assert found == Signing(("home",), ("home", "press"), None)


@pytest.mark.statement("M31")
def test_consent_of_a_party_makes_it_a_signatory() -> None:
    case = case_of(measures=[step("build", "home", consent=["away"]), PAY])
    assert refused_by(case) == {"leader", "army", "court", "cabinet"}
    structure = Structure.of(case)
    found = signing(structure, structure.vector(Plan(((), ("build",)))))
    assert found == Signing(("home", "away"), ("home", "away"), None)


@pytest.mark.statement("M32")
def test_consent_to_a_measure_in_force_already_is_not_asked() -> None:
    case = case_of(measures=[BUILD, step("pay", "home", consent=["third"])])
    assert refused_by(case, (("pay",), ("build",))) == {"leader", "army", "court"}
    assert refused_by(case, ((), ("build", "pay"))) == {"leader", "army", "court", "third"}


@pytest.mark.statement("M32")
def test_consent_is_necessary_whatever_the_rule_of_the_agreement() -> None:
    measures = [step("build", "home", consent=["press", "third"]), PAY]
    case = case_of(measures=measures, agreement=Rule(at_least=1.0))
    assert refused_by(case) == {"press", "third"}


NECESSARY: list[tuple[Rule | None, list[str], tuple[str, ...]]] = [
    (None, ["third", "press"], ("home", "away", "third", "press")),
    (Rule(at_least=1.0), ["third", "press"], ("third", "press")),
    (Rule(vetoes=("home",), at_least=1.0), [], ("home", "third")),
    (Rule(vetoes=("army", "home")), ["cabinet"], ("army", "home", "third", "cabinet")),
    (Rule(vetoes=("third",)), [], ("third",)),
    (Rule(vetoes=(Rule(vetoes=("home",)), "away")), [], ("away", "third")),
]


@pytest.mark.statement("M33")
@pytest.mark.parametrize(("agreement", "must_sign", "necessary"), NECESSARY)
def test_vetoes_consents_and_constituencies_that_must_sign_are_necessary(
    agreement: Rule | None, must_sign: list[str], necessary: tuple[str, ...]
) -> None:
    """A party that must sign is counted by the agreement's rule, where there is one."""
    case = case_of(
        measures=[step("build", "home", consent=["third"]), PAY],
        agreement=agreement,
        must_sign=must_sign,
    )
    structure = Structure.of(case)
    found = signing(structure, structure.vector(Plan(((), ("build", "pay")))))
    assert found == Signing(("home", "away", "third"), necessary, agreement)


@pytest.mark.parametrize(("agreement", "must_sign", "necessary"), NECESSARY)
def test_the_no_of_anyone_necessary_is_enough_to_fail(
    agreement: Rule | None, must_sign: list[str], necessary: tuple[str, ...]
) -> None:
    case = case_of(
        measures=[step("build", "home", consent=["third"]), PAY],
        agreement=agreement,
        must_sign=must_sign,
    )
    home = {"leader", "army", "court"}
    fatal = refused_by(case, ((), ("build", "pay")))
    for name in necessary:
        assert {"home": home, "away": {"cabinet"}}.get(name, {name}) <= fatal


def agreement_of(agreement: Rule, no: set[str], must_sign: Sequence[str] = ("third",)) -> bool:
    """Whether the agreement is accepted where these constituencies refuse and all sign."""
    case = case_of(agreement=agreement, must_sign=must_sign)
    values = {name: [-9.0] for name in no} or {"leader": [1.0]}
    return yes(scored(case, ((), ("build", "pay")), **values).agreement)[0]


@pytest.mark.statement("M33")
@pytest.mark.parametrize(
    ("k", "no", "expected"),
    [
        (2.0, set(), True),
        (2.0, {"leader"}, True),
        (2.0, {"cabinet"}, True),
        (2.0, {"leader", "cabinet"}, False),
        (3.0, {"third"}, False),
        (1.0, {"leader", "cabinet"}, True),
        (1.0, {"leader", "cabinet", "third"}, False),
        (4.0, set(), False),
    ],
)
def test_k_of_n_signatories_are_enough(k: float, no: set[str], expected: bool) -> None:
    assert agreement_of(Rule(at_least=k), no) is expected


def test_a_quota_without_weights_counts_signatories_only() -> None:
    assert agreement_of(Rule(at_least=2.0), set(), must_sign=())
    assert not agreement_of(Rule(at_least=3.0), set(), must_sign=())


@pytest.mark.parametrize(
    ("no", "expected"),
    [({"third"}, False), ({"leader"}, True), ({"leader", "cabinet"}, False), ({"press"}, True)],
)
def test_the_agreement_has_vetoes_beside_its_quota(no: set[str], expected: bool) -> None:
    assert agreement_of(Rule(vetoes=("third",), at_least=2.0), no) is expected


def test_the_agreement_may_name_constituencies() -> None:
    assert agreement_of(Rule(vetoes=("press",)), {"leader", "cabinet", "third"})
    assert not agreement_of(Rule(vetoes=("press",)), {"press"})
    weights = (("home", 0.5), (Rule(vetoes=("press", "cabinet")), 0.5))
    assert agreement_of(Rule(at_least=0.5, weights=weights), {"leader", "third"})
    assert not agreement_of(Rule(at_least=0.5, weights=weights), {"leader", "press"})


def test_the_agreement_accepts_within_the_tie() -> None:
    near = {name: [HOME.members[name] - 0.9e-9] for name in HOME.members}
    assert yes(scored(case_of(), **near).agreement) == [True]
    assert yes(scored(case_of(agreement=Rule(at_least=1.0)), **near).agreement) == [True]


@pytest.mark.statement("M2")
@pytest.mark.parametrize("agreement", [None, Rule(vetoes=("home",)), Rule(at_least=1.0)])
@pytest.mark.parametrize("before", [(), ("build",), ("build", "pay")])
def test_a_plan_without_a_step_is_refused(agreement: Rule | None, before: Sequence[str]) -> None:
    case = case_of(agreement=agreement, must_sign=["third"])
    found = scored(case, (before, ()), leader=[99.0, 0.0])
    assert np.all(np.isneginf(found.agreement))


@pytest.mark.parametrize("before", [(), ("build",)])
def test_a_plan_without_a_step_is_refused_where_nobody_must_sign(before: Sequence[str]) -> None:
    for agreement in (None, Rule(at_least=1.0)):
        found = scored(case_of(agreement=agreement), (before, ()), leader=[99.0])
        assert np.all(np.isneginf(found.agreement))


JOINT = (step("build", "home"), step("pay", "away"), step("meet", None))


def test_a_joint_plan_that_nobody_must_sign_meets_no_refusal() -> None:
    case = case_of(measures=JOINT)
    assert yes(scored(case, ((), ("meet",)), leader=[-9.0]).agreement) == [True]


def test_a_quota_among_no_signatories_is_out_of_reach() -> None:
    """A joint plan has no signatories unless the case names them; k of none cannot be met."""
    case = case_of(measures=JOINT, agreement=Rule(at_least=1.0))
    assert yes(scored(case, ((), ("meet",))).agreement) == [False]
    named = case_of(measures=JOINT, agreement=Rule(at_least=1.0), must_sign=["third"])
    assert yes(scored(named, ((), ("meet",))).agreement) == [True]


def test_every_draw_is_answered_for_itself() -> None:
    case = case_of(Rule(at_least=2.0))
    together = scored(case, **VALUES)
    for n in range(4):
        alone = scored(case, **{name: [row[n]] for name, row in VALUES.items()})
        assert together.party[0, n] == alone.party[0, 0]
        assert together.agreement[n] == alone.agreement[0]
