"""The network is opened in one module, which one job alone imports."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE, place, python_files, tree

#: Modules that can open a connection. ``urllib.parse`` only cuts addresses.
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http.client", "http.server", "httpx", "imaplib", "poplib", "requests",
    "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.error", "urllib.request", "urllib3",
    "xmlrpc", "PySide6.QtNetwork",
}  # fmt: skip
FETCHER = PACKAGE / "exchange" / "gsi_tiles.py"
JOB = PACKAGE / "app" / "tile_fetch.py"


def imported(path: Path) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node, node.module), *((node, f"{node.module}.{alias.name}") for alias in node.names)]
    return found


def test_one_module_opens_the_network() -> None:
    hits = [
        f"{place(path, node)} imports {name}"
        for path in python_files(PACKAGE)
        for node, name in imported(path)
        if any(name == one or name.startswith(f"{one}.") for one in NETWORK)
        and path != FETCHER
        # bootstrap looks whether a package can be had; it runs before the program is there.
        and not path.is_relative_to(PACKAGE / "bootstrap")
    ]
    assert hits == []


def test_one_job_imports_it_and_only_when_it_runs() -> None:
    users = [
        (path, node)
        for path in python_files(PACKAGE)
        for node, name in imported(path)
        if name == "kurume_bousai.exchange.gsi_tiles"
    ]
    assert {path for path, _ in users} == {JOB}
    inside = {
        id(inner)
        for function in ast.walk(tree(JOB))
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
    }
    assert all(id(node) in inside for _, node in users)
