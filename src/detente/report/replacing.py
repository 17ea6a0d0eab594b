"""Replacing files: one whole or not at all, several of a folder all or none."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from detente.errors import OutputError
from detente.folders import explained

if sys.platform != "win32":
    import fcntl

__all__ = ["explained", "replace_file", "replace_files", "replaced"]


def replace_file(path: Path, content: bytes) -> Path:
    """Write *content* to *path*, whole or not at all, and return *path*.

    Raises:
        OutputError: where it cannot be written; what was there is then still there.
    """
    try:
        with replaced(path.parent, [path.name]) as fresh:
            (fresh / path.name).write_bytes(content)
    except (OSError, ValueError) as error:
        raise OutputError(explained(path, error)) from error
    return path


def replace_files(folder: Path, files: Mapping[str, str]) -> tuple[Path, ...]:
    """Write texts, by name of file, into *folder*, all or none, and return their paths.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    try:
        with replaced(folder, list(files)) as fresh:
            for name, text in files.items():
                (fresh / name).write_bytes(text.encode("utf-8"))
    except (OSError, ValueError) as error:
        raise OutputError(explained(folder, error)) from error
    return tuple(folder / name for name in files)


@contextmanager
def replaced(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Yield an empty folder for the files *names*; move them into *folder* once all are there.

    Of *names*, what was not made is removed from *folder*, where it would be out of date. Whatever goes wrong (an error here or in the body, an interruption), *folder* is left as it
    was: files moved already are put back, folders made are removed, other files not touched.
    """
    made: list[Path] = []
    fresh: Path | None = None
    try:
        _make(folder, made)
        # In the folder itself, which may be a disk of its own: moving is then a renaming.
        fresh = Path(tempfile.mkdtemp(prefix=".detente-", dir=folder))
        yield fresh
        _move(fresh, folder, names)
        made.clear()
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        for path in reversed(made):
            with suppress(OSError):  # no longer empty: someone else uses it
                path.rmdir()


def _make(folder: Path, made: list[Path]) -> None:
    """Make *folder* and what leads to it, adding what was missing to *made*."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        made.append(path)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")


def _move(fresh: Path, folder: Path, names: Sequence[str]) -> None:
    """Move the files from *fresh* to *folder*; put back what was there if one cannot be moved."""
    with _alone(folder):
        _move_all(fresh, folder, names)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs from moving their files into *folder* in between, where the system can."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _move_all(fresh: Path, folder: Path, names: Sequence[str]) -> None:
    kept = fresh / "replaced"
    kept.mkdir()
    begun: list[str] = []
    try:
        for name in names:
            with suppress(FileNotFoundError):
                _keep(folder / name, kept / name)
            begun.append(name)
            if (fresh / name).exists():
                (fresh / name).replace(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
    except BaseException:
        for name in begun:
            if (kept / name).exists():
                (kept / name).replace(folder / name)
            elif not (fresh / name).exists():
                (folder / name).unlink(missing_ok=True)
        raise


def _keep(path: Path, copy: Path) -> None:
    """Keep what is at *path* under another name, without taking it away."""
    try:
        os.link(path, copy, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links
        shutil.copy2(path, copy, follow_symlinks=False)
