from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import detente
from detente.errors import OutputError
from detente.report import replacing, tables
from detente.report.document import document
from detente.verdict.results import RunResult
from detente.verdict.rows import TABLES

NAMES = [*(f"{table.name}.parquet" for table in TABLES), "run.json"]

WRITE = """
import sys, detente
result = detente.run(detente.load_case("river"), draws=20)
{before}
try:
    detente.write_tables(result, sys.argv[1])
except detente.OutputError as error:
    print(error)
else:
    print("written")
"""


def query(path: Path, text: str) -> list[tuple[object, ...]]:
    quoted = str(path).replace("'", "''")
    with duckdb.connect() as database:
        return database.execute(text.replace("FILE", f"'{quoted}'")).fetchall()


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def in_process(folder: Path, before: str = "") -> str:
    command = [sys.executable, "-c", WRITE.format(before=before), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr
    return done.stdout.strip()


def test_the_files_are_those_of_the_reference(river: RunResult, tmp_path: Path) -> None:
    written = detente.write_tables(river, tmp_path / "new" / "folder")
    assert [path.name for path in written] == NAMES
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(NAMES)


def test_what_is_read_back_is_what_was_computed(river: RunResult, tmp_path: Path) -> None:
    detente.write_tables(river, tmp_path)
    assert json.loads((tmp_path / "run.json").read_text()) == document(river)
    for verdict in river.verdicts:
        where = f"WHERE proposal = '{verdict.proposal}'"
        figures = query(
            tmp_path / "proposals.parquet",
            "SELECT accept, keep, hold_low, accident, unsettled, flaws,"
            f" lower_accept, lower_keep, lower_hold, lower_unsettled FROM FILE {where}",
        )
        means = (verdict.accept.mean, verdict.keep.mean, verdict.hold.interval[0])
        ends = (verdict.accident, verdict.unsettled, None)
        lower = verdict.lower
        low = (lower.accept.mean, lower.keep.mean, lower.hold.mean, lower.unsettled)
        assert figures == [(*means, *ends, *low)]
        deciders = query(
            tmp_path / "deciders.parquet",
            f"SELECT decider, phase, slack, breaks FROM FILE {where}",
        )
        assert len(deciders) == len(river.case.deciders) * (river.case.phases + 1)
        for name, k, slack, breaks in deciders:
            assert isinstance(k, int)
            assert slack == verdict.slack[str(name)][k - 1]
            assert breaks == verdict.breaks[str(name)][k - 1]
        bodies = query(
            tmp_path / "acceptance.parquet",
            f"SELECT body, share, required, shortfall, barred FROM FILE {where} AND kind = 'party'",
        )
        assert bodies == [
            (p.id, verdict.accept_by[p.id], p.id in verdict.necessary, verdict.shortfall[p.id],
             verdict.barred[p.id])
            for p in river.case.parties
        ]  # fmt: skip
        standing = query(
            tmp_path / "standing.parquet", f"SELECT kept_through FROM FILE {where} ORDER BY phase"
        )
        assert [row[0] for row in standing] == list(verdict.kept_through)
        first = query(
            tmp_path / "hazards.parquet",
            f"SELECT first_break, hazard, trust, exposure FROM FILE {where} AND party = 'delta' AND phase = 2",
        )
        rows = (verdict.first_break, verdict.break_by, verdict.trust, verdict.exposure_at)
        assert first == [tuple(row["delta"][1] for row in rows)]
        breaches = query(
            tmp_path / "breaches.parquet",
            f"SELECT party, phase, deviation, measure, chance FROM FILE {where}",
        )
        assert breaches == [
            (b.party, b.phase, b.deviation, b.measure, b.chance) for b in verdict.breaches
        ]
        beaten = query(tmp_path / "proposals.parquet", f"SELECT beaten_by FROM FILE {where}")
        assert beaten == [("; ".join(verdict.beaten_by) or None,)]
        for name, fan in verdict.paths.items():
            kept = query(
                tmp_path / "paths.parquet",
                f"SELECT years, p5, p50, p95, draws FROM FILE {where}"
                f" AND quantity = '{name}' AND path = 'kept' ORDER BY years",
            )
            bands = zip(fan.years, fan.kept.p5, fan.kept.p50, fan.kept.p95, strict=True)
            assert kept == [(*at, fan.draws) for at in bands]


def test_each_table_has_its_rows(river: RunResult, tmp_path: Path) -> None:
    detente.write_tables(river, tmp_path)
    case, periods = river.case, river.case.phases + 1
    expected = {
        "proposals": 1,
        "acceptance": len(case.parties) + len(case.constituencies),
        "hazards": len(case.parties) * periods,
        "standing": periods,
        "deciders": len(case.deciders) * periods,
        "outcomes": len(river.verdicts[0].outcomes),
        "paths": sum(3 * len(fan.years) for fan in river.verdicts[0].paths.values()),
    }
    for name, rows in expected.items():
        found = query(tmp_path / f"{name}.parquet", "SELECT count(*) FROM FILE")
        assert found == [(rows * len(river.verdicts),)], name


def test_a_party_without_constituencies_is_there_as_both(river: RunResult, tmp_path: Path) -> None:
    detente.write_tables(river, tmp_path)
    rows = query(
        tmp_path / "acceptance.parquet",
        "SELECT kind, shortfall IS NULL, value IS NULL, required FROM FILE"
        " WHERE body = 'delta' AND proposal = 'step_by_step' ORDER BY kind",
    )
    assert rows == [("constituency", True, False, True), ("party", False, True, True)]


def test_what_each_column_means_stands_in_the_file(river: RunResult, tmp_path: Path) -> None:
    detente.write_tables(river, tmp_path)
    for table in TABLES:
        path = tmp_path / f"{table.name}.parquet"
        pairs = query(path, "SELECT decode(key), decode(value) FROM parquet_kv_metadata(FILE)")
        notes = {str(key): str(value) for key, value in pairs}
        meanings = json.loads(notes["columns"])
        assert list(meanings.items()) == [(c.name, c.meaning) for c in table.columns]
        assert all(meanings.values())
        assert notes["case_hash"] == river.case.hash


@pytest.mark.parametrize("name", ["it's", "{odd} *?[a]", 'a"b;--', "Ünï 日本", "x.gz", "s3:"])
def test_folders_with_odd_names_work(river: RunResult, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    detente.write_tables(river, folder)
    assert sorted(content(folder)) == sorted(NAMES)


def test_an_earlier_run_is_replaced_and_other_files_are_left(
    river: RunResult, korea: RunResult, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    detente.write_tables(korea, tmp_path)
    detente.write_tables(river, tmp_path)
    assert json.loads((tmp_path / "run.json").read_text())["case"] == "river"
    assert sorted(content(tmp_path)) == sorted([*NAMES, "notes.txt"])
    assert (tmp_path / "notes.txt").read_text() == "mine"


# --- what can go wrong -----------------------------------------------------------------------


def test_a_file_in_place_of_the_folder_is_named_and_left(river: RunResult, tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("mine")
    for folder in (file, file / "below"):
        with pytest.raises(OutputError, match=r"taken.*a file of that name"):
            detente.write_tables(river, folder)
    assert content(tmp_path) == {"taken": b"mine"}


@pytest.mark.parametrize("folder", ["/proc/detente-results", "/dev/null/x", "a\0b", "n" * 300])
def test_a_folder_that_cannot_be_made_is_refused_in_one_line(
    river: RunResult, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError) as caught:
        detente.write_tables(river, folder)
    assert "\n" not in str(caught.value)
    assert not content(tmp_path)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))"
    (tmp_path / "notes.txt").write_text("mine")
    message = in_process(tmp_path, limit)
    assert message.startswith(f"nothing was written to {tmp_path}: ")
    assert "\n" not in message
    assert content(tmp_path) == {"notes.txt": b"mine"}
    assert in_process(tmp_path / "new" / "folder", limit).startswith("nothing was written")
    assert content(tmp_path) == {"notes.txt": b"mine"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("at", range(len(NAMES)))
def test_whenever_moving_stops_the_folder_is_as_it_was(
    river: RunResult,
    korea: RunResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    error: type[BaseException],
) -> None:
    detente.write_tables(korea, tmp_path)
    (tmp_path / NAMES[2]).unlink()  # replaced files and new ones
    before = content(tmp_path)
    keep, moved = replacing._keep, 0

    def stop(path: Path, copy: Path) -> None:
        nonlocal moved
        if moved == at:
            raise error
        moved += 1
        keep(path, copy)

    monkeypatch.setattr(replacing, "_keep", stop)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        detente.write_tables(river, tmp_path)
    assert content(tmp_path) == before


def test_an_interruption_while_tables_are_made_leaves_nothing(
    river: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tables, "document", interrupted)
    with pytest.raises(KeyboardInterrupt):
        detente.write_tables(river, tmp_path / "new")
    assert not content(tmp_path)


def test_a_file_system_without_links_is_no_obstacle(
    river: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    detente.write_tables(river, tmp_path)
    monkeypatch.setattr(os, "link", refuse)
    detente.write_tables(river, tmp_path)
    assert sorted(content(tmp_path)) == sorted(NAMES)
