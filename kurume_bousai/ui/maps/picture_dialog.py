"""絵をファイルに: a name and a place that the person chooses; then it is written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_place, documents, free_place, write_whole
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.widgets import Para, button, field, hbox, holder
from kurume_bousai.ui.maps.map_picture import png_of

_WHAT: Final = (
    "いま見えている地図を、日付・縮尺・出どころといっしょに絵(PNG)にします。"
    "人と、描いたものの言葉は入りません。"
)
#: What no system takes in the name of a file.
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST: Final = 80


class PictureDialog(FormDialog):
    """絵をファイルに保存する窓. ``chosen`` is where it goes: the folder for documents, or another one."""

    def __init__(self, desktop: Desktop, image: QImage, stem: str, parent: QWidget | None = None) -> None:
        question = "地図の絵を、どの名前で保存しますか"
        super().__init__(question, parent, size=(680, 400))
        self._desktop = desktop
        self._image = image
        self.folder = documents()
        self.name = QLineEdit(free_place(self.folder, stem, ".png").stem)
        self.name.setMaxLength(_LONGEST)
        self.name.selectAll()
        self.where = Para("", "small", line=1.35)
        other = button("ほかの場所", "tool", "folder-outline", self._choose, name="ほかの場所をえらぶ")
        body = [
            Para(_WHAT, line=1.35),
            field("ファイルの名前", self.name, hint="人の名前は入れないでください。"),
            holder(hbox((self.where, 1), other)),
        ]
        stop = button("やめる", on_click=self.reject)
        self.save_button = button("保存する", "main", on_click=self.save)
        self.add_step(question, body, [None, stop, self.save_button])
        self._say_where()
        self.show_step(0, self.name)

    def place(self) -> Path:
        """Return where the picture would be written; KnownProblem ``file_name`` for no usable name."""
        stem = self.name.text().strip().removesuffix(".png").strip(". ")
        if not stem or _FORBIDDEN.search(stem):
            raise KnownProblem(
                "file_name",
                "この名前では保存できません。",
                advice='名前を入れてください。\\ / : * ? " < > | は使えません。',
            )
        return free_place(self.folder, stem, ".png")

    def save(self) -> None:
        """Write the picture on the runner; what is wrong is told in this window."""
        try:
            place = self.place()
        except KnownProblem as problem:
            self.say(problem)
            return
        image = self._image
        self.set_busy(busy=True)
        self._desktop.runner.compute(
            _writing(place, image), lambda _done: self._on_saved(place), on_fail=self.told
        )

    def _on_saved(self, place: Path) -> None:
        self.set_busy(busy=False)
        self.accept()
        self._desktop.messages.done(f"地図の絵を保存しました。\n{place}")

    def _choose(self) -> None:
        place = choose_place(self, "地図の絵の場所", self.folder / f"{self.name.text()}.png", "絵 (*.png)")
        if place is not None:
            self.folder = place.parent
            self.name.setText(place.stem)
            self._say_where()

    def _say_where(self) -> None:
        self.where.set_text(f"場所: {self.folder}")


def _writing(place: Path, image: QImage) -> Callable[[], None]:
    return lambda: write_whole(place, png_of(image))
