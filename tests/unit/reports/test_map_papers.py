"""Maps on paper: the scale read back from the PDF, sizes, words as text, tiles without gaps, no names."""

from __future__ import annotations

import gc
import io
import re
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank
from kurume_bousai.domain.ids import BackgroundId
from kurume_bousai.domain.map_papers import MapHazard, PaperSize
from kurume_bousai.geo.crs import to_degrees, to_metric
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.furniture import bar_length_m, layouts, legend_of
from kurume_bousai.reports.maps.ground import prepare
from kurume_bousai.reports.maps.maker import MapMaker, words_of, write_atlas
from kurume_bousai.reports.maps.sheets import (
    OVERLAP_MM,
    PAPER_MM,
    SCALES,
    TILE_EDGE_MM,
    UNIT,
    Window,
    metres,
    series,
    tiles,
)
from kurume_bousai.services.papers.map_ports import MapPaperContent, MapPaperOrder
from kurume_bousai.services.ports.backgrounds import Background
from tests.fixtures.map_papers import DISTRICT, LAT, LON, STAMP, content, outline

POINT_MM = 25.4 / 72


def silent(_done: int, _total: int, _text: str) -> None:
    """Say nothing."""


def made(order: MapPaperOrder, what: MapPaperContent | None = None) -> bytes:
    out = io.BytesIO()
    write_atlas(what or content(count=5), order, STAMP, out, silent)
    return out.getvalue()


def one(**options: Any) -> MapPaperOrder:  # noqa: ANN401 - of the order
    return replace(MapPaperOrder(district_id=DISTRICT), **options)


def path_boxes(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top in millimetres of every path on a page, as pdfium understands it."""
    document = pypdfium2.PdfDocument(pdf)
    found = [
        tuple(value * POINT_MM for value in shape.get_bounds())
        for shape in document[page].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])
    ]
    document.close()
    return found


def words(pdf: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = document[page].get_textpage().get_text_range()
    document.close()
    return str(text)


def operators(pdf: bytes, page: int = 0) -> list[tuple[list[float], str]]:
    """What the page says to draw: numbers and operator, line by line, in its own unit."""
    stream: Any = pypdf.PdfReader(io.BytesIO(pdf)).pages[page].get_contents()
    text = stream.get_data().decode("ascii")
    matches = re.finditer(r"((?:-?\d+\.?\d*\s+)*)(re|cm|m|l|h)\b", text)
    return [([float(number) for number in match[1].split()], match[2]) for match in matches]


def unit_mm(pdf: bytes, page: int = 0) -> float:
    """Millimetres of one unit of the page, from its first matrix."""
    numbers, name = operators(pdf, page)[0]
    assert name == "cm"
    assert numbers[0] == numbers[3]
    return numbers[0] * POINT_MM


# ---------------------------------------------------------------- scale and size
@pytest.mark.parametrize("scale", [1_500, 2_500, 5_000, 10_000, 25_000])
def test_a_known_rectangle_has_its_length_at_every_scale(scale: int) -> None:
    # 300 m by 200 m on the ground, imported as the outline of the 校区.
    east, north = (float(value[0]) for value in to_metric(LON, LAT))
    lon, lat = to_degrees([east, east + 300, east + 300, east], [north, north, north + 200, north + 200])
    ring = shapely.Polygon(list(zip(lon.tolist(), lat.tolist(), strict=True)))
    shape = replace(outline(0, 0, 1, 1), wkb=shapely.to_wkb(ring))
    what = replace(content(with_layers=False, count=1), outlines=(shape,), flood=None)
    pdf = made(one(scale=scale, hazard=MapHazard.NONE, paper=PaperSize.A3), what)
    unit = unit_mm(pdf)
    assert unit == pytest.approx(1.0, abs=1e-8)
    corners: list[list[float]] = []
    found = []
    for numbers, name in operators(pdf):
        if name == "m":
            corners = [numbers]
        elif name == "l":
            corners.append(numbers)
        elif name == "h" and len(corners) == 4:
            found.append(np.ptp(np.array(corners), axis=0) * unit * scale / 1000)
    # A hundredth of a millimetre of paper at each end.
    assert any(sides == pytest.approx([300, 200], abs=0.02 * scale / 1000) for sides in found)
    wide, high = 300_000 / scale, 200_000 / scale
    assert any(
        abs(right - left - wide) < 2 and abs(top - bottom - high) < 2
        for left, bottom, right, top in path_boxes(pdf)
    )  # pdfium sees the same, with the width of its line


@pytest.mark.parametrize("scale", [*SCALES, 3_333])
@pytest.mark.parametrize("paper", [PaperSize.A4, PaperSize.A0])
def test_the_scale_bar_is_as_long_as_it_says(scale: int, paper: PaperSize) -> None:
    pdf = made(one(scale=scale, paper=paper), content(with_layers=False, count=1))
    length = bar_length_m(scale, UNIT[paper])
    part = length / 4 * 1000 / scale
    parts = sorted(
        numbers[0]
        for numbers, name in operators(pdf)
        if name == "re" and abs(numbers[2] - part) < 1e-3 and abs(numbers[3] - 1.8 * UNIT[paper]) < 1e-3
    )
    assert len(parts) == 4
    assert (parts[-1] - parts[0] + part) * unit_mm(pdf) == pytest.approx(length * 1000 / scale, abs=1e-3)
    assert f"{length:,}m" in words(pdf)


def test_the_viewport_tells_metres_to_a_pdf_viewer() -> None:
    page: Any = pypdf.PdfReader(io.BytesIO(made(one(scale=5_000)))).pages[0]
    viewport = page["/VP"][0]
    assert viewport["/Measure"]["/R"] == "1:5000"
    one_point_m = float(viewport["/Measure"]["/X"][0]["/C"])
    assert one_point_m == pytest.approx(25.4 / 72 / 1000 * 5_000)


@pytest.mark.parametrize("paper", list(PaperSize))
def test_the_page_is_exactly_the_paper(paper: PaperSize) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made(one(paper=paper))))
    sides = sorted(float(side) * POINT_MM for side in reader.pages[0].mediabox[2:])
    assert sides == pytest.approx(PAPER_MM[paper], abs=0.01)
    root: Any = reader.trailer["/Root"]
    assert root["/ViewerPreferences"]["/PrintScaling"] == "/None"


# ---------------------------------------------------------------- words
def test_words_are_text_that_can_be_searched_and_extracted() -> None:
    text = words(made(one(scale=5_000, paper=PaperSize.A1)))
    for word in ("津福校区", "架空", "1:5,000", "指定避難所", "データ水準: 架空", "津福小学校", "出典"):
        assert word in text
    reader = pypdf.PdfReader(io.BytesIO(made(one())))
    page: Any = reader.pages[0]
    fonts = page["/Resources"]["/Font"]
    (font,) = (fonts[name] for name in fonts)
    assert font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_object().get_data()[:4] == (
        b"\x00\x01\x00\x00"
    )
    assert "津福校区" in reader.pages[0].extract_text()


def test_a_blank_is_never_called_safe_and_missing_files_are_told() -> None:
    bare = replace(content(with_layers=False, count=2), flood=None)
    text = words(made(one(), bare)).replace("\r\n", "")
    assert "色や斜線のない所も、安全とは限りません" in text
    assert "浸水想定区域(想定最大規模)の資料は、まだ取り込まれていません" in text
    assert "土砂災害警戒区域の資料は、まだ取り込まれていません" in text
    nothing = words(made(one(hazard=MapHazard.NONE), bare))
    assert "災害の想定区域をかいていません" in nothing


def test_computed_areas_are_said_to_be_rough_and_dashed() -> None:
    pdf = made(one())
    assert "概略" in words(pdf)
    solid = replace(content(count=1), outlines=(outline(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01),))
    assert "概略" not in words(made(one(), solid))


def test_letters_the_font_lacks_are_told() -> None:
    what = content(count=1)
    shelter = replace(what.designated[0], name="架空\U0001f9ff会館", point=LonLat(LON, LAT))
    out = io.BytesIO()
    told = write_atlas(replace(what, designated=(shelter,)), one(), STAMP, out, silent).notices
    assert any("U+1F9FF" in notice for notice in told)


# ---------------------------------------------------------------- people
def test_people_are_numbers_in_cells_on_their_own_sheet_only() -> None:
    what = content(with_people=True, count=5)
    pdf = made(one(scale=5_000), what)
    text = "".join(words(pdf, page) for page in range(len(pypdf.PdfReader(io.BytesIO(pdf)).pages)))
    assert "11椅" in text
    assert "家の場所ではありません" in text.replace("\r\n", "")
    assert "5人未満" in text
    other = next(district.district_id for district in what.districts if district.district_id != DISTRICT)
    assert "11椅" not in words(made(replace(one(), district_id=other), what))


def test_no_number_lies_on_another_however_many_share_a_cell() -> None:
    what = content(with_people=True, count=1)
    crowd = tuple(replace(what.people[0], number=number) for number in range(1, 61))
    pdf = made(one(scale=25_000), replace(what, people=crowd))
    text = words(pdf)
    assert all(re.search(rf"(?<!\d){number}椅", text) for number in range(1, 61))
    badges = [
        Box(*numbers).inset(0.01)
        for numbers, name in operators(pdf)
        if name == "re" and abs(numbers[3] - 4.1) < 1e-3
    ]
    assert len(badges) == 60
    assert not any(a.meets(b) for index, a in enumerate(badges) for b in badges[index + 1 :])


def test_several_tables_are_told_apart() -> None:
    what = replace(content(with_people=True, count=1), table_names={"1": "1班", "2": "2班"})
    assert "1-11椅" in words(made(one(scale=25_000), what))


# ---------------------------------------------------------------- colours
def test_official_colours_are_for_dangers_only() -> None:
    official = {colour.upper() for colour in FLOOD_COLOURS.values()} | set(inks._LANDSLIDE_COLOURS.values())
    ground = prepare(content(count=1), is_mono=False)
    others = [layer.ink for layer in ground.lines]
    fixed = {inks.INK, inks.QUIET, inks.PAPER, inks.BORDER.colour, inks.NEIGHBOUR.colour, inks.GRID.colour}
    used = {ink.fill for ink in others} | {ink.pen.colour for ink in others if ink.pen} | fixed
    assert not official & used
    assert {layer.ink.fill for layer in ground.zones if layer.ink.words.startswith("浸水")} == {
        FLOOD_COLOURS[rank] for rank in (FloodRank.UNDER_HALF, FloodRank.TO_FIVE, FloodRank.OVER_TWENTY)
    }


def test_a_special_zone_lies_above_the_zone_around_it() -> None:
    zones = [layer.ink.words for layer in prepare(content(count=1), is_mono=False).zones]
    slides = [words for words in zones if "警戒区域" in words]
    assert [("特別" in words) for words in slides] == sorted("特別" in words for words in slides)


def test_monochrome_has_no_colour_at_all() -> None:
    document = pypdfium2.PdfDocument(made(one(is_mono=True, paper=PaperSize.A3)))
    picture = np.asarray(document[0].render(scale=0.6).to_pil().convert("RGB")).astype(int)
    document.close()
    # The dotted grid is a bluish grey of one hair's breadth; nothing else has a hue.
    assert (picture.max(axis=2) - picture.min(axis=2)).max() < 30


# ---------------------------------------------------------------- sheets and tiles
@given(
    wide=st.floats(50, 9_000),
    high=st.floats(50, 9_000),
    scale=st.sampled_from(SCALES),
    paper=st.sampled_from([PaperSize.A4, PaperSize.A3]),
)
def test_tiles_cover_the_ground_with_one_overlap(
    wide: float, high: float, scale: int, paper: PaperSize
) -> None:
    ground = Window(-40_000.0, 30_000.0, -40_000.0 + wide, 30_000.0 + high)
    laid = tiles(ground, paper, scale)
    overlap = metres(OVERLAP_MM, scale)
    assert laid.whole.west <= ground.west
    assert laid.whole.east >= ground.east
    assert laid.whole.south <= ground.south
    assert laid.whole.north >= ground.north
    by_place = {(sheet.column, sheet.row): sheet.window for sheet in laid.sheets}
    assert len(by_place) == laid.columns * laid.rows
    for (column, row), window in by_place.items():
        assert window.width_m == pytest.approx(metres(laid.frame.width, scale))
        if right := by_place.get((column + 1, row)):
            assert window.east - right.west == pytest.approx(overlap, abs=1e-6)
        if below := by_place.get((column, row + 1)):
            assert below.north - window.south == pytest.approx(overlap, abs=1e-6)


@given(wide=st.floats(50, 9_000), high=st.floats(50, 9_000), scale=st.none() | st.sampled_from(SCALES))
def test_sheets_of_a_series_leave_no_gap(wide: float, high: float, scale: int | None) -> None:
    ground = Window(-40_000.0, 30_000.0, -40_000.0 + wide, 30_000.0 + high)
    laid = series(ground, PaperSize.A4, scale, [Box(12, 60, 186, 210), Box(12, 60, 273, 120)])
    windows = [shapely.box(*sheet.window.bounds) for sheet in laid.sheets]
    assert shapely.union_all(windows).buffer(1e-6).covers(shapely.box(*ground.bounds))
    for first, second in pairwise(laid.sheets):
        if first.row == second.row:
            shared = first.window.east - second.window.west
            assert shared >= metres(OVERLAP_MM, laid.scale) - 1e-6


def test_tiles_come_with_a_cover_and_marks_and_keep_the_fictional_mark_inside() -> None:
    pdf = made(one(is_tiled=True, scale=5_000))
    pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert pages > 4
    assert "貼り合わせ図" in words(pdf, 0)
    tile = words(pdf, 1)
    assert "のりしろ" in tile
    assert tile.count("架空") >= 3  # in the map, at its foot, in the data level
    corners = [
        (TILE_EDGE_MM - 6.0, TILE_EDGE_MM),  # left of the lower left corner, on its height
        (TILE_EDGE_MM, TILE_EDGE_MM - 6.0),
    ]
    boxes = path_boxes(pdf, 1)
    for x, y in corners:
        assert any(abs(box[0] - x) < 0.3 and abs(box[1] - y) < 0.3 for box in boxes)


def test_a_name_that_crosses_a_tile_goes_on_on_the_next() -> None:
    """The same letters at the same ground on both tiles: positions of text differ by the step exactly."""
    pdf = made(one(is_tiled=True, scale=2_500), content(with_layers=False, count=46))
    document = pypdfium2.PdfDocument(pdf)
    found: dict[str, set[tuple[float, float]]] = {}
    for page in document:
        for text in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            matrix = text.get_matrix()
            found.setdefault(f"{page.get_textpage().get_text_bounded(*text.get_bounds())}", set()).add(
                (round(matrix.e, 2), round(matrix.f, 2))
            )
    document.close()
    laid = tiles(prepare(content(with_layers=False), is_mono=False).districts[0].window, PaperSize.A4, 2_500)
    step = (laid.frame.width - OVERLAP_MM) / POINT_MM
    places = next(values for name, values in found.items() if "津福小学校" in name)
    columns = sorted({x for x, _ in places})
    assert all(
        abs((second - first) / step - round((second - first) / step)) < 1e-3
        for first, second in pairwise(columns)
    )


def test_the_frame_stays_on_every_paper_with_a_full_legend() -> None:
    ground = prepare(content(with_people=True), is_mono=False)
    for paper in PaperSize:
        order = one(paper=paper)
        text = words_of(content(with_people=True), order, ground, STAMP)
        for layout in layouts(paper, text, MapFont()):
            assert layout.frame.height > 0.4 * layout.height
            assert layout.frame.right <= layout.width
    assert len(legend_of(ground, has_people=True)) >= 15


# ---------------------------------------------------------------- the atlas
def test_an_atlas_has_an_index_bookmarks_and_every_district() -> None:
    pdf = made(MapPaperOrder(), content(with_layers=False))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    titles = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert titles[0] == "索引"
    assert len(titles) == 47
    index = words(pdf, 0)
    entry: Any = reader.outline[titles.index("草野校区")]
    before = reader.get_destination_page_number(entry)
    assert before is not None
    page = before + 1
    assert "草野校区" in words(pdf, page - 1)
    assert f"草野 p.{page}" in index


def test_cancel_leaves_nothing_behind(tmp_path: Path) -> None:
    place = tmp_path / "atlas.pdf"

    def stop(done: int, _total: int, _text: str) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        MapMaker().write(content(with_layers=False), MapPaperOrder(), STAMP, place, stop)
    assert list(tmp_path.iterdir()) == []


def test_pages_are_counted_before_they_are_drawn() -> None:
    what = content(with_layers=False)
    for order in (MapPaperOrder(), one(scale=2_500), one(is_tiled=True)):
        out = io.BytesIO()
        assert MapMaker().plan(what, order).pages == pytest.approx(
            write_atlas(what, order, STAMP, out, silent).pages, abs=3
        )


class Nowhere(io.RawIOBase):
    """A file that forgets, so that only the program's own memory is measured."""

    size = 0

    def write(self, content: object) -> int:
        length = len(content)  # type: ignore[arg-type]
        self.size += length
        return length


def test_two_hundred_pages_need_no_more_memory_than_twenty() -> None:
    what = content(with_layers=False)
    kept: dict[int, int] = {}

    def watch(done: int, _total: int, _text: str) -> None:
        if done in (20, 200):
            gc.collect()
            kept[done] = tracemalloc.get_traced_memory()[0]
        if done == 200:
            raise Cancelled

    tracemalloc.start()
    try:
        with pytest.raises(Cancelled):
            write_atlas(what, MapPaperOrder(scale=6_000), STAMP, Nowhere(), watch)  # type: ignore[arg-type]
    finally:
        tracemalloc.stop()
    # What stays of a page is its number, its place in the file and its letters' glyphs.
    assert kept[200] - kept[20] < 400_000


def test_a_missing_folder_is_told_before_a_page_is_drawn(tmp_path: Path) -> None:
    drawn: list[int] = []
    with pytest.raises(KnownProblem) as problem:
        MapMaker().write(
            content(count=1), one(), STAMP, tmp_path / "no" / "a.pdf", lambda done, *_: drawn.append(done)
        )
    assert problem.value.code == "folder_missing"
    assert not drawn


def test_a_background_lies_where_its_corners_are(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(picture, "PNG")
    what = replace(
        content(with_layers=False, count=1),
        flood=None,
        backgrounds=(
            Background(
                BackgroundId("b1"), "架空の図", picture.getvalue(), LON - 0.01, LAT - 0.008, LON + 0.01,
                LAT + 0.008, 3.0,
            ),
        ),
    )  # fmt: skip
    ground = prepare(what, is_mono=False)
    a, b, c, d, east, north = ground.pictures[0].matrix
    corner = to_metric(LON + 0.01, LAT + 0.008)
    assert (east + a + c, north + b + d) == pytest.approx((corner[0][0], corner[1][0]), abs=0.5)
    pdf = made(one(scale=10_000, paper=PaperSize.A3), what)
    assert "架空の図" not in words(pdf)  # a person typed it
    assert "背景図は取り込んだ地図" in words(pdf).replace("\r\n", "")
    document = pypdfium2.PdfDocument(pdf)
    (box,) = (shape.get_bounds() for shape in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
    wide = (box[2] - box[0]) * POINT_MM * 10_000 / 1000
    assert wide == pytest.approx(np.hypot(a, b), rel=0.02)
    document.close()
