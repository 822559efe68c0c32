"""地図の紙をつくる: the adapter behind ``MapPaperMaker``; page after page goes straight to the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.reports import files
from kurume_bousai.reports.glyphs import glyph_notice
from kurume_bousai.reports.maps.document import MapDocument
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.furniture import Words, legend_of
from kurume_bousai.reports.maps.ground import Ground, prepare
from kurume_bousai.reports.maps.pages import PageMaker
from kurume_bousai.reports.maps.plan import Plan, make_plan
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.ports_map_papers import MadeMap, MapPaperContent, MapPaperOrder
from kurume_bousai.services.ports_reports import PaperStamp
from kurume_bousai.services.progress import Progress

_TITLE: Final = "久留米市 校区の地図"
_NO_PEOPLE: Final = "データ水準: 個人の情報なし"
_SYMBOLS: Final = "データ水準: 記号"
_FICTIONAL: Final = "データ水準: 架空"
_FEW: Final = 5


class MapMaker:
    """地図帳をつくる人."""

    def count_pages(self, content: MapPaperContent, order: MapPaperOrder) -> int:
        """How many pages the order comes to, without drawing one."""
        bare = MapPaperContent(
            districts=content.districts,
            outlines=content.outlines,
            people=content.people,
            people_district=content.people_district,
        )
        ground = prepare(bare, is_mono=False)
        # The notes are shorter than the real ones: a page more or less does not matter to a limit.
        return make_plan(
            ground, order, Words((), "", legend_of(ground, has_people=False), ()), MapFont()
        ).pages

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
    for done, text in _drawn(PageMaker(document, ground, order, words, plan), plan):
        progress(done, plan.pages, text)
    document.finish()
    missing = tuple(sorted(document.font.missing))
    scales = tuple(sorted({chapter.series.scale for chapter in plan.chapters}))
    return MadeMap(plan.pages, scales, _notices(plan, order, missing))


def _drawn(maker: PageMaker, plan: Plan) -> Iterator[tuple[int, str]]:
    """Draw page after page, saying after each how many there are."""
    done = 0
    if plan.overview is not None:
        maker.overview()
        done += 1
        yield done, "索引図をかいています"
    for chapter in plan.chapters:
        text = f"{chapter.district.name}校区の地図をかいています"
        if chapter.has_cover:
            maker.cover(chapter)
            done += 1
            yield done, text
        for index in range(len(chapter.sheets)):
            if chapter.layout is None:
                maker.tile(chapter, index)
            else:
                maker.sheet(chapter, index)
            done += 1
            yield done, text


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
    notes = [*_hazard_notes(order, ground)]
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


def _hazard_notes(order: MapPaperOrder, ground: Ground) -> list[str]:
    """Never let a blank stand for safety: what is not drawn is said."""
    if order.hazard is HazardScenario.NONE:
        return ["この図には、災害の想定区域をかいていません。"]
    notes = ["色や斜線のない所も、安全とは限りません。想定の外でも、浸水や土砂災害は起こります。"]
    if order.hazard is not HazardScenario.LANDSLIDE and not ground.has_depths:
        notes.append("浸水想定区域の資料は、まだ取り込まれていません。")
    if not ground.has_landslides:
        notes.append("土砂災害警戒区域の資料は、まだ取り込まれていません。")
    if ground.has_depths and not order.is_mono:
        notes.append("浸水の色は国の手引きによります。市の紙の地図は、0.5m未満に色を付けていません。")
    if order.is_mono:
        notes.append("白黒の図です。色は、公式のハザードマップと違います。")
    return ["".join(notes)]
