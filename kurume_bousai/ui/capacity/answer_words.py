"""答えの言葉: the verdict, the sum, the range while time ran out, the rule, the age of the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.dates import format_wareki, format_wareki_short, in_japan
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.placement import (
    PHASE_BANDS,
    PHASE_COST,
    PHASE_OFF_LIST,
    PHASE_POWER_FIRST,
    Phase,
    PlacementStatus,
)
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioTotals
from kurume_bousai.labels import phase_label
from kurume_bousai.ui.capacity.choices import Staffing, seconds_words, staffing_words

#: The phases that count everybody left out exactly once; ``power`` counts some of them beforehand.
_PEOPLE_PHASES: Final = (*PHASE_BANDS, PHASE_OFF_LIST)
_WEEKDAYS: Final = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Ages:
    """数の新しさ: when the list came in, and between which days the sites were confirmed."""

    roster_at: datetime | None = None
    sites: int = 0
    unconfirmed: int = 0
    oldest: date | None = None
    newest: date | None = None


def verdict(answer: CapacityAnswer) -> str:
    """「入りきれます」, 「入りきれません」 or that nobody goes."""
    if answer.demand_people == 0:
        return "行く人がいません"
    return "入りきれます" if answer.unplaced_people == 0 else "入りきれません"


def sum_words(answer: CapacityAnswer) -> str:
    """行く人 896 = 入れる 584 + 入れない 312."""
    return (
        f"行く人 {answer.demand_people:,} = 入れる {answer.placed_people:,}"
        f" + 入れない {answer.unplaced_people:,}"
    )


def fewest_left_out(answer: CapacityAnswer) -> int | None:
    """People that are left out however long one computes; None where nothing can be said.

    The bounds of the people-phases add up: each holds as long as the phases before it are no worse than
    found. They are those of the whole city, so a share of one 校区 has none.
    """
    if answer.status is not PlacementStatus.TIME_LIMIT:
        return None
    if answer.conditions.district_id is not None and not answer.conditions.alone:
        return None
    phases = [phase for phase in answer.phases if phase.name in _PEOPLE_PHASES]
    if not phases:
        return None
    return min(answer.unplaced_people, max(0, round(sum(phase.bound for phase in phases))))


def range_words(answer: CapacityAnswer) -> str:
    """「入れない人は 300人から312人のあいだ」, or how the answer stands; empty where it is proven."""
    if answer.status is not PlacementStatus.TIME_LIMIT:
        return ""
    spent = seconds_words(answer.conditions.time_limit_s)
    fewest, found = fewest_left_out(answer), answer.unplaced_people
    if fewest is None:
        return f"{spent}で見つけた入れ方です。もっと多くの人が入れる入れ方があるかもしれません。"
    if fewest == found:
        return f"入れない人の数はこれで決まりです。{spent}では、行き先の近さまでは決めきれませんでした。"
    if _only_the_last_is_open(answer.phases):
        return f"入れない人は {fewest:,}人から{found:,}人のあいだです。{spent}では決めきれませんでした。"
    return (
        f"{spent}で見つけた入れ方では {found:,}人です。もっと時間をかけると変わることがあります"
        f"(少なくとも {fewest:,}人は入れません)。"
    )


def _only_the_last_is_open(phases: tuple[Phase, ...]) -> bool:
    """Whether everybody before the last people-phase is proven: only then is what was found the most."""
    last = max(place for place, phase in enumerate(phases) if phase.name in _PEOPLE_PHASES)
    return all(phase.proven for phase in phases[:last])


def status_words(answer: CapacityAnswer) -> str:
    """How sure the answer is, and how long it took."""
    seconds = f"計算 {answer.solver_s:.1f}秒。"
    if answer.status is PlacementStatus.TIME_LIMIT:
        return f"{range_words(answer)}{seconds}"
    if answer.status is PlacementStatus.EMPTY:
        return f"この条件に当たる人か施設がありません。{seconds}"
    return f"これより良い入れ方はありません。{seconds}"


def places_words(answer: CapacityAnswer) -> str:
    """What the people were put into, in one line."""
    used = [site for site in answer.by_site if site.refusal is None]
    first = sum(site.usable for site in used if site.is_power_first)
    power = f"(うち電源優先 {first:,}人分)" if first else ""
    return f"使う {len(used)}施設の使える人数 {answer.usable_places:,}人分{power}。"


def card_notes(answer: CapacityAnswer) -> list[str]:
    """What has to be known beside the number itself."""
    conditions = answer.conditions
    words = []
    if conditions.hazard is not HazardScenario.NONE:
        unconfirmed = sum(site.is_fitness_unconfirmed for site in answer.by_site if site.refusal is None)
        words += [f"この災害での適否が未確認の {unconfirmed}施設も使っています。"] if unconfirmed else []
    if conditions.open_at_most is not None:
        words.append(f"開く {len(answer.opened)}施設は計算で選びました。「施設ごと」で見られます。")
    if answer.off_list.people:
        off = answer.off_list
        words.append(f"うち名簿外 {off.people:,} = 入れる {off.placed:,} + 入れない {off.unplaced:,}。")
    return [*words, "支援措置対象者は含みません。"]


def notes(answer: CapacityAnswer) -> list[str]:
    """Everything to be known beside the number: unconfirmed sites, people beyond the list, unknown homes."""
    words = card_notes(answer)
    if answer.homes_unknown:
        words.append(f"家の位置がわからない {answer.homes_unknown:,}人は校区の中心から数えました。")
    return words


def rule_words(answer: CapacityAnswer) -> str:
    """How places were counted."""
    conditions = answer.conditions
    words = (
        f"使える人数は、室ごとに ㎡ ÷ {conditions.rate_m2.normalize():f}㎡(端数は切り捨て)を足し、"
        "使えない場所を引いた数です。"
        "施設に決まった㎡があれば、その㎡で数えます。"
    )
    if conditions.staff is StaffShift.NONE:
        return f"{words}職員の数では制限していません。"
    who = staffing_words(Staffing(conditions.staff, conditions.staff_share))
    return (
        f"{words}{who}が1人で{conditions.places_per_staff}人までを見るとして、多いときはそこまでにします。"
        "職員の数がわからない施設は制限せず、未確認と書きます。"
    )


def phase_words(phase: Phase) -> tuple[str, str, str]:
    """A phase as (what, found, how sure)."""
    if phase.name == PHASE_COST:
        found = f"合わせて {phase.value / 1000:,.0f} 人・km"
    elif phase.name == PHASE_POWER_FIRST:
        found = f"電源のいらない人 {phase.value:,.0f}人"
    else:
        found = f"入れない人 {phase.value:,.0f}人"
    if phase.proven:
        return phase_label(phase.name), found, "これより良くなりません"
    if phase.name == PHASE_COST:
        return phase_label(phase.name), found, f"あと {phase.gap:.1%} 短くなるかもしれません"
    return phase_label(phase.name), found, f"{max(0, round(phase.bound)):,}人まで減るかもしれません"


def age_words(ages: Ages) -> str:
    """How old the figures are, in full."""
    roster = (
        f"名簿 {_day(in_japan(ages.roster_at).date())}に取込" if ages.roster_at else "名簿 取込の記録なし"
    )
    if not ages.sites:
        return roster
    if ages.oldest is None or ages.newest is None:
        return f"{roster}・施設の数 確認日なし"
    days = _day(ages.oldest) if ages.oldest == ages.newest else f"{_day(ages.oldest)}〜{_day(ages.newest)}"
    missing = f"(確認日なし {ages.unconfirmed}施設)" if ages.unconfirmed else ""
    return f"{roster}・施設の数 {days}に確認{missing}"


def short_age_words(ages: Ages) -> str:
    """How old the oldest figures are, short enough for the card."""
    roster = "取込の記録なし"
    if ages.roster_at is not None:
        roster = f"{format_wareki_short(in_japan(ages.roster_at).date())} 取込"
    words = [f"名簿 {roster}"]
    if ages.oldest is not None:
        words.append(f"施設 古いもので {format_wareki_short(ages.oldest)} 確認")
    if ages.unconfirmed:
        words.append(f"確認日なし {ages.unconfirmed}施設")
    return "・".join(words)


def totals_of(answer: CapacityAnswer) -> ScenarioTotals:
    """What is kept of an answer: totals, nobody's number."""
    return ScenarioTotals(
        demand_people=answer.demand_people,
        placed_people=answer.placed_people,
        unplaced_people=answer.unplaced_people,
        usable_places=answer.usable_places,
        is_proven=answer.status is not PlacementStatus.TIME_LIMIT,
    )


def saved_words(saved: SavedScenario, answer: CapacityAnswer) -> str:
    """Whether today's answer differs from the one a scenario was kept with."""
    when = moment_words(saved.saved_at)
    if saved.totals is None:
        return f"「{saved.name}」は{when}に、答えのないまま保存されました。"
    then, now = saved.totals, answer
    if then == totals_of(answer):
        return f"「{saved.name}」は、保存したとき({when})と同じ答えです。"
    return (
        f"「{saved.name}」の答えは、保存したとき({when})とちがいます。"
        f"入れない人 {then.unplaced_people:,}人 → いま {now.unplaced_people:,}人、"
        f"行く人 {then.demand_people:,}人 → いま {now.demand_people:,}人、"
        f"使える人数 {then.usable_places:,}人分 → いま {now.usable_places:,}人分。"
    )


def moment_words(moment: datetime) -> str:
    """令和8年10月3日(土) 14:05, on the clock of the hall."""
    here = in_japan(moment)
    return f"{_day(here.date())}({_WEEKDAYS[here.weekday()]}) {here:%H:%M}"


def _day(day: date) -> str:
    return format_wareki(day)
