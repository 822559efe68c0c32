"""DBFの中身そのもの: language byte, declared fields and the text of a cell, before anything cuts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

_HEADER: Final = 32
_DELETED: Final = ord("*")
_NAME_WIDTH: Final = 10


@dataclass(frozen=True, slots=True)
class DbfField:
    """列: name as bytes, type letter, first byte within a record, width and declared decimals."""

    name: bytes
    kind: str
    start: int
    width: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Dbf:
    """DBFの表. ``rows`` has one line of bytes per record, those marked as deleted left out."""

    language: int
    year: int  # of the last change; 0 = not told
    declared_rows: int
    fields: tuple[DbfField, ...]
    rows: npt.NDArray[np.uint8] = field(repr=False)
    header: bytes = field(repr=False)
    deleted: int = 0

    def cells(self, column: DbfField) -> list[bytes]:
        """The bytes of a column, without the blanks around them."""
        part = np.ascontiguousarray(self.rows[:, column.start : column.start + column.width])
        joined = part.tobytes()
        width = column.width
        return (
            [joined[at : at + width].strip(b" \x00") for at in range(0, len(joined), width)] if width else []
        )

    def texts(self) -> set[tuple[bytes, bool]]:
        """Every different name and text, and whether it fills its width (its last character may be cut)."""
        found = {(item.name, len(item.name) >= _NAME_WIDTH) for item in self.fields}
        for item in self.fields:
            if item.kind == "C":
                found |= {(cell, len(cell) >= item.width) for cell in self.cells(item)}
        return found

    def cut_numbers(self) -> list[tuple[DbfField, list[bytes]]]:
        """Numeric columns declared without decimals whose cells have some: GDAL would cut them."""
        found = []
        for item in self.fields:
            if item.kind in "NF" and item.decimals == 0:
                part = self.rows[:, item.start : item.start + item.width]
                if bool((part == ord(".")).any()):
                    found.append((item, self.cells(item)))
        return found


def read_dbf(path: Path) -> Dbf | None:
    """Read a table; None = it is none (too short, or a header that does not fit)."""
    content = path.read_bytes()
    if len(content) < _HEADER + 1:
        return None
    declared = int.from_bytes(content[4:8], "little")
    header_size = int.from_bytes(content[8:10], "little")
    record_size = int.from_bytes(content[10:12], "little")
    fields = _fields(content[_HEADER:header_size])
    if not fields or record_size < 1 or header_size > len(content):
        return None
    present = min(declared, (len(content) - header_size) // record_size)
    body = np.frombuffer(content, dtype=np.uint8, count=present * record_size, offset=header_size)
    records = body.reshape(present, record_size)
    kept = records[records[:, 0] != _DELETED] if present else records
    return Dbf(
        language=content[29],
        year=_year(content[1]),
        declared_rows=declared,
        fields=fields,
        rows=kept,
        header=content[_HEADER:header_size],
        deleted=present - len(kept),
    )


def _year(byte: int) -> int:
    """Year of the last change: 1900 + the byte, which some programs count from 2000."""
    return 0 if byte == 0 else (2000 + byte if byte < 80 else 1900 + byte)


def _fields(header: bytes) -> tuple[DbfField, ...]:
    found, start = [], 1
    for at in range(0, len(header) - 31, 32):
        part = header[at : at + 32]
        if part[0] == 0x0D:
            break
        name = part[:11].split(b"\x00", 1)[0].strip()
        kind = chr(part[11])
        width = part[16] + (part[17] * 256 if kind == "C" else 0)
        found.append(DbfField(name, kind, start, width, 0 if kind == "C" else part[17]))
        start += width
    return tuple(found)
