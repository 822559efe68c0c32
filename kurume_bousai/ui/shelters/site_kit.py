"""設備と備蓄: dated answers, and what stands in the cupboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.domain.site_record import Equipment, EquipmentFact, StockItem
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, button, field, hbox, holder, label, vbox
from kurume_bousai.ui.shelters.site_basics import vbox_of
from kurume_bousai.ui.shelters.site_section import Section
from kurume_bousai.ui.shelters.site_source import day_of
from kurume_bousai.ui.shelters.site_values import read_stock, write_amount

_THERE, _ABSENT, _UNKNOWN = "there", "absent", "unknown"
_ANSWERS = [(_THERE, "あり"), (_ABSENT, "なし"), (_UNKNOWN, "不明")]
_LEAST_ITEMS = 2


class DayOfChange(QWidget):
    """確認日の欄 for the answers that were changed; today unless another day is typed."""

    def __init__(self, name: str, today: Callable[[], date]) -> None:
        super().__init__()
        self._name = name
        self.day = DateEdit(name, today(), today=today)
        fix(self.day.line, fixed_width=190)
        self.setLayout(hbox(field("直した値を確かめた日", self.day), None))

    def value(self) -> date | None:
        """Return the day; KnownProblem where it cannot be read."""
        return day_of(self.day, self._name)


class EquipmentSection(Section):
    """設備の欄."""

    title = "設備"
    names = ("設備",)

    def build(self) -> QWidget:
        """Make a row of chips per item, with the day it was confirmed."""
        facts = self.site.record.equipment
        self.chips = {
            kind: ChipRow(_ANSWERS, _answer(facts.get(kind)), name=word_of(kind)) for kind in Equipment
        }
        self.day = DayOfChange("設備の確認日", self.today)
        place = QGridLayout()
        grid(place, gap=0.75)
        place.setColumnStretch(1, 1)
        for number, (kind, chips) in enumerate(self.chips.items()):
            place.addWidget(label(word_of(kind)), number, 0)
            place.addWidget(chips, number, 1)
            place.addWidget(label(_confirmed(facts.get(kind)), "small"), number, 2)
        return vbox_of(holder(place), self.day)

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was chosen; only what changed takes the new day."""
        kept = self.site.record.equipment
        facts = dict(kept)
        for kind, chips in self.chips.items():
            answer = chips.value() or _UNKNOWN
            if answer == _answer(kept.get(kind)):
                continue
            facts.pop(kind, None)
            if answer != _UNKNOWN:
                facts[kind] = EquipmentFact(answer == _THERE, self.day.value())
        return replace(site, record=replace(site.record, equipment=facts))

    def summary(self, site: WelfareShelter) -> str:
        """Say how many are there, and how many nobody knows about."""
        facts = site.record.equipment
        there = sum(fact.is_there for fact in facts.values())
        return f"あり {there}・なし {len(facts) - there}・不明 {len(Equipment) - len(facts)}"


class StockSection(Section):
    """備蓄の欄: an item and its amount with a unit per line; an empty line is none."""

    title = "備蓄"
    names = ("備蓄",)

    def build(self) -> QWidget:
        """Make a line per item."""
        self.lines: list[tuple[QLineEdit, QLineEdit]] = []
        self.on_new_line: Callable[[QLineEdit], None] | None = None
        self._place = QVBoxLayout()
        grid(self._place, gap=0.75)
        for item in self.site.record.stock:
            self._add(item)
        while len(self.lines) < _LEAST_ITEMS:
            self._add(None)
        more = button("品目を足す", "plain", "plus", self._add_and_go)
        self.day = DayOfChange("備蓄の確認日", self.today)
        return holder(vbox(self._place, hbox(more, None), self.day, gap=1.5))

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed; only what changed takes the new day."""
        kept = {(item.name, item.amount, item.unit): item for item in self.site.record.stock}
        read = read_stock([(name.text(), amount.text()) for name, amount in self.lines])
        day = self.day.value() if any(_key(item) not in kept for item in read) else None
        stock = tuple(kept.get(_key(item)) or replace(item, confirmed_on=day) for item in read)
        return replace(site, record=replace(site.record, stock=stock))

    def summary(self, site: WelfareShelter) -> str:
        """Say how many items are written down."""
        return f"{len(site.record.stock)}品目" if site.record.stock else "書いていません"

    def _add(self, item: StockItem | None) -> None:
        number = len(self.lines) + 1
        name = QLineEdit("" if item is None else item.name)
        amount = QLineEdit("" if item is None else write_amount(item.amount, item.unit))
        name.setAccessibleName(f"{number}番目の備蓄の品目")
        amount.setAccessibleName(f"{number}番目の備蓄の数と単位")
        name.setPlaceholderText("品目(毛布など)")
        amount.setPlaceholderText("例 30枚")
        fix(amount, fixed_width=150)
        confirmed = label("" if item is None else _day_words(item.confirmed_on), "small")
        self.lines.append((name, amount))
        self._place.addLayout(hbox((name, 1), amount, confirmed))
        if self.on_new_line is not None:
            for line in (name, amount):
                self.on_new_line(line)

    def _add_and_go(self) -> None:
        self._add(None)
        self.lines[-1][0].setFocus()


def _key(item: StockItem) -> tuple[str, Decimal | None, str]:
    return item.name, item.amount, item.unit


def _answer(fact: EquipmentFact | None) -> str:
    if fact is None:
        return _UNKNOWN
    return _THERE if fact.is_there else _ABSENT


def _confirmed(fact: EquipmentFact | None) -> str:
    if fact is None:
        return ""
    return "  ".join(filter(None, (_day_words(fact.confirmed_on), fact.note)))


def _day_words(day: date | None) -> str:
    return "" if day is None else f"{format_wareki_short(day)} 確認"
