"""Parquet files by DuckDB: a database in memory that takes nothing from the network.

It takes time to load, so import it where a table is made.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from detente.errors import OutputError
from detente.folders import reason

__all__ = ["Database", "copy", "database", "file_of", "insert", "quoted", "text"]

Database = duckdb.DuckDBPyConnection

_HOW = {"autoinstall_known_extensions": "false", "threads": "1"}


@contextmanager
def database(scratch: Path | None = None) -> Iterator[Database]:
    """Yield a database in memory, which spills into *scratch* what has no room there."""
    with duckdb.connect(":memory:", config=dict(_HOW)) as made:
        # It would show progress of its own in a process without a script.
        made.execute("SET enable_progress_bar = false")
        if scratch is not None:
            made.execute(f"SET temp_directory = {text(str(scratch / 'spill'))}")
        yield made


def insert(
    into: Database, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> None:
    """Put *rows* into *table*, made where it is missing; *columns* are SQL types by name."""
    heads = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    into.execute(f"CREATE TABLE IF NOT EXISTS {quoted(table)} ({heads})")
    if rows:
        kinds = enumerate(columns.values(), start=1)
        lists = ", ".join(f"unnest(${i}::{kind}[])" for i, kind in kinds)
        # Names are quoted, kinds are constants of this package; values are bound.
        values = [list(column) for column in zip(*rows, strict=True)]
        into.execute(f"INSERT INTO {quoted(table)} SELECT {lists}", values)


def copy(
    of: Database, source: str, path: Path, notes: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Write *source*, a query in brackets or the quoted name of a table, as a Parquet file.

    Args:
        of: where it stands.
        source: what is written.
        path: the file.
        notes: what the file says of itself, as key-value metadata.
    """
    told = ", ".join(f"{key}: {text(value)}" for key, value in notes.items())
    metadata = f", KV_METADATA {{{told}}}" if told else ""
    of.execute(f"COPY {source} TO {text(str(path.absolute()))} (FORMAT parquet{metadata})")


def file_of(made: Callable[[Database], str]) -> bytes:
    """Return a Parquet file of what *made*, called with a database, says that stands in it.

    Raises:
        OutputError: where there is no room for it in the temporary folder.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="detente-") as folder:
            path = Path(folder) / "table.parquet"
            with database(Path(folder)) as own:
                copy(own, made(own), path)
            return path.read_bytes()
    except (OSError, duckdb.Error) as error:
        where = tempfile.gettempdir()
        raise OutputError(f"cannot write to {where} for a moment: {reason(error)}") from error


def text(value: str) -> str:
    """Quote *value* as SQL text."""
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Quote the name of a table or column."""
    return '"' + name.replace('"', '""') + '"'
