from __future__ import annotations

from pathlib import Path

from tests.case.samples import EXAMPLE, changed, errors, messages, put


def test_problems_of_shape_and_of_sense_are_reported_together_in_file_order(tmp_path: Path) -> None:
    text = (
        EXAMPLE.replace("false_alarm: 0.02", "false_alarm: 1.02")
        .replace("by: downstream, worth: {cabinet: 3}", "by: downstrem, wroth: {cabinet: 3}")
        .replace("main_outcome: flow", "main_outcome: flaw")
        .replace("margin: 0", "margin: .nan")
        .replace("stored: 0.01}", "stored: 0.01, stored: 1}")
    )
    found = errors(tmp_path, text)
    assert [p.line for p in found] == sorted(p.line for p in found)
    said = [p.message.split(";")[0] for p in found]
    assert said == [
        ".nan is not a finite number",
        "false_alarm: must stay between 0 and 1, not 1.02",
        "unknown party 'downstrem'",
        "unknown key 'wroth'",
        "key 'stored' stands here again (first in line 57)",
        "unknown quantity 'flaw'",
    ]


def test_places_are_exact(tmp_path: Path) -> None:
    found = errors(tmp_path, EXAMPLE.replace("requires: [gauges]", "requires: [aid, gagues]"))
    (only,) = found
    line = EXAMPLE.splitlines().index("    requires: [gauges]") + 1
    assert (only.line, only.column) == (line, 21)


def test_names_of_misshapen_entries_still_count(tmp_path: Path) -> None:
    data = changed(measures__gauges=3, parties__downstream=7, quantities__flow="x")
    found = messages(tmp_path, data).splitlines()
    assert len(found) == 3
    assert all("must be a mapping" in line for line in found)


def test_what_cutting_causes_is_not_reported(tmp_path: Path) -> None:
    data = changed(parties__upstream__deciders__start__cabinet=1.5)
    assert len(errors(tmp_path, data)) == 1
    data = changed(measures__release_schedule__levels=[1])
    assert len(errors(tmp_path, data)) == 1
    data = changed(measures=[1], interactions={}, red_lines={}, proposals={})
    assert len(errors(tmp_path, data)) == 1
    data = changed(parties=[1])
    assert len(errors(tmp_path, data)) == 1
    data = changed(parties__upstream__constituencies="x")
    assert len(errors(tmp_path, data)) == 1
    data = changed(quantities=[])
    assert len(errors(tmp_path, data)) == 1
    data = changed(discount=-1)
    assert len(errors(tmp_path, data)) == 1
    data = changed(phases="two")
    assert len(errors(tmp_path, data)) == 1


def test_a_missing_section_does_not_hide_the_rest(tmp_path: Path) -> None:
    data = changed(main_outcome="flaw")
    del data["parties"]
    del data["horizon_years"]
    found = messages(tmp_path, data)
    assert "'parties' is missing" in found
    assert "'horizon_years' is missing" in found
    assert "unknown quantity 'flaw'" in found


def test_several_problems_of_one_entry_are_all_reported(tmp_path: Path) -> None:
    data = changed(
        measures__aid={"by": 1.5, "detection": 2, "upfront": -1, "x": 1, "requires": ["y"]}
    )
    assert len(errors(tmp_path, data)) == 5


def test_the_report_is_capped(tmp_path: Path) -> None:
    data = changed()
    for i in range(300):
        put(data, f"measures.aid.worth.nobody_{i}", 1)
    found = errors(tmp_path, data)
    assert len(found) == 101
    assert found[-1].message == "and 200 more problems after this"


def test_what_is_no_mapping_is_refused(tmp_path: Path) -> None:
    for text in ("[1, 2]", "words", "3"):
        assert "a case is a mapping" in messages(tmp_path, text)
