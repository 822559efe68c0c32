"""地図にのせるもの: which layers the maps show, how strongly, in which order, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.mapview.protocol import LayerChoice
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.widgets import Para, VScroll, button, hbox, holder, label, rule, vbox
from kurume_bousai.ui.maps.layer_settings import PEOPLE, STEPS, step_of
from kurume_bousai.ui.maps.rows_list import Row, RowsList

_PEOPLE_WORDS = (
    "人は番号と支援の印だけで、名前は出ません。支援措置対象者と、担当でない校区の人は含まれません。"
    "絵の保存と投影には出ません。"
)
#: What a session draws, and what has sections of its own here.
_NOT_LISTED = frozenset({"link", "way", "reach", "assembly"})


class LayersSection(QWidget):
    """地図にのせるもの. Tells what a person wants; the desk keeps it and shows the layers again."""

    switched = Signal(str, bool)
    strength_wanted = Signal(str, int)  # layer id, 1–10
    moved = Signal(str, bool)  # layer id, up

    def __init__(self, *, may_see_people: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_see_people = may_see_people
        self._choices: dict[str, LayerChoice] = {}
        self.list = RowsList("地図にのせるもの")
        fix(self.list, min_height=78)
        self.title = label("", "heading")
        self.title.setWordWrap(True)
        self.strength = NumberField(100, least=10, most=100, unit="%", name="濃さ")
        self.strength.box.setSingleStep(10)
        self.up = button("上へ", "tool", "arrow-up", lambda: self._move(up=True), name="ひとつ上に重ねる")
        self.down = button(
            "下へ", "tool", "arrow-down", lambda: self._move(up=False), name="ひとつ下に重ねる"
        )
        self.words = Para("", "small", line=1.35)
        self.source = Para("", "small", line=1.35)
        self.order_words = Para("", "small", line=1.35)
        self._strength_row = holder(hbox(label("濃さ", "quiet"), self.strength, None, gap=1))
        self._order_row = holder(hbox(label("重なり", "quiet"), self.up, self.down, None, gap=1))
        self._about = holder(
            vbox(
                self.title,
                self._strength_row,
                self._order_row,
                self.order_words,
                self.words,
                self.source,
                None,
                gap=0.75,
            )
        )
        self._scroll = VScroll(self._about)
        self.setLayout(vbox((self.list, 5), rule(), (self._scroll, 4), gap=0.75))
        self._scroll.hide()
        self.list.chosen.connect(lambda _key: self._show_chosen())
        self.list.switched.connect(self.switched)
        self.strength.changed.connect(self._on_strength)

    def show_choices(self, choices: Sequence[LayerChoice]) -> None:
        """List what has something to show, the topmost first."""
        listed = [
            one
            for one in choices
            if one.has_content and one.id not in _NOT_LISTED and (one.id != PEOPLE or self._may_see_people)
        ]
        self._choices = {one.id: one for one in listed}
        self.list.set_rows([_row(one) for one in listed], listed[0].id if listed else "")
        self._show_chosen()

    def listed(self) -> tuple[str, ...]:
        """Ids in the list, the topmost first."""
        return tuple(self._choices)

    def say_order(self, words: str) -> None:
        """Say why a layer did not move; "" = nothing to say."""
        self.order_words.set_text(words)
        self.order_words.setVisible(bool(words))

    # ------------------------------------------------------------------ inside
    def _chosen(self) -> LayerChoice | None:
        return self._choices.get(self.list.current())

    def _show_chosen(self) -> None:
        self.say_order("")
        chosen = self._chosen()
        self._scroll.setVisible(chosen is not None)
        if chosen is None:
            return
        is_people = chosen.id == PEOPLE
        self.title.setText(chosen.title)
        self._strength_row.setVisible(not is_people)
        self._order_row.setVisible(not is_people)
        self.strength.blockSignals(True)
        self.strength.set_value(step_of(chosen.opacity) * STEPS)
        self.strength.blockSignals(False)
        self.words.set_text(_PEOPLE_WORDS if is_people else chosen.wording)
        self.words.setVisible(bool(self.words.text_shown()))
        self.source.set_text(_source_words(chosen))
        self.source.setVisible(bool(self.source.text_shown()))

    def _on_strength(self, percent: int) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.strength_wanted.emit(chosen.id, round(percent / 10))

    def _move(self, *, up: bool) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.moved.emit(chosen.id, up)


def _row(choice: LayerChoice) -> Row:
    tail = "" if choice.id == PEOPLE else f"{step_of(choice.opacity) * STEPS}%"
    return Row(choice.id, choice.title, is_on=choice.is_shown, tail=tail if choice.is_shown else "")


def _source_words(choice: LayerChoice) -> str:
    lines = []
    if choice.titles:
        lines.append(f"中身: {'、'.join(choice.titles)}")
    if choice.attribution:
        lines.append(f"出どころ: {choice.attribution}")
    return "\n".join(lines)
