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

from detente.case.fields import AS_WRITTEN
from detente.parquet import Database, copy, database, insert, quoted
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
    with database(folder) as own:
        for table in TABLES:
            _write(own, table, views, folder / f"{table.name}.parquet")
    (folder / "run.json").write_text(as_json(document(result)), "ascii")


def _write(own: Database, table: Table, views: Mapping[str, RunResult], path: Path) -> None:
    """Fill *table* in the database and copy it to *path*."""
    columns = {column.name: column.kind for column in table.columns}
    insert(own, table.name, columns, list(table.rows(views.values())))
    copy(own, quoted(table.name), path, _notes(table, views))


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
