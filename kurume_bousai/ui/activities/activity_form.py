"""活動の一件の欄: kind, day, 校区, how often, how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.activities import (
    LONGEST_NOTE,
    MOST_PEOPLE,
    MOST_TIMES,
    ActivityEntry,
    ActivityId,
    ActivityKind,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.form_drafts import Editor
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, field, fix, hbox, holder, vbox


class ActivityForm(QWidget):
    """活動の一件の欄. ``entry()`` is what was typed, or a ``KnownProblem``."""

    def __init__(
        self, districts: Sequence[str], today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._base: ActivityEntry | None = None
        kinds = [(kind, word_of(kind)) for kind in ActivityKind]
        self.kind = ChipRow[ActivityKind](kinds, ActivityKind.EXPLANATION, name="種類")
        self.day = DateEdit("行った日", required=True, today=today)
        self.day.line.setPlaceholderText("例 R8.6.1")
        self.district = QComboBox()
        self.district.setAccessibleName("校区")
        self.district.addItem("一つの校区ではない", "")
        for name in districts:
            self.district.addItem(f"{name}校区", name)
        self.people = QLineEdit()
        self.people.setAccessibleName("参加した人数")
        self.people.setPlaceholderText("数えていなければ、空のまま")
        self.times = NumberField(1, least=1, most=MOST_TIMES, unit="回", name="回数")
        self.place, self.note = QLineEdit(), QLineEdit()
        for line, name in ((self.place, "場所"), (self.note, "備考")):
            line.setAccessibleName(name)
            line.setMaxLength(LONGEST_NOTE)
        fix(self.people, min_width=200)
        self.setLayout(
            vbox(
                field("何をしましたか", self.kind),
                field("行った日", self.day),
                field("校区", self.district),
                field("参加した人数", self.people),
                field(
                    "回数",
                    holder(hbox(self.times, None)),
                    hint="何回かをまとめて書くときだけ、2回以上にします。",
                ),
                field("場所", self.place),
                field("備考", self.note, hint="個人がわかることは書かないでください。"),
                gap=1,
            )
        )

    def show_entry(self, entry: ActivityEntry | None) -> None:
        """Fill with an entry; None = a new one."""
        self._base = entry
        self.kind.set_value(ActivityKind.EXPLANATION if entry is None else entry.kind)
        self.day.set_value(None if entry is None else entry.held_on)
        district = "" if entry is None else str(entry.district_id or "")
        self.district.setCurrentIndex(max(0, self.district.findData(district)))
        people = None if entry is None else entry.people
        self.people.setText("" if people is None else str(people))
        self.times.set_value(1 if entry is None else entry.times)
        self.place.setText("" if entry is None else entry.place)
        self.note.setText("" if entry is None else entry.note)

    def editors(self) -> dict[str, Editor]:
        """The fields, for a draft."""
        return {
            "kind": self.kind, "day": self.day, "district": self.district, "people": self.people,
            "times": self.times, "place": self.place, "note": self.note,
        }  # fmt: skip

    def marks(self) -> dict[str, str]:
        """Which entry it is; empty for a new one."""
        return {"activity": "" if self._base is None else str(self._base.activity_id)}

    def entry(self) -> ActivityEntry:
        """What was typed; raises for a day or a number that cannot be read."""
        day = self.day.check()
        if day is None:
            raise KnownProblem("date_empty", "日付が入っていません。", advice="行った日を入れてください。")
        district = str(self.district.currentData() or "")
        base = self._base or ActivityEntry(ActivityId(""), ActivityKind.EXPLANATION, day, None, None)
        return replace(
            base,
            kind=self.kind.value() or base.kind,
            held_on=day,
            district_id=DistrictId(district) if district else None,
            people=_number(self.people.text()),
            times=self.times.value(),
            place=self.place.text(),
            note=self.note.text(),
        )


def _number(text: str) -> int | None:
    cleaned = text.strip().removesuffix("人").replace(",", "")
    if not cleaned:
        return None
    if not cleaned.isdecimal() or len(cleaned) > len(str(MOST_PEOPLE)):
        raise KnownProblem(
            "activity_people",
            "人数が数として読めません。",
            where="人数",
            advice="例: 40 のように入れてください。",
        )
    return int(cleaned)
