"""Public site files: 国土地理院 (CSV, GeoJSON), 自治体標準オープンデータセット, older 推奨データセット.

Their kind is recognised by columns: the files ``_1`` and ``_2`` are commonly mixed up (RULES J1).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.exchange.columns import fold_heading
from kurume_bousai.exchange.csv_files import decode_text
from kurume_bousai.exchange.people_counts import ParsedCount, describe_count, parse_people_count
from kurume_bousai.exchange.tables import read_bytes, read_table_by
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind

GSI_SOURCE: Final = "国土地理院 指定緊急避難場所・指定避難所データ"
STANDARD_SOURCE: Final = "自治体標準オープンデータセット"
HAZARDS: Final = (
    "洪水",
    "崖崩れ、土石流及び地滑り",
    "高潮",
    "地震",
    "津波",
    "大規模な火事",
    "内水氾濫",
    "火山現象",
)
_COMMON_ID: Final = re.compile(r"^E\d{10}(11|12|20)[1-9A-Za-z]$")


@dataclass(frozen=True, slots=True)
class _Profile:
    """ファイルの型: the columns by which it is known, and where its values stand."""

    kind: SiteKind
    source: str
    needed: tuple[str, ...]
    id_columns: tuple[str, ...]
    name_columns: tuple[str, ...]
    address_columns: tuple[str, ...]
    hazard_prefix: str = ""
    capacity_column: str = ""
    is_common_id: bool = False


_PROFILES: Final = (
    _Profile(
        SiteKind.EMERGENCY,
        GSI_SOURCE,
        ("共通ID", "施設・場所名", "洪水", "地震", "緯度", "経度"),
        ("共通ID",),
        ("施設・場所名",),
        ("住所",),
        is_common_id=True,
    ),
    _Profile(
        SiteKind.DESIGNATED,
        GSI_SOURCE,
        ("共通ID", "施設・場所名", "指定緊急避難場所との住所同一", "緯度", "経度"),
        ("共通ID",),
        ("施設・場所名",),
        ("住所",),
        is_common_id=True,
    ),
    _Profile(
        SiteKind.EMERGENCY,
        STANDARD_SOURCE,
        ("名称", "災害種別_洪水", "緯度", "経度"),
        ("ID", "NO"),
        ("名称",),
        ("所在地_連結表記", "住所"),
        hazard_prefix="災害種別_",
        capacity_column="想定収容人数",
    ),
)

_MESSAGES: Final = {
    "id_empty": "施設のIDが空です。この行は取り込みません。",
    "id_repeated": "同じIDの行が前にあります。この行は取り込みません。",
    "common_id_unusual": "共通IDの形がいつもと違います。書かれたまま取り込みました。",
    "welfare_kind": "共通IDでは福祉避難所です。指定避難所として読みました。",
    "name_empty": "施設の名前が空です。この行は取り込みません。",
    "position_missing": "経度と緯度がないか、数ではありません。この行は取り込みません。",
    "position_swapped": "経度と緯度が入れかわっているようです。この行は取り込みません。",
    "outside_city": "久留米市の外の施設です。",
    "hazard_conditional": "条件つきの印(△)です。条件を確かめるまで、この災害の避難場所とは数えません。",
    "hazard_unreadable": "適否の印として読めません。この災害の避難場所とは数えません。",
}
#: How lists mark that a place serves for a hazard, that it does not, and that it does so on conditions.
_YES: Final = frozenset({"1", "1.0", "○", "〇", "◯", "◎", "有", "可", "適"})
_NO: Final = frozenset({"", "0", "0.0", "×", "✕", "✖", "x", "-", "－", "ー", "無", "不可", "不適"})
_CONDITIONAL: Final = frozenset({"△", "▲"})


@dataclass(slots=True)
class _Sheet:
    """読みこんだ表: one header for CSV and GeoJSON alike."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    encoding: str
    by_heading: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.by_heading = {fold_heading(cell): index for index, cell in enumerate(self.header)}

    def cell(self, cells: Sequence[str], columns: Sequence[str]) -> str:
        """The first of the columns that holds something."""
        for column in columns:
            index = self.by_heading.get(fold_heading(column), -1)
            if 0 <= index < len(cells) and cells[index].strip():
                return cells[index].strip()
        return ""


def read_shelters(path: Path) -> SiteFile:
    """Read one public site file.

    Raises
    ------
    KnownProblem
        ``file_*``, ``encoding_unknown``, ``geojson_damaged`` or ``shelters_unknown`` (no known columns).
    """
    sheet = _read_geojson(path) if _is_json(path) else _read_table(path)
    profile = min(_PROFILES, key=lambda one: _lacking(one, sheet.header))
    if _lacking(profile, sheet.header):
        found = "、".join(cell for cell in sheet.header if cell) or "なし"
        raise KnownProblem(
            "shelters_unknown",
            f"避難所のファイルとして読めません。見つかった列: {found}。",
            where=path.name,
            advice="国土地理院の指定避難所・指定緊急避難場所のCSVかGeoJSONを選んでください。",
        )
    return _SiteReader(profile, sheet).read(path.name)


def _lacking(profile: _Profile, header: Sequence[str]) -> int:
    folded = {fold_heading(cell) for cell in header}
    return sum(fold_heading(column) not in folded for column in profile.needed)


def _is_json(path: Path) -> bool:
    return path.suffix.casefold() in {".geojson", ".json"} or read_bytes(path).lstrip(
        b"\xef\xbb\xbf \r\n"
    ).startswith(b"{")


def _read_table(path: Path) -> _Sheet:
    table = read_table_by(path, lambda header: min(_lacking(profile, header) for profile in _PROFILES))
    return _Sheet(table.header, [(row.row, row.cells) for row in table.rows], table.encoding)


def _read_geojson(path: Path) -> _Sheet:
    text, encoding = decode_text(read_bytes(path), where=path.name)
    try:
        features = json.loads(text)["features"]
        records = [_record(feature) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnownProblem(
            "geojson_damaged",
            "GeoJSONとして読めません。",
            where=path.name,
            advice="元のファイルを出し直してください。",
        ) from error
    header = list(dict.fromkeys(name for record in records for name in record))
    rows = [
        (number, [record.get(name, "") for name in header]) for number, record in enumerate(records, start=1)
    ]
    return _Sheet(header, rows, encoding)


def _record(feature: dict[str, Any]) -> dict[str, str]:
    record = {str(name): _plain(value) for name, value in (feature.get("properties") or {}).items()}
    geometry = feature.get("geometry") or {}
    lon, lat = geometry["coordinates"][:2] if geometry.get("type") == "Point" else ("", "")
    return record | {"経度": str(lon), "緯度": str(lat)}


def _plain(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class _SiteReader:
    """行を施設に: reads every row of one sheet and gathers what is to be told."""

    def __init__(self, profile: _Profile, sheet: _Sheet) -> None:
        self._profile, self._sheet = profile, sheet
        self._problems: list[RowProblem] = []
        self._seen: set[str] = set()
        self._unknown_capacity = 0

    def read(self, file_name: str) -> SiteFile:
        """Read all rows."""
        found = [self._site(number, cells) for number, cells in self._sheet.rows]
        sites = tuple(site for site in found if site is not None)
        return SiteFile(
            file_name=file_name,
            encoding=self._sheet.encoding,
            kind=self._profile.kind,
            sites=sites,
            read=len(found),
            rejected=len(found) - len(sites),
            unknown_capacity=self._unknown_capacity,
            problems=tuple(self._problems),
        )

    def _site(self, row: int, cells: Sequence[str]) -> ParsedSite | None:
        def tell(column: str, value: str, code: str) -> None:
            self._problems.append(RowProblem(row, column, value, code, _MESSAGES[code]))

        profile, sheet = self._profile, self._sheet
        site_id = self._identifier(sheet.cell(cells, profile.id_columns), tell)
        name = sheet.cell(cells, profile.name_columns)
        if not name:
            tell(profile.name_columns[0], "", "name_empty")
        point = self._point(sheet.cell(cells, ("経度",)), sheet.cell(cells, ("緯度",)), tell)
        if not site_id or not name or point is None:
            return None
        values: dict[str, Any] = {
            "address": sheet.cell(cells, profile.address_columns),
            "source": profile.source,
        }
        count = self._capacity(row, sheet.cell(cells, (profile.capacity_column,)))
        if profile.kind is SiteKind.EMERGENCY:
            values["hazards"] = self._hazards(cells, tell)
        if profile.capacity_column:
            values |= {
                "indoor_capacity": count.indoor,
                "outdoor_capacity": count.outdoor,
                "capacity_text": count.note,
            }
        return ParsedSite(row, SiteId(site_id), name, point, values=values)

    def _identifier(self, raw: str, tell: Callable[[str, str, str], None]) -> str:
        site_id = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", raw))
        column = self._profile.id_columns[0]
        if not site_id:
            tell(column, raw, "id_empty")
            return ""
        if site_id in self._seen:
            tell(column, raw, "id_repeated")
            return ""
        self._seen.add(site_id)
        if self._profile.is_common_id:
            match = _COMMON_ID.match(site_id)
            if match is None:
                tell(column, raw, "common_id_unusual")
            elif match.group(1) == "12":
                tell(column, raw, "welfare_kind")
        return site_id

    def _point(self, lon_text: str, lat_text: str, tell: Callable[[str, str, str], None]) -> LonLat | None:
        try:
            lon = float(unicodedata.normalize("NFKC", lon_text))
            lat = float(unicodedata.normalize("NFKC", lat_text))
        except ValueError:
            tell("経度", lon_text, "position_missing")
            return None
        try:
            point = LonLat(lon, lat)
        except ValueError:
            is_swapped = -90.0 <= lon <= 90.0 and -180.0 <= lat <= 180.0
            tell("経度", lon_text, "position_swapped" if is_swapped else "position_missing")
            return None
        if not in_city_extent(point):
            tell("経度", lon_text, "outside_city")
        return point

    def _capacity(self, row: int, raw: str) -> ParsedCount:
        """How many people; a cell with words is told with what was read of it."""
        count = parse_people_count(raw)
        self._unknown_capacity += count.is_unknown
        if raw and not count.is_plain:
            column = self._profile.capacity_column
            self._problems.append(RowProblem(row, column, raw, count.reading.value, describe_count(count)))
        return count

    def _hazards(self, cells: Sequence[str], tell: Callable[[str, str, str], None]) -> frozenset[str]:
        """Hazards that a place is marked for; a mark that is neither yes nor no is told and counts as no."""
        found = set()
        for hazard in HAZARDS:
            column = self._profile.hazard_prefix + hazard
            raw = self._sheet.cell(cells, (column,))
            mark = raw.casefold()
            if mark in _YES:
                found.add(hazard)
            elif mark not in _NO:
                tell(column, raw, "hazard_conditional" if mark in _CONDITIONAL else "hazard_unreadable")
        return frozenset(found)
