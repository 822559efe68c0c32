"""住所辞書 from 位置参照情報, アドレス・ベース・レジストリ or a list: the city only, all else told."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from kurume_bousai.domain.addresses import CITY, PREFECTURE, place_key
from kurume_bousai.domain.coordinates import CRS_STORED, LonLat, in_city_extent
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import GazetteerKind, GazetteerPoint, PlaceLevel
from kurume_bousai.exchange.gazetteer_columns import (
    CITY_CODES,
    KINDS,
    LICENCES,
    Columns,
    TableKind,
    recognise,
)
from kurume_bousai.exchange.gazetteer_members import Member, read_members
from kurume_bousai.services.ports.gazetteer import GazetteerFile

_EDITION: Final = re.compile(r"\d{2}\.\d[ab]")
_DELETED: Final = "3"  # 更新後履歴フラグ: 削除
#: Within a metre of JGD2011 here; what differs more is left out and told, never bent silently.
_SAME_AS_STORED: Final = {"", "EPSG:6668", "6668", "EPSG:4612", "4612", "EPSG:4326", "4326"}

ELSEWHERE: Final = "ほかの市町村の行"
NO_TOWN: Final = "町字の名前がない行"
NO_POINT: Final = "位置がない行"
NOT_A_NUMBER: Final = "経度・緯度が数ではない行"
OUTSIDE: Final = "位置が久留米市の範囲の外の行"
SWAPPED: Final = "経度と緯度が入れかわっている行"
ENDED: Final = "廃止された町字・地番の行"
REPEATED: Final = "同じ町字・番号が重なる行"
OTHER_CRS: Final = "座標系がJGD2011ではない行"

_PointKey = tuple[str, ...]


def read_gazetteer(path: Path, kind: GazetteerKind | None = None) -> GazetteerFile:
    """Read a dictionary as published: a file, a zip, or a folder that holds its parts.

    ABR keeps names and points in tables of their own: both must be in the zip or the folder.

    Raises
    ------
    KnownProblem
        ``file_*``, ``encoding_unknown``, ``csv_damaged``, ``gazetteer_damaged``, ``gazetteer_nothing``,
        ``gazetteer_unknown``, ``gazetteer_mixed``, ``gazetteer_kind``, ``gazetteer_cities_only``,
        ``gazetteer_no_points``, ``gazetteer_elsewhere``.
    """
    members, sha256 = read_members(path)
    tables = [(member, columns) for member in members if (columns := _columns(member)) is not None]
    found = _kind_of([columns.kind for _, columns in tables], kind, path.name)
    reading = _Reading()
    reading.collect(tables)
    _refuse_nothing(reading, path.name)
    encodings = list(dict.fromkeys(member.encoding() for member, _ in tables))
    return GazetteerFile(
        file_name=path.name,
        kind=found,
        edition=_edition(path, members),
        licence=LICENCES[found],
        sha256=sha256,
        encoding="、".join(encodings),
        crs=CRS_STORED,
        read=reading.read,
        points=tuple(reading.points.values()),
        left_out=dict(reading.left_out),
        warnings=tuple(reading.warnings()),
    )


def _columns(member: Member) -> Columns | None:
    if member.is_json:
        objects = member.objects()
        return recognise(list(objects[0])) if objects else None
    return recognise(next(member.rows(), []))


def _kind_of(kinds: Sequence[TableKind], wanted: GazetteerKind | None, where: str) -> GazetteerKind:
    found = {KINDS[kind] for kind in kinds if kind in KINDS}
    if not found:
        if TableKind.ABR_CITY in kinds:
            raise KnownProblem(
                "gazetteer_cities_only",
                "これは市区町村の一覧で、町字も位置も入っていません。",
                where=where,
                advice="mt_town_all と mt_town_pos_pref40 を入れたフォルダーを選んでください。",
            )
        if TableKind.ABR_POINTS in kinds:
            raise _without_points(where, "名前の表がありません。位置の表だけでは、どの町字かがわかりません。")
        raise KnownProblem(
            "gazetteer_unknown",
            "住所辞書の列の見出しがありません。",
            where=where,
            advice="位置参照情報、アドレス・ベース・レジストリ、または町字と緯度・経度の表を選んでください。",
        )
    if len(found) > 1:
        raise KnownProblem(
            "gazetteer_mixed",
            "種類の違う住所辞書が一緒に入っています。",
            where=where,
            advice="位置参照情報とアドレス・ベース・レジストリは、一つずつ取り込んでください。",
        )
    (only,) = found
    if wanted is not None and wanted is not only:
        raise KnownProblem(
            "gazetteer_kind",
            "指定した種類と、ファイルの列の見出しが合いません。",
            where=f"--kind {wanted}",
            advice=f"見出しからは {only} と読めます。--kind を付けずに取り込んでください。",
        )
    return only


def _without_points(where: str, message: str) -> KnownProblem:
    return KnownProblem(
        "gazetteer_no_points",
        message,
        where=where,
        advice="名前の表(mt_town_all など)と位置の表(mt_town_pos_pref40 など)を、"
        "一つのフォルダーに入れて、そのフォルダーを選んでください。",
    )


def _refuse_nothing(reading: _Reading, where: str) -> None:
    if reading.points:
        return
    left = reading.left_out
    if left[NO_POINT] and left[NO_POINT] >= reading.read - left[ELSEWHERE] - left[ENDED]:
        raise _without_points(where, "久留米市の行に、位置(緯度・経度)がありません。")
    raise KnownProblem(
        "gazetteer_elsewhere",
        "久留米市の住所が一件もありません。",
        where=where,
        advice="福岡県(40)か久留米市(40203)の住所辞書を選んでください。読んだ行の数は "
        f"{reading.read:,}、そのうちほかの市町村は {left[ELSEWHERE]:,} です。",
    )


def _edition(path: Path, members: Sequence[Member]) -> str:
    for name in (path.name, *(member.name for member in members)):
        if found := _EDITION.search(name):
            return found[0]
    return max((member.day for member in members), default="")


class _Reading:
    """What was read so far: points by what they stand for, and the rows that were left out."""

    def __init__(self) -> None:
        self.read = 0
        self.left_out: Counter[str] = Counter()
        self.points: dict[tuple[str, str, str], GazetteerPoint] = {}
        self._flagged: set[tuple[str, str, str]] = set()
        self._places: dict[_PointKey, tuple[str, str, str]] = {}

    def collect(self, tables: Sequence[tuple[Member, Columns]]) -> None:
        """Points of ABR first: the tables of names ask for them."""
        for member, columns in tables:
            if columns.kind is TableKind.ABR_POINTS:
                for row in _rows(member):
                    if columns.get(row, "city_code") in CITY_CODES:
                        self._places[_ids(columns, row)] = _place(columns, row)
        for member, columns in tables:
            if columns.kind in KINDS:
                for row in _rows(member):
                    self.read += 1
                    self._take(columns, row)

    def warnings(self) -> Iterator[str]:
        """What was left out, one sentence a reason."""
        for reason, count in sorted(self.left_out.items(), key=lambda item: -item[1]):
            yield f"{reason}を{count:,}件、取り込みませんでした。"

    def _take(self, columns: Columns, row: Sequence[str]) -> None:
        if not _in_city(columns, row):
            self.left_out[ELSEWHERE] += 1
        elif columns.get(row, "ended_on") or columns.get(row, "after_update") == _DELETED:
            self.left_out[ENDED] += 1
        else:
            town, koaza, number = _words(columns, row)
            if not place_key(town):
                self.left_out[NO_TOWN] += 1
                return
            point = self._point(_place(columns, row), _ids(columns, row))
            if point is not None:
                self._keep(columns, row, (town, koaza, number), point)

    def _point(self, place: tuple[str, str, str], ids: _PointKey) -> LonLat | None:
        lon, lat, srid = place if place[0] or place[1] else self._places.get(ids, place)
        if not lon or not lat:
            self.left_out[NO_POINT] += 1
        elif srid not in _SAME_AS_STORED:
            self.left_out[OTHER_CRS] += 1
        elif (point := _lonlat(lon, lat)) is None:
            swapped = _lonlat(lat, lon)
            is_swap = swapped is not None and in_city_extent(swapped)
            self.left_out[SWAPPED if is_swap else NOT_A_NUMBER] += 1
        elif not in_city_extent(point):
            self.left_out[OUTSIDE] += 1
        else:
            return point
        return None

    def _keep(self, columns: Columns, row: Sequence[str], words: tuple[str, str, str], point: LonLat) -> None:
        town, koaza, number = words
        key = (place_key(town), place_key(koaza), number)
        is_flagged = columns.get(row, "representative") == "1"
        if key in self.points:
            self.left_out[REPEATED] += 1
            if not is_flagged or key in self._flagged:
                return
        if is_flagged:
            self._flagged.add(key)
        self.points[key] = GazetteerPoint(
            town, koaza, number, _level(columns.kind, number), point, _is_residential(columns, row)
        )


def _rows(member: Member) -> Iterator[list[str]]:
    if not member.is_json:
        rows = member.rows()
        next(rows, None)
        yield from (row for row in rows if any(row))
        return
    objects = member.objects()
    names = list(objects[0])
    for one in objects:
        yield ["" if one.get(name) is None else str(one[name]) for name in names]


def _in_city(columns: Columns, row: Sequence[str]) -> bool:
    code = columns.get(row, "city_code").removesuffix(".0")
    if code:
        return code in CITY_CODES
    if "city" in columns.places:
        prefecture = columns.get(row, "prefecture")
        return columns.get(row, "city") == CITY and prefecture in {"", PREFECTURE}
    return True  # a list of 町字 without a city is the city's own; places outside are left out


def _ids(columns: Columns, row: Sequence[str]) -> _PointKey:
    if "machiaza_id" not in columns.places:
        return ()
    names = ("machiaza_id", "blk_id", "rsdt_id", "rsdt2_id", "prc_id")
    return tuple(columns.get(row, name) for name in names)


def _place(columns: Columns, row: Sequence[str]) -> tuple[str, str, str]:
    return columns.get(row, "lon"), columns.get(row, "lat"), columns.get(row, "srid").upper()


def _words(columns: Columns, row: Sequence[str]) -> tuple[str, str, str]:
    """町字 with 丁目, 小字, and the number as "10", "10-16" or "1600-4"."""
    koaza = columns.get(row, "koaza")
    if columns.kind in (TableKind.ISJ_BLOCK, TableKind.ISJ_TOWN, TableKind.TOWN_LIST):
        return columns.get(row, "town"), koaza, place_key(columns.get(row, "number"))
    town = columns.get(row, "oaza_cho") + columns.get(row, "chome")
    names = ("blk_num", "rsdt_num", "rsdt_num2", "prc_num1", "prc_num2", "prc_num3")
    parts = (columns.get(row, name).lstrip("0") for name in names)
    return town, koaza, place_key("-".join(part for part in parts if part))


def _level(kind: TableKind, number: str) -> PlaceLevel:
    if not number:
        return PlaceLevel.TOWN
    fine = kind in (TableKind.ABR_RESIDENCE, TableKind.ABR_PARCEL)
    return PlaceLevel.NUMBER if fine else PlaceLevel.BLOCK


def _is_residential(columns: Columns, row: Sequence[str]) -> bool:
    if columns.kind in (TableKind.ABR_BLOCK, TableKind.ABR_RESIDENCE):
        return True
    return columns.get(row, "residential") == "1"


def _lonlat(lon: str, lat: str) -> LonLat | None:
    try:
        first, second = float(lon), float(lat)
    except ValueError:
        return None
    if not (math.isfinite(first) and math.isfinite(second) and abs(first) <= 180 and abs(second) <= 90):
        return None
    return LonLat(first, second)
