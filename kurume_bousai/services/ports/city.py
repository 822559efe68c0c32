"""Ports of the sites and the 校区."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.districts import (
    ActivityFigure,
    DistrictOutline,
    SchoolDistrict,
)
from kurume_bousai.domain.ids import (
    SiteId,
)
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    WelfareShelter,
)


class ShelterRepository(Protocol):
    """福祉避難所・指定避難所・指定緊急避難場所."""

    def welfare(self) -> list[WelfareShelter]:
        """The city's welfare shelters in order of opening_order then id; the power-first site last."""

    def save_welfare(self, access: Access, shelters: Sequence[WelfareShelter]) -> None: ...

    def remove_welfare(self, access: Access, site_ids: Sequence[SiteId]) -> None: ...

    def designated(self) -> list[DesignatedShelter]: ...

    def save_designated(self, access: Access, shelters: Sequence[DesignatedShelter]) -> None: ...

    def emergency(self) -> list[EmergencyEvacuationSite]: ...

    def save_emergency(self, access: Access, sites: Sequence[EmergencyEvacuationSite]) -> None: ...

    def care_facilities(self) -> list[CareFacility]:
        """候補の施設 in order of id."""

    def save_care_facilities(self, access: Access, facilities: Sequence[CareFacility]) -> None: ...


class DistrictRepository(Protocol):
    """校区とその区域."""

    def all(self) -> list[SchoolDistrict]:
        """The 46 in the city's order."""

    def save_many(self, access: Access, districts: Sequence[SchoolDistrict]) -> None: ...

    def outlines(self) -> list[DistrictOutline]: ...

    def replace_outlines(self, access: Access, outlines: Sequence[DistrictOutline]) -> None: ...

    def activities(self) -> list[ActivityFigure]: ...

    def save_activities(self, access: Access, figures: Sequence[ActivityFigure]) -> None: ...
