"""割合と名前: what the generator draws from, read from ``db/samples`` by an adapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, RegistrationState
from kurume_bousai.domain.plans import DestinationKind, PlanState
from kurume_bousai.domain.shelters import Unlimited
from kurume_bousai.services.fictional.draw import Lottery


@dataclass(frozen=True, slots=True)
class NamePart:
    """名字または名前と、その読み(カタカナ)."""

    text: str
    kana: str


@dataclass(frozen=True, slots=True)
class NameTables:
    """氏名のもと: surnames and given names are combined without any relation between them."""

    surnames: Lottery[NamePart]
    older_women: Lottery[NamePart]
    older_men: Lottery[NamePart]
    younger_women: Lottery[NamePart]
    younger_men: Lottery[NamePart]
    buildings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonKind:
    """人の種類. ``needs`` are probabilities; ``ages`` from–to with a typical one between, in years."""

    name: str
    weight: float
    ages: tuple[int, int]
    typical_age: int
    reasons: frozenset[Reason]
    needs: tuple[tuple[Need, float], ...]
    categories: frozenset[AdmissionCategory]
    elderly_household: float = 0.0
    care_levels: Lottery[str] | None = None
    physical_grades: Lottery[str] | None = None
    intellectual_grades: Lottery[str] | None = None
    mental_grades: Lottery[str] | None = None
    diseases: Lottery[str] | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """記入もれの割合 of single fields."""

    kana: float
    phone: float
    home: float
    born_on: float
    flood_rank: float


@dataclass(frozen=True, slots=True)
class PeopleProfile:
    """人の割合. Weights are shares of people unless a comment says otherwise."""

    base_date: date
    two_member_household: float
    protected: float
    building: float
    limited_consent: float
    screened: float
    gaps: Gaps
    kinds: tuple[PersonKind, ...]
    registration: dict[RegistrationState, float]
    plan_states: dict[PlanState, float]
    roster_consent: dict[RegistrationState, Lottery[ConsentState]]
    refused_plan_consent: Lottery[ConsentState]
    heavy_destinations: Lottery[DestinationKind]
    light_destinations: Lottery[DestinationKind]
    information_means: Lottery[str]
    home_stories: Lottery[str]


@dataclass(frozen=True, slots=True)
class SupporterProfile:
    """支援者の割合."""

    per_person: Lottery[int]
    draft_has_supporter: float
    shared: float
    most_people: int
    night: float
    day: float
    vehicle: float
    organisation: float
    consent: Lottery[ConsentState]
    relations: Lottery[str]


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """施設の種類 with its names and whom it takes."""

    label: str
    accepts: frozenset[AdmissionCategory] | Unlimited
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PowerFirstProfile:
    """電源優先施設: places in people, capacities in parties."""

    name: str
    places: int
    need_capacity: dict[Need, int]
    power_kw: float
    power_hours: float
    staff_by_day: int
    staff_by_night: int


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """架空の福祉避難所のもと. Places are people at 4 ㎡ each."""

    name_prefix: str
    total_places: int
    public_places: tuple[int, int]
    facility_places: tuple[int, int]
    unknown_accepts: int
    unknown_staff: int
    unconfirmed_fitness: int
    blocked_places: int
    public: tuple[str, ...]
    groups: tuple[SiteGroup, ...]
    power_first: PowerFirstProfile


@dataclass(frozen=True, slots=True)
class DistrictProfile:
    """校区の重み (fictional, not the population) and how many 自治会 each has (from, to)."""

    registered_ratio: float
    neighborhoods: tuple[int, int]
    weights: dict[DistrictId, float]


@dataclass(frozen=True, slots=True)
class GeneratorProfile:
    """架空の市のもと, whole."""

    names: NameTables
    people: PeopleProfile
    supporters: SupporterProfile
    sites: SiteProfile
    districts: DistrictProfile
