"""列の言葉: what stands in the cells of a list that is handed out."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.labels.words import label, need_signs


def column_text(column: RosterColumn, value: object) -> str:
    """Return what stands in a cell of a list; "" where nothing is known."""
    if value is None:
        return ""
    if column in _UNITS:
        return _UNITS[column].format(value)
    if isinstance(value, date):
        return format_wareki(value)
    if isinstance(value, tuple):
        return "・".join(part for part in value if part)
    return _enum_text(column, value) if isinstance(value, Enum | frozenset) else str(value)


def _enum_text(column: RosterColumn, value: Enum | frozenset[Enum]) -> str:
    if isinstance(value, Enum):
        return label(value)
    if column is RosterColumn.NEEDS:
        return need_signs(frozenset(one for one in value if isinstance(one, Need)))
    kinds = {type(one) for one in value}
    return "・".join(label(one) for kind in kinds for one in kind if one in value)


#: Numbers that mean nothing without their unit.
_UNITS: Final = {RosterColumn.HOUSEHOLD: "{}人", RosterColumn.POWER_HOURS: "{:g}時間"}
