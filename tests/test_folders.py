from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import detente
from detente.folders import LOCK, locked, write_whole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks are the system's")

HOLDER = """
import sys, time
from pathlib import Path
from detente.folders import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_program_in_a_folder_is_refused_until_the_first_is_gone_however_it_ends(
    tmp_path: Path,
) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(detente.RequestError, match="another search is at work"),
            locked(tmp_path),
        ):
            pytest.fail("two at once")
        holder.kill()
    with locked(tmp_path):
        assert (tmp_path / LOCK).exists()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_left_by_a_program_that_is_gone_is_no_obstacle(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path):
        (tmp_path / "found").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["found"]


def test_a_folder_made_for_nothing_is_removed(tmp_path: Path) -> None:
    with pytest.raises(detente.RequestError, match="nothing"), locked(tmp_path / "a" / "b"):
        raise detente.RequestError("nothing")
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path / "a" / "b"):
        (tmp_path / "a" / "b" / "found").touch()
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["found"]


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(detente.OutputError, match="nothing was written"), locked(tmp_path / "file"):
        pytest.fail("a file is no folder")


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / LOCK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(detente.OutputError), locked(tmp_path):
        pytest.fail("followed")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such rights there")
def test_whole_files_may_be_read_by_whom_other_files_may(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    write_whole(tmp_path / "own", b"content")
    assert (tmp_path / "own").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert {path.name for path in tmp_path.iterdir()} == {"other", "own"}
