"""実際のサイズで印刷する: a page of a map keeps its size, so that its scale holds on the paper."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions
from PySide6.QtPrintSupport import QPrinter

from kurume_bousai.domain.errors import KnownProblem

_POINT_MM: Final = 25.4 / 72
#: Papers are cut a little short, and printers round.
_TOLERANCE_MM: Final = 2.0
#: Hairlines of hatches are finer than letters; an A0 at this resolution is painted in bands.
_MOST_DPI: Final = 300
_BAND_PIXELS: Final = 8_000_000


def check_paper(printer: QPrinter, points: QSizeF) -> None:
    """Raise ``paper_too_small`` unless the printer's paper holds the page, upright or lying."""
    paper = printer.pageLayout().pageSize().size(QPageSize.Unit.Millimeter)
    wanted = sorted((points.width() * _POINT_MM, points.height() * _POINT_MM))
    given = sorted((paper.width(), paper.height()))
    if any(need > have + _TOLERANCE_MM for need, have in zip(wanted, given, strict=True)):
        raise KnownProblem(
            "paper_too_small",
            "プリンターの用紙が地図より小さいため、縮尺のとおりに印刷できません。",
            where=f"地図 {wanted[0]:.0f}×{wanted[1]:.0f}mm、用紙 {given[0]:.0f}×{given[1]:.0f}mm",
            advice="プリンターの用紙を変えるか、「貼り合わせる」を選んでください。",
        )


def turn_paper(printer: QPrinter, points: QSizeF) -> None:
    """Lay the paper as the page lies, and let its corner be the origin. Before the page begins."""
    lying = points.width() > points.height()
    printer.setFullPage(True)
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
    )


def paint_exactly(painter: QPainter, printer: QPrinter, document: QPdfDocument, page: int) -> None:
    """Paint a page from the corner of the paper at its own size, band by band."""
    points = document.pagePointSize(page)
    dpi = min(printer.resolution(), _MOST_DPI)
    whole = QSize(round(points.width() * dpi / 72), round(points.height() * dpi / 72))
    per_pixel = printer.resolution() / 72 * points.width() / whole.width()
    high = max(1, min(whole.height(), _BAND_PIXELS // whole.width()))
    for top in range(0, whole.height(), high):
        band = QRect(0, top, whole.width(), min(high, whole.height() - top))
        options = QPdfDocumentRenderOptions()
        options.setScaledSize(whole)
        options.setScaledClipRect(band)
        picture = document.render(page, band.size(), options)
        painter.drawImage(
            QRectF(0, top * per_pixel, whole.width() * per_pixel, band.height() * per_pixel), picture
        )
