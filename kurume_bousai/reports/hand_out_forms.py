"""受領書 and 紛失の報告: papers about copies. Neither names anybody of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kurume_bousai.labels import label
from kurume_bousai.reports.handed_lists import HANDLING, scope_words
from kurume_bousai.reports.paper import Cell, Column, Facts, Notes, Paper, Table, day_text, people
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.hand_outs import LossReport, LostPerson, ReceiptForm
from kurume_bousai.services.papers.ports import PaperStamp

_NO_TOTALS: Final = "名簿に載っている人の名前は、この紙にはありません。"
_NOT_KEPT: Final = "記録がありません"
#: The city's own steps. Days of a report to the authorities are looked up by the department, not printed.
_AFTER_A_LOSS: Final = (
    "市の個人情報の担当と、地域福祉の担当の長に、すぐ知らせる。報告の期限と相手は、担当が決まりで確かめる。",
    "渡した先の責任者に、なくした場所、時刻、だれが見たおそれがあるかを聞きとり、書きとめる。",
    "載っていた人に、担当から連絡する。番号は、名簿の画面で氏名と連絡先に戻せる。",
    "盗まれたおそれがあるときは、警察に届ける。",
    "見つかったら、台帳に「見つかった」と書き、回収する。",
)


def receipt_paper(form: ReceiptForm, stamp: PaperStamp) -> Paper:
    """Return the form a recipient signs."""
    blank: tuple[tuple[Cell, ...], ...] = (("受け取った日", ""), ("団体の名前", ""), ("責任者の氏名", ""))
    rows: tuple[tuple[Cell, ...], ...] = tuple((number, "") for number in form.copies)
    return Paper(
        kind="receipt",
        title="避難行動要支援者名簿 受領書",
        subtitle="久留米市 あて",
        marks=top_marks(stamp, None),
        blocks=(
            Facts(
                "受け取るもの",
                (
                    ("受け取る団体", form.recipient),
                    ("受け持ち", scope_words(form.scope)),
                    ("目的", form.purpose),
                    ("載っている人", people(form.people)),
                    ("載っていること", "、".join(label(column) for column in form.columns)),
                    ("渡した日", day_text(form.issued_on)),
                    ("使用期限", day_text(form.expires_on)),
                    ("市に返す日", day_text(form.due_on)),
                ),
            ),
            Table("写し", (Column("写しの番号", 1.4), Column("しまう所(書きこむ)", 4)), rows, roomy=True),
            Notes("次のことを確かめて受け取りました", HANDLING),
            Table("受け取った人", (Column("書くこと", 1), Column("(書きこむ)", 4)), blank, roomy=True),
        ),
        footer=footer_lines(stamp, _NO_TOTALS),
        made_at=stamp.made_at,
    )


def loss_paper(report: LossReport, stamp: PaperStamp) -> Paper:
    """Return what the city needs to know of a lost copy, in one sheet, by numbers alone."""
    rows = _by_place(report.people)
    unknown = (
        (f"ほかに、記録の保存期間が過ぎた人が{report.unknown_people}人います。",)
        if report.unknown_people
        else ()
    )
    table = Table(
        "載っていた人(名簿の番号)",
        (Column("いまいる校区と自治会", 1.2), Column("人数", 0.4), Column("番号", 4)),
        rows,
        empty="番号のわかる人はいません。",
    )
    columns = "、".join(label(column) for column in report.columns) or "列の記録がありません"
    return Paper(
        kind="loss",
        title=f"名簿の写しの紛失 写し {report.copy_number}",
        subtitle=f"紛失の届け {day_text(report.lost_on)}"
        if report.lost_on
        else "紛失の届けは、まだありません",
        marks=("取扱注意", *top_marks(stamp, None)),
        blocks=(
            Facts(
                "なくなった写し",
                (
                    ("書類", report.document),
                    ("渡した先", report.recipient),
                    ("目的", report.purpose),
                    ("渡した日", day_text(report.issued_on)),
                    ("出した人", report.operator or _NOT_KEPT),
                    ("確かめた人", _confirmed(report)),
                    ("載っている人", people(len(report.people) + report.unknown_people)),
                    ("載っていること", columns),
                ),
            ),
            Notes("すること", (*_AFTER_A_LOSS, *unknown)),
            table,
        ),
        footer=footer_lines(stamp, _NO_TOTALS),
        made_at=stamp.made_at,
    )


def _confirmed(report: LossReport) -> str:
    """Who confirmed that the copy left, or why nobody had to."""
    if report.confirmed_by:
        return report.confirmed_by
    return _NOT_KEPT if report.second_ground is None else label(report.second_ground)


def _by_place(listed: Sequence[LostPerson]) -> tuple[tuple[Cell, ...], ...]:
    """The numbers place by place: who telephones takes one place after the other."""
    places: dict[tuple[bool, str], list[str]] = {}
    for one in listed:
        where = f"{one.district_id or 'わからない'}校区 {one.neighborhood}".strip()
        key = (False, where) if one.is_on_list else (True, "いまは名簿にいない人")
        places.setdefault(key, []).append(str(one.number))
    return tuple(
        (where, people(len(numbers)), "、".join(numbers))
        for (_is_gone, where), numbers in sorted(places.items())
    )
