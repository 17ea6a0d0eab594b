"""The whole analysis: the same on any number of workers, whatever is asked of it, refused in words."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.case.domain import Case, Plan
from detente.case.load import load_case
from detente.errors import DetenteError, RequestError
from detente.influence.groups import WAYS
from detente.influence.results import Index, Sensitivity
from detente.influence.sensitivity import LEAST_DRAWS, MOST_DRAWS, MOST_SWINGS, sensitivity
from detente.testing import make_case
from detente.verdict.run import run

PUBLISHED = sorted((Path(__file__).parents[1] / "model" / "published").glob("*.yaml"))
PLAN = "step_by_step"


@pytest.fixture(scope="module")
def found(river: Case) -> Sensitivity:
    return sensitivity(river, PLAN, draws=1024, seed=3, workers=1)


def same(one: Sensitivity, other: Sensitivity) -> bool:
    names = [f.name for f in fields(one) if f.name != "provenance"]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def indices(found: Sensitivity) -> list[Index]:
    groups = [i for g in found.indices for i in (g.first, g.total, g.shapley) if i is not None]
    return groups + [i for u in found.unknowns for i in (u.first, u.delta)]


def test_the_numbers_are_the_same_on_any_number_of_workers(river: Case, found: Sensitivity) -> None:
    seen = list[tuple[int, int]]()
    two = sensitivity(
        river, PLAN, draws=1024, seed=3, workers=2, progress=lambda *at: seen.append(at)
    )
    assert same(found, two)
    assert seen[-1] == (1024, 1024)
    assert found.mean != sensitivity(river, PLAN, draws=1024, seed=4, against=[]).mean


def test_the_figure_is_that_of_a_verdict(river: Case, found: Sensitivity) -> None:
    verdict = run(river, draws=1024, seed=3)[PLAN]
    assert found.mean.value == pytest.approx(verdict.hold.mean)
    assert found.name == next(p.name for p in river.proposals if p.id == PLAN)
    assert (found.figure, found.target) == ("hold", 0.5)
    assert (found.provenance.draws, found.provenance.seed) == (1024, 3)


def test_results_hang_together(found: Sensitivity) -> None:
    for way in WAYS:
        groups = [g for g in found.indices if g.way == way]
        effects = [g.shapley.value for g in groups if g.shapley is not None]
        assert sum(effects) == pytest.approx(1.0)
        assert effects == sorted(effects, reverse=True)
        assert sum(g.unknowns for g in groups) == len(found.unknowns)
        assert [g.group for g in groups if g.shapley is None] == [
            g.group for g in groups if g.unknowns == 0
        ]
    for index in indices(found):
        assert 0.0 <= index.interval[0] <= index.interval[1] <= 1.0
        assert index.error >= 0.0
    assert [u.first.value for u in found.unknowns] == sorted(
        (u.first.value for u in found.unknowns), reverse=True
    )
    assert 0 < len(found.swings) <= MOST_SWINGS
    assert found.convergence is not None
    assert found.convergence.needed > 1024
    assert not found.convergence.enough
    assert [at[0] for at in found.convergence.course] == [128, 256, 512, 1024]


def test_a_group_in_total_explains_no_less_than_first(found: Sensitivity) -> None:
    for group in found.indices:
        error = group.first.error + group.total.error
        assert group.total.value >= group.first.value - 3.0 * error


def test_the_best_of_the_plans_stands_first_and_everything_is_worth_most(
    found: Sensitivity,
) -> None:
    assert found.choice is not None
    means = [one.value for one in found.choice.means]
    assert means == sorted(means, reverse=True)
    assert found.name in found.choice.plans
    for finding in found.choice.findings:
        assert finding.value.value <= found.choice.perfect.value + 2 * finding.value.error
        assert finding.clear == (finding.value.interval[0] > finding.zero)


@pytest.mark.parametrize(
    "figure", ["accept", "keep", "saline_land", "exposure.delta", "surplus.upland"]
)
def test_other_figures_are_looked_at_alike(river: Case, figure: str) -> None:
    found = sensitivity(river, PLAN, figure=figure, draws=1024, seed=1, against=[])
    assert found.figure == figure
    assert found.variance > 0.0
    assert np.isfinite([[i.value, i.error] for i in indices(found)]).all()
    share = figure in ("accept", "keep")
    assert found.target == (0.5 if share else 0.0)
    assert share or (found.failing, found.holding) == ((), ())


def test_fewer_draws_and_more_are_of_one_sequence_and_odd_counts_are_rounded_up(
    river: Case,
) -> None:
    found = sensitivity(river, PLAN, draws=1101, seed=2, against=[])
    assert found.provenance.draws == 1102
    assert same(found, sensitivity(river, PLAN, draws=1102, seed=2, against=[]))
    assert found.mean.value == pytest.approx(run(river, draws=1102, seed=2)[PLAN].hold.mean)


def test_a_plan_whose_figure_never_varies_has_nothing_that_matters() -> None:
    case = make_case(
        proposals={
            "gift": {"phases": {1: ["pullback"]}},
            "swap": {"phases": {1: ["pullback", "payment"]}},
        },
    )
    found = sensitivity(case, "gift", draws=LEAST_DRAWS)
    assert (found.mean.value, found.mean.error) == (0.0, 0.0)
    assert 0.0 < found.mean.interval[1] < 0.004  # as in a verdict: seen in none of so many
    assert found.variance == 0.0
    assert (found.indices, found.unknowns, found.failing, found.holding) == ((), (), (), ())
    assert (found.convergence, found.swings) == (None, ())
    assert found.choice is not None  # there are others to choose
    asked = sensitivity(case, "gift", draws=1024, numbers=["measures.pullback.worth.north"])
    assert asked.swings[0].difference.value == 0.0
    assert asked.swings[0].breakeven is None


def test_a_figure_that_varies_in_one_draw_of_hundreds_is_read_without_warnings() -> None:
    rare = {"dist": "discrete", "xk": [-9, 20], "pk": [0.9985, 0.0015]}
    measures = {
        "a": {"by": "north", "undo_years": "never", "worth": {"south": rare}},
        "b": {"by": "south", "undo_years": "never", "worth": {"north": [1, 2, 3]}},
    }
    case = make_case(measures=measures, proposals={"both": {"phases": {1: ["a", "b"]}}})
    counts = []
    for seed in range(6):
        found = sensitivity(case, "both", figure="accept", draws=1024, seed=seed)
        counts.append(round(found.mean.value * 1024))
        assert np.isfinite([[i.value, i.error] for i in indices(found)]).all()
    assert min(counts) <= 1


def test_a_case_without_uncertain_numbers_has_nothing_that_matters() -> None:
    measures = {
        "pullback": {"by": "north", "worth": {"north": -5, "south": 6}},
        "payment": {"by": "south", "detection": 0.4, "worth": {"north": 8, "south": -4}},
    }
    found = sensitivity(make_case(measures=measures), "swap", draws=1024)
    assert (found.indices, found.unknowns, found.choice, found.variance) == ((), (), None, 0.0)


def test_one_proposal_leaves_no_choice_and_others_can_be_named(river: Case) -> None:
    assert sensitivity(make_case(), "swap", draws=1024).choice is None
    alone = sensitivity(river, PLAN, draws=1024, against=[])
    assert alone.choice is None
    with_one = sensitivity(river, PLAN, draws=1024, against=["1:gauges", PLAN])
    assert with_one.choice is not None
    assert set(with_one.choice.plans) == {with_one.name, "Plan 1"}


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_cases_can_be_asked(path: Path) -> None:
    case = load_case(path)
    found = sensitivity(case, case.proposals[0].id, draws=1024, figure="keep", against=[])
    verdict = run(case, draws=1)[case.proposals[0].id]
    assert found.mean.value == pytest.approx(verdict.keep.mean)
    assert found.variance == 0.0


def test_named_numbers_are_held_and_the_target_is_the_one_asked_for(river: Case) -> None:
    numbers = ["measures.gauges.worth.delta", "false_alarm"]
    found = sensitivity(river, PLAN, draws=1024, numbers=numbers, target=0.1, against=[])
    assert {one.number for one in found.swings} == set(numbers)
    assert found.target == 0.1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"figure": "holds"}, "there is no figure 'holds'.*did you mean"),
        ({"figure": "exposure"}, r"ask for one of exposure\.upland, exposure\.delta"),
        ({"figure": "surplus"}, r"ask for one of surplus\.upland"),
        ({"figure": "saline_land.p10"}, "taken over all draws: ask for 'saline_land'"),
        ({"figure": "hold.p10"}, "there is no figure 'hold.p10'"),
        ({"figure": "steps"}, "no unknown matters to it"),
        ({"figure": "phases"}, "no unknown matters to it"),
        ({"draws": LEAST_DRAWS - 1}, "1024"),
        ({"draws": MOST_DRAWS + 1}, "200000 at most"),
        ({"draws": 1000.5}, "whole number"),
        ({"draws": True}, "whole number"),
        ({"seed": -1}, "seed"),
        ({"workers": 0}, "workers"),
        ({"numbers": ["measures.gauges.worth.nobody"]}, "no uncertain number"),
        ({"numbers": ["red_lines.cabinet.0.crossed"]}, "hold its chance instead"),
        ({"numbers": "false_alarm"}, "list"),
        ({"numbers": [3]}, "text"),
        ({"target": float("nan")}, "target must be a number"),
        ({"target": float("inf")}, "target must be a number"),
        ({"target": "half"}, "target must be a number"),
        ({"target": 10**400}, "target must be a number"),
        ({"target": True}, "target must be a number"),
        ({"target": 40}, "lies from 0 to 1"),
        ({"against": [f"1:gauges;2:{x}" for x in ["releases"] * 8]}, "7 plans at most"),
        ({"figure": 3}, "figure"),
        ({"against": "delta_offer"}, "list"),
        ({"against": [Plan(())]}, "no step"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_in_words(
    river: Case, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        sensitivity(river, PLAN, **{"draws": 1024, **asked})


@pytest.mark.parametrize("plan", ["nothing_of_that_name", "1:gauge", "9:gauges"])
def test_a_plan_that_does_not_fit_the_case_is_refused(river: Case, plan: str) -> None:
    with pytest.raises(DetenteError):
        sensitivity(river, plan, draws=1024)


def test_a_plan_without_a_step_is_refused(river: Case) -> None:
    with pytest.raises(RequestError, match="no step in any phase"):
        sensitivity(river, Plan(()), draws=1024)


def test_cases_and_plans_are_loaded_by_name_or_path(tmp_path: Path, river: Case) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("phases: {1: [gauges]}\n", encoding="utf-8")
    assert os.fspath(path)
    by_path = sensitivity("river", path, draws=1024, figure="keep", against=[])
    by_text = sensitivity(river, "1:gauges", draws=1024, figure="keep", against=[])
    assert same(by_path, by_text)
    assert by_text.name == "This plan"
