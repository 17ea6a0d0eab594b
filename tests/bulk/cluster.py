"""A real Dask cluster of processes, which tests may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PYTHON = sys.executable


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    port: int = 0
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="dask-")
    )

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, workers: int = 2) -> Cluster:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start_scheduler()
        for _ in range(workers):
            self.add_worker()
        return self

    def start_scheduler(self) -> None:
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        self.scheduler = self._process("distributed.cli.dask_scheduler", *words)
        for _ in range(300):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("the scheduler does not come up")

    def add_worker(self) -> None:
        words = [self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        words += ["--local-directory", self.folder.name]
        self.workers.append(self._process("distributed.cli.dask_worker", *words))

    def kill_worker(self, position: int) -> None:
        worker = self.workers.pop(position)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def kill_scheduler(self) -> None:
        assert self.scheduler is not None
        self.scheduler.send_signal(signal.SIGKILL)
        self.scheduler.wait()

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        self.folder.cleanup()

    def _process(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).parents[2])  # where the tests are, for what they send
        return subprocess.Popen(
            [PYTHON, "-m", module, *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": root},
        )
