"""受入対象・支援・電源・適否: whom a site can take, and when."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited, WelfareShelter
from kurume_bousai.domain.site_record import SiteFigure
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.widgets import ChipRow, NeedMark, chip, field, flow, hbox, holder, label
from kurume_bousai.ui.shelters.site_basics import two_by_two, vbox_of
from kurume_bousai.ui.shelters.site_section import Section
from kurume_bousai.ui.shelters.site_values import (
    read_count,
    read_number,
    read_units,
    write_count,
    write_number,
    write_units,
)

_UNKNOWN, _EVERYBODY, _SOME = "unknown", "everybody", "some"
_HAZARDS = tuple(one for one in HazardScenario if one is not HazardScenario.NONE)


class AcceptsSection(Section):
    """受入対象の欄: 不明, だれでも, or the chosen ones."""

    title = "受入対象"
    names = ("受入対象",)
    figures = (SiteFigure.ACCEPTS,)

    def build(self) -> QWidget:
        """Make the chips."""
        accepts = self.site.accepts
        current = _UNKNOWN if accepts is None else _EVERYBODY if isinstance(accepts, Unlimited) else _SOME
        choices = [(_UNKNOWN, "不明(確認するまで誰も入れない)"), (_EVERYBODY, "だれでも"), (_SOME, "次の人")]
        self.kind = ChipRow(choices, current, name="受入対象")
        ticked = accepts if isinstance(accepts, frozenset) else frozenset()
        self.chips = {one: chip(word_of(one), checked=one in ticked) for one in AdmissionCategory}
        for one in self.chips.values():
            one.clicked.connect(lambda _on: self.kind.set_value(_SOME))
        return vbox_of(self.kind, flow(list(self.chips.values())), self.asks[SiteFigure.ACCEPTS])

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was chosen."""
        return replace(site, accepts=self.value())

    def value(self) -> frozenset[AdmissionCategory] | Unlimited | None:
        """Return the choice."""
        if self.kind.value() == _EVERYBODY:
            return UNLIMITED
        if self.kind.value() == _SOME:
            return frozenset(one for one, made in self.chips.items() if made.isChecked())
        return None

    def summary(self, site: WelfareShelter) -> str:
        """Say whom it takes."""
        if site.accepts is None:
            return "不明(誰も入れません)"
        if isinstance(site.accepts, Unlimited):
            return "だれでも"
        return "・".join(word_of(one) for one in AdmissionCategory if one in site.accepts) or "なし"


class UnitsEdit(QWidget):
    """組の欄: a number of parties, or 制限なし, なし, 不明 by one press."""

    edited = Signal()

    def __init__(self, name: str, units: int | Unlimited | None) -> None:
        super().__init__()
        self.line = QLineEdit(write_units(units))
        self.line.setAccessibleName(f"{name}の受け入れ(組)")
        self.line.setPlaceholderText("不明")
        fix(self.line, fixed_width=110)
        choices: list[tuple[str, str]] = [
            (write_units(UNLIMITED), "制限なし"), (write_units(0), "なし"), ("", "不明"),
        ]  # fmt: skip
        self._choices = tuple(value for value, _words in choices)
        self.words = ChipRow(choices, None, name=f"{name}の受け入れ")
        self.words.chosen.connect(lambda value: self.line.setText(str(value)))
        self.line.textChanged.connect(self._on_typed)
        self.setFocusProxy(self.line)
        self.setLayout(hbox(self.line, label("組", "quiet"), (self.words, 1), gap=0.75))
        self._on_typed(self.line.text())

    def setText(self, text: str) -> None:
        """Type into the line."""
        self.line.setText(text)

    def text(self) -> str:
        """Return what was typed."""
        return self.line.text()

    def _on_typed(self, text: str) -> None:
        self.words.set_value(text if text in self._choices else None)
        self.edited.emit()


class NeedsSection(Section):
    """必要な支援の欄."""

    title = "必要な支援の受け入れ(組)"
    names = tuple(word_of(need) for need in Need)
    figures = (SiteFigure.NEEDS,)

    def build(self) -> QWidget:
        """Make a line per need."""
        self.lines = {need: UnitsEdit(word_of(need), self.site.need_capacity.get(need)) for need in Need}
        place = QGridLayout()
        grid(place, gap=0.75)
        place.setColumnStretch(2, 1)
        for number, (need, line) in enumerate(self.lines.items()):
            place.addWidget(NeedMark(need_sign(need), word_of(need)), number, 0)
            place.addWidget(label(word_of(need)), number, 1)
            place.addWidget(line, number, 2, alignment=Qt.AlignmentFlag.AlignVCenter)
        return vbox_of(holder(place), self.asks[SiteFigure.NEEDS])

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed; what was kept as unknown stays so."""
        units = {need: read_units(line.text(), word_of(need)) for need, line in self.lines.items()}
        kept = self.site.need_capacity
        said = {need: value for need, value in units.items() if value is not None or need in kept}
        return replace(site, need_capacity=said)

    def summary(self, site: WelfareShelter) -> str:
        """Say the units by the one-letter signs."""
        known = {need: units for need in Need if (units := site.need_capacity.get(need)) is not None}
        parts = [f"{need_sign(need)} {write_units(units)}" for need, units in known.items()]
        missing = len(Need) - len(known)
        return "・".join([*parts, f"不明 {missing}"] if missing else parts)


class PowerSection(Section):
    """電源の欄."""

    title = "非常用の電源"
    names = ("発電",)
    figures = (SiteFigure.POWER,)

    def build(self) -> QWidget:
        """Make the fields."""
        self.kw = QLineEdit(write_number(self.site.power_kw))
        self.hours = QLineEdit(write_number(self.site.power_hours))
        for line in (self.kw, self.hours):
            line.setPlaceholderText("不明")
        return vbox_of(
            two_by_two(field("発電の出力(kW)", self.kw), field("続けて動く時間(時間)", self.hours)),
            self.asks[SiteFigure.POWER],
        )

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        return replace(
            site,
            power_kw=read_number(self.kw.text(), "発電の出力"),
            power_hours=read_number(self.hours.text(), "発電の時間"),
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say both figures."""
        kw = "出力 不明" if site.power_kw is None else f"{site.power_kw:g}kW"
        hours = "時間 不明" if site.power_hours is None else f"{site.power_hours:g}時間"
        return f"{kw}・{hours}"


class FitnessSection(Section):
    """適否と開き方の欄."""

    title = "災害ごとの適否と開き方"
    names = ("開く段階", "開く順番")
    figures = (SiteFigure.FITNESS,)

    def build(self) -> QWidget:
        """Make a row of chips per hazard, and when the site opens."""
        answers = [(one, word_of(one)) for one in Fitness]
        self.fitness = {
            hazard: ChipRow(answers, self.site.fitness_for(hazard), name=f"{word_of(hazard)}の適否")
            for hazard in _HAZARDS
        }
        levels = [(3, "警戒レベル3"), (4, "警戒レベル4")]
        self.level = ChipRow(levels, self.site.opens_at_level, name="開く段階")
        self.order = QLineEdit(write_count(self.site.opening_order))
        self.order.setPlaceholderText("決めていない")
        hazards = two_by_two(*(field(word_of(hazard), chips) for hazard, chips in self.fitness.items()))
        opening = two_by_two(field("開く段階", self.level), field("開く順番", self.order))
        return vbox_of(hazards, self.asks[SiteFigure.FITNESS], opening)

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was chosen; what nobody answered stays unanswered."""
        answers = {hazard: chips.value() or Fitness.UNCONFIRMED for hazard, chips in self.fitness.items()}
        kept = self.site.fitness
        said: dict[HazardScenario, Fitness] = {
            hazard: answer
            for hazard, answer in answers.items()
            if answer is not Fitness.UNCONFIRMED or hazard in kept
        }
        return replace(
            site,
            fitness=said,
            opens_at_level=self.level.value() or site.opens_at_level,
            opening_order=read_count(self.order.text(), "開く順番") or None,
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say how many are answered, and when it opens."""
        unfit = [word_of(one) for one in _HAZARDS if site.fitness_for(one) is Fitness.UNFIT]
        open_ones = sum(site.fitness_for(one) is Fitness.UNCONFIRMED for one in _HAZARDS)
        words = f"不適 {'・'.join(unfit)}" if unfit else "不適なし"
        return f"{words}・未確認 {open_ones}・レベル{site.opens_at_level}"
