"""Big runs: how much faster two workers are, what a cluster costs beside them, what memory they take.

Everything is measured in pairs, in turn, so that other work on the machine falls on both. The
cluster is a real one of processes on this machine: a scheduler and two workers of one thread each.
Memory is the peak of the client and of its largest worker, each run in a process of its own, of a
case that is cheap to judge, sums only: figures of draws go to the disk piece by piece.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median

from benchmarks._machine import describe
from detente import load_case, run
from detente.bulk.dataset import carried_out
from detente.bulk.request import Request
from detente.case.domain import Case, Plan
from detente.testing import make_case

DRAWS = 250_000
PAIRS = 3
#: Plans and draws of which the product is 10^5 to 10^8.
SIZES = ((64, 1_563), (64, 15_625), (64, 156_250), (64, 1_562_500), (4096, 2_442))


def cheap() -> Case:
    """Return a case that takes little to judge: two sides with six steps each, nothing counted."""
    measures = {
        f"{side}{i}": {"by": side, "worth": {side: [-6, -4, -1], other: [1, 5, 9]}}
        for side, other in (("a", "b"), ("b", "a"))
        for i in range(6)
    }
    return make_case(
        phases={"count": 1, "years": 1},
        parties={"a": {}, "b": {}},
        measures=measures,
        proposals=None,
        quantities=None,
    )


def texts(case: Case, count: int) -> dict[str, Plan]:
    """Return the first *count* of all plans of *case* by what they leave out."""
    names = [measure.id for measure in case.measures]
    chosen = list(product((True, False), repeat=len(names)))[:count]
    plans = [[n for n, is_in in zip(names, held, strict=True) if is_in] for held in chosen]
    return {f"p{i}": Plan(((), tuple(held))) for i, held in enumerate(plans)}


def request_of(
    case: Case, draws: int, plans: dict[str, Plan] | None = None, *, keeps_draws: bool = False
) -> Request:
    """Return what is asked for."""
    return Request.of(
        [case], draws=draws, seed=0, proposals=None, plans=plans, keeps_draws=keeps_draws
    )


def taken(request: Request, *, workers: int | None = None, scheduler: str | None = None) -> float:
    """Return seconds of a big run from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        carried_out(request, Path(folder) / "run", workers, scheduler, None)
        return time.perf_counter() - start


def in_turn(name: str, first: Callable[[], float], second: Callable[[], float], pairs: int) -> None:
    """Print the seconds of both, in turn, and the median of their ratios."""
    found = [(first(), second()) for _ in range(pairs)]
    ratio = median(a / b for a, b in found)
    both = "   ".join(f"{a:6.1f} : {b:5.1f}" for a, b in found)
    print(f"{name:34s} {both}   ratio {ratio:.2f}")


def workers(case: Case, draws: int, pairs: int = PAIRS) -> None:
    """Print how much faster two workers are than one."""
    print("\nseconds with one worker : with two")

    def judged(count: int) -> float:
        start = time.perf_counter()
        run(case, draws=draws, workers=count)
        return time.perf_counter() - start

    in_turn("run", lambda: judged(1), lambda: judged(2), pairs)
    for name, keeps in (("into a folder, sums", False), ("into a folder, every draw", True)):
        asked = request_of(case, draws, keeps_draws=keeps)

        def kept(count: int, asked: Request = asked) -> float:
            return taken(asked, workers=count)

        in_turn(name, lambda: kept(1), lambda: kept(2), pairs)


def cluster(case: Case, draws: int, pairs: int = PAIRS) -> None:
    """Print what the same work costs on a Dask cluster beside two processes."""
    print("\nseconds on a cluster of two : with two processes")
    with _cluster() as address:
        taken(request_of(case, 1000), scheduler=address)  # the workers load the program
        for name, keeps in (("sums", False), ("every draw", True)):
            asked = request_of(case, draws, keeps_draws=keeps)
            in_turn(
                name,
                lambda asked=asked: taken(asked, scheduler=address),  # type: ignore[misc]
                lambda asked=asked: taken(asked, workers=2),  # type: ignore[misc]
                pairs,
            )


@contextmanager
def _cluster() -> Iterator[str]:
    """Yield the address of a scheduler with two workers of one thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, folder = f"tcp://127.0.0.1:{port}", tempfile.mkdtemp()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    words = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    running = [subprocess.Popen([sys.executable, *words, "--no-dashboard"], **quiet)]  # type: ignore[call-overload]
    try:
        worker = ["-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
        worker += ["--local-directory", folder]
        running += [
            subprocess.Popen([sys.executable, *worker], **quiet)  # type: ignore[call-overload]
            for _ in range(2)
        ]
        time.sleep(4)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def memory(sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Print time and peak memory of runs that grow a thousandfold."""
    print("\n   plans      draws  draw·plans  seconds  client MiB  worker MiB")
    for plans, draws in sizes:
        words = [sys.executable, "-m", "benchmarks.bulk", "--one-run", str(plans), str(draws)]
        row = subprocess.run(words, check=True, capture_output=True, text=True)
        print(f"{plans:8d} {draws:10d} {plans * draws:11.1e} {row.stdout.strip()}", flush=True)


def one_run(plans: int, draws: int) -> None:
    """Make one big run and print seconds and peak memory."""
    case = cheap()
    seconds = taken(request_of(case, draws, texts(case, plans)), workers=2)
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{seconds:8.1f} {own:11.0f} {others:11.0f}")


def main() -> None:
    """Print every figure."""
    print(describe(), f"load {os.getloadavg()[0]:.1f}")
    case = load_case("korea-2019")
    workers(case, DRAWS)
    try:
        import distributed  # noqa: F401, PLC0415 (an extra)
    except ImportError:
        print("\nno cluster: detente[cluster] is not installed")
    else:
        cluster(case, DRAWS)
    memory()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one-run"]:
        one_run(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
