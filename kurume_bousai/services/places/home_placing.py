"""位置を決める仕事: how the homes stand, whom a person should look at, and what is known of one of them.

Reading only; ``geocoding`` writes. Addresses stay in memory: the audit has counts and ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import (
    GazetteerSource,
    GeocodeMatch,
    GeocodeReason,
    GeocodeResult,
    HomePlace,
    PlaceLevel,
)
from kurume_bousai.domain.home_places import HomeDoubt, HomeRecord, HomeStanding, doubt_of
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.ports.gazetteer import Geocoder, GeocoderMaker
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.progress import Progress, no_progress

_LOOKING: Final = "位置を見てほしい人をさがしています"
_STEP: Final = 200
_ORDER: Final = {doubt: place for place, doubt in enumerate(HomeDoubt)}


@dataclass(frozen=True, slots=True)
class PlacingState:
    """位置のいま, in counts of people the operator may see, and the dictionary that is loaded."""

    people: int
    standings: Mapping[HomeStanding, int]
    methods: Mapping[DistrictMethod, int]
    sources: tuple[GazetteerSource, ...]
    hazard_layers: int

    @property
    def placed(self) -> int:
        """People whose home has a place."""
        return self.people - self.waiting - self.standings.get(HomeStanding.UNDECIDED, 0)

    @property
    def waiting(self) -> int:
        """People without a place of whom nobody has said that it cannot be decided."""
        return self.standings.get(HomeStanding.UNPLACED, 0)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """見てほしい人の一行. ``reason`` is the dictionary's, for people without a place."""

    member_id: MemberId
    number: int
    district_id: DistrictId | None = field(repr=False)
    address: str = field(repr=False)
    doubt: HomeDoubt
    reason: GeocodeReason | None = None
    has_protected_address: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """候補: a place to choose, with the 校区 it lies in.

    ``is_old_pin`` = set by hand for an earlier address; ``is_present`` = where the home is now.
    """

    match: GeocodeMatch
    district_id: DistrictId | None = field(default=None, repr=False)
    is_old_pin: bool = False
    is_present: bool = False


@dataclass(frozen=True, slots=True)
class PlacingCase:
    """一人の位置: the address as received, what was found for it, and where the home is now."""

    member: RosterMember = field(repr=False)
    doubt: HomeDoubt | None
    reason: GeocodeReason
    candidates: tuple[Candidate, ...] = field(repr=False)
    held: HomePlace | None = field(default=None, repr=False)
    old_pin: HomePlace | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HomeView:
    """自宅の位置の言い方 for the record: how it was decided, and how far outside its 校区 it lies.

    ``outside_m`` is 0 inside an area (or where no 校区 was found by position); ``by_computed_area`` = only
    the computed outlines are known there.
    """

    held: HomePlace | None = field(default=None, repr=False)
    old_pin: HomePlace | None = field(default=None, repr=False)
    outside_m: float = 0.0
    by_computed_area: bool = False


class HomePlacing:
    """位置を決める仕事 on one open database. Safe to call from any thread."""

    def __init__(
        self,
        database: CityDatabase,
        *,
        make_geocoder: GeocoderMaker,
        make_locator: Callable[[], DistrictLocator],
    ) -> None:
        self._database = database
        self._make_geocoder = make_geocoder
        self._make_locator = make_locator

    def state(self) -> PlacingState:
        """How the homes stand now.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            homes = session.gazetteer.homes(access)
            sources = tuple(session.gazetteer.sources())
            layers = sum(layer.is_hazard for layer in session.layers.all())
        return PlacingState(
            people=len(homes),
            standings=Counter(home.standing for home in homes),
            methods=Counter(home.district_method for home in homes),
            sources=sources,
            hazard_layers=layers,
        )

    def worklist(self, progress: Progress = no_progress) -> list[WorkItem]:
        """Whom a person should look at, the most urgent first, then in order of number.

        Raises
        ------
        KnownProblem
            ``no_right``.
        Cancelled
            ``progress`` raised it.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        locator = self._make_locator()
        with self._database.reading() as session:
            homes = session.gazetteer.homes(access)
            geocoder = self._geocoder(session)
            found = []
            for done, home in enumerate(homes):
                if done % _STEP == 0:
                    progress(done, len(homes), _LOOKING)
                item = _item(home, geocoder, locator)
                if item is not None:
                    found.append(item)
        progress(len(homes), len(homes), _LOOKING)
        return sorted(found, key=lambda item: (_ORDER[item.doubt], item.number))

    def case(self, member_id: MemberId) -> PlacingCase | None:
        """Everything about one person's place; None where the person does not exist for the operator.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        locator = self._make_locator()
        with self._database.reading() as session:
            member = session.members.get(access, member_id)
            if member is None:
                return None
            place = session.gazetteer.places(access, [member_id]).get(member_id)
            undecided = session.gazetteer.undecided(access).get(member_id)
            result = self._geocoder(session).find(member.address)
        home = HomeRecord(
            member.member_id,
            member.number,
            member.address,
            member.district_id,
            member.district_method,
            member.home,
            member.has_protected_address,
            place,
            undecided,
        )
        doubt = doubt_of(home) or _differing(home, locator)
        candidates = _candidates(result, home, locator)
        return PlacingCase(member, doubt, result.reason, candidates, home.held, home.old_pin)

    def of(self, member: RosterMember) -> HomeView:
        """How the home of a person who was read already was decided."""
        access = self._database.access
        access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            place = session.gazetteer.places(access, [member.member_id]).get(member.member_id)
        held = place if place is not None and place.point == member.home else None
        old_pin = place if held is None and place is not None and place.is_by_hand else None
        if member.home is None or member.district_method is not DistrictMethod.NEAREST:
            return HomeView(held, old_pin)
        _district, method, outside_m = self._make_locator().locate(member.home)
        is_computed = method == DistrictMethod.NEAREST and outside_m == 0.0
        return HomeView(held, old_pin, outside_m, is_computed)

    def _geocoder(self, session: ReadSession) -> Geocoder:
        return self._make_geocoder(session.gazetteer.towns(), session.gazetteer.points_of)


def _item(home: HomeRecord, geocoder: Geocoder, locator: DistrictLocator) -> WorkItem | None:
    doubt = doubt_of(home) or _differing(home, locator)
    if doubt is None:
        return None
    reason = geocoder.find(home.address).reason if home.home is None else None
    return WorkItem(
        home.member_id,
        home.number,
        home.district_id,
        home.address,
        doubt,
        reason,
        home.has_protected_address,
    )


def _differing(home: HomeRecord, locator: DistrictLocator) -> HomeDoubt | None:
    """Whether the list says another 校区 than the area the home lies in.

    Only imported areas can say so, and only until a person has said that the place is right.
    """
    held = home.held
    if home.home is None or home.district_id is None or home.district_method is not DistrictMethod.STATED:
        return None
    if held is not None and (held.is_by_hand or held.is_rough):
        return None
    found, method, _outside_m = locator.locate(home.home)
    differs = method == DistrictMethod.POLYGON and found != home.district_id
    return HomeDoubt.DISTRICT_DIFFERS if differs else None


def _candidates(result: GeocodeResult, home: HomeRecord, locator: DistrictLocator) -> tuple[Candidate, ...]:
    """The present place, the old pin, and what the dictionary found, each place once."""
    matches: list[tuple[GeocodeMatch, bool, bool]] = []
    if home.home is not None:
        matches.append((_as_match(home.held, home.home), False, True))
    if home.old_pin is not None:
        matches.append((_as_match(home.old_pin, home.old_pin.point), True, False))
    ranked = result.candidates or ((result.best,) if result.best is not None else ())
    matches += [(match, False, False) for match in ranked]
    kept: dict[LonLat, Candidate] = {}
    for match, is_old_pin, is_present in matches:
        district, _method, _outside_m = locator.locate(match.point)
        kept.setdefault(match.point, Candidate(match, district, is_old_pin, is_present))
    return tuple(kept.values())


def _as_match(place: HomePlace | None, point: LonLat) -> GeocodeMatch:
    if place is None:
        return GeocodeMatch(point, PlaceLevel.MANUAL, 0.0, "")
    return GeocodeMatch(point, place.level, place.confidence, place.matched)


def numbers_of(items: Sequence[WorkItem]) -> Mapping[HomeDoubt, int]:
    """How many people wait for each reason."""
    return Counter(item.doubt for item in items)
