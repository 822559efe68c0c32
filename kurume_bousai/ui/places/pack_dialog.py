"""地図パック: the map without personal data, made for another laptop, or looked at and taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLayout, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.ids import BackgroundId, DistrictId
from kurume_bousai.domain.layers import LayerId
from kurume_bousai.services.maps.map_pack import Arrival, MapPackChoices, MapPackOrder, MapPackPreview
from kurume_bousai.services.maps.map_pack_sites import SiteArrivals
from kurume_bousai.services.ports.map_pack import PackManifest
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_file, choose_place, documents, free_place, open_folder
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, field, label
from kurume_bousai.ui.places.tile_words import size_words
from kurume_bousai.ui.places.working import WorkingDialog

#: What the card on the page says.
PACK_WORDS: Final = (
    "取り込んだ地図を一つにまとめて、ほかのパソコンやQGISへ運びます。"
    "人の情報と、訓練で描いたものは入りません。"
)
_INSIDE: Final = (
    "入るもの: 公式の地図の層、校区の区域、避難所の名前と場所、背景の地図。"
    "入らないもの: 名簿、支援者、計画、電話番号、訓練で描いたもの。"
)
_BY_NAME: Final = (
    "次のものには、手書きの名前などが写っていることがあります。"
    "人の情報がないことを見て確かめたものだけを選んでください。"
)
_ARRIVALS: Final = {
    Arrival.NEW: "新しい",
    Arrival.SAME: "同じものがある",
    Arrival.OTHER: "ここにあるものを残す",
}
_NO_RIGHT: Final = "地図を直す役割がないため、地図パックは使えません。"


class MapPackDialog(WorkingDialog):
    """地図パック: つくる, or 取り込む after a look."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("地図パック", desktop, parent, size=(820, 600))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preview: MapPackPreview | None = None
        self._pictures: list[tuple[QCheckBox, BackgroundId]] = []
        self._own: list[tuple[QCheckBox, LayerId]] = []
        self.district = QComboBox()
        self.district.setAccessibleName("範囲")
        self._counts = Para("", "lead_bold", line=1.5)
        self._by_name = vbox(gap=0.5)
        self._found = Para("", "lead_bold", line=1.5)
        self._told = Para("", line=1.35)
        self._entries = vbox(gap=0.5)
        self._step_first = self._add_first()
        self._step_make = self._add_make()
        self._step_check = self._add_check()
        self.show_step(self._step_first)

    # ------------------------------------------------------------------ つくる
    def begin_making(self) -> None:
        """Read what can be packed."""
        packs = self.desktop.services.map_packs
        self.look(lambda _told: packs.choices(), self._on_choices, title="地図を調べています")

    def choose_target(self) -> None:
        """Ask where to write, then write."""
        suggested = free_place(documents(), "地図パック", ".zip")
        place = choose_place(self, "地図パックを保存する場所", suggested, "地図パック (*.zip)")
        if place is not None:
            self.make(place if place.suffix.casefold() == ".zip" else place.with_name(f"{place.name}.zip"))

    def make(self, place: Path) -> None:
        """Write the pack."""
        district = str(self.district.currentData() or "")
        order = MapPackOrder(
            DistrictId(district) if district else None,
            tuple(one for box, one in self._pictures if box.isChecked()),
            tuple(one for box, one in self._own if box.isChecked()),
        )
        packs = self.desktop.services.map_packs
        self.look(
            lambda told: packs.create(order, place, told),
            lambda made: self._on_made(place, made),
            title="地図パックをつくっています",
        )

    # ------------------------------------------------------------------ 取り込む
    def choose_pack(self) -> None:
        """Ask for a packed file and look into it."""
        path = choose_file(self, "地図パック", "地図パック (*.zip manifest.json);;すべて (*)")
        if path is not None:
            self.check(path.parent if path.name == "manifest.json" else path)

    def choose_folder(self) -> None:
        """Ask for an unpacked folder and look into it."""
        chosen = QFileDialog.getExistingDirectory(self, "地図パックのフォルダー", str(documents()))
        if chosen:
            self.check(Path(chosen))

    def check(self, path: Path) -> None:
        """Look into a pack."""
        packs = self.desktop.services.map_packs
        self.look(
            lambda told: packs.preview(path, told), self._on_checked, title="地図パックを点検しています"
        )

    def commit(self) -> None:
        """Keep what is new of the pack that was shown."""
        preview, packs = self._preview, self.desktop.services.map_packs
        if preview is not None:
            # Reading and copying take their time off the writer's thread; the writing itself is one act.
            self.look(
                lambda told: packs.commit(preview, told),
                self._on_committed,
                title="地図パックを取り込んでいます",
            )

    # ------------------------------------------------------------------ inside
    def _on_choices(self, choices: MapPackChoices) -> None:
        self._counts.set_text(f"公式の地図の層 {choices.layers}　背景の地図 {choices.tile_packs}")
        self.district.clear()
        self.district.addItem("市の全体", "")
        for district_id, name in choices.districts:
            self.district.addItem(f"{name}校区の周り", str(district_id))
        _empty(self._by_name)
        self._pictures = [(QCheckBox(one.name), one.background_id) for one in choices.pictures]
        self._own = [(QCheckBox(one.title), one.layer_id) for one in choices.own_layers]
        boxes = [box for box, _ in (*self._pictures, *self._own)]
        for box in boxes:
            self._by_name.addWidget(box)
        self._by_name_holder.setVisible(bool(boxes))
        self.show_step(self._step_make, self.make_button)

    def _on_made(self, place: Path, made: PackManifest) -> None:
        words = (
            f"地図パックをつくりました。地図の層 {len(made.layers)}、背景の地図 {len(made.tiles)}、"
            f"{size_words(made.size_bytes)}。"
        )
        self.desktop.messages.done(words)
        open_folder(place)
        self.accept()

    def _on_checked(self, preview: MapPackPreview) -> None:
        self._preview = preview
        manifest = preview.manifest
        day = format_wareki(in_japan(manifest.created_at).date())
        where = f"{manifest.district}校区の周り" if manifest.district else "市の全体"
        self._found.set_text(
            f"{day}につくった地図パックです({where}、{size_words(manifest.size_bytes)})。\n"
            f"新しく入るもの {preview.brings}件"
        )
        self._told.set_text("\n".join(preview.warnings))
        self._told.setVisible(bool(preview.warnings))
        _empty(self._entries)
        for entry, arrival in preview.layers:
            details = f"図形 {entry.features:,}　出典 {entry.attribution or 'なし'}"
            self._entries.addWidget(_entry(entry.title, details, arrival))
        for tiles, arrival in preview.tiles:
            details = f"{tiles.facts.tile_count:,}枚　出典 {tiles.facts.attribution or 'なし'}"
            self._entries.addWidget(_entry(tiles.facts.title, details, arrival))
        if manifest.districts:
            words = f"{manifest.districts}校区"
            self._entries.addWidget(_entry("校区の区域", words, preview.districts))
        if manifest.sites:
            self._entries.addWidget(_site_entry(preview.sites))
        self.commit_button.setEnabled(preview.brings > 0)
        self.show_step(self._step_check, self.commit_button if preview.brings else None)

    def _on_committed(self, outcome: Outcome[MapPackPreview]) -> None:
        self.desktop.finish(outcome, f"地図パックから{outcome.value.brings}件を取り込みました。")
        self.accept()

    def _add_first(self) -> int:
        may = self.desktop.database.access.has(Right.EDIT_MAPS)
        refusal = Para("" if may else _NO_RIGHT, "quiet", line=1.35)
        refusal.setVisible(not may)
        make = button("つくる", "main", "package-variant-closed", self.begin_making)
        zipped = button("受け取ったzipを取り込む", icon="package-down", on_click=self.choose_pack)
        folder = button(
            "受け取ったフォルダーを取り込む", icon="folder-open-outline", on_click=self.choose_folder
        )
        for one in (make, zipped, folder):
            one.setVisible(may)
        close = button("閉じる", on_click=self.reject)
        body = [
            Para(PACK_WORDS),
            Para(_INSIDE, "quiet", line=1.35),
            refusal,
            holder(hbox(zipped, folder, None)),
        ]
        return self.add_step("地図パックをつくりますか、取り込みますか", body, [close, None, make])

    def _add_make(self) -> int:
        back = button("戻る", on_click=lambda: self.show_step(self._step_first))
        self.make_button = button("保存する場所を選ぶ", "main", "content-save-outline", self.choose_target)
        self._by_name_holder = card(
            Para(_BY_NAME, line=1.35), holder(self._by_name), title="見て確かめてから入れるもの"
        )
        body = [
            self._counts,
            Para(_INSIDE, "quiet", line=1.35),
            field("範囲", self.district),
            self._by_name_holder,
        ]
        return self.add_step("どの地図を入れますか", body, [back, None, self.make_button])

    def _add_check(self) -> int:
        back = button("戻る", on_click=lambda: self.show_step(self._step_first))
        self.commit_button = button("取り込む", "main", "check", self.commit)
        body = [self._found, self._told, holder(self._entries)]
        return self.add_step("この地図パックを取り込みますか", body, [back, None, self.commit_button])


def _entry(title: str, details: str, arrival: Arrival) -> QWidget:
    words = vbox(label(title, "heading"), Para(details, "small", line=1.35), gap=0.25)
    return card(hbox((words, 1), label(_ARRIVALS[arrival], "quiet")), name=f"{title} {_ARRIVALS[arrival]}")


def _site_entry(sites: SiteArrivals) -> QWidget:
    details = f"新しい {len(sites.new)}　同じものがある {sites.same}　ここにあるものを残す {sites.other}"
    return card(vbox(label("避難所", "heading"), Para(details, "small", line=1.35), gap=0.25), name="避難所")


def _empty(layout: QLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        old = item.widget() if item is not None else None
        if old is not None:
            old.hide()
            old.deleteLater()
