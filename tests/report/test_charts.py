"""What the plots hold; that they can be drawn is tested where there is something that draws."""

from __future__ import annotations

from typing import Any

import pytest

from detente.report import charts
from detente.report.figures import share
from detente.verdict.results import RunResult


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = spec["data"]["values"]
    return values


def test_the_plot_of_verdicts_holds_every_share_with_its_interval(river: RunResult) -> None:
    found = rows(charts.verdicts_chart(river))
    assert len(found) == 3 * len(river.verdicts)
    for row in found:
        assert 0 <= row["low"] <= row["share"] <= row["high"] <= 100
    best = max(river.verdicts, key=lambda verdict: verdict.hold.mean)
    assert found[0]["text"] == best.name
    assert found[2] == {
        "text": best.name,
        "what": "holds",
        "share": 100 * best.hold.mean,
        "low": 100 * best.hold.interval[0],
        "high": 100 * best.hold.interval[1],
        "label": f"{best.name}, holds: {share(best.hold).phrase}",
    }


def test_the_plot_of_exposure_holds_each_side_at_each_phase(korea: RunResult) -> None:
    verdict = korea["vox_draft_deal"]
    found = rows(charts.exposure_chart(korea, verdict))
    exposed = [party for party, points in verdict.exposure_at.items() if any(points)]
    assert len(found) == len(exposed) * (korea.case.phases + 1)
    assert sorted({row["points"] for row in found}) == sorted(
        {points for party in exposed for points in verdict.exposure_at[party]}
    )


def test_the_plot_of_standing_goes_down(river: RunResult) -> None:
    found = rows(charts.standing_chart(river, river["step_by_step"]))
    chances = [row["chance"] for row in found]
    assert chances == sorted(chances, reverse=True)
    assert found[-1]["phase"] == "Afterwards"


def test_the_fan_holds_three_courses_from_the_start_to_the_horizon(korea: RunResult) -> None:
    verdict = korea["singapore_2018"]
    found = rows(charts.outcome_chart(korea, verdict, "weapons_equivalent"))
    courses = {row["course"] for row in found}
    assert courses == {"no agreement", "this text put forward", "if accepted and kept"}
    years = sorted({row["year"] for row in found})
    assert years[0] == pytest.approx(2019 + 2 / 12)
    assert years[-1] - years[0] == pytest.approx(korea.case.horizon_years)
    assert all(row["p5"] <= row["p50"] <= row["p95"] for row in found)


def test_bases_are_counted_and_those_that_are_not_there_left_out(river: RunResult) -> None:
    found = rows(charts.basis_chart(river.case))
    assert [(row["numbers"], row["basis"], row["count"]) for row in found] == [
        ("all", "judgement of the drafter", 1),
        ("uncertain", "judgement of the drafter", 1),
        ("all", "not stated", 40),
        ("uncertain", "not stated", 32),
    ]


def test_long_names_are_cut_and_names_alike_told_apart() -> None:
    long = "A name that is far too long to stand beside a plot without pushing it off"
    labels = charts._labels({"a": "Draft", "b": "Draft", "c": long})
    assert labels["a"] == "Draft (a)"
    assert labels["b"] == "Draft (b)"
    assert len(labels["c"]) == 48


def test_colours_repeat_where_there_are_more_series_than_colours() -> None:
    names = [f"p{i}" for i in range(9)]
    scale = charts._scale(charts.PRINT, names)
    assert len(scale["range"]) == len(scale["domain"]) == 9


def test_a_name_that_looks_like_another_with_its_id_is_told_apart_too() -> None:
    labels = charts._labels({"u": "U", "d": "U", "c": "U (u)"})
    assert len(set(labels.values())) == 3
