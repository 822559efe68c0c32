"""背景の地図(タイル): which map pictures there are, adding a file of them after a look, taking one away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.tile_packs import MOST_CREDIT, MOST_TITLE, TilePack
from kurume_bousai.services.maps.tile_packs import ShelvedPack, TilePreview
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_file
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, field, icon_label, label
from kurume_bousai.ui.places.tile_words import facts_words
from kurume_bousai.ui.places.working import WorkingDialog

#: What the card on the page says.
TILES_WORDS: Final = (
    "市や国がつくった地図の画像(MBTiles、GeoTIFF、GeoPackage)を、地図の下に敷きます。"
    "地理院タイルを1校区分だけ取っておくこともできます。"
)
_PATTERNS: Final = "地図の画像 (*.mbtiles *.tif *.tiff *.gpkg);;すべて (*)"
_KINDS: Final = (
    "MBTiles(画像のもの)、GeoTIFF(平面直角座標系、経緯度、EPSG:3857)、GeoPackage(画像のもの)が使えます。"
    "人の情報は入らないものなので、暗号化したデータベースの外の、すぐ隣のフォルダーに置きます。"
)
_NO_RIGHT: Final = "地図を直す役割がないため、見るだけになります。"


class TilePacksDialog(WorkingDialog):
    """背景の地図. Nothing is kept before 「加える」."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("背景の地図(タイル)", desktop, parent, size=(860, 600))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._may = desktop.database.access.has(Right.EDIT_MAPS)
        self._preview: TilePreview | None = None
        self._list = vbox(gap=0.75)
        self.title = QLineEdit()
        self.attribution = QLineEdit()
        self.licence = QLineEdit()
        self._summary = Para("", "lead_bold", line=1.5)
        self._warnings = Para("", line=1.35)
        self._step_list = self._add_list()
        self._step_check = self._add_check()
        self.show_step(self._step_list, self.add_button if self._may else None)
        self.reload()

    # ------------------------------------------------------------------ what a person does
    def reload(self) -> None:
        """Read what there is."""
        packs = self.desktop.services.tile_packs
        self.desktop.runner.read(packs.packs, self._on_read, on_fail=self.told, key="tile-packs")

    def choose(self) -> None:
        """Ask for a file and look at it."""
        path = choose_file(self, "背景の地図のファイル", _PATTERNS)
        if path is not None:
            self.check_file(path)

    def check_file(self, path: Path) -> None:
        """Look at a file on the compute lane."""
        packs = self.desktop.services.tile_packs
        self.look(
            lambda progress: packs.preview(path, progress),
            self._on_checked,
            title="背景の地図を点検しています",
        )

    def commit(self) -> None:
        """Keep what was shown, with the words typed."""
        if self._preview is None:
            return
        try:
            wanted = self._preview.named(self.title.text(), self.attribution.text(), self.licence.text())
        except KnownProblem as problem:
            self.say(problem)
            return
        packs = self.desktop.services.tile_packs
        # Not on the writer's thread: cutting a picture takes minutes, and nobody's entry waits for it; the
        # register's one row is written when the file is in its place.
        self.look(
            lambda progress: packs.add(wanted, progress),
            self._on_added,
            title="背景の地図を加えています",
        )

    def remove(self, pack: TilePack) -> None:
        """Ask, then take a pack away."""
        packs = self.desktop.services.tile_packs

        def removed(outcome: Outcome[TilePack]) -> None:
            self.desktop.finish(outcome, f"背景の地図「{pack.title}」を消しました。")
            self.reload()

        ask(
            self,
            f"背景の地図「{pack.title}」を消しますか",
            [
                "地図からすぐに消えます。このソフトが置いたファイルも消します。もとのファイルはそのまま残ります。"
            ],
            "消す",
            lambda: self.desktop.runner.write(lambda: packs.remove(pack.pack_id), removed, on_fail=self.told),
        )

    def fetch(self) -> None:
        """Open the window for 地理院タイル."""
        from kurume_bousai.ui.places.fetch_dialog import FetchDialog

        made = FetchDialog(self.desktop, self)
        made.accepted.connect(self.reload)
        made.open()

    # ------------------------------------------------------------------ inside
    def _on_read(self, packs: Sequence[ShelvedPack]) -> None:
        while self._list.count():
            item = self._list.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        if not packs:
            self._list.addWidget(label("背景の地図は、まだありません。", "quiet"))
        for one in packs:
            self._list.addWidget(self._pack_row(one))

    def _pack_row(self, shelved: ShelvedPack) -> QWidget:
        pack = shelved.pack
        name = f"背景の地図「{pack.title}」を消す"
        remove = button("消す", "tool", "delete-outline", partial(self.remove, pack), name=name)
        remove.setVisible(self._may)
        words: list[QWidget] = [
            label(pack.title, "heading"),
            Para(facts_words(pack.facts), "small", line=1.35),
        ]
        added = format_wareki(in_japan(pack.added_at).date())
        words.append(Para(f"出典 {pack.attribution}　加えた日 {added}", "small", line=1.35))
        if shelved.fault:
            words.append(
                holder(hbox(icon_label("alert-circle-outline", "text"), (Para(shelved.fault, line=1.35), 1)))
            )
        return card(hbox((vbox(*words, gap=0.25), 1), remove), name=pack.title)

    def _on_checked(self, preview: TilePreview) -> None:
        self._preview = preview
        facts = preview.facts
        self.title.setText(facts.title)
        self.attribution.setText(facts.attribution)
        self.licence.setText(facts.licence)
        self._summary.set_text(f"「{facts.source}」を読みました。\n{facts_words(facts)}")
        self._warnings.set_text("\n".join(preview.warnings))
        self._warnings.setVisible(bool(preview.warnings))
        self.show_step(self._step_check, self.title if not facts.attribution else self.commit_button)

    def _on_added(self, outcome: Outcome[TilePack]) -> None:
        self.desktop.finish(outcome, f"背景の地図「{outcome.value.title}」を加えました。")
        self._preview = None
        self.show_step(self._step_list, self.add_button)
        self.reload()

    def _add_list(self) -> int:
        self.add_button = button("ファイルを加える", "main", "layers-plus", self.choose)
        self.fetch_button = button("地理院タイルを取る", icon="cloud-download-outline", on_click=self.fetch)
        for one in (self.add_button, self.fetch_button):
            one.setVisible(self._may)
        refusal = Para("" if self._may else _NO_RIGHT, "quiet", line=1.35)
        refusal.setVisible(not self._may)
        close = button("閉じる", on_click=self.reject)
        body = [Para(_KINDS, "quiet", line=1.35), refusal, holder(self._list)]
        return self.add_step("背景の地図", body, [close, None, self.fetch_button, self.add_button])

    def _add_check(self) -> int:
        self.title.setMaxLength(MOST_TITLE)
        for editor in (self.attribution, self.licence):
            editor.setMaxLength(MOST_CREDIT)
        self.attribution.setPlaceholderText("例 久留米市")
        back = button("やめて一覧に戻る", on_click=self._back)
        self.commit_button = button("加える", "main", "check", self.commit)
        body = [
            self._summary,
            self._warnings,
            field("地図で選ぶときの名前", self.title),
            field("出典(地図と印刷物に必ず出します)", self.attribution),
            field("利用の条件(わかるとき)", self.licence),
        ]
        return self.add_step("この地図を背景に加えますか", body, [back, None, self.commit_button])

    def _back(self) -> None:
        self._preview = None
        self.show_step(self._step_list, self.add_button)
