"""A plan explained under several views: what is common, what is not, and that all were asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import detente
from detente.case.fields import AS_WRITTEN
from detente.errors import CaseError, PlanError, RequestError
from detente.insight.explain import studied
from detente.insight.flips import HALF, accepting, flip_of
from detente.insight.refusing import NOTICED
from detente.insight.repairs import LEAST_GAIN, helps
from detente.insight.viewed import ExplanationViews, explain_views
from tests.verdict.test_views import river_with

PLAN = "delta_demand"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return river_with(
        tmp_path_factory.mktemp("views"),
        same="view: Nothing else",
        eager="measures: {low_outlet: {worth: {cabinet: [60, 70, 80]}}}\nred_lines: {cabinet: []}",
        wary="measures: {gauges: {raises_detection: {releases: 0}}, releases: {detection: 0}}",
    )


@pytest.fixture(scope="module")
def found(case: Path) -> ExplanationViews:
    return explain_views(case, PLAN, draws=200, seed=2)


def test_each_explanation_is_that_of_its_view_alone(case: Path, found: ExplanationViews) -> None:
    assert list(found) == [AS_WRITTEN, "same", "eager", "wary"]
    assert (len(found), "wary" in found) == (4, True)
    for view in found:
        subject = detente.load_case(case, view=None if view == AS_WRITTEN else view)
        alone = detente.explain(subject, PLAN, draws=200, seed=2)
        assert replace(alone, result=found[view].result) == found[view]
        assert alone.result.verdicts == found[view].result.verdicts
    with pytest.raises(KeyError, match="did you mean 'wary'"):
        found["wry"]
    assert "delta_demand in river under as_written, same, eager and wary" in repr(found)


def test_a_reason_has_its_share_under_each_view_that_has_it(found: ExplanationViews) -> None:
    assert len({len(one.found) for one in found.reasons}) > 1
    for one in found.reasons:
        for view, reason in one.found.items():
            if reason in found[view].reasons:
                continue  # breaches have their remedies there
            alike = [(r.kind, r.party, r.share) for r in found[view].reasons]
            assert (reason.kind, reason.party, reason.share) in alike
    told = {(r.kind, r.party, r.phase, r.share) for r in found.written.reasons}
    asked = {
        (r.kind, r.party, r.phase, r.share)
        for one in found.reasons
        for view, r in one.found.items()
        if view == AS_WRITTEN
    }
    assert told <= asked


def test_what_a_view_changes_is_in_the_way_under_the_others_only(found: ExplanationViews) -> None:
    (line,) = [one for one in found.reasons if one.reason.kind == "red_line"]
    assert [*line.found] == [AS_WRITTEN, "same", "wary"]
    assert line.reason.party == "upland"
    assert all(reason.share >= NOTICED for reason in line.found.values())


def test_a_change_found_under_one_view_is_judged_under_all(
    case: Path, found: ExplanationViews
) -> None:
    for view in found:
        for repair in found[view].repairs:
            (one,) = [each for each in found.repairs if each.change == repair.change]
            assert one.found[view] == repair
            assert view in one.helps_in
    assert any(len(one.helps_in) < len(found) for one in found.repairs)
    for one in found.repairs:
        assert [*one.found] == [*found]
        for view, repair in one.found.items():
            sure = repair.gain >= LEAST_GAIN and repair.gain > 2 * repair.error
            assert (view in one.helps_in) == sure == helps(repair)
            judged = detente.run(
                detente.load_case(case, view=None if view == AS_WRITTEN else view),
                draws=400,
                seed=2,
                proposals=[repair.plan],
            )
            first = detente.run(judged.case, draws=200, seed=2, proposals=[repair.plan])
            fresh = 2 * judged.verdicts[0].hold.mean - first.verdicts[0].hold.mean
            assert repair.hold.mean == pytest.approx(fresh, abs=1e-9)
        break


def test_a_number_found_under_one_view_is_searched_under_all(
    case: Path, found: ExplanationViews
) -> None:
    assert found.flips
    for one in found.flips:
        assert {*one.found, *one.accepts_in, *one.fails_in} == {*found}
        for view in found:
            subject = detente.load_case(case, view=None if view == AS_WRITTEN else view)
            about = studied(subject, PLAN, draws=200, seed=2)
            assert (accepting(about, one.party) >= HALF) == (view in one.accepts_in)
            if view not in one.accepts_in:
                assert flip_of(about, one.party, one.number) == one.found.get(view)
        break
    written = {(flip.party, flip.number) for flip in found.written.flips if flip.number}
    for one in found.flips:
        if (one.party, one.number) in written:
            (own,) = [f for f in found.written.flips if f.number == one.number]
            assert one.found[AS_WRITTEN] == own


def test_the_verdicts_have_their_conclusions(found: ExplanationViews) -> None:
    assert [*found.result] == [*found]
    assert found.result.written.verdicts[0] == found.written.verdict
    assert {c.proposal for c in found.result.conclusions} == {PLAN}


def test_a_change_that_breaks_a_rule_under_a_view_is_left_out_there(tmp_path: Path) -> None:
    needs = "measures: {border_market: {requires: [low_outlet]}}"
    found = explain_views(river_with(tmp_path, strict=needs), PLAN, draws=100)
    (dropped,) = [one for one in found.repairs if one.change.measures == ("low_outlet",)]
    assert dropped.change.kind == "drop"
    assert ([*dropped.found], dropped.helps_in) == ([AS_WRITTEN], (AS_WRITTEN,))


def test_progress_ends_with_all_done(case: Path) -> None:
    seen: list[tuple[int, int]] = []
    explain_views(
        case, PLAN, ["same"], draws=20, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(20, 60), (40, 60), (60, 60)]


def test_what_makes_no_sense_is_refused(case: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="river names no views"):
        explain_views("river", PLAN)
    with pytest.raises(RequestError, match="has no view 'no'"):
        explain_views(case, PLAN, ["no"])
    with pytest.raises(PlanError, match="did you mean"):
        explain_views(case, "delta_demnd")
    with pytest.raises(RequestError, match="draws must be 2 or more"):
        explain_views(case, PLAN, draws=1)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("measures: {guages: {}}\n")
    with pytest.raises(CaseError, match=r"wrong\.yaml:1:12: unknown measure 'guages'"):
        explain_views(case, PLAN, [wrong])
