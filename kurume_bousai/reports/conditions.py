"""容量確認の条件の行: every choice of RULEBOOK §4 in words, as it stands on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kurume_bousai.domain.capacity import PLACES_PER_STAFF, StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.labels import label
from kurume_bousai.reports.paper import joined, people


def conditions_rows(
    conditions: CapacityConditions, site_names: Mapping[SiteId, str]
) -> tuple[tuple[str, str], ...]:
    """Every choice as (heading, words), in the order of the paper."""
    reach = conditions.reach_m
    closed = [site_names.get(site_id, site_id) for site_id in sorted(conditions.closed)]
    return (
        *_district(conditions),
        ("数える人", _who(conditions.demand)),
        ("同行者", "数える" if conditions.with_companions else "数えない"),
        ("名簿外の人", people(conditions.off_list_people)),
        ("支援措置対象者", "含まない"),
        ("1人あたりの面積", f"{conditions.rate_m2}㎡"),
        ("職員", _staff(conditions.staff)),
        ("災害", label(conditions.hazard)),
        ("適否が未確認の施設", label(conditions.unconfirmed)),
        ("段階", f"警戒レベル{conditions.stage}"),
        ("開く施設の割合", _percent(conditions.open_rate)),
        ("閉まる施設", joined(closed) if closed else "なし"),
        ("距離の上限", "なし" if reach is None else f"直線{reach:,.0f}m"),
        ("計算の時間の上限", f"{conditions.time_limit_s:g}秒"),
    )


def how_counted(conditions: CapacityConditions) -> str:
    """The rule and the rate that stand beside every total."""
    return (
        f"数え方: 数える人 {_who(conditions.demand)} / 1人あたりの面積 {conditions.rate_m2}㎡"
        f" / 職員 {_staff(conditions.staff)}"
    )


def _district(conditions: CapacityConditions) -> tuple[tuple[str, str], ...]:
    if conditions.district_id is None:
        return ()
    counted = "の人だけで計算" if conditions.alone else "の分(全市の計算から)"
    return (("校区", f"{conditions.district_id}{counted}"),)


def _who(demand: Demand) -> str:
    if demand.share is None:
        return label(demand.rule)
    return f"名簿の{_percent(demand.share)}(優先度の高い順)"


def _staff(shift: StaffShift) -> str:
    if shift is StaffShift.NONE:
        return label(shift)
    return f"{label(shift)}(1人につき{PLACES_PER_STAFF}人まで)"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
