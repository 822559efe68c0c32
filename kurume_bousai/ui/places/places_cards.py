"""データを入れる・確かめる: what the maps stand on, and bringing more of it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.places.importing import PlacesNow
from kurume_bousai.services.places.map_layers import LayersNow
from kurume_bousai.services.places.ports import MapPicture, PlaceFileKind
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.ui.columns import Columns
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_file
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.geocode.placing_dialog import PlacingDialog, open_placing
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, flow, label
from kurume_bousai.ui.places.background_dialog import BackgroundDialog
from kurume_bousai.ui.places.checklist import Checklist
from kurume_bousai.ui.places.gazetteer_dialog import GAZETTEER_WORDS, GazetteerDialog
from kurume_bousai.ui.places.import_dialog import KINDS, ImportDialog, ImportKind
from kurume_bousai.ui.places.layer_dialog import OFFICIAL_WORDS, OWN_WORDS, LayerDialog
from kurume_bousai.ui.places.layer_list import LayerList
from kurume_bousai.ui.places.pack_dialog import PACK_WORDS, MapPackDialog
from kurume_bousai.ui.places.tiles_dialog import TILES_WORDS, TilePacksDialog

_PICTURES = "図 (*.png *.jpg *.jpeg *.pdf);;すべて (*)"
_NO_SITES = "施設を取り込むには「名簿の担当」「災害対応の担当」「管理者」のどれかの役割がいります。"
_NO_MAPS = "地図を直す役割がないため、見るだけになります。"
_FOLLOWED = frozenset({Topic.DISTRICTS, Topic.SHELTERS, Topic.BACKGROUNDS, Topic.GAZETTEER})


_Dialog = TypeVar("_Dialog", bound=QDialog)


@dataclass(slots=True)
class _ImportCard:
    """One card of a kind of file: what is there now, and its button."""

    frame: QWidget
    now: Para
    source: Para
    start: QPushButton


class PlacesCards(QWidget):
    """地図データの札. Cards say what is there now; every import looks first and writes afterwards.

    ``add_button`` is the filled button of this view; the page puts it right of its title.
    """

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        access = desktop.database.access
        self._may_maps, self._may_sites = access.has(Right.EDIT_MAPS), access.has(Right.EDIT_SITES)
        self.cards = {kind.kind: self._import_card(kind) for kind in KINDS}
        self.layer_button = _start("公式の地図データ", self.import_layer)
        self.own_button = _start("自分の地図", self.import_own)
        self.gazetteer_button = _start("住所の辞書", self.import_gazetteer)
        self.layers = LayerList(desktop)
        self.checklist = Checklist()
        self._backgrounds = holder(vbox(gap=0.5))
        self.picture_button = button("図を背景に加える", icon="image-plus", on_click=self.add_background)
        self.add_button = button("公式の地図データを入れる", "main", "map-plus", self.import_layer)
        for one in (self.picture_button, self.add_button):
            one.setVisible(self._may_maps)
        self._build()
        desktop.changes.follow(_FOLLOWED, self.reload)

    # ------------------------------------------------------------------ the view
    def first_focus(self) -> QWidget | None:
        """Return what gets the keyboard when the view opens: the list, or the first import's button."""
        return self.layers.table if self.layers.table.rows() else self.layer_button

    def reload(self) -> None:
        """Read what is there now."""
        services, runner = self._desktop.services, self._desktop.runner
        runner.read(services.places.now, self._on_read, key="places-cards")
        runner.read(services.layers.now, self._on_layers, key="places-layers")

    def _on_layers(self, now: LayersNow) -> None:
        self.layers.set_now(now)
        self.checklist.set_lines(now.checklist)

    def _on_read(self, now: PlacesNow) -> None:
        outlines = self.cards[PlaceFileKind.DISTRICTS]
        outlines.now.set_text(_outline_words(now))
        outlines.source.set_text(_source_words(now.outline_sources, now.outlines_on))
        shelters = self.cards[PlaceFileKind.SHELTERS]
        shelters.now.set_text(f"指定避難所 {now.designated}\n指定緊急避難場所 {now.emergency}")
        shelters.source.set_text("")
        welfare = self.cards[PlaceFileKind.WELFARE]
        welfare.now.set_text(f"福祉避難所 {now.welfare}\n電源優先施設 {now.power_first}")
        welfare.source.set_text(_source_words(now.welfare_sources, now.welfare_on))
        for one in self.cards.values():
            one.source.setVisible(bool(one.source.text_shown()))
        self._list_backgrounds(now.backgrounds)

    # ------------------------------------------------------------------ what a person does
    def start_import(self, kind: ImportKind) -> ImportDialog:
        """Open the window of one kind of file."""
        made = ImportDialog(self._desktop, kind, self.window())
        made.open()
        return made

    def import_layer(self) -> LayerDialog:
        """Open the window for an official map file."""
        return self._opened(LayerDialog(self._desktop, self.window()))

    def import_own(self) -> LayerDialog:
        """Open the window for a file of one's own."""
        return self._opened(LayerDialog(self._desktop, self.window(), is_own=True))

    def import_gazetteer(self) -> GazetteerDialog:
        """Open the window for a dictionary of addresses."""
        return self._opened(GazetteerDialog(self._desktop, self.window()))

    def open_tiles(self) -> TilePacksDialog:
        """Open the window of the tile packs below the map."""
        return self._opened(TilePacksDialog(self._desktop, self.window()))

    def open_packs(self) -> MapPackDialog:
        """Open the window that carries the map to another computer."""
        return self._opened(MapPackDialog(self._desktop, self.window()))

    def place_homes(self) -> PlacingDialog:
        """Open the window that finds homes by their addresses."""
        return open_placing(self._desktop, self.window())

    def add_background(self) -> None:
        """Choose a picture and read it."""
        path = choose_file(self.window(), "背景にする図", _PICTURES)
        if path is None:
            return
        places = self._desktop.services.places
        self._desktop.runner.compute(
            lambda: places.read_picture(path), self.pin, key="places-picture", title="図を読んでいます"
        )

    def pin(self, picture: MapPicture) -> BackgroundDialog:
        """Open the window that pins a picture to the map."""
        made = BackgroundDialog(self._desktop, picture, self.window())
        made.open()
        return made

    def remove_background(self, background: Background) -> None:
        """Ask, then take a background away."""
        places = self._desktop.services.places

        def removed(outcome: Outcome[None]) -> None:
            self._desktop.finish(outcome, f"背景の図「{background.name}」を消しました。")

        ask(
            self.window(),
            f"背景の図「{background.name}」を消しますか",
            ["地図からすぐに消えます。もとのファイルはそのまま残るので、また加えられます。"],
            "消す",
            lambda: self._desktop.runner.write(
                lambda: places.remove_background(background.background_id), removed, on_fail=self._told
            ),
        )

    # ------------------------------------------------------------------ inside
    @staticmethod
    def _opened(made: _Dialog) -> _Dialog:
        made.open()
        return made

    def _told(self, error: BaseException) -> bool:
        if isinstance(error, KnownProblem):
            self._desktop.messages.problem(error)
            return True
        return False

    def _import_card(self, kind: ImportKind) -> _ImportCard:
        now = Para("", "lead_bold", line=1.5)
        source = Para("", "small", line=1.35)
        start = button(
            "ファイルを点検する", icon="file-search-outline", on_click=partial(self.start_import, kind),
            name=f"{kind.title}のファイルを点検する",
        )  # fmt: skip
        is_districts = kind.kind is PlaceFileKind.DISTRICTS
        may = self._may_maps if is_districts else self._may_sites
        refusal = Para("" if may else (_NO_MAPS if is_districts else _NO_SITES), "quiet", line=1.35)
        refusal.setVisible(not may)
        start.setVisible(may)
        frame = card(
            now, source, Para(kind.words, line=1.35), refusal, None, hbox(start, None), title=kind.title
        )
        return _ImportCard(frame, now, source, start)

    def _map_card(self, title: str, words: str, start: QPushButton, *more: QWidget) -> QWidget:
        refusal = Para("" if self._may_maps else _NO_MAPS, "quiet", line=1.35)
        refusal.setVisible(not self._may_maps)
        start.setVisible(self._may_maps)
        return card(Para(words, line=1.35), refusal, None, flow([start, *more]), title=title)

    def _build(self) -> None:
        words = (
            "手書きの地図や冊子の1ページを、地図の下に敷きます。図は暗号化したデータベースの中に残します。"
        )
        backgrounds = card(
            Para(words, line=1.35), self._backgrounds, None, hbox(self.picture_button, None), title="背景の図"
        )
        placing = button(
            "住所から位置を決める", icon="map-marker-question-outline", on_click=self.place_homes
        )
        placing.setVisible(self._desktop.database.access.has(Right.EDIT_PEOPLE))
        tiles = button("背景の地図を開く", icon="image-multiple-outline", on_click=self.open_tiles)
        packs = button("地図パックを開く", icon="package-variant-closed", on_click=self.open_packs)
        frames = [
            self._map_card("公式の地図データ", OFFICIAL_WORDS, self.layer_button),
            self._map_card("住所の辞書", GAZETTEER_WORDS, self.gazetteer_button, placing),
            self._map_card("自分の地図", OWN_WORDS, self.own_button),
            *(one.frame for one in self.cards.values()),
            card(Para(TILES_WORDS, line=1.35), None, hbox(tiles, None), title="背景の地図(タイル)"),
            card(Para(PACK_WORDS, line=1.35), None, hbox(packs, None), title="地図パック"),
            backgrounds,
        ]
        self.setLayout(
            vbox(
                card(self.layers, title="入っている地図データ"),
                card(self.checklist, title="市にほしい地図データのそろい具合"),
                Columns(frames, most=3, column=300),
                None,
                gap=1.5,
            )
        )

    def _list_backgrounds(self, backgrounds: Sequence[Background]) -> None:
        layout = self._backgrounds.layout()
        if layout is None:
            return
        while layout.count():
            item = layout.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.deleteLater()
        if not backgrounds:
            layout.addWidget(label("背景の図は、まだありません。", "quiet"))
        for background in backgrounds:
            layout.addWidget(self._background_row(background))

    def _background_row(self, background: Background) -> QWidget:
        added = background.added_at
        day = format_wareki(in_japan(added).date()) if added else ""
        remove = button(
            "消す", "tool", "delete-outline", partial(self.remove_background, background),
            name=f"背景の図「{background.name}」を消す",
        )  # fmt: skip
        remove.setVisible(self._may_maps)
        words = label(f"{day}　図と地図のずれ 平均 {background.residual_m:.0f}m", "small")
        return holder(hbox((vbox(label(background.name, "heading"), words, gap=0), 1), remove))


def _start(title: str, on_click: Callable[[], object]) -> QPushButton:
    return button(
        "ファイルを点検する",
        icon="file-search-outline",
        on_click=on_click,
        name=f"{title}のファイルを点検する",
    )


def _outline_words(now: PlacesNow) -> str:
    if not now.imported:
        return f"{now.districts}校区すべて概略"
    if now.imported < now.districts:
        return f"取込 {now.imported}校区　概略 {now.districts - now.imported}校区"
    return f"{now.districts}校区すべて取込"


def _source_words(sources: Sequence[str], day: str) -> str:
    parts = [*sources[:3], *(["ほか"] if len(sources) > 3 else [])]
    if day:
        parts.append(format_wareki(date.fromisoformat(day)))
    return f"出どころ: {'、'.join(parts)}" if parts else ""
