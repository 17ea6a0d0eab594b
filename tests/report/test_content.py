from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detente.report.content import Content, Part, content
from detente.report.figures import worth
from detente.verdict.results import Breach, Change, RunResult, Verdict


@pytest.fixture(scope="module")
def found(korea: RunResult) -> Content:
    return content(korea)


def part_of(found: Content, name: str) -> Part:
    return next(part for part in found.parts if part.id == name)


def changed(result: RunResult, proposal: str, **changes: Any) -> Part:
    """What is said of a proposal after changes to its verdict."""
    verdicts = tuple(
        replace(verdict, **changes) if verdict.proposal == proposal else verdict
        for verdict in result.verdicts
    )
    return part_of(content(replace(result, verdicts=verdicts)), proposal)


def test_texts_that_hold_most_often_come_first(found: Content, korea: RunResult) -> None:
    holds = [part.verdict.hold.mean for part in found.parts]
    assert holds == sorted(holds, reverse=True)
    assert len(holds) == len(korea.verdicts)


def test_authors_are_named_as_parties_where_they_are_one(found: Content) -> None:
    assert part_of(found, "us_big_deal").by == "by United States"
    assert part_of(found, "hecker_roadmap").by == "by experts"
    assert part_of(found, "singapore_2018").by == "jointly"


def test_steps_stand_in_their_phase_under_the_side_that_does_them(found: Content) -> None:
    timeline = part_of(found, "vox_draft_deal").timeline
    assert timeline.names[:2] == ("1 Halt", "2 Cap and disable")
    assert timeline.names[-1] == "Afterwards"
    assert timeline.times[:2] == ("from Mar 2019", "from Sep 2020")
    rok = next(side for side in timeline.sides if side.name == "Republic of Korea")
    assert [len(steps) for steps in rok.steps] == [0, 3, 0, 0, 0]
    for side in timeline.sides:
        assert len(side.steps) == len(side.exposure) == len(timeline.names)
    assert len(timeline.stands) == len(timeline.names)


def test_what_is_in_force_has_a_column_of_its_own(river: RunResult) -> None:
    verdict = river["step_by_step"]
    first, *rest = verdict.plan.phases
    del first
    in_force = replace(verdict.plan, phases=(("low_outlet",), *rest))
    timeline = changed(river, "step_by_step", plan=in_force).timeline
    assert timeline.names == ("In force", "1 Open", "2 Exchange", "3 Settle", "Afterwards")
    assert timeline.times[0] == ""
    assert timeline.sides[0].steps[0] == ("A low outlet in the dam that cannot be closed",)
    assert all(len(side.exposure) == 5 for side in timeline.sides)


def test_those_whose_yes_is_needed_say_how_far_they_are(found: Content, korea: RunResult) -> None:
    part = part_of(found, "us_big_deal")
    needed = {row.name for row in part.answers if row.needed}
    assert {"United States", "Democratic People's Republic of Korea"} <= needed
    refuser = next(row for row in part.answers if row.name.startswith("Democratic"))
    assert refuser.yes == "< 2"
    verdict = korea["us_big_deal"]
    assert refuser.short == worth(verdict.shortfall["dprk"], verdict.shortfall_error["dprk"])


def test_a_party_with_one_group_has_one_row(found: Content) -> None:
    names = [row.name for row in part_of(found, "vox_draft_deal").answers]
    assert "China" in names
    assert "Government of China" not in names


def test_ways_to_break_are_said_in_words(river: RunResult) -> None:
    breaches = (
        Breach("upland", 2, "withhold", "releases", 0.25),
        Breach("delta", 4, "undo_all", None, 0.001),
    )
    part = changed(river, "step_by_step", breaches=breaches)
    assert [(b.party, b.when, b.how) for b in part.breaks] == [
        (
            "Upland, upstream",
            "in phase 2 “Exchange”",
            "withholding “Agreed releases of water in the dry season”",
        )
    ]


def test_another_text_that_is_better_for_all_is_named(river: RunResult) -> None:
    part = changed(river, "delta_offer", beaten_by=("step_by_step",))
    assert part.beaten_by == ("Step by step",)


def test_nothing_is_said_of_the_effect_of_what_no_draw_accepts(river: RunResult) -> None:
    nobody = replace(river["delta_offer"].accept, mean=0.0)
    assert changed(river, "delta_offer", accept=nobody).main == "–"


def test_effects_begin_with_the_main_outcome_and_leave_out_what_nothing_moves(
    river: RunResult,
) -> None:
    moved = {"salt_spread": Change(0.0, 0.0, 0.0, 0.0), "saline_land": Change(-50.0, 1.0, -90.0, 0)}
    effects = changed(river, "step_by_step", outcomes=moved).effects
    assert [(e.name, e.unit, e.mean, e.between) for e in effects] == [
        ("saline land", "km2", "−50", "−90 to 0")
    ]


def test_calibration_names_proposals_and_leaves_other_words(korea: RunResult) -> None:
    case = replace(korea.case, calibrated_on=("us_big_deal", "the press of 2019"))
    said = content(replace(korea, case=case)).calibrated_on
    assert said == ("“US comprehensive proposal at Hanoi”", "the press of 2019")


def test_how_it_was_made_is_enough_to_make_it_again(found: Content, korea: RunResult) -> None:
    made = " ".join(text for _, text in found.made)
    for part in (korea.case.hash, "seed 3", "200", korea.provenance.version):
        assert part in made
    assert found.command == "detente run korea-2019 --draws 200 --seed 3"


def test_every_text_is_on_one_line_without_control_characters(korea: RunResult) -> None:
    def dirty(verdict: Verdict) -> Verdict:
        return replace(verdict, name="A\nname\u202e \x1b[31mred")

    result = replace(korea, verdicts=tuple(dirty(v) for v in korea.verdicts))
    assert {part.name for part in content(result).parts} == {"A name red"}


def test_the_command_is_one_that_a_shell_reads_as_it_is_meant(river: RunResult) -> None:
    def command(**changes: Any) -> str:
        return content(replace(river, case=replace(river.case, **changes))).command

    assert command() == "detente run river --draws 400 --seed 3"
    assert command(file="my-river.yaml").startswith("detente run my-river.yaml ")
    assert command(file="x; touch y.yaml").startswith("detente run 'x; touch y.yaml' ")
    assert command(file="--out=z.yaml").startswith("detente run ./--out=z.yaml ")
    some = replace(river, verdicts=river.verdicts[:1])
    assert content(some).command.endswith(" --seed 3 --proposal delta_demand")
    own = replace(river.verdicts[0], proposal="plan_1")
    assert content(replace(river, verdicts=(own,))).command == ""
