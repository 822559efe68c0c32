"""テーマの地図をかく: the city at an exact scale, shaded in greys, with its table beside it (FEATURES C4)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import shapely

from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.map_papers import ThemeMeasure
from kurume_bousai.labels import label
from kurume_bousai.reports import files
from kurume_bousai.reports.conditions import how_counted
from kurume_bousai.reports.glyphs import glyph_notice
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import FALLING, RISING, Box, Canvas, Pen
from kurume_bousai.reports.maps.document import MapDocument
from kurume_bousai.reports.maps.drawing import paint
from kurume_bousai.reports.maps.furniture import draw_mark, draw_north, draw_sample, draw_scale_bar
from kurume_bousai.reports.maps.ground import District, prepare
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.labelling import Labels
from kurume_bousai.reports.maps.sheets import PAPER_MM, UNIT, Window, overview_scale, series
from kurume_bousai.reports.maps.theme_table import PublicRow, PublicTable, is_known, public_table
from kurume_bousai.reports.paper import Withheld
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.map_ports import MadeMap, MapPaperContent
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.papers.shading import shade_bounds, shade_of, shade_words
from kurume_bousai.services.papers.theme_ports import ThemeContent, ThemeOrder
from kurume_bousai.services.progress import Progress

#: The neutral ramp of the screen (UI.md): no colour of a danger and none of a state.
SHADES: Final = ("#F0F1F2", "#D3D7DB", "#A9B0B7", "#76808A", "#444C55")
_FEW: Final = Ink(
    "少人数のため塗っていません",
    pen=Pen("#6B6B6B", 0.12),
    hatch=Pen("#8A8A8A", 0.12),
    step=1.6,
    slopes=(RISING,),
)
_UNKNOWN: Final = Ink(
    "もとの数がわかりません", pen=Pen("#6B6B6B", 0.12), hatch=Pen("#8A8A8A", 0.12), step=1.6,
    slopes=(RISING, FALLING),
)  # fmt: skip
#: Heads of the two columns of people, and the rule.
_RULES: Final = {
    ThemeMeasure.REGISTRATION: (
        "登録者",
        "対象者",
        "登録率 = 登録者(申込済)÷ 対象者。市の率は、和 ÷ 和です。",
    ),
    ThemeMeasure.PLANS: (
        "完成した人",
        "登録者",
        "プラン作成率 = プランが完成した人 ÷ 登録者(申込済)。市の率は、和 ÷ 和です。",
    ),
    ThemeMeasure.NO_SUPPORTER: (
        "いない人",
        "名簿の人",
        "支援者がいない割合 = 支援者が決まっていない人 ÷ 名簿の人。市の率は、和 ÷ 和です。",
    ),
    ThemeMeasure.UNPLACED: (
        "入れない人",
        "行く人",
        "福祉避難所に入れない割合 = 入れない人 ÷ 福祉避難所へ行く人(同行者を含む)。",
    ),
}
_EDGE: Final = 10.0
_TABLE: Final = 84.0  # width of the table in millimetres on A4
_TITLE: Final = 16.0
_NOTE: Final = 2.35


class ThemeMaker:
    """テーマの地図をつくる人."""

    def render(
        self, content: ThemeContent, order: ThemeOrder, stamp: PaperStamp, *, is_sample: bool = False
    ) -> tuple[bytes, MadeMap]:
        """Return the PDF."""
        out = io.BytesIO()
        made = write_theme(content, order, stamp, out, is_sample=is_sample)
        return out.getvalue(), made

    def write(
        self, content: ThemeContent, order: ThemeOrder, stamp: PaperStamp, place: Path, progress: Progress
    ) -> MadeMap:
        """Write the PDF whole or not at all; see the port."""
        with files.staging() as staging:
            with staging.stream(place) as out:
                made = write_theme(content, order, stamp, out)
            progress(1, 1, "テーマの地図をかいています")
            staging.publish()
        return made


def write_theme(
    content: ThemeContent,
    order: ThemeOrder,
    stamp: PaperStamp,
    out: BinaryIO,
    *,
    is_sample: bool = False,
    page_words: str = "",
) -> MadeMap:
    """Write the one page; ``page_words`` is its number where it belongs to a paper of several pages."""
    table = public_table(content)
    short, long = PAPER_MM[order.paper]
    document = MapDocument(out, f"久留米市 {label(content.measure)}", stamp.made_at)
    canvas = document.new_page(long, short)
    page = _Page(canvas, content, order, stamp, table, UNIT[order.paper] * 0.95)
    scale, frame = page.draw()
    if page_words:
        at = (canvas.width - _EDGE, _EDGE * 0.55)
        canvas.text(*at, page_words, 3.2 * page.unit, anchor="right")
    if is_sample:
        draw_sample(canvas, page.unit)
    document.add_page(canvas, label(content.measure), (frame, scale))
    document.finish()
    missing = tuple(sorted(document.font.missing))
    return MadeMap(1, (scale,), (glyph_notice(missing),) if missing else ())


@dataclass(frozen=True, slots=True)
class _Page:
    canvas: Canvas
    content: ThemeContent
    order: ThemeOrder
    stamp: PaperStamp
    table: PublicTable
    unit: float

    def draw(self) -> tuple[int, Box]:
        """Draw everything; returns the scale and the box of the map."""
        canvas, unit = self.canvas, self.unit
        edge = _EDGE * min(unit, 1.6)
        notes = self._notes(canvas.width - 2 * edge)
        foot = edge + (len(notes) + 0.5) * 3.2 * unit
        top = canvas.height - edge - _TITLE * unit
        table = Box(canvas.width - edge - _TABLE * unit, foot, _TABLE * unit, top - foot)
        frame = Box(edge, foot, table.x - edge - 5 * unit, top - foot)
        scale = self._map(frame)
        self._title(edge, top, scale)
        self._rows(table)
        for index, line in enumerate(notes):
            canvas.text(edge, foot - (index + 1.2) * 3.2 * unit, line, _NOTE * unit)
        return scale, frame

    # -- the map -------------------------------------------------------------------------------

    def _map(self, frame: Box) -> int:
        bare = MapPaperContent(districts=self.content.districts, outlines=self.content.outlines)
        ground = prepare(bare, is_mono=True)
        city = reduce(Window.joined, (district.window for district in ground.districts))
        scale, _ = overview_scale(city, [frame])
        laid = series(city, self.order.paper, scale, [frame])
        window, factor = laid.sheets[0].window, 1000 / scale
        start, corner = np.array([frame.x, frame.y]), np.array([window.west, window.south])
        shades = self._shades()
        labels = Labels(self.canvas, frame)
        with self.canvas.clipped(frame):
            for district in ground.districts:
                shape = np.atleast_1d(
                    shapely.transform(district.shape, lambda at: (at - corner) * factor + start)
                )
                self._district(district, shape, shades, labels)
            labels.write()
        self.canvas.box(frame, pen=Pen(inks.INK, 0.3 * self.unit))
        self._legend(frame)
        draw_scale_bar(self.canvas, frame.x + 6 * self.unit, frame.y + 4 * self.unit, scale, self.unit)
        draw_north(self.canvas, frame.right - 8 * self.unit, frame.top - 18 * self.unit, self.unit)
        return scale

    def _district(
        self, district: District, shape: object, shades: dict[str, tuple[Ink, str]], labels: Labels
    ) -> None:
        ink, words = shades[district.district_id]
        paint(self.canvas, shape, ink)
        dash = inks.DASH if district.is_approximate else ()
        self.canvas.shapes(shape, pen=Pen(inks.NEIGHBOUR.colour, 0.25 * self.unit, dash))
        at = shapely.point_on_surface(np.atleast_1d(shape)[0])  # type: ignore[call-overload]
        x, y, size = float(shapely.get_x(at)), float(shapely.get_y(at)), 2.3 * self.unit
        if not labels.add_centred(f"{district.name} {words}".strip(), x, y, size, colour=inks.INK):
            labels.add_centred(words or district.name, x, y, size, colour=inks.INK)

    def _bounds(self) -> tuple[int, ...]:
        rates = [row.rate for row in self.table.rows if row.district_id != UNKNOWN_DISTRICT]
        return shade_bounds([rate.ratio for rate in rates if rate is not None and rate.ratio is not None])

    def _shades(self) -> dict[str, tuple[Ink, str]]:
        bounds = self._bounds()
        found: dict[str, tuple[Ink, str]] = {}
        known = {str(row.district_id): row for row in self.content.rows}
        for row in self.table.rows:
            rate = row.rate
            if rate is not None and rate.ratio is not None:
                fill = SHADES[shade_of(rate.ratio, bounds)]
                found[row.district_id] = (Ink("", fill=fill), f"{rate.percent}%")
            else:
                told = is_known(known[row.district_id]) and known[row.district_id].whole
                found[row.district_id] = (_FEW if told else _UNKNOWN, "")
        for district in self.content.districts:
            found.setdefault(district.district_id, (_UNKNOWN, ""))
        return found

    def _legend(self, frame: Box) -> None:
        unit, canvas = self.unit, self.canvas
        used = {ink.words for name, (ink, _) in self._shades().items() if name != UNKNOWN_DISTRICT}
        signs = [
            Ink(words, fill=fill) for words, fill in zip(shade_words(self._bounds()), SHADES, strict=True)
        ]
        signs += [ink for ink in (_FEW, _UNKNOWN) if ink.words in used]
        high = (len(signs) * 4.8 + 3.0) * unit
        # The city lies from south-west to north-east: the corner in the north-west is free on every paper.
        box = Box(frame.x + 4 * unit, frame.top - 4 * unit - high, 54 * unit, high)
        canvas.box(box, fill=inks.PAPER, pen=Pen(inks.NEIGHBOUR.colour, 0.15))
        for index, ink in enumerate(signs):
            y = box.top - (index + 1) * 4.8 * unit
            sample = Box(box.x + 2 * unit, y, 7 * unit, 3.6 * unit)
            shape = np.array([shapely.box(sample.x, sample.y, sample.right, sample.top)], dtype=object)
            paint(canvas, shape, ink)
            canvas.box(sample, pen=Pen("#8A8A8A", 0.15))
            canvas.text(sample.right + 1.6 * unit, y + 0.8 * unit, ink.words, 2.6 * unit)

    # -- the table -----------------------------------------------------------------------------

    def _rows(self, box: Box) -> None:
        part_words, whole_words, _ = _RULES[self.content.measure]
        lines = [
            *(row for row in self.table.rows if row.whole or row.district_id != UNKNOWN_DISTRICT),
            *([self.table.kept_back] if self.table.kept_back else []),
            self.table.total,
        ]
        step = min(box.height / (len(lines) + 1), 5.2 * self.unit)
        size = min(2.6 * self.unit, step * 0.72)
        columns = (box.x + 1, box.x + box.width * 0.62, box.x + box.width * 0.83, box.right - 1)
        self._line(columns, box.top - step, size, ("校区", part_words, whole_words, "率"))
        for index, row in enumerate(lines, 2):
            y = box.top - index * step
            if row is self.table.total or row is self.table.kept_back:
                self.canvas.line(
                    (box.x, y + step * 0.86), (box.right, y + step * 0.86), pen=Pen(inks.INK, 0.3)
                )
            elif (index - 2) % 5 == 0:
                self.canvas.line(
                    (box.x, y + step * 0.86), (box.right, y + step * 0.86), pen=Pen("#B9B9B9", 0.1)
                )
            self._line(columns, y, size, _cells(row))
        self.canvas.line(
            (box.x, box.top - step * 1.14), (box.right, box.top - step * 1.14), pen=Pen(inks.INK, 0.3)
        )

    def _line(self, columns: tuple[float, ...], y: float, size: float, cells: tuple[str, ...]) -> None:
        for index, (x, words) in enumerate(zip(columns, cells, strict=True)):
            self.canvas.text(x, y, words, size, anchor="left" if index == 0 else "right")

    # -- words ---------------------------------------------------------------------------------

    def _title(self, left: float, top: float, scale: int) -> None:
        canvas, unit = self.canvas, self.unit
        base = top + 7.0 * unit
        after = (
            left + canvas.text(left, base, f"校区ごとの{label(self.content.measure)}", 6.0 * unit) + 3 * unit
        )
        for mark in top_marks(self.stamp, None):
            after = draw_mark(canvas, after, base, mark, unit)
        rate = self.table.total.rate
        city = f"久留米市 全体 {rate.percent}%" if rate is not None else "久留米市"
        canvas.text(left, base - 4.6 * unit, city, 2.9 * unit, colour=inks.QUIET)
        right = canvas.width - left
        canvas.text(right, base, f"1:{scale:,}", 6.0 * unit, anchor="right")
        words = f"{self.order.paper.value}に「実際のサイズ」で印刷したときの縮尺です"
        canvas.text(right, base - 4.6 * unit, words, 2.6 * unit, colour=inks.QUIET, anchor="right")

    def _notes(self, width: float) -> list[str]:
        notes = [_RULES[self.content.measure][2] + "支援措置対象者は含まない数です。"]
        if self.content.conditions is not None:
            notes.append(how_counted(self.content.conditions))
        if self.table.kept_back is not None:
            notes.append(
                "5人未満の数のある校区は「少人数」として、まとめて一行に出しました。見えている行と合わせると計になります。"
                if self.table.is_by_rows
                else "5人未満の数は伏せました。引き算でわかる数も「非表示」にしました。"
                "見えている数と「伏せた数の計」を足すと計です。"
            )
        if self.table.unknown:
            notes.append(f"もとの数がわからない{self.table.unknown}校区は「—」とし、計に含めていません。")
        known = {one.district_id for one in self.content.outlines if not one.approximate}
        if any(one.district_id not in known for one in self.content.districts):
            notes.append("破線の校区は、校区の代表点から計算した概略の区域です。")
        sources = dict.fromkeys(one.source for one in self.content.outlines if one.source)
        if sources:
            notes.append(f"校区の線の出典: {' / '.join(sources)}")
        notes.append(footer_lines(self.stamp, "")[0])
        return [line for note in notes for line in self.canvas.font.wrap(note, _NOTE * self.unit, width)]


def _cells(row: PublicRow) -> tuple[str, str, str, str]:
    rate = row.rate
    return row.words, _text(row.part), _text(row.whole), f"{rate.percent}%" if rate is not None else "—"


def _text(cell: int | Withheld | None) -> str:
    if cell is None:
        return "—"
    return cell.words if isinstance(cell, Withheld) else f"{cell:,}人"
