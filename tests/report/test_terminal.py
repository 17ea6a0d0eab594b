from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

import detente
from detente.case.domain import Case
from detente.report.obstacles import Speaker, obstacles
from detente.report.terminal import screen
from detente.verdict.results import Estimate, RunResult, Verdict

HOSTILE = "[red]x[/red]\x1b[31m\nline two\u202e [/] :smile: \x1b]0;t\x07 end"


def printed(result: RunResult, width: int, *, color: bool = False) -> str:
    file = io.StringIO()
    system = "truecolor" if color else None
    console = Console(
        file=file, width=width, force_terminal=color, color_system=system,  # type: ignore[arg-type]
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    console.print(screen(result))
    return file.getvalue()


def renamed(case: Case, name: str) -> Case:
    return replace(
        case,
        title=name,
        phase_names=tuple(name for _ in case.phase_names),
        parties=tuple(replace(party, name=name) for party in case.parties),
        constituencies=tuple(replace(c, name=name) for c in case.constituencies),
        measures=tuple(replace(measure, name=name) for measure in case.measures),
        quantities=tuple(replace(q, name=name, unit=name) for q in case.quantities),
    )


def renamed_result(result: RunResult, name: str) -> RunResult:
    verdicts = tuple(replace(v, name=name, flaws=(name,)) for v in result.verdicts)
    return replace(result, case=renamed(result.case, name), verdicts=verdicts)


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("case", ["river", "korea"])
def test_no_line_is_longer_than_the_screen_and_nothing_is_cut(
    width: int, case: str, request: pytest.FixtureRequest
) -> None:
    result: RunResult = request.getfixturevalue(case)
    text = printed(result, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    squeezed = re.sub(r"\s", "", text)
    for verdict in result.verdicts:
        assert re.sub(r"\s", "", verdict.name) in squeezed


@pytest.mark.parametrize("width", [80, 100])
def test_long_names_without_spaces_are_folded_not_cut(river: RunResult, width: int) -> None:
    text = printed(renamed_result(river, "x" * 300), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text


@pytest.mark.parametrize("width", [80, 100, 160])
def test_texts_of_a_case_steer_neither_rich_nor_the_terminal(river: RunResult, width: int) -> None:
    text = printed(renamed_result(river, HOSTILE), width)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "[red]x[/red]" in text
    assert ":smile:" in re.sub(r"\s", "", text)


def test_the_only_escapes_in_colour_are_those_of_rich(river: RunResult) -> None:
    text = printed(renamed_result(river, HOSTILE), 100, color=True)
    assert set(re.findall(r"\x1b\[([\d;]*)m", text)) <= {"0", "1", "2", "4", "1;4", "2;4"}
    assert "\x1b" not in re.sub(r"\x1b\[[\d;]*m", "", text)


def test_it_says_what_was_judged_how_often_and_what_that_is_worth(river: RunResult) -> None:
    text = " ".join(printed(river, 100).split())
    for part in (
        "Two states and a dam",
        "400 draws, seed 3",
        "Would everyone who must say yes accept this agreement",
        "not probabilities of events in the world",
        "See the limits of the model",
        "step_by_step",
        "if all begin by expecting breach",
    ):
        assert part in text


def test_a_proposal_that_breaks_a_rule_is_marked_and_the_rule_named(korea: RunResult) -> None:
    text = " ".join(printed(korea, 160).split())
    assert "Six-Party joint statement *" in text
    assert "although 'warhead_elimination' requires 'full_declaration'" in text


# --- sentences about single figures ----------------------------------------------------------


def speaker(result: RunResult, *, certain: bool = False) -> Speaker:
    return Speaker(result.case, 10_000, certain=certain)


def said(result: RunResult, verdict: Verdict) -> dict[str, str]:
    return {found.kind: found.text for found in obstacles(speaker(result), verdict)}


def exactly(mean: float) -> Estimate:
    return Estimate(mean, 0.0, (mean, mean))


@pytest.fixture
def verdict(river: RunResult) -> Verdict:
    """A proposal that all accept and keep; tests put single things in its way."""
    k = river.case.phases + 1
    first = river["step_by_step"]
    return replace(
        first,
        accept=exactly(1.0),
        keep=exactly(1.0),
        accept_by=dict.fromkeys(first.accept_by, 1.0),
        shortfall={"upland": 0.0, "delta": 0.0},
        red_lines={"upland": 0.0, "delta": 0.0},
        first_break={"upland": (0.0,) * k, "delta": (0.0,) * k},
        unsettled=0.0,
        flaws=(),
    )


def test_nothing_stands_in_the_way_of_what_all_accept_and_keep(
    river: RunResult, verdict: Verdict
) -> None:
    assert said(river, verdict) == {}


def test_furthest_from_yes_is_who_lacks_most_on_average(river: RunResult, verdict: Verdict) -> None:
    refused = replace(
        verdict,
        accept=exactly(0.1),
        accept_by={**verdict.accept_by, "upland": 0.03, "delta": 0.9},
        shortfall={"upland": 41.2, "delta": 60.0},
    )
    assert said(river, refused) == {
        "furthest from yes": "Upland, upstream, short by 41 in 97 of 100 draws"
    }


def test_draws_that_a_red_line_decides_are_told_apart_from_worth(
    river: RunResult, verdict: Verdict
) -> None:
    refused = replace(
        verdict,
        accept=exactly(0.05),
        accept_by={**verdict.accept_by, "upland": 0.05},
        shortfall={"upland": 13.4, "delta": 0.0},
        red_lines={"upland": 0.7, "delta": 0.0},
    )
    assert said(river, refused) == {
        "furthest from yes": "Upland, upstream, short by 13 in 25 of 100 draws",
        "red line": "Upland, upstream refuses whatever it is worth, in 70 of 100 draws",
    }


def test_a_constituency_whose_consent_lacks_more_than_any_signature_is_named(
    river: RunResult, verdict: Verdict
) -> None:
    refused = replace(
        verdict, accept=exactly(0.2), accept_by={**verdict.accept_by, "provinces": 0.2}
    )
    text = "River provinces (Upland, upstream), whose yes a step needs, says no in 80 of 100 draws"
    assert said(river, refused) == {"consent lacking": text}


def test_who_breaks_first_when_and_how(river: RunResult, verdict: Verdict) -> None:
    assert verdict.weakest is not None
    broken = replace(
        verdict,
        keep=exactly(0.3),
        first_break={"upland": (0.0, 0.1, 0.0, 0.0), "delta": (0.0, 0.0, 0.6, 0.0)},
        weakest=replace(
            verdict.weakest, decider="delta", party="delta", phase=3, deviation="undo",
            measure="border_market",
        ),
    )  # fmt: skip
    assert said(river, broken) == {
        "first to break": "Delta, downstream, in phase 3 “Settle”, with a chance of 60 in 100;"
        " most often by secretly undoing “Border market reopened”"
    }


def test_a_decider_who_breaks_elsewhere_gets_a_sentence_of_its_own(
    river: RunResult, verdict: Verdict
) -> None:
    assert verdict.weakest is not None
    broken = replace(
        verdict,
        keep=exactly(0.3),
        first_break={"upland": (0.5, 0.1, 0.0, 0.0), "delta": (0.5, 0.0, 0.0, 0.0)},
        weakest=replace(
            verdict.weakest, decider="provinces", party="upland", phase=4, deviation="exit"
        ),
    )
    assert said(river, broken) == {
        "first to break": "Upland, upstream and Delta, downstream, in phase 1 “Open”,"
        " each with a chance of 50 in 100",
        "weakest point": "River provinces (Upland, upstream), after the last phase if kept so far,"
        " by leaving openly",
    }


def test_where_small_chances_add_up_nobody_is_blamed(river: RunResult, verdict: Verdict) -> None:
    worn = replace(verdict, keep=exactly(0.9))
    assert "no" in said(river, worn)["lost bit by bit"]


def test_draws_that_did_not_settle_are_mentioned(river: RunResult, verdict: Verdict) -> None:
    some = replace(river, verdicts=(replace(verdict, unsettled=0.001),))
    none = replace(river, verdicts=(replace(verdict, unsettled=0.0),))
    assert "Not settled" in printed(some, 100)
    assert "Not settled" not in printed(none, 100)


def test_a_certain_case_is_shown_without_any_range(river: RunResult, verdict: Verdict) -> None:
    sure = replace(river, verdicts=(replace(verdict, hold=exactly(1.0)),))
    text = printed(sure, 100)
    assert "every number is certain" in text
    assert "(" not in text.split("─")[-1].split("\n")[1]


def test_the_example_of_the_package_runs() -> None:
    import doctest

    from detente.report import text

    assert doctest.testmod(text).failed == 0
    assert doctest.testmod(detente).failed == 0
