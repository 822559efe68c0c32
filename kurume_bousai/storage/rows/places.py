"""Tables of places: 校区, sites, background maps, activity figures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class DistrictRecord(Row):
    """校区."""

    __tablename__ = "districts"

    district_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kana: Mapped[str]
    part_of_city: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    position: Mapped[int]
    has_landslide_warning: Mapped[bool]
    eligible_count: Mapped[int | None]
    eligible_on: Mapped[date | None]
    source: Mapped[str]
    verification: Mapped[str]


class OutlineRecord(Row):
    """校区の区域 as WKB in EPSG:6668; several periods may stand side by side."""

    __tablename__ = "district_outlines"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district_id: Mapped[str] = mapped_column(ForeignKey("districts.district_id"), index=True)
    wkb: Mapped[bytes] = mapped_column(LargeBinary)
    approximate: Mapped[bool]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str]


class ActivityRecord(Row):
    """活動実績."""

    __tablename__ = "activity_figures"

    indicator: Mapped[str] = mapped_column(primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int | None]
    source: Mapped[str]


class WelfareShelterRecord(Row):
    """福祉避難所. Rooms, 受入対象, limits per need, fitness, sources and the record are read whole: JSON."""

    __tablename__ = "welfare_shelters"
    __table_args__ = (CheckConstraint("blocked_places >= 0", name="blocked_not_negative"),)

    site_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str]
    ownership: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    address: Mapped[str]
    phone: Mapped[str]
    district_id: Mapped[str | None]
    designation: Mapped[str]
    agreement: Mapped[str]
    rooms: Mapped[str]
    declared_capacity: Mapped[int | None]
    blocked_places: Mapped[int]
    accepts: Mapped[str]
    need_capacity: Mapped[str]
    power_kw: Mapped[float | None]
    power_hours: Mapped[float | None]
    staff_by_day: Mapped[int | None]
    staff_by_night: Mapped[int | None]
    fitness: Mapped[str]
    opens_at_level: Mapped[int]
    opening_order: Mapped[int | None]
    is_power_first: Mapped[bool]
    is_fictional: Mapped[bool]
    state: Mapped[str]
    verification: Mapped[str]
    verified_on: Mapped[date | None]
    source: Mapped[str]
    note: Mapped[str]
    rate_m2: Mapped[str | None]
    figure_sources: Mapped[str] = mapped_column(server_default="{}")
    record: Mapped[str] = mapped_column(server_default="{}")


class CareFacilityRecord(Row):
    """候補の施設, which takes nobody."""

    __tablename__ = "care_facilities"

    facility_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    office_number: Mapped[str]
    name: Mapped[str]
    service: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    district_id: Mapped[str | None]
    capacity: Mapped[int | None]
    capacity_text: Mapped[str]
    note: Mapped[str]
    source: Mapped[str]
    read_on: Mapped[date | None]
    adopted_as: Mapped[str | None]


class DesignatedShelterRecord(Row):
    """指定避難所."""

    __tablename__ = "designated_shelters"

    site_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    district_id: Mapped[str | None]
    district_method: Mapped[str]
    capacity: Mapped[int | None]
    source: Mapped[str]
    verification: Mapped[str]


class EmergencySiteRecord(Row):
    """指定緊急避難場所. ``hazards`` is a JSON list of the official column names."""

    __tablename__ = "emergency_sites"

    site_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    hazards: Mapped[str]
    district_id: Mapped[str | None]
    source: Mapped[str]
    indoor_capacity: Mapped[int | None]
    outdoor_capacity: Mapped[int | None]
    capacity_text: Mapped[str] = mapped_column(server_default="")


class BackgroundRecord(Row):
    """背景図, with its picture, because a scanned map can carry handwriting."""

    __tablename__ = "backgrounds"

    background_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    png: Mapped[bytes] = mapped_column(LargeBinary)
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    residual_m: Mapped[float]
    source: Mapped[str]
    added_at: Mapped[datetime | None]
