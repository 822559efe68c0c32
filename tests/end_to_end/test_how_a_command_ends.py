"""Exit statuses and the error object of CLI.md: 0 done, 1 known problem, 2 usage, 3 a bug."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from kurume_bousai import cli
from kurume_bousai.cli import locate
from tests.helpers.command_line import PATIENCE_S, CommandLine

#: Every command that opens a database, with what it needs besides.
WITH_DATABASE = (
    ("capacity",),
    ("report", "capacity", "--out", "x.pdf"),
    ("report", "exercise", "--out", "x.pdf"),
    (
        "report",
        "roster",
        "--district",
        "津福",
        "--named",
        "--recipient",
        "police",
        "--purpose",
        "x",
        "--out",
        "x.pdf",
    ),
    ("exercise", "run", "--district", "津福"),
    ("import", "roster", "x.csv", "--source", "介護", "--part"),
    ("import", "shelters", "x.csv"),
    ("import", "welfare-shelters", "x.csv"),
    ("import", "supporters", "x.csv"),
    ("import", "districts", "x.geojson"),
    ("import", "undo", "i"),
    ("locate", "--lon", "130.5", "--lat", "33.3"),
    ("audit", "verify"),
    ("keys", "add", "係", "--role", "clerk"),
    ("keys", "remove", "係"),
    ("keys", "recovery"),
    ("backup", "--out", "x.backup"),
    ("migrate",),
    ("init",),
)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    error: dict[str, str] = json.loads(lines[0])["error"]
    return error


@pytest.mark.parametrize("words", WITH_DATABASE, ids=lambda words: " ".join(words[:2]))
def test_without_terminal_and_passphrase_it_ends_at_once(
    words: tuple[str, ...],
    city_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", None)
    place = tmp_path / "new.db" if words == ("init",) else city_file
    status = cli.main([*words, "--db", str(place), "--operator", "架空", "--json"])
    error = told(capsys)
    assert (status, error["code"]) == (1, "passphrase_missing")
    assert error["advice"]
    assert list(tmp_path.iterdir()) == []


def test_a_process_without_terminal_ends_at_once(clerk: CommandLine) -> None:
    assert clerk.changed(PASSPHRASE=None).refused("capacity", fresh=True)["code"] == "passphrase_missing"


def test_a_wrong_word_is_usage(clerk: CommandLine) -> None:
    ended = clerk.run("capacty")
    assert (ended.status, ended.stdout) == (2, "")
    assert "capacty" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("capacity", "--stage", "5"),
        ("import", "roster", "x.csv", "--source", "介護"),
        ("import", "roster", "x.csv", "--source", "介護", "--whole", "--part"),
        ("report", "capacity"),
        ("template", "people", "--out", "x.xlsx"),
        ("keys", "add", "係", "--role", "mayor"),
    ],
)
def test_usage_ends_with_two(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    if not words:
        words = ("import",)
    with pytest.raises(SystemExit) as caught:
        cli.main([*words, "--json"])
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


def test_every_command_explains_itself_in_japanese(capsys: pytest.CaptureFixture[str]) -> None:
    for leaf in _leaves(cli.build_parser()):
        shown = leaf.format_help()
        assert any("぀" <= letter <= "ヿ" for letter in shown.split("--help")[0] + shown), leaf.prog
        assert "--json" in shown
        assert "--passphrase " not in shown


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in nested:
        for child in action.choices.values():
            yield from _leaves(child)
    if not nested:
        yield parser


def test_no_screen_is_told_and_not_a_crash(clerk: CommandLine) -> None:
    assert clerk.refused(fresh=True)["code"] == "no_screen"


def test_a_server_is_refused_politely(clerk: CommandLine) -> None:
    error = clerk.refused("capacity", "--db", "postgresql+psycopg://host/db")
    assert (error["code"], error["where"]) == ("server_not_supported", "postgresql+psycopg")


def test_a_missing_database_is_told(clerk: CommandLine, tmp_path: Path) -> None:
    error = clerk.refused("capacity", "--db", tmp_path / "none.db")
    assert (error["code"], error["where"]) == ("no_database", str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_bug_ends_with_three_and_says_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KURUME_BOUSAI_HOME", str(tmp_path))

    def broken(*_values: object) -> NoReturn:
        raise ValueError("見張番太郎")

    monkeypatch.setattr(locate, "run", broken)
    status = cli.main(["locate", "--lon", "1", "--lat", "1", "--json"])
    shown = capsys.readouterr()
    assert status == 3
    assert json.loads(shown.out)["error"]["code"] == "bug"
    log = (tmp_path / "log" / "kurume_bousai.log").read_text("utf-8")
    assert "ValueError" in log
    assert "見張番太郎" not in shown.out + shown.err + log


def test_ctrl_c_is_a_known_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(*_values: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(locate, "run", stopped)
    assert cli.main(["locate", "--lon", "1", "--lat", "1", "--json"]) == 1
    assert told(capsys)["code"] == "cancelled"


def test_a_reader_that_has_enough_is_no_bug() -> None:
    """``… --json | head``: nothing is said, and nothing is flushed into the closed pipe at the end."""
    program = "import sys; from kurume_bousai import cli; sys.exit(cli.main(sys.argv[1:]))"
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed, tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            [sys.executable, "-c", program, "template", "roster", "--out", f"{folder}/a.xlsx", "--json"],
            stdout=closed,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_S,
            check=False,
        )
    said = ended.stderr.decode()  # what was done is told there; no traceback
    assert ended.returncode == 1
    assert len(said.splitlines()) == 1
    assert "Error" not in said
