"""一つにまとめる札: which record stays, what changes in it, and who would hear of whom."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from kurume_bousai.services.roster.merges import MergePreview
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, card, fix, hbox, vbox
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.history_words import FieldPair, compared
from kurume_bousai.ui.registry.words import number_words

_NOTHING: Final = "なし"
_MOST_LINES: Final = 12
#: Letters of before and after together that are read at one glance.
_ONE_LINE: Final = 36


class MergeCard(QWidget):
    """まとめる札. ``side_wanted()`` when the other record is to stay, ``merge_wanted()``, ``put_away()``."""

    side_wanted = Signal()
    merge_wanted = Signal()
    put_away = Signal()

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._preview: MergePreview | None = None
        self.stays = ChipRow[bool]([(True, "左の記録を残す"), (False, "右の記録を残す")], name="残す記録")
        fix(self.stays, min_height=40)
        self.stays.chosen.connect(lambda _left: self.side_wanted.emit())
        self.effect = Para("", line=1.35)
        self.with_supporters = QCheckBox("まとめられる人の支援者に、残す人の支援も頼む")
        self.with_supporters.toggled.connect(lambda _on: self._say())
        self.merge = button("まとめる", "main", on_click=self.merge_wanted.emit)
        keep = button("やめる", on_click=self.put_away.emit)
        self.setLayout(
            vbox(
                card(
                    self.stays, self.effect, self.with_supporters, hbox(self.merge, keep, None),
                    title="一つにまとめる",
                )
            )
        )  # fmt: skip
        privacy.changed.connect(self._say)

    @property
    def preview(self) -> MergePreview | None:
        """What was shown last."""
        return self._preview

    @property
    def keeps_left(self) -> bool:
        """Whether the record on the left stays."""
        return self.stays.value() is not False

    def begin(self) -> None:
        """Start with the record on the left and nobody's supporters."""
        self.with_supporters.setChecked(False)
        self.stays.set_value(True)

    def set_preview(self, preview: MergePreview) -> None:
        """Say what a merge would do."""
        self._preview = preview
        self._say()

    def _say(self) -> None:
        preview = self._preview
        if preview is None:
            return
        lines = [f"残るのは {number_words(preview.kept.number)} の記録です。{self._change_words(preview)}"]
        lines += self._field_lines(preview)
        shown = self._privacy.shown
        newly = [one for one in preview.receivers if one.knows_absorbed and not one.knows_kept]
        names = "、".join(shown(one.name) for one in newly)
        if newly and self.with_supporters.isChecked():
            lines.append(f"{names}に、{shown(preview.kept.name)}さんの情報が新しく渡ります。")
        elif newly:
            lines.append(f"{names}には、残す人の情報は渡りません。")
        if preview.tell_holders:
            lines.append(
                f"前の名簿を渡した{len(preview.tell_holders):,}か所に、変わったことを知らせてください。"
            )
        self.effect.set_text("\n".join(lines))
        self.with_supporters.setVisible(bool(newly))

    @staticmethod
    def _change_words(preview: MergePreview) -> str:
        return "次の項目が変わります。" if _changed(preview) else "変わる項目はありません。"

    def _field_lines(self, preview: MergePreview) -> list[str]:
        pairs = _changed(preview)
        lines = [self._line(pair) for pair in pairs[:_MOST_LINES]]
        if len(pairs) > _MOST_LINES:
            lines.append(f"ほか{len(pairs) - _MOST_LINES}項目")
        return lines

    def _line(self, pair: FieldPair) -> str:
        before, after = (text.replace("\n", "、") for text in (pair.before, pair.after))
        if pair.is_naming:
            before, after = (self._privacy.shown(text) if text else "" for text in (before, after))
        before, after = before or _NOTHING, after or _NOTHING
        if len(before) + len(after) > _ONE_LINE:  # long ones under each other, so that they can be compared
            return f"・{pair.caption}\n　前: {before}\n　後: {after}"
        return f"・{pair.caption}　{before} → {after}"


def _changed(preview: MergePreview) -> list[FieldPair]:
    return [pair for pair in compared(preview.kept, preview.after, {}) if pair.is_changed]
