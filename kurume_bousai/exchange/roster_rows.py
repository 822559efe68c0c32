"""The roster file reader: canonical columns (RULEBOOK §7) to ``ParsedRosterRow``."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.names import fold
from kurume_bousai.exchange.columns import match_columns, rename_headings
from kurume_bousai.exchange.problems import cell_problem
from kurume_bousai.exchange.roster_cells import RowCells
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.tables import TableRow, read_table
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    CONSENT_WORDS,
    NEED_WORDS,
    REASON_WORDS,
    REGISTRATION_WORDS,
    SEX_WORDS,
    fold_word,
    is_yes,
)
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_file import (
    HUNDREDTHS,
    ParsedRosterRow,
    RosterFile,
    StatedConsent,
    hundredths,
)

_PROGRESS_EVERY: Final = 500
_CARE_LEVELS: Final = frozenset(
    map(
        fold_word,
        (
            "自立",
            "要支援1",
            "要支援2",
            "要介護1",
            "要介護2",
            "要介護3",
            "要介護4",
            "要介護5",
            "なし",
            "非該当",
        ),
    )
)
_PLAIN_TEXTS: Final = {
    "building": "方書",
    "mail_or_fax": "メール・FAX",
    "neighborhood": "自治会",
    "commissioner": "民生委員",
    "physical_grade": "身障等級",
    "intellectual_grade": "療育",
    "mental_grade": "精神等級",
    "disease": "難病",
    "household_id": "世帯ID",
    "information_means": "情報伝達手段",
    "note": "備考",
}


class RosterReader:
    """名簿ファイルを読むもの. ``today`` bounds the days of birth."""

    def __init__(self, today: date) -> None:
        self._today = today

    def __call__(
        self, path: Path, *, mapping: Mapping[str, str] | None = None, progress: Progress = no_progress
    ) -> RosterFile:
        """Read a roster; see ``services.roster_file.RosterFileReader``."""
        progress(0, HUNDREDTHS, "ファイルを読んでいます")
        table = read_table(path, ROSTER_COLUMNS, mapping=mapping)
        header = rename_headings(table.header, mapping)
        match = match_columns(header, ROSTER_COLUMNS, where=table.file_name)
        rows: list[ParsedRosterRow] = []
        for done, row in enumerate(table.rows):
            if done % _PROGRESS_EVERY == 0:
                progress(hundredths(done, len(table.rows)), HUNDREDTHS, "行を点検しています")
            rows.append(parse_row(row, match.positions, width=len(header), today=self._today))
        progress(HUNDREDTHS, HUNDREDTHS, "行を点検しました")
        return RosterFile(
            file_name=table.file_name,
            file_hash=table.file_hash,
            encoding=table.encoding,
            columns=tuple(match.positions),
            unused_columns=match.unused,
            rows=refuse_repeated_ids(rows),
        )


def parse_row(row: TableRow, positions: Mapping[str, int], *, width: int, today: date) -> ParsedRosterRow:
    """Read one row; it is refused whole only for what says who the person is, or whether to hide them."""
    cells = RowCells(row.row, positions, row.cells, today=today)
    key = cells.identifier("ID")
    name = cells.name("氏名")
    born_on, birth_is_fit = cells.birth("生年月日")
    is_protected, protected_is_fit = _protected(cells)
    values: dict[str, Any] = {"name": name, "born_on": born_on}
    _read_texts(cells, values)
    _read_codes(cells, values)
    consent = _consent(cells)
    if any(cell.strip() for cell in row.cells[width:]):
        cells.problems.append(cell_problem(row.row, "", "", "row_too_long"))
    return ParsedRosterRow(
        row=row.row,
        key=key,
        name=name,
        values=values,
        district_text=cells.text("校区"),
        registration_state=cells.word("登録状態", REGISTRATION_WORDS, "registration_unknown"),
        registered_on=cells.day("登録日", "registered_on_unreadable"),
        consent=consent,
        is_protected=is_protected,
        problems=tuple(cells.problems),
        is_rejected=not (key and name and birth_is_fit and protected_is_fit),
    )


def _protected(cells: RowCells) -> tuple[bool | None, bool]:
    raw = cells.raw("支援措置")
    if not raw.strip():
        return None, True
    answer = is_yes(raw)
    if answer is None:
        # Neither hiding nor showing somebody may be guessed.
        cells.tell("支援措置", "protected_unreadable")
        return None, False
    return answer, True


def _read_texts(cells: RowCells, values: dict[str, Any]) -> None:
    for field_name, column in _PLAIN_TEXTS.items():
        if cells.has(column):
            values[field_name] = cells.text(column)
    if cells.has("フリガナ"):
        values["kana"] = cells.kana("フリガナ")
    if cells.has("住所"):
        values["address"] = cells.text("住所")
        if not values["address"]:
            cells.tell("住所", "address_empty")
    for field_name, column in (("phone", "電話1"), ("phone_second", "電話2")):
        if cells.has(column):
            values[field_name] = cells.phone(column)
    if cells.has("要介護度"):
        values["care_level"] = unicodedata.normalize("NFKC", cells.text("要介護度"))
        if values["care_level"] and fold_word(values["care_level"]) not in _CARE_LEVELS:
            cells.tell("要介護度", "care_level_unknown")


def _read_codes(cells: RowCells, values: dict[str, Any]) -> None:
    stated: dict[str, Any] = {
        "sex": cells.word("性別", SEX_WORDS, "sex_unknown"),
        "postal_code": cells.postal_code("郵便番号") if cells.has("郵便番号") else None,
        "reasons": cells.word_set("事由", REASON_WORDS, "reason_unknown"),
        "needs": cells.word_set("支援の必要", NEED_WORDS, "needs_unknown"),
        "categories": cells.word_set("受入対象", CATEGORY_WORDS, "categories_unknown"),
        "household_size": cells.whole_number("同居人数", 1, 99, "household_size_bad"),
        "companion_count": cells.whole_number("同行者数", 0, 20, "companions_bad"),
        "home": cells.position("経度", "緯度"),
    }
    values.update({name: value for name, value in stated.items() if value is not None})


def _consent(cells: RowCells) -> StatedConsent:
    state = cells.word("名簿同意", CONSENT_WORDS, "consent_unknown")
    decided_on = cells.day("同意日", "consent_date_unreadable")
    explained_on = cells.day("説明日", "explained_on_unreadable")
    if state is ConsentState.GIVEN and decided_on and explained_on and explained_on > decided_on:
        cells.tell("説明日", "consent_before_explanation")
        return StatedConsent()
    return StatedConsent(state, decided_on, explained_on, cells.text("説明者"))


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
