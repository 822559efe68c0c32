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
from kurume_bousai.domain.home_places import HomeRecord, HomeUndecided
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import DistrictMethod
from kurume_bousai.services.ports.gazetteer import GazetteerTown
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.gazetteer import (
    GazetteerPointRecord,
    GazetteerSourceRecord,
    HomePlaceRecord,
    HomeUndecidedRecord,
)
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.visible import visible, visible_members

_SOURCES = cast("Table", GazetteerSourceRecord.__table__)
_POINTS = cast("Table", GazetteerPointRecord.__table__)
_PLACES = cast("Table", HomePlaceRecord.__table__)
_UNDECIDED = cast("Table", HomeUndecidedRecord.__table__)
#: Of a home, in the order of ``_home``; those of the two tables beside it are labelled apart.
_HOME: Final = (
    MemberRecord.member_id,
    MemberRecord.number,
    MemberRecord.address,
    MemberRecord.district_id,
    MemberRecord.district_method,
    MemberRecord.lon,
    MemberRecord.lat,
    MemberRecord.has_protected_address,
    *(column.label(f"place_{column.name}") for column in _PLACES.columns),
    *(column.label(f"undecided_{column.name}") for column in _UNDECIDED.columns),
)

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

    def kept_places(self) -> dict[MemberId, HomePlace]:
        """How every home was decided, of hidden people too: for imports only, never shown."""
        return {
            MemberId(row["member_id"]): _place(row)
            for row in self.connection.execute(select(_PLACES)).mappings()
        }

    def homes(self, access: Access) -> list[HomeRecord]:
        """Address and place of everybody who exists for the operator, in order of number; no name.

        Audited as one reading: addresses are seen.
        """
        statement = (
            select(*_HOME)
            .select_from(MemberRecord)
            .outerjoin(_PLACES, HomePlaceRecord.member_id == MemberRecord.member_id)
            .outerjoin(_UNDECIDED, HomeUndecidedRecord.member_id == MemberRecord.member_id)
            .where(visible(access))
            .order_by(MemberRecord.number)
        )
        found = [_home(row) for row in self.connection.execute(statement).mappings()]
        self.session.audit.record(access, "homes_read", [], {"people": len(found)})
        return found

    def undecided(self, access: Access) -> dict[MemberId, HomeUndecided]:
        """Who was set aside by a person, of people who exist for the operator."""
        statement = select(_UNDECIDED).where(HomeUndecidedRecord.member_id.in_(visible_members(access)))
        found = (HomeUndecided(**row) for row in self.connection.execute(statement).mappings())
        return {one.member_id: one for one in found}

    def save_places(self, access: Access, places: Sequence[HomePlace]) -> None:
        """Keep how homes were decided, in place of what was kept. The audit has ids only."""
        member_ids = [place.member_id for place in places]
        self._write_places(access, "home_places_saved", member_ids)
        self.upsert(_PLACES, [_place_row(place) for place in places])
        self.delete_by(_UNDECIDED, "member_id", member_ids)

    def set_aside(self, access: Access, undecided: HomeUndecided) -> None:
        """Keep that a person could not place an address. An old pin stays, to be offered again."""
        self._write_places(access, "home_set_aside", [undecided.member_id])
        row = {item.name: getattr(undecided, item.name) for item in _UNDECIDED.columns}
        self.upsert(_UNDECIDED, [row])

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


def _home(row: Mapping[Any, Any]) -> HomeRecord:
    # A member without a row beside it has empty columns there.
    place = None if row["place_member_id"] is None else _place(_part(row, "place_", _PLACES))
    undecided = (
        None if row["undecided_member_id"] is None else HomeUndecided(**_part(row, "undecided_", _UNDECIDED))
    )
    return HomeRecord(
        member_id=MemberId(row["member_id"]),
        number=row["number"],
        address=row["address"],
        district_id=None if row["district_id"] is None else DistrictId(row["district_id"]),
        district_method=DistrictMethod(row["district_method"]),
        home=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
        has_protected_address=row["has_protected_address"],
        place=place,
        undecided=undecided,
    )


def _part(row: Mapping[Any, Any], prefix: str, table: Table) -> dict[str, Any]:
    return {column.name: row[f"{prefix}{column.name}"] for column in table.columns}


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
