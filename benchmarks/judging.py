"""How fast plans are judged: against whole-array NumPy and against the machine's limit.

The rival is :mod:`detente.model.plain`: the same model on whole arrays, draws on the last
axis, written for reading but not to be slow. It does as many rounds as its slowest draw needs,
so plans that settle at once flatter it and plans that do not flatter the kernel: the ratio is
given for each proposal. Both judge the same draws, in turn, on one thread.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks._machine import arithmetic_limit, describe, seconds
from detente import load_case
from detente.case.domain import Case
from detente.draws.sampler import Draws, Sampler
from detente.model import kernel
from detente.model.plain import judge_plain
from detente.model.structure import Structure

HERE = Path(__file__).parent
NATIVE = HERE.parent / "src" / "detente" / "model" / "native"
DRAWS = 1024


def against_numpy(case: Case, structure: Structure, draws: Draws) -> None:
    """Print the time of both versions for each proposal, microseconds per draw."""
    tables = kernel.Tables.of(structure)
    ratios = []
    print(f"\n{'µs per draw and plan':26s} NumPy   kernel   ratio")
    for proposal in case.proposals:
        plan = structure.vector(proposal.plan)
        plain = seconds(partial(judge_plain, structure, draws, plan), repeats=1)
        fast = seconds(partial(kernel.judge, tables, draws, [plan] * 8)) / 8
        ratios.append(plain / fast)
        unit = 1e6 / draws.count
        print(f"{proposal.id:24s} {plain * unit:8.1f} {fast * unit:7.2f} {ratios[-1]:7.0f}")
    print(f"ratio: least {min(ratios):.0f}, median {median(ratios):.0f}, most {max(ratios):.0f}")


def counted_kernel(folder: Path) -> Path:
    """Compile the kernel such that it counts its own arithmetic."""
    include = [f"-I{sysconfig.get_paths()['include']}", f"-I{NATIVE}"]
    common = ["-O1", "-w", "-fPIC", *include]
    compiler, cpp = shutil.which("gcc") or "cc", shutil.which("g++") or "c++"
    objects = [folder / "counted.o", folder / "module.o"]
    counted = [cpp, *common, "-fpermissive", "-c", str(HERE / "_counted.cc")]
    door = [compiler, *common, "-DPy_LIMITED_API=0x030B0000", "-c", str(NATIVE / "module.c")]
    for command, target in zip((counted, door), objects, strict=True):
        subprocess.run([*command, "-o", str(target)], check=True)
    library = folder / "_kernel.abi3.so"
    subprocess.run([cpp, "-shared", *map(str, objects), "-o", str(library), "-lm"], check=True)
    return library


def operations(case: Case, structure: Structure, draws: Draws) -> float:
    """Return additions, subtractions, products and quotients per draw and plan."""
    plans = [structure.vector(proposal.plan) for proposal in case.proposals]
    with tempfile.TemporaryDirectory() as folder:
        library = counted_kernel(Path(folder))
        spec = importlib.util.spec_from_file_location("_kernel", library)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        real = vars(kernel)["_kernel"]
        vars(kernel)["_kernel"] = module
        try:
            kernel.judge(kernel.Tables.of(structure), draws, plans)
        finally:
            vars(kernel)["_kernel"] = real
        counter = ctypes.c_ulonglong.in_dll(ctypes.CDLL(str(library)), "operations")
        return counter.value / draws.count / len(plans)


def share_of_limit(case: Case, structure: Structure, draws: Draws) -> None:
    """Print arithmetic done a second against what a matrix product does on the same machine."""
    plans = [structure.vector(proposal.plan) for proposal in case.proposals]
    tables = kernel.Tables.of(structure)
    each = operations(case, structure, draws)
    time = seconds(lambda: kernel.judge(tables, draws, plans)) / draws.count / len(plans)
    done, limit = each / time, arithmetic_limit() / (os.cpu_count() or 1)
    print(
        f"\n{each:,.0f} operations per draw and plan, {time * 1e6:.2f} µs on one thread: "
        f"{done / 1e9:.1f} Gop/s, {done / limit:.0%} of the {limit / 1e9:.0f} Gop/s a core reaches "
        "in a float64 matrix product (which fuses products and sums; the kernel must not)"
    )


def growth() -> None:
    """Print time and peak memory of whole runs, each in a process of its own."""
    print("\n   draws  proposals  seconds  peak MiB")
    for draws, proposals in (
        (1_000, 14),
        (10_000, 7),
        (10_000, 14),
        (100_000, 14),
        (1_000_000, 14),
    ):
        row = subprocess.run(
            [sys.executable, "-m", "benchmarks.judging", "--one-run", str(draws), str(proposals)],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"{draws:8d} {proposals:10d} {row.stdout.strip()}")


def one_run(draws: int, proposals: int) -> None:
    """Run the large case once and print seconds and peak memory."""
    import time  # noqa: PLC0415

    from detente import run  # noqa: PLC0415

    case = load_case("korea-2019")
    names = [proposal.id for proposal in case.proposals[:proposals]]
    start = time.perf_counter()
    run(case, draws=draws, proposals=names)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - start:8.2f} {peak:9.0f}")


def start_up() -> None:
    """Print how long the program takes to say what it can do, and for its main job."""
    program = [sys.executable, "-m", "detente"]
    with tempfile.TemporaryDirectory() as folder:
        for words in (["--help"], ["cases"], ["check", "river"], ["run", "korea-2019"]):
            start = partial(
                subprocess.run, [*program, *words], check=True, capture_output=True, cwd=folder
            )
            taken = seconds(start, repeats=3)
            print(f"detente {' '.join(words):16s} {taken:6.2f} s")


def main() -> None:
    """Print every figure."""
    print(describe())
    case = load_case("korea-2019")
    structure, draws = Structure.of(case), Sampler(case).sample(0, 0, DRAWS)
    against_numpy(case, structure, draws)
    share_of_limit(case, structure, draws)
    print()
    start_up()
    growth()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one-run"]:
        one_run(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
