"""Reader of ``db/seed``: CSV and TOML of public facts into typed records, every row with its source."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from kurume_bousai.bundled import db_folder
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import ERAS
from kurume_bousai.domain.districts import ActivityFigure, SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    Ownership,
    Verification,
    WelfareShelter,
)
from kurume_bousai.services.fictional.seeding import SeedFacts, Town

T = TypeVar("T")
Row = Mapping[str, str]

_YES_NO: Final = {"1": True, "0": False}


class SeedFiles:
    """参照データのフォルダ. Reads whole files; a damaged row is a damaged installation, never a gap."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = db_folder() / "seed" if folder is None else folder

    def read(self) -> SeedFacts:
        """All facts in the order of the files.

        Raises ``KnownProblem`` ``seed_damaged`` with file and row where a file is absent or a cell
        cannot be read.
        """
        notes = self._rows("districts.csv", _district_note)
        return SeedFacts(
            districts=self._rows("districts.csv", _district),
            district_notes=tuple(note for note in notes if note[1]),
            designated=self._rows("designated_shelters.csv", _designated_shelter),
            emergency=self._rows("emergency_sites.csv", _emergency_site),
            activities=self._rows("activities.csv", _activity),
            towns=self._rows("towns.csv", _town),
            power_first_site=self._power_first_site("power_first_site.toml"),
        )

    def _rows(self, file_name: str, build: Callable[[Row], T]) -> tuple[T, ...]:
        records: list[T] = []
        try:
            with (self._folder / file_name).open(encoding="utf-8", newline="") as stream:
                # The header is row 1 for the person who opens the file.
                for number, row in enumerate(csv.DictReader(stream, strict=True), start=2):
                    records.append(_build(file_name, number, row, build))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise _damaged(file_name) from error
        return tuple(records)

    def _power_first_site(self, file_name: str) -> WelfareShelter:
        try:
            with (self._folder / file_name).open("rb") as stream:
                return _power_first(tomllib.load(stream))
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
            raise _damaged(file_name) from error


def _build(file_name: str, number: int, row: Row, build: Callable[[Row], T]) -> T:
    try:
        return build(row)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(f"{file_name} {number}行目") from error


def _damaged(where: str) -> KnownProblem:
    return KnownProblem(
        "seed_damaged",
        "プログラムに付いている参照データを読めません。",
        where=where,
        advice="プログラムを入れ直してください。データベースには何も書いていません。",
    )


def _point(row: Row) -> LonLat:
    return LonLat(float(row["lon"]), float(row["lat"]))


def _dated_source(row: Row) -> str:
    return f"{row['source']}({row['as_of']})"


def _district(row: Row) -> SchoolDistrict:
    return SchoolDistrict(
        district_id=DistrictId(row["district"]),
        name=row["district"],
        kana=row["kana"],
        part_of_city=row["part_of_city"],
        point=_point(row),
        order=int(row["order"]),
        has_landslide_warning=_YES_NO[row["has_landslide_warning"]],
        source=_dated_source(row),
        verification=Verification(row["verification"]).value,
    )


def _district_note(row: Row) -> tuple[DistrictId, str]:
    return DistrictId(row["district"]), row["note"]


def _designated_shelter(row: Row) -> DesignatedShelter:
    return DesignatedShelter(
        site_id=SiteId(row["common_id"]),
        name=row["name"],
        kind=row["kind"],
        address=row["address"],
        point=_point(row),
        district_id=DistrictId(row["district"]),
        district_method=row["district_method"],
        source=_dated_source(row),
        verification=Verification(row["verification"]),
    )


def _emergency_site(row: Row) -> EmergencyEvacuationSite:
    return EmergencyEvacuationSite(
        site_id=SiteId(row["common_id"]),
        name=row["name"],
        address=row["address"],
        point=_point(row),
        hazards=frozenset({row["hazards"]}),
        district_id=DistrictId(row["district"]),
        source=_dated_source(row),
    )


def _activity(row: Row) -> ActivityFigure:
    return ActivityFigure(
        indicator=row["indicator"],
        fiscal_year=_gregorian_year(row["fiscal_year"]),
        value=int(row["value"]) if row["value"] else None,
        source=row["source"],
    )


def _gregorian_year(label: str) -> int:
    """「R6」 → 2024, the year in which the 年度 begins."""
    era = next((era for era in ERAS if era.letter == label[:1]), None)
    if era is None:
        raise ValueError("unknown era")
    return era.begins_on.year + int(label[1:]) - 1


def _town(row: Row) -> Town:
    return Town(name=row["town"], district_id=DistrictId(row["district"]), source=row["source"])


def _power_first(table: Mapping[str, Any]) -> WelfareShelter:
    return WelfareShelter(
        site_id=SiteId(table["site_id"]),
        name=table["name"],
        short_name=table["short_name"],
        ownership=Ownership.PUBLIC,
        point=LonLat(table["lon"], table["lat"]),
        address=table["address"],
        district_id=DistrictId(table["district"]),
        is_power_first=True,
        verification=Verification(table["verification"]),
        source=table["source"],
        note=table["note"],
    )
