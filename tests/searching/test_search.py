"""What a search returns: judged on draws it has not seen, within what was asked."""

from __future__ import annotations

import numpy as np
import pytest

from detente.case.load import load_case
from detente.case.plans import plan_flaws
from detente.errors import RequestError
from detente.searching import evolve
from detente.searching.search import Sight, search
from detente.testing import make_case
from detente.verdict.run import run


def test_figures_are_those_of_judging_the_plans_in_the_first_draws() -> None:
    found = search("river", draws=400, search_draws=64, seed=3)
    again = run("river", draws=400, seed=3, proposals=[plan.plan for plan in found])
    for plan, verdict in zip(found, again, strict=True):
        assert plan.figures["hold"].value == pytest.approx(verdict.hold.mean)
        assert plan.figures["hold"].standard_error == pytest.approx(verdict.hold.standard_error)
        assert found[plan.id].accept == verdict.accept
    proposal = found.proposals["step_by_step"]["hold"].value
    assert proposal == pytest.approx(run("river", draws=400, seed=3)["step_by_step"].hold.mean)


def test_intervals_allow_for_the_number_of_plans() -> None:
    found = search("river", draws=400, search_draws=64)
    for plan in found:
        low, high = plan.figures["hold"].interval
        alone = found[plan.id].hold.interval
        assert low <= alone[0] <= alone[1] <= high
        assert (high - low) > (alone[1] - alone[0]) or high == low


@pytest.mark.usefixtures("never_listed")
def test_the_search_does_not_see_the_draws_in_which_plans_are_judged() -> None:
    """With few draws the best in them is better there than it is: that must not be shown."""
    gaps = []
    for seed in range(4):
        seen = list[Sight]()
        found = search(
            "river",
            objectives=["hold"],
            least={"steps": 3},
            draws=2000,
            search_draws=16,
            seed=seed,
            watch=seen.append,
        )
        gaps.append(seen[-1].best["hold"] - found.plans[0].figures["hold"].value)
    assert np.mean(gaps) > 0.01  # what the search saw is too good, and is not what it returns


def test_where_there_are_few_plans_all_are_looked_at() -> None:
    found = search("river", draws=400, search_draws=64)
    assert found.course.ending == "listed"
    assert found.course.generations == 0


def test_every_plan_keeps_the_rules_of_the_case_and_what_was_asked() -> None:
    case = load_case("river")
    found = search(
        case,
        draws=400,
        search_draws=64,
        fix={"gauges": 1},
        forbid=["loan_consent"],
        phases=2,
        most={"steps": 4},
    )
    for plan in found:
        assert not plan_flaws(case, plan.plan)
        assert "gauges" in plan.plan.phases[1]
        assert "loan_consent" not in plan.plan.measures
        assert not plan.plan.phases[3]
        assert len(plan.plan.measures) <= 4


def test_bounds_are_kept_on_the_draws_of_the_search() -> None:
    free = search("river", draws=400, search_draws=64, objectives=["hold"])
    assert len(free.plans[0].plan.measures) < 4
    bound = search("river", draws=400, search_draws=64, objectives=["hold"], least={"steps": 4})
    assert all(plan.figures["steps"].value >= 4.0 for plan in bound)
    assert free.plans[0].figures["hold"].value > bound.plans[0].figures["hold"].value


def test_under_views_a_plan_is_worth_what_it_is_in_the_worst() -> None:
    views = ["as_written", "sceptical"]
    found = search(
        "korea-2019", objectives=["hold"], views=views, draws=200, search_draws=32, seconds=1.0
    )
    assert list(found.judged) == views
    for plan in found:
        values = [found.judged[view][plan.id].hold.mean for view in views]
        assert plan.figures["hold"].value == pytest.approx(min(values))


def test_a_certain_case_has_one_draw_and_no_error() -> None:
    case = make_case(
        measures={
            "pullback": {"by": "north", "worth": {"north": -5, "south": 6}},
            "payment": {"by": "south", "worth": {"north": 8, "south": -4}},
        }
    )
    found = search(case, objectives=["surplus"], draws=400, search_draws=64)
    assert all(plan.figures["surplus"].standard_error == 0.0 for plan in found)
    assert found.plans[0].figures["surplus"].value >= 0.0


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"objectives": []}, "name an objective"),
        ({"objectives": ["holds"]}, "did you mean 'hold'"),
        ({"least": {"accept": float("nan")}}, "sets no bound"),
        ({"most": {"steps": 0}}, "keeps all bounds, though all plans were looked at: loosen them"),
        (
            {
                "forbid": [
                    "gauges",
                    "releases",
                    "low_outlet",
                    "power_purchase",
                    "border_market",
                    "loan_consent",
                ]
            },
            "no plan meets",
        ),
        ({"seconds": 0}, "seconds must be more than 0"),
        ({"workers": -1}, "workers must be 1 or more"),
        ({"search_draws": 1}, "search_draws must be 2 or more"),
        ({"phases": 0}, "phases must be 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, object], word: str) -> None:
    with pytest.raises(RequestError, match=word):
        search("river", **{"draws": 400, "search_draws": 64, **asked})  # type: ignore[arg-type]


def test_where_time_was_up_it_is_not_said_that_all_plans_were_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evolve, "WAVE", 8)
    asked = {"most": {"steps": 0}, "draws": 400, "search_draws": 64}
    with pytest.raises(RequestError, match="before time was up: search longer, or loosen them"):
        search("river", **asked, seconds=1e-9)  # type: ignore[arg-type]


@pytest.mark.usefixtures("never_listed")
def test_where_the_search_came_to_rest_it_is_not_said_to_search_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evolve, "PATIENCE", 1)
    with pytest.raises(RequestError, match="before the search came to rest: loosen them"):
        search("river", most={"steps": 0}, draws=50, search_draws=16)


def test_a_loaded_case_cannot_be_searched_under_views() -> None:
    with pytest.raises(RequestError, match="by its file or its name"):
        search(load_case("korea-2019"), views=["sceptical"])


def test_a_plan_that_nobody_signs_has_no_surplus() -> None:
    measures = {"monitors": {"worth": {"north": 3, "south": 3}}, "aid": {"by": "north"}}
    case = make_case(measures=measures, proposals=None)
    found = search(case, objectives=["surplus", "hold"], draws=50, search_draws=20)
    values = [plan.figures["surplus"].value for plan in found]
    assert np.isfinite(values).all()


def test_an_interrupted_proof_leaves_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("detente.searching.search.prove", interrupted)
    found = search("river", objectives=["hold"], draws=50, search_draws=20, proof_seconds=5)
    assert found.bounds is None
    assert found.plans
