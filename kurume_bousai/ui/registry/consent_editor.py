"""同意の欄: state, the day of the answer, the day of the explanation that must come before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, Para, field, hbox, vbox


class ConsentEditor(QWidget):
    """同意の欄 of one kind. ``check()`` gives the consent or raises ``KnownProblem``."""

    def __init__(
        self, kind: ConsentKind, *, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kept = Consent(kind)
        self._kind = kind
        words = f"{word_of(kind)}の同意"
        self.state = ChipRow[ConsentState](
            [(state, word_of(state)) for state in ConsentState], ConsentState.UNANSWERED, name=words
        )
        self.decided = DateEdit(f"{words}: 答えた日", today=today)
        self.explained = DateEdit(f"{words}: 説明日", today=today)
        self.explained_by = QLineEdit()
        self.explained_by.setAccessibleName(f"{words}: 説明者")
        self._problem = Para("", "small", line=1.35)
        self._problem.hide()
        dates = hbox(
            (field("説明日", self.explained), 1), (field("説明者", self.explained_by), 1),
            (field("答えた日（同意日）", self.decided), 1), gap=1.5,
        )  # fmt: skip
        self.setLayout(vbox(field(words, self.state), dates, self._problem, gap=0.5))
        for edit in (self.decided, self.explained):
            edit.value_changed.connect(lambda _day: self._warn())
        self.state.chosen.connect(lambda _state: self._warn())

    @property
    def kind(self) -> ConsentKind:
        """Which kind."""
        return self._kind

    def set_consent(self, consent: Consent) -> None:
        """Fill the fields."""
        self._kept = consent
        self.state.set_value(consent.state)
        self.decided.set_value(consent.decided_on)
        self.explained.set_value(consent.explained_on)
        self.explained_by.setText(consent.explained_by)

    def check(self) -> Consent:
        """The consent as typed.

        Raises
        ------
        KnownProblem
            ``consent_before_explanation``, or why a date cannot be read.
        """
        return replace(
            self._kept,
            state=self.state.value() or ConsentState.UNANSWERED,
            decided_on=self.decided.check(),
            explained_on=self.explained.check(),
            explained_by=self.explained_by.text().strip(),
        )

    def problem_words(self) -> str:
        """What is wrong with the days, said while one types."""
        return self._problem.text_shown()

    def fields(self) -> dict[str, str]:
        """What is typed, for a draft."""
        return {
            "state": (self.state.value() or ConsentState.UNANSWERED).value,
            "decided": self.decided.line.text(),
            "explained": self.explained.line.text(),
            "explained_by": self.explained_by.text(),
        }

    def set_fields(self, fields: dict[str, str]) -> None:
        """What a draft kept."""
        if fields.get("state") in {state.value for state in ConsentState}:
            self.state.set_value(ConsentState(fields["state"]))
        self.decided.line.setText(fields.get("decided", ""))
        self.explained.line.setText(fields.get("explained", ""))
        self.explained_by.setText(fields.get("explained_by", ""))

    def _warn(self) -> None:
        words = ""
        decided, explained = self.decided.value(), self.explained.value()
        if decided and explained:
            try:
                Consent(self._kind, self.state.value() or ConsentState.UNANSWERED, decided, explained)
            except KnownProblem as problem:
                words = f"{problem.message}{problem.advice}"
        self._problem.set_text(words)
        self._problem.setVisible(bool(words))
