"""A computer of its own for the tests: home, folders and settings that touch nobody's files."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

PROGRAM_SETTINGS = (
    "KURUME_BOUSAI_DB",
    "KURUME_BOUSAI_OPERATOR",
    "KURUME_BOUSAI_PASSPHRASE",
    "KURUME_BOUSAI_OUTPUT_PASSWORD",
)


def use_own_surroundings(env: MutableMapping[str, str], home: Path) -> None:
    """Point every place where a program keeps files below ``home`` and forget the person's settings."""
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "AppData" / "Roaming",
        "LOCALAPPDATA": home / "AppData" / "Local",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for name, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        env[name] = str(folder)
    (home / "run").chmod(0o700)
    for name in PROGRAM_SETTINGS:
        env.pop(name, None)


def use_no_screen(env: MutableMapping[str, str]) -> None:
    """Let Qt draw into memory; as root, Chromium only starts without its sandbox."""
    env["QT_QPA_PLATFORM"] = "offscreen"
    env["QT_API"] = "pyside6"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        env["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
