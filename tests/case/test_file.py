from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.case import file as models
from tests.case.samples import changed, errors, example, messages


def test_the_example_of_the_design_page_is_accepted(tmp_path: Path) -> None:
    assert errors(tmp_path, example()) == ()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"discuont": 3}, "unknown key 'discuont'; did you mean 'discount'?"),
        ({"measures__aid__undo_year": 3}, "did you mean 'undo_years'"),
        ({"parties__upstream__deciders__strat": {}}, "did you mean 'start'"),
        ({"interactions__package__al_of": []}, "did you mean 'all_of'"),
        ({"interactions__cheaper_later__mesures": []}, "did you mean 'measures'"),
        ({"parties__upstream__accepts": {"all": [{"al": ["cabinet"]}]}}, "did you mean 'all'"),
        ({"detente": 2}, "reads formats 1 and 1.1 of the case file, not 2"),
        ({"detente": True}, "reads formats 1"),
        ({"title": 1.5}, "put 1.5 in quotes"),
        ({"title": ["a"]}, "must be text, not a list"),
        ({"phases": {"count": 31, "years": 1}}, "whole number from 1 to 30, not 31"),
        ({"phases": {"count": 2.0, "years": 1}}, "whole number from 1 to 30"),
        ({"phases__years": 0}, "above 0"),
        (
            {"phases__years": [1, 2, 3]},
            "must be a number of years above 0, at most 100, not a list",
        ),
        ({"horizon_years": 1001}, "at most 1000"),
        ({"correlation__same_measure": 1.5}, "a share from 0 to 1"),
        ({"parties": {}}, "must hold at least one entry"),
        ({"measures": []}, "must be a mapping of names to entries, not a list"),
        ({"measures__aid": 3}, "aid: must be a mapping"),
        ({"measures__aid__requires": "gauges"}, "must be a list; write [gauges]"),
        ({"measures__aid__requires": [["gauges"]]}, "must be a name, not a list"),
        ({"measures__aid__secret_undo": "yes"}, "must be true or false"),
        ({"measures__aid__undo_years": "nevr"}, "a number of years or never"),
        ({"measures__aid__detection": "never"}, "only undo_years can be 'never'"),
        ({"measures__aid__undo_years": -1}, "must not be negative"),
        ({"measures__aid__in_phases": ["x"]}, "the number of a phase"),
        ({"measures__aid__in_phases": [-1]}, "the number of a phase"),
        ({"measures__aid__basis": "guess"}, "must be sourced, judgement or elicited"),
        ({"measures__aid__worth__cabinet": True}, "must be a number, not true"),
        ({"measures__a b": {}}, "cannot be a name"),
        ({"measures__a/b": {}}, "cannot be a name"),
        ({"measures__-a": {}}, "cannot be a name"),
        ({"quantities__flow__better": "more"}, "must be higher or lower"),
        ({"discount": 0}, "must be above 0"),
        ({"false_alarm": [0, 0.1, 1.1]}, "between 0 and 1"),
        ({"interactions__cheaper_later__scale": -1}, "must not be negative"),
        (
            {"interactions__package": {"all_of": ["gauges"]}},
            "'worth' is missing in interactions.package",
        ),
        ({"parties__upstream__deciders__turnover": [{"from": "cabinet"}]}, "'to' is missing"),
        ({"parties__upstream__accepts__weights__cabinet": -1}, "a weight of at least 0"),
        ({"proposals__draft_2__phases": {"x": []}}, "the number of a phase"),
        ({"proposals__draft_2__phases": {1: ["gauges"], "1": ["aid"]}}, "stands here twice"),
        ({"red_lines__cabinet": [{}]}, "'never' is missing"),
        ({"measures__aid__worth": None}, "'worth' has no value"),
        ({"events": [{"date": 2018, "sauce": "x"}]}, "did you mean 'source'"),
    ],
)
def test_what_is_misshapen_is_refused_in_plain_words(
    tmp_path: Path, changes: dict[str, Any], part: str
) -> None:
    found = messages(tmp_path, changed(**changes))
    assert part in found
    for jargon in ("pydantic", "Input", "valid", "Extra", "type="):
        assert jargon not in found


@pytest.mark.parametrize(
    "changes",
    [
        {"title": 2018},
        {"measures__aid__description": "words"},
        {"measures__aid__scale": {"zero": "nothing"}},
        {"measures__aid__as_of": 2019},
        {"parties__downstream": {}},
        {"parties__downstream__wants": ["water", {"more": "water"}]},
        {"parties__downstream__discount": 0.1},
        {"parties__upstream__constituencies__cabinet__refuses": "all"},
        {"measures__aid__status": None},
        {"measures__aid__sources": "treaty_1996"},
        {"measures__Größe_2-x": {"worth": {"cabinet": 1}}},
        {"measures__aid__in_phases": [0, "1"]},
        {"interactions__cheaper_later__basis": "judgement"},
        {"proposals__draft_2__phases": {"1": ["gauges"]}},
        {"proposals__draft_2__by": "experts"},
        {"events": [{"date": "2018", "actor": "x", "text": "y", "source": "treaty_1996"}]},
        {"parties__upstream__accepts": {"at_least": 1, "of": ["cabinet", {"all": ["provinces"]}]}},
        {"parties__upstream__accepts": {"all": ["cabinet", {"at_least": 1}]}},
        {"agreement": {}},
        {"defaults__undo_years": "never", "measures__release_schedule__secret_undo": False},
        {"discount": {"p5": 0.01, "p50": 0.05, "p95": 0.2, "basis": "judgement"}},
    ],
)
def test_what_the_format_allows_is_accepted(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert messages(tmp_path, changed(**changes)) == ""


def test_every_field_has_a_docstring() -> None:
    classes = [getattr(models, name) for name in models.__all__ if name != "TAGS"]
    models.CaseFile.model_rebuild()
    bare = [
        f"{kind.__name__}.{name}"
        for kind in classes
        for name, field in kind.model_fields.items()
        if not field.description
    ]
    assert bare == []
