"""Where the folders ``maps/`` and ``db/`` are: in a checkout, an installed wheel and a frozen build.

Both hold files, not importable code.  A wheel carries them under ``kurume_bousai/_bundled/``
(hatchling ``force-include``), a frozen build under its unpacked folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

BUNDLED = "_bundled"
MAPS = "maps"
DB = "db"


def maps_folder() -> Path:
    """Return the folder with layers, styles, the map page and templates."""
    return find_folder(MAPS, candidate_roots())


def db_folder() -> Path:
    """Return the folder with migrations, seed facts and sample profiles."""
    return find_folder(DB, candidate_roots())


def candidate_roots() -> Iterator[Path]:
    """Yield the folders that may hold ``maps`` and ``db``, the surest first."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    if isinstance(frozen, str):
        yield Path(frozen, package.name, BUNDLED)
        yield Path(frozen)
    yield package / BUNDLED
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file():  # else a neighbour in site-packages could be taken for ours
        yield checkout


def find_folder(name: str, roots: Iterable[Path]) -> Path:
    """Return ``name`` under the first root that has it.

    Raises
    ------
    FileNotFoundError
        The installation is damaged: no root has the folder.
    """
    tried = []
    for root in roots:
        folder = root / name
        if folder.is_dir():
            return folder
        tried.append(str(folder))
    raise FileNotFoundError(f"bundled folder {name!r} not found; looked in {', '.join(tried)}")
