from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports import files


def test_a_file_appears_whole_with_the_rights_of_its_owner_only(tmp_path: Path) -> None:
    place = tmp_path / "a.pdf"
    files.save(place, b"whole")
    assert place.read_bytes() == b"whole"
    assert [place.name for place in tmp_path.iterdir()] == ["a.pdf"]
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_what_is_not_published_is_gone_and_the_old_file_stays(tmp_path: Path) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(b"old")

    def stop_halfway() -> None:
        with files.staging() as staging:
            staging.add(place, b"new")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        stop_halfway()
    assert place.read_bytes() == b"old"
    assert [place.name for place in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "folder_read_only"),
        (errno.EACCES, "folder_read_only"),
        (errno.EIO, "write_failed"),
    ],
)
def test_trouble_while_writing_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, "trouble")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KnownProblem) as caught:
        files.save(tmp_path / "a.pdf", b"whole")
    assert caught.value.code == code
    assert caught.value.advice
    assert [place.name for place in tmp_path.iterdir()] == []


def test_a_missing_folder_and_a_folder_as_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match="folder_missing"):
        files.save(tmp_path / "no" / "a.pdf", b"x")
    with pytest.raises(KnownProblem, match="is_folder"):
        files.save(tmp_path, b"x")


def test_a_file_held_open_elsewhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(KnownProblem, match="file_in_use"):
        files.save(tmp_path / "a.pdf", b"x")
    assert [place.name for place in tmp_path.iterdir()] == []
