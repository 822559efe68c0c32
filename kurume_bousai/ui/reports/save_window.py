"""書類を書き出す窓: its file form and its place; afterwards where it lies. Nothing here carries a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.papers.ports import AnonymousContent, RenderedPaper
from kurume_bousai.services.reporting.written import WrittenReport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_place, documents, free_place, open_folder
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part, hbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.tasks import Progress

FORMS: Final = ((".pdf", "PDF(印刷や回覧に)"), (".xlsx", "Excel(計算や加工に)"))

#: Makes the content of a paper on a worker thread.
Collect = Callable[[Progress], AnonymousContent]


class PlaceField(QWidget):
    """書き出す場所: the whole path, typed or chosen; remembers that a chosen file may be replaced."""

    def __init__(self, name: str, place: Path, kinds: str) -> None:
        super().__init__()
        self._kinds = kinds
        self.line = QLineEdit(str(place))
        self.line.setAccessibleName(name)
        self.replace = QCheckBox("同じ名前のファイルを置きかえる")
        self.replace.hide()
        choose = button("場所を選ぶ", "tool", "folder-outline", self._on_choose)
        self.setAccessibleName(name)
        self.setFocusProxy(self.line)
        self.setLayout(hbox((self.line, 1), choose))
        self.line.textEdited.connect(lambda _text: self.replace.hide())

    def place(self) -> Path:
        """Return the place as typed."""
        return Path(self.line.text().strip()).expanduser()

    def set_stem(self, before: str, after: str) -> None:
        """Change the proposed name; a name the person typed stays."""
        place = self.place()
        if place.stem.startswith(before):
            self.line.setText(str(free_place(place.parent, after, place.suffix)))
            self.replace.hide()

    def set_suffix(self, suffix: str) -> None:
        """Change the ending, and the name where such a file exists."""
        place = self.place()
        if place.suffix != suffix:
            self.line.setText(str(free_place(place.parent, place.stem, suffix)))
            self.replace.hide()

    def check(self, suffix: str) -> Path:
        """Return the place with its ending.

        Raises
        ------
        KnownProblem
            ``no_place``, ``no_folder`` or ``already_exists`` (then the box to agree appears).
        """
        if not self.line.text().strip():
            raise KnownProblem("no_place", "場所が空です。", advice="書き出す場所を選んでください。")
        typed = self.place()
        place = typed if typed.suffix.lower() == suffix else typed.with_name(f"{typed.name}{suffix}")
        if not place.parent.is_dir():
            raise KnownProblem(
                "no_folder",
                "そのフォルダーはありません。",
                where=str(place.parent),
                advice="「場所を選ぶ」で選び直してください。",
            )
        if place.exists() and not (self.replace.isChecked() and not self.replace.isHidden()):
            self.replace.setChecked(False)
            self.replace.show()
            raise KnownProblem(
                "already_exists",
                "同じ名前のファイルがあります。",
                where=place.name,
                advice="名前を変えるか、「同じ名前のファイルを置きかえる」を押してください。",
            )
        return place

    def _on_choose(self) -> None:
        chosen = choose_place(self.window(), "書き出す場所", self.place(), self._kinds)
        if chosen is not None:
            self.line.setText(str(chosen))
            self.replace.setVisible(chosen.exists())
            self.replace.setChecked(chosen.exists())  # the system's window has asked already


class SaveReportDialog(FormDialog):
    """この書類を、どこに書き出しますか. After writing it tells the place and opens the folder."""

    def __init__(
        self,
        desktop: Desktop,
        title: str,
        stem: str,
        collect: Collect,
        parent: QWidget | None = None,
        *,
        above: Sequence[Part] = (),
    ) -> None:
        super().__init__(f"{title}を、どこに書き出しますか", parent, size=(760, 420 if not above else 620))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._title = title
        self._collect = collect
        self.form = ChipRow(FORMS, ".pdf", name="形式")
        self.place = PlaceField(
            "書き出す場所", free_place(documents(), stem, ".pdf"), "PDF (*.pdf);;Excel (*.xlsx)"
        )
        self.form.chosen.connect(self._on_form)
        stop = button("やめる", on_click=self.reject)
        self.preview_button = button("見て印刷する", icon="printer-outline", on_click=self.preview)
        self.save_button = button("書き出す", "main", "content-save-outline", self.save)
        self._step_ask = self.add_step(
            f"{title}を、どこに書き出しますか",
            [
                *above,
                labelled("形式", self.form),
                labelled("場所", self.place),
                self.place.replace,
                Para("名前、住所、電話番号は入りません。5人未満の数は「5人未満」と書きます。", "quiet"),
            ],
            [stop, None, self.preview_button, self.save_button],
        )
        self._words = Para("", "lead")
        self._where = Para("", "quiet")
        self._notices = Para("", "quiet")
        folder = button("フォルダーを開く", icon="folder-open-outline", on_click=self._on_folder)
        done = button("閉じる", "main", on_click=self.accept)
        self._step_done = self.add_step(
            "書き出しました", [self._words, self._where, self._notices], [folder, None, done]
        )
        self._written: Path | None = None
        self.show_step(self._step_ask, self.save_button)

    def save(self) -> None:
        """Write the paper on the compute lane."""
        try:
            place = self.place.check(str(self.form.value()))
        except KnownProblem as problem:
            self.say(problem)
            return
        reporting, collect = self._desktop.services.reporting, self._collect

        def work(progress: Progress) -> Outcome[WrittenReport]:
            content = collect(progress)
            progress.raise_if_cancelled()
            return reporting.write(content, place)

        self._begin(work, self._on_written)

    def preview(self) -> None:
        """Show the pages and print them, from memory."""
        reporting, collect = self._desktop.services.reporting, self._collect

        def work(progress: Progress) -> Outcome[RenderedPaper]:
            content = collect(progress)
            progress.raise_if_cancelled()
            return reporting.print_pages(content)

        self._begin(work, self._on_rendered)

    def _on_form(self, suffix: object) -> None:
        self.place.set_suffix(str(suffix))

    def _begin(self, work: Callable[..., object], on_done: Callable[..., object]) -> None:
        self.clear_messages()
        self.save_button.setText("つくっています")
        task = self._desktop.runner.compute(
            work,
            on_done,
            on_fail=self._failed,
            on_cancel=self._free,
            title=f"{self._title}をつくっています",
        )
        self.set_busy(busy=True, task=task)

    def _on_written(self, outcome: Outcome[WrittenReport]) -> None:
        self._free()
        written = outcome.value
        self._written = written.files[0]
        pages = f" {written.pages}ページです。" if written.pages else ""
        self._words.set_text(f"{self._title}を書き出しました。{pages}")
        self._where.set_text(f"場所: {self._written}\n監査番号: {written.audit_head}")
        self._notices.set_text("\n".join(written.notices))
        self._desktop.finish(outcome, f"{self._title}を書き出しました。")
        self.show_step(self._step_done)

    def _on_rendered(self, outcome: Outcome[RenderedPaper]) -> None:
        self._free()
        self._desktop.changes.tell(outcome.changes)
        PreviewDialog(
            f"{self._title}を印刷しますか",
            [Sheet(self._title, outcome.value.content)],
            self._desktop.runner,
            on_printed=lambda pages: self._desktop.messages.done(
                f"{self._title}を印刷しました({pages}ページ)。"
            ),
            parent=self,
        ).open()

    def _failed(self, error: BaseException) -> bool:
        self._free()
        return self.told(error)

    def _free(self) -> None:
        self.set_busy(busy=False)
        self.save_button.setText("書き出す")

    def _on_folder(self) -> None:
        if self._written is not None:
            open_folder(self._written)
