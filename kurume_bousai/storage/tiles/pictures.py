"""図から切ったタイル: a picture on the ground as a file of tiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kurume_bousai.domain.tile_packs import MOST_TITLE, Tile, TileFacts
from kurume_bousai.geo.geotiff import read_geotiff
from kurume_bousai.geo.tiling import GroundPicture, TilePlan, cut_tiles, plan_tiles
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage.tiles import problems
from kurume_bousai.storage.tiles.mbtiles import ELSEWHERE, touches_city

_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class PictureFile:
    """図のファイル, to be cut. Implements ``TileFile``; its count of tiles is what it may be at most."""

    facts: TileFacts
    warnings: tuple[str, ...]
    ground: GroundPicture = field(repr=False)
    plan: TilePlan

    def tiles(self, progress: Progress) -> Iterator[Tile]:
        """Every tile that shows something."""
        for number, tile in enumerate(cut_tiles(self.ground, self.plan)):
            if number % _EVERY == 0:
                progress(number, self.facts.tile_count, "図をタイルに切っています")
            yield tile


def read_geotiff_file(path: Path, progress: Progress) -> PictureFile:
    """Read a GeoTIFF; raises as ``read_geotiff`` does."""
    progress(0, 0, "図を読んでいます")
    with problems.told_files(path), path.open("rb") as file:
        ground = read_geotiff(file, path.name)
    return picture_file(ground, title=path.stem, source=path.name)


def picture_file(
    ground: GroundPicture, *, title: str, source: str, attribution: str = "", warnings: tuple[str, ...] = ()
) -> PictureFile:
    """Plan how a picture is cut."""
    plan = plan_tiles(ground)
    told = list(warnings)
    if plan.is_coarser:
        told.append("図が細かいため、もとの画素より粗いタイルにします。")
    if not touches_city((plan.west, plan.south, plan.east, plan.north)):
        told.append(ELSEWHERE)
    facts = TileFacts(
        title[:MOST_TITLE],
        plan.west,
        plan.south,
        plan.east,
        plan.north,
        plan.min_zoom,
        plan.max_zoom,
        plan.tile_count,
        "image/png",
        attribution=attribution,
        source=source,
    )
    return PictureFile(facts, tuple(told), ground, plan)
