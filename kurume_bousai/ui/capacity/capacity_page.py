"""容量確認: 「入りきれますか」. The conditions as a sentence, the answer with its sum, what it is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.mapview.protocol import LayerVisibility, MapScene
from kurume_bousai.ui.capacity.cards import AnswerCard, NeedsCard, fade
from kurume_bousai.ui.capacity.conditions_sentence import ConditionsSentence
from kurume_bousai.ui.capacity.details import DetailsCard
from kurume_bousai.ui.capacity.flow_map import FlowMap
from kurume_bousai.ui.capacity.reading import CapacityPlaces, CapacityView, make_view, read_places
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.widgets import button, card, holder
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.tasks import Progress

_FOLLOWED: Final = frozenset({Topic.MEMBERS, Topic.PLANS, Topic.SHELTERS, Topic.DISTRICTS, Topic.IMPORTS})
_RECOMPUTING: Final = "計算し直しています。うすい字は前の条件の答えです。"
_COMPUTING: Final = "計算しています。"
_STOPPED: Final = "計算を中止しました。"
#: What to do on this screen; the problems' own advice speaks of the command line's options.
_ADVICE: Final = {
    "no_zone_known": "「だれが」を選び直すか、区域のデータを「地図データ」で取り込んでください。",
    "rule_needs_hazard": "文のはじめの「災害を考えない」を選び、災害を決めてください。",
    "unknown_site": "「閉じる施設を選ぶ」で選び直してください。",
    "no_right": "名簿を見る役割の人が計算できます。管理者に相談してください。",
}


class CapacityPage(Page):
    """容量確認. Every choice computes anew in the pool; the old answer stays, greyed, until the new one."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._desktop = desktop
        self._view: CapacityView | None = None
        self._places: CapacityPlaces | None = None
        self._is_stale = self._is_place_stale = True
        limit = desktop.settings.number("solver_time_limit_s")
        self.sentence = ConditionsSentence(CapacityConditions(time_limit_s=float(limit)))
        self.sentence.changed.connect(self._on_conditions)
        self.answer_card = AnswerCard()
        self.answer_card.again.clicked.connect(self.compute)
        self.needs_card = NeedsCard()
        self.flow_map = FlowMap()
        fix(self.flow_map, min_height=190)
        self._map_card = card((self.flow_map, 1), title="校区ごとの行き先", gap=0.5)
        self.details = DetailsCard()
        self._print = button("この結果を印刷する", "main", "printer-outline", self._on_print)
        self._print.setEnabled(False)
        self.set_main_action(self._print)
        self._place = QGridLayout()
        grid(self._place, gap=1.5)
        self._answers = holder(self._place)
        self._outer_place = QGridLayout()
        grid(self._outer_place, gap=1.5)
        self._outer_place.addWidget(self.sentence, 0, 0)
        self._outer_place.addWidget(self._answers, 1, 0)
        self._outer_place.setRowStretch(1, 1)
        self._arrange()
        self.set_body(self._outer_place)
        self._ask(desktop.window.district())
        desktop.changes.follow(_FOLLOWED, self._on_changed)

    # -- frame ---------------------------------------------------------------------------------

    def entered(self) -> None:
        """Compute what is out of date, once the screen is painted."""
        QTimer.singleShot(0, self, self._catch_up)

    def first_focus(self) -> QWidget:
        """The first choice of the sentence."""
        return self.sentence.hazard

    def district_changed(self, district_id: str) -> None:
        """Ask about another 校区."""
        if district_id == (self.sentence.conditions.district_id or ""):
            return
        self._ask(district_id)
        self._is_stale = True
        self._catch_up_when_shown()

    def layout_changed(self, *, is_compact: bool) -> None:  # noqa: ARG002 - asked again in _arrange
        """Answer and needs beside each other, map and lists below."""
        self._arrange()

    def _arrange(self) -> None:
        # Never takeAt: the item lives on in PySide, and Qt keeps the heights of the old place.
        for part in (self.answer_card, self.needs_card, self._map_card, self.details):
            self._place.removeWidget(part)
        compact = self.is_compact
        self._place.addWidget(self.answer_card, 0, 0)
        self._place.addWidget(self.needs_card, 0, 1)
        if compact:
            self._place.addWidget(self.details, 1, 0, 1, 2)
            self._place.addWidget(self._map_card, 2, 0, 1, 2)
        else:
            self._place.addWidget(self._map_card, 0, 2)
            self._place.addWidget(self.details, 1, 0, 1, 3)
        for column, share in enumerate((5, 5, 0) if compact else (8, 7, 7)):
            self._place.setColumnStretch(column, share)
        self._place.setRowStretch(1, 1)

    def _ask(self, district_id: str) -> None:
        access = self._desktop.database.access
        only_own = access.visible_districts is not None
        self.sentence.set_district(district_id, only_own=only_own)
        who = f"{district_id}校区" if district_id else "担当の校区" if only_own else "全市"
        self.set_question(f"{who}の人は、入りきれますか")

    @property
    def view(self) -> CapacityView | None:
        """The answer shown; None before the first and where there is none."""
        return self._view

    # -- computing -----------------------------------------------------------------------------

    def compute(self) -> None:
        """Ask the question the sentence says; a newer question drops this one."""
        self._is_stale = False
        conditions = self.sentence.conditions
        if not self._desktop.database.access.has(Right.SEE_PEOPLE):
            self.answer_card.show_problem("この操作をする役割がありません。", _ADVICE["no_right"])
            return
        self._grey(grey=self._view is not None)
        self._print.setEnabled(False)
        self.answer_card.show_waiting(_RECOMPUTING if self._view else _COMPUTING)
        capacity = self._desktop.capacity

        def work(progress: Progress) -> CapacityView:
            return make_view(capacity.answer(conditions, lambda: progress.cancelled))

        self._desktop.runner.compute(
            work,
            self._on_answer,
            on_fail=self._on_failed,
            on_cancel=self._on_stopped,
            key="capacity-page",
            title="入りきれるか計算しています",
        )

    def _on_conditions(self, _conditions: CapacityConditions) -> None:
        self.compute()

    def _on_answer(self, view: CapacityView) -> None:
        self._view = view
        self._grey(grey=False)
        self._print.setEnabled(True)
        self._show()

    def _on_failed(self, error: BaseException) -> bool:
        if not isinstance(error, KnownProblem):
            self.answer_card.show_waiting(_STOPPED, offers_again=True)
            return False
        self._view = None
        self._grey(grey=True)
        self.answer_card.set_stale(stale=False)
        self.answer_card.show_problem(error.message, _ADVICE.get(error.code, "条件を選び直してください。"))
        return True

    def _on_stopped(self) -> None:
        self.answer_card.show_waiting(_STOPPED, offers_again=True)

    def _show(self) -> None:
        if self._view is None or self._places is None:
            return
        answer = self._view.answer
        self.answer_card.show_answer(answer)
        self.needs_card.show_answer(answer)
        self.flow_map.show_answer(answer, self._places)
        self.details.show_view(self._view, self._places)

    def _grey(self, *, grey: bool) -> None:
        """Fade what belongs to other conditions than the sentence says."""
        for part in (self.needs_card, self._map_card, self.details):
            fade(part, faded=grey)
        self.answer_card.set_stale(stale=grey)

    # -- reading -------------------------------------------------------------------------------

    def _catch_up_when_shown(self) -> None:
        if self._desktop.window.current_page() is self:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._is_place_stale:
            self._is_place_stale = False
            database, scenes = self._desktop.database, self._desktop.scenes
            self._desktop.runner.read(lambda: read_places(database), self._on_places, key="capacity-places")
            self._desktop.runner.read(lambda: scenes.city({}, {}), self._on_scene, key="capacity-map")
        if self._is_stale:
            self.compute()

    def _on_places(self, places: CapacityPlaces) -> None:
        self._places = places
        self.sentence.set_places(places)
        self._show()

    def _on_scene(self, scene: MapScene) -> None:
        hidden = LayerVisibility(hidden=frozenset({"graticule"}))
        # The word 架空 stands in the header above; on a map this small it would hide sites.
        self.flow_map.set_scene(replace(scene, visibility=hidden, watermark=""))
        if self._view is not None and self._places is not None:
            self.flow_map.show_answer(self._view.answer, self._places)

    def _on_changed(self) -> None:
        self._is_stale = self._is_place_stale = True
        self._catch_up_when_shown()

    # -- paper ---------------------------------------------------------------------------------

    def _on_print(self) -> None:
        from kurume_bousai.ui.reports.save_dialog import save_capacity_report

        try:
            save_capacity_report(self._desktop, self.sentence.conditions, self.window())
        except KnownProblem as problem:
            self._desktop.messages.problem(problem)
