"""渡す名簿の列: what of a person a recipient may read, as data per kind of body (⚙)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.bodies import Body, DataLevel, ceiling
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import Need, Reason, RosterMember, Sex


class RosterColumn(StrEnum):
    """名簿の列, in the order in which they stand on paper; the number stands before them."""

    NAME = "name"
    KANA = "kana"
    BORN_ON = "born_on"
    SEX = "sex"
    DISTRICT = "district"
    NEIGHBORHOOD = "neighborhood"
    ADDRESS = "address"
    PHONE = "phone"
    PHONE_SECOND = "phone_second"
    MAIL_OR_FAX = "mail_or_fax"
    COMMISSIONER = "commissioner"
    HOUSEHOLD = "household"
    INFORMATION = "information"
    NEEDS = "needs"
    POWER_HOURS = "power_hours"
    REASONS = "reasons"
    CARE_LEVEL = "care_level"
    CERTIFICATES = "certificates"
    DISEASE = "disease"


#: What tells of an illness or a disability by itself: nobody gets it but who has a reason written down.
HEALTH_COLUMNS: Final = frozenset(
    {RosterColumn.REASONS, RosterColumn.CARE_LEVEL, RosterColumn.CERTIFICATES, RosterColumn.DISEASE}
)

ColumnValue = str | int | float | date | Sex | frozenset[Need] | frozenset[Reason] | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """名簿情報: what a recipient may see of one person, and nothing else of them.

    ``values`` holds the columns of the recipient in their order; ``number`` is that of the list.
    """

    number: int
    values: tuple[tuple[RosterColumn, ColumnValue], ...] = field(repr=False)

    def value(self, column: RosterColumn) -> ColumnValue:
        """The value of one column; None where the recipient does not have it."""
        return dict(self.values).get(column)


def entry_of(member: RosterMember, columns: Iterable[RosterColumn]) -> RosterEntry:
    """Return what of a person stands in these columns."""
    wanted = frozenset(columns)
    ordered = (column for column in RosterColumn if column in wanted)
    return RosterEntry(member.number, tuple((column, _value(member, column)) for column in ordered))


def _value(member: RosterMember, column: RosterColumn) -> ColumnValue:
    special: Mapping[RosterColumn, ColumnValue] = {
        RosterColumn.NAME: member.shown_name,
        RosterColumn.KANA: member.shown_kana,
        RosterColumn.ADDRESS: " ".join(part for part in (member.address, member.building) if part),
        RosterColumn.DISTRICT: member.district_id or "",
        RosterColumn.HOUSEHOLD: member.household_size,
        RosterColumn.INFORMATION: member.information_means,
        RosterColumn.CERTIFICATES: (
            member.physical_grade, member.intellectual_grade, member.mental_grade,
        ),
    }  # fmt: skip
    if column in special:
        return special[column]
    value: ColumnValue = getattr(member, column.value)
    return value


#: Fields of a record that stand in a column of another name.
_FIELDS: Final[Mapping[str, RosterColumn]] = MappingProxyType(
    {
        "building": RosterColumn.ADDRESS,
        "district_id": RosterColumn.DISTRICT,
        "household_size": RosterColumn.HOUSEHOLD,
        "information_means": RosterColumn.INFORMATION,
        "physical_grade": RosterColumn.CERTIFICATES,
        "intellectual_grade": RosterColumn.CERTIFICATES,
        "mental_grade": RosterColumn.CERTIFICATES,
        "details.display_name": RosterColumn.NAME,
        "details.display_kana": RosterColumn.KANA,
    }
)


def columns_of(fields: Iterable[str]) -> frozenset[RosterColumn]:
    """Return the columns in which a change of these fields of a record would be seen."""
    own = {column.value for column in RosterColumn}
    return frozenset(
        RosterColumn(name) if name in own else _FIELDS[name]
        for name in fields
        if name in own or name in _FIELDS
    )


@dataclass(frozen=True, slots=True)
class BodyRule:
    """団体の種類ごとの決まり ⚙: the columns it gets, what must be in order first, how long a copy is good.

    ``health_reason``: why a body that is not the city gets a column of ``HEALTH_COLUMNS``.
    """

    columns: frozenset[RosterColumn]
    needs_agreement: bool = False
    needs_training: bool = False
    valid_days: int = 365
    health_reason: str = ""


_BASE: Final = frozenset({RosterColumn.NAME, RosterColumn.KANA, RosterColumn.ADDRESS})
_NEAR: Final = _BASE | {RosterColumn.PHONE, RosterColumn.NEEDS}
_AT_HOME: Final = frozenset({RosterColumn.BORN_ON, RosterColumn.SEX, RosterColumn.HOUSEHOLD})
_WHERE: Final = frozenset({RosterColumn.NEIGHBORHOOD})

#: The fewest columns each body needs for what it does. A city changes them in its own file.
DEFAULT_RULES: Final[Mapping[Body, BodyRule]] = MappingProxyType(
    {
        Body.CITY: BodyRule(_NEAR | _WHERE | _AT_HOME | HEALTH_COLUMNS | frozenset({RosterColumn.DISTRICT})),
        Body.FIRE_SERVICE: BodyRule(
            _NEAR | _WHERE | {RosterColumn.BORN_ON, RosterColumn.SEX, RosterColumn.DISTRICT}
        ),
        Body.POLICE: BodyRule(
            _BASE | {RosterColumn.BORN_ON, RosterColumn.SEX, RosterColumn.PHONE, RosterColumn.DISTRICT}
        ),
        Body.DISTRICT_ORGANIZATION: BodyRule(_NEAR | _WHERE, needs_agreement=True),
        Body.NEIGHBORHOOD_ASSOCIATION: BodyRule(_NEAR, needs_agreement=True),
        Body.WELFARE_COMMISSIONER: BodyRule(
            _NEAR | _WHERE | _AT_HOME | {RosterColumn.INFORMATION, RosterColumn.COMMISSIONER}
        ),
        Body.FIRE_CORPS: BodyRule(_BASE | _WHERE | {RosterColumn.NEEDS}),
        Body.DISTRICT_WELFARE_COUNCIL: BodyRule(
            (_BASE | _WHERE | {RosterColumn.PHONE}), needs_agreement=True
        ),
    }
)


def check_rule(body: Body, rule: BodyRule) -> None:
    """Refuse a rule that gives too much, or a list nobody could use.

    Raises
    ------
    KnownProblem
        ``recipient_symbols_only``, ``column_name``, ``column_health``, ``valid_days``.
    """
    if ceiling(body) is not DataLevel.REAL:
        raise KnownProblem(
            "recipient_symbols_only",
            "この種類の団体には、名前の入った名簿を渡せません。",
            advice="名前を見てよい団体の種類を選んでください。",
        )
    if RosterColumn.NAME not in rule.columns:
        raise KnownProblem(
            "column_name",
            "氏名のない名簿はつくれません。",
            where="列",
            advice="氏名の列を入れてください。",
        )
    if body is not Body.CITY and rule.columns & HEALTH_COLUMNS and not rule.health_reason.strip():
        raise KnownProblem(
            "column_health",
            "病気や障害がわかる列を渡すには、わけが必要です。",
            where="列",
            advice="その団体がなぜ必要とするかを書くか、その列を外してください。",
        )
    if not 1 <= rule.valid_days <= 366:
        raise KnownProblem(
            "valid_days",
            "写しを使える日数が正しくありません。",
            advice="1日から366日までにしてください。名簿は毎年入れかえます。",
        )
