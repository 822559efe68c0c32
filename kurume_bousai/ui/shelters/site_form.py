"""施設を直す窓: the fields the figures are made of, typed; nothing is saved until 保存する."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    Room,
    Unlimited,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.ui.kit.fields import EnterMovesOn
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import (
    DateEdit,
    NeedMark,
    Para,
    VScroll,
    button,
    card,
    field,
    hbox,
    holder,
    label,
    vbox,
)
from kurume_bousai.ui.shelters.site_values import read_count, read_rooms, read_units, write_units

_LEAST_ROOMS = 2


class RoomLines(QWidget):
    """室の欄: a name and square metres each; an empty line is no room."""

    def __init__(self, rooms: tuple[Room, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[tuple[QLineEdit, QLineEdit]] = []
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

    def rooms(self) -> tuple[Room, ...]:
        """Return the rooms typed; KnownProblem for a floor that cannot be read."""
        return read_rooms([(words.text(), metres.text()) for words, metres in self.lines])

    def _add_and_go(self) -> None:
        self.add()
        self.lines[-1][0].setFocus()


class SiteForm(QDialog):
    """施設を直す窓. ``save(before, after)`` is called with what was typed; it answers with `saved`/`fail`."""

    def __init__(
        self,
        site: WelfareShelter,
        save: Callable[[WelfareShelter, WelfareShelter], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._before = site
        self._save = save
        self.setWindowTitle(f"{site.name}を直す")
        self.name, self.short_name = QLineEdit(site.name), QLineEdit(site.short_name)
        self.address, self.phone = QLineEdit(site.address), QLineEdit(site.phone)
        self.designation, self.agreement = (
            _choices(YesNoUnknown, site.designation),
            _choices(YesNoUnknown, site.agreement),
        )
        self.rooms = RoomLines(site.rooms)
        self.blocked = QLineEdit(f"{site.blocked_places}")
        self.declared = QLineEdit("" if site.declared_capacity is None else f"{site.declared_capacity}")
        self.by_day = QLineEdit("" if site.staff_by_day is None else f"{site.staff_by_day}")
        self.by_night = QLineEdit("" if site.staff_by_night is None else f"{site.staff_by_night}")
        self.accepts = _Accepts(site.accepts)
        self.needs = {need: QLineEdit(write_units(site.need_capacity.get(need))) for need in Need}
        self.verification = _choices(Verification, site.verification)
        self.verified_on = DateEdit("確認日", site.verified_on)
        self.source, self.note = QLineEdit(site.source), QLineEdit(site.note)
        self.problem = Para("", "heading", line=1.35)
        self.problem.hide()
        self.keep = button("保存する", "main", "check", self.submit)
        leave = button("やめる", on_click=self.reject)
        self.setLayout(
            vbox(
                label(site.name, "title"), (VScroll(self._fields()), 1), self.problem,
                hbox(None, leave, self.keep), margins=(2, 2, 2, 2), gap=1.5,
            )
        )  # fmt: skip
        self._moves = EnterMovesOn(self)
        for line in self.findChildren(QLineEdit):
            line.installEventFilter(self._moves)
        room = self.screen().availableSize()
        self.resize(min(width(860), room.width() - 40), min(control(620), room.height() - 60))
        QTimer.singleShot(0, self, self.name.setFocus)

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

    def typed(self) -> WelfareShelter:
        """Return the site as typed; KnownProblem names the field that cannot be read."""
        declared = read_count(self.declared.text(), "定員(届出)")
        units = {need: read_units(line.text(), word_of(need)) for need, line in self.needs.items()}
        kept = {need: value for need, value in units.items() if value is not None}
        return replace(
            self._before,
            name=self.name.text().strip(),
            short_name=self.short_name.text().strip(),
            address=self.address.text().strip(),
            phone=self.phone.text().strip(),
            designation=YesNoUnknown(self.designation.currentData()),
            agreement=YesNoUnknown(self.agreement.currentData()),
            rooms=self.rooms.rooms(),
            blocked_places=read_count(self.blocked.text(), "使えない人数") or 0,
            declared_capacity=declared,
            staff_by_day=read_count(self.by_day.text(), "昼の職員"),
            staff_by_night=read_count(self.by_night.text(), "夜の職員"),
            accepts=self.accepts.value(),
            need_capacity=kept,
            verification=Verification(self.verification.currentData()),
            verified_on=self.verified_on.check(),
            source=self.source.text().strip(),
            note=self.note.text().strip(),
        )

    def saved(self) -> None:
        """Close: it is on the disk."""
        self.accept()

    def fail(self, problem: KnownProblem) -> None:
        """Say what is wrong; everything typed stays."""
        where = f"{problem.where}: " if problem.where else ""
        self.problem.set_text(f"{where}{problem.message}{problem.advice}")
        self.problem.show()
        self.keep.setEnabled(True)

    def _fields(self) -> QWidget:
        both = QGridLayout()
        grid(both, gap=1.5)
        both.setColumnStretch(0, 1)
        both.setColumnStretch(1, 1)
        left = (
            card(
                field("施設名", self.name), field("短い名前(10文字まで)", self.short_name),
                field("住所", self.address), field("電話", self.phone),
                hbox((field("指定", self.designation), 1), (field("協定", self.agreement), 1)),
                title="施設",
            ),
            card(
                hbox((field("確認状態", self.verification), 1), (field("確認日", self.verified_on), 1)),
                field("出典", self.source), field("備考", self.note), title="確認",
            ),
        )  # fmt: skip
        right = (
            card(
                self.rooms,
                hbox((field("使えない人数", self.blocked), 1), (field("定員(届出)", self.declared), 1)),
                hbox((field("職員 昼", self.by_day), 1), (field("職員 夜", self.by_night), 1)),
                title="室と職員",
            ),
            card(self.accepts, title="受入対象"),
            card(
                self._need_fields(), label("0 = 受け入れない、* = 制限なし、空 = 不明", "small"),
                title="必要な支援の受け入れ(組)",
            ),
        )  # fmt: skip
        both.addLayout(vbox(*left, None, gap=1.5), 0, 0)
        both.addLayout(vbox(*right, None, gap=1.5), 0, 1)
        return holder(both)

    def _need_fields(self) -> QWidget:
        place = QGridLayout()
        grid(place, gap=0.75)
        for number, (need, line) in enumerate(self.needs.items()):
            line.setAccessibleName(f"{word_of(need)}の受け入れ(組)")
            line.setPlaceholderText("不明")
            row = hbox(NeedMark(need_sign(need), word_of(need)), (line, 1), gap=0.75)
            place.addLayout(row, number // 2, number % 2)
        return holder(place)


class _Accepts(QWidget):
    """受入対象の欄: 不明, 全員, or the ticked ones."""

    def __init__(
        self, accepts: frozenset[AdmissionCategory] | Unlimited | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        self.kind.setAccessibleName("受入対象")
        for words in ("不明(確認するまで誰も入れない)", "全員", "次の人"):
            self.kind.addItem(words)
        ticked = accepts if isinstance(accepts, frozenset) else frozenset()
        self.boxes = {one: QCheckBox(word_of(one)) for one in AdmissionCategory}
        for one, box in self.boxes.items():
            box.setChecked(one in ticked)
        self.kind.setCurrentIndex(0 if accepts is None else 1 if isinstance(accepts, Unlimited) else 2)
        place = QGridLayout()
        grid(place, gap=0.5)
        for number, box in enumerate(self.boxes.values()):
            place.addWidget(box, number // 2, number % 2)
        self.setLayout(vbox(self.kind, place))
        self.kind.currentIndexChanged.connect(lambda _index: self._refresh())
        self._refresh()

    def value(self) -> frozenset[AdmissionCategory] | Unlimited | None:
        """Return the choice."""
        if self.kind.currentIndex() == 0:
            return None
        if self.kind.currentIndex() == 1:
            return UNLIMITED
        return frozenset(one for one, box in self.boxes.items() if box.isChecked())

    def _refresh(self) -> None:
        for box in self.boxes.values():
            box.setEnabled(self.kind.currentIndex() == 2)


def _choices(kind: type[YesNoUnknown | Verification], current: YesNoUnknown | Verification) -> QComboBox:
    made = QComboBox()
    for one in kind:
        made.addItem(word_of(one), one.value)
    made.setCurrentIndex(made.findData(current.value))
    return made
