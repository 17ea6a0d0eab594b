"""One program at a time in a folder that holds the state of long work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import detente
from detente.report.replacing import explained

if sys.platform != "win32":
    import fcntl


#: Name of the file that is locked.
LOCK = ".search.lock"


@contextmanager
def locked(folder: Path | None) -> Iterator[None]:
    """Keep other programs of this kind out of *folder*; make it, and remove it if left empty.

    The lock is the system's, on a file there: it goes with the program, however that ends. Where the
    system knows no such locks, nothing is kept out.

    Raises:
        RequestError: where another program is at work in it.
        OutputError: where the folder cannot be made.
    """
    if folder is None:
        yield
        return
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise detente.OutputError(explained(folder, error)) from error
    try:
        with _sole(folder):
            yield
    finally:
        with suppress(OSError):  # it is no longer empty
            for path in made:
                path.rmdir()


@contextmanager
def _sole(folder: Path) -> Iterator[None]:
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
        raise detente.RequestError(
            f"another search is at work in {folder}: wait for it, or give another --out"
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
        raise detente.OutputError(explained(path.parent, error)) from error
