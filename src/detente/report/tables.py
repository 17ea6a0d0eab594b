"""Result tables on disk: Parquet for analysis, and ``run.json``.

All tables are long and tidy, ids are those of the case, and k counts periods from 1, the last
being maintenance. Shares and chances are in [0, 1], worths on the scale of the case. What each
table and column holds is described in :data:`detente.verdict.rows.TABLES`.

Of several views, every table holds the rows of all; its column ``view`` tells them apart.

Each file carries its description, the hash of the case, the number of draws and the seed as
key-value metadata (``SELECT * FROM parquet_kv_metadata('proposals.parquet')``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from detente.case.fields import AS_WRITTEN
from detente.report.document import as_json, document
from detente.report.text import clean
from detente.verdict.results import RunResult
from detente.verdict.rows import TABLES, Table
from detente.verdict.views import ViewsResult

__all__ = ["fill_tables", "table_files"]


def table_files() -> list[str]:
    """Return the names of the files that :func:`fill_tables` writes."""
    return [*(f"{table.name}.parquet" for table in TABLES), "run.json"]


def fill_tables(result: RunResult | ViewsResult, folder: Path) -> None:
    """Write the tables of *result*, over all views, and ``run.json`` into *folder*, which is empty."""
    views = {AS_WRITTEN: result} if isinstance(result, RunResult) else result.results
    with _database(folder) as database:
        for table in TABLES:
            _write(database, table, views, folder / f"{table.name}.parquet")
    (folder / "run.json").write_text(as_json(document(result)), "ascii")


def _database(scratch: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    database.execute(f"SET temp_directory = {_text(str(scratch / 'spill'))}")
    return database


def _write(
    database: duckdb.DuckDBPyConnection, table: Table, views: Mapping[str, RunResult], path: Path
) -> None:
    """Fill *table* in the database and copy it to *path*."""
    columns = ", ".join(f"{column.name} {column.kind}" for column in table.columns)
    database.execute(f"CREATE TABLE {table.name} ({columns})")
    rows = list(table.rows(views.values()))
    values = [list(values) for values in zip(*rows, strict=True)]
    if rows:
        lists = ", ".join(f"unnest(${i}::{c.kind}[])" for i, c in enumerate(table.columns, start=1))
        # Names and kinds are constants of this package; values are bound.
        database.execute(f"INSERT INTO {table.name} SELECT {lists}", values)
    notes = ", ".join(f"{key}: {_text(value)}" for key, value in _notes(table, views).items())
    database.execute(
        f"COPY {table.name} TO {_text(str(path.absolute()))} (FORMAT parquet, KV_METADATA {{{notes}}})"
    )


def _notes(table: Table, views: Mapping[str, RunResult]) -> dict[str, str]:
    """Return what the file of *table* says of itself; its case is the first of *views*."""
    result = next(iter(views.values()))
    run = result.provenance
    hashes = {name: found.provenance.case_hash for name, found in views.items()}
    return {
        "description": table.description,
        "columns": json.dumps({column.name: column.meaning for column in table.columns}),
        "detente": run.version,
        "case_name": clean(result.case.name),
        "case_hash": run.case_hash,
        **({} if result.case.view is None else {"view": result.case.view.id}),
        **({"views": json.dumps(hashes)} if len(views) > 1 else {}),
        "draws": str(run.draws),
        "seed": str(run.seed),
    }


def _text(value: str) -> str:
    """Quote *value* as SQL text."""
    return "'" + value.replace("'", "''") + "'"
