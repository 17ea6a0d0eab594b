"""Several views are judged in the same draws, and compared no further than the error allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.case.fields import AS_WRITTEN
from detente.case.load import find_case, load_case, load_views
from detente.case.numbers import central
from detente.draws.draw import draw
from detente.errors import RequestError
from detente.verdict.conclusions import Conclusion, _distances, conclusions
from detente.verdict.judged import judge
from detente.verdict.results import Estimate, RunResult, Verdict
from detente.verdict.run import run
from detente.verdict.views import ViewsResult, run_views
from tests.case.samples import written

RIVER = find_case("river").data.decode()


def river_with(folder: Path, **views: str) -> Path:
    """The small built-in case with views of these texts."""
    names = ", ".join(f"{name}: {{file: {name}.yaml}}" for name in views)
    for name, text in views.items():
        written(folder, text, f"{name}.yaml")
    return written(folder, f"{RIVER}\nviews: {{{names}}}\n", "river.yaml")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ViewsResult:
    case = river_with(
        tmp_path_factory.mktemp("views"),
        same="view: Nothing else",
        eager="measures: {releases: {worth: {cabinet: [60, 70, 80], provinces: [60, 70, 80]}}}",
        wary="measures: {gauges: {raises_detection: {releases: 0}}, releases: {detection: 0}}",
    )
    return run_views(case, draws=300, seed=2)


def test_numbers_that_a_view_leaves_alone_have_the_same_draws(tmp_path: Path) -> None:
    case = river_with(tmp_path, v="measures: {gauges: {worth: {delta: [50, 60, 70]}}}")
    one, two = (draw(found, draws=50, seed=1) for found in load_views(case))
    as_written = load_case(case)
    place = (as_written.measure_index["gauges"], as_written.constituency_index["delta"])
    assert not np.array_equal(one.worth[place], two.worth[place])
    others = np.ones(one.worth.shape[:2], bool)
    others[place] = False
    assert np.array_equal(one.worth[others], two.worth[others])
    assert np.array_equal(one.reservation, two.reservation)
    assert np.array_equal(one.detection, two.detection)


def test_a_view_that_changes_nothing_gives_the_same_verdicts(result: ViewsResult) -> None:
    assert result["same"].verdicts == result.written.verdicts
    assert result["same"].provenance == result.written.provenance
    assert result["eager"].verdicts != result.written.verdicts


def test_a_view_judged_alone_or_beside_others_gives_the_same(result: ViewsResult) -> None:
    assert run(result["wary"].case, draws=300, seed=2) == result["wary"]


def test_ranges_name_the_views_that_give_their_ends(result: ViewsResult) -> None:
    assert list(result) == [AS_WRITTEN, "same", "eager", "wary"]
    assert len(result) == 4
    assert "wary" in result
    for verdict in result.written:
        for figure in ("accept", "keep", "hold"):
            found = result.range(verdict.proposal, figure)
            means = [getattr(r[verdict.proposal], figure).mean for r in result.results.values()]
            assert (found.low.mean, found.high.mean) == (min(means), max(means))
            assert getattr(result[found.low_in][verdict.proposal], figure) == found.low
    assert result.range("step_by_step", "accept").high_in == "eager"
    with pytest.raises(RequestError, match="accept, keep or hold"):
        result.range("step_by_step", "value")  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="did you mean 'wary'"):
        result["wry"]
    assert "4 proposals" not in repr(result)
    assert "wary" in repr(result)


def test_a_case_without_views_cannot_be_judged_under_them() -> None:
    with pytest.raises(RequestError, match="river names no views"):
        run_views("river", draws=1)


def test_progress_runs_once_over_all_views(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    case = river_with(tmp_path, v="view: V")
    run_views(case, draws=3000, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2048, 6000), (3000, 6000), (5048, 6000), (6000, 6000)]


# --- conclusions --------------------------------------------------------------------------


def share(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, (high - low) / 4, (low, high))


def world(base: RunResult, changes: Mapping[str, Mapping[str, Any]]) -> RunResult:
    """*base* with some figures of some verdicts changed."""
    verdicts = tuple(replace(v, **changes.get(v.proposal, {})) for v in base.verdicts)
    return replace(base, verdicts=verdicts)


@pytest.fixture(scope="module")
def base() -> RunResult:
    return run(load_case("river"), draws=10_000)


def found(results: Mapping[str, RunResult], kind: str, proposal: str | None = None) -> Conclusion:
    (only,) = [
        c
        for c in conclusions(results)
        if c.kind == kind and (proposal is None or c.proposal == proposal)
    ]
    return only


def test_the_best_text_holds_fails_or_stays_open(base: RunResult) -> None:
    other = {"delta_demand": {"hold": share(0.6, 0.7)}}
    near = {"delta_demand": {"hold": share(0.2, 0.9)}}
    c = found({"w": base, "a": world(base, other), "b": world(base, near)}, "best")
    assert c.proposal == "step_by_step"
    assert (c.holds_in, c.fails_in, c.open_in) == (("w",), ("a",), ("b",))
    assert c.turns
    assert not c.survives
    assert found({"w": base}, "best").survives


def test_more_or_fewer_than_half_is_read_off_the_interval(base: RunResult) -> None:
    changed = {"step_by_step": {"accept": share(0.6, 0.7), "keep": share(0.45, 0.55)}}
    results = {"w": base, "a": world(base, changed)}
    c = found(results, "seldom_accepted", "step_by_step")
    assert (c.holds_in, c.fails_in) == (("w",), ("a",))
    assert found(results, "seldom_kept", "step_by_step").open_in == ("a",)
    reversed_ = {"w": world(base, changed), "a": base}
    assert found(reversed_, "mostly_accepted", "step_by_step").fails_in == ("a",)


def answers(verdict: Verdict, **shares: float) -> dict[str, Any]:
    accept_by = dict(verdict.accept_by) | shares
    return {"accept_by": accept_by, "necessary": ("upland", "delta")}


def test_who_refuses_alone_is_asked_of_all_whose_yes_is_needed(base: RunResult) -> None:
    verdict = base["step_by_step"]
    alone = world(base, {"step_by_step": answers(verdict, upland=0.5, delta=1.0)})
    both = world(base, {"step_by_step": answers(verdict, upland=0.5, delta=0.5)})
    none = world(base, {"step_by_step": answers(verdict, upland=1.0, delta=1.0)})
    near = world(base, {"step_by_step": answers(verdict, upland=0.5, delta=0.951)})
    results = {"w": alone, "both": both, "none": none, "near": near}
    c = found(results, "only_refuser", "step_by_step")
    assert c.party == "upland"
    assert (c.holds_in, c.fails_in, c.open_in) == (("w",), ("both", "none"), ("near",))
    kinds = [c.kind for c in conclusions({"w": both}) if c.proposal == "step_by_step"]
    assert "only_refuser" not in kinds


def test_who_is_furthest_from_yes_and_who_breaks_first_may_change(base: RunResult) -> None:
    verdict = base["step_by_step"]
    far = {
        "shortfall": {"upland": 9.0, "delta": 2.0},
        "shortfall_error": {"upland": 0.1, "delta": 0.1},
    }
    near = {"shortfall": {"upland": 2.0, "delta": 9.0}, "shortfall_error": far["shortfall_error"]}
    noes = answers(verdict, upland=0.5, delta=0.5) | {"barred": {"upland": 0.0, "delta": 0.0}}
    breaks = {"upland": (0.3, 0.2, 0, 0), "delta": (0.1, 0.0, 0, 0)}
    first = {"first_break": breaks}
    second = {"first_break": {"upland": breaks["delta"], "delta": breaks["upland"]}}
    level = {"first_break": dict.fromkeys(breaks, (0.25, 0.0, 0.0, 0.0))}
    results = {
        "w": world(base, {"step_by_step": noes | far | first}),
        "a": world(base, {"step_by_step": noes | near | second}),
        "b": world(base, {"step_by_step": noes | far | level}),
    }
    c = found(results, "furthest_from_yes", "step_by_step")
    assert (c.party, c.holds_in, c.fails_in) == ("upland", ("w", "b"), ("a",))
    c = found(results, "first_breaker", "step_by_step")
    assert (c.party, c.holds_in, c.fails_in, c.open_in) == ("upland", ("w",), ("a",), ("b",))


def test_what_nobody_did_in_few_draws_is_not_told_from_what_is_rare(base: RunResult) -> None:
    few = replace(base, provenance=replace(base.provenance, draws=20))
    alone = {"step_by_step": answers(base["step_by_step"], upland=0.5, delta=1.0)}
    results = {"w": world(base, alone), "few": world(few, alone)}
    c = found(results, "only_refuser", "step_by_step")
    assert (c.holds_in, c.open_in) == (("w",), ("few",))


def test_a_share_within_its_error_of_what_counts_is_open(base: RunResult) -> None:
    def first(upland: float) -> RunResult:
        breaks = {"upland": (upland, 0, 0, 0), "delta": (0.01, 0, 0, 0)}
        return world(base, {"step_by_step": {"first_break": breaks}})

    results = {"w": first(0.06), "near": first(0.049), "seldom": first(0.03)}
    c = found(results, "first_breaker", "step_by_step")
    assert (c.holds_in, c.open_in, c.fails_in) == (("w",), ("near",), ("seldom",))


def test_the_error_of_a_distance_over_all_draws_is_that_of_its_mean(base: RunResult) -> None:
    """How many fall short is drawn too, not only by how much."""
    result = run("river", draws=1000)
    judged = judge("river", "delta_demand", draw("river", draws=1000))
    for p, party in enumerate(result.case.parties):
        lacks = np.where(np.isneginf(judged.party_score[p]), 0.0, -judged.party_score[p])
        short = np.where(judged.party_score[p] < -1e-9, lacks, 0.0)
        amount = _distances(result, result["delta_demand"])[party.id]
        assert amount.mean == pytest.approx(short.mean(), abs=1e-12)
        assert amount.error == pytest.approx(short.std(ddof=1) / np.sqrt(1000), rel=1e-3)


def test_nothing_is_concluded_of_nothing(base: RunResult) -> None:
    assert conclusions({}) == ()
    assert conclusions({"w": replace(base, verdicts=())}) == ()


# --- the two capitals -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def korea() -> ViewsResult:
    return run_views("korea-2019", draws=500, proposals=["vox_draft_deal", "china_russia_draft"])


CAPITALS = ("relief_washington", AS_WRITTEN, "relief_pyongyang")


def test_each_capital_values_relief_as_its_view_says(korea: ViewsResult) -> None:
    """Dear to give and much to get in Washington's eyes; cheap and little in Pyongyang's."""
    for relief in ("un_textiles", "un_coal_minerals", "us_statutory_relief", "kaesong_reopen"):
        worths = [korea[view].case for view in CAPITALS]
        rows = [case.measures[case.measure_index[relief]].worth for case in worths]
        for american in ("us_white_house", "us_state", "us_security_staff", "us_congress"):
            modes = [central(row[american].distribution) for row in rows]
            assert modes == sorted(modes)
        modes = [central(row["dprk_leadership"].distribution) for row in rows]
        assert modes == sorted(modes, reverse=True)


def test_results_follow_the_views_of_the_capitals(korea: ViewsResult) -> None:
    draft = [korea[view]["vox_draft_deal"] for view in CAPITALS]
    for name in ("dprk_leadership", "dprk"):  # much to get, or little
        shares = [verdict.accept_by[name] for verdict in draft]
        assert shares == sorted(shares, reverse=True)
        assert shares[0] > shares[-1] + 0.05
    hawks = [verdict.value["us_security_staff"] for verdict in draft]  # dear to give, or cheap
    assert hawks == sorted(hawks)
    congress = [korea[view]["china_russia_draft"].value["us_congress"] for view in CAPITALS]
    assert congress == sorted(congress)


def test_asking_more_bodies_never_gets_more_acceptance(korea: ViewsResult) -> None:
    for verdict in korea.written:
        assert korea["ratification"][verdict.proposal].accept.mean <= verdict.accept.mean


def test_the_sceptical_view_finds_less(korea: ViewsResult) -> None:
    before, after = korea.written.case, korea["sceptical"].case
    changed = [
        (old.detection, new.detection)
        for old, new in zip(before.measures, after.measures, strict=True)
        if old.detection.distribution != new.detection.distribution
    ]
    assert len(changed) == 10
    for old, new in changed:
        assert new.distribution.high < old.distribution.high  # type: ignore[union-attr]
        assert new.distribution.mode < old.distribution.mode  # type: ignore[union-attr]
