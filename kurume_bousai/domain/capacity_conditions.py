"""The conditions of 「入りきれますか」 (RULEBOOK §4): every choice printed beside the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from kurume_bousai.domain.capacity import RATES_M2, StaffShift
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId


class UnconfirmedSites(StrEnum):
    """適否が未確認の施設: used and listed, or left out."""

    USE = "use"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class CapacityConditions:
    """容量確認の条件, with the defaults of RULEBOOK §4.

    ``district_id`` shows one 校区's share of the whole
    city's answer; with ``alone`` only that 校区's people are placed, and the paper says so.
    """

    demand: Demand = field(default_factory=Demand)
    with_companions: bool = True
    off_list_people: int = 0
    rate_m2: Decimal = RATES_M2[0]
    staff: StaffShift = StaffShift.DAY
    hazard: HazardScenario = HazardScenario.NONE
    unconfirmed: UnconfirmedSites = UnconfirmedSites.USE
    stage: int = 4
    open_rate: Decimal = Decimal(1)
    closed: frozenset[SiteId] = frozenset()
    reach_m: float | None = None
    time_limit_s: float = 60.0
    district_id: DistrictId | None = None
    alone: bool = False


def refuse_bad_conditions(conditions: CapacityConditions) -> None:
    """Raise ``KnownProblem`` for a choice RULEBOOK §4 does not know."""
    checks = (
        (conditions.rate_m2 in RATES_M2, "--rate", "1人あたりの面積は4、3.5、2のどれかにしてください。"),
        (conditions.off_list_people >= 0, "--off-list", "名簿外の人数は0以上にしてください。"),
        (conditions.stage in (3, 4), "--stage", "段階は3か4にしてください。"),
        (0 <= conditions.open_rate <= 1, "--open-rate", "開く割合は0から1までにしてください。"),
        (
            conditions.reach_m is None or conditions.reach_m >= 0,
            "--reach",
            "距離の上限は0以上にしてください。",
        ),
        (conditions.time_limit_s > 0, "--time-limit", "時間の上限は0より大きい秒数にしてください。"),
        (not conditions.alone or conditions.district_id is not None, "--alone", "校区を選んでください。"),
    )
    for holds, where, message in checks:
        if not holds:
            raise KnownProblem(
                "conditions", message, where=where, advice="条件を直して、もう一度実行してください。"
            )


_RULES = {
    DemandRule.PLAN: "マイプランの行先が福祉避難所の人",
    DemandRule.SCREENED: "スクリーニングで区分2・3の人",
    DemandRule.IN_HAZARD: "自宅が危険な区域の中にある人",
    DemandRule.ALL: "名簿の全員",
}
_STAFF = {
    StaffShift.DAY: "昼の職員数（1人につき10人まで）",
    StaffShift.NIGHT: "夜の職員数（1人につき10人まで）",
    StaffShift.NONE: "職員数では制限しない",
}
_HAZARDS = {
    HazardScenario.NONE: "災害を考えない",
    HazardScenario.FLOOD_L2: "洪水（想定最大）",
    HazardScenario.FLOOD_L1: "洪水（計画規模）",
    HazardScenario.INLAND: "内水",
    HazardScenario.LANDSLIDE: "土砂災害",
    HazardScenario.EARTHQUAKE: "地震",
}
_UNCONFIRMED = {
    UnconfirmedSites.USE: "使い、一覧に示す",
    UnconfirmedSites.EXCLUDE: "使わない",
}


def conditions_rows(conditions: CapacityConditions) -> list[tuple[str, str]]:
    """Every choice as (heading, words), in the order of the paper."""
    share = conditions.demand.share
    who = _RULES[conditions.demand.rule] if share is None else f"名簿の{_percent(share)}（優先度の高い順）"
    rows = [
        ("数える人", who),
        ("同行者", "数える" if conditions.with_companions else "数えない"),
        ("名簿外の人", f"{conditions.off_list_people}人"),
        ("支援措置対象者", "含まない"),
        ("1人あたりの面積", f"{conditions.rate_m2}㎡"),
        ("職員", _STAFF[conditions.staff]),
        ("災害", _HAZARDS[conditions.hazard]),
        ("適否が未確認の施設", _UNCONFIRMED[conditions.unconfirmed]),
        ("段階", f"警戒レベル{conditions.stage}"),
        ("開く施設の割合", f"{_percent(conditions.open_rate)}"),
        ("閉まる施設", "、".join(sorted(conditions.closed)) or "なし"),
        ("距離の上限", "なし" if conditions.reach_m is None else f"直線{conditions.reach_m:,.0f}m"),
        ("計算の時間の上限", f"{conditions.time_limit_s:g}秒"),
    ]
    if conditions.district_id is not None:
        words = "の人だけで計算" if conditions.alone else "の分（全市の計算から）"
        rows.insert(0, ("校区", f"{conditions.district_id}{words}"))
    return rows


def conditions_json(conditions: CapacityConditions) -> dict[str, object]:
    """Return the choices under the names of the options of RULEBOOK §4."""
    return {
        "rule": str(conditions.demand),
        "companions": "yes" if conditions.with_companions else "no",
        "off_list": conditions.off_list_people,
        "rate": float(conditions.rate_m2),
        "staff": conditions.staff.value,
        "hazard": conditions.hazard.value,
        "unconfirmed": conditions.unconfirmed.value,
        "stage": conditions.stage,
        "open_rate": float(conditions.open_rate),
        "closed": sorted(conditions.closed),
        "reach": conditions.reach_m,
        "time_limit": conditions.time_limit_s,
        "district": conditions.district_id,
        "alone": conditions.alone,
        "protected_included": False,
    }


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
