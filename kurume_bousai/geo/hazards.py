"""危険の判定: what the official layers say of many points at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from kurume_bousai.domain.coordinates import CITY_EXTENT, LonLat
from kurume_bousai.domain.hazard_readings import QUESTIONS, HazardReading, Hit, worst
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.meshes import CITY_MESHES, mesh_box, mesh_of, part_of_city
from kurume_bousai.geo.crs import as_arrays

#: A shapely geometry or an array of them; shapely carries no types.
Shapes: TypeAlias = Any
Flags: TypeAlias = npt.NDArray[np.bool_]

_TITLES: Final = {
    ("flood", "flood_l2"): "洪水浸水想定区域(想定最大規模)",
    ("flood", "flood_l1"): "洪水浸水想定区域(計画規模)",
    ("duration", "flood_l2"): "浸水継続時間",
    ("collapse", "flood_l2"): "家屋倒壊等氾濫想定区域",
    ("inland", "inland"): "雨水出水(内水)浸水想定区域",
    ("storm_surge", "storm_surge"): "高潮浸水想定区域",
    ("landslide", "landslide"): "土砂災害警戒区域",
}


@dataclass(frozen=True, slots=True)
class _Ready:
    """問いを待つ層: shapes prepared once, with what each means."""

    layer: MapLayer
    shapes: Shapes = field(repr=False)
    values: tuple[int | None, ...]
    levels: tuple[int | None, ...]
    names: tuple[str, ...]
    coverage: Shapes | None = field(repr=False)


class LayerHazards:
    """危険の判定 by polygons (``services.ports.layers.HazardLocator``).

    A point on a border is inside. Of several zones the worst counts (RULES J9), over all layers. Outside
    every zone it is ``outside`` only where the loaded layers together say everything: a coverage holds
    the point for each part (rivers of each keeper) that belongs to the question; elsewhere it is
    ``no_data`` with what is missing. Containment is asked in degrees: nothing is measured in them.
    """

    def __init__(self, layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> None:
        self._layers = tuple(_ready(layer, features) for layer, features in layers if layer.is_hazard)

    def readings(self, points: Sequence[LonLat]) -> list[tuple[HazardReading, ...]]:
        """Per point the answers to every question, in the order of ``QUESTIONS``."""
        if not points:
            return []
        lon, lat = as_arrays(points)
        located = shapely.points(lon, lat)
        tree = shapely.STRtree(located)
        answers = [self._answers(question, located, tree, lon, lat) for question in QUESTIONS]
        return [tuple(several[index] for several in answers) for index in range(len(points))]

    def missing(self) -> tuple[str, ...]:
        """Sentences on what of the whole picture is not loaded for the city."""
        return tuple(sentence for question in QUESTIONS for sentence in self.gaps(question))

    def gaps(self, question: tuple[str, str]) -> tuple[str, ...]:
        """Sentences on what the layers of one question do not know of the city; empty = they know all."""
        chosen = self._of(question)
        if chosen:
            return _gaps(question, chosen)
        return (f"「{_TITLES[question]}」のデータは、まだ取り込まれていません。",)

    def _of(self, question: tuple[str, str]) -> list[_Ready]:
        return [ready for ready in self._layers if ready.layer.question == question]

    def _answers(
        self,
        question: tuple[str, str],
        located: Shapes,
        tree: Any,  # noqa: ANN401 - shapely carries no types
        lon: npt.NDArray[np.float64],
        lat: npt.NDArray[np.float64],
    ) -> list[HazardReading]:
        chosen = self._of(question)
        hits = _hits(chosen, tree)
        known = _known(chosen, located)
        sources = tuple(dict.fromkeys(_source(ready.layer) for ready in chosen))
        outside = HazardReading(*question, "outside", 0, sources=sources)
        nothing: dict[str, HazardReading] = {}
        found = []
        for index in range(len(located)):
            if index in hits:
                found.append(_inside(question, hits[index], chosen))
            elif known[index]:
                found.append(outside)
            else:
                mesh = mesh_of(float(lon[index]), float(lat[index]))
                if mesh not in nothing:
                    nothing[mesh] = HazardReading(
                        *question, "no_data", None, missing=_why(question, chosen, mesh)
                    )
                found.append(nothing[mesh])
        return found


def _ready(layer: MapLayer, features: Sequence[LayerFeature]) -> _Ready:
    shapes = (
        shapely.from_wkb([feature.wkb for feature in features]) if features else np.empty(0, dtype=object)
    )
    shapely.prepare(shapes)
    coverage = None if layer.coverage is None else shapely.from_wkb(layer.coverage)
    if coverage is not None:
        shapely.prepare(coverage)
    return _Ready(
        layer,
        shapes,
        tuple(feature.value for feature in features),
        tuple(feature.level for feature in features),
        tuple(str(feature.attributes.get("name") or "") for feature in features),
        coverage,
    )


def _hits(chosen: Sequence[_Ready], tree: Any) -> dict[int, list[Hit]]:  # noqa: ANN401 - as above
    """Zones of each point that lies in one.

    The tree holds the points and is asked with the polygons: a prepared polygon of a million vertices is
    walked once, not once per point.
    """
    found: dict[int, list[Hit]] = {}
    for number, ready in enumerate(chosen):
        if not len(ready.shapes):
            continue
        polygons, points = tree.query(ready.shapes, predicate="intersects")
        for polygon, point in zip(polygons.tolist(), points.tolist(), strict=True):
            hit = Hit(number, ready.values[polygon], ready.levels[polygon], ready.names[polygon])
            found.setdefault(point, []).append(hit)
    return found


def _known(chosen: Sequence[_Ready], located: Shapes) -> Flags:
    """Where the loaded layers together say everything there is to say."""
    known = np.zeros(len(located), dtype=bool)
    by_part: dict[str, Flags] = {}
    for ready in chosen:
        if ready.coverage is None:
            continue
        covered = np.asarray(shapely.intersects(ready.coverage, located), dtype=bool)
        if not ready.layer.wanted_parts:
            known |= covered
        for part in ready.layer.parts:
            by_part[part] = by_part.get(part, np.zeros(len(located), dtype=bool)) | covered
    wanted = frozenset(part for ready in chosen for part in ready.layer.wanted_parts)
    if wanted and wanted <= by_part.keys():
        known |= np.logical_and.reduce([by_part[part] for part in sorted(wanted)])
    return known


def _inside(question: tuple[str, str], hits: Sequence[Hit], chosen: Sequence[_Ready]) -> HazardReading:
    unique = tuple(dict.fromkeys(hits))
    top = worst(unique, question[0])
    sources = tuple(dict.fromkeys(_source(chosen[hit.layer].layer) for hit in unique))
    return HazardReading(
        *question,
        "inside",
        None if top is None else top.value,
        None if top is None else top.level,
        sources=sources,
        hits=unique,
    )


def _source(layer: MapLayer) -> str:
    when = f"、{layer.source.edition}" if layer.source.edition else ""
    return f"{layer.source.attribution or layer.source.file_name}{when}"


def _why(question: tuple[str, str], chosen: Sequence[_Ready], mesh: str) -> tuple[str, ...]:
    """Why nothing is known of a point in a mesh."""
    title = _TITLES[question]
    if not chosen:
        return (f"「{title}」のデータは、まだ取り込まれていません。",)
    gaps = _gaps(question, chosen)
    here = tuple(gap for gap in gaps if mesh in gap) or gaps
    return here or (f"「{title}」のデータは、この場所についてはわかりません。",)


def _gaps(question: tuple[str, str], chosen: Sequence[_Ready]) -> tuple[str, ...]:
    """What of the city the loaded layers of a question do not know."""
    corners = shapely.points([(x, y) for x in CITY_EXTENT[::2] for y in CITY_EXTENT[1::2]])
    if bool(_known(chosen, corners).all()):
        return ()
    title = _TITLES[question]
    found: list[str] = []
    wanted = frozenset(part for ready in chosen for part in ready.layer.wanted_parts)
    present = frozenset(part for ready in chosen for part in ready.layer.parts)
    found.extend(f"「{title}」に、{part}の区域が入っていません。" for part in sorted(wanted - present))
    if any(ready.layer.dataset == "A31b" for ready in chosen):
        found.extend(
            f"「{title}」に、1次メッシュ{mesh}({part_of_city(mesh)})が入っていません。"
            for mesh in CITY_MESHES
            if not _holds_mesh(chosen, mesh)
        )
    if not found:
        found.append(f"「{title}」のデータは、市の一部または全部についてはわかりません。")
    return tuple(found)


def _holds_mesh(chosen: Sequence[_Ready], mesh: str) -> bool:
    west, south, east, north = mesh_box(mesh)
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    return any(
        ready.coverage is not None and bool(shapely.intersects(ready.coverage, middle)) for ready in chosen
    )
