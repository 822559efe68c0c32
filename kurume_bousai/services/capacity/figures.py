"""What the papers of the capacity question say: values of the domain, no Japanese, no layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import SiteChange
from kurume_bousai.domain.members import Need
from kurume_bousai.services.shelters.questions import SiteQuestion


class CapacityForm(StrEnum):
    """容量の書類の形: the whole report, one page, one page per 校区, or plans against capacity."""

    FULL = "full"
    SUMMARY = "summary"
    DISTRICTS = "districts"
    PLANS = "plans"


@dataclass(frozen=True, slots=True)
class SourceNote:
    """出典: where figures come from, with the range of their days; None = no day kept."""

    what: str
    source: str
    as_of: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class NeedFigures:
    """必要な支援ごと, in parties. ``capacity``: units of the sites in use; None = no limit."""

    need: Need
    parties: int
    placed: int
    unplaced: int
    capacity: int | None


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """室: floor in square metres; None = unknown."""

    name: str
    floor_m2: Decimal | None


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """施設ごと. ``floor`` None = unknown floor = takes nobody, 要確認. ``remarks`` are codes of reasons.

    ``placed`` counts the people of this answer, ``placed_all`` those of the whole city; ``free`` is what
    is left after all of them. ``is_used`` False = closed or unfit here. ``is_blocked``: in use, but blocked
    places or staff leave no room. ``staff`` counts those who come, ``staff_limit`` the people they
    look after; None = no limit. ``rooms`` give ``floor`` at ``rate_m2``.
    """

    site_id: SiteId
    name: str
    floor: int | None
    usable: int
    placed: int
    free: int
    placed_all: int
    is_power_first: bool = False
    is_fitness_unconfirmed: bool = False
    is_staff_unknown: bool = False
    is_blocked: bool = False
    remarks: tuple[str, ...] = ()
    rate_m2: Decimal = Decimal(4)
    blocked: int = 0
    staff: int | None = None
    staff_limit: int | None = None
    is_used: bool = True
    rooms: tuple[RoomFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """校区ごと, in people."""

    district: str
    people: int
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """校区から施設へ, in people."""

    district: str
    site_id: SiteId
    people: int


@dataclass(frozen=True, slots=True)
class UnplacedFigures:
    """入れない組 by number. ``reasons``: (reason code, number of sites), most frequent first.

    ``nearest``: the changes at one site that would let them in; empty = none would, or not asked.
    """

    number: str
    people: int | None
    reasons: tuple[tuple[str, int], ...]
    nearest: tuple[SiteChange, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PhaseFigures:
    """段階 of the placement: people or metres reached, and what nobody can better."""

    name: str
    value: float
    bound: float
    is_proven: bool

    @property
    def gap(self) -> float:
        """|value − bound| ÷ max(1, |value|) (RULEBOOK §4)."""
        return abs(self.value - self.bound) / max(1.0, abs(self.value))


@dataclass(frozen=True, slots=True)
class ImprovementFigures:
    """何があれば減るか: one change and the new total of people left out."""

    change: SiteChange
    unplaced_before: int
    unplaced_after: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class LadderFigures:
    """開く割合ごと: the same question with fewer sites open."""

    open_rate: Decimal
    open_sites: int
    demand: int
    placed: int
    unplaced: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class PairFigures:
    """二つの答えの一つの数. ``name`` as in ``domain.capacity_compare``."""

    name: str
    a: int
    b: int


@dataclass(frozen=True, slots=True)
class ComparisonFigures:
    """二つの条件を並べた数: this answer (a) and a saved scenario solved now (b)."""

    name: str
    conditions: CapacityConditions
    totals: tuple[PairFigures, ...]
    sites: tuple[tuple[str, int, int], ...]  # name, usable a, usable b, where they differ


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """要確認 of one site, what keeps people out first."""

    site: str
    questions: tuple[SiteQuestion, ...]


@dataclass(frozen=True, slots=True)
class CapacityReport:
    """容量確認の報告: the conditions, the answer and its parts.

    A 校区 in the conditions that is not ``alone`` is one 校区's share of the whole city's answer: places
    and free places are the city's then.
    """

    conditions: CapacityConditions
    status: str
    demand_people: int
    demand_parties: int
    floor_places: int
    usable_places: int
    placed_people: int
    unplaced_people: int
    free_places: int
    by_need: tuple[NeedFigures, ...]
    by_site: tuple[SiteFigures, ...]
    by_district: tuple[DistrictFigures, ...]
    unplaced: tuple[UnplacedFigures, ...] = field(repr=False)
    off_list_people: int = 0
    off_list_unplaced: int = 0
    phases: tuple[PhaseFigures, ...] = ()
    opened: tuple[str, ...] = ()
    homes_unknown: int = 0
    sources: tuple[SourceNote, ...] = ()
    flows: tuple[FlowFigures, ...] = field(default=(), repr=False)
    improvements: tuple[ImprovementFigures, ...] | None = None  # None = not asked
    is_help_complete: bool = True
    ladder: tuple[LadderFigures, ...] = ()
    comparison: ComparisonFigures | None = None
    questions: tuple[QuestionFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class CapacitySummary:
    """1枚のまとめ of a report."""

    report: CapacityReport


@dataclass(frozen=True, slots=True)
class CapacityByDistrict:
    """校区ごとの報告: one solve of the whole city, shown 校区 by 校区."""

    report: CapacityReport


@dataclass(frozen=True, slots=True)
class PlanNeedFigures:
    """計画と定員の突合 per site and need, in parties.

    ``units`` None = no limit, or unknown where ``is_unknown``; unknown counts as none (RULEBOOK §2).
    """

    need: Need
    units: int | None
    assigned: int
    is_unknown: bool = False

    @property
    def balance(self) -> int | None:
        """Units − assigned, negative when over; None without a limit."""
        if self.is_unknown:
            return -self.assigned
        return None if self.units is None else self.units - self.assigned


@dataclass(frozen=True, slots=True)
class PlanSiteFigures:
    """計画と定員の突合 per site: ``balance`` = usable − assigned, negative when over, never netted."""

    name: str
    floor: int | None
    blocked: int
    staff_limit: int | None
    usable: int | None
    assigned: int
    rate_m2: Decimal
    is_power_first: bool = False
    needs: tuple[PlanNeedFigures, ...] = ()

    @property
    def balance(self) -> int:
        """Places left; negative = 不足. Unknown places count as none."""
        return (self.usable or 0) - self.assigned


@dataclass(frozen=True, slots=True)
class PlansReport:
    """計画と定員の突合 in peacetime. ``undecided_people``: 福祉避難所 is named, but none of the list."""

    sites: tuple[PlanSiteFigures, ...]
    undecided_people: int
    rate_m2: Decimal
    places_per_staff: int
    shift: StaffShift
    as_of: date
    sources: tuple[SourceNote, ...] = ()


CapacityContent = CapacityReport | CapacitySummary | CapacityByDistrict | PlansReport
