"""What findings are called in words; the sentences of built-in cases stand in sentences.txt."""

from __future__ import annotations

import pytest

import detente
from detente.draws.sampler import Sampler
from detente.insight.results import Explanation, Flip, Reason, Swing
from detente.report.number_words import number_words
from detente.report.reasons import change, flip_text, reason_text, swing_text
from detente.report.speaker import Speaker
from detente.searching.edits import Edit
from detente.verdict.results import RunResult
from tests.report.sentences import PATH, sentences


@pytest.fixture(scope="module")
def found() -> Explanation:
    return detente.explain("river", "step_by_step", draws=50)


@pytest.fixture(scope="module")
def speaker(found: Explanation) -> Speaker:
    return Speaker(found.result)


def test_sentences_are_those_on_file() -> None:
    assert sentences() == PATH.read_text(encoding="utf-8"), "see tests/report/sentences.py"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            Edit("move", ("releases",), phase=3, origin=2),
            "“Agreed releases of water in the dry season” in phase 3 “Settle” instead of 2",
        ),
        (Edit("drop", ("border_market",)), "without “Border market reopened”"),
        (
            Edit("add", ("border_market",), phase=1),
            "with “Border market reopened” added in phase 1 “Open”",
        ),
        (
            Edit("level", ("border_market",), level="power_purchase"),
            "with “Purchase of power from the dam” in place of “Border market reopened”",
        ),
        (
            Edit("detect", ("border_market",)),
            "if withholding “Border market reopened”, or undoing it unannounced, were seen for certain",
        ),
    ],
)
def test_every_change_has_its_words(speaker: Speaker, edit: Edit, words: str) -> None:
    assert change(speaker, edit) == words


def test_every_uncertain_number_has_words(korea: RunResult) -> None:
    case, speaker = korea.case, Speaker(korea)
    inputs = Sampler(case).inputs
    paths = [name for name in inputs if not name.startswith(("correlation.", "red_lines."))]
    other = ("quantities.", "interactions.", "measures.")
    bare = [path for path in paths if number_words(speaker, case, path) == f"“{path}”"]
    assert [path for path in bare if not path.startswith(other)] == []
    assert [path for path in bare if ".worth." in path] == []


def test_a_red_line_without_a_measure_is_still_said(speaker: Speaker) -> None:
    reason = Reason("red_line", "delta", "delta", None, (), 0.5, None, 0.0, "M61")
    assert reason_text(speaker, reason) == (
        "Delta, downstream: no in about 50 of 100 draws, whatever the worth: there is a red line."
    )


def test_flips_and_swings_say_from_what_to_what(speaker: Speaker, found: Explanation) -> None:
    case = found.result.case
    number = "measures.releases.worth.delta"
    flip = Flip("delta", "delta", number, "releases", 45.0, 61.3, 0.5)
    assert flip_text(speaker, case, flip) == (
        "Delta, downstream would accept in at least half of the draws if the worth of “Agreed"
        " releases of water in the dry season” to Delta, downstream were 61.3 instead of 45, all"
        " else as drawn."
    )
    swing = Swing("accept", None, number, 95, 58.0, 0.4, 0.6)
    assert "everyone who must would accept in about 60 of 100 draws" in swing_text(
        speaker, case, swing
    )
