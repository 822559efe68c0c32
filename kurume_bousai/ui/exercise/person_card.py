"""一人の札: supporter, destination, means, time, who will receive whose data, and 決める."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QWidget

from kurume_bousai.domain.acts import Decision
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, SiteId, SupporterId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.route_answers import WayAnswer
from kurume_bousai.domain.routes import TravelChoice
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.labels.routes import short_way_words
from kurume_bousai.services.ports.routes import RouteConditions
from kurume_bousai.services.routes.obstacles import barriers_of
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.exercise.words import flood_words, metres, person_words, signs
from kurume_bousai.ui.kit.widgets import (
    ChipRow,
    NeedMark,
    Para,
    VScroll,
    button,
    fix,
    hbox,
    holder,
    label,
    vbox,
)

_MODES = (TravelMode.WALK, TravelMode.WHEELCHAIR, TravelMode.CAR, TravelMode.STRETCHER)
_LEVELS = ((3, "レベル3"), (4, "レベル4"))


class _Chips(VScroll):
    """The rows of chips: as high as their lines are at this width, so that the list above keeps the rest."""

    def sizeHint(self) -> QSize:
        """As high as the rows are at this width (Qt)."""
        wanted = super().sizeHint()
        width = self.viewport().width()
        if self.isVisible() and self.widget().hasHeightForWidth():
            wanted.setHeight(self.widget().heightForWidth(width))
        return wanted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height (Qt)."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class PersonCard(QFrame):
    """一人の札. ``decided(Decision)`` on 決める; ``taken_back()``; ``closed()`` on Esc."""

    decided = Signal(object)
    taken_back = Signal()
    closed = Signal()

    def __init__(self, controller: SessionController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._member_id: MemberId | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("選んだ人")
        self._number = label("", "lead_bold")
        self._marks = holder(hbox(gap=0.5))
        self._name = label("", "lead_bold")
        self._facts = label("", "small")
        self._supporters: ChipRow[str] = ChipRow((), name="支援者")
        self._sites: ChipRow[str] = ChipRow((), name="行先")
        self._modes: ChipRow[str] = ChipRow([(mode.value, word_of(mode)) for mode in _MODES], name="手段")
        self._levels: ChipRow[int] = ChipRow(_LEVELS, name="出る時")
        self._way = Para("", role="small")
        self._told = Para("", role="small")
        self._decide = button("決める", "main", on_click=self._on_decide)
        self._take_back = button("消す", "flat", on_click=self.taken_back.emit, name="決めたことを消す")
        self._empty = Para("地図か一覧で、一人を選んでください。", role="quiet")
        self._supporters.chosen.connect(self._on_choice)
        self._sites.chosen.connect(self._on_site_chosen)
        self._modes.chosen.connect(lambda _mode: self._ask_way())
        self._content = self._build()
        self.setLayout(vbox(self._empty, (self._content, 1), margins=(1.5, 1, 1.5, 1)))
        self.show_person(None)

    def _build(self) -> QWidget:
        head = hbox(self._number, self._marks, self._name, None, self._facts, gap=1)
        rows = [self._row("支援者", self._supporters), self._row("行先", self._sites), self._way]
        rows += [self._row("手段", self._modes), self._row("出る時", self._levels)]
        self._chips = chips = _Chips(vbox(*rows, None, gap=0.75))
        foot = hbox((self._told, 1), self._take_back, self._decide, gap=1)
        return holder(vbox(head, (chips, 1), foot, gap=0.75))

    @staticmethod
    def _row(caption: str, chips: QWidget) -> QWidget:
        words: QLabel = label(caption, "quiet")
        fix(words, fixed_width=52)
        return holder(hbox(words, (chips, 1), gap=0.5))

    # -- showing -------------------------------------------------------------------------------

    def show_person(self, member_id: MemberId | None) -> None:
        """Show one person with what is decided so far; None = nobody chosen."""
        self._member_id = member_id
        session = self._controller.session
        person = session.people.get(member_id) if member_id else None
        self._empty.setVisible(person is None)
        self._content.setVisible(person is not None)
        if person is None or member_id is None:
            return
        self._number.setText(f"{person.number}番")
        self._show_marks(signs(person))
        self._facts.setText(flood_words(person.flood_rank))
        self._facts.setToolTip(person_words(person))
        decided = session.board.assignment(member_id)
        self._fill_supporters(member_id, decided.supporter_id)
        self._fill_sites(member_id, decided.site_id)
        default = TravelMode.WHEELCHAIR if Need.WHEELCHAIR in person.needs else TravelMode.CAR
        if Need.STRETCHER in person.needs:
            default = TravelMode.STRETCHER
        self._modes.set_value(decided.travel_mode or default.value)
        self._levels.set_value(decided.level or 3)
        self._take_back.setVisible(not decided.is_empty)
        self.show_names()
        self._ask_way()
        self._chips.updateGeometry()

    def show_names(self) -> None:
        """Write or take away names; the chips keep their choice."""
        if self._member_id is None:
            return
        self._name.setText(self._controller.member_words(self._member_id))
        chosen = self._supporters.value()
        self._fill_supporters(self._member_id, SupporterId(chosen) if chosen else None)
        self._say_who_receives()

    def _show_marks(self, letters: str) -> None:
        layout = self._marks.layout()
        while layout is not None and layout.count():
            item = layout.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        for need in Need:
            sign = need_sign(need)
            if layout is not None and sign in letters:
                layout.addWidget(NeedMark(sign, word_of(need)))

    def _fill_supporters(self, member_id: MemberId, chosen: SupporterId | None) -> None:
        session = self._controller.session
        candidates = session.supporter_candidates(member_id)
        choices = []
        for candidate in candidates:
            supporter_id = SupporterId(candidate.key)
            load = session.supporter_load(supporter_id)
            busy = f"・{load}人" if load else ""
            words = f"{self._controller.supporter_words(supporter_id)} {metres(candidate.distance_m)}{busy}"
            choices.append((candidate.key, words))
        if chosen is not None and chosen not in dict(choices):
            choices.append((chosen, self._controller.supporter_words(chosen)))
        self._supporters.set_choices(choices, chosen)

    def _fill_sites(self, member_id: MemberId, chosen: SiteId | None) -> None:
        session = self._controller.session
        balance = self._controller.balance
        takes = balance.takes(session.people[member_id])
        choices = []
        for candidate in session.site_candidates(member_id, takes):
            site_id = SiteId(candidate.key)
            choices.append(
                (candidate.key, f"{self._controller.site_words(site_id)} {balance.words(site_id)}")
            )
        for candidate in session.shelter_candidates(member_id):
            site_id = SiteId(candidate.key)
            choices.append((candidate.key, self._controller.site_words(site_id)))
        if chosen is not None and chosen not in dict(choices):
            choices.append((chosen, self._controller.site_words(chosen)))
        choices.append((_OTHER, "ほか"))
        self._sites.set_choices(choices, chosen)

    def _say_who_receives(self) -> None:
        chosen = self._supporters.value()
        person = self._controller.session.people.get(self._member_id) if self._member_id else None
        if chosen is None or person is None:
            self._told.set_text("支援者か行先を選んで「決める」を押します。")
            return
        supporter = self._controller.supporter_words(SupporterId(chosen))
        self._told.set_text(
            f"計画にすると、支援者 {supporter} に、{person.number}番の人の名前・住所・必要な支援が渡ります。"
        )

    # -- the way along roads -------------------------------------------------------------------

    def _ask_way(self) -> None:
        """Length and minutes to the chosen destination, where roads are known; what is drawn is closed."""
        self._show_way(None)
        site, session = self._sites.value(), self._controller.session
        person = session.people.get(self._member_id) if self._member_id else None
        end = session.point_of(SiteId(site)) if site and site != _OTHER else None
        desktop = self._controller.desktop
        if person is None or person.home is None or end is None:
            desktop.runner.compute(lambda: None, key=_WAY)  # an answer that is on its way is stale
            return
        planning, home = desktop.services.route_planning, person.home
        mode = TravelMode(self._modes.value() or TravelMode.WALK.value)
        drawn = tuple(session.board.features.values())
        conditions = RouteConditions(TravelChoice(mode), obstacles=barriers_of(drawn))
        desktop.runner.compute(
            lambda: planning.way(home, end, conditions), self._show_way, on_fail=self._no_way, key=_WAY
        )

    def _show_way(self, answer: WayAnswer | None) -> None:
        words = short_way_words(answer) if answer is not None else ""
        self._way.set_text(words)
        self._way.setVisible(bool(words))

    @staticmethod
    def _no_way(error: BaseException) -> bool:
        """Roads that cannot be read are told where they are kept, not in the middle of a session."""
        return isinstance(error, KnownProblem)

    # -- choosing ------------------------------------------------------------------------------

    def first_chip(self) -> QWidget:
        """Where the keyboard goes when a person was chosen."""
        return next(iter(self._supporters.findChildren(QPushButton)), self._decide)

    def decision(self) -> Decision:
        """What the chips say now."""
        supporter, site = self._supporters.value(), self._sites.value()
        return Decision(
            supporter_id=SupporterId(supporter) if supporter else None,
            site_id=SiteId(site) if site and site != _OTHER else None,
            travel_mode=self._modes.value(),
            level=self._levels.value(),
        )

    def _on_choice(self, _value: str) -> None:
        self._say_who_receives()

    def _on_site_chosen(self, value: str) -> None:
        if value == _OTHER:
            self._open_others()
        self._ask_way()

    def _open_others(self) -> None:
        """Every destination of the city, those that can take the person first."""
        if self._member_id is None:
            return
        session, balance = self._controller.session, self._controller.balance
        takes = balance.takes(session.people[self._member_id])
        menu = QMenu(self)
        for site in sorted(session.sites.values(), key=lambda site: (not takes.get(site.site_id), site.name)):
            if session.board.is_open(site.site_id):
                words = f"{site.short_name or site.name}　{balance.words(site.site_id)}"
                menu.addAction(words, partial(self._choose_other, site.site_id))
        menu.addSeparator()
        for candidate in session.shelter_candidates(self._member_id, 5):
            site_id = SiteId(candidate.key)
            words = f"{self._controller.site_words(site_id)}　{metres(candidate.distance_m)}"
            menu.addAction(words, partial(self._choose_other, site_id))
        menu.aboutToHide.connect(self._forget_other)
        menu.popup(self._sites.mapToGlobal(self._sites.rect().bottomLeft()))

    def _choose_other(self, site_id: SiteId) -> None:
        if self._member_id is not None:
            self._fill_sites(self._member_id, site_id)
            self._ask_way()

    def _forget_other(self) -> None:
        if self._sites.value() == _OTHER:
            self._sites.set_value(None)

    def _on_decide(self) -> None:
        self.decided.emit(self.decision())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the card (Qt)."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


_OTHER = "other"
_WAY = "session-way"
