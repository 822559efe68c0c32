"""室と職員: what the number of places is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kurume_bousai.domain.capacity import RATES_M2, floor_places
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import Room, WelfareShelter
from kurume_bousai.domain.site_record import SiteFigure
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.widgets import ChipRow, button, field, hbox, label, vbox
from kurume_bousai.ui.shelters.site_basics import two_by_two, vbox_of
from kurume_bousai.ui.shelters.site_section import Section
from kurume_bousai.ui.shelters.site_values import read_count, read_rooms, write_count

_LEAST_ROOMS = 2


class RoomLines(QWidget):
    """室の欄: a name and square metres each; an empty line is no room."""

    edited = Signal()

    def __init__(self, rooms: tuple[Room, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[tuple[QLineEdit, QLineEdit]] = []
        self.on_new_line: Callable[[QLineEdit], None] | None = None
        self._place = QVBoxLayout()
        grid(self._place, gap=0.75)
        more = button("室を足す", "plain", "plus", self._add_and_go)
        self.setLayout(vbox(self._place, hbox(more, None), gap=0.75))
        for room in rooms:
            self.add(room.name, "" if room.floor_m2 is None else f"{room.floor_m2.normalize():f}")
        while len(self.lines) < _LEAST_ROOMS:
            self.add()

    def add(self, name: str = "", floor: str = "") -> None:
        """Append a line."""
        number = len(self.lines) + 1
        words, metres = QLineEdit(name), QLineEdit(floor)
        words.setAccessibleName(f"{number}番目の室の名前")
        metres.setAccessibleName(f"{number}番目の室の面積(㎡)")
        words.setPlaceholderText("室の名前")
        metres.setPlaceholderText("面積")
        fix(metres, fixed_width=130)
        self.lines.append((words, metres))
        self._place.addLayout(hbox((words, 1), metres, label("㎡", "quiet")))
        for line in (words, metres):
            line.textChanged.connect(lambda _text: self.edited.emit())
            if self.on_new_line is not None:
                self.on_new_line(line)

    def rooms(self) -> tuple[Room, ...]:
        """Return the rooms typed; KnownProblem for a floor that cannot be read."""
        return read_rooms([(words.text(), metres.text()) for words, metres in self.lines])

    def _add_and_go(self) -> None:
        self.add()
        self.lines[-1][0].setFocus()


class RoomsSection(Section):
    """室と床面積の欄."""

    title = "室と床面積"
    names = ("室の面積", "番目の室", "1人の面積", "使えない人数", "定員")
    figures = (SiteFigure.ROOMS, SiteFigure.BLOCKED)

    def build(self) -> QWidget:
        """Make the fields."""
        site = self.site
        self.rooms = RoomLines(site.rooms)
        self.rate = ChipRow(self._rates(), _rate_key(site.rate_m2), name="1人の面積")
        self.blocked = QLineEdit(f"{site.blocked_places}")
        self.declared = QLineEdit(write_count(site.declared_capacity))
        self.places = label("", "lead_bold")
        self.rooms.edited.connect(self.show_places)
        self.rate.chosen.connect(lambda _key: self.show_places())
        self.show_places()
        return vbox_of(
            self.rooms, field("1人の面積", self.rate), self.places, self.asks[SiteFigure.ROOMS],
            two_by_two(
                field("使えない人数", self.blocked, hint="物置など、床面積のうち使えない分"),
                field("定員(届出)", self.declared, hint="計算には使いません"),
            ),
            self.asks[SiteFigure.BLOCKED],
        )  # fmt: skip

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        return replace(
            site,
            rooms=self.rooms.rooms(),
            rate_m2=self._rate(),
            blocked_places=read_count(self.blocked.text(), "使えない人数") or 0,
            declared_capacity=read_count(self.declared.text(), "定員(届出)"),
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say the floor and what fits on it."""
        known = [room.floor_m2 for room in site.rooms if room.floor_m2 is not None]
        if not known:
            return "不明(誰も入れません)"
        return f"{len(site.rooms)}室 {sum(known, Decimal(0)).normalize():,f}㎡・{self._places(site):,}人"

    def show_places(self) -> None:
        """Say at once how many fit on the floor typed."""
        try:
            rooms = self.rooms.rooms()
        except KnownProblem:
            self.places.setText("面積が読めません")
            return
        rate = self._rate() or self.settings.rate_m2
        count = floor_places(rooms, rate)
        words = (
            "床面積が不明です。確認するまで誰も入れません"
            if count is None
            else f"床面積による人数 {count:,}人"
        )
        self.places.setText(words)

    def _rates(self) -> list[tuple[str, str]]:
        """Return the choices; a rate that is the city's own anyway is no other choice, unless it stands."""
        city, kept = self.settings.rate_m2, self.site.rate_m2
        own = [rate for rate in RATES_M2 if kept == rate or rate != city]
        return [("", f"市の基準({city}㎡)"), *((_rate_key(rate), f"{rate}㎡") for rate in own)]

    def _places(self, site: WelfareShelter) -> int:
        return floor_places(site.rooms, site.rate_m2 or self.settings.rate_m2) or 0

    def _rate(self) -> Decimal | None:
        key = self.rate.value()
        return Decimal(key) if key else None


class StaffSection(Section):
    """職員の欄."""

    title = "職員"
    names = ("昼の職員", "夜の職員", "職員")
    figures = (SiteFigure.STAFF,)

    def build(self) -> QWidget:
        """Make the fields."""
        self.by_day = QLineEdit(write_count(self.site.staff_by_day))
        self.by_night = QLineEdit(write_count(self.site.staff_by_night))
        for line in (self.by_day, self.by_night):
            line.setPlaceholderText("不明")
        return vbox_of(
            two_by_two(field("職員 昼", self.by_day), field("職員 夜", self.by_night)),
            label(
                f"1人で{self.settings.places_per_staff}人までみる数え方です。"
                "空のときは、職員による制限をしません",
                "small",
            ),
            self.asks[SiteFigure.STAFF],
        )

    def typed(self, site: WelfareShelter) -> WelfareShelter:
        """Return the site with what was typed."""
        return replace(
            site,
            staff_by_day=read_count(self.by_day.text(), "昼の職員"),
            staff_by_night=read_count(self.by_night.text(), "夜の職員"),
        )

    def summary(self, site: WelfareShelter) -> str:
        """Say both numbers."""
        day, night = (write_count(one) or "不明" for one in (site.staff_by_day, site.staff_by_night))
        return f"昼 {day}・夜 {night}"


def _rate_key(rate: Decimal | None) -> str:
    return "" if rate is None else f"{rate}"
