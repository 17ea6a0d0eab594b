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
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detente.errors import OutputError, RequestError
from detente.searching.evolve import Evolution, Pool
from detente.searching.race import Race, Standing
from detente.searching.space import PlanSpace

FORMAT = 2
#: Numbers that a state may hold: a longer one is none of ours.
MOST_BYTES = 2**31
#: What reading a damaged file can raise.
_DAMAGES = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    MemoryError,
    zlib.error,
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
        "left": search.left,
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
    made: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".detente-", delete=False) as file:
            made = Path(file.name)
            file.write(content.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    finally:
        if made is not None:
            made.unlink(missing_ok=True)  # nothing is there once it was moved


def resumed(path: Path, request: str, space: PlanSpace, race: Race) -> Evolution | None:
    """Return the search that *path* holds; None where there is no file.

    Raises:
        RequestError: where the file is not one, or of another search or version.
    """
    if not path.exists():
        return None
    try:
        with zipfile.ZipFile(path) as file:
            if sum(member.file_size for member in file.infolist()) > MOST_BYTES:
                raise ValueError("larger than any state")
        with np.load(path, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes())
            _check_header(path, header, request, len(race.rungs))
            arrays = {name: file[name] for name in file.files if name != "header"}
        _check_arrays(arrays, space, race)
        return _evolution(header, arrays, space, race)
    except _DAMAGES as error:
        raise RequestError(
            f"{path} does not hold a search that can go on: remove it to begin anew"
        ) from error


def _check_header(path: Path, header: dict[str, Any], request: str, rungs: int) -> None:
    """Refuse a state of another version or search, and one that no search can have been in."""
    if type(header["format"]) is not int:
        raise ValueError("no number of a format")
    if header["format"] != FORMAT:
        version = "an older" if header["format"] < FORMAT else "a newer"
        raise RequestError(
            f"{path} was written by {version} version of Détente: remove it to begin anew, or go on"
            " with that version"
        )
    if header["request"] != request:
        raise RequestError(
            "the search that is saved there is of another case or asks for something else: give"
            " the same arguments, or another folder"
        )
    counts = [header["generation"], header["idle"], header["starts"], *header["judged"]]
    if len(counts) != 3 + rungs or not all(type(n) is int and 0 <= n < 2**60 for n in counts):
        raise ValueError("no counts of a search")


def _check_arrays(arrays: dict[str, np.ndarray[Any, Any]], space: PlanSpace, race: Race) -> None:
    """Refuse arrays that are not those of a search of *space*, ValueError or KeyError."""
    issues, goals = len(space.issues), len(race.objectives)
    pools = [name for name in ("now", "ended") if f"{name}_choices" in arrays]
    for name in ("seen", "left", *(f"{pool}_choices" for pool in pools)):
        rows = arrays[name]
        if rows.dtype != np.int16 or rows.ndim != 2 or rows.shape[1] != issues:
            raise ValueError("no choices of this case")
        if ((rows < -1) | (rows >= space.counts)).any():
            raise ValueError("choices that there are not")
    structure = space.structure
    known = arrays["known"]
    if known.dtype != np.int8 or known.ndim != 2 or known.shape[1] != structure.measures:
        raise ValueError("no plans of this case")
    if ((known < -1) | (known > structure.phases)).any():
        raise ValueError("phases that there are not")
    for pool in pools:
        count = len(arrays[f"{pool}_choices"])
        shapes: dict[str, tuple[Any, tuple[int, ...]]] = {f"{pool}_explored": (np.bool_, (count,))}
        for rung in range(len(race.rungs)):
            shapes[f"{pool}_losses_{rung}"] = (np.float64, (count, goals))
            shapes[f"{pool}_missed_{rung}"] = (np.float64, (count,))
        for name, (kind, shape) in shapes.items():
            found = arrays[name]
            if found.dtype != kind or found.shape != shape or np.isnan(found).any():
                raise ValueError("no figures of these plans")


def _evolution(
    header: dict[str, Any],
    arrays: dict[str, np.ndarray[Any, Any]],
    space: PlanSpace,
    race: Race,
) -> Evolution:
    rungs = len(race.rungs)
    rng = np.random.default_rng()
    rng.bit_generator.state = header["rng"]
    race.judged[:] = header["judged"]
    return Evolution(
        space,
        race,
        rng,
        _pool("now", arrays, rungs),
        {line.tobytes() for line in arrays["seen"]},
        arrays["known"],
        arrays["left"],
        generation=header["generation"],
        idle=header["idle"],
        starts=header["starts"],
        ended=_pool("ended", arrays, rungs) if "ended_choices" in arrays else None,
    )
