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
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.geocoding_batch import (
    BatchOptions,
    BatchResult,
    RosterPlacing,
    moved_to,
    with_district,
)
from kurume_bousai.services.ports import CityDatabase, Clock, DistrictLocator, ReadSession
from kurume_bousai.services.ports_gazetteer import Geocoder, GeocoderMaker
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
    ) -> None:
        self._database = database
        self._clock = clock
        self._make_geocoder = make_geocoder
        self._make_locator = make_locator

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
        progress(0, 0, "決まった位置を書き込んでいます")
        with self._database.writing() as session:
            session.members.save_many(access, placing.members, source=FROM_ADDRESS)
            session.gazetteer.save_places(access, placing.places)
            session.gazetteer.forget_places(access, placing.cleared)
            session.audit.record(
                access,
                "roster_geocoded",
                [],
                {"placed": result.placed, "cleared": result.cleared, "looked_up": result.looked_up},
            )
        return Outcome(result, _TOPICS)

    def pin(self, member_id: MemberId, point: LonLat) -> Outcome[RosterMember]:
        """Set a home by hand: kept with who and when, and no batch moves it.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``pin_outside``, ``changed_meanwhile``.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        if not in_city_extent(point):
            raise KnownProblem(
                "pin_outside",
                "久留米市の外の地点です。",
                advice="地図で、自宅の場所をもう一度選んでください。",
            )
        locator = self._make_locator()
        with self._database.writing() as session:
            found = session.members.get_many(access, [member_id])
            if not found:
                raise KnownProblem(
                    "person_gone",
                    "この人はもう名簿にありません。",
                    advice="画面を開き直して、いまの名簿を確かめてください。",
                )
            moved = with_district(moved_to(found[0], point), locator)
            if moved != found[0]:
                session.members.save_many(access, [moved], source=BY_HAND)
            by_hand = GeocodeMatch(point, PlaceLevel.MANUAL, 1.0, "")
            session.gazetteer.save_places(
                access, [self._place(moved, by_hand, normalize_address(moved.address))]
            )
        return Outcome(moved, _TOPICS)

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
            for done, member in enumerate(members):
                if done % _STEP == 0:
                    progress(done, len(members), _SEARCHING)
                placing.consider(member, places.get(member.member_id))
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
