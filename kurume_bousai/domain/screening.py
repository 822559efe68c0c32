"""スクリーニング (ふりわけ): where a person is looked after best, judged at the shelter (RULES C)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.plans import TravelMode


class ScreeningClass(IntEnum):
    """区分 of the screening table (RULES C)."""

    TREATMENT = 1  # 治療が必要: 病院
    FULL_CARE = 2  # 日常生活に全介助が必要: 福祉避難所
    PARTIAL_CARE = 3  # 一部介助・見守りが必要: 個室(福祉避難室)
    INDEPENDENT = 4  # 自立: 大部屋


class Profession(StrEnum):
    """実施者の職種."""

    PUBLIC_HEALTH_NURSE = "public_health_nurse"
    NURSE = "nurse"
    DOCTOR = "doctor"
    CARE_MANAGER = "care_manager"
    SOCIAL_WORKER = "social_worker"
    CARE_WORKER = "care_worker"
    CITY_STAFF = "city_staff"
    OTHER = "other"


class ScreeningResult(StrEnum):
    """結果 of asking the wanted place."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


#: What is looked at, and where to: the words of the table (RULES C).
CLASS_STATES: Final[Mapping[ScreeningClass, str]] = {
    ScreeningClass.TREATMENT: "発熱・下痢・嘔吐など、すぐに治療がいる",
    ScreeningClass.FULL_CARE: (
        "食事・排泄・移動が一人でできない、胃ろう・寝たきり、酸素・吸引・透析、重い精神症状"
    ),
    ScreeningClass.PARTIAL_CARE: (
        "一部の介助や見守りがいる、産前産後・授乳、3歳以下とその親、医療処置を自分でできる、精神・発達の配慮がいる"
    ),
    ScreeningClass.INDEPENDENT: "歩けて健康、または家族の介助がある",
}
CLASS_PLACES: Final[Mapping[ScreeningClass, str]] = {
    ScreeningClass.TREATMENT: "病院",
    ScreeningClass.FULL_CARE: "福祉避難所",
    ScreeningClass.PARTIAL_CARE: "個室(福祉避難室)",
    ScreeningClass.INDEPENDENT: "大部屋",
}


@dataclass(frozen=True, slots=True)
class Screening:
    """スクリーニングの記録: one judgement of one person; only ever added.

    ``screened_at`` is when the person was looked at, ``recorded_at`` when it was typed (both aware).
    ``escort_count``: people who go along. ``arrived_at``: at the wanted place, None = not yet or unknown.
    """

    screening_id: str
    member_id: MemberId
    screening_class: ScreeningClass = field(repr=False)
    screened_at: datetime
    profession: Profession
    basis: str = field(default="", repr=False)
    wanted: str = field(default="", repr=False)
    transport: TravelMode | None = field(default=None, repr=False)
    escort_count: int = field(default=0, repr=False)
    result: ScreeningResult = field(default=ScreeningResult.WAITING, repr=False)
    arrived_at: datetime | None = field(default=None, repr=False)
    recorded_by: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScreeningCount:
    """区分ごとの人数 by the latest screening of each; 支援措置対象者 are in none (RULEBOOK §1).

    ``undated``: people whose 区分 came without a record of the screening, part of ``people``. Moments of
    the oldest and the newest of the latest screenings; None where no record has a moment.
    """

    screening_class: ScreeningClass
    people: int
    undated: int = 0
    oldest_at: datetime | None = None
    newest_at: datetime | None = None


def latest(screenings: Sequence[Screening]) -> Screening | None:
    """Return the one that holds: the last moment a person was looked at; of equal ones the last typed."""
    return max(screenings, key=_order, default=None)


def newest_first(screenings: Sequence[Screening]) -> list[Screening]:
    """Return the history with the one that holds on top."""
    return sorted(screenings, key=_order, reverse=True)


def _order(screening: Screening) -> tuple[datetime, datetime, str]:
    recorded = screening.recorded_at or screening.screened_at
    return screening.screened_at, recorded, screening.screening_id
