"""かく: layers of one's own, the drawing tools in words, undo, and what is drawn as a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from kurume_bousai.domain.operations import LINE_KINDS, REGION_KINDS, FeatureKind
from kurume_bousai.domain.task_layers import TaskFeature, TaskLayerId
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.kit.widgets import Para, button, flow, hbox, holder, label, rule, vbox
from kurume_bousai.ui.maps.drawn_card import DrawnCard
from kurume_bousai.ui.maps.layer_dialogs import LayerNameDialog
from kurume_bousai.ui.maps.rows_list import Row, RowsList
from kurume_bousai.ui.maps.task_desk import TaskDesk
from kurume_bousai.ui.privacy import Privacy

TOOLS: Final = (
    (FeatureKind.DANGER, "alert-outline"),
    (FeatureKind.BLOCKED_ROAD, "close-thick"),
    (FeatureKind.ASSEMBLY_POINT, "flag-outline"),
    (FeatureKind.RESOURCE, "package-variant-closed"),
    (FeatureKind.ROUTE, "arrow-right-thin"),
    (FeatureKind.REGION, "vector-polygon"),
    (FeatureKind.NOTE, "format-text"),
)
_POINT: Final = "地図で、その場所を押します。"
_LINE: Final = "地図で、道にそって順に押します。最後はダブルクリックかEnterです。"
_RING: Final = "地図で、区域のまわりを順に押します。最後はダブルクリックかEnterです。"
_IDLE: Final = "描くものを選んでから、地図を押します。キーでは、矢印で動かしスペースで打ちます。"
_NO_RIGHT: Final = (
    "地図に描く役割がないため、見るだけになります。描いた言葉は、人を見てよい役割の人にだけ出ます。"
)
_ROWS_SHOWN: Final = 160


class DrawSection(QWidget):
    """かく. ``take`` is given the tool a person chose; None = put away."""

    def __init__(
        self,
        tasks: TaskDesk,
        privacy: Privacy,
        take: Callable[[FeatureKind | None], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._privacy = privacy
        self._take = take
        self.layers = RowsList("作業の層")
        self.drawings = RowsList("この層に描いたもの")
        for rows in (self.layers, self.drawings):
            rows.keep_low(_ROWS_SHOWN)
        self.card = DrawnCard(tasks, privacy)
        self.tools = {kind: self._tool(kind, icon) for kind, icon in TOOLS}
        self.add = button("新しい層", "tool", "plus", self.add_layer, name="新しい作業の層をつくる")
        self.rename = button("名前を変える", "tool", on_click=self.rename_layer, name="層の名前を変える")
        self.remove = button("消す", "tool", on_click=self.remove_layer, name="層を消す")
        self.undo = button("戻す", "tool", "undo", tasks.undo)
        self.redo = button("やり直す", "tool", "redo", tasks.redo)
        self.how = Para(_IDLE, "small", line=1.35)
        self._no_layers = Para(
            "まだ層はありません。描きはじめると「作業の層1」ができます。", "small", line=1.35
        )
        self._layer_row = flow([self.add, self.rename, self.remove], gap=0.75, line_gap=0.5)
        self._tool_rows = holder(
            vbox(
                flow(list(self.tools.values()), gap=0.75, line_gap=0.75),
                self.how,
                hbox(self.undo, self.redo, None, gap=0.75),
                gap=0.75,
            )
        )
        self._refusal = Para(_NO_RIGHT, "small", line=1.35)
        self._drawn_title = label("", "heading")
        self._build()
        self.layers.chosen.connect(lambda key: tasks.choose_layer(TaskLayerId(key)) if key else None)
        self.layers.switched.connect(lambda key, on: tasks.show_layer(TaskLayerId(key), on=on))
        self.drawings.chosen.connect(tasks.select)
        tasks.said.connect(self.how.set_text)
        tasks.changed.connect(self.refresh)
        privacy.changed.connect(self.refresh)
        self.refresh()

    def show_tool(self, tool: str) -> None:
        """Show which tool is in the hand and how it is used."""
        for kind, made in self.tools.items():
            made.setChecked(kind.value == tool)
        held = next((one for one in self.tools if one.value == tool), None)
        words = _LINE if held in LINE_KINDS else _RING if held in REGION_KINDS else _POINT
        if held is not None:
            self.how.set_text(words)
        elif self.how.text_shown() in (_POINT, _LINE, _RING):
            self.how.set_text(_IDLE)

    # ------------------------------------------------------------------ layers
    def add_layer(self) -> LayerNameDialog:
        """Ask for a name and make a layer."""
        return self._ask_name(None)

    def rename_layer(self) -> LayerNameDialog | None:
        """Ask for another name of the layer in use."""
        layer_id = self._tasks.layer_id
        return None if layer_id is None else self._ask_name(layer_id)

    def remove_layer(self) -> None:
        """Ask, then delete the layer in use with all that is drawn on it."""
        tasks, layer_id = self._tasks, self._tasks.layer_id
        if layer_id is None:
            return
        layer, count = tasks.board.layer(layer_id), len(tasks.board.of_layer(layer_id))
        ask(
            self.window(),
            f"作業の層「{layer.title}」を消しますか",
            [
                f"この層に描いた{count}つのものも、いっしょに消えます。",
                "消したあとでも「戻す」で戻せます。",
            ],
            "消す",
            lambda: tasks.perform(
                lambda: tasks.service.remove_layer(layer_id), f"作業の層「{layer.title}」を消しました。"
            ),
        )

    def _ask_name(self, layer_id: TaskLayerId | None) -> LayerNameDialog:
        made = LayerNameDialog(self._tasks, layer_id, self.window())
        made.open()
        return made

    # ------------------------------------------------------------------ inside
    def refresh(self) -> None:
        """Show layers, drawings and undo as they are."""
        tasks = self._tasks
        board, layer_id = tasks.board, tasks.layer_id
        has_layers = bool(board.layers)
        self.layers.set_rows(
            [
                Row(
                    one.layer_id,
                    one.title,
                    is_on=tasks.is_shown(one.layer_id),
                    tail=f"{len(board.of_layer(one.layer_id))}つ",
                )
                for one in board.layers
            ]
        )
        self.layers.set_current(layer_id or "")
        self.layers.setVisible(has_layers)
        self._no_layers.setVisible(not has_layers and tasks.may_draw)
        for one in (self.rename, self.remove):
            one.setEnabled(has_layers)
        drawn = board.of_layer(layer_id) if layer_id is not None else ()
        self._drawn_title.setText(f"この層に描いたもの　{len(drawn)}つ")
        self.drawings.set_rows([self._row(number, one) for number, one in enumerate(drawn, 1)])
        selected = tasks.feature
        self.drawings.set_current(selected.feature_id if selected is not None else "")
        for widget in (self.drawings, self._drawn_title):
            widget.setVisible(bool(drawn))
        self._show_history()

    def _row(self, number: int, feature: TaskFeature) -> Row:
        words = self._privacy.shown(feature.text)
        if not words and self._tasks.may_draw:  # to others words are not told, so "none" might be untrue
            words = "言葉なし"
        return Row(feature.feature_id, f"{number}　{word_of(feature.kind)}　{words}".rstrip())

    def _show_history(self) -> None:
        history = self._tasks.history
        for made, act, words in (
            (self.undo, history.undoable, "戻す"),
            (self.redo, history.redoable, "やり直す"),
        ):
            made.setEnabled(act is not None)
            made.setAccessibleName(words if act is None else f"{words}: {word_of(act)}")
            made.setToolTip("" if act is None else word_of(act))

    def _tool(self, kind: FeatureKind, icon: str) -> QPushButton:
        made = button(word_of(kind), "tool", icon, name=f"{word_of(kind)}をかく", checkable=True)
        made.clicked.connect(lambda checked=False: self._take(kind if checked else None))
        return made

    def _build(self) -> None:
        may = self._tasks.may_draw
        self.setLayout(
            vbox(
                self._refusal,
                self._tool_rows,
                self.card,
                rule(),
                label("作業の層", "heading"),
                self._no_layers,
                self.layers,
                self._layer_row,
                self._drawn_title,
                self.drawings,
                None,
                gap=0.75,
            )
        )
        self._refusal.setVisible(not may)
        self._layer_row.setVisible(may)
        self._tool_rows.setVisible(may)
