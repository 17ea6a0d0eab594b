"""Result tables on disk: Parquet for analysis, and ``run.json``.

All tables are long and tidy, ids are those of the case, and k counts periods from 1, the last
being maintenance. Shares and chances are in [0, 1], worths on the scale of the case. What each
table and column holds is described in :data:`detente.verdict.rows.TABLES`.

Each file carries its description, the hash of the case, the number of draws and the seed as
key-value metadata (``SELECT * FROM parquet_kv_metadata('proposals.parquet')``).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb

from detente.errors import OutputError
from detente.report.document import as_json, document
from detente.report.replacing import replaced
from detente.verdict.rows import TABLES, Table
from detente.verdict.results import RunResult

__all__ = ["write_tables"]


def write_tables(result: RunResult, folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write the tables of *result* and ``run.json`` into *folder*, all of them or none.

    The folder is made where it is missing. Files of an earlier run are replaced, others are
    left alone.

    Args:
        result: what :func:`detente.run` returned.
        folder: where to; made where it is missing.

    Returns:
        The files, ``run.json`` last.

    Raises:
        OutputError: where they cannot be written; the folder is then as it was.
    """
    target = Path(folder)
    names = [f"{table.name}.parquet" for table in TABLES]
    try:
        with replaced(target, [*names, "run.json"]) as fresh:
            with _database(fresh) as database:
                for table, name in zip(TABLES, names, strict=True):
                    _write(database, table, result, fresh / name)
            (fresh / "run.json").write_text(as_json(document(result)), "ascii")
    except RuntimeError as error:
        # DuckDB's way to say that Ctrl-C came while it was at work.
        if "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise
    except (OSError, duckdb.Error, ValueError) as error:
        raise OutputError(_explained(target, error)) from error
    return tuple(target / name for name in [*names, "run.json"])


def _database(scratch: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    database.execute(f"SET temp_directory = {_text(str(scratch / 'spill'))}")
    return database


def _write(
    database: duckdb.DuckDBPyConnection, table: Table, result: RunResult, path: Path
) -> None:
    """Fill *table* in the database and copy it to *path*."""
    columns = ", ".join(f"{column.name} {column.kind}" for column in table.columns)
    database.execute(f"CREATE TABLE {table.name} ({columns})")
    rows = list(table.rows(result))
    values = [list(values) for values in zip(*rows, strict=True)]
    if rows:
        lists = ", ".join(f"unnest(${i}::{c.kind}[])" for i, c in enumerate(table.columns, start=1))
        # Names and kinds are constants of this package; values are bound.
        database.execute(f"INSERT INTO {table.name} SELECT {lists}", values)
    notes = ", ".join(f"{key}: {_text(value)}" for key, value in _notes(table, result).items())
    database.execute(
        f"COPY {table.name} TO {_text(str(path.absolute()))} (FORMAT parquet, KV_METADATA {{{notes}}})"
    )


def _notes(table: Table, result: RunResult) -> dict[str, str]:
    run = result.provenance
    return {
        "description": table.description,
        "columns": json.dumps({column.name: column.meaning for column in table.columns}),
        "detente": run.version,
        "case_name": result.case.name,
        "case_hash": run.case_hash,
        "draws": str(run.draws),
        "seed": str(run.seed),
    }


def _text(value: str) -> str:
    """Quote *value* as SQL text."""
    return "'" + value.replace("'", "''") + "'"


def _explained(target: Path, error: Exception) -> str:
    """Say in one sentence why nothing was written and what to do."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        reason = "there is a file of that name, where a folder is needed"
    elif "No space left" in reason or "Disk quota" in reason:
        reason = "no space is left on that disk; free some"
    elif "File too large" in reason:
        reason = "a file would be larger than is allowed here (ulimit -f)"
    elif isinstance(error, PermissionError):
        reason = "you may not write there"
    elif isinstance(error, UnicodeError):
        reason = "its name is not valid UTF-8"
    reason = " ".join(reason.split())
    return f"results not written to {target}: {reason}; another folder may do"
