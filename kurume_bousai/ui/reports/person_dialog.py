"""一人の避難の地図: whose, to whom and why; the steps of every named paper (RULEBOOK §6)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_papers import MapHazard
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.maps.person_maps import PersonMapService
from kurume_bousai.services.papers.rules import NamedRequest
from kurume_bousai.services.reporting.written import NamedPaper, WrittenReport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import Part, fix, hbox
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.reports.named_dialog import NamedOrder, NamedRosterDialog, NamedWords

_PERSON: Final = NamedWords(
    question="だれの避難の地図を、だれに渡しますか",
    confirm="この内容で、名前の入った地図を出しますか",
    done="避難の地図を出しました",
    stem="避難の地図",
    told="名前の入った地図を出しました。提供台帳に書きました。",
    printing="避難の地図をつくっています",
    saving="避難の地図を暗号化して保存しています",
)


class NamedPersonMapDialog(NamedRosterDialog):
    """一人の避難の地図の窓. ``number`` is filled in where it is opened from a person."""

    words: ClassVar[NamedWords] = _PERSON
    forms: ClassVar[Sequence[tuple[str, str]]] = ((".pdf", "PDF"),)

    def __init__(
        self, desktop: Desktop, districts: Sequence[str], parent: QWidget | None = None, *, number: int = 0
    ) -> None:
        self.number = QLineEdit(str(number) if number else "")
        self.number.setAccessibleName("名簿の番号")
        self.number.setPlaceholderText("例 12")
        fix(self.number, fixed_width=140)
        self.hazard = QComboBox()
        self.hazard.setAccessibleName("かく災害")
        for one in MapHazard:
            self.hazard.addItem(word_of(one), one)
        super().__init__(desktop, districts, parent)

    def subject_fields(self) -> list[Part]:
        """Return the number of the person and the danger on the map."""
        return [
            hbox(
                labelled("名簿の番号(だれの地図か)", self.number),
                (labelled("かく災害", self.hazard), 1),
                gap=2,
            )
        ]

    def first_field(self) -> QWidget:
        """Return the number."""
        return self.number

    def counter(self, request: NamedRequest) -> Callable[[], int]:
        """Return what looks whether this person's map may go to this recipient."""
        make, number = self._desktop.services.person_maps, self._number()

        def look() -> int:
            make().check(number, request.recipient)
            return 1

        return look

    def order_of(self, request: NamedRequest, people: int) -> NamedOrder:
        """Return what would leave: no columns, it is a map."""
        return NamedOrder(request.recipient.district_id or DistrictId(""), request, people)

    def about(self, order: NamedOrder) -> str:
        """Return what leaves, without the person's name on the screen."""
        return (
            "出すもの: 避難の地図(氏名、住所、家の位置、行先、道、支援者)\n"
            f"だれの: {self._number()}番の人 {order.people}人(名簿と計画を渡すことに同意しています)"
        )

    def printing(self, order: NamedOrder) -> Callable[[], Outcome[list[NamedPaper]]]:
        """Return what issues copies for the printer."""
        make, number, hazard = self._asked()
        return lambda: make().print_pages(number, order.request, hazard)

    def writing(self, order: NamedOrder, place: Path, secret: str) -> Callable[[], Outcome[WrittenReport]]:
        """Return what issues copies as encrypted files."""
        make, number, hazard = self._asked()
        return lambda: make().write(number, order.request, place, lambda: secret, hazard)

    def check(self) -> None:
        """Look at the number first; then as for every named paper."""
        try:
            self._number()
        except KnownProblem as problem:
            self.say(problem)
            return
        super().check()

    def _asked(self) -> tuple[Callable[[], PersonMapService], int, MapHazard]:
        return self._desktop.services.person_maps, self._number(), MapHazard(self.hazard.currentData())

    def _number(self) -> int:
        plain = unicodedata.normalize("NFKC", self.number.text()).strip().removesuffix("番")
        if not plain.isdecimal():
            raise KnownProblem(
                "no_number",
                "名簿の番号を、数字で書いてください。",
                advice="番号は、名簿の一覧のいちばん左にあります。",
            )
        return int(plain)
