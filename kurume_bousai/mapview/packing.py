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


def pack_lines(lines: Sequence[Sequence[tuple[float, float]]]) -> bytes:
    """Pack many short lines at once, as ``pack`` would each as one part of one ring."""
    counts = np.fromiter((len(line) for line in lines), np.int64, len(lines))
    starts = 1 + np.cumsum(2 + 2 * counts) - (2 + 2 * counts)
    packed = np.empty(1 + int((2 + 2 * counts).sum()), dtype="<i4")
    is_corner = np.ones(len(packed), dtype=np.bool_)
    is_corner[0] = False
    is_corner[starts] = is_corner[starts + 1] = False
    packed[0] = len(lines)
    packed[starts] = 1
    packed[starts + 1] = counts
    corners = np.array([corner for line in lines for corner in line], dtype=np.float64)
    packed[is_corner] = np.round(corners * _SCALE).ravel().astype("<i4")
    return packed.tobytes()


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
