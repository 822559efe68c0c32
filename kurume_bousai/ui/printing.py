"""Printing from memory: a PDF is shown and printed without ever lying on a disk in clear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.exact_printing import check_paper, paint_exactly, turn_paper
from kurume_bousai.ui.kit.layouts import fix, hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, label
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.tasks import Progress, Task, TaskRunner

#: Fine enough for 10 pt kanji; finer would only fill the memory of the printer.
_MOST_DPI = 300
_ZOOM_STEP = 1.25
_ZOOMS = (0.25, 4.0)
_NAMED = "取扱注意。名前の入った紙です。印刷が終わるまで、ほかの人に画面を見せないでください。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """印刷する紙: one PDF in memory with the words that tell it from the others (写しの番号).

    ``is_exact``: a map, whose pages keep their size to the millimetre; else they fit the printer's paper.
    """

    title: str
    pdf: bytes = field(repr=False)
    is_exact: bool = False


class OpenPdf:
    """開いたPDF: a document with the bytes it reads from, which must outlive it."""

    def __init__(self, pdf: bytes) -> None:
        self._bytes = QByteArray(pdf)
        self._buffer = QBuffer(self._bytes)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument()
        self.document.load(self._buffer)

    @property
    def is_readable(self) -> bool:
        """Whether there is something to show."""
        return self.document.status() is QPdfDocument.Status.Ready and self.document.pageCount() > 0

    def close(self) -> None:
        """Forget the document and its bytes."""
        self.document.close()
        self._buffer.close()
        self._bytes.clear()


def choose_printer(parent: QWidget, *, is_named: bool) -> QPrinter | None:
    """Ask for a printer; None where the person stopped.

    A named paper cannot be "printed" into a file: that would be a copy in clear.

    Raises
    ------
    KnownProblem
        ``no_printer``.
    """
    if not QPrinterInfo.availablePrinterNames():
        raise KnownProblem(
            "no_printer",
            "使えるプリンターが見つかりません。",
            advice="プリンターの電源と、システムの「プリンター」の設定を確かめてください。",
        )
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("久留米 要支援者 図上訓練・容量")
    dialog = QPrintDialog(printer, parent)
    if is_named:
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, on=False)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    if is_named and printer.outputFileName():
        raise KnownProblem(
            "named_to_file",
            "名前の入った紙は、ファイルには印刷できません。",
            advice="紙のプリンターを選ぶか、「暗号化して保存する」を使ってください。",
        )
    return printer


def print_sheets(printer: QPrinter, sheets: Sequence[Sheet], progress: Progress) -> int:
    """Paint every page onto the printer; returns the number of pages. On a worker thread.

    Raises
    ------
    KnownProblem
        ``print_failed``: the printer took no job. ``paper_too_small`` for pages that keep their size.
    """
    opened = [(OpenPdf(sheet.pdf), sheet.is_exact) for sheet in sheets]
    pages = [
        (one.document, page, is_exact) for one, is_exact in opened for page in range(one.document.pageCount())
    ]
    painter = QPainter()
    try:
        for document, page, is_exact in pages:
            if is_exact:
                check_paper(printer, document.pagePointSize(page))
        for done, (document, page, is_exact) in enumerate(pages):
            progress.raise_if_cancelled()
            progress.step(done, len(pages), f"{done + 1}枚目を印刷しています")
            if is_exact:
                turn_paper(printer, document.pagePointSize(page))
            if not (printer.newPage() if done else painter.begin(printer)):
                raise _print_failed()
            if is_exact:
                paint_exactly(painter, printer, document, page)
            else:
                _paint_page(painter, printer, document, page)
        if not pages:
            raise _print_failed()
        return len(pages)
    finally:
        if painter.isActive():
            painter.end()
        for one, _ in opened:
            one.close()


def _paint_page(painter: QPainter, printer: QPrinter, document: QPdfDocument, page: int) -> None:
    points = document.pagePointSize(page)
    dpi = min(printer.resolution(), _MOST_DPI)
    picture = document.render(
        page, QSize(round(points.width() * dpi / 72), round(points.height() * dpi / 72))
    )
    room = QRectF(printer.pageRect(QPrinter.Unit.DevicePixel))
    scale = min(room.width() / picture.width(), room.height() / picture.height())
    target = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
    painter.drawImage(target, picture)


def _print_failed() -> KnownProblem:
    return KnownProblem(
        "print_failed",
        "印刷できませんでした。",
        advice="プリンターの電源と用紙を確かめて、もう一度印刷してください。",
    )


class PreviewDialog(QDialog):
    """印刷の前に見る: the pages as they will be; 「印刷する」 prints every sheet.

    The keyboard begins on the pages, and Enter there prints nothing: what goes to paper is read first.

    `on_printed(number_of_pages)` after the printer took everything; `on_left()` when the window is
    closed without printing.
    """

    def __init__(
        self,
        question: str,
        sheets: Sequence[Sheet],
        runner: TaskRunner,
        *,
        is_named: bool = False,
        on_printed: Callable[[int], object] | None = None,
        on_left: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(question)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._sheets = list(sheets)
        self._runner = runner
        self._is_named = is_named
        self._on_printed = on_printed
        self._on_left = on_left
        self._is_printed = False
        self._task: Task | None = None
        self.messages = MessageBar()
        self._view = QPdfView()
        self._view.setAccessibleName("紙の見本。矢印キーとPageDownキーで動きます。")
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._open: OpenPdf | None = None
        self._pages = 0
        self._which = QComboBox()
        self._which.setAccessibleName("写し")
        for sheet in self._sheets:
            self._which.addItem(sheet.title)
        self._which.setVisible(len(self._sheets) > 1)
        self._which.currentIndexChanged.connect(self._show_sheet)
        self._which_one = label(self._sheets[0].title if len(self._sheets) == 1 else "", "quiet")
        self._count = label("", "quiet")
        self.print_button = button("印刷する", "main", "printer-outline", self.print, name="印刷する Ctrl+P")
        smaller = button("小さく", "tool", "magnify-minus-outline", self.smaller, name="小さく見る Ctrl+-")
        larger = button("大きく", "tool", "magnify-plus-outline", self.larger, name="大きく見る Ctrl++")
        close = button("閉じる", on_click=self.reject, name="閉じる Esc")
        note = Para(_NAMED if is_named else "", "quiet")
        note.setVisible(is_named)
        self.setLayout(
            vbox(
                self.messages,
                hbox(label(question, "title"), None, self._which, self._which_one, self._count, gap=1.5),
                note,
                (self._view, 1),
                hbox(smaller, larger, None, close, self.print_button),
                margins=(3, 2, 3, 2),
            )
        )
        for keys, act in (("Ctrl+P", self.print), ("Ctrl++", self.larger), ("Ctrl+=", self.larger),
                          ("Ctrl+-", self.smaller), ("Ctrl+0", self.whole_width)):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        # Not the navigator's own signal: it also speaks when the view is already gone.
        self._view.verticalScrollBar().valueChanged.connect(self._say_page)
        fix(self, min_width=560, min_height=360)
        room = self.screen().availableGeometry()
        self.resize(min(980, room.width() - 40), min(760, room.height() - 60))
        self._show_sheet(0)
        self._view.setFocus()

    def pages(self) -> int:
        """Return the number of pages shown."""
        return self._pages

    def larger(self) -> None:
        """Show the pages larger."""
        self._zoom(_ZOOM_STEP)

    def smaller(self) -> None:
        """Show the pages smaller."""
        self._zoom(1 / _ZOOM_STEP)

    def whole_width(self) -> None:
        """Show the pages as wide as the window."""
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def zoom(self) -> float:
        """How large a page is shown; 1 = a point is a 72nd of an inch of the screen."""
        if self._view.zoomMode() is QPdfView.ZoomMode.Custom or self._open is None:
            return self._view.zoomFactor()
        margins = self._view.documentMargins()
        room = self._view.viewport().width() - margins.left() - margins.right()
        points = self._open.document.pagePointSize(self._view.pageNavigator().currentPage()).width()
        return room / max(1.0, points * self.logicalDpiX() / 72)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the pages wherever the keyboard is (Qt)."""
        bar = self._view.verticalScrollBar()
        places = {
            Qt.Key.Key_PageDown: bar.value() + bar.pageStep(),
            Qt.Key.Key_PageUp: bar.value() - bar.pageStep(),
            Qt.Key.Key_Home: bar.minimum(), Qt.Key.Key_End: bar.maximum(),
        }  # fmt: skip
        place = places.get(Qt.Key(event.key()))
        if place is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(place)

    def print(self) -> None:
        """Ask for a printer and print every sheet."""
        if self._task is not None:
            return  # Ctrl+P again
        try:
            printer = choose_printer(self, is_named=self._is_named)
        except KnownProblem as problem:
            self._say(problem)
            return
        if printer is not None:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print every sheet on a chosen printer."""
        self.print_button.setEnabled(False)
        sheets = list(self._sheets)

        def work(progress: Progress) -> int:
            return print_sheets(printer, sheets, progress)

        self._task = self._runner.compute(
            work, self._on_done, on_fail=self._on_fail, on_cancel=self._free, title="印刷しています"
        )

    def reject(self) -> None:
        """Close, or stop the printing first (Qt)."""
        if self._task is not None:
            self._task.cancel()
            return
        super().reject()

    def done(self, result: int) -> None:
        """Forget the pages when the window goes (Qt)."""
        was_printed, self._sheets = self._is_printed, []
        self._view.setDocument(QPdfDocument(self._view))
        if self._open is not None:
            self._open.close()
            self._open = None
        super().done(result)
        if not was_printed and self._on_left is not None:
            self._on_left()

    def _show_sheet(self, number: int) -> None:
        if not 0 <= number < len(self._sheets):
            return
        shown = OpenPdf(self._sheets[number].pdf)
        self._view.setDocument(shown.document)
        if self._open is not None:
            self._open.close()
        self._open = shown
        self._pages = shown.document.pageCount()
        self._say_page()

    def _say_page(self, _place: int = 0) -> None:
        page = min(self._view.pageNavigator().currentPage() + 1, self._pages)
        self._count.setText(f"{page} / {self._pages}ページ")

    def _zoom(self, by: float) -> None:
        least, most = _ZOOMS
        wanted = min(most, max(least, self.zoom() * by))
        self._view.setZoomMode(QPdfView.ZoomMode.Custom)
        self._view.setZoomFactor(wanted)

    def _free(self) -> None:
        self._task = None
        self.print_button.setEnabled(True)

    def _on_done(self, pages: int) -> None:
        self._free()
        self._is_printed = True
        self.accept()
        if self._on_printed is not None:
            self._on_printed(pages)

    def _on_fail(self, error: BaseException) -> bool:
        self._free()
        if isinstance(error, KnownProblem):
            self._say(error)
            return True
        return False

    def _say(self, problem: KnownProblem) -> None:
        while self.messages.messages():
            self.messages.read_one()
        self.messages.problem(problem)
