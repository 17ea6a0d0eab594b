"""Big runs into a folder: the same as a run, whatever was there before and whoever did the work."""

from __future__ import annotations

import errno
import json
import shutil
import sys
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

import detente
from detente.bulk import dataset, request, store
from detente.bulk.dataset import RunStage, carried_out, run_dataset
from detente.bulk.request import Request, Task, versions
from detente.bulk.store import MANIFEST, Store
from detente.bulk.work import Done, Job, refuse_other_versions
from detente.case.domain import Case
from detente.case.load import load_views
from detente.errors import OutputError, RequestError, WorkError
from detente.folders import write_whole
from detente.report.document import as_json, document
from detente.testing import make_case
from detente.verdict.run import BLOCK
from detente.verdict.tally import CHUNK
from tests.bulk.folders import contents

DRAWS = CHUNK * BLOCK + 300


class Here:
    """Does the work in this process, in whatever order a test likes."""

    count = 3

    def __init__(self, job: Job, _count: int = 1, *, backwards: bool = False) -> None:
        self.job, self.backwards = job, backwards
        self.asked: list[Task] = []
        self.done = 0

    def submit(self, task: Task) -> Future[Done]:
        self.asked.append(task)
        future: Future[Done] = Future()
        future.set_result(self.job(task))
        return future

    def check(self) -> None:
        pass

    def take(self, future: Future[Done]) -> Done:
        return future.result()

    def shutdown(self) -> None:
        pass


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "Local", Here)


@pytest.fixture
def small_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small tasks: of two plans in some hundred draws."""
    monkeypatch.setattr(request, "MOST_PLANS", 2)
    monkeypatch.setattr(request, "CHUNK", 1)
    monkeypatch.setattr(request, "block_size", lambda _: 64)


def asked(draws: int = 300, **changed: object) -> Request:
    how = {"draws": draws, "seed": 0, "proposals": None, "plans": None, "keeps_draws": True}
    return Request.of(load_views("river", ["as_written"]), **how | changed)  # type: ignore[arg-type]


def test_its_result_is_that_of_a_run_bit_for_bit(tmp_path: Path) -> None:
    found = run_dataset("river", tmp_path / "r", draws=DRAWS, seed=3).result
    assert isinstance(found, detente.RunResult)
    same = detente.run("river", draws=DRAWS, seed=3)
    assert found.verdicts == same.verdicts
    assert as_json(document(found)) == as_json(document(same))


def test_several_views_are_those_of_a_run_under_views(tmp_path: Path) -> None:
    views = ["as_written", "all"]
    found = run_dataset(
        "korea-2019", tmp_path / "k", views=views, draws=40, proposals=["us_big_deal"]
    )
    same = detente.run_views("korea-2019", draws=40, proposals=["us_big_deal"])
    assert isinstance(found.result, detente.ViewsResult)
    assert as_json(document(found.result)) == as_json(document(same))
    assert found.views == tuple(same)


def test_every_draw_is_there_as_judged(tmp_path: Path, river: Case) -> None:
    run_dataset("river", tmp_path / "r", draws=150)
    judged = detente.judge(river, "step_by_step", detente.draw(river, draws=150))
    files = str(tmp_path / "r" / "draws" / "*.parquet")
    query = f"SELECT * FROM '{files}' WHERE plan = 'step_by_step' ORDER BY draw"
    with duckdb.connect(":memory:") as database:
        rows = database.execute(query).fetchnumpy()
    assert list(rows["draw"]) == list(range(150))
    assert set(rows["view"]) == {"as_written"}
    for name in ("accepted", "kept", "hold"):
        assert np.array_equal(rows[name], getattr(judged, name))
    assert np.array_equal(rows["lower_hold"], judged.lower_accepted * judged.lower_kept)
    for i, constituency in enumerate(river.constituencies):
        assert np.array_equal(rows[f"value_{constituency.id}"], judged.value[i])
        yes = judged.constituency_score[i] >= -1e-9
        assert np.array_equal(rows[f"yes_{constituency.id}"], yes)
    for i, party in enumerate(river.parties):
        assert np.array_equal(rows[f"exposure_{party.id}"], judged.exposure[i])
    for name, change in judged.outcomes.items():
        assert np.array_equal(rows[f"outcome_{name}"], change)


def test_the_summary_says_what_the_verdicts_say(tmp_path: Path) -> None:
    found = run_dataset("river", tmp_path / "r[1]*", draws=200)  # which globs would not find
    rows, result = found.summary(), found.result
    assert isinstance(result, detente.RunResult)
    for i, v in enumerate(result):
        assert (rows["plan"][i], rows["hold"][i]) == (v.proposal, v.hold.mean)
        assert rows["yes_delta"][i] == v.accept_by["delta"]
        assert rows["outcome_saline_land_p95"][i] == v.outcomes["saline_land"].p95
    (found.folder / "summary.parquet").unlink()
    with pytest.raises(OutputError, match="the same command makes it again"):
        found.summary()


@pytest.mark.usefixtures("small_grid")
def test_more_plans_than_fit_into_memory_have_the_same_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = run_dataset("river", tmp_path / "few", draws=300).summary()
    monkeypatch.setattr(request, "FEW", 2)
    many = run_dataset("river", tmp_path / "many", draws=300)
    assert many.result is None
    rows = many.summary()
    # Plans are compared with one another only where they are few.
    assert {k: v for k, v in rows.items() if k != "beaten_by"} == {
        k: v for k, v in few.items() if k != "beaten_by"
    }


@pytest.mark.usefixtures("small_grid")
def test_what_is_missing_or_damaged_is_done_again_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_dataset("river", tmp_path / "r", draws=300)
    whole = contents(tmp_path / "r")
    tasks = asked().tasks()
    assert len(tasks) == 10

    def again() -> int:
        told: list[RunStage] = []
        run_dataset("river", tmp_path / "r", draws=300, progress=told.append)
        assert contents(tmp_path / "r") == whole
        assert told[-1].done == told[-1].total == 900
        return told[-1].pieces

    assert again() == 0
    sums, rows = tmp_path / "r" / "sums", tmp_path / "r" / "draws"
    (sums / f"{tasks[1].name}.npz").unlink()
    (rows / f"{tasks[3].name}.parquet").unlink()
    assert again() == 2
    for folder, ending in ((sums, "npz"), (rows, "parquet")):
        path = folder / f"{tasks[5].name}.{ending}"
        content = path.read_bytes()
        path.write_bytes(content[:-7])
        assert again() == 1
        path.write_bytes(content[:300] + bytes([content[300] ^ 1]) + content[301:])
        assert again() == 1
        path.write_bytes(b"")
        assert again() == 1
    shutil.copy(sums / f"{tasks[0].name}.npz", sums / f"{tasks[2].name}.npz")
    assert again() == 1
    (tmp_path / "r" / ".detente-left").touch()
    (rows / ".detente-left").touch()
    (tmp_path / "r" / "summary.parquet").write_bytes(b"torn")
    assert again() == 0


@pytest.mark.usefixtures("small_grid")
def test_more_draws_go_on_from_those_there_are(tmp_path: Path) -> None:
    run_dataset("river", tmp_path / "r", draws=200)
    told: list[RunStage] = []
    run_dataset("river", tmp_path / "r", draws=300, progress=told.append)
    assert (told[0].before, told[0].remaining) == (3 * 192, None)
    run_dataset("river", tmp_path / "fresh", draws=300)
    assert contents(tmp_path / "r") == contents(tmp_path / "fresh")
    with pytest.raises(RequestError, match="draws 300, more than 200"):
        run_dataset("river", tmp_path / "r", draws=200)


@pytest.mark.usefixtures("small_grid")
def test_order_of_work_changes_nothing(tmp_path: Path) -> None:
    run_dataset("river", tmp_path / "r", draws=300)
    backwards = Store(tmp_path / "b", asked())
    backwards.open()
    job = Job(asked(), versions())
    for task in reversed(backwards.tasks):
        backwards.save(task, job(task))
    run_dataset("river", tmp_path / "b", draws=300)
    assert contents(tmp_path / "r") == contents(tmp_path / "b")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 1}, "seed 0, not 1"),
        ({"keeps_draws": False}, "keeps draws, not sums"),
        ({"proposals": ["step_by_step"]}, "plans 3 with hash"),
    ],
)
def test_a_folder_of_another_request_is_refused_and_says_what_differs(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    carried_out(asked(50), tmp_path / "r", 1, None, None)
    before = contents(tmp_path / "r")
    with pytest.raises(RequestError, match=said):
        carried_out(asked(50, **changed), tmp_path / "r", 1, None, None)
    assert contents(tmp_path / "r") == before


def test_a_folder_made_by_other_software_is_refused(tmp_path: Path) -> None:
    carried_out(asked(50), tmp_path / "r", 1, None, None)
    path = tmp_path / "r" / MANIFEST
    path.write_text(path.read_text("utf-8").replace(np.__version__, "1.0"), "utf-8")
    with pytest.raises(RequestError, match=r"numpy 1\.0"):
        carried_out(asked(50), tmp_path / "r", 1, None, None)
    for content in ("", "[]", "{}", '{"asked": 1, "draws": 2}'):
        path.write_text(content, "utf-8")
        with pytest.raises(RequestError, match="not that of a big run"):
            carried_out(asked(50), tmp_path / "r", 1, None, None)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(RequestError, match="holds other files"):
        run_dataset("river", tmp_path, draws=50)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_client_that_was_killed_before_it_had_done_anything_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "glob", killed)
        with pytest.raises(KeyboardInterrupt):
            Store(tmp_path, asked(50)).open()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draws", MANIFEST, "sums"]
    assert run_dataset("river", tmp_path, draws=50).result is not None


def test_two_at_once_in_a_folder_are_refused(tmp_path: Path) -> None:
    def begin_another(_: RunStage) -> None:
        with pytest.raises(RequestError, match="another big run is at work"):
            run_dataset("river", tmp_path / "r", draws=50)

    if sys.platform != "win32":
        run_dataset("river", tmp_path / "r", draws=50, progress=begin_another)


@pytest.mark.usefixtures("small_grid")
def test_a_full_disk_ends_it_in_words_and_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_dataset("river", tmp_path / "whole", draws=300)
    room = [7]

    def until_full(path: Path, content: bytes) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_whole(path, content)

    monkeypatch.setattr(store, "write_whole", until_full)
    with pytest.raises(OutputError, match=r"no space is left .* the same command goes on"):
        run_dataset("river", tmp_path / "r", draws=300)
    monkeypatch.undo()
    monkeypatch.setattr(request, "MOST_PLANS", 2)
    monkeypatch.setattr(request, "CHUNK", 1)
    monkeypatch.setattr(request, "block_size", lambda _: 64)
    monkeypatch.setattr(dataset, "Local", Here)
    told: list[RunStage] = []
    run_dataset("river", tmp_path / "r", draws=300, progress=told.append)
    assert 0 < told[0].before < 900
    assert contents(tmp_path / "r") == contents(tmp_path / "whole")


@pytest.mark.usefixtures("small_grid")
def test_work_that_is_lost_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying(Here):
        def check(self) -> None:
            if len(self.asked) > 7:
                raise WorkError("the scheduler at x does not answer any more")

    monkeypatch.setattr(dataset, "Local", Dying)
    with pytest.raises(WorkError, match=r"any more; \d of 10 pieces of work are kept in .*r, and"):
        run_dataset("river", tmp_path / "r", draws=300)
    manifest = json.loads((tmp_path / "r" / MANIFEST).read_bytes())
    assert 0 < manifest["done"] < manifest["tasks"] == 10
    assert not manifest["complete"]
    assert len(manifest["parts"]) == manifest["done"]


def test_the_manifest_says_what_was_asked_by_which_software_and_what_is_done(
    tmp_path: Path, river: Case
) -> None:
    run_dataset("river", tmp_path / "r", draws=50, seed=4)
    manifest = json.loads((tmp_path / "r" / MANIFEST).read_bytes())
    assert manifest["asked"]["case"] == "river"
    assert manifest["asked"]["views"] == {"as_written": river.hash}
    assert manifest["asked"]["versions"] == versions()
    assert (manifest["asked"]["seed"], manifest["draws"]) == (4, 50)
    assert manifest["complete"]
    ((name, part),) = manifest["parts"].items()
    for kind, ending in (("draws", "parquet"), ("sums", "npz")):
        assert part[kind]["size"] == (tmp_path / "r" / kind / f"{name}.{ending}").stat().st_size


def test_time_left_is_the_pace_of_this_call_and_unknown_at_first() -> None:
    begun = RunStage(done=600, total=1000, before=600, pieces=0, seconds=0.1)
    assert begun.remaining is None
    assert replace(begun, done=610, pieces=2, seconds=5.0).remaining is None
    assert replace(begun, done=650, pieces=3, seconds=5.0).remaining == pytest.approx(35.0)
    assert replace(begun, done=1000, pieces=9, seconds=40.0).remaining == 0.0


def test_arguments_that_make_no_sense_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    plan = detente.parse_plan(detente.load_case("river"), "1:gauges")
    for words, said in (
        ({"draws": 0}, "draws must be 1 or more"),
        ({"seed": -1}, "seed must be 0"),
        ({"workers": 0}, "workers must be"),
        ({"workers": 1, "scheduler": "tcp://x"}, "give one or the other"),
        ({"proposals": ["nobody"]}, "no proposal 'nobody'"),
        ({"plans": {}}, "there are no plans"),
        ({"proposals": ["step_by_step"], "plans": {"step_by_step": plan}}, "the same name"),
        ({"draws": 10**9, "plans": {f"p{i}": plan for i in range(2000)}}, "too much"),
    ):
        with pytest.raises(RequestError, match=said):
            run_dataset("river", tmp_path / "r", **words)
    assert list(tmp_path.iterdir()) == []


def test_names_that_a_database_would_take_for_one_are_refused() -> None:
    parties: dict[str, dict[str, object]] = {"us": {}, "US": {}}
    measures = {"aid": {"by": "us", "worth": {"us": -1, "US": 1}}}
    proposals = {"p": {"phases": {1: ["aid"]}}}
    case = make_case(parties=parties, measures=measures, proposals=proposals)
    how = {"draws": 9, "seed": 0, "proposals": None, "plans": None, "keeps_draws": True}
    with pytest.raises(RequestError, match="'us' and 'US' differ in capitals only"):
        Request.of([case], **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["land_error", "land_P5", "land_p95"])
def test_a_quantity_called_as_a_figure_of_another_is_refused(name: str) -> None:
    case = make_case(quantities={"land": {"start": 1}, name: {"start": 2}})
    how = {"draws": 9, "seed": 0, "proposals": None, "plans": None, "keeps_draws": True}
    with pytest.raises(RequestError, match="is called as the summary calls"):
        Request.of([case], **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked_for",
    [
        {"views": None},
        {"views": 5},
        {"views": []},
        {"plans": 5},
        {"plans": {1: "1:gauges"}},
        {"plans": {"a": "1:gauges"}},
        {"folder": None},
        {"folder": 5},
    ],
    ids=str,
)
def test_arguments_of_another_type_are_refused_in_words(
    tmp_path: Path, asked_for: dict[str, Any]
) -> None:
    folder = asked_for.pop("folder", tmp_path / "r")
    with pytest.raises(RequestError):
        run_dataset("river", folder, draws=10, **asked_for)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300])
def test_a_folder_that_no_system_can_have_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        run_dataset("river", tmp_path / name, draws=10)


@pytest.mark.parametrize(
    "content",
    [
        '{"asked": {}, "draws": 1e999}',
        "[" * 200_000,
        '{"asked": {"plans": {"sha256": 1}}, "draws": 1}',
    ],
    ids=["infinite", "deep", "half"],
)
def test_a_manifest_of_something_else_is_refused_in_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(RequestError, match="big run"):
        run_dataset("river", tmp_path, draws=10)


def test_a_summary_is_found_in_a_folder_called_like_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run_dataset("river", "~root", draws=64, workers=1, keep_draws=False)
    assert len(found.summary()["plan"]) == 3


def test_other_software_at_work_is_refused_in_words() -> None:
    refuse_other_versions(versions())
    with pytest.raises(RequestError, match=r"numpy .* for 0\.1.*install the same"):
        refuse_other_versions(versions() | {"numpy": "0.1"})
    job = Job(asked(10), versions() | {"detente": "9"})
    with pytest.raises(RequestError, match="the workers have other versions"):
        job(asked(10).tasks()[0])


def test_the_grid_depends_on_the_case_not_on_the_draws_and_covers_all(river: Case) -> None:
    plans = {f"p{i}": river.proposals[0].plan for i in range(150)}
    found = asked(CHUNK * BLOCK * 2 + 1, plans=plans, keeps_draws=False)
    assert sum(task.size for task in found.tasks()) == found.size
    assert len({task.name for task in found.tasks()}) == len(found.tasks()) == 9
    assert found.tasks()[0].draws == CHUNK * BLOCK
    assert found.fingerprint == asked(7, plans=plans, keeps_draws=False).fingerprint
