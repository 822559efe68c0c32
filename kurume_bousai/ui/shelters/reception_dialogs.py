"""受け入れを書く窓: a head count with how things are, and the way of one party. No names, numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.reception import MOVES, ReceptionEntry, ReceptionKind, SiteOccupancy, SiteReport
from kurume_bousai.domain.shelters import WelfareShelter, YesNoUnknown
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.reception import NOTE_HINT, ReceptionDraft, ReceptionService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part, grid
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, field, hbox, label
from kurume_bousai.ui.shelters.site_values import read_count

_WORKS: Final = {YesNoUnknown.YES: "使える", YesNoUnknown.NO: "使えない", YesNoUnknown.UNKNOWN: "わからない"}
_ELSEWHERE: Final = ""


class CountDialog(FormDialog):
    """人数と様子の報告: how many are there, and whether power, water and toilets work."""

    def __init__(self, desktop: Desktop, site: WelfareShelter, now: SiteOccupancy, parent: QWidget) -> None:
        super().__init__("人数と様子を書く", parent, size=(680, 560))
        self._desktop, self._site = desktop, site
        self.people = QLineEdit("" if now.counted_people is None else f"{now.counted_people}")
        self.staff = QLineEdit()
        self.works = {
            name: ChipRow(list(_WORKS.items()), YesNoUnknown.UNKNOWN, name=name)
            for name in ("電気", "水", "トイレ")
        }
        self.told_by, self.note = QLineEdit(), QLineEdit()
        listed = (
            f"番号で書いた人 {now.admitted_people}人は、ここには入れません。"
            if now.admitted_people
            else "番号で書いた人は、ここには入れません。"
        )
        body: list[Part] = [
            Para(f"{site.name}。わかるところだけ入れます。"),
            hbox(
                (field("いまいる人(番号で書かない人)", self.people, hint=listed), 1),
                (field("職員", self.staff), 1),
                gap=2,
            ),
            _lines(self.works),
            hbox(
                (field("知らせた人(役職)", self.told_by), 1),
                (field("メモ", self.note, hint=NOTE_HINT), 2),
                gap=2,
            ),
        ]
        keep = button("書いておく", "main", "content-save-outline", self._keep)
        self.add_step("いまの人数と様子", body, [button("やめる", on_click=self.reject), None, keep])
        self.show_step(0, self.people)

    def _keep(self) -> None:
        try:
            drafts = self.drafts()
        except KnownProblem as problem:
            self.say(problem)
            return
        service = ReceptionService(self._desktop.database, self._desktop.clock)
        self.set_busy(busy=True)
        self._desktop.runner.write(lambda: service.record_many(drafts), self._on_kept, on_fail=self.told)

    def drafts(self) -> Sequence[ReceptionDraft]:
        """Return what was typed; KnownProblem where nothing was, or a number cannot be read."""
        people, staff = read_count(self.people.text(), "人数"), read_count(self.staff.text(), "職員")
        unknown = YesNoUnknown.UNKNOWN
        works = {name: chips.value() or unknown for name, chips in self.works.items()}
        told = ReceptionDraft(
            ReceptionKind.HEAD_COUNTED,
            self._site.site_id,
            reported_by=self.told_by.text(),
            note=self.note.text(),
        )
        found = [] if people is None else [replace(told, people=people)]
        if staff is not None or any(value is not unknown for value in works.values()):
            report = SiteReport(staff, works["電気"], works["水"], works["トイレ"])
            found.append(replace(told, kind=ReceptionKind.REPORTED, report=report))
        if not found:
            raise KnownProblem(
                "reception_empty",
                "まだ何も入っていません。",
                advice="人数か様子を、わかるところだけ入れてください。",
            )
        return found

    def _on_kept(self, outcome: Outcome[list[ReceptionEntry]]) -> None:
        self.set_busy(busy=False)
        self.accept()
        self._desktop.finish(outcome, f"「{self._site.name}」の様子を書きました。")


class MoveDialog(FormDialog):
    """組の動き: 要請 → 可・断り → 割当 → 入所 → 退所, and 移送; by number, or people not on the list."""

    def __init__(
        self, desktop: Desktop, site: WelfareShelter, sites: Sequence[WelfareShelter], parent: QWidget
    ) -> None:
        super().__init__("受け入れを書く", parent, size=(700, 560))
        self._desktop, self._site = desktop, site
        self.kind: ChipRow[ReceptionKind] = ChipRow(
            [(kind, word_of(kind)) for kind in MOVES], ReceptionKind.ADMITTED, name="何があったか"
        )
        self.kind.chosen.connect(self._on_kind)
        self.number, self.people, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.source = QComboBox()
        self.source.setAccessibleName("移る前の場所")
        self.source.addItem("一次避難所など、福祉避難所ではない場所", _ELSEWHERE)
        for one in sites:
            if one.site_id != site.site_id:
                self.source.addItem(one.short_name or one.name, str(one.site_id))
        self._source_field = field("移る前の場所", self.source)
        body: list[Part] = [
            Para(f"{site.name}。人の名前は書かず、番号で書きます。"),
            field("何があったか", self.kind),
            hbox(
                (field("名簿の番号", self.number, hint="名簿にない人のときは空のまま"), 1),
                (field("人数", self.people, hint="番号を入れたら、空のままで家族も数えます"), 1),
                gap=2,
            ),
            self._source_field,
            field("メモ", self.note, hint=NOTE_HINT),
        ]
        keep = button("書いておく", "main", "content-save-outline", self._keep)
        self.add_step("だれが、どうなりましたか", body, [button("やめる", on_click=self.reject), None, keep])
        self._on_kind(ReceptionKind.ADMITTED)
        self.show_step(0, self.number)

    def _on_kind(self, kind: ReceptionKind) -> None:
        self._source_field.setVisible(kind is ReceptionKind.TRANSFERRED)

    def _keep(self) -> None:
        try:
            number = read_count(self.number.text(), "番号")
            people = read_count(self.people.text(), "人数")
        except KnownProblem as problem:
            self.say(problem)
            return
        kind = self.kind.value() or ReceptionKind.ADMITTED
        chosen = str(self.source.currentData())
        source = SiteId(chosen) if kind is ReceptionKind.TRANSFERRED and chosen != _ELSEWHERE else None
        note, site_id = self.note.text(), self._site.site_id
        database, service = (
            self._desktop.database,
            ReceptionService(self._desktop.database, self._desktop.clock),
        )

        def write() -> Outcome[ReceptionEntry]:
            member_id = None if number is None else _member_with(database, number)
            return service.record(
                ReceptionDraft(
                    kind, site_id, member_id=member_id, people=people, from_site_id=source, note=note
                )
            )

        self.set_busy(busy=True)
        self._desktop.runner.write(write, self._on_kept, on_fail=self.told)

    def _on_kept(self, outcome: Outcome[ReceptionEntry]) -> None:
        self.set_busy(busy=False)
        self.accept()
        self._desktop.finish(outcome, f"「{self._site.name}」の{word_of(outcome.value.kind)}を書きました。")


def _lines(chips: Mapping[str, QWidget]) -> QGridLayout:
    """One line each: a word, and its choices in the same column."""
    place = QGridLayout()
    grid(place, gap=0.75)
    place.setColumnStretch(1, 1)
    for number, (words, row) in enumerate(chips.items()):
        place.addWidget(label(words), number, 0)
        place.addWidget(row, number, 1)
    return place


def _member_with(database: CityDatabase, number: int) -> MemberId:
    """The person with a number; a number that nobody has, or that may not be seen, is refused alike."""
    with database.reading() as session:
        found = session.members.id_of(database.access, number)
    if found is None:
        raise KnownProblem(
            "person_gone",
            "この番号の人は、名簿にいません。",
            where=f"番号 {number}",
            advice="番号を確かめてください。名簿にない人は、番号を空にして人数だけを入れます。",
        )
    return found
