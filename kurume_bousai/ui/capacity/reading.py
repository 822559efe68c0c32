"""容量確認の画面が読むもの: places, and an answer made ready to be shown, off the Qt thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kurume_bousai.domain.capacity_answer import CapacityAnswer, Flow, SiteCapacity, UnplacedNumber
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.placement import REASON_CAPACITY_UNKNOWN, REASON_CATEGORY_UNKNOWN
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.labels import reason_label
from kurume_bousai.services.city_settings import city_settings_of
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.capacity.answer_words import Ages
from kurume_bousai.ui.kit.painters import State

#: 空きわずか: at most a tenth, or two (UI.md).
_FEW_SHARE, _FEW_PLACES = 10, 2
_REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class CapacityPlaces:
    """容量確認の場所: where 校区 and sites stand, and what the sites are called."""

    districts: dict[DistrictId, LonLat]
    sites: tuple[WelfareShelter, ...]
    ages: Ages = field(default_factory=Ages)
    settings: CitySettings = field(default_factory=CitySettings)

    @property
    def count(self) -> int:
        """The 37: sites apart from the power-first one."""
        return sum(not site.is_power_first for site in self.sites)

    def lacks_categories(self, site_id: SiteId) -> bool:
        """Whether nobody knows whom a site takes: until it is confirmed, nobody goes there (RULEBOOK §2)."""
        return any(site.site_id == site_id and site.accepts is None for site in self.sites)

    def short_name(self, site_id: SiteId) -> str:
        """Return the short name of a site, its id where it is gone."""
        found = next((site for site in self.sites if site.site_id == site_id), None)
        return site_id if found is None else found.short_name or found.name


def read_places(database: CityDatabase) -> CapacityPlaces:
    """Read 校区, welfare shelters and how old their figures are."""
    with database.reading() as session:
        districts = session.districts.all()
        sites = tuple(session.shelters.welfare())
        imported = [one.committed_at for one in session.imports.all() if one.undone_at is None]
        settings = city_settings_of(session)
    points = {one.district_id: one.point for one in districts}
    return CapacityPlaces(points, sites, _ages(sites, max(imported, default=None)), settings)


def _ages(sites: Sequence[WelfareShelter], roster_at: datetime | None) -> Ages:
    days = [site.verified_on for site in sites if site.verified_on is not None]
    return Ages(
        roster_at=roster_at,
        sites=len(sites),
        unconfirmed=len(sites) - len(days),
        oldest=min(days, default=None),
        newest=max(days, default=None),
    )


@dataclass(frozen=True, slots=True)
class CapacityView:
    """見せる答え: the answer and, for each person left out, the words of the reasons in the same order."""

    answer: CapacityAnswer
    reasons: tuple[str, ...] = field(repr=False)


def make_view(answer: CapacityAnswer) -> CapacityView:
    """Write the reasons: thousands of people times the sites, so not on the Qt thread."""
    return CapacityView(answer, tuple(reason_summary(row) for row in answer.unplaced))


def reason_summary(row: UnplacedNumber) -> str:
    """「満員 14施設・受入対象がちがう 9施設」: the commonest reasons with the number of sites."""
    counted = Counter(reason.reason for reason in row.reasons)
    if not counted:
        return "福祉避難所の一覧がありません"
    words = [f"{reason_label(code)} {count}施設" for code, count in counted.most_common(_REASONS_SHOWN)]
    rest = sum(counted.values()) - sum(count for _code, count in counted.most_common(_REASONS_SHOWN))
    return "・".join(words) + (f"・ほか {rest}施設" if rest else "")


def site_state(site: SiteCapacity, places: CapacityPlaces) -> State | None:
    """● ◆ ○ of a site after the placement; None where it is not used. Never ▲: free places are ≥ 0.

    ○ too where 受入対象 is not known: its free places are nobody's yet.
    """
    if site.refusal is not None:
        return None
    if site.floor is None or places.lacks_categories(site.site_id):
        return State.UNKNOWN
    few = site.free <= max(_FEW_PLACES, site.usable // _FEW_SHARE)
    return State.FEW if few else State.OK


def site_reason(site: SiteCapacity, places: CapacityPlaces) -> str:
    """Why a site takes nobody, or what is unconfirmed about one that does."""
    if site.refusal is not None:
        return reason_label(site.refusal)
    if site.floor is None:
        return reason_label(REASON_CAPACITY_UNKNOWN)
    if site.usable == 0:
        return "職員がいない" if site.staff_limit == 0 else "入れる場所が残っていない"
    unconfirmed = (
        (places.lacks_categories(site.site_id), reason_label(REASON_CATEGORY_UNKNOWN)),
        (site.is_fitness_unconfirmed, "この災害での適否が未確認"),
        (site.is_staff_unknown, "職員数が未確認"),
    )
    return "・".join(words for holds, words in unconfirmed if holds)


def flows_by_site(flows: Iterable[Flow]) -> Sequence[tuple[SiteId, int]]:
    """Sites with the people shown who go there, the most first."""
    people: Counter[SiteId] = Counter()
    for flow in flows:
        people[flow.site_id] += flow.people
    return people.most_common()


def flows_by_district(flows: Iterable[Flow]) -> Sequence[tuple[DistrictId, int]]:
    """校区 with the people who come from there, the most first."""
    people: Counter[DistrictId] = Counter()
    for flow in flows:
        people[flow.district_id] += flow.people
    return people.most_common()
