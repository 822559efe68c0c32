"""容量の書類を書き出す窓: which of the four papers, in words; then its file form and its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QCheckBox, QWidget

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.papers.ports import AnonymousContent
from kurume_bousai.services.reporting.capacity_papers import CapacityPaperOrder, CapacityPapers
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.tasks import Progress

#: 書類の形, in the order in which they are offered.
FORM_NAMES: Final = {
    CapacityForm.FULL: "くわしい報告",
    CapacityForm.SUMMARY: "1枚のまとめ",
    CapacityForm.DISTRICTS: "校区ごと",
    CapacityForm.PLANS: "計画と定員の突合",
}
#: What each paper is for, beside its name.
FORM_WORDS: Final = {
    CapacityForm.FULL: "条件、必要な支援ごと、施設ごと、校区ごと、入れない人の番号と理由。数ページあります。",
    CapacityForm.SUMMARY: "大きな数、3つの文、効く手を、A4 1枚にまとめます。説明や報告に使います。",
    CapacityForm.DISTRICTS: "全市を一度に計算して、校区ごとに1ページずつ出します。表紙の合計と合います。",
    CapacityForm.PLANS: (
        "マイプランで決めた行先を施設ごとに足して、定員と比べます。足りない所は「不足」と出ます。"
    ),
}
_FILE_WORDS: Final = {
    CapacityForm.FULL: "容量の報告",
    CapacityForm.SUMMARY: "容量のまとめ",
    CapacityForm.DISTRICTS: "容量の校区ごと",
    CapacityForm.PLANS: "計画と定員の突合",
}
_WHOLE_CITY_ONLY: Final = frozenset({CapacityForm.DISTRICTS, CapacityForm.PLANS})


class CapacityReportDialog(SaveReportDialog):
    """容量の書類を、どこに書き出しますか."""

    def __init__(
        self,
        desktop: Desktop,
        conditions: CapacityConditions,
        day: str,
        parent: QWidget | None = None,
        form: CapacityForm = CapacityForm.FULL,
    ) -> None:
        self._conditions = conditions
        self._day = day
        self.paper = ChipRow(list(FORM_NAMES.items()), form, name="書類の形")
        self._form_words = Para("", "quiet")
        self.extras = QCheckBox("何があれば減るか、開く施設が減るとどうなるかも調べる(1分ほどかかります)")
        self._stem = self._stem_of(form)
        self._ordered = CapacityPaperOrder(form, conditions)
        services = desktop.services
        self._papers = CapacityPapers(desktop.capacity, lambda: services.capacity_help, services.reporting)
        super().__init__(
            desktop,
            "容量の書類",
            self._stem,
            self._collected,
            parent,
            above=[labelled("書類の形", self.paper), self._form_words, self.extras],
        )
        self.paper.chosen.connect(self._on_paper)
        self._show_form(form)

    def order(self) -> CapacityPaperOrder:
        """Return what is asked for now."""
        form = self.paper.value() or CapacityForm.FULL
        conditions = self._conditions
        if form in _WHOLE_CITY_ONLY:
            conditions = replace(conditions, district_id=None, alone=False)
        return CapacityPaperOrder(form, conditions, self.extras.isChecked())

    def _collected(self, progress: Progress) -> AnonymousContent:
        order = self._ordered
        return self._papers.collect(order, progress.step, lambda: progress.cancelled)

    def save(self) -> None:
        """Write the paper that is chosen now."""
        self._ordered = self.order()  # read on the Qt thread, used on another
        super().save()

    def preview(self) -> None:
        """Show and print the paper that is chosen now."""
        self._ordered = self.order()
        super().preview()

    def _on_paper(self, form: object) -> None:
        if isinstance(form, CapacityForm):
            self._show_form(form)
            stem = self._stem_of(form)
            self.place.set_stem(self._stem, stem)
            self._stem = stem

    def _show_form(self, form: CapacityForm) -> None:
        words = FORM_WORDS[form]
        if form in _WHOLE_CITY_ONLY and self._conditions.district_id is not None:
            words += "この形は、校区を選んでいても全市の分を出します。"
        self._form_words.set_text(words)
        self.extras.setVisible(form in (CapacityForm.FULL, CapacityForm.SUMMARY))
        self.extras.setChecked(form is CapacityForm.SUMMARY)

    def _stem_of(self, form: CapacityForm) -> str:
        is_whole = form in _WHOLE_CITY_ONLY or self._conditions.district_id is None
        place = "全市" if is_whole else f"{self._conditions.district_id}校区"
        return f"{_FILE_WORDS[form]}_{place}_{self._day}"
