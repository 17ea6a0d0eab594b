from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import detente
from detente.case.domain import Case, Plan, Rule
from detente.case.numbers import Number, Triangular
from detente.report.obstacles import obstacles
from detente.report.speaker import Speaker
from detente.report.terminal import screen
from detente.testing import random_case
from detente.verdict.results import Change, Estimate, RunResult, Verdict
from detente.verdict.run import run
from tests.draws.small import Side, Value, red_line, small_case, step

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
        "“Limits of the model”",
        "nobody breaks it and that no accident ends it",
        "step_by_step",
        "if all begin by expecting breach",
    ):
        assert part in text


def test_a_proposal_that_breaks_a_rule_is_marked_and_the_rule_named(korea: RunResult) -> None:
    text = " ".join(printed(korea, 160).split())
    assert "Six-Party joint statement *" in text
    assert "although 'warhead_elimination' requires 'full_declaration'" in text


# --- sentences about single figures ----------------------------------------------------------

Said = list[tuple[str, str]]


def said(result: RunResult, verdict: Verdict) -> Said:
    return [(found.kind, found.text) for found in obstacles(Speaker(result), verdict)]


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
        shortfall_error={"upland": 0.0, "delta": 0.0},
        barred={"upland": 0.0, "delta": 0.0},
        first_break={"upland": (0.0,) * k, "delta": (0.0,) * k},
        accident=0.0,
        breaks=dict.fromkeys(first.breaks, (0.0,) * k),
        unsettled=0.0,
        lower=replace(first.lower, unsettled=0.0),
        flaws=(),
    )


@pytest.fixture
def many(river: RunResult) -> RunResult:
    """The result as of so many draws that sampling leaves every percent to be told."""
    return replace(river, provenance=replace(river.provenance, draws=10_000))


def refused(verdict: Verdict, **yes: float) -> Verdict:
    """The proposal where these bodies accept in so many draws only."""
    return replace(verdict, accept=exactly(0.1), accept_by={**verdict.accept_by, **yes})


def test_nothing_stands_in_the_way_of_what_all_accept_and_keep(
    many: RunResult, verdict: Verdict
) -> None:
    assert said(many, verdict) == []


def test_furthest_from_yes_is_who_lacks_most_on_average(many: RunResult, verdict: Verdict) -> None:
    far = replace(
        refused(verdict, upland=0.03, delta=0.9),
        shortfall={"upland": 41.2, "delta": 20.0},
        shortfall_error={"upland": 0.5, "delta": 0.5},
    )
    assert said(many, far) == [
        ("furthest from yes", "Upland, upstream, in 97 of 100 draws, short by 41"),
        ("says no", "Delta, downstream, in 10 of 100 draws, short by 20"),
    ]


@pytest.mark.parametrize(
    ("error", "told"), [(0.2, True), (0.24, True), (0.26, False), (1.0, False)]
)
def test_nobody_is_called_furthest_where_the_error_does_not_let_one_tell(
    many: RunResult, verdict: Verdict, error: float, told: bool
) -> None:
    """One apart: no more than two standard errors on either side."""
    near = replace(
        refused(verdict, upland=0.1, delta=0.1),
        shortfall={"upland": 11.0, "delta": 10.0},
        shortfall_error={"upland": error, "delta": error},
    )
    found = said(many, near)
    assert [kind for kind, _ in found] == ["furthest from yes" if told else "says no", "says no"]
    assert "Upland" in found[0][1]


def test_who_is_furthest_when_it_refuses_but_refuses_less_often_does_not_make_another_so(
    many: RunResult, verdict: Verdict
) -> None:
    mixed = replace(
        refused(verdict, upland=0.03, delta=0.9), shortfall={"upland": 41.2, "delta": 60.0}
    )
    assert [kind for kind, _ in said(many, mixed)] == ["says no", "says no"]


def test_draws_that_a_red_line_decides_are_told_apart_from_worth(
    many: RunResult, verdict: Verdict
) -> None:
    barred = replace(
        refused(verdict, upland=0.05),
        shortfall={"upland": 13.4, "delta": 0.0},
        shortfall_error={"upland": 0.5, "delta": 0.0},
        barred={"upland": 0.7, "delta": 0.0},
    )
    text = (
        "Upland, upstream, in 95 of 100 draws, short by 13;"
        " in 70 of 100 draws by a red line, whatever the worth"
    )
    assert said(many, barred) == [("furthest from yes", text)]
    only = replace(
        barred, shortfall={"upland": 0.0, "delta": 0.0}, barred={"upland": 0.95, "delta": 0.0}
    )
    assert "short by" not in said(many, only)[0][1]


def test_everyone_whose_yes_is_needed_and_lacking_is_named(
    many: RunResult, verdict: Verdict
) -> None:
    lacking = refused(verdict, provinces=0.2, upland=0.5, delta=0.94)
    texts = [text for kind, text in said(many, lacking) if kind in {"says no", "furthest from yes"}]
    assert (
        "River provinces (Upland, upstream), whose own yes is needed, in 80 of 100 draws" in texts
    )
    assert {text.split(",")[0] for text in texts} == {"Upland", "Delta", "River provinces (Upland"}
    fine = refused(verdict, provinces=0.96, upland=0.5, delta=0.96)
    assert len(said(many, fine)) == 1


def test_a_party_that_refuses_its_own_proposal_is_told_so(
    many: RunResult, verdict: Verdict
) -> None:
    own = replace(refused(verdict, delta=0.6, upland=0.6), proposal="delta_offer")
    found = {text.split(",")[0]: text for _, text in said(many, own)}
    assert found["Delta"].endswith("; the proposal is its own")
    assert "its own" not in found["Upland"]
    joint = refused(verdict, delta=0.6, upland=0.6)
    assert not any("its own" in text for _, text in said(many, joint))


def broken(verdict: Verdict, **first_break: tuple[float, ...]) -> Verdict:
    return replace(
        verdict, keep=exactly(0.3), first_break={**verdict.first_break, **first_break}, weakest=None
    )


def test_who_breaks_first_and_mostly_when_the_likeliest_first(
    many: RunResult, verdict: Verdict
) -> None:
    found = broken(verdict, upland=(0.0, 0.1, 0.0, 0.0), delta=(0.0, 0.1, 0.5, 0.0))
    assert said(many, found) == [
        (
            "first broken by",
            "Delta, downstream, with a chance of 60 in 100, mostly in phase 3 “Settle”",
        ),
        (
            "first broken by",
            "Upland, upstream, with a chance of 10 in 100, mostly in phase 2 “Exchange”",
        ),
    ]


def test_small_chances_in_many_phases_add_up(many: RunResult, verdict: Verdict) -> None:
    worn = broken(verdict, upland=(0.02, 0.02, 0.02, 0.02), delta=(0.01, 0.01, 0.01, 0.01))
    assert said(many, worn) == [
        ("first broken by", "Upland, upstream, with a chance of 8 in 100, spread over the phases")
    ]
    late = broken(verdict, upland=(0.0, 0.0, 0.04, 0.05))
    assert said(many, late)[0][1].endswith("mostly after the last phase")


def test_an_accident_is_told_from_a_breach(many: RunResult, verdict: Verdict) -> None:
    worn = replace(verdict, keep=exactly(0.9), accident=0.1)
    assert said(many, worn) == [("ended by accident", "with a chance of 10 in 100")]
    assert said(many, replace(worn, accident=0.04)) == []


def test_the_weakest_point_is_who_when_how_likely_and_how(
    many: RunResult, verdict: Verdict
) -> None:
    assert verdict.weakest is not None
    weakest = replace(
        verdict.weakest, decider="provinces", party="upland", phase=4, share=0.4,
        deviation="undo", measure="border_market",
    )  # fmt: skip
    breaks = {"provinces": (0.0, 0.4, 0.0, 0.4), "cabinet": (0.1,) * 4, "delta": (0.0,) * 4}
    found = replace(broken(verdict, upland=(0.5, 0.1, 0.0, 0.0)), weakest=weakest, breaks=breaks)
    text = (
        "if all was kept until then: River provinces (Upland, upstream), after the last phase:"
        " with a chance of 40 in 100, by undoing “Border market reopened” unannounced"
    )
    assert said(many, found)[-1] == ("weakest point", text)
    alike = replace(found, breaks={**breaks, "delta": (0.0, 0.0, 0.4, 0.0)})
    assert said(many, alike)[-1][1] == f"{text} (as likely: Delta, downstream, in phase 3 “Settle”)"
    first = replace(found, weakest=replace(weakest, phase=1))
    assert "if all was kept" not in said(many, first)[-1][1]


WAYS = {
    "exit": "by leaving openly",
    "withhold_all": "by withholding its own steps from there on",
    "undo_all": "by undoing what it can unannounced",
    "withhold": "by withholding “Border market reopened”",
    "undo": "by undoing “Border market reopened” unannounced",
    None: "though it would not break in any draw",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_break_has_its_words(many: RunResult, verdict: Verdict, way: Any) -> None:
    assert verdict.weakest is not None
    single = "border_market" if way in {"withhold", "undo"} else None
    weakest = replace(verdict.weakest, deviation=way, measure=single)
    assert Speaker(many).deviation(weakest.deviation, weakest.measure) == WAYS[way]


def test_draws_that_did_not_settle_are_mentioned_figure_by_figure(
    many: RunResult, verdict: Verdict
) -> None:
    def notes(own: float, low: float) -> str:
        found = replace(verdict, unsettled=own, lower=replace(verdict.lower, unsettled=low))
        return " ".join(printed(replace(many, verdicts=(found,)), 100).split())

    assert "Not settled" not in notes(0.0, 0.0)
    assert "so “kept” errs low" in notes(0.001, 0.0)
    assert "so “if distrusted” errs low" not in notes(0.001, 0.0)
    assert "so “if distrusted” errs low" in notes(0.0, 0.3)
    assert "so “kept” errs low" not in notes(0.0, 0.3)
    assert notes(0.001, 0.3).count("Not settled:") == 2
    assert "not settled in 20 of 100 draws; see below" in notes(0.2, 0.0)


def test_a_certain_case_is_shown_without_any_range(river: RunResult, verdict: Verdict) -> None:
    sure = replace(river, certain=True, verdicts=(replace(verdict, hold=exactly(0.5)),))
    text = printed(sure, 100)
    assert "every number is certain" in text
    assert "(" not in text.split("─")[-1].split("\n")[1]
    assert "every number is certain" not in printed(river, 100)


def test_nothing_is_said_of_what_follows_from_a_plan_that_no_draw_accepts(
    many: RunResult, verdict: Verdict
) -> None:
    change = Change(-12.0, 0.1, -20.0, 0.0)
    moved = replace(verdict, outcomes={**verdict.outcomes, "saline_land": change})

    def row(found: Verdict) -> str:
        lines = printed(replace(many, verdicts=(found,)), 100).splitlines()
        return next(line for line in lines if line.startswith(" Step by step")).rstrip()

    assert row(moved).endswith("−12")
    assert row(replace(moved, accept=exactly(0.0))).endswith(" –")
    assert row(replace(moved, accept=exactly(1e-4))).endswith("−12")


# --- small cases from end to end -------------------------------------------------------------


def told(case: Case, *, draws: int = 400, seed: int = 1) -> tuple[Verdict, Said, str]:
    """The verdict on the first proposal, what is said of it, and the screen as one line."""
    result = run(case, draws=draws, seed=seed)
    first = result.verdicts[0]
    return first, said(result, first), " ".join(printed(result, 100).split())


#: a and b gain, c and the people of d lose; a and b carry it out.
LOSERS: dict[str, Value] = {
    "a": 5.0, "b": 5.0, "c": Triangular(-9.0, -5.0, -1.0), "elders": Triangular(-9.0, -5.0, -1.0),
    "youth": 5.0,
}  # fmt: skip
SIDES = (
    Side("a"), Side("b"), Side("c"),
    Side("d", {"youth": 0.0, "elders": 0.0}, accepts=Rule(vetoes=("youth",))),
)  # fmt: skip


def ruled(agreement: Rule | None = None, must_sign: tuple[str, ...] = (), plan: str = "m") -> Case:
    measures = [step("m", "a", LOSERS), step("n", "b"), step("meet", None, LOSERS)]
    plans = {"p": Plan(((), ("meet",) if plan == "meet" else ("m", "n")))}
    return small_case(SIDES, measures, agreement=agreement, must_sign=must_sign, plans=plans)


HINDERED = {
    "a veto of a party": (ruled(Rule(vetoes=("c",))), "c, in ", "short by"),
    "a veto of a constituency": (ruled(Rule(vetoes=("elders",))), "elders (d), whose own yes", ""),
    "a veto beside a quota": (ruled(Rule(vetoes=("c",), at_least=1.0)), "c, in ", "short by"),
    "a nested veto": (ruled(Rule(vetoes=(Rule(vetoes=("c",)),))), "c", ""),
    "a nested quota": (ruled(Rule(vetoes=(Rule(at_least=3.0),))), "3", ""),
    "a constituency that must sign": (
        ruled(must_sign=("elders",)),
        "elders (d), whose own yes is needed, in more than 99 of 100 draws",
        "",
    ),
    "a party that must sign": (ruled(must_sign=("c",)), "c, in more than 99", "short by"),
    "a quota too large": (
        ruled(Rule(at_least=3.0)),
        "acceptances must weigh 3 together",
        "b says yes in ",
    ),
    "a quota of all that must sign": (
        ruled(Rule(at_least=3.0), ("c",)),
        "acceptances must weigh 3 together",
        "c says yes in fewer than 1 of 100 draws",
    ),
    "a quota by weight": (
        ruled(Rule(at_least=1.0, weights=(("a", 0.5), ("elders", 0.5)))),
        "acceptances must weigh 1 together",
        "elders",
    ),
    "a quota among no signatories": (
        ruled(Rule(at_least=1.0), plan="meet"),
        "acceptances must weigh 1 together",
        "nobody signs",
    ),
}


@pytest.mark.parametrize("why", HINDERED)
def test_whatever_keeps_an_agreement_from_being_accepted_leaves_a_reason(why: str) -> None:
    case, part, other = HINDERED[why]
    verdict, found, text = told(case)
    assert verdict.accept.mean < 0.05
    reasons = [said for kind, said in found if kind in {"says no", "furthest from yes", "rule"}]
    assert any(part in reason and other in reason for reason in reasons), reasons
    assert part in text


@pytest.mark.parametrize("seed", range(24))
def test_no_random_case_is_refused_or_broken_without_a_reason(seed: int) -> None:
    """Reasons need not show where many small ones add up to little more than is noticed."""
    result = run(random_case(seed, coarse=seed % 2 == 0), draws=100)
    for verdict in result.verdicts:
        kinds = {kind for kind, _ in said(result, verdict)}
        if verdict.accept.mean < 0.8:
            assert kinds & {"says no", "furthest from yes", "rule", "empty"}
        if verdict.keep.mean < 0.8:
            assert kinds & {"first broken by", "ended by accident"}


@pytest.mark.parametrize("seed", range(24))
def test_every_party_that_likely_breaks_it_first_is_named_with_its_chance(seed: int) -> None:
    result = run(random_case(seed, coarse=seed % 2 == 0), draws=100)
    for verdict in result.verdicts:
        lines = [text for kind, text in said(result, verdict) if kind == "first broken by"]
        likely = {p for p, chances in verdict.first_break.items() if sum(chances) >= 0.05}
        assert {text.split(", with a chance of ")[0] for text in lines} == likely
        assert len(lines) == len(likely)


def mirrored(worth: Value, *, own: Value = -3.0) -> Case:
    """Two parties that nothing but their names tells apart."""
    measures = [step("m", "a", {"a": own, "b": worth}), step("n", "b", {"a": worth, "b": own})]
    return small_case(
        [Side("a"), Side("b")], measures, plans={"p": Plan(((), ("m",), ("n",)))}, phases=2
    )


def simultaneous(worth: Value, own: Value) -> Case:
    """As mirrored, all in one phase: a and b are in the same position."""
    case = mirrored(worth, own=own)
    return replace(case, proposals=(replace(case.proposals[0], plan=Plan(((), ("m", "n"), ()))),))


@pytest.mark.parametrize("seed", range(12))
def test_parties_in_the_same_position_are_not_ranked_by_noise(seed: int) -> None:
    case = simultaneous(Triangular(-2.0, 0.0, 4.0), Triangular(-6.0, -4.0, 0.0))
    verdict, found, text = told(case, draws=300, seed=seed)
    assert verdict.accept.mean < 0.9
    assert sorted(t.split(",")[0] for kind, t in found if kind == "says no") == ["a", "b"]
    assert "furthest from yes" not in text


@pytest.mark.parametrize("draws", [1, 3, 700])
@pytest.mark.parametrize("own", [-3.1, -0.7, -10 / 3])
def test_parties_in_the_same_certain_position_are_not_ranked_by_rounding(
    draws: int, own: float
) -> None:
    _, found, text = told(simultaneous(0.3, own), draws=draws)
    assert len([kind for kind, _ in found if kind == "says no"]) == 2
    assert "furthest from yes" not in text


def test_a_party_that_lacks_clearly_more_is_called_furthest() -> None:
    measures = [step("m", "a", {"a": Triangular(-9.0, -8.0, -7.0)}), step("n", "b", {"b": -1.0})]
    case = small_case([Side("a"), Side("b")], measures, plans={"p": Plan(((), ("m", "n")))})
    _, found, _ = told(case)
    assert [(kind, text[0]) for kind, text in found[:2]] == [
        ("furthest from yes", "a"),
        ("says no", "b"),
    ]


def test_a_joint_plan_that_nobody_signs_is_said_to_be_so() -> None:
    joint = ruled(plan="meet")
    verdict, found, text = told(joint)
    assert (verdict.signatories, verdict.necessary) == ((), ())
    assert verdict.accept.mean == 1.0
    assert found[0][0] == "nobody signs"
    assert "nobody is asked and it counts as accepted" in text
    asked = replace(joint, must_sign=("b",))
    assert "nobody signs" not in dict(told(asked)[1])


def test_a_plan_without_a_step_is_called_the_path_without_agreement() -> None:
    case = ruled()
    empty = replace(case, proposals=(replace(case.proposals[0], plan=Plan((("m",), ()))),))
    found = dict(told(empty)[1])
    assert "the path without agreement" in found["empty"]
    assert not found.keys() & {"says no", "furthest from yes", "nobody signs", "rule"}


def test_a_party_that_refuses_what_it_proposed_itself() -> None:
    case = mirrored(Triangular(-2.0, 0.0, 4.0))
    by_b = replace(case, proposals=(replace(case.proposals[0], by="b"),))
    found = [text for kind, text in told(by_b)[1] if kind in {"says no", "furthest from yes"}]
    assert [text[0] for text in found if text.endswith("; the proposal is its own")] == ["b"]


def test_plans_of_ones_own_are_shown_like_proposals(river: RunResult) -> None:
    result = run(river.case, draws=50, proposals=[river.case.proposal("delta_offer").plan])
    text = printed(result, 100)
    assert "Plan 1" in text
    assert "the proposal is its own" not in text


def test_a_red_line_that_bars_everything_is_named_without_a_shortfall() -> None:
    side = Side("a", red_lines={"a": [red_line("m")]})
    measures = [step("m", "a", {"a": 9.0, "b": 9.0})]
    case = small_case([side, Side("b")], measures, plans={"p": Plan(((), ("m",)))})
    verdict, found, text = told(case, draws=5)
    assert verdict.barred["a"] == 1.0
    assert ("a, in every draw; in every draw by a red line, whatever the worth") in dict(
        found
    ).values()
    assert "short by" not in text.lower()


def test_ends_by_accident_are_named_where_nobody_breaks() -> None:
    measures = [step("m", "a", {"a": 9.0, "b": 9.0}), step("n", "b", {"a": 9.0, "b": 9.0})]
    plans = {"p": Plan(((), ("m",), ("n",), ()))}
    alarm = Triangular(0.1, 0.2, 0.3)
    case = small_case([Side("a"), Side("b")], measures, plans=plans, phases=3)
    case = replace(case, false_alarm=Number(alarm, "false_alarm"))
    verdict, found, _ = told(case)
    assert verdict.accident == pytest.approx(1 - verdict.keep.mean)
    assert [kind for kind, _ in found] == ["ended by accident"]


def test_the_example_of_the_package_runs() -> None:
    import doctest

    from detente.report import text

    assert doctest.testmod(text).failed == 0
    assert doctest.testmod(detente).failed == 0


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        ([], []),
        (["report.html", "a.parquet"], ["Report: there/report.html", "Tables: there (1 files)"]),
        (
            ["report.html", "brief.pdf", "brief.md", "a.parquet", "run.json"],
            [
                "Report: there/report.html",
                "Tables: there (2 files), and the brief: brief.pdf, brief.md",
            ],
        ),
    ],
)
def test_the_last_lines_say_where_everything_was_written(
    names: list[str], lines: list[str], river: RunResult
) -> None:
    console = Console(file=io.StringIO(), width=100, markup=False)
    console.print(screen(river, [Path("there") / name for name in names]))
    assert isinstance(console.file, io.StringIO)
    printed_lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert [line for line in printed_lines if line.startswith(("Report:", "Tables:"))] == lines
