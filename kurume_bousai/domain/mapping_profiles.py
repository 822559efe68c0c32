"""How the columns of an office's file become ours, kept under the office's name (FEATURES A2).

Nothing here is personal: headings, code tables and constants only. What may not be said once for a whole
file (who a person is, whether somebody consented, that somebody need not be hidden) cannot be a constant.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, NewType

from kurume_bousai.domain.errors import KnownProblem

MappingProfileId = NewType("MappingProfileId", str)

#: Columns that each row must say for itself (RULEBOOK §1, §7: the default of a consent is no).
NEVER_CONSTANT: Final = frozenset(
    {"ID", "氏名", "フリガナ", "生年月日", "住所", "名簿同意", "同意日", "説明日", "経度", "緯度"}
)
LONGEST_PROFILE_NAME: Final = 60
_IGNORED: Final = str.maketrans("", "", " \t\r\n　*＊※")


class Split(Enum):
    """分け方: which part of one column of theirs a column of ours takes."""

    NAME = "name"  # 「架空 花子（カクウ ハナコ）」の漢字
    KANA = "kana"  # 同じ欄のフリガナ
    ADDRESS = "address"  # 「架空町9999-12 架空荘901」の番地まで
    BUILDING = "building"  # 同じ欄の建物の名前


#: The column each part belongs to: a part elsewhere would be a slip of the hand.
SPLIT_COLUMNS: Final[Mapping[Split, str]] = {
    Split.NAME: "氏名",
    Split.KANA: "フリガナ",
    Split.ADDRESS: "住所",
    Split.BUILDING: "方書",
}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """列の対応: canonical column → what it is made of.

    ``headings``: the columns of theirs, joined by a space where there are several (姓 + 名);
    ``constants``: one value for every row; ``defaults``: a value where the cell is empty;
    ``words``: their code → our word; ``splits``: the part of the cell that is meant.
    """

    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    splits: Mapping[str, Split] = field(default_factory=dict)

    @classmethod
    def of(cls, headings: Mapping[str, str]) -> ColumnMapping:
        """A mapping that only renames: canonical column → heading."""
        return cls({name: (heading,) for name, heading in headings.items()})

    def required_headings(self) -> tuple[str, ...]:
        """Every heading of theirs that it uses."""
        return tuple(dict.fromkeys(one for headings in self.headings.values() for one in headings))

    def faults(self, known: Iterable[str]) -> tuple[str, ...]:
        """What is wrong with it, in whole sentences; () = nothing. ``known``: the canonical columns."""
        columns = frozenset(known)
        used = {*self.headings, *self.constants, *self.defaults, *self.words, *self.splits}
        told = [f"「{name}」という項目はありません。" for name in sorted(used - columns)]
        fixed = {*self.constants, *self.defaults}
        told += [
            f"「{name}」は行ごとに違うので、同じ値を決められません。"
            for name in sorted(fixed & NEVER_CONSTANT)
        ]
        for values in (self.constants, self.defaults):
            if _is_no(values.get("支援措置", "")):
                told.append("「支援措置」をまとめて「なし」にはできません。")
        told += [
            f"「{name}」には「{SPLIT_COLUMNS[part]}」の分け方を使えません。"
            for name, part in self.splits.items()
            if SPLIT_COLUMNS[part] != name
        ]
        told += [
            f"「{name}」の対応表に、空のコードがあります。"
            for name, table in self.words.items()
            if any(not fold_code(theirs) for theirs in table)
        ]
        return tuple(told)


@dataclass(frozen=True, slots=True)
class HeaderDifference:
    """見出しの違い: between the file a profile was made of and the file at hand.

    ``missing`` are headings the mapping needs; ``gone`` are others that were there.
    """

    missing: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    is_moved: bool = False

    def __bool__(self) -> bool:
        return bool(self.missing or self.gone or self.added or self.is_moved)

    def sentences(self) -> tuple[str, ...]:
        """What differs, one sentence each."""
        told = []
        if self.missing:
            told.append(f"使っている列がなくなりました: {'、'.join(self.missing)}。")
        if self.gone:
            told.append(f"使っていない列がなくなりました: {'、'.join(self.gone)}。")
        if self.added:
            told.append(f"新しい列があります: {'、'.join(self.added)}。")
        if self.is_moved:
            told.append("列の並びが変わりました。")
        return tuple(told)


@dataclass(frozen=True, slots=True)
class MappingProfile:
    """保存した列の対応: one office's file, recognised again by its headings."""

    profile_id: MappingProfileId
    name: str
    header: tuple[str, ...]
    mapping: ColumnMapping
    saved_at: datetime
    saved_by: str

    @property
    def fingerprint(self) -> str:
        """What its file's headings are recognised by."""
        return header_fingerprint(self.header)

    def differences(self, header: Sequence[str]) -> HeaderDifference:
        """How a file's headings differ from those it was made of."""
        before, now = _folded(self.header), _folded(header)
        if not before:  # written by hand, without a file to compare with
            needed = _folded(self.mapping.required_headings())
            return HeaderDifference(missing=tuple(word for key, word in needed.items() if key not in now))
        lost = {key: word for key, word in before.items() if key not in now}
        needed = _folded(self.mapping.required_headings())
        added = tuple(word for key, word in now.items() if key not in before)
        return HeaderDifference(
            missing=tuple(word for key, word in lost.items() if key in needed),
            gone=tuple(word for key, word in lost.items() if key not in needed),
            added=added,
            is_moved=not lost and not added and tuple(before) != tuple(now),
        )


def fold_heading(text: str) -> str:
    """A heading without width, spaces, line breaks and marks, so that spellings of it meet."""
    return unicodedata.normalize("NFKC", text).translate(_IGNORED).casefold()


def header_fingerprint(header: Sequence[str]) -> str:
    """SHA-256 of the folded headings in their order; empty headings stand for themselves."""
    return hashlib.sha256("\x1f".join(map(fold_heading, header)).rstrip("\x1f").encode()).hexdigest()


def fold_code(text: str) -> str:
    """A code without width, case and outer spaces, and without the 「.0」 of a spreadsheet."""
    return re.sub(r"^(\d+)\.0+$", r"\1", unicodedata.normalize("NFKC", text).strip()).casefold()


def require_profile_name(name: str) -> str:
    """The name cleaned of outer spaces.

    Raises
    ------
    KnownProblem
        ``profile_name_bad``.
    """
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    if not cleaned or len(cleaned) > LONGEST_PROFILE_NAME or not cleaned.isprintable():
        raise KnownProblem(
            "profile_name_bad",
            f"列の対応の名前は1から{LONGEST_PROFILE_NAME}文字で書きます。",
            advice="例: 介護保険課 認定者抽出",
        )
    return cleaned


def _folded(header: Iterable[str]) -> dict[str, str]:
    return {key: word.strip() for word in header if (key := fold_heading(word))}


def _is_no(text: str) -> bool:
    """Anything but a plain yes: nobody is brought out of hiding by a whole column."""
    return bool(text.strip()) and fold_code(text) not in {"○", "〇", "◯", "1", "はい", "有", "あり", "該当"}


_KANA_RUN: Final = r"[\u3041-\u309f\u30a0-\u30ff\uff66-\uff9f][\u3041-\u309f\u30a0-\u30ff\uff66-\uff9f\s　]*"
_IN_BRACKETS: Final = re.compile(
    rf"^(?P<name>.*?)\s*[（(\[［【〔]\s*(?P<kana>{_KANA_RUN})[）)\]］】〕]\s*$", re.DOTALL
)
_AFTER_MARK: Final = re.compile(rf"^(?P<name>[^/／\n|｜]*?)\s*[/／\n|｜]\s*(?P<kana>{_KANA_RUN})$", re.DOTALL)
_BEFORE_MARK: Final = re.compile(
    rf"^(?P<kana>{_KANA_RUN}?)\s*[/／\n|｜]\s*(?P<name>[^/／\n|｜]+)$", re.DOTALL
)
_AFTER_SPACE: Final = re.compile(
    r"^(?P<name>.*[\u3400-\u9fff々\U00020000-\U0003ffff]\S*)[\s　]+"
    r"(?P<kana>[\u30a0-\u30ff\uff66-\uff9f][\u30a0-\u30ff\uff66-\uff9f\s　]*)$"
)
_WORDS_OF_NAME: Final = 2
_NUMBER_END: Final = r"\d(?:[\d\-‐‑‒–—―−－ー~～]|丁目|番地の?|番|号|の(?=\d))*"
_SPACED_BUILDING: Final = re.compile(
    rf"^(?P<address>.*?{_NUMBER_END})[\s　]+(?P<building>(?=.*[^\d\s\-－])\S.*)$", re.DOTALL
)
_BUILDING_WORDS: Final = (
    "荘|館|寮|苑|ハイツ|コーポ|マンション|アパート|ビル|棟|号室|団地|住宅|メゾン|レジデンス|ハイム|様方|方$"
)
_JOINED_BUILDING: Final = re.compile(
    rf"^(?P<address>.*?{_NUMBER_END})(?P<building>[^\d\s\-].*?(?:{_BUILDING_WORDS}).*)$", re.DOTALL
)


def split_name(text: str) -> tuple[str, str]:
    """Name and reading of one cell; the reading is empty where none is seen."""
    for pattern in (_IN_BRACKETS, _AFTER_MARK, _BEFORE_MARK):
        if match := pattern.match(text.strip()):
            return match["name"].strip(), match["kana"].strip()
    match = _AFTER_SPACE.match(text.strip())
    # 「山田 エミ」 is a name and no reading: only as many words of kana as of the name are taken for one.
    if match and len(match["kana"].split()) == len(match["name"].split()) >= _WORDS_OF_NAME:
        return match["name"].strip(), match["kana"].strip()
    return text, ""


def split_address(text: str) -> tuple[str, str]:
    """Address up to the house number, and the building of one cell; empty where none is seen."""
    for pattern in (_SPACED_BUILDING, _JOINED_BUILDING):
        if match := pattern.match(text.strip()):
            return match["address"].strip(), match["building"].strip()
    return text, ""


def part_of(text: str, split: Split) -> str:
    """The part of a cell that is meant."""
    if split in (Split.NAME, Split.KANA):
        return split_name(text)[split is Split.KANA]
    return split_address(text)[split is Split.BUILDING]
