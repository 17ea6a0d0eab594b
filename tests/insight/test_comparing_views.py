"""Comparisons under several views: each as it is alone, and which differences keep their sign."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.case.fields import AS_WRITTEN
from detente.errors import RequestError
from detente.insight.comparing import figures_of
from detente.insight.comparing_views import (
    ComparisonViews,
    DifferenceViews,
    compare_versions_views,
    compare_views,
)
from detente.insight.paired import Contrast, Difference
from tests.verdict.test_views import river_with

PLANS = ("delta_demand", "step_by_step")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case with a view in which its red line and half of its dislikes are no more."""
    eager = (
        "measures: {low_outlet: {worth: {cabinet: [80, 90, 95], provinces: [80, 90, 95]}},"
        " releases: {worth: {cabinet: [80, 90, 95], provinces: [80, 90, 95]}}}\n"
        "red_lines: {cabinet: []}"
    )
    return river_with(tmp_path_factory.mktemp("views"), same="view: Same", eager=eager)


@pytest.fixture(scope="module")
def found(case: Path) -> ComparisonViews:
    return compare_views(case, *PLANS, draws=400, seed=3)


def under(case: Path, view: str) -> detente.Case:
    return detente.load_case(case, view=None if view == AS_WRITTEN else view)


def test_each_comparison_is_that_of_its_view_alone(case: Path, found: ComparisonViews) -> None:
    assert list(found) == [AS_WRITTEN, "same", "eager"]
    assert (len(found), "eager" in found) == (3, True)
    for view in found:
        alone = detente.compare(under(case, view), *PLANS, draws=400, seed=3)
        assert dict(figures_of(found[view])) == dict(figures_of(alone))
    with pytest.raises(KeyError, match="did you mean 'eager'"):
        found["eagre"]
    assert "delta_demand and step_by_step under as_written, same and eager" in repr(found)


def test_a_difference_has_its_sign_only_where_that_is_clear(found: ComparisonViews) -> None:
    assert len(found.differences) == len(list(figures_of(found.written)))
    for one in found.differences:
        assert sorted([*one.more_in, *one.less_in, *one.open_in]) == sorted(found)
        for view in found:
            difference = one.difference(view)
            assert (view in one.open_in) == (not difference.is_clear)
            assert (view in one.more_in) == (difference.is_clear and difference.mean > 0.0)
        means = [one.difference(view).mean for view in found]
        ends = (one.difference(one.low_in).mean, one.difference(one.high_in).mean)
        assert ends == (min(means), max(means))


def test_what_turns_on_the_view_is_found(found: ComparisonViews) -> None:
    """Upland wants the outlet and gives the water gladly under one view, as written neither."""
    by = {(one.figure, one.about): one for one in found.differences}
    assert by["accept_by", "upland"].more_in == (AS_WRITTEN, "same")
    assert by["accept_by", "upland"].less_in == ("eager",) or by["accept_by", "upland"].open_in
    assert not by["accept_by", "upland"].keeps


def contrast(low: float, high: float) -> Contrast:
    return Contrast(0.0, 0.0, 0.0, 0.0, Difference((low + high) / 2, (high - low) / 4, (low, high)))


@pytest.mark.parametrize(
    ("intervals", "state"),
    [
        ([(0.1, 0.2), (0.3, 0.4)], (True, False, False)),
        ([(-0.2, -0.1), (-0.4, -0.3)], (True, False, False)),
        ([(0.1, 0.2), (-0.4, -0.3)], (False, True, False)),
        ([(0.1, 0.2), (-0.1, 0.3)], (False, False, False)),
        ([(0.0, 0.0), (0.0, 0.0)], (False, False, True)),
    ],
)
def test_keeping_turning_and_neither_are_told_apart(
    intervals: list[tuple[float, float]], state: tuple[bool, bool, bool]
) -> None:
    found = {f"v{i}": contrast(*interval) for i, interval in enumerate(intervals)}
    clear = {view: c.difference for view, c in found.items() if c.difference.is_clear}
    one = DifferenceViews(
        "hold",
        None,
        found,
        tuple(view for view in clear if clear[view].mean > 0),
        tuple(view for view in clear if clear[view].mean < 0),
        tuple(view for view in found if view not in clear),
    )
    assert (one.keeps, one.turns, one.is_none) == state


def other_version(folder: Path, **views: str) -> Path:
    path = river_with(folder, **views)
    path.write_text(path.read_text().replace("[0.005, 0.02, 0.05]", "0"))
    return path


def test_two_versions_are_compared_under_the_views_that_both_have(
    case: Path, tmp_path: Path
) -> None:
    other = other_version(tmp_path, same="view: Same", alone="view: In this version only")
    found = compare_versions_views(case, other, draws=60, proposals=["step_by_step"])
    assert [*found.versions] == [AS_WRITTEN, "same"]
    (one,) = found.comparisons
    assert one.written == found.written.comparisons[0]
    assert found.written.changes.numbers[0].path == ("false_alarm",)
    alone = detente.compare_versions(under(case, "same"), under(other, "same"), draws=60)
    (same,) = [each for each in alone.comparisons if each.second.id == "step_by_step"]
    assert one["same"].hold == same.hold
    assert "river and river under as_written and same" in repr(found)


def test_versions_without_a_view_in_common_are_refused(case: Path, tmp_path: Path) -> None:
    other = other_version(tmp_path, alone="view: In this version only")
    with pytest.raises(RequestError, match="river and river have no view in common"):
        compare_versions_views(case, other, draws=5)
    with pytest.raises(RequestError, match="has no view 'eager'"):
        compare_versions_views(case, other, ["eager"], draws=5)


def test_progress_runs_once_over_all_views(case: Path) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    compare_views(case, *PLANS, ["same"], draws=30, progress=progress)
    compare_versions_views(case, case, ["same"], draws=30, progress=progress)
    assert seen == [(30, 60), (60, 60)] * 2


def test_a_view_that_changes_nothing_changes_no_difference(found: ComparisonViews) -> None:
    def figures(one: Any) -> dict[Any, Contrast]:
        return dict(figures_of(one))

    assert figures(found["same"]) == figures(found.written)
    assert replace(found.written, provenance=found["same"].provenance).steps == found["same"].steps
