from __future__ import annotations

import pytest

from detente.case.numbers import (
    Beta,
    Certain,
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Quantiles,
    Triangular,
    Uniform,
)
from detente.report.numbers import basis_counts, groups, range_in_words
from detente.verdict.results import RunResult


@pytest.mark.parametrize(
    ("distribution", "words"),
    [
        (Certain(0.05), "0.05"),
        (Certain(-3), "−3"),
        (Triangular(-35, -20, -5), "−20 (−35 to −5)"),
        (Pert(0, 1, 4), "1 (0 to 4, PERT)"),
        (Quantiles(20, 33, 48), "33 (90 %: 20 to 48)"),
        (Uniform(1, 2), "1 to 2, all alike"),
        (Normal(0, 1.5), "0 ± 1.5 (normal)"),
        (Lognormal(0.5), "lognormal: s 0.5, loc 0, scale 1"),
        (Beta(2, 5), "beta: a 2, b 5"),
        (Beta(2, 5, 1, 10), "beta: a 2, b 5, 1 + 10 x"),
        (Discrete((1, 2), (0.25, 0.75)), "1 (0.25), 2 (0.75) (value (chance))"),
    ],
)
def test_a_range_reads_as_it_was_meant(distribution: Distribution, words: str) -> None:
    assert range_in_words(distribution) == words


def test_every_number_of_a_case_has_its_line(korea: RunResult) -> None:
    found = list(groups(korea.case))
    assert sum(len(group.lines) for group in found) == len(korea.case.assumptions)
    lines = {line.path: line for group in found for line in group.lines}
    line = lines["measures.test_moratorium.worth.us_state"]
    assert (line.range, line.basis) == ("20 (8 to 35)", "judgement of the drafter")
    assert line.why == "turns an informal pause into a commitment"
    assert lines["quantities.export_income.start"].sources == ("kotra2018",)


def test_bases_are_counted_over_all_and_over_uncertain_numbers(river: RunResult) -> None:
    assert basis_counts(river.case) == {"judgement": (1, 1), "none": (40, 32)}
