"""提供元: which kind of office an extract comes from, and whose word counts for which field (⚙)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.errors import KnownProblem


class SourceKind(StrEnum):
    """提供元の種類."""

    RESIDENT = "resident"  # 住民基本台帳
    CARE = "care"  # 介護保険
    DISABILITY = "disability"  # 障害者手帳・障害福祉
    OWN = "own"  # the city's own list: applications, letters, visits


_NAMES: Final = (
    (SourceKind.RESIDENT, ("住基", "住民基本", "住民票", "市民課", "戸籍")),
    (SourceKind.CARE, ("介護", "高齢", "長寿")),
    (SourceKind.DISABILITY, ("障害", "障がい", "障碍", "手帳", "難病", "保健")),
)


@lru_cache(maxsize=64)
def kind_of(source: str) -> SourceKind:
    """The kind a source's name suggests; the city may say otherwise (``SourceRules.kinds``)."""
    plain = unicodedata.normalize("NFKC", source)
    return next((kind for kind, words in _NAMES if any(word in plain for word in words)), SourceKind.OWN)


_RESIDENT_FIRST: Final = (SourceKind.RESIDENT, SourceKind.OWN, SourceKind.CARE, SourceKind.DISABILITY)
_CARE_FIRST: Final = (SourceKind.CARE, SourceKind.OWN, SourceKind.DISABILITY, SourceKind.RESIDENT)
_DISABILITY_FIRST: Final = (SourceKind.DISABILITY, SourceKind.OWN, SourceKind.CARE, SourceKind.RESIDENT)
_OWN_FIRST: Final = (SourceKind.OWN, SourceKind.CARE, SourceKind.DISABILITY, SourceKind.RESIDENT)

#: Fields that go together: an address without its position would place a home at another house.
ADDRESS_FIELDS: Final = ("address", "building", "postal_code", "home")
#: Sets to which every office adds; nobody's word takes away what another states.
JOINED_FIELDS: Final = ("reasons", "needs", "categories")
#: Whose word counts, first to last, by field of ``RosterMember``; "address" speaks for ``ADDRESS_FIELDS``.
PRECEDENCE: Final[Mapping[str, tuple[SourceKind, ...]]] = {
    **dict.fromkeys(
        ("name", "kana", "born_on", "sex", "address", "household_id", "household_size"), _RESIDENT_FIRST
    ),
    "care_level": _CARE_FIRST,
    **dict.fromkeys(("physical_grade", "intellectual_grade", "mental_grade", "disease"), _DISABILITY_FIRST),
    **dict.fromkeys(
        ("phone", "phone_second", "mail_or_fax", "neighborhood", "commissioner", "companion_count",
         "information_means", "note"),
        _OWN_FIRST,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceRules:
    """提供元の決めごと ⚙: kinds of sources by name, and whose word counts where it is not the default."""

    kinds: Mapping[str, SourceKind] = field(default_factory=lambda: MappingProxyType({}))
    precedence: Mapping[str, tuple[SourceKind, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name, order in self.precedence.items():
            if name not in PRECEDENCE or len(set(order)) != len(SourceKind):
                raise KnownProblem(
                    "source_rules_invalid",
                    "どの提供元の値を使うかの決めごとが読めません。",
                    where=name,
                    advice="項目ごとに、4つの提供元の種類を1回ずつ、使う順に並べます。",
                )

    def kind(self, source: str) -> SourceKind:
        """The kind of a source, as the city said or as its name suggests."""
        return self.kinds.get(source) or kind_of(source)

    def rank(self, field_name: str, source: str) -> int:
        """0 = its word counts first; a field without an order has one rank for all."""
        name = "address" if field_name in ADDRESS_FIELDS else field_name
        order = self.precedence.get(name) or PRECEDENCE.get(name)
        return order.index(self.kind(source)) if order else 0
