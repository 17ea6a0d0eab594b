"""Folders that results go to: one program at a time, whole files, and words for what goes wrong."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from detente.errors import OutputError, RequestError

if sys.platform != "win32":
    import fcntl

__all__ = ["LOCK", "TEMPORARY", "explained", "locked", "reason", "write_whole"]

#: Name of the file that is locked.
LOCK = ".detente.lock"
#: How temporary files of ours begin.
TEMPORARY = ".detente-"


@contextmanager
def locked(folder: Path | None, work: str = "search", option: str = "--out") -> Iterator[None]:
    """Keep other programs of this kind out of *folder*; make it, and remove it if left empty.

    *work* is what it is at, *option* by what another folder is asked for, in messages.

    The lock is the system's, on a file there: it goes with the program, however that ends. Where the
    system knows no such locks, nothing is kept out.

    Raises:
        RequestError: where another program is at work in it.
        OutputError: where the folder cannot be made.
    """
    if folder is None:
        yield
        return
    try:
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # names that no file can have
        raise OutputError(explained(folder, error)) from error
    try:
        with _sole(folder, work, option):
            yield
    finally:
        with suppress(OSError):  # it is no longer empty
            for path in made:
                path.rmdir()


@contextmanager
def _sole(folder: Path, work: str, option: str) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    path = folder / LOCK
    handle = _opened(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        taken = os.fstat(handle).st_nlink == 0  # whoever had it has just removed it
    except BlockingIOError:
        taken = True
    except OSError:  # a file system without locks
        taken = False
    if taken:
        os.close(handle)
        raise RequestError(
            f"another {work} is at work in {folder}: wait for it, or give another {option}"
        )
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise OutputError(explained(path.parent, error)) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write *content* to *path*, whole or not at all, such that it outlasts a failing machine.

    Raises:
        OSError: where it cannot be written; what was there is then still there.
    """
    # Not by tempfile, whose files are for their owner alone: others may read results.
    made = path.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    try:
        with made.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)  # nothing is there once it was moved


def explained(target: Path, error: Exception) -> str:
    """Say in one sentence why nothing was written to *target* and what to do."""
    return f"nothing was written to {target}: {reason(error)}; another folder may do"


def reason(error: Exception) -> str:
    """Say why something could not be written."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        said = "there is a file of that name, where a folder is needed"
    elif "No space left" in said or "Disk quota" in said:
        said = "no space is left on that disk; free some"
    elif "File too large" in said:
        said = "a file would be larger than is allowed here (ulimit -f)"
    elif isinstance(error, PermissionError):
        said = "you may not write there"
    elif isinstance(error, UnicodeError):
        said = "its name is not valid UTF-8"
    return " ".join(said.split())
