"""The network is opened in one module, which one job alone imports."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE, facts, place, python_files, tree

#: Modules that can open a connection. ``urllib.parse`` only cuts addresses.
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http.client", "http.server", "httpx", "imaplib", "poplib", "requests",
    "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.error", "urllib.request", "urllib3",
    "xmlrpc", "PySide6.QtNetwork",
}  # fmt: skip
FETCHER = PACKAGE / "exchange" / "gsi_tiles.py"
JOB = PACKAGE / "app" / "tile_fetch.py"


def imported(path: Path) -> list[tuple[int, str]]:
    return facts(path).imports + facts(path).members


def test_one_module_opens_the_network() -> None:
    hits = [
        f"{place(path, line)} imports {name}"
        for path in python_files(PACKAGE)
        for line, name in imported(path)
        if any(name == one or name.startswith(f"{one}.") for one in NETWORK)
        and path != FETCHER
        # bootstrap looks whether a package can be had; it runs before the program is there.
        and not path.is_relative_to(PACKAGE / "bootstrap")
    ]
    assert hits == []


def test_one_job_imports_it_and_only_when_it_runs() -> None:
    users = {
        path
        for path in python_files(PACKAGE)
        for _, name in imported(path)
        if name == "kurume_bousai.exchange.gsi_tiles"
    }
    assert users == {JOB}
    job = tree(JOB)
    inside = {
        id(inner)
        for function in ast.walk(job)
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
    }
    imports = [
        node for node in ast.walk(job) if isinstance(node, ast.Import | ast.ImportFrom) and named(node)
    ]
    assert imports
    assert all(id(node) in inside for node in imports)


def named(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether a statement imports the module that opens the network."""
    module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    names = [f"{module}{alias.name}" for alias in node.names] + [module.removesuffix(".")]
    return "kurume_bousai.exchange.gsi_tiles" in names
