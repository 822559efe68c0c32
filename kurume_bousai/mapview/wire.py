"""場面から JSON へ: compact arrays for the page.

Lengths matter (a map of 6,000 people is a third of a megabyte), and so does what is left out: there is
no field in which a person's name could travel.  ``<``, ``>`` and ``&`` are escaped although the page
never reads text as HTML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from kurume_bousai.domain.hazards import FLOOD_COLOURS
from kurume_bousai.domain.members import Need
from kurume_bousai.labels import need_sign
from kurume_bousai.mapview.catalogue import drawing_order
from kurume_bousai.mapview.protocol import (
    DistrictShape,
    DrawnMark,
    Layer,
    Line,
    LinkMark,
    MapOverlay,
    MapScene,
    OverlayClass,
    PersonMark,
    PersonState,
    Polygon,
    ReachShape,
    SiteMark,
    TileGround,
    reach_stroke,
)

Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

_SIGN_BITS: Final = {need_sign(need): 1 << bit for bit, need in enumerate(Need)}
_STATE_CODES: Final = {state: code for code, state in enumerate(PersonState)}
_ESCAPES: Final = (
    ("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"),
)  # fmt: skip


def to_json(value: Json) -> bytes:
    """UTF-8 JSON without spaces that stays inert even inside a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # A lone surrogate (a broken file) has no UTF-8 form; it becomes the replacement mark.
    for sign, spelled in _ESCAPES:  # ``translate`` looks at each letter: fifty times as slow
        text = text.replace(sign, spelled)
    return text.encode("utf-8", errors="replace")


def scene_value(scene: MapScene, layers: Sequence[Layer], revision: int) -> Json:
    """A scene as the page's ``fetchScene`` reads it."""
    return {
        "revision": revision,
        "table": scene.table,
        "selected": scene.selected,
        "chosen": scene.chosen_district,
        "names_districts": scene.names_districts,
        "watermark": scene.watermark,
        "shade_words": list(scene.shade_words),
        "hidden": [layer.id for layer in layers if not scene.visibility.shows(layer)],
        "order": [layer.id for layer in drawing_order(layers, scene.visibility)],
        "opacities": {
            layer.id: scene.visibility.opacities[layer.id]
            for layer in layers
            if layer.id in scene.visibility.opacities
        },
        "overlays": overlays_value(scene.overlays, layers),
        "tiles": [_tiles(one) for one in scene.tiles],
        "people": people_value(scene.people),
        "sites": [_site(mark) for mark in scene.sites],
        "districts": [_district(shape) for shape in scene.districts],
        "hazards": [[zone.rank, polygons_value(zone.polygons)] for zone in scene.hazards],
        "rank_colours": {str(int(rank)): colour for rank, colour in FLOOD_COLOURS.items()},
        "drawn": [_drawn(mark) for mark in scene.drawn],
        "links": [_link(mark) for mark in scene.links],
        "ways": [[way.words, way.is_straight, line_value(way.points)] for way in scene.ways],
        "reach": None if scene.reach is None else _reach(scene.reach),
        "found": None if scene.found is None else list(scene.found),
        "feature": scene.selected_feature,
        "images": [
            [one.id, f"/background/{one.id}.png", one.west, one.south, one.east, one.north, one.opacity]
            for one in scene.backgrounds
        ],
    }


def overlays_value(overlays: Iterable[MapOverlay], layers: Sequence[Layer]) -> Json:
    """Overlays without their shapes, which have addresses of their own; of unknown entries none."""
    entries = {layer.id: layer for layer in layers if layer.classes}
    return [
        [
            one.id,
            one.entry,
            one.revision,
            one.title,
            escape(one.attribution),  # Leaflet reads it as HTML
            [
                [entries[one.entry].class_at(each.value, each.level), each.words, bool(each.points)]
                for each in one.classes
            ],
        ]
        for one in overlays
        if one.entry in entries
    ]


def overlay_shapes(one: OverlayClass) -> bytes:
    """Shapes of a class as the page reads them: bytes of the polygons (int32), the polygons, the lines."""
    return len(one.polygons).to_bytes(4, "little") + one.polygons + one.lines


def overlay_points(one: OverlayClass) -> bytes:
    """Points of a class: columns of longitudes, latitudes (1e-6 degrees) and names."""
    return to_json(
        {
            "x": [round(lon * 1e6) for lon, _ in one.points],
            "y": [round(lat * 1e6) for _, lat in one.points],
            "name": list(one.names),
        }
    )


def _tiles(one: TileGround) -> Json:
    box: list[Json] = [one.west, one.south, one.east, one.north]
    credit = escape(one.attribution)
    return [one.id, box, one.min_zoom, one.max_zoom, credit, one.opacity]


def people_value(marks: Sequence[PersonMark]) -> Json:
    """People as columns: id, longitude and latitude in 1e-6 degrees, number, signs as bits, state, table.

    ``r`` lists the places in the columns of those of whom only the middle of the town is known.
    """
    tables = sorted({mark.table for mark in marks})
    table_codes = {table: code for code, table in enumerate(tables)}
    return {
        "tables": list(tables),
        "id": [mark.id for mark in marks],
        "x": [round(mark.lon * 1e6) for mark in marks],
        "y": [round(mark.lat * 1e6) for mark in marks],
        "n": [mark.number for mark in marks],
        "s": [sum(_SIGN_BITS.get(sign, 0) for sign in mark.signs) for mark in marks],
        "t": [_STATE_CODES[mark.state] for mark in marks],
        "g": [table_codes[mark.table] for mark in marks],
        "r": [index for index, mark in enumerate(marks) if mark.is_rough],
    }


def _site(mark: SiteMark) -> Json:
    lon, lat = round(mark.lon, 6), round(mark.lat, 6)
    return [mark.id, mark.kind.value, lon, lat, mark.name, mark.note, mark.is_closed]


def _district(shape: DistrictShape) -> Json:
    lon, lat = label_point(shape)
    place: Json = [round(lon, 5), round(lat, 5)]
    polygons = polygons_value(shape.polygons)
    return [shape.id, shape.name, shape.approximate, shape.shade, shape.caption, place, polygons]


def label_point(shape: DistrictShape) -> tuple[float, float]:
    """Where the name of a 校区 stands, in degrees."""
    if shape.label_at is not None:
        return shape.label_at
    corners = [point for polygon in shape.polygons[:1] for point in polygon[0]] or [(0.0, 0.0)]
    return sum(lon for lon, _ in corners) / len(corners), sum(lat for _, lat in corners) / len(corners)


def _drawn(mark: DrawnMark) -> Json:
    return [mark.id, mark.kind.value, mark.table, line_value(mark.points), mark.text]


def _reach(shape: ReachShape) -> Json:
    """Without the roads: they are fetched as bytes by the revision."""
    classes: list[Json] = []
    for index, one in enumerate(shape.classes):
        width, dash = reach_stroke(index, has_way=one.colour is not None)
        classes.append([one.words, one.colour, width, list(dash)])
    return {
        "title": shape.title,
        "revision": shape.revision,
        "classes": classes,
        "goals": line_value(shape.goals),
        "goal_words": shape.goal_words,
    }


def _link(mark: LinkMark) -> Json:
    return [mark.kind.value, mark.table, mark.is_chosen, line_value((mark.start, mark.end))]


def polygons_value(polygons: Iterable[Polygon]) -> Json:
    """Polygons as lists of rings."""
    return [[line_value(ring) for ring in polygon] for polygon in polygons]


def line_value(line: Line) -> Json:
    """A line as ``[x, y, dx, dy, …]`` in 1e-5 degrees (about a metre): first absolute, then steps."""
    flat: list[Json] = []
    last_x = last_y = 0
    for lon, lat in line:
        x, y = round(lon * 1e5), round(lat * 1e5)
        flat += (x - last_x, y - last_y)
        last_x, last_y = x, y
    return flat
