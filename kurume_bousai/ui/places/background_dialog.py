"""背景にする図を地図に合わせる: the same place pressed in the picture and on the map, three times or more."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.mapview.protocol import MapScene, PersonMark, PersonState
from kurume_bousai.services.places.ports import PINS_NEEDED, MapPicture, MapPin, PinFit
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.layouts import fix, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import button, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.map_panel.making import create_map_view
from kurume_bousai.ui.map_panel.view import CITY_BOUNDS
from kurume_bousai.ui.places.picture_view import PictureView

#: An error that a table of people would notice on the ground.
_FAR_M: Final = 50.0
_HEADINGS: Final = ("番号", "経度", "緯度", "ずれ")
_WRITTEN_AS: Final = "例 経度 130.5083　緯度 33.3193"


class BackgroundDialog(FormDialog):
    """図と地図の同じ場所を押してください. Accepted when the background is stored."""

    def __init__(self, desktop: Desktop, picture: MapPicture, parent: QWidget | None = None) -> None:
        super().__init__("図と地図の、同じ場所を押してください", parent, size=(1300, 680))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._picture = picture
        self._pins: list[MapPin] = []
        self._waiting: tuple[float, float] | None = None
        self._scene = MapScene()
        self.picture = PictureView()
        self.map = create_map_view(self)
        self.map.set_legend_visible(False)
        self.map.setMinimumSize(180, 160)
        self.name = QLineEdit(picture.name)
        self.name.setMaxLength(60)
        self.page = QComboBox()
        self.lon = QLineEdit()
        self.lat = QLineEdit()
        self.next_words = Para("", "lead", line=1.35)
        self.quality = Para("", line=1.35)
        self.table = self._make_table()
        self.keep_button = button("背景にする", "main", "layers-plus", self.keep)
        self._build()
        self._connect()
        self.picture.set_picture(picture)
        self._tell_next()
        self._read_scene()
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ pins
    def pins(self) -> tuple[MapPin, ...]:
        """Return the pins set so far."""
        return tuple(self._pins)

    def press_picture(self, x_px: float, y_px: float) -> None:
        """Begin a pin, or move the one that waits."""
        self._waiting = (x_px, y_px)
        self._show_pins()

    def press_map(self, lon: float, lat: float) -> None:
        """End the pin that waits."""
        if self._waiting is None:
            self.messages.notice("先に、左の図の場所を押してください。")
            return
        self.clear_messages()
        self._pins.append(MapPin(*self._waiting, LonLat(lon, lat)))
        self._waiting = None
        self.lon.clear()
        self.lat.clear()
        self._show_pins()
        self._fit()
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def press_typed(self) -> None:
        """End the pin that waits with a typed longitude and latitude."""
        try:
            point = _typed_point(self.lon.text(), self.lat.text())
        except KnownProblem as problem:
            self.say(problem)
            return
        self.press_map(point.lon, point.lat)

    def remove_pin(self) -> None:
        """Take the chosen pin away."""
        row = self.table.currentRow()
        if 0 <= row < len(self._pins):
            del self._pins[row]
            self._show_pins()
            self._fit()

    def keep(self) -> None:
        """Turn the picture by its pins on the compute lane, then store it on the writer lane."""
        name = self.name.text().strip()
        if not name:
            self.say(KnownProblem("no_name", "図の名前が空です。", advice="名前を入れてください。"))
            return
        if len(self._pins) < PINS_NEEDED:
            self.say(
                KnownProblem(
                    "pins_too_few",
                    f"目印が{len(self._pins)}か所しかありません。",
                    advice=f"{PINS_NEEDED}か所以上で、図と地図の同じ場所を押してください。",
                )
            )
            return
        places, picture, pins = self._desktop.services.places, self._picture, tuple(self._pins)
        self.clear_messages()
        task = self._desktop.runner.compute(
            lambda: places.make_background(picture, pins, name),
            self._store,
            on_fail=self.told,
            on_cancel=lambda: self.set_busy(busy=False),
            title="図を地図に合わせています",
        )
        self.set_busy(busy=True, task=task)

    def reject(self) -> None:
        """Ask before pins are lost (Qt)."""
        if not self._pins:
            super().reject()
            return
        ask(
            self,
            "目印を捨ててやめますか",
            [f"置いた目印{len(self._pins)}か所は残りません。図のファイルはそのままです。"],
            "捨ててやめる",
            lambda: super(BackgroundDialog, self).reject(),
        )

    # ------------------------------------------------------------------ work
    def _store(self, background: Background) -> None:
        self.set_busy(busy=True)
        places = self._desktop.services.places
        self._desktop.runner.write(
            lambda: places.keep_background(background),
            lambda outcome: self._on_stored(outcome.changes, background),
            on_fail=self.told,
            title="背景図を保存しています",
        )

    def _on_stored(self, changes: object, background: Background) -> None:
        self.set_busy(busy=False)
        if isinstance(changes, frozenset):
            self._desktop.changes.tell(changes)
        self._desktop.messages.done(
            f"「{background.name}」を背景にしました。図と地図のずれは平均 {background.residual_m:.0f}mです。"
        )
        self.accept()

    def _read_scene(self) -> None:
        scenes = self._desktop.scenes
        self._desktop.runner.read(lambda: scenes.roster([]), self._on_scene, key="pin-scene")

    def _on_scene(self, scene: MapScene) -> None:
        self._scene = scene
        self._show_on_map()
        district = self._desktop.window.district()
        if district:
            self.map.fit_district(district)
        else:
            self.map.fit_bounds(*CITY_BOUNDS)

    def _fit(self) -> None:
        if len(self._pins) < PINS_NEEDED:
            self._tell_fit(None)
            return
        places, pins = self._desktop.services.places, tuple(self._pins)
        self._desktop.runner.compute(
            lambda: places.fit(pins), self._tell_fit, on_fail=self._on_no_fit, key="pin-fit"
        )

    def _on_no_fit(self, error: BaseException) -> bool:
        self._tell_fit(None)
        return self.told(error)

    def _on_page(self, number: int) -> None:
        places, picture = self._desktop.services.places, self._picture
        if number < 0 or number == picture.page:
            return
        self.set_busy(busy=True)
        self._desktop.runner.compute(
            lambda: places.turn_page(picture, number), self._on_turned, on_fail=self.told, key="pin-page"
        )

    def _on_turned(self, picture: MapPicture) -> None:
        self.set_busy(busy=False)
        self._picture = picture
        self._pins.clear()
        self._waiting = None
        self.picture.set_picture(picture)
        self._show_pins()
        self._tell_fit(None)

    # ------------------------------------------------------------------ showing
    def _show_pins(self) -> None:
        self.picture.set_pins([(pin.x_px, pin.y_px) for pin in self._pins], self._waiting)
        chosen = self.table.currentRow()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(self._pins))
            for row, pin in enumerate(self._pins):
                for column, text in enumerate(
                    (str(row + 1), f"{pin.point.lon:.4f}", f"{pin.point.lat:.4f}", "")
                ):
                    self.table.setItem(row, column, _cell(text))
        if self._pins:
            self.table.selectRow(min(max(0, chosen), len(self._pins) - 1))
        self._show_on_map()
        self._tell_next()

    def _show_on_map(self) -> None:
        marks = tuple(
            PersonMark(f"pin{number}", pin.point.lon, pin.point.lat, number, state=PersonState.DECIDED)
            for number, pin in enumerate(self._pins, start=1)
        )
        shown = MapScene(
            sites=self._scene.sites,
            districts=self._scene.districts,
            backgrounds=self._scene.backgrounds,
            names_districts=True,
            watermark=self._scene.watermark,
            people=marks,  # the sign of a number; there are no people in this window
        )
        self.map.set_scene(shown)

    def _tell_next(self) -> None:
        number = len(self._pins) + 1
        waits = self._waiting is not None
        if waits:
            words = f"目印 {number}: 図の点と同じ場所を、地図で押してください。"
        elif number <= PINS_NEEDED:
            words = f"目印 {number}: 左の図で、橋や交差点など、はっきりした場所を押してください。"
        else:
            words = "「背景にする」を押すと終わりです。目印をふやすと、もっと正確になります。"
        self.next_words.set_text(words)
        for editor in (self.lon, self.lat, self._typed_button):
            editor.setEnabled(waits)
        self._remove_button.setEnabled(bool(self._pins))

    def _tell_fit(self, fit: PinFit | None) -> None:
        for row in range(self.table.rowCount()):
            known = fit is not None and fit.is_checked and row < len(fit.residuals_m)
            words = f"{fit.residuals_m[row]:.0f}m" if fit is not None and known else "—"
            self.table.setItem(row, 3, _cell(words))
        self.quality.set_text(_quality(fit, len(self._pins)))

    # ------------------------------------------------------------------ building
    def _build(self) -> None:
        self._typed_button = button("この場所にする", "tool", on_click=self.press_typed)
        self._remove_button = button("選んだ目印を消す", "tool", "delete-outline", self.remove_pin)
        for editor, name in ((self.lon, "経度"), (self.lat, "緯度")):
            editor.setAccessibleName(name)
            editor.setAccessibleDescription(_WRITTEN_AS)
            editor.setPlaceholderText(name)
        for number in range(self._picture.pages):
            self.page.addItem(f"{number + 1}ページ目", number)
        self.page.setCurrentIndex(self._picture.page)
        self.page.setAccessibleName("PDFのページ")
        self.page.setVisible(self._picture.pages > 1)
        zoom = hbox(
            label("図", "heading"),
            None,
            self.page,
            button("拡大", "tool", "plus", lambda: self.picture.zoom_by(1.4), name="図を拡大"),
            button("縮小", "tool", "minus", lambda: self.picture.zoom_by(1 / 1.4), name="図を縮小"),
        )
        side = holder(
            vbox(
                labelled("図の名前", self.name),
                label("キーで打つとき(経度・緯度)", "small"),
                hbox((self.lon, 1), (self.lat, 1)),
                self._typed_button,
                (self.table, 1),
                self._remove_button,
                self.quality,
                gap=0.75,
            )
        )
        fix(side, fixed_width=310)
        left = vbox(zoom, (self.picture, 1), gap=0.5)
        head = label("地図", "heading")
        fix(head, fixed_height=40)
        right = vbox(head, (self.map, 1), gap=0.5)
        stop = button("やめる", on_click=self.reject)
        step = self.add_wide_step(
            vbox(
                self.next_words,
                (hbox((left, 1), (right, 1), side, gap=1.5), 1),
                hbox(None, stop, self.keep_button),
            )
        )
        self.show_step(step)

    def _connect(self) -> None:
        self.picture.pressed.connect(self.press_picture)
        self.map.point_clicked.connect(self.press_map)
        self.map.site_selected.connect(self._on_site)
        self.page.activated.connect(self._on_page)
        for editor in (self.lon, self.lat):
            editor.returnPressed.connect(self.press_typed)

    def _on_site(self, site_id: str) -> None:
        """A school or a hall is a good mark: its own place, not where its sign was touched."""
        for site in self._scene.sites:
            if site.id == site_id:
                self.press_map(site.lon, site.lat)
                return

    def _make_table(self) -> QTableWidget:
        made = _PinTable(self.remove_pin)
        made.setColumnCount(len(_HEADINGS))
        made.setHorizontalHeaderLabels(list(_HEADINGS))
        made.setAccessibleName("目印の一覧。Delete で、選んだ目印を消します。")
        made.verticalHeader().hide()
        made.verticalHeader().setDefaultSectionSize(control(32))
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setTabKeyNavigation(False)
        made.setShowGrid(False)
        made.setMinimumHeight(control(90))
        head = made.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        return made


class _PinTable(QTableWidget):
    """目印の一覧 that also takes Delete."""

    def __init__(self, on_delete: Callable[[], object]) -> None:
        super().__init__()
        self._on_delete = on_delete

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the chosen pin away (Qt)."""
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._on_delete()
        else:
            super().keyPressEvent(event)


def _cell(text: str) -> QTableWidgetItem:
    made = QTableWidgetItem(text)
    made.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def _quality(fit: PinFit | None, pins: int) -> str:
    if fit is None:
        lacking = PINS_NEEDED - pins
        return f"あと{lacking}か所いります。" if lacking > 0 else ""
    if not fit.is_checked:
        return "3か所では、ずれがわかりません。4か所目を置くと、ずれを確かめられます。"
    if fit.rms_m > _FAR_M:
        return f"ずれは平均 {fit.rms_m:.0f}mです。ずれの大きい目印を消して、置き直してください。"
    return f"ずれは平均 {fit.rms_m:.0f}mです。"


def _typed_point(lon: str, lat: str) -> LonLat:
    """Read a typed longitude and latitude, full width too; raises ``KnownProblem``."""
    try:
        values = [float(unicodedata.normalize("NFKC", text).strip()) for text in (lon, lat)]
        point = LonLat(*values)
    except ValueError:
        raise KnownProblem(
            "point_unreadable",
            "経度と緯度を読めません。",
            where="目印",
            advice=f"{_WRITTEN_AS} のように入れてください。",
        ) from None
    if not in_city_extent(point):
        raise KnownProblem(
            "point_elsewhere",
            "その場所は、久留米市から離れています。",
            where="目印",
            advice="経度と緯度が入れ替わっていないかを確かめてください。経度は130、緯度は33で始まります。",
        )
    return point
