"""Which sites are used under the conditions, and what they can take."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kurume_bousai.domain.capacity import StaffShift, floor_places, staff_of, usable_places
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.placement import REASON_CLOSED, REASON_HAZARD, PlacementSite
from kurume_bousai.domain.shelters import WelfareShelter


@dataclass(frozen=True, slots=True)
class SiteUse:
    """施設の使い方 under the conditions. ``refusal`` None = used.

    ``staff``: members who come; None = unknown (``is_staff_unknown``) or not counted. ``is_unfit`` for the
    hazard holds beside any other refusal, so that opening such a site is never proposed.
    """

    site: WelfareShelter
    rate_m2: Decimal
    floor: int | None
    staff: int | None
    places_per_staff: int
    usable: int | None
    refusal: str | None
    is_unfit: bool
    is_fitness_unconfirmed: bool
    is_staff_unknown: bool

    @property
    def staff_limit(self) -> int | None:
        """People the staff can look after; None = no limit."""
        return None if self.staff is None else self.staff * self.places_per_staff

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
            excluded=self.is_unfit,
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


def sites_chosen(uses: Sequence[SiteUse], opened: Collection[str]) -> list[SiteUse]:
    """Close the sites the solver did not choose (``open_at_most``): they refuse as any closed site."""
    return [
        use if use.refusal is not None or use.site.site_id in opened else replace(use, refusal=REASON_CLOSED)
        for use in uses
    ]


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
    if _is_unfit(site, conditions):
        return REASON_HAZARD
    if site.opens_at_level > conditions.stage and not site.is_power_first:
        return REASON_CLOSED
    return None


def _is_unfit(site: WelfareShelter, conditions: CapacityConditions) -> bool:
    if conditions.hazard is HazardScenario.NONE:
        return False
    fitness = site.fitness_for(conditions.hazard)
    leaves_out = conditions.unconfirmed is UnconfirmedSites.EXCLUDE
    return fitness is Fitness.UNFIT or (fitness is Fitness.UNCONFIRMED and leaves_out)


def _use(site: WelfareShelter, conditions: CapacityConditions, refusal: str | None) -> SiteUse:
    rate_m2 = conditions.rate_m2 if site.rate_m2 is None else site.rate_m2
    floor = floor_places(site.rooms, rate_m2)
    staff = staff_of(site, conditions.staff, conditions.staff_share)
    hazard = conditions.hazard
    unconfirmed = hazard is not HazardScenario.NONE and site.fitness_for(hazard) is Fitness.UNCONFIRMED
    return SiteUse(
        site=site,
        rate_m2=rate_m2,
        floor=floor,
        staff=staff,
        places_per_staff=conditions.places_per_staff,
        usable=usable_places(floor, site.blocked_places, staff, conditions.places_per_staff),
        refusal=refusal,
        is_unfit=_is_unfit(site, conditions),
        is_fitness_unconfirmed=unconfirmed,
        is_staff_unknown=staff is None and conditions.staff is not StaffShift.NONE,
    )
