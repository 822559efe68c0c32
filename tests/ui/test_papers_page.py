from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai import app
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.second_person import SecondPersonGround
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.papers.ports import AnonymousContent, ExerciseReport
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.printing import PreviewDialog
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.reports.capacity_dialog import CapacityReportDialog
from kurume_bousai.ui.reports.named_dialog import SAVE, NamedRosterDialog
from kurume_bousai.ui.reports.papers_page import PapersPage
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.tasks import Progress, TaskRunner
from tests.helpers.office_desktop import Office, open_office
from tests.helpers.roster_desktop import fictional_city

VIEWER = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
PASSWORD = "きじと橋と川と青い空"


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    return open_office(qtbot, runner, fictional_city(), PapersPage)


def page_of(office: Office) -> PapersPage:
    page = office.desktop.window.current_page()
    assert isinstance(page, PapersPage)
    return page


def named(office: Office, qtbot: QtBot) -> NamedRosterDialog:
    dialog = NamedRosterDialog(office.desktop, ["津福", "荒木"], office.desktop.window)
    dialog.open()
    dialog.district.setCurrentIndex(dialog.district.findData("津福"))
    dialog.body.setCurrentIndex(dialog.body.findData(Body.CITY.value))
    dialog.recipient.setText("市の福祉課(架空)")
    dialog.purpose.setText("図上訓練のため")
    dialog.copies.setText("２部")
    return dialog


def checked(dialog: NamedRosterDialog, qtbot: QtBot) -> None:
    dialog.check()
    qtbot.waitUntil(lambda: dialog.step() == 1)
    dialog.second.passphrase.line.setText("demo")


def test_it_fits_the_small_screen(office: Office) -> None:
    for scale in (1.0, 1.5):
        set_scale(scale)
        size = office.desktop.window.minimumSizeHint()
        assert size.width() <= 1366
        assert size.height() <= 690


def test_every_control_has_a_name(office: Office) -> None:
    page = page_of(office)
    for button in (
        page.capacity_form,
        page.capacity_button,
        page.exercise_button,
        page.roster_button,
        page.keys_button,
    ):
        assert button.accessibleName()


def test_who_may_not_print_names_reads_why(qtbot: QtBot, runner: TaskRunner) -> None:
    office = open_office(qtbot, runner, fictional_city(VIEWER), PapersPage)
    page = page_of(office)
    assert not page.roster_button.isVisible()
    assert not page.recovery_button.isVisible()
    assert page.capacity_button.isVisible()
    assert not page.copies.isVisible()


def test_a_paper_is_written_and_its_place_told(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    place = tmp_path / "報告.pdf"
    dialog = SaveReportDialog(office.desktop, "図上訓練の報告", "報告", _content, office.desktop.window)
    dialog.open()
    dialog.place.line.setText(str(place))
    dialog.save()
    qtbot.waitUntil(lambda: dialog.step() == 1)
    assert place.read_bytes().startswith(b"%PDF")
    assert str(place) in dialog._where.text_shown()


def capacity_dialog(office: Office, form: CapacityForm, district: str = "") -> CapacityReportDialog:
    page = page_of(office)
    page.capacity_form.setCurrentIndex(page.capacity_form.findData(form))
    page.area.setCurrentIndex(max(0, page.area.findData(district)))
    page.save_capacity()
    dialog = office.desktop.window.findChild(CapacityReportDialog)
    assert dialog is not None
    return dialog


def test_the_four_capacity_papers_are_chosen_in_words(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    office = open_office(qtbot, runner, database, PapersPage, capacity=app.capacity(database))
    page = page_of(office)
    names = [page.capacity_form.itemText(index) for index in range(page.capacity_form.count())]
    assert names == ["くわしい報告", "1枚のまとめ", "校区ごと", "計画と定員の突合"]
    dialog = capacity_dialog(office, CapacityForm.SUMMARY, "津福")
    assert dialog.order().form is CapacityForm.SUMMARY
    assert dialog.order().conditions.district_id == "津福"
    assert dialog.extras.isChecked()
    assert "A4 1枚" in dialog._form_words.text_shown()
    assert "容量のまとめ_津福校区" in dialog.place.line.text()
    dialog.paper.set_value(CapacityForm.DISTRICTS)
    dialog.paper.chosen.emit(CapacityForm.DISTRICTS)
    assert dialog.order().conditions.district_id is None
    assert dialog.extras.isHidden()
    assert "容量の校区ごと_全市" in dialog.place.line.text()


@pytest.mark.parametrize(
    ("form", "made"),
    [
        (CapacityForm.FULL, "CapacityReport"),
        (CapacityForm.DISTRICTS, "CapacityByDistrict"),
        (CapacityForm.PLANS, "PlansReport"),
    ],
)
def test_each_capacity_paper_is_written_from_the_window(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path, form: CapacityForm, made: str
) -> None:
    database = fictional_city()
    office = open_office(qtbot, runner, database, PapersPage, capacity=app.capacity(database))
    dialog = capacity_dialog(office, form)
    dialog.place.line.setText(str(tmp_path / "容量.pdf"))
    dialog.save()
    qtbot.waitUntil(lambda: dialog.step() == 1, timeout=20_000)
    assert office.papers.made == [made]
    assert (tmp_path / "容量.pdf").read_bytes().startswith(b"%PDF")


def test_a_capacity_paper_is_seen_before_it_is_printed(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    office = open_office(qtbot, runner, database, PapersPage, capacity=app.capacity(database))
    dialog = capacity_dialog(office, CapacityForm.PLANS)
    dialog.preview()
    qtbot.waitUntil(lambda: dialog.findChild(PreviewDialog) is not None, timeout=20_000)
    assert office.papers.made == ["PlansReport"]


def test_an_existing_file_is_replaced_only_when_agreed(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    place = tmp_path / "報告.pdf"
    place.write_bytes(b"old")
    dialog = SaveReportDialog(office.desktop, "図上訓練の報告", "報告", _content, office.desktop.window)
    dialog.open()
    dialog.place.line.setText(str(place))
    dialog.save()
    assert place.read_bytes() == b"old"
    assert [message.text for message in dialog.messages.messages()] == ["同じ名前のファイルがあります。"]
    dialog.place.replace.setChecked(True)
    dialog.save()
    qtbot.waitUntil(lambda: dialog.step() == 1)
    assert place.read_bytes().startswith(b"%PDF")


def test_a_missing_folder_is_told_before_anything_is_made(office: Office, tmp_path: Path) -> None:
    dialog = SaveReportDialog(office.desktop, "図上訓練の報告", "報告", _content, office.desktop.window)
    dialog.place.line.setText(str(tmp_path / "ない" / "報告.pdf"))
    dialog.save()
    assert office.papers.made == []
    assert [message.text for message in dialog.messages.messages()] == ["そのフォルダーはありません。"]


def test_a_named_file_is_locked_numbered_and_in_the_ledger(
    office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = named(office, qtbot)
    dialog.way.set_value(SAVE)
    dialog._on_way(SAVE)
    dialog.place.line.setText(str(tmp_path / "名簿.pdf"))
    dialog.password.line.setText(PASSWORD)
    dialog.again.line.setText(PASSWORD)
    checked(dialog, qtbot)
    said = dialog._what.text_shown()
    for words in ("津福校区の名簿", "1人", "市の福祉課(架空)", "図上訓練のため", "2部"):
        assert words in said
    assert not list(tmp_path.iterdir())
    dialog.go()
    qtbot.waitUntil(lambda: dialog.step() == 2)
    assert sorted(path.read_bytes()[:6] for path in tmp_path.iterdir()) == [b"locked", b"locked"]
    page = page_of(office)
    qtbot.waitUntil(lambda: page.copies.table.model().rowCount() == 2)
    numbers = [entry.copy_number for entry in office.database.state.ledger]
    assert all(number in dialog._copies_words.text_shown() for number in numbers)
    confirmed = {(entry.second_person, entry.second_ground) for entry in office.database.state.ledger}
    assert confirmed == {("架空二", SecondPersonGround.CONFIRMED)}


def test_a_named_paper_waits_for_the_second_person(office: Office, qtbot: QtBot) -> None:
    dialog = named(office, qtbot)
    checked(dialog, qtbot)
    assert dialog.second.isVisibleTo(dialog)
    assert dialog.second.who.currentText() == "架空二"
    dialog.second.passphrase.clear()
    dialog.go()
    assert "確かめる人の合言葉" in dialog.messages.messages()[0].text
    dialog.second.passphrase.line.setText("ちがう")
    dialog.go()
    qtbot.waitUntil(lambda: bool(dialog.messages.messages()))
    assert "合言葉が違います" in dialog.messages.messages()[0].text
    assert dialog.step() == 1
    assert dialog.second.passphrase.text() == ""
    assert office.database.state.ledger == ()


def test_a_short_password_writes_nothing(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = named(office, qtbot)
    dialog.way.set_value(SAVE)
    dialog.place.line.setText(str(tmp_path / "名簿.pdf"))
    dialog.password.line.setText("短い")
    dialog.again.line.setText("短い")
    dialog.check()
    assert dialog.step() == 0
    assert "短すぎます" in dialog.messages.messages()[0].text
    assert office.database.state.ledger == ()


def test_without_a_purpose_nothing_leaves(office: Office, qtbot: QtBot) -> None:
    dialog = named(office, qtbot)
    dialog.purpose.clear()
    dialog.check()
    assert dialog.step() == 0
    assert dialog.messages.messages()


def test_a_named_paper_is_printed_from_memory(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = named(office, qtbot)
    checked(dialog, qtbot)
    dialog.go()
    qtbot.waitUntil(lambda: dialog.findChild(PreviewDialog) is not None)
    preview = dialog.findChild(PreviewDialog)
    assert preview is not None
    assert preview.pages() == 1
    printer = QPrinter()  # a printer that is a file, for the test only: the window itself refuses one
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    preview.print_on(printer)
    qtbot.waitUntil(lambda: dialog.step() == 2)
    assert "2部" in dialog._done_words.text_shown()
    assert (tmp_path / "printed.pdf").stat().st_size > 0


def test_a_paper_that_was_not_printed_is_in_the_audit(office: Office, qtbot: QtBot) -> None:
    dialog = named(office, qtbot)
    checked(dialog, qtbot)
    dialog.go()
    qtbot.waitUntil(lambda: dialog.findChild(PreviewDialog) is not None)
    preview = dialog.findChild(PreviewDialog)
    assert preview is not None
    preview.reject()
    qtbot.waitUntil(lambda: "report.not_printed" in [entry[1] for entry in office.database.state.audit])
    assert dialog.step() == 0


def test_hidden_names_hide_the_recipients(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    test_a_named_file_is_locked_numbered_and_in_the_ledger(office, qtbot, tmp_path)
    model = page_of(office).copies.table.model()
    assert model.index(0, 2).data() == "市の福祉課(架空)"
    office.desktop.privacy.hide()
    assert model.index(0, 2).data() == HIDDEN_TEXT


def test_the_list_of_keys_is_shown_before_it_is_printed(office: Office, qtbot: QtBot) -> None:
    page_of(office).print_keys()
    window: QWidget = office.desktop.window
    qtbot.waitUntil(lambda: window.findChild(PreviewDialog) is not None)


def _content(progress: Progress) -> AnonymousContent:
    return ExerciseReport(
        district="津福", held_on=None, place="", purpose="", preset="", scenario="", practice=True,
        started_at=None, finished_at=None, tables=(), tasks=(), decisions=(), drawn=(), cards=(),
        sites=(), needs=(), people_counted=0, others=0,
    )  # fmt: skip
