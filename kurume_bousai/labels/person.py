"""The words of one person's record: what is asked of the statutory list, and the details beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from kurume_bousai.domain.person_details import (
    CommunicationMeans,
    Consideration,
    DeliveryMeans,
    MedicalDevice,
    Mobility,
    Residence,
)
from kurume_bousai.domain.statutory import StatutoryItem

PERSON_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (Consideration.CANNOT_WALK, "立つことや歩行ができない"),
    (Consideration.CANNOT_HEAR, "音が聞こえない(聞き取りにくい)"),
    (Consideration.CANNOT_SEE, "物が見えない(見えにくい)"),
    (Consideration.CANNOT_UNDERSTAND, "言葉や文字の理解がむずかしい"),
    (Consideration.CANNOT_JUDGE, "危険なことを判断できない"),
    (Consideration.CANNOT_RECOGNISE, "顔を見ても知人や家族とわからない"),
    (Consideration.OTHER, "そのほか"),
    (MedicalDevice.VENTILATOR, "人工呼吸器"),
    (MedicalDevice.OXYGEN, "在宅酸素"),
    (MedicalDevice.SUCTION, "たんの吸引"),
    (MedicalDevice.DIALYSIS, "透析"),
    (MedicalDevice.TUBE_FEEDING, "経管栄養・胃ろう"),
    (MedicalDevice.OTHER, "そのほか"),
    (Mobility.WALKS, "独歩"),
    (Mobility.CANE, "杖・歩行器"),
    (Mobility.WHEELCHAIR, "車いす"),
    (Mobility.STRETCHER, "ストレッチャー"),
    (Mobility.UNKNOWN, "わからない"),
    (Residence.HOME, "在宅"),
    (Residence.FACILITY, "入所・入院"),
    (Residence.UNKNOWN, "不明"),
    (CommunicationMeans.SPEECH, "話して"),
    (CommunicationMeans.SIGN_LANGUAGE, "手話"),
    (CommunicationMeans.WRITING, "筆談"),
    (CommunicationMeans.BOARD, "文字盤・絵カード"),
    (CommunicationMeans.TACTILE, "触手話・指点字"),
    (CommunicationMeans.PLAIN_JAPANESE, "やさしい日本語"),
    (CommunicationMeans.OTHER_LANGUAGE, "多言語"),
    (CommunicationMeans.OTHER, "そのほか"),
    (DeliveryMeans.PHONE, "電話"),
    (DeliveryMeans.MAIL, "メール・携帯の通知"),
    (DeliveryMeans.FAX, "FAX"),
    (DeliveryMeans.RADIO, "防災ラジオ・戸別受信機"),
    (DeliveryMeans.VISIT, "訪問・声かけ"),
    (DeliveryMeans.LIGHT, "光や振動で知らせる機器"),
    (DeliveryMeans.BRAILLE, "点字・音声"),
    (DeliveryMeans.OTHER, "そのほか"),
    (StatutoryItem.NAME, "氏名"),
    (StatutoryItem.BIRTH, "生年月日"),
    (StatutoryItem.SEX, "性別"),
    (StatutoryItem.ADDRESS, "住所又は居所"),
    (StatutoryItem.PHONE, "電話番号その他の連絡先"),
    (StatutoryItem.REASON, "避難支援等を必要とする事由"),
)

#: What each field of ``PersonDetails`` is called, on the screen, in a file and in the history.
DETAIL_WORDS: Final[Mapping[str, str]] = {
    "display_name": "表示する氏名", "display_kana": "表示するフリガナ", "reason_records": "事由の記録",
    "support_class": "障害支援区分", "disability": "障害名", "considerations": "避難時の配慮",
    "consideration_note": "配慮の内容", "devices": "医療機器", "mobility": "移動のしかた",
    "helpers_needed": "介助に要る人数", "communication": "伝え合いのしかた",
    "communication_note": "伝え合いの注意", "delivery": "情報の届け方", "language": "使う言葉",
    "allergies": "アレルギー", "medicine": "服薬", "belongings": "持出品", "pets": "ペット",
    "contacts": "緊急連絡先", "household": "家族・同居の人", "residence": "在宅・入所",
    "is_alone_by_day": "日中の独居",
    "usual_room": "普段いる部屋", "bedroom": "寝室の位置", "house_structure": "家の構造",
    "built_year": "建築年", "care_manager": "担当ケアマネ・相談支援", "clinic": "かかりつけ医",
    "services_used": "利用事業所",
}  # fmt: skip
