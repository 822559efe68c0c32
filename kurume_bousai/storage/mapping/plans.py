"""災害時マイプラン and 支援者 ↔ rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import SupporterId
from kurume_bousai.domain.plans import (
    DestinationKind,
    IndividualEvacuationPlan,
    PlanState,
    TravelMode,
)
from kurume_bousai.domain.supporters import Supporter

_PLAN_SAME: Final = (
    "plan_id", "member_id", "destination_id", "leave_at_level", "priority_score", "made_on", "review_on",
    "rehearsed_on", "version",
)  # fmt: skip
_SUPPORTER_SAME: Final = (
    "supporter_id", "name", "kana", "is_organisation", "phone", "address", "district_id", "neighborhood",
    "relation", "can_help_by_day", "can_help_by_night", "has_vehicle",
)  # fmt: skip


def plan_to_row(plan: IndividualEvacuationPlan) -> dict[str, Any]:
    """Every column of ``plans``; the supporters have rows of their own."""
    return {
        **{name: getattr(plan, name) for name in _PLAN_SAME},
        "state": plan.state.value,
        "destination_kind": plan.destination_kind.value,
        "travel_mode": None if plan.travel_mode is None else plan.travel_mode.value,
    }


def plan_links(plan: IndividualEvacuationPlan) -> list[dict[str, Any]]:
    """The rows of a plan's supporters, in order."""
    return [
        {"plan_id": plan.plan_id, "position": position, "supporter_id": supporter_id}
        for position, supporter_id in enumerate(plan.supporter_ids)
    ]


def plan_from_row(row: Mapping[Any, Any], supporter_ids: Sequence[str]) -> IndividualEvacuationPlan:
    """The plan of a row and its supporters' ids in order."""
    return IndividualEvacuationPlan(
        **{name: row[name] for name in _PLAN_SAME},
        state=PlanState(row["state"]),
        supporter_ids=tuple(SupporterId(supporter_id) for supporter_id in supporter_ids),
        destination_kind=DestinationKind(row["destination_kind"]),
        travel_mode=None if row["travel_mode"] is None else TravelMode(row["travel_mode"]),
    )


def supporter_to_row(supporter: Supporter) -> dict[str, Any]:
    """Every column of ``supporters``."""
    return {
        **{name: getattr(supporter, name) for name in _SUPPORTER_SAME},
        "lon": None if supporter.home is None else supporter.home.lon,
        "lat": None if supporter.home is None else supporter.home.lat,
        "consent": supporter.consent.value,
    }


def supporter_from_row(row: Mapping[Any, Any]) -> Supporter:
    """The supporter of a row."""
    return Supporter(
        **{name: row[name] for name in _SUPPORTER_SAME},
        home=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
        consent=ConsentState(row["consent"]),
    )
