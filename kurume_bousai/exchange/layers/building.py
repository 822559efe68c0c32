"""層を組み立てる: the tables of a package to layers, one per kind, with everything left out counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.layers import LayerFeature, LayerSource
from kurume_bousai.exchange.layers import shapes as mending
from kurume_bousai.exchange.layers.coverage import coverage_of, has_enough_rivers, meshes_of
from kurume_bousai.exchange.layers.locating import near_city, place
from kurume_bousai.exchange.layers.notes import Notes
from kurume_bousai.exchange.layers.recognisers import Dataset, Recogniser, Recognisers
from kurume_bousai.exchange.layers.sources import LayerPath
from kurume_bousai.exchange.layers.tables import RawTable, Shapes, attribute
from kurume_bousai.exchange.layers.values import (
    attributes_of,
    column_of,
    folder_value,
    parts_of,
    values_of,
)
from kurume_bousai.services.layer_file import ParsedLayer

FAR: Final = "市から離れている"
NO_SHAPE: Final = "図形がない"


@dataclass(slots=True)
class _Pile:
    """一つの層になる表: several rivers of one package."""

    recogniser: Recogniser
    features: list[LayerFeature] = field(default_factory=list)
    read: int = 0
    notes: Notes = field(default_factory=Notes)
    crs: dict[str, None] = field(default_factory=dict)
    encodings: dict[str, None] = field(default_factory=dict)
    coverage: list[Shapes] = field(default_factory=list)
    meshes: set[str] = field(default_factory=set)
    rivers: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    needs_crs: str = ""


class LayerBuilder:
    """組み立て: takes tables one after the other, gives the layers at the end."""

    def __init__(
        self,
        known: Recognisers,
        notes: Notes,
        *,
        kind: str | None,
        crs: str | None,
        is_everywhere: bool = False,
    ) -> None:
        self._is_everywhere = is_everywhere
        self._known = known
        self._notes = notes
        self._kind = kind
        self._crs = crs
        self._piles: dict[tuple[str, str, str], _Pile] = {}

    def add(self, table: RawTable, layer: LayerPath) -> None:
        """Take one table; raises as ``Recognisers.recognise`` and ``place`` do."""
        recogniser = self._known.recognise(table.names, kind=self._kind, where=layer.shown)
        dataset = self._known.datasets.get(recogniser.dataset)
        if recogniser.skip:
            self._notes.tell(f"「{layer.shown}」{len(table.shapes):,}件: {recogniser.skip}")
            return
        key = recogniser.dataset, recogniser.kind, recogniser.scenario
        pile = self._piles.setdefault(key, _Pile(recogniser))
        placed = place(table, layer, dataset, self._crs, self._notes)
        pile.crs[placed.crs] = None
        pile.encodings[table.encoding] = None
        pile.needs_crs = pile.needs_crs or placed.needs_crs
        for note in (recogniser.note, dataset.note if dataset else ""):
            if note:
                self._notes.tell(note)
        self._know_ground(pile, table, placed.shapes, dataset)
        self._take(pile, table, placed.shapes, layer)

    def _know_ground(self, pile: _Pile, table: RawTable, shapes: Shapes, dataset: Dataset | None) -> None:
        """Coverage, parts and rivers, from all shapes: those far from the city tell where the file ends."""
        pile.parts |= parts_of(table, pile.recogniser)
        river = pile.recogniser.keep.get("name", "")
        if dataset is None or not dataset.coverage:
            return
        if dataset.coverage == "mesh":
            pile.meshes |= set(meshes_of(shapes))
        if pile.recogniser.parts_column and (names := column_of(table, river)) is not None:
            pile.rivers |= {str(attribute(name)) for name in names if attribute(name) is not None}
        ground = coverage_of(table, shapes, dataset, self._known, river)
        if ground is not None:
            pile.coverage.append(ground)

    def _take(self, pile: _Pile, table: RawTable, shapes: Shapes, layer: LayerPath) -> None:
        recogniser = pile.recogniser
        pile.read += len(shapes)
        present = mending.of_kind(shapes, "")
        wanted = mending.of_kind(shapes, recogniser.geometry)
        near = present if self._is_everywhere else near_city(shapes)
        pile.notes.leave_out(NO_SHAPE, int((~present).sum()))
        if recogniser.geometry:
            words = mending.WORDS[recogniser.geometry]
            pile.notes.leave_out(f"{words}の図形ではない", int((present & ~wanted).sum()))
        pile.notes.leave_out(FAR, int((wanted & ~near).sum()))
        chosen = np.flatnonzero(wanted & near)
        if not len(chosen):
            return
        mended, broken = mending.repaired(np.asarray(shapes[chosen], dtype=object))
        mended, cut = (mended, 0) if self._is_everywhere else mending.cut_huge(mended)
        if cut:
            self._notes.tell(
                f"点が{mending.HUGE_VERTICES:,}個を超える図形が{cut}件あり、市とその周り(約5km)だけを残しました。"
            )
        rows = [int(row) for row in chosen]
        attributes = attributes_of(table, recogniser, rows)
        values = values_of(table, recogniser.value, self._known, rows, self._notes)
        levels = values_of(table, recogniser.level, self._known, rows, self._notes)
        values = self._by_folder(recogniser, values, layer)
        for index in broken:
            name = attributes[int(index)].get("name")
            pile.notes.repaired.append(f"{name or layer.shown}({rows[int(index)] + 1}件目)")
        empty = shapely.is_missing(mended) | shapely.is_empty(mended)
        pile.notes.leave_out("直すと面が残らない", int(empty.sum()))
        for shape, value, level, kept, is_empty in zip(
            shapely.to_wkb(mended), values, levels, attributes, empty, strict=True
        ):
            if not is_empty:
                pile.features.append(LayerFeature(bytes(shape), value, level, kept))

    def _by_folder(
        self, recogniser: Recogniser, values: list[int | None], layer: LayerPath
    ) -> list[int | None]:
        told = folder_value(recogniser, f"{layer.folder}/{layer.shown}")
        if told is None:
            return values
        others = sum(1 for value in values if value not in {None, told})
        if others:
            words = self._known.words(recogniser.value.codes if recogniser.value else "", told)
            self._notes.tell(
                f"「{layer.folder}」の{others:,}件は、列の値がフォルダーの名前と違います。フォルダーの「{words}」としました。"
            )
        return [told] * len(values)

    def layers(self, file_name: str, sha256: str, edition: str) -> tuple[ParsedLayer, ...]:
        """The layers found, in order of kind and scenario."""
        return tuple(
            self._parsed(pile, file_name, sha256, edition) for _, pile in sorted(self._piles.items())
        )

    def _parsed(self, pile: _Pile, file_name: str, sha256: str, edition: str) -> ParsedLayer:
        recogniser = pile.recogniser
        dataset = self._known.datasets.get(recogniser.dataset)
        source = LayerSource(
            file_name=file_name,
            sha256=sha256,
            attribution=dataset.attribution if dataset else "",
            licence=dataset.licence if dataset else "",
            edition=edition,
            crs="、".join(pile.crs),
            encoding="、".join(pile.encodings),
        )
        shapes = shapely.from_wkb([feature.wkb for feature in pile.features])
        bounds = [float(side) for side in shapely.total_bounds(shapes)] if pile.features else [0.0] * 4
        return ParsedLayer(
            dataset=recogniser.dataset,
            kind=recogniser.kind,
            scenario=recogniser.scenario,
            title=recogniser.title if dataset else file_name.rsplit(".", 1)[0],
            source=source,
            features=tuple(pile.features),
            extent=(bounds[0], bounds[1], bounds[2], bounds[3]),
            coverage=self._coverage(pile),
            meshes=tuple(sorted(pile.meshes)),
            parts=frozenset(pile.parts),
            wanted_parts=frozenset(recogniser.parts),
            read=pile.read,
            repaired=tuple(pile.notes.repaired),
            left_out=dict(pile.notes.left_out),
            needs_crs=pile.needs_crs,
        )

    def _coverage(self, pile: _Pile) -> bytes | None:
        if not pile.coverage:
            return None
        if pile.recogniser.parts and not has_enough_rivers(pile.rivers):
            self._notes.tell(
                f"「{pile.recogniser.title}」には川が{len(pile.rivers)}本しかありません。"
                "区域の外は「データなし」として扱います。"
            )
            return None
        ground = shapely.union_all(pile.coverage)
        dataset = self._known.datasets[pile.recogniser.dataset]
        # A file per river: only all of them together say how far the package reaches.
        whole = shapely.box(*shapely.bounds(ground)) if dataset.coverage == "extent" else ground
        return bytes(shapely.to_wkb(whole))
