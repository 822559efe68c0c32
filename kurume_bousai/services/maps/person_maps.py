"""一人の避難の地図: one マイプラン on one named sheet, by the rules of all that is named (RULEBOOK §6).

It holds the person's name and house, the plan's destination and the way there, the home's dangers, and
those supporters who agreed to be named. It leaves only where the person's consent for the list *and* for the
plan is live and covers the recipient. A 支援措置対象者 is never shared (RULEBOOK §1): for an operator without
the flag such a person does not exist, and the flagged clerk is told why there is no paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.consents import ConsentKind, ConsentState, SharingMode, shares_with
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId, SupporterId
from kurume_bousai.domain.map_papers import MapHazard
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.plans import DestinationKind, IndividualEvacuationPlan, TravelMode
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.route_answers import Destination, WayAnswer
from kurume_bousai.domain.routes import TravelChoice
from kurume_bousai.domain.second_person import NamedKind
from kurume_bousai.services.facts import sharing_mode
from kurume_bousai.services.maps.papers import MapPaperService
from kurume_bousai.services.papers.map_ports import MapPaperOrder
from kurume_bousai.services.papers.ports import PersonMap, PersonSupporter
from kurume_bousai.services.papers.rules import NamedRequest, Recipient, may_receive, refuse_recipient
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.routes import RouteConditions
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.reporting.service import ReportingService
from kurume_bousai.services.reporting.written import Collected, NamedPaper, WrittenReport

#: The plan is looked at every year (FEATURES X8).
PERSON_MAP_VALID_DAYS: Final = 365
#: A way from a home to a destination (``RoutePlanning.way``, wired in app).
FindWay = Callable[[LonLat, Destination, RouteConditions], WayAnswer]
#: What the sheet says of the person; the plan stands on it besides.
_COLUMNS: Final = frozenset(
    {RosterColumn.NAME, RosterColumn.ADDRESS, RosterColumn.NEIGHBORHOOD, RosterColumn.NEEDS}
)
_SCENARIOS: Final = {
    MapHazard.FLOOD_L2: HazardScenario.FLOOD_L2,
    MapHazard.FLOOD_L1: HazardScenario.FLOOD_L1,
    MapHazard.INLAND: HazardScenario.INLAND,
    MapHazard.LANDSLIDE: HazardScenario.LANDSLIDE,
}


@dataclass(frozen=True, slots=True)
class PersonMapService:
    """一人の避難の地図の用件 on one open database."""

    reporting: ReportingService
    papers: MapPaperService
    find_way: FindWay

    @property
    def database(self) -> CityDatabase:
        """The open database."""
        return self.reporting.database

    def write(
        self,
        number: int,
        request: NamedRequest,
        place: Path,
        password: Callable[[], str],
        hazard: MapHazard = MapHazard.FLOOD_L2,
    ) -> Outcome[WrittenReport]:
        """Write one encrypted PDF per copy; raises as ``print_pages`` and those of writing files."""
        content = self.content(number, request.recipient, hazard)
        collect = self._collect(content, request)
        return self.reporting.write_named(NamedKind.LIST, collect, request, place, password)

    def print_pages(
        self, number: int, request: NamedRequest, hazard: MapHazard = MapHazard.FLOOD_L2
    ) -> Outcome[list[NamedPaper]]:
        """Return the numbered copies for the printer, in memory.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``protected_person``, ``home_unknown``, ``no_plan``,
            ``no_consent``, ``recipient_symbols_only``, ``recipient_other_district``, ``named_locked``,
            ``named_incomplete``, ``copies``, and those of ``SecondPersonGate.admit``.
        """
        content = self.content(number, request.recipient, hazard)
        return self.reporting.print_named(NamedKind.LIST, self._collect(content, request), request)

    def district_of(self, number: int) -> DistrictId | None:
        """Return the 校区 of a person one may see; None for anybody else and where it is not known."""
        access = self.database.access
        access.require(Right.PRINT_NAMED)
        with self.database.reading() as reading:
            member_id = reading.members.id_of(access, number)
            member = reading.members.get(access, member_id) if member_id else None
        return member.district_id if member is not None else None

    def check(self, number: int, recipient: Recipient) -> None:
        """Raise what would keep the paper from leaving, without making it."""
        with self.database.reading() as reading:
            self._person(reading, number, recipient)

    def content(self, number: int, recipient: Recipient, hazard: MapHazard) -> PersonMap:
        """Read everything that will stand on the sheet; raises as ``print_pages``."""
        access = self.database.access
        with self.database.reading() as reading:
            member, plan, home = self._person(reading, number, recipient)
            target = _destination(reading, plan)
            supporters = _supporters(reading, access, plan.supporter_ids)
            readings = reading.layers.member_readings(access, [member.member_id])
            rows = reading.members.rows(access, MemberQuery(district_id=member.district_id))
        is_rough = any(row.is_rough for row in rows if row.member_id == member.member_id)
        conditions = RouteConditions(
            TravelChoice(plan.travel_mode or TravelMode.WALK), _SCENARIOS.get(hazard, HazardScenario.NONE)
        )
        ground = self.papers.content(MapPaperOrder(hazard=hazard, district_id=member.district_id))
        return PersonMap(
            district=str(member.district_id or ""),
            number=number,
            name=member.shown_name,
            address=" ".join(part for part in (member.address, member.building) if part),
            neighborhood=member.neighborhood,
            needs=member.needs,
            home=home,
            is_home_rough=is_rough,
            destination=target.name if target is not None else "",
            destination_kind=plan.destination_kind,
            destination_point=target.point if target is not None else None,
            travel_mode=plan.travel_mode,
            leave_at_level=plan.leave_at_level,
            supporters=supporters,
            way=self.find_way(home, target, conditions) if target is not None else None,
            hazards=tuple(readings.get(member.member_id, ())),
            flood_rank=member.flood_rank,
            ground=ground,
            hazard=hazard,
            as_of=self.reporting.clock.now().date(),
        )

    def _person(
        self, reading: ReadSession, number: int, recipient: Recipient
    ) -> tuple[RosterMember, IndividualEvacuationPlan, LonLat]:
        access = self.database.access
        access.require(Right.PRINT_NAMED)
        member_id = reading.members.id_of(access, number)
        member = reading.members.get(access, member_id) if member_id else None
        if member is None:
            raise KnownProblem(
                "person_gone",
                "この番号の人は、名簿に見つかりません。",
                where=f"{number}番",
                advice="名簿の番号を確かめてください。",
            )
        if member.has_protected_address:
            raise KnownProblem(
                "protected_person",
                "支援措置対象者の地図は、どの渡す先にも出せません。",
                where=f"{number}番",
                advice="市の中で、名簿の画面で見てください。",
            )
        if member.district_id is not None:
            refuse_recipient(recipient, member.district_id)
        _refuse_without_consent(member, recipient, sharing_mode(reading))
        if member.home is None:
            raise KnownProblem(
                "home_unknown",
                "この人の家の位置が、まだ決まっていません。",
                where=f"{number}番",
                advice="住所から位置を決めるか、地図で位置を指定してください。",
            )
        plan = reading.plans.by_member(access, [member.member_id]).get(member.member_id)
        if plan is None:
            raise KnownProblem(
                "no_plan",
                "この人のマイプランが、まだありません。",
                where=f"{number}番",
                advice="行先と支援者を決めてから、地図を出してください。",
            )
        return member, plan, member.home

    def _collect(self, content: PersonMap, request: NamedRequest) -> Callable[[ReadSession], Collected]:
        """What is written down and rendered; the consent is looked at once more in the same transaction."""

        def collect(reading: ReadSession) -> Collected:
            member, plan, _ = self._person(reading, content.number, request.recipient)
            # Who helps, and whether they agree, is asked in this transaction too: a no just now holds.
            helpers = _supporters(reading, self.database.access, plan.supporter_ids)
            return Collected(
                f"避難の地図 {content.number}番",
                replace(content, supporters=helpers),
                (member.member_id,),
                PERSON_MAP_VALID_DAYS,
                {member.member_id: member.version},
                columns=_COLUMNS,
                kinds=frozenset({ConsentKind.ROSTER, ConsentKind.PLAN}),
            )

        return collect


def _refuse_without_consent(member: RosterMember, recipient: Recipient, mode: SharingMode) -> None:
    plan = member.consent(ConsentKind.PLAN)
    hidden = member.has_protected_address
    if may_receive(member, recipient, mode) and shares_with(
        plan, (recipient.body,), mode, protected_address=hidden
    ):
        return
    raise KnownProblem(
        "no_consent",
        "この人は、名簿と計画をこの渡す先に渡すことに同意していません。",
        where=f"{member.number}番",
        advice="本人に説明して同意を確かめ、名簿に書いてから出してください。",
    )


def _destination(reading: ReadSession, plan: IndividualEvacuationPlan) -> Destination | None:
    site_id = plan.destination_id
    if site_id is None:
        return None
    for kind, name, found_id, point in _sites(reading):
        if found_id == site_id and kind is plan.destination_kind and point is not None:
            return Destination(site_id, kind, name, point)
    return None


def _sites(reading: ReadSession) -> list[tuple[DestinationKind, str, SiteId, LonLat | None]]:
    shelters = reading.shelters
    return [
        *((DestinationKind.WELFARE_SHELTER, one.name, one.site_id, one.point) for one in shelters.welfare()),
        *(
            (DestinationKind.DESIGNATED_SHELTER, one.name, one.site_id, one.point)
            for one in shelters.designated()
        ),
        *((DestinationKind.EMERGENCY_SITE, one.name, one.site_id, one.point) for one in shelters.emergency()),
    ]


def _supporters(
    reading: ReadSession, access: Access, supporter_ids: tuple[SupporterId, ...]
) -> tuple[PersonSupporter, ...]:
    """In the plan's order; a supporter who has not agreed is neither named nor placed."""
    found = []
    for order, supporter_id in enumerate(supporter_ids, 1):
        one = reading.supporters.get(access, supporter_id)
        if one is None or one.consent is not ConsentState.GIVEN:
            found.append(PersonSupporter(order))
        else:
            found.append(PersonSupporter(order, one.name, one.phone, one.home))
    return tuple(found)
