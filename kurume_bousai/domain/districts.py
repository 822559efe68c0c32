"""校区 and what stands in them. A 校区 is not a school: 46 stay although schools merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId


@dataclass(frozen=True, slots=True)
class SchoolDistrict:
    """校区, the community unit. ``point`` is a representative point, not a centroid of its outline."""

    district_id: DistrictId
    name: str
    kana: str
    part_of_city: str  # 久留米地域, 田主丸地域 …
    point: LonLat
    order: int
    has_landslide_warning: bool = False
    eligible_count: int | None = None  # 対象者数 typed as an aggregate; None = not known
    eligible_on: date | None = None
    source: str = ""
    verification: str = ""


@dataclass(frozen=True, slots=True)
class DistrictOutline:
    """校区の区域: polygons as WKB in EPSG:6668. ``approximate`` = 概略, computed around the 46 points."""

    district_id: DistrictId
    wkb: bytes = field(repr=False)
    approximate: bool
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ActivityFigure:
    """活動実績: one number of the city's yearly table, as printed there."""

    indicator: str
    fiscal_year: int  # Gregorian year in which the 年度 begins
    value: int | None
    source: str
