"""Real processes, really killed, at moments that differ from case to case but not from run to run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.bulk.dataset import run_dataset
from tests.bulk.cluster import Cluster
from tests.bulk.folders import contents

pytestmark = [pytest.mark.server, pytest.mark.skipif(sys.platform == "win32", reason="signals")]

DRAWS = 70_000
COMMAND = [sys.executable, "-m", "detente", "run", "river", "--draws", str(DRAWS), "--json"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("undisturbed") / "river"
    run_dataset("river", folder, draws=DRAWS, workers=2)
    return contents(folder)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    made = Cluster()
    try:
        yield made.start()
    finally:
        made.stop()


def started(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "--dataset", str(folder), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def test_a_client_that_is_killed_again_and_again_ends_with_the_same_bytes(
    tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    chance, folder = random.Random(1), tmp_path / "river"
    for _ in range(3):
        with started(folder) as client:
            time.sleep(chance.uniform(0.8, 3.0))
            left = children(client.pid)
            client.kill()
            client.communicate()
        for _ in range(100):
            if not any(Path(f"/proc/{child}").exists() for child in left):
                break
            time.sleep(0.1)
        else:
            pytest.fail("workers go on without their client")
    with started(folder) as client:
        assert client.communicate()[1] == b""
    assert client.returncode == 0
    assert contents(folder) == undisturbed


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs to find the processes")
def test_workers_that_are_killed_are_replaced(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    chance, folder = random.Random(3), tmp_path / "river"
    killed = 0
    with started(folder) as client:
        while client.poll() is None:
            time.sleep(chance.uniform(0.4, 1.2))
            if (found := children(client.pid)) and killed < 4:
                os.kill(chance.choice(found), signal.SIGKILL)
                killed += 1
        assert client.communicate()[1] == b""
    assert client.returncode == 0
    assert killed
    assert contents(folder) == undisturbed


def test_workers_of_a_cluster_that_are_killed_are_replaced(
    tmp_path: Path, undisturbed: dict[str, str], cluster: Cluster
) -> None:
    chance, folder, over = random.Random(4), tmp_path / "river", threading.Event()

    def kill() -> None:
        for _ in range(3):
            if over.wait(chance.uniform(0.5, 1.5)):
                return
            cluster.kill_worker(chance.randrange(len(cluster.workers)))
            cluster.add_worker()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        run_dataset("river", folder, draws=DRAWS, scheduler=cluster.address)
    finally:
        over.set()
        killer.join()
    assert contents(folder) == undisturbed


def test_a_client_of_a_cluster_that_is_killed_goes_on(
    tmp_path: Path, undisturbed: dict[str, str], cluster: Cluster
) -> None:
    folder = tmp_path / "river"
    with started(folder, "--scheduler", cluster.address) as client:
        until_some_is_done(folder, client)
        client.kill()
    run_dataset("river", folder, draws=DRAWS, scheduler=cluster.address)
    assert contents(folder) == undisturbed


def test_a_scheduler_that_is_killed_ends_the_run_in_words_and_another_goes_on(
    tmp_path: Path,
    undisturbed: dict[str, str],
    cluster: Cluster,
) -> None:
    folder = tmp_path / "river"
    with started(folder, "--scheduler", cluster.address) as client:
        until_some_is_done(folder, client)
        cluster.kill_scheduler()
        said = client.communicate()[1].decode()
    assert client.returncode == 2
    assert said.count("\n") == 1
    assert "the same command goes on with the rest" in said
    assert "pieces of work are kept" in said
    cluster.stop()
    run_dataset("river", folder, draws=DRAWS, workers=2)  # elsewhere, just as well
    assert contents(folder) == undisturbed


def until_some_is_done(folder: Path, client: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if list((folder / "sums").glob("*.npz")):
            return
        assert client.poll() is None
        time.sleep(0.05)
    pytest.fail("nothing is ever done")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of files")
def test_a_file_that_may_not_be_so_large_ends_the_run_in_words_and_it_goes_on(
    tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    folder = tmp_path / "river"
    line = f"ulimit -f 700; exec {' '.join(COMMAND)} --dataset {folder}"  # in KiB
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "ulimit -f" in done.stderr
    run_dataset("river", folder, draws=DRAWS, workers=2)
    assert contents(folder) == undisturbed
