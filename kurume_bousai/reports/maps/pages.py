"""地図の一枚一枚: a sheet of a 校区, the sheet of the city, a tile, and the cover of the tiles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import shapely

from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box, Canvas, Pen
from kurume_bousai.reports.maps.document import MapDocument
from kurume_bousai.reports.maps.drawing import MapView, draw_map
from kurume_bousai.reports.maps.furniture import (
    Layout,
    Words,
    draw_frame,
    draw_key,
    draw_legend,
    draw_mark,
    draw_north,
    draw_notes,
    draw_sample,
    draw_scale_bar,
    draw_side,
    draw_title,
)
from kurume_bousai.reports.maps.ground import Ground
from kurume_bousai.reports.maps.plan import Chapter, Plan, page_of
from kurume_bousai.reports.maps.sheets import OVERLAP_MM, UNIT, Series, Sheet
from kurume_bousai.services.papers.map_ports import MapPaperOrder

_CUT: Final = Pen("#000000", 0.2)
_GLUE: Final = Pen("#6B6B6B", 0.15, (2.0, 1.5))
_MARK_MM: Final = 5.0


@dataclass(frozen=True, slots=True)
class PageMaker:
    """紙面をつくる人 for one order on one document."""

    document: MapDocument
    ground: Ground
    order: MapPaperOrder
    words: Words
    plan: Plan
    #: The page that is drawn next, from 1; a sample of a later page is drawn alone.
    first_page: int = 1
    is_sample: bool = False

    @property
    def _page_words(self) -> str:
        return f"{self.document.pages + self.first_page} / {self.plan.pages}"

    # -- sheets --------------------------------------------------------------------------------

    def sheet(self, chapter: Chapter, index: int) -> None:
        """Draw one sheet of a 校区 with everything around the map."""
        layout, laid = chapter.layout, chapter.series
        assert layout is not None  # noqa: S101 - tiles have no layout and come another way
        sheet = chapter.sheets[index]
        canvas = self.document.new_page(laid.width, laid.height)
        view = self._view(laid, sheet, layout.frame, chapter)
        subtitle = self._subtitle(chapter)
        if len(chapter.sheets) > 1:
            subtitle = f"{subtitle} ・ {index + 1}枚目(全{len(chapter.sheets)}枚)"
        self.dress(canvas, layout, view, self._title(chapter), subtitle)
        if len(laid.sheets) > 1:
            unit, legend = layout.unit, layout.legend
            box = Box(legend.right - 58 * unit, legend.y, 40 * unit, max(legend.height - 12 * unit, 9 * unit))
            draw_key(canvas, box, chapter.district.shape, laid, sheet)
        self._add(canvas, view, chapter.title if index == 0 else "")

    def overview(self) -> None:
        """Draw the sheet of the whole city: every 校区 by name with its page."""
        assert self.plan.overview is not None  # noqa: S101 - the caller looked
        laid, layout = self.plan.overview
        canvas = self.document.new_page(laid.width, laid.height)
        view = replace(self._view(laid, laid.sheets[0], layout.frame, None), names_districts=True)
        pages = page_of(self.plan)
        numbered = tuple(
            replace(district, name=f"{district.name} p.{pages[district.district_id]}")
            for district in self.ground.districts
        )
        lines = tuple(layer for layer in self.ground.lines if layer.ink.is_for_city)
        ground = replace(self.ground, districts=numbered, places=(), lines=lines)
        subtitle = f"地図帳の索引 ・ {len(self.plan.chapters)}校区 ・ 全{self.plan.pages}ページ"
        replace(self, ground=ground).dress(canvas, layout, view, "久留米市", subtitle)
        self._add(canvas, view, "索引")

    def dress(
        self,
        canvas: Canvas,
        layout: Layout,
        view: MapView,
        title: str,
        subtitle: str,
    ) -> None:
        """Draw the map and everything that stands around it."""
        drawn = draw_map(canvas, self.ground, view)
        draw_frame(canvas, view)
        draw_title(canvas, layout, self.words, title, subtitle, view.scale, self.order.paper.value)
        draw_legend(canvas, layout, self.words, drawn.words)
        draw_side(canvas, layout, view.scale)
        draw_notes(canvas, layout, drawn.unnamed)
        canvas.text(layout.notes.right, layout.notes.y, self._page_words, 2.8 * layout.unit, anchor="right")

    def _title(self, chapter: Chapter) -> str:
        return f"{chapter.title} 逃げ地図" if self.ground.reach is not None else chapter.title

    def _subtitle(self, chapter: Chapter) -> str:
        parts = ["久留米市"]
        if chapter.association and not chapter.is_narrowed:
            parts.append("この自治会の範囲がわからないため、校区全体の図です")
        if chapter.district.is_approximate:
            parts.append("校区の区域は概略(代表点から計算したもの)")
        return " ・ ".join(parts)

    def _view(self, laid: Series, sheet: Sheet, frame: Box, chapter: Chapter | None) -> MapView:
        return MapView(
            window=sheet.window,
            frame=frame,
            part=sheet.window,
            scale=laid.scale,
            unit=UNIT[self.order.paper],
            grid=laid.grid,
            is_mono=self.order.is_mono,
            district_id=None if chapter is None else chapter.district.district_id,
            association="" if chapter is None else chapter.association,
        )

    def _add(self, canvas: Canvas, view: MapView, bookmark: str) -> None:
        for picture in self.ground.pictures:
            if picture.name in canvas.pictures and not self.document.has_picture(picture.name):
                self.document.add_picture(picture.name, picture.width_px, picture.height_px, picture.rgb)
        self._write(canvas, bookmark, (view.frame, view.scale))

    def _write(self, canvas: Canvas, bookmark: str, measured: tuple[Box, int] | None = None) -> None:
        """Add the page; a sample says on its face that it is one."""
        if self.is_sample:
            draw_sample(canvas, UNIT[self.order.paper])
        self.document.add_page(canvas, bookmark, measured)

    # -- tiles ---------------------------------------------------------------------------------

    def cover(self, chapter: Chapter) -> None:
        """Draw the sheet that tells how the tiles are glued, with legend and scale bar."""
        layout, laid = self.plan.upright, chapter.series
        canvas = self.document.new_page(layout.width, layout.height)
        unit = layout.unit
        title = f"{self._title(chapter)} 貼り合わせ図"
        draw_title(
            canvas, layout, self.words, title, self._subtitle(chapter), laid.scale, self.order.paper.value
        )
        frame = layout.frame
        steps = (
            f"横{laid.columns}枚 × 縦{laid.rows}枚です。図の番号の順に並べます。",
            "「実際のサイズ」(100%)で印刷し、物差しでスケールバーの長さを確かめます。",
            "左と上の余白を切り取り線で切り、右と下ののりしろに重ねて貼ります。",
        )
        for index, step in enumerate(steps):
            canvas.text(frame.x, frame.top - (index + 1) * 6 * unit, f"{index + 1}. {step}", 3.2 * unit)
        below = frame.inset(2 * unit)
        self._tile_index(canvas, chapter, Box(below.x, below.y, below.width, below.height - 24 * unit))
        draw_legend(canvas, layout, self.words, self._on_tiles(chapter))
        draw_side(canvas, layout, laid.scale)
        draw_notes(canvas, layout, ())
        self._write(canvas, chapter.title)

    def _on_tiles(self, chapter: Chapter) -> set[str]:
        """The signs of all tiles together: the map is drawn once onto a sheet that is thrown away."""
        laid = chapter.series
        plane = Box(0, 0, laid.whole.width_m * 1000 / laid.scale, laid.whole.height_m * 1000 / laid.scale)
        view = replace(self._view(laid, laid.sheets[0], plane, chapter), window=laid.whole, part=laid.whole)
        return draw_map(self.document.new_page(plane.width, plane.height), self.ground, view).words

    @staticmethod
    def _tile_index(canvas: Canvas, chapter: Chapter, box: Box) -> None:
        laid, whole = chapter.series, chapter.series.whole
        factor = min(box.width / whole.width_m, box.height / whole.height_m)
        shown = Box(
            box.x + (box.width - whole.width_m * factor) / 2,
            box.top - whole.height_m * factor,
            whole.width_m * factor,
            whole.height_m * factor,
        )

        def place(east: float, north: float) -> tuple[float, float]:
            return shown.x + (east - whole.west) * factor, shown.y + (north - whole.south) * factor

        canvas.shapes(
            shapely.transform(
                chapter.district.shape,
                lambda at: (at - [whole.west, whole.south]) * factor + [shown.x, shown.y],
            ),
            fill="#EFEFEF",
            pen=Pen(inks.QUIET, 0.3),
        )
        for sheet in laid.sheets:
            x, y = place(sheet.window.west, sheet.window.south)
            tile = Box(x, y, sheet.window.width_m * factor, sheet.window.height_m * factor)
            canvas.box(tile, pen=Pen(inks.INK, 0.25))
            size = min(7.0, tile.height * 0.4, tile.width * 0.25)
            canvas.text(
                tile.x + tile.width / 2,
                tile.y + tile.height / 2 - size * 0.35,
                tile_name(sheet),
                size,
                anchor="middle",
            )

    def tile(self, chapter: Chapter, index: int) -> None:
        """Draw one tile: the map to its edges, marks to cut, strips to glue at the right and below."""
        laid = chapter.series
        sheet = chapter.sheets[index]
        canvas = self.document.new_page(laid.width, laid.height)
        frame, whole = laid.frame, laid.whole
        plane = Box(0, 0, whole.width_m * 1000 / laid.scale, whole.height_m * 1000 / laid.scale)
        view = replace(self._view(laid, sheet, plane, chapter), window=whole)
        with canvas.kept():
            canvas.move(frame.x - view.seen.x, frame.y - view.seen.y)
            draw_map(canvas, self.ground, view)
            _grid_names(canvas, view)
        _cut_marks(canvas, frame)
        _glue_strips(canvas, frame, sheet, laid)
        self._tile_words(canvas, chapter, sheet)
        self._add(canvas, replace(view, frame=frame), "")

    def _tile_words(self, canvas: Canvas, chapter: Chapter, sheet: Sheet) -> None:
        laid, frame = chapter.series, chapter.series.frame
        marks = " ".join((*self.words.marks, self.words.level))
        words = (
            f"{tile_name(sheet)} ・ {chapter.title} 1:{laid.scale:,} ・ "
            f"横{laid.columns}枚×縦{laid.rows}枚のうち、左から{sheet.column + 1}、"
            f"上から{sheet.row + 1} ・ {marks}"
        )
        canvas.text(frame.x + _MARK_MM + 2, frame.y - 6.2, words, 2.8)
        # The margins are cut off: what must stay with the map stands inside of it.
        after = frame.x + 6
        for mark in self.words.marks:
            after = draw_mark(canvas, after, frame.top - 8.5, mark, 1.0)
        canvas.text(frame.right - OVERLAP_MM - 8, frame.top + 3.4, self._page_words, 2.8, anchor="right")
        if sheet.column == laid.columns - 1 and sheet.row == laid.rows - 1:
            box = Box(frame.right - 66, frame.y + 3, 62, 17)
            canvas.box(box, fill=inks.PAPER, pen=Pen(inks.INK, 0.2))
            draw_scale_bar(canvas, box.x + 4, box.y + 5, laid.scale, 0.9)
            draw_north(canvas, box.right - 6, box.y + 1.2, 0.9)


def tile_name(sheet: Sheet) -> str:
    """Return the name of a tile: row first, as one reads, such as 2-3."""
    return f"{sheet.row + 1}-{sheet.column + 1}"


def _cut_marks(canvas: Canvas, frame: Box) -> None:
    """Draw two short lines at each corner, outside of the map."""
    for x, outward in ((frame.x, -1), (frame.right, 1)):
        for y in (frame.y, frame.top):
            canvas.line((x + outward * 1.0, y), (x + outward * (1.0 + _MARK_MM), y), pen=_CUT)
    for y, outward in ((frame.y, -1), (frame.top, 1)):
        for x in (frame.x, frame.right):
            canvas.line((x, y + outward * 1.0), (x, y + outward * (1.0 + _MARK_MM)), pen=_CUT)


def _glue_strips(canvas: Canvas, frame: Box, sheet: Sheet, laid: Series) -> None:
    """Dashes where the next tile's edge comes, and a word beside the strip."""
    if sheet.column < laid.columns - 1:
        x = frame.right - OVERLAP_MM
        canvas.line((x, frame.y), (x, frame.top), pen=_GLUE)
        canvas.text(x + OVERLAP_MM / 2, frame.top + 3.4, "のりしろ", 2.2, anchor="middle")
    if sheet.row < laid.rows - 1:
        y = frame.y + OVERLAP_MM
        canvas.line((frame.x, y), (frame.right, y), pen=_GLUE)
        canvas.text(frame.right + 1.0, y - OVERLAP_MM / 2, "のり", 2.2)
        canvas.text(frame.right + 1.0, y - OVERLAP_MM / 2 - 3, "しろ", 2.2)


def _grid_names(canvas: Canvas, view: MapView) -> None:
    """Write the cell's name into its upper left corner: a glued map has no frame to carry letters."""
    grid, part = view.grid, view.part
    size = 2.6
    columns = range(
        int((part.west - grid.west) // grid.step_m), int((part.east - grid.west) // grid.step_m) + 1
    )
    rows = range(
        int((grid.north - part.north) // grid.step_m), int((grid.north - part.south) // grid.step_m) + 1
    )
    with canvas.clipped(view.seen):
        for column in columns:
            for row in rows:
                x, y = view.place(grid.west + column * grid.step_m, grid.north - row * grid.step_m)
                canvas.text(
                    x + 0.8, y - size - 0.2, f"{grid.column(column)}{row + 1}", size, colour=inks.QUIET
                )
