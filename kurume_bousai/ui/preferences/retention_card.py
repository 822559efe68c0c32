"""名簿の保存期限: how many years a removed record is kept, and the way to its end."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.retention import DEFAULT_YEARS, LEAST_YEARS, MOST_YEARS
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.retention import ExpiryPreview, RetentionService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import fix, hbox, holder
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card
from kurume_bousai.ui.kit.widgets import field as labelled

_ABOUT: Final = (
    "名簿から消除した人の記録は、この年数だけ残し、そのあと匿名にします。"
    "匿名にするのは、下の「期限の過ぎた人を確かめる」を押して、人数を確かめたときだけです。"
)
_WHAT_GOES: Final = (
    "消えるもの: 氏名・住所・電話など本人のすべての項目、前の版、マイプラン、ふりわけの記録、"
    "地図の位置、書きかけ、だれかが文に書いた名前(記録・メモ・訓練の時系列)。"
)
_WHAT_STAYS: Final = (
    "残るもの: 番号、校区、登録の状態、消除の日と理由(過去の集計のため)。"
    "監査記録のつながりと提供台帳の部数は変わりません。"
)
_NO_UNDO: Final = (
    "元には戻せません。取込の取消しでも、前の版に戻すことでも、戻りません。"
    "前にとったバックアップと、すでに渡した紙には、もとの記録が残っています。"
)
_NO_RIGHT: Final = "匿名にできるのは、「名簿の担当」の役割がある人だけです。"


class RetentionCard(QWidget):
    """設定の札: the years, and 「期限の過ぎた人を確かめる」."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._service = RetentionService(desktop.database, desktop.clock)
        self._kept = DEFAULT_YEARS
        self.years = NumberField(
            DEFAULT_YEARS, least=LEAST_YEARS, most=MOST_YEARS, unit="年", name="保存する年数"
        )
        self.save_button = button("年数を保存する", "plain", "content-save-outline", self.save)
        self.look_button = button("期限の過ぎた人を確かめる", "plain", "calendar-clock", self.look)
        self.save_button.setVisible(self._service.may_change)
        self.look_button.setVisible(self._service.may_expire)
        self.years.setEnabled(self._service.may_change)
        self.years.changed.connect(lambda _years: self._arm())
        parts: list[QWidget] = [
            Para(_ABOUT, line=1.35),
            labelled("保存する年数", holder(hbox(self.years, self.save_button, None))),
            holder(hbox(self.look_button, None)),
        ]
        if not self._service.may_expire:
            parts.append(Para(_NO_RIGHT, "quiet"))
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="名簿の保存期限(どの機械でも同じ)", gap=1.25))
        self._arm()

    def reload(self) -> None:
        """Read the years."""
        self._desktop.runner.read(self._service.years, self._on_years, key="retention-years")

    def save(self) -> None:
        """Keep the years shown."""
        before, after = self._kept, self.years.value()
        self._desktop.runner.write(lambda: self._service.set_years(before, after), self._on_saved)

    def look(self) -> None:
        """Count who is due, and open the window that says so."""
        self._desktop.runner.read(self._service.preview, self._on_preview, key="retention-preview")

    def _on_years(self, years: int) -> None:
        self._kept = years
        self.years.set_value(years)
        self._arm()

    def _on_saved(self, outcome: Outcome[int]) -> None:
        self._on_years(outcome.value)
        self._desktop.finish(
            outcome, f"保存する年数を{outcome.value}年にしました。まだだれも匿名にしていません。"
        )

    def _on_preview(self, preview: ExpiryPreview) -> None:
        ExpiryDialog(self._desktop, self._service, preview, self.window()).open()

    def _arm(self) -> None:
        self.save_button.setEnabled(self.years.value() != self._kept)


class ExpiryDialog(FormDialog):
    """期限の過ぎた人を匿名にする窓: first who and what, then the number typed by hand."""

    def __init__(
        self,
        desktop: Desktop,
        service: RetentionService,
        preview: ExpiryPreview,
        parent: QWidget | None = None,
    ) -> None:
        people = preview.count.people
        super().__init__("名簿の保存期限", parent, size=(760, 560))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop, self._service, self._people = desktop, service, people
        question = f"保存期限の過ぎた人は{people:,}人です" if people else "保存期限の過ぎた人はいません"
        leave = button("やめる" if people else "閉じる", on_click=self.reject)
        self.go = button("次へ", "main", on_click=self._ask)
        self.go.setVisible(bool(people))
        self.add_step(question, [Para(line) for line in preview_lines(preview)], [None, self.go, leave])
        self.number = QLineEdit()
        fix(self.number, fixed_width=140)
        self.do = button("匿名にする(元に戻せません)", "main", on_click=self._do)
        self.do.setEnabled(False)
        self.number.textChanged.connect(lambda text: self.do.setEnabled(text.strip() == str(people)))
        stop = button("やめる", on_click=self.reject)
        typed = labelled(f"確かめた人数({people}人)を数字で入れてください", holder(hbox(self.number, None)))
        self.add_step(
            f"{people:,}人を匿名にしますか",
            [Para(_NO_UNDO), typed],
            [None, self.do, stop],
        )
        self.show_step(0, leave)

    def _ask(self) -> None:
        self.show_step(1, self.number)

    def _do(self) -> None:
        self.clear_messages()
        task = self._desktop.runner.write(
            partial(self._service.expire, self._people),
            self._on_done,
            on_fail=self.told,
            on_cancel=lambda: self.set_busy(busy=False),
            title="匿名にしています",
        )
        self.set_busy(busy=True, task=task)

    def _on_done(self, outcome: Outcome[int]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(
            outcome, f"{outcome.value:,}人を匿名にしました。過去の集計と監査記録は変わりません。"
        )
        self.accept()


def preview_lines(preview: ExpiryPreview) -> list[str]:
    """What is said before anything is done."""
    count = preview.count
    lines = [f"{preview.years}年前の{format_wareki(preview.until)}までに消除した人を数えました。"]
    if count.people:
        reasons = "、".join(f"{word_of(reason)} {people:,}人" for reason, people in count.by_reason.items())
        lines.append(f"消除の理由: {reasons}")
    if count.protected:
        lines.append(
            f"このうち{count.protected:,}人は支援措置対象者です。支援措置担当が行うときだけ、ここに入ります。"
        )
    if count.held_back:
        lines.append(
            f"ほかに{count.held_back:,}人は期限が過ぎていますが、まだ返っていない写しに載っているため、残します。"
            "写しの返却か廃棄を提供台帳に記録すると、次から入ります。"
        )
    if count.supporters:
        lines.append(
            f"この人たちのほかにだれも支援していない支援者{count.supporters:,}人の記録も、いっしょに消します。"
        )
    if count.backups:
        last = "不明" if count.last_backup is None else format_wareki(count.last_backup)
        lines.append(
            f"バックアップはこれまでに{count.backups:,}回とっています(最後の日: {last})。"
            "そこには名前が残るため、市の決まりの日に処分してください。"
        )
    if count.people:
        lines += [_WHAT_GOES, _WHAT_STAYS, _NO_UNDO]
    return lines
