"""くわしい記録の列: an optional second set of columns of the list, each with how its cell is read.

The canonical columns (RULEBOOK §7) stay as they are; these may stand after them, in any number and order. An
empty cell says nothing and what is stored stays; 「なし」 empties the field.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from kurume_bousai.domain.names import fold
from kurume_bousai.domain.person_details import (
    CommunicationMeans,
    Consideration,
    Contact,
    DeliveryMeans,
    HouseholdPerson,
    MedicalDevice,
    Mobility,
    PersonDetails,
    Residence,
)
from kurume_bousai.services.people.checks import LONGEST, MOST_HELPERS

E = TypeVar("E", bound=StrEnum)

NONE_WORD: Final = "なし"
CONTACT_COLUMNS: Final = 2
_SEVERAL: Final = "いくつもあるときは「;」で区切ります。"
_KEEPS: Final = "空欄のときは登録済みの内容が残ります。消すときは「なし」と書きます。"
_UNREADABLE: Final = "detail_word_unknown"

#: Words of the file for the values of a set, besides those a person may write for the same thing.
CONSIDERATION_WORDS: Final[Mapping[str, Consideration]] = {
    "立つことや歩行ができない": Consideration.CANNOT_WALK, "歩行": Consideration.CANNOT_WALK,
    "音が聞こえない": Consideration.CANNOT_HEAR, "聞き取りにくい": Consideration.CANNOT_HEAR,
    "物が見えない": Consideration.CANNOT_SEE, "見えにくい": Consideration.CANNOT_SEE,
    "言葉や文字の理解がむずかしい": Consideration.CANNOT_UNDERSTAND,
    "危険なことを判断できない": Consideration.CANNOT_JUDGE,
    "顔を見ても知人や家族とわからない": Consideration.CANNOT_RECOGNISE, "そのほか": Consideration.OTHER,
    "その他": Consideration.OTHER,
}  # fmt: skip
DEVICE_WORDS: Final[Mapping[str, MedicalDevice]] = {
    "人工呼吸器": MedicalDevice.VENTILATOR, "在宅酸素": MedicalDevice.OXYGEN, "酸素": MedicalDevice.OXYGEN,
    "たんの吸引": MedicalDevice.SUCTION, "吸引": MedicalDevice.SUCTION, "透析": MedicalDevice.DIALYSIS,
    "経管栄養": MedicalDevice.TUBE_FEEDING, "胃ろう": MedicalDevice.TUBE_FEEDING,
    "そのほか": MedicalDevice.OTHER, "その他": MedicalDevice.OTHER,
}  # fmt: skip
MOBILITY_WORDS: Final[Mapping[str, Mobility]] = {
    "独歩": Mobility.WALKS, "歩ける": Mobility.WALKS, "杖": Mobility.CANE, "歩行器": Mobility.CANE,
    "杖・歩行器": Mobility.CANE, "車いす": Mobility.WHEELCHAIR, "車椅子": Mobility.WHEELCHAIR,
    "ストレッチャー": Mobility.STRETCHER, "寝台": Mobility.STRETCHER, "わからない": Mobility.UNKNOWN,
}  # fmt: skip
#: What offices write; kinds of care service too, where they leave no doubt. Others are told, not guessed.
RESIDENCE_WORDS: Final[Mapping[str, Residence]] = {
    "在宅": Residence.HOME, "自宅": Residence.HOME, "居宅": Residence.HOME, "居宅サービス": Residence.HOME,
    "入所・入院": Residence.FACILITY, "入所": Residence.FACILITY, "入院": Residence.FACILITY,
    "施設入所": Residence.FACILITY, "施設サービス": Residence.FACILITY,
    "介護老人福祉施設": Residence.FACILITY, "特別養護老人ホーム": Residence.FACILITY,
    "介護老人保健施設": Residence.FACILITY, "介護医療院": Residence.FACILITY,
    "障害者支援施設": Residence.FACILITY, "不明": Residence.UNKNOWN, "わからない": Residence.UNKNOWN,
}  # fmt: skip
COMMUNICATION_WORDS: Final[Mapping[str, CommunicationMeans]] = {
    "話して": CommunicationMeans.SPEECH, "手話": CommunicationMeans.SIGN_LANGUAGE,
    "筆談": CommunicationMeans.WRITING, "文字盤": CommunicationMeans.BOARD,
    "絵カード": CommunicationMeans.BOARD,
    "触手話": CommunicationMeans.TACTILE, "指点字": CommunicationMeans.TACTILE,
    "やさしい日本語": CommunicationMeans.PLAIN_JAPANESE, "多言語": CommunicationMeans.OTHER_LANGUAGE,
    "そのほか": CommunicationMeans.OTHER, "その他": CommunicationMeans.OTHER,
}  # fmt: skip
DELIVERY_WORDS: Final[Mapping[str, DeliveryMeans]] = {
    "電話": DeliveryMeans.PHONE, "メール": DeliveryMeans.MAIL, "携帯の通知": DeliveryMeans.MAIL,
    "FAX": DeliveryMeans.FAX, "防災ラジオ": DeliveryMeans.RADIO, "戸別受信機": DeliveryMeans.RADIO,
    "訪問": DeliveryMeans.VISIT, "声かけ": DeliveryMeans.VISIT, "光や振動": DeliveryMeans.LIGHT,
    "点字": DeliveryMeans.BRAILLE, "音声": DeliveryMeans.BRAILLE, "そのほか": DeliveryMeans.OTHER,
    "その他": DeliveryMeans.OTHER,
}  # fmt: skip
_ALONE_WORDS: Final = {
    "○": True,
    "はい": True,
    "一人": True,
    "いいえ": False,
    "×": False,
    "だれかいる": False,
}


@dataclass(frozen=True, slots=True)
class DetailColumn:
    """くわしい記録の列. ``choices`` where the cell holds exactly one of them."""

    name: str
    explanation: str
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DetailProblem:
    """読めないくわしい記録: column, the cell as received (personal), code and message."""

    column: str
    value: str = field(repr=False)
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class StatedDetails:
    """行が述べるくわしい記録: fields of ``PersonDetails`` to their values; contacts by their place.

    Empty = the row says nothing about any of them.
    """

    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problems: tuple[DetailProblem, ...] = field(default=(), repr=False)


def _words_of(words: Mapping[str, StrEnum]) -> str:
    return "、".join(words)


_TEXT_COLUMNS: Final[Mapping[str, str]] = {
    "表示する氏名": "display_name", "表示するフリガナ": "display_kana", "障害支援区分": "support_class",
    "障害名": "disability", "配慮の内容": "consideration_note", "伝え合いの注意": "communication_note",
    "使う言葉": "language", "アレルギー": "allergies", "服薬": "medicine", "持出品": "belongings",
    "ペット": "pets", "普段いる部屋": "usual_room", "寝室の位置": "bedroom", "家の構造": "house_structure",
    "建築年": "built_year", "担当ケアマネ": "care_manager", "かかりつけ医": "clinic",
    "利用事業所": "services_used",
}  # fmt: skip
_SET_COLUMNS: Final[Mapping[str, tuple[str, Mapping[str, StrEnum]]]] = {
    "避難時の配慮": ("considerations", CONSIDERATION_WORDS), "医療機器": ("devices", DEVICE_WORDS),
    "伝え合いのしかた": ("communication", COMMUNICATION_WORDS),
    "情報の届け方": ("delivery", DELIVERY_WORDS),
}  # fmt: skip
_CONTACT_PARTS: Final = {"氏名": "name", "続柄": "kinship", "電話": "phone", "住所": "address"}
_EXAMPLES: Final = {
    "表示する氏名": "架空 花子",
    "ペット": "犬1",
    "家の構造": "木造2階建て",
    "服薬": "血圧の薬",
}

DETAIL_COLUMNS: Final[tuple[DetailColumn, ...]] = (
    *(
        DetailColumn(name, f"{_SEVERAL}使える言葉: {_words_of(words)}。{_KEEPS}", next(iter(words)))
        for name, (_field, words) in _SET_COLUMNS.items()
    ),
    DetailColumn("移動のしかた", _KEEPS, "車いす", tuple(MOBILITY_WORDS)),
    DetailColumn(
        "在宅・入所",
        f"いま自宅で暮らしているか。対象者の判定に使います。{_KEEPS}",
        "在宅",
        tuple(RESIDENCE_WORDS),
    ),
    DetailColumn("介助に要る人数", f"0から{MOST_HELPERS}までの数。{_KEEPS}", "2"),
    DetailColumn(
        "日中の独居", f"日中は一人なら「○」、だれかいるなら「×」。{_KEEPS}", "○", ("○", "×", NONE_WORD)
    ),
    *(DetailColumn(name, _KEEPS, _EXAMPLES.get(name, "")) for name in _TEXT_COLUMNS),
    *(
        DetailColumn(f"緊急連絡先{place}{part}", f"呼ぶ順の{place}番め。{_KEEPS}")
        for place in range(1, CONTACT_COLUMNS + 1)
        for part in _CONTACT_PARTS
    ),
    DetailColumn("家族", f"「続柄:氏名」の形。{_SEVERAL}{_KEEPS}", "妻:架空 花子;孫:架空 春子"),
)
DETAIL_NAMES: Final = frozenset(column.name for column in DETAIL_COLUMNS)


def read_detail_cells(cells: Mapping[str, str]) -> StatedDetails:
    """What the cells of one row state; columns that are none of ``DETAIL_COLUMNS`` are passed over."""
    values: dict[str, Any] = {}
    problems: list[DetailProblem] = []
    contacts: dict[int, dict[str, str]] = {}
    for name, raw in cells.items():
        text = raw.strip()
        if not text or name not in DETAIL_NAMES:
            continue
        if len(text) > LONGEST:
            problems.append(DetailProblem(name, raw, "detail_too_long", f"{name}が長すぎます。読みません。"))
        elif name.startswith("緊急連絡先"):
            place, part = int(name[5]), name[6:]
            contacts.setdefault(place, {})[_CONTACT_PARTS[part]] = "" if text == NONE_WORD else text
        else:
            _read_cell(name, text, values, problems)
    if contacts:
        values["contacts"] = contacts
    return StatedDetails(values, tuple(problems))


def apply_stated(kept: PersonDetails, stated: StatedDetails) -> PersonDetails:
    """The details after a row: what it states takes the place, all else stays.

    People of the family who are linked to the list stay whatever a file says.
    """
    if not stated.values:
        return kept
    values = dict(stated.values)
    if "contacts" in values:
        values["contacts"] = _contacts(kept.contacts, values["contacts"])
    if "household" in values:
        linked = tuple(one for one in kept.household if one.link is not None)
        values["household"] = (*linked, *_family(kept, values["household"]))
    after = replace(kept, **values)
    return kept if after == kept else after


def _family(kept: PersonDetails, stated: tuple[HouseholdPerson, ...]) -> list[HouseholdPerson]:
    """A stated name keeps what is known of the same person: whether they go along, and the note."""
    known = {fold(one.name): one for one in kept.household if one.name}
    return [
        replace(before, kinship=one.kinship or before.kinship)
        if (before := known.get(fold(one.name))) is not None
        else one
        for one in stated
    ]


def _contacts(kept: tuple[Contact, ...], stated: Mapping[int, Mapping[str, str]]) -> tuple[Contact, ...]:
    """A place without a contact stays empty before others: moved up, the same file read again adds a twin."""
    found = list(kept)
    for place in sorted(stated):
        while len(found) < place:
            found.append(Contact())
        found[place - 1] = replace(found[place - 1], **stated[place])
    while found and found[-1] == Contact():
        found.pop()
    return tuple(found)


def _read_cell(name: str, text: str, values: dict[str, Any], problems: list[DetailProblem]) -> None:
    def unknown(what: str) -> None:
        message = f"{name}の「{what}」は読めません。この列の内容は変えません。"
        problems.append(DetailProblem(name, text, _UNREADABLE, message))

    is_none = text == NONE_WORD
    if name in _TEXT_COLUMNS:
        values[_TEXT_COLUMNS[name]] = "" if is_none else text
    elif name in _SET_COLUMNS:
        field_name, words = _SET_COLUMNS[name]
        found = frozenset() if is_none else _set(text, words, unknown)
        if found is not None:
            values[field_name] = found
    elif name == "移動のしかた":
        one = Mobility.UNKNOWN if is_none else _one(text, MOBILITY_WORDS)
        unknown(text) if one is None else values.update(mobility=one)
    elif name == "在宅・入所":
        place = Residence.UNKNOWN if is_none else _one(text, RESIDENCE_WORDS)
        unknown(text) if place is None else values.update(residence=place)
    elif name == "日中の独居":
        alone = None if is_none else _ALONE_WORDS.get(text)
        unknown(text) if alone is None and not is_none else values.update(is_alone_by_day=alone)
    elif name == "介助に要る人数":
        _read_helpers(text, values, unknown)
    else:
        values["household"] = () if is_none else tuple(_relative(part) for part in _parts(text))


def _read_helpers(text: str, values: dict[str, Any], unknown: Callable[[str], None]) -> None:
    digits = unicodedata.normalize("NFKC", text).removesuffix("人")
    if text == NONE_WORD:
        values["helpers_needed"] = None
    elif digits.isdecimal() and int(digits) <= MOST_HELPERS:
        values["helpers_needed"] = int(digits)
    else:
        unknown(text)


def _set(text: str, words: Mapping[str, E], unknown: Callable[[str], None]) -> frozenset[E] | None:
    """Whole or not at all: half of what somebody needs must not look like all of it."""
    parts = _parts(text)
    found = [_one(part, words) for part in parts]
    for part, one in zip(parts, found, strict=True):
        if one is None:
            unknown(part)
    return None if None in found else frozenset(one for one in found if one is not None)


def _one(text: str, words: Mapping[str, E]) -> E | None:
    wanted = fold(text)
    return next((value for word, value in words.items() if fold(word) == wanted), None)


def _relative(text: str) -> HouseholdPerson:
    kinship, colon, name = unicodedata.normalize("NFKC", text).partition(":")
    return HouseholdPerson(name.strip(), kinship.strip()) if colon else HouseholdPerson(text.strip())


def _parts(text: str) -> list[str]:
    for separator in ("；", "、", "，", ","):
        text = text.replace(separator, ";")
    return [part.strip() for part in text.split(";") if part.strip()]
