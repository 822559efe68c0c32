"""住所から位置を決める用件: one address, the whole list, and pins set by hand (FEATURES C5).

An address that is not found is never placed. A place of the 町字 only (520 m off in the median) is kept
as such and gives no 校区 unless a clerk asks for it. A pin set by hand is never moved by the list's batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.addresses import normalize_address
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import GeocodeMatch, GeocodeResult, HomePlace, PlaceLevel
from kurume_bousai.domain.home_places import HomeUndecided
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.places.geocoding_batch import (
    BatchOptions,
    BatchResult,
    RosterPlacing,
    moved_to,
    with_district,
)
from kurume_bousai.services.places.hazard_update import HazardLocatorMaker
from kurume_bousai.services.places.home_hazards import HomeHazards
from kurume_bousai.services.ports.clock import Clock, DistrictLocator
from kurume_bousai.services.ports.gazetteer import Geocoder, GeocoderMaker
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.progress import Progress, no_progress

#: What a version says whose place came from its address, or from a person's hand.
FROM_ADDRESS: Final = "住所から位置を決定"
BY_HAND: Final = "地図で位置を指定"
_SEARCHING: Final = "住所から位置をさがしています"
_TOPICS: Final = frozenset({Topic.MEMBERS})
#: People between two words about the progress: often enough to stop at once, seldom enough to cost nothing.
_STEP: Final = 200


class GeocodingService:
    """位置を決める用件 on one open database. Safe to call from any thread."""

    def __init__(
        self,
        database: CityDatabase,
        clock: Clock,
        *,
        make_geocoder: GeocoderMaker,
        make_locator: Callable[[], DistrictLocator],
        make_hazard_locator: HazardLocatorMaker,
    ) -> None:
        self._database = database
        self._clock = clock
        self._make_geocoder = make_geocoder
        self._make_locator = make_locator
        self._hazards = HomeHazards(make_hazard_locator)

    def find(self, address: str) -> GeocodeResult:
        """The place of one address. Nothing is written, nothing is kept of the address."""
        with self._database.reading() as session:
            return self._geocoder(session).find(address)

    def preview(self, options: BatchOptions | None = None, progress: Progress = no_progress) -> BatchResult:
        """Say what the batch would do. Writes nothing.

        Raises
        ------
        KnownProblem
            ``no_right``, ``gazetteer_empty``.
        """
        return self._sorted_out(options or BatchOptions(), progress).result()

    def run(
        self, options: BatchOptions | None = None, progress: Progress = no_progress
    ) -> Outcome[BatchResult]:
        """Place everybody whose address is found, in one transaction; stopping leaves nothing behind.

        Raises
        ------
        KnownProblem
            ``no_right``, ``gazetteer_empty``, ``changed_meanwhile``.
        Cancelled
            ``progress`` raised it.
        """
        access = self._database.access
        placing = self._sorted_out(options or BatchOptions(), progress)
        result = replace(placing.result(), is_committed=True)
        if not placing.members and not placing.places:
            return Outcome(result)
        with self._database.reading() as session:
            read = self._hazards.read(session, placing.members, progress)
        moved = sum(member.home is not None for member in read.members)
        result = replace(result, hazards_read=moved if read.has_layers else 0)
        progress(0, 0, "決まった位置を書き込んでいます")
        with self._database.writing() as session:
            session.members.save_many(access, read.members, source=FROM_ADDRESS)
            session.gazetteer.save_places(access, placing.places)
            session.gazetteer.forget_places(access, placing.cleared)
            session.layers.replace_member_readings(access, read.readings)
            session.audit.record(
                access,
                "roster_geocoded",
                [],
                {
                    "placed": result.placed,
                    "cleared": result.cleared,
                    "looked_up": result.looked_up,
                    "hazards_read": result.hazards_read,
                },
            )
        return Outcome(result, _TOPICS)

    def pin(self, member_id: MemberId, point: LonLat) -> Outcome[RosterMember]:
        """Set a home by hand: kept with who and when, and no batch or file moves it.

        The pin of a home that is there already says that it is right. What the hazard layers say of the
        place is read with it.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``pin_outside``, ``changed_meanwhile``.
        """
        if not in_city_extent(point):
            raise KnownProblem(
                "pin_outside",
                "久留米市の外の地点です。",
                advice="地図で、自宅の場所をもう一度選んでください。",
            )
        return self._settle(member_id, GeocodeMatch(point, PlaceLevel.MANUAL, 1.0, ""), source=BY_HAND)

    def take(self, member_id: MemberId, match: GeocodeMatch) -> Outcome[RosterMember]:
        """Place a home where the dictionary's candidate is, because a person chose it.

        A house that was chosen is as sure as a pin; the middle of a 町字 stays what it is, gives no 校区,
        and a number found later takes its place.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``changed_meanwhile``.
        """
        is_rough = match.level is PlaceLevel.TOWN
        chosen = match if is_rough else replace(match, confidence=1.0)
        return self._settle(member_id, chosen, source=FROM_ADDRESS)

    def set_aside(self, member_id: MemberId) -> Outcome[None]:
        """Keep that this person's address cannot be placed, with who and when, until it changes.

        A person who has a place loses it: it was looked at and found wrong.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``changed_meanwhile``.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            member = self._present(session, member_id)
            gone = moved_to(member, None)
            if gone != member:
                session.members.save_many(access, [gone], source=BY_HAND)
                session.layers.replace_member_readings(access, {member_id: ()})
            key = normalize_address(member.address)
            undecided = HomeUndecided(member_id, key, access.name, self._clock.now())
            session.gazetteer.set_aside(access, undecided)
        return Outcome(None, _TOPICS)

    def places(self, member_ids: Sequence[MemberId] | None = None) -> dict[MemberId, HomePlace]:
        """How homes were decided, of people the operator may see; only where it still is their home.

        A home that a file or a form moved since has no entry.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        access = self._database.access
        access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            places = session.gazetteer.places(access, member_ids)
            members = session.members.get_many(access, list(places)) if places else []
            return {
                member.member_id: places[member.member_id]
                for member in members
                if member.home == places[member.member_id].point
            }

    def _settle(self, member_id: MemberId, match: GeocodeMatch, *, source: str) -> Outcome[RosterMember]:
        """Write one person's place, the 校区 and the hazards of it."""
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        locator = self._make_locator()
        with self._database.writing() as session:
            member = self._present(session, member_id)
            moved = moved_to(member, match.point)
            if match.level is not PlaceLevel.TOWN:
                moved = with_district(moved, locator)
            if moved.home != member.home:
                read = self._hazards.read(session, [moved])
                moved = read.members[0]
                session.layers.replace_member_readings(access, read.readings)
            if moved != member:
                session.members.save_many(access, [moved], source=source)
            place = self._place(moved, match, normalize_address(moved.address))
            session.gazetteer.save_places(access, [place])
        return Outcome(moved, _TOPICS)

    def _present(self, session: WriteSession, member_id: MemberId) -> RosterMember:
        found = session.members.get_many(self._database.access, [member_id])
        if not found:
            raise KnownProblem(
                "person_gone",
                "この人はもう名簿にありません。",
                advice="画面を開き直して、いまの名簿を確かめてください。",
            )
        return found[0]

    def _geocoder(self, session: ReadSession) -> Geocoder:
        return self._make_geocoder(session.gazetteer.towns(), session.gazetteer.points_of)

    def _sorted_out(self, options: BatchOptions, progress: Progress) -> RosterPlacing:
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        locator = self._make_locator()
        with self._database.reading() as session:
            if not session.gazetteer.sources():
                raise KnownProblem(
                    "gazetteer_empty",
                    "住所辞書がまだ入っていません。",
                    advice="先に import gazetteer で、位置参照情報などの住所辞書を取り込んでください。",
                )
            placing = RosterPlacing(self._geocoder(session), locator, options, self._place)
            members = session.members.in_district(access, None)
            places = session.gazetteer.places(access)
            undecided = session.gazetteer.undecided(access)
            for done, member in enumerate(members):
                if done % _STEP == 0:
                    progress(done, len(members), _SEARCHING)
                placing.consider(member, places.get(member.member_id), undecided.get(member.member_id))
        progress(len(members), len(members), _SEARCHING)
        return placing

    def _place(self, member: RosterMember, match: GeocodeMatch, key: str) -> HomePlace:
        return HomePlace(
            member_id=member.member_id,
            level=match.level,
            point=match.point,
            confidence=match.confidence,
            matched=match.matched,
            address_key=key,
            set_by=self._database.access.name,
            set_at=self._clock.now(),
        )
