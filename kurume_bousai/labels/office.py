"""The words of the office's work: emergency mode, data quality, the yearly update, activities."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.activities import ActivityKind, ActivityMeasure, ActivitySource
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.emergency import EmergencyEnd
from kurume_bousai.domain.yearly_update import YearlyStep
from kurume_bousai.services.ports.quality import QualityKind

OFFICE_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (Right.SWITCH_EMERGENCY, "災害時提供モードを始める・終える"),
    (Right.KEEP_ACTIVITIES, "活動の記録を書く"),
    (Topic.EMERGENCY, "災害時提供モード"),
    (Topic.YEARLY_UPDATE, "年に一度の更新"),
    (EmergencyEnd.BY_HAND, "人が終えた"),
    (EmergencyEnd.EVENT_FINISHED, "災害対応が終わった"),
    (EmergencyEnd.TIME_OVER, "決めた時になった"),
    (YearlyStep.NOTICE, "案内"),
    (YearlyStep.INQUIRY, "校区へ照会"),
    (YearlyStep.ANSWER, "回答"),
    (YearlyStep.APPLIED, "反映"),
    (YearlyStep.DONE, "済"),
    (ActivityKind.EXPLANATION, "名簿制度の説明"),
    (ActivityKind.TABLETOP, "図上訓練"),
    (ActivityKind.PLAN_LECTURE, "マイプラン出前講座"),
    (ActivityMeasure.TIMES, "実施回数"),
    (ActivityMeasure.PEOPLE, "参加人数"),
    (ActivityMeasure.DISTRICTS, "実施校区数"),
    (ActivitySource.PRINTED, "市の表の値"),
    (ActivitySource.PRINTED_NONE, "市の表で「-」"),
    (ActivitySource.RECORDED, "記録から数えた値"),
    (ActivitySource.NOT_RECORDED, "記録がない"),
    (QualityKind.NO_PHONE, "電話・連絡先がない"),
    (QualityKind.NO_DISTRICT, "校区がわからない"),
    (QualityKind.UNPLACED, "家の位置がない"),
    (QualityKind.NO_KANA, "フリガナがない"),
    (QualityKind.TOO_OLD, "110歳をこえている"),
    (QualityKind.DUPLICATE, "同じ人かもしれない"),
    (QualityKind.NO_CONSENT, "名簿の同意が未回答"),
    (QualityKind.FORM_UNRETURNED, "案内の返送がない"),
    (QualityKind.STATUTORY_GAP, "法律の項目がない"),
    (QualityKind.PLAN_WITHOUT_SUPPORTER, "計画に支援者がいない"),
)
