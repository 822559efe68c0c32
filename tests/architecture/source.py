"""The project's own text, read once for the rules about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "kurume_bousai"
SKIPPED = {".git", ".venv", "__pycache__", "output", "wheelhouse", "build", "dist"}
TEXT = {
    ".py",
    ".toml",
    ".lock",
    ".md",
    ".txt",
    ".json",
    ".csv",
    ".js",
    ".css",
    ".html",
    ".typ",
    ".feature",
    ".sh",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, without what tools make."""
    return tuple(sorted(walk(ROOT)))


def walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in SKIPPED or path.name.endswith("_cache") or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def text_files() -> list[Path]:
    return [path for path in files() if path.suffix in TEXT or path.name in {"run", ".gitignore", "LICENSE"}]


def python_files(*folders: Path) -> list[Path]:
    """Python files below the folders, or all of the project's."""
    chosen = [path for path in files() if path.suffix == ".py"]
    return [path for path in chosen if not folders or any(path.is_relative_to(folder) for folder in folders)]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    """Say where a node stands: file, line."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
