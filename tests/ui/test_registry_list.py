from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import MemberRow, RemovalReason
from kurume_bousai.services.ports.members import MemberFilter, MemberQuery
from kurume_bousai.services.roster.register import FIRST_ROWS, RosterService
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.roster_model import COMPACT_DROPS, Column
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.rosters import ADMINISTRATOR, FLAGGED, access
from tests.helpers.roster_desktop import (
    PEOPLE,
    TODAY,
    fictional,
    fictional_city,
    make_desktop,
    names,
    open_roster,
)


@pytest.fixture(autouse=True)
def _painted_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURUME_BOUSAI_NO_WEBENGINE", "1")


def test_one_kanji_finds_and_escape_shows_everybody_again(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    page.search.setText("森")
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 2)
    assert names(page) == ["架空 大森", "架空 森男"]
    assert page.count.text() == "3人のうち 2人"
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 3)


def test_the_first_screenful_stands_before_everybody_is_read_and_counts_nothing(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    people = [fictional(number, f"架空 {number}", f"{number:04d}") for number in range(1, FIRST_ROWS + 6)]
    desktop = make_desktop(qtbot, runner, fictional_city(people=people))
    page = desktop.window.show_page("roster")
    assert isinstance(page, RosterPage)
    seen: list[tuple[int, str, str]] = []
    page.table.roster.modelReset.connect(
        lambda: seen.append((page.table.roster.rowCount(), page.count.text(), page.count.accessibleName()))
    )
    chip = page.filters._chips[MemberFilter.NO_SUPPORTER]
    assert (page.count.text(), chip.text()) == ("読んでいます", "支援者なし")
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == len(people))
    assert seen[0] == (FIRST_ROWS, "読んでいます", "読んでいます")
    assert [rows for rows, *_words in seen] == [FIRST_ROWS, len(people)]
    assert page.count.text() == f"{len(people)}人のうち {len(people)}人"
    assert chip.text() == f"支援者なし {len(people) - 1}"


def test_somebody_chosen_in_the_first_screenful_stays_chosen(qtbot: QtBot, runner: TaskRunner) -> None:
    people = [fictional(number, f"架空 {number}", f"{number:04d}") for number in range(1, FIRST_ROWS + 6)]
    desktop = make_desktop(qtbot, runner, fictional_city(people=people))
    page = desktop.window.show_page("roster")
    assert isinstance(page, RosterPage)
    reset = page.table.roster.modelReset
    with qtbot.waitSignal(reset):
        pass
    page.table.choose("m9")
    with qtbot.waitSignal(reset):
        pass
    qtbot.waitUntil(lambda: page.detail.member is not None)
    assert page.table.chosen == "m9"
    assert page.table.currentIndex().row() == page.table.roster.row_of("m9")


def test_a_list_that_cannot_be_read_says_so_and_is_read_again(
    qtbot: QtBot, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city())
    told: list[KnownProblem] = []
    runner.problem.connect(told.append)

    def broken(_service: RosterService, _query: MemberQuery) -> list[MemberRow]:
        raise KnownProblem("disk", "ディスクを読めません。")

    with monkeypatch.context() as patched:
        patched.setattr(RosterService, "first", broken)
        page = desktop.window.show_page("roster")
        assert isinstance(page, RosterPage)
        qtbot.waitUntil(lambda: bool(told))
    assert page.count.text() == "読めませんでした"
    desktop.window.show_page("home")
    open_roster(qtbot, desktop, 3)
    assert page.count.text() == "3人のうち 3人"


def test_a_filter_shows_its_count_and_its_people(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    chip = page.filters._chips[MemberFilter.NO_SUPPORTER]
    assert chip.text() == "支援者なし 2"
    chip.click()
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 2)
    assert "架空 花子" not in names(page)
    chip.click()
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 3)


def test_people_with_hidden_address_exist_only_for_the_flagged_clerk(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city(FLAGGED)), 4)
    row = page.table.roster.row_of("m900001")
    assert "支援措置" in page.table.roster.words(page.table.roster.rows[row], Column.NUMBER)
    assert MemberFilter.PROTECTED in page.filters.choices()
    page.table.selectRow(row)
    qtbot.waitUntil(lambda: page.detail.member is not None)
    assert not page.detail._protected.isHidden()


def test_an_ordinary_clerk_is_offered_no_filter_for_them(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    assert MemberFilter.PROTECTED not in page.filters.choices()
    page.search.setText("守")
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 0)
    assert page.count.text() == "3人のうち 0人"


def test_choosing_in_the_list_rings_on_the_map_and_the_other_way(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    assert not page.map.findChildren(NativeMapView), "the map is made only when asked for"
    page._map_button.click()
    view = page.map.view
    assert isinstance(view, NativeMapView)
    qtbot.waitUntil(lambda: len(view.scene.people) == 3)
    page.table.selectRow(page.table.roster.row_of("m2"))
    assert view.scene.selected == "m2"
    told: list[str] = []
    page.table.person_chosen.connect(told.append)
    mark = next(mark for mark in view.scene.people if mark.id == "m3")
    view.fit_bounds(mark.lon - 0.001, mark.lat - 0.001, mark.lon + 0.001, mark.lat + 0.001)
    view.grab()
    at = view._viewport.to_screen(mark.lon, mark.lat)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(at).toPoint())
    assert page.table.chosen == "m3"
    assert told == ["m3"], "once, without a loop"
    assert view.scene.selected == "m3"
    qtbot.waitUntil(lambda: page.detail.member is not None and page.detail.member.member_id == "m3")


def test_the_map_holds_numbers_and_signs_but_no_name(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    page._map_button.click()
    view = page.map.view
    assert view is not None
    qtbot.waitUntil(lambda: len(view.scene.people) == 3)
    assert all(person.name not in repr(view.scene) for person in PEOPLE)


def test_hiding_names_hides_everything_personal_at_once(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city())
    page = open_roster(qtbot, desktop, 3)
    page.table.selectRow(page.table.roster.row_of("m2"))
    qtbot.waitUntil(lambda: page.detail.member is not None)
    assert page.detail.supporters.words()[0].startswith("架空 隣人")
    desktop.actions.trigger("names.hide")
    texts = _texts(page)
    for secret in ("架空 花子", "ハナコ", "はなこ", "昭和10年", "9002", "0942-00", "隣人"):
        assert not any(secret in text for text in texts), secret
    assert page.detail.supporters.words() == ["S01"]
    index = page.table.roster.index(0, Column.NAME)
    assert index.data() == HIDDEN_TEXT
    assert any("久留米市架空町（番地はかくしています）" in text for text in texts)


def _texts(root: QWidget) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        found.append(widget.accessibleName())
        text = getattr(widget, "text", None)
        if callable(text):
            found.append(str(text()))
    return found


def test_the_keyboard_goes_through_the_list(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city())
    page = open_roster(qtbot, desktop, 3)
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert desktop.window.focusWidget() is page.table
    assert page.table.chosen == "m1"
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.table.chosen == "m2"
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._dialog is not None)
    assert page._dialog is not None
    assert page._dialog.form.lines["name"].text() == "架空 花子"
    page._dialog.reject()
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert desktop.window.focusWidget() is page.search


def test_a_change_elsewhere_reads_the_list_again_and_keeps_the_choice(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    database = fictional_city()
    desktop = make_desktop(qtbot, runner, database)
    page = open_roster(qtbot, desktop, 3)
    page.table.selectRow(1)
    chosen = page.table.chosen
    with database.writing() as session:
        session.members.remove_many(
            database.access, [page.table.roster.rows[0].member_id], RemovalReason.DIED, source="", on=TODAY
        )
    desktop.changes.tell(frozenset({Topic.MEMBERS}))
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 2)
    assert page.table.chosen == chosen


def test_a_role_that_sees_no_people_is_told_so(qtbot: QtBot, runner: TaskRunner) -> None:
    viewer = access(Role.VIEWER)
    desktop = make_desktop(qtbot, runner, fictional_city().seen_by(viewer))
    page = desktop.window.show_page("roster")
    words = " ".join(_texts(page))
    assert "記録は見られません" in words
    assert all(person.name not in words for person in PEOPLE)
    assert page.main_action is None


def test_an_administrator_may_import_without_seeing_the_list(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city().seen_by(ADMINISTRATOR))
    page = desktop.window.show_page("roster")
    assert any(button.text() == "取り込む" for button in page.findChildren(QAbstractButton))
    assert "記録は見られません" in " ".join(_texts(page))


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 690)), (1.5, (1366, 768)), (1.0, (1093, 551))])
@pytest.mark.parametrize("families", [("BIZ UDPGothic",), ("IPAexGothic",)])
def test_the_page_fits_with_both_fonts(
    qtbot: QtBot, runner: TaskRunner, scale: float, size: tuple[int, int], families: tuple[str, ...]
) -> None:
    from dataclasses import replace

    from kurume_bousai.ui.kit.tokens import replace_tokens, tokens

    replace_tokens(replace(tokens(), families=families))
    set_scale(scale)
    desktop = make_desktop(qtbot, runner, fictional_city(), size=size)
    page = open_roster(qtbot, desktop, 3)
    needed = desktop.window.minimumSizeHint()
    assert (needed.width(), needed.height()) <= size
    assert needed.height() <= size[1]
    importing = page.open_import()
    assert importing.minimumSizeHint().width() <= size[0]
    assert desktop.window.minimumSizeHint().height() <= size[1]


def test_the_compact_layout_drops_two_columns_and_has_one_filter_button(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city(), size=(1093, 551)), 3)
    hidden = {column for column in Column if page.table.isColumnHidden(column)}
    assert hidden == COMPACT_DROPS
    assert page.filters.isHidden()
    assert page.filters.compact_button.text() == "しぼる: 全員"


def test_every_control_has_an_accessible_name(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: page.detail.member is not None)
    page.add_person()
    qtbot.waitUntil(lambda: page._dialog is not None)
    assert page._dialog is not None
    folds = (*page._dialog.form.sections.values(), page.detail.house, page.detail.history)
    for fold in folds:  # what is folded joins its window at the first opening
        fold.set_open(is_open=True)
    importing = page.open_import()
    for root in (page, page._dialog, importing):
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for control in root.findChildren(kind):
                named = control.accessibleName() or getattr(control, "text", str)()
                assert named or not control.isVisibleTo(root), (type(control), control.objectName())
    page._dialog.reject()
