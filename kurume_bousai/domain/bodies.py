"""関係機関・団体: who sits at a table or receives a list, and how much they may see (RULEBOOK §1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Final


class DataLevel(IntEnum):
    """データ水準, ordered so that the lowest is the safest."""

    FICTIONAL = 0  # 架空: practice
    SYMBOL = 1  # 記号: number and need signs, place blurred to a 100 m cell
    REAL = 2  # 実名: name and house


class Body(StrEnum):
    """団体の種類: the city's real kinds of bodies."""

    CITY = "city"  # 市(福祉・防災)
    FIRE_SERVICE = "fire_service"
    POLICE = "police"
    DISTRICT_ORGANIZATION = "district_organization"  # 校区コミュニティ組織・自主防災組織
    NEIGHBORHOOD_ASSOCIATION = "neighborhood_association"  # 自治会・区 役員
    WELFARE_COMMISSIONER = "welfare_commissioner"  # 民生委員・児童委員
    FIRE_CORPS = "fire_corps"  # 消防団
    DISTRICT_WELFARE_COUNCIL = "district_welfare_council"  # 校区社協
    CITY_WELFARE_COUNCIL = "city_welfare_council"  # 市社協
    FUREAI_GROUP = "fureai_group"  # ふれあいの会
    DISASTER_ADVISER = "disaster_adviser"  # 防災士
    CARE_PROFESSIONAL = "care_professional"  # 福祉専門職
    TEACHER = "teacher"
    CHILD = "child"
    OTHER = "other"
    UNKNOWN = "unknown"


_REAL: Final = frozenset(
    {
        Body.CITY,
        Body.FIRE_SERVICE,
        Body.POLICE,
        Body.DISTRICT_ORGANIZATION,
        Body.NEIGHBORHOOD_ASSOCIATION,
        Body.WELFARE_COMMISSIONER,
        Body.FIRE_CORPS,
        Body.DISTRICT_WELFARE_COUNCIL,
    }
)
#: Bodies bound to their own 校区: outside it even they see symbols only.
OWN_DISTRICT_ONLY: Final = frozenset(
    {
        Body.DISTRICT_ORGANIZATION,
        Body.NEIGHBORHOOD_ASSOCIATION,
        Body.WELFARE_COMMISSIONER,
        Body.FIRE_CORPS,
        Body.DISTRICT_WELFARE_COUNCIL,
    }
)


def ceiling(body: Body) -> DataLevel:
    """The most a body may see at a table; anything not listed is 記号 at most."""
    return DataLevel.REAL if body in _REAL else DataLevel.SYMBOL


def table_level(bodies: Iterable[Body], *, practice: bool, outsiders: bool = False) -> DataLevel:
    """The lowest ceiling of those who sit at a table.

    A practice is always 架空. A table with nobody recorded is 記号, because who sits there is
    unknown. ``outsiders``: someone bound to another 校区 sits there, which also means 記号.
    """
    if practice:
        return DataLevel.FICTIONAL
    ceilings = [ceiling(body) for body in bodies]
    if not ceilings or outsiders:
        return DataLevel.SYMBOL
    return min(ceilings)
