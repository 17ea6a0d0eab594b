"""Everything that a run leaves on disk, written together: tables, ``run.json``, report, brief."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from detente.errors import OutputError
from detente.report.brief import FORMATS, brief_files, brief_names
from detente.report.page import report_page
from detente.report.replacing import explained, replaced
from detente.report.tables import fill_tables, table_files
from detente.verdict.results import RunResult
from detente.verdict.views import ViewsResult

__all__ = ["REPORT", "write_results", "write_tables"]

#: Name of the report in the folder.
REPORT = "report.html"


def write_results(
    result: RunResult | ViewsResult, folder: str | os.PathLike[str], *, formats: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Write report, tables, ``run.json`` and brief of *result* into *folder*, all or none.

    The folder is made where it is missing. Files of an earlier run are replaced, a brief of an
    earlier run in a format not asked for now is removed, others are left alone.

    Args:
        result: what :func:`detente.run` or :func:`detente.run_views` returned. Of several views,
            tables hold all, and the brief is about the case as written.
        folder: where to; made where it is missing.
        formats: in what to write the brief: any of ``pdf``, ``png`` and ``md``.

    Returns:
        The files, the report first.

    Raises:
        RequestError: where what a format needs is not installed.
        OutputError: where they cannot be written; the folder is then as it was.
    """
    pages = {REPORT: report_page(result).encode("utf-8"), **brief_files(result, formats)}
    stale = [name for name in brief_names(FORMATS) if name not in pages]
    if not (Path(folder) / "run.json").is_file():  # what lies there is of no earlier run
        stale = []
    stale = [name for name in stale if not (Path(folder) / name).is_dir()]
    return _written(result, Path(folder), pages, stale)


def write_tables(
    result: RunResult | ViewsResult, folder: str | os.PathLike[str]
) -> tuple[Path, ...]:
    """Write the tables of *result* and ``run.json`` into *folder*, all of them or none.

    The folder is made where it is missing. Files of an earlier run are replaced, others are
    left alone.

    Args:
        result: what :func:`detente.run` or :func:`detente.run_views` returned. Of several views,
            tables hold all.
        folder: where to; made where it is missing.

    Returns:
        The files, ``run.json`` last.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    return _written(result, Path(folder), {})


def _written(
    result: RunResult | ViewsResult,
    folder: Path,
    pages: Mapping[str, bytes],
    stale: Sequence[str] = (),
) -> tuple[Path, ...]:
    names = [*pages, *table_files()]
    try:
        str(folder).encode("utf-8")  # DuckDB cannot name other folders
        with replaced(folder, [*names, *stale]) as fresh:
            for name, content in pages.items():
                (fresh / name).write_bytes(content)
            fill_tables(result, fresh)
    except RuntimeError as error:
        # DuckDB's way to say that Ctrl-C came while it was at work.
        if "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise
    except (OSError, duckdb.Error, ValueError) as error:
        raise OutputError(explained(folder, error)) from error
    return tuple(folder / name for name in names)
