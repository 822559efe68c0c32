"""逃げ地図を書き出す: GeoJSON that QGIS opens, roads by their minutes to the nearest goal, and the goals."""

from __future__ import annotations

import json
import math
from typing import Any

from kurume_bousai.domain.routes import REACH_STEPS
from kurume_bousai.labels import label
from kurume_bousai.labels.routes import reach_words
from kurume_bousai.services.ports.routes import ReachAnswer

_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}


def reach_geojson(answer: ReachAnswer) -> bytes:
    """Return a FeatureCollection in EPSG:6668, without personal data.

    Roads have ``step`` (1–9; 0 = no way, -1 = closed), ``words``, ``colour``, ``from_min`` and ``to_min``
    (null without a way) and point towards their goal; goals have ``goal`` and ``name``.
    """
    colours = {step.number: step.colour for step in REACH_STEPS}
    roads = [
        _feature(
            {"type": "LineString", "coordinates": [list(point) for point in piece.line]},
            step=piece.step,
            words=reach_words(piece.step),
            colour=colours.get(piece.step),
            from_min=_minutes(piece.from_min),
            to_min=_minutes(piece.to_min),
        )
        for piece in answer.map.pieces
    ]
    goals = [
        _feature(
            {"type": "Point", "coordinates": [goal.point.lon, goal.point.lat]},
            goal=label(goal.kind),
            name=goal.name,
        )
        for goal in answer.goals
    ]
    content = {"type": "FeatureCollection", "name": "逃げ地図", "crs": _CRS, "features": [*roads, *goals]}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def _feature(geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _minutes(minutes: float) -> float | None:
    return round(minutes, 3) if math.isfinite(minutes) else None
