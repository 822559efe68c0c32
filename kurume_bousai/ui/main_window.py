"""The frame: band, header, navigation, screens, status bar; a session takes the whole window."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QStackedWidget, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.actions import Action, ActionRegistry
from kurume_bousai.ui.band import Band, BandSpec
from kurume_bousai.ui.emergency_band import EmergencyBand
from kurume_bousai.ui.header import DistrictChoice, Header
from kurume_bousai.ui.kit.layouts import grid, hbox, holder, vbox
from kurume_bousai.ui.kit.tokens import SCALES, Tokens, hub, room_of, set_scale, tokens
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.navigation import Navigation, screens_menu
from kurume_bousai.ui.page import Page, PageSpec
from kurume_bousai.ui.privacy import Privacy, Watch, notice_of
from kurume_bousai.ui.shortcut_list import ShortcutDialog
from kurume_bousai.ui.status_bar import StatusBar
from kurume_bousai.ui.tasks import TaskRunner

TITLE: Final = "久留米 要支援者 図上訓練・容量"
GENERAL: Final = "どこでも"
SCREENS: Final = "画面"
PREVIEW: Final = "印刷する前の見本"
_PREVIEW_KEYS: Final = (
    ("ページを送る、前のページに戻る", "PageDown、PageUp"),
    ("初めのページ、終わりのページを見る", "Home、End"),
    ("見本を大きくする、小さくする、窓の幅にする", "Ctrl++、Ctrl+-、Ctrl+0"),
    ("見本の紙を印刷する", "Ctrl+P"),
)

__all__ = ["GENERAL", "SCREENS", "DistrictChoice", "MainWindow", "Page", "PageSpec"]


class MainWindow(QMainWindow):
    """主画面.

    Signals: `page_changed(id)`, `district_changed(id)` (empty = 全市), `compact_changed(bool)`,
    `closing()` once, before the window goes.
    """

    page_changed = Signal(str)
    district_changed = Signal(str)
    compact_changed = Signal(bool)
    closing = Signal()

    def __init__(
        self,
        pages: Sequence[PageSpec],
        *,
        runner: TaskRunner,
        privacy: Privacy,
        actions: ActionRegistry,
        districts: Sequence[DistrictChoice] = (),
        operator: str = "",
        is_fictional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._specs = {spec.id: spec for spec in pages}
        self._pages: dict[str, Page] = {}
        self._current_id = ""
        self._compact = False
        self._session: QWidget | None = None
        self._band_before: BandSpec | None = None
        self._runner = runner
        self._privacy = privacy
        self.registry = actions
        self.messages = MessageBar()
        self.emergency_band = EmergencyBand()
        self.band = Band()
        self.header = Header(TITLE, privacy, districts, operator, is_fictional=is_fictional)
        self.navigation = Navigation(pages)
        self.status = StatusBar(runner, is_fictional=is_fictional)
        self._stack = QStackedWidget()
        self._session_place = hbox(gap=0)
        self._build()
        self._declare_actions()
        self._connect()
        self.setWindowTitle(f"{TITLE}(架空のデータ)" if is_fictional else TITLE)
        self.resize(1366, 690)

    # ------------------------------------------------------------------ screens
    def show_page(self, page_id: str) -> Page:
        """Show a screen, making it the first time; KeyError for an unknown id."""
        page = self._page(page_id)
        if page_id != self._current_id:
            if self._current_id:
                self._pages[self._current_id].left()
            self._current_id = page_id
            self._stack.setCurrentWidget(page)
            self.navigation.set_current(page_id)
            page.entered()
            self.page_changed.emit(page_id)
        if self._session is None:
            self._focus_page(page)
        return page

    def page_ids(self) -> tuple[str, ...]:
        """Ids of the screens in the order of the navigation."""
        return tuple(self._specs)

    def current_page(self) -> Page | None:
        """Return the screen shown, None before the first."""
        return self._pages.get(self._current_id)

    def is_compact(self) -> bool:
        """Whether the compact layout is in force."""
        return self._compact

    # ------------------------------------------------------------------ band and session
    def set_band(self, spec: BandSpec | None) -> None:
        """Show the band of an exercise or event, or none."""
        self.band.set_spec(spec)

    def enter_session(self, widget: QWidget, band: BandSpec) -> None:
        """Give the whole window to a running session: no header, no navigation, names hidden."""
        self.leave_session()
        self._session = widget
        self._band_before = self.band.spec()
        self.band.set_spec(band)
        # Before it is laid out: the roomy layout would push a small window beyond the screen.
        self._lay_out_session(compact=self._compact)
        self._session_place.addWidget(widget)
        self._ordinary.hide()
        self.header.hide()
        self.status.set_in_session(in_session=True)
        self._session_holder.show()
        widget.show()
        self._privacy.set_hold_only(hold_only=True)
        self._say_watch(self._privacy.watch)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_session(self) -> QWidget | None:
        """Take the session off the window and return its widget; the caller owns it."""
        widget = self._session
        if widget is None:
            return None
        self._session = None
        self._session_place.removeWidget(widget)
        widget.hide()
        widget.setParent(None)
        self._session_holder.hide()
        self._ordinary.show()
        self.header.show()
        self.status.set_in_session(in_session=False)
        self.band.set_spec(self._band_before)
        self._privacy.set_hold_only(hold_only=False)
        page = self.current_page()
        if page is not None:
            page.entered()
            self._focus_page(page)
        return widget

    def session(self) -> QWidget | None:
        """Return the running session's widget, None in ordinary work."""
        return self._session

    # ------------------------------------------------------------------ words
    def set_operator(self, name: str) -> None:
        """Show who works with the program."""
        self.header.set_operator(name)

    def set_districts(self, districts: Sequence[DistrictChoice]) -> None:
        """Fill the 校区 of the header."""
        self.header.district.set_choices(districts)

    def district(self) -> str:
        """Id of the chosen 校区, empty for the whole city."""
        return self.header.district.district()

    def set_district(self, district_id: str) -> None:
        """Choose a 校区 and tell the screens."""
        self.header.district.set_district(district_id)
        self._on_district(self.header.district.district())

    # ------------------------------------------------------------------ Qt
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the layout for the new room (Qt)."""
        super().resizeEvent(event)
        self._choose_layout()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where the screen wants it (Qt)."""
        super().showEvent(event)
        page = self.current_page()
        if page is not None and self._session is None:
            self._focus_page(page)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask when long work is still running (Qt)."""
        titles = [task.title for task in self._runner.titled()]
        if titles and not self._may_stop(titles):
            event.ignore()
            return
        self._runner.cancel_titled()
        self.closing.emit()
        super().closeEvent(event)

    # ------------------------------------------------------------------ inside
    def _build(self) -> None:
        self._ordinary = holder(hbox(self.navigation, (self._stack, 1), gap=0))
        self._session_holder = holder(self._session_place)
        self._session_holder.hide()
        self._message_place = holder(vbox(self.messages, margins=(1.5, 1, 1.5, 0)))
        self._message_place.hide()
        parts = (self.emergency_band, self.band, self.header, self._message_place)
        column = vbox(*parts, (self._ordinary, 1), (self._session_holder, 1), self.status, gap=0)
        grid(column, gap=0)
        root = holder(column)
        root.setObjectName("root")
        self.setCentralWidget(root)

    def _connect(self) -> None:
        self.navigation.chosen.connect(self.show_page)
        self.header.district.chosen.connect(self._on_district)
        self.header.screens.setMenu(screens_menu(tuple(self._specs.values()), self.navigation, self))
        self.header.set_operator_menu(self.registry.menu(GENERAL, self))
        self._runner.problem.connect(self._on_problem)
        self._privacy.watch_changed.connect(self._say_watch)
        self.messages.changed.connect(self._message_place.setVisible)
        hub().tokens_changing.connect(self._on_tokens_changing)
        hub().tokens_changed.connect(self._choose_layout)
        self.registry.host(self)

    def _declare_actions(self) -> None:
        for number, spec in enumerate(self._specs.values(), start=1):
            self.registry.add(
                Action(
                    id=f"screen.{spec.id}",
                    text=f"「{spec.title}」を開く",
                    shortcut=f"Ctrl+{number % 10}" if number <= 10 else "",
                    icon=spec.icon,
                    group=SCREENS,
                    handler=partial(self.show_page, spec.id),
                    when=self._is_ordinary,
                )
            )
        hide, show = self._privacy.hide, self._privacy.show
        self.registry.add(
            Action(
                "screen.menu", "画面を変える", "F10", "menu", SCREENS, self._open_screens, self._is_ordinary
            ),
            Action("names.hide", "名前 かくす", "F12 Ctrl+Shift+H", "lock-outline", GENERAL, hide),
            Action(
                "names.show", "名前 見せる", "", "lock-open-variant-outline", GENERAL, show, self._may_show
            ),
            Action("search", "さがす欄へ行く", "Ctrl+F", "magnify", GENERAL, self._search),
            Action("message.read", "知らせを読んで閉じる", "F8", "check", GENERAL, self.messages.read_one),
            Action(
                "text.larger", "文字を大きくする", "Ctrl++", "magnify-plus-outline", GENERAL, self._larger
            ),
            Action(
                "text.smaller", "文字を小さくする", "Ctrl+-", "magnify-minus-outline", GENERAL, self._smaller
            ),
            Action("keys", "操作とキーの一覧を見る", "F1", "keyboard-outline", GENERAL, self._show_keys),
            Action("quit", "プログラムを終える", "Ctrl+Q", "exit-to-app", GENERAL, self.close),
        )
        for text, keys in _PREVIEW_KEYS:
            self.registry.note(PREVIEW, text, keys)

    def _page(self, page_id: str) -> Page:
        if page_id not in self._pages:
            page = self._specs[page_id].factory()
            page.set_compact(compact=self._compact)
            self._stack.addWidget(page)
            self._pages[page_id] = page
            page.district_changed(self.district())
        return self._pages[page_id]

    def _focus_page(self, page: Page) -> None:
        target = page.first_focus()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_tokens_changing(self, coming: Tokens) -> None:
        # Larger letters in the roomy layout would push the window beyond the screen first.
        if room_of(self, coming).is_compact:
            self._set_compact(compact=True)

    def _choose_layout(self) -> None:
        self._set_compact(compact=room_of(self).is_compact)

    def _set_compact(self, *, compact: bool) -> None:
        changed = compact != self._compact
        self._compact = compact
        self.navigation.setVisible(not compact)
        self.header.set_compact(compact=compact)
        self.status.set_compact(compact=compact)
        if not changed:
            return
        for page in self._pages.values():
            page.set_compact(compact=compact)
        self._lay_out_session(compact=compact)
        self.compact_changed.emit(compact)

    def _lay_out_session(self, *, compact: bool) -> None:
        lay_out = getattr(self._session, "set_compact", None)
        if callable(lay_out):
            lay_out(compact=compact)

    def _on_district(self, district_id: str) -> None:
        for page in self._pages.values():
            page.district_changed(district_id)
        self.district_changed.emit(district_id)

    def _on_problem(self, problem: KnownProblem) -> None:
        self.messages.problem(problem)

    def _say_watch(self, watch: Watch) -> None:
        if self._session is not None and notice_of(watch):
            self.messages.notice(notice_of(watch))

    def _is_ordinary(self) -> bool:
        return self._session is None

    def _may_show(self) -> bool:
        return self._privacy.hidden and not self._privacy.hold_only

    def _open_screens(self) -> None:
        if self._compact:
            self.header.screens.showMenu()
        else:
            self.navigation.focusNextChild()

    def _search(self) -> None:
        page = self.current_page()
        if page is None or not page.focus_search():
            self.header.district.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _larger(self) -> None:
        set_scale(next((scale for scale in SCALES if scale > tokens().scale + 0.01), SCALES[-1]))

    def _smaller(self) -> None:
        set_scale(next((scale for scale in reversed(SCALES) if scale < tokens().scale - 0.01), SCALES[0]))

    def _show_keys(self) -> None:
        chosen = ShortcutDialog(self.registry, self._runner, self).choose()
        if chosen:
            self.registry.trigger(chosen)

    def _may_stop(self, titles: Sequence[str]) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("プログラムを終えますか")
        listed = "\n".join(f"・{title}" for title in titles)
        box.setText(f"まだ終わっていない仕事があります。\n{listed}")
        box.setInformativeText("中止して終えると、途中のものは残りません。保存したものは残ります。")
        stop = box.addButton("中止して終える", QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton("続ける", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is stop
