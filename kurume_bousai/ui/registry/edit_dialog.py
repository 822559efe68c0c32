"""登録する・直す: nothing is saved until 保存する; what is typed is kept as an encrypted draft meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.drafts import PERSON_FORM
from kurume_bousai.services.ports.drafts import Draft, DraftRepository
from kurume_bousai.services.ports.members import GroupField, MemberQuery
from kurume_bousai.services.roster.register import Relative, RosterService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.turns import next_turn
from kurume_bousai.ui.kit.widgets import Para, button, card, hbox, label, plate, vbox
from kurume_bousai.ui.registry.consent_windows import open_consent_history, tell_copies_out
from kurume_bousai.ui.registry.person_form import PersonForm
from kurume_bousai.ui.registry.person_form_family import SomebodyDialog
from kurume_bousai.ui.registry.words import number_words

DRAFT_EVERY_MS: Final = 3000


def form_in_turns(
    owner: QWidget,
    service: RosterService,
    member: RosterMember,
    districts: Sequence[str],
    give: Callable[[PersonForm], object],
) -> None:
    """Make the fields of a person, lay them out, and give them for their window.

    Each in a turn of the event loop of its own: a hundred parts at once would let the window stand still.
    """
    form = _form_of(service, member, districts, in_turns=True)
    steps = form.laying_out()

    def go_on() -> None:
        if next(steps, form) is form:
            form.frame()
            next_turn(owner, partial(give, form))
        else:
            next_turn(owner, go_on)

    next_turn(owner, go_on)


def _form_of(
    service: RosterService, member: RosterMember, districts: Sequence[str], *, in_turns: bool = False
) -> PersonForm:
    return PersonForm(
        member,
        districts,
        today=lambda: service.today,
        handles_protected=service.access.sees_protected,
        in_turns=in_turns,
    )


class PersonDialog(QDialog):
    """登録する・直す.

    ``saved(Outcome, is_new)`` once the record is stored. ``before`` None = a new person.
    """

    saved = Signal(object, bool)

    def __init__(
        self,
        desktop: Desktop,
        service: RosterService,
        drafts: DraftRepository,
        member: RosterMember,
        before: RosterMember | None,
        districts: Sequence[str],
        parent: QWidget | None = None,
        *,
        form: PersonForm | None = None,
    ) -> None:
        """``form``: the fields, where ``form_in_turns`` made them before."""
        super().__init__(parent)
        self._desktop = desktop
        self._service = service
        self._drafts = drafts
        self._before = before
        self._confirmed: RosterMember | None = None
        self._is_leaving = False
        self._is_saving = False
        self.has_draft = False  # a draft of this form lies in the file; another's is not ours to forget
        question = "新しい人を登録します" if before is None else "この人の記録を直します"
        self.setWindowTitle(question)
        self.form = form or _form_of(service, member, districts)
        self.form.somebody_wanted.connect(self._ask_for_somebody)
        self._problem = Para("", line=1.35)
        self._discard = button("捨てて閉じる", "tool", on_click=self._throw_away)
        self._problem_card = card(hbox((self._problem, 1), self._discard), role="message")
        self._problem_card.hide()
        self.save_button = button(
            "保存する", "main", "content-save-outline", self.save, name="保存する Ctrl+Enter"
        )
        for editor in self.form.consents.values():
            editor.history_wanted.connect(
                lambda kind: open_consent_history(self._desktop, member.member_id, kind, self)
            )
            editor.history_button.setVisible(before is not None)
        self._build(question, member)
        self.resize(self.sizeHint())
        self._start = self.form.fields()
        self._kept = self._start
        self._timer = QTimer(self)
        self._timer.setInterval(DRAFT_EVERY_MS)
        self._timer.timeout.connect(self.keep_draft)
        self._timer.start()
        desktop.privacy.changed.connect(self._on_privacy_changed)
        self._read_words(member)
        # After the layout has grown: the new row is to be seen where one types.
        self.form.details.grown.connect(lambda: QTimer.singleShot(0, self, self._show_focus))
        self.form.hide_personal(hidden=desktop.privacy.hidden)
        for keys, act in (
            ("Ctrl+Return", self.save), ("Ctrl+Enter", self.save), ("Ctrl+S", self.save),
            ("F12", desktop.privacy.hide), ("Ctrl+Shift+H", desktop.privacy.hide),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _build(self, question: str, member: RosterMember) -> None:
        number = label("" if member.number == 0 else number_words(member.number), "quiet")
        fictional = plate("架空のデータ")
        fictional.setVisible(self._desktop.is_fictional)
        top = hbox(label(question, "title"), number, None, fictional, NamesButton(self._desktop.privacy))
        leave = button("やめる", on_click=self.reject, name="やめる Esc")
        foot = hbox(
            label("Enterで次の欄へ、Ctrl+Enterで保存", "small"), None, leave, self.save_button, gap=1.5
        )
        self._scroll = self.form.frame()
        self.setLayout(vbox(top, self._problem_card, (self._scroll, 1), foot, margins=(2, 1.5, 2, 1.5)))

    def sizeHint(self) -> QSize:
        """As large as the window allows (Qt)."""
        wanted = QSize(width(960), control(720))
        parent = self.parentWidget()
        room = parent.size() if parent is not None else wanted
        return wanted.boundedTo(QSize(room.width() - 32, room.height() - 32))

    def showEvent(self, event: QShowEvent) -> None:
        """The first field gets the keyboard (Qt)."""
        super().showEvent(event)
        self.form.lines["name"].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_changed(self) -> bool:
        """Whether something was typed or chosen."""
        return self.form.fields() != self._start

    @property
    def problem_words(self) -> str:
        """What the dialog says is wrong; empty when nothing is."""
        return "" if self._problem_card.isHidden() else self._problem.text_shown()

    # -- what the list knows -------------------------------------------------------------------

    def _read_words(self, member: RosterMember) -> None:
        """Names of 自治会 and 民生委員 to offer, and who of the list belongs to the family."""

        def read() -> tuple[list[str], list[str], tuple[Relative, ...]]:
            everybody = MemberQuery()
            offered = [
                [name for name, _people in self._service.groups(everybody, by)]
                for by in (GroupField.NEIGHBORHOOD, GroupField.COMMISSIONER)
            ]
            return offered[0], offered[1], self._service.relatives(member)

        self._desktop.runner.read(read, self._on_words, on_fail=lambda _error: True, key="form-words")

    def _on_words(self, found: tuple[list[str], list[str], tuple[Relative, ...]]) -> None:
        neighborhoods, commissioners, relatives = found
        self.form.set_suggestions(neighborhoods, commissioners)
        self.form.set_relatives(relatives)

    def _show_focus(self) -> None:
        focus = self.focusWidget()
        if focus is not None and self.form.isAncestorOf(focus):
            self._scroll.ensureWidgetVisible(focus)

    def _ask_for_somebody(self, take: Callable[[Relative], None]) -> None:
        asked = SomebodyDialog(self._desktop, self._service, self.form.member_id, self)
        asked.chosen.connect(take)
        asked.open()

    # -- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """保存する: checks, asks about a person of the same name and day of birth, stores."""
        if self._is_saving:
            return
        try:
            member = self.form.check()
        except KnownProblem as problem:
            self._tell(problem)
            return
        self._set_saving(is_saving=True)
        if self._before is None and self._confirmed != member:
            self._desktop.runner.read(
                partial(self._service.lookalikes, member),
                partial(self._on_lookalikes, member),
                on_fail=self._on_failed,
            )
            return
        self._store(member)

    def _on_lookalikes(self, member: RosterMember, found: list[RosterMember]) -> None:
        if not found:
            self._store(member)
            return
        self._set_saving(is_saving=False)
        self._confirmed = member
        numbers = "、".join(number_words(one.number) for one in found)
        self._say(
            f"同じ氏名と生年月日の人が、もう名簿にいます（番号 {numbers}）。"
            "別の人なら、もう一度「保存する」を押してください。"
        )

    def _store(self, member: RosterMember) -> None:
        before = self._before
        if before is None:
            work = partial(self._service.add, member)
        else:
            work = partial(self._service.save, member, before)
        self._desktop.runner.write(work, self._on_stored, on_fail=self._on_failed)

    def _on_stored(self, outcome: Outcome[RosterMember]) -> None:
        self._finish_draft()
        self.saved.emit(outcome, self._before is None)
        tell_copies_out(self._desktop, self._before, outcome.value, self._desktop.window)
        self.accept()

    def _on_failed(self, error: BaseException) -> bool:
        self._set_saving(is_saving=False)
        if isinstance(error, KnownProblem):
            self._tell(error)
            return True
        return False

    def _set_saving(self, *, is_saving: bool) -> None:
        self._is_saving = is_saving
        self.save_button.setEnabled(not is_saving)

    def _tell(self, problem: KnownProblem) -> None:
        # There are three consents on the form: which of them is meant is said, too.
        about = f"{problem.where}　" if "の同意" in problem.where else ""
        self._say(f"{about}{problem.message}{problem.advice}")
        editor = self.form.editor_of(problem.where)
        if editor is not None:
            self.show_editor(editor)

    def show_editor(self, editor: QWidget) -> None:
        """Open the section of a field, scroll to it and give it the keyboard."""
        self.form.reveal(editor)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        # After a section that has just been opened has its room.
        QTimer.singleShot(0, self, partial(self._scroll.ensureWidgetVisible, editor, 0, editor.height()))

    def _say(self, words: str, *, offers_discard: bool = False) -> None:
        self._problem.set_text(words)
        self._problem_card.setAccessibleName(words)
        self._discard.setVisible(offers_discard)
        self._problem_card.show()

    # -- leaving -------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc leaves; where something was typed, it is said once first (Qt)."""
        if self._is_saving:
            return
        if self.is_changed and not self._is_leaving:
            self._is_leaving = True
            self._say(
                "保存していない変更があります。もう一度やめると、変更は捨てられます。", offers_discard=True
            )
            return
        self._throw_away()

    def _throw_away(self) -> None:
        self._finish_draft()
        super().reject()

    # -- drafts --------------------------------------------------------------------------------

    def take_draft(self, draft: Draft) -> None:
        """Fill in what a crash left."""
        self.has_draft = True
        self.form.set_fields(dict(draft.fields))

    def keep_draft(self) -> None:
        """Keep what is typed now, where it differs from what is kept."""
        fields = self.form.fields()
        if fields == self._kept or self._is_saving:
            return
        self._is_leaving = False
        self._kept = fields
        self.has_draft = True
        marks = {
            "member_id": "" if self._before is None else str(self._before.member_id),
            "is_new": "1" if self._before is None else "",
        }
        draft = Draft(PERSON_FORM, self._desktop.clock.now(), {**fields, **marks})
        self._desktop.runner.write(partial(self._drafts.keep, draft))

    def _finish_draft(self) -> None:
        self._timer.stop()
        if not self.has_draft:
            return
        self._desktop.runner.write(partial(self._drafts.forget, PERSON_FORM))

    def _on_privacy_changed(self, hidden: bool) -> None:
        self.form.hide_personal(hidden=hidden)
