"""Reading the office's control totals (``--expect``) and a column mapping (``--mapping``)."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.columns import Column, match_columns, names_of
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.tables import Table, read_bytes, read_table
from kurume_bousai.services.roster_file import ControlTotals

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


def read_mapping(path: Path) -> dict[str, str]:
    """Read a column mapping: JSON ``{canonical: heading}``, or a table with the columns 項目, 列名.

    Raises
    ------
    KnownProblem
        ``file_*``, ``columns_missing`` or ``mapping_bad``.
    """
    if path.suffix.casefold() == ".json":
        mapping = _json_mapping(path)
    else:
        mapping = {
            item: heading
            for _row, (item, heading) in _pairs(read_table(path, MAPPING_COLUMNS), MAPPING_COLUMNS)
        }
    unknown = [item for item in mapping if item not in names_of(ROSTER_COLUMNS)]
    if unknown or not mapping:
        raise KnownProblem(
            "mapping_bad",
            f"列の対応に、正式な列の名前でないものがあります: {'、'.join(unknown) or 'なし'}。",
            where=path.name,
            advice="正式な列の名前は「template roster」の様式で確かめられます。",
        )
    return mapping


def _json_mapping(path: Path) -> dict[str, str]:
    try:
        loaded = json.loads(read_bytes(path).decode("utf-8-sig"))
    except ValueError:
        loaded = None
    if not isinstance(loaded, dict) or not all(isinstance(heading, str) for heading in loaded.values()):
        raise KnownProblem("mapping_bad", "列の対応のファイルがJSONとして読めません。", where=path.name)
    return {str(item): heading for item, heading in loaded.items()}


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
