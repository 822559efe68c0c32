"""候補の施設の窓: care facilities that might be asked for an agreement, and adding one to the city's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.shelters.care_facilities import adopt_care_facility, care_facilities
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.widgets import Para, button, hbox, label, vbox

_COLUMNS: Final = (
    Column("施設", stretches=True, at_least=180),
    Column("サービス", at_least=130, drop=1),
    Column("校区", at_least=80),
    Column("介護の定員", is_figure=True),
    Column("一覧に", at_least=80),
)
_RULE: Final = (
    "介護事業所の一覧から読んだ施設です。介護の定員は、災害のときに入れる人数ではありません。"
    "福祉避難所の一覧に加えると、面積・受入対象・協定がわからない施設として入り、確認するまで誰も入れません。"
)
_NONE_YET: Final = (
    "候補の施設は、まだ取り込まれていません。"
    "介護事業所の公開データを、コマンド import care-facilities で取り込むと、ここに並びます。"
)


class CandidatesDialog(FormDialog):
    """候補の施設."""

    def __init__(self, desktop: Desktop, parent: QWidget) -> None:
        super().__init__("候補の施設", parent, size=(860, 560))
        self._desktop = desktop
        self._found: dict[str, CareFacility] = {}
        self._words = Para(_RULE, line=1.35)
        self.table = FigureTable(_COLUMNS, name="候補の施設の一覧")
        self.table.moved.connect(lambda _key: self._follow())
        self.adopt = button("福祉避難所の一覧に加える", "plain", "plus", self._ask)
        self.adopt.setEnabled(False)
        leave = button("とじる", "plain", "close", self.reject)
        self.add_wide_step(
            vbox(
                label("協定をお願いできそうな施設", "title"),
                self._words,
                (self.table, 1),
                hbox(self.adopt, None, leave),
                gap=1.25,
            )
        )
        self._read()

    def _read(self) -> None:
        database = self._desktop.database
        self._desktop.runner.read(
            lambda: care_facilities(database), self._on_read, on_fail=self.told, key="care-facilities"
        )

    def _on_read(self, found: Sequence[CareFacility]) -> None:
        self._found = {one.facility_id: one for one in found}
        self._words.set_text(_RULE if found else _NONE_YET)
        self.table.set_rows([_row(one) for one in found])
        self._follow()

    def _chosen(self) -> CareFacility | None:
        key = self.table.key()
        return None if key is None else self._found.get(str(key))

    def _follow(self) -> None:
        chosen = self._chosen()
        self.adopt.setEnabled(chosen is not None and chosen.adopted_as is None)

    def _ask(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        lines = [chosen.name, "協定の有無も入れる人数も「不明」で入ります。確認したら、施設の札で直します。"]
        ask(self, "福祉避難所の一覧に加えますか", lines, "加える", lambda: self._adopt(chosen.facility_id))

    def _adopt(self, facility_id: str) -> None:
        database = self._desktop.database
        self.set_busy(busy=True)
        self._desktop.runner.write(
            lambda: adopt_care_facility(database, facility_id), self._on_adopted, on_fail=self.told
        )

    def _on_adopted(self, outcome: Outcome[WelfareShelter]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, f"「{outcome.value.name}」を、福祉避難所の一覧に加えました。")
        self._read()


def _row(one: CareFacility) -> Row:
    is_in = one.adopted_as is not None
    return one.facility_id, (
        Cell(one.name, is_quiet=is_in),
        Cell(one.service, is_quiet=True),
        Cell(one.district_id or "不明", is_quiet=True),
        Cell("不明" if one.capacity is None else f"{one.capacity:,}", is_quiet=True),
        Cell("加えた" if is_in else "", is_quiet=True),
    )
