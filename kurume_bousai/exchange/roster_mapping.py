"""From an office's columns to ours: the mapping laid over one header, and what each row then holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_profiles import ColumnMapping, Split, fold_code, fold_heading, part_of
from kurume_bousai.exchange.columns import Column, match_columns, names_of
from kurume_bousai.exchange.header_rows import GROUP_MARK
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS

#: Groups that say whose or what kind of thing it is, and change nothing of what the leaf means.
_NEUTRAL_GROUPS: Final = frozenset(
    map(
        fold_heading,
        [
            "本人",
            "対象者",
            "要支援者",
            "避難行動要支援者",
            "基本情報",
            "基本",
            "連絡先",
            "電話",
            "住所",
            "氏名",
            "住民情報",
            "世帯",
            "世帯情報",
            "介護",
            "介護保険",
            "障害",
            "手帳",
            "障害者手帳",
            "同意",
            "登録",
            "位置",
            "その他",
        ],
    )
)
#: 町名 and 番地 are one address; 姓 and 名 stay two words.
_JOINERS: Final = {"住所": "", "郵便番号": "", "電話1": "-", "電話2": "-"}
_MY_NUMBER: Final = re.compile("個人番号|マイナンバー|mynumber")
_CODE: Final = re.compile(r"^[0-9a-z.\-]+$")
_LIST: Final = re.compile(r"[;,、，；/／\n]")


def roster_headings(header: Sequence[str]) -> list[str]:
    """Headings of two lines by their second one, where the group says nothing else and no other has it."""
    leaves = [_leaf(cell) for cell in header]
    return [
        leaf if leaf and leaves.count(leaf) == 1 else cell for cell, leaf in zip(header, leaves, strict=True)
    ]


def _leaf(cell: str) -> str:
    group, mark, leaf = cell.partition(GROUP_MARK)
    return leaf if mark and leaf and fold_heading(group) in _NEUTRAL_GROUPS else ""


def required_lacking(header: Sequence[str], mapping: ColumnMapping | None) -> list[str]:
    """Required columns that neither the names nor the mapping find in a header."""
    found = positions_in(header, mapping)
    constants = mapping.constants if mapping else {}
    return [
        column.name
        for column in ROSTER_COLUMNS
        if column.is_required and column.name not in found and column.name not in constants
    ]


def positions_in(header: Sequence[str], mapping: ColumnMapping | None) -> dict[str, tuple[int, ...]]:
    """Canonical column → its places: first what the mapping says, then what the names say."""
    folded = [fold_heading(cell) for cell in header]
    found: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for name, headings in (mapping.headings if mapping else {}).items():
        places = [folded.index(key) for key in map(fold_heading, headings) if key in folded]
        if len(places) == len(headings) and places:
            found[name] = tuple(places)
            taken.update(places)
    own = roster_headings(header)
    left = [("" if place in taken else fold_heading(own[place])) for place in range(len(header))]
    for column in ROSTER_COLUMNS:
        if column.name in found or (mapping and column.name in mapping.constants):
            continue
        for key in map(fold_heading, (column.name, *column.aliases)):
            if key in left:
                found[column.name] = (left.index(key),)
                break
    return found


@dataclass(frozen=True, slots=True)
class MadeColumn:
    """作った列: joined, cut, constant or with a value for the empty cell."""

    places: tuple[int, ...]
    split: Split | None = None
    constant: str = ""
    default: str = ""
    joiner: str = " "

    def value(self, cells: Sequence[str]) -> str:
        """What a row of theirs holds for the column."""
        if self.constant:
            return self.constant
        text = self.joiner.join(cell for place in self.places if (cell := cells[place].strip()))
        if len(self.places) == 1:
            text = cells[self.places[0]]
        if self.split is not None:
            text = part_of(text, self.split)
        return text if text.strip() else self.default


class CodeTable:
    """コードの対応表: their words to ours. A code that is not in it is told, never taken for one of ours."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {fold_code(theirs): ours for theirs, ours in words.items()}

    def translate(self, text: str) -> str | None:
        """Our word; the text itself where it is no code; None = a code the table does not know."""
        code = fold_code(text)
        if not code:
            return text
        found = self._words.get(code)
        if found is not None:
            return found
        parts = [fold_code(part) for part in _LIST.split(text) if part.strip()]
        if len(parts) > 1 and all(part in self._words for part in parts):
            return ";".join(self._words[part] for part in parts)
        return None if _CODE.match(code) else text


@dataclass(frozen=True, slots=True)
class LaidMapping:
    """当てはめた対応: where each of our columns stands in a row after ``cells`` has widened it.

    ``width`` is the number of columns of theirs; what is made of them stands behind.
    """

    positions: Mapping[str, int]
    unused: tuple[str, ...]
    width: int
    made: tuple[MadeColumn, ...] = field(default=())
    tables: Mapping[str, CodeTable] = field(default_factory=dict)

    def made_by_name(self) -> dict[str, MadeColumn]:
        """What each made column is made of."""
        return {
            name: self.made[place - self.width]
            for name, place in self.positions.items()
            if self.width <= place < self.width + len(self.made)
        }

    def cells(self, cells: Sequence[str]) -> Sequence[str]:
        """A row of theirs with our made columns behind it."""
        if not self.made:
            return cells
        padded = [*cells[: self.width], *[""] * (self.width - len(cells))]
        return [*padded, *(one.value(padded) for one in self.made)]


def lay_mapping(header: Sequence[str], mapping: ColumnMapping | None, *, where: str) -> LaidMapping:
    """Lay a mapping over a header.

    Raises
    ------
    KnownProblem
        ``mapping_bad`` (it says what may not be said), ``columns_missing`` (told with what the mapping
        looked for and did not find) or ``columns_repeated``.
    """
    if mapping is not None:
        _refuse_faults(header, mapping, where=where)
    if mapping is None:
        match = match_columns(roster_headings(header), ROSTER_COLUMNS, where=where)
        return LaidMapping(match.positions, match.unused, len(header))
    found = positions_in(header, mapping)
    _refuse_missing(header, mapping, found, where=where)
    return _made_mapping(header, mapping, found)


def _made_mapping(
    header: Sequence[str], mapping: ColumnMapping, found: Mapping[str, tuple[int, ...]]
) -> LaidMapping:
    positions: dict[str, int] = {}
    made: list[MadeColumn] = []
    for name in names_of(ROSTER_COLUMNS):
        constant, default = mapping.constants.get(name, ""), mapping.defaults.get(name, "")
        places = found.get(name, ())
        if not places and not constant and not default:
            continue
        split = mapping.splits.get(name)
        if len(places) == 1 and split is None and not constant and not default:
            positions[name] = places[0]
            continue
        positions[name] = len(header) + len(made)
        made.append(MadeColumn(places, split, constant, default, _JOINERS.get(name, " ")))
    taken = {place for places in found.values() for place in places}
    unused = tuple(cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in taken)
    tables = {name: CodeTable(words) for name, words in mapping.words.items() if words}
    return LaidMapping(positions, unused, len(header), tuple(made), tables)


def _refuse_faults(header: Sequence[str], mapping: ColumnMapping, *, where: str) -> None:
    faults = mapping.faults(names_of(ROSTER_COLUMNS))
    if faults:
        raise KnownProblem(
            "mapping_bad",
            f"列の対応が使えません。{''.join(faults)}",
            where=where,
            advice="列の対応を直してください。",
        )
    folded = [fold_heading(cell) for cell in header]
    if any(is_my_number(heading) for heading in mapping.required_headings()):
        raise KnownProblem(
            "my_number",
            "個人番号(マイナンバー)の列は使えません。",
            where=where,
            advice="宛名番号など、提供元の中の番号をIDにしてください。",
        )
    for heading in mapping.required_headings():
        if folded.count(fold_heading(heading)) > 1:
            raise KnownProblem(
                "columns_repeated",
                f"同じ見出しの列が2つあります: {heading}。",
                where=where,
                advice="どちらか一方だけを残してください。",
            )


def _refuse_missing(
    header: Sequence[str], mapping: ColumnMapping, found: Mapping[str, object], *, where: str
) -> None:
    missing = [column.name for column in _required() if column.name not in found]
    if missing:
        headings = "、".join(" ".join(cell.split()) for cell in header if cell.strip()) or "なし"
        sought = "、".join(one for name in missing for one in mapping.headings.get(name, ()))
        looked = f"列の対応で決めた見出し: {sought}。" if sought else ""
        raise KnownProblem(
            "columns_missing",
            f"必要な列がありません: {'、'.join(missing)}。{looked}見つかった列: {headings}。",
            where=where,
            advice="どの列がそれにあたるかを、列の対応で決めてください。",
        )


def is_my_number(heading: str) -> bool:
    """True for a heading of the national number of a person, which has no place in this list."""
    return _MY_NUMBER.search(fold_heading(heading)) is not None


def _required() -> list[Column]:
    return [column for column in ROSTER_COLUMNS if column.is_required]
