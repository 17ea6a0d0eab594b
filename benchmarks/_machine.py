"""What the machine is and what it can do: every figure is read against this."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from detente.model import _kernel


def describe() -> str:
    """One line on processor, cores and versions."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, kernel {_kernel.level}"
    )


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median wall-clock seconds of *work*, after one run that does not count."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def arithmetic_limit() -> float:
    """Operations a second of a float64 matrix product on all cores: the practical limit."""
    size = 2048
    a = np.random.default_rng(0).random((size, size))
    return 2.0 * size**3 / seconds(lambda: a @ a)
