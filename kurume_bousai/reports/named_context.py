"""名前の入った紙: the fewest columns, and on every page whose copy it is and until when."""

from __future__ import annotations

from datetime import date

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.labels import label, need_signs
from kurume_bousai.reports.handed_lists import order_words
from kurume_bousai.reports.paper import Cell, Column, Facts, Notes, Paper, Table, day_text, people
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.ports import (
    LIST_COLUMNS,
    CopyMark,
    ExerciseSheet,
    NamedRow,
    PaperStamp,
    RosterReport,
)

_HANDLING = (
    "この紙は、書かれた目的のためだけに使います。写しを取ったり、撮影したりしないでください。",
    "使用期限が来たら、市に返してください。なくしたときは、すぐ市に知らせてください。",
    "支援措置対象者と、情報を渡すことに同意のない人は、載っていません。",
)
_SIGNS = (
    "支援のしるし: 電=電源 椅=車いす 寝=寝台・ストレッチャー 個=個室 介=常時の介助・見守り 乳=乳幼児・妊産婦"
)
_TOTALS = "人数は、表の行の数です。"
_SHARES = dict(zip(LIST_COLUMNS, (1.4, 1.8, 1.1, 2.6, 1.6, 0.8), strict=True))


def roster_paper(report: RosterReport, stamp: PaperStamp, copy: CopyMark) -> Paper:
    """Return one numbered copy of a 校区's list."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(row.number), *(_cell(row, column) for column in report.columns)) for row in report.rows
    )
    columns = (Column("番号", 0.7), *(Column(label(one), _SHARES[one]) for one in report.columns))
    signs = _SIGNS if RosterColumn.NEEDS in report.columns else ""
    basis = "　".join(filter(None, (order_words(report.order, report.columns), signs)))
    heading = f"{report.district}校区の名簿"
    table = Table(heading, columns, rows, basis=basis, empty="載せられる人がいません。")
    return _paper("roster", f"避難行動要支援者名簿 {report.district}校区", report.as_of, table, stamp, copy)


def exercise_sheet(report: ExerciseSheet, stamp: PaperStamp, copy: CopyMark) -> Paper:
    """Return one numbered copy of a table's sheet, with room to write by hand."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(row.number), row.name, row.neighborhood, need_signs(row.needs), "", "") for row in report.rows
    )
    columns = (
        Column("番号", 0.6),
        Column("氏名", 1.8),
        Column("自治会", 1.2),
        Column("支援", 0.8),
        Column("支援者(書きこむ)", 2),
        Column("行先(書きこむ)", 2),
    )
    heading = f"{report.table}で話し合う人"
    table = Table(heading, columns, rows, basis=_SIGNS, empty="載せられる人がいません。", roomy=True)
    title = f"図上訓練 班の名簿 {report.district}校区 {report.table}"
    return _paper(
        "exercise_sheet", title, report.held_on or in_japan(stamp.made_at).date(), table, stamp, copy
    )


def _cell(row: NamedRow, column: RosterColumn) -> str:
    return {
        RosterColumn.NAME: row.name,
        RosterColumn.KANA: row.kana,
        RosterColumn.NEIGHBORHOOD: row.neighborhood,
        RosterColumn.ADDRESS: row.address,
        RosterColumn.PHONE: row.phone,
        RosterColumn.NEEDS: need_signs(row.needs),
    }[column]


def _paper(kind: str, title: str, as_of: date, table: Table, stamp: PaperStamp, copy: CopyMark) -> Paper:
    facts = Facts(
        "この写し",
        (
            ("渡す先", copy.recipient),
            ("目的", copy.purpose),
            ("写しの番号", f"{copy.copy_number}({copy.position}/{copy.copies})"),
            ("使用期限", day_text(copy.expires_on)),
            ("載っている人", people(len(table.rows))),
        ),
    )
    return Paper(
        kind=kind,
        title=title,
        subtitle=f"{day_text(as_of)} 現在",
        marks=top_marks(stamp, copy),
        blocks=(facts, table, Notes("取り扱い", _HANDLING)),
        footer=footer_lines(stamp, _TOTALS),
        made_at=stamp.made_at,
    )
