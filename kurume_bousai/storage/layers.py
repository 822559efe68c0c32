"""Official map layers in the database. Implements ``LayerRepository``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import RowMapping

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.layers import LayerFeature, LayerId, LayerSource, MapLayer
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.layers import (
    LayerFeatureRecord,
    LayerRecord,
    MemberHazardRecord,
    SiteHazardRecord,
)

_LAYERS = cast("Table", LayerRecord.__table__)
_FEATURES = cast("Table", LayerFeatureRecord.__table__)
_MEMBERS = cast("Table", MemberHazardRecord.__table__)
_SITES = cast("Table", SiteHazardRecord.__table__)
_SOURCE: Final = ("file_name", "sha256", "attribution", "licence", "edition", "crs", "encoding")
_PLAIN: Final = (
    "layer_id", "dataset", "kind", "scenario", "title", "imported_at", "imported_by", "coverage",
    "feature_count",
)  # fmt: skip
_READING: Final = ("kind", "scenario", "state", "value", "level", "lon", "lat")


class Layers(Repository):
    """地図の層."""

    def all(self) -> list[MapLayer]:
        """Without features, in order of kind, scenario and time."""
        statement = select(_LAYERS).order_by(
            LayerRecord.kind, LayerRecord.scenario, LayerRecord.imported_at, LayerRecord.layer_id
        )
        return [_layer(row) for row in self.connection.execute(statement).mappings()]

    def features(self, layer_id: LayerId) -> list[LayerFeature]:
        """In the order of the file."""
        statement = (
            select(_FEATURES)
            .where(LayerFeatureRecord.layer_id == layer_id)
            .order_by(LayerFeatureRecord.position)
        )
        return [
            LayerFeature(row["wkb"], row["value"], row["level"], json.loads(row["attributes"]))
            for row in self.connection.execute(statement).mappings()
        ]

    def add(self, access: Access, layer: MapLayer, features: Sequence[LayerFeature]) -> None:
        """Store a layer with its features."""
        self._write(
            access,
            "layer_added",
            [layer.layer_id],
            {"dataset": layer.dataset, "kind": layer.kind, "features": len(features)},
        )
        self.connection.execute(insert(_LAYERS).values(_to_row(layer)))
        self.insert_many(
            _FEATURES,
            [
                {
                    "layer_id": layer.layer_id,
                    "position": position,
                    "value": feature.value,
                    "level": feature.level,
                    "attributes": _json(feature.attributes),
                    "wkb": feature.wkb,
                }
                for position, feature in enumerate(features)
            ],
        )

    def remove(self, access: Access, layer_ids: Sequence[LayerId]) -> None:
        """Take layers and their features away."""
        self._write(access, "layers_removed", list(layer_ids), {"layers": len(layer_ids)})
        self.delete_by(_FEATURES, "layer_id", layer_ids)
        self.delete_by(_LAYERS, "layer_id", layer_ids)

    def member_readings(
        self, access: Access, member_ids: Sequence[MemberId], *, inside_only: bool = False
    ) -> dict[MemberId, list[StoredReading]]:
        """Readings of the named members."""
        access.require(Right.SEE_COUNTS)
        found: dict[MemberId, list[StoredReading]] = defaultdict(list)
        for part in chunks(member_ids):
            statement = select(_MEMBERS).where(MemberHazardRecord.member_id.in_(part))
            if inside_only:
                statement = statement.where(MemberHazardRecord.state == "inside")
            for row in self.connection.execute(statement).mappings():
                found[MemberId(row["member_id"])].append(_reading(row))
        return dict(found)

    def replace_member_readings(
        self, access: Access, readings: Mapping[MemberId, Sequence[StoredReading]]
    ) -> None:
        """Readings of the named members anew."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        self.delete_by(_MEMBERS, "member_id", list(readings))
        self.insert_many(_MEMBERS, _reading_rows("member_id", readings))

    def site_readings(self) -> dict[SiteId, list[StoredReading]]:
        """Readings of every site that has some."""
        found: dict[SiteId, list[StoredReading]] = defaultdict(list)
        for row in self.connection.execute(select(_SITES)).mappings():
            found[SiteId(row["site_id"])].append(_reading(row))
        return dict(found)

    def replace_site_readings(
        self, access: Access, readings: Mapping[SiteId, Sequence[StoredReading]]
    ) -> None:
        """Readings of all sites anew."""
        self.require_writing()
        access.require(Right.EDIT_SITES)
        self.connection.execute(delete(_SITES))
        self.insert_many(_SITES, _reading_rows("site_id", readings))

    def _write(self, access: Access, action: str, subjects: list[LayerId], payload: dict[str, Any]) -> None:
        self.require_writing()
        access.require(Right.EDIT_MAPS)
        self.session.audit.record(access, action, subjects, payload)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _layer(row: RowMapping) -> MapLayer:
    return MapLayer(
        **{name: row[name] for name in _PLAIN},
        source=LayerSource(**{name: row[name] for name in _SOURCE}),
        extent=(row["west"], row["south"], row["east"], row["north"]),
        parts=frozenset(json.loads(row["parts"])),
        wanted_parts=frozenset(json.loads(row["wanted_parts"])),
        repaired=tuple(json.loads(row["repaired"])),
        left_out=json.loads(row["left_out"]),
        warnings=tuple(json.loads(row["warnings"])),
    )


def _to_row(layer: MapLayer) -> dict[str, Any]:
    west, south, east, north = layer.extent
    return {
        **{name: getattr(layer, name) for name in _PLAIN},
        **{name: getattr(layer.source, name) for name in _SOURCE},
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "parts": _json(sorted(layer.parts)),
        "wanted_parts": _json(sorted(layer.wanted_parts)),
        "repaired": _json(list(layer.repaired)),
        "left_out": _json(dict(layer.left_out)),
        "warnings": _json(list(layer.warnings)),
    }


def _reading(row: RowMapping) -> StoredReading:
    return StoredReading(**{name: row[name] for name in _READING})


def _reading_rows(key: str, readings: Mapping[Any, Sequence[StoredReading]]) -> list[dict[str, Any]]:
    return [
        {key: subject, **{name: getattr(reading, name) for name in _READING}}
        for subject, several in readings.items()
        for reading in several
    ]
