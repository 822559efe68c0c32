"""What one cell of a list says: a value, and codes of what is to be told. Nothing is guessed in silence.

Every function is pure in the text of the cell, so that a column judges each spelling once.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, TypeVar

from kurume_bousai.domain.dates import age_on, in_japan, parse_date
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.names import kana_form, unusual_characters
from kurume_bousai.exchange.words import Vocabulary, is_nothing

E = TypeVar("E", bound=Enum)
Codes = tuple[str, ...]

NAME_LIMIT: Final = 100
TEXT_LIMIT: Final = 1000
DITTO: Final = frozenset(
    {"〃", "〃〃", "同上", "仝", "仝上", "々", "″", "”", '"', "''", "同右", "同左", "↓", "↑"}
)
_ERRORS: Final = frozenset(
    {"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#spill!", "#calc!", "#getting_data"}
)
_TOO_NARROW: Final = re.compile(r"^[#＃]{3,}$")
_AS_FORMULA: Final = re.compile(r'^="([^"]*)"$')
#: Days between the two counts of days a workbook may use.
DAYS_TO_1904: Final = 1462
_OLDEST: Final = 130
_LINE_BREAKS: Final = re.compile(r"\s*(?:\r\n|[\r\n\v\f\x85\u2028\u2029]|_x000D_)\s*")
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
#: Anything about a cell that could be told: most cells hold none of it, and one search says so.
_REMARKABLE: Final = re.compile(
    r"^[\s=+\-@＝＋＠]|\s$|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>\ufffd]"
    r"|[\ufe00-\ufe0f\ue000-\uf8ff\U000e0100-\U000e01ef\U000f0000-\U0010ffff]|\?\?|_x000D_"
).search
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "＠")
_DAMAGED_NUMBER: Final = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
#: Without an E, which may be the damage a spreadsheet does to a long number.
_PLAIN_ID: Final = re.compile(r"^[0-9A-DF-Za-df-z][0-9A-DF-Za-df-z\-]*$")
_FLOAT_CODE: Final = re.compile(r"^\d+\.0+$")
_KANA: Final = re.compile(r"^[\u3040-\u309f\u30a0-\u30ff\s・ー.\-]*$")
_ONLY_KANA: Final = re.compile(r"^[\u30a0-\u30ff\uff66-\uff9f\s・]+$")
_KANJI: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LOOSE_MARK: Final = re.compile("[\u3041-\u3096\u30a1-\u30f6][\u309b\u309c\u3099\u309a]")
_SEVERAL: Final = re.compile(
    r"[、，,／/＆&;；]\s*\S|(?:外|他|ほか)\s*[\d１-９一二三四五]+\s*[名人]"
    r"|[^\s]+[\s　]+[^\s]+[\r\n]+[^\s]+[\s　]+[^\s]+"
)
_MAYBE_SEVERAL: Final = re.compile(r"[\u3040-\u309f\u3400-\u9fff々]・[\u3040-\u309f\u3400-\u9fff々]")
_TITLE: Final = re.compile(r"(?:[\s　]*様|[\s　]+(?:殿|さん|氏))$")
_MARKED: Final = re.compile(r"^[\d０-９]+[\s.．、)）]|[●○◎■□◆◇▲△★☆※*＊×✕]")
_PLAIN_PHONE: Final = re.compile(r"^0\d{1,4}-\d{1,4}-\d{3,4}$", re.ASCII)
_PHONE_DASHES: Final = re.compile(r"[‐‑‒–—―−ー]")
_PHONE_LETTERS: Final = re.compile(r"[\d\-() ]+")
_WHOLE: Final = re.compile(r"(\d{1,6})(?:\.0+)?\s*[人名]?")
_PLAIN_POST: Final = re.compile(r"^\d{3}-\d{4}$", re.ASCII)
_POST_MARKS: Final = re.compile(r"[〒\s\-‐‑‒–—―−ー]|\.0+$")
_NO_BIRTH: Final = frozenset({"不詳", "不明", "-", "ー", "0", "00000000", "99999999", "0000000"})
_BIRTH_CODES: Final = {"date_impossible": "birth_impossible", "date_era": "birth_era"}
_ERA_CODE: Final = re.compile(r"^([1-5])(\d{2})(\d{2})(\d{2})$")
_ERA_LETTERS: Final = "MTSHR"
_SERIAL: Final = re.compile(r"^\d{1,5}(?:\.0+)?$")
_SHORT_YEAR: Final = re.compile(r"^'?\d{1,2}[./\-年]\d{1,2}[./\-月]\d{1,2}日?$|^\d{6}$")
_PARTLY: Final = re.compile(
    r"^(?:(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR])\s*(?:元|\d{1,2})|\d{4})(?:年|[./\-])?\s*"
    r"(?:頃|ころ|生まれ|生|月日不詳|\d{1,2}月(?:頃|ころ|生|生まれ)?|(?:\d{1,2}|不詳|不明|\?+)(?:月|[./\-])?(?:00?|不詳|不明|\?+|頃)日?|00?(?:月|[./\-])?\d{1,2}日?)?$"
)
_MOMENT: Final = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+\-]\d{2}:?\d{2})$")
_HOME_CITY: Final = re.compile(r"^(?:福岡県)?久留米市")
_PREFECTURE: Final = re.compile(r"^(?:北海道|東京都|京都府|大阪府|[^\d\s]{2,3}県)")
_OTHER_TOWN: Final = re.compile(r"^[^\d\s]{1,4}?(?:市(?![ノの之ケヶ])|郡[^\d\s]{1,5}[町村])")
_NUMBER_OR_TOWN: Final = re.compile(r"[\d０-９一二三四五六七八九十]|[市町村区郡県番字丁]")


def is_error(text: str) -> bool:
    """True for what a spreadsheet writes where it has no value: 「#N/A」, 「####」 of a narrow column."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain.casefold() in _ERRORS or _TOO_NARROW.match(plain) is not None


def bare_text(raw: str) -> str:
    """The text in 「="00012"」, which machines write to save the zeros of a number."""
    quoted = _AS_FORMULA.match(raw.strip())
    return raw if quoted is None else quoted.group(1)


def read_text(raw: str, *, limit: int = TEXT_LIMIT, long_code: str = "text_long") -> tuple[str, Codes]:
    """A text kept as received, but on one line and without invisible control letters."""
    if len(raw) <= limit and not _REMARKABLE(raw):  # the common case, kept fast
        return raw, ()
    codes: list[str] = []
    stripped = raw.strip()
    text = _LINE_BREAKS.sub(" ", stripped)
    if text != stripped:
        codes.append("line_break")
    cleaned = _CONTROL.sub("", text).strip()
    if cleaned != text.strip():
        codes.append("control_letters")
    if len(cleaned) > limit:
        codes.append(long_code)
    if "<" in cleaned or ">" in cleaned:
        codes.append("text_markup")
    if cleaned.startswith(_FORMULA_STARTS) and len(cleaned) > 1:
        codes.append("text_formula")
    if "\ufffd" in cleaned or "??" in cleaned:
        codes.append("lost_letters")
    if unusual_characters(cleaned):
        codes.append("unusual_letters")
    return cleaned, tuple(codes)


def read_identifier(raw: str) -> tuple[str, Codes]:
    """An id: half-width, without the ``.0`` a spreadsheet put behind a code; "" = refused."""
    stripped = raw.strip()
    if len(stripped) <= NAME_LIMIT and _PLAIN_ID.match(stripped):  # the common case, kept fast
        return stripped, ()
    key = unicodedata.normalize("NFKC", _CONTROL.sub("", stripped)).strip()
    key = key.removeprefix("'")  # 「'00012」: how a hand saves the zeros
    if not key:
        return "", ("id_empty",)
    if _DAMAGED_NUMBER.match(key):
        return "", ("id_damaged",)
    if stripped in DITTO:
        return "", ("ditto_refused",)
    if _FLOAT_CODE.fullmatch(key):
        key = key.split(".")[0]
    if len(key) > NAME_LIMIT:
        return "", ("id_long",)
    return key, ("id_repaired",) if key != stripped else ()


def read_name(raw: str) -> tuple[str, Codes]:
    """A name as received; several people in one cell are refused, a 「様」 behind the name is taken off."""
    name, codes = read_text(raw, limit=NAME_LIMIT, long_code="name_long")
    if not name:
        return "", (*codes, "name_empty")
    if name in DITTO:
        return "", ("ditto_refused",)
    if _SEVERAL.search(raw.strip()) and not {"text_markup", "text_formula"} & {*codes}:
        return name, (*codes, "name_several")
    if _MAYBE_SEVERAL.search(name):
        codes = (*codes, "name_several_maybe")
    if _MARKED.search(name):
        codes = (*codes, "name_marked")
    if (title := _TITLE.search(name)) and title.start() > 0:
        return name[: title.start()], (*codes, "name_title")
    return name, codes


def read_kana(raw: str) -> tuple[str, Codes]:
    """The reading in full-width カタカナ; letters that are not kana are kept and told, loose ゛ joined."""
    kana, codes = read_text(raw)
    if not kana:
        return "", (*codes, "kana_empty")
    if _LOOSE_MARK.search(kana):
        joined = kana.replace("\u309b", "\u3099").replace("\u309c", "\u309a")
        kana, codes = unicodedata.normalize("NFC", joined), (*codes, "kana_joined")
    if not _KANA.match(unicodedata.normalize("NFKC", kana)):
        codes = (*codes, "kana_unusual")
    return kana_form(kana), codes


def are_swapped(name: str, kana: str) -> bool:
    """True where the name is only kana and the reading is not: the columns were exchanged."""
    return bool(kana) and bool(_KANJI.search(kana)) and bool(_ONLY_KANA.match(name))


def read_birth(raw: str, today: date, *, is_from_1904: bool = False) -> tuple[date | None, Codes]:
    """The day of birth; a code that refuses the row where it cannot be one."""
    text = raw.strip()
    if not text or unicodedata.normalize("NFKC", text) in _NO_BIRTH:
        return None, ("birth_empty",)
    try:
        born_on, codes = _read_any_day(text, is_from_1904=is_from_1904)
    except KnownProblem as problem:
        return None, (_birth_code(text, problem.code),)
    if born_on > today:
        return None, ("birth_future",)
    if age_on(born_on, today) > _OLDEST:
        return None, ("birth_too_old",)
    return born_on, codes


def _birth_code(text: str, code: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if _SHORT_YEAR.match(plain):
        return "birth_short_year"
    if _PARTLY.match(plain.upper()):
        return "birth_partly"
    return _BIRTH_CODES.get(code, "birth_unreadable")


def _read_any_day(text: str, *, is_from_1904: bool) -> tuple[date, Codes]:
    """A day in the spellings of ``parse_date`` and in those only machines write; the latter are told."""
    plain = unicodedata.normalize("NFKC", text)
    if match := _ERA_CODE.match(plain):
        era, year, month, day = match.groups()
        return parse_date(f"{_ERA_LETTERS[int(era) - 1]}{year}{month}{day}"), ("birth_era_code",)
    if _SERIAL.match(plain):
        return parse_date(plain) + timedelta(DAYS_TO_1904 if is_from_1904 else 0), ("birth_serial",)
    if _MOMENT.match(plain):
        return in_japan(datetime.fromisoformat(plain)).date(), ("birth_moment",)
    return parse_date(text), ()


def read_day(raw: str, code: str, *, is_from_1904: bool = False) -> tuple[date | None, Codes]:
    """A day; unreadable = told and left out."""
    text = raw.strip()
    if not text:
        return None, ()
    try:
        return _read_any_day(text, is_from_1904=is_from_1904)[0], ()
    except KnownProblem:
        return None, (code,)


def read_word(raw: str, words: Vocabulary[E], code: str) -> tuple[E | None, Codes]:
    """One word of a table; None = empty or told."""
    if not raw.strip():
        return None, ()
    found = words.find(raw)
    return found, () if found is not None else (code,)


def read_words(raw: str, words: Vocabulary[E], code: str) -> tuple[frozenset[E] | None, Codes]:
    """Several words; None = says nothing (empty, or no word of it known), 「なし」 = the empty set."""
    if not raw.strip():
        return None, ()
    if is_nothing(raw):
        return frozenset(), ()
    known, unknown = words.find_all(raw)
    return known or None, (code,) if unknown else ()


def read_whole_number(raw: str, lowest: int, highest: int, code: str) -> tuple[int | None, Codes]:
    """A whole number within bounds; 「2人」 and 2.0 are read, anything else is told."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if not text:
        return None, ()
    match = _WHOLE.fullmatch(text)
    number = int(match.group(1)) if match else -1
    return (number, ()) if lowest <= number <= highest else (None, (code,))


def read_phone(raw: str) -> tuple[str, Codes]:
    """A telephone, half-width; a lost leading zero is put back and told."""
    if _PLAIN_PHONE.match(raw) and len(raw) in (12, 13):
        return raw, ()
    text, codes = read_text(raw)
    if not text or is_nothing(text):
        return "", codes
    plain = _PHONE_DASHES.sub("-", unicodedata.normalize("NFKC", text))
    if _FLOAT_CODE.match(plain):
        plain = plain.split(".")[0]
    digits = "".join(letter for letter in plain if letter.isdecimal())
    if _PHONE_LETTERS.fullmatch(plain):
        if len(digits) in (9, 10) and digits[0] in "123456789":
            restored = f"(0{plain[1:]}" if plain.startswith("(") else f"0{plain.lstrip('( ')}"
            return restored, (*codes, "phone_zero_restored")
        if len(digits) in (10, 11) and digits[0] == "0":
            return plain, codes
    return text, (*codes, "phone_doubtful")


def read_postal_code(raw: str) -> tuple[str | None, Codes]:
    """830-0000; None = told and left out."""
    if _PLAIN_POST.match(raw):
        return raw, ()
    digits = _POST_MARKS.sub("", unicodedata.normalize("NFKC", raw).strip())
    if not digits:
        return "", ()
    if len(digits) != 7 or not digits.isdecimal():
        return None, ("postal_code_bad",)
    return f"{digits[:3]}-{digits[3:]}", ()


def read_address(raw: str) -> tuple[str, Codes]:
    """An address as received; one of another city is told."""
    address, codes = read_text(raw)
    if not address:
        return "", (*codes, "address_empty")
    if _is_elsewhere(unicodedata.normalize("NFKC", address)):
        codes = (*codes, "address_elsewhere")
    return address, codes


def _is_elsewhere(address: str) -> bool:
    if _HOME_CITY.match(address):
        return False
    rest = address.removeprefix("福岡県")
    return (rest == address and _PREFECTURE.match(address) is not None) or _OTHER_TOWN.match(rest) is not None


def is_name_like(address: str) -> bool:
    """True for a short text of two words without a number or a word of a place."""
    return len(address) <= 12 and len(address.split()) == 2 and not _NUMBER_OR_TOWN.search(address)
