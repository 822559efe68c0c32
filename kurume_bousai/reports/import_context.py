"""取込の結果: one sheet for the file of the office, with every count beside the one it must agree with."""

from __future__ import annotations

from typing import Final

from kurume_bousai.reports.paper import Answer, Block, Cell, Column, Facts, Notes, Paper, Table, day_text
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.ports.office_papers import ImportFigures, ImportReport

_RULE: Final = "読んだ行 = 新規 + 変更 + 同一 + 不採用 + 保留。消除は、ファイルにいなくなった人の数です。"
_KINDS: Final = (
    ("read", "読んだ"), ("added", "新規"), ("changed", "変更"), ("unchanged", "同一"),
    ("rejected", "不採用"), ("held", "保留"), ("removed", "消除"),
)  # fmt: skip
_COUNTS: Final = (
    "提供元の件数は、その課が数えた数です。ファイルの数は、このソフトが名簿に入る人として数えた数です。"
    "二つが違うときは、どちらかのファイルか数え方が違います。"
)
_RECOUNT: Final = (
    "書き込んだあとに、データベースから一人ずつ読み直し、点検したときの内容と同じであることを確かめます。"
    "違うときは、何も書き込みません。"
)
_NOTES: Final = (
    _COUNTS,
    _RECOUNT,
    "支援措置の印がある人は、どの数にも入りません。",
    "この紙に氏名はありません。庁内の控えです。外には渡しません。",
)
_GAP_COLUMNS: Final = (
    Column("提供元", 2), Column("区分", 2), Column("提供元の件数", 1.2), Column("ファイル", 1.2),
)  # fmt: skip
_TOLD_COLUMNS: Final = (
    Column("渡した先", 2), Column("写し", 2), Column("消す", 0.7), Column("直す", 0.7), Column("回収", 1),
)  # fmt: skip


def import_paper(report: ImportReport, stamp: PaperStamp) -> Paper:
    """Return the sheet of one session of imports."""
    blocks: list[Block] = [
        Answer(_headline(report), _said(report)),
        Table(
            "ファイルごとの行の行方",
            (Column("提供元", 2), Column("範囲", 0.8), *(Column(words, 0.8) for _kind, words in _KINDS)),
            tuple(_row(one) for one in report.files),
            basis=_RULE,
        ),
        Table(
            "提供元の件数との照合",
            (Column("提供元", 2), Column("結果", 4)),
            tuple((one.source, _matched(one)) for one in report.files),
        ),
    ]
    gaps = tuple(_gap(one.source, *gap) for one in report.files for gap in one.gaps)
    if gaps:
        columns = (
            Column("提供元", 2),
            Column("区分", 2),
            Column("提供元の件数", 1.2),
            Column("ファイル", 1.2),
        )
        blocks.append(Table("合わなかった区分", columns, gaps))
    blocks += [_told(report), Notes("読み方", _NOTES)]
    return Paper(
        kind="import",
        title="名簿の取込の結果",
        subtitle=day_text(report.as_of),
        marks=top_marks(stamp, None),
        blocks=(*blocks[:1], Facts("ファイル", tuple((one.source, one.file_name) for one in report.files)),
                *blocks[1:]),
        footer=footer_lines(stamp, _RULE),
        made_at=stamp.made_at,
    )  # fmt: skip


def _headline(report: ImportReport) -> str:
    people = f"新規 {report.added:,}人 ・ 変更 {report.changed:,}人 ・ 消除 {report.removed:,}人"
    return people if report.is_committed else f"{people}(まだ書き込んでいません)"


def _said(report: ImportReport) -> tuple[str, ...]:
    """The two checks in one sentence each."""
    recounted = report.is_committed and all(one.recount_matches for one in report.files)
    lines = ["データベースから数え直した結果は、点検した内容と合っています。"] if recounted else []
    checked = [one for one in report.files if one.expected_matches is not None]
    if any(one.expected_matches is False for one in checked):
        lines.append(
            "提供元の件数と合わないまま書き込みました。担当が解除するまで、名前の入った紙は出せません。"
        )
    elif checked and len(checked) == len(report.files):
        lines.append("提供元の件数と、すべて合っています。")
    else:
        lines.append("提供元の件数が入っていないファイルがあり、照合していません。")
    return tuple(lines)


def _row(one: ImportFigures) -> tuple[Cell, ...]:
    counts = dict(one.counts)
    scope = "全件" if one.is_whole else "一部"
    return (one.source, scope, *(f"{counts.get(kind, 0):,}" for kind, _words in _KINDS))


def _matched(one: ImportFigures) -> str:
    if one.expected_matches is None:
        return "提供元の件数が入っていないので、照合していません。"
    if one.expected_matches:
        return "合っています。"
    return f"{len(one.gaps):,}つの区分で合っていません。"


def _gap(source: str, words: str, expected: int, found: int | None) -> tuple[Cell, ...]:
    return (source, words, f"{expected:,}", "—" if found is None else f"{found:,}")


def _told(report: ImportReport) -> Table:
    return Table(
        "前の名簿を持っている人に知らせること",
        _TOLD_COLUMNS,
        tuple(
            (
                one.recipient, "、".join(one.copies), f"{one.remove:,}人", f"{one.changed:,}人",
                "回収する" if one.must_come_back else "",
            )
            for one in report.told
        ),
        basis="だれを直すかは、差分名簿を出して渡します。加わる人も、差分名簿に入ります。",
        empty="知らせる相手はいません。",
    )  # fmt: skip
