"""列の対応 on screen: what is saved for an office is used again, and what differs is said."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from pytestqt.qtbot import QtBot

from kurume_bousai.ui.registry.import_page import ImportPage
from kurume_bousai.ui.registry.step_bar import Step
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import city, person, write_xlsx
from tests.helpers.roster_desktop import make_desktop, open_roster

HEADER = ("宛名番号", "対象の人", "生年月日", "現住所", "介護コード")
ROW = ("A-1", "架空 一", "S10.4.1", "架空町9999-1", "21")


def extract(path: Path, header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([header, (*ROW, *[""] * (len(header) - len(ROW)))])
    return path


def headings_of(qtbot: QtBot, runner: TaskRunner, database: FakeCity, path: Path) -> ImportPage:
    desktop = make_desktop(qtbot, runner, database)
    page = open_roster(qtbot, desktop, len(database.state.members)).open_import()
    page.file.path.setText(str(path))
    page.file.source.setCurrentText("介護保険課")
    page.file.extent.set_value(value=False)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.COLUMNS)
    return page


def next_file(qtbot: QtBot, page: ImportPage, path: Path) -> ImportPage:
    """Go back to the first step and choose another file."""
    qtbot.waitUntil(lambda: not page.is_busy)
    while page.bar.step() is not Step.FILE:
        page.go_back()
    page.file.path.setText(str(path))
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.COLUMNS)
    return page


def choose(page: ImportPage, column: str, heading: str) -> None:
    box = page.columns.box(column)
    box.setCurrentIndex(box.findData(heading))


def test_a_mapping_is_decided_saved_and_used_for_the_next_file(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    database = city()
    page = headings_of(qtbot, runner, database, extract(tmp_path / "r.csv"))
    choose(page, "ID", "宛名番号")
    choose(page, "氏名", "対象の人")
    page.columns.ask("要介護度")
    dialog = page.columns.dialog
    assert dialog is not None
    dialog.heading.setCurrentIndex(dialog.heading.findData("介護コード"))
    dialog.words.setPlainText("21=要介護1\n22＝要介護2")
    dialog.use.click()
    page.columns.ask("校区")
    assert page.columns.dialog is not None
    page.columns.dialog.constant.setText("津福")
    page.columns.dialog.use.click()
    page.columns.save.click()
    qtbot.waitUntil(lambda: len(database.state.mapping_profiles) == 1)
    qtbot.waitUntil(lambda: not page.is_busy)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.CHECK)
    assert page._checked is not None
    row = page._checked.roster.rows[0]
    assert (row.key, row.name, row.values["care_level"], row.district_text) == (
        "A-1",
        "架空 一",
        "要介護1",
        "津福",
    )

    again = next_file(qtbot, page, extract(tmp_path / "next.csv"))
    assert again.columns.choice("氏名").heading == "対象の人"
    assert again.columns.choice("要介護度").words == {"21": "要介護1", "22": "要介護2"}
    assert again.columns.name.text() == "介護保険課"


def test_a_file_that_suddenly_differs_says_what_differs(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    database = city()
    page = headings_of(qtbot, runner, database, extract(tmp_path / "r.csv"))
    choose(page, "ID", "宛名番号")
    choose(page, "氏名", "対象の人")
    page.columns.save.click()
    qtbot.waitUntil(lambda: len(database.state.mapping_profiles) == 1)
    changed = ("宛名コード", *HEADER[1:], "備考")
    next_file(qtbot, page, extract(tmp_path / "next.csv", changed))
    words = page.columns.words()
    assert "使っている列がなくなりました: 宛名番号。" in words
    assert "新しい列があります: 宛名コード、備考。" in words
    assert "IDにあたる列を選んでください" in words


def test_a_line_of_codes_that_is_none_is_said_in_the_window(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    page = headings_of(qtbot, runner, city(), extract(tmp_path / "r.csv"))
    page.columns.ask("要介護度")
    dialog = page.columns.dialog
    assert dialog is not None
    dialog.words.setPlainText("21 要介護1")
    dialog.use.click()
    assert dialog.isVisible()
    assert page.columns.choice("要介護度").words == {}
    dialog.reject()


def test_hidden_rows_wait_for_a_person_to_decide(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", [person(1), person(2)])
    workbook = openpyxl.load_workbook(path)
    workbook.worksheets[0].row_dimensions[3].hidden = True
    workbook.save(path)
    page = headings_of(qtbot, runner, city(), path)
    for is_taken, rejected in ((False, 1), (True, 0)):
        next_file(qtbot, page, path)
        assert not page.columns.hidden.isHidden()
        page.columns.hidden.setChecked(is_taken)
        page.go_on()
        qtbot.waitUntil(lambda: page.bar.step() is Step.CHECK)
        assert page._checked is not None
        assert page._checked.preview.rejected == rejected
