"""はじめに: 「きょうは、何をしますか」. Three doors, four numbers, what needs attention, the 46 校区."""

from __future__ import annotations

from functools import partial
from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.services.ports.members import MemberFilter
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.home.attention import Attention, AttentionCard
from kurume_bousai.ui.home.district_card import DistrictCard
from kurume_bousai.ui.home.reading import REHEARSAL_YEARS, HomeReading, read_home
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import NumberLabel, door, holder, rule
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.tasks import Progress

#: The solver starts after the numbers and the map are there: a person may already be reading them.
_ANSWER_AFTER_MS: Final = 400
_CONDITION: Final = "マイプランの人・4㎡・全施設が開く"
_OWN_CONDITION: Final = "担当の校区の人・4㎡・全施設が開く"
_COUNTED: Final = frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.PLANS, Topic.SUPPORTERS, Topic.IMPORTS})
_READ: Final = _COUNTED | {
    Topic.SHELTERS, Topic.DISTRICTS, Topic.OPERATIONS, Topic.ACTIVITIES, Topic.YEARLY_UPDATE, Topic.LEDGER,
}  # fmt: skip
_SOLVED: Final = frozenset({Topic.MEMBERS, Topic.PLANS, Topic.SHELTERS, Topic.DISTRICTS, Topic.IMPORTS})


@runtime_checkable
class ShowsFilter(Protocol):
    """絞り込んで開ける一覧: what the screen of the list offers to the others."""

    def show_filter(self, kind: MemberFilter) -> None:
        """Show the people of one filter."""


@runtime_checkable
class ShowsCopies(Protocol):
    """提供台帳を開ける画面: what the screen of the papers offers to the others."""

    def show_copies(self, name: str) -> None:
        """Show the copies of one filter of the ledger."""


class HomePage(Page):
    """はじめに. Nothing is read before the screen is up; the map comes last.

    ``yearly_wanted()``: the window of the yearly update is asked for.
    """

    yearly_wanted = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("きょうは、何をしますか", parent)
        self._desktop = desktop
        access = desktop.database.access
        self._may_run = access.has(Right.RUN_EXERCISE)
        self._may_see = access.has(Right.SEE_PEOPLE)
        self._is_read_stale = self._is_ground_stale = self._is_answer_stale = True
        self._doors = self._make_doors()
        self.applied = NumberLabel("登録者", "…", "人", "数えています")
        self.rate = NumberLabel("登録率", "…", "%", " ")
        self.plans = NumberLabel("プラン作成率", "…", "%", " ")
        self.unplaced = NumberLabel("入れない人", "計算中", "", self._condition())
        self.attention = AttentionCard()
        self.districts = DistrictCard()
        self.districts.district_chosen.connect(desktop.window.set_district)
        self._strip = QFrame()
        self._strip.setProperty("role", "card")
        self._lines = [rule(upright=True) for _ in range(3)]
        self._place = QGridLayout()
        grid(self._place, gap=1.5)
        self._door_row = QGridLayout()
        self._number_row = QGridLayout()
        grid(self._door_row, gap=2)
        grid(self._number_row, (2, 1, 2, 1), 2)
        self._strip.setLayout(self._number_row)
        self._door_holder = holder(self._door_row)
        self._arrange()
        self.set_body(self._place)
        self._declare()
        desktop.changes.follow(_READ, self._on_counted)
        desktop.changes.follow(_SOLVED, self._on_solved)
        desktop.changes.follow(frozenset({Topic.DISTRICTS}), self._on_ground)

    # -- frame ---------------------------------------------------------------------------------

    def entered(self) -> None:
        """Read what is out of date, once the screen is painted.

        Whoever went on to another screen meanwhile does not wait for these numbers.
        """
        QTimer.singleShot(0, self, self._catch_up_when_shown)

    def first_focus(self) -> QWidget:
        """The first door: Enter opens it."""
        return self._doors[0]

    def district_changed(self, district_id: str) -> None:
        """Name the 校区 of the header on the map."""
        self.districts.set_chosen(district_id)

    def layout_changed(self, *, is_compact: bool) -> None:
        """Low doors, numbers two by two, cards below each other."""
        for one in self._doors:
            one.setProperty("shape", "low" if is_compact else "")
            one.style().unpolish(one)
            one.style().polish(one)
            for words in _beneath(one):
                words.setVisible(not is_compact)
        self.districts.set_compact(compact=is_compact)
        self._arrange()

    def _make_doors(self) -> list[QPushButton]:
        show = self._desktop.window.show_page
        made = []
        if self._may_run:
            made.append(
                door(
                    "図上訓練をはじめる",
                    "校区を選んで始めます",
                    "map-marker-outline",
                    partial(show, "exercise"),
                )
            )
        roster, scale = "card-account-details-outline", "scale-balance"
        made.append(door("名簿を開く", "人をさがす、直す", roster, partial(show, "roster")))
        made.append(door("容量を確認する", "入りきれるかを調べる", scale, partial(show, "capacity")))
        return made

    def _arrange(self) -> None:
        compact = self.is_compact
        # Never takeAt: the item lives on in PySide, and Qt keeps the heights of the old place.
        for part in (self._door_holder, self._strip, self.attention, self.districts):
            self._place.removeWidget(part)
        for part in (*self._lines, self.applied, self.rate, self.plans, self.unplaced):
            self._number_row.removeWidget(part)
        for number, one in enumerate(self._doors):
            self._door_row.removeWidget(one)
            self._door_row.addWidget(one, 0, number)
            self._door_row.setColumnStretch(number, 1)
        columns = 2 if compact else 4
        for column in range(4):
            self._number_row.setColumnStretch(2 * column, 1 if column < columns else 0)
        for number, shown in enumerate((self.applied, self.rate, self.plans, self.unplaced)):
            self._number_row.addWidget(shown, number // columns, 2 * (number % columns))
        for number, line in enumerate(self._lines):
            line.setVisible(not compact)
            if not compact:
                self._number_row.addWidget(line, 0, 2 * number + 1)
        self._place.addWidget(self._door_holder, 0, 0, 1, 2)
        self._place.addWidget(self._strip, 1, 0, 1, 2)
        if compact:
            self._place.addWidget(self.attention, 2, 0, 1, 2)
            self._place.addWidget(self.districts, 3, 0, 1, 2)
        else:
            self._place.addWidget(self.attention, 2, 0)
            self._place.addWidget(self.districts, 2, 1)
        self._place.setColumnStretch(0, 5)
        self._place.setColumnStretch(1, 6)
        self._place.setRowStretch(2, 0 if compact else 1)
        self._place.setRowStretch(3, 1 if compact else 0)

    def _declare(self) -> None:
        self._desktop.actions.add(
            Action(
                "home.list", "46校区を一覧で見る・地図で見る", "Ctrl+L", "format-list-bulleted", "はじめに",
                self.districts.toggle, scope="home",
            )
        )  # fmt: skip
        self._desktop.actions.host(self, "home")

    # -- reading -------------------------------------------------------------------------------

    def _on_counted(self) -> None:
        self._is_read_stale = True
        self._catch_up_when_shown()

    def _on_solved(self) -> None:
        self._is_answer_stale = True
        self._catch_up_when_shown()

    def _on_ground(self) -> None:
        self._is_ground_stale = True
        self._catch_up_when_shown()

    def _catch_up_when_shown(self) -> None:
        if self._desktop.window.current_page() is self:
            self._catch_up()

    def _catch_up(self) -> None:
        """Numbers first, then the map, then the answer: each starts the next."""
        if not self._is_read_stale:
            self._catch_up_ground()
            return
        self._is_read_stale = False
        database, today = self._desktop.database, self._desktop.clock.now().date()
        ledger = self._desktop.services.copies.ledger
        self._desktop.runner.read(
            lambda: read_home(database, today, ledger), self._on_read, on_fail=self._on_not_read, key="home"
        )

    def _on_not_read(self, _error: BaseException) -> bool:
        self._is_read_stale = True
        return False

    def _on_read(self, found: HomeReading) -> None:
        figures = found.figures
        eligible = figures.eligible
        self.applied.set_number(
            f"{figures.applied:,}",
            rule_text=f"対象者 {eligible:,}人のうち" if eligible else "対象者の数はまだわかりません",
        )
        _show_rate(self.rate, figures.registration_rate.percent, "登録者 ÷ 対象者")
        _show_rate(self.plans, figures.plan_completion_rate.percent, f"完成 {figures.plans_complete:,}人")
        self._say_doors(found)
        self.attention.set_rows(self._attention(found))
        self.districts.set_figures(figures)
        self._catch_up_ground()

    def _catch_up_ground(self) -> None:
        if not self._is_ground_stale:
            self._catch_up_answer()
            return
        self._is_ground_stale = False
        scenes = self._desktop.scenes
        self._desktop.runner.compute(lambda: scenes.city({}, {}), self._on_ground_read, key="home-map")

    def _on_ground_read(self, scene: MapScene) -> None:
        self.districts.set_ground(scene)
        QTimer.singleShot(_ANSWER_AFTER_MS, self, self._catch_up_answer)

    def _catch_up_answer(self) -> None:
        if not self._is_answer_stale:
            return
        self._is_answer_stale = False
        if not self._may_see:
            self.unplaced.set_number("—", unit="", rule_text="名簿を見る役割の人だけが計算できます")
            return
        self.unplaced.set_state(None)
        self.unplaced.set_number("計算中", unit="", rule_text=self._condition())
        capacity = self._desktop.capacity

        def work(progress: Progress) -> CapacityAnswer:
            return capacity.answer(CapacityConditions(), lambda: progress.cancelled)

        self._desktop.runner.compute(work, self._on_answer, on_fail=self._on_no_answer, key="home-capacity")

    def _on_answer(self, answer: CapacityAnswer) -> None:
        left = answer.unplaced_people
        self.unplaced.set_number(f"{left:,}", unit="人", rule_text=self._condition())
        self.unplaced.set_state(State.SHORT if left else State.OK)

    def _on_no_answer(self, error: BaseException) -> bool:
        self.unplaced.set_number("—", unit="", rule_text="計算できませんでした")
        self._is_answer_stale = True
        if isinstance(error, KnownProblem):
            self.unplaced.set_number("—", unit="", rule_text=error.message)
            return True
        return False

    def _condition(self) -> str:
        return _CONDITION if self._desktop.database.access.visible_districts is None else _OWN_CONDITION

    # -- words ---------------------------------------------------------------------------------

    def _say_doors(self, found: HomeReading) -> None:
        held = [row for row in found.figures.districts if row.last_session_on]
        last = max(held, key=lambda row: str(row.last_session_on), default=None)
        words = [f"名簿に {found.figures.on_list:,}人", f"{found.sites}施設 {found.floor_places:,}人分"]
        if not found.sites:
            words[1] = "福祉避難所の一覧はまだありません"
        if self._may_run:
            if found.figures.running_sessions:
                first = "終わっていない訓練の続きがあります"
            elif last is not None and last.last_session_on is not None:
                first = f"前回: {last.district_id}校区 {format_wareki_short(last.last_session_on)}"
            else:
                first = "訓練の記録はまだありません"
            words.insert(0, first)
        for one, beneath in zip(self._doors, words, strict=True):
            one.setAccessibleDescription(beneath)
            for piece in _beneath(one):
                piece.setText(beneath)

    def _attention(self, found: HomeReading) -> list[Attention]:
        """Only what is derivable now; people without a supporter always, the rest when there is any."""
        figures = found.figures
        rows = [
            self._people(
                "支援者がいない人", figures.no_supporter, MemberFilter.NO_SUPPORTER, "", State.SHORT
            ),
            *self._copies(found),
        ]
        if figures.running_sessions and self._may_run:
            rows.append(
                Attention(
                    "終わっていない図上訓練", figures.running_sessions, "件", "続ける",
                    partial(self._desktop.window.show_page, "exercise"), "play-circle-outline",
                )
            )  # fmt: skip
        if figures.elsewhere.on_list:
            rows.append(
                self._people(
                    "校区がわからない人",
                    figures.elsewhere.on_list,
                    MemberFilter.NO_DISTRICT,
                    "map-marker-question-outline",
                )
            )
        if figures.unplaced:
            rows.append(
                self._people(
                    "地図に位置がない人", figures.unplaced, MemberFilter.UNPLACED, "map-marker-off-outline"
                )
            )
        if found.sites_without_floor:
            rows.append(
                Attention(
                    "床面積がわからない福祉避難所", found.sites_without_floor, "施設", "施設を見る",
                    partial(self._desktop.window.show_page, "shelters"), "home-alert-outline",
                )
            )  # fmt: skip
        if found.not_rehearsed:
            rows.append(
                Attention(
                    f"{REHEARSAL_YEARS}年間、訓練の記録がない校区", found.not_rehearsed, "校区", "校区を見る",
                    self._show_list, "calendar-alert",
                )
            )  # fmt: skip
        if found.late_updates:
            rows.append(
                Attention(
                    "年に一度の更新が遅れている校区", found.late_updates, "校区", "進みを見る",
                    self.yearly_wanted.emit, "calendar-check-outline",
                )
            )  # fmt: skip
        return rows

    def _copies(self, found: HomeReading) -> list[Attention]:
        """Copies of lists that should be back."""
        counts = (
            ("回収して返してもらう名簿の写し", found.copies_back, "awaited"),
            ("期限が過ぎた名簿の写し", found.copies_late, "overdue"),
        )
        return [
            Attention(
                words, count, "部", "台帳を見る", partial(self._show_copies, name), "file-clock-outline"
            )
            for words, count, name in counts
            if count
        ]

    def _show_copies(self, name: str) -> None:
        page = self._desktop.window.show_page("papers")
        if isinstance(page, ShowsCopies):
            page.show_copies(name)

    def _people(
        self, words: str, count: int, kind: MemberFilter, icon: str, state: State | None = None
    ) -> Attention:
        return Attention(words, count, "人", "一覧を見る", partial(self._show_people, kind), icon, state)

    def _show_people(self, kind: MemberFilter) -> None:
        """The count is the whole city's, so is the list that opens."""
        self._desktop.window.set_district("")
        page = self._desktop.window.show_page("roster")
        if isinstance(page, ShowsFilter):
            page.show_filter(kind)

    def _show_list(self) -> None:
        if not self.districts.shows_list:
            self.districts.toggle()
        else:
            self.districts.table.setFocus()


def _show_rate(shown: NumberLabel, percent: str, rule_text: str) -> None:
    shown.set_number(percent, unit="" if percent == "—" else "%", rule_text=rule_text)


def _beneath(one: QPushButton) -> list[QLabel]:
    return [words for words in one.findChildren(QLabel) if words.property("role") == "small"]
