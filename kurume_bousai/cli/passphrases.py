"""Secrets on the command line: from the environment, a file or a prompt; never an argument, never a hang."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from kurume_bousai.domain.errors import KnownProblem


def read_secret(variable: str, file: Path | None, prompt: str, missing: KnownProblem) -> str:
    """The secret in the order of CLI.md; ``missing`` is raised where nothing gives it and nobody can type.

    Raises
    ------
    KnownProblem
        ``passphrase_file`` where the named file cannot be read, or ``missing``.
    """
    if variable in os.environ:
        return os.environ[variable]
    if file is not None:
        return _from_file(file)
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(prompt)
    raise missing


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise KnownProblem(
            "passphrase_file",
            "合言葉や回復キーのファイルを読めません。",
            where=str(path),
            advice="場所と文字コードを確かめてください。",
        ) from None
