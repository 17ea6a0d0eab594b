"""Case files on disk: read one without being caught by what is none, write one anew."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from detente.case.reading import MAX_BYTES
from detente.errors import CaseError, OutputError, Problem

__all__ = ["read_bytes", "write_new", "write_over"]


def read_bytes(path: str, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a regular file, one more than *limit* at most; never hang.

    Raises:
        CaseError: where there is no regular file or it cannot be read.
    """
    try:
        # Asked before opening too: opening some devices has effects of its own.
        _refuse_irregular(path, Path(path).stat().st_mode)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _refuse_irregular(path, os.fstat(file.fileno()).st_mode)
            return file.read(limit + 1)
    except FileNotFoundError:
        _refuse(path, "there is no such file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse(path, f"cannot be read: {reason}")


def _refuse_irregular(path: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
        _refuse(path, f"this is {kind}, not a file")


def _refuse(path: str, message: str) -> NoReturn:
    raise CaseError([Problem(path, 1, 1, message)]) from None


def write_new(path: Path, text: str) -> Path:
    """Write *text* to a file that is not there yet, whole or not at all, and return *path*.

    Raises:
        OutputError: where the file is there already or cannot be written.
    """
    with _beside(path, text) as temporary:
        # A link fails where the name is taken, so nothing written meanwhile is lost.
        os.link(temporary, path)
    return path


def write_over(path: Path, text: str) -> Path:
    """Write *text* to a file, whole or not at all, in place of any that is there; return *path*.

    Raises:
        OutputError: where something else than a file is there, or nothing can be written.
    """
    try:
        if not path.exists():
            return write_new(path, text)
        target = path.resolve()  # the file that a link leads to, not the link
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None
    if not target.is_file():
        raise OutputError(f"{path} is not a file; choose another name")
    with _beside(target, text) as temporary:
        shutil.copymode(target, temporary)
        temporary.replace(target)
    return path


@contextmanager
def _beside(path: Path, text: str) -> Iterator[Path]:
    """Yield a file with *text* in the folder of *path*; gone afterwards if it is still there."""
    if not path.name:
        raise OutputError(f"'{path}' is a folder; name a file in it")
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot write in {path.parent}: {reason}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        yield temporary
    except FileExistsError:
        raise OutputError(f"{path} is there already; choose another name") from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
