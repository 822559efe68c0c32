"""地図を印刷する: choose, look at the real page, then save it as PDF or print it (FEATURES C7, C8, C4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import Operation
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.services.papers.map_ports import MapPaperOrder, ReachPaper
from kurume_bousai.services.papers.ports import RenderedPaper
from kurume_bousai.services.papers.reach import reach_paper
from kurume_bousai.services.ports.routes import ReachAnswer
from kurume_bousai.services.reporting.written import WrittenReport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import documents, free_place, open_folder
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import VScroll, hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.reports.map_choices import KIND_WORDS, MapChoice, MapChoices, MapPaperKind
from kurume_bousai.ui.reports.map_sample import SamplePane, picture_of
from kurume_bousai.ui.reports.map_words import plan_words
from kurume_bousai.ui.reports.save_window import PlaceField
from kurume_bousai.ui.tasks import Progress

#: Somebody who types a scale is not interrupted at each digit, in milliseconds.
_PAUSE_MS: Final = 350
_REACH: Final = "逃げ地図"


@dataclass(frozen=True, slots=True)
class _Read:
    districts: tuple[str, ...]
    sessions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Sample:
    pdf: bytes
    image: QImage
    pages: int
    words: str


def open_map_print(
    desktop: Desktop,
    parent: QWidget,
    *,
    district_id: str = "",
    association: str = "",
    operation_id: str = "",
    kind: MapPaperKind = MapPaperKind.DISTRICT,
    reach: ReachAnswer | None = None,
) -> MapPrintDialog:
    """Open the window and return at once. ``reach``: the 逃げ地図 that is printed, of one 校区."""
    made = MapPrintDialog(
        desktop,
        parent,
        district_id=district_id or desktop.window.district(),
        association=association,
        operation_id=operation_id,
        kind=kind,
        reach=reach,
    )
    made.open()
    return made


class MapPrintDialog(FormDialog):
    """どの地図を印刷しますか. The choices on the left, the page as it will be on the right."""

    def __init__(
        self,
        desktop: Desktop,
        parent: QWidget | None = None,
        *,
        district_id: str = "",
        association: str = "",
        operation_id: str = "",
        kind: MapPaperKind = MapPaperKind.DISTRICT,
        reach: ReachAnswer | None = None,
    ) -> None:
        super().__init__("どの地図を印刷しますか", parent, size=(1180, 680))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._reach: ReachPaper | None = reach_paper(reach) if reach is not None else None
        self._asked = (district_id, association, operation_id)
        self._pdf = b""
        self._plan_words, self._pages = "", 0
        self._written: Path | None = None
        self.choices = MapChoices(_kinds(desktop, has_reach=reach is not None))
        self.choices.kind.set_value(kind)
        self.sample = SamplePane()
        self.place = PlaceField("書き出す場所", free_place(documents(), "地図", ".pdf"), "PDF (*.pdf)")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.look)
        self._step_ask = self._add_ask()
        self._step_done = self._add_done()
        self._stem = "地図"
        self.choices.changed.connect(self._on_changed)
        self.choices.district_chosen.connect(self._read_associations)
        self.sample.turned.connect(lambda _page: self.look())
        self.sample.enlarged.connect(lambda _large: self._redraw())
        self.show_step(self._step_ask, self.choices.kind)
        self._begin_reading()

    # ------------------------------------------------------------------ steps
    def _add_ask(self) -> int:
        what = f"{_REACH}の紙をつくります。" if self._reach is not None else ""
        note = Para(what, "lead")
        note.setVisible(bool(what))
        form = vbox(
            note,
            self.choices,
            labelled("書き出す場所", self.place),
            self.place.replace,
            Para("名前、住所、電話番号は入りません。", "quiet"),
            None,
            gap=1.25,
        )
        stop = button("やめる", on_click=self.reject)
        self.print_button = button("印刷する", icon="printer-outline", on_click=self.print_map)
        self.save_button = button("PDFに書き出す", "main", "content-save-outline", self.save)
        return self.add_wide_step(
            vbox(
                label("どの地図を印刷しますか", "title"),
                hbox((VScroll(form), 5), (self.sample, 7), gap=2),
                hbox(stop, None, self.print_button, self.save_button),
                gap=1.25,
            )
        )

    def _add_done(self) -> int:
        self._words = Para("", "lead")
        self._where = Para("", "quiet")
        self._notices = Para("", "quiet")
        folder = button("フォルダーを開く", icon="folder-open-outline", on_click=self._on_folder)
        again = button(
            "ほかの地図もつくる", on_click=lambda: self.show_step(self._step_ask, self.save_button)
        )
        done = button("閉じる", "main", on_click=self.accept)
        return self.add_step(
            "地図を書き出しました", [self._words, self._where, self._notices], [folder, again, None, done]
        )

    # ------------------------------------------------------------------ what there is
    def _begin_reading(self) -> None:
        database = self._desktop.database
        access = database.access

        def read() -> _Read:
            with database.reading() as session:
                seen = [
                    str(one.district_id)
                    for one in session.districts.all()
                    if access.sees_district(one.district_id)
                ]
                held = [one for one in session.operations.all() if one.started_at is not None]
            held.sort(key=lambda one: str(one.started_at), reverse=True)
            may = access.has(Right.RUN_EXERCISE)
            return _Read(tuple(seen), tuple(_session(one) for one in held) if may else ())

        self.sample.show_words("見本をつくっています。")
        self._desktop.runner.read(read, self._on_read, key="map-print-read")

    def _on_read(self, found: _Read) -> None:
        district_id, _, operation_id = self._asked
        self.choices.set_districts(found.districts, district_id)
        self.choices.set_sessions(found.sessions, operation_id)
        self._read_associations(self.choices.chosen_district())
        self._on_changed()

    def _read_associations(self, district_id: str) -> None:
        if not self._desktop.database.access.has(Right.SEE_PEOPLE) or not district_id:
            return
        make, wanted = self._desktop.services.map_papers, self._asked[1]
        order = MapPaperOrder(district_id=DistrictId(district_id))
        self._desktop.runner.read(
            lambda: make().associations(order),
            lambda names: self._on_associations(names, wanted),
            on_fail=self.told,
            key="map-print-associations",
        )

    def _on_associations(self, names: tuple[str, ...], wanted: str) -> None:
        self.choices.set_associations(names, wanted)
        if self.choices.chosen_kind() is MapPaperKind.ASSOCIATION:
            self._on_changed()

    # ------------------------------------------------------------------ the sample
    def _on_changed(self) -> None:
        self.sample.back_to_start()
        self.sample.show_words("見本をつくっています。")
        stem = self._stem_now()
        self.place.set_stem(self._stem, stem)
        self._stem = stem
        self._timer.start()

    def look(self) -> None:
        """Make the page that is looked at, off the Qt thread."""
        self.clear_messages()
        try:
            choice = self.choices.choice()
        except KnownProblem as problem:
            self.sample.forget()
            self.sample.show_words(problem.message)
            return
        page, is_large = self.sample.page(), self.sample.is_large()

        def work(progress: Progress) -> _Sample:
            pdf, pages, words = self._sampled(choice, page, progress)
            progress.raise_if_cancelled()
            return _Sample(pdf, picture_of(pdf, is_large=is_large), pages, words)

        self._desktop.runner.compute(work, self._on_sample, on_fail=self._no_sample, key="map-print-sample")

    def _sampled(self, choice: MapChoice, page: int, progress: Progress) -> tuple[bytes, int, str]:
        services = self._desktop.services
        if choice.theme is not None:
            pdf = services.theme_maps().preview(choice.theme, progress.step, lambda: progress.cancelled)
            return pdf, 1, f"{choice.theme.paper.value}で1ページです。5人未満の数は出しません。"
        session = self._session(choice)
        pdf, plan = services.map_papers().preview(choice.order, session, page, self._reach)
        return pdf, plan.pages, plan_words(plan, choice.order)

    def _session(self, choice: MapChoice) -> ExerciseSession | None:
        return self._desktop.exercises.open(OperationId(choice.session)) if choice.session else None

    def _on_sample(self, found: _Sample) -> None:
        self._pdf, self._pages, self._plan_words = found.pdf, found.pages, found.words
        self.sample.show_picture(found.image, found.pages, found.words)

    def _no_sample(self, error: BaseException) -> bool:
        self.sample.forget()
        if isinstance(error, KnownProblem):
            self.sample.show_words(f"{error.message}{error.advice}")
            return True
        return False

    def _redraw(self) -> None:
        if not self._pdf:
            return
        pdf, is_large = self._pdf, self.sample.is_large()
        self._desktop.runner.compute(
            lambda: picture_of(pdf, is_large=is_large),
            lambda image: self.sample.show_picture(image, self._pages, self._plan_words),
            key="map-print-sample",
        )

    # ------------------------------------------------------------------ saving and printing
    def save(self) -> None:
        """Write the PDF, with its progress and a way to stop."""
        try:
            choice = self.choices.choice()
            place = self.place.check(".pdf")
        except KnownProblem as problem:
            self.say(problem)
            return
        services = self._desktop.services

        def work(progress: Progress) -> Outcome[WrittenReport]:
            step = _stepper(progress)
            if choice.theme is not None:
                return services.theme_maps().write(choice.theme, place, step, lambda: progress.cancelled)
            session = self._session(choice)
            return services.map_papers().write(choice.order, place, session, step, self._reach)

        self._begin(work, self._on_written, "地図を書き出しています")

    def print_map(self) -> None:
        """Make the pages in memory, show them, and print them at their exact size."""
        try:
            choice = self.choices.choice()
        except KnownProblem as problem:
            self.say(problem)
            return
        services = self._desktop.services

        def work(progress: Progress) -> Outcome[RenderedPaper]:
            step = _stepper(progress)
            if choice.theme is not None:
                return services.theme_maps().print_pages(choice.theme, step, lambda: progress.cancelled)
            return services.map_papers().print_pages(choice.order, self._session(choice), step, self._reach)

        self._begin(work, self._on_rendered, "印刷する地図をつくっています")

    def _begin(self, work: Callable[..., object], on_done: Callable[..., object], title: str) -> None:
        self.clear_messages()
        task = self._desktop.runner.compute(
            work, on_done, on_fail=self.told, on_cancel=lambda: self.set_busy(busy=False), title=title
        )
        self.set_busy(busy=True, task=task)

    def _on_written(self, outcome: Outcome[WrittenReport]) -> None:
        self.set_busy(busy=False)
        written = outcome.value
        self._written = written.files[0]
        self._words.set_text(f"地図を書き出しました。{written.pages:,}ページです。")
        self._where.set_text(
            f"場所: {self._written}\n監査番号: {written.audit_head}\n"
            "印刷するときは「実際のサイズ」(100%)を選ぶと、縮尺のとおりになります。"
        )
        self._notices.set_text("\n".join(written.notices))
        self._desktop.finish(outcome, "地図を書き出しました。")
        self.show_step(self._step_done)

    def _on_rendered(self, outcome: Outcome[RenderedPaper]) -> None:
        self.set_busy(busy=False)
        self._desktop.changes.tell(outcome.changes)
        PreviewDialog(
            "この地図を印刷しますか",
            [Sheet("地図", outcome.value.content, is_exact=True)],
            self._desktop.runner,
            on_printed=lambda pages: self._desktop.messages.done(f"地図を印刷しました({pages}ページ)。"),
            parent=self,
        ).open()

    def _on_folder(self) -> None:
        if self._written is not None:
            open_folder(self._written)

    def _stem_now(self) -> str:
        """The proposed name of the file: never that of a 自治会, which may be a few houses."""
        kind = self.choices.chosen_kind()
        what = _REACH if self._reach is not None else KIND_WORDS[kind]
        day = f"{self._desktop.clock.now().date():%Y%m%d}"
        is_one = kind in (MapPaperKind.DISTRICT, MapPaperKind.ASSOCIATION)
        place = f"{self.choices.chosen_district()}校区_" if is_one else ""
        return f"{what}_{place}{day}"


def _kinds(desktop: Desktop, *, has_reach: bool) -> list[MapPaperKind]:
    if has_reach:
        return [MapPaperKind.DISTRICT]
    may = desktop.database.access.has(Right.SEE_PEOPLE)
    return [kind for kind in MapPaperKind if kind is not MapPaperKind.ASSOCIATION or may]


def _stepper(progress: Progress) -> Callable[[int, int, str], None]:
    def step(done: int, total: int, text: str) -> None:
        progress.raise_if_cancelled()
        progress.step(done, total, text)

    return step


def _session(operation: Operation) -> tuple[str, str, str]:
    started = operation.started_at
    day = operation.held_on or (in_japan(started).date() if started else None)
    when = f"{format_wareki(day)} " if day else ""
    return (
        str(operation.operation_id),
        str(operation.settings.district_id),
        f"{when}{in_japan(started):%H:%M}の訓練の番号と記号" if started else "訓練の番号と記号",
    )
