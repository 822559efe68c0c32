"""条件の文: the conditions of the question as a sentence whose underlined words are the choices."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, TypeVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QWidget

from kurume_bousai.domain.capacity import RATES_M2, StaffShift
from kurume_bousai.domain.capacity_conditions import MOST_OFF_LIST, CapacityConditions
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.ui.capacity import choices
from kurume_bousai.ui.capacity.choices import ASK_FEW, Ask, Opening, Staffing
from kurume_bousai.ui.capacity.dialogs import ask_closed_sites, ask_number
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import Choice, Para, Slot, button, flow, hbox, holder, label, sentence, vbox

_T = TypeVar("_T", bound=Hashable)
_FARTHEST_M: Final = 50_000
_SCOPE: Final = (
    Choice(value=False, words="全市のうち この校区の分は", in_menu="全市で計算し、この校区の分を見る"),
    Choice(value=True, words="この校区だけなら", in_menu="この校区の人だけで計算する"),
)
_COMPANY: Final = (Choice(value=True, words="家族・介助者と"), Choice(value=False, words="本人だけで"))


class ConditionsSentence(QFrame):
    """条件の札. ``changed(CapacityConditions)`` when a person chooses other words."""

    changed = Signal(object)

    def __init__(self, conditions: CapacityConditions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("条件")
        self._conditions = conditions
        self._places = CapacityPlaces({}, ())
        self._only_own = False
        self._is_folded = False
        self._make_slots()
        self._when = label("とき、", "lead")
        self._main = sentence(
            self.hazard, self._when, self.opening, "が開き、", self.who, "が", self.companions, "行き、",
            self.rate, "で入ると、", self.scope,
        )  # fmt: skip
        self._others = self._make_others()
        self._summary = Para("", "small", line=1.4)
        self.more = button("ほかの条件を変える", "flat", on_click=self._on_more)
        self._folded = holder(hbox((self._summary, 1), self.more))
        self.setLayout(vbox(self._main, self._others, self._folded, margins=(2, 1, 2, 1), gap=0.75))
        self._connect()
        self._refresh()
        self.set_folded(folded=False)

    @property
    def conditions(self) -> CapacityConditions:
        """What the sentence says."""
        return self._conditions

    def minimumSizeHint(self) -> QSize:
        """One line high and one choice wide: a flow of words must not inflate its parents (Qt)."""
        return QSize(width(360), control(56))

    def put(self, conditions: CapacityConditions) -> None:
        """Say other conditions without announcing it."""
        self._conditions = conditions
        self._refresh()

    def set_places(self, places: CapacityPlaces) -> None:
        """Take the sites whose number stands in the sentence."""
        self._places = places
        self._refresh()

    def set_district(self, district_id: str, *, only_own: bool = False) -> None:
        """Ask about one 校区 or the city; ``only_own``: the operator sees no other 校区's people."""
        self._only_own = only_own
        chosen = DistrictId(district_id) if district_id else None
        alone = chosen is not None and (only_own or self._conditions.alone)
        self._conditions = replace(self._conditions, district_id=chosen, alone=alone)
        self._refresh()

    def set_folded(self, *, folded: bool) -> None:
        """Show the other conditions as one line of words (little room) or as choices."""
        self._is_folded = folded
        self._others.setVisible(not folded)
        self._folded.setVisible(folded)

    # -- parts ---------------------------------------------------------------------------------

    def _make_slots(self) -> None:
        now, count = self._conditions, self._places.count
        opening, staffing = Opening.of(now), Staffing(now.staff, now.staff_share)
        self.hazard = Slot(choices.hazard_choices(), now.hazard, name="災害")
        self.opening: Slot[Opening | Ask] = Slot(
            choices.opening_choices(opening, count), opening, name="開く施設"
        )
        self.who: Slot[Demand | Ask] = Slot(choices.who_choices(now.demand), now.demand, name="だれが")
        self.companions = Slot(_COMPANY, now.with_companions, name="同行者")
        self.rate = Slot(
            [Choice(rate, choices.rate_words(rate)) for rate in RATES_M2], now.rate_m2, name="1人あたりの面積"
        )
        self.scope = Slot(_SCOPE, current=False, name="範囲")
        self.stage = _small(
            [Choice(4, "警戒レベル4まで"), Choice(3, "警戒レベル3まで")], now.stage, "開く段階"
        )
        self.staff = _small(choices.staffing_choices(staffing), staffing, "職員")
        self.per_staff = _small(
            choices.per_staff_choices(now.places_per_staff), now.places_per_staff, "職員1人が見る人数"
        )
        self.reach: Slot[float | Ask | None] = _small(
            choices.reach_choices(now.reach_m), now.reach_m, "施設までの距離"
        )
        self.off_list: Slot[int | Ask] = _small(
            choices.off_list_choices(now.off_list_people), now.off_list_people, "名簿外の人"
        )
        self.unconfirmed = _small(choices.unconfirmed_choices(), now.unconfirmed, "適否が未確認の施設")
        self.limit = _small(choices.limit_choices(now.time_limit_s), now.time_limit_s, "計算する時間")

    def _make_others(self) -> QWidget:
        self._per_staff_pair = _pair("職員1人に", self.per_staff)
        self._unconfirmed_pair = _pair("適否が未確認の施設", self.unconfirmed)
        made = flow(
            [
                label("ほかの条件", "heading"),
                _pair("段階", self.stage),
                _pair("職員", self.staff),
                self._per_staff_pair,
                _pair("距離", self.reach),
                _pair("名簿外", self.off_list),
                self._unconfirmed_pair,
                _pair("計算", self.limit),
            ],
            gap=1.5,
            line_gap=0.5,
        )
        made.setAccessibleName("ほかの条件")
        return made

    def _connect(self) -> None:
        self.hazard.chosen.connect(lambda value: self._change(hazard=value))
        self.opening.chosen.connect(self._on_opening)
        self.who.chosen.connect(self._on_who)
        self.companions.chosen.connect(lambda value: self._change(with_companions=value))
        self.rate.chosen.connect(lambda value: self._change(rate_m2=value))
        self.scope.chosen.connect(lambda value: self._change(alone=value))
        self.stage.chosen.connect(lambda value: self._change(stage=value))
        self.staff.chosen.connect(lambda value: self._change(staff=value.shift, staff_share=value.share))
        self.per_staff.chosen.connect(lambda value: self._change(places_per_staff=value))
        self.reach.chosen.connect(self._on_reach)
        self.off_list.chosen.connect(self._on_off_list)
        self.unconfirmed.chosen.connect(lambda value: self._change(unconfirmed=value))
        self.limit.chosen.connect(lambda value: self._change(time_limit_s=value))

    # -- choosing ------------------------------------------------------------------------------

    def _on_more(self) -> None:
        self.set_folded(folded=False)
        self.stage.setFocus()

    def _on_opening(self, value: Opening | Ask) -> None:
        before = Opening.of(self._conditions)
        if isinstance(value, Opening):
            self._open(value)
            return
        self.opening.set_value(before)
        if value == ASK_FEW:
            most = len(self._places.sites) or 1
            few = ask_number(
                "開く施設の数",
                "いくつの施設だけを開けられるとして計算しますか。どれを開くと入れない人がいちばん少なくなるかを、"
                "電源優先施設も入れて計算で選びます。",
                before.at_most or min(10, most),
                range(1, most + 1),
                "施設",
                self,
            )
            if few is not None and few != before.at_most:
                self._open(Opening(Decimal(1), before.closed, few))
            return
        closed = ask_closed_sites(self._places.sites, before.closed, self)
        if closed is not None and closed != before.closed:
            self._open(replace(before, closed=closed))

    def _open(self, opening: Opening) -> None:
        self._change(open_rate=opening.rate, closed=opening.closed, open_at_most=opening.at_most)

    def _on_who(self, value: Demand | Ask) -> None:
        if isinstance(value, Demand):
            self._change(demand=value)
            return
        before = self._conditions.demand
        self.who.set_value(before)
        start = int((before.share or Decimal("0.05")) * 100)
        words = "名簿の何%の人が行くとして計算しますか。優先度の高い人から順に数えます。"
        share = ask_number("名簿の割合", words, start, range(1, 101), "%", self)
        if share is not None:
            self._change(demand=Demand(DemandRule.SHARE, (Decimal(share) / 100).normalize()))

    def _on_reach(self, value: float | Ask | None) -> None:
        if not isinstance(value, str):
            self._change(reach_m=value)
            return
        before = self._conditions.reach_m
        self.reach.set_value(before)
        words = "家から直線で何mまでの施設に行けるとして計算しますか。道の長さはこれより長くなります。"
        metres = ask_number(
            "施設までの距離", words, int(before or 1500), range(100, _FARTHEST_M + 1), "m", self
        )
        if metres is not None:
            self._change(reach_m=float(metres))

    def _on_off_list(self, value: int | Ask) -> None:
        before = self._conditions.off_list_people
        if not isinstance(value, str):
            self._change(off_list_people=value)
            return
        self.off_list.set_value(before)
        words = (
            "名簿にいない人(旅行者や、支援措置対象者の分など)が何人来るとして計算しますか。"
            "校区の名簿の大きさに応じて分け、最後に入れます。"
        )
        people = ask_number("名簿外の人数", words, before, range(MOST_OFF_LIST + 1), "人", self)
        if people is not None and people != before:
            self._change(off_list_people=people)

    def _change(self, **new: Any) -> None:  # noqa: ANN401 - each slot has its type
        self._conditions = replace(self._conditions, **new)
        self._refresh()
        self.changed.emit(self._conditions)

    def _refresh(self) -> None:
        now, count = self._conditions, self._places.count
        opening, staffing = Opening.of(now), Staffing(now.staff, now.staff_share)
        has_hazard = now.hazard is not HazardScenario.NONE
        self._when.setText("のとき、" if has_hazard else "とき、")
        self.hazard.set_value(now.hazard)
        self.opening.set_choices(choices.opening_choices(opening, count), opening)
        self.who.set_choices(choices.who_choices(now.demand), now.demand)
        self.companions.set_value(now.with_companions)
        self.rate.set_value(now.rate_m2)
        self.scope.set_value(now.alone)
        self.scope.setVisible(now.district_id is not None and not self._only_own)
        self.stage.set_value(now.stage)
        self.staff.set_choices(choices.staffing_choices(staffing), staffing)
        self.per_staff.set_choices(choices.per_staff_choices(now.places_per_staff), now.places_per_staff)
        self._per_staff_pair.setVisible(now.staff is not StaffShift.NONE)
        self.reach.set_choices(choices.reach_choices(now.reach_m), now.reach_m)
        self.off_list.set_choices(choices.off_list_choices(now.off_list_people), now.off_list_people)
        self.unconfirmed.set_value(now.unconfirmed)
        self._unconfirmed_pair.setVisible(has_hazard)
        self.limit.set_choices(choices.limit_choices(now.time_limit_s), now.time_limit_s)
        self._summary.set_text(choices.other_words(now))


def _small(offered: Sequence[Choice[_T]], now: _T, name: str) -> Slot[_T]:
    """A slot of the quieter second line."""
    made = Slot(offered, now, name=name)
    made.setProperty("shape", "low")
    return made


def _pair(words: str, slot: QWidget) -> QWidget:
    """A word and its choice, never torn apart by the end of a line."""
    return holder(hbox(label(words, "quiet"), slot, gap=0.5))
