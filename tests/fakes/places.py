"""施設・校区・背景図 of the fake city."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.districts import ActivityFigure, DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import (
    BackgroundId,
    SiteId,
)
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.services.ports.backgrounds import Background
from tests.fakes.state import CityState


class FakeShelters:
    """避難所 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def welfare(self) -> list[WelfareShelter]:
        return sorted(
            self._state.welfare.values(),
            key=lambda site: (site.is_power_first, site.opening_order or 10**6, site.site_id),
        )

    def save_welfare(self, access: Access, shelters: Sequence[WelfareShelter]) -> None:
        self._state.welfare.update({site.site_id: site for site in shelters})

    def remove_welfare(self, access: Access, site_ids: Sequence[SiteId]) -> None:
        for site_id in site_ids:
            self._state.welfare.pop(site_id, None)

    def designated(self) -> list[DesignatedShelter]:
        return sorted(self._state.designated.values(), key=lambda site: site.site_id)

    def save_designated(self, access: Access, shelters: Sequence[DesignatedShelter]) -> None:
        self._state.designated.update({site.site_id: site for site in shelters})

    def emergency(self) -> list[EmergencyEvacuationSite]:
        return sorted(self._state.emergency.values(), key=lambda site: site.site_id)

    def save_emergency(self, access: Access, sites: Sequence[EmergencyEvacuationSite]) -> None:
        self._state.emergency.update({site.site_id: site for site in sites})

    def care_facilities(self) -> list[CareFacility]:
        return sorted(self._state.care.values(), key=lambda one: one.facility_id)

    def save_care_facilities(self, access: Access, facilities: Sequence[CareFacility]) -> None:
        self._state.care.update({one.facility_id: one for one in facilities})


class FakeDistricts:
    """校区 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[SchoolDistrict]:
        return sorted(self._state.districts.values(), key=lambda district: district.order)

    def save_many(self, access: Access, districts: Sequence[SchoolDistrict]) -> None:
        self._state.districts.update({district.district_id: district for district in districts})

    def outlines(self) -> list[DistrictOutline]:
        return list(self._state.outlines)

    def replace_outlines(self, access: Access, outlines: Sequence[DistrictOutline]) -> None:
        self._state.outlines = tuple(outlines)

    def activities(self) -> list[ActivityFigure]:
        return list(self._state.activities.values())

    def save_activities(self, access: Access, figures: Sequence[ActivityFigure]) -> None:
        self._state.activities.update({(f.indicator, f.fiscal_year): f for f in figures})


class FakeBackgrounds:
    """背景図 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self, *, with_picture: bool = False) -> list[Background]:
        kept = list(self._state.backgrounds.values())
        return kept if with_picture else [dataclasses.replace(one, png=b"") for one in kept]

    def get(self, background_id: BackgroundId) -> Background | None:
        return self._state.backgrounds.get(background_id)

    def add(self, access: Access, background: Background) -> None:
        self._state.backgrounds[background.background_id] = background

    def remove(self, access: Access, background_id: BackgroundId) -> None:
        self._state.backgrounds.pop(background_id, None)
