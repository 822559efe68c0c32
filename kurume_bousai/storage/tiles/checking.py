"""タイルを確かめる: one tile after the other, and what all of them together are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.tile_grid import MOST_ZOOM, TileBox, bounds_of
from kurume_bousai.domain.tile_packs import Tile
from kurume_bousai.domain.tile_pictures import head_of
from kurume_bousai.storage.tiles import problems

#: A square of photograph at 512 pixels is some 300 KB; more is no tile.
MOST_TILE_BYTES: Final = 2_000_000
MOST_TILE_PX: Final = 1024
MOST_TILES: Final = 500_000
MOST_PACK_BYTES: Final = 4_000_000_000
Bounds = tuple[float, float, float, float]


@dataclass(slots=True)
class TileCheck:
    """点検: refuses what no map has, leaves out what is only damaged, and counts."""

    where: str
    count: int = 0
    size_bytes: int = 0
    broken: int = 0
    media: dict[str, int] = field(default_factory=dict)
    _boxes: dict[int, TileBox] = field(default_factory=dict)

    def take(self, zoom: object, column: object, row: object, content: object) -> Tile | None:
        """The tile, rows from the north; None = damaged and left out.

        Raises
        ------
        KnownProblem
            ``tiles_absurd_place``, ``tiles_huge_tile``, ``tiles_wrong_media``, ``tiles_too_many``.
        """
        if not (isinstance(zoom, int) and isinstance(column, int) and isinstance(row, int)):
            raise problems.absurd_place(self.where)
        if not (0 <= zoom <= MOST_ZOOM and 0 <= column < 2**zoom and 0 <= row < 2**zoom):
            raise problems.absurd_place(self.where)
        if not isinstance(content, bytes) or not content:
            self.broken += 1
            return None
        media = self._media(content)
        if not media:
            self.broken += 1
            return None
        self._count(zoom, column, row, len(content), media)
        return Tile(zoom, column, row, content)

    def _media(self, content: bytes) -> str:
        """Media type of a picture that can be shown, "" for a damaged one."""
        if len(content) > MOST_TILE_BYTES:
            raise problems.huge_tile(self.where, f"{MOST_TILE_BYTES // 1_000_000}MB")
        head = head_of(content)
        if head is None:
            if content[:2] == b"\x1f\x8b":  # gzip: a vector tile
                raise problems.vector(self.where)
            raise problems.wrong_media(self.where)
        if max(head.width_px, head.height_px) > MOST_TILE_PX:
            raise problems.huge_tile(self.where, f"{MOST_TILE_PX}画素")
        is_square = head.width_px == head.height_px > 0
        return head.media_type if head.is_whole and is_square else ""

    def _count(self, zoom: int, column: int, row: int, size: int, media: str) -> None:
        self.count += 1
        self.size_bytes += size
        self.media[media] = self.media.get(media, 0) + 1
        if self.count > MOST_TILES:
            raise problems.too_many(self.where, f"{MOST_TILES:,}枚")
        if self.size_bytes > MOST_PACK_BYTES:
            raise problems.too_many(self.where, f"{MOST_PACK_BYTES // 1_000_000_000}GB")
        box = self._boxes.get(zoom)
        if box is None:
            self._boxes[zoom] = TileBox(zoom, column, row, column, row)
        elif not (box.first_column <= column <= box.last_column and box.first_row <= row <= box.last_row):
            self._boxes[zoom] = TileBox(
                zoom,
                min(box.first_column, column),
                min(box.first_row, row),
                max(box.last_column, column),
                max(box.last_row, row),
            )

    @property
    def zooms(self) -> tuple[int, int]:
        """Lowest and highest zoom; asked only after a tile was taken."""
        return min(self._boxes), max(self._boxes)

    @property
    def media_type(self) -> str:
        """The commonest kind of picture."""
        return max(self.media, key=lambda kind: self.media[kind])

    def bounds(self, declared: Bounds | None) -> Bounds:
        """The ground of the finest tiles, cut to what the file says of itself where that makes sense."""
        west, south, east, north = bounds_of(self._boxes[max(self._boxes)])
        if declared is not None:
            cut = (
                max(west, declared[0]),
                max(south, declared[1]),
                min(east, declared[2]),
                min(north, declared[3]),
            )
            if cut[0] < cut[2] and cut[1] < cut[3]:
                return cut
        return west, south, east, north
