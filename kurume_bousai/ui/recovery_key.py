"""回復キー: shown once in very large groups; nobody goes on before the last group is typed from the paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.files import choose_place, documents, free_place, write_whole
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.layouts import fix, grid, hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.tasks import TaskRunner

WHY: Final = (
    "合言葉を忘れたとき、この文字だけがデータを開けます。いま紙に書くか印刷して、金庫などにしまってください。"
    "この文字は、この画面を閉じると二度と出ません。"
)
_HIDDEN: Final = "かくしています"
_GROUPS_IN_ROW: Final = 4
#: What is easily mistaken on paper stands for the letter of the key.
_READ_AS: Final = str.maketrans("OIL", "011")


class RecoveryKeyPanel(QWidget):
    """回復キーの紙: the key in groups, printing and saving, and the check that it stands on paper.

    `finished` after the last group was typed rightly. Ticking 「紙に書きました」 covers the key, so that
    the group comes from the paper.
    """

    finished = Signal()

    def __init__(
        self,
        recovery_key: str,
        make_pdf: Callable[[str], bytes],
        runner: TaskRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = recovery_key
        self._make_pdf = make_pdf
        self._runner = runner
        self._messages = messages
        self._groups = recovery_key.split("-")
        self._plates = [label(group, "big", align=Qt.AlignmentFlag.AlignCenter) for group in self._groups]
        self.keys = card(self._plates_in_rows())
        self.keys.setAccessibleName("回復キー " + " ".join(" ".join(group) for group in self._groups))
        self._covered = label(_HIDDEN, "lead")
        self._covered.hide()
        self.written = QCheckBox("紙に書きました")
        self.written.toggled.connect(self._on_written)
        self.last_group = QLineEdit()
        self.last_group.setAccessibleName("最後の4文字")
        self.last_group.setMaxLength(8)
        fix(self.last_group, fixed_width=160)
        self._ask_last = labelled(
            f"紙を見て、最後の4文字({len(self._groups)}番)を入れてください", self.last_group
        )
        self._ask_last.hide()
        self._print = button("印刷する", icon="printer-outline", on_click=self.print)
        self._save = button("PDFで保存する", icon="content-save-outline", on_click=self.save)
        self.setLayout(
            vbox(
                Para(WHY),
                self.keys,
                self._covered,
                hbox(self._print, self._save, None),
                self.written,
                self._ask_last,
                gap=1.25,
            )
        )

    def check(self) -> None:
        """Emit `finished`, or say what is still missing."""
        if not self.written.isChecked():
            self._say(
                "key_not_written",
                "回復キーを、まだ紙に書いていません。",
                "紙に書くか印刷してから、「紙に書きました」を押してください。",
            )
            self.written.setFocus()
            return
        if _plain(self.last_group.text()) != self._groups[-1]:
            self._say(
                "key_group_wrong",
                "最後の4文字が、回復キーと違います。",
                "「紙に書きました」をもう一度押すと、キーが見えます。紙の文字を確かめてください。",
            )
            self.last_group.setFocus()
            self.last_group.selectAll()
            return
        self.finished.emit()

    def forget(self) -> None:
        """Take the key out of the widgets."""
        self._key = ""
        for plate in self._plates:
            plate.clear()
        self.last_group.clear()
        self.keys.setAccessibleName("")

    def print(self) -> None:
        """Show the sheet and print it, from memory."""
        self._made(
            lambda pdf: PreviewDialog(
                "回復キーの紙を印刷しますか", [Sheet("回復キー", pdf)], self._runner, parent=self.window()
            ).open()
        )

    def save(self) -> None:
        """Write the sheet where the person wants it: it opens everything, so they are told."""
        suggested = free_place(documents(), "回復キー", ".pdf")
        place = choose_place(self, "回復キーの紙を保存する場所", suggested, "PDF (*.pdf)")
        if place is None:
            return
        target = place if place.suffix.lower() == ".pdf" else place.with_name(f"{place.name}.pdf")
        key, make = self._key, self._make_pdf

        def written(_nothing: None) -> None:
            self._messages.notice(
                "回復キーの紙を保存しました。",
                where=str(target),
                advice="だれでも開けるファイルです。印刷したら、このファイルは消してください。",
            )

        self._runner.compute(
            lambda: write_whole(target, make(key)), written, on_fail=self._told, title="紙をつくっています"
        )

    def _made(self, show: Callable[[bytes], object]) -> None:
        key, make = self._key, self._make_pdf
        self._runner.compute(lambda: make(key), show, on_fail=self._told, title="紙をつくっています")

    def _told(self, error: BaseException) -> bool:
        if isinstance(error, KnownProblem):
            self._messages.problem(error)
            return True
        return False

    def _on_written(self, is_written: bool) -> None:
        self.keys.setVisible(not is_written)
        self._covered.setVisible(is_written)
        self._ask_last.setVisible(is_written)
        if is_written:
            self.last_group.setFocus(Qt.FocusReason.OtherFocusReason)

    def _plates_in_rows(self) -> QGridLayout:
        rows = QGridLayout()
        grid(rows, gap=1.5)
        for number, plate in enumerate(self._plates):
            caption = label(f"{number + 1}番", "small", align=Qt.AlignmentFlag.AlignCenter)
            row, column = divmod(number, _GROUPS_IN_ROW)
            rows.addWidget(caption, row * 2, column)
            rows.addWidget(plate, row * 2 + 1, column)
        rows.setColumnStretch(_GROUPS_IN_ROW, 1)
        return rows

    def _say(self, code: str, message: str, advice: str) -> None:
        while self._messages.messages():
            self._messages.read_one()
        self._messages.problem(KnownProblem(code, message, advice=advice))


def _plain(typed: str) -> str:
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in text if letter.isalnum()).translate(_READ_AS)


class RecoveryKeyDialog(FormDialog):
    """新しい回復キー: closing it without having written it down is asked first."""

    def __init__(
        self,
        recovery_key: str,
        make_pdf: Callable[[str], bytes],
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("新しい回復キーを紙に書いてください", parent, size=(860, 560))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.panel = RecoveryKeyPanel(recovery_key, make_pdf, runner, self.messages)
        done = button("書いたので閉じる", "main", on_click=self.panel.check)
        self.add_step(
            "新しい回復キーを紙に書いてください",
            [Para("前の回復キーの紙は、もう使えません。破って捨ててください。", "quiet"), self.panel],
            [None, done],
        )
        self.panel.finished.connect(self.accept)
        self.show_step(0, self.panel.written)

    def reject(self) -> None:
        """Ask before the key is gone for good (Qt)."""
        ask(
            self,
            "書かずに閉じますか",
            ["この回復キーは、二度と表示できません。あとで「設定」から、また新しくつくることはできます。"],
            "書かずに閉じる",
            lambda: super(RecoveryKeyDialog, self).reject(),
        )

    def done(self, result: int) -> None:
        """Forget the key (Qt)."""
        self.panel.forget()
        super().done(result)
