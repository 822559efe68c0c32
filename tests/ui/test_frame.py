from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.actions import ActionRegistry
from kurume_bousai.ui.band import BandKind, BandSpec
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit import fonts
from kurume_bousai.ui.kit.tokens import Theme, set_scale, set_theme
from kurume_bousai.ui.kit.widgets import SearchField, button, label, vbox
from kurume_bousai.ui.main_window import DistrictChoice, MainWindow, Page, PageSpec
from kurume_bousai.ui.printing import PreviewDialog
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy, ScreenFacts, Watch, notice_of, watch_of
from kurume_bousai.ui.shortcut_list import ShortcutDialog
from kurume_bousai.ui.status_bar import describe_step
from kurume_bousai.ui.tasks import Progress, Step, TaskRunner

TITLES = (
    "はじめに",
    "名簿",
    "マイプラン",
    "福祉避難所",
    "容量確認",
    "図上訓練",
    "災害対応",
    "帳票",
    "地図データ",
    "設定",
)
BAND = BandSpec(BandKind.EXERCISE, "津福校区 10月8日 名簿は変わりません")


class SamplePage(Page):
    made = 0

    def __init__(self) -> None:
        super().__init__("どの人をさがしますか")
        SamplePage.made += 1
        self.search = SearchField("さがす")
        self.districts: list[str] = []
        self.set_main_action(button("登録する", "main", "plus"))
        self.add_action_button(button("取り込む"))
        self.set_body(vbox(self.search, label("本文"), None))

    def first_focus(self) -> QWidget:
        return self.search

    def focus_search(self) -> bool:
        self.search.setFocus()
        return True

    def district_changed(self, district_id: str) -> None:
        self.districts.append(district_id)


@pytest.fixture
def window(runner: TaskRunner, qtbot: QtBot) -> Iterator[MainWindow]:
    SamplePage.made = 0
    specs = [PageSpec(f"p{n}", title, "home-outline", SamplePage) for n, title in enumerate(TITLES)]
    made = MainWindow(
        specs,
        runner=runner,
        privacy=Privacy(),
        actions=ActionRegistry(),
        districts=[DistrictChoice("tsubuku", "津福", "つぶく"), DistrictChoice("araki", "荒木", "あらき")],
        operator="架空 山田",
        is_fictional=True,
    )
    qtbot.addWidget(made)
    made.resize(1366, 690)
    made.show()
    made.show_page("p0")
    yield made
    made.close()


def test_screens_are_made_when_first_shown(window: MainWindow) -> None:
    assert SamplePage.made == 1
    window.show_page("p3")
    window.show_page("p0")
    assert SamplePage.made == 2
    assert window.current_page() is window.show_page("p0")


def test_ctrl_and_a_digit_opens_a_screen(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page() is window.show_page("p1")


@pytest.mark.parametrize(("family", "is_ipa"), [("biz", False), ("ipa", True)])
@pytest.mark.parametrize(
    ("size", "scale", "compact"),
    [
        ((1366, 690), 1.0, False),
        ((1366, 768), 1.5, True),
        ((1093, 551), 1.0, True),
        ((1366, 768), 1.75, True),
    ],
)
def test_the_frame_fits_the_small_laptop(
    window: MainWindow,
    qtbot: QtBot,
    family: str,
    is_ipa: bool,
    size: tuple[int, int],
    scale: float,
    compact: bool,
) -> None:
    fonts.load_fonts(only_shipped=is_ipa)
    try:
        window.resize(*size)
        set_scale(scale)
        QApplication.processEvents()
        needed = window.minimumSizeHint()
        assert (needed.width(), needed.height()) <= size
        assert needed.height() <= size[1]
        assert window.is_compact() is compact
        assert (window.width(), window.height()) == size
        assert window.navigation.isHidden() is compact
    finally:
        set_scale(1.0)
        fonts.load_fonts()


def test_every_control_has_an_accessible_name(window: MainWindow) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit)
    nameless = [
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []


def test_no_widget_carries_a_style_of_its_own(window: MainWindow) -> None:
    window.messages.problem(KnownProblem("x", "読めません。"))
    assert [w for w in window.findChildren(QWidget) if w.styleSheet()] == []


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")
def test_typing_a_reading_finds_the_district(window: MainWindow, qtbot: QtBot) -> None:
    chooser = window.header.district
    line = chooser.lineEdit()
    assert line is not None
    with qtbot.waitSignal(window.district_changed) as changed:
        line.selectAll()
        line.insert("つぶく")  # what an input method commits
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert changed.args == ["tsubuku"]
    assert line.text() == "津福"
    page = window.current_page()
    assert isinstance(page, SamplePage)
    assert page.districts == ["", "tsubuku"]


def test_an_unknown_district_is_not_taken(window: MainWindow, qtbot: QtBot) -> None:
    line = window.header.district.lineEdit()
    assert line is not None
    line.setText("どこにもない")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "全市"
    assert window.district() == ""


def is_hidden(privacy: Privacy) -> bool:
    return privacy.hidden


def test_f12_hides_and_never_shows(window: MainWindow, qtbot: QtBot) -> None:
    privacy = window._privacy
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_F12)
        assert privacy.hidden
    assert window.header.names.text() == "名前 見せる"
    window.header.names.click()
    assert not privacy.hidden
    assert window.header.names.text().startswith("名前 かくす")


def test_in_a_session_names_show_only_while_held(dressed: QApplication, qtbot: QtBot) -> None:
    privacy = Privacy()
    names = NamesButton(privacy)
    qtbot.addWidget(names)
    names.show()
    privacy.set_hold_only(hold_only=True)
    assert is_hidden(privacy)
    words = names.text()
    QTest.mousePress(names, Qt.MouseButton.LeftButton)
    assert not is_hidden(privacy)
    assert names.text() == words
    QTest.mouseRelease(names, Qt.MouseButton.LeftButton)
    assert is_hidden(privacy)
    QTest.mousePress(names, Qt.MouseButton.LeftButton)
    names.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))
    assert is_hidden(privacy)
    assert privacy.shown("久留米 花子") == HIDDEN_TEXT
    privacy.show()
    assert is_hidden(privacy)


def test_one_screen_and_mirrored_screens_are_watched() -> None:
    left, right = ScreenFacts(0, 0, 1366, 768), ScreenFacts(1366, 0, 1280, 800)
    assert watch_of([left]) is Watch.SINGLE
    assert watch_of([left, left]) is Watch.MIRRORED
    assert watch_of([left, right]) is Watch.EXTENDED
    assert not Watch.EXTENDED.is_watched
    assert notice_of(Watch.MIRRORED)
    assert not notice_of(Watch.EXTENDED)


def test_a_session_takes_the_whole_window_and_gives_it_back(window: MainWindow, qtbot: QtBot) -> None:
    session = QWidget()
    qtbot.addWidget(session)
    window.enter_session(session, BAND)
    assert window.header.isHidden()
    assert not window.navigation.isVisible()
    assert window.band.accessibleName().startswith("訓練 津福校区")
    assert is_hidden(window._privacy)
    assert window._privacy.hold_only
    assert window.status._fictional.isVisible()
    assert window.messages.messages(), "a single screen is noticed and said"
    assert not window.registry.is_possible("screen.p1")
    assert window.leave_session() is session
    assert window.header.isVisible()
    assert window.band.isHidden()
    assert is_hidden(window._privacy)


def test_long_work_is_shown_with_stop(window: MainWindow, qtbot: QtBot, runner: TaskRunner) -> None:
    began = threading.Event()

    def work(progress: Progress) -> None:
        progress.step(62, 100)
        began.set()
        while True:
            progress.raise_if_cancelled()

    stopped: list[bool] = []
    runner.compute(work, title="取込", on_cancel=lambda: stopped.append(True))
    qtbot.waitUntil(lambda: "62%" in window.status.work_text())
    window.status._stop.click()
    qtbot.waitUntil(lambda: stopped == [True])
    assert window.status.work_text() == ""
    window.status.set_saved(datetime(2026, 11, 21, 10, 42, tzinfo=UTC))
    assert window.status.saved_text() == "保存しました 10:42"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step(62, 100, "", 8.2), "取込　62%　残り8秒"),
        (Step(1, 100, "点検", 75.0), "取込　1%　点検　残り1分15秒"),
        (Step(5, 0, "", None), "取込"),
    ],
)
def test_work_says_what_how_far_how_long(step: Step, text: str) -> None:
    assert describe_step("取込", step) == text


def test_a_known_problem_of_any_task_reaches_the_bar(
    window: MainWindow, qtbot: QtBot, runner: TaskRunner
) -> None:
    def fail() -> None:
        raise KnownProblem("disk_full", "ディスクがいっぱいです。")

    runner.write(fail)
    qtbot.waitUntil(lambda: bool(window.messages.messages()))
    assert window.messages.isVisible()


def test_the_key_list_does_what_is_chosen(window: MainWindow, qtbot: QtBot, runner: TaskRunner) -> None:
    dialog = ShortcutDialog(window.registry, runner, window)
    qtbot.addWidget(dialog)
    dialog._search.setText("容量確認")
    dialog._search._announce()
    dialog._on_do()
    assert dialog._chosen == "screen.p4"
    dialog.preview()
    (shown,) = dialog.findChildren(PreviewDialog)
    assert shown.pages() >= 1
    shown.reject()
    rows = window.registry.shortcut_rows()
    # Keys that a window handles itself (those of the preview) have no action of their own.
    assert {row.action_id for row in rows if row.action_id} == {one.id for one in window.registry.all()}
    assert "Ctrl+P" in {row.keys for row in rows if not row.action_id}


@pytest.mark.parametrize("theme", list(Theme))
def test_every_theme_paints(window: MainWindow, theme: Theme) -> None:
    window.set_band(BAND)
    set_theme(theme)
    QApplication.processEvents()
    picture = window.grab(QRect(0, 0, 600, 400))
    assert not picture.isNull()


def test_the_main_action_must_be_the_filled_kind(dressed: QApplication, qtbot: QtBot) -> None:
    page = Page("？")
    qtbot.addWidget(page)
    with pytest.raises(ValueError, match="main"):
        page.set_main_action(button("登録する"))
