"""架空の人: households in the 自治会 of each 校区, with every state of registration, consent and plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import DistrictMethod, Reason, RegistrationState, RosterMember, Sex
from kurume_bousai.domain.person_details import NO_DETAILS, PersonDetails
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.services.fictional import addresses
from kurume_bousai.services.fictional.answers import draw_answers
from kurume_bousai.services.fictional.conditions import (
    ELDERLY_FROM,
    Condition,
    draw_condition,
    screening_class,
)
from kurume_bousai.services.fictional.details import draw_details, draw_residence
from kurume_bousai.services.fictional.draw import (
    FICTIONAL,
    Lottery,
    apportion,
    deal,
    identifier,
    pick_some,
    stream,
)
from kurume_bousai.services.fictional.flood import FloodField
from kurume_bousai.services.fictional.names import FictionalName, draw_name
from kurume_bousai.services.fictional.neighborhoods import Neighborhood
from kurume_bousai.services.fictional.plane import to_lonlat
from kurume_bousai.services.fictional.profile import Gaps, GeneratorProfile, NamePart, PersonKind

NOTE: Final = f"{FICTIONAL}の人です。実在しません。"
_FEWEST_PROTECTED: Final = 3  # so that even a small demo shows what a flagged clerk sees
_HOUSEHOLD_SIZES: Final = Lottery({1: 36.0, 2: 38.0, 3: 16.0, 4: 7.0, 5: 3.0})
_COMPANIONS: Final = Lottery({0: 40.0, 1: 42.0, 2: 13.0, 3: 5.0})


@dataclass(frozen=True, slots=True)
class Person:
    """架空の一人 with what the plan is made from."""

    member: RosterMember = field(repr=False)
    plan_state: PlanState
    neighborhood: Neighborhood = field(repr=False)
    age: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Household:
    """世帯: what its members share."""

    household_id: str
    neighborhood: Neighborhood = field(repr=False)
    surname: NamePart = field(repr=False)
    size: int = field(repr=False)
    address: str = field(repr=False)
    building: str = field(repr=False)
    phone: str = field(repr=False)
    story: str = field(repr=False)
    home: LonLat = field(repr=False)
    flood_rank: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Hand:
    """配られた札: what each person (by index) gets, in exact shares."""

    plan_states: list[PlanState]
    registrations: list[RegistrationState]
    protected: frozenset[int]
    screened: frozenset[int]
    without: Mapping[str, frozenset[int]]


def fictional_people(
    seed: int,
    count: int,
    neighborhoods: Mapping[DistrictId, Sequence[Neighborhood]],
    flood: FloodField,
    profile: GeneratorProfile,
) -> Iterator[Person]:
    """Yield people 校区 by 校区 in the city's order: ``count`` whom everybody sees, and a few more.

    支援措置対象者 come on top, because no number may include them (RULEBOOK §1): whoever lists a demo of
    6,000 finds 6,000, and nothing tells of the others.
    """
    rng, told, living = stream(seed, "people"), stream(seed, "details"), stream(seed, "residence")
    protected = min(count, max(_FEWEST_PROTECTED, round(count * profile.people.protected)))
    total = count + protected
    hand = _hand(seed, total, protected, profile)
    weights = {district_id: profile.districts.weights.get(district_id, 1.0) for district_id in neighborhoods}
    shares = apportion(weights, total)
    kinds = Lottery([(kind, kind.weight) for kind in profile.people.kinds])
    index = 0
    for district_id, places in neighborhoods.items():
        end = index + shares[district_id]
        while index < end:
            household = _household(rng, rng.choice(places), flood, profile)
            pair = rng.random() < profile.people.two_member_household and household.size > 1
            # A household shared with a hidden person would tell of that person.
            pair = pair and not {index, index + 1} & hand.protected
            for _ in range(min(2 if pair else 1, end - index)):
                made = _person(rng, index, household, kinds.draw(rng), hand, profile)
                details = draw_details(told, made.member, made.age, profile.names)
                details = replace(details, residence=draw_residence(living))
                yield made if details == NO_DETAILS else _telling(made, details)
                index += 1


def _telling(person: Person, details: PersonDetails) -> Person:
    return replace(person, member=replace(person.member, details=details))


def _hand(seed: int, count: int, protected: int, profile: GeneratorProfile) -> _Hand:
    rng = stream(seed, "states")
    people, gaps = profile.people, profile.people.gaps
    return _Hand(
        plan_states=deal(rng, people.plan_states, count),
        registrations=deal(rng, people.registration, count),
        protected=frozenset(rng.sample(range(count), protected)),
        screened=pick_some(rng, count, people.screened, 1),
        without={name: pick_some(rng, count, getattr(gaps, name), 1) for name in Gaps.__slots__},
    )


def _household(
    rng: Random, neighborhood: Neighborhood, flood: FloodField, profile: GeneratorProfile
) -> _Household:
    home = to_lonlat(*neighborhood.home(rng))
    has_building = rng.random() < profile.people.building
    building = (
        f"{rng.choice(profile.names.buildings)}{rng.randint(1, 4)}0{rng.randint(1, 9)}"
        if has_building
        else ""
    )
    return _Household(
        household_id=identifier(rng),
        neighborhood=neighborhood,
        surname=profile.names.surnames.draw(rng),
        size=_HOUSEHOLD_SIZES.draw(rng),
        address=addresses.address(rng, neighborhood.town),
        building=building,
        phone=addresses.phone(rng),
        story=profile.people.home_stories.draw(rng),
        home=home,
        flood_rank=int(flood.rank_at(home)),
    )


def _person(
    rng: Random, index: int, household: _Household, kind: PersonKind, hand: _Hand, profile: GeneratorProfile
) -> Person:
    people = profile.people
    condition = draw_condition(rng, kind, people.base_date)
    name = draw_name(
        rng, profile.names, age=condition.age, is_woman=condition.sex is Sex.FEMALE, surname=household.surname
    )
    plan_state = hand.plan_states[index]
    answers = draw_answers(rng, plan_state, hand.registrations[index], people)
    size = _household_size(household, condition)
    lacks = {field_name for field_name, indices in hand.without.items() if index in indices}
    member_id = identifier(rng)
    member = RosterMember(
        member_id=MemberId(member_id),
        number=0,  # storage gives the next free one
        name=name.text,
        kana=_unless("kana" in lacks, name),
        born_on=None if "born_on" in lacks else condition.born_on,
        sex=condition.sex,
        address=household.address,
        building=household.building,
        phone="" if "phone" in lacks else household.phone,
        phone_second=addresses.phone(rng) if rng.random() < 0.25 else "",
        district_id=household.neighborhood.district_id,
        district_method=DistrictMethod.STATED,
        neighborhood=household.neighborhood.name,
        commissioner=household.neighborhood.commissioner,
        reasons=condition.reasons,
        care_level=condition.care_level,
        physical_grade=condition.physical_grade,
        intellectual_grade=condition.intellectual_grade,
        mental_grade=condition.mental_grade,
        disease=condition.disease,
        needs=condition.needs,
        power_hours=condition.power_hours,
        categories=condition.categories,
        household_id=household.household_id,
        household_size=size,
        companion_count=_companions(rng, size, condition),
        information_means=people.information_means.draw(rng),
        registration=answers.registration,
        consents=answers.consents,
        has_protected_address=index in hand.protected,
        home=None if "home" in lacks else household.home,
        home_story=household.story,
        flood_rank=None if lacks & {"flood_rank", "home"} else household.flood_rank,
        screening_class=screening_class(rng, condition.needs) if index in hand.screened else None,
        note=NOTE,
        source=FICTIONAL,
        source_key=f"K{member_id[:12]}",  # no running number: a gap would tell of a hidden person
    )
    return Person(member, plan_state, household.neighborhood, condition.age)


def _unless(lacking: bool, name: FictionalName) -> str:  # noqa: FBT001 - one yes or no, private
    return "" if lacking else name.kana


def _household_size(household: _Household, condition: Condition) -> int:
    """Let no child live alone; a household of the elderly only is small."""
    if condition.age < 18:
        return max(2, household.size)
    if Reason.ELDERLY_HOUSEHOLD in condition.reasons:
        return min(2, household.size)
    return household.size


def _companions(rng: Random, size: int, condition: Condition) -> int:
    fewest = 1 if condition.age < 18 else 0
    most = min(3, size - 1)
    if condition.age >= ELDERLY_FROM and size == 1:
        return 0
    return max(fewest, min(most, _COMPANIONS.draw(rng)))
