"""訓練中に開く窓: which site a card closes, the capacity in full, 入りきれますか, who sits here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from kurume_bousai.domain.bodies import Body, ceiling
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.domain.injects import Inject
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import reason_label
from kurume_bousai.services.exercises.capacity import FitAnswer
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.tokens import px
from kurume_bousai.ui.kit.widgets import Para, VScroll, button, grid, hbox, holder, label, vbox


class _Dialog(QDialog):
    """A window with a question, a body and words on its buttons."""

    def __init__(self, question: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(question)
        self.question = label(question, "title")
        self.question.setWordWrap(True)
        self.resize(px(720), px(520))


class SiteDialog(_Dialog):
    """どこが使えなくなりますか: the site that a card closes."""

    def __init__(self, controller: SessionController, inject: Inject, parent: QWidget) -> None:
        super().__init__("どの福祉避難所が使えなくなりますか", parent)
        self._list = QListWidget()
        self._list.setAccessibleName("福祉避難所")
        balance = controller.balance
        open_sites = [
            s for s in controller.session.sites.values() if controller.session.board.is_open(s.site_id)
        ]
        for site in sorted(open_sites, key=lambda site: -balance.assigned(site.site_id)):
            going = balance.assigned(site.site_id)
            item = QListWidgetItem(f"{site.name}　行く人 {going}人分　{balance.words(site.site_id)}")
            item.setData(Qt.ItemDataRole.UserRole, site.site_id)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.itemActivated.connect(lambda _item: self.accept())
        choose = button("この施設を使えなくする", "main", on_click=self.accept)
        cancel = button("やめる", on_click=self.reject)
        body = vbox(
            self.question,
            Para(inject.text),
            (self._list, 1),
            hbox(None, cancel, choose),
            margins=(2, 2, 2, 2),
        )
        self.setLayout(body)
        self._list.setFocus()

    def site_id(self) -> str:
        """The chosen site."""
        item = self._list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], name: str) -> QTableWidget:
    made = QTableWidget(len(rows), len(headings))
    made.setAccessibleName(name)
    made.setHorizontalHeaderLabels(list(headings))
    made.verticalHeader().hide()
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            made.setItem(row, column, item)
    header = made.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return made


def _signed(balance: int) -> str:
    return f"不足 {-balance}" if balance < 0 else f"空き {balance}"


class BalanceDialog(_Dialog):
    """決めた行先の容量: per site and per need, negative where over, never netted."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__("決めた行先に、どれだけの人が行きますか", parent)
        balance = controller.balance
        sites = [
            (row.name, f"{row.usable}人分", f"{row.assigned}人分", _signed(row.balance))
            for row in balance.sites_worst_first()
            if row.assigned or row.balance < 0
        ]
        needs = [
            (
                word_of(row.need) if row.need else "場所",
                f"{row.capacity}",
                f"{row.assigned}",
                _signed(row.balance),
            )
            for row in balance.needs_worst_first()
        ]
        headings = ("施設", "使える", "決めた", "空き・不足")
        note = Para(balance.rule_words, role="small")
        parts: list[QWidget] = [self.question, note]
        if sites:
            parts.append(_table(headings, sites, "施設ごと"))
            parts.append(
                _table(("必要な支援", "受けられる組", "決めた組", "空き・不足"), needs, "必要な支援ごと")
            )
        else:
            parts.append(Para("福祉避難所へ行く人は、まだ決まっていません。"))
        self.setLayout(
            vbox(*parts, hbox(None, button("閉じる", "main", on_click=self.accept)), margins=(2, 2, 2, 2))
        )


class FitDialog(_Dialog):
    """入りきれますか: the exact answer for this 校区, with the unplaced and their reasons."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__(f"{controller.session.district_id}校区の人は、入りきれますか", parent)
        self._controller = controller
        self._answer = label("計算しています", "lead_bold")
        self._sum = label("", "quiet")
        self._rule = Para("", role="small")
        self._rows = QListWidget()
        self._rows.setAccessibleName("入れない人と理由")
        close = button("閉じる", "main", on_click=self.accept)
        self.setLayout(
            vbox(
                self.question, self._answer, self._sum, (self._rows, 1), self._rule, hbox(None, close),
                margins=(2, 2, 2, 2),
            )
        )  # fmt: skip
        desktop, session = controller.desktop, controller.session
        question = desktop.session_capacity.fit_question(session)
        desktop.runner.compute(
            lambda: desktop.session_capacity.answer(question), self._on_answer, key="session-fit"
        )

    def _on_answer(self, answer: FitAnswer) -> None:
        if answer.unplaced_people:
            self._answer.setText(f"入りきれません　入れない人 {answer.unplaced_people}人")
        elif answer.demand_people:
            self._answer.setText(f"福祉避難所へ行く{answer.demand_people}人は、入りきれます")
        else:
            self._answer.setText("福祉避難所へ行く人は、まだいません")
        self._sum.setText(answer.sum_words)
        self._rule.set_text(answer.rule_words)
        if not answer.unplaced:
            self._rows.addItem("入れない人はいません。")
        if answer.uncounted:
            self._rows.addItem(
                f"行先が決まっていない人・家の位置がわからない人 {answer.uncounted}人は、まだ数えていません。"
            )
        for row in answer.unplaced:
            reasons = "、".join(f"{reason_label(code)} {count}施設" for code, count in row.reasons)
            self._rows.addItem(f"{row.words}　{row.people}人　{reasons}")


class SeatsDialog(_Dialog):
    """この班に、だれがいますか: the data level follows from who sits here."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        table = controller.session.table(controller.table_id)
        super().__init__(f"{table.name}に、だれがいますか", parent)
        self._controller = controller
        counts = {participant.body: participant.count for participant in table.participants}
        self._spins: dict[Body, NumberField] = {}
        rows = QGridLayout()
        grid(rows, gap=0.5)
        for row, body in enumerate(Body):
            spin = NumberField(counts.get(body, 0), unit="人", name=word_of(body))
            words: QLabel = label(word_of(body))
            rows.addWidget(words, row, 0)
            rows.addWidget(label(word_of(ceiling(body)), "small"), row, 1)
            rows.addWidget(spin, row, 2)
            self._spins[body] = spin
        note = Para(
            "いちばん低い水準に合わせます。人が増えたら、すぐ直してください。名前は先に隠れます。",
            role="small",
        )
        save = button("この人数にする", "main", on_click=self._save)
        cancel = button("やめる", on_click=self.reject)
        self.setLayout(
            vbox(
                self.question,
                note,
                (VScroll(holder(rows)), 1),
                hbox(None, cancel, save),
                margins=(2, 2, 2, 2),
            )
        )

    def _save(self) -> None:
        seated = [Participant(body, spin.value()) for body, spin in self._spins.items() if spin.value()]
        self._controller.seat(self._controller.table_id, seated)
        self.accept()
