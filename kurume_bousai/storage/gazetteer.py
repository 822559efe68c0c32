"""住所辞書 in the database. Implements ``GazetteerRepository``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Table, case, func, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.addresses import place_key
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import (
    GazetteerKind,
    GazetteerPoint,
    GazetteerSource,
    GazetteerSourceId,
    HomePlace,
    PlaceLevel,
)
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.services.ports_gazetteer import GazetteerTown
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows_gazetteer import (
    GazetteerPointRecord,
    GazetteerSourceRecord,
    HomePlaceRecord,
)
from kurume_bousai.storage.visible import visible_members

_SOURCES = cast("Table", GazetteerSourceRecord.__table__)
_POINTS = cast("Table", GazetteerPointRecord.__table__)
_PLACES = cast("Table", HomePlaceRecord.__table__)

#: The finer and the more official first.
_ORDER: Final = (
    GazetteerKind.ABR,
    GazetteerKind.ISJ_BLOCK,
    GazetteerKind.ISJ_TOWN,
    GazetteerKind.TOWN_FILE,
)
_POSITION: Final = case(
    {kind.value: place for place, kind in enumerate(_ORDER)},
    value=GazetteerSourceRecord.kind,
    else_=len(_ORDER),
)


class Gazetteer(Repository):
    """住所辞書."""

    def sources(self) -> list[GazetteerSource]:
        """What is in, the finest kind first."""
        statement = select(_SOURCES).order_by(_POSITION, GazetteerSourceRecord.source_id)
        return [_source(row) for row in self.connection.execute(statement).mappings()]

    def replace(self, access: Access, source: GazetteerSource, points: Sequence[GazetteerPoint]) -> int:
        """Store a dictionary in place of the one of its kind; returns how many points that one had."""
        older = [one for one in self.sources() if one.kind is source.kind]
        self._write(access, "gazetteer_imported", source.source_id, {"points": len(points)})
        self.delete_by(_POINTS, "source_id", [one.source_id for one in older])
        self.delete_by(_SOURCES, "source_id", [one.source_id for one in older])
        values = {item.name: getattr(source, item.name) for item in _SOURCES.columns}
        self.connection.execute(insert(_SOURCES).values(values | {"kind": source.kind.value}))
        self.insert_many(_POINTS, [_point_row(source.source_id, point) for point in points])
        return sum(one.points for one in older)

    def remove(self, access: Access, source_id: GazetteerSourceId) -> None:
        """Take one away with its points."""
        self._write(access, "gazetteer_removed", source_id, {})
        self.delete_by(_POINTS, "source_id", [source_id])
        self.delete_by(_SOURCES, "source_id", [source_id])

    def towns(self) -> list[GazetteerTown]:
        """Every 町字, in order of key."""
        statement = (
            select(GazetteerPointRecord.town_key, func.min(GazetteerPointRecord.town))
            .group_by(GazetteerPointRecord.town_key)
            .order_by(GazetteerPointRecord.town_key)
        )
        return [GazetteerTown(key, name) for key, name in self.connection.execute(statement)]

    def points_of(self, town_key: str) -> list[GazetteerPoint]:
        """All points of a 町字, the finest source first, in the order of their file."""
        statement = (
            select(
                GazetteerPointRecord.town,
                GazetteerPointRecord.koaza,
                GazetteerPointRecord.number,
                GazetteerPointRecord.level,
                GazetteerPointRecord.lon,
                GazetteerPointRecord.lat,
                GazetteerPointRecord.is_residential,
            )
            .join(_SOURCES, GazetteerSourceRecord.source_id == GazetteerPointRecord.source_id)
            .where(GazetteerPointRecord.town_key == town_key)
            .order_by(_POSITION, GazetteerPointRecord.point_id)
        )
        return [
            GazetteerPoint(town, koaza, number, PlaceLevel(level), LonLat(lon, lat), bool(residential))
            for town, koaza, number, level, lon, lat, residential in self.connection.execute(statement)
        ]

    def places(
        self, access: Access, member_ids: Sequence[MemberId] | None = None
    ) -> dict[MemberId, HomePlace]:
        """How homes were decided, of people who exist for the operator."""
        statement = select(_PLACES).where(HomePlaceRecord.member_id.in_(visible_members(access)))
        if member_ids is None:
            rows = list(self.connection.execute(statement).mappings())
        else:
            rows = [
                row
                for part in chunks(member_ids)
                for row in self.connection.execute(
                    statement.where(HomePlaceRecord.member_id.in_(part))
                ).mappings()
            ]
        return {MemberId(row["member_id"]): _place(row) for row in rows}

    def save_places(self, access: Access, places: Sequence[HomePlace]) -> None:
        """Keep how homes were decided, in place of what was kept. The audit has ids only."""
        self._write_places(access, "home_places_saved", [place.member_id for place in places])
        self.upsert(_PLACES, [_place_row(place) for place in places])

    def forget_places(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        """Take away what was kept of homes that are no longer placed."""
        if member_ids:
            self._write_places(access, "home_places_forgotten", member_ids)
            self.delete_by(_PLACES, "member_id", member_ids)

    def _write(self, access: Access, action: str, source_id: str, payload: Mapping[str, Any]) -> None:
        self.require_writing()
        access.require(Right.EDIT_MAPS)
        self.session.audit.record(access, action, [source_id], payload)

    def _write_places(self, access: Access, action: str, member_ids: Sequence[MemberId]) -> None:
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        self.session.audit.record(access, action, sorted(member_ids), {"people": len(member_ids)})


def _source(row: Mapping[Any, Any]) -> GazetteerSource:
    return GazetteerSource(
        **{
            **row,
            "source_id": GazetteerSourceId(row["source_id"]),
            "kind": GazetteerKind(row["kind"]),
        }
    )


def _point_row(source_id: str, point: GazetteerPoint) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "town_key": place_key(point.town),
        "town": point.town,
        "koaza": point.koaza,
        "number": point.number,
        "level": point.level.value,
        "lon": point.point.lon,
        "lat": point.point.lat,
        "is_residential": point.is_residential,
    }


def _place(row: Mapping[Any, Any]) -> HomePlace:
    return HomePlace(
        member_id=MemberId(row["member_id"]),
        level=PlaceLevel(row["level"]),
        point=LonLat(row["lon"], row["lat"]),
        confidence=row["confidence"],
        matched=row["matched"],
        address_key=row["address_key"],
        set_by=row["set_by"],
        set_at=row["set_at"],
    )


def _place_row(place: HomePlace) -> dict[str, Any]:
    return {
        "member_id": place.member_id,
        "level": place.level.value,
        "lon": place.point.lon,
        "lat": place.point.lat,
        "confidence": place.confidence,
        "matched": place.matched,
        "address_key": place.address_key,
        "set_by": place.set_by,
        "set_at": place.set_at,
    }
