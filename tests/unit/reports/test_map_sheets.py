"""What stands on which sheet: legends of what is there, 自治会, 逃げ地図, samples, and joins of tiles."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pytest
import shapely

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.layers import NEIGHBORHOOD_KIND, LayerFeature
from kurume_bousai.domain.map_papers import MapHazard, PaperSize
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.routes import CLOSED_STEP, NO_WAY_STEP, ReachMap, ReachPiece, TravelChoice
from kurume_bousai.geo.crs import to_degrees, to_metric
from kurume_bousai.reports.maps.maker import MapMaker, write_atlas
from kurume_bousai.reports.maps.sheets import OVERLAP_MM, Window
from kurume_bousai.services.papers.map_ports import (
    AssociationGround,
    MapPaperContent,
    MapPaperOrder,
    ReachPaper,
)
from tests.fixtures.map_papers import DISTRICT, LAT, LON, STAMP, content, layer, outline, square

POINT_MM = 25.4 / 72


def made(order: MapPaperOrder, what: MapPaperContent) -> pypdf.PdfReader:
    out = io.BytesIO()
    write_atlas(what, order, STAMP, out, lambda _done, _total, _text: None)
    return pypdf.PdfReader(out)


def words(reader: pypdf.PdfReader, page: int = 0) -> str:
    return reader.pages[page].extract_text().replace("\n", "")


def one(**options: Any) -> MapPaperOrder:  # noqa: ANN401 - of the order
    return replace(MapPaperOrder(district_id=DISTRICT), **options)


def operators(reader: pypdf.PdfReader, page: int) -> Iterator[tuple[list[float], str]]:
    stream: Any = reader.pages[page].get_contents()
    text = stream.get_data().decode("ascii")
    for match in re.finditer(r"((?:-?\d+\.?\d*\s+)*)(re|cm|m|l|h)\b", text):
        yield [float(number) for number in match[1].split()], match[2]


def closed_paths(reader: pypdf.PdfReader, page: int, sides: int) -> list[np.ndarray[Any, Any]]:
    """Closed paths of that many corners in millimetres of the page, moves of the origin applied."""
    shift = np.zeros(2)
    found, corners = [], []
    for numbers, name in operators(reader, page):
        if name == "cm" and numbers[0] == 1:
            shift = np.array(numbers[4:])
        elif name == "m":
            corners = [numbers]
        elif name == "l":
            corners.append(numbers)
        elif name == "h" and len(corners) == sides:
            found.append(np.array(corners) + shift)
    return found


# ---------------------------------------------------------------- legends
def test_a_sheet_explains_what_is_on_it_and_nothing_else() -> None:
    far = square(LON + 0.2, LAT + 0.2, 0.001, value=6)
    near = square(LON, LAT, 0.002, value=2)
    flood = layer("flood", "flood_l2", "洪水(架空)", near, far)
    what = replace(content(with_layers=False, count=1), flood=None, layers=(flood,))
    text = words(made(one(), what))
    assert "浸水 0.5m以上3m未満" in text
    assert "20m以上" not in text
    assert "病院" not in text


@pytest.mark.parametrize(
    ("hazard", "kind", "value", "said"),
    [
        (MapHazard.DURATION, "duration", 4, "浸水 3日以上7日未満続く"),
        (MapHazard.INLAND, "inland", 1, "内水 0.5m未満"),
        (MapHazard.STORM_SURGE, "storm_surge", 3, "高潮 3m以上5m未満"),
        (MapHazard.FLOOD_L2, "collapse", 2, "家屋倒壊等(河岸侵食)"),
    ],
)
def test_every_kind_of_danger_has_its_official_wording_and_source(
    hazard: MapHazard, kind: str, value: int, said: str
) -> None:
    zone = layer(kind, hazard.value, "架空の区域", square(LON, LAT, 0.002, value=value))
    what = replace(content(with_layers=False, count=1), flood=None, layers=(zone,))
    text = words(made(one(hazard=hazard, paper=PaperSize.A1), what))
    assert said in text
    assert "架空の区域の資料(架空)を加工(年次の記載なし、CC BY 4.0、2026.11.21取込)" in text


@pytest.mark.parametrize("winding", [False, True])
def test_where_two_rivers_flood_the_same_ground_it_is_not_left_white(winding: bool) -> None:
    here = shapely.box(LON - 0.004, LAT - 0.004, LON + 0.004, LAT + 0.004)
    island = shapely.box(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001)
    first = shapely.orient_polygons(here.difference(island), exterior_cw=winding)
    east = shapely.transform(here, lambda corners: corners + np.array([0.003, 0.0]))
    zones = [LayerFeature(shapely.to_wkb(zone), 3) for zone in (first, east.difference(island))]
    shape = outline(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01)
    flood = layer("flood", "flood_l2", "洪水浸水想定区域(想定最大規模)", *zones)
    what = replace(content(with_layers=False, count=1), outlines=(shape,), flood=None, layers=(flood,))
    out = io.BytesIO()
    write_atlas(what, one(hazard=MapHazard.FLOOD_L2), STAMP, out, lambda _done, _total, _text: None)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        page = np.asarray(document[0].render(scale=1.0).to_pil().convert("RGB"))
    picture = page[: int(0.75 * len(page))]  # the map without its legend
    tone = np.array([0xFF, 0xB7, 0xB7])
    filled = (np.abs(picture.astype(int) - tone).max(axis=2) < 4).any(axis=0)
    columns = np.flatnonzero(filled)
    middle = picture[:, columns[0] : columns[-1]]
    share = (np.abs(middle.astype(int) - tone).max(axis=2) < 4).sum(axis=0)
    # Everywhere between the west edge of the one and the east edge of the other there is colour.
    assert (share > 0.6 * share.max()).mean() > 0.95


def test_places_of_ones_own_layers_are_letters() -> None:
    point = shapely.to_wkb(shapely.Point(LON, LAT))
    aed = layer("aed", "", "AED(架空)", LayerFeature(point, attributes={"name": "架空会館"}))
    line = shapely.to_wkb(shapely.LineString([(LON, LAT), (LON + 0.002, LAT)]))
    own = layer("other", "", "危ない道(架空)", LayerFeature(line, 1, attributes={"class": "冠水"}))
    what = replace(content(with_layers=False, count=1), flood=None, layers=(aed, own))
    text = words(made(one(scale=5_000, paper=PaperSize.A1), what))
    assert "AED" in text
    assert "危ない道(架空) 冠水" in text
    assert "架空会館" in text


# ---------------------------------------------------------------- 自治会
def cells(*offsets: tuple[float, float]) -> tuple[LonLat, ...]:
    return tuple(LonLat(LON + east, LAT + north) for east, north in offsets)


def test_each_association_has_its_own_sheet_around_its_cells() -> None:
    near = AssociationGround("架空東", cells((0, 0), (0.002, 0.001), (0.001, 0.002)))
    untold = AssociationGround("架空西")
    what = replace(content(with_layers=False, count=1), associations=(near, untold))
    reader = made(one(by_association=True), what)
    assert len(reader.pages) == 2
    assert "津福校区 架空東" in words(reader, 0)
    assert "校区全体の図です" not in words(reader, 0)
    assert "校区全体の図です" in words(reader, 1)
    plan = MapMaker().plan(what, one(by_association=True))
    assert (plan.pages, plan.sheets) == (2, 2)
    assert min(plan.scales) < max(plan.scales)


def test_the_edge_of_an_association_points_at_no_home() -> None:
    """The rectangle is rounded to 250 m outward: homes may move by metres and the sheet stays the same."""
    from kurume_bousai.reports.maps.ground import prepare

    first = AssociationGround("架空東", cells((0, 0), (0.002, 0.001), (0.001, 0.002)))
    moved = AssociationGround("架空東", cells((0.0001, 0), (0.0019, 0.001), (0.001, 0.0021)))
    windows = []
    for ground in (first, moved):
        what = replace(content(with_layers=False, count=1), associations=(ground,))
        windows.append(prepare(what, is_mono=False).associations[0].window)
    window = windows[0]
    assert window is not None
    assert all(edge % 250 == 0 for edge in window.bounds)
    east, north = to_metric([one.lon for one in first.cells], [one.lat for one in first.cells])
    assert min(east) - window.west >= 200
    assert window.north - max(north) >= 200
    assert windows[0] == windows[1]


def test_an_imported_border_of_an_association_is_taken_and_drawn() -> None:
    box = shapely.to_wkb(shapely.box(LON, LAT, LON + 0.003, LAT + 0.002))
    border = layer(
        NEIGHBORHOOD_KIND, "", "自治会の境(架空)", LayerFeature(box, attributes={"name": "架空東"})
    )
    ground = AssociationGround("架空東", (), box)
    what = replace(content(with_layers=False, count=1), layers=(border,), associations=(ground,))
    text = words(made(one(association="架空東"), what))
    assert "自治会の境" in text
    assert "校区全体の図です" not in text


def test_people_of_other_associations_stay_off_the_sheet() -> None:
    what = content(with_people=True, with_layers=False, count=1)
    people = tuple(
        replace(person, association="架空東" if person.number < 7 else "架空西") for person in what.people
    )
    grounds = (AssociationGround("架空東", tuple(person.cell for person in people)),)
    text = words(made(one(association="架空東"), replace(what, people=people, associations=grounds)))
    assert "5椅" in text
    assert "11椅" not in text


# ---------------------------------------------------------------- 逃げ地図
def reach() -> ReachPaper:
    def piece(step: int, low: float, at: float) -> ReachPiece:
        line = ((LON - 0.004, LAT + at), (LON + 0.004, LAT + at + 0.0005))
        return ReachPiece(step, low + 3, low, line)

    pieces = tuple(piece(step, 3.0 * step, 0.0008 * step) for step in (1, 2, 5, 9, NO_WAY_STEP, CLOSED_STEP))
    made_map = ReachMap(TravelMode.WALK, 43.0, pieces, {1: 800.0}, goals=1)
    return ReachPaper(made_map, (LonLat(LON, LAT),), TravelChoice(), notices=("目標の注意です。",))


def test_a_reach_map_says_its_rule_and_explains_its_steps() -> None:
    what = replace(content(count=1), reach=reach())
    text = words(made(one(paper=PaperSize.A3, hazard=MapHazard.NONE), what))
    wanted = (
        "逃げ地図", "1分に43m(3分で129m)", "目標まで3分以内", "目標まで15分以内", "24分を超える",
        "目標まで行けない道", "通れない道", "避難目標地点", "この計算に使わない道", "目標の注意です。",
    )  # fmt: skip
    for said in wanted:
        assert said in text
    assert "目標まで9分以内" not in text  # no road of that step is on the sheet
    assert "幅3m未満" not in text


# ---------------------------------------------------------------- samples and plans
def test_a_sample_is_one_page_with_its_number_and_says_so() -> None:
    order = one(is_tiled=True, scale=5_000)
    what = content(with_layers=False, count=1)
    pdf, plan = MapMaker().preview(what, order, STAMP, 3)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert "見本" in words(reader)
    assert f"3 / {plan.pages}" in words(reader)
    assert plan.pages == plan.sheets + plan.covers == plan.columns * plan.rows + 1
    assert plan.glued_mm is not None
    whole = made(order, what)
    assert len(whole.pages) == plan.pages
    assert "見本" not in "".join(words(whole, page) for page in range(len(whole.pages)))


@pytest.mark.parametrize("page", [-3, 0, 10_000])
def test_a_sample_of_a_page_that_is_not_there_is_the_nearest(page: int) -> None:
    pdf, plan = MapMaker().preview(content(with_layers=False, count=3), MapPaperOrder(), STAMP, page)
    wanted = min(max(1, page), plan.pages)
    assert f"{wanted} / {plan.pages}" in words(pypdf.PdfReader(io.BytesIO(pdf)))


# ---------------------------------------------------------------- measured on the paper
def known_ground() -> MapPaperContent:
    """A 校区 that is a rectangle of 600 m by 400 m."""
    east, north = (float(value[0]) for value in to_metric(LON, LAT))
    lon, lat = to_degrees([east, east + 600, east + 600, east], [north, north, north + 400, north + 400])
    ring = shapely.Polygon(list(zip(lon.tolist(), lat.tolist(), strict=True)))
    shape = replace(outline(0, 0, 1, 1), wkb=shapely.to_wkb(ring))
    return replace(content(with_layers=False, count=1), outlines=(shape,), flood=None)


@pytest.mark.parametrize("paper", [PaperSize.A1, PaperSize.A0])
@pytest.mark.parametrize("scale", [1_500, 2_500, 25_000])
def test_a_known_rectangle_has_its_length_on_large_paper(paper: PaperSize, scale: int) -> None:
    reader = made(one(paper=paper, scale=scale, hazard=MapHazard.NONE), known_ground())
    sides = [np.ptp(path, axis=0) * scale / 1000 for path in closed_paths(reader, 0, 4)]
    assert any(side == pytest.approx([600, 400], abs=0.02 * scale / 1000) for side in sides)


@pytest.mark.parametrize("paper", [PaperSize.A4, PaperSize.A3])
def test_the_same_ground_lies_on_the_same_place_where_tiles_overlap(paper: PaperSize) -> None:
    """Squares of 4 mm all over the ground: on two neighbours they differ by exactly the step of the tiles."""
    scale = 1_500
    east, north = (float(value[0]) for value in to_metric(LON, LAT))
    half = 3.0
    marks = []
    for x in np.arange(east - 100, east + 700, 14.0):
        for y in np.arange(north - 100, north + 500, 14.0):
            lon, lat = to_degrees(
                [x - half, x + half, x + half, x - half], [y - half, y - half, y + half, y + half]
            )
            ring = shapely.Polygon(list(zip(lon.tolist(), lat.tolist(), strict=True)))
            marks.append(LayerFeature(shapely.to_wkb(ring), 1))
    what = replace(known_ground(), layers=(layer("flood", "flood_l2", "印(架空)", *marks),))
    reader = made(one(paper=paper, scale=scale, is_tiled=True), what)
    plan = MapMaker().preview(what, one(paper=paper, scale=scale, is_tiled=True), STAMP, 1)[1]
    assert plan.columns > 1 or plan.rows > 1
    page = reader.pages[1].mediabox
    wide, high = float(page.width) * POINT_MM - 24.0, float(page.height) * POINT_MM - 24.0
    shared = 0
    for row in range(plan.rows):
        for column in range(plan.columns):
            here = _middles(reader, 1 + row * plan.columns + column)
            if column + 1 < plan.columns:
                step = np.array([wide - OVERLAP_MM, 0.0])
                shared += _meeting(here, _middles(reader, 2 + row * plan.columns + column), step)
            if row + 1 < plan.rows:
                step = np.array([0.0, -(high - OVERLAP_MM)])
                shared += _meeting(here, _middles(reader, 1 + (row + 1) * plan.columns + column), step)
    assert shared > 0


def _middles(reader: pypdf.PdfReader, page: int) -> np.ndarray[Any, Any]:
    paths = [
        path
        for path in closed_paths(reader, page, 4)
        if np.ptp(path, axis=0) == pytest.approx([4, 4], abs=0.05)
    ]
    return np.array([path.mean(axis=0) for path in paths]) if paths else np.empty((0, 2))


def _meeting(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any], step: np.ndarray[Any, Any]) -> int:
    """How many marks stand on both tiles; each that should does so to a fiftieth of a millimetre."""
    count = 0
    for middle in first - step:
        if len(second) == 0:
            continue
        distance = np.hypot(*(second - middle).T).min()
        if distance < 4.0:  # nearer than half the distance of two marks: the same one
            assert distance < 0.02
            count += 1
    return count


def test_windows_are_rounded_outward() -> None:
    rounded = Window(-41_010.0, 30_001.0, -40_740.0, 30_250.0).rounded(250.0)
    assert rounded == Window(-41_250.0, 30_000.0, -40_500.0, 30_250.0)
