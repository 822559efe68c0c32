"""What a file of sites holds, as the readers give it and before it is compared with what is stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.ids import SiteId


class SiteKind(StrEnum):
    """施設の種類 of a file, recognised from its columns and never from its name."""

    DESIGNATED = "designated_shelter"
    EMERGENCY = "emergency_site"
    WELFARE = "welfare_shelter"
    CARE = "care_facility"


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedSite:
    """一施設, read but not yet compared. ``values`` maps fields of the site's class to what is stated.

    ``record`` and ``contacts`` do so for the facility record. What is absent says nothing. ``merged``:
    fields of which only the stated parts are written (a cell of which a part could not be read, and
    answers that stand in a column each).
    """

    row: int
    site_id: SiteId
    name: str
    point: LonLat | None = None
    district_text: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    record: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    contacts: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    merged: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class SiteFile:
    """読みこんだ施設ファイル. ``unknown_capacity`` counts sites whose places cannot be known from it."""

    file_name: str
    encoding: str
    kind: SiteKind
    sites: tuple[ParsedSite, ...]
    read: int
    rejected: int
    unknown_capacity: int
    problems: tuple[RowProblem, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class SiteImportResult:
    """施設の取込の結果."""

    file_name: str
    kind: SiteKind
    encoding: str
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    unknown_capacity: int
    without_district: int
    problems: tuple[RowProblem, ...]
    care: tuple[CareFacility, ...] = ()
    is_committed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``import shelters|welfare-shelters|care-facilities --json``."""
        facilities = [care_as_json(facility) for facility in self.care]
        return {
            "file": self.file_name,
            "kind": self.kind.value,
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "unknown_capacity": self.unknown_capacity,
            "without_district": self.without_district,
            "problems": [problem.as_json() for problem in self.problems],
            "encoding": self.encoding,
            "committed": self.is_committed,
            **({"facilities": facilities} if self.kind is SiteKind.CARE else {}),
        }


def care_as_json(facility: CareFacility) -> dict[str, Any]:
    """Return one 候補の施設 as the commands print it."""
    return {
        "id": facility.facility_id,
        "name": facility.name,
        "service": facility.service,
        "address": facility.address,
        "district_id": facility.district_id,
        "capacity": facility.capacity,
        "capacity_text": facility.capacity_text,
        "adopted_as": facility.adopted_as,
    }
