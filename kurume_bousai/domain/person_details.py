"""本人のくわしい記録 (RULES B, the block 本人 to 特記 of the model form): read one person at a time.

Kept apart from what a list of 20,000 needs: nothing here stands in a list, a map, a count or a default
export. 要配慮個人情報 (devices, medicine, allergies, the state of body and mind) is all in here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.reasons import Reason


class Consideration(StrEnum):
    """避難時に配慮しなくてはならない事項 (RULES B)."""

    CANNOT_WALK = "cannot_walk"  # 立つことや歩行ができない
    CANNOT_HEAR = "cannot_hear"  # 音が聞こえない(聞き取りにくい)
    CANNOT_SEE = "cannot_see"  # 物が見えない(見えにくい)
    CANNOT_UNDERSTAND = "cannot_understand"  # 言葉や文字の理解がむずかしい
    CANNOT_JUDGE = "cannot_judge"  # 危険なことを判断できない
    CANNOT_RECOGNISE = "cannot_recognise"  # 顔を見ても知人や家族とわからない
    OTHER = "other"


class MedicalDevice(StrEnum):
    """医療的ケア・機器."""

    VENTILATOR = "ventilator"  # 人工呼吸器
    OXYGEN = "oxygen"  # 在宅酸素
    SUCTION = "suction"  # たんの吸引
    DIALYSIS = "dialysis"  # 透析
    TUBE_FEEDING = "tube_feeding"  # 経管栄養・胃ろう
    OTHER = "other"


class Mobility(StrEnum):
    """移動のしかた."""

    WALKS = "walks"  # 独歩
    CANE = "cane"  # 杖・歩行器
    WHEELCHAIR = "wheelchair"  # 車いす
    STRETCHER = "stretcher"  # ストレッチャー
    UNKNOWN = "unknown"


class Residence(StrEnum):
    """いま暮らしている所: the criteria ask for people who live at home. Never guessed from an address."""

    HOME = "home"  # 在宅
    FACILITY = "facility"  # 入所・入院
    UNKNOWN = "unknown"


class CommunicationMeans(StrEnum):
    """伝え合いのしかた."""

    SPEECH = "speech"  # 話して
    SIGN_LANGUAGE = "sign_language"  # 手話
    WRITING = "writing"  # 筆談
    BOARD = "board"  # 文字盤・絵カード
    TACTILE = "tactile"  # 触手話・指点字
    PLAIN_JAPANESE = "plain_japanese"  # やさしい日本語
    OTHER_LANGUAGE = "other_language"  # 多言語
    OTHER = "other"


class DeliveryMeans(StrEnum):
    """情報の届け方."""

    PHONE = "phone"  # 電話
    MAIL = "mail"  # メール・携帯の通知
    FAX = "fax"
    RADIO = "radio"  # 防災ラジオ・戸別受信機
    VISIT = "visit"  # 訪問・声かけ
    LIGHT = "light"  # 光や振動で知らせる機器
    BRAILLE = "braille"  # 点字・音声
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReasonRecord:
    """事由の記録: since when, until when, and from where one 事由 is known.

    ``RosterMember.reasons`` stays the set in force; these say what stands behind it.
    """

    reason: Reason = field(repr=False)
    detail: str = field(default="", repr=False)
    since: date | None = field(default=None, repr=False)
    until: date | None = field(default=None, repr=False)
    source: str = field(default="", repr=False)

    def holds_on(self, day: date) -> bool:
        """True where the record says nothing against that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Contact:
    """緊急連絡先, in the order in which they are called."""

    name: str = field(default="", repr=False)
    kinship: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HouseholdPerson:
    """家族・同居の人. One who is on the list too is linked and keeps no name here.

    The name of a linked person is looked up when it is shown, so that somebody who is hidden, has left the
    list or was made anonymous is named nowhere else.
    """

    name: str = field(default="", repr=False)
    kinship: str = field(default="", repr=False)
    link: MemberId | None = field(default=None, repr=False)
    goes_along: bool = field(default=False, repr=False)  # 一緒に避難する
    note: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.link is not None and self.name:
            object.__setattr__(self, "name", "")


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """本人のくわしい記録. Every field is personal; an empty one says that nothing is known.

    ``display_name`` and ``display_kana`` are how the name is written where its own characters (外字, IVS)
    cannot be; the name as received stays in ``RosterMember.name``. ``helpers_needed`` counts people.
    """

    display_name: str = field(default="", repr=False)
    display_kana: str = field(default="", repr=False)
    reason_records: tuple[ReasonRecord, ...] = field(default=(), repr=False)
    support_class: str = field(default="", repr=False)  # 障害支援区分
    disability: str = field(default="", repr=False)  # 障害名
    considerations: frozenset[Consideration] = field(default_factory=frozenset, repr=False)
    consideration_note: str = field(default="", repr=False)
    devices: frozenset[MedicalDevice] = field(default_factory=frozenset, repr=False)
    mobility: Mobility = field(default=Mobility.UNKNOWN, repr=False)
    helpers_needed: int | None = field(default=None, repr=False)
    communication: frozenset[CommunicationMeans] = field(default_factory=frozenset, repr=False)
    communication_note: str = field(default="", repr=False)
    delivery: frozenset[DeliveryMeans] = field(default_factory=frozenset, repr=False)
    language: str = field(default="", repr=False)
    allergies: str = field(default="", repr=False)
    medicine: str = field(default="", repr=False)
    belongings: str = field(default="", repr=False)  # 持出品
    pets: str = field(default="", repr=False)
    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    household: tuple[HouseholdPerson, ...] = field(default=(), repr=False)
    residence: Residence = field(default=Residence.UNKNOWN, repr=False)
    is_alone_by_day: bool | None = field(default=None, repr=False)  # 日中独居; None = not known
    usual_room: str = field(default="", repr=False)
    bedroom: str = field(default="", repr=False)
    house_structure: str = field(default="", repr=False)
    built_year: str = field(default="", repr=False)
    care_manager: str = field(default="", repr=False)
    clinic: str = field(default="", repr=False)
    services_used: str = field(default="", repr=False)


#: Nothing known but what the columns of the list say.
NO_DETAILS: Final = PersonDetails()
#: Fields of ``PersonDetails`` in their order.
DETAIL_FIELDS: Final = tuple(item.name for item in fields(PersonDetails))


def linked_ids(details: PersonDetails) -> tuple[MemberId, ...]:
    """Whom of the list the household names."""
    return tuple(one.link for one in details.household if one.link is not None)


def without_links(details: PersonDetails, unseen: frozenset[MemberId]) -> PersonDetails:
    """The details as somebody sees them for whom these people do not exist."""
    if not unseen.intersection(linked_ids(details)):
        return details
    seen = tuple(one for one in details.household if one.link not in unseen)
    return replace(details, household=seen)


def with_kept_links(
    details: PersonDetails, kept: PersonDetails, unseen: frozenset[MemberId]
) -> PersonDetails:
    """What is saved by somebody who could not see some of the linked people: those stay as they were."""
    there = set(linked_ids(details))
    left = tuple(one for one in kept.household if one.link in unseen and one.link not in there)
    return replace(details, household=(*details.household, *left)) if left else details


def led_on(details: PersonDetails, of: MemberId, to: MemberId) -> PersonDetails:
    """The details with a link led to another record of the same person; named twice, the first stays."""
    household: list[HouseholdPerson] = []
    for one in details.household:
        led = replace(one, link=to) if one.link == of else one
        at = next((i for i, kept in enumerate(household) if led.link and kept.link == led.link), None)
        if at is None:
            household.append(led)
        else:
            household[at] = replace(household[at], goes_along=household[at].goes_along or led.goes_along)
    return replace(details, household=tuple(household))


def companions_named(details: PersonDetails) -> int:
    """How many of the household are marked to go along; to be held against ``companion_count``."""
    return sum(one.goes_along for one in details.household)


def reasons_in_doubt(
    chosen: frozenset[Reason], details: PersonDetails, day: date
) -> tuple[frozenset[Reason], frozenset[Reason]]:
    """事由 whose records hold on the day but which are not in force, and those in force whose records ended.

    A 事由 without a record is in no doubt: many extracts give no days.
    """
    held = {record.reason for record in details.reason_records if record.holds_on(day)}
    ended = {
        record.reason
        for record in details.reason_records
        if record.until is not None and record.until < day and record.reason not in held
    }
    return frozenset(held - chosen), frozenset(ended & chosen)
