"""A view is laid over a case key by key; what is wrong in it is said where it stands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from detente.case.load import builtin_cases, check_case, load_case, load_views
from detente.case.numbers import Certain, Triangular
from detente.errors import CaseError, RequestError
from tests.case.samples import EXAMPLE, example, put, written

VIEWS = "views: {dry: {file: views/dry.yaml, name: A dry decade}, weak: {file: weak.yaml}}\n"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "views").mkdir()
    for name in ("views/dry.yaml", "weak.yaml"):
        written(tmp_path, "view: Empty\n", name)
    return written(tmp_path, EXAMPLE + VIEWS)


def viewed(case: Path, text: str | dict[str, Any]) -> Any:
    """The document of the case under a view with *text*."""
    return load_case(case, view=written(case.parent, text, "own.yaml")).document


def problems(case: Path, text: str, name: str = "weak.yaml", *views: str) -> list[str]:
    written(case.parent, text, name)
    with pytest.raises(CaseError) as caught:
        load_views(case, views or ["all"])
    return [str(problem).replace(f"{case.parent}{os.sep}", "") for problem in caught.value.problems]


# --- merging ------------------------------------------------------------------------------


def test_a_view_that_changes_nothing_is_the_case(case: Path) -> None:
    as_written, under = load_case(case), load_case(case, view="dry")
    assert under.hash == as_written.hash
    assert under.document == as_written.document
    assert under.view is not None
    assert (under.view.id, under.view.name) == ("dry", "A dry decade")
    assert as_written.view is None


def test_entries_are_merged_key_by_key_and_keep_their_order(case: Path) -> None:
    before = load_case(case).document
    after = viewed(case, "measures: {aid: {by: upstream, worth: {downstream: -3}}}")
    assert list(after["measures"]) == list(before["measures"])
    assert after["measures"]["aid"]["by"] == "upstream"
    assert after["measures"]["aid"]["worth"]["cabinet"] == [5, 10, 20]
    assert after["measures"]["aid"]["worth"]["downstream"]["value"] == -3
    assert after["measures"]["gauges"] == before["measures"]["gauges"]


def test_lists_rules_and_numbers_are_replaced_whole(case: Path) -> None:
    text = """
    parties: {upstream: {accepts: {all: [provinces]}}}
    red_lines: {cabinet: []}
    measures: {release_schedule: {in_phases: [2], worth: {downstream: {p5: 1, p50: 2, p95: 3}}}}
    """
    after = viewed(case, text)
    assert after["parties"]["upstream"]["accepts"] == {"all": ["provinces"]}
    assert after["red_lines"] == {"cabinet": []}
    measure = after["measures"]["release_schedule"]
    assert measure["in_phases"] == [2]
    assert measure["worth"]["downstream"] == {"p5": 1, "p50": 2, "p95": 3, "basis": "judgement"}


def test_a_number_of_a_view_rests_on_what_the_view_says_and_others_on_what_the_case_says(
    case: Path,
) -> None:
    source = EXAMPLE.replace("gauges: {by", "gauges: {basis: sourced, source: treaty_1996, by")
    written(case.parent, source + VIEWS)
    text = """
    basis: elicited
    why: we asked
    measures:
      gauges: {detection: 0.5, worth: {provinces: {value: 1, basis: sourced, source: x}}}
      aid: {why: for once, worth: {cabinet: [1, 2, 3]}}
    """
    under = load_case(case, view=written(case.parent, text, "own.yaml"))
    gauges, aid = (under.measures[under.measure_index[name]] for name in ("gauges", "aid"))
    assert (gauges.detection.basis, gauges.detection.why) == ("elicited", "we asked")
    assert gauges.worth["cabinet"].sources == ("treaty_1996",)
    assert gauges.worth["provinces"].sources == ("x",)
    assert (aid.worth["cabinet"].basis, aid.worth["cabinet"].why) == ("elicited", "for once")


def test_without_a_basis_a_number_of_a_view_is_a_judgement(case: Path) -> None:
    under = load_case(case, view=written(case.parent, "margin: [1, 2, 3]", "own.yaml"))
    assert under.margin.basis == "judgement"
    assert under.margin.distribution == Triangular(1, 2, 3)


def test_never_and_numbers_in_new_entries_lists_and_levels_are_taken(case: Path) -> None:
    text = """
    basis: elicited
    interactions: {both: {all_of: [aid, gauges], worth: {cabinet: 4}}}
    red_lines: {provinces: [{never: [aid], chance: 0.5}]}
    measures:
      aid: {undo_years: never}
      release_schedule: {levels: {half: {detection: 0.1}}}
    """
    under = load_case(case, view=written(case.parent, text, "own.yaml"))
    (new,) = [item for item in under.interactions if item.id == "both"]
    assert (new.worth["cabinet"].distribution, new.worth["cabinet"].basis) == (
        Certain(4),
        "elicited",
    )
    ((_, line),) = [pair for pair in under.red_lines if pair[0].id == "provinces"]
    assert line.chance.basis == "elicited"
    assert under.measures[under.measure_index["aid"]].undo_years is None
    half = under.measures[under.measure_index["release_schedule/half"]]
    assert half.detection.distribution == Certain(0.1)


def test_views_joined_by_a_plus_are_laid_over_each_other(case: Path) -> None:
    written(case.parent, "view: Dry\nmargin: 1\nfalse_alarm: 0.5", "views/dry.yaml")
    written(case.parent, "view: Weak\nmargin: 2\nwhy: so", "weak.yaml")
    under = load_case(case, view="dry+weak")
    assert under.margin.distribution == Certain(2)
    assert under.false_alarm.distribution == Certain(0.5)
    assert under.view is not None
    assert (under.view.id, under.view.name) == ("dry+weak", "A dry decade and Weak")


# --- what is wrong --------------------------------------------------------------------------


def test_problems_stand_in_the_view_for_what_came_from_it(case: Path) -> None:
    text = (
        "basis: jugement\n"
        "measures:\n"
        "  gagues: {detection: 1}\n"
        "  gauges: {detection: 2, wroth: 3, basis: no}\n"
        "parties: {upstream: {deciders: {start: {cabinet: 0.5}}}}\n"
    )
    assert problems(case, text) == [
        "weak.yaml:1:8: basis: must be sourced, judgement or elicited, not 'jugement'",
        "weak.yaml:3:3: unknown measure 'gagues'; did you mean 'gauges'?",
        "weak.yaml:4:23: detection: must stay between 0 and 1, not 2",
        "weak.yaml:4:26: unknown key 'wroth'; did you mean 'worth'?",
        "weak.yaml:4:43: basis: must be sourced, judgement or elicited",
        "weak.yaml:5:33: the probabilities of the deciders of 'upstream' sum to 0.6, not 1",
    ]


def test_what_a_view_makes_wrong_in_the_case_is_said_there_with_its_name(case: Path) -> None:
    found = problems(case, "measures: {release_schedule: {requires: [], levels: {half: 3}}}")
    assert all(line.startswith("weak.yaml:1:") for line in found)
    found = problems(case, "phases: {years: 0.01}\n")
    line = EXAMPLE.splitlines().index("horizon_years: 10") + 1
    assert len(found) == 1
    assert found[0].startswith(f"case.yaml:{line}:16: the horizon is over")
    assert found[0].endswith("(under the view 'weak')")


def test_problems_of_case_and_views_come_together(case: Path) -> None:
    written(case.parent, (EXAMPLE + VIEWS).replace("margin: 0", "margin: x"))
    written(case.parent, "view: [", "views/dry.yaml")
    found = problems(case, "title: Mine\nmargin: y\n")
    assert [line.partition(": ")[0] for line in found] == [
        "case.yaml:6:9",
        "views/dry.yaml:2:1",
        "weak.yaml:1:1",
        "weak.yaml:2:9",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "title: Mine",
        "proposals: {draft_2: {phases: {}}}",
        "main_outcome: stored",
        "calibrated_on: [x]",
        "views: {}",
        "events: []",
        "phases: {count: 3}",
        "phases: {names: [A, B]}",
    ],
)
def test_what_makes_results_comparable_stays_that_of_the_case(case: Path, text: str) -> None:
    (found,) = problems(case, text)
    assert "stays that of the case" in found


@pytest.mark.parametrize(
    "text",
    [
        "parties: {elsewhere: {}}",
        "parties: {upstream: {constituencies: {press: {}}}}",
        "parties: {downstream: {constituencies: {press: {}}}}",
        "measures: {new: {}}",
        "measures: {release_schedule: {levels: {third: {}}}}",
        "quantities: {new: {}}",
    ],
)
def test_a_view_adds_nobody_and_no_step(case: Path, text: str) -> None:
    assert "unknown" in problems(case, text)[0]


@pytest.mark.parametrize(
    "text", ["3", "[a]", "view", "detente: 9", "view: {a: 1}", "view: x\n---\na: 1"]
)
def test_a_file_that_is_no_view_is_refused_in_words(case: Path, text: str) -> None:
    assert problems(case, text)


@pytest.mark.parametrize("key", ["view", "why", "name", "source"])
def test_a_text_that_is_no_finite_number_is_told_of_once(case: Path, key: str) -> None:
    assert problems(case, f"{key}: .nan") == [
        f"weak.yaml:1:{len(key) + 3}: .nan is not a finite number"
    ]


def test_nothing_can_be_taken_away_by_an_empty_value(case: Path) -> None:
    (found,) = problems(case, "interactions: {package: }")
    assert "'package' has no value" in found


# --- which files --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [
        "../out.yaml",
        "/etc/passwd",
        "a/../../out.yaml",
        "C:/x.yaml",
        "a\\b.yaml",
        "x.txt",
        "",
        "..",
        "~\x00.yaml",
    ],
)
def test_a_file_outside_the_folder_is_refused_before_it_is_read(tmp_path: Path, file: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    written(tmp_path, "margin: 1", "out.yaml")
    case = written(inside, example() | {"views": {"v": {"file": file}}})
    for load in (load_case, lambda source: load_case(source, view="v")):
        with pytest.raises(CaseError) as caught:
            load(case)
        assert all(
            problem.line > 60 or "U+0000" in problem.message for problem in caught.value.problems
        )


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    written(tmp_path, "margin: 1", "out.yaml")
    (inside / "v.yaml").symlink_to(tmp_path / "out.yaml")
    (inside / "loop.yaml").symlink_to("loop.yaml")
    written(inside, "margin: 1", "real.yaml")
    (inside / "near.yaml").symlink_to("real.yaml")
    views = {name: {"file": f"{name}.yaml"} for name in ("v", "loop", "near")}
    case = written(inside, example() | {"views": views})
    with pytest.raises(CaseError, match="a link leads out of the folder"):
        load_case(case, view="v")
    with pytest.raises(CaseError):
        load_case(case, view="loop")
    assert load_case(case, view="near").margin.distribution == Certain(1)


def test_a_missing_file_is_said_where_it_is_named(case: Path) -> None:
    (case.parent / "weak.yaml").unlink()
    with pytest.raises(CaseError) as caught:
        load_case(case, view="weak")
    (problem,) = caught.value.problems
    line = (EXAMPLE + VIEWS).splitlines().index(VIEWS.strip()) + 1
    assert (problem.file, problem.line) == (str(case), line)
    assert problem.message == "weak.yaml: there is no such file"


def test_a_view_is_found_by_name_or_path_and_else_refused_with_what_there_is(case: Path) -> None:
    for wrong in ("weka", "nothing", "weak+", "+", "", "as_written+weak", "all+weak"):
        with pytest.raises((RequestError, CaseError)):
            load_case(case, view=wrong)
    with pytest.raises(RequestError, match="did you mean 'weak'"):
        load_case(case, view="weka")
    with pytest.raises(RequestError, match="it has dry and weak"):
        load_case(case, view="zzz")
    with pytest.raises(RequestError, match="it names none"):
        load_case("river", view="zzz")
    with pytest.raises(CaseError, match="no such file"):
        load_case(case, view="gone.yaml")
    other = written(case.parent, "view: Elsewhere", "elsewhere.yaml")
    found = load_case(case, view=str(other)).view
    assert found is not None
    assert (found.id, found.name) == ("elsewhere", "Elsewhere")


def test_two_views_of_one_name_are_refused(case: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    own = written(tmp_path / "sub", "margin: 1", "weak.yaml")
    with pytest.raises(RequestError, match="two views are called 'weak'"):
        load_views(case, ["weak", own])


def test_a_view_is_not_joined_with_itself(case: Path) -> None:
    with pytest.raises(RequestError, match="view 'weak' is joined with itself"):
        load_case(case, view="weak+dry+weak")


def test_one_view_stands_alone_and_several_beside_the_case(case: Path) -> None:
    def ids(*views: str) -> list[str | None]:
        return [found.view.id if found.view else None for found in load_views(case, views)]

    assert ids("weak") == ["weak"]
    assert ids("weak", "weak") == [None, "weak"]
    assert ids("weak", "dry") == [None, "weak", "dry"]
    assert ids("weak", "as_written") == [None, "weak"]
    assert ids("all") == [None, "dry", "weak"]
    assert ids("as_written") == [None]


@pytest.mark.parametrize("name", ["all", "as_written", "a b", "-a"])
def test_names_that_mean_something_else_are_refused(tmp_path: Path, name: str) -> None:
    case = written(tmp_path, put(example(), "views", {name: {"file": "v.yaml"}}))
    with pytest.raises(CaseError):
        load_case(case)


# --- checking -------------------------------------------------------------------------------


def test_check_looks_at_all_views_that_the_case_names_and_those_given(case: Path) -> None:
    assert check_case(case).counts["views"] == 2
    written(case.parent, "margin: x", "weak.yaml")
    own = written(case.parent, "margin: y", "own.yaml")
    found = check_case(case, views=[own])
    assert [Path(p.file).name for p in found.problems] == ["weak.yaml", "own.yaml"]
    assert not found.ok


def test_doubts_about_what_a_view_says_are_told_once_and_in_its_file(case: Path) -> None:
    text = "measures: {aid: {worth: {cabinet: 300}}}"
    before = check_case(case).warnings
    written(case.parent, text, "weak.yaml")
    new = [problem for problem in check_case(case).warnings if problem not in before]
    assert [Path(problem.file).name for problem in new] == ["weak.yaml"]
    assert "beyond the scale" in new[0].message


# --- the built-in case ----------------------------------------------------------------------


def test_views_are_not_listed_as_cases() -> None:
    assert [case.name for case in builtin_cases()] == ["korea-2019", "river"]


def test_the_views_of_the_korea_case_are_sound_and_every_number_has_a_reason() -> None:
    korea = load_case("korea-2019")
    names = [view.id for view in korea.views]
    assert names == ["ratification", "sceptical", "relief_washington", "relief_pyongyang"]
    before = {item.path: item.number for item in korea.assumptions}
    for under in load_views("korea-2019")[1:]:
        assert under.view is not None
        assert under.view.why
        new = [i.number for i in under.assumptions if before.get(i.path) != i.number]
        assert all(number.basis == "judgement" and number.why for number in new)
        assert new or under.view.id == "ratification"
