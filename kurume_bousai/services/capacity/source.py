"""The material of the capacity question from the city's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kurume_bousai.domain.demand import CapacityPerson
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.hazards import FloodRank, HazardScenario
from kurume_bousai.domain.members import CountedMember
from kurume_bousai.domain.plans import BAND_CUT_POINTS, IndividualEvacuationPlan, priority_band
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.city_settings import city_settings_of
from kurume_bousai.services.places.hazard_update import hazard_zones
from kurume_bousai.services.ports.capacity import CapacitySource
from kurume_bousai.services.ports.sessions import CityDatabase


class DatabaseCapacitySource:
    """``CapacitySource`` on a ``CityDatabase``. The bands follow the city's own cut points.

    Even for the flagged clerk it leaves 支援措置対象者 out, because
    no number but 「名簿外 N人」 may contain them (RULEBOOK §1).
    """

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def people(self) -> Sequence[CapacityPerson]:
        """See ``CapacitySource.people``."""
        access = self._database.access.for_counting()
        with self._database.reading() as session:
            members = session.members.counted(access)
            plans = session.plans.by_member(access)
            ids = [member.member_id for member in members]
            readings = session.layers.member_readings(access, ids, inside_only=True)
            cut_points = city_settings_of(session).band_cut_points
        return [
            capacity_person(
                member,
                plans.get(member.member_id),
                cut_points,
                hazard_zones(member.home, readings.get(member.member_id, ())),
            )
            for member in members
        ]

    def sites(self) -> Sequence[WelfareShelter]:
        """See ``CapacitySource.sites``."""
        with self._database.reading() as session:
            return session.shelters.welfare()

    def districts(self) -> Sequence[SchoolDistrict]:
        """See ``CapacitySource.districts``."""
        with self._database.reading() as session:
            return session.districts.all()


@dataclass(frozen=True, slots=True)
class CapacityMaterial:
    """読んだ材料: a ``CapacitySource`` read once, for questions that are asked several times over."""

    all_people: tuple[CapacityPerson, ...]
    all_sites: tuple[WelfareShelter, ...]
    all_districts: tuple[SchoolDistrict, ...]

    def people(self) -> Sequence[CapacityPerson]:
        """See ``CapacitySource.people``."""
        return self.all_people

    def sites(self) -> Sequence[WelfareShelter]:
        """See ``CapacitySource.sites``."""
        return self.all_sites

    def districts(self) -> Sequence[SchoolDistrict]:
        """See ``CapacitySource.districts``."""
        return self.all_districts


def read_material(source: CapacitySource) -> CapacityMaterial:
    """Read everything once."""
    return CapacityMaterial(tuple(source.people()), tuple(source.sites()), tuple(source.districts()))


def capacity_person(
    member: CountedMember,
    plan: IndividualEvacuationPlan | None,
    cut_points: tuple[int, int] = BAND_CUT_POINTS,
    zones: frozenset[HazardScenario] = frozenset(),
) -> CapacityPerson:
    """Return what the question needs of one person. The kept flood rank is that of 想定最大規模.

    ``zones`` are those read from the official layers (``services.places.hazard_update``).
    """
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
        band=priority_band(plan.priority_score if plan else None, cut_points),
        hazard_zones=zones | {HazardScenario.FLOOD_L2} if flooded else zones,
    )
