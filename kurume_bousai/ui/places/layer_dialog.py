"""地図データのファイルを取り込む: choose, look at what it is, answer what only a person knows, then keep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.layers import HAZARD_KINDS
from kurume_bousai.services.places.layer_import import LayerImportResult
from kurume_bousai.services.places.map_layers import LayerPreview
from kurume_bousai.services.ports.layer_files import FileShapes
from kurume_bousai.services.ports.map_layers import LayerOrder
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_file
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button
from kurume_bousai.ui.places.hazard_dialog import NO_HAZARD_RIGHT, HazardDialog, may_update_hazards
from kurume_bousai.ui.places.layer_check import LayerCheck, SystemChoice
from kurume_bousai.ui.places.own_form import OwnForm
from kurume_bousai.ui.places.working import WorkingDialog

PATTERNS: Final = (
    "地図のファイル (*.zip *.shp *.geojson *.json *.gpkg *.kml *.kmz *.gml *.xml *.csv *.xlsx);;すべて (*)"
)
OFFICIAL_WORDS: Final = (
    "国土数値情報などの公式の地図(浸水想定、土砂災害、道路、河川、施設など)です。"
    "何の図かは、ファイルの名前ではなく、列の名前から見分けます。"
)
OWN_WORDS: Final = (
    "自分たちでつくった図(冠水の記録、危ない場所、集合場所など)です。"
    "名前、出典、見せる列を決めて、図としてだけ取り込みます。"
)
_FORMATS: Final = "使えるファイル: zip、Shapefile、GeoJSON、GeoPackage、GML、KML、CSV、Excel(緯度・経度の表)"


class LayerDialog(WorkingDialog):
    """このファイルを取り込みますか. Nothing is written before 「取り込む」."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None, *, is_own: bool = False) -> None:
        title = "自分の地図" if is_own else "公式の地図データ"
        super().__init__(f"{title}のファイルを選んでください", desktop, parent, size=(980, 660))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title, self._is_own = title, is_own
        self._order = LayerOrder(Path())
        self._preview: LayerPreview | None = None
        self.form = OwnForm()
        self.check = LayerCheck()
        self.system = SystemChoice()
        self.own_button = button(
            "自分の地図として取り込む", icon="map-plus", on_click=lambda: self.describe(self._order.path)
        )
        self.far_button = button(
            "市から離れていても読む", icon="refresh", on_click=lambda: self._again(self._order.crs, far=True)
        )
        self._choose_step = self._add_choose()
        self._own_step = self._add_own()
        self._check_step = self._add_check()
        self._done_step, self._done_words = self._add_done()
        self.check.read_again.connect(lambda crs, far: self._again(crs, far=far))
        self.check.answered.connect(self._allow)
        self.system.chosen.connect(lambda crs: self._again(crs, far=self._order.is_everywhere))
        self._hide_rescues()
        self.show_step(self._choose_step, self.choose_button)

    # ------------------------------------------------------------------ what a person does
    def choose(self) -> None:
        """Ask for the file and look at it."""
        path = choose_file(self, f"{self._title}のファイル", PATTERNS)
        if path is not None:
            self.check_file(path)

    def check_file(self, path: Path) -> None:
        """Look at a file; one of one's own is asked about its columns first."""
        self._order = LayerOrder(path)
        if self._is_own:
            self.describe(path)
        else:
            self._read(self._order)

    def describe(self, path: Path) -> None:
        """Say which columns a file has, for the form of one's own map."""
        layers = self.desktop.services.layers
        self._hide_rescues()
        self.look(
            lambda told: layers.describe(path, told),
            self._on_described,
            title=f"{path.name} を開いています",
            on_fail=self._on_refused,
        )

    def check_own(self) -> None:
        """Read the file as the form says."""
        try:
            own = self.form.mapping()
        except KnownProblem as problem:
            self.say(problem)
            return
        self._read(replace(self._order, own=own))

    def commit(self) -> None:
        """Keep exactly what was shown, with the answers given."""
        preview = self._preview
        if preview is None or not self.check.is_answered():
            return
        layers = self.desktop.services.layers
        answered = replace(preview, order=replace(preview.order, replaces=self.check.replaces()))
        self.keep(
            lambda _told: layers.commit(answered),
            self._on_committed,
            title=f"{self._title}を取り込んでいます",
        )

    def ask_hazards(self) -> HazardDialog:
        """Close this window and open the one that reads homes and sites anew."""
        parent = self.parentWidget()
        self.accept()
        made = HazardDialog(self.desktop, parent)
        made.open()
        made.start()
        return made

    # ------------------------------------------------------------------ inside
    def _read(self, order: LayerOrder) -> None:
        self._order = order
        self._hide_rescues()
        layers = self.desktop.services.layers
        self.look(
            lambda told: layers.preview(order, told),
            self._on_checked,
            title=f"{order.path.name} を点検しています",
            on_fail=self._on_refused,
        )

    def _again(self, crs: str, *, far: bool) -> None:
        self._read(replace(self._order, crs=crs, is_everywhere=far))

    def _on_described(self, shapes: FileShapes) -> None:
        self.form.set_shapes(shapes)
        self.show_step(self._own_step, self.form.name)

    def _on_refused(self, error: BaseException) -> bool:
        """Say what is wrong, and offer what a person can do about it here."""
        if self.step() == self._check_step:
            self.show_step(self._choose_step, self.choose_button)
        is_told = self.told(error)
        if isinstance(error, KnownProblem):
            self.own_button.setVisible(error.code == "layer_unknown")
            self.far_button.setVisible(error.code == "layer_elsewhere")
            self.system.setVisible(error.code == "layer_crs")
        return is_told

    def _hide_rescues(self) -> None:
        for one in (self.own_button, self.far_button, self.system):
            one.hide()

    def _on_checked(self, preview: LayerPreview) -> None:
        self._preview = preview
        self.check.show_preview(preview)
        self._allow()
        self.show_step(self._check_step, self.commit_button)

    def _allow(self) -> None:
        self.commit_button.setEnabled(self.check.is_answered())

    def _on_committed(self, outcome: Outcome[LayerImportResult]) -> None:
        file = outcome.value.file
        count = sum(len(layer.features) for layer in file.layers)
        titles = "、".join(dict.fromkeys(f"「{layer.title}」" for layer in file.layers))
        self.desktop.finish(outcome, f"{titles}を取り込みました。図形 {count:,}件です。")
        if not any(layer.kind in HAZARD_KINDS for layer in file.layers):
            self.accept()
            return
        self._done_words.set_text(f"{titles}を取り込みました。図形は{count:,}件です。")
        self.show_step(self._done_step, self.update_button if self.update_button.isEnabled() else None)

    def _add_choose(self) -> int:
        stop = button("やめる", on_click=self.reject)
        self.choose_button = button("ファイルを選ぶ", "main", "folder-open-outline", self.choose)
        parts = [
            Para(OWN_WORDS if self._is_own else OFFICIAL_WORDS),
            Para(_FORMATS, "quiet"),
            holder(hbox(self.own_button, self.far_button, None)),
            self.system,
        ]
        return self.add_step(
            f"{self._title}のファイルを選んでください", parts, [stop, None, self.choose_button]
        )

    def _add_own(self) -> int:
        back = button("別のファイルにする", on_click=self._start_anew)
        go = button("点検する", "main", "file-search-outline", self.check_own)
        return self.add_step("これは、何の地図ですか", [self.form], [back, None, go])

    def _add_check(self) -> int:
        back = button("別のファイルにする", on_click=self._start_anew)
        self.commit_button = button("取り込む", "main", "check", self.commit)
        return self.add_step("この内容で取り込みますか", [self.check], [back, None, self.commit_button])

    def _add_done(self) -> tuple[int, Para]:
        words = Para("", "lead")
        may = may_update_hazards(self.desktop.database.access)
        ask = Para(
            "住んでいる所や施設が区域に入るかどうかは、まだ前のままです。今すぐ調べ直せます。"
            if may
            else NO_HAZARD_RIGHT
        )
        later = button("あとで", on_click=self.accept)
        self.update_button = button("危険をもう一度調べる", "main", "home-search-outline", self.ask_hazards)
        self.update_button.setEnabled(may)
        step = self.add_step(
            "危険をもう一度調べますか", [holder(vbox(words, ask))], [later, None, self.update_button]
        )
        return step, words

    def _start_anew(self) -> None:
        self._preview = None
        self._hide_rescues()
        self.show_step(self._choose_step, self.choose_button)
