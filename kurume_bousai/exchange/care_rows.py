"""Files of 介護事業所 (介護サービス情報公表, 推奨データセット): whom the city might ask."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.exchange.columns import match_columns
from kurume_bousai.exchange.site_row import SiteCells
from kurume_bousai.exchange.tables import read_table
from kurume_bousai.exchange.welfare_columns import CARE_COLUMNS
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind


def read_care_facilities(path: Path) -> SiteFile:
    """Read a list of care facilities; 定員 0 or empty is unknown, one number may stand for several services.

    Raises ``KnownProblem`` as ``read_table`` and ``match_columns`` do.
    """
    table = read_table(path, CARE_COLUMNS)
    header = _without_second_id(table.header)
    positions = match_columns(header, CARE_COLUMNS, where=table.file_name).positions
    rows = [_CareRow(row.row, positions, row.cells, today=date.max) for row in table.rows]
    seen: set[str] = set()
    sites = [site for row in rows if (site := row.facility(seen)) is not None]
    return SiteFile(
        file_name=table.file_name,
        encoding=table.encoding,
        kind=SiteKind.CARE,
        sites=tuple(sites),
        read=len(rows),
        rejected=len(rows) - len(sites),
        unknown_capacity=sum(site.values["capacity"] is None for site in sites),
        problems=tuple(problem for row in rows for problem in row.problems),
    )


def _without_second_id(header: tuple[str, ...]) -> list[str]:
    """Drop the heading "No" where 事業所番号 stands too: files of 介護サービス情報公表 have both."""
    if "事業所番号" not in header:
        return list(header)
    return ["" if cell in {"No", "NO"} else cell for cell in header]


class _CareRow(SiteCells):
    """介護事業所の一行."""

    def facility(self, seen: set[str]) -> ParsedSite | None:
        """The facility, or None where its number or name cannot be read, or the row repeats another."""
        number, name, service = (
            self.identifier("事業所番号"),
            self.name("事業所名"),
            self.text("サービスの種類"),
        )
        count = self.count("定員")
        point = self.position("経度", "緯度")
        facility_id = f"{number}:{service}" if service else number
        if number and facility_id in seen:
            self.tell("事業所番号", "id_repeated")
            return None
        if not number or not name:
            return None
        seen.add(facility_id)
        values = {
            "office_number": number,
            "service": service,
            "address": self.text("住所"),
            "phone": self.phone("電話番号"),
            "capacity": count.indoor,
            "capacity_text": count.note,
            "note": self.text("備考"),
        }
        return ParsedSite(self.row, SiteId(facility_id), name, point, values=values)
