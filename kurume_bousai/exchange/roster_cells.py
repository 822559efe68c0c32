"""Reading the cells of one row by column, each with what is to be told about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import TypeVar

from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.exchange import cell_reading
from kurume_bousai.exchange.cell_reading import Codes
from kurume_bousai.exchange.problems import cell_problem
from kurume_bousai.exchange.words import Vocabulary

E = TypeVar("E", bound=Enum)
V = TypeVar("V")


class RowCells:
    """行の欄: reads cells by column and gathers what is to be told about them."""

    def __init__(self, row: int, positions: Mapping[str, int], cells: Sequence[str], *, today: date) -> None:
        self.row = row
        self.problems: list[RowProblem] = []
        self._positions = positions
        self._cells = cells
        self._today = today

    def has(self, column: str) -> bool:
        """True where the file has the column."""
        return column in self._positions

    def raw(self, column: str) -> str:
        """The cell as received; empty where the row is short or the file lacks the column."""
        position = self._positions.get(column, -1)
        return self._cells[position] if 0 <= position < len(self._cells) else ""

    def tell(self, column: str, code: str) -> None:
        """Keep a problem of this row."""
        self.problems.append(cell_problem(self.row, column, self.raw(column), code))

    def _told(self, column: str, found: tuple[V, Codes]) -> V:
        value, codes = found
        for code in codes:
            self.tell(column, code)
        return value

    def text(self, column: str) -> str:
        """A text kept as received, but on one line and without invisible control letters."""
        return self._told(column, cell_reading.read_text(self.raw(column)))

    def identifier(self, column: str) -> str:
        """An id: half-width, without the ``.0`` a spreadsheet put behind a code; "" = refused."""
        return self._told(column, cell_reading.read_identifier(self.raw(column)))

    def name(self, column: str) -> str:
        """A name as received; empty = refused."""
        limit = cell_reading.NAME_LIMIT
        name, codes = cell_reading.read_text(self.raw(column), limit=limit, long_code="name_long")
        return self._told(column, (name, codes if name else (*codes, "name_empty")))

    def kana(self, column: str) -> str:
        """The reading; letters that are not kana are kept and told."""
        return self._told(column, cell_reading.read_kana(self.raw(column)))

    def day(self, column: str, code: str) -> date | None:
        """A day; unreadable = told and left out."""
        return self._told(column, cell_reading.read_day(self.raw(column), code))

    def word(self, column: str, words: Vocabulary[E], code: str) -> E | None:
        """One word of a table; None = empty or told."""
        return self._told(column, cell_reading.read_word(self.raw(column), words, code))

    def word_set(self, column: str, words: Vocabulary[E], code: str) -> frozenset[E] | None:
        """Several words; None = says nothing (empty, or no word of it known), 「なし」 = the empty set."""
        return self._told(column, cell_reading.read_words(self.raw(column), words, code))

    def whole_number(self, column: str, lowest: int, highest: int, code: str) -> int | None:
        """A whole number within bounds; 「2人」 and 2.0 are read, anything else is told."""
        return self._told(column, cell_reading.read_whole_number(self.raw(column), lowest, highest, code))

    def phone(self, column: str) -> str:
        """A telephone, half-width; a lost leading zero is put back and told."""
        return self._told(column, cell_reading.read_phone(self.raw(column)))

    def postal_code(self, column: str) -> str | None:
        """830-0000; None = told and left out."""
        return self._told(column, cell_reading.read_postal_code(self.raw(column)))

    def position(self, lon_column: str, lat_column: str) -> LonLat | None:
        """The point; None = empty or told. Swapped and foreign points are told, never turned round."""
        lon_text, lat_text = (
            unicodedata.normalize("NFKC", self.raw(column)).strip() for column in (lon_column, lat_column)
        )
        if not lon_text and not lat_text:
            return None
        code, point = read_position(lon_text, lat_text)
        if code:
            self.tell(lat_column if code == "position_half" and lon_text else lon_column, code)
        return point


def read_position(lon_text: str, lat_text: str) -> tuple[str, LonLat | None]:
    """A point of the city from two texts, or the code of what is wrong with them."""
    if not lon_text or not lat_text:
        return "position_half", None
    try:
        lon, lat = float(lon_text), float(lat_text)
        point = LonLat(lon, lat)
    except ValueError:
        try:
            swapped = LonLat(float(lat_text), float(lon_text))
        except ValueError:
            return "position_unreadable", None
        return ("position_swapped" if in_city_extent(swapped) else "position_unreadable"), None
    if not in_city_extent(point):
        return "position_outside_city", None
    return "", point
