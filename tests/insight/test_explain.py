from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.case.domain import Case, Interaction, Measure, Plan
from detente.case.numbers import Certain, Number, Triangular, Uniform
from detente.case.plans import plan_flaws
from detente.draws.sampler import Draws, Sampler
from detente.draws.streams import uniforms
from detente.errors import PlanError, RequestError
from detente.insight.flips import _Target, _turned, flips
from detente.insight.neighbours import apply, neighbours
from detente.insight.paired import difference
from detente.insight.refusing import NOTICED, _bodies, _causes
from detente.insight.repairs import LEAST_GAIN, LEAST_LESS, _helping, _repair, helps
from detente.insight.results import Explanation, Reason
from detente.insight.subject import Fates, Trial, trial
from detente.model.accepting import accepts
from detente.searching.edits import Edit
from detente.testing import make_case, random_case

DRAWS = 300


@pytest.fixture(scope="module")
def demand(river: Case) -> Explanation:
    return detente.explain(river, "delta_demand", draws=DRAWS)


@pytest.fixture(scope="module")
def steps(river: Case) -> Explanation:
    return detente.explain(river, "step_by_step", draws=DRAWS)


@pytest.fixture(scope="module")
def draft(korea: Case) -> Explanation:
    return detente.explain(korea, "vox_draft_deal", draws=DRAWS)


def about(case: Case, plan: Plan, draws: int = DRAWS) -> Trial:
    return trial(case, plan, draws, 0)


def of_kind(explanation: Explanation, *kinds: str) -> list[Reason]:
    return [reason for reason in explanation.reasons if reason.kind in kinds]


@pytest.mark.statement("M61")
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20)
def test_every_refusal_has_one_cause(seed: int) -> None:
    case = random_case(seed)
    seen = about(case, case.proposals[0].plan, 40)
    for body in _bodies(seen):
        causes = np.array(list(_causes(body.score, body.agreed).values()))
        np.testing.assert_array_equal(causes.sum(axis=0), ~accepts(body.score))


@pytest.mark.statement("M61")
def test_refusals_of_a_party_are_those_of_the_verdict(draft: Explanation) -> None:
    verdict = draft.verdict
    for party in ("us", "dprk"):
        told = [r for r in of_kind(draft, "worth", "distrust", "red_line") if r.party == party]
        total = sum(reason.share for reason in told)
        assert 1.0 - verdict.accept_by[party] == pytest.approx(total, abs=2 * NOTICED)
        for reason in told:
            assert reason.rule == "M61"
            assert reason.amount is not None
            assert reason.amount > 0.0


@pytest.mark.statement("M61")
def test_a_step_worth_too_little_weighs_against_and_is_named_first() -> None:
    costly = {"by": "north", "undo_years": "never", "worth": {"north": -30, "south": 5}}
    paid = {"by": "south", "undo_years": "never", "worth": {"north": 10, "south": -1}}
    case = make_case(measures={"retreat": costly, "aid": paid}, proposals=None)
    found = detente.explain(case, "1:retreat,aid", draws=2)
    (reason,) = of_kind(found, "worth")
    assert (reason.party, reason.measures, reason.share) == ("north", ("retreat",), 1.0)
    assert reason.against[0].points < -20.0


@pytest.mark.statement("M62")
def test_breaches_are_those_of_the_verdict_with_what_they_gain(steps: Explanation) -> None:
    river = steps.result.case
    judged = detente.judge(river, "step_by_step", detente.draw(river, draws=DRAWS))
    common = [b for b in steps.verdict.breaches if b.chance >= NOTICED]
    told = of_kind(steps, "breach")
    assert [(b.party, b.phase, b.deviation) for b in common] == [
        (r.party, r.phase, r.deviation) for r in told
    ]
    for breach, reason in zip(common, told, strict=True):
        assert reason.share == pytest.approx(breach.chance, abs=1e-12)
    first = told[0]
    weights, gains = defaultdict(float), 0.0
    for d, (party, decider) in enumerate(river.deciders):
        if party.id == first.party and first.phase is not None:
            k = first.phase - 1
            found = judged.breaks[d, k] * judged.reach[k] * (judged.deviation[d, k] == 1)
            weights[decider.constituency] = float(found.sum())
            gains -= float((found * judged.slack[d, k]).sum())
    assert first.deviation == "withhold_all"
    assert first.amount == pytest.approx(gains / sum(weights.values()))
    assert first.constituency == max(weights, key=lambda name: weights[name])


@pytest.mark.statement("M63")
@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_neighbours_are_one_change_away_and_break_no_more_rules(seed: int) -> None:
    case = random_case(seed)
    plan = case.proposals[0].plan
    before = {name: k for k, names in enumerate(plan.phases) for name in names}
    for edit, changed in neighbours(case, plan):
        after = {name: k for k, names in enumerate(changed.phases) for name in names}
        assert len(plan_flaws(case, changed)) <= len(plan_flaws(case, plan))
        assert not changed.is_empty
        assert changed.phases[0] == plan.phases[0]
        assert apply(plan, edit) == changed
        bases = {m.id: m.base for m in case.measures}
        moved = {n for n in before | after if before.get(n) != after.get(n)}
        assert len({bases[name] for name in moved}) == 1


@pytest.mark.statement("M63")
def test_a_level_is_replaced_by_any_other_and_never_stands_twice() -> None:
    levels = {"low": {"scale": 0.3}, "mid": {"scale": 0.6}, "high": {"scale": 1}}
    measures = {
        "cut": {"by": "north", "worth": {"north": -5, "south": 9}, "levels": levels},
        "aid": {"by": "south", "worth": {"north": 9, "south": -5}},
    }
    case = make_case(measures=measures, proposals=None)
    plan = detente.parse_plan(case, "1:cut/low,aid")
    edits = {(edit.kind, edit.level) for edit, _ in neighbours(case, plan)}
    assert edits == {("level", "cut/mid"), ("level", "cut/high"), ("drop", None)}


@pytest.mark.statement("M63")
def test_repairs_are_told_from_fresh_draws_and_help_beyond_doubt(demand: Explanation) -> None:
    case = demand.result.case
    fresh = detente.draw(case, draws=DRAWS, first=DRAWS)
    before = detente.judge(case, "delta_demand", fresh).hold
    assert demand.repairs
    for repair in demand.repairs:
        after = detente.judge(case, repair.plan, fresh).hold
        assert repair.hold.mean == pytest.approx(after.mean(), abs=1e-12)
        assert repair.gain == pytest.approx((after - before).mean(), abs=1e-12)
        error = (after - before).std(ddof=1) / np.sqrt(DRAWS)
        assert repair.error == pytest.approx(error)
        assert repair.gain >= LEAST_GAIN
        assert repair.between == difference(before, after, limit=1.0).interval
        assert repair.between[0] > 0.0
        assert detente.parse_plan(case, "delta_demand") != repair.plan
    gains = [repair.gain for repair in demand.repairs]
    assert gains == sorted(gains, reverse=True)
    kinds = [(repair.change.kind, repair.change.measures) for repair in demand.repairs]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.statement("M64")
def test_remedies_lower_the_chance_of_a_breach_on_fresh_draws(demand: Explanation) -> None:
    case = demand.result.case
    fresh = detente.draw(case, draws=DRAWS, first=DRAWS)
    plan = detente.parse_plan(case, "delta_demand")
    now = detente.judge(case, plan, fresh)
    told = [(r, remedy) for r in of_kind(demand, "breach") for remedy in r.remedies]
    assert told
    for reason, remedy in told:
        p = case.party_index[reason.party]
        after = detente.judge(case, apply(plan, remedy.change), fresh)
        assert remedy.after == pytest.approx(1.0 - after.trust[p, 0].mean(), abs=1e-12)
        assert remedy.less == pytest.approx(remedy.before - remedy.after, abs=1e-12)
        assert remedy.less >= LEAST_LESS
        less = difference(after.trust[p, 0], now.trust[p, 0], limit=1.0)
        assert less.is_clear
        assert remedy.error == pytest.approx(less.standard_error)


@pytest.mark.statement("M64")
def test_a_breach_that_would_not_pay_if_seen_is_remedied_by_detection() -> None:
    hidden = {"by": "north", "detection": 0.02, "worth": {"north": -10, "south": 20}}
    paid = {"by": "south", "worth": {"north": 20, "south": 5}}
    case = make_case(measures={"cut": hidden, "aid": paid}, proposals=None)
    found = detente.explain(case, "1:cut,aid", draws=50)
    (breach,) = (r for r in of_kind(found, "breach") if r.party == "north")
    assert breach.measures == ("cut",)
    seen = [remedy for remedy in breach.remedies if remedy.change.kind == "detect"]
    assert seen[0].after == 0.0
    assert seen[0].hold > 0.9


def turning(count: int, *, of: int = 60, first: int = 0) -> np.ndarray:
    """float64[1, draw]: 1 in *count* draws, from *first* on."""
    row = np.zeros((1, of))
    row[0, first : first + count] = 1.0
    return row


def fates_of(keep: np.ndarray) -> Fates:
    return Fates(
        hold=keep, keep=keep, breaking=keep[:, None], accept_party=keep[:, None], accept=keep
    )


@pytest.mark.statement("M63", "M64", "M66", "M68")
@pytest.mark.parametrize(("turned", "is_proof"), [(4, False), (8, True)])
def test_a_few_draws_that_all_turn_one_way_prove_nothing(
    river: Case, turned: int, is_proof: bool
) -> None:
    """4 of 60 draws are more than two standard errors from none, and yet few."""
    before, after = turning(27, first=turned), turning(27 + turned)
    plan, edit = river.proposals[0].plan, Edit("drop", ("gauges",))
    repair = _repair(fates_of(np.concatenate([before, after])), 1, edit, plan, certain=False)
    assert repair.gain > 2 * repair.error
    assert helps(repair) is is_proof
    options = [(edit, before[0], before[0])]
    assert bool(list(_helping(after[0], options, certain=False))) is is_proof
    number = river.constituencies[0].reservation
    target = _Target("keep", None, before[0])
    fates = (fates_of(before), fates_of(after))
    assert bool(list(_turned(about(river, plan, 5), [target], number, 5, *fates))) is is_proof


def shifted(case: Case, draws: Draws, number: str, by: float) -> Draws:
    for c, who in enumerate(case.constituencies):
        if who.reservation.path == number:
            reservation = draws.reservation.copy()
            reservation[c] += by
            return replace(draws, reservation=reservation)
        for row, item in enumerate(case.items):
            if who.id in item.worth and item.worth[who.id].path == number:
                worth = draws.worth.copy()
                worth[row, c] += by
                return replace(draws, worth=worth)
    raise AssertionError(number)


@pytest.mark.statement("M65")
def test_a_flip_is_enough_and_hardly_less_would_do(draft: Explanation) -> None:
    case = draft.result.case
    draws = detente.draw(case, draws=DRAWS)
    told = [flip for flip in draft.flips if flip.number is not None]
    assert told
    for flip in told:
        assert flip.number is not None
        assert flip.before is not None
        assert flip.after is not None
        assert -100.0 <= flip.after <= 100.0
        p, by = case.party_index[flip.party], flip.after - flip.before
        for change, enough in ((by, True), (by - 0.3 * np.sign(by), False)):
            there = shifted(case, draws, flip.number, change)
            share = accepts(detente.judge(case, "vox_draft_deal", there).party_score[p]).mean()
            assert bool(share >= 0.5) is enough, flip


def written_higher(case: Case, number: str, by: float) -> Case:
    """*case* as it would be if the number at that path were written higher by so much."""

    def moved(own: Number) -> Number:
        match own.distribution if own.path == number else None:
            case Certain(value):
                return replace(own, distribution=Certain(value + by))
            case Uniform(low, high):
                return replace(own, distribution=Uniform(low + by, high + by))
            case Triangular(low, mode, high):
                return replace(own, distribution=Triangular(low + by, mode + by, high + by))
            case None:
                return own
            case other:
                raise AssertionError(f"no shift of {other} is written here")

    def worths(item: Measure | Interaction) -> dict[str, Any]:
        return {"worth": {name: moved(worth) for name, worth in item.worth.items()}}

    return replace(
        case,
        constituencies=tuple(
            replace(c, reservation=moved(c.reservation)) for c in case.constituencies
        ),
        measures=tuple(replace(m, **worths(m)) for m in case.measures),
        interactions=tuple(replace(i, **worths(i)) for i in case.interactions),
    )


@pytest.mark.statement("M65")
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20)
def test_a_case_with_a_flip_written_into_it_is_accepted_by_that_party(seed: int) -> None:
    case = random_case(seed)
    plan = case.proposals[0].plan
    if plan.is_empty:
        return
    for flip in flips(about(case, plan, 60)):
        if flip.number is not None and flip.before is not None and flip.after is not None:
            other = written_higher(case, flip.number, flip.after - flip.before)
            share = detente.run(other, draws=60, proposals=["p0"])["p0"].accept_by[flip.party]
            assert share == pytest.approx(flip.share, abs=1e-12)
            assert share >= 0.5


@pytest.mark.statement("M65")
def test_where_no_single_number_is_enough_it_is_said(demand: Explanation) -> None:
    (flip,) = (flip for flip in demand.flips if flip.party == "upland")
    assert (flip.number, flip.before, flip.after) == (None, None, None)
    assert flip.share < 0.5


@pytest.mark.statement("M66")
def test_a_swing_carries_a_majority_across_one_half(steps: Explanation) -> None:
    case = steps.result.case
    sampler = Sampler(case)
    u = uniforms(0, sampler.inputs, 0, DRAWS)
    assert steps.swings
    for swing in steps.swings:
        held = sampler.draws(u, {swing.number: swing.percentile / 100})
        judged = detente.judge(case, "step_by_step", held)
        shares = {"keep": judged.kept.mean(), "accept": judged.accepted.mean()}
        if swing.party is not None:
            shares["accept"] = accepts(judged.party_score[case.party_index[swing.party]]).mean()
        assert swing.after == pytest.approx(shares[swing.what], abs=1e-12)
        assert (swing.before >= 0.5) != (swing.after >= 0.5)


@pytest.mark.statement("M27")
def test_where_all_deciders_keep_and_one_breaks_later_keeping_teaches_nothing(
    draft: Explanation,
) -> None:
    (pooling,) = (r for r in of_kind(draft, "pooling") if r.party == "rok")
    (later,) = (r for r in of_kind(draft, "succession") if r.party == "rok")
    assert pooling.phase == 1
    assert later.constituency == "rok_conservatives"
    assert later.phase is not None
    assert later.share == pytest.approx(draft.verdict.breaks[later.constituency][later.phase - 1])


@pytest.mark.statement("M55")
def test_exposure_is_told_where_it_is_greatest(steps: Explanation) -> None:
    for reason in of_kind(steps, "exposure"):
        amounts = steps.verdict.exposure_at[reason.party]
        assert reason.amount == pytest.approx(max(amounts))
        assert reason.phase == amounts.index(max(amounts)) + 1
        assert reason.other not in {None, reason.party}


@pytest.mark.statement("M55")
def test_nobody_is_exposed_to_itself_where_each_breach_hurts_one_of_two_wings() -> None:
    def gift(by: str, **worth: float) -> dict[str, object]:
        return {"by": by, "undo_years": "never", "upfront": 1, "worth": worth}

    case = make_case(
        parties={
            "host": {"constituencies": {"left": {}, "right": {}}, "accepts": {"at_least": 1}},
            "east": {},
            "west": {},
        },
        measures={
            "opening": gift("host", left=-5, right=-5),
            "grain": gift("east", left=21, east=-1),
            "steel": gift("west", right=20, west=-1),
        },
        proposals={"deal": {"phases": {1: ["opening", "grain", "steel"]}}},
    )
    (reason,) = (
        r for r in of_kind(detente.explain(case, "deal", draws=2), "exposure") if r.party == "host"
    )
    assert reason.amount == pytest.approx(5.0)
    assert reason.other in {"east", "west"}


@pytest.mark.statement("M59")
def test_balances_add_up_to_the_mean_value(draft: Explanation) -> None:
    assert {balance.party for balance in draft.balances} == {"us", "dprk", "rok"}
    for balance in draft.balances:
        total = sum(weight.points for weight in balance.weights)
        assert balance.value == pytest.approx(total)
        assert balance.value == pytest.approx(draft.verdict.value[balance.constituency])


def test_the_same_request_gives_the_same_explanation(steps: Explanation) -> None:
    assert detente.explain("river", "step_by_step", draws=DRAWS).reasons == steps.reasons


def test_a_plan_may_be_written_out_and_is_explained_alike(river: Case, steps: Explanation) -> None:
    text = ";".join(
        f"{k}:{','.join(names)}"
        for k, names in enumerate(river.proposal("step_by_step").plan.phases)
    )
    found = detente.explain(river, text, draws=DRAWS)
    assert (found.reasons, found.repairs) == (steps.reasons, steps.repairs)


@given(seed=st.integers(0, 2**32), coarse=st.booleans())
@settings(max_examples=15)
def test_any_plan_can_be_explained_and_put_in_words(seed: int, coarse: bool) -> None:
    case = random_case(seed, coarse=coarse)
    for proposal in case.proposals[:1]:
        if not proposal.plan.is_empty:
            found = detente.explain(case, proposal.id, draws=20)
            assert detente.explanation_document(found)["reasons"] is not None
            assert repr(found)


@pytest.mark.parametrize(
    ("plan", "options", "part"),
    [
        ("0:gauges", {}, "no step in any phase"),
        ("step_by_step", {"draws": 1}, "draws must be 2 or more"),
        ("step_by_step", {"draws": 10_001}, "10000 at most"),
        ("step_by_step", {"seed": -1}, "seed must be 0 or more"),
    ],
)
def test_what_cannot_be_explained_is_refused(
    river: Case, plan: str, options: dict[str, int], part: str
) -> None:
    with pytest.raises(RequestError, match=part):
        detente.explain(river, plan, **options)


def test_an_unknown_plan_is_refused(river: Case) -> None:
    with pytest.raises(PlanError, match="did you mean 'step_by_step'"):
        detente.explain(river, "step_by_stp")
