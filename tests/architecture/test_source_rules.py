from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module, util
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, facts, files, place, python_files, text_files

LONGEST_FILE = 500
BANNED_NAMES = {"user", "center", "data", "info", "manager", "area"}  # GLOSSARY: say which one
OWN = "kurume_bousai"


def found(rule: Callable[[Path], Iterator[str]], paths: list[Path]) -> list[str]:
    return [hit for path in paths for hit in rule(path)]


# ---------------------------------------------------------------- what is imported where


def outside_standard_library(path: Path) -> Iterator[str]:
    for line, name in facts(path).imports:
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(f"{OWN}.domain"):
            yield f"{place(path, line)} imports {name}"


def test_domain_imports_the_standard_library_only() -> None:
    assert found(outside_standard_library, python_files(PACKAGE / "domain")) == []


def test_the_bootstrap_imports_the_standard_library_only() -> None:
    paths = [ROOT / "bousai.py", *python_files(PACKAGE / "bootstrap")]
    hits = [
        f"{place(path, line)} imports {name}"
        for path in paths
        for line, name in facts(path).imports
        if name.split(".")[0] not in sys.stdlib_module_names | {"kurume_bousai"}
    ]
    assert hits == []


def test_maps_and_db_are_not_packages() -> None:
    hits = [
        f"{place(path, line)} imports {name}"
        for path in python_files()
        for line, name in facts(path).imports
        if name.split(".")[0] in {"maps", "db"}
    ]
    assert hits == []
    assert not [
        path for path in files() if path.parent in {ROOT / "maps", ROOT / "db"} and path.name == "__init__.py"
    ]


# ---------------------------------------------------------------- size and names


def test_no_file_is_too_long_to_hold_in_the_head() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def banned_names(path: Path) -> Iterator[str]:
    known = facts(path)
    for line, name in known.functions:
        # QAbstractItemModel asks for a method called ``data``.
        if name.lower() in BANNED_NAMES and not (path.is_relative_to(PACKAGE / "ui") and name == "data"):
            yield f"{place(path, line)} {name}"
    for line, name in known.classes + known.arguments:
        if name.lower() in BANNED_NAMES:
            yield f"{place(path, line)} {name}"


def test_no_ambiguous_names() -> None:
    assert found(banned_names, python_files(PACKAGE)) == []


# ---------------------------------------------------------------- habits


def prints(path: Path) -> Iterator[str]:
    yield from (place(path, line) for line in facts(path).prints)


def test_only_the_command_line_and_the_set_up_print() -> None:
    speakers = (PACKAGE / "cli", PACKAGE / "bootstrap")
    paths = [
        path for path in python_files(PACKAGE) if not any(path.is_relative_to(place) for place in speakers)
    ]
    assert found(prints, paths) == []


def sleeps(path: Path) -> Iterator[str]:
    yield from (place(path, line) for line in facts(path).sleeps)


def test_nothing_sleeps() -> None:
    assert found(sleeps, python_files()) == []


def bare_excepts(path: Path) -> Iterator[str]:
    yield from (place(path, line) for line in facts(path).bare_excepts)


def test_no_bare_except() -> None:
    assert found(bare_excepts, python_files()) == []


# ---------------------------------------------------------------- words


@pytest.mark.skipif(util.find_spec(f"{OWN}.labels") is None, reason="no labels yet")
def test_every_enum_of_the_domain_has_japanese_labels() -> None:
    """``labels.label(member)`` gives the word; a member without one raises or gives nothing."""
    labels = import_module(f"{OWN}.labels")
    missing = []
    for path in python_files(PACKAGE / "domain"):
        module = import_module(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Enum) and thing.__module__ == module.__name__:
                missing += [str(member) for member in thing if not has_label(labels.label, member)]
    assert missing == []


def has_label(label: Callable[[Enum], str], member: Enum) -> bool:
    try:
        return bool(label(member))
    except (KeyError, TypeError, ValueError):
        return False


# ---------------------------------------------------------------- what must not be in a file

HOSTS = (
    "pypi" + ".org",
    "python" + "hosted",
    "files.python" + "hosted.org",
    "npm" + "js.",
    "registry.yarn" + "pkg",
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me/[a-z]+")) + r")/[\w.]"
)
ALLOWED_HOME = "/ho" + "me/hanako"  # a made-up person in a test of paths


def forbidden_text(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if not is_forbidden(text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if is_forbidden(line):
            yield f"{path.relative_to(ROOT)}:{number} names a package registry or a path of a machine"


def is_forbidden(text: str) -> bool:
    small = text.lower()
    return any(host in small for host in HOSTS) or bool(MACHINE_PATHS.search(text.replace(ALLOWED_HOME, "")))


def test_no_registry_host_and_no_machine_path() -> None:
    assert found(forbidden_text, text_files()) == []


def test_the_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+", lock, re.MULTILINE)
    assert len(pinned) > 50
    blocks = re.split(r"^(?=[a-z0-9][\w.-]*==)", lock, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_vital_pin_stands_with_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    before, pin, _ = project.partition('"PySide6>=6.11.3,<6.12"')
    assert pin
    assert "none_dealloc" in before[-400:]


# ---------------------------------------------------------------- tests that would never run


def dead_tests(path: Path) -> Iterator[str]:
    """Functions with an assert that neither are tests nor are used by one."""
    text = path.read_text(encoding="utf-8")
    for line, name, asserts in facts(path).plain:
        if name.startswith("test_") or len(re.findall(rf"\b{re.escape(name)}\b", text)) > 1:
            continue
        if asserts or re.match(r"(tests?|check|should|verify)", name):
            yield f"{place(path, line)} {name}"


def test_no_dead_tests() -> None:
    paths = [path for path in python_files(ROOT / "tests") if path.name.startswith("test_")]
    assert found(dead_tests, paths) == []


def test_no_test_stands_in_a_file_pytest_does_not_read() -> None:
    hits = [
        f"{place(path, line)} {name}"
        for path in python_files(ROOT / "tests")
        if not path.name.startswith("test_")
        for line, name in facts(path).outer
        if name.startswith("test_")
    ]
    assert hits == []
