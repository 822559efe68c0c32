"""Every enum → 日本語, in this one place. Screens, papers and the glossary read the same words.

A word is what a person sees; the value of an enum is what is stored and never changes. ``Need`` also
has a one-letter sign (RULEBOOK §2). Reasons and phases of a placement are codes, not enums, and have
their words here too.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.access import Right, Role
from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import UnconfirmedSites
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.consents import ConsentKind, ConsentState, SharingMode
from kurume_bousai.domain.demand import DemandRule
from kurume_bousai.domain.hazards import Fitness, FloodRank, HazardScenario
from kurume_bousai.domain.improvements import SiteChangeKind
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.members import (
    AdmissionCategory,
    DistrictMethod,
    Need,
    Reason,
    RegistrationState,
    RemovalReason,
    Sex,
)
from kurume_bousai.domain.opening import OpeningCaution
from kurume_bousai.domain.operations import EntryKind, FeatureKind, OperationKind, OperationState
from kurume_bousai.domain.placement import (
    PHASE_BANDS,
    PHASE_COST,
    PHASE_OFF_LIST,
    PHASE_POWER,
    PHASE_POWER_FIRST,
    REASON_CAPACITY_UNKNOWN,
    REASON_CATEGORY,
    REASON_CATEGORY_UNKNOWN,
    REASON_CLOSED,
    REASON_FULL,
    REASON_HAZARD,
    REASON_TOO_FAR,
    CostUnit,
    DistanceKind,
    PlacementStatus,
    need_reason,
    need_unknown_reason,
)
from kurume_bousai.domain.plans import DestinationKind, PlanState, TravelMode
from kurume_bousai.domain.reception import PartyStage, ReceptionKind, RuleBroken
from kurume_bousai.domain.screening import Profession, ScreeningClass, ScreeningResult
from kurume_bousai.domain.session import PersonState
from kurume_bousai.domain.shelters import OpeningState, Ownership, Unlimited, Verification, YesNoUnknown
from kurume_bousai.domain.site_record import Equipment, SiteFigure
from kurume_bousai.labels.geo import GEO_PAIRS
from kurume_bousai.labels.hand_outs import HAND_OUT_PAIRS
from kurume_bousai.labels.letters import LETTER_PAIRS
from kurume_bousai.labels.maps import MAP_PAIRS
from kurume_bousai.labels.matching import MATCHING_PAIRS
from kurume_bousai.labels.office import OFFICE_PAIRS
from kurume_bousai.labels.papers import PAPER_PAIRS
from kurume_bousai.labels.person import PERSON_PAIRS
from kurume_bousai.labels.reading import READING_PAIRS
from kurume_bousai.services.ports.members import MemberFilter
from kurume_bousai.services.shelters.questions import QuestionKind

# Pairs, not a dict: a StrEnum hashes as its text, so Need.WHEELCHAIR and TravelMode.WHEELCHAIR would meet.
PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    *GEO_PAIRS,
    *LETTER_PAIRS,
    *MAP_PAIRS,
    *MATCHING_PAIRS,
    *HAND_OUT_PAIRS,
    *OFFICE_PAIRS,
    *PAPER_PAIRS,
    *PERSON_PAIRS,
    *READING_PAIRS,
    (Role.VIEWER, "閲覧(数だけ)"),
    (Role.FACILITATOR, "進行役"),
    (Role.DESK, "災害対応の担当"),
    (Role.CLERK, "名簿の担当"),
    (Role.ADMINISTRATOR, "管理者"),
    (Right.SEE_COUNTS, "数を見る"),
    (Right.SEE_PEOPLE, "人を見る"),
    (Right.EDIT_PEOPLE, "名簿を直す"),
    (Right.IMPORT_PEOPLE, "名簿を取り込む"),
    (Right.RUN_EXERCISE, "図上訓練を進める"),
    (Right.EDIT_SITES, "施設を直す"),
    (Right.EDIT_MAPS, "地図を直す"),
    (Right.PRINT_NAMED, "名前の入った紙を出す"),
    (Right.KEEP_OPERATORS, "操作者を管理する"),
    (Right.VERIFY_AUDIT, "監査記録を確かめる"),
    (Right.KEEP_CITY_RULES, "市の決めごとを変える"),
    (Right.KEEP_SCENARIOS, "容量の条件を保存する"),
    (Right.SCREEN_PEOPLE, "ふりわけを記録する"),
    (Right.RUN_RECEPTION, "受け入れの台帳を書く"),
    (DataLevel.FICTIONAL, "架空"),
    (DataLevel.SYMBOL, "記号"),
    (DataLevel.REAL, "実名"),
    (Body.CITY, "市(福祉・防災)"),
    (Body.FIRE_SERVICE, "消防"),
    (Body.POLICE, "警察"),
    (Body.DISTRICT_ORGANIZATION, "校区コミュニティ組織・自主防災組織"),
    (Body.NEIGHBORHOOD_ASSOCIATION, "自治会・区 役員"),
    (Body.WELFARE_COMMISSIONER, "民生委員・児童委員"),
    (Body.FIRE_CORPS, "消防団"),
    (Body.DISTRICT_WELFARE_COUNCIL, "校区社協"),
    (Body.CITY_WELFARE_COUNCIL, "市社協"),
    (Body.FUREAI_GROUP, "ふれあいの会"),
    (Body.DISASTER_ADVISER, "防災士"),
    (Body.CARE_PROFESSIONAL, "福祉専門職"),
    (Body.TEACHER, "教員"),
    (Body.CHILD, "児童"),
    (Body.OTHER, "その他"),
    (Body.UNKNOWN, "不明"),
    (StaffShift.DAY, "昼の職員数"),
    (StaffShift.NIGHT, "夜の職員数"),
    (StaffShift.NONE, "職員数では制限しない"),
    (UnconfirmedSites.USE, "使い、一覧に示す"),
    (UnconfirmedSites.EXCLUDE, "使わない"),
    (DemandRule.PLAN, "マイプランの行先が福祉避難所の人"),
    (DemandRule.SCREENED, "スクリーニングで区分2・3の人"),
    (DemandRule.IN_HAZARD, "自宅が危険な区域の中にある人"),
    (DemandRule.ALL, "名簿の全員"),
    (DemandRule.SHARE, "名簿の一部の割合"),
    (Topic.MEMBERS, "名簿"),
    (Topic.CONSENTS, "同意"),
    (Topic.PLANS, "マイプラン"),
    (Topic.SUPPORTERS, "支援者"),
    (Topic.SHELTERS, "避難所"),
    (Topic.DISTRICTS, "校区"),
    (Topic.BACKGROUNDS, "背景図"),
    (Topic.OPERATIONS, "訓練・災害対応"),
    (Topic.LEDGER, "提供台帳"),
    (Topic.ELIGIBILITY, "対象者の要件と判定"),
    (Topic.MAILINGS, "案内と返送"),
    (Topic.OPERATORS, "操作者"),
    (Topic.ACTIVITIES, "活動実績"),
    (Topic.IMPORTS, "取込"),
    (Topic.CITY_SETTINGS, "市の決めごと"),
    (Topic.SCENARIOS, "保存した条件"),
    (Topic.RECEPTION, "受け入れの台帳"),
    (ConsentKind.ROSTER, "名簿"),
    (ConsentKind.PLAN, "計画"),
    (ConsentKind.SUPPORTER, "支援者"),
    (ConsentState.UNANSWERED, "未回答"),
    (ConsentState.GIVEN, "同意"),
    (ConsentState.REFUSED, "不同意"),
    (ConsentState.WITHDRAWN, "撤回"),
    (SharingMode.OPT_IN, "同意した人だけ"),
    (SharingMode.OPT_OUT_BY_ORDINANCE, "条例により不同意の人を除く"),
    (SharingMode.EMERGENCY, "緊急時の提供"),
    (FloodRank.OUTSIDE, "想定区域の外(安全という意味ではありません)"),
    (FloodRank.UNDER_HALF, "0.5m未満"),
    (FloodRank.TO_THREE, "0.5〜3m"),
    (FloodRank.TO_FIVE, "3〜5m"),
    (FloodRank.TO_TEN, "5〜10m"),
    (FloodRank.TO_TWENTY, "10〜20m"),
    (FloodRank.OVER_TWENTY, "20m以上"),
    (HazardScenario.NONE, "災害を考えない"),
    (HazardScenario.FLOOD_L2, "洪水(想定最大)"),
    (HazardScenario.FLOOD_L1, "洪水(計画規模)"),
    (HazardScenario.INLAND, "内水"),
    (HazardScenario.LANDSLIDE, "土砂災害"),
    (HazardScenario.EARTHQUAKE, "地震"),
    (Fitness.FIT, "使える"),
    (Fitness.UNFIT, "使えない"),
    (Fitness.UNCONFIRMED, "未確認"),
    (InjectEffect.NONE, "知らせるだけ"),
    (InjectEffect.CLOSE_SITE, "施設が使えない"),
    (InjectEffect.REDUCE_STAFF, "職員が足りない"),
    (InjectEffect.BLOCK_ROAD, "道が通れない"),
    (InjectEffect.RAISE_LEVEL, "警戒レベルが上がる"),
    (Need.POWER, "電源"),
    (Need.WHEELCHAIR, "車いす"),
    (Need.STRETCHER, "寝台・ストレッチャー"),
    (Need.PRIVATE_ROOM, "個室"),
    (Need.CARE, "常時の介助・見守り"),
    (Need.INFANT, "乳幼児・妊産婦"),
    (AdmissionCategory.ELDERLY, "高齢"),
    (AdmissionCategory.PHYSICAL, "身体"),
    (AdmissionCategory.INTELLECTUAL, "知的"),
    (AdmissionCategory.MENTAL, "精神"),
    (AdmissionCategory.MATERNAL, "妊産婦・乳幼児"),
    (Sex.FEMALE, "女"),
    (Sex.MALE, "男"),
    (Sex.OTHER, "その他"),
    (Sex.UNKNOWN, "不明"),
    (Reason.CARE_LEVEL, "要介護"),
    (Reason.PHYSICAL_CERTIFICATE, "身体障害者手帳"),
    (Reason.INTELLECTUAL_CERTIFICATE, "療育手帳"),
    (Reason.MENTAL_CERTIFICATE, "精神障害者保健福祉手帳"),
    (Reason.INTRACTABLE_DISEASE, "難病"),
    (Reason.ELDERLY_HOUSEHOLD, "高齢者のみの世帯"),
    (Reason.MATERNAL_INFANT, "妊産婦・乳幼児"),
    (Reason.EQUIVALENT, "これらに準じる人"),
    (RegistrationState.NOT_INVITED, "未案内"),
    (RegistrationState.INVITED, "案内済"),
    (RegistrationState.APPLIED, "申込済"),
    (RegistrationState.DECLINED, "辞退"),
    (DistrictMethod.STATED, "書かれたとおり"),
    (DistrictMethod.POLYGON, "区域から判定"),
    (DistrictMethod.NEAREST, "最も近い校区"),
    (DistrictMethod.UNKNOWN, "不明"),
    (RemovalReason.DIED, "死亡"),
    (RemovalReason.MOVED_OUT, "転出"),
    (RemovalReason.ADMITTED, "入所・長期入院"),
    (RemovalReason.NO_LONGER_ELIGIBLE, "要件に当たらなくなった"),
    (RemovalReason.IMPORT_UNDONE, "取込の取り消し"),
    (RemovalReason.MERGED, "ほかの記録とまとめた"),
    (RemovalReason.ABSENT_FROM_WHOLE_FILE, "全件ファイルにない"),
    (OperationKind.EXERCISE, "図上訓練"),
    (OperationKind.EVENT, "災害対応"),
    (OperationState.PREPARED, "準備中"),
    (OperationState.RUNNING, "進行中"),
    (OperationState.FINISHED, "終了"),
    (EntryKind.SESSION_STARTED, "訓練を始めた"),
    (EntryKind.TASK_STARTED, "問いを始めた"),
    (EntryKind.TIME_ADDED, "時間を足した"),
    (EntryKind.TABLE_DONE, "班ができたと伝えた"),
    (EntryKind.FEATURE_DRAWN, "地図に描いた"),
    (EntryKind.FEATURE_REMOVED, "地図から消した"),
    (EntryKind.ASSIGNED, "決めた"),
    (EntryKind.UNASSIGNED, "決めたことを取り消した"),
    (EntryKind.INJECT_PLAYED, "状況カードを出した"),
    (EntryKind.SITE_CLOSED, "施設が使えなくなった"),
    (EntryKind.SITE_REOPENED, "施設がまた使えるようになった"),
    (EntryKind.STAFF_CHANGED, "職員の数が変わった"),
    (EntryKind.LEVEL_RAISED, "警戒レベルが上がった"),
    (EntryKind.PARTICIPANTS_CHANGED, "参加者が変わった"),
    (EntryKind.NAMES_SHOWN, "名前を見た"),
    (EntryKind.NOTE_ADDED, "書きとめた"),
    (EntryKind.UNDONE, "ひとつ戻した"),
    (EntryKind.SESSION_FINISHED, "訓練を終えた"),
    (FeatureKind.ASSEMBLY_POINT, "集合場所"),
    (FeatureKind.DANGER, "危険"),
    (FeatureKind.BLOCKED_ROAD, "通れない道"),
    (FeatureKind.ROUTE, "経路"),
    (FeatureKind.RESOURCE, "資源"),
    (FeatureKind.REGION, "区域"),
    (FeatureKind.NOTE, "文字"),
    (CostUnit.PEOPLE, "人数×距離"),
    (CostUnit.PARTY, "組×距離"),
    (DistanceKind.EUCLID, "直線距離"),
    (DistanceKind.FLOOR, "直線距離(1m未満切り捨て)"),
    (PlacementStatus.OPTIMAL, "これより良い入れ方はありません"),
    (PlacementStatus.TIME_LIMIT, "時間内に見つけた入れ方です"),
    (PlacementStatus.EMPTY, "対象の人か施設がありません"),
    (SiteChangeKind.PLACES, "入れる人数を増やす"),
    (SiteChangeKind.UNITS, "受け入れる枠を増やす"),
    (SiteChangeKind.CONFIRM_NEED, "受け入れる枠を確かめる"),
    (SiteChangeKind.CONFIRM_CAPACITY, "床面積を確かめる"),
    (SiteChangeKind.ACCEPT, "受入対象を広げるか確かめる"),
    (SiteChangeKind.OPEN, "施設を開く"),
    (SiteChangeKind.REACH, "もっと遠くへ行く"),
    (PlanState.NONE, "未着手"),
    (PlanState.EXPLAINED, "説明済"),
    (PlanState.CONSENTED, "同意"),
    (PlanState.REFUSED, "不同意"),
    (PlanState.DRAFTING, "作成中"),
    (PlanState.NO_SUPPORTER, "支援者未定"),
    (PlanState.COMPLETE, "完成"),
    (PlanState.REHEARSED, "訓練済"),
    (PlanState.DUE, "要更新"),
    (DestinationKind.WELFARE_SHELTER, "福祉避難所"),
    (DestinationKind.DESIGNATED_SHELTER, "指定避難所"),
    (DestinationKind.EMERGENCY_SITE, "指定緊急避難場所"),
    (DestinationKind.RELATIVE, "親戚・知人宅"),
    (DestinationKind.UPSTAIRS, "自宅の上の階"),
    (DestinationKind.UNDECIDED, "未定"),
    (TravelMode.WALK, "徒歩"),
    (TravelMode.WHEELCHAIR, "車いす"),
    (TravelMode.CAR, "車"),
    (TravelMode.STRETCHER, "ストレッチャー"),
    (TravelMode.WELFARE_VEHICLE, "福祉車両"),
    (PersonState.DECIDED, "支援者も行先も決まった"),
    (PersonState.PARTLY, "どちらかがまだ"),
    (PersonState.NO_SUPPORTER, "支援者がいない"),
    (PersonState.UNKNOWN, "わからない"),
    (YesNoUnknown.YES, "あり"),
    (YesNoUnknown.NO, "なし"),
    (YesNoUnknown.UNKNOWN, "不明"),
    (SiteFigure.DESIGNATION, "指定・協定"),
    (SiteFigure.ROOMS, "室と床面積"),
    (SiteFigure.BLOCKED, "使えない人数"),
    (SiteFigure.STAFF, "職員"),
    (SiteFigure.ACCEPTS, "受入対象"),
    (SiteFigure.NEEDS, "必要な支援の受け入れ"),
    (SiteFigure.POWER, "電源"),
    (SiteFigure.FITNESS, "災害ごとの適否"),
    (Equipment.ACCESSIBLE_TOILET, "バリアフリートイレ"),
    (Equipment.ELEVATOR, "エレベーター"),
    (Equipment.RAMP, "スロープ"),
    (Equipment.EMERGENCY_POWER, "非常用電源"),
    (Equipment.WATER, "給水"),
    (Equipment.BATH, "入浴"),
    (Equipment.TRANSPORT, "送迎車"),
    (Equipment.PRIVATE_ROOM, "個室・多目的室"),
    (QuestionKind.FLOOR, "床面積が不明"),
    (QuestionKind.ACCEPTS, "受入対象が不明"),
    (QuestionKind.FLOOR_PARTLY, "床面積の不明な室がある"),
    (QuestionKind.POSITION, "位置が不明"),
    (QuestionKind.NEEDS, "支援の受け入れ数が不明"),
    (QuestionKind.POWER, "発電の出力か時間が不明"),
    (QuestionKind.STAFF, "職員数が不明"),
    (QuestionKind.FITNESS, "適否が未確認"),
    (QuestionKind.DESIGNATION, "指定・協定が不明"),
    (QuestionKind.UNDATED, "確認日がない"),
    (QuestionKind.STALE, "確認から12か月を過ぎた"),
    (Ownership.PUBLIC, "公共施設"),
    (Ownership.WELFARE_FACILITY, "福祉施設"),
    (OpeningState.UNOPENED, "未開設"),
    (OpeningState.OPEN, "開設"),
    (OpeningState.CLOSED, "閉鎖"),
    (OpeningCaution.UNFIT, "この災害のときは使えない施設です。"),
    (OpeningCaution.FITNESS_UNCONFIRMED, "この災害のときに使えるか、確認していません。"),
    (OpeningCaution.TOO_EARLY, "もっと後の警戒レベルで開く施設です。"),
    (OpeningCaution.CAPACITY_UNKNOWN, "床面積がわからないため、入れる人数がわかりません。"),
    (OpeningCaution.ACCEPTS_UNKNOWN, "受入対象がわからないため、誰を入れてよいかわかりません。"),
    (OpeningCaution.NO_AGREEMENT, "指定も協定も確認されていません。"),
    (Verification.CONFIRMED, "確認済"),
    (Verification.UNCONFIRMED, "未確認"),
    (Verification.STALE, "古い"),
    (ReceptionKind.REQUESTED, "要請"),
    (ReceptionKind.OFFERED, "可"),
    (ReceptionKind.REFUSED, "断り"),
    (ReceptionKind.ASSIGNED, "割当"),
    (ReceptionKind.ADMITTED, "入所"),
    (ReceptionKind.LEFT, "退所"),
    (ReceptionKind.TRANSFERRED, "移送"),
    (ReceptionKind.HEAD_COUNTED, "人数の報告"),
    (ReceptionKind.REPORTED, "状況連絡"),
    (ReceptionKind.CANCELLED, "訂正"),
    (PartyStage.REQUESTED, "要請中"),
    (PartyStage.OFFERED, "受入れ可"),
    (PartyStage.REFUSED, "断られた"),
    (PartyStage.ASSIGNED, "割当ずみ"),
    (PartyStage.ADMITTED, "入所中"),
    (PartyStage.LEFT, "退所ずみ"),
    (RuleBroken.ALREADY_ADMITTED, "もう施設に入っている"),
    (RuleBroken.NOT_HERE, "この施設に入っていない"),
    (RuleBroken.NOT_ASKED, "この施設に要請が出ていない"),
    (RuleBroken.OTHER_SOURCE, "別の施設に入っている"),
    (RuleBroken.SAME_SITE, "移る前と移る先が同じ"),
    (RuleBroken.TOO_MANY, "いる人数と合わない"),
    (RuleBroken.NO_PEOPLE, "人数がない"),
    (ScreeningClass.TREATMENT, "治療が必要"),
    (ScreeningClass.FULL_CARE, "日常生活に全介助が必要"),
    (ScreeningClass.PARTIAL_CARE, "一部介助・見守りが必要"),
    (ScreeningClass.INDEPENDENT, "自立"),
    (Profession.PUBLIC_HEALTH_NURSE, "保健師"),
    (Profession.NURSE, "看護師"),
    (Profession.DOCTOR, "医師"),
    (Profession.CARE_MANAGER, "介護支援専門員"),
    (Profession.SOCIAL_WORKER, "相談員・社会福祉士"),
    (Profession.CARE_WORKER, "介護職"),
    (Profession.CITY_STAFF, "市の職員"),
    (Profession.OTHER, "その他"),
    (ScreeningResult.WAITING, "待機"),
    (ScreeningResult.ACCEPTED, "受入"),
    (ScreeningResult.REFUSED, "断り"),
    (Unlimited.UNLIMITED, "制限なし"),
    (MemberFilter.ALL, "全員"),
    (MemberFilter.NO_SUPPORTER, "支援者がいない"),
    (MemberFilter.NO_PLAN, "計画がない"),
    (MemberFilter.NO_CONSENT, "同意がない"),
    (MemberFilter.NEEDS_POWER, "電源がいる"),
    (MemberFilter.DEEP_FLOOD, "浸水3m以上"),
    (MemberFilter.NO_DISTRICT, "校区がわからない"),
    (MemberFilter.UNPLACED, "地図に位置がない"),
    (MemberFilter.NOT_APPLIED, "申込がない"),
    (MemberFilter.PROTECTED, "支援措置対象者"),
)
_WORDS: Final = {(type(member), member.name): word for member, word in PAIRS}


def label(enum_member: Enum) -> str:
    """Return the Japanese word of any enum member of ``domain`` (or a filter of the list).

    Raises
    ------
    KeyError
        The member has no word: a defect that the test of this module catches.
    """
    return _WORDS[type(enum_member), enum_member.name]


_NEED_SIGNS: Final[dict[Need, str]] = {
    Need.POWER: "電",
    Need.WHEELCHAIR: "椅",
    Need.STRETCHER: "寝",
    Need.PRIVATE_ROOM: "個",
    Need.CARE: "介",
    Need.INFANT: "乳",
}

REASONS: Final[dict[str, str]] = {
    REASON_FULL: "満員",
    REASON_CATEGORY: "受入対象外",
    REASON_CATEGORY_UNKNOWN: "受入対象が未確認",
    REASON_CAPACITY_UNKNOWN: "床面積が不明(要確認)",
    REASON_CLOSED: "開いていない",
    REASON_HAZARD: "この災害では使えない",
    REASON_TOO_FAR: "遠すぎる",
    **{need_reason(need): f"{label(need)}の枠がない" for need in Need},
    **{need_unknown_reason(need): f"{label(need)}の枠が未確認" for need in Need},
}

PHASES: Final[dict[str, str]] = {
    PHASE_POWER: "電源がいる人を先に",
    PHASE_BANDS[0]: "優先度1の人",
    PHASE_BANDS[1]: "優先度2の人",
    PHASE_BANDS[2]: "優先度3の人",
    PHASE_OFF_LIST: "名簿外の人",
    PHASE_POWER_FIRST: "電源優先施設を電源のいる人に残す",
    PHASE_COST: "移動の距離を短く",
}


def need_sign(need: Need) -> str:
    """Return 電 椅 寝 個 介 乳: the sign on the map, the list and the papers."""
    return _NEED_SIGNS[need]


def need_signs(needs: frozenset[Need]) -> str:
    """Return the signs of several needs in the fixed order of the enum; empty where there is none."""
    return "".join(_NEED_SIGNS[need] for need in Need if need in needs)


def reason_label(code: str) -> str:
    """Return the words for a reason of RULEBOOK §4."""
    return REASONS[code]


def phase_label(code: str) -> str:
    """Return the words for a phase of the placement."""
    return PHASES[code]
