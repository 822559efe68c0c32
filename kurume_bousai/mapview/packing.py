"""詰めた形: lines and rings as bytes, for layers of a hundred thousand corners and more.

Little-endian int32: number of parts; then per part its number of rings (1 for a line), then per ring its
number of corners and the corners as (longitude, latitude) in 1e-6 degrees of EPSG:6668.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Corners = npt.NDArray[np.float64]
#: Corners of one part: its rings, each of shape (n, 2) in degrees.
Part = Sequence[Corners]

_SCALE: Final = 1e6


def pack(parts: Iterable[Part]) -> bytes:
    """Pack parts (polygons as their rings, lines as one ring each)."""
    pieces: list[npt.NDArray[np.int32]] = []
    count = 0
    for part in parts:
        count += 1
        pieces.append(np.array([len(part)], dtype="<i4"))
        for ring in part:
            pieces.append(np.array([len(ring)], dtype="<i4"))
            pieces.append(np.round(np.asarray(ring)[:, :2] * _SCALE).astype("<i4").ravel())
    return b"".join([np.array([count], dtype="<i4").tobytes(), *(piece.tobytes() for piece in pieces)])


def unpack(packed: bytes) -> Iterator[list[Corners]]:
    """Yield the parts again, each as its rings of shape (n, 2) in degrees; nothing for no bytes."""
    numbers = np.frombuffer(packed, dtype="<i4")
    if numbers.size == 0:
        return
    at = 1
    for _ in range(int(numbers[0])):
        rings = int(numbers[at])
        at += 1
        part: list[Corners] = []
        for _ring in range(rings):
            corners = int(numbers[at])
            part.append(numbers[at + 1 : at + 1 + 2 * corners].reshape(-1, 2) / _SCALE)
            at += 1 + 2 * corners
        yield part
