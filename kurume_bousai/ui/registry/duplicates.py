"""同じ人かもしれない組: pairs on the list side by side, made one record or left two, and split again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki_short, in_japan
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels.matching import reason_words
from kurume_bousai.services.ports.matching import MemberMerge
from kurume_bousai.services.roster.merges import DuplicatePair, MergePreview, MergeService, SplitResult
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit.layouts import VScroll
from kurume_bousai.ui.kit.widgets import Para, button, card, fix, hbox, label, plate, vbox
from kurume_bousai.ui.registry.merge_card import MergeCard
from kurume_bousai.ui.registry.pair_card import PairCard
from kurume_bousai.ui.registry.words import number_words

QUESTION: Final = "同じ人かもしれない組"
_MOST_LISTED: Final = 500
_SIZE: Final = (1180, 700)


@dataclass(frozen=True, slots=True)
class _Merged:
    """まとめた記録 with both records, as far as the operator may know of them."""

    merge: MemberMerge
    people: tuple[RosterMember, ...]


class DuplicatesDialog(FormDialog):
    """同じ人かもしれない組. Opened with ``open()``; everything by keyboard.

    ``member_id``: whose pair is shown first.
    """

    def __init__(
        self, desktop: Desktop, parent: QWidget | None = None, *, member_id: MemberId | None = None
    ) -> None:
        super().__init__(QUESTION, parent, size=_SIZE)
        self._desktop = desktop
        self._service = MergeService(desktop.database, desktop.services.clock)
        self._pairs: list[DuplicatePair] = []
        self._merges: list[_Merged] = []
        self._wanted = member_id
        self._last_other: DuplicatePair | None = None
        self._words = Para("名簿を見くらべています…")
        self.pairs = QListWidget()
        self.pairs.setAccessibleName(QUESTION)
        self.pairs.setWordWrap(True)  # at 150 % a pair takes two lines, and nothing scrolls sideways
        fix(self.pairs, min_height=180)
        self.pair = PairCard(desktop.privacy)
        self.merge_card = MergeCard(desktop.privacy)
        self.merge_card.hide()
        self.merged = QListWidget()
        self.merged.setAccessibleName("まとめた記録")
        fix(self.merged, fixed_height=112)
        self.split = button("分ける", "tool", "call-split", self._split)
        self.again = button("「別の人」を取り消す", "plain", "undo-variant", self._ask_again)
        self.again.hide()
        self._merged_card = card(
            hbox((self.merged, 1), vbox(self.split, None)), title="まとめた記録（元の二つに分けられます）"
        )
        self._merged_card.hide()
        self._pairs_card = card(hbox((self.pairs, 2), (self.pair, 5), gap=1.5))
        self._step_work = self.add_wide_step(self._laid_out())
        self._connect()
        if parent is not None:
            room = parent.window().size()
            self.resize(min(self.width(), room.width() - 24), min(self.height(), room.height() - 24))
        self.show_step(self._step_work, self.pairs)
        self.refresh()

    @property
    def merge(self) -> QWidget:
        """まとめる."""
        return self.merge_card.merge

    def _laid_out(self) -> QVBoxLayout:
        fictional = plate("架空のデータ")
        fictional.setVisible(self._desktop.is_fictional)
        head = hbox(
            label(QUESTION, "title"), None, fictional, NamesButton(self._desktop.privacy, with_key=False),
            button("閉じる", on_click=self.accept),
        )  # fmt: skip
        self._scroll = VScroll(vbox(self._pairs_card, self.merge_card, self._merged_card, None, gap=1))
        return vbox(head, hbox((self._words, 1), self.again), (self._scroll, 1), gap=1)

    def _connect(self) -> None:
        self.pairs.currentRowChanged.connect(self._show)
        self.pair.decided.connect(self._decide)
        self.pair.listen_to(self.pairs)
        self.merge_card.side_wanted.connect(self._ask)
        self.merge_card.merge_wanted.connect(self._merge)
        self.merge_card.put_away.connect(self._put_away)
        self._desktop.privacy.changed.connect(self._fill)
        self._desktop.privacy.changed.connect(self._list_merges)

    # -- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look for pairs again."""
        runner = self._desktop.runner
        runner.read(
            self._service.duplicates, self._on_pairs, on_fail=self.told, key="duplicates",
            title="名簿を見くらべています",
        )  # fmt: skip
        runner.read(self._read_merges, self._on_merges, on_fail=self.told, key="merges")

    def _read_merges(self) -> list[_Merged]:
        merges, database = self._service.merges(), self._desktop.database
        ids = [one for merge in merges for one in (merge.kept_id, merge.absorbed_id)]
        with database.reading() as session:
            found = {one.member_id: one for one in session.members.get_many(database.access, ids)}
        return [
            _Merged(merge, tuple(found[one] for one in (merge.kept_id, merge.absorbed_id) if one in found))
            for merge in merges
        ]

    def _on_pairs(self, pairs: list[DuplicatePair]) -> None:
        self._pairs = pairs
        self.merge_card.hide()
        self._pairs_card.setVisible(bool(pairs))
        listed = f"はじめの{_MOST_LISTED}組を出しています。" if len(pairs) > _MOST_LISTED else ""
        self._words.set_text(
            f"判断を待っている組は{len(pairs):,}です。{listed}点は似ている度合いで、100が最高です。"
            "まとめても、あとで元の二つに分けられます。"
            if pairs
            else "判断を待っている組はありません。"
        )
        self._fill()
        self._go_to_wanted()
        (self.pairs if pairs else self.merged).setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        for row, pair in enumerate(self._pairs[:_MOST_LISTED]):
            if wanted is not None and wanted in (pair.first_id, pair.second_id):
                self.pairs.setCurrentRow(row)
                return

    def _on_merges(self, merges: list[_Merged]) -> None:
        self._merges = merges
        self._list_merges()
        self._merged_card.setVisible(bool(merges))
        if merges:
            self.merged.setCurrentRow(0)

    def _list_merges(self) -> None:
        row = self.merged.currentRow()
        self.merged.clear()
        shown = self._desktop.privacy.shown
        for one in self._merges:
            at = in_japan(one.merge.merged_at)
            names = [f"{number_words(person.number)} {shown(person.name)}" for person in one.people]
            who = f"{names[0]} に {names[1]}" if len(names) > 1 else f"{''.join(names)} に、もう一つの記録"
            when = f"{format_wareki_short(at.date())} {at:%H:%M}"
            self.merged.addItem(f"{who}をまとめました　{when}　{one.merge.operator}")
        self.merged.setCurrentRow(min(max(row, 0), len(self._merges) - 1))

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

    # -- answering -----------------------------------------------------------------------------

    def _decide(self, verdict: PairVerdict) -> None:
        pair = self._current()
        if pair is None:
            return
        if verdict is PairVerdict.DOUBT:
            self.pairs.setCurrentRow(min(self.pairs.currentRow() + 1, self.pairs.count() - 1))
        elif verdict is PairVerdict.OTHER:
            self._desktop.runner.write(
                partial(self._service.are_others, pair), partial(self._on_others, pair), on_fail=self.told
            )
        else:
            self.merge_card.begin()
            self._ask()

    def _on_others(self, pair: DuplicatePair, outcome: Outcome[None]) -> None:
        self._last_other = pair
        self._finish(outcome, "別の人として覚えました。この組は、もう尋ねません。")

    def _ask_again(self) -> None:
        pair = self._last_other
        if pair is None:
            return
        self._wanted, self._last_other = pair.first_id, None
        self._desktop.runner.write(
            partial(self._service.ask_again, pair),
            lambda outcome: self._finish(outcome, "この組を、もう一度尋ねます。"),
            on_fail=self.told,
        )

    def _finish(self, outcome: Outcome[Any], words: str) -> None:
        """Say here what was done (the window behind is not seen), and look again."""
        self._desktop.finish(outcome)
        self.clear_messages()
        self.messages.done(words)
        self.again.setVisible(self._last_other is not None)
        self.refresh()

    # -- one record ----------------------------------------------------------------------------

    def _ask(self) -> None:
        pair = self._current()
        if pair is None:
            return
        left = self.merge_card.keeps_left
        kept, absorbed = (pair.first_id, pair.second_id) if left else (pair.second_id, pair.first_id)
        self._desktop.runner.read(
            partial(self._service.preview, kept, absorbed), self._on_preview, on_fail=self.told
        )

    def _on_preview(self, preview: MergePreview) -> None:
        self.clear_messages()
        self.merge_card.set_preview(preview)
        self.merge_card.show()
        self.merge.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self.merge_card, lambda: self._scroll.ensureWidgetVisible(self.merge))

    def _put_away(self) -> None:
        self.merge_card.hide()
        self.pairs.setFocus(Qt.FocusReason.OtherFocusReason)

    def _merge(self) -> None:
        preview = self.merge_card.preview
        if preview is None:
            return
        self._last_other = None
        self._desktop.runner.write(
            partial(
                self._service.merge,
                preview.kept.member_id,
                preview.absorbed.member_id,
                with_supporters=self.merge_card.with_supporters.isChecked(),
            ),
            lambda outcome: self._finish(outcome, "一つにまとめました。下の一覧で、元の二つに分けられます。"),
            on_fail=self.told,
            title="記録をまとめています",
        )

    def _split(self) -> None:
        row = self.merged.currentRow()
        if not 0 <= row < len(self._merges):
            return
        merge_id = self._merges[row].merge.merge_id
        self._last_other = None
        self._desktop.runner.write(
            partial(self._service.split, merge_id),
            self._on_split,
            on_fail=self.told,
            title="記録を分けています",
        )

    def _on_split(self, outcome: Outcome[SplitResult]) -> None:
        words = "元の二つの記録に分けました。この組は別の人として覚えます。"
        if outcome.value.kept_since:
            words += "まとめた後に直した項目は、残した人の記録に残っています。"
        self._finish(outcome, words)
