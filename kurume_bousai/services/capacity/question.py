"""The capacity question as the solver takes it: parties, sites and options (RULEBOOK §2–§4)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.capacity_conditions import CapacityConditions, refuse_bad_conditions
from kurume_bousai.domain.coordinates import CITY_EXTENT, LonLat
from kurume_bousai.domain.demand import CapacityPerson, DemandRule, people_counted, spread_by_size
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.placement import (
    REASON_CLOSED,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
)
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.capacity.sites import SiteUse, sites_chosen, sites_in_use
from kurume_bousai.services.ports.capacity import CapacitySource

_M_PER_DEGREE = 111_320.0


class CapacityQuestion:
    """容量の問い: demand and sites of one question, with who stands behind each party.

    Raises ``KnownProblem`` for conditions that cannot be computed with.
    """

    def __init__(self, source: CapacitySource, conditions: CapacityConditions) -> None:
        refuse_bad_conditions(conditions)
        self.conditions = conditions
        self.districts = list(source.districts())
        self._points = {district.district_id: district.point for district in self.districts}
        self._refuse_unknown_district()
        everyone = list(source.people())
        _refuse_missing_zones(everyone, conditions)
        self.everyone = everyone
        self.people = self._counted(everyone)
        self.person_of = {str(person.member_id): person for person in self.people}
        self.homes_unknown = sum(person.home is None for person in self.people)
        listed = [self._party(person) for person in self.people]
        self.parties = listed + self._off_list(everyone)
        sites = list(source.sites())
        self.uses = sites_in_use(sites, conditions, self._closeness(sites, listed))
        self.placement_sites = [use.to_placement(self._site_point(use)) for use in self.uses]
        self.options = PlacementOptions(
            open_at_most=self._open_at_most(),
            reach_m=conditions.reach_m,
            time_limit_s=conditions.time_limit_s,
        )

    def uses_after(self, placement: Placement) -> list[SiteUse]:
        """Return the sites as the placement uses them: with ``open_at_most`` those not chosen are closed."""
        if self.options.open_at_most is None:
            return self.uses
        return sites_chosen(self.uses, placement.opened)

    def sites_after(self, placement: Placement) -> list[PlacementSite]:
        """Return the sites as the solver would see them with that choice made."""
        uses = self.uses_after(placement)
        return [
            replace(site, closed=use.refusal == REASON_CLOSED)
            for site, use in zip(self.placement_sites, uses, strict=True)
        ]

    def district_of(self, party_id: str) -> DistrictId:
        """Return the 校区 of a party, ``UNKNOWN_DISTRICT`` where none is known."""
        person = self.person_of.get(party_id)
        if person is not None:
            known = person.district_id in self._points
            return person.district_id if person.district_id is not None and known else UNKNOWN_DISTRICT
        return self._off_list_district[party_id]

    def _open_at_most(self) -> int | None:
        """None where the limit leaves every usable site open, so that all of them are."""
        most = self.conditions.open_at_most
        usable = sum(use.refusal is None for use in self.uses)
        return None if most is None or most >= usable else most

    def _refuse_unknown_district(self) -> None:
        wanted = self.conditions.district_id
        if wanted is not None and wanted not in self._points:
            raise KnownProblem(
                "unknown_district",
                f"「{wanted}」という校区はありません。",
                where="--district",
                advice="46の校区の名前のどれかを入れてください。",
            )

    def _counted(self, everyone: Sequence[CapacityPerson]) -> list[CapacityPerson]:
        counted = people_counted(everyone, self.conditions.demand, self.conditions.hazard)
        if not self.conditions.alone:
            return counted
        return [person for person in counted if person.district_id == self.conditions.district_id]

    def _party(self, person: CapacityPerson) -> PlacementParty:
        return PlacementParty(
            id=str(person.member_id),
            position=person.home or self._fallback(person.district_id),
            size=person.party_size(with_companions=self.conditions.with_companions),
            needs=person.needs,
            categories=person.categories,
            band=person.band,
        )

    def _off_list(self, everyone: Sequence[CapacityPerson]) -> list[PlacementParty]:
        """One person each at the 校区's representative point, by the size of the 校区's list."""
        sizes = Counter(person.district_id for person in everyone)
        shares = spread_by_size(
            self.conditions.off_list_people,
            {district.district_id: sizes[district.district_id] for district in self.districts},
        )
        if not shares and self.conditions.off_list_people:
            shares = {UNKNOWN_DISTRICT: self.conditions.off_list_people}
        if self.conditions.alone:
            shares = {d: count for d, count in shares.items() if d == self.conditions.district_id}
        self._off_list_district: dict[str, DistrictId] = {}
        parties: list[PlacementParty] = []
        for district_id, count in shares.items():
            for number in range(count):
                party_id = f"off-list/{district_id}/{number}"
                self._off_list_district[party_id] = district_id
                parties.append(PlacementParty(party_id, self._fallback(district_id), off_list=True))
        return parties

    def _fallback(self, district_id: DistrictId | None) -> LonLat:
        """Where no point is known: the 校区's representative point, else the middle of the city."""
        if district_id is not None and district_id in self._points:
            return self._points[district_id]
        if self._points:
            points = list(self._points.values())
            return LonLat(sum(p.lon for p in points) / len(points), sum(p.lat for p in points) / len(points))
        west, south, east, north = CITY_EXTENT
        return LonLat((west + east) / 2, (south + north) / 2)

    def _site_point(self, use: SiteUse) -> LonLat:
        return use.site.point or self._fallback(use.site.district_id)

    def _closeness(
        self, sites: Sequence[WelfareShelter], listed: Sequence[PlacementParty]
    ) -> Mapping[SiteId, float]:
        """Mean straight metres from the demand to each site; only needed where not all of them open."""
        if self.conditions.open_rate >= 1 or not listed:
            return {}
        return {
            site.site_id: _mean_metres(site.point or self._fallback(site.district_id), listed)
            for site in sites
        }


def _mean_metres(point: LonLat, parties: Sequence[PlacementParty]) -> float:
    """Mean over people, on a local plane: enough to rank sites within a city."""
    east_scale = _M_PER_DEGREE * math.cos(math.radians(point.lat))
    total = people = 0.0
    for party in parties:
        if isinstance(party.position, LonLat):
            east_m = (party.position.lon - point.lon) * east_scale
            north_m = (party.position.lat - point.lat) * _M_PER_DEGREE
            total += party.size * math.hypot(east_m, north_m)
            people += party.size
    return total / people if people else math.inf


def _refuse_missing_zones(people: Sequence[CapacityPerson], conditions: CapacityConditions) -> None:
    """Refuse a hazard nobody's home was compared with: it must not answer "nobody"."""
    if conditions.demand.rule is not DemandRule.IN_HAZARD or conditions.hazard is HazardScenario.NONE:
        return
    if people and not any(conditions.hazard in person.hazard_zones for person in people):
        raise KnownProblem(
            "no_zone_known",
            "この災害の区域の中にある家が、一つも記録されていません。区域のデータがまだ入っていない可能性があります。",
            where="--hazard",
            advice="区域のデータを取り込むか、別の数え方(--rule)を選んでください。",
        )
