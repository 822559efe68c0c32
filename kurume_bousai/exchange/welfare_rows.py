"""The city's own list of 福祉避難所 (canonical columns) and 介護事業所 files. Unknown is told, never zero."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import UNLIMITED, Room, Unlimited, Verification
from kurume_bousai.exchange.columns import match_columns
from kurume_bousai.exchange.gsi import plain_count
from kurume_bousai.exchange.problems import SITE_MESSAGES
from kurume_bousai.exchange.roster_cells import RowCells
from kurume_bousai.exchange.tables import Table, read_table
from kurume_bousai.exchange.welfare_columns import (
    CARE_COLUMNS,
    FITNESS_COLUMNS,
    NEED_COLUMNS,
    WELFARE_COLUMNS,
)
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    FITNESS_WORDS,
    OWNERSHIP_WORDS,
    YES_NO_UNKNOWN_WORDS,
    is_yes,
)
from kurume_bousai.services.site_import import ParsedSite, SiteFile, SiteKind

_STAR: Final = frozenset({"*", "＊"})
_AREA: Final = re.compile(r"(?:平方メートル|m2|㎡|m²|平米)$")


class WelfareReader:
    """福祉避難所の一覧を読むもの. ``today`` bounds the day of confirmation."""

    def __init__(self, today: date) -> None:
        self._today = today

    def __call__(self, path: Path) -> SiteFile:
        """Read the list; raises ``KnownProblem`` as ``read_table`` and ``match_columns`` do."""
        table = read_table(path, WELFARE_COLUMNS)
        positions = match_columns(table.header, WELFARE_COLUMNS, where=table.file_name).positions
        rows = [_WelfareRow(row.row, positions, row.cells, today=self._today) for row in table.rows]
        seen: set[str] = set()
        sites = [site for row in rows if (site := row.site(seen)) is not None]
        return _site_file(table, SiteKind.WELFARE, sites, rows, sum(not _has_floor(site) for site in sites))


def read_care_facilities(path: Path) -> SiteFile:
    """Read 介護サービス情報公表 or 推奨データセット columns; 定員 0 or empty is unknown."""
    table = read_table(path, CARE_COLUMNS)
    header = _without_second_id(table.header)
    positions = match_columns(header, CARE_COLUMNS, where=table.file_name).positions
    rows = [_WelfareRow(row.row, positions, row.cells, today=date.max) for row in table.rows]
    seen: set[str] = set()
    sites = [site for row in rows if (site := row.care_facility(seen)) is not None]
    unknown = sum(site.values["capacity"] is None for site in sites)
    return _site_file(table, SiteKind.CARE, sites, rows, unknown)


def _without_second_id(header: tuple[str, ...]) -> list[str]:
    """Drop the heading "No" where 事業所番号 stands too: files of 介護サービス情報公表 have both."""
    if "事業所番号" not in header:
        return list(header)
    return ["" if cell in {"No", "NO"} else cell for cell in header]


def _site_file(
    table: Table, kind: SiteKind, sites: list[ParsedSite], rows: list[_WelfareRow], unknown: int
) -> SiteFile:
    return SiteFile(
        file_name=table.file_name,
        encoding=table.encoding,
        kind=kind,
        sites=tuple(sites),
        read=len(rows),
        rejected=len(rows) - len(sites),
        unknown_capacity=unknown,
        problems=tuple(problem for row in rows for problem in row.problems),
    )


def _has_floor(site: ParsedSite) -> bool:
    return any(room.floor_m2 is not None for room in site.values.get("rooms", ()))


class _WelfareRow(RowCells):
    """福祉避難所の一行."""

    def tell(self, column: str, code: str) -> None:
        """Keep a problem; sites have sentences of their own for some codes."""
        if code in SITE_MESSAGES:
            problem = RowProblem(self.row, column, self.raw(column), code, SITE_MESSAGES[code])
            self.problems.append(problem)
        else:
            super().tell(column, code)

    def site(self, seen: set[str]) -> ParsedSite | None:
        """The site, or None where its ID, name or 区分 cannot be read."""
        site_id = self._own_id("ID", seen)
        name = self.name("名称")
        ownership = self.word("区分", OWNERSHIP_WORDS, "ownership_unknown")
        if ownership is None and not self.raw("区分").strip():
            self.tell("区分", "ownership_unknown")
        values: dict[str, Any] = {"ownership": ownership}
        self._texts(values, name)
        self._figures(values)
        self._abilities(values)
        point = self.position("経度", "緯度")
        district_text = self.text("校区")
        if not site_id or not name or ownership is None:
            return None
        return ParsedSite(self.row, SiteId(site_id), name, point, district_text, values)

    def care_facility(self, seen: set[str]) -> ParsedSite | None:
        """A care facility: its number, name, point and 定員."""
        site_id, name = self._own_id("事業所番号", seen), self.name("事業所名")
        capacity = plain_count(self.raw("定員"))
        if capacity is None:
            self.tell("定員", "capacity_unknown")
        point = self.position("経度", "緯度")
        if not site_id or not name:
            return None
        return ParsedSite(self.row, SiteId(site_id), name, point, values={"capacity": capacity})

    def _own_id(self, column: str, seen: set[str]) -> str:
        site_id = self.identifier(column)
        if site_id in seen:
            self.tell(column, "id_repeated")
            return ""
        if site_id:
            seen.add(site_id)
        return site_id

    def _texts(self, values: dict[str, Any], name: str) -> None:
        for field_name, column in (("address", "住所"), ("source", "出典"), ("note", "備考")):
            if self.has(column):
                values[field_name] = self.text(column)
        if self.has("電話"):
            values["phone"] = self.phone("電話")
        values["short_name"] = self.text("略称") or name
        for field_name, column in (("designation", "指定"), ("agreement", "協定")):
            if self.has(column):
                answer = self.word(column, YES_NO_UNKNOWN_WORDS, "answer_unknown")
                values[field_name] = answer or YES_NO_UNKNOWN_WORDS.find("不明")
        if self.has("確認日"):
            verified_on = self.day("確認日", "verified_on_unreadable")
            if verified_on and verified_on > self._today:
                self.tell("確認日", "verified_on_future")
                verified_on = None
            values["verified_on"] = verified_on
            values["verification"] = Verification.CONFIRMED if verified_on else Verification.UNCONFIRMED

    def _figures(self, values: dict[str, Any]) -> None:
        if self.has("室と面積"):
            values["rooms"] = self._rooms()
        if self.has("届出定員"):
            values["declared_capacity"] = plain_count(self.raw("届出定員"))
            if self.raw("届出定員").strip() and values["declared_capacity"] is None:
                self.tell("届出定員", "capacity_unknown")
        values.update(
            self._stated(
                {
                    "blocked_places": self.whole_number("使えない人数", 0, 9999, "number_bad"),
                    "opening_order": self.whole_number("開設順", 1, 9999, "number_bad"),
                    "opens_at_level": self.whole_number("開設レベル", 3, 4, "level_bad"),
                }
            )
        )
        for field_name, column in (("staff_by_day", "職員昼"), ("staff_by_night", "職員夜")):
            if self.has(column):
                values[field_name] = self.whole_number(column, 0, 9999, "number_bad")
        self._power(values)

    def _power(self, values: dict[str, Any]) -> None:
        for field_name, column in (("power_kw", "発電kW"), ("power_hours", "発電時間")):
            if self.has(column):
                number = self._decimal(self.raw(column))
                if number is None and self.raw(column).strip():
                    self.tell(column, "number_bad")
                values[field_name] = None if number is None else float(number)
        if self.raw("電源優先").strip():
            answer = is_yes(self.raw("電源優先"))
            if answer is None:
                self.tell("電源優先", "answer_unknown")
            else:
                values["is_power_first"] = answer

    def _abilities(self, values: dict[str, Any]) -> None:
        if self.has("受入対象"):
            raw = self.raw("受入対象").strip()
            values["accepts"] = (
                UNLIMITED if raw in _STAR else self.word_set("受入対象", CATEGORY_WORDS, "categories_unknown")
            )
        needs: dict[Need, int | Unlimited | None] = {}
        for need, column in NEED_COLUMNS.items():
            if self.raw(column).strip() in _STAR:
                needs[need] = UNLIMITED
            else:
                number = self.whole_number(column, 0, 9999, "need_number_bad")
                if number is not None:
                    needs[need] = number
        if any(self.has(column) for column in NEED_COLUMNS.values()):
            values["need_capacity"] = needs
        values["fitness"] = self._fitness()
        if not any(self.has(column) for column in FITNESS_COLUMNS.values()):
            del values["fitness"]

    def _fitness(self) -> Mapping[HazardScenario, Fitness]:
        answers = {
            hazard: self.word(column, FITNESS_WORDS, "fitness_unknown")
            for hazard, column in FITNESS_COLUMNS.items()
        }
        return {hazard: answer for hazard, answer in answers.items() if answer is not None}

    def _rooms(self) -> tuple[Room, ...]:
        raw = unicodedata.normalize("NFKC", self.raw("室と面積"))
        rooms = []
        for part in filter(str.strip, re.split(r"[;、\n]", raw)):
            name, _separator, floor_text = part.partition("=")
            floor_m2 = self._decimal(_AREA.sub("", floor_text.strip()))
            rooms.append(Room(name.strip(), floor_m2 or None))
        if not any(room.floor_m2 for room in rooms):
            self.tell("室と面積", "floor_unknown")
        elif not all(room.floor_m2 for room in rooms):
            self.tell("室と面積", "floor_partly_unknown")
        return tuple(rooms)

    @staticmethod
    def _decimal(raw: str) -> Decimal | None:
        try:
            number = Decimal(unicodedata.normalize("NFKC", raw).replace(",", "").strip())
        except InvalidOperation:
            return None
        return number if number.is_finite() and 0 <= number < 1_000_000 else None

    @staticmethod
    def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value is not None}
