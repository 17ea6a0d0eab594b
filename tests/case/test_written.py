from __future__ import annotations

from pathlib import Path

from detente.case.domain import Case
from detente.case.load import check_case
from detente.case.numbers import Triangular
from tests.case.samples import changed, loaded


def test_a_default_stands_once_however_many_places_it_serves(river: Case) -> None:
    paths = [item.path for item in river.assumptions]
    assert len(paths) == len(set(paths)) == 41
    assert ("defaults", "collapse") in paths
    assert ("parties", "upland", "constituencies", "cabinet", "collapse") not in paths


def test_numbers_stand_at_the_keys_and_positions_of_the_file(river: Case) -> None:
    found = {item.path: item.number for item in river.assumptions}
    worth = found["measures", "releases", "worth", "cabinet"]
    assert worth.distribution == Triangular(-35, -22, -12)
    assert (worth.basis, worth.why) == ("judgement", "less power in winter")
    assert ("parties", "upland", "deciders", "turnover", 0, "per_year") in found


def test_a_number_takes_basis_source_and_reason_of_the_nearest_entry_that_states_a_basis(
    tmp_path: Path,
) -> None:
    case = loaded(
        tmp_path,
        changed(
            basis="elicited",
            measures__gauges__basis="sourced",
            measures__gauges__source="treaty_1996",
            measures__gauges__why="annex 2",
            measures__gauges__detection={"value": 0.5, "why": "own reason"},
        ),
    )
    found = {item.path: item.number for item in case.assumptions}
    detection = found["measures", "gauges", "detection"]
    assert (detection.basis, detection.sources, detection.why) == (
        "sourced",
        ("treaty_1996",),
        "own reason",
    )
    assert found["discount",].basis == "elicited"


def test_what_a_case_was_calibrated_on_is_kept(tmp_path: Path, korea: Case) -> None:
    assert "us_big_deal" in korea.calibrated_on
    data = changed(calibrated_on="the harvest of 2003")
    assert loaded(tmp_path, data).calibrated_on == ("the harvest of 2003",)


def test_the_count_of_numbers_is_that_of_the_assumptions(korea: Case) -> None:
    assert check_case("korea-2019").counts["numbers"] == len(korea.assumptions)
