"""地図の紙をつくる: the adapter behind ``MapPaperMaker``; page after page goes straight to the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from kurume_bousai.reports import files
from kurume_bousai.reports.glyphs import glyph_notice
from kurume_bousai.reports.maps.document import MapDocument
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.furniture import Words, legend_of
from kurume_bousai.reports.maps.ground import Ground, prepare
from kurume_bousai.reports.maps.hazard_notes import hazard_notes
from kurume_bousai.reports.maps.pages import PageMaker
from kurume_bousai.reports.maps.plan import Plan, make_plan
from kurume_bousai.reports.maps.sheets import OVERLAP_MM
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.map_ports import MadeMap, MapPaperContent, MapPaperOrder, MapPlan
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.progress import Progress

_TITLE: Final = "久留米市 校区の地図"
_NO_PEOPLE: Final = "データ水準: 個人の情報なし"
_SYMBOLS: Final = "データ水準: 記号"
_FICTIONAL: Final = "データ水準: 架空"
_FEW: Final = 5


class MapMaker:
    """地図帳をつくる人."""

    def plan(self, content: MapPaperContent, order: MapPaperOrder) -> MapPlan:
        """About how many pages the order comes to, soon told: for limits."""
        bare = replace(content, layers=(), flood=None, backgrounds=(), reach=None)
        ground = prepare(bare, is_mono=order.is_mono)
        # The notes are shorter than the real ones: a page more or less does not matter to a limit.
        words = Words((), "", legend_of(ground, has_people=False), ())
        return map_plan(make_plan(ground, order, words, MapFont()), order)

    def preview(
        self, content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, page: int
    ) -> tuple[bytes, MapPlan]:
        """Return a PDF of one page alone (from 1), marked as a sample, and the exact plan."""
        ground = prepare(content, is_mono=order.is_mono)
        words = words_of(content, order, ground, stamp)
        out = io.BytesIO()
        document = MapDocument(out, _TITLE, stamp.made_at)
        plan = make_plan(ground, order, words, document.font)
        wanted = min(max(1, page), plan.pages)
        maker = PageMaker(document, ground, order, words, plan, first_page=wanted, is_sample=True)
        drawing, _ = next(step for number, step in enumerate(_steps(maker, plan), 1) if number == wanted)
        drawing()
        document.finish()
        return out.getvalue(), map_plan(plan, order)

    def render(
        self, content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, progress: Progress
    ) -> tuple[bytes, MadeMap]:
        """Return the whole PDF in memory, for a printer."""
        out = io.BytesIO()
        made = write_atlas(content, order, stamp, out, progress)
        return out.getvalue(), made

    def write(
        self,
        content: MapPaperContent,
        order: MapPaperOrder,
        stamp: PaperStamp,
        place: Path,
        progress: Progress,
    ) -> MadeMap:
        """Write the PDF whole or not at all; see the port."""
        with files.staging() as staging:
            with staging.stream(place) as out:
                made = write_atlas(content, order, stamp, out, progress)
            staging.publish()
        return made


def write_atlas(
    content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, out: BinaryIO, progress: Progress
) -> MadeMap:
    """Write the PDF of an order into ``out``."""
    progress(0, 0, "地図の資料をそろえています")
    ground = prepare(content, is_mono=order.is_mono)
    words = words_of(content, order, ground, stamp)
    document = MapDocument(out, _TITLE, stamp.made_at)
    plan = make_plan(ground, order, words, document.font)
    maker = PageMaker(document, ground, order, words, plan)
    for done, (draw, text) in enumerate(_steps(maker, plan), 1):
        draw()
        progress(done, plan.pages, text)
    document.finish()
    missing = tuple(sorted(document.font.missing))
    scales = tuple(sorted({chapter.series.scale for chapter in plan.chapters}))
    return MadeMap(plan.pages, scales, _notices(plan, order, missing))


def map_plan(plan: Plan, order: MapPaperOrder) -> MapPlan:
    """Tell a plan in numbers."""
    first = plan.chapters[0].series
    overlap = OVERLAP_MM
    glued = (
        first.frame.width * first.columns - overlap * (first.columns - 1),
        first.frame.height * first.rows - overlap * (first.rows - 1),
    )
    return MapPlan(
        pages=plan.pages,
        sheets=sum(len(chapter.sheets) for chapter in plan.chapters),
        covers=sum(chapter.has_cover for chapter in plan.chapters),
        has_index=plan.overview is not None,
        scales=tuple(sorted({chapter.series.scale for chapter in plan.chapters})),
        split=tuple(chapter.title for chapter in plan.chapters if len(chapter.sheets) > 1),
        columns=first.columns,
        rows=first.rows,
        glued_mm=glued if order.is_tiled else None,
    )


def _steps(maker: PageMaker, plan: Plan) -> Iterator[tuple[Callable[[], None], str]]:
    """Yield what draws each page, in order, with the words for it."""
    if plan.overview is not None:
        yield maker.overview, "索引図をかいています"
    for chapter in plan.chapters:
        text = f"{chapter.district.name}校区の地図をかいています"
        if chapter.has_cover:
            yield partial(maker.cover, chapter), text
        draw = maker.tile if chapter.layout is None else maker.sheet
        for index in range(len(chapter.sheets)):
            yield partial(draw, chapter, index), text


def _notices(plan: Plan, order: MapPaperOrder, missing: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    many = [chapter for chapter in plan.chapters if not order.is_tiled and len(chapter.sheets) > 1]
    if many:
        names = "、".join(chapter.district.name for chapter in many[:5])
        more = f" ほか{len(many) - 5}校区" if len(many) > 5 else ""
        found.append(f"1枚に入らないため、何枚かに分けた校区があります: {names}{more}。")
    approximate = sum(chapter.district.is_approximate for chapter in plan.chapters)
    if approximate:
        found.append(f"{approximate}校区の区域は概略です(破線)。校区の区域を取り込むと、正しい線になります。")
    if missing:
        found.append(glyph_notice(missing))
    return tuple(found)


def words_of(content: MapPaperContent, order: MapPaperOrder, ground: Ground, stamp: PaperStamp) -> Words:
    """Return the words that stand on every sheet: marks, data level, legend, notes."""
    has_people = content.hidden_people is not None
    level = _FICTIONAL if stamp.is_fictional else _SYMBOLS if has_people else _NO_PEOPLE
    notes = [
        *(ground.reach.notes if ground.reach is not None else ()),
        *hazard_notes(order.hazard, ground, is_mono=order.is_mono),
    ]
    if has_people:
        notes.append(_people_note(content))
    if ground.credits:
        notes.append(f"出典: {' / '.join(ground.credits)}")
    notes.append(
        "上は北(平面直角座標系第II系、JGD2011)です。線と記号の位置には、もとの資料のずれがあります。"
    )
    notes.append(footer_lines(stamp, "")[0])
    return Words(top_marks(stamp, None), level, legend_of(ground, has_people=has_people), tuple(notes))


def _people_note(content: MapPaperContent) -> str:
    """How a number is read, where it stands, and whom the map does not show."""
    several = len(content.table_names) > 1
    tables = "、".join(f"{index}は{name}" for index, name in enumerate(content.table_names.values(), 1))
    how = f"番号は「班-番号」です({tables})。" if several else "番号は訓練の番号です。"
    note = f"{how}位置は100mのます目の中心で、家の場所ではありません。"
    if not content.hidden_people:
        return note
    return (
        f"{note}このほか、同意がないなどで出していない人が、校区に{_others(content.hidden_people)}います。"
        "支援措置対象者は含まない数です。"
    )


def _others(count: int) -> str:
    return f"{_FEW}人未満" if count < _FEW else f"{count:,}人"
