"""The main jobs of the list from end to end with keys only: nobody touches the mouse, nothing is called."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.hand_outs import CopyState
from kurume_bousai.services.office.yearly_update import YearlyUpdateService
from kurume_bousai.ui import printing
from kurume_bousai.ui.printing import PreviewDialog
from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
from tests.fixtures.demo_city import PASSPHRASE
from tests.helpers.keyboard import Keys, spoken
from tests.helpers.windows_of_the_list import make_partner, make_twin, page, roster, wait_for_form

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from tests.helpers.desk import Desk

pytestmark = pytest.mark.usefixtures("dressed")
KEY = Qt.Key


@pytest.fixture
def keys(desk: Desk) -> Keys:
    return Keys(desk.settle)


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A printer that was chosen in the system's window, which no test opens."""
    place = tmp_path / "printed.pdf"

    def choose(_parent: QWidget, *, is_named: bool) -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(place))
        return made

    monkeypatch.setattr(printing, "choose_printer", choose)
    return place


def test_a_list_is_handed_out_confirmed_printed_received_returned_and_lost(
    desk: Desk, keys: Keys, printer: Path
) -> None:
    make_partner(desk)
    copies = desk.desktop.services.copies
    page(desk, "papers")
    desk.activate()
    keys.do("名簿を渡す")
    keys.tab_to("渡す先")
    keys.press(KEY.Key_Down)
    keys.fill("目的", "平常時の見守りのため")
    keys.fill("部数", "２")
    keys.fill("使用期限", "20270331")
    keys.press(KEY.Key_Return)  # 「内容を確かめる」 is what Enter does here
    keys.fill("合言葉", PASSPHRASE)
    keys.press(KEY.Key_Return)
    assert copies.ledger().copies == (), "an Enter in the passphrase lets nothing out"
    keys.do("確かめて、印刷に進む")
    preview = cast("PreviewDialog", QApplication.activeModalWidget())
    assert isinstance(preview, PreviewDialog)
    assert preview.pages() > 0
    was = preview._view.verticalScrollBar().value()
    keys.press(KEY.Key_Return, KEY.Key_PageDown)
    assert preview._view.verticalScrollBar().value() > was
    before = preview.zoom()
    keys.press(KEY.Key_Plus, with_ctrl=True)
    assert preview.zoom() > before
    assert not printer.exists(), "nothing is printed by looking at it"
    keys.press(KEY.Key_P, with_ctrl=True)
    assert printer.exists()
    keys.do("受領書の用紙を印刷する")
    keys.press(KEY.Key_Escape)
    keys.do("閉じる")
    found = {one.copy_number: one.state for one in copies.ledger().copies}
    assert len(found) == 2
    desk.activate()
    for act, state in (("受領", CopyState.HELD), ("返却", CopyState.RETURNED), ("紛失", CopyState.LOST)):
        keys.tab_to("提供台帳")
        keys.do(act)
        if act == "紛失":
            keys.tab_to("紛失と書いて")
        keys.press(KEY.Key_Return)
        found = {one.copy_number: one.state for one in copies.ledger().copies}
        assert state in found.values(), (act, found)
        if act == "紛失":
            keys.press(KEY.Key_Escape)  # the window that says whose names it carried


def test_consent_is_recorded_and_a_pair_is_settled(desk: Desk, keys: Keys) -> None:
    made = roster(desk)
    desk.activate()
    made.table.setFocus()
    keys.press(KEY.Key_Down, KEY.Key_Return)
    wait_for_form(desk, made)
    member_id = made.table.chosen
    keys.tab_to("申込と同意")
    keys.press(KEY.Key_Space)
    editor = made._dialog.form.consents[ConsentKind.ROSTER]  # type: ignore[union-attr]
    keys.tab_until(editor.state.isAncestorOf, "名簿の同意")
    for _chip in editor.state.choices():
        if spoken(keys.at) == "同意":
            break
        keys.press(KEY.Key_Right)
    keys.press(KEY.Key_Space)
    keys.fill("名簿の同意: 説明日", "R8.10.10")
    keys.fill("名簿の同意: 説明者", "架空 職員")
    keys.fill("名簿の同意: 答えた日", "2026年11月1日")
    for row in (editor.method, editor.given_by):
        keys.tab_until(row.isAncestorOf, row.accessibleName())
        keys.press(KEY.Key_Space)
    keys.press(KEY.Key_Return, with_ctrl=True)
    assert made._dialog is None, "the record is stored"
    person = made.service.open(member_id)  # type: ignore[arg-type]
    assert person is not None
    assert person.member.consent(ConsentKind.ROSTER).state is ConsentState.GIVEN
    make_twin(desk)
    pairs = DuplicatesDialog(desk.desktop, desk.window)
    pairs.open()
    desk.settle()
    desk.until(lambda: pairs.pairs.count() == 1)
    keys.tab_to("別の人")
    keys.press(KEY.Key_Space)
    assert pairs.pairs.count() == 0
    keys.press(KEY.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_a_file_comes_in_from_choosing_it_to_the_list(desk: Desk, keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "住基.csv"
    with file.open("w", encoding="cp932", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["ID", "氏名", "フリガナ", "生年月日", "住所", "校区", "登録状態"])
        writer.writerow(
            ["J1", "架空 鍵子", "カクウ カギコ", "S10.4.1", "久留米市架空町9999-12", "津福", "申込済"]
        )
    made = roster(desk)
    desk.activate()
    before = made.table.roster.rowCount()
    keys.do("取り込む")
    keys.fill("ファイルの場所", str(file))
    keys.fill("提供元", "市民課（架空）")
    keys.tab_to("全件")
    keys.press(KEY.Key_Right, KEY.Key_Space)
    for step in ("次へ", "点検する", "次へ", "次へ", "確定する", "名簿に戻る"):
        keys.do(step)
    desk.settle()
    assert made.table.roster.rowCount() == before + 1


def test_letters_are_made_and_the_year_is_begun(desk: Desk, keys: Keys) -> None:
    from kurume_bousai.ui.letters.mailing_dialog import MailingDialog
    from kurume_bousai.ui.yearly.yearly_dialog import open_yearly

    desk.desktop.services.letters.eligibility().run()
    letters = MailingDialog(desk.desktop, desk.window)
    letters.open()
    desk.settle()
    keys.do("新しい案内をつくる")
    keys.fill("題", "架空の案内")
    keys.fill("問い合わせ先", "架空の課")
    keys.fill("返送の期限", "令和81年1月29日")
    keys.do("人数を見る")
    keys.do("この人たちに番号をつける")
    assert [one.title for one in letters._service.all()] == ["架空の案内"]
    keys.do("印刷する")
    assert isinstance(QApplication.activeModalWidget(), PreviewDialog)
    keys.press(KEY.Key_Escape)  # the pages
    keys.press(KEY.Key_Escape)  # the window
    assert QApplication.activeModalWidget() is None
    open_yearly(desk.desktop, desk.window)
    desk.settle()
    keys.do("の更新を始める")
    keys.do("始める")
    keys.do("やめる")  # begun late in the year: the days would be asked at once
    keys.tab_to("46校区の進みぐあい")
    keys.press(KEY.Key_Return)
    keys.fill("した日", "R8.11.22")
    keys.press(KEY.Key_Return)
    progress = YearlyUpdateService(desk.desktop.database, desk.desktop.clock).progress(None)
    assert progress is not None
    assert any(row.last is not None for row in progress.districts)
    keys.press(KEY.Key_Escape)
    assert QApplication.activeModalWidget() is None
