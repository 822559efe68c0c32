"""The folder of the person's own files, and this machine's identifier kept there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs

HOME_VARIABLE = "KURUME_BOUSAI_HOME"
_DEVICE_FILE = "device.id"


def data_folder() -> Path:
    """The folder of the person's own data; ``KURUME_BOUSAI_HOME`` overrides it."""
    override = os.environ.get(HOME_VARIABLE)
    return Path(override) if override else Path(platformdirs.user_data_dir("kurume_bousai", appauthor=False))


def machine_id() -> str:
    """A random name of this installation: tells chains and logs of two laptops apart, says nothing else.

    Where the folder cannot be written, a fresh one is given for this run: it costs one more chain.
    """
    path = data_folder() / _DEVICE_FILE
    try:
        kept = path.read_text("ascii").strip()
    except (OSError, ValueError):
        kept = ""
    if len(kept) == 16 and kept.isalnum():
        return kept
    fresh = secrets.token_hex(8)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fresh, "ascii")
    except OSError:
        pass
    return fresh
