"""Every figure of 「入りきれますか」 from one placement (RULEBOOK §4–§5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.nearest_change import ObstacleBook, left_out, sites_left
from kurume_bousai.domain.placement import Placement, PlacementParty, UnplacedParty
from kurume_bousai.services.capacity.question import CapacityQuestion


def derive_answer(
    question: CapacityQuestion, placement: Placement, distances_m: Sequence[Sequence[float]]
) -> CapacityAnswer:
    """Derive every figure from the placement and hold the totals against their rows.

    ``distances_m``: metres to every site, in their order, of each party of ``parties_left``.
    """
    answer = _Derivation(question, placement).answer(distances_m)
    reconcile(answer)
    return answer


def parties_left(question: CapacityQuestion, placement: Placement) -> list[PlacementParty]:
    """Return the listed parties left out, in the order of the placement; off-list people have no number."""
    by_id = {party.id: party for party in question.parties}
    return [by_id[u.party_id] for u in placement.unplaced if u.party_id in question.person_of]


class _Derivation:
    """Every figure of the answer from the placement; nothing is counted twice or stored."""

    def __init__(self, question: CapacityQuestion, placement: Placement) -> None:
        self._question = question
        self._placement = placement
        self._conditions = question.conditions
        self._uses = question.uses_after(placement)
        self._site_of = {a.party_id: a.site_id for a in placement.assignments}
        wanted = None if self._conditions.alone else self._conditions.district_id
        self._shown = [p for p in question.parties if wanted is None or question.district_of(p.id) == wanted]

    def answer(self, distances_m: Sequence[Sequence[float]]) -> CapacityAnswer:
        """Return the whole answer."""
        obstacles = self._obstacles(distances_m)
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
            unplaced=self._unplaced(obstacles),
            off_list=OffListCapacity(
                people=sum(party.size for party in self._shown if party.off_list),
                placed=sum(party.size for party in placed if party.off_list),
                unplaced=sum(party.size for party in left if party.off_list),
            ),
            opened=tuple(use.site.site_id for use in self._uses if use.refusal is None),
            homes_unknown=self._question.homes_unknown,
            solver_s=self._placement.solver_s,
            flows=self._flows(placed),
            obstacles=obstacles,
            placement=self._placement,
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
                is_staff_unknown=use.is_staff_unknown,
                rate_m2=use.rate_m2,
                staff=use.staff,
            )
            for use in self._uses
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
        units = [u.site.need_capacity.get(need) for u in self._uses if u.refusal is None and u.usable]
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

    def _obstacles(self, distances_m: Sequence[Sequence[float]]) -> ObstacleBook:
        question, options = self._question, self._question.options
        sites = question.sites_after(self._placement)
        shown = {party.id for party in self._shown}
        parties = {
            question.person_of[party.id].number: left_out(party, options, metres)
            for party, metres in zip(parties_left(question, self._placement), distances_m, strict=True)
            if party.id in shown
        }
        return ObstacleBook(sites_left(sites, self._placement.sites, options), parties, options)

    def _unplaced(self, obstacles: ObstacleBook) -> tuple[UnplacedNumber, ...]:
        shown = {party.id for party in self._shown}
        rows = [
            self._unplaced_number(u, obstacles)
            for u in self._placement.unplaced
            if u.party_id in shown and u.party_id in self._question.person_of
        ]
        return tuple(sorted(rows, key=lambda row: row.number))

    def _unplaced_number(self, unplaced: UnplacedParty, obstacles: ObstacleBook) -> UnplacedNumber:
        person = self._question.person_of[unplaced.party_id]
        return UnplacedNumber(
            number=person.number,
            people=unplaced.size,
            reasons=unplaced.reasons,
            nearest=obstacles.nearest(person.number),
            needs=person.needs,
            district_id=self._question.district_of(unplaced.party_id),
        )
