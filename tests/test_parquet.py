from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest

from detente.errors import OutputError
from detente.parquet import Database, copy, database, file_of, insert, quoted

HOSTILE = "it's \"; DROP TABLE found; --"


def test_names_and_values_come_back_as_they_were_whatever_they_hold(tmp_path: Path) -> None:
    columns = {"plan": "VARCHAR", HOSTILE: "DOUBLE"}
    path = tmp_path / "it's.parquet"
    with database(tmp_path) as own:
        for rows in ([(HOSTILE, 1.5)], [], [("b", None), ("c", 2.5)]):
            insert(own, HOSTILE, columns, rows)
        copy(own, quoted(HOSTILE), path, {"about": HOSTILE})
        found = own.read_parquet(str(path))
        assert found.columns == list(columns)
        assert found.fetchall() == [(HOSTILE, 1.5), ("b", None), ("c", 2.5)]
        notes = own.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)])
        assert (b"about", HOSTILE.encode()) in notes.fetchall()


def test_a_file_made_aside_is_the_same_every_time_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def made(own: Database) -> str:
        insert(own, "found", {"i": "BIGINT"}, [(i,) for i in range(50_000)])
        return quoted("found")

    assert file_of(made) == file_of(made)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_room_it_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(own: Database) -> str:
        raise duckdb.IOException("No space left on device")

    with pytest.raises(OutputError, match="no space is left on that disk"):
        file_of(made)


def test_nothing_is_taken_from_the_network() -> None:
    with database() as own:
        found = own.execute("SELECT current_setting('autoinstall_known_extensions')").fetchone()
    assert found == (False,)
