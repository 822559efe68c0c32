"""Golden files: what a paper says, kept as text, compared line by line.

``KURUME_BOUSAI_GOLDEN=write`` writes them anew; look at the difference before keeping it.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "golden"


def check_golden(name: str, text: str) -> None:
    """Fail with a readable difference where ``tests/golden/name`` says something else."""
    file = FOLDER / name
    if os.environ.get("KURUME_BOUSAI_GOLDEN") == "write":
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    kept = file.read_text(encoding="utf-8")
    if kept != text:
        lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "made now", lineterm="")
        pytest.fail(f"{name} differs:\n" + "\n".join(lines), pytrace=False)
