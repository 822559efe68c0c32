"""一人の避難の地図をかく: home, way, destination and supporters on one A4 sheet, with the facts above it.

The bytes never touch a disk here: they go to a printer or into the encryption (RULEBOOK §6).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.map_papers import PaperSize
from kurume_bousai.geo.crs import as_arrays, to_metric
from kurume_bousai.labels import label, need_signs
from kurume_bousai.labels.routes import way_sentences
from kurume_bousai.reports.glyphs import glyph_notice
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box, Canvas, Pen
from kurume_bousai.reports.maps.document import MapDocument
from kurume_bousai.reports.maps.drawing import draw_map
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.furniture import (
    Layout,
    LegendItem,
    Words,
    draw_frame,
    draw_home,
    draw_legend,
    draw_notes,
    draw_side,
    draw_title,
    layouts,
    legend_of,
)
from kurume_bousai.reports.maps.ground import Ground, prepare
from kurume_bousai.reports.maps.hazard_notes import hazard_notes
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.labelling import Labels
from kurume_bousai.reports.maps.sheets import Window, overview_scale, series
from kurume_bousai.reports.maps.view import MapView
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.ports import CopyMark, PaperStamp, PersonMap, RenderedPaper

_HOME: Final = "この人の家"
_SUPPORTER: Final = "支援者(番号は順)"
_WAY: Final = Ink("避難の道", pen=Pen(inks.INK, 0.9), is_line=True)
_STRAIGHT: Final = Ink("家と行先の間(直線)", pen=Pen(inks.INK, 0.7, (2.0, 1.2)), is_line=True)
_CASING: Final = Pen(inks.PAPER, 1.9)
#: Ground around what is shown, in metres: the next streets are on the sheet too.
_AROUND_M: Final = 120.0
_NOT_SAFE: Final = "区域の外もデータなしも、安全という意味ではありません。"
_FACT: Final = 3.0
_FACT_LINE: Final = 4.5
_HANDLING: Final = (
    "この紙は、書かれた目的のためだけに使います。写しを取ったり、撮影したりしないでください。"
    "使用期限が来たら、市に返してください。なくしたときは、すぐ市に知らせてください。"
)


def person_map_pdf(content: PersonMap, stamp: PaperStamp, copy: CopyMark) -> RenderedPaper:
    """Return one numbered copy in memory."""
    out = io.BytesIO()
    document = MapDocument(out, "避難の地図", stamp.made_at)
    page = _Page(content, stamp, copy, prepare(content.ground, is_mono=False), document.font)
    canvas, frame, scale = page.draw(document)
    document.add_page(canvas, "", (frame, scale))
    document.finish()
    missing = tuple(sorted(document.font.missing))
    notices = (glyph_notice(missing),) if missing else ()
    return RenderedPaper(out.getvalue(), 1, notices)


@dataclass(frozen=True, slots=True)
class _Page:
    content: PersonMap
    stamp: PaperStamp
    copy: CopyMark
    ground: Ground
    font: MapFont

    def draw(self, document: MapDocument) -> tuple[Canvas, Box, int]:
        """Draw the sheet; returns it with the map's box and scale."""
        words = Words(("架空",) if self.stamp.is_fictional else (), "取扱注意", self._legend(), self._notes())
        upright, _ = layouts(PaperSize.A4, words, self.font)
        facts = self._facts(upright)
        high = (len(facts) + 0.6) * _FACT_LINE
        frame = replace(upright.frame, height=upright.frame.height - high)
        scale, _ = overview_scale(self._window(), [frame])
        laid = series(self._window(), PaperSize.A4, scale, [frame])
        view = MapView(
            laid.sheets[0].window, frame, laid.sheets[0].window, laid.scale, 1.0, laid.grid, is_mono=False
        )
        canvas = document.new_page(upright.width, upright.height)
        drawn = draw_map(canvas, self.ground, view, self._person)
        draw_frame(canvas, view)
        self._title(canvas, upright, words, scale)
        for index, line in enumerate(facts):
            y = upright.frame.top + 4.2 - (index + 1) * _FACT_LINE
            canvas.text(upright.notes.x, y, line, _FACT)
        shown = {*drawn.words, _HOME, _SUPPORTER, *(ink.words for ink in (_WAY, _STRAIGHT))}
        draw_legend(canvas, upright, words, shown)
        draw_side(canvas, upright, scale)
        draw_notes(canvas, upright, ())
        for picture in self.ground.pictures:
            if picture.name in canvas.pictures:
                document.add_picture(picture.name, picture.width_px, picture.height_px, picture.rgb)
        return canvas, frame, scale

    # -- the map -------------------------------------------------------------------------------

    def _points(self) -> list[LonLat]:
        content = self.content
        found = [content.home, *(one.home for one in content.supporters if one.home is not None)]
        if content.destination_point is not None:
            found.append(content.destination_point)
        if content.way is not None and content.way.route is not None:
            found += content.way.route.line
        return found

    def _window(self) -> Window:
        east, north = to_metric(*as_arrays(self._points()))
        return Window(float(min(east)), float(min(north)), float(max(east)), float(max(north))).grown(
            _AROUND_M
        )

    def _person(self, canvas: Canvas, view: MapView, labels: Labels) -> None:
        """The way below, then the house and the supporters, which no name covers."""
        content = self.content
        route = content.way.route if content.way is not None else None
        if route is not None and len(route.line) > 1:
            path = self._placed(route.line, view)
            ink = _STRAIGHT if route.is_straight else _WAY
            canvas.line(*path, pen=_CASING)
            canvas.line(*path, pen=ink.pen or _CASING)
        taken: list[Box] = []
        ((x, y),) = self._placed([content.home], view)
        draw_home(canvas, x, y, 2.4)
        taken.append(Box(x - 2.6, y - 2.6, 5.2, 5.6))
        for one in content.supporters:
            if one.home is None:
                continue
            ((x, y),) = self._placed([one.home], view)
            box = Box(x - 3.2, y - 2.1, 6.4, 4.2)
            while any(box.meets(other) for other in taken):
                box = replace(box, y=box.y - 4.5)
            canvas.line((x, y), (box.x + 3.2, box.y + 2.1), pen=Pen(inks.INK, 0.2))
            canvas.box(box, fill=inks.PAPER, pen=Pen(inks.INK, 0.35))
            canvas.text(box.x + 3.2, box.y + 1.0, f"支{one.order}", 2.9, anchor="middle")
            taken.append(box)
        for box in taken:
            labels.block(box)

    def _placed(self, points: Sequence[LonLat], view: MapView) -> list[tuple[float, float]]:
        east, north = to_metric(*as_arrays(points))
        return [view.place(float(x), float(y)) for x, y in np.column_stack([east, north])]

    # -- words ---------------------------------------------------------------------------------

    def _title(self, canvas: Canvas, layout: Layout, words: Words, scale: int) -> None:
        title = f"避難の地図 {self.content.number}番"
        marks = " ・ ".join(
            mark for mark in top_marks(self.stamp, self.copy) if mark not in ("架空", "取扱注意")
        )
        draw_title(canvas, layout, words, title, marks, scale, PaperSize.A4.value)

    def _facts(self, layout: Layout) -> list[str]:
        content = self.content
        signs = need_signs(content.needs)
        mode = label(content.travel_mode) if content.travel_mode is not None else "未定"
        goal = content.destination or label(content.destination_kind)
        lines = [
            f"氏名: {content.name}　住所: {content.address}",
            f"校区・自治会: {content.district}校区 {content.neighborhood}　支援のしるし: {signs or 'なし'}",
            f"行先: {goal}　手段: {mode}　出る時: 警戒レベル{content.leave_at_level}",
            f"支援者: {'　'.join(self._supporter_words()) or '決まっていません'}",
            f"道: {''.join(self._way_words())}",
            f"家の危険: {'、'.join(hazard_words(content))}。{_NOT_SAFE}",
        ]
        if content.is_home_rough:
            lines.append("家の位置は町字のおおよその位置です。実際の家とは違います。")
        return [part for line in lines for part in self.font.wrap(line, _FACT, layout.notes.width)]

    def _supporter_words(self) -> list[str]:
        return [
            f"支{one.order} {one.name} {one.phone}".strip()
            if one.name
            else f"支{one.order}(名前を出すことに同意がありません)"
            for one in self.content.supporters
        ]

    def _way_words(self) -> list[str]:
        if self.content.way is None:
            return ["行先の位置がわからないため、道をかいていません。"]
        return way_sentences(self.content.way)

    def _legend(self) -> tuple[LegendItem, ...]:
        items = [LegendItem(_HOME, is_home=True)]
        if any(one.home is not None for one in self.content.supporters):
            items.append(LegendItem(_SUPPORTER, number="支1"))
        route = self.content.way.route if self.content.way is not None else None
        if route is not None:
            ink = _STRAIGHT if route.is_straight else _WAY
            items.append(LegendItem(ink.words, ink))
        return (*items, *legend_of(self.ground, has_people=False))

    def _notes(self) -> tuple[str, ...]:
        notes = [f"目的: {self.copy.purpose}。{_HANDLING}"]
        notes += hazard_notes(self.content.hazard, self.ground, is_mono=False)
        if self.ground.credits:
            notes.append(f"出典: {' / '.join(self.ground.credits)}")
        return (*notes, footer_lines(self.stamp, "")[0])


def hazard_words(content: PersonMap) -> list[str]:
    """Return what is known of the home, in the words of the map's legend; never silence."""
    found = []
    if not any(one.kind == "flood" for one in content.hazards):
        rank = content.flood_rank
        outside = "浸水 データなし" if rank is None else "浸水 区域の外"
        found.append(inks.depth_ink(rank, is_mono=False).words if rank else outside)
    for one in content.hazards:
        if one.state == "inside":
            found.append(_inside(one))
        elif one.kind in _KINDS:
            state = "区域の外" if one.state == "outside" else "データなし"
            found.append(f"{_KINDS[one.kind]} {state}")
    return list(dict.fromkeys(found))


_KINDS: Final = {"flood": "浸水", "inland": "内水", "storm_surge": "高潮", "landslide": "土砂災害"}


def _inside(one: StoredReading) -> str:
    if one.kind == "landslide":
        return inks.landslide_ink(one.value, one.level, is_mono=False).words
    if one.kind == "collapse":
        return inks.collapse_ink(one.value, is_mono=False).words
    if one.kind == "duration":
        return inks.duration_ink(one.value, is_mono=False).words
    plan = "(計画規模)" if one.scenario == "flood_l1" else ""
    return f"{inks.depth_ink(one.value, is_mono=False, kind=one.kind).words}{plan}"
