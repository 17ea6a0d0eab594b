"""Results that others have published come out of the model, through both of its versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import log
from pathlib import Path

import numpy as np
import pytest

from detente import load_case, run
from detente.case.domain import Case
from detente.draws.sampler import Draws, Sampler
from detente.model.judgement import Judgement, withhold_code
from detente.model.kernel import Tables, judge
from detente.model.plain import Game, Players, judge_plain
from detente.model.structure import PlanVector, Structure

PUBLISHED = Path(__file__).parent / "published"
NUMBERS = json.loads((PUBLISHED / "numbers.json").read_text(encoding="utf-8"))
TOLERANCE = 1e-9

Judge = Callable[[Structure, Draws, PlanVector], Judgement]


def fast(structure: Structure, draws: Draws, plan: PlanVector) -> Judgement:
    return judge(Tables.of(structure), draws, [plan])[0]


BOTH = pytest.mark.parametrize("judge_one", [judge_plain, fast], ids=["plain", "fast"])


def judged(case: Case, judge_one: Judge) -> Judgement:
    structure = Structure.of(case)
    draws = Sampler(case).sample(0, 0, 1)
    return judge_one(structure, draws, structure.vector(case.proposals[0].plan))


@pytest.mark.statement("P1", "P2", "P3", "P5", "P6")
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_published_numbers_come_out(name: str) -> None:
    verdict = run(load_case(PUBLISHED / f"{name}.yaml"), draws=3)["plan"]
    expected = NUMBERS[name]
    assert verdict.keep.mean == pytest.approx(expected["keep"], abs=TOLERANCE)
    assert verdict.accept.mean == pytest.approx(expected["accept"], abs=TOLERANCE)
    assert verdict.value == pytest.approx(expected["value"], abs=TOLERANCE)
    for party, hazards in expected["break_by"].items():
        assert verdict.break_by[party] == pytest.approx(hazards, abs=TOLERANCE)


def dilemma(folder: Path, delta: float, detection: float, false_alarm: float) -> Case:
    """Repeated prisoner's dilemma: flows of -2 to oneself and 4 to the other."""
    own, other = -2.0 / (1.0 - delta), 4.0 / (1.0 - delta)
    text = f"""
detente: 1
title: prisoner's dilemma
horizon_years: 10
phases: {{count: 1, years: 1}}
discount: {-log(delta)!r}
false_alarm: {false_alarm}
defaults: {{upfront: 0, collapse: 0, reservation: -1000, undo_years: 0, detection: {detection}}}
parties: {{a: {{}}, b: {{}}}}
measures:
  ma: {{by: a, worth: {{a: {own!r}, b: {other!r}}}}}
  mb: {{by: b, worth: {{b: {own!r}, a: {other!r}}}}}
proposals: {{plan: {{phases: {{1: [ma, mb]}}}}}}
"""
    path = folder / "dilemma.yaml"
    path.write_text(text, encoding="utf-8")
    return load_case(path)


@pytest.mark.statement("M22", "P1", "P2")
@pytest.mark.parametrize(
    ("detection", "false_alarm", "critical"),
    [
        (1.0, 0.0, 0.5),
        (0.5, 0.0, 2 / 3),
        (0.25, 0.0, 0.8),
        (0.9, 0.05, 0.5540166205),
        (0.5, 0.05, 0.7017543860),
    ],
)
@BOTH
def test_dilemma_is_kept_exactly_from_the_critical_discount_factor_on(
    tmp_path: Path, judge_one: Judge, detection: float, false_alarm: float, critical: float
) -> None:
    low, high = critical - 0.05, critical + 0.05
    for _ in range(40):
        middle = (low + high) / 2
        case = dilemma(tmp_path, middle, detection, false_alarm)
        kept = judged(case, judge_one).cooperative.hazard.max() == 0.0
        low, high = (low, middle) if kept else (middle, high)
    assert high == pytest.approx(critical, abs=2e-9)


@pytest.mark.statement("P3")
@BOTH
def test_gradual_path_leaves_no_gain_until_its_last_phase(judge_one: Judge) -> None:
    case = load_case(PUBLISHED / "gradual_path.yaml")
    slack = judged(case, judge_one).slack[:, :, 0]
    assert slack[:, :4] == pytest.approx(np.zeros((2, 4)), abs=TOLERANCE)
    assert slack[:, 4] == pytest.approx([0.4, 0.4], abs=TOLERANCE)


@pytest.mark.statement("P3")
def test_gradual_path_takes_the_steps_of_the_closed_form() -> None:
    a, delta, last = 0.5, 0.8, 0.1
    steps = [(delta * last / a) * (delta / a) ** (4 - k) for k in range(1, 5)]
    total = (delta * last / a) * ((delta / a) ** 4 - 1) / ((delta / a) - 1)
    assert sum(steps) == pytest.approx(total)
    measures = {m.id: m for m in load_case(PUBLISHED / "gradual_path.yaml").measures}
    for k, step in enumerate(steps, start=1):
        worth = measures[f"a{k}"].worth["b"].distribution
        assert worth.value * (1 - delta) == pytest.approx(step)  # type: ignore[union-attr]


def lockwood_thomas(folder: Path, phases: int) -> Case:
    """Irreversible steps to c_t = 1 - (a/delta)^t, alike for both sides (2002)."""
    a, delta = 0.5, 0.8
    totals = 1.0 - (a / delta) ** np.arange(phases + 1)
    measures = {}
    for side, other in (("a", "b"), ("b", "a")):
        for t, step in enumerate(np.diff(totals), start=1):
            worth = {side: -a * step / (1 - delta), other: step / (1 - delta)}
            measures[f"{side}{t}"] = {"by": side, "undo_years": "never", "worth": worth}
    plan = {t: [f"a{t}", f"b{t}"] for t in range(1, phases + 1)}
    document = {
        "detente": 1,
        "title": "gradual public good",
        "horizon_years": 10,
        "phases": {"count": phases, "years": 1},
        "discount": -log(delta),
        "defaults": {"upfront": 0, "collapse": 0, "reservation": -1000},
        "parties": {"a": {}, "b": {}},
        "measures": measures,
        "proposals": {"plan": {"phases": plan}},
    }
    path = folder / "gradual.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return load_case(path)


def slack_with_trusting_others(case: Case) -> np.ndarray:
    """Slack at every phase with all hazards at 0: [phase]."""
    structure = Structure.of(case)
    draws = Sampler(case).sample(0, 0, 1)
    game = Game(structure, draws, structure.vector(case.proposals[0].plan))
    players = Players(game, 1, draws.start)
    nothing = np.zeros((2, case.phases + 2, 1))
    slack, _ = players.slack(players.values(nothing), nothing)
    return np.asarray(slack[0, 1:-1, 0])


@pytest.mark.statement("P4")
def test_lockwood_thomas_path_is_the_limit_without_slack(tmp_path: Path) -> None:
    assert 1 - 0.625 ** np.arange(1, 4) == pytest.approx([0.375, 0.609375, 0.755859], abs=1e-6)
    worst = [
        np.abs(slack_with_trusting_others(lockwood_thomas(tmp_path, phases))[:5]).max()
        for phases in (10, 20, 30)
    ]
    assert worst[0] > worst[1] > worst[2]
    assert worst[2] < 1e-4


@BOTH
def test_lockwood_thomas_path_unravels_when_its_phases_are_finite(
    tmp_path: Path, judge_one: Judge
) -> None:
    hazard = judged(lockwood_thomas(tmp_path, 10), judge_one).cooperative.hazard
    assert (hazard[:, :-1] == 1.0).all()


@pytest.mark.statement("M18", "M22", "P6")
@BOTH
def test_withholding_one_step_gains_where_withholding_all_does_not(judge_one: Judge) -> None:
    case = load_case(PUBLISHED / "withhold_one_step.yaml")
    structure = Structure.of(case)
    draws = Sampler(case).sample(0, 0, 1)
    plan = structure.vector(case.proposals[0].plan)
    game = Game(structure, draws, plan)
    agreed = judge_one(structure, draws, plan).cooperative.value[0, 0]
    gains = {b.code: game.breach_value(b)[0, 0] - agreed for b in game.breaches(0, 1)}
    small, large = case.measure_index["s1"], case.measure_index["s2"]
    assert gains[1] == pytest.approx(0.0, abs=TOLERANCE)
    assert gains[withhold_code(large)] == pytest.approx(1.0, abs=TOLERANCE)
    assert gains[withhold_code(small)] < 0.0
    found = judge_one(structure, draws, plan)
    assert found.slack[0, 0, 0] == pytest.approx(-1.0, abs=TOLERANCE)
    assert found.deviation[0, 0, 0] == withhold_code(large)


@pytest.mark.statement("M27", "P7")
@BOTH
def test_trust_does_not_rise_where_every_decider_would_keep(judge_one: Judge) -> None:
    case = load_case(PUBLISHED / "trust_threshold_above.yaml")
    result = judged(case, judge_one)
    kept = result.cooperative.hazard[0, :, 0] == 0.0
    assert kept.all()
    belief = result.belief[:1, :, 0]
    assert np.ptp(belief) == 0.0
    verdict = run(case, draws=1)["plan"]
    assert verdict.trust["a"][0] == verdict.trust["a"][1]
