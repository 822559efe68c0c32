"""年に一度の更新の紙 and 災害時提供モードの記録."""

from __future__ import annotations

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.fiscal_years import fiscal_year_words
from kurume_bousai.domain.yearly_update import STEPS, DistrictProgress, YearlyStep
from kurume_bousai.labels import label
from kurume_bousai.reports.activities_context import activities_paper
from kurume_bousai.reports.capacity_words import WITHOUT_PROTECTED
from kurume_bousai.reports.import_context import import_paper
from kurume_bousai.reports.paper import (
    Answer,
    Cell,
    Column,
    Facts,
    Notes,
    Paper,
    Table,
    day_text,
    joined,
    moment_text,
)
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.ports.office_papers import (
    ActivitiesReport,
    EmergencyCopyLine,
    EmergencyReport,
    ImportReport,
    OfficePaper,
    YearlySheet,
)

TOTALS_RULE = "合計のつくり方: どの合計も、その表の行を数えたものです。"
LEGAL_BASIS = "災害対策基本法 第49条の11第3項"


def office_paper(content: OfficePaper, stamp: PaperStamp) -> Paper:
    """Return the paper of any of the office's contents."""
    if isinstance(content, ActivitiesReport):
        return activities_paper(content, stamp)
    if isinstance(content, ImportReport):
        return import_paper(content, stamp)
    return (
        yearly_paper(content, stamp) if isinstance(content, YearlySheet) else emergency_paper(content, stamp)
    )


# ---------------------------------------------------------------- 年に一度の更新
def yearly_paper(sheet: YearlySheet, stamp: PaperStamp) -> Paper:
    """Return the sheet of the 46 校区: the day of each step, and what is late."""
    progress, today = sheet.progress, sheet.as_of
    late = progress.late(today)
    year = fiscal_year_words(progress.update.fiscal_year)
    reached = "、".join(f"{label(step)} {progress.reached(step)}" for step in STEPS)
    return Paper(
        kind="yearly_update",
        title=f"名簿の年に一度の更新({year})",
        subtitle=f"久留米市 全域 ・ {day_text(today)}",
        marks=top_marks(stamp, None),
        blocks=(
            Answer(
                f"済んだ校区 {progress.done} / {len(progress.districts)}",
                (f"段階ごとの校区の数: {reached}", f"期限を過ぎている校区 {len(late)}"),
            ),
            Facts(
                "市全体の期限",
                tuple((label(step), day_text(progress.update.due.get(step))) for step in STEPS),
            ),
            _progress_table(sheet),
        ),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        landscape=True,
        figures=(
            ("fiscal_year", progress.update.fiscal_year),
            *((step.value, progress.reached(step)) for step in STEPS),
            ("late", len(late)),
        ),
    )


def _progress_table(sheet: YearlySheet) -> Table:
    return Table(
        heading="校区ごとの進みぐあい",
        columns=(
            Column("校区", 1.1),
            *(Column(label(step), 0.9) for step in STEPS),
            Column("次にすること", 1.2),
            Column("期限", 0.9),
            Column("遅れ(日)", 0.7, is_count=True),
            Column("メモ", 2.4),
        ),
        rows=tuple(_progress_row(row, sheet) for row in sheet.progress.districts),
        basis="「〜」のついた日は、まだの段階の期限です。「(校区)」は、その校区だけの期限です。",
        key="yearly_update",
    )


def _progress_row(row: DistrictProgress, sheet: YearlySheet) -> tuple[Cell, ...]:
    last = row.steps[-1] if row.steps else None
    late = row.late_days(sheet.as_of)
    return (
        str(row.district_id),
        *(_day_of(row, step) for step in STEPS),
        label(row.next) if row.next is not None else "なし",
        _due_words(row),
        late or "",
        last.note if last is not None else "",
    )


def _day_of(row: DistrictProgress, step: YearlyStep) -> str:
    record, due_on = row.of(step), row.due.get(step)
    if record is not None:
        return format_wareki_short(record.done_on)
    return f"〜{format_wareki_short(due_on)}" if due_on is not None else ""


def _due_words(row: DistrictProgress) -> str:
    """The day of the next step; marked where it is not the city's."""
    if row.due_on is None:
        return ""
    day = format_wareki_short(row.due_on)
    return f"{day}(校区)" if row.has_own_due else day


# ---------------------------------------------------------------- 災害時提供モード
def emergency_paper(report: EmergencyReport, stamp: PaperStamp) -> Paper:
    """Return the record of one emergency mode with every copy that left under it."""
    mode = report.mode
    people = sum(line.people for line in report.copies)
    return Paper(
        kind="emergency",
        title="災害時提供モードの記録",
        subtitle=f"{mode.event} ・ {day_text(report.as_of)}",
        marks=top_marks(stamp, None),
        blocks=(
            Answer(
                f"このモードで渡した写し {len(report.copies)}部",
                (f"写しに載っている人の延べ人数 {people:,}人",),
            ),
            Facts("だれが、どの災害のために、どこへ", _facts(report)),
            _copies(report),
            Notes("根拠と守ること", _duties()),
        ),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        landscape=True,
        figures=(("copies", len(report.copies)), ("people", people)),
    )


def _facts(report: EmergencyReport) -> tuple[tuple[str, str], ...]:
    mode = report.mode
    bodies = [label(body) for body in sorted(mode.bodies, key=lambda body: body.value)]
    ending = report.ending
    ended = "続いています"
    if ending is not None:
        ended = f"{moment_text(ending.at)}({label(ending.kind)})"
    return (
        ("災害", mode.event),
        ("わけ", mode.reason),
        (
            "範囲",
            "全市" if mode.districts is None else joined([f"{one}校区" for one in sorted(mode.districts)]),
        ),
        ("渡す先", joined([*bodies, *report.partners])),
        ("始めた時・人", f"{moment_text(mode.started_at)} {mode.started_by}"),
        ("終わる時", "災害対応が終わるまで" if mode.until is None else moment_text(mode.until)),
        ("終わり", ended),
        ("終えた人・わけ", joined([words for words in (mode.ended_by, mode.end_note) if words])),
    )


def _copies(report: EmergencyReport) -> Table:
    people = sum(line.people for line in report.copies)
    return Table(
        heading="渡した写し(提供台帳)",
        columns=(
            Column("番号", 0.9),
            Column("渡した時", 1.6),
            Column("書類", 1.2),
            Column("渡す先", 1.8),
            Column("目的", 1.6),
            Column("人数(人)", 0.8, is_count=True, adds_up=True),
            Column("出した人", 0.9),
            Column("返す日", 0.9),
            Column("返った日", 0.9),
        ),
        rows=tuple(map(_copy_row, report.copies)),
        total=("合計", "", "", "", "", people, "", "", "") if report.copies else None,
        empty="このモードで渡したものは、ありません。",
        key="emergency_copies",
    )


def _copy_row(line: EmergencyCopyLine) -> tuple[Cell, ...]:
    return (
        line.copy_number,
        moment_text(line.issued_at),
        line.document,
        line.recipient,
        line.purpose,
        line.people,
        line.operator,
        format_wareki_short(line.due_on) if line.due_on is not None else "",
        format_wareki_short(line.returned_on) if line.returned_on is not None else "",
    )


def _duties() -> tuple[str, ...]:
    return (
        f"根拠: {LEGAL_BASIS}。本人の同意がなくても、避難支援等に必要な限度で渡しました。",
        f"{WITHOUT_PROTECTED}支援措置対象者は、災害時提供モードでも渡していません。",
        "渡した相手に、情報を漏らさないことと、終わったら返すことを伝えてください。",
    )
