from __future__ import annotations

from detente.report.named_rows import laid_out, wrapped


def test_a_line_of_wide_letters_has_half_as_many() -> None:
    assert max(map(len, wrapped("水" * 60))) == 23
    assert len(wrapped("word " * 90)) == 3


def test_rows_lie_below_each_other_names_above_their_marks() -> None:
    laid = laid_out([("one", 2), ("word " * 30, 1)], headings={1: "Heading"})
    lines = [(line["y"], line["bold"]) for line in laid.lines]
    assert lines == sorted(lines)
    assert [bold for _, bold in lines].count(True) == 1
    first, second = laid.marks
    assert lines[0][0] < first[0] < first[1] < lines[1][0]
    assert lines[-1][0] < second[0] < laid.height
