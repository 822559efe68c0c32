"""条件の文: the conditions of the question as a sentence whose underlined words are the choices."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from kurume_bousai.domain.capacity import RATES_M2, StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.capacity.dialogs import ask_closed_sites, ask_off_list
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import Choice, Slot, label, sentence, vbox

RATES: Final = (Decimal(1), Decimal("0.6"), Decimal("0.4"), Decimal("0.2"))
SHARES: Final = (Decimal("0.05"), Decimal("0.1"), Decimal("0.2"))
OFF_LIST: Final = (0, 50, 100, 300)
#: The entry of a menu that opens a dialog; never in force itself.
ASK: Final = "ask"
Ask = Literal["ask"]

_WHO: Final = {
    DemandRule.PLAN: "マイプランで福祉避難所へ行く人",
    DemandRule.SCREENED: "スクリーニングで区分2・3の人",
    DemandRule.IN_HAZARD: "家が危険な区域の中にある人",
    DemandRule.ALL: "名簿の全員",
}
_STAFF: Final = {
    StaffShift.DAY: "昼の職員1人に10人まで",
    StaffShift.NIGHT: "夜の職員1人に10人まで",
    StaffShift.NONE: "職員の数にかかわらず",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """開く施設: a share of the 37, and sites closed by name."""

    rate: Decimal = Decimal(1)
    closed: frozenset[SiteId] = frozenset()


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
        self.hazard = Slot(
            [Choice(one, word_of(one)) for one in HazardScenario], conditions.hazard, name="災害"
        )
        self.opening: Slot[Opening | Ask] = Slot(
            [Choice(Opening(), "すべての施設")], Opening(), name="開く施設"
        )
        self.who = Slot(_who_choices(), conditions.demand, name="だれが")
        self.companions = Slot(
            [Choice(value=True, words="家族・介助者と"), Choice(value=False, words="本人だけで")],
            conditions.with_companions,
            name="同行者",
        )
        self.rate = Slot(
            [Choice(rate, f"1人 {rate}㎡") for rate in RATES_M2], conditions.rate_m2, name="1人あたりの面積"
        )
        self.staff = Slot([Choice(one, _STAFF[one]) for one in StaffShift], conditions.staff, name="職員")
        self.stage = Slot(
            [Choice(4, "警戒レベル4"), Choice(3, "警戒レベル3")],
            conditions.stage,
            name="段階",
        )
        self.off_list: Slot[int | Ask] = Slot([Choice(0, "0人")], 0, name="名簿外の人")
        self.scope = Slot(
            [
                Choice(
                    value=False, words="全市のうち この校区の分は", in_menu="全市で計算し、この校区の分を見る"
                ),
                Choice(value=True, words="この校区だけなら", in_menu="この校区の人だけで計算する"),
            ],
            current=False,
            name="範囲",
        )
        self.unconfirmed = Slot(
            [Choice(UnconfirmedSites.USE, "使い"), Choice(UnconfirmedSites.EXCLUDE, "使わず")],
            conditions.unconfirmed,
            name="適否が未確認の施設",
        )
        self._when = _word("とき、")
        self._unconfirmed_words, self._comma = _word("適否が未確認の施設も"), _word("、")
        self.setLayout(
            vbox(
                sentence(
                    self.hazard, self._when, self._unconfirmed_words, self.unconfirmed, self._comma,
                    self.stage, "までに", self.opening, "が開き、", self.who, "が", self.companions, "行き、",
                    "名簿外の", self.off_list, "も加わり、", self.rate, "で", self.staff, "入ると、",
                    self.scope,
                ),
                margins=(2, 1, 2, 1),
            )
        )  # fmt: skip
        self._connect()
        self._refresh()

    @property
    def conditions(self) -> CapacityConditions:
        """What the sentence says."""
        return self._conditions

    def minimumSizeHint(self) -> QSize:
        """One line high and one choice wide: a flow of words must not inflate its parents (Qt)."""
        return QSize(width(360), control(56))

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

    def _connect(self) -> None:
        self.hazard.chosen.connect(lambda value: self._change(hazard=value))
        self.opening.chosen.connect(self._on_opening)
        self.who.chosen.connect(lambda value: self._change(demand=value))
        self.companions.chosen.connect(lambda value: self._change(with_companions=value))
        self.rate.chosen.connect(lambda value: self._change(rate_m2=value))
        self.staff.chosen.connect(lambda value: self._change(staff=value))
        self.stage.chosen.connect(lambda value: self._change(stage=value))
        self.off_list.chosen.connect(self._on_off_list)
        self.scope.chosen.connect(lambda value: self._change(alone=value))
        self.unconfirmed.chosen.connect(lambda value: self._change(unconfirmed=value))

    def _on_opening(self, value: Opening | Ask) -> None:
        before = Opening(self._conditions.open_rate, self._conditions.closed)
        if isinstance(value, Opening):
            self._change(open_rate=value.rate, closed=value.closed)
            return
        self.opening.set_value(before)
        closed = ask_closed_sites(self._places.sites, before.closed, self)
        if closed is not None and closed != before.closed:
            self._change(open_rate=before.rate, closed=closed)

    def _on_off_list(self, value: int | Ask) -> None:
        before = self._conditions.off_list_people
        if value != ASK:
            self._change(off_list_people=value)
            return
        self.off_list.set_value(before)
        people = ask_off_list(before, self)
        if people is not None and people != before:
            self._change(off_list_people=people)

    def _change(self, **new: object) -> None:
        self._conditions = replace(self._conditions, **new)  # type: ignore[arg-type]  # each slot has its type
        self._refresh()
        self.changed.emit(self._conditions)

    def _refresh(self) -> None:
        now = self._conditions
        has_hazard = now.hazard is not HazardScenario.NONE
        self._when.setText("のとき、" if has_hazard else "とき、")
        for part in (self._unconfirmed_words, self.unconfirmed, self._comma):
            part.setVisible(has_hazard)
        opening = Opening(now.open_rate, now.closed)
        offered = [Opening(rate, now.closed) for rate in RATES]
        offered += [] if opening in offered else [opening]
        choices: list[Choice[Opening | Ask]] = [Choice(one, self._opening_words(one)) for one in offered]
        if now.closed:
            everyone = Opening(now.open_rate)
            choices.append(Choice(everyone, self._opening_words(everyone), "施設を閉じない"))
        choices.append(Choice(ASK, "選ぶ", "閉じる施設を選ぶ…"))
        self.opening.set_choices(choices, opening)
        counts = sorted({*OFF_LIST, now.off_list_people})
        people: list[Choice[int | Ask]] = [Choice(count, f"{count:,}人") for count in counts]
        self.off_list.set_choices([*people, Choice(ASK, "人数", "ほかの人数を入れる…")], now.off_list_people)
        self.scope.set_value(now.alone)
        self.scope.setVisible(now.district_id is not None and not self._only_own)

    def _opening_words(self, opening: Opening) -> str:
        count = self._places.count
        opens = math.floor(opening.rate * count)
        percent = f"{(opening.rate * 100).normalize():f}%"
        closed = f"・閉じる {len(opening.closed)}施設" if opening.closed else ""
        if not count:
            return "電源優先施設だけ"
        if opening.rate == 1 and not opening.closed:
            return f"{count}施設すべて"
        return f"{count}施設のうち {opens}施設まで({percent}{closed})"


def _who_choices() -> list[Choice[Demand]]:
    choices = [Choice(Demand(rule), words) for rule, words in _WHO.items()]
    return choices + [
        Choice(
            Demand(DemandRule.SHARE, share),
            f"名簿の {(share * 100).normalize():f}%",
            f"名簿の {(share * 100).normalize():f}%(優先度の高い順)",
        )
        for share in SHARES
    ]


def _word(text: str) -> QLabel:
    return label(text, "lead")
