"""Sites, 校区 and background maps in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, delete, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.districts import ActivityFigure, DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import BackgroundId, SiteId
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    WelfareShelter,
)
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.storage.mapping import places as mapping
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.places import (
    ActivityRecord,
    BackgroundRecord,
    CareFacilityRecord,
    DesignatedShelterRecord,
    DistrictRecord,
    EmergencySiteRecord,
    OutlineRecord,
    WelfareShelterRecord,
)

_WELFARE = cast("Table", WelfareShelterRecord.__table__)
_CARE = cast("Table", CareFacilityRecord.__table__)
_DESIGNATED = cast("Table", DesignatedShelterRecord.__table__)
_EMERGENCY = cast("Table", EmergencySiteRecord.__table__)
_DISTRICTS = cast("Table", DistrictRecord.__table__)
_OUTLINES = cast("Table", OutlineRecord.__table__)
_FIGURES = cast("Table", ActivityRecord.__table__)
_BACKGROUNDS = cast("Table", BackgroundRecord.__table__)
_BACKGROUND_COLUMNS = tuple(item for item in _BACKGROUNDS.columns if item.name != "png")


class Shelters(Repository):
    """福祉避難所・指定避難所・指定緊急避難場所. Implements ``ShelterRepository``."""

    def welfare(self) -> list[WelfareShelter]:
        """In order of opening_order (none = last) then id; the power-first site at the end."""
        found = [
            mapping.welfare_from_row(row) for row in self.connection.execute(select(_WELFARE)).mappings()
        ]
        return sorted(
            found,
            key=lambda site: (
                site.is_power_first, site.opening_order is None, site.opening_order or 0, site.site_id
            ),
        )  # fmt: skip

    def save_welfare(self, access: Access, shelters: Sequence[WelfareShelter]) -> None:
        """Store welfare shelters, new or changed."""
        rows = [mapping.welfare_to_row(shelter) for shelter in shelters]
        self._write(access, "welfare_shelters_saved", [shelter.site_id for shelter in shelters])
        self.upsert(_WELFARE, rows)

    def remove_welfare(self, access: Access, site_ids: Sequence[SiteId]) -> None:
        """Take welfare shelters away."""
        self._write(access, "welfare_shelters_removed", site_ids)
        self.delete_by(_WELFARE, "site_id", site_ids)

    def designated(self) -> list[DesignatedShelter]:
        """In order of id."""
        statement = select(_DESIGNATED).order_by(DesignatedShelterRecord.site_id)
        return [mapping.designated_from_row(row) for row in self.connection.execute(statement).mappings()]

    def save_designated(self, access: Access, shelters: Sequence[DesignatedShelter]) -> None:
        """Store designated shelters, new or changed."""
        self._write(access, "designated_shelters_saved", [shelter.site_id for shelter in shelters])
        self.upsert(_DESIGNATED, [mapping.designated_to_row(shelter) for shelter in shelters])

    def emergency(self) -> list[EmergencyEvacuationSite]:
        """In order of id."""
        statement = select(_EMERGENCY).order_by(EmergencySiteRecord.site_id)
        return [mapping.emergency_from_row(row) for row in self.connection.execute(statement).mappings()]

    def save_emergency(self, access: Access, sites: Sequence[EmergencyEvacuationSite]) -> None:
        """Store emergency evacuation sites, new or changed."""
        self._write(access, "emergency_sites_saved", [site.site_id for site in sites])
        self.upsert(_EMERGENCY, [mapping.emergency_to_row(site) for site in sites])

    def care_facilities(self) -> list[CareFacility]:
        """候補の施設 in order of id."""
        statement = select(_CARE).order_by(CareFacilityRecord.facility_id)
        return [mapping.care_from_row(row) for row in self.connection.execute(statement).mappings()]

    def save_care_facilities(self, access: Access, facilities: Sequence[CareFacility]) -> None:
        """Store 候補の施設, new or changed."""
        self._write(access, "care_facilities_saved", [facility.facility_id for facility in facilities])
        self.upsert(_CARE, [mapping.care_to_row(facility) for facility in facilities])

    def _write(self, access: Access, action: str, site_ids: Sequence[str]) -> None:
        self.require_writing()
        access.require(Right.EDIT_SITES)
        self.session.audit.record(access, action, sorted(site_ids), {"sites": len(site_ids)})


class Districts(Repository):
    """校区とその区域. Implements ``DistrictRepository``."""

    def all(self) -> list[SchoolDistrict]:
        """In the city's order."""
        statement = select(_DISTRICTS).order_by(DistrictRecord.position, DistrictRecord.district_id)
        return [mapping.district_from_row(row) for row in self.connection.execute(statement).mappings()]

    def save_many(self, access: Access, districts: Sequence[SchoolDistrict]) -> None:
        """Store 校区, new or changed."""
        self._write(access, "districts_saved", [district.district_id for district in districts])
        self.upsert(_DISTRICTS, [mapping.district_to_row(district) for district in districts])

    def outlines(self) -> list[DistrictOutline]:
        """In the order they were given."""
        statement = select(_OUTLINES).order_by(OutlineRecord.position)
        return [mapping.outline_from_row(row) for row in self.connection.execute(statement).mappings()]

    def replace_outlines(self, access: Access, outlines: Sequence[DistrictOutline]) -> None:
        """All outlines anew: an import brings the whole city."""
        self._write(access, "outlines_replaced", sorted({outline.district_id for outline in outlines}))
        self.connection.execute(delete(_OUTLINES))
        rows = [mapping.outline_to_row(outline, position) for position, outline in enumerate(outlines)]
        self.insert_many(_OUTLINES, rows)

    def activities(self) -> list[ActivityFigure]:
        """In order of indicator and year."""
        statement = select(_FIGURES).order_by(ActivityRecord.indicator, ActivityRecord.fiscal_year)
        return [mapping.figure_from_row(row) for row in self.connection.execute(statement).mappings()]

    def save_activities(self, access: Access, figures: Sequence[ActivityFigure]) -> None:
        """Store figures, new or changed."""
        self._write(access, "activities_saved", sorted({figure.indicator for figure in figures}))
        self.upsert(_FIGURES, [mapping.figure_to_row(figure) for figure in figures])

    def _write(self, access: Access, action: str, subjects: Sequence[str]) -> None:
        self.require_writing()
        access.require(Right.EDIT_MAPS)
        self.session.audit.record(access, action, subjects, {"count": len(subjects)})


class Backgrounds(Repository):
    """背景図. Implements ``BackgroundRepository``."""

    def all(self, *, with_picture: bool = False) -> list[Background]:
        """In order of name; without the picture ``png`` is empty."""
        columns = _BACKGROUNDS.columns if with_picture else _BACKGROUND_COLUMNS
        statement = select(*columns).order_by(BackgroundRecord.name, BackgroundRecord.background_id)
        return [Background(**{"png": b"", **row}) for row in self.connection.execute(statement).mappings()]

    def get(self, background_id: BackgroundId) -> Background | None:
        """One with its picture."""
        statement = select(_BACKGROUNDS).where(BackgroundRecord.background_id == background_id)
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else Background(**row)

    def add(self, access: Access, background: Background) -> None:
        """Store a new one."""
        self._write(access, "background_added", background.background_id)
        values = {item.name: getattr(background, item.name) for item in _BACKGROUNDS.columns}
        self.connection.execute(insert(_BACKGROUNDS).values(values))

    def remove(self, access: Access, background_id: BackgroundId) -> None:
        """Take one away."""
        self._write(access, "background_removed", background_id)
        self.delete_by(_BACKGROUNDS, "background_id", [background_id])

    def _write(self, access: Access, action: str, background_id: BackgroundId) -> None:
        self.require_writing()
        access.require(Right.EDIT_MAPS)
        self.session.audit.record(access, action, [background_id], {})
