"""一人の位置: the address as received, why it is here, and the places to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import GeocodeMatch, GeocodeReason, PlaceLevel
from kurume_bousai.domain.home_places import HomeDoubt
from kurume_bousai.services.places.home_placing import Candidate, PlacingCase
from kurume_bousai.ui.geocode.words import candidate_words, doubt_sentence
from kurume_bousai.ui.kit.layouts import VScroll, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, label
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.place_words import place_words
from kurume_bousai.ui.registry.words import UNKNOWN, address_words, number_words

_PIN_WORDS = "地図で押した所に、手で置く"
_PROTECTED = "支援措置対象者なので、地図には出しません。候補のことばで確かめてください。"


class CasePanel(QWidget):
    """一人の位置.

    ``candidate_chosen(place in the list)`` when another one is marked, -1 = the place pressed on the map;
    ``take_wanted()``, ``set_aside_wanted()``, ``later_wanted()``, ``back_wanted()`` by its buttons.
    """

    candidate_chosen = Signal(int)
    take_wanted = Signal()
    set_aside_wanted = Signal()
    later_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._case: PlacingCase | None = None
        self._pin: LonLat | None = None
        self._rows: list[QWidget] = []
        self._smalls: list[Para] = []
        self._is_single = False
        self.number = label("", "heading")
        self.address = Para("", "lead", line=1.35)
        self.sentence = Para("", line=1.35)
        self.present = Para("", "small", line=1.35)
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self.choices: list[QRadioButton] = []
        self.pin_choice = QRadioButton(_PIN_WORDS)
        self._list = vbox(gap=0.25)
        self.take_button = button(
            "この位置に決める", "main", "map-marker-check-outline", self.take_wanted.emit,
            name="この位置に決める Ctrl+Enter",
        )  # fmt: skip
        self.aside_button = button("この住所では決められない", on_click=self.set_aside_wanted.emit)
        self.later_button = button(
            "あとにする", "tool", on_click=self.later_wanted.emit, name="あとにして次の人へ"
        )
        self.back_button = button(
            "前の人に戻る", "tool", on_click=self.back_wanted.emit, name="いま決めた人にもう一度戻る"
        )
        head = hbox((self.number, 1), self.back_button, self.later_button, gap=0.75)
        inner = vbox(self.address, self.sentence, self.present, self.pin_choice, self._list, None, gap=0.5)
        foot = hbox(self.take_button, self.aside_button, None, gap=0.75)
        self.setLayout(vbox(head, (VScroll(inner), 1), foot, gap=0.5))
        self.setAccessibleName("選んだ人の位置")
        privacy.changed.connect(self._on_privacy_changed)
        self.set_case(None)

    @property
    def case(self) -> PlacingCase | None:
        """Whom it shows."""
        return self._case

    @property
    def pin(self) -> LonLat | None:
        """The place pressed on the map, not yet decided."""
        return self._pin

    def set_case(self, case: PlacingCase | None) -> None:
        """Show a person, or nobody."""
        self._case = case
        self._pin = None
        self._fill(case.candidates if case is not None else ())
        self._refresh()
        # Only one house was found: it is offered. Where there is a doubt, a person must say which.
        if case is not None and case.doubt is HomeDoubt.UNPLACED and case.reason is GeocodeReason.FOUND:
            self.choices[0].setChecked(True)
        self._arm()

    def set_pin(self, point: LonLat | None) -> None:
        """Propose the place pressed on the map."""
        self._pin = point
        self.pin_choice.setVisible(point is not None)
        if point is not None:
            self.pin_choice.setChecked(True)
            self.candidate_chosen.emit(-1)
        self._arm()

    def chosen(self) -> Candidate | LonLat | None:
        """What would be taken: a candidate, the place pressed on the map, or nothing."""
        number = self._group.checkedId()
        if number == -1 or self._case is None:
            return None
        return self._pin if number == _PIN else self._candidates[number]

    def choose(self, number: int) -> None:
        """Mark a candidate (its mark was pressed on the map)."""
        if 0 <= number < len(self.choices):
            self.choices[number].setChecked(True)

    def set_single(self) -> None:
        """There is no next person: nothing to put off."""
        self._is_single = True
        self.later_button.hide()

    def set_can_go_back(self, *, can: bool) -> None:
        """Offer the person who was decided last."""
        self.back_button.setVisible(can)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _candidates(self) -> Sequence[Candidate]:
        return self._case.candidates if self._case is not None else ()

    def _fill(self, candidates: Sequence[Candidate]) -> None:
        self._group.setExclusive(False)
        for old in self._group.buttons():
            self._group.removeButton(old)
            old.setChecked(False)
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self.choices, self._smalls = [], [], []
        for number in range(len(candidates)):
            choice, small = QRadioButton(), Para("", "small", line=1.25)
            self._group.addButton(choice, number)
            row = holder(vbox(choice, hbox((small, 1), margins=(3.5, 0, 0, 0)), gap=0))
            self._list.addWidget(row)
            self._rows.append(row)
            self.choices.append(choice)
            self._smalls.append(small)
        self._group.addButton(self.pin_choice, _PIN)
        self._group.setExclusive(True)
        self.pin_choice.hide()

    def _refresh(self) -> None:
        case, hidden = self._case, self._privacy.hidden
        for part in (self.take_button, self.aside_button):
            part.setVisible(case is not None)
        self.later_button.setVisible(case is not None and not self._is_single)
        if case is None:
            self.number.setText("")
            words = "読んでいます。" if self._is_single else "見てほしい人は、もういません。"
            self.address.set_text(words)
            self.sentence.set_text("")
            self.present.set_text("")
            return
        member = case.member
        self.number.setText(f"{number_words(member.number)}　{member.district_id or UNKNOWN}校区")
        self.address.set_text(address_words(member, hidden=hidden))
        words = doubt_sentence(case.doubt, case.reason)
        if not case.candidates:
            words += "候補がないので、わかる場合は地図で置いてください。"
        self.sentence.set_text(f"{words}\n{_PROTECTED}" if member.has_protected_address else words)
        self.present.set_text("" if case.held is None else place_words(case.held))
        self.present.setVisible(case.held is not None)
        for number, candidate in enumerate(case.candidates):
            how, sure = candidate_words(number + 1, candidate, member, hidden=hidden)
            self.choices[number].setText(how)
            self.choices[number].setAccessibleName(f"{how} {sure}")
            self._smalls[number].set_text(sure)

    def _on_privacy_changed(self, _hidden: bool) -> None:
        self._refresh()

    def _on_toggled(self, number: int, is_on: bool) -> None:
        if not is_on:
            return
        self._arm()
        self.candidate_chosen.emit(-1 if number == _PIN else number)

    def _arm(self) -> None:
        chosen = self.chosen()
        is_idle = isinstance(chosen, Candidate) and _is_rough_present(chosen)
        self.take_button.setEnabled(chosen is not None and not is_idle)
        is_same = isinstance(chosen, Candidate) and chosen.is_present and not is_idle
        self.take_button.setText("この位置でよい" if is_same else "この位置に決める")


_PIN = 1000


def _is_rough_present(candidate: Candidate) -> bool:
    """Where the home is already, only roughly: nobody can say of it that it is the house."""
    return candidate.is_present and candidate.match.level is PlaceLevel.TOWN


def match_of(candidate: Candidate) -> GeocodeMatch | None:
    """The dictionary's match to take; None where the place is a person's own (present or old pin)."""
    return None if candidate.is_present or candidate.is_old_pin else candidate.match
