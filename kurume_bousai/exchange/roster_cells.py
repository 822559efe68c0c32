"""Reading the cells of one roster row. Nothing is guessed in silence: each repair and doubt is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Final, TypeVar

from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.dates import age_on, parse_date
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.names import unusual_characters
from kurume_bousai.exchange.problems import cell_problem
from kurume_bousai.exchange.words import Vocabulary, is_nothing

E = TypeVar("E", bound=Enum)

_NAME_LIMIT: Final = 100
_TEXT_LIMIT: Final = 1000
_OLDEST: Final = 130
_LINE_BREAKS: Final = re.compile(r"\s*(?:\r\n|[\r\n\v\f\x85\u2028\u2029]|_x000D_)\s*")
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
#: Anything about a cell that could be told: most cells hold none of it, and one search says so.
_REMARKABLE: Final = re.compile(
    r"^[\s=+\-@＝＋＠]|\s$|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>\ufffd]"
    r"|[\ufe00-\ufe0f\ue000-\uf8ff\U000e0100-\U000e01ef\U000f0000-\U0010ffff]|\?\?|_x000D_"
)
_PLAIN_PHONE: Final = re.compile(r"^0\d{1,4}-\d{1,4}-\d{3,4}$", re.ASCII)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "＠")
_DAMAGED_NUMBER: Final = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
_KANA: Final = re.compile(r"^[\u3040-\u309f\u30a0-\u30ff\s・ー.\-]*$")
_NO_BIRTH: Final = frozenset({"不詳", "不明", "-", "ー"})
_BIRTH_CODES: Final = {"date_impossible": "birth_impossible", "date_era": "birth_era"}


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

    def text(self, column: str, *, limit: int = _TEXT_LIMIT, long_code: str = "text_long") -> str:
        """A text kept as received, but on one line and without invisible control letters."""
        raw = self.raw(column)
        if not raw:
            return ""
        if len(raw) <= limit and not _REMARKABLE.search(raw):  # the common case, kept fast
            return raw
        text = _LINE_BREAKS.sub(" ", raw.strip())
        if text != raw.strip():
            self.tell(column, "line_break")
        cleaned = _CONTROL.sub("", text).strip()
        if cleaned != text.strip():
            self.tell(column, "control_letters")
        self._judge(column, cleaned, limit, long_code)
        return cleaned

    def _judge(self, column: str, text: str, limit: int, long_code: str) -> None:
        if len(text) > limit:
            self.tell(column, long_code)
        if "<" in text or ">" in text:
            self.tell(column, "text_markup")
        if text.startswith(_FORMULA_STARTS) and len(text) > 1:
            self.tell(column, "text_formula")
        if "\ufffd" in text or "??" in text:
            self.tell(column, "lost_letters")
        if unusual_characters(text):
            self.tell(column, "unusual_letters")

    def identifier(self, column: str) -> str:
        """An id: half-width, without the ``.0`` a spreadsheet put behind a code; "" = refused."""
        raw = self.raw(column).strip()
        key = unicodedata.normalize("NFKC", _CONTROL.sub("", raw)).strip()
        if not key:
            self.tell(column, "id_empty")
            return ""
        if _DAMAGED_NUMBER.match(key) and ("e" in key.casefold()):
            self.tell(column, "id_damaged")
            return ""
        if re.fullmatch(r"\d+\.0+", key):
            key = key.split(".")[0]
        if len(key) > _NAME_LIMIT:
            self.tell(column, "id_long")
            return ""
        if key != raw:
            self.tell(column, "id_repaired")
        return key

    def name(self, column: str) -> str:
        """A name as received; empty = refused."""
        name = self.text(column, limit=_NAME_LIMIT, long_code="name_long")
        if not name:
            self.tell(column, "name_empty")
        return name

    def kana(self, column: str) -> str:
        """The reading; letters that are not kana are kept and told."""
        kana = self.text(column)
        if not kana:
            self.tell(column, "kana_empty")
        elif not _KANA.match(unicodedata.normalize("NFKC", kana)):
            self.tell(column, "kana_unusual")
        return kana

    def birth(self, column: str) -> tuple[date | None, bool]:
        """The day of birth, and False where the row must be refused for it."""
        raw = self.raw(column).strip()
        if not raw or unicodedata.normalize("NFKC", raw) in _NO_BIRTH:
            self.tell(column, "birth_empty")
            return None, True
        try:
            born_on = parse_date(raw)
        except KnownProblem as problem:
            self.tell(column, _BIRTH_CODES.get(problem.code, "birth_unreadable"))
            return None, False
        if born_on > self._today:
            self.tell(column, "birth_future")
            return None, False
        if age_on(born_on, self._today) > _OLDEST:
            self.tell(column, "birth_too_old")
            return None, False
        return born_on, True

    def day(self, column: str, code: str) -> date | None:
        """A day; unreadable = told and left out."""
        raw = self.raw(column).strip()
        if not raw:
            return None
        try:
            return parse_date(raw)
        except KnownProblem:
            self.tell(column, code)
            return None

    def word(self, column: str, words: Vocabulary[E], code: str) -> E | None:
        """One word of a table; None = empty or told."""
        raw = self.raw(column)
        if not raw.strip():
            return None
        found = words.find(raw)
        if found is None:
            self.tell(column, code)
        return found

    def word_set(self, column: str, words: Vocabulary[E], code: str) -> frozenset[E] | None:
        """Several words; None = says nothing (empty, or no word of it known), 「なし」 = the empty set."""
        raw = self.raw(column)
        if not raw.strip():
            return None
        if is_nothing(raw):
            return frozenset()
        known, unknown = words.find_all(raw)
        if unknown:
            self.tell(column, code)
        return known or None

    def whole_number(self, column: str, lowest: int, highest: int, code: str) -> int | None:
        """A whole number within bounds; 「2人」 and 2.0 are read, anything else is told."""
        raw = unicodedata.normalize("NFKC", self.raw(column)).strip()
        if not raw:
            return None
        match = re.fullmatch(r"(\d{1,6})(?:\.0+)?\s*[人名]?", raw)
        number = int(match.group(1)) if match else -1
        if not lowest <= number <= highest:
            self.tell(column, code)
            return None
        return number

    def phone(self, column: str) -> str:
        """A telephone, half-width; a lost leading zero is put back and told."""
        raw = self.text(column)
        if not raw or (_PLAIN_PHONE.match(raw) and len(raw) in (12, 13)):
            return raw
        plain = re.sub(r"[‐‑‒–—―−ー]", "-", unicodedata.normalize("NFKC", raw))
        plain = re.sub(r"^(\d+)\.0+$", r"\1", plain)
        digits = "".join(letter for letter in plain if letter.isdecimal())
        if re.fullmatch(r"[\d\-() ]+", plain):
            if len(digits) in (9, 10) and digits[0] in "123456789":
                self.tell(column, "phone_zero_restored")
                return f"0{plain.lstrip('( ')}" if not plain.startswith("(") else f"(0{plain[1:]}"
            if len(digits) in (10, 11) and digits[0] == "0":
                return plain
        self.tell(column, "phone_doubtful")
        return raw

    def postal_code(self, column: str) -> str | None:
        """830-0000; None = told and left out."""
        raw = unicodedata.normalize("NFKC", self.raw(column)).strip()
        digits = re.sub(r"[〒\s\-‐‑‒–—―−ー]", "", re.sub(r"\.0+$", "", raw))
        if not digits:
            return ""
        if not re.fullmatch(r"\d{7}", digits):
            self.tell(column, "postal_code_bad")
            return None
        return f"{digits[:3]}-{digits[3:]}"

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
