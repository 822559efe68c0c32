"""The conditions of 「入りきれますか」 (RULEBOOK §4): every choice printed beside the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.capacity import PLACES_PER_STAFF, RATES_M2, StaffShift
from kurume_bousai.domain.demand import Demand
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId

#: Largest number of people beyond the list that is taken: each is a party of its own for the solver, and a
#: slip of the hand (a telephone number) must not fill the memory.
MOST_OFF_LIST: Final = 99_999


class UnconfirmedSites(StrEnum):
    """適否が未確認の施設: used and listed, or left out."""

    USE = "use"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class CapacityConditions:
    """容量確認の条件, with the defaults of RULEBOOK §4.

    ``staff_share`` is the part of the staff that comes (0.5 = halved), ``places_per_staff`` the people one of
    them looks after. ``open_at_most`` lets the solver choose which sites open, at most that many (the
    power-first site included). ``district_id`` shows one 校区's share of the whole
    city's answer; with ``alone`` only that 校区's people are placed, and the paper says so.
    """

    demand: Demand = field(default_factory=Demand)
    with_companions: bool = True
    off_list_people: int = 0
    rate_m2: Decimal = RATES_M2[0]
    staff: StaffShift = StaffShift.DAY
    staff_share: Decimal = Decimal(1)
    places_per_staff: int = PLACES_PER_STAFF
    hazard: HazardScenario = HazardScenario.NONE
    unconfirmed: UnconfirmedSites = UnconfirmedSites.USE
    stage: int = 4
    open_rate: Decimal = Decimal(1)
    open_at_most: int | None = None
    closed: frozenset[SiteId] = frozenset()
    reach_m: float | None = None
    time_limit_s: float = 60.0
    district_id: DistrictId | None = None
    alone: bool = False


def fully_open(conditions: CapacityConditions) -> CapacityConditions:
    """Return the same question with every site open that can: what a partial opening is compared with."""
    return replace(conditions, open_rate=Decimal(1), open_at_most=None)


def refuse_bad_conditions(conditions: CapacityConditions) -> None:
    """Raise ``KnownProblem`` for a choice RULEBOOK §4 does not know."""
    checks = (
        (conditions.rate_m2 in RATES_M2, "--rate", "1人あたりの面積は4、3.5、2のどれかにしてください。"),
        (
            0 <= conditions.off_list_people <= MOST_OFF_LIST,
            "--off-list",
            f"名簿外の人数は0から{MOST_OFF_LIST:,}までにしてください。",
        ),
        (conditions.stage in (3, 4), "--stage", "段階は3か4にしてください。"),
        (0 <= conditions.staff_share <= 1, "--staff-share", "職員の割合は0から1までにしてください。"),
        (conditions.places_per_staff >= 1, "--per-staff", "職員1人が見る人数は1以上にしてください。"),
        (
            conditions.open_at_most is None or conditions.open_at_most >= 1,
            "--open-at-most",
            "開く施設の数は1以上にしてください。",
        ),
        (0 <= conditions.open_rate <= 1, "--open-rate", "開く割合は0から1までにしてください。"),
        (
            conditions.reach_m is None or (conditions.reach_m >= 0 and math.isfinite(conditions.reach_m)),
            "--reach",
            "距離の上限は0以上の数(m)にしてください。限らないときは書きません。",
        ),
        (
            conditions.time_limit_s > 0 and math.isfinite(conditions.time_limit_s),
            "--time-limit",
            "時間の上限は0より大きい秒数にしてください。",
        ),
        (not conditions.alone or conditions.district_id is not None, "--alone", "校区を選んでください。"),
    )
    for holds, where, message in checks:
        if not holds:
            raise KnownProblem(
                "conditions", message, where=where, advice="条件を直して、もう一度実行してください。"
            )


def conditions_json(conditions: CapacityConditions) -> dict[str, object]:
    """Return the choices under the names of the options of RULEBOOK §4."""
    return {
        "rule": str(conditions.demand),
        "companions": "yes" if conditions.with_companions else "no",
        "off_list": conditions.off_list_people,
        "rate": float(conditions.rate_m2),
        "staff": conditions.staff.value,
        "staff_share": float(conditions.staff_share),
        "per_staff": conditions.places_per_staff,
        "hazard": conditions.hazard.value,
        "unconfirmed": conditions.unconfirmed.value,
        "stage": conditions.stage,
        "open_rate": float(conditions.open_rate),
        "open_at_most": conditions.open_at_most,
        "closed": sorted(conditions.closed),
        "reach": conditions.reach_m,
        "time_limit": conditions.time_limit_s,
        "district": conditions.district_id,
        "alone": conditions.alone,
        "protected_included": False,
    }
