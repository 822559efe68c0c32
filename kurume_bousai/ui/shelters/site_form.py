"""施設を直す窓: the whole record of a site in sections, typed; nothing is saved until 保存する."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.domain.site_figures import changed_figures
from kurume_bousai.domain.site_record import FigureSource, SiteFigure
from kurume_bousai.ui.kit.fields import EnterMovesOn
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import ChipRow, Para, VScroll, button, hbox, label, vbox
from kurume_bousai.ui.shelters.site_abilities import (
    AcceptsSection,
    FitnessSection,
    NeedsSection,
    PowerSection,
)
from kurume_bousai.ui.shelters.site_basics import (
    AgreementSection,
    BasicsSection,
    ChecksSection,
    ContactsSection,
)
from kurume_bousai.ui.shelters.site_fold import Fold, Folds
from kurume_bousai.ui.shelters.site_kit import EquipmentSection, StockSection
from kurume_bousai.ui.shelters.site_places import RoomsSection, StaffSection
from kurume_bousai.ui.shelters.site_section import Section
from kurume_bousai.ui.shelters.site_source import SourceAsk

#: What was typed is understood this long after the last key, for the headings and the questions.
_PAUSE_MS: Final = 150


class SiteForm(QDialog):
    """施設を直す窓. ``save(before, after)`` is called with what was typed; it answers with `saved`/`fail`.

    ``settings``: the city's own rate and staff rule, for the numbers the form says.
    """

    def __init__(
        self,
        site: WelfareShelter,
        save: Callable[[WelfareShelter, WelfareShelter], object],
        parent: QWidget | None = None,
        *,
        today: Callable[[], date] = date.today,
        settings: CitySettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._before = site
        self._save = save
        self.setWindowTitle(f"{site.name}を直す")
        self._make_sections(site, today, settings or CitySettings())
        self.problem = Para("", "heading", line=1.35)
        self.problem.hide()
        self.keep = button("保存する", "main", "check", self.submit)
        leave = button("やめる", on_click=self.reject)
        self._all = button("すべて開く", "flat", on_click=self.toggle_all)
        self.fields = VScroll(Folds(self.folds))
        self.setLayout(
            vbox(
                hbox(label(site.name, "title"), None, self._all), (self.fields, 1), self.problem,
                hbox(None, leave, self.keep), margins=(2, 1.5, 2, 1.5), gap=1.25,
            )
        )  # fmt: skip
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.understand)
        self._moves = EnterMovesOn(self)
        self._listen()
        self.understand()
        room = self.screen().availableSize()
        self.resize(min(width(880), room.width() - 40), min(control(620), room.height() - 60))
        QTimer.singleShot(0, self, self._go_to_first)

    def _make_sections(self, site: WelfareShelter, today: Callable[[], date], settings: CitySettings) -> None:
        made = (site, today, settings)
        self.basics, self.contacts = BasicsSection(*made), ContactsSection(*made)
        self.agreed, self.room_section = AgreementSection(*made), RoomsSection(*made)
        self.staff, self.accepting = StaffSection(*made), AcceptsSection(*made)
        self.supports, self.power = NeedsSection(*made), PowerSection(*made)
        self.fit, self.equipment = FitnessSection(*made), EquipmentSection(*made)
        self.stock, self.checks = StockSection(*made), ChecksSection(*made)
        self.name, self.rooms = self.basics.name, self.room_section.rooms
        self.by_day, self.needs = self.staff.by_day, self.supports.lines
        sections: tuple[Section, ...] = (
            self.basics, self.room_section, self.staff, self.accepting, self.supports, self.power, self.fit,
            self.agreed, self.contacts, self.equipment, self.stock, self.checks,
        )  # fmt: skip
        self.folds = tuple(Fold(section) for section in sections)

    # -- what a person does ----------------------------------------------------------------------

    def submit(self) -> None:
        """Read what was typed; hand it over, or say beside which field it cannot be read."""
        try:
            after = self.typed()
        except KnownProblem as problem:
            self.fail(problem)
            return
        self.problem.hide()
        self.keep.setEnabled(False)
        self._save(self._before, after)

    def toggle_all(self) -> None:
        """Open every section, or close them all where every one is open."""
        opens = not all(fold.is_open for fold in self.folds)
        for fold in self.folds:
            fold.set_open(opens)
        self._name_all()

    def typed(self) -> WelfareShelter:
        """Return the site as typed; KnownProblem names the field that cannot be read."""
        site = self._values()
        return replace(site, figure_sources=self._sources(site))

    def saved(self) -> None:
        """Close: it is on the disk."""
        self.accept()

    def fail(self, problem: KnownProblem) -> None:
        """Say what is wrong and open its section; everything typed stays."""
        where = f"{problem.where}: " if problem.where else ""
        self.problem.set_text(f"{where}{problem.message}{problem.advice}")
        self.problem.show()
        self.keep.setEnabled(True)
        for fold in self.folds:
            if problem.where and fold.section.covers(problem.where):
                fold.set_open(True)
                fold.head.setFocus()
                self.fields.ensureWidgetVisible(fold.head)
                return

    # -- following what is typed -------------------------------------------------------------------

    def understand(self) -> None:
        """Say in the headings what the sections hold now, and ask who said what was changed."""
        self._pause.stop()
        for fold in self.folds:
            try:
                site = fold.section.typed(self._before)
            except KnownProblem:
                fold.say("読めない値があります")
                continue
            fold.say(fold.section.summary(site))
            changed = changed_figures(self._before, site)
            for figure, ask in fold.section.asks.items():
                ask.set_changed(is_changed=figure in changed)

    def _values(self) -> WelfareShelter:
        site = self._before
        for fold in self.folds:
            site = fold.section.typed(site)
        return site

    def _sources(self, site: WelfareShelter) -> dict[SiteFigure, FigureSource]:
        """Who said each figure: what was typed; of a changed one never who said the old value."""
        sources = dict(self._before.figure_sources)
        whole = (site.source, site.verified_on) != (self._before.source, self._before.verified_on)
        changed = changed_figures(self._before, site)
        for figure, ask in self._asks():
            told = ask.told()
            if told is not None:
                sources[figure] = told
            elif figure in changed and whole:
                sources.pop(figure, None)
            elif figure in changed:
                sources[figure] = FigureSource()
        return sources

    def _asks(self) -> Iterator[tuple[SiteFigure, SourceAsk]]:
        for fold in self.folds:
            yield from fold.section.asks.items()

    def _listen(self) -> None:
        self.rooms.on_new_line = self._follow
        self.stock.on_new_line = self._follow
        for line in self.findChildren(QLineEdit):
            self._follow(line)
        for row in self.findChildren(ChipRow):
            row.chosen.connect(lambda _value: self._pause.start())
        for made in self.accepting.chips.values():
            made.clicked.connect(lambda _on: self._pause.start())
        for fold in self.folds:
            fold.opened.connect(lambda _open: self._name_all())

    def _follow(self, line: QLineEdit) -> None:
        line.installEventFilter(self._moves)
        line.textChanged.connect(lambda _text: self._pause.start())

    def _name_all(self) -> None:
        are_open = all(fold.is_open for fold in self.folds)
        self._all.setText("すべてたたむ" if are_open else "すべて開く")
        self._all.setAccessibleName(self._all.text())

    def _go_to_first(self) -> None:
        self.folds[0].head.setFocus()
