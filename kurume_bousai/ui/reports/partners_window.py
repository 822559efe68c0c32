"""渡す先の台帳: the bodies that may be handed a list, what is missing there, and the change of 責任者."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from kurume_bousai.domain.bodies import Body, DataLevel, ceiling
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, parse_date
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HandedCopy
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.recipients import Handler, SupportPartner
from kurume_bousai.domain.roster_columns import BodyRule
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.form_drafts import Editor, FormDraft
from kurume_bousai.ui.kit.empty import EmptyState
from kurume_bousai.ui.kit.layouts import Part, fix, hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import DateEdit, button, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.preferences.body_rules_dialog import BodyRulesDialog
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.reports.holder_dialog import HolderDialog
from kurume_bousai.ui.reports.partner_words import missing_words, partner_words, reach_words

_HEADINGS: Final = ("団体", "種類", "受け持ち", "責任者", "足りないもの")


@dataclass(frozen=True, slots=True)
class _Found:
    """What the window reads."""

    partners: tuple[SupportPartner, ...]
    rules: dict[Body, BodyRule]


class PartnersWindow(FormDialog):
    """渡す先の台帳: a list, and a form for one of them."""

    def __init__(self, desktop: Desktop, districts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__("渡す先の台帳", parent, size=(1040, 680))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.recipients
        self._partners: tuple[SupportPartner, ...] = ()
        self._rules: dict[Body, BodyRule] = {}
        self._edited: SupportPartner | None = None
        self._make_fields(districts)
        self._step_list = self._add_list()
        self._step_form = self._add_form()
        self.show_step(self._step_list, self.table)
        desktop.privacy.changed.connect(self._on_privacy)
        self.reload()

    # ------------------------------------------------------------------ building
    def _make_fields(self, districts: Sequence[str]) -> None:
        self.body = QComboBox()
        self.body.setAccessibleName("団体の種類")
        for body in Body:
            if ceiling(body) is DataLevel.REAL:
                self.body.addItem(word_of(body), body.value)
        self.district = QComboBox()
        self.district.setAccessibleName("受け持ちの校区")
        self.district.addItem("市の全体", "")
        for name in districts:
            self.district.addItem(f"{name}校区", name)
        lines = ("name", "neighborhood", "responsible", "phone", "storage")
        self.lines = {name: QLineEdit() for name in lines}
        self.agreed = DateEdit("協定の日", today=lambda: self._desktop.clock.now().date())
        self.handlers = QPlainTextEdit()
        self.handlers.setAccessibleName("取扱者と研修の日")
        self.handlers.setTabChangesFocus(True)
        self.handlers.setPlaceholderText("架空 花子 R8.4.1")
        fix(self.handlers, min_height=84)

    def _add_list(self) -> int:
        self.table = QTableWidget(0, len(_HEADINGS))
        self.table.setAccessibleName("渡す先の台帳")
        self.table.setHorizontalHeaderLabels(_HEADINGS)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumHeight(control(200))
        self.table.setProperty("kind", "plain")
        self.table.verticalHeader().setDefaultSectionSize(control(36))
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._on_chosen)
        self.table.itemActivated.connect(lambda _item: self.change())
        self._nothing = EmptyState(
            "account-group-outline", "渡す先は、まだありません。", "「加える」で、団体を一つずつ入れます。"
        )
        self._nothing.hide()
        self.add_button = button("加える", "main", "plus", self.add)
        self.change_button = button("直す", icon="pencil-outline", on_click=self.change)
        self.holder_button = button(
            "責任者の交代", icon="account-switch-outline", on_click=self.change_holder
        )
        self.end_button = button("終わりにする", on_click=self.end)
        self.rules_button = button("団体の種類ごとの決まり", icon="table-column", on_click=self.show_rules)
        close = button("閉じる", on_click=self.accept)
        title = label("だれに、名簿を渡してよいですか", "title")
        words = Para("責任者が決まり、協定が要る団体では協定が結ばれていると、名簿を渡せます。", "quiet")
        top = hbox((words, 1), self.rules_button)
        foot = hbox(self.change_button, self.holder_button, self.end_button, None, close, self.add_button)
        layout = vbox(title, top, (self._nothing, 1), (self.table, 1), foot, gap=1.5)
        return self.add_wide_step(layout)

    def _add_form(self) -> int:
        line = self.lines
        back = button("もどる", on_click=self._back)
        self.save_button = button("保存する", "main", "content-save-outline", self.save)
        editors: dict[str, Editor] = {
            **line, "body": self.body, "district": self.district, "agreed": self.agreed,
            "handlers": self.handlers,
        }  # fmt: skip
        self.draft = FormDraft("recipient", self._desktop, editors, self, marks=self._marks)
        body: list[Part] = [
            self.draft.card,
            hbox((labelled("団体の名前", line["name"]), 2), (labelled("団体の種類", self.body), 2), gap=2),
            hbox(
                (labelled("受け持ちの校区", self.district), 1),
                (
                    labelled(
                        "受け持ちの自治会",
                        line["neighborhood"],
                        hint="名簿と同じ書き方で。空なら校区の全体です。",
                    ),
                    1,
                ),
                gap=2,
            ),
            hbox((labelled("責任者", line["responsible"]), 1), (labelled("連絡先", line["phone"]), 1), gap=2),
            hbox(
                (labelled("協定の日", self.agreed), 1),
                (labelled("紙をしまう所", line["storage"], hint="例 コミュニティセンター事務室の金庫"), 1),
                gap=2,
            ),
            labelled(
                "取扱者と研修の日", self.handlers, hint="一行に一人。研修を受けた日を、氏名のあとに書きます。"
            ),
        ]
        return self.add_step("渡す先のこと", body, [back, None, self.save_button])

    # ------------------------------------------------------------------ what a person does
    def reload(self) -> None:
        """Read the master."""
        service = self._service

        def read() -> _Found:
            return _Found(tuple(service.all()), service.rules())

        self._desktop.runner.read(read, self._on_read, on_fail=self.told, key="partners")

    def add(self) -> None:
        """A new recipient."""
        self._fill(self._service.blank(Body.DISTRICT_ORGANIZATION))

    def change(self) -> None:
        """Change the chosen recipient."""
        chosen = self.chosen()
        if chosen is not None:
            self._fill(chosen)

    def change_holder(self) -> None:
        """責任者の交代 of the chosen recipient."""
        chosen = self.chosen()
        if chosen is not None:
            made = HolderDialog(self._desktop, chosen, self)
            made.accepted.connect(self.reload)
            made.open()

    def show_rules(self) -> None:
        """Open the rules per kind of body."""
        made = BodyRulesDialog(self._desktop, self._service, self)
        made.finished.connect(lambda _result: self.reload())
        made.open()

    def end(self) -> None:
        """End the chosen recipient after asking."""
        chosen = self.chosen()
        if chosen is None:
            return
        work = partial(self._service.end, chosen.partner_id, self._service.today)
        ask(
            self,
            "この渡す先を終わりにしますか",
            [partner_words(chosen), "持っている写しは、すべて回収を求めたことになります。"],
            "終わりにする",
            lambda: self._desktop.runner.write(work, self._on_ended, on_fail=self.told),
        )

    def save(self) -> None:
        """Store what was typed."""
        try:
            partner = self._typed()
        except KnownProblem as problem:
            self.say(problem)
            return
        self.set_busy(busy=True)
        self._desktop.runner.write(partial(self._service.save, partner), self._on_saved, on_fail=self.told)

    def chosen(self) -> SupportPartner | None:
        """Return the recipient of the chosen row."""
        row = self.table.currentRow()
        return self._partners[row] if 0 <= row < len(self._partners) else None

    # ------------------------------------------------------------------ inside
    def _on_read(self, found: _Found) -> None:
        self._partners, self._rules = found.partners, found.rules
        self._show()

    def _on_privacy(self, hidden: bool) -> None:  # noqa: ARG002 - Qt gives it
        self._show()

    def _show(self) -> None:
        self._nothing.setVisible(not self._partners)
        self.table.setVisible(bool(self._partners))
        self.table.setRowCount(len(self._partners))
        for row, one in enumerate(self._partners):
            for column, text in enumerate(self._cells(one)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        if self._partners and self.table.currentRow() < 0:
            self.table.selectRow(0)
        if not self._partners and self.step() == self._step_list:
            self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_chosen()

    def _cells(self, one: SupportPartner) -> tuple[str, ...]:
        hidden = self._desktop.privacy.hidden
        rule = self._rules.get(one.body)
        missing = (
            missing_words(one, needs_agreement=rule.needs_agreement, needs_training=rule.needs_training)
            if rule is not None
            else ""
        )
        return (
            HIDDEN_TEXT if hidden else one.name,
            word_of(one.body),
            reach_words(one),
            HIDDEN_TEXT if hidden and one.responsible else one.responsible,
            f"{format_wareki(one.ended_on)}に終わり" if one.ended_on else missing or "そろっています",
        )

    def _on_chosen(self) -> None:
        chosen = self.chosen()
        is_active = chosen is not None and chosen.ended_on is None
        for one in (self.change_button, self.holder_button, self.end_button):
            one.setEnabled(is_active)

    def _fill(self, partner: SupportPartner) -> None:
        self._edited = partner
        self.body.setCurrentIndex(max(0, self.body.findData(partner.body.value)))
        self.district.setCurrentIndex(max(0, self.district.findData(partner.district_id or "")))
        texts = (
            partner.name, partner.neighborhood, partner.responsible, partner.phone, partner.storage_place,
        )  # fmt: skip
        for line, text in zip(self.lines.values(), texts, strict=True):
            line.setText(text)
        self.agreed.set_value(partner.agreed_on)
        self.handlers.setPlainText("\n".join(handler_words(one) for one in partner.handlers))
        self.draft.begin()
        self.show_step(self._step_form, self.lines["name"])

    def _marks(self) -> dict[str, str]:
        """Whose form it is; empty for a new recipient."""
        edited = self._edited.partner_id if self._edited is not None else ""
        return {"partner": edited if any(one.partner_id == edited for one in self._partners) else ""}

    def _typed(self) -> SupportPartner:
        edited = self._edited
        if edited is None:
            raise ValueError("no recipient is being edited")
        district = str(self.district.currentData() or "")
        return replace(
            edited,
            body=Body(str(self.body.currentData())),
            name=self.lines["name"].text().strip(),
            district_id=DistrictId(district) if district else None,
            neighborhood=self.lines["neighborhood"].text().strip(),
            responsible=self.lines["responsible"].text().strip(),
            phone=self.lines["phone"].text().strip(),
            storage_place=self.lines["storage"].text().strip(),
            agreed_on=self.agreed.check(),
            handlers=tuple(
                read_handler(one) for one in self.handlers.toPlainText().splitlines() if one.strip()
            ),
        )

    def _on_saved(self, outcome: Outcome[SupportPartner]) -> None:
        self.set_busy(busy=False)
        self.draft.finish()
        self._desktop.finish(outcome, "渡す先の台帳に保存しました。")
        self._back()
        self.reload()

    def _on_ended(self, outcome: Outcome[list[HandedCopy]]) -> None:
        self._desktop.finish(outcome, "渡す先を終わりにしました。")
        self.reload()

    def _back(self) -> None:
        self.draft.leave()
        self.show_step(self._step_list, self.table)


def handler_words(handler: Handler) -> str:
    """「架空 花子 令和8年4月1日」: as a line of the form."""
    return f"{handler.name} {format_wareki(handler.trained_on)}" if handler.trained_on else handler.name


def read_handler(line: str) -> Handler:
    """Read a line of the form: a name, and at its end the day of the 研修 where there is one."""
    name, _, last = line.strip().rpartition(" ")
    if name and any(letter.isdigit() for letter in last):
        return Handler(name.strip(), parse_date(last))
    return Handler(line.strip())
