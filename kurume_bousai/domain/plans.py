"""災害時マイプラン (個別避難計画): who helps, where to, how and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kurume_bousai.domain.ids import MemberId, PlanId, SiteId, SupporterId


class PlanState(StrEnum):
    """計画の状態 (RULES B): from nothing to trained and due for renewal."""

    NONE = "none"  # 未着手
    EXPLAINED = "explained"  # 説明済
    CONSENTED = "consented"  # 同意
    REFUSED = "refused"  # 不同意
    DRAFTING = "drafting"  # 作成中
    NO_SUPPORTER = "no_supporter"  # 支援者未定
    COMPLETE = "complete"  # 完成
    REHEARSED = "rehearsed"  # 訓練済
    DUE = "due"  # 要更新


#: States that count in プラン作成率 (RULEBOOK §5: 完成 or later).
COMPLETE_STATES = frozenset({PlanState.COMPLETE, PlanState.REHEARSED, PlanState.DUE})


class DestinationKind(StrEnum):
    """行先の種類."""

    WELFARE_SHELTER = "welfare_shelter"
    DESIGNATED_SHELTER = "designated_shelter"
    EMERGENCY_SITE = "emergency_site"
    RELATIVE = "relative"  # 親戚・知人宅
    UPSTAIRS = "upstairs"  # 自宅の上の階
    UNDECIDED = "undecided"


class TravelMode(StrEnum):
    """手段."""

    WALK = "walk"
    WHEELCHAIR = "wheelchair"
    CAR = "car"
    STRETCHER = "stretcher"
    WELFARE_VEHICLE = "welfare_vehicle"


@dataclass(frozen=True, slots=True)
class IndividualEvacuationPlan:
    """個別避難計画 (災害時マイプラン). ``leave_at_level`` is the 警戒レベル that starts it (3 or 4)."""

    plan_id: PlanId
    member_id: MemberId
    state: PlanState = PlanState.NONE
    supporter_ids: tuple[SupporterId, ...] = field(default=(), repr=False)
    destination_kind: DestinationKind = DestinationKind.UNDECIDED
    destination_id: SiteId | None = field(default=None, repr=False)
    travel_mode: TravelMode | None = field(default=None, repr=False)
    leave_at_level: int = 3
    priority_score: int | None = field(default=None, repr=False)
    made_on: date | None = None
    review_on: date | None = None
    rehearsed_on: date | None = None
    version: int = 1


#: Cut points of the priority bands (RULEBOOK §3, a setting of the city with this default).
BAND_CUT_POINTS = (70, 40)


def priority_band(score: int | None, cut_points: tuple[int, int] = BAND_CUT_POINTS) -> int:
    """Band 1–3 from the plan's score; no score = 3 (RULEBOOK §3)."""
    if score is None:
        return 3
    first, second = cut_points
    if score >= first:
        return 1
    return 2 if score >= second else 3
