"""入っている地図データ: every stored layer and dictionary with its source, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import GazetteerSource
from kurume_bousai.labels import label as words_of
from kurume_bousai.services.places.map_layers import LayersNow, StoredLayer
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable
from kurume_bousai.ui.form_dialog import ConfirmDialog, ask
from kurume_bousai.ui.kit.layouts import fix, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, flow
from kurume_bousai.ui.places.hazard_dialog import NO_HAZARD_RIGHT, HazardDialog, may_update_hazards
from kurume_bousai.ui.places.layer_details import LayerDetails
from kurume_bousai.ui.places.layer_words import coverage_short, kind_words, short_hash

_MOST_ROWS: Final = 9
_DUE: Final = (
    "危険の区域の地図が変わりました。名簿の人と施設の危険は、まだ前の読み取りのままです。"
    "「危険をもう一度調べる」を押してください。"
)
_COLUMNS: Final = (
    Column("名前", stretches=True, at_least=170),
    Column("何の図か", at_least=110),
    Column("版", drop=2),
    Column("図形", is_figure=True, drop=1),
    Column("直した", is_figure=True, drop=4),
    Column("入れなかった", is_figure=True, drop=5),
    Column("知る範囲", drop=3),
    Column("取込", drop=6),
    Column("指紋", drop=8),
    Column("出典", at_least=120, drop=7),
)


class LayerList(QWidget):
    """層の一覧. Enter or 「くわしく見る」 opens one; removing asks first and says what it changes."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._layers: dict[str, StoredLayer] = {}
        self._gazetteers: dict[str, GazetteerSource] = {}
        access = desktop.database.access
        self._may_edit = access.has(Right.EDIT_MAPS)
        self._may_update = may_update_hazards(access)
        self.table = FigureTable(_COLUMNS, name="入っている地図データ")
        self.empty = Para("地図データは、まだありません。", "quiet")
        self.details_button = button(
            "くわしく見る", icon="text-box-search-outline", on_click=self.open_details
        )
        self.remove_button = button("選んだものを消す", icon="delete-outline", on_click=self.remove)
        self.update_button = button(
            "危険をもう一度調べる", icon="home-search-outline", on_click=self.update_hazards
        )
        self.remove_button.setVisible(self._may_edit)
        self._refusal = Para("" if self._may_update else NO_HAZARD_RIGHT, "quiet", line=1.35)
        self._refusal.setVisible(not self._may_update)
        self.due = Para(_DUE, "heading", line=1.35)
        buttons = flow([self.details_button, self.remove_button, self.update_button])
        self.setLayout(vbox(self.due, self.empty, self.table, buttons, self._refusal, gap=1))
        self.table.opened.connect(lambda _key: self.open_details())
        self.table.moved.connect(lambda _key: self._allow())
        self.set_now(LayersNow((), (), ()))

    def set_now(self, now: LayersNow) -> None:
        """Show what is in."""
        self._layers = {stored.layer.layer_id: stored for stored in now.layers}
        self._gazetteers = {source.source_id: source for source in now.gazetteers}
        rows = [*map(_row, now.layers), *map(_gazetteer_row, now.gazetteers)]
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.due.setVisible(now.is_update_due)
        fix(self.table, fixed_height=36 * (min(len(rows), _MOST_ROWS) + 1) + 8)
        self._allow()

    def open_details(self) -> LayerDetails | None:
        """Open all that is kept with the chosen layer."""
        stored = self._chosen()
        if stored is None:
            return None
        made = LayerDetails(stored, self.window())
        made.open()
        return made

    def remove(self) -> ConfirmDialog | None:
        """Ask, then take the chosen layer or dictionary away."""
        stored, key = self._chosen(), self.table.key()
        source = self._gazetteers.get(str(key))
        if stored is not None:
            return ask(
                self.window(),
                f"地図データ「{stored.layer.title}」を消しますか",
                _removal_lines(stored),
                "消す",
                lambda: self._remove_layer(stored),
            )
        if source is not None:
            return ask(
                self.window(),
                f"住所の辞書「{words_of(source.kind)}」を消しますか",
                [
                    "住所から位置をさがすとき、この辞書は使えなくなります。",
                    "前に決めた家の位置は、そのまま残ります。もとのファイルがあれば、また取り込めます。",
                ],
                "消す",
                lambda: self._remove_gazetteer(source),
            )
        return None

    def update_hazards(self) -> HazardDialog:
        """Open the window that reads homes and sites anew."""
        made = HazardDialog(self._desktop, self.window())
        made.open()
        return made

    # ------------------------------------------------------------------ inside
    def _chosen(self) -> StoredLayer | None:
        return self._layers.get(str(self.table.key()))

    def _allow(self) -> None:
        is_layer = self._chosen() is not None
        self.details_button.setEnabled(is_layer)
        self.remove_button.setEnabled(is_layer or str(self.table.key()) in self._gazetteers)
        has_hazards = any(stored.layer.is_hazard for stored in self._layers.values())
        self.update_button.setEnabled(self._may_update and (has_hazards or not self.due.isHidden()))

    def _remove_layer(self, stored: StoredLayer) -> None:
        layers, layer = self._desktop.services.layers, stored.layer

        def removed(outcome: Outcome[int]) -> None:
            self._desktop.finish(outcome, f"地図データ「{layer.title}」を消しました。")
            if layer.is_hazard and self._may_update:
                self.update_hazards()

        self._desktop.runner.write(
            lambda: layers.remove([layer.layer_id]), removed, on_fail=self._told, title="消しています"
        )

    def _remove_gazetteer(self, source: GazetteerSource) -> None:
        layers = self._desktop.services.layers

        def removed(outcome: Outcome[None]) -> None:
            self._desktop.finish(outcome, f"住所の辞書「{words_of(source.kind)}」を消しました。")

        self._desktop.runner.write(
            lambda: layers.remove_gazetteer(source.source_id),
            removed,
            on_fail=self._told,
            title="消しています",
        )

    def _told(self, error: BaseException) -> bool:
        if isinstance(error, KnownProblem):
            self._desktop.messages.problem(error)
            return True
        return False


def _removal_lines(stored: StoredLayer) -> Sequence[str]:
    lines = [
        f"図形 {stored.layer.feature_count:,}件が、地図と紙の地図から消えます。",
        "もとのファイルがあれば、また取り込めます。",
    ]
    if stored.layer.is_hazard:
        lines.append(
            "名簿の人と施設の危険は、消したあとで「危険をもう一度調べる」を行うまで、前の読み取りのまま残ります。"
        )
    return lines


def _row(stored: StoredLayer) -> tuple[str, tuple[Cell, ...]]:
    layer = stored.layer
    return layer.layer_id, (
        Cell(layer.title),
        Cell(kind_words(layer.kind, layer.scenario)),
        Cell(layer.source.edition or "—"),
        Cell(f"{layer.feature_count:,}"),
        Cell(f"{len(layer.repaired):,}"),
        Cell(f"{sum(layer.left_out.values()):,}"),
        Cell(coverage_short(stored.ground)),
        Cell(f"{format_wareki(in_japan(layer.imported_at).date())} {layer.imported_by}"),
        Cell(short_hash(layer.source.sha256)),
        Cell(layer.source.attribution),
    )


def _gazetteer_row(source: GazetteerSource) -> tuple[str, tuple[Cell, ...]]:
    return source.source_id, (
        Cell(words_of(source.kind)),
        Cell("住所の辞書"),
        Cell(source.edition or "—"),
        Cell(f"{source.points:,}"),
        Cell(""),
        Cell(""),
        Cell(""),
        Cell(f"{format_wareki(in_japan(source.imported_at).date())} {source.imported_by}"),
        Cell(short_hash(source.sha256)),
        Cell(source.licence),
    )
