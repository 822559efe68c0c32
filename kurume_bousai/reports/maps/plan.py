"""地図帳の計画: which 校区 gets which sheets, and on which page it begins; nothing is drawn yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce

import shapely

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.furniture import Layout, Words, layouts
from kurume_bousai.reports.maps.ground import Association, District, Ground
from kurume_bousai.reports.maps.sheets import Series, Sheet, Window, overview_scale, series, tiles
from kurume_bousai.services.papers.map_ports import MapPaperOrder


@dataclass(frozen=True, slots=True)
class Chapter:
    """校区か自治会の章: its series of sheets; ``layout`` None = tiles. ``page`` counts from 1.

    ``association`` "" = the whole 校区; ``is_narrowed``: its sheets show the 自治会 only.
    """

    district: District
    series: Series
    sheets: tuple[Sheet, ...]
    layout: Layout | None
    page: int
    association: str = field(default="", repr=False)
    is_narrowed: bool = False

    @property
    def title(self) -> str:
        """What it is called on its sheets and in the bookmarks."""
        if self.association:
            return f"{self.district.name}校区 {self.association}"
        return f"{self.district.name}校区"

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
        city = reduce(Window.joined, (district.window for district in ground.districts))
        _, turned = overview_scale(city, frames)
        scale, _ = overview_scale(city, [frames[turned]])
        laid = series(city, order.paper, scale, [frames[0], frames[1]])
        overview = (laid, both[0] if laid.frame == frames[0] else both[1])
    chapters: list[Chapter] = []
    page = 1 + (overview is not None)
    for district in chosen:
        for association in ground.associations or (None,):
            chapter = _chapter(district, association, order, both, page)
            chapters.append(chapter)
            page += chapter.pages
    return Plan(tuple(chapters), overview, both[0])


def _chapter(
    district: District,
    association: Association | None,
    order: MapPaperOrder,
    both: tuple[Layout, Layout],
    page: int,
) -> Chapter:
    name, own = (association.name, association.window) if association is not None else ("", None)
    window, is_narrowed = own or district.window, own is not None
    if order.is_tiled:
        laid = tiles(window, order.paper, order.scale)
        return Chapter(district, laid, laid.sheets, None, page, name, is_narrowed)
    laid = series(window, order.paper, order.scale, [layout.frame for layout in both])
    layout = both[0] if laid.frame == both[0].frame else both[1]
    sheets = _with_ground(laid, district, window)
    return Chapter(district, laid, sheets, layout, page, name, is_narrowed)


def _with_ground(laid: Series, district: District, window: Window) -> tuple[Sheet, ...]:
    """The sheets that show something of the 校区: empty corners of the rectangle are not printed."""
    wanted = shapely.intersection(district.shape, shapely.box(*window.bounds))
    shapely.prepare(wanted)
    found = tuple(
        sheet for sheet in laid.sheets if shapely.intersects(wanted, shapely.box(*sheet.window.bounds))
    )
    # A 自治会 whose homes lie outside its 校区 (a wrong 校区 in the list) is shown all the same.
    return found or laid.sheets


def page_of(plan: Plan) -> dict[DistrictId, int]:
    """Return the page on which each 校区 begins."""
    return {chapter.district.district_id: chapter.page for chapter in reversed(plan.chapters)}
