"""紙の見本: one page of the map as a picture, made off the Qt thread from the real PDF."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QWidget

from kurume_bousai.ui.kit.layouts import fix, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, flow, label
from kurume_bousai.ui.printing import OpenPdf

#: Longest side of the picture in pixels: whole pages are looked at small, or read enlarged.
_SMALL_PX: Final = 1_100
_LARGE_PX: Final = 3_000


def picture_of(pdf: bytes, *, is_large: bool) -> QImage:
    """Return the first page as a picture; on a worker thread."""
    opened = OpenPdf(pdf)
    try:
        points = opened.document.pagePointSize(0)
        longest = _LARGE_PX if is_large else _SMALL_PX
        factor = longest / max(points.width(), points.height(), 1.0)
        size = QSize(round(points.width() * factor), round(points.height() * factor))
        return _as_paper(opened.document.render(0, size))
    finally:
        opened.close()


def _as_paper(picture: QImage) -> QImage:
    """Lay the page on white with an edge, so that its end is seen on any ground."""
    paper = QImage(picture.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, picture)
    painter.setPen(QPen(QColor("#858B92"), max(2, picture.width() // 400)))
    painter.drawRect(paper.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return paper


class SamplePane(QWidget):
    """見本の枠. Signals: `turned(page)` another page is wanted, `enlarged(bool)` another size."""

    turned = Signal(int)
    enlarged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._page = 1
        self._pages = 0
        self._shown = QLabel()
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown.setAccessibleName("紙の見本")
        self._shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._shown)
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName("紙の見本。矢印キーで動きます。")
        fix(self._scroll, min_width=220, min_height=180)
        self.words = Para("", line=1.35)
        self._count = label("", "quiet")
        self._back = button("前のページ", "tool", "chevron-left", self._on_back)
        self._on = button("次のページ", "tool", "chevron-right", self._on_next)
        self.large = button("大きく見る", "tool", "magnify-plus-outline", checkable=True)
        self.large.toggled.connect(self._on_large)
        self.setLayout(
            vbox(self.words, (self._scroll, 1), flow([self._back, self._on, self.large, self._count]))
        )
        self._tell_page()

    def page(self) -> int:
        """Return the page that is shown, from 1."""
        return self._page

    def is_large(self) -> bool:
        """Whether the page is enlarged."""
        return self.large.isChecked()

    def back_to_start(self) -> None:
        """Another order: its first page."""
        self._page = 1

    def show_picture(self, image: QImage, pages: int, words: str) -> None:
        """Show a page and what is said of the whole."""
        self._image, self._pages = image, pages
        self._page = min(self._page, max(1, pages))
        self.words.set_text(words)
        self._paint()
        self._tell_page()

    def show_words(self, words: str) -> None:
        """Say why there is no picture, or that one is on its way."""
        self.words.set_text(words)

    def forget(self) -> None:
        """Show no page."""
        self._image, self._pages = QImage(), 0
        self._shown.clear()
        self._tell_page()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page into the new size (Qt)."""
        super().resizeEvent(event)
        self._paint()

    def _paint(self) -> None:
        if self._image.isNull():
            return
        self._scroll.setWidgetResizable(not self.is_large())
        picture = QPixmap.fromImage(self._image)
        if self.is_large():
            self._shown.setPixmap(picture)
            self._shown.resize(picture.size())
            return
        ratio = self.devicePixelRatioF()
        room = self._scroll.viewport().size() * ratio
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        small = picture.scaled(room, keep, smooth)
        small.setDevicePixelRatio(ratio)
        self._shown.setPixmap(small)

    def _tell_page(self) -> None:
        self._count.setText(f"{self._page} / {self._pages}ページ" if self._pages else "")
        self._back.setEnabled(self._page > 1)
        self._on.setEnabled(self._page < self._pages)
        self.large.setEnabled(self._pages > 0)

    def _on_back(self) -> None:
        self._turn(self._page - 1)

    def _on_next(self) -> None:
        self._turn(self._page + 1)

    def _turn(self, page: int) -> None:
        self._page = page
        self._tell_page()
        self.turned.emit(page)

    def _on_large(self, is_large: bool) -> None:
        self.enlarged.emit(is_large)
