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
from detente.search.evolve import Evolution, Pool
from detente.search.race import Race, Standing
from detente.search.space import PlanSpace

FORMAT = 1


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
        "judged": list(search.race.judged),
        "rng": search.rng.bit_generator.state,
    }
    seen = b"".join(search.seen)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "choices": pool.choices.copy(),
        "explored": pool.explored.copy(),
        "seen": np.frombuffer(seen, dtype=np.int16).reshape(len(search.seen), -1),
    }
    for rung, standing in enumerate(pool.standings):
        arrays |= {f"losses_{rung}": standing.losses, f"missed_{rung}": standing.missed}
    return Snapshot(header, arrays)


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
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
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
    rungs = range(len(race.rungs))
    standings = [Standing(arrays[f"losses_{r}"], arrays[f"missed_{r}"]) for r in rungs]
    rng = np.random.default_rng()
    rng.bit_generator.state = header["rng"]
    race.judged[:] = header["judged"]
    return Evolution(
        space,
        race,
        rng,
        Pool(arrays["choices"], standings, arrays["explored"]),
        {line.tobytes() for line in arrays["seen"].astype(np.int16)},
        generation=header["generation"],
        idle=header["idle"],
    )
