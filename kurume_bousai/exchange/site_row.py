"""Reading one row of a list of sites: what 福祉避難所 and 介護事業所 files have in common."""

from __future__ import annotations

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.exchange.people_counts import ParsedCount, describe_count, parse_people_count
from kurume_bousai.exchange.problems import SITE_MESSAGES
from kurume_bousai.exchange.roster_cells import RowCells


class SiteCells(RowCells):
    """施設の行の欄: cells of a list of sites, with sentences of its own."""

    def tell(self, column: str, code: str) -> None:
        """Keep a problem; sites have sentences of their own for some codes."""
        if code in SITE_MESSAGES:
            self.tell_as(column, code, SITE_MESSAGES[code])
        else:
            super().tell(column, code)

    def tell_as(self, column: str, code: str, message: str) -> None:
        """Keep a problem whose sentence says what was read."""
        self.problems.append(RowProblem(self.row, column, self.raw(column), code, message))

    def own_id(self, column: str, seen: set[str]) -> str:
        """Read an id that no earlier row has; "" = refused."""
        site_id = self.identifier(column)
        if site_id in seen:
            self.tell(column, "id_repeated")
            return ""
        if site_id:
            seen.add(site_id)
        return site_id

    def count(self, column: str) -> ParsedCount:
        """Read a number of people; whatever is no plain number is told with what was read."""
        count = parse_people_count(self.raw(column))
        if not count.is_plain:
            self.tell_as(column, count.reading.value, describe_count(count))
        return count
