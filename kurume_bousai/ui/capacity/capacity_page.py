"""容量確認: 「入りきれますか」. The conditions as a sentence, the answer with its sum, what it is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.improvements import SiteChange
from kurume_bousai.domain.scenarios import SavedScenario
from kurume_bousai.mapview.protocol import LayerVisibility, MapScene
from kurume_bousai.ui.capacity import capacity_windows
from kurume_bousai.ui.capacity.answer_words import saved_words, totals_of
from kurume_bousai.ui.capacity.cards import AnswerCard, NeedsCard, fade, longer_limit
from kurume_bousai.ui.capacity.conditions_sentence import ConditionsSentence
from kurume_bousai.ui.capacity.details import DetailsCard
from kurume_bousai.ui.capacity.flow_map import FlowMap, Lit
from kurume_bousai.ui.capacity.map_card import MapCard
from kurume_bousai.ui.capacity.reading import CapacityPlaces, CapacityView, make_view, read_places
from kurume_bousai.ui.capacity.trial_bar import TrialBar
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.widgets import button, holder
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.tasks import Progress

_FOLLOWED: Final = frozenset(
    {Topic.MEMBERS, Topic.PLANS, Topic.SHELTERS, Topic.DISTRICTS, Topic.IMPORTS, Topic.CITY_SETTINGS}
)
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
        self._saved: SavedScenario | None = None
        self._is_stale = self._is_place_stale = True
        self._has_chosen = False
        limit = desktop.settings.number("solver_time_limit_s")
        self.sentence = ConditionsSentence(CapacityConditions(time_limit_s=float(limit)))
        self.sentence.changed.connect(self._on_conditions)
        self.trial = TrialBar()
        self.trial.left.connect(self._put)
        self.trial.kept.connect(self._on_kept)
        self.answer_card = AnswerCard()
        self.answer_card.again.clicked.connect(self.compute)
        self.answer_card.longer.clicked.connect(self._on_longer)
        self.answer_card.how.clicked.connect(self._on_how)
        self.needs_card = NeedsCard()
        self.map_card = MapCard()
        self.details = DetailsCard(desktop.runner)
        self._connect_parts()
        self._make_buttons()
        self._place = QGridLayout()
        grid(self._place, gap=1.5)
        self._outer_place = QGridLayout()
        grid(self._outer_place, gap=1.5)
        self._outer_place.addWidget(self.sentence, 0, 0)
        self._outer_place.addWidget(self.trial, 1, 0)
        self._outer_place.addWidget(holder(self._place), 2, 0)
        self._outer_place.setRowStretch(2, 1)
        self._arrange()
        self.set_body(self._outer_place)
        self._ask(desktop.window.district())
        desktop.changes.follow(_FOLLOWED, self._on_changed)

    # -- frame ---------------------------------------------------------------------------------

    def _connect_parts(self) -> None:
        self.details.lit.connect(self.map_card.light)
        self.details.shown.connect(self._on_shown)
        self.map_card.map.lit_changed.connect(self._on_map_lit)
        self.details.help.tried.connect(self._on_tried)
        self.details.help.explained.connect(self._on_explained)

    def _make_buttons(self) -> None:
        self._print = button("この結果を印刷する", "main", "printer-outline", self._on_print)
        self._print.setEnabled(False)
        self.set_main_action(self._print)
        self.compare = button(
            "くらべる", "plain", "scale-balance", self._on_compare, name="条件をかえてくらべる"
        )
        self.scenarios = button("条件を保存・開く", "plain", "bookmark-outline", self._on_scenarios)
        for one in (self.compare, self.scenarios):
            self.add_action_button(one)

    @property
    def flow_map(self) -> FlowMap:
        """The map of the flows."""
        return self.map_card.map

    def entered(self) -> None:
        """Compute what is out of date, once the screen is painted."""
        self.details.help.resume()
        QTimer.singleShot(0, self, self._catch_up)

    def left(self) -> None:
        """Look for no help while nobody looks."""
        self.details.help.pause()

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

    def layout_changed(self, *, is_compact: bool) -> None:
        """Answer and needs beside each other, map and lists below."""
        self.sentence.set_folded(folded=is_compact)
        self._arrange()

    def _arrange(self) -> None:
        # Never takeAt: the item lives on in PySide, and Qt keeps the heights of the old place.
        for part in (self.answer_card, self.needs_card, self.map_card, self.details):
            self._place.removeWidget(part)
        compact = self.is_compact
        self._place.addWidget(self.answer_card, 0, 0)
        self._place.addWidget(self.needs_card, 0, 1)
        if compact:
            self._place.addWidget(self.details, 1, 0, 1, 2)
            self._place.addWidget(self.map_card, 2, 0, 1, 2)
        else:
            self._place.addWidget(self.map_card, 0, 2)
            self._place.addWidget(self.details, 1, 0, 1, 3)
        for column, share in enumerate((5, 5, 0) if compact else (8, 7, 7)):
            self._place.setColumnStretch(column, share)
        self._place.setRowStretch(1, 1)
        self.details.help.arrange(is_compact=compact)
        self.map_card.arrange(is_compact=compact)

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
        self.details.help.forget()
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
        self._has_chosen = True
        self._saved = None
        self.trial.close_bar()
        self.compute()

    def _put(self, conditions: CapacityConditions) -> None:
        """Say other conditions and compute; another 校区 is chosen in the header too."""
        self._has_chosen = True
        wanted = conditions.district_id or ""
        if wanted != self._desktop.window.district():
            self._desktop.window.set_district(wanted)
        self.sentence.put(conditions)
        self._ask(self._desktop.window.district())
        self.compute()

    def _on_answer(self, view: CapacityView) -> None:
        self._view = view
        self._grey(grey=False)
        self._print.setEnabled(True)
        self._show()
        if self._saved is not None:
            self._say_saved(self._saved, view.answer)
        if self._places is not None:
            self._ask_help()

    def _ask_help(self) -> None:
        if self._view is not None and self._places is not None:
            self.details.help.ask(self._desktop.services.capacity_help, self._view.answer, self._places)

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
        self.answer_card.show_answer(answer, self._places.ages)
        self.needs_card.show_answer(answer)
        if self.map_card.show_answer(answer, self._places):
            self.details.choose(None)
        self.details.show_view(self._view, self._places)

    def _grey(self, *, grey: bool) -> None:
        """Fade what belongs to other conditions than the sentence says."""
        for part in (self.needs_card, self.map_card, self.details):
            fade(part, faded=grey)
        self.answer_card.set_stale(stale=grey)

    # -- what a person does with the answer ----------------------------------------------------

    def _on_longer(self) -> None:
        if self._view is not None:
            limit = longer_limit(self._view.answer)
            self._put(replace(self.sentence.conditions, time_limit_s=limit))

    def _on_how(self) -> None:
        if self._view is not None and self._places is not None:
            capacity_windows.show_how_counted(self._view.answer, self._places, self.window())

    def _on_map_lit(self, lit: Lit | None) -> None:
        self.details.choose(lit)
        self.map_card.light(lit)

    def _on_shown(self, lit: Lit) -> None:
        """Enter on a row: the map comes into view with its flows."""
        self.map_card.light(lit)
        scroll = self.findChild(QScrollArea)
        if scroll is not None:
            scroll.ensureWidgetVisible(self.map_card)

    def _on_tried(self, conditions: CapacityConditions) -> None:
        self.trial.show_trial(self.sentence.conditions)
        self._put(conditions)

    def _on_explained(self, _change: SiteChange, words: str) -> None:
        capacity_windows.explain_change(self._desktop, words)

    def _on_compare(self) -> None:
        if self._places is not None:
            self.details.help.pause()
            capacity_windows.show_comparison(
                self._desktop, self.sentence.conditions, self._places, self._answer(), self._put
            )
            self.details.help.resume()

    def _on_scenarios(self) -> None:
        if self._places is not None:
            capacity_windows.show_scenarios(
                self._desktop, self.sentence.conditions, self._places, self._answer(), self._open_saved
            )

    def _answer(self) -> CapacityAnswer | None:
        return self._view.answer if self._view is not None else None

    def _say_saved(self, saved: SavedScenario, answer: CapacityAnswer) -> None:
        """Say whether today's answer differs, and offer to keep it in place of the older one."""
        differs = saved.totals != totals_of(answer)
        may_keep = differs and self._desktop.services.scenarios.may_save
        self.trial.show_saved(saved_words(saved, answer), may_keep=may_keep)

    def _on_kept(self) -> None:
        saved, answer = self._saved, self._answer()
        if saved is None or answer is None or answer.conditions != self.sentence.conditions:
            return
        scenarios, totals = self._desktop.services.scenarios, totals_of(answer)
        self._desktop.runner.write(
            lambda: scenarios.replace_totals(saved.scenario_id, totals), self._on_kept_done
        )

    def _on_kept_done(self, outcome: Outcome[SavedScenario]) -> None:
        self.trial.close_bar()
        self._saved = outcome.value
        self._desktop.finish(outcome, f"「{outcome.value.name}」に、きょうの答えを保存しました。")

    def _open_saved(self, saved: SavedScenario) -> None:
        self.trial.close_bar()
        self._saved = saved
        self._put(saved.conditions)

    # -- reading -------------------------------------------------------------------------------

    def _catch_up_when_shown(self) -> None:
        if self._desktop.window.current_page() is self:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._is_place_stale:
            self._is_place_stale = False
            database, scenes = self._desktop.database, self._desktop.scenes
            self._desktop.runner.read(
                lambda: read_places(database),
                self._on_places,
                on_fail=self._on_failed,
                key="capacity-places",
            )
            self._desktop.runner.read(lambda: scenes.city({}, {}), self._on_scene, key="capacity-map")
        if self._is_stale and self._places is not None:
            self.compute()

    def _on_places(self, places: CapacityPlaces) -> None:
        self._places = places
        self.sentence.set_places(places)
        if not self._has_chosen:
            self._follow_city(places)
        self._show()
        if self._is_stale:
            self.compute()
        elif self._view is not None:
            self._ask_help()

    def _follow_city(self, places: CapacityPlaces) -> None:
        """Begin with the city's own rate, staff rule and companions (⚙)."""
        city, now = places.settings, self.sentence.conditions
        self.sentence.put(
            replace(
                now,
                rate_m2=city.rate_m2,
                places_per_staff=city.places_per_staff,
                with_companions=city.with_companions,
            )
        )

    def _on_scene(self, scene: MapScene) -> None:
        hidden = LayerVisibility(hidden=frozenset({"graticule"}))
        # The word 架空 stands in the header above; on a map this small it would hide sites.
        self.map_card.map.set_scene(replace(scene, visibility=hidden, watermark=""))
        if self._view is not None and self._places is not None:
            self.map_card.show_answer(self._view.answer, self._places)

    def _on_changed(self) -> None:
        self._is_stale = self._is_place_stale = True
        self._catch_up_when_shown()

    # -- paper ---------------------------------------------------------------------------------

    def _on_print(self) -> None:
        capacity_windows.print_answer(self._desktop, self.sentence.conditions, self.window())
