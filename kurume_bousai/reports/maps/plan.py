"""地図帳の計画: which 校区 gets which sheets, and on which page it begins; nothing is drawn yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import shapely

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.furniture import Layout, Words, layouts
from kurume_bousai.reports.maps.ground import District, Ground
from kurume_bousai.reports.maps.sheets import Series, Sheet, Window, overview_scale, series, tiles
from kurume_bousai.services.ports_map_papers import MapPaperOrder

#: Ground around the cells of a 自治会, in metres.
_AROUND_M = 150.0
_HALF_CELL_M = 50.0


@dataclass(frozen=True, slots=True)
class Chapter:
    """校区の章: its series of sheets; ``layout`` None = tiles. ``page`` counts from 1."""

    district: District
    series: Series
    sheets: tuple[Sheet, ...]
    layout: Layout | None
    page: int

    @property
    def has_cover(self) -> bool:
        """Tiles come with a sheet that tells how to glue them."""
        return self.layout is None

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self.sheets) + self.has_cover


@dataclass(frozen=True, slots=True)
class Plan:
    """計画. ``overview`` is the sheet of the whole city, for an atlas only."""

    chapters: tuple[Chapter, ...]
    overview: tuple[Series, Layout] | None
    upright: Layout

    @property
    def pages(self) -> int:
        """How many pages there will be."""
        return sum(chapter.pages for chapter in self.chapters) + (self.overview is not None)


def make_plan(ground: Ground, order: MapPaperOrder, words: Words, font: MapFont) -> Plan:
    """Lay every 校区 of the order on its sheets."""
    both = layouts(order.paper, words, font)
    frames = [layout.frame for layout in both]
    overview = None
    chosen = [one for one in ground.districts if order.district_id in (None, one.district_id)]
    if order.district_id is None:
        city = reduce(_joined, (district.window for district in ground.districts))
        _, turned = overview_scale(city, frames)
        scale, _ = overview_scale(city, [frames[turned]])
        laid = series(city, order.paper, scale, [frames[0], frames[1]])
        overview = (laid, both[0] if laid.frame == frames[0] else both[1])
    chapters: list[Chapter] = []
    page = 1 + (overview is not None)
    for district in chosen:
        window = _window_of(district, ground, order)
        if order.is_tiled:
            laid = tiles(window, order.paper, order.scale)
            chapter = Chapter(district, laid, laid.sheets, None, page)
        else:
            laid = series(window, order.paper, order.scale, frames)
            layout = both[0] if laid.frame == frames[0] else both[1]
            chapter = Chapter(district, laid, _with_ground(laid, district, window), layout, page)
        chapters.append(chapter)
        page += chapter.pages
    return Plan(tuple(chapters), overview, both[0])


def _joined(first: Window, second: Window) -> Window:
    return Window(
        min(first.west, second.west),
        min(first.south, second.south),
        max(first.east, second.east),
        max(first.north, second.north),
    )


def _window_of(district: District, ground: Ground, order: MapPaperOrder) -> Window:
    """The 校区, or the cells of one 自治会 with some ground around."""
    if not (order.association and ground.people and ground.people_district == district.district_id):
        return district.window
    east = np.array([person.east for person in ground.people])
    north = np.array([person.north for person in ground.people])
    cells = Window(float(east.min()), float(north.min()), float(east.max()), float(north.max()))
    return cells.grown(_AROUND_M + _HALF_CELL_M)


def _with_ground(laid: Series, district: District, window: Window) -> tuple[Sheet, ...]:
    """The sheets that show something of the 校区: empty corners of the rectangle are not printed."""
    wanted = shapely.intersection(district.shape, shapely.box(*window.bounds))
    shapely.prepare(wanted)
    return tuple(
        sheet for sheet in laid.sheets if shapely.intersects(wanted, shapely.box(*sheet.window.bounds))
    )


def page_of(plan: Plan) -> dict[DistrictId, int]:
    """Return the page on which each 校区 begins."""
    return {chapter.district.district_id: chapter.page for chapter in plan.chapters}
