"""Tallies as files: the sums of one task, exactly, and what its other file must look like.

Arrays and one line of JSON, nothing that could be run, as NumPy's ``.npz``; behind them stands the
SHA-256 of all before it, by which a damaged file is told.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.case.domain import Case
from detente.model.outcomes import quantity_names
from detente.verdict.fans import years
from detente.verdict.results import Band, Fan
from detente.verdict.tally import Moments, Tally

Arrays = dict[str, NDArray[Any]]

#: What reading a damaged file can raise.
DAMAGES = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    MemoryError,
    zlib.error,
    RuntimeError,  # NotImplementedError too: compressed or encrypted in ways unknown here
    zipfile.BadZipFile,
)
#: Bytes of the hash behind the arrays.
SEAL = 32
_BY_NAME = ("outcomes", "samples", "paths")
_PLAIN = tuple(spec.name for spec in fields(Tally) if spec.name not in _BY_NAME)
_PATHS = ("without", "plan", "kept")
_PERCENTILES = ("p5", "p50", "p95")


def packed(case: Case, tallies: Sequence[Tally], header: Mapping[str, object]) -> bytes:
    """Return *tallies*, one for each plan, and *header* as a file."""
    names = quantity_names(case)
    arrays: Arrays = {name: np.array([getattr(t, name) for t in tallies]) for name in _PLAIN}
    arrays["moments"] = np.array(
        [[_moments(t.outcomes.get(name)) for name in names] for t in tallies]
    ).reshape(len(tallies), len(names), 3)
    kept = max((len(t.samples) for t in tallies), default=0)
    if kept:
        nothing = [np.zeros(tallies[0].draws)]
        samples = [
            [np.concatenate(t.samples.get(name, nothing)) for name in names] for t in tallies
        ]
        arrays["samples"] = np.array(samples)
    if tallies[0].paths:
        arrays["paths"] = np.array([[_fan(t.paths[name]) for name in names] for t in tallies])
        arrays["path_draws"] = np.array([t.paths[name].draws for t in tallies for name in names])
    content = io.BytesIO()
    line = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez_compressed(content, allow_pickle=False, header=line, **arrays)
    return content.getvalue() + hashlib.sha256(content.getbuffer()).digest()


def header_of(content: bytes) -> dict[str, Any]:
    """Return the header of a file; one of :data:`DAMAGES` where any of it is damaged."""
    header = json.loads(_sound(content)["header"].tobytes())
    if not isinstance(header, dict):
        raise TypeError("no header")
    return header


def unpacked(case: Case, content: bytes) -> list[Tally]:
    """Return the tallies in a file, one for each plan; one of :data:`DAMAGES` as above."""
    found = _sound(content)
    arrays: Arrays = {name: found[name] for name in found if name != "header"}
    return [_tally(case, arrays, plan) for plan in range(len(arrays["draws"]))]


def _sound(content: bytes) -> Mapping[str, NDArray[Any]]:
    """Return the arrays of a file that is whole, each read when it is asked for."""
    arrays, seal = content[:-SEAL], content[-SEAL:]
    if hashlib.sha256(arrays).digest() != seal:
        raise ValueError("damaged")
    found: Mapping[str, NDArray[Any]] = np.load(io.BytesIO(arrays), allow_pickle=False)
    return found


def _tally(case: Case, arrays: Arrays, plan: int) -> Tally:
    plain = {name: arrays[name][plan] for name in _PLAIN}
    plain |= {"draws": int(plain["draws"]), "accident": float(plain["accident"])}
    names = quantity_names(case)
    rows = zip(names, arrays["moments"][plan].tolist(), strict=True)
    outcomes = {n: Moments(int(count), mean, spread) for n, (count, mean, spread) in rows if count}
    samples: dict[str, list[NDArray[Any]]] = {}
    if "samples" in arrays:
        samples = {
            name: [arrays["samples"][plan, row]]
            for row, name in enumerate(names)
            if name in outcomes
        }
    paths = {}
    if "paths" in arrays:
        draws = int(arrays["path_draws"][0]) if names else 0
        rows_of = zip(names, arrays["paths"][plan], strict=True)
        paths = {name: _read_fan(case, found, draws) for name, found in rows_of}
    return Tally(outcomes=outcomes, samples=samples, paths=paths, **plain)


def _moments(found: Moments | None) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0) if found is None else (float(found.count), found.mean, found.spread)


def _fan(fan: Fan) -> list[list[tuple[float, ...]]]:
    """Return the levels of *fan* as [path][percentile][time]."""
    return [[getattr(getattr(fan, path), p) for p in _PERCENTILES] for path in _PATHS]


def _read_fan(case: Case, levels: NDArray[Any], draws: int) -> Fan:
    without, plan, kept = (Band(*(tuple(line) for line in path)) for path in levels.tolist())
    return Fan(years(case), without, plan, kept, draws)
