"""架空の福祉避難所: 37 with exactly the city's number of floor places, and the power-first site apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.hazards import Fitness, FloodRank, HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    Ownership,
    Room,
    Unlimited,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.services.fictional import addresses
from kurume_bousai.services.fictional.draw import FICTIONAL, apportion, stream
from kurume_bousai.services.fictional.flood import FloodField
from kurume_bousai.services.fictional.neighborhoods import Neighborhood
from kurume_bousai.services.fictional.plane import to_lonlat
from kurume_bousai.services.fictional.profile import GeneratorProfile, SiteGroup, SiteProfile
from kurume_bousai.services.fictional.site_records import with_records

#: Floor of one place in the demo, so that 1,460 places are exactly 5,840 ㎡ (RULEBOOK §2).
PLACE_M2: Final = 4
PEOPLE_PER_STAFF: Final = 10
POWER_FIRST_ID: Final = SiteId("demo-power")

Accepts = frozenset[AdmissionCategory] | Unlimited
NeedCapacity = Mapping[Need, int | Unlimited | None]

_PUBLIC: Final = SiteGroup("公共施設", UNLIMITED, ())
_ROOMS: Final = ("多目的ホール", "研修室", "和室")
#: What a site can take per floor place, by need; the rest depends on the kind of facility.
_UNITS_PER_PLACE: Final = {
    Need.POWER: 0.07,
    Need.WHEELCHAIR: 0.30,
    Need.STRETCHER: 0.10,
    Need.PRIVATE_ROOM: 0.10,
    Need.CARE: 0.45,
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """One site before its place on the map is known."""

    name: str
    ownership: Ownership
    group: SiteGroup
    places: int


@dataclass(frozen=True, slots=True)
class _Unknowns:
    """Which of the 37 (by index) lack what, so that the demo shows 未確認 and 要確認."""

    accepts: frozenset[int]
    staff: frozenset[int]
    fitness: frozenset[int]
    blocked: int


def fictional_shelters(
    seed: int,
    districts: Sequence[SchoolDistrict],
    neighborhoods: Mapping[DistrictId, Sequence[Neighborhood]],
    flood: FloodField,
    profile: GeneratorProfile,
) -> tuple[WelfareShelter, ...]:
    """Return the 37 in opening order, then the power-first site."""
    rng = stream(seed, "shelters")
    drafts = _drafts(rng, profile.sites)
    hosts = _hosts(rng, districts, profile, len(drafts) + 1)
    unknowns = _unknowns(rng, drafts, profile.sites)
    order = rng.sample(range(1, len(drafts) + 1), len(drafts))
    sites = []
    for index, (draft, host) in enumerate(zip(drafts, hosts, strict=False)):
        place = rng.choice(neighborhoods[host])
        site = _site(rng, index, draft, place, flood, profile)
        sites.append(
            _with_unknowns(replace(site, opening_order=order[index]), index, unknowns, profile.sites)
        )
    sites.sort(key=lambda site: site.opening_order or 0)
    power_first = _power_first_site(rng, rng.choice(neighborhoods[hosts[-1]]), profile)
    return with_records(seed, (*sites, power_first), profile)


def _drafts(rng: Random, profile: SiteProfile) -> list[_Draft]:
    public = [
        _Draft(name, Ownership.PUBLIC, _PUBLIC, rng.randint(*profile.public_places))
        for name in profile.public
    ]
    rest = profile.total_places - sum(draft.places for draft in public)
    facilities = [(name, group) for group in profile.groups for name in group.names]
    weights = {index: float(rng.randint(*profile.facility_places)) for index in range(len(facilities))}
    places = apportion(weights, rest)
    return public + [
        _Draft(name, Ownership.WELFARE_FACILITY, group, places[index])
        for index, (name, group) in enumerate(facilities)
    ]


def _hosts(
    rng: Random, districts: Sequence[SchoolDistrict], profile: GeneratorProfile, count: int
) -> list[DistrictId]:
    """Spread the sites: no 校区 gets a second one while another has none; the heavier come first."""
    weights = profile.districts.weights
    ids = [district.district_id for district in districts]
    keyed = sorted(ids, key=lambda one: -(rng.random() ** (1.0 / weights.get(one, 1.0))))
    return [keyed[index % len(keyed)] for index in range(count)]


def _unknowns(rng: Random, drafts: Sequence[_Draft], profile: SiteProfile) -> _Unknowns:
    # Sites that take everybody stay known, so that the demo keeps a way for every kind of person.
    narrow = [index for index, draft in enumerate(drafts) if draft.group.accepts is not UNLIMITED]
    facilities = [index for index, draft in enumerate(drafts) if draft.ownership is not Ownership.PUBLIC]
    return _Unknowns(
        accepts=frozenset(rng.sample(narrow, profile.unknown_accepts)),
        staff=frozenset(rng.sample(facilities, profile.unknown_staff)),
        fitness=frozenset(rng.sample(facilities, profile.unconfirmed_fitness)),
        blocked=max(range(len(drafts)), key=lambda index: drafts[index].places),
    )


def _site(
    rng: Random, index: int, draft: _Draft, place: Neighborhood, flood: FloodField, profile: GeneratorProfile
) -> WelfareShelter:
    x_m, y_m = place.home(rng)
    point = to_lonlat(x_m, y_m)
    is_public = draft.ownership is Ownership.PUBLIC
    designation = YesNoUnknown.YES if is_public else YesNoUnknown.NO
    staff_by_day = _staff(rng, draft.places)
    return WelfareShelter(
        site_id=SiteId(f"demo-{index + 1:02d}"),
        name=f"{profile.sites.name_prefix}{draft.name}",
        short_name=draft.name,
        ownership=draft.ownership,
        point=point,
        address=addresses.address(rng, place.town),
        phone=addresses.phone(rng),
        district_id=place.district_id,
        designation=designation,
        agreement=YesNoUnknown.NO if is_public else YesNoUnknown.YES,
        rooms=_rooms(rng, draft.places),
        declared_capacity=draft.places,
        accepts=draft.group.accepts,
        need_capacity=_need_capacity(rng, draft),
        power_kw=rng.choice((None, 3.0, 5.5, 10.0, 20.0)),
        power_hours=rng.choice((None, 8.0, 24.0, 72.0)),
        staff_by_day=staff_by_day,
        staff_by_night=max(1, staff_by_day // 2),
        fitness=_fitness(rng, point, flood),
        opens_at_level=3 if is_public or rng.random() < 0.7 else 4,
        is_fictional=True,
        verification=Verification.CONFIRMED,
        verified_on=profile.people.base_date - timedelta(days=rng.randint(10, 150)),
        source=FICTIONAL,
        note=f"{FICTIONAL}の施設です。種別: {draft.group.label}",
    )


def _staff(rng: Random, places: int) -> int:
    """Most sites have one per ten; some are short of staff, which then limits what is usable."""
    needed = -(-places // PEOPLE_PER_STAFF)
    return max(1, needed + rng.choices((-2, -1, 0, 1), (1, 3, 7, 3))[0])


def _rooms(rng: Random, places: int) -> tuple[Room, ...]:
    """Divide the floor into one to three rooms of whole places, so that no rounding loses one."""
    count = 1 if places < 18 else rng.randint(1, len(_ROOMS))
    shares = apportion({name: rng.uniform(1.0, 3.0) for name in _ROOMS[:count]}, places)
    return tuple(Room(name, Decimal(part * PLACE_M2)) for name, part in shares.items())


def _need_capacity(rng: Random, draft: _Draft) -> dict[Need, int | Unlimited | None]:
    units: dict[Need, int | Unlimited | None] = {
        need: max(0, round(draft.places * share * rng.uniform(0.4, 1.6)))
        for need, share in _UNITS_PER_PLACE.items()
    }
    units[Need.INFANT] = 0
    accepts = draft.group.accepts
    if accepts is UNLIMITED:
        units[Need.WHEELCHAIR] = UNLIMITED
        units[Need.INFANT] = rng.randint(2, 6)
    elif AdmissionCategory.MATERNAL in accepts:
        units |= {Need.INFANT: UNLIMITED, Need.STRETCHER: 0}
    elif AdmissionCategory.ELDERLY in accepts:
        units[Need.CARE] = UNLIMITED
    if rng.random() < 0.2:  # nobody has asked this site yet
        units[rng.choice((Need.POWER, Need.STRETCHER, Need.PRIVATE_ROOM))] = None
    return units


def _fitness(rng: Random, point: LonLat, flood: FloodField) -> dict[HazardScenario, Fitness]:
    depth = flood.rank_at(point)
    return {
        HazardScenario.FLOOD_L2: Fitness.UNFIT if depth >= FloodRank.TO_FIVE else Fitness.FIT,
        HazardScenario.FLOOD_L1: Fitness.UNFIT if depth >= FloodRank.TO_TEN else Fitness.FIT,
        HazardScenario.INLAND: Fitness.UNFIT
        if depth == FloodRank.TO_THREE and rng.random() < 0.4
        else Fitness.FIT,
        HazardScenario.LANDSLIDE: Fitness.FIT,
        HazardScenario.EARTHQUAKE: Fitness.FIT if rng.random() < 0.9 else Fitness.UNFIT,
    }


def _with_unknowns(
    site: WelfareShelter, index: int, unknowns: _Unknowns, profile: SiteProfile
) -> WelfareShelter:
    if index in unknowns.accepts:
        site = replace(site, accepts=None, verification=Verification.UNCONFIRMED, verified_on=None)
    if index in unknowns.staff:
        site = replace(site, staff_by_day=None, staff_by_night=None, verification=Verification.UNCONFIRMED)
    if index in unknowns.fitness:
        site = replace(site, fitness={}, verification=Verification.STALE)
    if index == unknowns.blocked:
        note = f"{site.note}。物置のため使えない場所があります。"
        site = replace(site, blocked_places=profile.blocked_places, note=note)
    return site


def _power_first_site(rng: Random, place: Neighborhood, profile: GeneratorProfile) -> WelfareShelter:
    figures = profile.sites.power_first
    needs: NeedCapacity = dict(figures.need_capacity)
    return WelfareShelter(
        site_id=POWER_FIRST_ID,
        name=f"{profile.sites.name_prefix}{figures.name}",
        short_name=figures.name,
        ownership=Ownership.PUBLIC,
        point=to_lonlat(*place.home(rng)),
        address=addresses.address(rng, place.town),
        phone=addresses.phone(rng),
        district_id=place.district_id,
        designation=YesNoUnknown.YES,
        agreement=YesNoUnknown.NO,
        rooms=tuple(_power_first_rooms(figures.places)),
        accepts=UNLIMITED,
        need_capacity=needs,
        power_kw=figures.power_kw,
        power_hours=figures.power_hours,
        staff_by_day=figures.staff_by_day,
        staff_by_night=figures.staff_by_night,
        fitness=dict.fromkeys((hazard for hazard in HazardScenario if hazard.value != "none"), Fitness.FIT),
        is_power_first=True,
        is_fictional=True,
        verification=Verification.CONFIRMED,
        verified_on=profile.people.base_date - timedelta(days=30),
        source=FICTIONAL,
        note=f"{FICTIONAL}の施設です。電源が必要な人が優先です。",
    )


def _power_first_rooms(places: int) -> Iterator[Room]:
    hall = places * 2 // 3
    yield Room("医療的ケア室", Decimal(hall * PLACE_M2))
    yield Room("家族室", Decimal((places - hall) * PLACE_M2))
