from __future__ import annotations

import os
from pathlib import Path

import pytest

from detente.case.files import write_new, write_over
from detente.errors import OutputError


def test_a_new_file_is_written_whole_with_its_line_ends(tmp_path: Path) -> None:
    write_new(tmp_path / "a", "é\r\nb\n")
    assert (tmp_path / "a").read_bytes() == "é\r\nb\n".encode()


def test_a_file_that_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_over(path, "one")
    with pytest.raises(OutputError, match="there already"):
        write_new(path, "two")
    assert path.read_text() == "one"
    path.chmod(0o640)
    write_over(path, "three")
    assert path.read_text() == "three"
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_a_link_leads_to_is_replaced_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").symlink_to("a")
    write_over(tmp_path / "b", "two")
    assert (tmp_path / "b").is_symlink()
    assert (tmp_path / "a").read_text() == "two"


@pytest.mark.parametrize("name", ["folder", "pipe", "/dev/null", "no/such", "x" * 300, "a\0b"])
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError):
        write_over(tmp_path / name, "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


@pytest.mark.parametrize("write", [write_new, write_over])
def test_an_interruption_leaves_what_was_there(
    tmp_path: Path, write: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a"
    if write is write_over:
        path.write_text("one")
    monkeypatch.setattr(os, "link", interrupted)
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(path, "two")  # type: ignore[operator]
    names = [item.name for item in tmp_path.iterdir()]
    assert names == (["a"] if write is write_over else [])
    assert not names or path.read_text() == "one"
