"""Empty files with the canonical columns: a workbook that explains itself, or a CSV with its header."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.exchange.columns import Column, names_of
from kurume_bousai.exchange.control_files import EXPECT_COLUMNS
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.welfare_columns import CARE_COLUMNS, SUPPORTER_COLUMNS, WELFARE_COLUMNS
from kurume_bousai.exchange.welfare_writing import LEFT_OUT_COLUMNS, welfare_cells
from kurume_bousai.services.people.detail_columns import DETAIL_COLUMNS

EXPLANATION_SHEET: Final = "書き方"
_ROWS_WITH_LISTS: Final = 30_000


class TemplateKind(StrEnum):
    """様式の種類 of ``template``."""

    ROSTER = "roster"
    WELFARE = "welfare-shelters"
    CARE = "care-facilities"
    SUPPORTERS = "supporters"


_COLUMNS: Final = {
    TemplateKind.ROSTER: ("名簿", ROSTER_COLUMNS),
    TemplateKind.WELFARE: ("福祉避難所", WELFARE_COLUMNS),
    TemplateKind.CARE: ("介護事業所", CARE_COLUMNS),
    TemplateKind.SUPPORTERS: ("支援者", SUPPORTER_COLUMNS),
}
#: くわしい記録: an optional second block right of the canonical columns, in a colour of its own.
_DETAILS: Final = tuple(
    Column(one.name, one.explanation, one.example, one.choices, width=16) for one in DETAIL_COLUMNS
)
_OPTIONAL: Final = (
    "ここから下は任意の列(くわしい記録)です。「名簿」の表では、緑の見出しで右に続いています。"
    "使わない列は消してかまいません。順番も自由です。"
)
_GENERAL: Final = (
    "1行目の列の名前は変えません。列の順番は自由です。空の列は消してもかまいません。",
    "すべて文字列として書きます。番号と電話は先頭の0が消えないように気をつけます。",
    "この様式には、訓練用の例も含めて、実在の人を書いたまま持ち出さないでください。",
)
_EXPECTED: Final = (
    "照合用の件数(--expect)は、列「区分」「値」のCSVです。",
    "区分の例: 総件数、校区:津福、校区:不明、登録状態:申込済、名簿同意:同意、支援の必要:電源。",
    "数えるのは名簿に入る人です。不採用と保留の行は数えません。",
)


def columns_of(kind: TemplateKind) -> list[str]:
    """The canonical columns of a template in order."""
    return names_of(_COLUMNS[kind][1])


def write_welfare_list(sites: Sequence[WelfareShelter], path: Path) -> list[str]:
    """Write the stored 福祉避難所 in the form's columns (``.xlsx``) and return them; a later import reads it.

    Raises
    ------
    KnownProblem
        ``template_format`` or ``file_unwritable``.
    """
    if path.suffix.casefold() != ".xlsx":
        advice = "ファイル名の終わりを .xlsx にしてください。"
        raise _wrong_format(path, "書き込んだ様式は .xlsx で作ります。", advice)
    title, all_columns = _COLUMNS[TemplateKind.WELFARE]
    columns = [column for column in all_columns if column.name not in LEFT_OUT_COLUMNS]
    _write_whole(path, _workbook(title, columns, with_totals=False, rows=list(map(welfare_cells, sites))))
    return names_of(columns)


def write_template(kind: TemplateKind, path: Path) -> list[str]:
    """Write the template as ``.xlsx`` or ``.csv`` by ending and return its canonical columns.

    The workbook of the list has the optional columns of くわしい記録 behind them.

    Raises
    ------
    KnownProblem
        ``template_format`` (another ending) or ``file_unwritable``; an older file is then untouched.
    """
    title, columns = _COLUMNS[kind]
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        is_roster = kind is TemplateKind.ROSTER
        optional = _DETAILS if is_roster else ()
        content = _workbook(title, columns, with_totals=is_roster, optional=optional)
    elif suffix == ".csv":
        content = _csv(columns)
    else:
        advice = "ファイル名の終わりを .xlsx か .csv にしてください。"
        raise _wrong_format(path, "様式は .xlsx か .csv で作ります。", advice)
    _write_whole(path, content)
    return names_of(columns)


def _wrong_format(path: Path, message: str, advice: str) -> KnownProblem:
    return KnownProblem("template_format", message, where=path.name, advice=advice)


def _csv(columns: Sequence[Column]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(names_of(columns))
    return text.getvalue().encode("utf-8-sig")  # the BOM lets Excel read it without a question


def _workbook(
    title: str,
    columns: Sequence[Column],
    *,
    with_totals: bool,
    rows: Sequence[Mapping[str, str]] = (),
    optional: Sequence[Column] = (),
) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        header = workbook.add_format({"bold": True, "bg_color": "#DDE7EE", "border": 1, "text_wrap": True})
        needed = workbook.add_format({"bold": True, "bg_color": "#F4D9B0", "border": 1, "text_wrap": True})
        more = workbook.add_format({"bold": True, "bg_color": "#DCE8D2", "border": 1, "text_wrap": True})
        text = workbook.add_format({"num_format": "@"})
        wrap = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet = workbook.add_worksheet(title)
        for position, column in enumerate((*columns, *optional)):
            plain = more if position >= len(columns) else header
            sheet.set_column(position, position, column.width, text)
            sheet.write_string(0, position, column.name, needed if column.is_required else plain)
            if column.choices:
                sheet.data_validation(1, position, _ROWS_WITH_LISTS, position, _choice_rule(column))
        for line, cells in enumerate(rows, start=1):
            for position, column in enumerate(columns):
                sheet.write_string(line, position, cells[column.name], text)
        sheet.freeze_panes(1, 2)
        words = workbook.add_worksheet(EXPLANATION_SHEET)
        _explain(words, columns, header, wrap, with_totals=with_totals, optional=optional)
    return buffer.getvalue()


def _choice_rule(column: Column) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_type": "warning",
        "error_title": column.name[:32],
        "error_message": "一覧にない言葉です。「書き方」を見てください。",
    }


def _explain(
    sheet: Any,  # noqa: ANN401 - xlsxwriter carries no types
    columns: Sequence[Column],
    header: Any,  # noqa: ANN401 - the same
    wrap: Any,  # noqa: ANN401 - the same
    *,
    with_totals: bool,
    optional: Sequence[Column] = (),
) -> None:
    sheet.set_column(0, 0, 18, wrap)
    sheet.set_column(1, 1, 8, wrap)
    sheet.set_column(2, 2, 64, wrap)
    sheet.set_column(3, 3, 26, wrap)
    for position, name in enumerate(("列", "必要", "書き方", "例(架空)")):
        sheet.write_string(0, position, name, header)
    for row, column in enumerate(columns, start=1):
        _explain_column(sheet, row, column, wrap)
    after = len(columns) + 1
    if optional:
        sheet.write_string(after, 1, "任意", wrap)
        sheet.write_string(after, 2, _OPTIONAL, wrap)
        for row, column in enumerate(optional, start=after + 1):
            _explain_column(sheet, row, column, wrap)
        after += len(optional) + 1
    notes = (*_GENERAL, *(_EXPECTED if with_totals else ()))
    for row, note in enumerate(notes, start=after + 1):
        sheet.write_string(row, 0, "注意" if row == after + 1 else "", wrap)
        sheet.write_string(row, 2, note, wrap)
    if with_totals:
        sheet.write_string(after + 1 + len(notes), 2, "、".join(names_of(EXPECT_COLUMNS)), wrap)
    sheet.freeze_panes(1, 0)


def _explain_column(sheet: Any, row: int, column: Column, wrap: Any) -> None:  # noqa: ANN401 - the same
    choices = f"選ぶ言葉: {'、'.join(column.choices)}。" if column.choices else ""
    sheet.write_string(row, 0, column.name, wrap)
    sheet.write_string(row, 1, "必要" if column.is_required else "", wrap)
    sheet.write_string(row, 2, f"{column.explanation}{choices}", wrap)
    sheet.write_string(row, 3, column.example, wrap)


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and move into place, so that a full disk leaves no half file."""
    try:
        with _beside(path) as temporary:
            temporary.write_bytes(content)
            temporary.replace(path)
    except OSError as error:
        raise KnownProblem(
            "file_unwritable",
            "ファイルを書けません。",
            where=path.name,
            advice="フォルダーがあるか、書き込めるか、空きがあるか、開いたままでないかを確かめてください。",
        ) from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    temporary.chmod(0o644)  # an empty template holds nobody
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
