"""期限を決める: the days due of the city, or of one 校区 in place of the city's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import STEPS, DistrictProgress, YearlyStep, YearlyUpdate
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.layouts import Part, hbox
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, Para, button, field

CITY: Final = "city"
OWN: Final = "own"
_OF_CITY: Final = "46校区に共通の期限です。校区だけの期限がある校区は、そのままです。"


class DueStep:
    """期限を決める一画面 of the window of the yearly update; ``save`` and ``back`` come from it."""

    def __init__(self, back: Callable[[], None], save: Callable[[], None], today: Callable[[], date]) -> None:
        self._update: YearlyUpdate | None = None
        self._row: DistrictProgress | None = None
        self.scope = ChipRow[str]([(CITY, "市全体")], CITY, name="どこの期限か")
        self.scope.chosen.connect(lambda _value: self._show())
        self.days = {step: DateEdit(f"{word_of(step)}の期限", required=True, today=today) for step in STEPS}
        self.about = Para("", "quiet")
        self.follow = button("市の期限に合わせる", icon="undo", on_click=self.follow_city)
        self.buttons: list[QPushButton | None] = [
            button("やめる", on_click=back),
            None,
            self.follow,
            button("期限を保存する", "main", "check", save),
        ]

    def body(self) -> list[Part]:
        """The fields, in rows of two."""
        fields = [(field(word_of(step), edit), 1) for step, edit in self.days.items()]
        return [
            field("どこの期限ですか", self.scope),
            self.about,
            hbox(*fields[:3], gap=2),
            hbox(*fields[3:], (QWidget(), 1), gap=2),
        ]

    def show(self, update: YearlyUpdate, row: DistrictProgress | None) -> None:
        """Begin with the days of the chosen 校区 where it has its own, else with the city's."""
        self._update, self._row = update, row
        choices = [(CITY, "市全体")]
        if row is not None:
            choices.append((OWN, f"{row.district_id}校区だけ"))
        has_own = row is not None and row.has_own_due
        self.scope.set_choices(choices, OWN if has_own else CITY)
        self._show()

    def follow_city(self) -> None:
        """Put the city's days into the fields of a 校区; kept when saved."""
        if self._update is not None:
            self._fill(self._update.due)

    def typed(self) -> tuple[dict[YearlyStep, date], list[DistrictId] | None]:
        """The days and whose they are (None = the city); raises for a day that cannot be read."""
        found: dict[YearlyStep, date] = {}
        for step, edit in self.days.items():
            day = edit.check()
            if day is not None:
                found[step] = day
        if self.scope.value() == OWN and self._row is not None:
            return found, [self._row.district_id]
        return found, None

    def _show(self) -> None:
        is_own = self.scope.value() == OWN and self._row is not None
        self.follow.setVisible(is_own)
        if self._update is None:
            return
        if is_own and self._row is not None:
            self.about.set_text(
                "この校区だけの期限があります。"
                if self._row.has_own_due
                else "いまは市の期限のとおりです。変えた日だけが、この校区の期限になります。"
            )
            self._fill(self._row.due)
        else:
            self.about.set_text(_OF_CITY)
            self._fill(self._update.due)

    def _fill(self, due: Mapping[YearlyStep, date]) -> None:
        for step, edit in self.days.items():
            edit.set_value(due.get(step))
