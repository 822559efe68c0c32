"""層のくわしい中身: source, licence, hash, who and when, and the lists of what was mended or left out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.services.places.map_layers import StoredLayer
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button
from kurume_bousai.ui.places.layer_words import (
    added_words,
    coverage_words,
    kind_words,
    plain,
    spaced_hash,
)
from kurume_bousai.ui.registry.fold_card import FactList, FoldCard

_MOST = 200


class LayerDetails(FormDialog):
    """この層は、どこから来て、何が入っていますか. Nothing can be changed here."""

    def __init__(self, stored: StoredLayer, parent: QWidget | None = None) -> None:
        super().__init__(f"地図の層「{stored.layer.title}」", parent, size=(760, 620))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layer = stored.layer
        self.facts = FactList()
        self.facts.set_facts(facts_of(stored))
        left = [f"{reason} {count:,}件" for reason, count in layer.left_out.items()]
        self.folds = [
            _fold("直した図形", list(layer.repaired), f"{len(layer.repaired):,}件"),
            _fold("取り込まなかった図形", left, f"{sum(layer.left_out.values()):,}件"),
            _fold(
                "読んだときのお知らせ", [plain(one) for one in layer.warnings], f"{len(layer.warnings):,}件"
            ),
        ]
        close = button("閉じる", "main", on_click=self.accept)
        self.show_step(self.add_step(f"地図の層「{layer.title}」", [self.facts, *self.folds], [None, close]))


def facts_of(stored: StoredLayer) -> list[tuple[str, str]]:
    """What is kept with a layer, in the order in which one asks."""
    layer = stored.layer
    source = layer.source
    return [
        ("何の図か", kind_words(layer.kind, layer.scenario)),
        ("図形", f"{layer.feature_count:,}件"),
        ("範囲", coverage_words(stored.ground) if layer.is_hazard else ""),
        ("含む部分", "、".join(sorted(layer.parts))),
        ("足りない", "、".join(sorted(layer.wanted_parts - layer.parts))),
        ("出典", source.attribution),
        ("利用条件", source.licence),
        ("版・日付", source.edition or "ファイルに記載なし"),
        ("ファイル", source.file_name),
        ("指紋", f"SHA-256 {spaced_hash(source.sha256)}"),
        ("座標系", source.crs),
        ("文字コード", source.encoding),
        ("取り込み", added_words(layer)),
    ]


def _fold(heading: str, lines: list[str], answer: str) -> FoldCard:
    rest = [f"ほか{len(lines) - _MOST:,}件"] if len(lines) > _MOST else []
    made = FoldCard(heading, Para("\n".join([*lines[:_MOST], *rest]) or "ありません。", line=1.35))
    made.set_answer(answer)
    return made
