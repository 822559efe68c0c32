"""Reading the office's control totals (``--expect``) and a column mapping (``--mapping``)."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_json import NAME, header_from_json, mapping_from_json
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.exchange.columns import Column, match_columns, names_of
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.tables import Table, read_bytes, read_table
from kurume_bousai.services.people.roster_file import ControlTotals

EXPECT_COLUMNS: Final = (
    Column(
        "区分",
        "総件数、校区:津福、登録状態:申込済、名簿同意:同意、支援の必要:電源",
        "総件数",
        is_required=True,
    ),
    Column("値", "件数。", "6000", is_required=True, aliases=("件数",)),
)
MAPPING_COLUMNS: Final = (
    Column("項目", "正式な列の名前。", "氏名", is_required=True),
    Column("列名", "ファイルの中の列の名前。", "対象者氏名", is_required=True),
)


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """列の対応のファイル: the mapping, its name and the headings it was made of ("" and () = not stated)."""

    name: str
    header: tuple[str, ...]
    mapping: ColumnMapping


def read_control_totals(path: Path) -> ControlTotals:
    """Read a CSV or workbook with the columns 区分, 値.

    Raises
    ------
    KnownProblem
        ``file_*``, ``columns_missing`` or ``expect_bad`` (a number that is none, a 区分 twice, no line).
    """
    totals: dict[tuple[str, str], int] = {}
    for row, (label, value) in _pairs(read_table(path, EXPECT_COLUMNS), EXPECT_COLUMNS):
        kind, item = _split(label)
        number = (
            unicodedata.normalize("NFKC", value)
            .replace(",", "")
            .removesuffix("件")
            .removesuffix("人")
            .strip()
        )
        if not re.fullmatch(r"\d{1,9}(\.0+)?", number) or (kind, item) in totals:
            raise KnownProblem(
                "expect_bad",
                "照合用の件数の行が読めません。値は0以上の整数で、区分は一度だけ書きます。",
                where=f"{path.name} {row}行目",
            )
        totals[kind, item] = int(float(number))
    if not totals:
        raise KnownProblem("expect_bad", "照合用の件数が一行もありません。", where=path.name)
    return ControlTotals(totals)


def read_mapping(path: Path) -> ColumnMapping:
    """Read a column mapping: JSON (see ``domain.mapping_json``), or a table with the columns 項目, 列名.

    Raises
    ------
    KnownProblem
        ``file_*``, ``columns_missing`` or ``mapping_bad``.
    """
    return read_profile_file(path).mapping


def read_profile_file(path: Path) -> ProfileFile:
    """Read a mapping with the name and the headings of the office's file, where it states them.

    Raises
    ------
    KnownProblem
        As ``read_mapping``.
    """
    if path.suffix.casefold() == ".json":
        found = _json_profile(path)
    else:
        pairs = _pairs(read_table(path, MAPPING_COLUMNS), MAPPING_COLUMNS)
        found = ProfileFile("", (), ColumnMapping.of({item: heading for _row, (item, heading) in pairs}))
    faults = found.mapping.faults(names_of(ROSTER_COLUMNS))
    if faults or not found.mapping.headings:
        raise KnownProblem(
            "mapping_bad",
            f"列の対応が使えません。{''.join(faults) or '一つも決まっていません。'}",
            where=path.name,
            advice="正式な列の名前は「template roster」の様式で確かめられます。",
        )
    return found


def _json_profile(path: Path) -> ProfileFile:
    try:
        loaded = json.loads(read_bytes(path).decode("utf-8-sig"))
    except ValueError:
        raise KnownProblem(
            "mapping_bad", "列の対応のファイルがJSONとして読めません。", where=path.name
        ) from None
    try:
        name = loaded.get(NAME, "") if isinstance(loaded, dict) else ""
        return ProfileFile(str(name), header_from_json(loaded), mapping_from_json(loaded))
    except KnownProblem as problem:
        raise KnownProblem(problem.code, problem.message, where=path.name, advice=problem.advice) from None


def _split(label: str) -> tuple[str, str]:
    kind, _separator, item = unicodedata.normalize("NFKC", label).replace("=", ":").partition(":")
    return kind.strip(), item.strip()


def _pairs(table: Table, columns: tuple[Column, ...]) -> list[tuple[int, tuple[str, str]]]:
    positions = match_columns(table.header, columns, where=table.file_name).positions
    first, second = (positions[column.name] for column in columns)
    return [
        (row.row, (row.cells[first].strip(), row.cells[second].strip() if second < len(row.cells) else ""))
        for row in table.rows
        if first < len(row.cells) and row.cells[first].strip()
    ]
