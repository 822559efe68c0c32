"""タイルの画像: what a picture says of itself in its first and last bytes. Pure: nothing is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: Markers of a JPEG that carry its size (SOF0–15 without DHT, JPG and DAC).
_SIZE_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class PictureHead:
    """画像の見出し: media type and size in pixels. ``is_whole`` = its last bytes are there."""

    media_type: str
    width_px: int
    height_px: int
    is_whole: bool


def head_of(content: bytes) -> PictureHead | None:
    """What a PNG, JPEG or WebP says of itself; None = none of them."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return PictureHead("image/png", width, height, b"IEND" in content[-12:])
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    return None


def _jpeg(content: bytes) -> PictureHead | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in _SIZE_MARKERS:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return PictureHead("image/jpeg", width, height, b"\xff\xd9" in content[-32:])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return None


def _webp(content: bytes) -> PictureHead | None:
    kind = content[12:16]
    is_whole = len(content) >= 8 + int.from_bytes(content[4:8], "little")
    if kind == b"VP8X" and len(content) >= 30:
        width, height = (1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
    elif kind == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and len(content) >= 30:
        width, height = (value & 0x3FFF for value in struct.unpack("<HH", content[26:30]))
    else:
        return None
    return PictureHead("image/webp", width, height, is_whole)
