"""紙の並べ方: in which order people stand on a list that is handed out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold

_NUMBER: Final = re.compile(r"\d+|[一二三四五六七八九十百]+(?=[区丁班組町部号])")
_TENS: Final = {"十": 10, "百": 100}
_ONES: Final = {letter: number for number, letter in enumerate("一二三四五六七八九", start=1)}


class PaperOrder(StrEnum):
    """並べ方 ⚙ of the papers with names."""

    KANA = "kana"  # 校区, 自治会, フリガナ
    NUMBER = "number"  # 名簿の番号


def in_paper_order(
    members: Iterable[RosterMember],
    order: PaperOrder,
    *,
    districts: Mapping[DistrictId, int],
    by_neighborhood: bool = True,
) -> tuple[RosterMember, ...]:
    """The people as they stand on paper: what is not known comes last in its group, then by number.

    Parameters
    ----------
    districts
        The place of each 校区 among the 46.
    by_neighborhood
        False where the paper has no column of the 自治会: a reader would see no order.
    """
    if order is PaperOrder.NUMBER:
        return tuple(sorted(members, key=lambda member: member.number))
    key = _key(districts, by_neighborhood=by_neighborhood)
    return tuple(sorted(members, key=key))


def _key(
    districts: Mapping[DistrictId, int], *, by_neighborhood: bool
) -> Callable[[RosterMember], tuple[object, ...]]:
    last = max(districts.values(), default=0) + 1

    def key(member: RosterMember) -> tuple[object, ...]:
        district = last if member.district_id is None else districts.get(member.district_id, last)
        where = neighborhood_key(member.neighborhood) if by_neighborhood else ""
        kana = kana_key(member.shown_kana)
        nowhere = by_neighborhood and not where
        return (district, nowhere, where, not kana, kana, member.number)

    return key


def kana_key(kana: str) -> str:
    """ひらがな without width, case and spaces, so that ｶｸｳ, カクウ and かくう stand together."""
    return fold(kana)


def neighborhood_key(name: str) -> str:
    """津福二区 before 津福十区, 2区 before 10区."""
    plain = unicodedata.normalize("NFKC", name).strip()
    return _NUMBER.sub(lambda found: f"{_value(found.group()):05d}", plain)


def _value(text: str) -> int:
    if text.isdecimal():
        return int(text)
    total = waiting = 0
    for letter in text:
        if letter in _TENS:
            total += max(1, waiting) * _TENS[letter]
            waiting = 0
        else:
            waiting = _ONES[letter]
    return total + waiting
