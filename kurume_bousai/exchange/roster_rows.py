"""The roster file reader: canonical columns (RULEBOOK §7) to ``ParsedRosterRow``."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.dates import age_on
from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.mapping_profiles import ColumnMapping, fold_heading, split_address
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.quick import quickly
from kurume_bousai.exchange.cell_reading import are_swapped, is_name_like, read_whole_number
from kurume_bousai.exchange.problems import REFUSING, cell_problem
from kurume_bousai.exchange.roster_cells import read_position
from kurume_bousai.exchange.roster_columns_reading import ABSENT, ColumnReader
from kurume_bousai.exchange.roster_hints import RowHints
from kurume_bousai.exchange.roster_mapping import LaidMapping, lay_mapping, required_lacking
from kurume_bousai.exchange.roster_marks import RowMarks
from kurume_bousai.exchange.roster_sift import doubtful_columns, file_notices, sift_rows
from kurume_bousai.exchange.tables import TableRow, read_table_by
from kurume_bousai.services.collecting import rarely_collected
from kurume_bousai.services.people.detail_columns import DETAIL_COLUMNS, StatedDetails, read_detail_cells
from kurume_bousai.services.people.roster_file import (
    HUNDREDTHS,
    ParsedRosterRow,
    RosterFile,
    StatedConsent,
    hundredths,
)
from kurume_bousai.services.progress import Progress, no_progress

_PROGRESS_EVERY: Final = 500
_AGE_HEADINGS: Final = frozenset(map(fold_heading, ("年齢", "満年齢", "年令", "歳")))
#: An empty cell of these would say something: that it is not known when somebody was born.
_NEEDED: Final = frozenset({"生年月日", "支援措置"})
_OTHER_KANA: Final = re.compile("[\u3041-\u3096\uff66-\uff9f]")  # ひらがな, half-width
_LONG_ID: Final = 8  # digits; shorter ids are counted up and differ in length by nature
_NO_DETAILS: Final = StatedDetails()
_NOTHING_TOLD: Final[tuple[RowProblem, ...]] = ()
_row: Final = quickly(ParsedRosterRow)
_consent: Final = quickly(StatedConsent)


class RosterReader:
    """名簿ファイルを読むもの. ``today`` bounds the days of birth."""

    def __init__(self, today: date) -> None:
        self._today = today

    def __call__(
        self,
        path: Path,
        *,
        mapping: Mapping[str, str] | ColumnMapping | None = None,
        takes_hidden_rows: bool = False,
        progress: Progress = no_progress,
    ) -> RosterFile:
        """Read a roster; see ``services.people.roster_file.RosterFileReader``."""
        with rarely_collected():
            return self._read(path, mapping, progress, takes_hidden_rows=takes_hidden_rows)

    def _read(
        self,
        path: Path,
        mapping: Mapping[str, str] | ColumnMapping | None,
        progress: Progress,
        *,
        takes_hidden_rows: bool,
    ) -> RosterFile:
        progress(0, HUNDREDTHS, "ファイルを読んでいます")
        asked = (
            mapping if mapping is None or isinstance(mapping, ColumnMapping) else ColumnMapping.of(mapping)
        )
        table = read_table_by(path, lambda header: len(required_lacking(header, asked)))
        laid = lay_mapping(table.header, asked, where=table.file_name)
        sifted = sift_rows(table, _places(laid))
        marks = RowMarks(table, laid.positions, takes_hidden_rows=takes_hidden_rows)
        row_reader = RowReader(laid, table.header, self._today, is_from_1904=table.is_from_1904, marks=marks)
        rows: list[ParsedRosterRow] = []
        for done, row in enumerate(sifted.rows):
            if done % _PROGRESS_EVERY == 0:
                progress(hundredths(done, len(sifted.rows)), HUNDREDTHS, "行を点検しています")
            rows.append(row_reader.read(row))
        progress(HUNDREDTHS, HUNDREDTHS, "行を点検しました")
        details = {table.header[place].strip(): name for name, place in _detail_places(table.header, laid)}
        return RosterFile(
            file_name=table.file_name,
            file_hash=table.file_hash,
            encoding=table.encoding,
            columns=(*laid.positions, *details.values()),
            unused_columns=tuple(heading for heading in laid.unused if heading not in details),
            rows=refuse_repeated_ids(rows),
            notices=(
                *file_notices(table, laid.positions, takes_hidden_rows=takes_hidden_rows),
                *_short_ids(rows),
                *row_reader.notices(),
                # 支援措置対象者 shape nothing that everybody reads (RULEBOOK §1).
                *doubtful_columns([row.problems for row in rows if not row.is_protected]),
                *sifted.notices,
            ),
        )


def _places(laid: LaidMapping) -> dict[str, int]:
    """Where the columns stand in a row of theirs; what is made of several stands for its first one."""
    made = {name: one.places[0] for name, one in laid.made_by_name().items() if one.places}
    return {name: place for name, place in laid.positions.items() if place < laid.width} | made


def _detail_places(header: Sequence[str], laid: LaidMapping) -> tuple[tuple[str, int], ...]:
    """Where the columns of the second set stand, among those that are none of ours."""
    names = {fold_heading(column.name): column.name for column in DETAIL_COLUMNS}
    taken = {*laid.positions.values()}
    return tuple(
        (names[key], place)
        for place, cell in enumerate(header)
        if (key := fold_heading(cell)) in names and place not in taken
    )


def parse_row(row: TableRow, positions: Mapping[str, int], *, width: int, today: date) -> ParsedRosterRow:
    """Read one row by itself; a whole file is read by ``RosterReader``."""
    return RowReader(LaidMapping(positions, (), width), (), today).read(row)


class RowReader:
    """行の読み手: a row is refused whole only for what says who the person is, or whether to hide them."""

    def __init__(
        self,
        laid: LaidMapping,
        header: Sequence[str],
        today: date,
        *,
        is_from_1904: bool = False,
        marks: RowMarks | None = None,
    ) -> None:
        self._laid = laid
        self._today = today
        self._marks = marks
        columns = [
            ColumnReader(name, place, today, table=laid.tables.get(name), is_from_1904=is_from_1904)
            for name, place in laid.positions.items()
        ]
        self._columns = columns
        self._width = max(laid.positions.values(), default=-1) + 1
        self._of_member = [(one.position, one.look, one, one.field) for one in columns if one.field]
        self._of_row = [(one.position, one.look, one, one.name) for one in columns if not one.field]
        self._details = _detail_places(header, laid)
        self._fields = {one.name: one.field for one in columns if one.field}
        details = {header[place]: place for _name, place in self._details}
        self._hints = RowHints({**details, **laid.positions}, header, laid.width)
        self._age_at = next(
            (
                place
                for place, cell in enumerate(header)
                if fold_heading(cell) in _AGE_HEADINGS and place not in laid.positions.values()
            ),
            -1,
        )

    def read(self, row: TableRow) -> ParsedRosterRow:
        """Read one row."""
        cells = self._laid.cells(row.cells)
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        values: dict[str, Any] = {}
        stated: dict[str, Any] = {}
        problems: list[RowProblem] = []
        for columns, target in ((self._of_row, stated), (self._of_member, values)):
            for position, find, column, name in columns:  # a million turns: each look-up counts
                raw = cells[position]
                value, codes = find(raw) or column.read(raw)
                if codes:
                    problems += [cell_problem(row.row, column.name, raw, code) for code in codes]
                if value is not ABSENT:
                    target[name] = value
        problems = self._told_of_row(row, cells, values, stated, problems)
        details = self._read_details(row, problems) if self._details else _NO_DETAILS
        return _parsed(row.row, values, stated, problems, details)

    def notices(self) -> list[RowProblem]:
        """What was done alike in a whole column, told once: in thousands of rows it would bury the rest."""
        kana = next((one for one in self._columns if one.name == "フリガナ"), None)
        if kana is None or not any(map(_OTHER_KANA.search, kana.known)):
            return []
        return [cell_problem(0, "フリガナ", "", "kana_form")]

    def _read_details(self, row: TableRow, problems: list[RowProblem]) -> StatedDetails:
        """The second set of columns, where the file has any of it and the row says something there."""
        cells = row.cells
        said = {
            name: cells[place] for name, place in self._details if place < len(cells) and cells[place].strip()
        }
        if not said:
            return _NO_DETAILS
        found = read_detail_cells(said)
        problems += [
            RowProblem(row.row, one.column, one.value, one.code, one.message) for one in found.problems
        ]
        return found

    def _told_of_row(
        self,
        row: TableRow,
        cells: Sequence[str],
        values: dict[str, Any],
        stated: dict[str, Any],
        problems: list[RowProblem],
    ) -> list[RowProblem]:
        """What only several cells together say."""
        key, name = stated.get("ID", ""), values.get("name") or ""
        if not key and not name and not values.get("address") and values.get("born_on") is None:
            return [cell_problem(row.row, "", "", "row_continues")]
        tell = _Teller(row.row, self._laid.positions, cells, problems)
        lon, lat = stated.get("経度", ""), stated.get("緯度", "")
        if lon or lat:
            code, home = read_position(lon, lat)
            if code:
                tell("緯度" if code == "position_half" and lon else "経度", code)
            if home is not None:
                values["home"] = home
        if are_swapped(name, values.get("kana") or ""):
            tell("氏名", "name_kana_swapped")
        _judge_address(values, name, tell)
        _judge_consent(stated, tell)
        if 0 <= self._age_at < len(row.cells) and row.cells[self._age_at]:
            _judge_age(row.cells[self._age_at], values.get("born_on"), self._today, tell)
        if len(row.cells) > self._laid.width and any(cell.strip() for cell in row.cells[self._laid.width :]):
            problems.append(cell_problem(row.row, "", "", "row_too_long"))
        self._look_for_hints(cells, stated, tell)
        if self._marks is not None:
            problems.extend(self._marks.problems(row.row))
            self._be_silent(self._marks.silent(row.row), values, stated, tell)
        return problems

    def _be_silent(
        self, columns: Sequence[str], values: dict[str, Any], stated: dict[str, Any], tell: _Teller
    ) -> None:
        """What nobody could read says nothing: an empty cell would wipe what is kept."""
        for column in columns:
            if column in _NEEDED:
                tell(column, "cell_unread_refused")
            values.pop(self._fields.get(column, ""), None)
            stated.pop(column, None)

    def _look_for_hints(self, cells: Sequence[str], stated: Mapping[str, Any], tell: _Teller) -> None:
        """Neither hiding nor showing somebody may be guessed: where a word speaks of it, the row waits."""
        if not self._hints.speaks(cells):
            return
        if stated.get("支援措置") is None and (column := self._hints.protected_in(cells)):
            tell.without_value(column, "protected_hinted")
        if column := self._hints.gone_in(cells):
            tell(column, "seems_gone")


class _Teller:
    """困りごとを書きとめるもの: of one row, by column."""

    __slots__ = ("_cells", "_positions", "_problems", "_row")

    def __init__(
        self, row: int, positions: Mapping[str, int], cells: Sequence[str], problems: list[RowProblem]
    ) -> None:
        self._row, self._positions, self._cells, self._problems = row, positions, cells, problems

    def without_value(self, column: str, code: str) -> None:
        """Tell where it stands, not what: the words say who may be hidden from whom."""
        self._problems.append(cell_problem(self._row, column, "", code))

    def __call__(self, column: str, code: str) -> None:
        place = self._positions.get(column, len(self._cells))
        value = self._cells[place] if place < len(self._cells) else ""
        self._problems.append(cell_problem(self._row, column, value, code))


def _judge_address(values: dict[str, Any], name: str, tell: _Teller) -> None:
    address = values.get("address")
    if not address:
        return
    if address == name or (len(address) < 13 and is_name_like(address)):
        del values["address"]
        tell("住所", "address_is_name")
    elif values.get("building") == "" and " " in address.replace("　", " ") and split_address(address)[1]:
        tell("住所", "building_in_address")


def _judge_consent(stated: dict[str, Any], tell: _Teller) -> None:
    """A consent older than its explanation is none: nothing of it is taken."""
    decided, explained = stated.get("同意日"), stated.get("説明日")
    if stated.get("名簿同意") is ConsentState.GIVEN and decided and explained and explained > decided:
        tell("説明日", "consent_before_explanation")
        for column in ("名簿同意", "同意日", "説明日", "説明者"):
            stated.pop(column, None)


def _judge_age(raw: str, born_on: date | None, today: date, tell: _Teller) -> None:
    age, _codes = read_whole_number(raw.replace("歳", "").replace("才", ""), 0, 150, "age_differs")
    if age is None:
        if raw.strip():
            tell("生年月日", "age_differs")
    elif born_on is not None and abs(age_on(born_on, today) - age) > 1:
        tell("生年月日", "age_differs")


def _parsed(
    row: int,
    values: dict[str, Any],
    stated: dict[str, Any],
    problems: list[RowProblem],
    details: StatedDetails,
) -> ParsedRosterRow:
    values.setdefault("name", "")
    values.setdefault("born_on", None)
    is_rejected = any(problem.code in REFUSING for problem in problems)
    return _row(
        row=row,
        key=stated.get("ID", ""),
        name=values["name"],
        values=values,
        district_text=stated.get("校区", ""),
        registration_state=stated.get("登録状態"),
        registered_on=stated.get("登録日"),
        consent=_consent(
            stated.get("名簿同意"), stated.get("同意日"), stated.get("説明日"), stated.get("説明者", "")
        ),
        is_protected=stated.get("支援措置"),
        details=details,
        problems=tuple(problems) if problems else _NOTHING_TOLD,
        is_rejected=is_rejected,
    )


def _short_ids(rows: Sequence[ParsedRosterRow]) -> list[RowProblem]:
    """Told where long numbers of one length stand beside shorter ones and none begins with 0."""
    lengths: Counter[int] = Counter()
    for row in rows:
        key = row.key
        if not key:
            continue
        if not key.isdecimal() or key[0] == "0":
            return []
        lengths[len(key)] += 1
    is_doubtful = len(lengths) > 1 and max(lengths) >= _LONG_ID
    return [cell_problem(0, "ID", "", "id_zero_lost")] if is_doubtful else []


def refuse_repeated_ids(rows: list[ParsedRosterRow]) -> tuple[ParsedRosterRow, ...]:
    """Keep the first row of an ID and refuse the later ones, telling both.

    The person stays on the list that way (a row with an unreadable key field never takes the place).
    Where rows of the same person disagree about 支援措置, the kept one is hidden: the safe side.
    """
    first: dict[str, int] = {}
    told: set[int] = set()
    result = list(rows)
    for position, row in enumerate(rows):
        if not row.key or row.is_rejected:
            continue  # a row refused for another reason does not stand in the way of a good one
        kept_at = first.setdefault(row.key, position)
        if kept_at == position:
            continue
        result[position] = _with_problem(row, "id_repeated", is_rejected=True)
        kept = result[kept_at]
        if row.is_protected and fold(row.name) == fold(kept.name):
            kept = dataclasses.replace(kept, is_protected=True)
        if kept_at not in told:
            told.add(kept_at)
            kept = _with_problem(kept, "id_first_of_repeated", is_rejected=False)
        result[kept_at] = kept
    return tuple(result)


def _with_problem(row: ParsedRosterRow, code: str, *, is_rejected: bool) -> ParsedRosterRow:
    problem = cell_problem(row.row, "ID", row.key, code)
    return dataclasses.replace(row, problems=(*row.problems, problem), is_rejected=is_rejected)
