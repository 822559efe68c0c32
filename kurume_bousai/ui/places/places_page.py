"""地図データ: what the maps stand on, and bringing more of it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.places import PlacesNow
from kurume_bousai.services.ports import Background
from kurume_bousai.services.ports_places import MapPicture, PlaceFileKind
from kurume_bousai.ui.columns import Columns
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import choose_file
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, label
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.places.background_dialog import BackgroundDialog
from kurume_bousai.ui.places.import_dialog import KINDS, ImportDialog, ImportKind

_PICTURES = "図 (*.png *.jpg *.jpeg *.pdf);;すべて (*)"
_NO_SITES = "施設を取り込むには「名簿の担当」「災害対応の担当」「管理者」のどれかの役割がいります。"
_NO_MAPS = "地図を直す役割がないため、見るだけになります。"
_FOLLOWED = frozenset({Topic.DISTRICTS, Topic.SHELTERS, Topic.BACKGROUNDS})


@dataclass(slots=True)
class _ImportCard:
    """One card of a kind of file: what is there now, and its button."""

    frame: QWidget
    now: Para
    source: Para
    start: QPushButton


class PlacesPage(Page):
    """地図データ. Cards say what is there now; every import looks first and writes afterwards."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("地図には、何が入っていますか", parent)
        self._desktop = desktop
        access = desktop.database.access
        self._may_maps, self._may_sites = access.has(Right.EDIT_MAPS), access.has(Right.EDIT_SITES)
        self.cards = {kind.kind: self._import_card(kind) for kind in KINDS}
        self._backgrounds = holder(vbox(gap=0.5))
        self.add_button = button("図を背景に加える", "main", "image-plus", self.add_background)
        self.add_button.setVisible(self._may_maps)
        self.set_main_action(self.add_button)
        self._build()
        desktop.changes.follow(_FOLLOWED, self.reload)

    # ------------------------------------------------------------------ the page
    def entered(self) -> None:
        """Fill the page when it is shown."""
        self.reload()

    def first_focus(self) -> QWidget | None:
        """Return the first import's button."""
        return self.cards[PlaceFileKind.DISTRICTS].start

    def reload(self) -> None:
        """Read what is there now."""
        self._desktop.runner.read(self._desktop.services.places.now, self._on_read, key="places-page")

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

    def _build(self) -> None:
        words = (
            "手書きの地図や冊子の1ページを、地図の下に敷きます。図は暗号化したデータベースの中に残します。"
        )
        backgrounds = card(Para(words, "quiet", line=1.35), self._backgrounds, title="背景の図")
        cards = Columns([one.frame for one in self.cards.values()], most=3, column=300)
        self.set_body(vbox(cards, backgrounds, None, gap=1.5))

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
