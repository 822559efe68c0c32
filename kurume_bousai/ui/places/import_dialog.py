"""ファイルを点検して取り込む: choose, look at what would change and at every doubtful row, then write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.services.districts.importing import DistrictImportResult
from kurume_bousai.services.places.importing import PlacePreview
from kurume_bousai.services.places.ports import PlaceFileKind, PlaceResult
from kurume_bousai.services.shelters.site_file import SiteImportResult, SiteKind
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_file, choose_place, documents, free_place, open_folder
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part, hbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import button, card, label
from kurume_bousai.ui.tasks import Progress

_SITE_WORDS: Final = {
    SiteKind.DESIGNATED: "指定避難所",
    SiteKind.EMERGENCY: "指定緊急避難場所",
    SiteKind.WELFARE: "福祉避難所",
    SiteKind.CARE: "介護事業所",
}
_HEADINGS: Final = ("行", "列", "書いてあること", "困ったこと")
_MOST_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class ImportKind:
    """取込の種類: the words of one card and its window."""

    kind: PlaceFileKind
    title: str
    words: str
    files: str
    patterns: str


KINDS: Final = (
    ImportKind(
        PlaceFileKind.DISTRICTS,
        "校区の区域",
        "46校区の境界です。なければ、校区の代表点から計算した概略(破線)を使います。",
        "GeoJSON、Shapefile(zip)、GeoPackage",
        "区域のファイル (*.geojson *.json *.zip *.shp *.gpkg);;すべて (*)",
    ),
    ImportKind(
        PlaceFileKind.SHELTERS,
        "指定避難所・指定緊急避難場所",
        "国土地理院や市が公開している一覧です。どちらの種類かは、列の名前から見分けます。",
        "CSV、Excel、GeoJSON",
        "避難所のファイル (*.csv *.xlsx *.xls *.geojson *.json);;すべて (*)",
    ),
    ImportKind(
        PlaceFileKind.WELFARE,
        "福祉避難所",
        "市の一覧(37施設と電源優先施設)です。様式に書いてから取り込みます。",
        "Excel、CSV(この様式)",
        "福祉避難所の一覧 (*.xlsx *.xls *.csv);;すべて (*)",
    ),
)


class ImportDialog(FormDialog):
    """このファイルを取り込みますか. Nothing is written before 「取り込む」."""

    def __init__(self, desktop: Desktop, kind: ImportKind, parent: QWidget | None = None) -> None:
        super().__init__(f"{kind.title}のファイルを選んでください", parent, size=(900, 600))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._kind = kind
        self._preview: PlacePreview | None = None
        self._file_words = label("", "quiet")
        self._summary = Para("", "lead")
        self._numbers = hbox(gap=3)
        self._more = Para("")
        self._warnings = Para("", line=1.35)
        self.problems = _problem_table()
        self._problem_heading = label("", "heading")
        self._step_choose = self._add_choose()
        self._step_check = self._add_check()
        self.show_step(self._step_choose, self.choose_button)

    def choose(self) -> None:
        """Ask for the file and look at it."""
        path = choose_file(self, f"{self._kind.title}のファイル", self._kind.patterns)
        if path is not None:
            self.check_file(path)

    def check_file(self, path: Path) -> None:
        """Read a file on the compute lane and show what it would change."""
        self.clear_messages()
        places, kind = self._desktop.services.places, self._kind.kind
        self._file_words.setText(f"{path.name} を点検しています")

        def look(progress: Progress) -> PlacePreview:
            found = places.preview(kind, path)
            progress.raise_if_cancelled()
            return found

        task = self._desktop.runner.compute(
            look,
            lambda preview: self._on_checked(path, preview),
            on_fail=self._on_refused,
            on_cancel=lambda: self.set_busy(busy=False),
            title=f"{self._kind.title}を点検しています",
        )
        self.set_busy(busy=True, task=task)

    def commit(self) -> None:
        """Write exactly what was shown."""
        preview, places = self._preview, self._desktop.services.places
        if preview is None:
            return
        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.write(
            lambda: places.commit(preview),
            self._on_committed,
            on_fail=self.told,
            title=f"{self._kind.title}を取り込んでいます",
        )

    # ------------------------------------------------------------------ inside
    def _on_refused(self, error: BaseException) -> bool:
        self._file_words.setText("")
        return self.told(error)

    def _on_checked(self, path: Path, preview: PlacePreview) -> None:
        self.set_busy(busy=False)
        self._preview = preview
        self._file_words.setText("")
        self._summary.set_text(_summary(path.name, preview.result))
        self._show_numbers(_numbers(preview.result))
        self._more.set_text(_more(preview.result))
        self._warnings.set_text(_warnings(preview.result))
        for words in (self._more, self._warnings):
            words.setVisible(bool(words.text_shown()))
        self._show_problems(_problem_rows(preview.result))
        is_care = isinstance(preview.result, SiteImportResult) and preview.result.kind is SiteKind.CARE
        self.commit_button.setEnabled(not is_care)
        self.show_step(self._step_check, self.commit_button)

    def _on_committed(self, outcome: Outcome[PlaceResult]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, _done_words(outcome.value))
        self.accept()

    def _show_numbers(self, numbers: list[tuple[str, str]]) -> None:
        while self._numbers.count():
            item = self._numbers.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.deleteLater()
        for caption, value in numbers:
            place = card(label(caption, "small"), label(value, "number"), gap=0, name=f"{caption} {value}")
            self._numbers.addWidget(place)
        self._numbers.addStretch(1)

    def _show_problems(self, rows: list[tuple[str, str, str, str]]) -> None:
        self._problem_heading.setText(f"確かめてほしい行 {len(rows)}件")
        self._problem_heading.setVisible(bool(rows))
        self.problems.setVisible(bool(rows))
        shown = rows[:_MOST_ROWS]
        self.problems.setRowCount(len(shown))
        for number, cells in enumerate(shown):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.problems.setItem(number, column, item)
        self.problems.resizeRowsToContents()

    def _add_choose(self) -> int:
        parts = [
            Para(self._kind.words),
            Para(f"使えるファイル: {self._kind.files}", "quiet"),
            self._file_words,
        ]
        stop = button("やめる", on_click=self.reject)
        self.choose_button = button("ファイルを選ぶ", "main", "folder-open-outline", self.choose)
        buttons: list[QPushButton | None] = [stop, None, self.choose_button]
        if self._kind.kind is PlaceFileKind.WELFARE:
            template = button("空の様式をもらう", icon="download-outline", on_click=self.save_template)
            buttons.insert(1, template)
        return self.add_step(f"{self._kind.title}のファイルを選んでください", parts, buttons)

    def _add_check(self) -> int:
        back = button(
            "別のファイルにする", on_click=lambda: self.show_step(self._step_choose, self.choose_button)
        )
        self.commit_button = button("取り込む", "main", "check", self.commit)
        parts: list[Part] = [
            self._summary,
            self._numbers,
            self._more,
            self._warnings,
            self._problem_heading,
            self.problems,
        ]
        return self.add_step("この内容で取り込みますか", parts, [back, None, self.commit_button])

    def save_template(self) -> None:
        """Write the empty form where the person wants it."""
        suggested = free_place(documents(), "福祉避難所の様式", ".xlsx")
        place = choose_place(self, "様式を保存する場所", suggested, "Excel (*.xlsx);;CSV (*.csv)")
        if place is None:
            return
        target = place if place.suffix.lower() in {".xlsx", ".csv"} else place.with_name(f"{place.name}.xlsx")
        places = self._desktop.services.places

        def saved(_nothing: None) -> None:
            self.messages.notice(
                "空の様式を保存しました。",
                where=str(target),
                advice="「書き方」の説明を見ながら書き、この画面に戻って「ファイルを選ぶ」を押します。",
            )
            open_folder(target)

        self._desktop.runner.compute(
            lambda: places.write_welfare_template(target),
            saved,
            on_fail=self.told,
            title="様式をつくっています",
        )


def _problem_table() -> QTableWidget:
    made = QTableWidget(0, len(_HEADINGS))
    made.setAccessibleName("確かめてほしい行")
    made.setHorizontalHeaderLabels(list(_HEADINGS))
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(control(36))
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setTabKeyNavigation(False)
    made.setShowGrid(False)
    made.setMinimumHeight(control(170))
    head = made.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
    head.setHighlightSections(False)
    return made


def _summary(file_name: str, result: PlaceResult) -> str:
    if isinstance(result, DistrictImportResult):
        return f"「{file_name}」には、46校区のうち{result.matched}校区の区域があります。"
    return f"「{file_name}」は、{_SITE_WORDS[result.kind]}の一覧です。{result.read}施設を読みました。"


def _numbers(result: PlaceResult) -> list[tuple[str, str]]:
    if isinstance(result, DistrictImportResult):
        outside = "—" if result.outside_people is None else f"{result.outside_people}人"
        return [
            ("合った校区", f"{result.matched}"),
            ("ファイルにない校区", f"{len(result.missing)}"),
            ("形を直した区域", f"{len(result.repaired)}"),
            ("自宅が区域の外", outside),
        ]
    return [
        ("新しい施設", f"{result.added}"),
        ("変わる施設", f"{result.changed}"),
        ("同じ施設", f"{result.unchanged}"),
        ("取り込まない行", f"{result.rejected}"),
        ("収容人数が不明", f"{result.unknown_capacity}"),
    ]


def _more(result: PlaceResult) -> str:
    if isinstance(result, DistrictImportResult):
        if not result.outside_people:
            return "だれの校区も変えません。"
        shown = "、".join(str(number) for number in result.outside_numbers[:20])
        rest = "ほか" if len(result.outside_numbers) > 20 else ""
        return (
            f"自宅が校区の区域の外にある人が{result.outside_people}人います(番号 {shown}{rest})。"
            "だれの校区も変えません。名簿で確かめてください。"
        )
    if result.kind is SiteKind.CARE:
        return "介護事業所の一覧は点検だけができます。福祉避難所としては取り込みません。"
    lost = f"校区がわからない施設が{result.without_district}あります。" if result.without_district else ""
    return f"{lost}ファイルにない施設は消しません。"


def _warnings(result: PlaceResult) -> str:
    if not isinstance(result, DistrictImportResult):
        return ""
    return "\n".join(result.warnings)


def _problem_rows(result: PlaceResult) -> list[tuple[str, str, str, str]]:
    if isinstance(result, DistrictImportResult):
        return []
    return [
        (f"{problem.row}行目", problem.column, problem.value, problem.message) for problem in result.problems
    ]


def _done_words(result: PlaceResult) -> str:
    if isinstance(result, DistrictImportResult):
        return f"{result.matched}校区の区域を取り込みました。"
    words = _SITE_WORDS[result.kind]
    return f"{words}を取り込みました。新しい施設 {result.added}、変わった施設 {result.changed}。"
