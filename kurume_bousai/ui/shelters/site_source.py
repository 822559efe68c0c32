"""出典の欄: who said a figure and when, asked where the figure is changed or confirmed anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.site_record import FigureSource
from kurume_bousai.ui.kit.widgets import DateEdit, button, field, hbox, holder, label, vbox


class SourceAsk(QWidget):
    """出典の欄: who said a figure and when. Hidden until the figure is changed, or confirmed anew.

    ``told()`` is None while nothing is typed.
    """

    def __init__(self, name: str, kept: FigureSource, today: Callable[[], date]) -> None:
        super().__init__()
        self._today, self._name = today, name
        self._kept = label(_words(kept), "small")
        self._again = button("確認し直した", "flat", on_click=self._ask_and_go, name=f"{name}を確認し直した")
        self.source = QLineEdit()
        self.source.setPlaceholderText("例 施設長に電話、図面")
        self.day = DateEdit(f"{name}を確かめた日", today=today)
        self.day.line.setPlaceholderText("例 R8.4.1")
        fill = button("今日", on_click=lambda: self.day.set_value(today()), name=f"{name}を確かめた日は今日")
        source = field(f"{name}を教えた人・書類", self.source)
        self._fields = holder(
            hbox(
                (source, 3),
                (field("確かめた日", self.day), 2),
                vbox(label(" "), fill, None, gap=0.5),
                gap=1.5,
            )
        )
        self._fields.hide()
        self.setLayout(vbox(hbox(self._kept, None, self._again), self._fields, gap=1))

    def set_changed(self, *, is_changed: bool) -> None:
        """Ask, where the figure was changed; what was typed is never hidden."""
        if is_changed:
            self._ask()

    def told(self) -> FigureSource | None:
        """Return what was typed; KnownProblem where the day cannot be read or lies ahead."""
        day = day_of(self.day, f"{self._name}を確かめた日")
        if day is not None and day > self._today():
            raise KnownProblem(
                "day_ahead",
                "今日より後の日です。",
                where=f"{self._name}を確かめた日",
                advice="確かめた日を入れてください。",
            )
        source = self.source.text().strip()
        return FigureSource(source, day) if source or day else None

    def _ask(self) -> None:
        self._fields.show()
        self._again.hide()

    def _ask_and_go(self) -> None:
        self._ask()
        self.source.setFocus()


def day_of(edit: DateEdit, where: str) -> date | None:
    """Return the day typed; KnownProblem names the field."""
    try:
        return edit.check()
    except KnownProblem as problem:
        raise KnownProblem(problem.code, problem.message, where=where, advice=problem.advice) from None


def _words(kept: FigureSource) -> str:
    day = "なし" if kept.confirmed_on is None else format_wareki_short(kept.confirmed_on)
    return f"いまの値の出典 {kept.source or '不明'}・確認日 {day}"
