"""Every lint has a case that triggers it and a near one that does not; built-in cases stay quiet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detente.case.judgement_lint import HINTS, Hint, found_hints
from detente.testing import case_data
from tests.case.samples import written


def data(**parts: Any) -> dict[str, Any]:
    return case_data(**parts)


def measure(name: str = "pullback", **parts: Any) -> dict[str, Any]:
    made = data()
    made["measures"][name] = made["measures"].get(name, {}) | parts
    return made


def many(ends: Callable[[int], list[float]], **parts: Any) -> dict[str, Any]:
    steps = {f"m{i}": {"by": "north", "worth": {"north": -1, "south": ends(i)}} for i in range(14)}
    return data(measures=steps, proposals={"p": {"phases": {1: ["m0"]}}}, **parts)


def effects(required: bool, change: object = (-3, -2, -1)) -> dict[str, Any]:
    made = measure(effects={"q": {"change": [-3, -2, -1]}}) | {"quantities": {"q": {"start": 9}}}
    number = list(change) if isinstance(change, tuple) else change
    made["measures"]["payment"]["effects"] = {"q": {"change": number}}
    if required:
        made["measures"]["payment"]["requires"] = ["pullback"]
    return made


def stock(both: bool) -> dict[str, Any]:
    shifts = {"stock": {"change": -3}} | ({"rate": {"change": -1}} if both else {})
    return measure(effects=shifts) | {
        "quantities": {"rate": {"start": 2}, "stock": {"start": 9, "grows_by": "rate"}}
    }


def sums(inner: str) -> dict[str, Any]:
    names = {"a": {"start": 1}, "b": {"start": 1}, "part": {"sum_of": {inner: 1}}}
    return data(quantities=names | {"all": {"sum_of": {"a": 1, "part": 1}}})


def interaction(worth: object) -> dict[str, Any]:
    both = {"all_of": ["pullback", "payment"], "worth": {"south": worth}}
    return data(interactions={"together": both})


def parties(**north: Any) -> dict[str, Any]:
    return data(parties={"north": north, "south": {}}, defaults={"collapse": -5})


def detections(north: list[Any], **parts: Any) -> dict[str, Any]:
    chances = {"north": north, "south": [0.9, 0.92, 0.95]}
    steps = {
        f"{by}_{i}": {"by": by, "detection": chance, "worth": {"north": -1, "south": 1}} | parts
        for by, row in chances.items()
        for i, chance in enumerate(row)
    }
    return data(measures=steps, proposals={"p": {"phases": {1: ["north_0", "south_0"]}}})


GAIN = {"by": "south", "worth": {"north": 3, "south": 2}}
REFUSED = {
    "measures": {
        "port": {
            "name": "Opening of a port",
            "by": "south",
            "worth": {"north": [1, 2, 3], "south": -1},
        }
    }
}


def refuses(text: str) -> dict[str, Any]:
    made = data(parties={"north": {"refuses": [text]}, "south": {}})
    made["measures"] |= REFUSED["measures"]
    return made


#: name of the lint, a case that triggers it, part of what it says, a near case that does not
TRIGGERS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    (
        "worth_behind_a_red_line",
        data(red_lines={"south": [{"never": ["pullback"], "unless": ["payment"]}]}),
        "refuses every plan with 'pullback' (unless with payment), and yet gives it a worth of 6",
        data(red_lines={"north": [{"never": ["pullback"]}]}),
    ),
    (
        "worth_of_what_is_refused_in_words",
        refuses("the opening of a PORT"),
        "'north' is said to refuse “the opening of a PORT”, and yet 'port' has a worth of 2",
        refuses("exclusion from the opening of a port"),
    ),
    (
        "worth_of_what_is_refused_in_words",
        refuses("port"),
        "'port' has a worth of 2 to it",
        refuses("port before pullback"),
    ),
    (
        "liked_by_all_and_in_no_proposal",
        measure("visit", **GAIN),
        "nobody dislikes 'visit', and no proposal has it",
        measure("visit", by="south", worth={"north": 3, "south": -2}),
    ),
    (
        "valued_with_one_sign_by_all",
        measure(worth={"north": 5, "south": 6}),
        "all gain from 'pullback', whoever does it too",
        measure(worth={"north": 5, "south": 6}, by=None),
    ),
    (
        "valued_with_one_sign_by_all",
        measure(worth={"north": -5, "south": -6}),
        "nobody gains from 'pullback': is a worth missing, or its sign wrong?",
        measure(worth={"north": -5, "south": 0}),
    ),
    (
        "ranges_suspiciously_narrow",
        measure(worth={"north": [-20.1, -20, -19.9], "south": 3}),
        "1 range leaves hardly any doubt",
        measure(worth={"north": [-21, -20, -19], "south": 3}),
    ),
    (
        "ranges_suspiciously_narrow",
        measure(detection=[0.5, 0.51, 0.52]),
        "measures.pullback.detection, 0.5 to 0.52",
        measure(detection=[0.98, 0.99, 1]),
    ),
    (
        "ranges_all_alike",
        many(lambda i: [(i + 1) * 0.8, i + 1, (i + 1) * 1.2]),
        "100 of 100 ranges of worths lie the same share of",
        many(lambda i: [(i + 1) * 0.8 - i % 3, i + 1, (i + 1) * 1.2 + i % 2]),
    ),
    (
        "ranges_all_alike",
        many(lambda i: [i + 20.0, i + 25.0, i + 30.0]),
        "equally far from",
        many(lambda i: [i + 20.0 - i % 4, i + 25.0, i + 30.0]),
    ),
    (
        "differs_between_parties",
        parties(collapse=-15),
        "lump felt at collapse of 'north' is smaller than that of the others (-15; others: -5)",
        parties(collapse={"value": -15, "why": "it has no other supplier"}),
    ),
    (
        "differs_between_parties",
        detections([0.1, 0.2, 0.3]),
        "chance of detection of 'north' is smaller than that of the others",
        detections([0.1, 0.2, 0.3], verified_by="satellites"),
    ),
    (
        "effect_on_a_rate_and_its_stock",
        stock(both=True),
        "'pullback' shifts 'stock' and also 'rate', by which that grows",
        stock(both=False),
    ),
    (
        "same_effect_of_a_step_and_what_it_requires",
        effects(required=True),
        "'payment' and 'pullback', which it requires, shift 'q' by the same -2",
        effects(required=True, change=-2),
    ),
    (
        "same_effect_of_a_step_and_what_it_requires",
        effects(required=True),
        "counts twice",
        effects(required=False),
    ),
    (
        "counted_twice_in_a_sum",
        sums("a"),
        "'all' has 'a' by itself, and again inside 'part'",
        sums("b"),
    ),
    (
        "interaction_repeats_a_part",
        interaction([2, 6, 12]),
        "'together' is worth to 'south' just what 'pullback' in it is already worth",
        interaction([2, 6, 13]),
    ),
]


def hints(folder: Path, case: dict[str, Any], lint: str) -> list[Hint]:
    return [hint for hint in found_hints(written(folder, case)) if hint.kind == lint]


@pytest.mark.parametrize(("lint", "case", "part", "near"), TRIGGERS)
def test_each_lint_is_triggered_and_stays_quiet_nearby(
    tmp_path: Path, lint: str, case: dict[str, Any], part: str, near: dict[str, Any]
) -> None:
    (hint,) = hints(tmp_path, case, lint)[:1]
    assert part in hint.message
    assert hint.line > 1  # it has a place in the file
    assert [found for found in hints(tmp_path, near, lint) if part in found.message] == []


def test_every_lint_has_a_case_that_triggers_it() -> None:
    assert {name for name, *_ in TRIGGERS} == {getattr(lint, "__name__", "") for lint in HINTS}


def test_a_number_with_a_source_may_be_narrow(tmp_path: Path) -> None:
    sourced = {"value": [-20.1, -20, -19.9], "basis": "sourced", "source": "census"}
    case = measure(worth={"north": sourced, "south": 3})
    assert hints(tmp_path, case, "ranges_suspiciously_narrow") == []


def test_few_steps_are_not_compared_between_parties(tmp_path: Path) -> None:
    assert hints(tmp_path, detections([0.1, 0.2]), "differs_between_parties") == []


def test_of_two_parties_that_differ_one_is_told(tmp_path: Path) -> None:
    both: dict[str, Any] = {"north": {"collapse": -15}, "south": {"collapse": -5}}
    (hint,) = hints(tmp_path, data(parties=both), "differs_between_parties")
    assert "of 'north' is smaller" in hint.message
    both["north"]["collapse"] = {"value": -15, "why": "it has no other supplier"}
    (hint,) = hints(tmp_path, data(parties=both), "differs_between_parties")
    assert "of 'south' is larger" in hint.message


def test_levels_that_share_a_number_are_one_step(tmp_path: Path) -> None:
    case = detections([0.1, 0.2])
    case["measures"]["north_1"]["levels"] = {"low": {}, "mid": {}, "high": {}}
    assert hints(tmp_path, case, "differs_between_parties") == []


def test_levels_are_found_in_their_own_place(tmp_path: Path) -> None:
    case = stock(both=False)
    shifts = {"stock": {"change": -3}, "rate": {"change": -1}}
    case["measures"]["pullback"]["levels"] = {"low": {}, "high": {"effects": shifts}}
    case["proposals"] = {"p": {"phases": {1: ["pullback/low"]}}}
    (hint,) = hints(tmp_path, case, "effect_on_a_rate_and_its_stock")
    assert "'pullback/high' shifts 'stock'" in hint.message


def test_a_sum_in_a_circle_of_requirements_ends(tmp_path: Path) -> None:
    case = effects(required=True)
    case["measures"]["third"] = {"by": "north", "requires": ["payment"], "worth": {"south": 1}}
    assert len(hints(tmp_path, case, "same_effect_of_a_step_and_what_it_requires")) == 1


def test_built_in_cases_give_hints_that_stand_up() -> None:
    """What was read one by one: two true double counts, and one measure that all gain from."""
    assert [hint.kind for hint in found_hints("river")] == ["valued_with_one_sign_by_all"]
    assert [hint.kind for hint in found_hints("korea-2019")] == [
        "same_effect_of_a_step_and_what_it_requires",
        "same_effect_of_a_step_and_what_it_requires",
    ]
