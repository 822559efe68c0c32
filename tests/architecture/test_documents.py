from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

import bousai
from kurume_bousai import __version__


def test_the_readme_has_the_two_commands(project_root: Path) -> None:
    readme = (project_root / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)\n```$", readme, re.MULTILINE | re.DOTALL)
    assert blocks == ["python3 bousai.py run", "python3 bousai.py test"]


def test_every_command_the_readme_names_exists(project_root: Path) -> None:
    readme = (project_root / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"python3 bousai\.py (\w+)", readme))
    assert named <= set(bousai.COMMANDS)


def test_links_of_the_readme_lead_somewhere(project_root: Path) -> None:
    readme = (project_root / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert [target for target in targets if not (project_root / target).exists()] == []


def test_the_changelog_is_in_order_and_begins_with_this_version(project_root: Path) -> None:
    text = (project_root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    entries = [re.fullmatch(r"(\d+\.\d+\.\d+) — (\d{4}-\d{2}-\d{2})", heading) for heading in headings]
    assert all(entries), headings
    dates = [date.fromisoformat(entry[2]) for entry in entries if entry]
    assert dates == sorted(dates, reverse=True)
    assert entries[0] is not None
    assert entries[0][1] == __version__
    assert all(re.search(r"^- .+[。)]$", part, re.MULTILINE) for part in text.split("\n## ")[1:])


def test_one_version_everywhere(project_root: Path) -> None:
    project = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == __version__


def test_ci_turns_everything_on(project_root: Path) -> None:
    script = project_root / ".ci" / "run"
    assert script.read_text(encoding="utf-8").endswith("exec python3 bousai.py test --all\n")
    assert os.access(script, os.X_OK)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]],
    ids=["format", "rules", "types"],
)
@pytest.mark.timeout(600)  # mypy reads the whole project and its libraries the first time
def test_the_source_is_clean(project_root: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=project_root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
