from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.case.domain import Case
from detente.case.plans import parse_plan, plan_flaws
from detente.errors import PlanError
from tests.case.samples import changed, loaded

HALF = "release_schedule/half"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return loaded(tmp_path, changed(measures__dam_removal__in_phases=[2]))


@pytest.mark.parametrize(
    ("source", "phases"),
    [
        ("draft_2", (("aid",), ("gauges",), (HALF,))),
        (f"1:gauges,aid;2:{HALF}", ((), ("gauges", "aid"), (HALF,))),
        (f" 2 : {HALF} ; 0: aid ;", (("aid",), (), (HALF,))),
        ("1:", ((), (), ())),
        ({1: ["gauges"]}, ((), ("gauges",), ())),
        ({"2": ["gauges"], 0: ()}, ((), (), ("gauges",))),
        ({"phases": {"1": ["gauges"]}, "name": "x"}, ((), ("gauges",), ())),
        ({}, ((), (), ())),
    ],
)
def test_every_way_of_writing_a_plan_is_read(case: Case, source: Any, phases: Any) -> None:
    assert parse_plan(case, source).phases == phases


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("draft_3", "no proposal is called 'draft_3'; did you mean 'draft_2'"),
        ("", "no proposal"),
        ("1:gagues", "unknown measure 'gagues'; did you mean 'gauges'"),
        ("1:release_schedule", "write release_schedule/half or release_schedule/full"),
        ("3:gauges", "no phase 3"),
        ("x:gauges", "cannot read 'x:gauges'"),
        ("-1:gauges", "cannot read"),
        ("1:gauges;1:aid", "phase 1 stands in the plan twice"),
        ("1:gauges,,aid", "a comma without a measure"),
        ("1:gauges;2:gauges", "'gauges' is in the plan twice"),
        (f"1:{HALF};2:release_schedule/full", "one level of a measure"),
        ({True: ["gauges"]}, "not the number of a phase"),
        ({1: "gauges"}, "must have a list"),
        ({1: [["a"]]}, "must have a list of measures, each named by itself"),
        ({1: None}, "must have a list"),
        ({1: ["gauges"], "1": []}, "twice"),
        ({"phases": [1]}, "a mapping from phases"),
    ],
)
def test_what_does_not_fit_the_case_is_refused(case: Case, source: Any, part: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_plan(case, source)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("source", "flaws"),
    [
        (f"1:gauges,{HALF}", ()),
        (f"0:gauges;2:{HALF}", ()),
        (
            f"1:{HALF};2:gauges",
            (f"'{HALF}' requires 'gauges' in the same phase or an earlier one",),
        ),
        (f"1:gauges,{HALF},diversion", (f"'{HALF}' excludes 'diversion'",)),
        (f"0:{HALF},gauges", (f"'{HALF}' stands in phase 0; it may stand in 1 or 2",)),
        (f"1:gauges,dam_removal,{HALF}", ("'dam_removal' stands in phase 1; it may stand in 2",)),
        ("1:gauges", ("one of release_schedule/half or release_schedule/full must be chosen",)),
    ],
)
def test_broken_conditions_are_named(case: Case, source: str, flaws: tuple[str, ...]) -> None:
    assert plan_flaws(case, parse_plan(case, source)) == flaws
