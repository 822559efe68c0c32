"""The paper of an import: every count beside the one it must agree with, and nobody's name."""

from __future__ import annotations

from datetime import date

import pytest

from kurume_bousai.reports.import_context import import_paper
from kurume_bousai.reports.paper import Answer, Table
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from kurume_bousai.services.roster_import.order import ImportFile
from kurume_bousai.services.roster_import.paper import import_report
from kurume_bousai.services.roster_import.recalls import HolderNotice
from kurume_bousai.services.roster_import.results import RowKind
from kurume_bousai.services.roster_import.session import SessionPreview, commit_rosters
from tests.fakes.city import FixedClock
from tests.fixtures.papers import STAMP
from tests.fixtures.rosters import city, person, roster_file

DAY = date(2026, 11, 22)


def committed(totals: ControlTotals | None, reason: str = "") -> SessionPreview:
    order = ImportOrder("介護保険課", is_whole=True, expected=totals)
    rows = [person(1), person(2), person(3, 生年月日="昭和75年1月1日")]
    file = ImportFile(roster_file(rows), order, Confirmations(mismatch_reason=reason))
    return commit_rosters(city(), [file], clock=FixedClock()).value


def said(done: SessionPreview, stamp: PaperStamp = STAMP) -> dict[str, Table | Answer]:
    blocks = import_paper(import_report(done, DAY), stamp).blocks
    return {
        "answer" if isinstance(one, Answer) else one.heading: one
        for one in blocks
        if isinstance(one, Table | Answer)
    }


@pytest.mark.parametrize(
    ("totals", "reason", "words"),
    [
        (ControlTotals({("総件数", ""): 2}), "", "提供元の件数と、すべて合っています。"),
        (None, "", "照合していません。"),
        (ControlTotals({("総件数", ""): 3}), "一人は転出", "合わないまま書き込みました。"),
    ],
)
def test_the_two_checks_are_said_first(totals: ControlTotals | None, reason: str, words: str) -> None:
    blocks = said(committed(totals, reason))
    answer = blocks["answer"]
    assert isinstance(answer, Answer)
    assert answer.lines[0] == "データベースから数え直した結果は、点検した内容と合っています。"
    assert words in answer.lines[1]
    rows = blocks["ファイルごとの行の行方"]
    assert isinstance(rows, Table)
    assert rows.rows == (("介護保険課", "全件", "3", "2", "0", "0", "1", "0", "0"),)
    assert ("合わなかった区分" in blocks) == bool(reason)


def test_who_must_be_told_stands_below_and_nobody_else_is_named() -> None:
    done = committed(None)
    notice = HolderNotice("架空の区", ("0001",), 1, 2, must_come_back=True)
    done = SessionPreview(done.session_id, done.files, dict.fromkeys(RowKind, 0), (notice,), True)
    table = said(done)["前の名簿を持っている人に知らせること"]
    assert isinstance(table, Table)
    assert table.rows == (("架空の区", "0001", "1人", "2人", "回収する"),)
    assert "花子" not in repr(said(done))
