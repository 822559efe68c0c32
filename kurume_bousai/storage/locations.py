"""The identifier of this machine, kept in the folder of the person's own files."""

from __future__ import annotations

import secrets

from kurume_bousai.settings import data_dir

_DEVICE_FILE = "device.id"


def machine_id() -> str:
    """A random name of this installation: tells chains and logs of two laptops apart, says nothing else.

    Where the folder cannot be written, a fresh one is given for this run: it costs one more chain.
    """
    path = data_dir() / _DEVICE_FILE
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
