"""投影の画面: question, time, map of numbers, tables. It cannot show a name: it is given none."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.band import BandKind, BandSpec, paint_band
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.exercise.table_view import table_bounds
from kurume_bousai.ui.kit.painters import digits_width, draw_digits
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_panel.native import NativeMapView

_BAND, _HEAD, _FOOT, _EDGE = 5.5, 19.0, 13.0, 2.0  # in hundredths of the window's height
_COUNTDOWN, _QUESTION, _SMALL = 16.0, 7.0, 4.2
_NUMBER = 3.3  # map numbers
_BODY_PX = 16  # what the map's signs are drawn for at unit 1
_TICK_MS = 250


class ProjectorWindow(QWidget):
    """投影の画面, everything measured in hundredths of its height so that it reads at any size."""

    def __init__(self, controller: SessionController) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._controller = controller
        self.setWindowTitle("投影の画面")
        self.setAccessibleName("投影の画面。番号と印だけが出ます。")
        # Not shown itself: it keeps the scene and paints it into this window, with signs that grow.
        self.map = NativeMapView(self)
        self.map.hide()
        self.map.set_legend_visible(False)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.update)
        self._timer.start()
        controller.changed.connect(self._refresh)
        controller.selected.connect(self._refresh)
        controller.table_changed.connect(self._on_table)
        self._on_table()
        self.resize(1280, 800)

    def place(self) -> None:
        """Fill the second screen; on a single screen be an ordinary window."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[1].geometry())
            self.showFullScreen()
        else:
            self.show()

    def _on_table(self) -> None:
        self._refresh()
        self.map.fit_bounds(*table_bounds(self.map.scene))

    def _refresh(self, _member_id: str = "") -> None:
        controller = self._controller
        self.map.set_scene(
            controller.desktop.scenes.session(
                controller.session,
                table_id=controller.table_id,
                selected=controller.member_id,
                for_projector=True,
            )
        )
        self.update()

    def _unit(self, hundredths: float) -> int:
        return round(self.height() * hundredths / 100)

    def _face(self, hundredths: float, *, bold: bool = False, digits: bool = False) -> QFont:
        face = font("body", bold=bold, digits=digits)
        face.setPixelSize(max(10, self._unit(hundredths)))
        return face

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the projector away (Qt)."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint band, question, time and tables (Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("paper"))
        district = self._controller.session.district_id
        painter.save()
        paint_band(
            painter,
            QRect(0, 0, self.width(), self._unit(_BAND)),
            BandSpec(BandKind.EXERCISE, f"{district}校区"),
            text_px=self._unit(4),
        )
        painter.restore()
        self._paint_head(painter)
        self._paint_map(painter)
        self._paint_tables(painter)
        painter.end()

    def _paint_map(self, painter: QPainter) -> None:
        edge, top = self._unit(_EDGE), self._unit(_BAND + _HEAD)
        box = QRect(edge, top, self.width() - 2 * edge, self.height() - top - self._unit(_FOOT))
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.translate(box.topLeft())
        self.map.paint_scene(painter, QRect(0, 0, box.width(), box.height()), self._unit(_NUMBER) / _BODY_PX)
        painter.restore()

    def _paint_head(self, painter: QPainter) -> None:
        edge, top = self._unit(_EDGE), self._unit(_BAND)
        session = self._controller.session
        task = session.current_task()
        tasks = session.operation.settings.preset.tasks
        seconds = self._controller.remaining_s()
        words = _clock_words(seconds)
        clock_face = self._face(_COUNTDOWN, bold=True, digits=True)
        clock_width = round(digits_width(words, clock_face)) + edge
        clock_box = QRect(self.width() - clock_width - edge, top, clock_width, self._unit(_HEAD))
        painter.setPen(colour("text"))
        draw_digits(painter, clock_box, words, clock_face)
        left_width = clock_box.left() - 2 * edge
        painter.setFont(self._face(_SMALL))
        painter.setPen(colour("quiet"))
        caption = f"問い {tasks.index(task) + 1} / {len(tasks)}　{task.heading}"
        upper = QRect(edge, top + self._unit(1.2), left_width, self._unit(_SMALL * 1.5))
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignVCenter), caption)
        beside = "残り時間" if seconds >= 0 else "時間をすぎました"
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), beside)
        painter.setPen(colour("text"))
        painter.setFont(self._face(self._question_size(task.question, left_width), bold=True))
        lower = QRect(edge, upper.bottom(), left_width, self._unit(_HEAD) - upper.height() - self._unit(2))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(lower, int(flags) | int(Qt.TextFlag.TextWordWrap), task.question)

    def _question_size(self, question: str, width: int) -> float:
        """7 % of the height where one line fits, smaller (never below 5 %) where two are needed."""
        return _QUESTION if len(question) * self._unit(_QUESTION) <= width else 5.0

    def _paint_tables(self, painter: QPainter) -> None:
        session = self._controller.session
        done = session.tables_done(session.current_task().task_id)
        tables = session.tables
        edge = self._unit(_EDGE)
        per_row = min(len(tables), 6)
        rows = -(-len(tables) // per_row)
        gap = self._unit(1)
        width = (self.width() - 2 * edge - (per_row - 1) * gap) // per_row
        height = (self._unit(_FOOT) - edge - rows * gap) // rows
        top = self.height() - self._unit(_FOOT) + gap
        painter.setFont(self._face(min(_SMALL, 60 * height / 100 / self.height() * 100), bold=True))
        for index, table in enumerate(tables):
            box = QRect(
                edge + (index % per_row) * (width + gap),
                top + (index // per_row) * (height + gap),
                width,
                height,
            )
            people = session.shown(table.table_id)
            decided = len(people) - len(session.undecided(table.table_id))
            is_done = table.table_id in done
            painter.setPen(colour("text"))
            painter.setBrush(colour("text" if is_done else "surface"))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(colour("surface" if is_done else "text"))
            words = f"{table.name}　できた" if is_done else f"{table.name}　{decided}/{len(people)}人"
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _clock_words(seconds: int) -> str:
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'−' if seconds < 0 else ''}{minutes}:{rest:02d}"
