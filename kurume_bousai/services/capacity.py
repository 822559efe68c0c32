"""容量確認: can they fit? Demand, sites, placement and the answer that adds up (RULEBOOK §2–§5)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from kurume_bousai.domain.capacity_answer import (
    UNKNOWN_DISTRICT,
    CapacityAnswer,
    DistrictCapacity,
    Flow,
    NeedCapacity,
    OffListCapacity,
    SiteCapacity,
    UnplacedNumber,
    reconcile,
    total_units,
)
from kurume_bousai.domain.capacity_conditions import CapacityConditions, refuse_bad_conditions
from kurume_bousai.domain.coordinates import CITY_EXTENT, LonLat
from kurume_bousai.domain.demand import CapacityPerson, DemandRule, people_counted, spread_by_size
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import Placement, PlacementOptions, PlacementParty
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.capacity_sites import SiteUse, sites_in_use
from kurume_bousai.services.capacity_source import DatabaseCapacitySource
from kurume_bousai.services.ports import CityDatabase
from kurume_bousai.services.ports_capacity import Allocator, CapacitySource, never_stop

_M_PER_DEGREE = 111_320.0


class CapacityService:
    """「入りきれますか」 on a city database."""

    def __init__(self, database: CityDatabase, allocator: Allocator) -> None:
        self._source = DatabaseCapacitySource(database)
        self._allocator = allocator

    def answer(
        self, conditions: CapacityConditions, should_stop: Callable[[], bool] = never_stop
    ) -> CapacityAnswer:
        """Solve and reconcile; see ``answer_capacity``."""
        return answer_capacity(self._source, self._allocator, conditions, should_stop)


def answer_capacity(
    source: CapacitySource,
    allocator: Allocator,
    conditions: CapacityConditions,
    should_stop: Callable[[], bool] = never_stop,
) -> CapacityAnswer:
    """Place the demand at the sites in use and derive every figure from the placement.

    Raises ``KnownProblem`` for conditions that cannot be computed with, ``Cancelled`` when stopped.
    """
    refuse_bad_conditions(conditions)
    question = _Question(source, conditions)
    options = PlacementOptions(reach_m=conditions.reach_m, time_limit_s=conditions.time_limit_s)
    placement = allocator.place(question.parties, question.placement_sites, options, should_stop)
    answer = _Derivation(question, placement).answer()
    reconcile(answer)
    return answer


class _Question:
    """Demand and sites of one question, with who stands behind each party."""

    def __init__(self, source: CapacitySource, conditions: CapacityConditions) -> None:
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

    def district_of(self, party_id: str) -> DistrictId:
        """Return the 校区 of a party, ``UNKNOWN_DISTRICT`` where none is known."""
        person = self.person_of.get(party_id)
        if person is not None:
            known = person.district_id in self._points
            return person.district_id if person.district_id is not None and known else UNKNOWN_DISTRICT
        return self._off_list_district[party_id]

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


class _Derivation:
    """Every figure of the answer from the placement; nothing is counted twice or stored."""

    def __init__(self, question: _Question, placement: Placement) -> None:
        self._question = question
        self._placement = placement
        self._conditions = question.conditions
        self._site_of = {a.party_id: a.site_id for a in placement.assignments}
        wanted = None if self._conditions.alone else self._conditions.district_id
        self._shown = [p for p in question.parties if wanted is None or question.district_of(p.id) == wanted]

    def answer(self) -> CapacityAnswer:
        """Return the whole answer."""
        placed = [party for party in self._shown if party.id in self._site_of]
        left = [party for party in self._shown if party.id not in self._site_of]
        by_site = self._by_site(placed)
        return CapacityAnswer(
            conditions=self._conditions,
            status=self._placement.status,
            phases=self._placement.phases,
            demand_people=sum(party.size for party in self._shown),
            demand_parties=len(self._shown),
            floor_places=sum(site.floor or 0 for site in by_site if not site.is_power_first),
            usable_places=sum(site.usable for site in by_site),
            placed_people=sum(party.size for party in placed),
            unplaced_people=sum(party.size for party in left),
            free_places=sum(site.free for site in by_site),
            by_need={need: self._need(need) for need in Need},
            by_site=by_site,
            by_district=self._by_district(),
            unplaced=self._unplaced(),
            off_list=OffListCapacity(
                people=sum(party.size for party in self._shown if party.off_list),
                placed=sum(party.size for party in placed if party.off_list),
                unplaced=sum(party.size for party in left if party.off_list),
            ),
            opened=tuple(use.site.site_id for use in self._question.uses if use.refusal is None),
            homes_unknown=self._question.homes_unknown,
            solver_s=self._placement.solver_s,
            flows=self._flows(placed),
        )

    def _flows(self, placed: Sequence[PlacementParty]) -> tuple[Flow, ...]:
        people: Counter[tuple[DistrictId, SiteId]] = Counter()
        for party in placed:
            people[self._question.district_of(party.id), SiteId(self._site_of[party.id])] += party.size
        return tuple(Flow(*way, count) for way, count in sorted(people.items()))

    def _by_site(self, placed: Sequence[PlacementParty]) -> tuple[SiteCapacity, ...]:
        shown: Counter[str] = Counter()
        for party in placed:
            shown[self._site_of[party.id]] += party.size
        whole = {usage.site_id: usage.used for usage in self._placement.sites}
        assigned = self._assigned()
        return tuple(
            SiteCapacity(
                site_id=use.site.site_id,
                name=use.site.name,
                floor=use.floor,
                blocked=use.site.blocked_places,
                staff_limit=use.staff_limit,
                usable_if_open=use.usable or 0,
                usable=0 if use.refusal is not None else use.usable or 0,
                placed=shown[use.site.site_id],
                placed_all=whole[use.site.site_id],
                assigned=assigned[use.site.site_id],
                is_power_first=use.site.is_power_first,
                refusal=use.refusal,
                is_fitness_unconfirmed=use.is_fitness_unconfirmed,
                is_staff_unknown=use.staff is None,
            )
            for use in self._question.uses
        )

    def _assigned(self) -> Counter[SiteId]:
        """Count what has been decided: people whose plan names the site."""
        assigned: Counter[SiteId] = Counter()
        for person in self._question.everyone:
            if person.destination_id is not None:
                size = person.party_size(with_companions=self._conditions.with_companions)
                assigned[person.destination_id] += size
        return assigned

    def _need(self, need: Need) -> NeedCapacity:
        parties = [party for party in self._shown if need in party.needs]
        placed = sum(party.id in self._site_of for party in parties)
        units = [
            u.site.need_capacity.get(need) for u in self._question.uses if u.refusal is None and u.usable
        ]
        return NeedCapacity(len(parties), placed, len(parties) - placed, total_units(units))

    def _by_district(self) -> tuple[DistrictCapacity, ...]:
        people: Counter[DistrictId] = Counter()
        placed: Counter[DistrictId] = Counter()
        for party in self._shown:
            district_id = self._question.district_of(party.id)
            people[district_id] += party.size
            placed[district_id] += party.size if party.id in self._site_of else 0
        wanted = self._conditions.district_id
        ids = [d.district_id for d in self._question.districts if wanted in (None, d.district_id)]
        if people[UNKNOWN_DISTRICT]:
            ids.append(UNKNOWN_DISTRICT)
        return tuple(DistrictCapacity(d, people[d], placed[d], people[d] - placed[d]) for d in ids)

    def _unplaced(self) -> tuple[UnplacedNumber, ...]:
        shown = {party.id for party in self._shown}
        rows = [
            UnplacedNumber(self._question.person_of[u.party_id].number, u.size, u.reasons)
            for u in self._placement.unplaced
            if u.party_id in shown and u.party_id in self._question.person_of
        ]
        return tuple(sorted(rows, key=lambda row: row.number))
