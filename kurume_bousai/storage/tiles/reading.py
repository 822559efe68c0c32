"""タイルを出す: single tiles of a pack of ours, on any thread, with nothing held open."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from kurume_bousai.domain.tile_grid import MOST_ZOOM, flipped

_QUESTION: Final = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"


def tile_reader(path: Path) -> Callable[[int, int, int], bytes | None]:
    """Column, row (XYZ) and zoom to a picture; None where there is none or the file has gone.

    The file is opened for each tile (about 0.1 ms): so it can be taken away at any time, on Windows too,
    and no thread waits for another.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"

    def read(column: int, row: int, zoom: int) -> bytes | None:
        if not 0 <= zoom <= MOST_ZOOM:
            return None
        try:
            with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
                found = connection.execute(_QUESTION, (zoom, column, flipped(row, zoom))).fetchone()
        except (sqlite3.Error, OverflowError):
            return None
        return found[0] if found is not None and isinstance(found[0], bytes) else None

    return read
