"""架空の市 (`demo`, 練習): drawn from one seed, written all or nothing, reused only when the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.capacity import StaffShift, floor_places, staff_of, usable_places
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.facts import FACT_FICTIONAL, FACT_MEMBERS, FACT_SEED
from kurume_bousai.services.fictional.draw import FICTIONAL
from kurume_bousai.services.fictional.flood import FloodField, fictional_flood
from kurume_bousai.services.fictional.neighborhoods import neighborhoods
from kurume_bousai.services.fictional.people import fictional_people
from kurume_bousai.services.fictional.plans import Destinations, fictional_plans
from kurume_bousai.services.fictional.profile import GeneratorProfile
from kurume_bousai.services.fictional.seeding import SeedFacts, write_reference
from kurume_bousai.services.fictional.shelters import PLACE_M2, fictional_shelters
from kurume_bousai.services.fictional.supporters import SupporterPool
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.progress import Progress

DEFAULT_MEMBERS: Final = 6000
DEFAULT_SEED: Final = 1
MEMBERS_LIMITS: Final = (50, 100_000)

_FACTS: Final = (FACT_FICTIONAL, FACT_SEED, FACT_MEMBERS)

_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class DemoOperator:
    """架空データの操作者."""

    name: str
    roles: frozenset[Role]
    handles_protected: bool = False


_ALL_BUT_VIEWER: Final = frozenset({Role.FACILITATOR, Role.DESK, Role.CLERK, Role.ADMINISTRATOR})
#: The operator everybody uses; 支援措置対象者 do not exist for it.
DEMO_OPERATOR: Final = DemoOperator(FICTIONAL, _ALL_BUT_VIEWER)
#: The one for whom they do.
DEMO_PROTECTED_OPERATOR: Final = DemoOperator(
    f"{FICTIONAL}・支援措置担当", frozenset({Role.CLERK}), handles_protected=True
)
DEMO_OPERATORS: Final = (DEMO_OPERATOR, DEMO_PROTECTED_OPERATOR)


@dataclass(frozen=True, slots=True)
class DemoSources:
    """もとになるもの: public facts of the city and the shares the people are drawn from."""

    facts: SeedFacts
    profile: GeneratorProfile


@dataclass(frozen=True, slots=True)
class FictionalCity:
    """架空の市, whole and frozen. ``shelters``: the 37 in opening order, then the power-first site.

    ``members`` are as many as asked for and a few 支援措置対象者 on top; ``plans`` stand in their order.
    """

    districts: tuple[SchoolDistrict, ...]
    shelters: tuple[WelfareShelter, ...]
    members: tuple[RosterMember, ...] = field(repr=False)
    plans: tuple[IndividualEvacuationPlan, ...] = field(repr=False)
    supporters: tuple[Supporter, ...] = field(repr=False)
    flood: FloodField = field(repr=False)


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """架空の市の数: ``floor_places`` of the 37, ``usable_places`` with the power-first site (RULEBOOK §2)."""

    members: int
    districts: int
    welfare_shelters: int
    power_first_sites: int
    floor_places: int
    usable_places: int

    def as_json(self) -> dict[str, int]:
        """Return the keys of ``demo --json`` that come from the database."""
        return {
            "members": self.members,
            "districts": self.districts,
            "welfare_shelters": self.welfare_shelters,
            "power_first_sites": self.power_first_sites,
            "floor_places": self.floor_places,
            "usable_places": self.usable_places,
        }


def draw_city(sources: DemoSources, *, members: int, seed: int) -> FictionalCity:
    """Draw the whole city; the same seed and size give the same city on every machine and day.

    Raises ``KnownProblem`` ``demo_size`` for a number of people outside ``MEMBERS_LIMITS``.
    """
    _check_size(members)
    facts, profile = sources.facts, sources.profile
    flood = fictional_flood()
    places = neighborhoods(seed, facts.districts, facts.towns, profile)
    shelters = fictional_shelters(seed, facts.districts, places, flood, profile)
    people = tuple(fictional_people(seed, members, places, flood, profile))
    pool = SupporterPool(seed, profile)
    destinations = Destinations(shelters, facts.designated)
    plans = tuple(fictional_plans(seed, people, destinations, pool, profile))
    drawn = tuple(person.member for person in people)
    return FictionalCity(
        districts=_with_eligible(facts.districts, drawn, profile),
        shelters=shelters,
        members=drawn,
        plans=plans,
        supporters=pool.supporters,
        flood=flood,
    )


def build_demo(
    database: CityDatabase, sources: DemoSources, *, members: int, seed: int, progress: Progress
) -> DemoSummary:
    """Draw the city and write it into an empty file in one transaction; stopping leaves nothing behind.

    ``database`` is opened for an operator who may edit people and sites (``DEMO_OPERATOR``).
    """
    progress(0, members, "架空の市をつくっています")
    city = draw_city(sources, members=members, seed=seed)
    with database.writing() as session:
        if session.fact(FACT_MEMBERS) is not None or session.districts.all():
            raise KnownProblem(
                "demo_not_empty",
                "架空の市は、空のデータベースにだけ作れます。",
                advice="別のフォルダーを選ぶか、--fresh を付けて作り直してください。",
            )
        _write(session, database, city, sources, progress)
        session.set_fact(FACT_FICTIONAL, "1")
        session.set_fact(FACT_SEED, str(seed))
        session.set_fact(FACT_MEMBERS, str(members))
    progress(members, members, "架空の市ができました")
    return summarise(city.shelters, members=members, districts=len(city.districts))


def demo_facts(session: ReadSession) -> dict[str, str | None]:
    """Return what a file says about itself, for ``check_reusable``."""
    return {key: session.fact(key) for key in _FACTS}


def check_reusable(facts: Mapping[str, str | None], *, members: int, seed: int) -> None:
    """Refuse a file that is not the demo asked for (RULEBOOK §8).

    Raises ``KnownProblem`` ``not_a_demo`` (a file of something else) or ``demo_differs`` (another seed or
    size); neither is ever overwritten without ``--fresh``, the first not even then.
    """
    if facts.get(FACT_FICTIONAL) != "1" or facts.get(FACT_MEMBERS) is None:
        raise KnownProblem(
            "not_a_demo",
            "このフォルダーのデータベースは、架空の市ではありません。",
            advice="別のフォルダーを --dir で指定してください。",
        )
    if facts.get(FACT_SEED) != str(seed) or facts.get(FACT_MEMBERS) != str(members):
        raise KnownProblem(
            "demo_differs",
            "このフォルダーには、人数か種の違う架空の市があります。",
            where=f"人数 {facts.get(FACT_MEMBERS)}、種 {facts.get(FACT_SEED)}",
            advice="同じ人数と種を指定するか、別のフォルダーを選ぶか、--fresh を付けて作り直してください。",
        )


def read_summary(session: ReadSession) -> DemoSummary:
    """Return the summary of a demo that is used again. Its size is the one it was made with."""
    return summarise(
        session.shelters.welfare(),
        members=int(session.fact(FACT_MEMBERS) or 0),
        districts=len(session.districts.all()),
    )


def summarise(shelters: Iterable[WelfareShelter], *, members: int, districts: int) -> DemoSummary:
    """Derive the counts; by day, at 4 ㎡, the default conditions of ``capacity``."""
    sites = list(shelters)
    floors = {site.site_id: floor_places(site.rooms, Decimal(PLACE_M2)) for site in sites}
    usable = (
        usable_places(floors[site.site_id], site.blocked_places, staff_of(site, StaffShift.DAY))
        for site in sites
    )
    power_first = sum(site.is_power_first for site in sites)
    return DemoSummary(
        members=members,
        districts=districts,
        welfare_shelters=len(sites) - power_first,
        power_first_sites=power_first,
        floor_places=sum(floors[site.site_id] or 0 for site in sites if not site.is_power_first),
        usable_places=sum(places or 0 for places in usable),
    )


def _check_size(members: int) -> None:
    fewest, most = MEMBERS_LIMITS
    if not fewest <= members <= most:
        raise KnownProblem(
            "demo_size",
            f"架空の市の人数は、{fewest}人から{most:,}人までです。",
            where="--members",
            advice=f"ふつうは {DEFAULT_MEMBERS} のままで使えます。",
        )


def _with_eligible(
    districts: Sequence[SchoolDistrict], members: Sequence[RosterMember], profile: GeneratorProfile
) -> tuple[SchoolDistrict, ...]:
    """Give every 校区 a 対象者数 that is as fictional as its people, and say so."""
    listed = Counter(member.district_id for member in members if not member.has_protected_address)
    return tuple(
        replace(
            district,
            eligible_count=_eligible(listed, district.district_id, profile),
            eligible_on=profile.people.base_date,
            source=f"{district.source} 対象者数は{FICTIONAL}",
        )
        for district in districts
    )


def _eligible(listed: Counter[DistrictId | None], district_id: DistrictId, profile: GeneratorProfile) -> int:
    return math.ceil(listed[district_id] / profile.districts.registered_ratio)


def _write(
    session: WriteSession,
    database: CityDatabase,
    city: FictionalCity,
    sources: DemoSources,
    progress: Progress,
) -> None:
    access = database.access
    session.districts.save_many(access, city.districts)
    # The districts stand already, so the facts add only what a fictional city shares with the real one.
    write_reference(session, access, sources.facts)
    session.shelters.save_welfare(access, city.shelters)
    session.supporters.save_many(access, city.supporters)
    for start in range(0, len(city.members), _CHUNK):
        progress(start, len(city.members), "架空の人を登録しています")
        session.members.add_many(access, city.members[start : start + _CHUNK], source=FICTIONAL)
        session.plans.save_many(access, city.plans[start : start + _CHUNK])
