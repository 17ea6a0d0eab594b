from __future__ import annotations

import copy

import pytest

from detente.case.domain import Case
from detente.case.file import CaseFile
from detente.case.places import Places
from detente.case.reading import Document, read_document
from detente.case.resolve import resolve_case
from detente.case.slots import Slot, put, slots, taken_out
from detente.case.validation import examine
from detente.case.written import assumptions
from tests.case.samples import EXAMPLE


def parts(text: str = EXAMPLE) -> tuple[Document, CaseFile, Case]:
    document = read_document(text.encode(), "f")
    file = examine(document)
    return document, file, resolve_case(file, "f", document.data)


DOCUMENT, FILE, CASE = parts()
SLOTS = {slot.entry: slot for slot in slots(DOCUMENT, FILE, CASE)}


def test_every_number_of_the_case_has_its_place() -> None:
    written = {".".join(map(str, item.path)) for item in assumptions(FILE)}
    assert written == {entry for entry, slot in SLOTS.items() if slot.number is not None}


def test_every_worth_that_could_stand_has_its_place() -> None:
    people = ["cabinet", "provinces", "downstream"]
    steps = [f"measures.{name}" for name in FILE.measures]
    steps += [f"measures.release_schedule.levels.{name}" for name in ("half", "full")]
    steps += ["interactions.package", "interactions.paid_alone"]
    worths = {f"{step}.worth.{person}" for step in steps for person in people}
    assert worths == {entry for entry, slot in SLOTS.items() if slot.is_worth}
    assert SLOTS["measures.gauges.worth.downstream"].raw is None
    assert SLOTS["measures.gauges.worth.cabinet"].raw == 3


def test_worths_come_first_then_the_rest_as_the_file_has_it() -> None:
    order = list(SLOTS)
    first = [SLOTS[entry].is_worth for entry in order]
    assert first == sorted(first, reverse=True)
    rest = [SLOTS[entry].path for entry in order if not SLOTS[entry].is_worth]
    assert rest == sorted(rest, key=DOCUMENT.place)


def test_never_has_a_place_though_it_is_no_number() -> None:
    slot = SLOTS["measures.dam_removal.undo_years"]
    assert (slot.raw, slot.number) == ("never", None)
    text = EXAMPLE.replace("reservation: 0}", "reservation: 0, undo_years: never}")
    entries = [slot.entry for slot in slots(*parts(text))]
    assert "defaults.undo_years" in entries


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("measures.aid.worth.cabinet", "Measure aid: worth to Cabinet"),
        (
            "measures.release_schedule.levels.half.worth.downstream",
            "Measure Agreed water releases, level half: worth to Downstream state",
        ),
        (
            "measures.release_schedule.worth.cabinet",
            "Measure Agreed water releases, all levels without their own: worth to Cabinet",
        ),
        ("discount", "The case as a whole: discount rate per year"),
    ],
)
def test_a_place_says_what_it_is_about(entry: str, words: str) -> None:
    assert str(Places(CASE).of(SLOTS[entry].path)) == words


def test_every_place_says_something_of_its_own() -> None:
    words = [str(Places(CASE).of(slot.path)) for slot in SLOTS.values()]
    assert len(set(words)) == len(words)


def test_names_of_digits_are_found_as_they_are_written() -> None:
    text = """\
detente: 1
title: t
phases: {count: 1, years: 1}
horizon_years: 1
discount: 1
parties: {2019: {}, "2020": {}}
measures: {7: {worth: {2019: 1, "2020": 2}}, 8: {}}
"""
    document, file, case = parts(text)
    found = {slot.entry: slot for slot in slots(document, file, case)}
    assert found["measures.7.worth.2019"].raw == 1
    assert found["measures.7.worth.2020"].raw == 2
    data = copy.deepcopy(document.data)
    put(data, ("measures", "7", "worth", "2019"), 5)
    put(data, ("measures", "8", "worth", "2019"), 6)
    taken_out(data, ("measures", "7", "worth", "2020"))
    assert data["measures"] == {7: {"worth": {2019: 5}}, 8: {"worth": {"2019": 6}}}


def test_what_is_only_called_worth_is_no_worth() -> None:
    for path in (
        ("measures", "worth", "detection"),
        ("measures", "m", "effects", "worth", "change"),
        ("measures", "m", "levels", "worth", "detection"),
        ("quantities", "worth", "start"),
    ):
        assert not Slot(path, 1, None).is_worth


def test_a_name_of_digits_with_a_nought_before_is_no_number_of_a_key() -> None:
    text = """\
detente: 1
title: T
phases: {count: 1, years: 1}
horizon_years: 1
discount: 0.1
parties: {"01": {name: A}, 1: {name: B}}
measures: {m: {by: 1, worth: {1: 5}}}
"""
    found = {slot.entry: slot.raw for slot in slots(*parts(text))}
    assert found["measures.m.worth.1"] == 5
    assert found["measures.m.worth.01"] is None
