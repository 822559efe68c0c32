"""層の名前の窓."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.task_layers import LONGEST_TITLE, TaskLayer, TaskLayerId, free_title
from kurume_bousai.services.maps.task_layers import WORDS_HINT
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.widgets import button, field
from kurume_bousai.ui.maps.task_desk import TaskDesk


class LayerNameDialog(FormDialog):
    """層の名前: of a new layer (None), or another one for a layer that is there."""

    def __init__(self, tasks: TaskDesk, layer_id: TaskLayerId | None, parent: QWidget | None = None) -> None:
        question = "新しい層を、何と呼びますか" if layer_id is None else "層の名前を、何に変えますか"
        super().__init__(question, parent, size=(620, 320))
        self._tasks = tasks
        self._layer_id = layer_id
        board = tasks.board
        self.title = QLineEdit(free_title(board) if layer_id is None else board.layer(layer_id).title)
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.selectAll()
        body = field(
            "層の名前", self.title, hint="例「津福の危険箇所」。人の名前や住所は書かないでください。"
        )
        self.title.setAccessibleDescription(WORDS_HINT)
        words = "つくる" if layer_id is None else "変える"
        self.add_step(
            question,
            [body],
            [None, button("やめる", on_click=self.reject), button(words, "main", on_click=self.keep)],
        )
        self.show_step(0, self.title)

    def keep(self) -> None:
        """Write the name; a refused one is told in this window."""
        service, layer_id, title = self._tasks.service, self._layer_id, self.title.text()

        def work() -> Outcome[TaskLayer]:
            if layer_id is None:
                return service.add_layer(title)
            return service.rename_layer(layer_id, title)

        self.set_busy(busy=True)
        self._tasks.write_for(self, work, self._on_kept)

    def _on_kept(self, layer: TaskLayer) -> None:
        self.set_busy(busy=False)
        self.accept()
        self._tasks.choose_layer(layer.layer_id)
