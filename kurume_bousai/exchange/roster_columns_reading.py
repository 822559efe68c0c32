"""The rule of each column of the list: the field it fills, and how one of its cells is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, Final, TypeVar

from kurume_bousai.exchange import cell_reading as reading
from kurume_bousai.exchange.cell_reading import Codes
from kurume_bousai.exchange.roster_mapping import CodeTable
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    CONSENT_WORDS,
    NEED_WORDS,
    REASON_WORDS,
    REGISTRATION_WORDS,
    SEX_WORDS,
    Vocabulary,
    fold_word,
    is_yes,
)

E = TypeVar("E", bound=Enum)
#: What a cell is worth that says nothing: the value that is kept stays.
ABSENT: Final = object()
#: A cell's value and what is told of it.
CellReading = tuple[Any, Codes]
CellReader = Callable[[str], CellReading]
_Look = Callable[[str], CellReading | None]

_CARE_LEVELS: Final = frozenset(
    fold_word(level)
    for level in (
        "自立",
        "なし",
        "非該当",
        *(f"要支援{n}" for n in (1, 2)),
        *(f"要介護{n}" for n in range(1, 6)),
    )
)
_PLAIN_TEXTS: Final = {
    "方書": "building", "メール・FAX": "mail_or_fax", "自治会": "neighborhood", "民生委員": "commissioner",
    "身障等級": "physical_grade", "療育": "intellectual_grade", "精神等級": "mental_grade", "難病": "disease",
    "世帯ID": "household_id", "情報伝達手段": "information_means", "備考": "note",
}  # fmt: skip
#: Columns whose cells differ from row to row: to remember each would cost more than to read it.
_NEVER_REMEMBERED: Final = frozenset(
    {"ID", "氏名", "住所", "電話1", "電話2", "備考", "経度", "緯度", "世帯ID"}
)
_REMEMBERED: Final = 8192


class ColumnReader:
    """列の読み手: reads the cells of one column, each spelling once. Lives as long as one reading.

    ``field`` is the field of ``RosterMember`` it fills; "" where the row reads it itself. ``known`` is what
    is remembered. ``look`` first, then ask ``read``: it gives what is remembered, or plainly as it should be.
    """

    __slots__ = ("_forgets", "_read", "_states_empty", "_table", "field", "known", "look", "name", "position")

    def __init__(
        self, name: str, position: int, today: date, *, table: CodeTable | None, is_from_1904: bool
    ) -> None:
        self.name = name
        self.position = position
        self.field, self._read, self._states_empty = _rule(name, today, is_from_1904=is_from_1904)
        self._table = table
        self._forgets = name in _NEVER_REMEMBERED
        self.known: dict[str, CellReading] = {"": self._judge("")}
        plain = None if table is not None else _PLAIN.get(name)
        self.look = self.known.get if plain is None else _plain_or(plain, self.known.get)

    def read(self, raw: str) -> CellReading:
        """What a cell says (``ABSENT`` = nothing), and what is to be told of it."""
        found = self._judge(raw)
        if not self._forgets and len(self.known) < _REMEMBERED:
            self.known[raw] = found
        return found

    def _judge(self, raw: str) -> CellReading:
        text = raw
        if self._table is not None:
            translated = self._table.translate(raw)
            if translated is None:
                return ABSENT, ("protected_code" if self.name == "支援措置" else "code_unlisted",)
            text = translated
        if text[:1] in _SIGNS:
            text = reading.bare_text(text)
            if reading.is_error(text):
                return ABSENT, ("cell_error_refused" if self.name in _NEEDED else "cell_error",)
        if 0 < len(text) <= _LONGEST_DITTO and text.strip() in reading.DITTO and self.name not in _OWN_DITTO:
            return ABSENT, ("ditto_refused" if self.name in _KEYS else "ditto",)
        value, codes = self._read(text)
        return (ABSENT if value is None and not self._states_empty else value), codes


#: What the cells of columns that are never remembered mostly look like. Their reader would give such a cell
#: as it is, with nothing to tell (tested against it); it is not asked.
_PLAIN: Final = {
    "ID": re.compile(r"[0-9A-DF-Za-df-z][0-9A-DF-Za-df-z\-]{0,49}", re.ASCII),
    "電話1": re.compile(r"(?=.{12,13}\Z)0\d{1,4}-\d{1,4}-\d{3,4}", re.ASCII),
    "電話2": re.compile(r"(?=.{12,13}\Z)0\d{1,4}-\d{1,4}-\d{3,4}", re.ASCII),
    "経度": re.compile(r"\d{2,3}\.\d{1,16}", re.ASCII),
    "緯度": re.compile(r"\d{2,3}\.\d{1,16}", re.ASCII),
    "世帯ID": re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]{4,49}", re.ASCII),
}


def _plain_or(plain: re.Pattern[str], known: _Look) -> _Look:
    match = plain.fullmatch

    def look(raw: str) -> CellReading | None:
        return (raw, ()) if match(raw) else known(raw)

    return look


_LONGEST_DITTO: Final = 4
_KEYS: Final = frozenset({"生年月日", "支援措置"})
_OWN_DITTO: Final = frozenset({"ID", "氏名"})
_SIGNS: Final = frozenset({"#", "＃", "="})
#: Columns without which nobody is taken: what cannot be read in them refuses the row.
_NEEDED: Final = _KEYS | _OWN_DITTO


def _rule(name: str, today: date, *, is_from_1904: bool) -> tuple[str, CellReader, bool]:
    """Field, reader, and whether an empty cell states that there is nothing."""
    if name in _PLAIN_TEXTS:
        return _PLAIN_TEXTS[name], reading.read_text, True
    rules: dict[str, tuple[str, CellReader, bool]] = {
        "ID": ("", reading.read_identifier, True),
        "氏名": ("name", reading.read_name, True),
        "フリガナ": ("kana", reading.read_kana, True),
        "生年月日": ("born_on", partial(reading.read_birth, today=today, is_from_1904=is_from_1904), True),
        "性別": ("sex", partial(reading.read_word, words=SEX_WORDS, code="sex_unknown"), False),
        "郵便番号": ("postal_code", reading.read_postal_code, False),
        "住所": ("address", reading.read_address, True),
        "電話1": ("phone", reading.read_phone, True),
        "電話2": ("phone_second", reading.read_phone, True),
        "校区": ("", reading.read_text, True),
        "事由": ("reasons", _words(REASON_WORDS, "reason_unknown"), False),
        "要介護度": ("care_level", read_care_level, True),
        "支援の必要": ("needs", _words(NEED_WORDS, "needs_unknown"), False),
        "受入対象": ("categories", _words(CATEGORY_WORDS, "categories_unknown"), False),
        "同居人数": ("household_size", _number(1, 99, "household_size_bad"), False),
        "同行者数": ("companion_count", _number(0, 20, "companions_bad"), False),
        "登録状態": (
            "",
            partial(reading.read_word, words=REGISTRATION_WORDS, code="registration_unknown"),
            False,
        ),
        "登録日": ("", _day("registered_on_unreadable", is_from_1904=is_from_1904), False),
        "名簿同意": ("", partial(reading.read_word, words=CONSENT_WORDS, code="consent_unknown"), False),
        "同意日": ("", _day("consent_date_unreadable", is_from_1904=is_from_1904), False),
        "説明日": ("", _day("explained_on_unreadable", is_from_1904=is_from_1904), False),
        "説明者": ("", reading.read_text, True),
        "支援措置": ("", read_protected, False),
        "経度": ("", _as_it_is, False),
        "緯度": ("", _as_it_is, False),
    }
    return rules[name]


def _words(words: Vocabulary[E], code: str) -> CellReader:
    return partial(reading.read_words, words=words, code=code)


def _number(lowest: int, highest: int, code: str) -> CellReader:
    return partial(reading.read_whole_number, lowest=lowest, highest=highest, code=code)


def _day(code: str, *, is_from_1904: bool) -> CellReader:
    return partial(reading.read_day, code=code, is_from_1904=is_from_1904)


def _as_it_is(raw: str) -> CellReading:
    return unicodedata.normalize("NFKC", raw).strip(), ()


def read_care_level(raw: str) -> tuple[str, Codes]:
    """A care level, half-width; a word that is none is kept and told."""
    text, codes = reading.read_text(raw)
    level = unicodedata.normalize("NFKC", text)
    if level and fold_word(level) not in _CARE_LEVELS:
        codes = (*codes, "care_level_unknown")
    return level, codes


def read_protected(raw: str) -> tuple[bool | None, Codes]:
    """支援措置: neither hiding nor showing somebody may be guessed."""
    if not raw.strip():
        return None, ()
    answer = is_yes(raw)
    return answer, () if answer is not None else ("protected_unreadable",)
