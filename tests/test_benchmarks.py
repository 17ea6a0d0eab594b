"""Benchmarks run, and time what they say: at sizes that take a moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import bulk, explaining, judging
from detente import explain, load_case
from detente.case.domain import Case, Proposal
from detente.draws.sampler import Sampler
from detente.model.structure import Structure


@pytest.mark.parametrize(("measures", "constituencies"), [(4, 2), (7, 6)])
def test_an_invented_case_is_of_the_size_that_is_stated(measures: int, constituencies: int) -> None:
    case = explaining.invented(measures, constituencies)
    assert (len(case.measures), len(case.constituencies)) == (measures, constituencies)
    assert len(case.proposal("all").plan.measures) == measures


def test_judging_and_explaining_are_timed_beside_each_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(explaining, "DRAWS", 5)
    explaining.report("small", explaining.invented(4, 2), "all")
    name, *figures = capsys.readouterr().out.split()
    judged, explained, beyond = map(float, figures)
    assert name == "small"
    assert explained >= judged >= 0.0
    assert beyond == pytest.approx(explained - judged, abs=0.011)


def test_the_kernel_is_timed_against_arrays_for_each_proposal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = load_case("river")
    judging.against_numpy(case, Structure.of(case), Sampler(case).sample(0, 0, 16))
    printed = capsys.readouterr().out
    assert all(proposal.id in printed for proposal in case.proposals)
    assert "ratio: least" in printed


def test_there_is_something_to_explain_in_an_invented_case() -> None:
    found = explain(explaining.invented(10, 4), "all", draws=50)
    assert found.tried > 20
    assert any(reason.kind == "breach" for reason in found.reasons)
    assert found.flips


def test_big_runs_are_timed_in_turn_and_their_memory_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = bulk.cheap()
    plans = bulk.texts(case, 70)
    assert len(set(plans.values())) == 70
    bulk.workers(case_with_a_proposal(), 100, pairs=1)
    assert capsys.readouterr().out.count("ratio") == 3
    bulk.memory(((3, 100),))
    *_, row = capsys.readouterr().out.splitlines()
    count, draws, _, seconds, own, workers = map(float, row.split())
    assert (count, draws) == (3, 100)
    assert seconds > 0.0
    assert min(own, workers) > 10.0


def case_with_a_proposal() -> Case:
    case = bulk.cheap()
    ((name, plan),) = bulk.texts(case, 1).items()
    return replace(case, proposals=(Proposal(name, name, plan),))
