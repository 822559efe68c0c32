"""The material of the capacity question from the city's database."""

from __future__ import annotations

from collections.abc import Sequence

from kurume_bousai.domain.demand import CapacityPerson
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.hazards import FloodRank, HazardScenario
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.plans import IndividualEvacuationPlan, priority_band
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.ports import CityDatabase


class DatabaseCapacitySource:
    """``CapacitySource`` on a ``CityDatabase``.

    Even for the flagged clerk it leaves 支援措置対象者 out, because
    no number but 「名簿外 N人」 may contain them (RULEBOOK §1).
    """

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def people(self) -> Sequence[CapacityPerson]:
        """See ``CapacitySource.people``."""
        access = self._database.access.for_counting()
        with self._database.reading() as session:
            members = session.members.in_district(access, None)
            plans = session.plans.by_member(access)
        return [
            capacity_person(member, plans.get(member.member_id))
            for member in members
            if not member.has_protected_address and member.removed_on is None
        ]

    def sites(self) -> Sequence[WelfareShelter]:
        """See ``CapacitySource.sites``."""
        with self._database.reading() as session:
            return session.shelters.welfare()

    def districts(self) -> Sequence[SchoolDistrict]:
        """See ``CapacitySource.districts``."""
        with self._database.reading() as session:
            return session.districts.all()


def capacity_person(member: RosterMember, plan: IndividualEvacuationPlan | None) -> CapacityPerson:
    """Return what the question needs of one person. The kept flood rank is that of 想定最大規模."""
    flooded = (member.flood_rank or FloodRank.OUTSIDE) > FloodRank.OUTSIDE
    return CapacityPerson(
        number=member.number,
        member_id=member.member_id,
        district_id=member.district_id,
        home=member.home,
        companion_count=member.companion_count,
        needs=member.needs,
        categories=member.categories,
        destination_kind=plan.destination_kind if plan else None,
        destination_id=plan.destination_id if plan else None,
        screening_class=member.screening_class,
        band=priority_band(plan.priority_score if plan else None),
        hazard_zones=frozenset({HazardScenario.FLOOD_L2}) if flooded else frozenset(),
    )
