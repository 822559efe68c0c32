"""The city's own list of 支援者 (canonical columns). What a cell does not say is left as it is kept."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.exchange.columns import match_columns
from kurume_bousai.exchange.problems import SUPPORTER_MESSAGES, cell_problem
from kurume_bousai.exchange.roster_cells import RowCells
from kurume_bousai.exchange.tables import read_table
from kurume_bousai.exchange.welfare_columns import SUPPORTER_COLUMNS
from kurume_bousai.exchange.words import CONSENT_WORDS, fold_word, is_yes
from kurume_bousai.services.roster_import.supporters import ChargeKey, ParsedSupporter, SupporterFile

_CHARGES: Final = "担当する人"
_KINDS: Final = {"個人": False, "団体": True}
_TEXTS: Final = {"address": "住所", "neighborhood": "自治会", "relation": "関係"}
_ANSWERS: Final = {"can_help_by_day": "昼に支援", "can_help_by_night": "夜に支援", "has_vehicle": "車"}


def read_supporters(path: Path) -> SupporterFile:
    """Read the list; raises ``KnownProblem`` as ``read_table`` and ``match_columns`` do."""
    table = read_table(path, SUPPORTER_COLUMNS)
    match = match_columns(table.header, SUPPORTER_COLUMNS, where=table.file_name)
    rows = [_SupporterRow(row.row, match.positions, row.cells, today=date.max) for row in table.rows]
    width, seen, read = len(table.header), set[str](), []
    for row, line in zip(rows, table.rows, strict=True):
        found = row.supporter(seen)
        if any(cell.strip() for cell in line.cells[width:]):
            row.problems.append(cell_problem(line.row, "", "", "row_too_long"))
        if found is not None:
            read.append(found)
    return SupporterFile(
        file_name=table.file_name,
        file_hash=table.file_hash,
        encoding=table.encoding,
        unused_columns=match.unused,
        read=len(rows),
        supporters=tuple(read),
        problems=tuple(problem for row in rows for problem in row.problems),
    )


class _SupporterRow(RowCells):
    """支援者の一行."""

    def tell(self, column: str, code: str) -> None:
        """Keep a problem; supporters have sentences of their own for some codes."""
        self._tell_value(column, code, self.raw(column))

    def supporter(self, seen: set[str]) -> ParsedSupporter | None:
        """The supporter, or None where ID or name cannot be read."""
        key = self.identifier("ID")
        if key in seen:
            self.tell("ID", "id_repeated")
            key = ""
        elif key:
            seen.add(key)
        values: dict[str, Any] = {"name": self.name("氏名")}
        self._texts(values)
        self._answers(values)
        home = self.position("経度", "緯度")
        if home is not None:
            values["home"] = home
        district_text, charges = self.text("校区"), self._charges()
        if not key or not values["name"]:
            return None
        return ParsedSupporter(self.row, key, district_text, values, charges)

    def _texts(self, values: dict[str, Any]) -> None:
        for field_name, column in _TEXTS.items():
            if self.has(column):
                values[field_name] = self.text(column)
        if self.has("フリガナ"):
            values["kana"] = self.kana("フリガナ")
        if self.has("電話"):
            values["phone"] = self.phone("電話")

    def _answers(self, values: dict[str, Any]) -> None:
        stated: dict[str, object] = {
            "is_organisation": self._organisation(),
            "consent": self.word("同意", CONSENT_WORDS, "supporter_consent_unknown"),
            **{name: self._answer(column, "answer_unknown") for name, column in _ANSWERS.items()},
        }
        values.update({name: value for name, value in stated.items() if value is not None})

    def _organisation(self) -> bool | None:
        kind = _KINDS.get(fold_word(self.raw("団体")))
        return self._answer("団体", "organisation_unknown") if kind is None else kind

    def _answer(self, column: str, code: str) -> bool | None:
        raw = self.raw(column)
        answer = is_yes(raw) if raw.strip() else None
        if answer is None and raw.strip():
            self.tell(column, code)
        return answer

    def _charges(self) -> tuple[ChargeKey, ...]:
        """Whom the supporter helps, in the order written; each person once."""
        found: dict[ChargeKey, None] = {}
        for part in filter(str.strip, re.split(r"[;\n]", unicodedata.normalize("NFKC", self.raw(_CHARGES)))):
            source, key, *name = (piece.strip() for piece in (*part.split(":", 2), "")[:3])
            if source and key:
                found[ChargeKey(source, key, name[0])] = None
            else:
                self._tell_value(_CHARGES, "charge_form", part.strip())
        return tuple(found)

    def _tell_value(self, column: str, code: str, value: str) -> None:
        if code in SUPPORTER_MESSAGES:
            self.problems.append(RowProblem(self.row, column, value, code, SUPPORTER_MESSAGES[code]))
        else:
            super().tell(column, code)
