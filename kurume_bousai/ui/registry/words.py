"""名簿のことば: what the list and the record say, and what they say while names are hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Final

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.dates import describe_birth, format_wareki, format_wareki_short
from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.domain.members import MemberRow, Need, RosterMember
from kurume_bousai.domain.names import to_hiragana, unusual_characters
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.privacy import HIDDEN_TEXT

NOTHING: Final = "—"
UNKNOWN: Final = "不明"
#: A digit, or a number in kanji before 番 or 号 (三百二番地). 一丁目 tells a part of town, no house.
_HOUSE_NUMBER: Final = re.compile(r"[0-9０-９]|[〇一二三四五六七八九十百千]+(?=[番号])")
_NO_PLAN: Final = frozenset({PlanState.NONE.value, ""})

#: Words of the fields of a record, for what a version changed.
FIELD_WORDS: Final[Mapping[str, str]] = {
    "name": "氏名", "kana": "フリガナ", "born_on": "生年月日", "sex": "性別", "postal_code": "郵便番号",
    "address": "住所", "building": "方書", "phone": "電話1", "phone_second": "電話2",
    "mail_or_fax": "メール・FAX", "district_id": "校区", "district_method": "校区の決め方",
    "neighborhood": "自治会", "commissioner": "民生委員", "reasons": "事由", "care_level": "要介護度",
    "physical_grade": "身障等級", "intellectual_grade": "療育", "mental_grade": "精神等級",
    "disease": "難病", "needs": "必要な支援", "power_hours": "電源の時間", "categories": "受入対象",
    "household_id": "世帯", "household_size": "同居人数", "companion_count": "同行者数",
    "information_means": "情報伝達手段", "registration": "登録", "consents": "同意",
    "has_protected_address": "支援措置", "home": "地図の位置", "home_story": "家の階",
    "flood_rank": "浸水", "screening_class": "区分", "note": "備考", "source": "提供元",
    "source_key": "提供元のID", "removed_on": "消除した日", "removal_reason": "消除の理由",
    "details": "くわしい記録",
}  # fmt: skip


def flood_words(rank: int | None) -> str:
    """3〜5m; — outside the mapped zones; 不明 without data. Outside is never called safe."""
    if rank is None:
        return UNKNOWN
    return NOTHING if rank == FloodRank.OUTSIDE else word_of(FloodRank(rank))


def consent_mark(state: ConsentState) -> State | None:
    """The sign before the answer in the list; agreement needs none."""
    return {
        ConsentState.GIVEN: None,
        ConsentState.UNANSWERED: State.UNKNOWN,
        ConsentState.REFUSED: State.SHORT,
        ConsentState.WITHDRAWN: State.SHORT,
    }[state]


def plan_words(plan_state: str) -> tuple[State | None, str]:
    """Sign and word of a plan in the list."""
    if plan_state in _NO_PLAN:
        return State.SHORT, "なし"
    state = PlanState(plan_state)
    marks = {
        PlanState.DUE: State.FEW,
        PlanState.NO_SUPPORTER: State.SHORT,
        PlanState.REFUSED: State.SHORT,
        PlanState.DRAFTING: None,
    }
    return marks.get(state), word_of(state)


def number_words(number: int) -> str:
    """番号 as it stands in the list: five digits."""
    return f"{number:05d}"


def reading_words(row: MemberRow) -> str:
    """The reading above the name, and a word where the name has letters other computers may not show."""
    reading = to_hiragana(row.kana)
    return f"外字 {reading}".strip() if unusual_characters(row.name) else reading


def needs_words(row: MemberRow | RosterMember) -> str:
    """電源、車いす for a screen reader."""
    return "、".join(word_of(need) for need in needs_in_order(row)) or "支援の必要なし"


def needs_in_order(row: MemberRow | RosterMember) -> list[Need]:
    """Needs in the order of RULEBOOK §2."""
    return [need for need in Need if need in row.needs]


def sign_list(row: MemberRow | RosterMember) -> str:
    """電椅: the signs in their order."""
    return "".join(need_sign(need) for need in needs_in_order(row))


def hidden_address(address: str) -> str:
    """The address up to its house number. Where no number can be found, nothing of it is shown."""
    found = _HOUSE_NUMBER.search(address)
    if found is None or found.start() == 0:
        return HIDDEN_TEXT
    return f"{address[: found.start()]}（番地はかくしています）"


def address_words(member: RosterMember, *, hidden: bool) -> str:
    """Address and building, or what may stand while names are hidden."""
    if hidden:
        return hidden_address(member.address) if member.address else NOTHING
    return " ".join(part for part in (member.address, member.building) if part) or NOTHING


def birth_words(member: RosterMember, today: date, *, hidden: bool) -> str:
    """昭和10年4月1日・91歳."""
    if member.born_on is None:
        return UNKNOWN
    return HIDDEN_TEXT if hidden else describe_birth(member.born_on, today)


def day_words(day: date | None) -> str:
    """A day in 和暦, or — where there is none."""
    return NOTHING if day is None else format_wareki(day)


def short_day(day: date | None) -> str:
    """R6.5.1, or nothing."""
    return "" if day is None else format_wareki_short(day)


def value_words(value: object) -> str:
    """A value that a file stated, as a person reads it."""
    if isinstance(value, date):
        return format_wareki(value)
    return word_of(value) if isinstance(value, Enum) else str(value)


def supporter_number(position: int) -> str:
    """S07: how a supporter is called while names are hidden; counts from 0."""
    return f"S{position + 1:02d}"
