from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kurume_bousai import bundled


def test_a_checkout_has_both_folders(project_root: Path) -> None:
    assert bundled.maps_folder() == project_root / "maps"
    assert bundled.db_folder() == project_root / "db"


def test_a_frozen_build_is_looked_at_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kurume_bousai" / "_bundled" / "maps").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert bundled.maps_folder() == tmp_path / "kurume_bousai" / "_bundled" / "maps"


def test_a_frozen_build_may_carry_the_folders_at_its_top(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "db").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert bundled.db_folder() == tmp_path / "db"


def test_a_wheel_finds_its_own_copy_and_no_neighbour(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "kurume_bousai"
    (package / "_bundled" / "maps").mkdir(parents=True)
    (tmp_path / "site-packages" / "maps").mkdir()  # another project's package of that name
    (tmp_path / "site-packages" / "db").mkdir()
    monkeypatch.setattr(bundled, "__file__", str(package / "bundled.py"))
    assert bundled.maps_folder() == package / "_bundled" / "maps"
    with pytest.raises(FileNotFoundError, match="'db'"):
        bundled.db_folder()
