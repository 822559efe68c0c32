"""取込 4 判断: pairs in doubt side by side, one after the other, and the people who would leave the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QListWidget, QWidget

from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.labels.matching import reason_words
from kurume_bousai.services.roster_import.results import DoubtfulPair, HoldReason, ImportPreview, RowKind
from kurume_bousai.ui.kit.widgets import Para, button, card, fix, hbox, holder, label, vbox
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.import_totals import removal_words
from kurume_bousai.ui.registry.pair_card import PairCard
from kurume_bousai.ui.registry.words import number_words

_WHY: Final = {
    HoldReason.SAME_PERSON_ELSEWHERE: "名簿に、同じ人かもしれない人がいます",
    HoldReason.REPEATED_PERSON: "同じ提供元の中で、同じ人が別のIDで2度出ています",
}
_ANSWERS: Final = {
    PairVerdict.SAME: "同じ人", PairVerdict.OTHER: "別の人", PairVerdict.DOUBT: "あとで",
}  # fmt: skip
#: More than these are counted, not listed: nobody reads 20,000 lines.
_MOST_LISTED: Final = 500


class JudgeStep(QWidget):
    """判断の段. ``answered()`` when an answer was given; ``answers`` holds them until they are kept."""

    answered = Signal()

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._previews: Sequence[ImportPreview] = ()
        self._pairs: list[DoubtfulPair] = []
        self._answers: dict[str, PairVerdict] = {}
        self._words = Para("")
        self.held = QListWidget()
        self.held.setAccessibleName("判断を待っている組")
        self.pair = PairCard(privacy)
        self.removed = QListWidget()
        self.removed.setAccessibleName("消除される人")
        self._others = QListWidget()
        self._others.setAccessibleName("保留の行")
        self._held_card = card(hbox((self.held, 2), (self.pair, 5), gap=1.5), title="同じ人ですか")
        self._others_card = card(self._others, title="保留の行")
        self._removed_title = label("名簿から消除される人", "heading")
        self._removed_card = card(self._removed_title, (self.removed, 1))
        self.take_back = button("判断を全部取り消す", "plain", "undo-variant", on_click=self._forget)
        self.take_back.hide()
        self._below = holder(hbox((self._others_card, 1), (self._removed_card, 1), gap=1.5))
        self.setLayout(
            vbox(
                hbox((self._words, 1), self.take_back),
                (self._held_card, 1),
                (self._below, 2),
                None,
                gap=1,
            )
        )
        fix(self.held, min_height=200)
        for listing in (self.removed, self._others):
            fix(listing, min_height=120)
        self.held.currentRowChanged.connect(self._show)
        self.pair.decided.connect(self._decide)
        self.pair.listen_to(self.held)
        privacy.changed.connect(self._fill)  # a method: Qt lets go of it with the widget

    @property
    def answers(self) -> list[tuple[DoubtfulPair, PairVerdict]]:
        """Pairs that were answered with 同じ人 or 別の人 since they were shown."""
        return [
            (pair, verdict)
            for pair in self._pairs
            if (verdict := self._answers.get(pair.pair_id)) in (PairVerdict.SAME, PairVerdict.OTHER)
        ]

    def set_preview(self, preview: ImportPreview) -> None:
        """Show who waits for an answer in one file."""
        self.set_previews([preview])

    def set_previews(self, previews: Sequence[ImportPreview]) -> None:
        """Show who waits for an answer; answers given before are kept where the pair still waits."""
        self._previews = previews
        self._pairs = [pair for preview in previews for pair in preview.pairs]
        held = sum(preview.held for preview in previews)
        self._held_card.setVisible(bool(self._pairs))
        self._others_card.setVisible(bool(held) and not self._pairs)
        self._removed_card.setVisible(bool(self._removed))
        self._below.setVisible(bool(self._removed) or (bool(held) and not self._pairs))
        self._removed_title.setText(f"名簿から消除される人　{self._removed:,}人")
        self._fill()
        self._say()

    def first_field(self) -> QWidget | None:
        """Where the keyboard begins: the first pair, if one waits."""
        return self.held if self._pairs else None

    def question(self) -> str:
        """What a person is asked here, by what there is to see."""
        if self._pairs:
            return "この二人は、同じ人ですか"
        if any(preview.held for preview in self._previews):
            return "取り込めない行をどうしますか"
        return "消除される人は、これでよいですか" if self._removed else "判断することはありません"

    @property
    def _removed(self) -> int:
        return sum(preview.removed for preview in self._previews)

    def _say(self) -> None:
        held = sum(preview.held for preview in self._previews)
        open_ones = len(self._pairs) - len(self.answers)
        lines = [removal_words(one) for one in self._previews if one.removal_needs_confirmation]
        if self._pairs:
            lines.append(
                f"同じ人かどうか決まらない組は{len(self._pairs):,}、まだ決めていない組は{open_ones:,}です。"
                "決めた組は覚えておき、次からは尋ねません。決めない行は、今回は取り込まれません。"
            )
        elif held:
            lines.append(
                f"保留の{held:,}行は、今回は取り込まれません。"
                "提供元に確かめて、正しい行を次のファイルで取り込んでください。"
            )
        elif self._removed and not lines:
            lines.append("この人たちはファイルにいません。名簿から外れてよいかを確かめてください。")
        words = "\n".join(lines) or "保留の行も、消除される人もありません。次へ進めます。"
        self._words.set_text(words)
        self.take_back.setVisible(bool(self._answers))

    def _fill(self) -> None:
        row = self.held.currentRow()
        for listing in (self.held, self.removed, self._others):
            listing.blockSignals(True)
            listing.clear()
        for pair in self._pairs:
            self.held.addItem(self._line(pair))
        self._list_rows()
        for listing in (self.held, self.removed, self._others):
            listing.blockSignals(False)
        if self._pairs:
            self.held.setCurrentRow(min(max(row, 0), len(self._pairs) - 1))
            self._show(self.held.currentRow())

    def _list_rows(self) -> None:
        """Held rows that nobody is asked about, and who would leave the list."""
        shown = self._privacy.shown
        gone = 0
        for preview in self._previews:
            # A file of 20,000 that changes nobody is not gone through on the Qt thread.
            for line in preview.rows if preview.held or preview.removed else ():
                if line.kind is RowKind.HELD and line.hold_reason is not None and not self._pairs:
                    self._others.addItem(
                        f"{line.row}行め　{line.key}　{shown(line.name)}　{_WHY[line.hold_reason]}"
                    )
                elif line.kind is RowKind.REMOVED:
                    gone += 1
                    if gone <= _MOST_LISTED:
                        self.removed.addItem(f"{line.key}　{shown(line.name)}")
        if gone > _MOST_LISTED:
            self.removed.addItem(f"ほか{gone - _MOST_LISTED:,}人")

    def _line(self, pair: DoubtfulPair) -> str:
        answer = self._answers.get(pair.pair_id)
        said = f"【{_ANSWERS[answer]}】" if answer is not None else ""
        return f"{said}{pair.points}点　{pair.row}行め　{self._privacy.shown(pair.stated.name)}"

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._pairs):
            return
        pair = self._pairs[row]
        who = f"名簿　{number_words(pair.number)}" if pair.number else "一緒に取り込む人"
        self.pair.show_pair(
            pair.stated,
            pair.kept,
            heads=(f"{pair.source}　{pair.row}行め", f"{who}（{pair.kept_source}）"),
            reason=f"{_WHY[pair.reason]}。{pair.points}点: {reason_words(pair.parts)}。",
        )

    def _decide(self, verdict: PairVerdict) -> None:
        row = self.held.currentRow()
        if not 0 <= row < len(self._pairs):
            return
        pair = self._pairs[row]
        self._answers[pair.pair_id] = verdict
        item = self.held.item(row)
        if item is not None:
            item.setText(self._line(pair))
        open_ones = [
            place for place, one in enumerate(self._pairs) if place > row and one.pair_id not in self._answers
        ]
        self.held.setCurrentRow(open_ones[0] if open_ones else row)
        self._say()
        self.answered.emit()

    def _forget(self) -> None:
        self._answers.clear()
        self._fill()
        self._say()
        self.answered.emit()
