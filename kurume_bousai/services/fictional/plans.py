"""架空の災害時マイプラン: one per person, in every state, with supporters, destination and priority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.domain.ids import PlanId, SiteId
from kurume_bousai.domain.members import Need, RosterMember
from kurume_bousai.domain.plans import (
    COMPLETE_STATES,
    DestinationKind,
    IndividualEvacuationPlan,
    PlanState,
    TravelMode,
)
from kurume_bousai.domain.shelters import UNLIMITED, DesignatedShelter, WelfareShelter
from kurume_bousai.services.fictional.draw import identifier, stream
from kurume_bousai.services.fictional.people import Person
from kurume_bousai.services.fictional.plane import distance_m, to_lonlat
from kurume_bousai.services.fictional.profile import GeneratorProfile
from kurume_bousai.services.fictional.supporters import SupporterPool

_WITH_DESTINATION: Final = COMPLETE_STATES | {PlanState.NO_SUPPORTER}
_CHOICE_OF_NEAREST: Final = (6, 3, 1)
_SCORES: Final = (
    (Need.POWER, 45),
    (Need.STRETCHER, 20),
    (Need.CARE, 12),
    (Need.WHEELCHAIR, 10),
    (Need.INFANT, 10),
    (Need.PRIVATE_ROOM, 4),
)


@dataclass(frozen=True, slots=True)
class Destinations:
    """行先になりうる所."""

    welfare: Sequence[WelfareShelter] = field(repr=False)
    designated: Sequence[DesignatedShelter] = field(repr=False)


def fictional_plans(
    seed: int,
    people: Iterable[Person],
    destinations: Destinations,
    pool: SupporterPool,
    profile: GeneratorProfile,
) -> Iterator[IndividualEvacuationPlan]:
    """Yield a plan for each person in their order, filling ``pool`` with the supporters."""
    rng = stream(seed, "plans")
    for person in people:
        yield _plan(rng, person, destinations, pool, profile)


def priority_score(member: RosterMember) -> int:
    """Return 0–100, by rules that can be told line by line: power first, then depth, then living alone."""
    score = sum(points for need, points in _SCORES if need in member.needs)
    rank = member.flood_rank or 0
    score += 20 if rank >= FloodRank.TO_FIVE else 10 if rank >= FloodRank.TO_THREE else 0
    score += 15 if member.household_size == 1 else 0
    score += 8 if member.care_level == "要介護5" else 0
    score += 8 if member.home_story == "平屋" and rank >= FloodRank.TO_THREE else 0
    return min(100, score)


def _plan(
    rng: Random, person: Person, destinations: Destinations, pool: SupporterPool, profile: GeneratorProfile
) -> IndividualEvacuationPlan:
    member, state = person.member, person.plan_state
    is_drafted = state is PlanState.DRAFTING and rng.random() < profile.supporters.draft_has_supporter
    # No neighbour is told of a hidden address, so nobody stands in the pool for such a person only.
    has_helpers = (state in COMPLETE_STATES or is_drafted) and not member.has_protected_address
    helpers = pool.helpers(person.neighborhood, any_consent=state is PlanState.DUE) if has_helpers else ()
    knows_destination = state in _WITH_DESTINATION or (state is PlanState.DRAFTING and rng.random() < 0.6)
    kind, site_id = (
        _destination(rng, person, destinations, profile)
        if knows_destination
        else (DestinationKind.UNDECIDED, None)
    )
    days = rng.randint(40, 300) if state is not PlanState.DUE else rng.randint(400, 900)
    is_made = state in COMPLETE_STATES
    made_on = profile.people.base_date - timedelta(days=days) if is_made else None
    return IndividualEvacuationPlan(
        plan_id=PlanId(identifier(rng)),
        member_id=member.member_id,
        state=state,
        supporter_ids=helpers,
        destination_kind=kind,
        destination_id=site_id,
        travel_mode=_travel_mode(rng, member) if knows_destination else None,
        leave_at_level=3 if rng.random() < 0.92 else 4,
        priority_score=priority_score(member) if rng.random() < 0.9 else None,
        made_on=made_on,
        review_on=made_on + timedelta(days=365) if made_on else None,
        rehearsed_on=made_on + timedelta(days=30) if made_on and state is PlanState.REHEARSED else None,
    )


def _destination(
    rng: Random, person: Person, destinations: Destinations, profile: GeneratorProfile
) -> tuple[DestinationKind, SiteId | None]:
    member = person.member
    lottery = profile.people.heavy_destinations if member.needs else profile.people.light_destinations
    kind = lottery.draw(rng)
    home = member.home or to_lonlat(person.neighborhood.x_m, person.neighborhood.y_m)
    if kind is DestinationKind.UPSTAIRS and member.home_story == "平屋":
        kind = DestinationKind.RELATIVE
    if kind is DestinationKind.WELFARE_SHELTER:
        return kind, _welfare_site(rng, member, home, destinations.welfare)
    if kind is DestinationKind.DESIGNATED_SHELTER:
        nearest = min(destinations.designated, key=lambda shelter: distance_m(home, shelter.point))
        return kind, nearest.site_id
    return kind, None


def _welfare_site(
    rng: Random, member: RosterMember, home: LonLat, shelters: Sequence[WelfareShelter]
) -> SiteId:
    """Return one of the three nearest that take the person; people choose without counting places."""
    takes = [site for site in shelters if not site.is_power_first and _takes(site, member)]
    if Need.POWER in member.needs and rng.random() < 0.4:
        takes = [site for site in shelters if site.is_power_first] or takes
    takes = takes or list(shelters)
    by_distance = sorted(takes, key=lambda site: distance_m(home, site.point) if site.point else float("inf"))
    near = by_distance[: len(_CHOICE_OF_NEAREST)]
    return rng.choices(near, _CHOICE_OF_NEAREST[: len(near)])[0].site_id


def _takes(site: WelfareShelter, member: RosterMember) -> bool:
    if site.accepts is UNLIMITED:
        return True
    return isinstance(site.accepts, frozenset) and bool(site.accepts & member.categories)


def _travel_mode(rng: Random, member: RosterMember) -> TravelMode:
    if Need.STRETCHER in member.needs:
        return TravelMode.STRETCHER if rng.random() < 0.3 else TravelMode.WELFARE_VEHICLE
    if Need.WHEELCHAIR in member.needs:
        return rng.choice((TravelMode.WHEELCHAIR, TravelMode.CAR, TravelMode.WELFARE_VEHICLE))
    return TravelMode.CAR if rng.random() < 0.6 else TravelMode.WALK
