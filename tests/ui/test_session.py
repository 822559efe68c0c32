"""A running 図上訓練 on the real widgets: presses and keys as a person makes them, on what a person sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.acts import Decision
from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.domain.ids import MemberId, SiteId, SupporterId
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.session import PersonState
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.ui.exercise.dialogs import FitDialog, SiteDialog
from kurume_bousai.ui.exercise.projector import ProjectorWindow
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit import fonts
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.map_panel.native import NativeMapView
from tests.helpers.desk import Desk

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(desk: Desk) -> SessionView:
    return desk.begin()


class Hand:
    """手: presses what a person can see and reach, and counts."""

    def __init__(self, desk: Desk, view: SessionView) -> None:
        self.presses = 0
        self._desk, self._view = desk, view

    @property
    def map(self) -> NativeMapView:
        found = self._view.map_side.map
        assert isinstance(found, NativeMapView)
        return found

    def press(self, widget: QWidget, at: QPoint | None = None) -> None:
        """One real press on a widget that is visible, enabled and inside the window."""
        place = at or widget.rect().center()
        assert widget.isVisible()
        assert widget.isEnabled()
        inside = widget.mapTo(self._desk.window, place)
        assert self._desk.window.rect().contains(inside), "outside the window"
        assert not widget.visibleRegion().isEmpty(), "scrolled or covered away"
        assert widget.visibleRegion().contains(place), "scrolled or covered away"
        QTest.mouseClick(widget, LEFT, pos=place)
        self.presses += 1
        self._desk.settle()

    def press_person(self, wanted: MemberId | None = None) -> MemberId:
        """Press somebody without a supporter who stands alone on the map."""
        session = self._view.controller.session
        waiting = {person.member_id for person in session.undecided(self._view.controller.table_id)}
        self.map.repaint()
        alone = [
            hit
            for hit in self.map._hits
            if hit.kind == "person" and hit.id in waiting and self.map.rect().contains(hit.at.toPoint())
        ]
        chosen = next(hit for hit in alone if wanted in (None, hit.id))
        self.press(self.map, chosen.at.toPoint())
        assert self._view.controller.member_id == chosen.id
        return MemberId(chosen.id)


@pytest.fixture
def hand(desk: Desk, view: SessionView) -> Hand:
    return Hand(desk, view)


def chips(view: SessionView, row: str) -> list[QPushButton]:
    """The chips of one row of the person's card, as they stand."""
    place = {"支援者": view.card._supporters, "行先": view.card._sites}[row]
    return [chip for chip in place.findChildren(QPushButton) if chip.isVisible()]


def main_button(view: SessionView) -> QPushButton:
    return next(found for found in view.card.findChildren(QPushButton) if found.text() == "決める")


# -- budgets -------------------------------------------------------------------------------------------


def test_from_the_map_to_a_supporter_in_three_presses(desk: Desk, view: SessionView, hand: Hand) -> None:
    member_id = hand.press_person()
    hand.press(chips(view, "支援者")[0])
    hand.press(main_button(view))
    session = view.controller.session
    assert session.board.assignment(member_id).supporter_id is not None
    assert session.state(member_id) is PersonState.PARTLY
    assert hand.presses == 3


def test_supporter_and_destination_in_four_presses(desk: Desk, view: SessionView, hand: Hand) -> None:
    member_id = hand.press_person()
    hand.press(chips(view, "支援者")[0])
    hand.press(chips(view, "行先")[0])
    hand.press(main_button(view))
    session = view.controller.session
    assert session.state(member_id) is PersonState.DECIDED
    assert hand.presses == 4
    assert "保存" in desk.desktop.window.status.saved_text()
    again = desk.desktop.exercises.open(session.operation.operation_id)
    assert again.state(member_id) is PersonState.DECIDED, "what was pressed stands on the disk"


def test_from_the_open_program_to_a_running_session_in_four_presses(desk: Desk) -> None:
    window = desk.desktop.window
    presses = 0
    for words in ("図上訓練", "訓練をはじめる"):
        made = next(
            found
            for found in window.findChildren(QAbstractButton)
            if found.isVisible() and words in (found.text(), found.accessibleName())
        )
        desk.until(made.isEnabled)
        QTest.mouseClick(made, LEFT)
        presses += 1
        desk.settle()
    desk.until(lambda: window.session() is not None)
    assert presses <= 4
    assert isinstance(window.session(), SessionView)
    assert desk.desktop.exercises.latest_running() is not None
    assert desk.desktop.privacy.hidden


def test_one_press_or_key_hides_every_name(desk: Desk, view: SessionView) -> None:
    privacy = desk.desktop.privacy
    privacy.press()
    desk.settle()
    assert names_are_shown(view)
    QTest.keyClick(desk.window, Qt.Key.Key_F12)
    desk.settle()
    assert privacy.hidden
    assert not names_are_shown(view)


def test_the_keyboard_alone_decides_a_person(desk: Desk, view: SessionView) -> None:
    session = view.controller.session
    view.people.setFocus()
    QTest.keyClick(view.people, Qt.Key.Key_Home)
    QTest.keyClick(view.people, Qt.Key.Key_Down)
    desk.settle()
    member_id = view.controller.member_id
    assert member_id is not None
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in chips(view, "支援者"):
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused in chips(view, "支援者"), "Tab never reached the supporters"
    QTest.keyClick(focused, Qt.Key.Key_Space)
    QTest.keyClick(focused, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert session.board.assignment(member_id).supporter_id is not None


# -- names ---------------------------------------------------------------------------------------------


def real_names(city: EncryptedCityDatabase) -> set[str]:
    with city.reading() as reading:
        return {member.name for member in reading.members.in_district(city.access, None)}


def words_on(widget: QWidget) -> str:
    """Every word a person can read or hear from the widget's parts."""
    parts = [widget, *widget.findChildren(QWidget)]
    found = [part.accessibleName() + part.toolTip() for part in parts]
    found += [str(text()) for part in parts if callable(text := getattr(part, "text", None))]
    return "\n".join(found)


def names_are_shown(view: SessionView) -> bool:
    return view.controller.names is not None


def names_button(view: SessionView) -> NamesButton:
    return view.bar.findChildren(NamesButton)[0]


def test_names_show_only_while_the_button_is_pressed(
    desk: Desk, view: SessionView, hand: Hand, demo_city: EncryptedCityDatabase
) -> None:
    names = real_names(demo_city)
    member_id = hand.press_person()
    assert not any(name in words_on(view) for name in names)
    button = names_button(view)
    QTest.mousePress(button, LEFT)
    desk.settle()
    assert view.controller.member_words(member_id) in words_on(view.card)
    assert view.controller.member_words(member_id) in names
    QTest.mouseRelease(button, LEFT)
    desk.settle()
    assert not any(name in words_on(view) for name in names)
    kinds = [entry.kind.value for entry in view.controller.session.board.entries]
    assert kinds.count("names_shown") == 1, "looking is written down"


@pytest.mark.parametrize("how", ["focus", "table", "window"])
def test_names_go_when_the_hand_does(desk: Desk, view: SessionView, hand: Hand, how: str) -> None:
    hand.press_person()
    QTest.mousePress(names_button(view), LEFT)
    desk.settle()
    assert names_are_shown(view)
    other = QWidget()
    if how == "focus":
        names_button(view).setFocus()
        view.people.setFocus()
    elif how == "table":
        view.controller.choose_table(view.controller.session.tables[1].table_id)
    else:
        other.show()
        other.activateWindow()
    desk.until(lambda: desk.desktop.privacy.hidden)
    desk.settle()
    assert not names_are_shown(view)
    QTest.mouseRelease(names_button(view), LEFT)
    other.close()
    other.deleteLater()


def test_a_child_at_the_table_lowers_the_level_and_names_stay_away(desk: Desk) -> None:
    view = desk.begin(lambda settings: replace(settings, practice=False))
    controller = view.controller
    assert controller.session.level(controller.table_id) is DataLevel.REAL
    QTest.mousePress(names_button(view), LEFT)
    desk.settle()
    assert names_are_shown(view)
    seated = [*controller.session.table(controller.table_id).participants, Participant(Body.CHILD, 2)]
    controller.seat(controller.table_id, seated)
    assert not names_are_shown(view), "names go first, before anything is written"
    desk.settle()
    assert controller.session.level(controller.table_id) is DataLevel.SYMBOL
    QTest.mouseRelease(names_button(view), LEFT)
    QTest.mousePress(names_button(view), LEFT)
    desk.settle()
    assert not names_are_shown(view)
    assert desk.desktop.privacy.hidden
    assert any("名前を見せられません" in message.text for message in desk.desktop.messages.messages())
    QTest.mouseRelease(names_button(view), LEFT)


def test_the_map_and_the_projector_never_hold_a_name(
    desk: Desk, view: SessionView, hand: Hand, demo_city: EncryptedCityDatabase
) -> None:
    names = real_names(demo_city)
    hand.press_person()
    QTest.mousePress(names_button(view), LEFT)
    desk.settle()
    projector = ProjectorWindow(view.controller)
    projector.show()
    for scene in (hand.map.scene, projector.map.scene):
        written = repr(scene)
        assert not any(name in written for name in names)
    assert not any(name in words_on(projector) for name in names)
    QTest.mouseRelease(names_button(view), LEFT)
    projector._timer.stop()
    projector.close()
    projector.deleteLater()


# -- situations and capacity -----------------------------------------------------------------------------


def test_a_card_closes_a_site(desk: Desk, view: SessionView) -> None:
    session = view.controller.session
    menu = view.strip._play.menu()
    assert isinstance(menu, QMenu)
    closing = next(
        card for card in session.operation.settings.preset.injects if card.effect is InjectEffect.CLOSE_SITE
    )
    chosen: list[str] = []

    def choose_the_first() -> None:
        dialog = next(found for found in view.findChildren(SiteDialog) if found.isVisible())
        assert dialog.findChildren(QListWidget)[0].count() == len(session.sites)
        chosen.append(dialog.site_id())
        QTest.keyClick(dialog.findChildren(QListWidget)[0], Qt.Key.Key_Return)
        if dialog.isVisible():
            dialog.accept()

    QTimer.singleShot(0, choose_the_first)
    action = next(action for action in menu.actions() if closing.title in action.text())
    action.trigger()
    desk.settle()
    assert session.board.closed_sites == {SiteId(chosen[0])}
    assert view.controller.balance.words(SiteId(chosen[0])) == "使えません"
    assert not any(closing.title in action.text() for action in menu.actions())


def test_the_strip_shows_how_many_too_many(desk: Desk, view: SessionView) -> None:
    controller = view.controller
    rows = controller.balance.sites.values()
    smallest = min((row for row in rows if row.usable and not row.is_unknown), key=lambda row: row.usable)
    sent = 0
    for person in controller.session.shown():
        controller.perform(
            acts.decide(controller.session, person.member_id, Decision(site_id=smallest.site_id))
        )
        sent += person.party_size
    desk.settle()
    assert sent > smallest.usable
    assert f"場所 不足 {sent - smallest.usable}" in words_on(view.strip)
    assert controller.balance.words(smallest.site_id) == f"不足 {sent - smallest.usable}"


def test_can_they_fit_is_answered_with_the_sum_and_the_reasons(desk: Desk, view: SessionView) -> None:
    session = view.controller.session
    for site_id in session.sites:
        view.controller.perform(acts.close_site(site_id))
    desk.settle()
    dialog = FitDialog(view.controller, view)
    dialog.show()
    desk.settle()
    shown = words_on(dialog)
    assert "入りきれません" in shown
    assert "行く人" in shown
    assert "入れない" in shown
    rows = dialog.findChildren(QListWidget)[0]
    assert rows.count() > 0
    texts = [rows.item(row).text() for row in range(rows.count())]
    assert all("施設" in text or "まだ数えていません" in text for text in texts)
    dialog.close()
    dialog.deleteLater()


def test_the_list_of_undecided_people_is_always_there_with_its_count(
    desk: Desk, view: SessionView, hand: Hand
) -> None:
    session, table = view.controller.session, view.controller.table_id
    before = len(session.undecided(table))
    assert view._count.text() == f"{before}人"
    hand.press_person()
    hand.press(chips(view, "支援者")[0])
    hand.press(chips(view, "行先")[0])
    hand.press(main_button(view))
    assert view._count.text() == f"{before - 1}人"
    assert view.people.isVisible()


def test_a_finished_session_says_so_and_takes_no_more(desk: Desk, view: SessionView) -> None:
    view.controller.finish()
    desk.settle()
    view.controller.add_minutes()
    assert any("終わって" in message.text for message in desk.desktop.messages.messages())


def test_time_never_grows_when_the_clock_is_set_back(desk: Desk, view: SessionView) -> None:
    controller = view.controller
    full = controller.session.current_task().minutes * 60
    clock = controller.session.board.clock
    assert clock is not None
    started = controller.desktop.clock.now()
    for back_s in (0, 60, 3600, 86400):
        earlier = started.fromtimestamp(started.timestamp() - back_s, started.tzinfo)
        assert clock.remaining_s(earlier) <= full, f"{back_s} s back"


# -- everybody can use it ---------------------------------------------------------------------------------


def _is_inside_a_box(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QComboBox):
        above = above.parentWidget()
    return above is not None


def nameless(place: QWidget) -> list[str]:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit, QSpinBox)
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in place.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        # The list that a QComboBox opens is named by Qt with the box.
        and not _is_inside_a_box(widget)
    ]


def test_every_control_of_a_session_has_an_accessible_name(desk: Desk, view: SessionView, hand: Hand) -> None:
    hand.press_person()
    assert nameless(view) == []
    assert view.map_side.map.accessibleName()


def test_no_widget_of_a_session_carries_a_style_of_its_own(view: SessionView) -> None:
    assert [type(part).__name__ for part in view.findChildren(QWidget) if part.styleSheet()] == []


@pytest.fixture(params=["BIZ UDPGothic", "IPAexGothic"])
def family(request: pytest.FixtureRequest) -> Iterator[str]:
    only_shipped = request.param == fonts.SHIPPED_FAMILY
    if not only_shipped and request.param not in QFontDatabase.families():
        pytest.skip("BIZ UDPGothic is not installed here (on Debian: fonts-morisawa-bizud-gothic)")
    chosen = fonts.load_fonts(only_shipped=only_shipped)
    assert chosen[0] == request.param
    yield str(request.param)
    set_scale(1.0)
    fonts.load_fonts()


@pytest.mark.parametrize(("size", "scale"), [((1366, 690), 1.0), ((1366, 690), 1.5), ((1093, 551), 1.0)])
def test_a_session_fits_the_small_laptop(
    desk: Desk, family: str, size: tuple[int, int], scale: float
) -> None:
    desk.window.resize(*size)
    set_scale(scale)
    view = desk.begin()
    desk.desktop.messages.clear()
    person = view.controller.session.undecided()[0]
    for chosen in (None, person.member_id):
        view.controller.choose_person(chosen)
        QApplication.processEvents()
        needed = desk.window.minimumSizeHint()
        assert (needed.width(), needed.height()) <= size, f"{family} {scale}"
        assert needed.height() <= size[1], f"{family} {scale}"
        assert (desk.window.width(), desk.window.height()) == size
    assert main_button(view).isVisible()
    assert desk.window.rect().contains(
        main_button(view).mapTo(desk.window, main_button(view).rect().center())
    )


# -- pausing ----------------------------------------------------------------------------------------------


def test_an_open_session_is_offered_again_and_goes_on(desk: Desk) -> None:
    view = desk.begin()
    session = view.controller.session
    person = session.undecided()[0]
    candidate = session.supporter_candidates(person.member_id)[0]
    log = app.session_log(desk.desktop.database)
    log.perform(
        session, acts.decide(session, person.member_id, Decision(supporter_id=SupporterId(candidate.key)))
    )
    view.bar.menu_chosen.emit("pause")
    desk.settle()
    desk.desktop.window.leave_session()
    window = desk.desktop.window
    window.show_page("exercise")
    desk.settle()
    again = next(
        found
        for found in window.findChildren(QAbstractButton)
        if found.isVisible() and "つづける" in found.accessibleName()
    )
    QTest.mouseClick(again, LEFT)
    desk.until(lambda: window.session() is not None)
    shown = window.session()
    assert isinstance(shown, SessionView)
    assert shown.controller.session.board.assignment(person.member_id).supporter_id == candidate.key
    view.deleteLater()
