"""The header: title, 校区, names, operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QFrame, QMenu, QPushButton, QWidget

from kurume_bousai.ui.kit.layouts import fix, hbox, set_icon
from kurume_bousai.ui.kit.widgets import button, label, plate
from kurume_bousai.ui.privacy import Privacy

WHOLE_CITY = "全市"
HEADER_HEIGHT = 52  # px at 100 %
_MATCH_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class DistrictChoice:
    """校区の選択肢: id, name and reading (kana; typing either finds it)."""

    id: str
    name: str
    kana: str = ""


class _NameCompleter(QCompleter):
    """Finds by name or reading, writes the name."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the name of a found 校区 (Qt)."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class DistrictChooser(QComboBox):
    """校区を選ぶ欄: typing filters, Enter takes the first that fits; `chosen(id)`, empty = 全市."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[DistrictChoice] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName("校区")
        self._current_id = ""
        completer = _NameCompleter(self)
        completer.setModel(self.model())
        completer.setCompletionRole(_MATCH_ROLE)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        popup = completer.popup()
        if popup is not None:
            popup.setAccessibleName("見つかった校区")
        self.setCompleter(completer)
        self.view().setAccessibleName("校区の一覧")
        self.set_choices(choices)
        self.activated.connect(self._on_activated)
        line = self.lineEdit()
        if line is not None:
            line.setAccessibleName("校区")
            line.editingFinished.connect(self._on_editing_finished)

    def set_choices(self, choices: Sequence[DistrictChoice]) -> None:
        """Fill with the 校区; 全市 stands first."""
        self.blockSignals(True)
        self.clear()
        for choice in (DistrictChoice("", WHOLE_CITY, "ぜんし"), *choices):
            self.addItem(choice.name, choice.id)
            self.setItemData(self.count() - 1, f"{choice.name} {choice.kana}", _MATCH_ROLE)
        self.blockSignals(False)
        self.set_district(self._current_id)

    def district(self) -> str:
        """Id of the chosen 校区, empty for the whole city."""
        return self._current_id

    def set_district(self, district_id: str) -> None:
        """Choose without announcing; an unknown id means the whole city."""
        place = max(0, self.findData(district_id))
        self.setCurrentIndex(place)
        self._current_id = str(self.itemData(place) or "")

    def _on_activated(self, place: int) -> None:
        found = str(self.itemData(place) or "")
        if found != self._current_id:
            self._current_id = found
            self.chosen.emit(found)

    def _on_editing_finished(self) -> None:
        place = self._place_of(self.currentText().strip())
        if place is None:
            self.set_district(self._current_id)
            return
        self.setCurrentIndex(place)
        self._on_activated(place)

    def _place_of(self, typed: str) -> int | None:
        """Place of the exact name, else of the only 校区 that contains what was typed."""
        exact = self.findText(typed, Qt.MatchFlag.MatchExactly)
        if exact >= 0:
            return exact
        found = [
            place
            for place in range(self.count())
            if typed and typed in str(self.itemData(place, _MATCH_ROLE))
        ]
        return found[0] if len(found) == 1 else None


class NamesButton(QPushButton):
    """名前 かくす / 名前 見せる: says what pressing does; in a session names show only while held."""

    def __init__(self, privacy: Privacy, *, with_key: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._with_key = with_key
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pressed.connect(privacy.press)
        self.released.connect(privacy.release)
        self.clicked.connect(self._on_clicked)
        privacy.changed.connect(self._refresh)
        privacy.mode_changed.connect(self._refresh)
        self._refresh()

    def set_with_key(self, *, with_key: bool) -> None:
        """Show or leave out the name of the key (little room)."""
        self._with_key = with_key
        self._refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of the names when the keyboard goes elsewhere (Qt)."""
        self._privacy.release()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of the names when the button disappears (Qt)."""
        self._privacy.release()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Let go of the names when the window is no longer in front (Qt)."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._privacy.release()
        super().changeEvent(event)

    def _on_clicked(self) -> None:
        if not self._privacy.hold_only:
            self._privacy.toggle()

    def _refresh(self) -> None:
        words = self._words()
        self.setText(words)
        self.setAccessibleName(words)
        closed = self._privacy.hidden
        set_icon(self, "lock-outline" if closed else "lock-open-variant-outline", "text", 20)

    def _words(self) -> str:
        if self._privacy.hold_only:
            # The words stay while the button is held, so that it does not move under the finger.
            return "押している間 名前 見せる" if self._with_key else "押して 名前 見せる"
        if self._privacy.hidden:
            return "名前 見せる"
        return "名前 かくす F12" if self._with_key else "名前 かくす"


class Header(QFrame):
    """見出しの帯 above every screen; in the compact layout its title gives way to 「画面を変える」."""

    def __init__(
        self,
        title: str,
        privacy: Privacy,
        districts: Sequence[DistrictChoice],
        operator: str,
        *,
        is_fictional: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "header")
        self._title = label(title, "heading")
        self.screens = button("画面を変える", icon="menu", name="画面を変える")
        self._fictional = plate("架空のデータ")
        self._is_fictional = is_fictional
        self._caption = label("校区", "quiet")
        self.district = DistrictChooser(districts)
        fix(self.district, min_width=150)
        self._caption.setBuddy(self.district)
        self.names = NamesButton(privacy)
        self.operator = button(operator or "操作する人", icon="account-outline")
        self.setLayout(
            hbox(
                self.screens,
                self._title,
                self._fictional,
                None,
                self._caption,
                self.district,
                self.names,
                self.operator,
                margins=(2, 0.5, 2, 0.5),
            )
        )
        fix(self, fixed_height=HEADER_HEIGHT)
        self.set_compact(compact=False)

    def set_operator(self, name: str) -> None:
        """Show who works with the program."""
        self.operator.setText(name or "操作する人")
        self.operator.setAccessibleName(f"操作する人 {name}".strip())

    def set_operator_menu(self, menu: QMenu) -> None:
        """Give the operator's button its menu."""
        self.operator.setMenu(menu)

    def set_compact(self, *, compact: bool) -> None:
        """Switch between the two layouts."""
        self.screens.setVisible(compact)
        self._title.setVisible(not compact)
        self._caption.setVisible(not compact)
        self._fictional.setVisible(self._is_fictional)
        self.names.set_with_key(with_key=not compact)
