"""操作者の窓: add one, change what they may do, change one's own passphrase."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListWidget, QListWidgetItem, QRadioButton, QWidget

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.keys import MINIMUM_PASSPHRASE, require_passphrase
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.ports.keeping import Operator
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import SearchField, button, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.login import SecretField

_WHAT: Final = {
    Role.VIEWER: "人数と容量だけを見ます。名前は見えません。",
    Role.FACILITATOR: "担当する校区の人を見て、図上訓練を進めます。",
    Role.DESK: "すべての校区を見て、災害のときの対応と施設を受け持ちます。",
    Role.CLERK: "名簿、同意、名前の入った紙を受け持ちます。",
    Role.ADMINISTRATOR: "操作者と鍵と控えを受け持ちます。それだけでは名前は見えません。",
}
_HINT: Final = f"{MINIMUM_PASSPHRASE}文字以上。本人に入れてもらいます。"


def check_new_passphrase(first: str, second: str, *, is_fictional: bool) -> None:
    """Raise ``KnownProblem`` for a passphrase that is too short or typed differently."""
    require_passphrase(first, fictional=is_fictional)
    if first != second:
        raise KnownProblem(
            "passphrase_differs",
            "合言葉が、2つの欄で違っています。",
            advice="「見せる」を押して、同じ合言葉かを確かめてください。",
        )


class OperatorDialog(FormDialog):
    """だれを操作者にしますか, or what a known one may do (`known`)."""

    def __init__(
        self,
        desktop: Desktop,
        districts: Sequence[str],
        known: Operator | None = None,
        parent: QWidget | None = None,
    ) -> None:
        question = f"{known.name}さんは、何をしますか" if known else "だれを操作者にしますか"
        super().__init__(question, parent, size=(820, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._known = known
        self.name = QLineEdit()
        self.name.setMaxLength(50)
        self.passphrase = SecretField("合言葉")
        self.again = SecretField("合言葉(もう一度)")
        self.roles = {role: QCheckBox(word_of(role)) for role in Role}
        self.protected = QCheckBox("支援措置担当にする")
        self.everywhere = QRadioButton("すべての校区")
        self.some = QRadioButton("選んだ校区だけ")
        self.districts = _district_list(districts)
        self._search = SearchField("校区をさがす", name="担当する校区をさがす")
        self._build(question)
        self._fill(known)
        self._on_changed()
        self.show_step(0, self.roles[Role.VIEWER] if known else self.name)

    # ------------------------------------------------------------------ what it says
    def chosen_roles(self) -> frozenset[Role]:
        """Return the ticked roles."""
        return frozenset(role for role, box in self.roles.items() if box.isChecked())

    def chosen_districts(self) -> frozenset[DistrictId] | None:
        """Return the ticked 校区; None = the whole city."""
        if self.everywhere.isChecked():
            return None
        items = (self.districts.item(row) for row in range(self.districts.count()))
        return frozenset(
            DistrictId(str(item.data(Qt.ItemDataRole.UserRole)))
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )

    def save(self) -> None:
        """Add or change the operator on the writer lane."""
        roles, districts = self.chosen_roles(), self.chosen_districts()
        protected = self.protected.isChecked() and Role.CLERK in roles
        try:
            self._check(roles, districts)
        except KnownProblem as problem:
            self.say(problem)
            return
        operators, known = self._desktop.services.operators, self._known
        name, passphrase = self.name.text().strip(), self.passphrase.text()

        def add() -> Operator:
            return operators.add_operator(
                name, passphrase, roles=roles, districts=districts, handles_protected=protected
            )

        def change() -> Operator:
            return operators.change_roles(
                known.name if known else "", roles=roles, districts=districts, handles_protected=protected
            )

        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.write(
            change if known else add, self._on_saved, on_fail=self.told, title="操作者を保存しています"
        )

    def done(self, result: int) -> None:
        """Forget the passphrase (Qt)."""
        self.passphrase.clear()
        self.again.clear()
        super().done(result)

    # ------------------------------------------------------------------ inside
    def _on_saved(self, operator: Operator) -> None:
        self.set_busy(busy=False)
        words = "の役割を変えました。" if self._known else "を操作者に加えました。"
        self._desktop.messages.done(f"{operator.name}さん{words}")
        self.accept()

    def _check(self, roles: frozenset[Role], districts: frozenset[DistrictId] | None) -> None:
        if not self._known:
            if not self.name.text().strip():
                raise KnownProblem(
                    "operator_missing", "名前が空です。", advice="操作者の名前を入れてください。"
                )
            is_fictional = self._desktop.is_fictional
            check_new_passphrase(self.passphrase.text(), self.again.text(), is_fictional=is_fictional)
        if not roles:
            raise KnownProblem(
                "no_roles", "役割が一つも選ばれていません。", advice="することに印をつけてください。"
            )
        if districts is not None and not districts:
            raise KnownProblem(
                "no_districts",
                "担当する校区が選ばれていません。",
                advice="校区に印をつけるか、「すべての校区」を選んでください。",
            )

    def _on_changed(self) -> None:
        roles = self.chosen_roles()
        self.protected.setEnabled(Role.CLERK in roles)
        binds = Role.FACILITATOR in roles and not roles & {Role.CLERK, Role.DESK}
        self._where.setVisible(binds)
        if not binds:
            self.everywhere.setChecked(True)
        for widget in (self._search, self.districts):
            widget.setVisible(self.some.isChecked())

    def _filter(self, text: str) -> None:
        wanted = unicodedata.normalize("NFKC", text)
        for row in range(self.districts.count()):
            item = self.districts.item(row)
            item.setHidden(wanted not in item.text())

    def _fill(self, known: Operator | None) -> None:
        self.everywhere.setChecked(True)
        if known is None:
            self.roles[Role.FACILITATOR].setChecked(True)
            return
        for role, box in self.roles.items():
            box.setChecked(role in known.roles)
        self.protected.setChecked(known.handles_protected)
        if known.districts is None:
            return
        self.some.setChecked(True)
        for row in range(self.districts.count()):
            item = self.districts.item(row)
            if item.data(Qt.ItemDataRole.UserRole) in known.districts:
                item.setCheckState(Qt.CheckState.Checked)

    def _build(self, question: str) -> None:
        role_rows = [vbox(self.roles[role], _indented(_WHAT[role]), gap=0) for role in Role]
        self._where = holder(
            vbox(
                label("担当する校区(進行役のとき)", "heading"),
                hbox(self.everywhere, self.some, None, gap=2),
                self._search,
                self.districts,
            )
        )
        secret = "名簿の担当だけにつけられます。DVなどの支援措置を受けている人が見えるようになります。"  # noqa: S105
        parts: list[QWidget] = []
        if not self._known:
            passphrases = holder(
                hbox(
                    (labelled("合言葉", self.passphrase, hint=_HINT), 1),
                    (labelled("合言葉(もう一度)", self.again), 1),
                    gap=2,
                )
            )
            parts = [labelled("名前", self.name), passphrases]
        parts += [
            label("すること", "heading"),
            *(holder(row) for row in role_rows),
            holder(vbox(self.protected, _indented(secret), gap=0)),
            self._where,
        ]
        stop = button("やめる", on_click=self.reject)
        save = button("この役割にする" if self._known else "操作者に加える", "main", on_click=self.save)
        self.add_step(question, parts, [stop, None, save])
        for box in (*self.roles.values(), self.some):
            box.toggled.connect(self._on_changed)
        self._search.searched.connect(self._filter)
        self._search.leads_to(self.districts)


class PassphraseDialog(FormDialog):
    """自分の合言葉を変えますか."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("どの合言葉に変えますか", parent, size=(640, 480))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self.old = SecretField("いまの合言葉")
        self.new = SecretField("新しい合言葉")
        self.again = SecretField("新しい合言葉(もう一度)")
        stop = button("やめる", on_click=self.reject)
        save = button("合言葉を変える", "main", on_click=self.save)
        body = [
            labelled("いまの合言葉", self.old),
            labelled("新しい合言葉", self.new, hint=f"{MINIMUM_PASSPHRASE}文字以上にしてください。"),
            labelled("新しい合言葉(もう一度)", self.again),
        ]
        self.add_step("どの合言葉に変えますか", body, [stop, None, save])
        self.show_step(0, self.old)

    def save(self) -> None:
        """Change it on the writer lane."""
        old, new = self.old.text(), self.new.text()
        try:
            check_new_passphrase(new, self.again.text(), is_fictional=self._desktop.is_fictional)
        except KnownProblem as problem:
            self.say(problem)
            return
        operators = self._desktop.services.operators
        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.write(
            lambda: operators.change_passphrase(old, new),
            lambda _nothing: self._on_changed(),
            on_fail=self.told,
            title="合言葉を変えています",
        )

    def done(self, result: int) -> None:
        """Forget what was typed (Qt)."""
        for secret in (self.old, self.new, self.again):
            secret.clear()
        super().done(result)

    def _on_changed(self) -> None:
        self._desktop.messages.done("合言葉を変えました。次に開くときから、新しい合言葉を使います。")
        self.accept()


def _district_list(districts: Sequence[str]) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName("担当する校区。スペースで印をつけます。")
    made.setMinimumHeight(control(150))
    for name in districts:
        item = QListWidgetItem(f"{name}校区")
        item.setData(Qt.ItemDataRole.UserRole, name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)
        made.addItem(item)
    return made


def _indented(text: str) -> QWidget:
    return holder(vbox(Para(text, "small", line=1.35), margins=(4.5, 0, 0, 0)))
