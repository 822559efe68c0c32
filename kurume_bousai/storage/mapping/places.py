"""校区, sites and figures ↔ rows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import ActivityFigure, DistrictOutline, SchoolDistrict
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    OpeningState,
    Ownership,
    Room,
    Unlimited,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.domain.site_record import FacilityRecord, FigureSource, SiteFigure
from kurume_bousai.storage import codec

_DISTRICT_SAME: Final = (
    "district_id", "name", "kana", "part_of_city", "has_landslide_warning", "eligible_count",
    "eligible_on", "source", "verification",
)  # fmt: skip
_OUTLINE_SAME: Final = ("district_id", "wkb", "approximate", "valid_from", "valid_to", "source")
_FIGURE_SAME: Final = ("indicator", "fiscal_year", "value", "source")
_WELFARE_SAME: Final = (
    "site_id", "name", "short_name", "address", "phone", "district_id", "declared_capacity",
    "blocked_places", "power_kw", "power_hours", "staff_by_day", "staff_by_night", "opens_at_level",
    "opening_order", "is_power_first", "is_fictional", "verified_on", "source", "note",
)  # fmt: skip
_WELFARE_ENUMS: Final[Mapping[str, Any]] = {
    "ownership": Ownership,
    "designation": YesNoUnknown,
    "agreement": YesNoUnknown,
    "state": OpeningState,
    "verification": Verification,
}
_CARE_SAME: Final = (
    "facility_id", "office_number", "name", "service", "address", "phone", "district_id", "capacity",
    "capacity_text", "note", "source", "read_on", "adopted_as",
)  # fmt: skip
_DESIGNATED_SAME: Final = (
    "site_id", "name", "kind", "address", "district_id", "district_method", "capacity", "source",
)  # fmt: skip
_EMERGENCY_SAME: Final = (
    "site_id", "name", "address", "district_id", "source", "indoor_capacity", "outdoor_capacity",
    "capacity_text",
)  # fmt: skip

_Accepts = frozenset[AdmissionCategory] | Unlimited | None
_Limits = dict[Need, int | Unlimited | None]
_Fitness = dict[HazardScenario, Fitness]
_Sources = dict[SiteFigure, FigureSource]


def district_to_row(district: SchoolDistrict) -> dict[str, Any]:
    """Every column of ``districts``."""
    return {
        **{name: getattr(district, name) for name in _DISTRICT_SAME},
        "lon": district.point.lon,
        "lat": district.point.lat,
        "position": district.order,
    }


def district_from_row(row: Mapping[Any, Any]) -> SchoolDistrict:
    """The 校区 of a row."""
    return SchoolDistrict(
        **{name: row[name] for name in _DISTRICT_SAME},
        point=LonLat(row["lon"], row["lat"]),
        order=row["position"],
    )


def outline_to_row(outline: DistrictOutline, position: int) -> dict[str, Any]:
    """Every column of ``district_outlines``."""
    return {"position": position, **{name: getattr(outline, name) for name in _OUTLINE_SAME}}


def outline_from_row(row: Mapping[Any, Any]) -> DistrictOutline:
    """The outline of a row."""
    return DistrictOutline(**{name: row[name] for name in _OUTLINE_SAME})


def figure_to_row(figure: ActivityFigure) -> dict[str, Any]:
    """Every column of ``activity_figures``."""
    return {name: getattr(figure, name) for name in _FIGURE_SAME}


def figure_from_row(row: Mapping[Any, Any]) -> ActivityFigure:
    """The figure of a row."""
    return ActivityFigure(**{name: row[name] for name in _FIGURE_SAME})


def welfare_to_row(shelter: WelfareShelter) -> dict[str, Any]:
    """Every column of ``welfare_shelters``."""
    return {
        **{name: getattr(shelter, name) for name in _WELFARE_SAME},
        **{name: getattr(shelter, name).value for name in _WELFARE_ENUMS},
        "lon": None if shelter.point is None else shelter.point.lon,
        "lat": None if shelter.point is None else shelter.point.lat,
        "rooms": codec.dumps(shelter.rooms),
        "accepts": codec.dumps(shelter.accepts),
        "need_capacity": codec.dumps(shelter.need_capacity),
        "fitness": codec.dumps(shelter.fitness),
        "rate_m2": None if shelter.rate_m2 is None else str(shelter.rate_m2),
        "figure_sources": codec.dumps(shelter.figure_sources),
        "record": codec.dumps(shelter.record),
    }


def welfare_from_row(row: Mapping[Any, Any]) -> WelfareShelter:
    """The welfare shelter of a row."""
    return WelfareShelter(
        **{name: row[name] for name in _WELFARE_SAME},
        **{name: kind(row[name]) for name, kind in _WELFARE_ENUMS.items()},
        point=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
        rooms=codec.loads(tuple[Room, ...], row["rooms"]),
        accepts=codec.read(_Accepts, row["accepts"]),
        need_capacity=codec.loads(_Limits, row["need_capacity"]),
        fitness=codec.loads(_Fitness, row["fitness"]),
        rate_m2=None if row["rate_m2"] is None else Decimal(row["rate_m2"]),
        figure_sources=codec.loads(_Sources, row["figure_sources"]),
        record=codec.loads(FacilityRecord, row["record"]),
    )


def care_to_row(facility: CareFacility) -> dict[str, Any]:
    """Every column of ``care_facilities``."""
    return {
        **{name: getattr(facility, name) for name in _CARE_SAME},
        "lon": None if facility.point is None else facility.point.lon,
        "lat": None if facility.point is None else facility.point.lat,
    }


def care_from_row(row: Mapping[Any, Any]) -> CareFacility:
    """The 候補の施設 of a row."""
    return CareFacility(
        **{name: row[name] for name in _CARE_SAME},
        point=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
    )


def designated_to_row(shelter: DesignatedShelter) -> dict[str, Any]:
    """Every column of ``designated_shelters``."""
    return {
        **{name: getattr(shelter, name) for name in _DESIGNATED_SAME},
        "lon": shelter.point.lon,
        "lat": shelter.point.lat,
        "verification": shelter.verification.value,
    }


def designated_from_row(row: Mapping[Any, Any]) -> DesignatedShelter:
    """The 指定避難所 of a row."""
    return DesignatedShelter(
        **{name: row[name] for name in _DESIGNATED_SAME},
        point=LonLat(row["lon"], row["lat"]),
        verification=Verification(row["verification"]),
    )


def emergency_to_row(site: EmergencyEvacuationSite) -> dict[str, Any]:
    """Every column of ``emergency_sites``."""
    return {
        **{name: getattr(site, name) for name in _EMERGENCY_SAME},
        "lon": site.point.lon,
        "lat": site.point.lat,
        "hazards": codec.dumps(site.hazards),
    }


def emergency_from_row(row: Mapping[Any, Any]) -> EmergencyEvacuationSite:
    """The 指定緊急避難場所 of a row."""
    return EmergencyEvacuationSite(
        **{name: row[name] for name in _EMERGENCY_SAME},
        point=LonLat(row["lon"], row["lat"]),
        hazards=codec.loads(frozenset[str], row["hazards"]),
    )
