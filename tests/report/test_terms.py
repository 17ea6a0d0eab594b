"""One word for one thing: what is shown of a figure, a quantity and a phase."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

import detente
from detente.case.domain import Case
from detente.report.answer import standing_when
from detente.report.brief import brief_files
from detente.report.explained import explanation_page
from detente.report.page import report_page
from detente.report.terminal import screen
from detente.report.terms import (
    estimates,
    main_change,
    meanings,
    phase_title,
    quantity_title,
    with_interval,
)
from detente.testing import case_data, make_case
from detente.verdict.results import Estimate
from tests.report.test_comparing import shown


def measuring(quantities: dict[str, Any], effect: dict[str, Any]) -> Case:
    data = case_data(quantities=quantities, main_outcome="wheat_output")
    data["measures"]["payment"]["effects"] = {"wheat_output": {"change": 3, **effect}}
    return make_case(data)


@pytest.mark.parametrize(
    ("quantity", "effect", "title"),
    [
        ({"start": 1}, {}, "wheat output"),
        ({"start": 1, "unit": "t"}, {}, "wheat output, t"),  # a letter of it, not a word
        ({"start": 1, "name": "Output in t a year", "unit": "t"}, {}, "Output in t a year"),
        (None, {"unit": "kt"}, "wheat output, kt"),
    ],
)
def test_a_quantity_is_named_with_its_unit_wherever_it_is_shown(
    quantity: dict[str, Any] | None, effect: dict[str, Any], title: str
) -> None:
    case = measuring({} if quantity is None else {"wheat_output": quantity}, effect)
    assert quantity_title(case, "wheat_output") == title
    console = Console(width=110, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(screen(detente.run(case, draws=5)))
    assert title.rpartition(" ")[2] in captured.get().split()


def test_every_page_gives_the_figures_one_meaning() -> None:
    case = make_case()
    result = detente.run(case, draws=5)
    explanation = detente.explain(case, "swap", draws=5)
    when = standing_when(case)
    for page, meant in (
        (report_page(result), meanings(when)),
        (brief_files(result, ["md"])["brief.md"].decode(), meanings(when)),
        (explanation_page(explanation), meanings()),
        (shown(screen(result)), meanings()),
    ):
        words = " ".join(page.split())
        for meaning in meant.values():
            assert meaning in words


def test_estimates_come_by_what_they_are_called() -> None:
    (verdict,) = detente.run(make_case(), draws=5)
    assert dict(estimates(verdict)) == {
        "accepted": verdict.accept,
        "kept": verdict.keep,
        "holds": verdict.hold,
    }


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (Estimate(0.213, 0.004, (0.205, 0.221)), "21 (20–23)"),
        (Estimate(0.0, 0.0, (0.0, 0.004)), "< 1"),
        (Estimate(0.5, 0.0, (0.5, 0.5)), "50"),
    ],
)
def test_an_interval_stands_where_it_says_something(estimate: Estimate, shown: str) -> None:
    assert with_interval(estimate) == shown


def test_nothing_is_said_of_what_follows_from_a_text_that_nobody_accepts() -> None:
    case = measuring({"wheat_output": {"start": 1}}, {})
    (accepted,) = detente.run(case, draws=5)
    assert main_change(case, accepted) == "2"
    assert main_change(case, replace(accepted, accept=Estimate(0.0, 0.0, (0.0, 0.4)))) == "–"
    assert main_change(replace(case, main_outcome=None), accepted) == ""


def test_a_phase_without_a_name_of_its_own_is_called_by_its_number() -> None:
    assert [phase_title(2, name) for name in ("Phase 2", "Phase 1", "Freeze")] == [
        "Phase 2",
        "2 Phase 1",
        "2 Freeze",
    ]
