from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LINT = "from importlinter.cli import lint_imports_command as c; c()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONPATH": str(folder), "PYTHONUTF8": "1", "PATH": "", "COLUMNS": "200"},
    )


def test_imports_go_in_one_direction(project_root: Path) -> None:
    done = lint(project_root)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_small_package_keeps_the_contracts(project_root: Path, tmp_path: Path) -> None:
    make_small_package(project_root, tmp_path)
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("domain/bad.py", "import kurume_bousai.services"),
        ("services/bad.py", "import kurume_bousai.geo"),
        ("services/bad.py", "import pandas"),
        ("geo/bad.py", "import kurume_bousai.services.planning"),
        ("storage/bad.py", "import kurume_bousai.reports"),
        ("reports/bad.py", "import PySide6.QtGui"),
        ("cli/bad.py", "import PySide6.QtWidgets"),
        ("exchange/bad.py", "import sqlalchemy"),
        ("ui/bad.py", "import kurume_bousai.mapview.page"),
        ("ui/bad.py", "import kurume_bousai.storage"),
        ("ui/bad.py", "import shapely"),
        ("reports/bad.py", "import kurume_bousai.app"),
        ("newroom/__init__.py", "import kurume_bousai.domain"),
    ],
)
def test_each_contract_bites(project_root: Path, tmp_path: Path, module: str, statement: str) -> None:
    make_small_package(project_root, tmp_path)
    target = tmp_path / "kurume_bousai" / module
    target.parent.mkdir(exist_ok=True)
    target.write_text(statement + "\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def make_small_package(project_root: Path, folder: Path) -> None:
    """Make a package of empty rooms under the project's own contracts."""
    (folder / "pyproject.toml").write_bytes((project_root / "pyproject.toml").read_bytes())
    package = folder / "kurume_bousai"
    rooms = ("domain", "services", "geo", "storage", "exchange", "mapview", "reports", "ui", "cli")
    for room in ("", *rooms):
        (package / room).mkdir()
        (package / room / "__init__.py").touch()
    for module in ("app", "services/ports", "services/planning", "mapview/page", "mapview/protocol"):
        (package / f"{module}.py").touch()
    (package / "ui" / "panel.py").write_text(
        "import PySide6\nimport kurume_bousai.mapview.protocol\n", encoding="utf-8"
    )
