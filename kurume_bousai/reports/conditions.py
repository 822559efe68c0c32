"""容量確認の条件の行: every choice of RULEBOOK §4 in words, as it stands on the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.labels import label
from kurume_bousai.reports.paper import decimal_text, joined, people

#: Sites named in one line of the conditions; the others are counted.
_MOST_NAMED: Final = 10
#: Sites with a rate of their own that are named; every one stands in the table by site.
_MOST_OWN_RATES: Final = 3


def conditions_rows(
    conditions: CapacityConditions,
    site_names: Mapping[SiteId, str],
    own_rates: Mapping[Decimal, Sequence[str]] | None = None,
) -> tuple[tuple[str, str], ...]:
    """Every choice as (heading, words), in the order of the paper.

    ``own_rates``: sites that are counted with another rate than the question's, by rate.
    """
    reach, at_most = conditions.reach_m, conditions.open_at_most
    closed = [site_names.get(site_id, site_id) for site_id in sorted(conditions.closed)]
    return (
        *_district(conditions),
        ("数える人", _who(conditions.demand)),
        ("同行者", "数える" if conditions.with_companions else "数えない"),
        ("名簿外の人", people(conditions.off_list_people)),
        ("支援措置対象者", "含まない"),
        ("1人あたりの面積", _rate(conditions, own_rates or {})),
        ("職員", staff_words(conditions)),
        ("災害", label(conditions.hazard)),
        ("適否が未確認の施設", label(conditions.unconfirmed)),
        ("段階", f"警戒レベル{conditions.stage}"),
        ("開く施設の割合", percent(conditions.open_rate)),
        ("開く施設の数の上限", "なし" if at_most is None else f"{at_most}施設まで(どれを開くかは計算で選ぶ)"),
        ("閉まる施設", named(closed) if closed else "なし"),
        ("距離の上限", "なし" if reach is None else f"直線{reach:,.0f}m"),
        ("計算の時間の上限", f"{conditions.time_limit_s:g}秒"),
    )


def how_counted(conditions: CapacityConditions) -> str:
    """The rule and the rate that stand beside every total."""
    return (
        f"数え方: 数える人 {_who(conditions.demand)} / 1人あたりの面積 {decimal_text(conditions.rate_m2)}㎡"
        f" / 職員 {staff_words(conditions)}"
    )


def named(names: Sequence[str], most: int = _MOST_NAMED) -> str:
    """Return the names, or the first of them and how many more there are."""
    if len(names) <= most:
        return joined(names)
    return f"{joined(names[:most])} ほか{len(names) - most}施設"


def _rate(conditions: CapacityConditions, own_rates: Mapping[Decimal, Sequence[str]]) -> str:
    words = f"{decimal_text(conditions.rate_m2)}㎡"
    if not own_rates:
        return words
    own = "、".join(
        f"{decimal_text(rate)}㎡ {named(names) if len(names) <= _MOST_OWN_RATES else f'{len(names)}施設'}"
        for rate, names in sorted(own_rates.items())
    )
    return f"{words}(施設で決めている面積: {own})"


def _district(conditions: CapacityConditions) -> tuple[tuple[str, str], ...]:
    if conditions.district_id is None:
        return ()
    counted = "の人だけで計算" if conditions.alone else "の分(全市の計算から)"
    return (("校区", f"{conditions.district_id}{counted}"),)


def _who(demand: Demand) -> str:
    if demand.share is None:
        return label(demand.rule)
    return f"名簿の{percent(demand.share)}(優先度の高い順)"


def staff_words(conditions: CapacityConditions) -> str:
    """Return how staff limits the places, with the share that comes and the people one looks after."""
    if conditions.staff is StaffShift.NONE:
        return label(conditions.staff)
    limit = f"1人につき{conditions.places_per_staff}人まで"
    if conditions.staff_share == 1:
        return f"{label(conditions.staff)}({limit})"
    return f"{label(conditions.staff)}の{percent(conditions.staff_share)}が来る({limit})"


def percent(share: Decimal) -> str:
    """Return 「40%」."""
    return f"{decimal_text(share * 100)}%"
