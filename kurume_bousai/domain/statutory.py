"""法定項目の充足: which items of the statutory list (災対法49条の10②) a record still lacks."""

from __future__ import annotations

from enum import StrEnum

from kurume_bousai.domain.members import RosterMember, Sex


class StatutoryItem(StrEnum):
    """名簿の法定記載事項 1–6 (災対法49条の10②); 7 is whatever the mayor finds necessary."""

    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    ADDRESS = "address"
    PHONE = "phone"  # 電話番号その他の連絡先
    REASON = "reason"


def missing_items(member: RosterMember) -> tuple[StatutoryItem, ...]:
    """The items that are not filled, in the order of the law; empty = 法定項目は全部あります.

    Any way to reach the person (two telephones, mail or FAX) fills the item of contact.
    """
    filled = {
        StatutoryItem.NAME: bool(member.name.strip()),
        StatutoryItem.BIRTH: member.born_on is not None,
        StatutoryItem.SEX: member.sex is not Sex.UNKNOWN,
        StatutoryItem.ADDRESS: bool(member.address.strip()),
        StatutoryItem.PHONE: bool(
            member.phone.strip() or member.phone_second.strip() or member.mail_or_fax.strip()
        ),
        StatutoryItem.REASON: bool(member.reasons),
    }
    return tuple(item for item in StatutoryItem if not filled[item])
