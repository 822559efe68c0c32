"""名簿の点検の窓: what to look at, where, who; one press to the field that mends it, then the next."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.drafts import KeptDrafts
from kurume_bousai.services.ports.quality import QualityKind, QualityPerson
from kurume_bousai.services.roster.data_quality import FIXES, DataQuality, QualityFix, QualityOverview
from kurume_bousai.services.roster.register import PersonFile, RosterService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Row
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit.layouts import grid, hbox
from kurume_bousai.ui.kit.widgets import Para, button, label, plate
from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
from kurume_bousai.ui.registry.edit_dialog import PersonDialog, form_in_turns
from kurume_bousai.ui.registry.person_form import PersonForm
from kurume_bousai.ui.registry.quality_tables import KindTable, PeopleTable, PlaceTable, people_rows
from kurume_bousai.ui.registry.quality_words import FIELDS, NOBODY, WHY
from kurume_bousai.ui.registry.supporters_dialog import SupportersDialog

QUESTION: Final = "名簿のどこを直しますか"
_FIX_WORDS: Final = {
    QualityFix.DUPLICATE: "二人をならべて見る",
    QualityFix.SUPPORTER: "支援者を決める",
    QualityFix.PLACE: "家の位置を決める",
}
_TOPICS: Final = frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.PLANS, Topic.IMPORTS})


class QualityDialog(FormDialog):
    """名簿の点検. Three lists from left to right; Enter goes on, Ctrl+↓ and Ctrl+↑ to the next person.

    ``place_wanted(member id)``: the window of places is asked for; what it writes brings the counts anew.
    """

    place_wanted = Signal(str)

    def __init__(
        self, desktop: Desktop, parent: QWidget | None = None, *, quality: DataQuality | None = None
    ) -> None:
        super().__init__(QUESTION, parent, size=(1366, 700))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._quality = quality or DataQuality(desktop.database, desktop.clock)
        self._service = RosterService(desktop.database, desktop.clock)
        self._may_edit = desktop.database.access.has(Right.EDIT_PEOPLE)
        self._overview: QualityOverview | None = None
        self._person: PersonDialog | None = None
        self.kinds, self.places = KindTable(), PlaceTable()
        self.people = PeopleTable(desktop.privacy)
        self.why = Para("", line=1.35)
        self.fix_button = button("この人を直す", "main", "pencil-outline", self.fix)
        self.before_button = button("前の人", icon="arrow-up", on_click=partial(self._step, -1))
        self.next_button = button("次の人", icon="arrow-down", on_click=partial(self._step, 1))
        self._step_work = self.add_wide_step(self._laid_out())
        self._connect()
        if parent is not None:
            self.resize(parent.width() - 24, parent.height() - 24)
        self.show_step(self._step_work, self.kinds)
        self.reload()

    def _laid_out(self) -> QGridLayout:
        fictional = plate("架空のデータ")
        fictional.setVisible(self._desktop.is_fictional)
        head = hbox(
            label(QUESTION, "title"), None, fictional, NamesButton(self._desktop.privacy, with_key=False),
            button("閉じる", on_click=self.reject),
        )  # fmt: skip
        foot = hbox(
            label("Enterで右の表へ。人の表ではEnterで直す", "small"), None,
            self.before_button, self.next_button, self.fix_button,
        )  # fmt: skip
        place = QGridLayout()
        grid(place, gap=1)
        place.addLayout(head, 0, 0, 1, 3)
        place.addWidget(self.why, 1, 0, 1, 3)
        for column, (table, stretch) in enumerate(((self.kinds, 7), (self.places, 5), (self.people, 10))):
            place.addWidget(table, 2, column)
            place.setColumnStretch(column, stretch)
        place.setRowStretch(2, 1)
        place.addLayout(foot, 3, 0, 1, 3)
        return place

    def _connect(self) -> None:
        self.kinds.moved.connect(lambda _key: self._show_places())
        self.places.moved.connect(lambda _key: self._read_people())
        self.people.moved.connect(lambda _key: self._show_buttons())
        self.kinds.opened.connect(lambda _key: self.places.setFocus())
        self.places.opened.connect(lambda _key: self.people.setFocus())
        self.people.opened.connect(lambda _key: self.fix())
        self._desktop.changes.follow(_TOPICS, self.reload)
        for keys, act in (
            ("Ctrl+Down", partial(self._step, 1)),
            ("Ctrl+Up", partial(self._step, -1)),
            ("F12", self._desktop.privacy.hide),
            ("Ctrl+Shift+H", self._desktop.privacy.hide),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # -- reading -------------------------------------------------------------------------------

    def kind(self) -> QualityKind:
        """The kind in force."""
        key = self.kinds.key()
        return QualityKind(str(key)) if key is not None else QualityKind.NO_PHONE

    def reload(self) -> None:
        """Count anew, off the Qt thread."""
        self._desktop.runner.read(self._quality.overview, self._on_overview, on_fail=self.told, key="quality")

    def _on_overview(self, overview: QualityOverview) -> None:
        self._overview = overview
        self.kinds.show_overview(overview)
        if self.kinds.key() is None:
            first = next((one for one in QualityKind if overview.total(one)), QualityKind.NO_PHONE)
            self.kinds.choose(first.value)
        self._show_places()

    def _show_places(self) -> None:
        if self._overview is None:
            return
        self.why.set_text(f"{word_of(self.kind())}: {WHY[self.kind()]}")
        blocked = self.places.blockSignals(True)
        self.places.show_kind(self._overview, self.kind())
        self.places.blockSignals(blocked)
        self._read_people()

    def _read_people(self) -> None:
        quality, kind, district = self._quality, self.kind(), self.places.district()
        nowhere = self.places.asks_for_nowhere()

        def read() -> tuple[list[QualityPerson], list[Row]]:
            people = quality.people(kind, district, has_no_district=nowhere)
            return people, people_rows(people)  # thousands of rows: not on the Qt thread

        self._desktop.runner.read(read, self._on_people, on_fail=self.told, key="quality-people")

    def _on_people(self, found: tuple[list[QualityPerson], list[Row]]) -> None:
        people, rows = found
        self.people.show_people(people, rows)
        if not people:
            self.why.set_text(f"{word_of(self.kind())}: {NOBODY}")
        self._show_buttons()

    def _show_buttons(self) -> None:
        has_person = self.people.key() is not None
        words = _FIX_WORDS.get(FIXES[self.kind()], "この人を直す")
        self.fix_button.setText(words)
        self.fix_button.setAccessibleName(words)
        self.before_button.setEnabled(has_person)
        self.next_button.setEnabled(has_person)
        self.fix_button.setEnabled(has_person and (self._may_edit or self._is_placing()))

    def _is_placing(self) -> bool:
        return FIXES[self.kind()] is QualityFix.PLACE

    def _step(self, by: int) -> None:
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)
        self.people.step(by)

    # -- mending -------------------------------------------------------------------------------

    def fix(self) -> None:
        """この人を直す: the place on the map, the pair side by side, or the form at its field."""
        key = self.people.key()
        if key is None or self._person is not None:
            return
        if self._is_placing():
            self.place_wanted.emit(str(key))
            return
        if self._may_edit and FIXES[self.kind()] is QualityFix.DUPLICATE:
            self._open_pairs()
            return
        if self._may_edit and FIXES[self.kind()] is QualityFix.SUPPORTER:
            self._open_supporters(MemberId(str(key)))
            return
        if self._may_edit:
            open_person = partial(self._service.open, MemberId(str(key)))
            self._desktop.runner.read(open_person, self._on_person, on_fail=self.told, key="quality-person")

    def _open_pairs(self) -> None:
        key = self.people.key()
        made = DuplicatesDialog(self._desktop, self, member_id=None if key is None else MemberId(str(key)))
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.finished.connect(lambda _result: self._after())
        made.open()

    def _open_supporters(self, member_id: MemberId) -> None:
        made = SupportersDialog(self._desktop, member_id, self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.finished.connect(lambda _result: self._after())
        made.open()

    def _on_person(self, person: PersonFile | None) -> None:
        if person is None:
            self.messages.notice("この人はもう名簿にありません。", advice="一覧を読み直しました。")
            self.reload()
            return
        header = self._desktop.window.header.district
        names = [str(header.itemData(place)) for place in range(1, header.count())]
        opens = partial(self._open_form, person.member, names)
        form_in_turns(self, self._service, person.member, names, opens)

    def _open_form(self, member: RosterMember, names: list[str], form: PersonForm) -> None:
        if self._person is not None:
            return
        drafts = KeptDrafts(self._desktop.database)
        made = PersonDialog(self._desktop, self._service, drafts, member, member, names, self, form=form)
        self._person = made
        made.saved.connect(self._on_saved)
        made.finished.connect(self._on_closed)
        made.open()
        QTimer.singleShot(0, made, partial(_go_to_field, made, FIELDS[FIXES[self.kind()]]))

    def _on_saved(self, outcome: Outcome[RosterMember], _is_new: bool) -> None:
        self._desktop.finish(outcome, "直しました。")

    def _on_closed(self, _result: int) -> None:
        if self._person is not None:
            self._person.deleteLater()
            self._person = None
        self._after()

    def _after(self) -> None:
        """Whoever has been mended is gone from the list and the next one stands in their place."""
        self.reload()
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)


def _go_to_field(dialog: PersonDialog, caption: str) -> None:
    """Put the keyboard into the field that mends it, its section opened and scrolled to."""
    form = dialog.form
    editor = form.district if caption == "校区" else form.editor_of(caption)
    if editor is None:
        return
    dialog.show_editor(editor)


def open_quality(desktop: Desktop, parent: QWidget | None) -> QualityDialog:
    """Open the window over another."""
    made = QualityDialog(desktop, parent)
    made.open()
    return made
