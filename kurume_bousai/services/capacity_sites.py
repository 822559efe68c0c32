"""Which sites are used under the conditions, and what they can take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kurume_bousai.domain.capacity import PLACES_PER_STAFF, floor_places, staff_of, usable_places
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.placement import REASON_CLOSED, REASON_HAZARD, PlacementSite
from kurume_bousai.domain.shelters import WelfareShelter


@dataclass(frozen=True, slots=True)
class SiteUse:
    """施設の使い方 under the conditions. ``refusal`` None = used."""

    site: WelfareShelter
    floor: int | None
    staff: int | None
    usable: int | None
    refusal: str | None
    is_fitness_unconfirmed: bool

    @property
    def staff_limit(self) -> int | None:
        """People the staff can look after; None = no limit."""
        return None if self.staff is None else self.staff * PLACES_PER_STAFF

    def to_placement(self, position: LonLat) -> PlacementSite:
        """Return the site as the solver sees it."""
        site = self.site
        return PlacementSite(
            id=site.site_id,
            position=position,
            capacity=self.usable,
            accepts=site.accepts,
            need_capacity=site.need_capacity,
            power_first=site.is_power_first,
            closed=self.refusal == REASON_CLOSED,
            excluded=self.refusal == REASON_HAZARD,
        )


def sites_in_use(
    sites: Sequence[WelfareShelter], conditions: CapacityConditions, closeness: Mapping[SiteId, float]
) -> list[SiteUse]:
    """Every site with its figures and, where it is not used, why.

    The opening rate takes ⌊37 × rate⌋ of the 37 that can open under the other conditions, by the city's
    opening order and then by ``closeness`` (mean metres to the demand, smaller first). The power-first
    site is open unless closed by name; it is left out where it is unfit for the hazard.
    """
    _refuse_unknown_ids(sites, conditions)
    refusals = {site.site_id: _refusal(site, conditions) for site in sites}
    the_37 = [site for site in sites if not site.is_power_first]
    candidates = [site for site in the_37 if refusals[site.site_id] is None]
    candidates.sort(key=lambda site: _opening_rank(site, closeness))
    count = math.floor(conditions.open_rate * len(the_37))
    for site in candidates[count:]:
        refusals[site.site_id] = REASON_CLOSED
    return [_use(site, conditions, refusals[site.site_id]) for site in sites]


def _opening_rank(site: WelfareShelter, closeness: Mapping[SiteId, float]) -> tuple[float, float, str]:
    order = math.inf if site.opening_order is None else float(site.opening_order)
    return (order, closeness.get(site.site_id, math.inf), site.site_id)


def _refuse_unknown_ids(sites: Sequence[WelfareShelter], conditions: CapacityConditions) -> None:
    unknown = sorted(conditions.closed - {site.site_id for site in sites})
    if unknown:
        raise KnownProblem(
            "unknown_site",
            f"閉まる施設に、知らない施設IDがあります：{'、'.join(unknown)}",
            where="--closed",
            advice="福祉避難所の一覧にあるIDをコンマで区切って書いてください。",
        )


def _refusal(site: WelfareShelter, conditions: CapacityConditions) -> str | None:
    if site.site_id in conditions.closed:
        return REASON_CLOSED
    if conditions.hazard is not HazardScenario.NONE:
        fitness = site.fitness_for(conditions.hazard)
        leaves_out = conditions.unconfirmed is UnconfirmedSites.EXCLUDE
        if fitness is Fitness.UNFIT or (fitness is Fitness.UNCONFIRMED and leaves_out):
            return REASON_HAZARD
    if site.opens_at_level > conditions.stage and not site.is_power_first:
        return REASON_CLOSED
    return None


def _use(site: WelfareShelter, conditions: CapacityConditions, refusal: str | None) -> SiteUse:
    floor = floor_places(site.rooms, conditions.rate_m2)
    staff = staff_of(site, conditions.staff)
    hazard = conditions.hazard
    unconfirmed = hazard is not HazardScenario.NONE and site.fitness_for(hazard) is Fitness.UNCONFIRMED
    return SiteUse(
        site=site,
        floor=floor,
        staff=staff,
        usable=usable_places(floor, site.blocked_places, staff),
        refusal=refusal,
        is_fitness_unconfirmed=unconfirmed,
    )
