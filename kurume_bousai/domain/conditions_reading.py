"""保存した条件を読む: from the names of RULEBOOK §4 back to the choices, strictly.

The exact inverse of ``conditions_json``. A name that this program does not know refuses, because a question
with a choice left out would be another question with the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import (
    CapacityConditions,
    UnconfirmedSites,
    refuse_bad_conditions,
)
from kurume_bousai.domain.demand import parse_demand
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.json_values import flag, number, text, whole

_PROTECTED: Final = "protected_included"


def conditions_from_json(found: Mapping[str, object]) -> CapacityConditions:
    """Return the conditions; a name that an older program did not write takes its default.

    Raises
    ------
    KnownProblem
        ``conditions_newer``: a choice of a newer program; ``conditions_unreadable``: a value that is none;
        ``conditions``: a value RULEBOOK §4 does not know.
    """
    if found.keys() - _READERS.keys() - {_PROTECTED} or found.get(_PROTECTED, False) is not False:
        raise KnownProblem(
            "conditions_newer",
            "新しい版のソフトで保存した条件なので、この版では開けません。",
            advice="このソフトを新しい版にしてから開いてください。",
        )
    values: dict[str, Any] = {}
    for name, value in found.items():
        if name != _PROTECTED:
            field_name, read = _READERS[name]
            values[field_name] = _read(name, read, value)
    conditions = CapacityConditions(**values)
    refuse_bad_conditions(conditions)
    return conditions


def _read(name: str, read: Callable[[Any], object], value: object) -> object:
    try:
        return read(value)
    except (TypeError, ValueError, InvalidOperation, KnownProblem) as error:
        raise KnownProblem(
            "conditions_unreadable",
            "保存した条件に、読めない値があります。",
            where=f"--{name.replace('_', '-')}",
            advice="この条件を消して、もう一度保存してください。",
        ) from error


def _yes_no(value: object) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("yes or no is needed")
    return value == "yes"


def _decimal(value: object) -> Decimal:
    # Through the shortest text of the float: 0.1 is 0.1, not its binary neighbour.
    return Decimal(repr(number(value)))


def _maybe(read: Callable[[object], object]) -> Callable[[object], object]:
    return lambda value: None if value is None else read(value)


def _sites(value: object) -> frozenset[SiteId]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list is needed")
    return frozenset(SiteId(text(item)) for item in value)


#: Name of the option → field of ``CapacityConditions`` and how its value is read.
_READERS: Final[Mapping[str, tuple[str, Callable[[Any], object]]]] = {
    "rule": ("demand", lambda value: parse_demand(text(value))),
    "companions": ("with_companions", _yes_no),
    "off_list": ("off_list_people", whole),
    "rate": ("rate_m2", _decimal),
    "staff": ("staff", lambda value: StaffShift(text(value))),
    "staff_share": ("staff_share", _decimal),
    "per_staff": ("places_per_staff", whole),
    "hazard": ("hazard", lambda value: HazardScenario(text(value))),
    "unconfirmed": ("unconfirmed", lambda value: UnconfirmedSites(text(value))),
    "stage": ("stage", whole),
    "open_rate": ("open_rate", _decimal),
    "open_at_most": ("open_at_most", _maybe(whole)),
    "closed": ("closed", _sites),
    "reach": ("reach_m", _maybe(number)),
    "time_limit": ("time_limit_s", number),
    "district": ("district_id", _maybe(lambda value: DistrictId(text(value)))),
    "alone": ("alone", flag),
}
