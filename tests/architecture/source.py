"""The project's own text, read once for the rules about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
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


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@dataclass(slots=True)
class Facts:
    """What the rules ask about one Python file, each with its line.

    The trees themselves are not kept: their millions of nodes would slow every test that comes after.
    """

    #: Absolute: ``import a.b`` and the ``a.b`` of ``from a.b import c``.
    imports: list[tuple[int, str]] = field(default_factory=list)
    #: The ``a.b.c`` of ``from a.b import c``, relative ones too (without their dots).
    members: list[tuple[int, str]] = field(default_factory=list)
    functions: list[tuple[int, str]] = field(default_factory=list)
    classes: list[tuple[int, str]] = field(default_factory=list)
    arguments: list[tuple[int, str]] = field(default_factory=list)
    prints: list[int] = field(default_factory=list)
    sleeps: list[int] = field(default_factory=list)
    bare_excepts: list[int] = field(default_factory=list)
    #: Functions of the module itself without a decorator: line, name, whether they assert.
    plain: list[tuple[int, str, bool]] = field(default_factory=list)
    #: Names of all functions of the module itself.
    outer: list[tuple[int, str]] = field(default_factory=list)


@cache
def facts(path: Path) -> Facts:
    """Read a file once for all rules."""
    made, module = Facts(), tree(path)
    for node in ast.walk(module):
        _note(made, node)
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            made.outer.append((node.lineno, node.name))
            if not node.decorator_list:
                asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
                made.plain.append((node.lineno, node.name, asserts))
    return made


def _note(made: Facts, node: ast.AST) -> None:
    match node:
        case ast.Import():
            made.imports += [(node.lineno, alias.name) for alias in node.names]
        case ast.ImportFrom(module=str(name)):
            made.members += [(node.lineno, f"{name}.{alias.name}") for alias in node.names]
            if not node.level:
                made.imports.append((node.lineno, name))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            made.functions.append((node.lineno, node.name))
        case ast.ClassDef():
            made.classes.append((node.lineno, node.name))
        case ast.arg():
            made.arguments.append((node.lineno, node.arg))
        case ast.Call(func=ast.Name(id="print")):
            made.prints.append(node.lineno)
        case ast.Attribute(attr="sleep" | "qWait" | "msleep"):
            made.sleeps.append(node.lineno)
        case ast.ExceptHandler(type=None):
            made.bare_excepts.append(node.lineno)


def place(path: Path, line: int) -> str:
    """Say where something stands: file, line."""
    return f"{path.relative_to(ROOT)}:{line}"
