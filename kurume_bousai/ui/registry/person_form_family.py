"""家族・同居の人: written by name, or linked to somebody who is on the list too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QWidget

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.person_details import HouseholdPerson
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster.register import Relative, RosterService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import Para, SearchField, button, chip, field, hbox, label, vbox
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy
from kurume_bousai.ui.registry.person_form_rows import Row
from kurume_bousai.ui.registry.words import number_words

#: Asks for somebody of the list, and hands them to the callback when one was chosen.
AskForSomebody = Callable[[Callable[[Relative], None]], None]


class FamilyRow(Row[HouseholdPerson]):
    """家族の一行. ``ask`` opens the search of the list; None = this form cannot search."""

    def __init__(self, place: int, ask: AskForSomebody | None) -> None:
        super().__init__()
        self._link: MemberId | None = None
        self._relative: Relative | None = None
        self._hidden = False
        words = f"家族・同居の人{place}"
        self.name, self.kinship, self.note = (QLineEdit() for _ in range(3))
        for edit, caption in ((self.name, "氏名"), (self.kinship, "続柄"), (self.note, "備考")):
            edit.setAccessibleName(f"{words} {caption}")
            edit.setMaxLength(500)
            edit.textChanged.connect(lambda _text: self.edited.emit())
        self.goes = chip("一緒に避難する", name=f"{words} 一緒に避難する")
        self.goes.toggled.connect(lambda _on: self.edited.emit())
        self._linked = Para("", "small", line=1.35)
        self._linked.hide()
        self.link_button = button(
            "名簿の人とつなぐ", "tool", "link-variant", name=f"{words} 名簿の人とつなぐ"
        )
        self.link_button.setVisible(ask is not None)
        self.unlink_button = button(
            "つなぐのをやめる", "tool", on_click=self._unlink, name=f"{words} つなぐのをやめる"
        )
        self.unlink_button.hide()
        if ask is not None:
            self.link_button.clicked.connect(lambda _checked=False: ask(self.link_to))
        self.setLayout(
            vbox(
                hbox(
                    (field("氏名", self.name), 3), (field("続柄", self.kinship), 2),
                    (field("備考", self.note), 3), gap=1,
                ),
                self._linked,
                hbox(self.goes, self.link_button, self.unlink_button, None, gap=1),
                gap=0.5,
            )
        )  # fmt: skip
        self.setFocusProxy(self.name)

    def link_to(self, relative: Relative) -> None:
        """Link to somebody of the list; the name that was typed goes, the list has it."""
        self._relative = relative
        self._set_link(relative.member_id)
        self.edited.emit()

    def say_relative(self, relatives: Mapping[MemberId, Relative]) -> None:
        """Fill in who the linked one is, as soon as it is read."""
        if self._link is not None and self._link in relatives:
            self._relative = relatives[self._link]
            self._say()

    def value(self) -> HouseholdPerson | None:
        """The member of the family; None where nothing is typed."""
        texts = (edit.text().strip() for edit in (self.name, self.kinship, self.note))
        name, kinship, note = texts
        made = HouseholdPerson(name, kinship, self._link, self.goes.isChecked(), note)
        return None if made == HouseholdPerson(goes_along=made.goes_along) else made

    def set_value(self, value: HouseholdPerson) -> None:
        """Fill the cells."""
        self.set_texts(
            (value.name, value.kinship, value.note, "1" if value.goes_along else "", str(value.link or ""))
        )

    def texts(self) -> list[str]:
        """Every cell as typed; of a linked one its id and no name."""
        goes = "1" if self.goes.isChecked() else ""
        return [self.name.text(), self.kinship.text(), self.note.text(), goes, str(self._link or "")]

    def set_texts(self, texts: Sequence[str]) -> None:
        """What ``texts`` gave."""
        name, kinship, note, goes, link = (*texts, *[""] * 5)[:5]
        for edit, text in ((self.name, name), (self.kinship, kinship), (self.note, note)):
            edit.setText(text)
        self.goes.setChecked(goes == "1")
        self._set_link(MemberId(link) if link else None)

    def hide_personal(self, *, hidden: bool) -> None:
        """Dots, and no name of the linked one."""
        self._hidden = hidden
        super().hide_personal(hidden=hidden)
        self._say()

    def _unlink(self) -> None:
        self._relative = None
        self._set_link(None)
        self.edited.emit()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_link(self, link: MemberId | None) -> None:
        self._link = link
        is_linked = link is not None
        if is_linked:
            self.name.clear()
        self.name.setEnabled(not is_linked)
        self.unlink_button.setVisible(is_linked)
        self._linked.setVisible(is_linked)
        self._say()

    def _say(self) -> None:
        if self._link is None:
            self._linked.set_text("")
        elif self._relative is None:
            self._linked.set_text("名簿の人とつながっています。")
        else:
            name = HIDDEN_TEXT if self._hidden else self._relative.name
            self._linked.set_text(f"名簿の{number_words(self._relative.number)}　{name} とつながっています。")


class SomebodyDialog(QDialog):
    """名簿からさがす: typed, filtered while one types, Enter takes the one. ``chosen(Relative)``."""

    chosen = Signal(object)

    def __init__(
        self, desktop: Desktop, service: RosterService, not_this: MemberId, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("名簿の人とつなぐ")
        self._desktop, self._service, self._not_this = desktop, service, not_this
        self._rows: list[MemberRow] = []
        self.search = SearchField("氏名・かな・住所・電話・番号でさがす", name="つなぐ人をさがす")
        self.list = QListView()
        self.list.setAccessibleName("見つかった人")
        self.list.setSpacing(4)
        self._model = QStringListModel(self)
        self.list.setModel(self._model)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.search.leads_to(self.list)
        self.take = button("この人とつなぐ", "main", on_click=self._take)
        self.take.setEnabled(False)
        stop = button("やめる", on_click=self.reject)
        self.setLayout(
            vbox(
                label("名簿のどの人ですか", "title"), self.search, (self.list, 1),
                hbox(None, stop, self.take), margins=(2, 1.5, 2, 1.5), gap=1,
            )
        )  # fmt: skip
        self.resize(width(620), control(480))
        self.search.searched.connect(self._find)
        self.list.activated.connect(lambda _index: self._take())
        self.list.selectionModel().currentChanged.connect(
            lambda now, _before: self.take.setEnabled(now.isValid())
        )
        desktop.privacy.changed.connect(self._show)

    def _find(self, text: str) -> None:
        if not text:
            self._on_found([])
            return
        query = MemberQuery(text)
        self._desktop.runner.read(partial(self._service.first, query), self._on_found, key="form-relatives")

    def _on_found(self, rows: list[MemberRow]) -> None:
        self._rows = [row for row in rows if row.member_id != self._not_this]
        self._show()

    def _show(self, _hidden: object = None) -> None:
        privacy: Privacy = self._desktop.privacy
        self._model.setStringList(
            [
                f"{number_words(row.number)}　{privacy.shown(row.name)}　{row.district_id or ''}"
                for row in self._rows
            ]
        )
        self.take.setEnabled(False)

    def _take(self) -> None:
        place = self.list.currentIndex().row()
        if 0 <= place < len(self._rows):
            row = self._rows[place]
            self.chosen.emit(Relative(row.member_id, row.number, row.name))
            self.accept()
