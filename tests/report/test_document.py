from __future__ import annotations

import json
from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from detente.report.document import as_json, document
from detente.verdict.results import Change, RunResult, Verdict

# The keys that callers rely on, as the reference of the commands lists them.
KEPT = {
    *("accept", "keep", "hold", "standard_error", "interval", "keep_given_accept", "lower"),
    *("accept_by", "break_by", "first_break", "kept_through", "trust", "unsettled"),
    *("shortfall", "barred", "value", "exposure", "exposure_by", "weakest", "outcomes"),
    *("signatories", "necessary", "accident", "slack", "breaks", "flaws", "phases", "name"),
    *("exposure_at", "breaches", "paths", "beaten_by"),
}


@pytest.fixture
def plain(river: RunResult) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(as_json(document(river)))
    return made


def test_all_keys_that_callers_rely_on_are_there(plain: dict[str, Any]) -> None:
    assert {"case", "draws", "seed", "proposals"} <= plain.keys()
    assert (plain["case"], plain["draws"], plain["seed"]) == ("river", 400, 3)
    for proposal in plain["proposals"].values():
        assert proposal.keys() >= KEPT
        for key in ("standard_error", "interval"):
            assert proposal[key].keys() == {"accept", "keep", "hold"}
        assert proposal["lower"].keys() == {"accept", "keep", "hold", "unsettled"}
        assert not proposal.keys() & {"consents", "red_lines"}
        assert {"decider", "phase", "deviation", "slack"} <= proposal["weakest"].keys()
        for change in proposal["outcomes"].values():
            assert {"mean", "p5", "p95"} <= change.keys()
        for breach in proposal["breaches"]:
            assert breach.keys() == {"party", "phase", "deviation", "measure", "chance"}
        for fan in proposal["paths"].values():
            assert fan.keys() == {"years", "without", "plan", "kept", "draws"}
            for path in ("without", "plan", "kept"):
                assert fan[path].keys() == {"p5", "p50", "p95"}
                assert {len(row) for row in fan[path].values()} == {len(fan["years"])}


def test_lists_by_party_have_an_entry_for_each_period(
    plain: dict[str, Any], river: RunResult
) -> None:
    parties = {party.id for party in river.case.parties}
    for proposal in plain["proposals"].values():
        assert proposal["shortfall"].keys() == parties
        for key in ("break_by", "first_break", "trust", "exposure_at"):
            assert proposal[key].keys() == parties
            assert {len(row) for row in proposal[key].values()} == {river.case.phases + 1}
        assert len(proposal["kept_through"]) == river.case.phases + 1
        for key in ("slack", "breaks"):
            assert proposal[key].keys() == {d.constituency for _, d in river.case.deciders}
            assert {len(row) for row in proposal[key].values()} == {river.case.phases + 1}


def test_the_plan_stands_under_its_phases(plain: dict[str, Any]) -> None:
    assert plain["proposals"]["delta_demand"]["phases"] == {
        "1": ["gauges", "releases", "low_outlet"],
        "3": ["border_market", "power_purchase"],
    }


def test_it_says_how_the_numbers_were_got(plain: dict[str, Any], river: RunResult) -> None:
    assert plain["provenance"]["case_hash"] == river.case.hash
    assert plain["provenance"]["version"]


def test_numbers_that_json_cannot_hold_become_null(river: RunResult) -> None:
    odd: Verdict = replace(river.verdicts[0], outcomes={"x": Change(nan, inf, -inf, 1.0)})
    made = json.loads(as_json(document(replace(river, verdicts=(odd,)))))
    change = made["proposals"][odd.proposal]["outcomes"]["x"]
    assert change == {"mean": None, "standard_error": None, "p5": None, "p95": 1.0}


def test_the_text_is_ascii_whatever_the_case_is_called(river: RunResult) -> None:
    named = replace(river, case=replace(river.case, title="\x1b[31m Ünïcode \u202e"))
    text = as_json(document(named))
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["title"] == "\x1b[31m Ünïcode \u202e"
