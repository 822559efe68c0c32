"""判断の段 and 同じ人かもしれない組: two records side by side, answered by keyboard."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.import_page import ImportPage
from kurume_bousai.ui.registry.step_bar import Step
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.roster_imports import commit
from tests.fixtures.rosters import CLERK, city, person, write_csv
from tests.helpers.roster_desktop import agree, make_desktop, open_roster

MOVED = "久留米市別架空町9100-1"


def known(database: FakeCity, count: int) -> FakeCity:
    commit(database, [person(number) for number in range(1, count + 1)])
    return database


def choose(
    qtbot: QtBot, page: ImportPage, path: Path, rows: Sequence[Mapping[str, str]], source: str
) -> None:
    page.file.path.setText(str(write_csv(path, rows)))
    page.file.source.setCurrentText(source)
    page.file.extent.set_value(False)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.COLUMNS)
    page.go_on()
    qtbot.waitUntil(lambda: page.bar.step() is Step.CHECK)


def test_pairs_are_answered_by_keyboard_and_followed(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    database = known(city(), 3)
    desktop = make_desktop(qtbot, runner, database)
    page = open_roster(qtbot, desktop, 3).open_import()
    rows = [person(number, ID=f"S-{number}", 住所=MOVED) for number in (1, 2, 3)]
    choose(qtbot, page, tmp_path / "r.csv", rows, "障害者福祉課")
    page.go_on()
    assert page.bar.step() is Step.JUDGE
    assert page.first_focus() is page.judge.held
    assert page.judge.pair.verdicts() == ["同じ", "同じ", "同じ", "同じ", "違う", "同じ"]
    assert "住所が違う" in page.judge.pair.reason.text_shown()
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        qtbot.keyClick(page.judge.held, key)  # type: ignore[no-untyped-call]
    assert [verdict for _pair, verdict in page.judge.answers] == [PairVerdict.SAME, PairVerdict.OTHER]
    desktop.privacy.hide()
    assert HIDDEN_TEXT in page.judge.held.item(0).text()
    page.go_on()
    qtbot.waitUntil(lambda: len(database.state.decisions) == 2 and page._task is None)
    assert page.bar.step() is Step.JUDGE, "one pair still waits"
    assert len(page.judge.answers) == 0
    page.go_on()
    assert page.bar.step() is Step.CONFIRM
    page.go_on()
    qtbot.waitUntil(lambda: page.question == "取り込みが終わりました")
    assert sum(member.removed_on is None for member in database.state.members.values()) == 4


def test_files_of_two_offices_are_committed_together(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    database = city()
    desktop = make_desktop(qtbot, runner, database)
    page = open_roster(qtbot, desktop, 0).open_import()
    choose(qtbot, page, tmp_path / "a.csv", [person(1), person(2)], "介護保険課")
    page.add_file()
    assert page.bar.step() is Step.FILE
    choose(qtbot, page, tmp_path / "b.csv", [person(1, ID="S-1"), person(3)], "障害者福祉課")
    assert "介護保険課" in page._basket.text_shown()
    page.go_on()
    page.go_on()
    assert page.bar.step() is Step.CONFIRM
    page.go_on()
    qtbot.waitUntil(lambda: page.question == "取り込みが終わりました")
    assert len(database.state.members) == 3
    assert len({record.session_id for record in database.state.imports.values()}) == 1
    page.confirm.undo.click()
    agree(page)
    qtbot.waitUntil(lambda: not database.state.members)
    qtbot.waitUntil(lambda: page._task is None)


def test_any_file_of_a_session_can_be_left_out(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, city()), 0).open_import()
    choose(qtbot, page, tmp_path / "a.csv", [person(1), person(2)], "介護保険課")
    page.add_file()
    choose(qtbot, page, tmp_path / "b.csv", [person(3)], "障害者福祉課")
    page.leave_out(0)
    qtbot.waitUntil(lambda: page._task is None)
    assert page._session is not None
    assert [one.order.source for one in page._session.files] == ["障害者福祉課"]
    page.add_file()
    choose(qtbot, page, tmp_path / "c.csv", [person(4)], "介護保険課")
    page.leave_out(1)
    qtbot.waitUntil(lambda: page._task is None)
    page.go_back()
    assert page.bar.step() is Step.FILE, "the file that was left out does not come back by itself"
    assert page.file.path.text() == ""
    choose(qtbot, page, tmp_path / "d.csv", [person(5)], "市民課")
    assert [one.order.source for one in page._session.files] == ["障害者福祉課", "市民課"]


def test_told_apart_by_a_slip_is_asked_again(qtbot: QtBot, runner: TaskRunner) -> None:
    database = city()
    base = RosterMember(MemberId("a"), 0, "架空 花子", "カクウ ハナコ", address="久留米市架空町9999")
    with database.writing() as session:
        session.members.add_many(
            CLERK, [base, dataclasses.replace(base, member_id=MemberId("b"))], source="画面で入力"
        )
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 2).open_import()
    dialog = page.show_duplicates()
    qtbot.waitUntil(lambda: dialog.pairs.count() == 1)
    qtbot.keyClick(dialog.pairs, Qt.Key.Key_2)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: dialog.pairs.count() == 0)
    dialog.again.click()
    qtbot.waitUntil(lambda: dialog.pairs.count() == 1)
    assert dialog.again.isHidden()
    dialog.accept()


def test_two_records_are_made_one_and_taken_apart(qtbot: QtBot, runner: TaskRunner) -> None:
    database = city()
    base = RosterMember(MemberId("a"), 0, "架空 花子", "カクウ ハナコ", address="久留米市架空町9999")
    with database.writing() as session:
        twin = dataclasses.replace(base, member_id=MemberId("b"), phone="0942-00-0001")
        session.members.add_many(CLERK, [base, twin], source="画面で入力")
    desktop = make_desktop(qtbot, runner, database)
    page = open_roster(qtbot, desktop, 2).open_import()
    dialog = page.show_duplicates()
    qtbot.waitUntil(lambda: dialog.pairs.count() == 1)
    dialog.pair.same.click()
    qtbot.waitUntil(lambda: not dialog.merge_card.isHidden())
    assert "電話1　なし → 0942-00-0001" in dialog.merge_card.effect.text_shown()
    dialog.merge_card.merge.click()
    qtbot.waitUntil(lambda: dialog.merged.count() == 1 and dialog.pairs.count() == 0)
    assert database.state.members[MemberId("b")].removed_on is not None
    dialog.split.click()
    qtbot.waitUntil(lambda: dialog.merged.count() == 0)
    assert database.state.members[MemberId("b")].removed_on is None
    dialog.accept()
