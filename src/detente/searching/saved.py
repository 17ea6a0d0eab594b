"""A search on disk: what was reached, so that it can go on where it was.

The file holds arrays and one line of JSON, nothing that could be run. It is written beside its
place and moved there, so a broken write leaves the last one.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detente.errors import OutputError, RequestError
from detente.searching.evolve import Evolution, Pool
from detente.searching.race import Race, Standing
from detente.searching.space import PlanSpace

FORMAT = 1
#: What reading a damaged file can raise.
_DAMAGES = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    RuntimeError,  # NotImplementedError too: compressed or encrypted in ways unknown here
    zipfile.BadZipFile,
)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A search between two generations."""

    header: dict[str, Any]
    arrays: dict[str, np.ndarray[Any, Any]]


def snapshot(search: Evolution, request: str) -> Snapshot:
    """Return *search* as it stands, of what *request* says was asked for."""
    pool = search.pool
    header = {
        "format": FORMAT,
        "request": request,
        "generation": search.generation,
        "idle": search.idle,
        "starts": search.starts,
        "judged": list(search.race.judged),
        "rng": search.rng.bit_generator.state,
    }
    seen = b"".join(search.seen)
    width = pool.choices.shape[1]
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "seen": np.frombuffer(seen, dtype=np.int16).reshape(len(search.seen), width),
        "known": search.known,
    }
    arrays |= _arrays("now", search.pool)
    if search.ended is not None:
        arrays |= _arrays("ended", search.ended)
    return Snapshot(header, arrays)


def _arrays(name: str, pool: Pool) -> dict[str, np.ndarray[Any, Any]]:
    """Return what is known of *pool* by names that begin with *name*."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        f"{name}_choices": pool.choices.copy(),
        f"{name}_explored": pool.explored.copy(),
    }
    for rung, standing in enumerate(pool.standings):
        arrays[f"{name}_losses_{rung}"] = standing.losses
        arrays[f"{name}_missed_{rung}"] = standing.missed
    return arrays


def _pool(name: str, arrays: dict[str, np.ndarray[Any, Any]], rungs: int) -> Pool:
    """Return the pool of that *name*."""
    standings = [
        Standing(arrays[f"{name}_losses_{rung}"], arrays[f"{name}_missed_{rung}"])
        for rung in range(rungs)
    ]
    return Pool(arrays[f"{name}_choices"], standings, arrays[f"{name}_explored"])


def write(found: Snapshot, path: Path) -> None:
    """Write *found* to *path*, whole or not at all.

    Raises:
        OutputError: where it cannot be written.
    """
    content = io.BytesIO()
    header = np.frombuffer(json.dumps(found.header).encode(), dtype=np.uint8)
    np.savez(content, allow_pickle=False, header=header, **found.arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".detente-", delete=False) as file:
            file.write(content.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def resumed(path: Path, request: str, space: PlanSpace, race: Race) -> Evolution | None:
    """Return the search that *path* holds; None where there is no file.

    Raises:
        RequestError: where the file is not one, or of another search.
    """
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(arrays.pop("header").tobytes())
        return _evolution(header, arrays, request, space, race)
    except _DAMAGES as error:
        raise RequestError(
            f"{path} does not hold a search that can go on: remove it to begin anew"
        ) from error


def _evolution(
    header: dict[str, Any],
    arrays: dict[str, np.ndarray[Any, Any]],
    request: str,
    space: PlanSpace,
    race: Race,
) -> Evolution:
    if header["format"] != FORMAT or header["request"] != request:
        raise RequestError(
            "the search that is saved there is of another case or asks for something else: give"
            " the same arguments, or another folder"
        )
    rungs = len(race.rungs)
    rng = np.random.default_rng()
    rng.bit_generator.state = header["rng"]
    race.judged[:] = header["judged"]
    return Evolution(
        space,
        race,
        rng,
        _pool("now", arrays, rungs),
        {line.tobytes() for line in arrays["seen"].astype(np.int16)},
        arrays["known"].astype(np.int8),
        generation=header["generation"],
        idle=header["idle"],
        starts=header["starts"],
        ended=_pool("ended", arrays, rungs) if "ended_choices" in arrays else None,
    )
