"""The city's own list of 福祉避難所 (canonical columns). Unknown is told, never zero.

An empty cell says 「不明」 (RULEBOOK §2). A cell that cannot be read says nothing: it is told, and what is
stored stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited, Verification, YesNoUnknown
from kurume_bousai.exchange.columns import match_columns
from kurume_bousai.exchange.people_counts import CountReading
from kurume_bousai.exchange.problems import SITE_MESSAGES
from kurume_bousai.exchange.site_cells import (
    ListedCell,
    read_decimal,
    read_equipment,
    read_figure_sources,
    read_rooms,
    read_stock,
)
from kurume_bousai.exchange.site_row import SiteCells
from kurume_bousai.exchange.tables import read_table
from kurume_bousai.exchange.welfare_columns import FITNESS_COLUMNS, NEED_COLUMNS, WELFARE_COLUMNS
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    FITNESS_WORDS,
    OWNERSHIP_WORDS,
    YES_NO_UNKNOWN_WORDS,
    fold_word,
    is_yes,
)
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind

_STAR: Final = frozenset({"*", "＊"})
_UNKNOWN_WORDS: Final = frozenset({"", "不明"})


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
        return SiteFile(
            file_name=table.file_name,
            encoding=table.encoding,
            kind=SiteKind.WELFARE,
            sites=tuple(sites),
            read=len(rows),
            rejected=len(rows) - len(sites),
            unknown_capacity=sum(not _has_floor(site) for site in sites),
            problems=tuple(problem for row in rows for problem in row.problems),
        )


def _has_floor(site: ParsedSite) -> bool:
    return any(room.floor_m2 is not None for room in site.values.get("rooms", ()))


class _WelfareRow(SiteCells):
    """福祉避難所の一行."""

    def site(self, seen: set[str]) -> ParsedSite | None:
        """The site, or None where its ID, name or 区分 cannot be read."""
        site_id = self.own_id("ID", seen)
        name = self.name("名称")
        ownership = self.word("区分", OWNERSHIP_WORDS, "ownership_unknown")
        if ownership is None and not self.raw("区分").strip():
            self.tell("区分", "ownership_unknown")
        values: dict[str, Any] = {"ownership": ownership}
        self._merged: set[str] = {"need_capacity", "fitness"}
        self._texts(values, name)
        self._answers(values)
        self._rooms(values)
        self._figures(values)
        self._power(values)
        self._abilities(values)
        self._listed(values, "figure_sources", "値の出典", read_figure_sources, "figure_sources_bad")
        point = self.position("経度", "緯度")
        district_text = self.text("校区")
        record = self._record()
        if not site_id or not name or ownership is None:
            return None
        return ParsedSite(
            self.row, SiteId(site_id), name, point, district_text, values, record, self._contacts(),
            frozenset(self._merged),
        )  # fmt: skip

    def _texts(self, values: dict[str, Any], name: str) -> None:
        for field_name, column in (("address", "住所"), ("source", "出典"), ("note", "備考")):
            if self.has(column):
                values[field_name] = self.text(column)
        if self.has("電話"):
            values["phone"] = self.phone("電話")
        values["short_name"] = self.text("略称") or name

    def _contacts(self) -> dict[str, str]:
        contacts = {"in_charge": self.text("管理者")} if self.has("管理者") else {}
        for field_name, column in (("by_day", "連絡先昼"), ("by_night", "連絡先夜")):
            if self.has(column):
                contacts[field_name] = self.phone(column)
        return contacts

    def _answers(self, values: dict[str, Any]) -> None:
        for field_name, column in (("designation", "指定"), ("agreement", "協定")):
            if self.has(column):
                answer = self.word(column, YES_NO_UNKNOWN_WORDS, "answer_unknown")
                if answer is not None or not self.raw(column).strip():
                    values[field_name] = answer or YesNoUnknown.UNKNOWN
        if self.has("確認日"):
            verified_on = self._day("確認日", "verified_on_unreadable", "verified_on_future")
            values["verified_on"] = verified_on
            values["verification"] = Verification.CONFIRMED if verified_on else Verification.UNCONFIRMED

    def _day(self, column: str, unreadable: str, future: str) -> date | None:
        day = self.day(column, unreadable)
        if day is not None and day > self._today:
            self.tell(column, future)
            return None
        return day

    def _rooms(self, values: dict[str, Any]) -> None:
        if not self.has("室と面積"):
            return
        cell = read_rooms(self.raw("室と面積"))
        values["rooms"] = cell.items
        if cell.bad_parts:
            self._merged.add("rooms")
        if not any(room.floor_m2 for room in cell.items):
            self.tell("室と面積", "floor_unknown")
        elif not all(room.floor_m2 for room in cell.items):
            self.tell("室と面積", "floor_partly_unknown")

    def _figures(self, values: dict[str, Any]) -> None:
        if self.has("届出定員"):
            self._declared(values)
        if self.has("1人の面積"):
            self._rate(values)
        for field_name, column, lowest, highest, code in (
            ("blocked_places", "使えない人数", 0, 9999, "whole_bad"),
            ("opening_order", "開設順", 1, 9999, "order_bad"),
            ("opens_at_level", "開設レベル", 3, 4, "level_bad"),
        ):
            number = self.whole_number(column, lowest, highest, code)
            if number is not None:
                values[field_name] = number
        for field_name, column in (("staff_by_day", "職員昼"), ("staff_by_night", "職員夜")):
            if self._is_blank(column):
                values[field_name] = None
            elif (number := self.whole_number(column, 0, 9999, "whole_bad")) is not None:
                values[field_name] = number

    def _declared(self, values: dict[str, Any]) -> None:
        if self._is_blank("届出定員"):
            values["declared_capacity"] = None
            return
        count = self.count("届出定員")
        if not count.is_unknown or count.reading in {CountReading.ZERO, CountReading.EMPTY}:
            values["declared_capacity"] = count.indoor

    def _rate(self, values: dict[str, Any]) -> None:
        raw = unicodedata.normalize("NFKC", self.raw("1人の面積")).strip()
        rate = read_decimal(re.sub(r"\s*(?:㎡|m2|m²|平米)$", "", raw))
        if not raw:
            values["rate_m2"] = None
        elif rate in RATES_M2:
            values["rate_m2"] = next(known for known in RATES_M2 if known == rate)
        else:
            self.tell("1人の面積", "rate_bad")

    def _power(self, values: dict[str, Any]) -> None:
        for field_name, column in (("power_kw", "発電kW"), ("power_hours", "発電時間")):
            number = read_decimal(self.raw(column))
            if number is not None:
                values[field_name] = float(number)
            elif self._is_blank(column):
                values[field_name] = None
            elif self.has(column):
                self.tell(column, "number_bad")
        if self.raw("電源優先").strip():
            answer = is_yes(self.raw("電源優先"))
            if answer is None:
                self.tell("電源優先", "answer_unknown")
            else:
                values["is_power_first"] = answer

    def _abilities(self, values: dict[str, Any]) -> None:
        if self.raw("受入対象").strip() in _STAR:
            values["accepts"] = UNLIMITED
        elif self._is_blank("受入対象"):
            values["accepts"] = None
        elif (accepts := self.word_set("受入対象", CATEGORY_WORDS, "categories_unknown")) is not None:
            values["accepts"] = accepts
        values["need_capacity"] = self._needs()
        values["fitness"] = self._fitness()

    def _needs(self) -> dict[Need, int | Unlimited | None]:
        """What the file says per need; None = says unknown, absent = says nothing that can be read."""
        needs: dict[Need, int | Unlimited | None] = {}
        for need, column in NEED_COLUMNS.items():
            if self.raw(column).strip() in _STAR:
                needs[need] = UNLIMITED
            elif self._is_blank(column):
                needs[need] = None
            elif (number := self.whole_number(column, 0, 9999, "need_number_bad")) is not None:
                needs[need] = number
        return needs

    def _fitness(self) -> dict[HazardScenario, Fitness]:
        fitness = {}
        for hazard, column in FITNESS_COLUMNS.items():
            answer = self.word(column, FITNESS_WORDS, "fitness_unknown")
            if answer is not None or self._is_blank(column):
                fitness[hazard] = answer or Fitness.UNCONFIRMED
        return fitness

    def _record(self) -> dict[str, Any]:
        """What the file says of the facility record; sources of figures stand among the values."""
        record: dict[str, Any] = {}
        for field_name, column in (("agreement_on", "協定日"), ("announced_on", "公示日")):
            if self._is_blank(column):
                record[field_name] = None
            elif (day := self._day(column, "day_unreadable", "day_future")) is not None:
                record[field_name] = day
        self._listed(record, "equipment", "設備", read_equipment, "equipment_bad")
        self._listed(record, "stock", "備蓄", read_stock, "stock_bad")
        return record

    def _listed(
        self,
        into: dict[str, Any],
        field_name: str,
        column: str,
        read: Callable[[str, date], ListedCell[Any]],
        code: str,
    ) -> None:
        """Read a cell of several parts; where one cannot be read, nothing stored is taken away."""
        if not self.has(column):
            return
        cell = read(self.raw(column), self._today)
        into[field_name] = cell.items
        if cell.bad_parts:
            self._merged.add(field_name)
            parts = "、".join(f"{number}番目" for number in cell.bad_parts)
            self.tell_as(column, code, SITE_MESSAGES[code].format(parts=parts))

    def _is_blank(self, column: str) -> bool:
        """True where the file has the column and the cell says unknown."""
        return self.has(column) and fold_word(self.raw(column)) in _UNKNOWN_WORDS
