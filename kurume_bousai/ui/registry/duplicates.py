"""同じ人かもしれない組: pairs on the list side by side, made one record or left two, and split again."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QListWidget, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.labels.matching import reason_words
from kurume_bousai.services.merges import DuplicatePair, MergePreview, MergeService, SplitResult
from kurume_bousai.services.ports_matching import MemberMerge
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.tokens import width
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, card, fix, hbox, label, vbox
from kurume_bousai.ui.registry.pair_card import PairCard
from kurume_bousai.ui.registry.words import FIELD_WORDS, number_words

_MOST_LISTED: Final = 500


class DuplicatesDialog(QDialog):
    """同じ人かもしれない組. Opened with ``open()``; everything by keyboard."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("同じ人かもしれない組")
        self._desktop = desktop
        self._service = MergeService(desktop.database, desktop.services.clock)
        self._pairs: list[DuplicatePair] = []
        self._merges: list[MemberMerge] = []
        self._preview: MergePreview | None = None
        self._words = Para("名簿を見くらべています…")
        self.pairs = QListWidget()
        self.pairs.setAccessibleName("同じ人かもしれない組")
        fix(self.pairs, min_height=180)
        self.pair = PairCard(desktop.privacy)
        self._build_merge()
        self.merged = QListWidget()
        self.merged.setAccessibleName("まとめた記録")
        fix(self.merged, min_height=72)
        self.split = button("分ける", "tool", "call-split", self._split)
        self._merged_card = card(hbox((self.merged, 1), self.split), title="まとめた記録")
        close = button("閉じる", on_click=self.accept)
        self._pairs_card = card(hbox((self.pairs, 2), (self.pair, 5), gap=1.5))
        self.setLayout(
            vbox(
                label("同じ人かもしれない組", "title"), self._words, (self._pairs_card, 1), self.merge_card,
                self._merged_card, None, hbox(None, close), margins=(2, 2, 2, 2), gap=1,
            )
        )  # fmt: skip
        self.setMinimumWidth(width(900))
        self.pairs.currentRowChanged.connect(self._show)
        self.pair.decided.connect(self._decide)
        self.pair.listen_to(self.pairs)
        desktop.privacy.changed.connect(self._fill)
        self.refresh()

    def _build_merge(self) -> None:
        self.stays = ChipRow[bool]([(True, "左の記録を残す"), (False, "右の記録を残す")], name="残す記録")
        fix(self.stays, min_height=40)
        self.stays.chosen.connect(lambda _left: self._ask())
        self._effect = Para("", line=1.35)
        self.with_supporters = QCheckBox("まとめられる人の支援者に、残す人の支援も頼む")
        self.with_supporters.toggled.connect(lambda _on: self._say_effect())
        self.merge = button("まとめる", "main", on_click=self._merge)
        keep = button("やめる", on_click=self._put_away)
        self.merge_card = card(
            self.stays,
            self._effect,
            self.with_supporters,
            hbox(self.merge, keep, None),
            title="一つにまとめる",
        )
        self.merge_card.hide()

    def _put_away(self) -> None:
        self.merge_card.hide()
        self.pairs.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Look for pairs again."""
        runner = self._desktop.runner
        runner.read(
            self._service.duplicates, self._on_pairs, key="duplicates", title="名簿を見くらべています"
        )
        runner.read(self._service.merges, self._on_merges, key="merges")

    def _on_pairs(self, pairs: list[DuplicatePair]) -> None:
        self._pairs = pairs
        self.merge_card.hide()
        self._pairs_card.setVisible(bool(pairs))
        self._words.set_text(
            f"判断を待っている組は{len(pairs):,}です。まとめても、あとで元の二つに分けられます。"
            if pairs
            else "判断を待っている組はありません。"
        )
        self._fill()

    def _on_merges(self, merges: list[MemberMerge]) -> None:
        self._merges = merges
        self.merged.clear()
        for merge in merges:
            self.merged.addItem(f"{merge.merged_at:%Y-%m-%d %H:%M}　{merge.operator}")
        self._merged_card.setVisible(bool(merges))
        if merges:
            self.merged.setCurrentRow(0)

    def _fill(self) -> None:
        row = self.pairs.currentRow()
        self.pairs.blockSignals(True)
        self.pairs.clear()
        shown = self._desktop.privacy.shown
        for pair in self._pairs[:_MOST_LISTED]:
            self.pairs.addItem(f"{pair.points}点　{shown(pair.first.name)}")
        self.pairs.blockSignals(False)
        if self._pairs:
            self.pairs.setCurrentRow(min(max(row, 0), self.pairs.count() - 1))
            self._show(self.pairs.currentRow())

    def _current(self) -> DuplicatePair | None:
        row = self.pairs.currentRow()
        return self._pairs[row] if 0 <= row < len(self._pairs) else None

    def _show(self, _row: int) -> None:
        pair = self._current()
        self.merge_card.hide()
        if pair is None:
            return
        self.pair.show_pair(
            pair.first,
            pair.second,
            heads=(number_words(pair.first_number), number_words(pair.second_number)),
            reason=f"{pair.points}点: {reason_words(pair.parts)}。",
        )

    def _decide(self, verdict: PairVerdict) -> None:
        pair = self._current()
        if pair is None:
            return
        if verdict is PairVerdict.DOUBT:
            self.pairs.setCurrentRow(min(self.pairs.currentRow() + 1, self.pairs.count() - 1))
        elif verdict is PairVerdict.OTHER:
            self._desktop.runner.write(partial(self._service.are_others, pair), self._on_others)
        else:
            self.with_supporters.setChecked(False)
            self.stays.set_value(True)
            self._ask()

    def _on_others(self, outcome: Outcome[None]) -> None:
        self._desktop.finish(outcome, "別の人として覚えました。")
        self.refresh()

    # -- one record ------------------------------------------------------------------------------

    def _ask(self) -> None:
        pair = self._current()
        if pair is None:
            return
        left = self.stays.value() is not False
        kept, absorbed = (pair.first_id, pair.second_id) if left else (pair.second_id, pair.first_id)
        self._desktop.runner.read(partial(self._service.preview, kept, absorbed), self._on_preview)

    def _on_preview(self, preview: MergePreview) -> None:
        self._preview = preview
        self._say_effect()
        self.merge_card.show()
        self.merge.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_effect(self) -> None:
        preview = self._preview
        if preview is None:
            return
        fields = "、".join(FIELD_WORDS.get(one.field_name, one.field_name) for one in preview.changes)
        lines = [f"残す記録で変わる項目: {fields or 'ありません'}。"]
        shown = self._desktop.privacy.shown
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
        self._effect.set_text("\n".join(lines))
        self.with_supporters.setVisible(bool(newly))

    def _merge(self) -> None:
        preview = self._preview
        if preview is None:
            return
        self._desktop.runner.write(
            partial(
                self._service.merge,
                preview.kept.member_id,
                preview.absorbed.member_id,
                with_supporters=self.with_supporters.isChecked(),
            ),
            self._on_merged,
            title="記録をまとめています",
        )

    def _on_merged(self, outcome: Outcome[MemberMerge]) -> None:
        self._desktop.finish(outcome, "一つにまとめました。元の二つに分けることもできます。")
        self.refresh()

    def _split(self) -> None:
        row = self.merged.currentRow()
        if not 0 <= row < len(self._merges):
            return
        merge_id = self._merges[row].merge_id
        self._desktop.runner.write(
            partial(self._service.split, merge_id), self._on_split, title="記録を分けています"
        )

    def _on_split(self, outcome: Outcome[SplitResult]) -> None:
        words = "元の二つの記録に分けました。"
        if outcome.value.kept_since:
            words += "まとめた後に直した項目は、残した人の記録に残っています。"
        self._desktop.finish(outcome, words)
        self.refresh()
