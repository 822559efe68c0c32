"""住所辞書 of the fake city."""

from __future__ import annotations

from collections.abc import Sequence

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.addresses import place_key
from kurume_bousai.domain.gazetteer import (
    GazetteerKind,
    GazetteerPoint,
    GazetteerSource,
    GazetteerSourceId,
    HomePlace,
)
from kurume_bousai.domain.home_places import HomeRecord, HomeUndecided
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.services.ports.gazetteer import GazetteerTown
from tests.fakes.state import CityState, may_see

_ORDER = (GazetteerKind.ABR, GazetteerKind.ISJ_BLOCK, GazetteerKind.ISJ_TOWN, GazetteerKind.TOWN_FILE)


class FakeGazetteer:
    """住所辞書 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def sources(self) -> list[GazetteerSource]:
        found = self._state.gazetteer_sources.values()
        return sorted(found, key=lambda source: (_ORDER.index(source.kind), source.source_id))

    def replace(self, access: Access, source: GazetteerSource, points: Sequence[GazetteerPoint]) -> int:
        access.require(Right.EDIT_MAPS)
        older = [one for one in self.sources() if one.kind is source.kind]
        for one in older:
            self.remove(access, one.source_id)
        self._state.gazetteer_sources[source.source_id] = source
        self._state.gazetteer_points[source.source_id] = tuple(points)
        return sum(one.points for one in older)

    def remove(self, access: Access, source_id: GazetteerSourceId) -> None:
        access.require(Right.EDIT_MAPS)
        del self._state.gazetteer_sources[source_id]
        del self._state.gazetteer_points[source_id]

    def towns(self) -> list[GazetteerTown]:
        names: dict[str, str] = {}
        for source in self.sources():
            for point in self._state.gazetteer_points[source.source_id]:
                key = place_key(point.town)
                names[key] = min(names.get(key, point.town), point.town)
        return [GazetteerTown(key, names[key]) for key in sorted(names)]

    def points_of(self, town_key: str) -> list[GazetteerPoint]:
        return [
            point
            for source in self.sources()
            for point in self._state.gazetteer_points[source.source_id]
            if place_key(point.town) == town_key
        ]

    def places(
        self, access: Access, member_ids: Sequence[MemberId] | None = None
    ) -> dict[MemberId, HomePlace]:
        access.require(Right.SEE_PEOPLE)
        return {
            member_id: place
            for member_id, place in self._state.home_places.items()
            if (member_ids is None or member_id in member_ids)
            and may_see(access, self._state.members[member_id])
        }

    def kept_places(self) -> dict[MemberId, HomePlace]:
        return dict(self._state.home_places)

    def homes(self, access: Access) -> list[HomeRecord]:
        access.require(Right.SEE_PEOPLE)
        seen = [
            member
            for member in self._state.members.values()
            if may_see(access, member) and member.removed_on is None
        ]
        return [
            HomeRecord(
                member.member_id,
                member.number,
                member.address,
                member.district_id,
                member.district_method,
                member.home,
                member.has_protected_address,
                self._state.home_places.get(member.member_id),
                self._state.home_undecided.get(member.member_id),
            )
            for member in sorted(seen, key=lambda member: member.number)
        ]

    def undecided(self, access: Access) -> dict[MemberId, HomeUndecided]:
        access.require(Right.SEE_PEOPLE)
        return {
            member_id: one
            for member_id, one in self._state.home_undecided.items()
            if may_see(access, self._state.members[member_id])
        }

    def save_places(self, access: Access, places: Sequence[HomePlace]) -> None:
        access.require(Right.EDIT_PEOPLE)
        for place in places:
            self._state.home_places[place.member_id] = place
            self._state.home_undecided.pop(place.member_id, None)

    def set_aside(self, access: Access, undecided: HomeUndecided) -> None:
        access.require(Right.EDIT_PEOPLE)
        self._state.home_undecided[undecided.member_id] = undecided

    def forget_places(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        access.require(Right.EDIT_PEOPLE)
        for member_id in member_ids:
            self._state.home_places.pop(member_id, None)
