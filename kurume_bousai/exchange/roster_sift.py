"""Which rows below the header are people: page headings, totals and notes are set apart and told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.mapping_profiles import fold_heading
from kurume_bousai.exchange.problems import cell_problem
from kurume_bousai.exchange.roster_mapping import is_my_number
from kurume_bousai.exchange.tables import Table, TableRow

_TOTAL: Final = re.compile(
    r"^(?:総?合計|小計|総計|計|総数|総?件数|延べ?(?:人数|件数)|(?:総|合計)?人数)(?:[:：]?[\d,]+[件人名]?)?$"
)
#: A sum of a part: 「津福校区計」, 「荒木小計 12名」. Only where nobody is named: 計 may be a given name.
_PART_TOTAL: Final = re.compile(
    r"^[^\d]{1,14}(?:合計|小計|総計|計|(?:校区|地区|自治会|町内会|班|区)(?:件数|人数))(?:[:：]?[\d,]+[件人名]?)?$"
)
#: A line above the people of one part: 「【津福校区】」, 「荒木校区 12名」.
_PART: Final = re.compile(r"^[【\[〔<〈《■◆○●・]*[^\d]{1,14}(?:校区|地区|自治会|町内会|班)[】\]〕>〉》]*$")
_COUNT: Final = re.compile(r"^[\d,.]+[件人名%]?$")
_NOTE: Final = re.compile(
    r"^(?:[※*＊#■◆○●・]|[（(【\[]?(?:注|備考|凡例|以上|以下余白|出力|作成|抽出|印刷|出典|取扱注意))|。$"
    r"|^(?:page|頁|ページ)\s*\d+$|^\d+\s*(?:[/／]\s*\d+\s*(?:頁|ページ)?|頁|ページ)$|^[-－]\s*\d+\s*[-－]$",
    re.IGNORECASE,
)
#: An ID that stands alone is a person whose other cells are missing, never a note.
_ID_ALONE: Final = re.compile(r"^(?!\d+/\d+$|-\d+-$)[\x21-\x7e]+$")
_PERSON: Final = ("氏名", "生年月日", "住所")
_MOSTLY: Final = 2  # one row of two
_LEAST_ROWS: Final = 6
_CELLS_OF_NOTE: Final = 2
_LONGEST_HEAD: Final = 12
_LEAST_NUMBERED: Final = 3  # 1, 2, 3 … below the headings


@dataclass(frozen=True, slots=True)
class Sifted:
    """ふるい分けた行: rows of people, those hidden in the workbook, and what is told of the others."""

    rows: tuple[TableRow, ...] = field(repr=False)
    notices: tuple[RowProblem, ...] = field(default=(), repr=False)


def sift_rows(table: Table, positions: Mapping[str, int]) -> Sifted:
    """Set apart what is no row of a person. A row that could be a person's is never set apart."""
    sieve = _Sieve(table, positions)
    kept: list[TableRow] = []
    notices: list[RowProblem] = []
    is_numbered = False
    for row in table.rows:
        code = sieve.kind(row.cells)
        if code == "rows_number_only":
            if not is_numbered:  # a form has hundreds of them: they are told once
                notices.append(cell_problem(row.row, "", "", code))
            is_numbered = True
        elif code:
            notices.append(cell_problem(row.row, "", "", code))
        else:
            kept.append(row)
    return Sifted(tuple(kept), tuple(notices))


class _Sieve:
    """ふるい: what the header, the titles and the columns of one table say about its rows."""

    def __init__(self, table: Table, positions: Mapping[str, int]) -> None:
        self._lines = [_folded(line) for line in (*table.header_lines, table.header)]
        self._titles = {fold_heading(title) for title in table.titles}
        self._places = [positions[name] for name in _PERSON if name in positions]
        self._id_at = positions.get("ID", -1)
        self._ours = frozenset(positions.values())
        self._heads = {line[self._places[0]] for line in self._lines if self._places[0] < len(line)}

    def kind(self, cells: Sequence[str]) -> str:
        """The code of what a row is; "" = a person, or what has to be judged as one."""
        places = self._places
        if len(cells) > max(places):
            stated = sum([1 for place in places if cells[place]])
            if stated == len(places):
                # Full rows are people, unless they are the header once more, or numbers below it.
                name = cells[places[0]]
                if name.isdecimal():
                    return "note_row" if _is_numbered(cells) else ""
                is_headed = len(name) < _LONGEST_HEAD and fold_heading(name) in self._heads
                return "header_repeated" if is_headed and _is_header(cells, self._lines) else ""
        if _is_header(cells, self._lines):
            return "header_repeated"
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) == 1 and filled[0].isdecimal() and self._is_theirs(cells):
            return "rows_number_only"
        return "totals_row" if self._is_total(cells, filled) else self._note(cells, filled)

    def _note(self, cells: Sequence[str], filled: Sequence[str]) -> str:
        """``note_row`` for a title, a remark, the head of a 校区 or the numbers below the headings."""
        is_short = len(filled) <= _CELLS_OF_NOTE and not _ID_ALONE.match(filled[0])
        if is_short and (_NOTE.search(filled[0]) or fold_heading(filled[0]) in self._titles):
            return "note_row"
        is_head = is_short and _PART.match(fold_heading(filled[0])) and all(map(_COUNT.match, filled[1:]))
        return "note_row" if is_head or _is_numbered(cells) else ""

    def _is_theirs(self, cells: Sequence[str]) -> bool:
        """True where what is written stands under none of our columns, as the number of an empty line."""
        return not any(place in self._ours and cell.strip() for place, cell in enumerate(cells))

    def _is_total(self, cells: Sequence[str], filled: Sequence[str]) -> bool:
        """True for a row of sums: a word for a sum, no ID of a person, else hardly anything but numbers."""
        folded = [fold_heading(cell) for cell in filled]
        words = [cell for cell in folded if _TOTAL.match(cell)]
        if not words:
            return self._is_part_total(cells, folded)
        others = [cell for cell in folded if cell not in words]
        key = fold_heading(cells[self._id_at]) if 0 <= self._id_at < len(cells) else ""
        if key and key not in words:
            return max(map(len, words)) > 1 and all(map(_COUNT.match, others))
        stated = sum(1 for place in self._places if place < len(cells) and cells[place].strip())
        return stated <= 1 or all(map(_COUNT.match, others))

    def _is_part_total(self, cells: Sequence[str], folded: Sequence[str]) -> bool:
        """True for the sum of one 校区: nobody's ID, birth or address, a word for a sum, else numbers."""
        words = [cell for cell in folded if _PART_TOTAL.match(cell)]
        if not words:
            return False
        key = fold_heading(cells[self._id_at]) if 0 <= self._id_at < len(cells) else ""
        if key and key not in words:
            return False
        named = [place for place in self._places[1:] if place < len(cells) and cells[place].strip()]
        if any(fold_heading(cells[place]) not in words for place in named):
            return False
        others = [cell for cell in folded if cell not in words]
        return all(_COUNT.match(cell) or any(word.startswith(cell) for word in words) for cell in others)


def _is_numbered(cells: Sequence[str]) -> bool:
    """True for 1, 2, 3 … as printed below the headings: no person has one number more in each cell."""
    numbers = [fold_heading(cell).strip("()[]") for cell in cells if cell.strip()]
    if len(numbers) < _LEAST_NUMBERED or not all(map(str.isdecimal, numbers)):
        return False
    first = int(numbers[0])
    return [int(number) for number in numbers] == list(range(first, first + len(numbers)))


def _is_header(cells: Sequence[str], lines: list[tuple[str, ...]]) -> bool:
    folded = _folded(cells)
    said = [place for place, cell in enumerate(folded) if cell]
    return len(said) > 1 and any(
        all(place < len(line) and folded[place] == line[place] for place in said) for line in lines
    )


def _folded(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold_heading(cell) if cell else "" for cell in cells)


def file_notices(table: Table, positions: Mapping[str, int], *, takes_hidden_rows: bool) -> list[RowProblem]:
    """What is told of the file as a whole; a code once, without a number of rows."""
    marks = table.marks
    codes = list(table.codes)
    if marks.has_formulas:
        codes.append("file_formulas")
    if table.is_from_1904:
        codes.append("file_1904")
    if not marks.is_known:
        codes.append("hidden_unknown")
    if hidden_rows(table):
        codes.append("hidden_rows_taken" if takes_hidden_rows else "hidden_rows")
    notices = [cell_problem(0, "", "", code) for code in codes]
    notices += [
        cell_problem(table.header_row, heading, "", "my_number")
        for heading in table.header
        if is_my_number(heading)
    ]
    for place in sorted(marks.hidden_columns):
        if place < len(table.header) and table.header[place]:
            names = [name for name, position in positions.items() if position == place]
            column = names[0] if names else table.header[place]
            notices.append(cell_problem(table.header_row, column, "", "hidden_column"))
    return notices


def hidden_rows(table: Table) -> frozenset[int]:
    """The rows of people that are hidden in the workbook, as the person counts them."""
    hidden = {row + 1 for row in table.marks.hidden_rows}
    return frozenset(row.row for row in table.rows if row.row in hidden) if hidden else frozenset()


def doubtful_columns(problems: Sequence[tuple[RowProblem, ...]]) -> list[RowProblem]:
    """Columns of which more than half the rows are told the same: another column, or another file."""
    if len(problems) < _LEAST_ROWS:
        return []
    counted: dict[tuple[str, str], int] = {}
    for row in problems:
        for told in {(problem.column, problem.code) for problem in row}:
            counted[told] = counted.get(told, 0) + 1
    columns = {
        column
        for (column, code), number in counted.items()
        if column and code in _OF_SHIFTED and number * _MOSTLY > len(problems)
    }
    empty = [
        cell_problem(0, column, "", "column_mostly_empty")
        for (column, code), number in counted.items()
        if code == "address_empty" and number * _MOSTLY > len(problems)
    ]
    return [cell_problem(0, column, "", "column_mostly_doubtful") for column in sorted(columns)] + empty


#: What a cell of another column looks like; an empty column or a repaired one is no sign of it.
_OF_SHIFTED: Final = frozenset(
    {
        "birth_unreadable", "birth_impossible", "birth_era", "birth_short_year", "sex_unknown",
        "postal_code_bad",
        "phone_doubtful", "care_level_unknown", "reason_unknown", "needs_unknown", "categories_unknown",
        "registration_unknown", "consent_unknown", "protected_unreadable", "kana_unusual",
        "household_size_bad",
        "companions_bad", "position_unreadable", "address_is_name", "name_kana_swapped", "code_unlisted",
        "id_damaged", "consent_date_unreadable", "explained_on_unreadable", "registered_on_unreadable",
    }
)  # fmt: skip
