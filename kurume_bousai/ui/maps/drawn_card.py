"""選んだ描きもの: its words, another place for it, and taking it away."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from kurume_bousai.domain.acts import MOST_LETTERS
from kurume_bousai.domain.operations import LINE_KINDS, REGION_KINDS, FeatureKind
from kurume_bousai.domain.task_layers import TaskFeature
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.maps.task_layers import WORDS_HINT
from kurume_bousai.ui.kit.widgets import Para, button, hbox, label, vbox
from kurume_bousai.ui.maps.task_desk import TaskDesk
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy


class DrawnCard(QFrame):
    """選んだ描きもの, or a text that waits for its words.

    ``note_written(text)`` / ``note_left()`` end the waiting; ``move_wanted()`` asks for another place.
    """

    note_written = Signal(str)
    note_left = Signal()
    move_wanted = Signal()

    def __init__(self, tasks: TaskDesk, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "chosen")
        self._tasks = tasks
        self._privacy = privacy
        self._waits = False
        self._shown: TaskFeature | None = None
        self.title = label("", "heading")
        self.words = QLineEdit()
        self.words.setMaxLength(MOST_LETTERS)
        self.words.setAccessibleName("地図に出る言葉")
        self.words.setAccessibleDescription(WORDS_HINT)
        self.keep = button("直す", "tool", "check", self._keep, name="言葉を直す")
        self.move_button = button("動かす", "tool", "arrow-all", self.move_wanted.emit)
        self.erase = button("消す", "tool", "delete-outline", self._erase, name="描いたものを消す")
        self.leave = button("やめる", "tool", on_click=self.note_left.emit, name="文字を書くのをやめる")
        self.hint = Para(WORDS_HINT, "small", line=1.35)
        self.setLayout(
            vbox(
                self.title,
                self.words,
                self.hint,
                hbox(self.keep, self.move_button, self.erase, self.leave, None, gap=0.75),
                margins=(1.25, 1, 1.25, 1),
                gap=0.75,
            )
        )
        self.setAccessibleName("選んだ描きもの")
        self.words.returnPressed.connect(self._keep)
        # Words that were typed are not lost when a person goes on elsewhere.
        self.words.editingFinished.connect(self._keep_words)
        tasks.changed.connect(self.refresh)
        privacy.changed.connect(lambda _hidden: self._fill())
        self.hide()

    def await_words(self) -> None:
        """Ask for the words of a text that was just placed."""
        self._waits = True
        self._fill()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_waiting(self) -> None:
        """Show what is selected again."""
        self._waits = False
        self._fill()

    def ask_words(self) -> None:
        """Put the keyboard into the words of what was just drawn."""
        if self.isVisible() and self.words.isEnabled():
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Show what is selected; what is being typed stays while it is the same drawing."""
        if self._tasks.feature != self._shown and not self._waits:
            self._fill()

    def _fill(self) -> None:
        feature = self._shown = self._tasks.feature
        may = self._tasks.may_draw
        is_hidden = self._privacy.hidden and not self._waits and feature is not None and bool(feature.text)
        self.words.setEnabled(not is_hidden)
        self.words.setText("" if self._waits or feature is None or is_hidden else feature.text)
        self.words.setPlaceholderText(HIDDEN_TEXT if is_hidden else "言葉を入れてEnter")
        self.keep.setText("書く" if self._waits else "直す")
        self.keep.setEnabled(not is_hidden)
        for made in (self.move_button, self.erase):
            made.setVisible(not self._waits)
        self.leave.setVisible(self._waits)
        kind = FeatureKind.NOTE if self._waits or feature is None else feature.kind
        self.move_button.setText("かき直す" if kind in LINE_KINDS | REGION_KINDS else "動かす")
        self.title.setText("地図に書く文字" if self._waits else word_of(kind))
        # Last: hiding takes the keyboard away, and what then stands in the field is taken as finished.
        self.setVisible(self._waits or (feature is not None and may))

    def _keep(self) -> None:
        if self._waits:
            self.note_written.emit(self.words.text())
            return
        self._keep_words()

    def _keep_words(self) -> None:
        feature, text = self._shown, self.words.text()
        if feature is not None and not self._waits and self.words.isEnabled() and text != feature.text:
            self._shown = replace(feature, text=text)
            service = self._tasks.service
            self._tasks.perform(lambda: service.change_text(feature.feature_id, text), "言葉を直しました。")

    def _erase(self) -> None:
        feature = self._tasks.feature
        if feature is not None:
            service = self._tasks.service
            self._tasks.perform(lambda: service.erase(feature.feature_id), "消しました。「戻す」で戻せます。")
