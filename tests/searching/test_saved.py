"""A search that was stopped goes on where it was, and ends where it would have ended."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import detente
from detente.case.domain import Case
from detente.errors import OutputError, RequestError
from detente.model.structure import Structure
from detente.searching.evolve import WAVE, Evolution
from detente.searching.figures import parse_figure
from detente.searching.race import Race
from detente.searching.saved import resumed, snapshot, write
from detente.searching.search import Sight, search
from detente.searching.space import PlanSpace

pytestmark = pytest.mark.usefixtures("never_listed")


def begun(case: Case) -> Evolution:
    structure = Structure.of(case)
    figures = [parse_figure(case, text) for text in ("hold", "phases")]
    race = Race([case], figures, [], seed=0, first=100, rungs=(16, 48), workers=1)
    known = np.array([structure.vector(p.plan) for p in case.proposals])
    return Evolution.begin(PlanSpace.of(structure), race, 0, known)


def test_a_search_that_goes_on_from_a_file_ends_as_one_that_never_stopped(
    river: Case, tmp_path: Path
) -> None:
    whole, part = begun(river), begun(river)
    for _ in range(24):
        whole.step()
    for _ in range(10):
        part.step()
    write(snapshot(part, "asked"), tmp_path / "state")
    fresh = begun(river)
    found = resumed(tmp_path / "state", "asked", fresh.space, fresh.race)
    assert found is not None
    for _ in range(14):
        found.step()
    np.testing.assert_array_equal(found.best.choices, whole.best.choices)
    np.testing.assert_array_equal(found.best.full.losses, whole.best.full.losses)
    assert found.race.judged == whole.race.judged
    assert (found.generation, found.idle) == (whole.generation, whole.idle)


class Stop(KeyboardInterrupt):
    """Someone presses ctrl-C."""


def test_an_interrupted_search_gives_what_an_undisturbed_one_does(tmp_path: Path) -> None:
    def after_four(sight: Sight) -> None:
        if sight.generation == 4:
            raise Stop

    state = tmp_path / "state"
    with pytest.raises(Stop):
        search("river", draws=200, search_draws=64, state=state, watch=after_four)
    assert state.exists()
    again = search("river", draws=200, search_draws=64, state=state)
    whole = search("river", draws=200, search_draws=64)
    assert [found.plan for found in again] == [found.plan for found in whole]
    assert again.course == whole.course


def test_a_search_goes_on_only_with_what_was_asked(tmp_path: Path) -> None:
    state = tmp_path / "state"
    search("river", draws=200, search_draws=64, state=state, seconds=1e-6)
    search("river", draws=200, search_draws=64, state=state, seconds=1e-6)
    with pytest.raises(RequestError, match="asks for something else"):
        search("river", draws=200, search_draws=64, seed=1, state=state, seconds=1e-6)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x80\x04K\x01."])
def test_a_file_that_holds_no_search_is_refused(tmp_path: Path, content: bytes) -> None:
    state = tmp_path / "state"
    state.write_bytes(content)
    with pytest.raises(RequestError, match="does not hold a search"):
        search("river", draws=200, search_draws=64, state=state)
    assert state.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(river: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"):
        write(snapshot(begun(river), "asked"), tmp_path / "file" / "state")


def test_the_plans_of_a_search_are_the_same_each_time_and_on_any_number_of_threads() -> None:
    one = search("river", draws=200, search_draws=64, workers=1)
    two = search("river", draws=200, search_draws=64, workers=2)
    assert one.plans == two.plans
    assert detente.load_case("river").hash == one.case.hash


def poisoned(state: Path, name: str, value: object) -> None:
    """Put *value* in the place of an array, or of a count in the header, of a saved search."""
    with np.load(state) as file:
        arrays = {key: file[key] for key in file.files}
    if name in arrays:
        arrays[name] = np.asarray(value)
    else:
        header = json.loads(arrays["header"].tobytes()) | {name: value}
        arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    with state.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


@pytest.mark.parametrize(("number", "version"), [(1, "an older"), (99, "a newer")])
def test_a_state_of_another_version_is_told_from_one_of_another_search(
    tmp_path: Path, number: int, version: str
) -> None:
    state = tmp_path / "state"
    search("river", draws=200, search_draws=64, state=state, seconds=1e-6)
    poisoned(state, "format", number)
    poisoned(state, "request", "of then")
    with pytest.raises(RequestError, match=f"written by {version} version of Détente"):
        search("river", draws=200, search_draws=64, state=state)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "two"),
        ("generation", "many"),
        ("idle", -5),
        ("idle", float("nan")),
        ("starts", None),
        ("judged", []),
        ("rng", {"bit_generator": "PCG64", "state": {"state": -1, "inc": 3}}),
        ("now_choices", [[0.5]]),
        ("now_choices", np.full((3, 5), 99, dtype=np.int16)),
        ("left", np.zeros((2, 1), dtype=np.int16)),
        ("known", np.full((1, 6), 77, dtype=np.int8)),
        ("now_losses_0", np.zeros((1, 1))),
        ("now_missed_0", np.array(["a"])),
        ("seen", np.zeros((3, 4), dtype=np.complex128)),
    ],
)
def test_a_state_that_no_search_was_in_is_refused_and_left_as_it_is(
    tmp_path: Path, name: str, value: object
) -> None:
    state = tmp_path / "state"
    search("river", draws=200, search_draws=64, state=state, seconds=1e-6)
    poisoned(state, name, value)
    content = state.read_bytes()
    with pytest.raises(RequestError, match="does not hold a search that can go on"):
        search("river", draws=200, search_draws=64, state=state)
    assert state.read_bytes() == content


def test_time_that_is_up_ends_a_search_before_all_first_plans_were_looked_at(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    cut = search("river", draws=200, search_draws=64, state=state, seconds=1e-6)
    assert cut.course.ending == "time"
    assert 0 < cut.course.judged[0] <= WAVE
    again = search("river", draws=200, search_draws=64, state=state)
    whole = search("river", draws=200, search_draws=64)
    assert [found.plan for found in again] == [found.plan for found in whole]
    assert again.course == whole.course


def test_a_search_goes_on_where_its_state_can_no_longer_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.searching.search.SAVING", 0.0)
    written = []

    def full(found: object, path: Path) -> None:
        written.append(path)
        if len(written) > 1:
            raise OutputError("the disk is full")

    monkeypatch.setattr("detente.searching.search.write", full)
    assert search("river", draws=100, search_draws=32, state=tmp_path / "state").plans
    assert len(written) > 2


def test_what_could_not_be_written_leaves_nothing_behind(tmp_path: Path, river: Case) -> None:
    (tmp_path / "state").mkdir()
    with pytest.raises(OutputError):
        write(snapshot(begun(river), "asked"), tmp_path / "state")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
