"""条件の選択肢: the values each word of the sentence can take, and how they are said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.widgets import Choice

#: Entries of a menu that open a window; never in force themselves.
ASK: Final = "ask"
ASK_FEW: Final = "ask_few"
Ask = Literal["ask", "ask_few"]

RATES: Final = (Decimal(1), Decimal("0.6"), Decimal("0.4"), Decimal("0.2"))
SHARES: Final = (Decimal("0.05"), Decimal("0.1"), Decimal("0.2"))
OFF_LIST: Final = (0, 50, 100, 300)
REACHES_M: Final = (None, 500.0, 1000.0, 2000.0, 3000.0, 5000.0)
PER_STAFF: Final = (3, 5, 10, 15)
LIMITS_S: Final = (10.0, 60.0, 120.0, 300.0, 600.0)
HALF: Final = Decimal("0.5")
_A_MINUTE: Final = 60

_WHO: Final = {
    DemandRule.PLAN: "マイプランで福祉避難所へ行く人",
    DemandRule.SCREENED: "スクリーニングで区分2・3の人",
    DemandRule.IN_HAZARD: "家が危険な区域の中にある人",
    DemandRule.ALL: "名簿の全員",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """開く施設: a share of the 37, sites closed by name, or at most so many chosen by the solver."""

    rate: Decimal = Decimal(1)
    closed: frozenset[SiteId] = frozenset()
    at_most: int | None = None

    @classmethod
    def of(cls, conditions: CapacityConditions) -> Opening:
        """Return what conditions say about opening."""
        return cls(conditions.open_rate, conditions.closed, conditions.open_at_most)


@dataclass(frozen=True, slots=True)
class Staffing:
    """職員: which shift, and the part of it that comes."""

    shift: StaffShift = StaffShift.DAY
    share: Decimal = Decimal(1)


def percent(share: Decimal) -> str:
    """「40%」, without zeros behind the point."""
    return f"{(share * 100).normalize():f}%"


def rate_words(rate_m2: Decimal) -> str:
    """「1人 4㎡」, without zeros behind the point."""
    return f"1人 {rate_m2.normalize():f}㎡"


def seconds_words(seconds: float) -> str:
    """「90秒」「2分」: whole minutes as minutes."""
    if seconds > _A_MINUTE and seconds % _A_MINUTE == 0:
        return f"{seconds / _A_MINUTE:.0f}分"
    return f"{seconds:g}秒"


# -- opening ------------------------------------------------------------------------------------


def opening_words(opening: Opening, count: int) -> str:
    """How many of ``count`` sites open, in the words of the sentence."""
    closed = f"閉じる {len(opening.closed)}施設" if opening.closed else ""
    if opening.at_most is not None:
        inside = "・".join(["どれを開くかは計算で選ぶ", *([closed] if closed else [])])
        return f"{opening.at_most}施設だけ({inside})"
    if not count:
        return "電源優先施設だけ"
    if opening.rate == 1 and not opening.closed:
        return f"{count}施設すべて"
    opens = math.floor(opening.rate * count)
    inside = "・".join([percent(opening.rate), *([closed] if closed else [])])
    return f"{count}施設のうち {opens}施設まで({inside})"


def opening_choices(now: Opening, count: int) -> list[Choice[Opening | Ask]]:
    """Shares of the 37 with the closed sites kept, and the two entries that open a window."""
    offered = [Opening(rate, now.closed) for rate in RATES]
    offered += [] if now in offered else [now]
    choices: list[Choice[Opening | Ask]] = [Choice(one, opening_words(one, count)) for one in offered]
    if now.closed:
        everyone = Opening(now.rate, frozenset(), now.at_most)
        choices.append(Choice(everyone, opening_words(everyone, count), "名前で閉じた施設を、また開く"))
    choices.append(Choice(ASK_FEW, "選ぶ", "N施設だけ開く(どれを開くかは計算で選ぶ)…"))
    choices.append(Choice(ASK, "選ぶ", "閉じる施設を選ぶ…"))
    return choices


# -- who, with whom, where ----------------------------------------------------------------------


def hazard_choices() -> list[Choice[HazardScenario]]:
    """The hazards by their words."""
    return [Choice(one, word_of(one)) for one in HazardScenario]


def who_words(demand: Demand) -> str:
    """Who is counted (RULEBOOK §3)."""
    if demand.rule is DemandRule.SHARE:
        return f"名簿の {percent(demand.share or Decimal(0))}の人"
    return _WHO[demand.rule]


def who_choices(now: Demand) -> list[Choice[Demand | Ask]]:
    """The demand rules of RULEBOOK §3; a share typed stays among them."""
    choices: list[Choice[Demand | Ask]] = [Choice(Demand(rule), words) for rule, words in _WHO.items()]
    for share in sorted({*SHARES, *([now.share] if now.share is not None else [])}):
        demand = Demand(DemandRule.SHARE, share)
        choices.append(Choice(demand, who_words(demand), f"{who_words(demand)}(優先度の高い順)"))
    return [*choices, Choice(ASK, "割合", "名簿のほかの割合を入れる…")]


def reach_words(reach_m: float | None) -> str:
    """「直線 1,000m まで」, 「限りなし」."""
    return "限りなし" if reach_m is None else f"歩いて・直線 {reach_m:,.0f}m まで"


def reach_choices(now: float | None) -> list[Choice[float | Ask | None]]:
    """Distances in metres, and the entry that asks for another."""
    typed = [] if now in REACHES_M else [now]
    choices: list[Choice[float | Ask | None]] = [
        Choice(one, reach_words(one)) for one in (*REACHES_M, *typed)
    ]
    return [*choices, Choice(ASK, "距離", "ほかの距離を入れる…")]


def off_list_choices(now: int) -> list[Choice[int | Ask]]:
    """Numbers of people beyond the list, and the entry that asks for another."""
    people: list[Choice[int | Ask]] = [Choice(one, f"{one:,}人") for one in sorted({*OFF_LIST, now})]
    return [*people, Choice(ASK, "人数", "ほかの人数を入れる…")]


# -- staff and time -----------------------------------------------------------------------------


def staffing_words(staffing: Staffing) -> str:
    """「昼の職員の半分」 and so on."""
    if staffing.shift is StaffShift.NONE:
        return "数にかかわらず"
    shift = "昼の職員" if staffing.shift is StaffShift.DAY else "夜の職員"
    if staffing.share == 1:
        return f"{shift}の全員"
    return f"{shift}の半分" if staffing.share == HALF else f"{shift}の {percent(staffing.share)}"


def staffing_choices(now: Staffing) -> list[Choice[Staffing]]:
    """Day, night, each halved, not counted."""
    offered = [
        Staffing(shift, share) for shift in (StaffShift.DAY, StaffShift.NIGHT) for share in (Decimal(1), HALF)
    ]
    offered.append(Staffing(StaffShift.NONE))
    offered += [] if now in offered else [now]
    menu = {HALF: "しか来られない", Decimal(1): "が来る"}
    return [
        Choice(
            one,
            staffing_words(one),
            "職員の数にかかわらず入れる"
            if one.shift is StaffShift.NONE
            else f"{staffing_words(one)}{menu.get(one.share, 'が来る')}",
        )
        for one in offered
    ]


def per_staff_choices(now: int) -> list[Choice[int]]:
    """People one member of staff looks after."""
    return [Choice(one, f"{one}人まで") for one in sorted({*PER_STAFF, now})]


def limit_choices(now: float) -> list[Choice[float]]:
    """How long may be computed."""
    return [Choice(one, f"{seconds_words(one)}まで") for one in sorted({*LIMITS_S, now})]


def unconfirmed_choices() -> list[Choice[UnconfirmedSites]]:
    """Sites whose fitness for the hazard nobody has confirmed."""
    return [
        Choice(UnconfirmedSites.USE, "使う"),
        Choice(UnconfirmedSites.EXCLUDE, "使わない"),
    ]


# -- the whole in one line ----------------------------------------------------------------------


def conditions_words(conditions: CapacityConditions, count: int) -> str:
    """The main conditions in one short line, for lists and comparisons."""
    parts = [word_of(conditions.hazard), opening_words(Opening.of(conditions), count)]
    parts.append(who_words(conditions.demand))
    parts.append("家族・介助者と" if conditions.with_companions else "本人だけで")
    parts.append(rate_words(conditions.rate_m2))
    return "・".join(parts)


def other_words(conditions: CapacityConditions) -> str:
    """The other conditions in one line."""
    staffing = Staffing(conditions.staff, conditions.staff_share)
    parts = [f"警戒レベル{conditions.stage}まで"]
    if staffing.shift is StaffShift.NONE:
        parts.append("職員の数にかかわらず")
    else:
        parts.append(f"{staffing_words(staffing)}が1人で{conditions.places_per_staff}人まで")
    parts.append(f"距離は{reach_words(conditions.reach_m)}")
    parts.append(f"名簿外 {conditions.off_list_people:,}人")
    if conditions.hazard is not HazardScenario.NONE:
        uses = conditions.unconfirmed is UnconfirmedSites.USE
        parts.append("適否が未確認の施設も使う" if uses else "適否が未確認の施設は使わない")
    parts.append(f"計算は{seconds_words(conditions.time_limit_s)}まで")
    return "・".join(parts)
