from __future__ import annotations

import re
from dataclasses import replace

import pytest

from detente.report.answer import answer, question, ranked, standing_when
from detente.verdict.results import Estimate, RunResult


def holding(river: RunResult, *holds: tuple[float, float, float]) -> RunResult:
    """The result with other figures for hold: mean and interval, text by text."""
    verdicts = tuple(
        replace(verdict, hold=Estimate(mean, (high - low) / 4, (low, high)))
        for verdict, (mean, low, high) in zip(river.verdicts, holds, strict=False)
    )
    return replace(river, verdicts=verdicts)


def test_the_answer_is_worded_as_what_was_computed(korea: RunResult) -> None:
    text = answer(korea)
    assert re.search("still standing in 2025 in .* of 100 worlds drawn from these assum", text)
    assert "probab" not in text


def test_the_question_says_who_must_do_what_until_when(river: RunResult) -> None:
    assert question(river) == (
        "Would everyone who must say yes accept one of these 3 texts, and would whoever is in"
        " charge at each step keep it, so that it still stands after 3 years?"
    )
    one = replace(river, verdicts=river.verdicts[:1])
    assert "accept this text" in question(one)


def test_question_and_answer_are_one_sentence_each(river: RunResult) -> None:
    for text, end in ((question(river), "?"), (answer(river), ".")):
        assert text.endswith(end)
        assert ". " not in text


def test_the_best_text_comes_first_and_the_next_is_named(river: RunResult) -> None:
    made = holding(river, (0.1, 0.09, 0.11), (0.02, 0.01, 0.03), (0.5, 0.49, 0.51))
    assert [verdict.hold.mean for verdict in ranked(made)] == [0.5, 0.1, 0.02]
    assert answer(made) == (
        "“Step by step” is accepted by everyone who must say yes and still standing after 3 years"
        " in 50 of 100 worlds drawn from these assumptions (95 % interval 49–51); the next,"
        " “Delta's demand”, in 10 of 100, and the other in 2 of 100."
    )


def test_texts_that_cannot_be_told_apart_are_not_ranked(river: RunResult) -> None:
    made = holding(river, (0.49, 0.47, 0.51), (0.02, 0.01, 0.03), (0.5, 0.48, 0.52))
    assert "“Delta's demand”, in about 50 of 100, where the intervals overlap" in answer(made)


def test_where_no_text_holds_the_answer_says_so(river: RunResult) -> None:
    none = holding(river, *[(0.0, 0.0, 0.03)] * 3)
    assert answer(none) == (
        "Each of the 3 texts is accepted by everyone who must say yes and still standing after 3"
        " years in fewer than 4 of 100 worlds drawn from these assumptions."
    )
    alone = replace(none, verdicts=none.verdicts[:1])
    assert answer(alone).startswith("“Delta's demand” is accepted by everyone")
    assert "in fewer than 4 of 100 worlds" in answer(alone)


def test_a_case_without_uncertain_numbers_is_one_world(river: RunResult) -> None:
    made = replace(holding(river, (0.5, 0.5, 0.5)), certain=True)
    assert answer(made) == (
        "“Delta's demand” is accepted by everyone who must say yes and still standing after 3 years"
        " with a chance of 50 in 100."
    )
    none = replace(holding(river, (0.0, 0.0, 0.0)), certain=True)
    assert answer(none).endswith("with a chance of less than 1 in 100.")


@pytest.mark.parametrize(
    ("as_of", "when"),
    [
        ("2019-03-01", "in 2022"),
        ("2019", "in 2022"),
        ("2019-12-31", "in 2022"),
        (None, "after 3 years"),
        ("spring of 2019", "after 3 years"),
    ],
)
def test_the_end_of_the_last_phase_is_a_year_where_the_start_is_known(
    river: RunResult, as_of: str | None, when: str
) -> None:
    assert standing_when(replace(river.case, as_of=as_of)) == when
