"""自治会・民生委員でしぼる: chosen by typing a part of the name; stays in force until it is taken off."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QWidget

from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports.members import GroupField, MemberQuery
from kurume_bousai.services.roster.register import RosterService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, hbox, label, vbox
from kurume_bousai.ui.registry.filters import FilterBar

_WORDS = {GroupField.NEIGHBORHOOD: "自治会", GroupField.COMMISSIONER: "民生委員"}


class RosterNarrowing(QObject):
    """しぼる相手. ``changed()`` when another 自治会 or 民生委員 is in force, or none."""

    changed = Signal()

    def __init__(self, desktop: Desktop, service: RosterService, filters: FilterBar, page: QWidget) -> None:
        super().__init__(page)
        self._desktop, self._service, self._filters, self._page = desktop, service, filters, page
        self._by: GroupField | None = None
        self._name = ""
        filters.narrow_wanted.connect(self.open)
        filters.narrow_dropped.connect(self.drop)
        desktop.privacy.changed.connect(self._say)

    def narrowed(self, query: MemberQuery) -> MemberQuery:
        """The query with the 自治会 or 民生委員 in force."""
        if self._by is GroupField.NEIGHBORHOOD:
            return replace(query, neighborhood=self._name)
        if self._by is GroupField.COMMISSIONER:
            return replace(query, commissioner=self._name)
        return query

    def open(self) -> None:
        """Ask by whom to narrow; offered are those of the 校区 that is shown."""
        district = self._desktop.window.header.district.currentData()
        query = MemberQuery(district_id=district or None)
        asked = NarrowDialog(self._desktop, self._service, query, self._page.window())
        asked.chosen.connect(self.choose)
        asked.open()

    def choose(self, by: GroupField, name: str) -> None:
        """Put one in force."""
        self._by, self._name = by, name
        self._say()
        self.changed.emit()

    def drop(self) -> None:
        """Take it off."""
        self._by, self._name = None, ""
        self._say()
        self.changed.emit()

    def _say(self, _hidden: object = None) -> None:
        if self._by is None:
            self._filters.set_narrowing("")
            return
        is_person = self._by is GroupField.COMMISSIONER
        name = self._desktop.privacy.shown(self._name) if is_person else self._name
        self._filters.set_narrowing(f"{_WORDS[self._by]} {name}")


class NarrowDialog(QDialog):
    """自治会か民生委員を選ぶ窓. ``chosen(GroupField, name)``."""

    chosen = Signal(object, str)

    def __init__(
        self, desktop: Desktop, service: RosterService, query: MemberQuery, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("自治会・民生委員でしぼる")
        self._desktop, self._service, self._query = desktop, service, query
        self._found: list[tuple[str, int]] = []
        self._listed: list[str] = []
        self.by = ChipRow[GroupField](list(_WORDS.items()), GroupField.NEIGHBORHOOD, name="何でしぼるか")
        self.part = QLineEdit()
        self.part.setPlaceholderText("名前の一部を入れると、しぼられます")
        self.part.setAccessibleName("名前の一部")
        self.list = QListView()
        self.list.setAccessibleName("しぼる相手")
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setProperty("kind", "lines")
        self._model = QStringListModel(self)
        self.list.setModel(self._model)
        self.said = Para("", "quiet", line=1.35)
        self.take = button("この名前でしぼる", "main", on_click=self._take)
        stop = button("やめる", on_click=self.reject)
        self.setLayout(
            vbox(
                label("だれの受け持ちを見ますか", "title"), self.by, self.part, (self.list, 1), self.said,
                hbox(None, stop, self.take), margins=(2, 1.5, 2, 1.5), gap=1,
            )
        )  # fmt: skip
        self.resize(width(560), control(500))
        self.by.chosen.connect(lambda _by: self._read())
        self.part.textChanged.connect(lambda _text: self._list_names())
        self.part.returnPressed.connect(self._take)
        self.list.activated.connect(lambda _index: self._take())
        desktop.privacy.changed.connect(self._list_names)
        self._read()
        self.part.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self) -> None:
        by = self.by.value() or GroupField.NEIGHBORHOOD
        self._desktop.runner.read(
            partial(self._service.groups, self._query, by), self._on_read, key="roster-groups"
        )

    def _on_read(self, found: list[tuple[str, int]]) -> None:
        self._found = found
        self._list_names()

    def _list_names(self, _changed: object = None) -> None:
        part, by = fold(self.part.text()), self.by.value() or GroupField.NEIGHBORHOOD
        shown = [(name, people) for name, people in self._found if part in fold(name)]
        self._listed = [name for name, _people in shown]
        is_person = by is GroupField.COMMISSIONER
        privacy = self._desktop.privacy
        self._model.setStringList(
            [f"{privacy.shown(name) if is_person else name}　{people:,}人" for name, people in shown]
        )
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.take.setEnabled(bool(shown))
        self.said.set_text("" if shown else f"{_WORDS[by]}の名前が見つかりません。")

    def _take(self) -> None:
        place = self.list.currentIndex().row()
        if 0 <= place < len(self._listed):
            self.chosen.emit(self.by.value() or GroupField.NEIGHBORHOOD, self._listed[place])
            self.accept()
