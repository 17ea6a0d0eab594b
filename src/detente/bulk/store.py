"""The folder of a big run: what is asked, and the files of every task that is done.

::

    manifest.json        what is asked, by which software, and what is done, with sizes and hashes
    plans.parquet        a row for each plan: its id, name, text
    views.parquet        a row for each view: its id, name, the hash of the case under it
    draws/TASK.parquet   the figures of each draw, if they are kept
    sums/TASK.npz        the sums of the task, exactly
    summary.parquet      a row for each plan and view, at the end

A task is done once its sums are there: they are written last, and name size and hash of its other
file. The manifest is renewed now and then for people to read; nothing is believed because of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

from detente.bulk.request import Request, Task
from detente.bulk.sums import DAMAGES, header_of, unpacked
from detente.bulk.work import Done, described
from detente.errors import OutputError, RequestError
from detente.folders import TEMPORARY, reason, write_whole
from detente.verdict.tally import Tally

MANIFEST, SUMMARY = "manifest.json", "summary.parquet"
DRAWS, SUMS = "draws", "sums"
#: Seconds between two manifests.
RENEWED = 5.0


@dataclass
class Store:
    """The folder of *request*."""

    folder: Path
    request: Request
    #: By name of a task what its files look like.
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _renewed: float = 0.0

    @cached_property
    def tasks(self) -> list[Task]:
        """All there is to do."""
        return self.request.tasks()

    def open(self) -> set[Task]:
        """Make the folder ready and return which tasks are done.

        Raises:
            RequestError: where it holds another big run, or something else.
            OutputError: where it cannot be written to.
        """
        found = self._found_manifest()
        if found is not None:
            self._refuse_another(found)
        elif self.folder.exists() and any(
            not p.name.startswith(".") for p in self.folder.iterdir()
        ):
            raise RequestError(
                f"{self.folder} holds other files and no {MANIFEST}: give a folder of its own"
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if found is None:  # before there is anything else, by which it would seem another's
                self._write_manifest()
            for name in (DRAWS, SUMS) if self.request.keeps_draws else (SUMS,):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            for folder in (self.folder, self.folder / DRAWS, self.folder / SUMS):
                for path in folder.glob(f"{TEMPORARY}*"):
                    path.unlink()  # of a client that was killed
            done = {task for task in self.tasks if self._is_done(task)}
            if len(done) < len(self.tasks):  # the summary is one of fewer draws
                (self.folder / SUMMARY).unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from error
        self._write_manifest()
        return done

    def save(self, task: Task, done: Done) -> None:
        """Keep what *task* yields.

        Raises:
            OutputError: where it cannot be written; what was kept before stays, and counts.
        """
        try:
            if done.rows is not None:
                write_whole(self.rows_of(task), done.rows)
            write_whole(self.sums_of(task), done.sums)
        except OSError as error:
            raise self._failed(error) from error
        self._note(task, done.sums)
        if monotonic() - self._renewed > RENEWED:
            self._write_manifest()

    def close(self) -> None:
        """Bring the manifest up to date."""
        self._write_manifest()

    def write(self, name: str, content: bytes) -> Path:
        """Write a file of another kind into the folder; OutputError where that fails."""
        try:
            write_whole(self.folder / name, content)
        except OSError as error:
            raise self._failed(error) from error
        return self.folder / name

    def tallies(self, task: Task) -> list[Tally]:
        """Return the tallies of a task that is done, one for each of its plans."""
        try:
            content = self.sums_of(task).read_bytes()
            return unpacked(self.request.cases[task.view], content)
        except DAMAGES as error:
            raise OutputError(
                f"{self.sums_of(task)} was damaged meanwhile: the same command does it again"
            ) from error

    def rows_of(self, task: Task) -> Path:
        """Where the figures of each draw of *task* stand."""
        return self.folder / DRAWS / f"{task.name}.parquet"

    def sums_of(self, task: Task) -> Path:
        """Where the sums of *task* stand."""
        return self.folder / SUMS / f"{task.name}.npz"

    def _is_done(self, task: Task) -> bool:
        """Whether the files of *task* are there, whole, and of this request."""
        try:
            sums = self.sums_of(task).read_bytes()
            header = header_of(sums)
            rows = self.rows_of(task).read_bytes() if self.request.keeps_draws else None
        except DAMAGES:
            return False
        wanted = {"request": self.request.fingerprint, "task": task.name, "draws": task.draws}
        wanted["rows"] = None if rows is None else described(rows)
        if header != wanted:
            return False
        self._note(task, sums)
        return True

    def _note(self, task: Task, sums: bytes) -> None:
        rows = header_of(sums)["rows"]
        self.parts[task.name] = {"draws": rows, "sums": described(sums)}

    def _found_manifest(self) -> dict[str, Any] | None:
        path = self.folder / MANIFEST
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise RequestError(f"{path} cannot be read: {reason(error)}") from error
        try:
            found = json.loads(content)
            return {"asked": dict(found["asked"]), "draws": int(found["draws"])}
        except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
            raise RequestError(
                f"{path} is not that of a big run: give another folder, or remove this one"
            ) from error

    def _refuse_another(self, found: Mapping[str, Any]) -> None:
        """Raise RequestError where the folder holds what was asked otherwise."""
        wanted = json.loads(json.dumps(self.request.described()))
        other = [
            f"{key} {_short(found['asked'].get(key))}, not {_short(wanted[key])}"
            for key in wanted
            if found["asked"].get(key) != wanted[key] and key != "grid"
        ]
        if not other and found["asked"] != wanted:
            other.append("another version of this program")
        if found["draws"] > self.request.draws:
            other.append(f"draws {found['draws']}, more than {self.request.draws}")
        if other:
            raise RequestError(
                f"{self.folder} holds another big run ({'; '.join(other)}): give the same"
                " arguments to go on with that one, or another folder"
            )

    def _write_manifest(self) -> None:
        request, tasks = self.request, self.tasks
        names = [task.name for task in tasks if task.name in self.parts]
        content = {
            "asked": request.described(),
            "draws": request.draws,
            "request": request.fingerprint,
            "tasks": len(tasks),
            "done": len(names),
            "complete": len(names) == len(tasks),
            "parts": {name: self.parts[name] for name in names},
        }
        self.write(MANIFEST, (json.dumps(content, indent=1) + "\n").encode())
        self._renewed = monotonic()

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(
            f"cannot write to {self.folder}: {reason(error)}; what is there is kept, and the same"
            " command goes on with it"
        )


def _short(value: object) -> str:
    """Say a value of the request in few words."""
    if isinstance(value, dict):
        if "sha256" in value:
            return f"{value.get('count')} with hash {str(value['sha256'])[:8]}"
        return ", ".join(f"{key} {str(item)[:8]}" for key, item in value.items())
    return str(value)
