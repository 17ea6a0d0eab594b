"""What a brief says of a result, and that none of it is long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from detente.report.selection import MOST_ROWS, selected
from detente.report.shortening import shortened
from detente.verdict.results import RunResult
from tests.report.test_terminal import renamed_result


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts(each)
        case list() | tuple():
            for each in value:
                yield from texts(each)


def test_names_of_any_length_give_short_texts(korea: RunResult) -> None:
    long = renamed_result(korea, "long name " * 1000)
    found = shortened(replace(long, case=replace(long.case, name="n" * 200)))
    assert len(found.case.title) == 120
    assert found.case.title.endswith("…")
    assert max(len(text) for text in texts(selected(found))) < 1000


def test_names_that_fit_are_left_as_they_are(korea: RunResult, river: RunResult) -> None:
    for result in (korea, river):
        assert selected(shortened(result)) == selected(result)


def test_what_is_selected_is_plain_data(korea: RunResult) -> None:
    data = selected(korea)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_rows_beyond_the_most_are_counted(korea: RunResult) -> None:
    assert len(selected(korea)["rows"]) == MOST_ROWS == len(korea.verdicts)
    twice = (*korea.verdicts, *(replace(v, proposal=f"{v.proposal}2") for v in korea.verdicts))
    speakers = tuple(replace(p, id=f"{p.id}2") for p in korea.case.proposals)
    case = replace(korea.case, proposals=(*korea.case.proposals, *speakers))
    data = selected(replace(korea, case=case, verdicts=twice))
    assert len(data["rows"]) == MOST_ROWS
    assert "14 texts that hold least often are left to report.html." in data["table_notes"]


def test_the_best_text_comes_first_and_the_next_follow(korea: RunResult) -> None:
    data = selected(korea)
    names = [row["name"] for row in data["rows"]]
    assert data["best"]["name"] == names[0]
    assert [part["name"] for part in data["others"]] == names[1:5]


def test_groups_whose_yes_is_needed_follow_their_party(river: RunResult) -> None:
    names = [row["name"] for row in selected(river)["best"]["answers"]]
    assert names == ["Upland, upstream", "River provinces", "Delta, downstream"]


def test_steps_have_a_column_for_each_side_that_takes_any(river: RunResult) -> None:
    phases = selected(river)["best"]["phases"]
    assert phases["heads"] == ["Upland, upstream", "Delta, downstream"]
    assert phases["rows"][0]["cells"] == [
        ["River gauges that both sides can read"],
        ["Border market reopened"],
    ]
    assert phases["rows"][-1]["cells"] == [[], []]
