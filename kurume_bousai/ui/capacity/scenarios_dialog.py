"""保存した条件の窓: keep the question under a name, open an older one, take one away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId
from kurume_bousai.services.capacity.scenarios import LONGEST_NAME, NAME_HINT
from kurume_bousai.services.ports.scenarios import KeptScenarios, RefusedScenario
from kurume_bousai.ui.capacity.answer_words import moment_words, totals_of
from kurume_bousai.ui.capacity.choices import conditions_words, other_words
from kurume_bousai.ui.capacity.dialogs import fill
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import Para, button, field, flow, hbox, holder, label, rule
from kurume_bousai.ui.messages import MessageBar

_COLUMNS: Final = (
    Column("名前", stretches=True, at_least=160),
    Column("入れない人", is_figure=True),
    Column("行く人", is_figure=True, drop=2),
    Column("保存した日時", at_least=150),
    Column("だれが", at_least=80, drop=1),
)


class ScenariosDialog(QDialog):
    """保存した条件の窓. ``opened(SavedScenario)``: ask this one on the screen below."""

    opened = Signal(object)

    def __init__(
        self,
        desktop: Desktop,
        conditions: CapacityConditions,
        answer: CapacityAnswer | None,
        places: CapacityPlaces,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("保存した条件")
        self._desktop, self._places = desktop, places
        self._conditions, self._answer = conditions, answer
        self._kept: dict[str, SavedScenario] = {}
        self.messages = MessageBar()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText("例: 夜の洪水・40%だけ開く")
        self.save = button("いまの条件を保存する", "plain", "bookmark-plus-outline", self._save)
        self.name.returnPressed.connect(self._save)
        self.table = FigureTable(_COLUMNS, name="保存した条件の一覧。Enterで開きます。")
        self.table.opened.connect(lambda _key: self._open())
        self.table.moved.connect(lambda _key: self._refresh())
        self.words = Para("", "small", line=1.35)
        self.open_one = button("この条件を開いて計算する", "main", "folder-open-outline", self._open)
        self.remove = button("消す", "plain", "trash-can-outline", self._ask_remove)
        self._lay_out()
        services = desktop.services.scenarios
        may_save = services.may_save
        for part in (self.name, self.save, self.remove):
            part.setEnabled(may_save)
        self._may_save = may_save
        self._refresh()
        self.name.setFocus()
        self._read()

    def _lay_out(self) -> None:
        said = "まだ答えが出ていません。答えは保存せず、条件だけを保存します。"
        if self._answer is not None:
            said = f"入れない人 {self._answer.unplaced_people:,}人という答えも、いっしょに保存します。"
        now = conditions_words(self._conditions, self._places.count)
        fill(
            self,
            self.messages,
            label("いまの条件に名前をつけて保存する", "lead_bold"),
            Para(f"{now}\n{said}", "small", line=1.35),
            holder(hbox((field("名前", self.name, hint=NAME_HINT), 1), self.save)),
            rule(),
            label("保存した条件を開く", "lead_bold"),
            self.table,
            self.words,
            holder(hbox((flow([self.remove]), 1), button("閉じる", on_click=self.reject), self.open_one)),
            stretched=self.table,
            wide=860,
            high=640,
        )
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(layout.spacing() // 2)

    # -- reading and writing -------------------------------------------------------------------

    def _read(self) -> None:
        scenarios = self._desktop.services.scenarios

        def work() -> KeptScenarios:
            return KeptScenarios(tuple(scenarios.all()), tuple(scenarios.refused()))

        self._desktop.runner.read(work, self._on_read, on_fail=self._told, key="scenarios")

    def _on_read(self, found: KeptScenarios) -> None:
        self._kept = {one.scenario_id: one for one in found.scenarios}
        rows = [_row(one) for one in found.scenarios]
        self.table.set_rows([*rows, *(_refused_row(one) for one in found.refused)])
        self._refresh()

    def _save(self) -> None:
        name = self.name.text().strip()
        if not name:
            self._say(KnownProblem("scenario_name", "名前を入れてください。"))
            self.name.setFocus()
            return
        scenarios, conditions = self._desktop.services.scenarios, self._conditions
        totals = totals_of(self._answer) if self._answer is not None else None
        self._desktop.runner.write(
            lambda: scenarios.save(name, conditions, totals),
            self._on_saved,
            on_fail=self._told,
        )

    def _on_saved(self, outcome: Outcome[SavedScenario]) -> None:
        self._desktop.finish(outcome, f"条件「{outcome.value.name}」を保存しました。")
        self._clear()
        self.name.clear()
        self.messages.done(f"「{outcome.value.name}」を保存しました。")
        self._read()

    def _ask_remove(self) -> None:
        scenario_id = self.table.key()
        if scenario_id is None:
            return
        one = self._kept.get(str(scenario_id))
        name = one.name if one is not None else "新しい版で保存された条件"
        ask(
            self,
            f"「{name}」を消しますか",
            ["保存した条件と、そのときの答えを消します。名簿や施設のデータは変わりません。"],
            "消す",
            lambda: self._remove(ScenarioId(str(scenario_id))),
        )

    def _remove(self, scenario_id: ScenarioId) -> None:
        scenarios = self._desktop.services.scenarios
        self._desktop.runner.write(
            lambda: scenarios.remove(scenario_id), self._on_removed, on_fail=self._told
        )

    def _on_removed(self, outcome: Outcome[ScenarioId]) -> None:
        self._desktop.finish(outcome, "保存した条件を消しました。")
        self._clear()
        self._read()

    def _open(self) -> None:
        one = self._kept.get(str(self.table.key()))
        if one is None:
            return
        self.accept()
        self.opened.emit(one)

    # -- showing -------------------------------------------------------------------------------

    def _refresh(self) -> None:
        key = self.table.key()
        one = self._kept.get(str(key)) if key is not None else None
        self.open_one.setEnabled(one is not None)
        self.remove.setEnabled(self._may_save and key is not None)
        if one is not None:
            main = conditions_words(one.conditions, self._places.count)
            district = _scope(one.conditions.district_id)
            self.words.set_text(f"{district}・{main}\n{other_words(one.conditions)}")
        elif key is not None:
            self.words.set_text("この条件は新しい版の図上訓練・容量で保存されたので、ここでは開けません。")
        else:
            self.words.set_text(
                "行を選ぶと、条件をここに書きます。" if self._kept else "まだ保存していません。"
            )

    def _told(self, error: BaseException) -> bool:
        if not isinstance(error, KnownProblem):
            return False
        self._say(error)
        return True

    def _say(self, problem: KnownProblem) -> None:
        self._clear()
        self.messages.problem(problem)

    def _clear(self) -> None:
        while self.messages.messages():
            self.messages.read_one()


def _scope(district_id: DistrictId | None) -> str:
    return f"{district_id}校区" if district_id else "全市"


def _row(one: SavedScenario) -> Row:
    totals = one.totals
    unplaced = "—" if totals is None else f"{totals.unplaced_people:,}人"
    state = None if totals is None else State.SHORT if totals.unplaced_people else State.OK
    return one.scenario_id, (
        Cell(one.name),
        Cell(unplaced, state),
        Cell("—" if totals is None else f"{totals.demand_people:,}人"),
        Cell(moment_words(one.saved_at)),
        Cell(one.saved_by),
    )


def _refused_row(one: RefusedScenario) -> Row:
    return one.scenario_id, (
        Cell(f"{one.name}(この版では開けません)", is_quiet=True),
        Cell("—"),
        Cell("—"),
        Cell("—"),
        Cell("—"),
    )
