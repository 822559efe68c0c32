from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.import_page import ImportPage
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.registry.step_bar import Step
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.roster_imports import commit
from tests.fixtures.rosters import ADMINISTRATOR, COLUMNS, city, person
from tests.helpers.roster_desktop import agree, make_desktop, names, open_roster


def roster_file(
    path: Path, rows: Sequence[Mapping[str, str]], headings: Mapping[str, str] | None = None
) -> Path:
    renamed = [(headings or {}).get(name, name) for name in COLUMNS]
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(renamed)
        writer.writerows([row.get(name, "") for name in COLUMNS] for row in rows)
    return path


def people(count: int) -> list[dict[str, str]]:
    return [person(number) for number in range(1, count + 1)]


def opened(qtbot: QtBot, runner: TaskRunner, database: FakeCity) -> tuple[Desktop, ImportPage]:
    desktop = make_desktop(qtbot, runner, database)
    page = open_roster(qtbot, desktop, len(database.state.members))
    return desktop, page.open_import()


def check(qtbot: QtBot, page: ImportPage, path: Path, *, is_whole: bool) -> None:
    page.file.path.setText(str(path))
    page.file.source.setCurrentText("介護保険課")
    page.file.extent.set_value(is_whole)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.COLUMNS)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.CHECK)


def confirm(page: ImportPage) -> None:
    page.go_on()
    assert page.bar.step() is Step.JUDGE
    page.go_on()
    assert page.bar.step() is Step.CONFIRM


def test_a_file_is_checked_committed_and_taken_back(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    database = city()
    desktop, page = opened(qtbot, runner, database)
    check(qtbot, page, roster_file(tmp_path / "r.csv", people(3)), is_whole=False)
    assert not database.state.members, "nothing is written before 確定"
    confirm(page)
    page.go_on()
    qtbot.waitUntil(lambda: len(database.state.members) == 3)
    qtbot.waitUntil(lambda: page.question == "取り込みが終わりました")
    page.confirm.undo.click()
    agree(page)
    qtbot.waitUntil(lambda: not database.state.members)
    qtbot.waitUntil(page.confirm.undo.isHidden)
    roster = desktop.window.current_page()
    page.go_on()
    qtbot.waitUntil(lambda: getattr(roster, "_import", page) is None)


def test_the_list_shows_who_came_in(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    desktop = make_desktop(qtbot, runner, city())
    roster = open_roster(qtbot, desktop, 0)
    page = roster.open_import()
    check(qtbot, page, roster_file(tmp_path / "r.csv", people(2)), is_whole=False)
    confirm(page)
    page.go_on()
    qtbot.waitUntil(lambda: page.question == "取り込みが終わりました")
    page.go_on()
    qtbot.waitUntil(lambda: roster.table.roster.rowCount() == 2)
    assert names(roster) == ["架空 花子1", "架空 花子2"]


def test_each_bad_row_is_listed_and_leads_to_its_line(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    rows = people(4)
    rows[1]["生年月日"] = "昭和75年1月1日"
    rows[2]["校区"] = "津袋"
    desktop, page = opened(qtbot, runner, city())
    check(qtbot, page, roster_file(tmp_path / "r.csv", rows), is_whole=False)
    model = page.check.table.problems
    assert {model.problem(row).row for row in range(model.rowCount())} == {3, 4}
    page.check.table.selectRow(1)
    assert page.check._line_title.text() == "4行め　新規"
    assert {("氏名", "架空 花子3"), ("性別", "女")} <= set(page.check._line_facts.facts())
    desktop.privacy.hide()
    assert ("氏名", HIDDEN_TEXT) in page.check._line_facts.facts()
    assert model.index(1, 2).data() == HIDDEN_TEXT
    page.check.kinds.setCurrentIndex(1)
    assert model.rowCount() == 1


def test_headings_of_an_office_are_pointed_to_their_columns(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    desktop, page = opened(qtbot, runner, city())
    page.file.path.setText(str(roster_file(tmp_path / "r.csv", people(2), {"氏名": "対象となる人"})))
    page.file.source.setCurrentText("介護保険課")
    page.file.extent.set_value(False)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.COLUMNS)
    page.go_on()
    assert page.bar.step() is Step.COLUMNS
    assert "氏名" in desktop.messages.messages()[0].text
    box = page.columns.box("氏名")
    assert page.first_focus() is box
    box.setCurrentIndex(box.findData("対象となる人"))
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.CHECK)
    assert page._checked is not None
    assert page._checked.preview.added == 2


def test_many_removals_need_their_exact_number(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    database = city()
    desktop, page = opened(qtbot, runner, database)
    check(qtbot, page, roster_file(tmp_path / "a.csv", people(10)), is_whole=True)
    confirm(page)
    page.go_on()
    qtbot.waitUntil(lambda: len(database.state.members) == 10)
    qtbot.waitUntil(lambda: page.question == "取り込みが終わりました")
    roster = desktop.window.current_page()
    page.closed.emit()
    page = roster.open_import()  # type: ignore[union-attr]
    check(qtbot, page, roster_file(tmp_path / "b.csv", people(8)), is_whole=True)
    confirm(page)
    assert page.first_focus() is page.confirm.removals
    page.go_on()
    page.confirm.removals.setText("3")
    page.go_on()
    assert any("点検の結果は2" in message.text for message in desktop.messages.messages())
    page.confirm.removals.setText("2")
    page.go_on()
    qtbot.waitUntil(lambda: sum(member.removed_on is None for member in database.state.members.values()) == 8)
    qtbot.waitUntil(lambda: page._task is None)


def test_totals_that_do_not_agree_need_a_reason(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    totals = tmp_path / "totals.csv"
    totals.write_text("区分,値\n総件数,9\n", encoding="utf-8-sig")
    database = city()
    desktop, page = opened(qtbot, runner, database)
    page.file.totals.setText(str(totals))
    check(qtbot, page, roster_file(tmp_path / "r.csv", people(2)), is_whole=False)
    assert "件数が合いません" in page.check._notes.text_shown()
    confirm(page)
    page.go_on()
    assert "理由" in desktop.messages.messages()[0].text
    page.confirm.reason.setText("電話で確かめた")
    page.go_on()
    qtbot.waitUntil(lambda: len(database.state.members) == 2)
    qtbot.waitUntil(lambda: page._task is None)


@pytest.mark.parametrize("missing", ["path", "source", "extent"])
def test_the_file_step_says_what_is_missing(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path, missing: str
) -> None:
    desktop, page = opened(qtbot, runner, city())
    page.file.path.setText("" if missing == "path" else str(tmp_path / "none.csv"))
    page.file.source.setCurrentText("" if missing == "source" else "介護保険課")
    page.file.extent.set_value(None if missing == "extent" else True)
    page.go_on()
    assert page.bar.step() is Step.FILE
    assert len(desktop.messages.messages()) == 1


def test_a_file_that_is_not_there_is_said(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    desktop, page = opened(qtbot, runner, city())
    page.file.path.setText(str(tmp_path / "none.csv"))
    page.file.source.setCurrentText("介護保険課")
    page.file.extent.set_value(True)
    page.go_on()
    qtbot.waitUntil(lambda: bool(desktop.messages.messages()))
    assert desktop.messages.messages()[0].text == "ファイルがありません。"
    assert page.forward.isEnabled()


def test_an_administrator_sees_no_cell(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    rows = people(2)
    rows[0]["校区"] = "津袋"
    desktop = make_desktop(qtbot, runner, city(ADMINISTRATOR))
    roster = desktop.window.show_page("roster")
    assert isinstance(roster, RosterPage)
    page = roster.open_import()
    check(qtbot, page, roster_file(tmp_path / "r.csv", rows), is_whole=False)
    page.check.table.selectRow(0)
    facts = page.check._line_facts.facts()
    assert ("行", "この行の中身は表示できません") in facts
    assert {caption for caption, _words in facts} == {"わけ", "行"}
    assert "津袋" not in page.check.table.problems.index(0, 2).data()


def test_past_imports_are_listed_with_their_undo(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    database = city()
    desktop, page = opened(qtbot, runner, database)
    check(qtbot, page, roster_file(tmp_path / "r.csv", people(2)), is_whole=False)
    confirm(page)
    page.go_on()
    qtbot.waitUntil(lambda: page.question == "取り込みが終わりました")
    roster = desktop.window.current_page()
    page.closed.emit()
    again = roster.open_import()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: len(again.file._past_rows) == 1)
    assert again.file.source.findText("介護保険課") >= 0
    again.undo(next(iter(database.state.imports)))
    qtbot.waitUntil(lambda: not database.state.members)
    qtbot.waitUntil(lambda: again._task is None)


def test_a_part_declared_whole_is_stopped_and_looked_at_again_as_a_part(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    database = city()
    commit(database, people(20))
    _desktop, page = opened(qtbot, runner, database)
    check(qtbot, page, roster_file(tmp_path / "r.csv", people(1)), is_whole=True)
    warning = page.check.removals
    assert "20人のうち、19人（およそ95%）" in warning.text_shown()
    page.go_on()
    assert page.question == "消除される人は、これでよいですか"
    page.go_back()
    warning.partial.click()
    qtbot.waitUntil(lambda: page._task is None)
    assert page._checked is not None
    assert page._checked.preview.removed == 0
    assert warning.isHidden()
    assert page.file.extent.value() is False
