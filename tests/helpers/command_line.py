"""The program as somebody else starts it: a process of its own, no terminal, one answer on stdout."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from kurume_bousai import cli

ROOT = Path(__file__).resolve().parents[2]
#: Nobody waits longer than this for a command of a test; a hang is a failure, not a slow test.
PATIENCE_S = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that came to its end: exit status, what it printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object on stdout; anything else there fails."""
        lines = self.stdout.splitlines()
        assert len(lines) == 1, f"stdout is not one line: {self.stdout[:400]!r} / {self.stderr[-400:]!r}"
        found = json.loads(lines[0])
        assert isinstance(found, dict)
        return found

    @property
    def error(self) -> dict[str, Any]:
        """The error object of CLI.md, with exactly its four texts."""
        answer = self.answer
        assert set(answer) == {"error"}
        error: dict[str, Any] = answer["error"]
        assert set(error) == {"code", "message", "where", "advice"}
        return error


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The commands of one person: an environment, and ``--json`` for every one."""

    env: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, home: Path, **settings: str) -> CommandLine:
        """A person with a home of their own and no screen; ``settings`` are variables of the program."""
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KURUME_BOUSAI_")
            and name not in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
        }
        home.mkdir(parents=True, exist_ok=True)
        env |= {"HOME": str(home), "KURUME_BOUSAI_HOME": str(home / "kurume"), "PYTHONWARNINGS": "error"}
        return cls(env | {f"KURUME_BOUSAI_{name}": value for name, value in settings.items()})

    def changed(self, **settings: str | None) -> CommandLine:
        """The same person with other variables; None takes one away."""
        env = dict(self.env)
        for name, value in settings.items():
            if value is None:
                env.pop(f"KURUME_BOUSAI_{name}", None)
            else:
                env[f"KURUME_BOUSAI_{name}"] = value
        return CommandLine(env)

    def run(self, *words: object, json_wanted: bool = True) -> Ended:
        """Run one command to its end, without a terminal and without input."""
        command = [sys.executable, "-m", "kurume_bousai", *(str(word) for word in words)]
        if json_wanted:
            command.append("--json")
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            env=dict(self.env),
            cwd=ROOT,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"))

    def here(self, *words: object) -> Ended:
        """Run one command in this process: the same grammar and words, without the start of Python."""
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, self.env, clear=True),
            patch("sys.stdin", None),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = cli.main([*(str(word) for word in words), "--json"])
        return Ended(status, out.getvalue(), err.getvalue())

    def ask(self, *words: object, fresh: bool = False) -> dict[str, Any]:
        """The answer of a command that must succeed; ``fresh`` = in a process of its own."""
        ended = self.run(*words) if fresh else self.here(*words)
        assert ended.status == 0, ended.stdout + ended.stderr
        return ended.answer

    def refused(self, *words: object, fresh: bool = False) -> dict[str, Any]:
        """The error object of a command that must be refused with a known problem."""
        ended = self.run(*words) if fresh else self.here(*words)
        assert ended.status == 1, f"{ended.status} {ended.stdout} {ended.stderr}"
        assert ended.error["message"] in ended.stderr
        return ended.error
