"""渡す名簿: a recipient's own people in its own columns, and the 差分 to the list it has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.hand_outs import ChangedEntry
from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.domain.roster_columns import RosterColumn, RosterEntry
from kurume_bousai.labels import column_text, label
from kurume_bousai.reports.paper import Block, Cell, Column, Facts, Notes, Paper, Table, day_text, people
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.hand_outs import PartnerDifference, PartnerRoster, PartnerScope
from kurume_bousai.services.papers.ports import CopyMark, PaperStamp

_SIGNS: Final = (
    "支援のしるし: 電=電源 椅=車いす 寝=寝台・ストレッチャー 個=個室 介=常時の介助・見守り 乳=乳幼児・妊産婦"
)
_TOTALS: Final = "人数は、表の行の数です。"
#: What everybody who holds a list is asked for. The city's own words: no article is cited for them.
HANDLING: Final = (
    "この紙は、書かれた目的のためだけに使います。写しを取ったり、撮影したりしないでください。",
    "この紙で知ったことを、ほかの人に話さないでください。役目を終えたあとも同じです。",
    "かぎのかかる所にしまい、使用期限が来たら市に返してください。なくしたときは、すぐ市に知らせてください。",
    "支援をする人に、義務や責任は生じません。まず自分の安全を守ってください。",
)
#: Under which rule the list left (災害対策基本法第49条の11).
_BASIS: Final = {
    SharingMode.OPT_IN: "災害対策基本法第49条の11第2項により、情報を渡すことに同意した人だけが載っています。",
    SharingMode.OPT_OUT_BY_ORDINANCE: "市の条例により、情報を渡すことを断っていない人だけが載っています。",
    SharingMode.EMERGENCY: "災害のため、災害対策基本法第49条の11第3項により渡します。"
    "この災害のためだけに使い、終わったら返してください。",
}
_WITHOUT_PROTECTED: Final = "支援措置対象者は含みません。"
_SHARES: Final = {
    RosterColumn.NAME: 1.42,
    RosterColumn.KANA: 1.9,
    RosterColumn.BORN_ON: 2.15,
    RosterColumn.SEX: 0.65,
    RosterColumn.ADDRESS: 3.2,
    RosterColumn.PHONE: 1.75,
    RosterColumn.COMMISSIONER: 1.25,
    RosterColumn.INFORMATION: 1.3,
    RosterColumn.HOUSEHOLD: 0.85,
    RosterColumn.PHONE_SECOND: 1.75,
    RosterColumn.NEEDS: 0.75,
    RosterColumn.REASONS: 1.8,
}
#: The part of the width of the number (five digits), and of a column without an own one.
_NUMBER_SHARE, _USUAL_SHARE = 0.85, 1.1
#: Lists whose columns ask for more than this stand on a page turned sideways: a telephone number must
#: stay whole in its column.
_MOST_UPRIGHT: Final = 11.0


def scope_words(scope: PartnerScope) -> str:
    """「津福校区 津福一区」「市の全体」: whose people the list holds."""
    if scope.district_id is None and scope.districts:
        return "・".join(f"{district}校区" for district in scope.districts)
    if scope.district_id is None:
        return "市の全体"
    return f"{scope.district_id}校区 {scope.neighborhood}".strip()


def partner_roster_paper(report: PartnerRoster, stamp: PaperStamp, copy: CopyMark) -> Paper:
    """Return one numbered copy of a recipient's list."""
    order = order_words(report.order, report.columns)
    table = _entries(f"{scope_words(report.scope)}の名簿", report.columns, report.rows, order=order)
    facts = _facts(copy, len(report.rows), report.columns)
    title = f"避難行動要支援者名簿 {scope_words(report.scope)}"
    blocks = (facts, table, _notes(report.mode))
    return _paper("partner_roster", title, report.as_of, blocks, report.columns, stamp, copy)


def partner_difference_paper(report: PartnerDifference, stamp: PaperStamp, copy: CopyMark) -> Paper:
    """Return one numbered copy of what a holder adds, changes and strikes out."""
    found = report.difference
    removed: tuple[tuple[Cell, ...], ...] = tuple((str(number), "") for number in found.removed)
    changed = tuple(row for entry in found.changed for row in _change_rows(entry))
    base = "、".join(report.base_copies)
    fix = f"{day_text(report.base_on)}までに受け取った名簿(写し {base})を、この紙のとおりに直してください。"
    counts = f"消す {len(found.removed)}人 ・ 変わる {len(found.changed)}人 ・ 加わる {len(found.added)}人"
    how = Notes("使い方", (fix, counts))
    removals = Table(
        "消す人(名簿の番号)",
        (Column("番号", 1), Column("消したしるし(書きこむ)", 5)),
        removed,
        basis="名簿のその番号の行を、線で消してください。",
        empty="ありません。",
    )
    changes = Table(
        "変わる人",
        (
            Column("番号", 0.7),
            Column("新しい番号", 0.9),
            Column("列", 1),
            Column("前", 2.4),
            Column("いま", 2.4),
        ),
        changed,
        empty="ありません。",
    )
    added = _entries("加わる人", report.columns, found.added, empty="ありません。")
    facts = _facts(copy, len(found.added) + len(found.changed), report.columns)
    title = f"避難行動要支援者名簿 差分 {scope_words(report.scope)}"
    blocks = (facts, how, removals, changes, added, _notes(report.mode))
    return _paper("partner_difference", title, report.as_of, blocks, report.columns, stamp, copy)


def _change_rows(entry: ChangedEntry) -> list[tuple[Cell, ...]]:
    """One row per column that changed; the new number stands beside the first of them."""
    fresh = str(entry.number) if entry.number != entry.was_number else ""
    if not entry.changes:
        return [(str(entry.was_number), fresh, "", "", "")]
    return [
        (
            str(entry.was_number),
            "" if position else fresh,
            label(column),
            column_text(column, old) or "(空)",
            column_text(column, new) or "(空)",
        )
        for position, (column, old, new) in enumerate(entry.changes)
    ]


def order_words(order: PaperOrder, columns: Collection[RosterColumn]) -> str:
    """How the rows stand, and where those without a reading are looked for."""
    if order is PaperOrder.NUMBER:
        return "番号の順に並べています。"
    if RosterColumn.NEIGHBORHOOD in columns:
        return (
            "自治会ごとに、フリガナの順に並べています。フリガナのわからない人は、その自治会の終わりにいます。"
        )
    return "フリガナの順に並べています。フリガナのわからない人は、終わりにいます。"


def _entries(
    heading: str,
    columns: Sequence[RosterColumn],
    rows: Sequence[RosterEntry],
    empty: str = "載せられる人がいません。",
    order: str = "",
) -> Table:
    shown = (Column("番号", _NUMBER_SHARE), *(Column(label(one), _share(one)) for one in columns))
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (str(row.number), *(column_text(column, value) for column, value in row.values)) for row in rows
    )
    basis = "　".join(filter(None, (order, _SIGNS if RosterColumn.NEEDS in columns else "")))
    return Table(heading, shown, cells, basis=basis, empty=empty)


def _share(column: RosterColumn) -> float:
    return _SHARES.get(column, _USUAL_SHARE)


def _facts(copy: CopyMark, listed: int, columns: Sequence[RosterColumn]) -> Facts:
    return Facts(
        "この写し",
        (
            ("渡す先", copy.recipient),
            ("目的", copy.purpose),
            ("写しの番号", f"{copy.copy_number}({copy.position}/{copy.copies})"),
            ("使用期限", day_text(copy.expires_on)),
            ("載っている人", people(listed)),
            ("載っていること", "、".join(label(column) for column in columns)),
        ),
    )


def _notes(mode: SharingMode) -> Notes:
    return Notes("取り扱い", (_BASIS[mode], *HANDLING, _WITHOUT_PROTECTED))


def _paper(
    kind: str,
    title: str,
    as_of: date,
    blocks: tuple[Block, ...],
    columns: Sequence[RosterColumn],
    stamp: PaperStamp,
    copy: CopyMark,
) -> Paper:
    return Paper(
        kind=kind,
        title=title,
        subtitle=f"{day_text(as_of)} 現在",
        marks=top_marks(stamp, copy),
        blocks=blocks,
        footer=(*footer_lines(stamp, _TOTALS), "この紙で知ったことを、ほかの人に話さないでください。"),
        made_at=stamp.made_at,
        landscape=_NUMBER_SHARE + sum(map(_share, columns)) > _MOST_UPRIGHT,
    )
