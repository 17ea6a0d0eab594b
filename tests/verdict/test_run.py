from __future__ import annotations

import json
import threading
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from detente.case.domain import Plan, Rule
from detente.case.load import load_case
from detente.case.numbers import Number, Triangular
from detente.case.starter import starter_text
from detente.draws.sampler import Sampler
from detente.errors import CaseError, PlanError, RequestError
from detente.model.accepting import accepts, scores
from detente.model.kernel import Tables, judge
from detente.model.structure import Structure
from detente.model.survival import standing
from detente.report.document import as_json, document
from detente.testing import random_case
from detente.verdict.intervals import estimate
from detente.verdict.results import Verdict
from detente.verdict.run import BATCH, BLOCK, batch_size, run
from tests.draws.small import Side, red_line, small_case, step

RIVER = load_case("river")


def estimates(verdict: Verdict) -> list[tuple[float, float, tuple[float, float]]]:
    return [
        (e.mean, e.standard_error, e.interval) for e in (verdict.accept, verdict.keep, verdict.hold)
    ]


def by_itself(verdict: Verdict) -> Verdict:
    """All of *verdict* that does not depend on the plans judged beside it."""
    return replace(verdict, beaten_by=())


def test_every_proposal_is_judged_in_the_order_of_the_case() -> None:
    result = run(RIVER, draws=20)
    assert [v.proposal for v in result.verdicts] == [p.id for p in RIVER.proposals]
    assert result.case is RIVER


def test_proposals_are_judged_in_the_order_asked_for_once_each() -> None:
    names = [p.id for p in RIVER.proposals]
    asked = [names[2], names[0], names[2]]
    result = run(RIVER, draws=20, proposals=asked)
    assert [v.proposal for v in result.verdicts] == [names[2], names[0]]
    everything = run(RIVER, draws=20)
    assert by_itself(result[names[0]]) == by_itself(everything[names[0]])
    with pytest.raises(KeyError):
        result[names[1]]


def test_a_verdict_does_not_depend_on_the_plans_judged_beside_it() -> None:
    proposals = RIVER.proposals
    many = tuple(replace(proposals[i % len(proposals)], id=f"p{i}") for i in range(2 * BATCH + 3))
    result = run(replace(RIVER, proposals=many), draws=50)
    single = run(RIVER, draws=50)
    for i, verdict in enumerate(result.verdicts):
        alone = single.verdicts[i % len(proposals)]
        assert by_itself(replace(verdict, proposal=alone.proposal)) == by_itself(alone)


def test_fewer_plans_are_judged_at_once_where_their_figures_are_many() -> None:
    structure = Structure.of(RIVER)
    sizes = [batch_size(structure, draws) for draws in (1, BLOCK, 10 * BLOCK, 10**9)]
    assert sizes[:2] == [BATCH, BATCH]
    assert BATCH > sizes[2] > 1
    assert sizes[3] == 1


def test_no_result_depends_on_how_many_plans_are_judged_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = run(RIVER, draws=50).verdicts
    monkeypatch.setattr("detente.verdict.run.batch_size", lambda *_: 2)
    assert run(RIVER, draws=50).verdicts == together


def test_an_unknown_proposal_is_refused_with_those_there_are() -> None:
    with pytest.raises(RequestError, match=r"no proposal 'nothing' in river.*delta_demand"):
        run(RIVER, proposals=["delta_demand", "nothing"])


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"draws": 0}, "draws must be 1 or more, not 0"),
        ({"draws": -5}, "draws must be 1 or more, not -5"),
        ({"seed": -1}, "seed must be 0 or more, not -1"),
        ({"workers": 0}, "workers must be 1 or more, not 0"),
    ],
)
def test_requests_that_make_no_sense_are_refused(request_: dict[str, int], text: str) -> None:
    with pytest.raises(RequestError, match=text):
        run(RIVER, **request_)  # type: ignore[arg-type]


def test_a_case_without_proposals_is_refused() -> None:
    with pytest.raises(RequestError, match="no proposals"):
        run(replace(RIVER, proposals=()))


def test_a_proposal_that_does_not_fit_the_case_is_refused() -> None:
    wrong = replace(RIVER.proposals[0], plan=Plan(((), ("nothing",))))
    with pytest.raises(PlanError):
        run(replace(RIVER, proposals=(wrong,)), draws=5)


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_one_draw_is_enough_to_run(seed: int) -> None:
    for verdict in run(random_case(seed), draws=1).verdicts:
        for mean, error, (low, high) in estimates(verdict):
            assert error == 0.0
            assert 0.0 <= low <= mean <= high <= 1.0
        for change in verdict.outcomes.values():
            assert change.mean == change.p5 == change.p95


@pytest.mark.statement("M51")
@pytest.mark.parametrize("draws", [1, 7, BLOCK + 1])
def test_without_uncertain_numbers_there_is_no_sampling_error(draws: int) -> None:
    worth = {"a": -2.0, "b": 5.0}
    measures = [step("m", "a", worth, detection=0.5), step("n", "b", {"a": 4.0, "b": -1.0})]
    plans = {"p": Plan(((), ("m", "n"))), "q": Plan(((), ("m",)))}
    side = Side("a", {"a": 0.0, "c": 0.0}, start={"a": 0.6, "c": 0.4}, turnover={("a", "c"): 0.1})
    case = small_case([side, Side("b")], measures, false_alarm=0.1, plans=plans)
    for verdict in run(case, draws=draws).verdicts:
        for mean, error, interval in estimates(verdict):
            assert error == 0.0
            assert interval == (mean, mean)
    first = run(case, draws=1)["p"]
    assert run(case, draws=draws)["p"].keep.mean == pytest.approx(first.keep.mean, abs=1e-12)


def test_a_red_line_drawn_by_chance_is_an_uncertain_number() -> None:
    side = Side("a", red_lines={"a": [red_line("m", chance=0.5)]})
    measures = [step("m", "a", {"a": 1.0, "b": 1.0})]
    case = small_case([side, Side("b")], measures, plans={"p": Plan(((), ("m",)))})
    accept = run(case, draws=1000)["p"].accept
    assert accept.mean == pytest.approx(0.5, abs=5 * 0.5 / sqrt(1000))
    assert accept.standard_error == pytest.approx(0.5 / sqrt(1000), rel=0.05)


@pytest.mark.parametrize("workers", [1, 3])
def test_progress_is_told_in_order_and_in_the_calling_thread(workers: int) -> None:
    draws = 5 * BLOCK + 17
    case = random_case(2)
    told: list[tuple[int, int]] = []
    threads: set[int] = set()

    def progress(done: int, asked: int) -> None:
        told.append((done, asked))
        threads.add(threading.get_ident())

    run(case, draws=draws, workers=workers, progress=progress)
    assert told == [(edge, draws) for edge in (*(BLOCK * i for i in range(1, 6)), draws)]
    assert threads == {threading.get_ident()}


def test_a_run_can_be_stopped_from_its_progress() -> None:
    def stop(done: int, _asked: int) -> None:
        raise KeyboardInterrupt

    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        run(random_case(2), draws=10**9, workers=2, progress=stop)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)  # ends with its block: no other is begun
        assert not thread.is_alive()


@pytest.mark.statement("M53", "M54")
def test_workers_give_the_same_bits() -> None:
    results = [run(RIVER, draws=2 * BLOCK + 5, workers=workers).verdicts for workers in (1, 2, 3)]
    assert results[0] == results[1] == results[2]


def test_a_run_says_how_it_was_got() -> None:
    provenance = run(RIVER, draws=30, seed=9).provenance
    assert (provenance.draws, provenance.seed, provenance.quantile_draws) == (30, 9, 30)
    assert provenance.case_hash == RIVER.hash
    assert provenance.numpy == np.__version__


def test_seeds_make_other_draws_of_the_same_truth() -> None:
    first, second = run(RIVER, draws=3000, seed=0), run(RIVER, draws=3000, seed=1)
    assert first.verdicts != second.verdicts
    for a, b in zip(first.verdicts, second.verdicts, strict=True):
        for (x, error, _), (y, other, _) in zip(estimates(a), estimates(b), strict=True):
            assert abs(x - y) <= 5 * sqrt(error**2 + other**2) + 1e-12


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_intervals_of_keep_and_hold_cover_what_many_draws_show(seed: int) -> None:
    case, few, many = random_case(seed), 100, 200
    structure, draws = Structure.of(case), Sampler(case).sample(99, 0, few * many)
    plans = [structure.vector(proposal.plan) for proposal in case.proposals]
    for plan, judged in zip(plans, judge(Tables.of(structure), draws, plans), strict=True):
        keep = standing(judged.cooperative.hazard, draws.false_alarm)[-1]
        signed = accepts(scores(structure, draws, plan, judged.cooperative.value).agreement)
        for values in (keep, signed * keep):
            if values.mean() < 0.02:  # one or two draws out of a hundred tell too little
                continue
            rows = values.reshape(many, few)
            ends = np.array(
                [estimate(r.sum(), (r * r).sum(), few, certain=False).interval for r in rows]
            )
            inside = (ends[:, 0] <= values.mean()) & (values.mean() <= ends[:, 1])
            assert inside.mean() > 0.88  # .95 less four standard errors of it


def test_the_pessimistic_outcome_stands_in_every_verdict() -> None:
    for verdict in run(RIVER, draws=100).verdicts:
        lower = verdict.lower
        assert 0.0 <= lower.hold.mean <= min(lower.accept.mean, lower.keep.mean) <= 1.0
        for share in (lower.accept, lower.keep, lower.hold):
            assert share.interval[0] <= share.mean <= share.interval[1]


@pytest.mark.parametrize("seed", range(10))
def test_every_number_of_a_verdict_is_finite(seed: int) -> None:
    for verdict in run(random_case(seed), draws=50).verdicts:
        rows = [*verdict.break_by.values(), *verdict.first_break.values(), *verdict.trust.values()]
        for row in (*rows, verdict.kept_through):
            assert len(row) == len(verdict.plan.phases)
            assert all(0.0 <= x <= 1.0 + 1e-12 for x in row)
        shares = [*verdict.accept_by.values(), *verdict.barred.values(), verdict.unsettled]
        shares += [verdict.lower.unsettled, verdict.accident]
        shares += [x for row in verdict.breaks.values() for x in row]
        assert all(0.0 <= x <= 1.0 for x in shares)
        numbers = [*verdict.value.values(), *verdict.exposure.values(), *verdict.shortfall.values()]
        numbers += [*verdict.exposure_by.values(), *verdict.shortfall_error.values()]
        numbers += [x for row in verdict.slack.values() for x in row]
        numbers += [x for row in verdict.exposure_at.values() for x in row]
        for fan in verdict.paths.values():
            for band in (fan.without, fan.plan, fan.kept):
                for low, middle, high in zip(band.p5, band.p50, band.p95, strict=True):
                    assert low <= middle <= high
                    numbers += [low, middle, high]
        json.dumps([list(row) for row in rows] + [numbers], allow_nan=False)
        assert min(verdict.shortfall.values()) >= 0.0
        assert min(verdict.shortfall_error.values()) >= 0.0
        assert min(verdict.exposure.values()) >= 0.0
        assert min(verdict.exposure_by.values()) >= 0.0


QUOTAS = [
    Rule(at_least=1.0),
    Rule(at_least=2.0),
    Rule(at_least=0.1, weights=(("x", 0.6), ("y", 0.4))),
    Rule(at_least=1.0, weights=(("x", 0.6), ("y", 0.4))),
    Rule(vetoes=("x",), at_least=1.0),
    Rule(vetoes=(Rule(at_least=1.0), Rule(vetoes=("y",)))),
]


@pytest.mark.parametrize("rule", QUOTAS)
@pytest.mark.parametrize("worth", [-8.0, 0.0, 8.0])
def test_exposure_is_a_loss_or_none_whatever_the_rule(rule: Rule, worth: float) -> None:
    side = Side("a", {"x": -5.0, "y": 5.0}, accepts=rule)
    measures = [
        step("give", "a", {"x": worth, "y": -2 * worth, "b": 9.0}, undo_years=None),
        step("pay", "b", {"x": Triangular(0.0, 4.0, 9.0), "y": 3.0, "b": -3.0}),
    ]
    plans = {"p": Plan(((), ("give",), ("pay",))), "q": Plan(((), ())), "r": Plan(((), ("give",)))}
    case = small_case([side, Side("b")], measures, plans=plans, phases=2)
    made = json.loads(as_json(document(run(case, draws=40))))
    for found in made["proposals"].values():
        for figure in (*found["exposure"].values(), *found["exposure_by"].values()):
            assert figure is not None
            assert figure >= 0.0


def test_a_case_may_be_given_by_its_name_or_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(starter_text("mine"))
    assert run("river", draws=20).verdicts == run(RIVER, draws=20).verdicts
    mine = run(load_case(path), draws=20)
    assert run(path, draws=20) == run(str(path), draws=20) == mine
    assert mine.case.name == "mine"
    with pytest.raises(RequestError, match="did you mean 'river'"):
        run("rivr")
    with pytest.raises(CaseError, match="there is no such file"):
        run(tmp_path / "nothing.yaml")


def test_plans_of_ones_own_are_judged_beside_proposals() -> None:
    plan = RIVER.proposal("step_by_step").plan
    own = Plan(((), ("loan_consent",), ("border_market",), ()))
    result = run(RIVER, draws=60, proposals=[plan, "delta_offer", own])
    assert [v.proposal for v in result.verdicts] == ["plan_1", "delta_offer", "plan_3"]
    assert [v.plan for v in result.verdicts] == [plan, RIVER.proposal("delta_offer").plan, own]
    judged = run(RIVER, draws=60, proposals=["step_by_step"])["step_by_step"]
    named = replace(result["plan_1"], proposal=judged.proposal, name=judged.name)
    assert by_itself(named) == by_itself(judged)
    assert not result["plan_1"].flaws
    without = replace(RIVER, proposals=())
    assert run(without, draws=60, proposals=[plan])["plan_1"] == by_itself(result["plan_1"])
    broken = Plan(((), ("releases",)))
    assert run(RIVER, draws=9, proposals=[broken])["plan_1"].flaws
    with pytest.raises(PlanError):
        run(RIVER, proposals=[Plan(((), ("nothing",)))])


def test_a_misspelt_proposal_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(RequestError, match=r"no proposal 'delta_ofer'.*did you mean 'delta_offer'"):
        run(RIVER, proposals=["delta_ofer"])


def test_a_case_is_certain_where_no_number_of_it_is_uncertain() -> None:
    measures = [step("m", "a", {"a": 1.0})]
    case = small_case([Side("a")], measures, plans={"p": Plan(((), ("m",)))})
    assert run(case, draws=5).certain
    assert not run(
        replace(case, margin=Number(Triangular(0.0, 1.0, 2.0), "margin")), draws=5
    ).certain
    line = Side("a", red_lines={"a": [red_line("m", chance=0.5)]})
    assert not run(small_case([line], measures, plans={"p": Plan(((), ("m",)))}), draws=5).certain


@pytest.mark.statement("M2", "M41")
def test_a_plan_without_a_step_is_refused_and_kept() -> None:
    measures = [step("m", "a", {"a": Triangular(0.0, 1.0, 2.0)})]
    case = small_case([Side("a")], measures, plans={"nothing": Plan(((), ()))})
    verdict = run(case, draws=30)["nothing"]
    assert (verdict.accept.mean, verdict.keep.mean, verdict.hold.mean) == (0.0, 1.0, 0.0)
    assert verdict.keep_given_accept is None
    assert verdict.weakest is None


def test_a_joint_plan_runs_under_a_quota_among_signatories() -> None:
    measures = [step("meet", None, {"a": 1.0}), step("m", "a", {"a": 1.0})]
    case = small_case(
        [Side("a"), Side("b")],
        measures,
        agreement=Rule(at_least=2.0),
        plans={"p": Plan(((), ("meet",)))},
    )
    assert run(case, draws=3)["p"].accept.mean == 0.0
